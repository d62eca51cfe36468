"""`brigade bench scale`: how time, gap and memory grow with visits and basins, and where the time goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brigade.words import word
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.curve import CurveMeasure
    from scenarios.bench.many_basins import BasinNight


class ScalePart(StrEnum):
    CURVE = "curve"
    DEPARTMENT = "department"
    COUNTRY = "country"
    STAGES = "stages"


TITLES = {
    ScalePart.CURVE: "bench.title.curve",
    ScalePart.DEPARTMENT: "bench.title.department",
    ScalePart.COUNTRY: "bench.title.country",
    ScalePart.STAGES: "bench.title.stages",
}
CURVE_HEAD = (
    "bench.visits",
    "bench.day",
    "bench.seeds",
    "bench.workers",
    "bench.covered",
    "bench.uncovered_weight",
    "bench.within_gap",
    "bench.time_to_gap",
    "bench.last_gap",
    "bench.time",
    "bench.cpu",
    "bench.memory",
)
BASIN_HEAD = (
    "bench.basin",
    "bench.workers",
    "bench.open",
    "bench.covered",
    "bench.points_lost",
    "bench.first_unproven",
    "bench.soft_gap",
    "bench.drawing",
    "bench.time",
    "bench.cpu",
    "bench.memory",
)
SPREAD_HEAD = ("bench.by_basin", "bench.mean", "bench.median", "bench.ninety_five", "bench.maximum")
FEW = 30
"""Basins that still get a line each."""


def register(app: typer.Typer) -> None:
    app.command("scale")(scale)


def scale(
    parts: Annotated[str, typer.Option("--parts")] = "curve,department,country,stages",
    visits: Annotated[str, typer.Option("--visits", help="bench.scale.visits")] = "50,100,200,400,800,1600",
    limit: Annotated[
        float,
        typer.Option("--limit", min=0.1, help="bench.scale.limit"),
    ] = 60.0,
    seeds: Annotated[str, typer.Option("--seeds", help="bench.days")] = "1-3",
    full: Annotated[
        bool,
        typer.Option(
            "--full/--plain",
        ),
    ] = True,
    basins: Annotated[int, typer.Option("--basins", min=1, max=3000)] = 300,
    basin_limit: Annotated[float, typer.Option("--basin-limit", min=0.1, callback=options.finite)] = 10.0,
    processes: Annotated[int, typer.Option("--processes", min=1, max=256)] = 2,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="bench.measurements"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Time, proven gap and memory by size; a department, a whole night."""
    screen = Screen.of("bench scale", lang, as_json)
    with Interruption(lang).heard(), answering(screen, "bench scale"):
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        asked = [ScalePart(name) for name in lists.names("--parts", parts, list(ScalePart))]
        sizes, drawn = lists.numbers("--visits", visits), lists.numbers("--seeds", seeds)
        rows: list[dict[str, Any]] = []
        for part in asked:
            if part is ScalePart.CURVE:
                rows += curve(screen, sizes, drawn, limit, [False, True] if full else [False])
            elif part is ScalePart.STAGES:
                rows += stages(screen, drawn[0], min(limit, 10.0))
            else:
                rows += night(screen, part, basins, drawn[0], basin_limit, processes)
        outputs.put(csv_file, csv_of(rows))
        screen.answer(ExitCode.DONE, rows=rows, files=outputs.write())


# -- the curve ---------------------------------------------------------------------------------------------
def curve(
    screen: Screen, sizes: Sequence[int], seeds: Sequence[int], limit: float, kinds: Sequence[bool]
) -> list[dict[str, Any]]:
    from brigade.words.formats import percent
    from scenarios.bench.curve import GAP, CurvePoint, measure

    lines, rows = [], []
    for count in sizes:
        for full in kinds:
            found = [measure(CurvePoint(max(2, count), seed, limit, full)) for seed in seeds]
            lines.append(curve_row(found, screen.lang))
            rows += [{"part": "curve", **asdict(one.point), **_without(one, "point")} for one in found]
    head = tuple(word(text, screen.lang, gap=percent(GAP, screen.lang, 0)) for text in CURVE_HEAD)
    screen.tables([_table(ScalePart.CURVE, screen.lang, head, lines, left=(1,))])
    return rows


def curve_row(found: Sequence[CurveMeasure], lang: str) -> tuple[str, ...]:
    """Means over seeds; the time to the gap is that of the seeds that got there."""
    from brigade.words.formats import number, percent

    reached = [one.to_gap_s for one in found if one.to_gap_s is not None]
    return (
        str(found[0].point.visits),
        "bad" if found[0].point.full else "plain",
        str(len(found)),
        str(found[0].workers),
        number(_mean(one.covered for one in found), lang, 1),
        number(_mean(one.weight for one in found), lang, 1),
        f"{len(reached)}/{len(found)}",
        number(_mean(reached), lang, 1) if reached else "–",
        percent(_mean(one.gap for one in found), lang),
        number(_mean(one.wall_s for one in found), lang, 1),
        number(_mean(one.cpu_s for one in found), lang, 1),
        f"{max(one.peak_mb for one in found):.0f} ({max(one.idle_mb for one in found):.0f})",
    )


