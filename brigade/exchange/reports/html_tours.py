"""What the report's timelines and route sheets show."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from brigade.exchange.documents.rows import (
    StopRow,
    lane_mode,
    level_word,
    stop_rows,
    vehicle_words,
    whose,
)
from brigade.exchange.reports.lanes import DayLanes, Lane, day_lanes
from brigade.timing.duty_days import day_rules, minutes_of, route_work
from brigade.values.places import AS_TOLD
from brigade.values.plan import Plan, Route
from brigade.values.problem import Problem
from brigade.words import (
    capital,
    duration,
    kilometres,
    long_day,
    say_marking,
    typeset,
    wall_clock,
    wall_span,
    word,
)

KEYS = (
    "visit level-0",
    "visit level-1",
    "visit level-2",
    "visit level-3",
    "visit level-4",
    "visit level-2 to-offer",
)
KINDS = ("travel", "home", "pause", "wait", "interruption", "other", "on_call", "call")
SHEET = (
    "order",
    "visit",
    "client",
    "provider",
    "priority",
    "arrival",
    "start",
    "end",
    "travel",
    "status",
    "paper",
)


def groups(problem: Problem, plan: Plan, lang: str) -> list[dict[str, Any]]:
    """One board a day."""
    return [_board(problem, plan, day, lang) for day in day_lanes(problem, plan, lang)]


def _board(problem: Problem, plan: Plan, day: DayLanes, lang: str) -> dict[str, Any]:
    return {
        "title": capital(long_day(day.day, lang)),
        "hours": day.hours,
        "lanes": [_row(problem, plan, lane, lang) for lane in day.lanes],
    }


def _row(problem: Problem, plan: Plan, lane: Lane, lang: str) -> dict[str, Any]:
    work = sum(route_work(problem, day_rules(problem, plan, route), route) for route in lane.routes)
    stops = sum(len(route.stops) for route in lane.routes)
    hours = word("work_of", lang, work=minutes_of(problem, work))
    label = word(
        "lane_label",
        lang,
        worker=lane.worker.id,
        n=stops,
        spans=[_span(problem, route, lang) for route in lane.routes],
    )
    return {
        "worker": lane.worker.id,
        "mode": lane_mode(problem, lane.worker, lane.routes, lang),
        "hours": typeset(hours, lang),
        "label": typeset(f"{label}, {hours}", lang),
        "free": lane.free,
        "segments": lane.segments,
    }


def _span(problem: Problem, route: Route, lang: str) -> str:
    at = problem.horizon.instant
    return wall_span(at(route.departure), at(route.back), lang)


def keys(lang: str) -> list[tuple[str, str]]:
    """The legend: class of the sample, and what it means."""
    levels = ((style, f"level.{style[12]}") for style in KEYS[:-1])
    named = (*levels, (KEYS[-1], "to_offer"), *((kind, f"segment.{kind}") for kind in KINDS))
    return [(sample, capital(word(key, lang))) for sample, key in named]


def sheets(problem: Problem, plan: Plan, lang: str) -> list[dict[str, Any]]:
    """The route sheet of every worker: all stops in order, what a screen reader reads instead of the
    timeline."""
    # `groupby` wants a worker's rows side by side; a stable sort leaves them in order.
    rows = sorted(stop_rows(problem, plan), key=lambda row: row.worker.id)
    return [
        _sheet(problem, plan, id, list(own), lang) for id, own in groupby(rows, key=lambda row: row.worker.id)
    ]


def _sheet(problem: Problem, plan: Plan, worker_id: str, rows: list[StopRow], lang: str) -> dict[str, Any]:
    routes = plan.routes_of(worker_id)
    metres = sum(route.metres_back + sum(stop.metres for stop in route.stops) for route in routes)
    summary = word(
        "sheet_summary", lang, n=len(rows), spans=[_span(problem, route, lang) for route in routes]
    )
    several = problem.horizon.days > 1
    columns = ("day", *SHEET) if several else SHEET
    return {
        "worker": worker_id,
        "summary": typeset(
            ", ".join((summary, kilometres(metres, lang), *_vehicles(problem, routes, lang))), lang
        ),
        "caption": typeset(word("sheet_caption", lang, worker=worker_id), lang),
        "head": [word(f"column.{column}", lang) for column in columns],
        "rows": [_cells(problem, row, lang, several) for row in rows],
    }


def _vehicles(problem: Problem, routes: Sequence[Route], lang: str) -> list[str]:
    """The shared vehicles of somebody's tours, and where they stand."""
    ids = dict.fromkeys(route.vehicle_id for route in routes if route.vehicle_id is not None)
    return [vehicle_words(problem.vehicle_by_id[id], lang) for id in ids]


def _cells(problem: Problem, row: StopRow, lang: str, several: bool) -> list[str]:
    at, stop = problem.horizon.instant, row.stop
    travel = f"{duration(minutes_of(problem, stop.travel))}, {kilometres(stop.metres, lang)}"
    if row.traffic != AS_TOLD:
        travel += f", {word('traffic_met', lang, percent=row.traffic)}"
    status = (
        say_marking(stop.marking, lang, horizon=problem.horizon) if stop.marking else word(row.status, lang)
    )
    cells = [
        str(row.order),
        row.visit.id,
        whose(row.visit, lang),
        row.provider_id,
        level_word(row.visit, lang),
        wall_clock(at(stop.arrival), lang),
        wall_clock(at(stop.start), lang),
        wall_clock(at(stop.end), lang),
        travel,
        status,
        stop.paper_to_sign or "",
    ]
    first = [long_day(row.day, lang)] if several else []
    return [typeset(cell, lang) for cell in [*first, *cells]]
