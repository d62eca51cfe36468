"""`brigade bench reserve`: whether days end with less uncovered when the morning's plan keeps a reserve."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.words import say, word
from scenarios.cli.bench.bench_scale import csv_of
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.simulation.reserve_days import MeanDifference, TrialDay
    from solver.model.search_settings import SearchSettings

HEAD = ("bench.reserve.what", "bench.reserve.plain", "bench.reserve.kept", "bench.reserve.difference")
TITLE = "bench.reserve.title"
ROWS = (*(f"level.{level}" for level in range(5)), *("bench.reserve.points", "bench.reserve.travel"))
"""What is compared, in the order of `compared`; the soft cost comes last."""
SOFT = "bench.soft_costs"


def register(app: typer.Typer) -> None:
    app.command("reserve")(reserve)


def reserve(
    seeds: Annotated[str, typer.Option("--seeds", help="bench.days")] = "1-30",
    preset: Annotated[str, typer.Option("--preset", help="bench.day")] = "rural_day",
    visits: Annotated[
        float,
        typer.Option("--visits", min=0.1, max=4, callback=options.finite, help="bench.reserve.visits"),
    ] = 0.6,
    expected: Annotated[
        float,
        typer.Option("--expected", min=0.1, max=20, callback=options.finite, help="bench.reserve.expected"),
    ] = 1.0,
    iterations: Annotated[
        int, typer.Option("--iterations", min=10, max=10_000_000, help="bench.reserve.iterations")
    ] = 20_000,
    draws: Annotated[int, typer.Option("--draws", min=1, max=1000, help="bench.reserve.draws")] = 1,
    csv_file: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="bench.runs_file")] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Days with and without a reserve, lived through until evening.

    Ctrl-C (or SIGTERM) returns the days already done.
    """
    from scenarios.generator.presets import preset_names
    from solver.model.search_settings import SearchSettings

    screen = Screen.of("bench reserve", lang, as_json)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, "bench reserve"):
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        named, days = lists.together(
            lambda: lists.names("--preset", preset, preset_names()), lambda: lists.numbers("--seeds", seeds)
        )
        effort = SearchSettings(iterations=iterations, threads=1, prove=False)
        keys = [(name, seed) for name in named for seed in days]
        found = interruption.aside(
            lambda: list(_days(screen, keys, (visits, expected, draws), effort, interruption.stop))
        )
        if found:
            screen.tables([table(found, screen.lang)])
        outputs.put(csv_file, csv_of([row(one) for one in found]))
        runs = draws * len(keys)
        is_cut = len(found) < runs
        if is_cut:
            screen.note("cli.sweep_interrupted", done=len(found), runs=runs)
        code = ExitCode.INTERRUPTED if is_cut else ExitCode.DONE
        screen.answer(code, rows=[row(one) for one in found], interrupted=is_cut, files=outputs.write())
    if is_cut:
        raise typer.Exit(code)


def _days(
    screen: Screen,
    keys: Sequence[tuple[str, int]],
    asked: tuple[float, float, int],
    effort: SearchSettings,
    stop: threading.Event,
) -> Iterator[TrialDay]:
    """Each told as soon as it is done. Args: asked: times the visits, absences expected, draws."""
    from scenarios.bench.simulation.reserve_days import simulated

    visits, expected, draws = asked
    for preset, seed in keys:
        for one in simulated(
            preset, seed, visits=visits, expected=expected, settings=effort, draws=draws, stop=stop
        ):
            arms = ("/".join(map(str, arm.uncovered)) for arm in (one.plain, one.reserve))
            screen.line(f"{preset} {seed}: {' → '.join(arms)} ({one.absent}) · {say(one.said, screen.lang)}")
            yield one


def row(one: TrialDay) -> dict[str, object]:
    """One day as a line of the CSV file."""
    arms: dict[str, object] = {}
    for name, arm in (("plain", one.plain), ("reserve", one.reserve)):
        arms |= {f"{name}_{level}": count for level, count in enumerate(arm.uncovered)}
        arms |= {f"{name}_points": arm.points, f"{name}_travel_min": arm.travel_min, f"{name}_soft": arm.soft}
    known = {"preset": one.preset, "seed": one.seed, "rate": one.rate, "present": one.present}
    return {**known, "absent": one.absent, "opened": one.opened, "said": one.said.code, **arms}


def table(found: Sequence[TrialDay], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.simulation.reserve_days import compared

    rows = zip((*ROWS, SOFT), compared(found), strict=True)
    lines = tuple((word(name, lang), *_cells(one, lang)) for name, one in rows)
    title, head = word(TITLE, lang, days=len(found)), tuple(word(text, lang) for text in HEAD)
    return ReportTable("reserve", title, "", head, lines, (), (1, 2, 3))


def _cells(one: MeanDifference, lang: str) -> tuple[str, str, str]:
    from brigade.words.formats import number

    around = "" if one.half is None else f" ± {number(one.half, lang, 2)}"
    return number(one.plain, lang, 2), number(one.reserve, lang, 2), f"{number(one.mean, lang, 2)}{around}"
