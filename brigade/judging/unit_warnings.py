"""Lengths and amounts that make sense and were most often meant in another unit: hours read as minutes, cents
as euros."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.values.plan import Reason
from brigade.values.workforce import Contract, Counters, PersonalLimits, Worker, WorkingTimeMode

if TYPE_CHECKING:
    from brigade.values.problem import Problem

SHOWN_IDS = 5
# Half an hour typed as 0,5, or hours in a column of minutes.
SHORTEST_VISIT_MIN = 5
# 35 in a column of minutes means hours.
SHORTEST_WEEK_MIN = 60
LONGEST_WEEK_MIN = 48 * 60
"""No week of anybody's may be longer (CT L3121-20): a contract of 151,67 h is one of a month."""
DEAREST_KM_CENTS = 300
"""Below or beyond these a length was most often meant in hours, an amount in cents."""
HOUR_MIN = 60
SHORTEST_STRETCH_MIN = 20
"""Six hours in a row, written 6; who needs a break every quarter of an hour does not visit people."""
LOWEST_CAP_MIN = 100 * HOUR_MIN
"""A cap of 480 hours, written 480, would be eight."""
WEEKS_OF_MODE = {
    WorkingTimeMode.TWO_WEEKS: 2,
    WorkingTimeMode.FOUR_WEEKS: 4,
    WorkingTimeMode.MONTHLY: 4,
    WorkingTimeMode.ANNUAL: 52,
}
LEAST_OF_SPAN = 20
"""A day's work is no twentieth of its span: four hours, written 4."""


def units(problem: Problem) -> Iterator[Reason]:
    minutes = problem.horizon.minutes
    short = [
        visit
        for visit in problem.visits
        if not visit.is_seat and minutes(visit.duration) < SHORTEST_VISIT_MIN
    ]
    if short:
        named = [visit.id for visit in short[:SHOWN_IDS]]
        yield Reason.of(
            "warning_short_visits", visits=named, count=len(short), minutes=minutes(short[0].duration)
        )
    weeks = {one.id: one.contract.weekly for one in problem.workers if one.contract.weekly is not None}
    few = {id: minutes(week) for id, week in weeks.items() if 0 < minutes(week) < SHORTEST_WEEK_MIN}
    if few:
        yield Reason.of(
            "warning_short_contract", workers=list(few)[:SHOWN_IDS], count=len(few), minutes=min(few.values())
        )
    long = {id: minutes(week) for id, week in weeks.items() if minutes(week) > LONGEST_WEEK_MIN}
    if long:
        told = {"count": len(long), "minutes": max(long.values())}
        yield Reason.of("warning_long_contract", workers=list(long)[:SHOWN_IDS], **told)
    dear = {one.id: one.cents_per_km for one in problem.workers if (one.cents_per_km or 0) > DEAREST_KM_CENTS}
    if dear:
        told = {"count": len(dear), "eur": max(dear.values()) / 100}
        yield Reason.of("warning_dear_km", workers=list(dear)[:SHOWN_IDS], **told)
    yield from _short_hours(problem)


def _short_hours(problem: Problem) -> Iterator[Reason]:
    """Whose hours are too few for what they say, one sentence for each thing that is said."""
    found: dict[str, dict[str, float]] = {}
    for worker in problem.workers:
        for what, ticks, least in _lengths(worker):
            met = problem.horizon.minutes(ticks) if ticks is not None else 0
            if 0 < met < least:
                found.setdefault(what, {})[worker.id] = met
        if days := _short_days(worker):
            found.setdefault("past_day", {})[worker.id] = problem.horizon.minutes(min(days))
    for what, few in found.items():
        told = {"count": len(few), "minutes": min(few.values())}
        yield Reason.of("warning_short_hours", what=what, workers=list(few)[:SHOWN_IDS], **told)


def _lengths(worker: Worker) -> Iterator[tuple[str, int | None, int]]:
    """What is said, its ticks, and the least minutes that make sense."""
    contract: Contract = worker.contract
    limits: PersonalLimits = worker.limits
    counters: Counters = worker.counters
    weeks = WEEKS_OF_MODE.get(contract.working_time_mode, 1) if contract.working_time_mode else 1
    yield "period_hours", contract.period_hours, weeks * SHORTEST_WEEK_MIN
    yield "week_ceiling", contract.week_ceiling, HOUR_MIN
    yield "span_limit", contract.span_limit, HOUR_MIN
    yield "daily", contract.daily, HOUR_MIN
    yield "max_daily_work", limits.max_daily_work, HOUR_MIN
    yield "max_week_work", limits.max_week_work, HOUR_MIN
    yield "max_span", limits.max_span, HOUR_MIN
    yield "max_stretch", limits.max_stretch, SHORTEST_STRETCH_MIN
    yield "daily_rest", limits.daily_rest, HOUR_MIN
    # One short week is somebody's first visit; all of them short is a column in hours.
    yield "week_work", max(counters.week_work, default=None), HOUR_MIN
    yield "ai_cap", counters.ai_cap, LOWEST_CAP_MIN


def _short_days(worker: Worker) -> list[int]:
    return [
        day.work
        for day in worker.counters.days
        if day.work > 0 and day.work * LEAST_OF_SPAN < day.end - day.start
    ]
