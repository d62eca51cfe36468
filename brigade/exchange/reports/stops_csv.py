"""A plan as CSV for people who live in spreadsheets: the stops, and what stays uncovered.

`;` between fields, CRLF, French headers, decimal comma in French; `excel=True` adds the byte-order mark
without which Excel takes UTF-8 for cp1252.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from brigade.exchange.documents.rows import (
    StopRow,
    level_word,
    stop_rows,
    uncovered_rows,
    whose,
)
from brigade.exchange.reports.cells_out import safe_cell
from brigade.texts.articles import article_in
from brigade.units import Ticks
from brigade.values.places import Vehicle
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import say, wall_clock, word
from brigade.words.formats import ungrouped

BYTE_ORDER_MARK = "\ufeff"
STOP_COLUMNS = (
    *("day", "worker", "employer", "tour", "order", "visit", "client", "provider", "commune", "priority"),
    *(
        "departure",
        "arrival",
        "pause_min",
        "wait_min",
        "start",
        "end",
        "length_min",
        "travel_min",
        "distance_km",
    ),
    *("mode", "back", "status", "article", "paper"),
)
VEHICLE_COLUMNS = ("vehicle", "vehicle_place")
"""Behind the others where the problem has shared vehicles."""
UNCOVERED_COLUMNS = (
    "visit",
    "client",
    "provider",
    "commune",
    "priority",
    "length_min",
    "hours",
    "reasons",
    "action",
)


def stops_csv(problem: Problem, plan: Plan, lang: str = "fr", *, excel: bool = False) -> str:
    """One line a stop, in tour order. Times are local wall clock, `day` the date on which the service starts;
    the tour's departure stands on its first line, the return on its last."""
    columns = (*STOP_COLUMNS, *VEHICLE_COLUMNS) if problem.vehicles else STOP_COLUMNS
    rows = (_stop_cells(problem, row, lang) for row in stop_rows(problem, plan))
    return _csv(columns, rows, lang, excel)


def uncovered_csv(problem: Problem, plan: Plan, lang: str = "fr", *, excel: bool = False) -> str:
    """One line a visit nobody does, the gravest first, with its reasons and the possible action in words."""
    return _csv(UNCOVERED_COLUMNS, _uncovered_cells(problem, plan, lang), lang, excel)


def _stop_cells(problem: Problem, row: StopRow, lang: str) -> Sequence[str]:
    stop, route = row.stop, row.route
    return [
        row.day.isoformat(),
        row.worker.id,
        row.worker.employer_id,
        # People count tours from 1, documents from 0.
        str(route.tour + 1),
        str(row.order),
        row.visit.id,
        whose(row.visit, lang),
        row.provider_id,
        row.commune,
        level_word(row.visit, lang),
        _time(problem, route.departure, lang) if row.is_first else "",
        _time(problem, stop.arrival, lang),
        _minutes(problem, stop.pause, lang),
        _minutes(problem, stop.wait, lang),
        _time(problem, stop.start, lang),
        _time(problem, stop.end, lang),
        _minutes(problem, stop.end - stop.start, lang),
        _minutes(problem, stop.travel, lang),
        ungrouped(stop.metres / 1000, lang, digits=3),
        word(f"mode.{row.mode}", lang),
        _time(problem, route.back, lang) if row.is_last else "",
        word(row.status, lang),
        article_in(stop.marking.article, lang) if stop.marking else "",
        stop.paper_to_sign or "",
        *(_vehicle_cells(row.vehicle) if problem.vehicles else ()),
    ]


def _vehicle_cells(vehicle: Vehicle | None) -> Sequence[str]:
    return ("", "") if vehicle is None else (vehicle.id, vehicle.site_id)


def _uncovered_cells(problem: Problem, plan: Plan, lang: str) -> Iterable[Sequence[str]]:
    for row in uncovered_rows(problem, plan):
        spans = (
            f"{_time(problem, w.earliest, lang)}-{_time(problem, w.hard_latest, lang)}"
            for w in row.visit.windows
        )
        reasons = (say(reason, lang, horizon=problem.horizon) for reason in row.uncovered.reasons)
        action = row.uncovered.action
        yield [
            row.visit.id,
            whose(row.visit, lang),
            row.provider_id,
            row.commune,
            level_word(row.visit, lang),
            _minutes(problem, row.visit.duration, lang),
            " ".join(spans),
            " | ".join(reasons),
            say(action, lang, horizon=problem.horizon) if action else "",
        ]


def _csv(columns: Sequence[str], lines: Iterable[Sequence[str]], lang: str, excel: bool) -> str:
    text = StringIO()
    # A French spreadsheet keeps the comma for decimals, and separates cells by semicolons.
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([word(f"column.{column}", lang) for column in columns])
    # A spreadsheet runs some texts as formulas: an identifier must never be one.
    writer.writerows([safe_cell(cell) for cell in line] for line in lines)
    return (BYTE_ORDER_MARK if excel else "") + text.getvalue()


def _time(problem: Problem, tick: Ticks, lang: str) -> str:
    return wall_clock(problem.horizon.instant(tick), lang)


def _minutes(problem: Problem, ticks: Ticks, lang: str) -> str:
    return ungrouped(problem.horizon.minutes(ticks), lang)
