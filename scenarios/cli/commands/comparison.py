"""`brigade compare` and `brigade sweep`: two plans side by side, and a grid of invented days with their
figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from scenarios.cli.commands.problems import shares_of
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import name_of, plan_from, problem_from
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.figures.compare import Comparison, FigurePair
    from scenarios.cli.sweep import SweepRun

PANEL = "compare"


def register(app: typer.Typer) -> None:
    app.command("compare", rich_help_panel=PANEL)(compare)
    app.command("sweep", rich_help_panel=PANEL)(sweep)


def compare(
    problem: options.Input,
    before: Annotated[Path, typer.Argument(metavar="PLAN_A")],
    after: Annotated[Path, typer.Argument(metavar="PLAN_B")],
    other: Annotated[
        Path | None,
        typer.Option(
            "--problem-b",
            metavar="PROBLEM_B",
        ),
    ] = None,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Put two plans side by side: what changes, for whom, and every indicator."""
    screen = Screen.of("compare", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem)):
        first = problem_from(problem, screen, mapping)
        second = problem_from(other, screen, mapping) if other else first
    with answering(screen, f"{before.name}, {after.name}"):
        from brigade.exchange.documents.diff_documents import comparison_to_json
        from brigade.figures.compare import compare as compared

        plans = plan_from(before, first), plan_from(after, second)
        found = compared(first, *plans, second)
        tell(screen, found)
        screen.answer(ExitCode.DONE, **comparison_to_json(second, found, screen.lang))


def tell(screen: Screen, found: Comparison) -> None:
    """Whole-plan figures that differ, then who does what instead."""
    from brigade.words import capital, word

    counts = {kind.value: count for kind, count in found.diff.counts.items()}
    screen.say("cli.compared", **counts, workers=len(found.workers), clients=len(found.clients))
    for pair in found.indicators:
        if pair.of is None and pair.before != pair.after:
            name = capital(word(f"indicator.{pair.name}", screen.lang))
            screen.line(f"  {name} : {_shown(pair, screen.lang)}")
    for one in found.workers:
        moves = [f"+{id}" for id in one.came] + [f"-{id}" for id in one.went] + [f"~{id}" for id in one.moved]
        screen.line(f"  {one.id} : {' '.join(moves)}")


def _shown(pair: FigurePair, lang: str) -> str:
    from brigade.exchange.documents.facts import Indicator, shown

    values = (pair.before, pair.after)
    return " → ".join(
        "–" if one is None else shown(Indicator(pair.name, one, pair.unit), lang) for one in values
    )


# -- a grid of invented days -------------------------------------------------------------------------------
def sweep(
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="CSV",
            help="sweep.output",
        ),
    ],
    preset: Annotated[str, typer.Option("--preset")] = options.DEMO_PRESET,
    seeds: Annotated[str, typer.Option("--seeds", metavar="1-5", help="sweep.seeds")] = "1",
    workers: Annotated[
        str,
        typer.Option(
            "--workers",
            metavar="15,20,25",
            help="sweep.workers",
        ),
    ] = "",
    ai_shares: Annotated[
        str,
        typer.Option(
            "--ai-shares",
            metavar="0,0.3,0.6",
        ),
    ] = "",
    modes: Annotated[
        str,
        typer.Option(
            "--modes",
            metavar="car=1;car=0.5,e_bike=0.5",
            help="sweep.modes",
        ),
    ] = "",
    time_limit: options.TimeLimit = None,
    iterations: options.Iterations = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64)] = 1,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Vary size, share of AI workers, modes and seeds; one row of indicators a run.

    Ctrl-C (or SIGTERM) keeps the rows done and gives up the runs under way.
    """
    screen = Screen.of("sweep", lang, as_json)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, preset):
        from scenarios.cli import sweep as grids

        outputs = Outputs()
        outputs.file(output)
        outputs.check()
        sizes, shares, kinds, drawn = lists.together(
            lambda: lists.numbers("--workers", workers) if workers else [None],
            lambda: _floats("--ai-shares", ai_shares) if ai_shares else [None],
            lambda: [shares_of(part) for part in modes.split(";")] if modes else [None],
            lambda: lists.numbers("--seeds", seeds),
        )
        limit = None if iterations else time_limit or 5.0
        runs = grids.grid(preset, drawn, sizes, shares, kinds, limit, iterations)
        # Rows that the file has already are not run again: an interrupted sweep goes on where it stopped.
        left = grids.missing(runs, output)
        screen.say("cli.sweeping", runs=len(runs), left=len(left))
        stop = interruption.stop
        done = interruption.aside(
            lambda: grids.run_all(left, output, jobs, lambda run: _tell(screen, run), stop)
        )
        screen.say("cli.written", path=output)
        is_cut = done < len(left)
        if is_cut:
            screen.note("cli.sweep_interrupted", done=done, runs=len(left))
        code = ExitCode.INTERRUPTED if is_cut else ExitCode.DONE
        screen.answer(code, runs=len(runs), done=done, interrupted=is_cut, files=[str(output)])
    if is_cut:
        raise typer.Exit(code)


def _tell(screen: Screen, run: SweepRun) -> None:
    screen.line(f"  {run.key}")


def _floats(option: str, text: str) -> list[float]:
    found, issues = list[float](), list[Issue]()
    for part in text.split(","):
        try:
            found.append(float(part))
        except ValueError:
            issues.append(Issue("O103", option, "parts_option", {"part": part}))
    if issues:
        raise UnreadableInput(issues)
    return found
