"""`brigade solve` and `brigade demo`: from a problem to a plan in files and on the screen."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.values.plan import Status
from scenarios.cli.console import delivery, options
from scenarios.cli.console.delivery import FoundPlan, ReportSize, WantedFiles
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import files_of, name_of, plan_from, problem_from
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering
from scenarios.cli.console.watched_search import ProgressBar, SolveFunction, WatchedSearch

if TYPE_CHECKING:
    from brigade.values.problem import Problem
    from solver.model.outcome import SolveOutcome
    from solver.model.search_settings import SearchSettings

PANEL = "plan"
# What somebody at a screen waits without beginning something else.
DEFAULT_TIME_S = 10.0


def register(app: typer.Typer) -> None:
    app.command("solve", rich_help_panel=PANEL)(solve)
    app.command("demo", rich_help_panel=PANEL)(demo)


def solve(
    problem: options.Input,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PLAN", help="solve.output"),
    ] = None,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 1,
    iterations: options.Iterations = None,
    threads: options.Threads = 2,
    html: options.Html = None,
    ics: options.Ics = None,
    stops: options.Stops = None,
    start: Annotated[
        Path | None,
        typer.Option(
            "--start",
            metavar="PLAN",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
        ),
    ] = False,
    reserve: Annotated[bool, typer.Option("--reserve")] = False,
    outlines: options.Outlines = True,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    progress: options.Progress = ProgressBar.AUTO,
    lang: options.Language = Lang.FR,
) -> None:
    """Find who replaces whom, when, within the rules.

    Ctrl-C (or SIGTERM) returns the best plan so far; a second time, it gives up.
    """
    screen = Screen.of("solve", lang, as_json, when_piped=True)
    wanted = WantedFiles(output, html, ics, stops, outlines)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, name_of(problem)):
        outputs = Outputs(tuple(path for path in (problem, start) if path is not None))
        wanted.announce(outputs)
        outputs.check()
        limits = settings(time_limit, iterations, seed, threads)
        given = problem_from(problem, screen, mapping)
        # A start need not be of this very problem: yesterday's plan is a good one for today's.
        told = plan_from(start, given, same_problem=False) if start else None
        # `given` stays as it was read: the plan written names that problem by its digest.
        asked = _asked(given, strict=strict, reserve=reserve)
        search = WatchedSearch(solver(), asked, limits, told, interruption)
        deliver(
            screen,
            search,
            given,
            wanted,
            outputs,
            bar=bar_for(screen, progress),
            shown=ReportSize.WHOLE if output is None else ReportSize.FIGURES,
        )


def _asked(given: Problem, *, strict: bool, reserve: bool) -> Problem:
    """With what the command line wishes beyond the problem's own policy."""
    from brigade.values.policy import shipped_reserve

    policy = replace(given.policy, strict=given.policy.strict or strict)
    if reserve and policy.reserve is None:
        policy = replace(policy, reserve=shipped_reserve())
    return given if policy == given.policy else replace(given, policy=policy)


def demo(
    preset: Annotated[str, typer.Option("--preset")] = options.DEMO_PRESET,
    seed: options.Seed = 1,
    time_limit: options.TimeLimit = None,
    iterations: options.Iterations = None,
    threads: options.Threads = 2,
    html: Annotated[
        Path,
        typer.Option(
            "--html",
            metavar="FILE",
            help="demo.report",
        ),
    ] = Path("out/demo.html"),
    full: Annotated[bool, typer.Option("--full", help="demo.full")] = False,
    as_json: options.AsJsonIfAsked = False,
    progress: options.Progress = ProgressBar.AUTO,
    lang: options.Language = Lang.FR,
) -> None:
    """Plan an invented day on real geography."""
    screen = Screen.of("demo", lang, as_json)
    beside = html.with_suffix("")
    problem_file, plan_file = (
        beside.with_name(f"{beside.name}.problem.json"),
        beside.with_name(f"{beside.name}.plan.json"),
    )
    wanted = WantedFiles(plan_file, html)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, "demo"):
        outputs = Outputs()
        outputs.file(problem_file)
        wanted.announce(outputs)
        outputs.check()
        limits = settings(time_limit, iterations, seed, threads)
        from scenarios.generator.scenario import generate

        given = generate(preset, seed)
        screen.say("cli.demo", preset=preset, seed=seed)
        for path, content in files_of(given, problem_file).items():
            outputs.put(path, content)
        search = WatchedSearch(solver(), given, limits, None, interruption)
        shown = ReportSize.WHOLE if full else ReportSize.ONE_SCREEN
        deliver(screen, search, given, wanted, outputs, bar=bar_for(screen, progress), shown=shown)
        screen.line()
        for key in ("cli.demo_report", "cli.demo_full", "cli.demo_pages"):
            screen.say(key, report=html)


def deliver(
    screen: Screen,
    search: WatchedSearch,
    given: Problem,
    wanted: WantedFiles,
    outputs: Outputs,
    *,
    bar: ProgressBar,
    shown: ReportSize,
) -> None:
    """Search, write, tell, and leave with the exit code."""
    outcome = search.run(bar)
    plan = outcome.plan
    if plan is None:
        without_plan(screen, outcome, search.interruption.has_come)
        return
    found = FoundPlan.of(given, plan, outcome, search.interruption.stop)
    delivery.keep(outputs, wanted, found, screen.lang)
    files = outputs.write()
    delivery.show(screen, found, shown)
    for path in files:
        screen.say("cli.written", path=path)
    is_cut = search.interruption.has_come
    if is_cut:
        screen.note("cli.interrupted")
    head = delivery.summary(found, screen.lang)
    screen.answer(
        ExitCode.DONE,
        **head,
        interrupted=is_cut,
        files=files,
        plan=found.document() if screen.as_json else None,
    )


def without_plan(screen: Screen, outcome: SolveOutcome, stopped: bool) -> None:
    """No plan is an answer too; it never looks like an empty one."""
    was_cut = stopped and outcome.status is Status.UNKNOWN
    code = ExitCode.INTERRUPTED if was_cut else ExitCode.BROKEN_RULES
    screen.note("cli.no_plan_interrupted" if was_cut else f"cli.no_plan_{outcome.status}")
    screen.answer(code, status=outcome.status.value, interrupted=was_cut, files=[], plan=None)
    raise typer.Exit(code)


def settings(time_limit: float | None, iterations: int | None, seed: int, threads: int) -> SearchSettings:
    """Ten seconds, unless either limit is given; work takes the place of time."""
    from solver.model.search_settings import SearchSettings

    time = None if iterations is not None else DEFAULT_TIME_S if time_limit is None else time_limit
    return SearchSettings(time, seed, iterations, threads)


def solver() -> SolveFunction:
    from solver.solve import solve as search

    return search


def bar_for(screen: Screen, asked: ProgressBar) -> ProgressBar:
    if asked is not ProgressBar.AUTO:
        return asked
    return ProgressBar.BAR if sys.stderr.isatty() and not screen.as_json else ProgressBar.NONE
