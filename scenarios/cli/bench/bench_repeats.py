"""`brigade bench repeats`: whether runs from different seeds cover the same top levels of a day."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.words import word
from scenarios.cli.bench.bench_scale import csv_of
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.repeats import Repeat, RunAgreement

PRESETS = "urban_day,rural_day,summer,ai_only"
DAY_HEAD = (
    "bench.day",
    "bench.seed",
    "bench.uncovered_by_level",
    "bench.soft_costs",
    "bench.as_the_best",
)
DAY_TITLE = "bench.title.days"
HEAD = (
    "bench.day",
    "bench.runs_as_the_best",
    "bench.share",
    "bench.whole_days",
)
TITLE = "bench.title.agreement"


def register(app: typer.Typer) -> None:
    app.command("repeats")(repeats)


def repeats(
    presets: Annotated[str, typer.Option("--presets")] = PRESETS,
    seeds: Annotated[str, typer.Option("--seeds", help="bench.days")] = "1-10",
    runs: Annotated[int, typer.Option("--runs", min=2, max=100)] = 3,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, callback=options.finite, help="bench.repeats.time_limit")
    ] = 10.0,
    threads: options.Threads = 2,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="bench.runs_file"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """The same days solved several times: the runs that cover P1 and P2 as the best.

    Ctrl-C (or SIGTERM) returns the runs already done.
    """
    from scenarios.bench.repeats import agreements
    from scenarios.generator.presets import preset_names

    screen = Screen.of("bench repeats", lang, as_json)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, "bench repeats"):
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        asked, days = lists.together(
            lambda: lists.names("--presets", presets, preset_names()), lambda: lists.numbers("--seeds", seeds)
        )
        keys = [(preset, day, run) for preset in asked for day in days for run in range(1, runs + 1)]
        found = interruption.aside(lambda: list(_runs(screen, keys, time_limit, threads, interruption.stop)))
        summed = agreements(found)
        screen.tables([day_table(found, screen.lang), table(summed, screen.lang)])
        outputs.put(csv_file, csv_of([row(one) for one in found]))
        is_cut = len(found) < len(keys)
        if is_cut:
            screen.note("cli.sweep_interrupted", done=len(found), runs=len(keys))
        code = ExitCode.INTERRUPTED if is_cut else ExitCode.DONE
        shares = [{**asdict(one), "share": one.share} for one in summed]
        screen.answer(code, rows=shares, interrupted=is_cut, files=outputs.write())
    if is_cut:
        raise typer.Exit(code)


def _runs(
    screen: Screen,
    keys: Sequence[tuple[str, int, int]],
    time_limit_s: float,
    threads: int,
    stop: threading.Event,
) -> Iterator[Repeat]:
    """Each told as soon as it is done; one cut short measures nothing."""
    from scenarios.bench.repeats import repeat

    for key in keys:
        one = repeat(*key, time_limit_s, threads, stop)
        if one is None:
            return
        screen.line(f"{one.preset} {one.day} #{one.run}  {'/'.join(map(str, one.uncovered))}")
        yield one


def row(one: Repeat) -> dict[str, object]:
    """One run as a line of the CSV file."""
    levels = {f"uncovered_{level}": count for level, count in enumerate(one.uncovered)}
    return {"preset": one.preset, "day": one.day, "run": one.run, **levels, "soft": one.soft} | {
        "wall_s": one.wall_s,
        "cpu_s": one.cpu_s,
    }


def day_table(found: Sequence[Repeat], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.repeats import agreeing, by_day

    lines = tuple(
        (
            preset,
            str(day),
            "  ".join("/".join(map(str, one.uncovered)) for one in runs),
            "  ".join(str(one.soft) for one in runs),
            f"{len(agreeing(runs))}/{len(runs)}",
        )
        for (preset, day), runs in by_day(found).items()
    )
    return ReportTable(
        "days", word(DAY_TITLE, lang), "", tuple(word(text, lang) for text in DAY_HEAD), lines, (), (1, 4)
    )


def table(summed: Sequence[RunAgreement], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from brigade.words.formats import number

    lines = tuple(
        (
            one.preset,
            f"{one.agreeing}/{one.runs}",
            f"{number(100 * one.share, lang, 0)} %",
            f"{one.whole_days}/{one.days}",
        )
        for one in summed
    )
    return ReportTable(
        "agreement", word(TITLE, lang), "", tuple(word(text, lang) for text in HEAD), lines, (), (1, 2, 3)
    )
