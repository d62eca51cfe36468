"""`brigade generate` and `brigade convert`: invented problems, and problems in another form."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from brigade.errors import Issue, UnreadableInput
from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import files_of, kind_fault, name_of, problem_from
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

PANEL = "data"


def register(app: typer.Typer) -> None:
    app.command("generate", rich_help_panel=PANEL)(generate)
    app.command("convert", rich_help_panel=PANEL)(convert)


def generate(
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="OUTPUT",
            help="generate.output",
        ),
    ],
    preset: Annotated[str, typer.Option("--preset", help="generate.preset")] = options.DEMO_PRESET,
    seed: options.Seed = 1,
    workers: Annotated[int | None, typer.Option("--workers", help="generate.workers")] = None,
    ai_share: Annotated[
        float | None,
        typer.Option(
            "--ai-share",
        ),
    ] = None,
    modes: Annotated[
        str | None,
        typer.Option(
            "--modes",
            metavar="MODE=SHARE,…",
            help="generate.modes",
        ),
    ] = None,
    visits: Annotated[float, typer.Option("--visits", help="generate.visits")] = 1.0,
    days: Annotated[int | None, typer.Option("--days")] = None,
    first_day: Annotated[str | None, typer.Option("--first-day", metavar="YYYY-MM-DD")] = None,
    basin: Annotated[
        str | None,
        typer.Option("--basin", help="generate.basin"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Invent a problem on real geography."""
    screen = Screen.of("generate", lang, as_json)
    with answering(screen, preset):
        outputs = Outputs()
        announce(outputs, output)
        outputs.check()
        changed = {"workers": workers, "ai_share": ai_share, "days": days, "basin": basin}
        asked: dict[str, Any] = {name: value for name, value in changed.items() if value is not None}
        asked |= {"visits": visits} if visits != 1 else {}
        asked |= {"modes": shares_of(modes)} if modes is not None else {}
        asked |= {"first_day": day_of(first_day)} if first_day is not None else {}
        invent(outputs, output, preset, seed, asked)
        write(screen, outputs, output)


def invent(outputs: Outputs, output: Path, preset: str, seed: int, asked: dict[str, Any]) -> None:
    """Raises: UnreadableInput for options that the preset has no use for; Refused for values out of range."""
    from scenarios.generator.presets import DEPARTMENT
    from scenarios.generator.scenario import generate as generated
    from scenarios.generator.scenario import generate_department

    if preset != DEPARTMENT:
        outputs.content.update(files_of(generated(preset, seed, **asked), output))
        return
    useless = [f"--{name.replace('_', '-')}" for name in asked if name != "visits"]
    # Seven basins of their own sizes: what one day is told to have fits none of them.
    faults = [Issue("O103", name, "option_with_department", {"name": name}) for name in useless]
    if output.suffix:
        faults.append(Issue("O102", str(output), "folder_for_department", {"suffix": output.suffix}))
    if faults:
        raise UnreadableInput(faults)
    for problem in generate_department(seed, **asked):
        outputs.content.update(files_of(problem, output / f"{problem.basin.id}.json"))


def shares_of(text: str) -> dict[str, float]:
    """Raises: UnreadableInput with every part that is no MODE=SHARE. Whether a mode exists is for the
    generator to say."""
    shares: dict[str, float] = {}
    issues = []
    for part in text.split(","):
        mode, _, share = part.partition("=")
        try:
            shares[mode.strip()] = float(share)
        except ValueError:
            issues.append(Issue("O103", "--modes", "mode_share_option", {"part": part}))
    if issues:
        raise UnreadableInput(issues)
    return shares


def day_of(text: str) -> date:
    """Raises: UnreadableInput, also for a year that no document holds: that of the nights behind the last day
    too."""
    from brigade.exchange.shapes.field_kinds import FIRST_YEAR, LAST_YEAR

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadableInput([Issue("O103", "--first-day", "date_option", {"text": text})]) from None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise UnreadableInput(
            [
                Issue(
                    "O103",
                    "--first-day",
                    "year_option",
                    {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR - 1},
                )
            ]
        )
    return day


def convert(
    problem: options.Input,
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUTPUT",
            help="convert.output",
        ),
    ],
    mapping: options.Mapping = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Turn a problem from JSON into tables and back."""
    screen = Screen.of("convert", lang, as_json)
    with answering(screen, name_of(problem)):
        outputs = Outputs((problem,))
        announce(outputs, output)
        outputs.check()
        given = problem_from(problem, screen, mapping)
        outputs.content.update(files_of(given, output))
        write(screen, outputs, output)


def announce(outputs: Outputs, output: Path) -> None:
    """A name with a suffix is one file; without, a folder of tables. Raises: UnreadableInput for another
    suffix."""
    fault = kind_fault(output)
    if fault is not None:
        raise UnreadableInput([fault])
    if output.suffix:
        outputs.file(output)
    else:
        outputs.folder(output)


def write(screen: Screen, outputs: Outputs, output: Path, **counts: int) -> None:
    files = outputs.write()
    screen.say("cli.written", path=output)
    screen.answer(ExitCode.DONE, **counts, files=files)
