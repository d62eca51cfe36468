"""Which traffic a leg meets: that of the hour for which its visit is asked, whenever it is driven.

So what a leg takes hangs on its two visits alone, in every order of a tour: timing, search and bounds look it
up as they look up any way (docs/decisions/0104-traffic-of-the-hour-asked-for.md).
"""

from __future__ import annotations

from datetime import timedelta

from brigade.units import Interval, Ticks
from brigade.values.demand import Visit
from brigade.values.places import AS_TOLD, TravelMode
from brigade.values.problem import Problem
from brigade.values.unavailability import daily_bands

DAY = timedelta(days=1)


def percent_to(problem: Problem, mode: TravelMode, visit: Visit | None) -> int:
    """Of a leg from no visit to one: that of its hour. A place that is none of its own has none."""
    if not problem.traffic or visit is None or problem.site_of(visit) is None:
        return AS_TOLD
    return percent_at(problem, mode, hour_asked(problem, visit))


def percent_from(problem: Problem, mode: TravelMode, visit: Visit | None) -> int:
    """Of a leg that leaves a visit: that of its hour and length."""
    if not problem.traffic or visit is None or problem.site_of(visit) is None:
        return AS_TOLD
    return percent_at(problem, mode, hour_asked(problem, visit) + _as_asked(problem, visit).duration)


def percent_between(problem: Problem, mode: TravelMode, before: Visit, after: Visit) -> int:
    """Of a leg from visit to visit: when the first is left; where that has no place of its own, when the
    second begins."""
    if problem.traffic and problem.site_of(before) is None:
        return percent_to(problem, mode, after)
    return percent_from(problem, mode, before)


def most_percent(problem: Problem, mode: TravelMode) -> int:
    """The heaviest traffic that the mode may meet."""
    return max((AS_TOLD, *(one.percent for one in problem.traffic if one.mode is mode)))


def hour_asked(problem: Problem, visit: Visit) -> Ticks:
    """The middle of its first window."""
    window = min(_as_asked(problem, visit).windows)
    return (window.earliest + window.latest) // 2


def _as_asked(problem: Problem, visit: Visit) -> Visit:
    """Before a replan took hours from it, and whoever serves it."""
    return problem.whole.visit_by_id.get(visit.id) or problem.visit_by_id[visit.id]


def percent_at(problem: Problem, mode: TravelMode, tick: Ticks) -> int:
    """That of the moment itself."""
    known = problem.percents
    if (mode, tick) not in known:
        told = (
            one.percent for one in problem.traffic if one.mode is mode and _holds(problem, one.hours, tick)
        )
        known[mode, tick] = next(told, AS_TOLD)
    return known[mode, tick]


def _holds(problem: Problem, hours: tuple[str, ...], tick: Ticks) -> bool:
    horizon, today = problem.horizon, problem.day_of(tick)
    for band in (one for text in hours for one in daily_bands(text)):
        # A band may reach into the next morning.
        for day in (today - DAY, today):
            last = day if band.end > band.start else day + DAY
            stretch = Interval(horizon.at(day, band.start), horizon.at(last, band.end))
            if band.falls_on(day, problem.basin.department) and stretch.start <= tick < stretch.end:
                return True
    return False
