"""`brigade bench advice` and `brigade bench replan`: how quickly a plan answers, and how good and calm a
repaired one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

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
    from brigade.values.plan import Plan
    from brigade.values.problem import Problem
    from scenarios.bench.replan_speed import ReplanCase

ADVICE_HEAD = (
    "bench.question",
    "bench.cases",
    "bench.median_ms",
    "bench.slow_ms",
    "bench.aim_ms",
)
EDITS = "bench.ask.hand_edit"
CASE_HEAD = (
    "bench.drawn_day",
    "bench.event",
    "bench.seconds",
    "bench.points",
    "bench.points_of",
    "bench.loss",
    "bench.changes",
    "bench.changes_of_new",
    "bench.points_with_people",
)

Seeds = Annotated[str, typer.Option("--seeds", help="bench.days")]
Day = Annotated[str, typer.Option("--preset", help="bench.day")]
Told = Annotated[float, typer.Option("--told", min=0.1, callback=options.finite, help="bench.told")]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="bench.measurements"),
]


def register(app: typer.Typer) -> None:
    app.command("advice")(advice)
    app.command("replan")(replan)


def advice(
    seeds: Seeds = "1-5",
    preset: Day = "urban_day",
    told: Told = 10.0,
    edits: Annotated[
        int,
        typer.Option("--edits", min=0, max=10_000, help="bench.advice.edits"),
    ] = 60,
    csv_file: Csv = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """How quickly a plan answers: candidates, reasons, suggestions, hand edits."""
    screen = Screen.of("bench advice", lang, as_json)
    with Interruption(lang).heard(), answering(screen, "bench advice"):
        outputs = _outputs(csv_file)
        found: dict[str, list[float]] = {}
        for seed in lists.numbers("--seeds", seeds):
            for name, seconds in asked(*day(preset, seed, told), edits, seed):
                found.setdefault(name, []).extend(seconds)
        summed = list(summaries(found))
        screen.tables([advice_table(summed, screen.lang)])
        # The file is for programs: it is in English, whatever the language of the screen.
        rows = [{**one, "question": word(one["question"], "en")} for one in summed]
        outputs.put(csv_file, csv_of(rows))
        screen.answer(ExitCode.DONE, rows=rows, files=outputs.write())


def replan(
    seeds: Seeds = "1-6",
    preset: Day = "urban_day",
    told: Told = 10.0,
    absences: Annotated[
        int,
        typer.Option(
            "--absences",
            min=1,
            max=100,
        ),
    ] = 2,
    limit: Annotated[
        float, typer.Option("--limit", min=0.1, callback=options.finite, help="bench.replan.limit")
    ] = 60.0,
    csv_file: Csv = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """One absence replanned: time, points covered and changes, beside a full re-solve."""
    screen = Screen.of("bench replan", lang, as_json)
    with Interruption(lang).heard(), answering(screen, "bench replan"):
        outputs = _outputs(csv_file)
        drawn = lists.numbers("--seeds", seeds)
        cases = [
            case for seed in drawn for case in replanned(*day(preset, seed, told), absences, limit, seed)
        ]
        screen.tables([replan_table(cases, limit, screen.lang)])
        rows = [
            {**asdict(one), "loss": one.loss, "as_good": one.is_as_good, "calm": one.is_calm} for one in cases
        ]
        outputs.put(csv_file, csv_of(rows))
        screen.answer(ExitCode.DONE, rows=rows, files=outputs.write())


def _outputs(csv_file: Path | None) -> Outputs:
    outputs = Outputs()
    outputs.file(csv_file)
    outputs.check()
    return outputs


def day(preset: str, seed: int, told_s: float) -> tuple[Problem, Plan]:
    """An invented day and the plan told of it."""
    from scenarios.bench.replan_speed import told_day

    return told_day(preset, seed, told_s)


# -- questions ---------------------------------------------------------------------------------------------
def asked(problem: Problem, plan: Plan, edits: int, seed: int) -> Iterator[tuple[str, list[float]]]:
    """(question, seconds of each time it was asked) of one told day."""
    from scenarios.bench.advice_speed import figures
    from scenarios.bench.replan_speed import edit_times

    yield from figures(problem, plan).items()
    if edits:
        yield EDITS, edit_times(problem, plan, edits, seed)


def summaries(found: Mapping[str, Sequence[float]]) -> Iterator[dict[str, Any]]:
    from scenarios.bench.advice_speed import TARGETS_MS
    from scenarios.bench.replan_speed import TARGET_EDIT_MS

    aims = {**TARGETS_MS, EDITS: TARGET_EDIT_MS}
    for name, seconds in found.items():
        slow = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
        yield {
            "question": name,
            "cases": len(seconds),
            "median_ms": round(1000 * median(seconds), 2),
            "slow_ms": round(1000 * slow, 2),
            "aim_ms": aims.get(name),
        }


def advice_table(rows: Sequence[Mapping[str, Any]], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from brigade.words.formats import number

    lines = tuple(
        (
            word(row["question"], lang),
            str(row["cases"]),
            number(row["median_ms"], lang, 0),
            number(row["slow_ms"], lang, 0),
            "" if row["aim_ms"] is None else str(row["aim_ms"]),
        )
        for row in rows
    )
    head = tuple(word(text, lang) for text in ADVICE_HEAD)
    return ReportTable("advice", word("bench.title.advice", lang), "", head, lines, (), (1, 2, 3, 4))


# -- replans -----------------------------------------------------------------------------------------------
def replanned(problem: Problem, plan: Plan, count: int, limit: float, seed: int) -> Iterator[ReplanCase]:
    from scenarios.bench.replan_speed import absences, measured

    for event in absences(problem, plan, count, seed):
        yield measured(problem, plan, event, seed, limit)


def replan_table(cases: Sequence[ReplanCase], limit: float, lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from brigade.words.formats import number
    from scenarios.bench.replan_speed import PEOPLE, TARGET_S

    lines = tuple(
        (
            str(one.seed),
            one.event,
            number(one.seconds, lang, 2),
            str(one.points),
            str(one.resolved_points),
            number(100 * one.loss, lang, 2),
            str(one.changes),
            str(one.resolved_changes),
            f"{one.budget_points} ({one.budget_people})",
        )
        for one in cases
    )
    note = word(
        "bench.note.replan",
        lang,
        seconds=number(median(one.seconds for one in cases), lang, 2),
        aim=number(TARGET_S, lang, 0),
        loss=number(100 * median(one.loss for one in cases), lang, 2),
        changes=number(median(one.changes for one in cases), lang, 1),
        fresh=number(median(one.resolved_changes for one in cases), lang, 1),
        good=sum(one.is_as_good for one in cases),
        calm=sum(one.is_calm for one in cases),
        cases=len(cases),
    )
    head = tuple(word(text, lang, limit=f"{limit:g}", people=PEOPLE) for text in CASE_HEAD)
    numeric = tuple(column for column in range(len(head)) if column != 1)
    return ReportTable("replan", word("bench.title.replan", lang), "", head, lines, (note,), numeric)