# -- basins ------------------------------------------------------------------------------------------------
def night(
    screen: Screen, part: ScalePart, count: int, seed: int, limit: float, processes: int
) -> list[dict[str, Any]]:
    from scenarios.bench.many_basins import country, department, run_all

    asks = department(seed, limit) if part is ScalePart.DEPARTMENT else country(count, seed, limit)
    nights, wall = run_all(asks, processes, lambda one: None)
    screen.tables(basin_tables(part, nights, wall, processes, screen.lang))
    rows: list[dict[str, Any]] = [
        {"part": str(part), **asdict(one.ask), **_without(one, "ask")} for one in nights
    ]
    return rows


def basin_tables(
    part: ScalePart, nights: Sequence[BasinNight], wall: float, processes: int, lang: str
) -> list[ReportTable]:
    """Each basin where they are few, and how they spread where there are several."""
    from brigade.words.formats import number
    from scenarios.bench.many_basins import spread

    whole = word(
        "bench.whole",
        lang,
        visits=sum(one.open_visits for one in nights),
        covered=sum(one.covered for one in nights),
        wall=number(wall, lang, 1),
        processes=processes,
        each=number(wall / len(nights), lang),
    )
    made = []
    if len(nights) <= FEW:
        head = tuple(word(text, lang) for text in BASIN_HEAD)
        made.append(
            _table(part, lang, head, [basin_row(one, lang) for one in nights], (whole,), n=len(nights))
        )
    # A gap of soft costs says something only where no level is open (`BasinNight.gap`).
    measured = {
        word("bench.cpu", lang): [one.cpu_s for one in nights],
        word("bench.drawing", lang): [one.draw_s for one in nights],
        word("bench.time", lang): [one.wall_s for one in nights],
        word("bench.soft_gap_percent", lang): [100 * one.gap for one in nights if one.open_level is None],
        word("bench.memory", lang): [one.peak_mb for one in nights],
    }
    lines = [
        (name, *(number(value, lang) for value in spread(values)))
        for name, values in measured.items()
        if values
    ]
    spread_head = tuple(word(text, lang) for text in SPREAD_HEAD)
    made.append(_table(part, lang, spread_head, lines, () if made else (whole,), n=len(nights)))
    return made


def basin_row(one: BasinNight, lang: str) -> tuple[str, ...]:
    from brigade.words.formats import number, percent

    return (
        one.ask.basin,
        str(one.workers),
        str(one.open_visits),
        str(one.covered),
        str(one.points),
        "–" if one.open_level is None else _level(one.open_level, lang),
        percent(one.gap, lang) if one.open_level is None else "–",
        number(one.draw_s, lang),
        number(one.wall_s, lang),
        number(one.cpu_s, lang),
        f"{one.peak_mb:.0f}",
    )


def _level(level: int, lang: str) -> str:
    return f"P{level}" if level else word("bench.mandatory", lang)


# -- where time goes ---------------------------------------------------------------------------------------
def stages(screen: Screen, seed: int, limit: float) -> list[dict[str, Any]]:
    from brigade.words.formats import number
    from scenarios.bench.day_generator import SIZES
    from scenarios.bench.stages import profile

    found = {(size, full): profile(size, seed, limit, full=full) for size in SIZES for full in (False, True)}
    head = (
        word("bench.stage", screen.lang),
        *(f"{size}{' bad' if full else ''}" for size, full in found),
    )
    names = next(iter(found.values()))
    lines = [(name, *(number(one[name], screen.lang, 3) for one in found.values())) for name in names]
    screen.tables([_table(ScalePart.STAGES, screen.lang, head, lines)])
    return [
        {"part": "stages", "size": size, "full": full, "seed": seed, **one}
        for (size, full), one in found.items()
    ]


# -- all of them -------------------------------------------------------------------------------------------
def _table(
    part: ScalePart,
    lang: str,
    head: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    notes: tuple[str, ...] = (),
    n: int = 0,
    left: tuple[int, ...] = (),
) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable

    numeric = tuple(column for column in range(1, len(head)) if column not in left)
    return ReportTable(str(part), word(TITLES[part], lang, n=n), "", head, tuple(rows), notes, numeric)


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept)


def _without(one: Any, field: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != field}


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every part's own columns; a cell that a part does not have stays empty."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
