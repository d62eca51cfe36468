"""What is likely to come in until evening: employees who are present this morning and may fall away, and the
visits that would then be without anybody.

An employee who falls away in an hour leaves her visits that begin later than the way of a replacement takes.
Each pair of an employee and an hour has its chance; a systematic sample of them, as many as are expected,
stands for all (Madow 1949, Annals of Mathematical Statistics 20): the same problem gives the same sample.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import accumulate

from brigade.judging.coverage_levels import cost_of_a_point, points_of
from brigade.units import Ticks
from brigade.values.demand import Priority, RotaEntry, RotaFeed, UrgentCause, Visit
from brigade.values.policy import Reserve
from brigade.values.problem import Problem

MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class LikelyAbsence:
    """An employee who may fall away in the hour that begins at `at`, with the `chance` of that; `visits`:
    what she would then leave, in order of their starts."""

    employee_id: str
    provider_id: str
    at: Ticks
    chance: float
    visits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LikelyVisits:
    """`absences`: the sample. `expected`: how many absences are expected. `problem`: the day with their
    visits asked for too, each at a soft cost (`Problem.likely`)."""

    absences: tuple[LikelyAbsence, ...]
    expected: float
    problem: Problem


def likely_visits(problem: Problem, reserve: Reserve, offset: float = MIDDLE) -> LikelyVisits:
    """The day on which the likely absences have come true. Args: offset: as of `sampled`."""
    chances = [*chances_of_absence(problem, reserve)]
    expected = sum(one.chance for one in chances)
    absences = sampled(chances, offset)
    left = {visit for one in absences for visit in one.visits}
    weight = expected / len(absences) if absences else 0.0
    costs = {id: _cost(problem, problem.visit_by_id[id], weight) for id in sorted(left)}
    return LikelyVisits(absences, expected, _with_likely(problem, costs) if costs else problem)


def chances_of_absence(problem: Problem, reserve: Reserve) -> Iterator[LikelyAbsence]:
    """Every employee who has something to leave and every hour still to come of the day that is planned, by
    provider, hour and employee."""
    found = [one for feed in problem.rota for one in _chances_in(problem, reserve, feed)]
    yield from sorted(found, key=lambda one: (one.provider_id, one.at, _shuffled(one.employee_id)))


def sampled(chances: list[LikelyAbsence], offset: float = MIDDLE) -> tuple[LikelyAbsence, ...]:
    """As many as are expected, and one at the least; each employee once. Args: offset: from 0 to below 1, at
    which part of each step of the sample one is picked."""
    total = sum(one.chance for one in chances)
    if total <= 0:
        return ()
    count, ends = max(1, round(total)), [*accumulate(one.chance for one in chances)]
    picked = (
        chances[min(bisect_left(ends, (number + offset) * total / count), len(chances) - 1)]
        for number in range(count)
    )
    once = dict[str, LikelyAbsence]()
    for one in picked:
        # Of somebody met twice the first hour: she leaves most then.
        once.setdefault(one.employee_id, one)
    return tuple(once.values())


# -- chances -----------------------------------------------------------------------------------------------
def _chances_in(problem: Problem, reserve: Reserve, feed: RotaFeed) -> Iterator[LikelyAbsence]:
    rate = _rate(problem, reserve)
    for employee, entries in _present(problem, feed).items():
        for hour, begins in _hours_to_come(problem):
            ready = max(begins, problem.now) + problem.horizon.ticks(reserve.lead_min)
            left = tuple(entry.visit_id for entry in entries if entry.start >= ready)
            chance = rate * reserve.by_hour[hour]
            if left and chance:
                yield LikelyAbsence(employee, feed.provider_id, begins, chance, left)


def _rate(problem: Problem, reserve: Reserve) -> float:
    """Of one employee and one hour of weight 1."""
    month = _day(problem).month
    per_day = reserve.absences_per_1000 / 1000 * reserve.by_month[month - 1] / 100
    return per_day / sum(reserve.by_hour)


def _present(problem: Problem, feed: RotaFeed) -> dict[str, list[RotaEntry]]:
    """By employee, the visits of the day that she is to do and that can be given to others one by one.

    A visit that is tied to another stays out: were it open, the tie would bind others in another way than it
    does now.
    """
    day, tied = problem.horizon.day(_day(problem)), {id for o in problem.links for id in (o.first, o.second)}
    found: dict[str, list[RotaEntry]] = {}
    for entry in sorted(feed.entries, key=lambda one: (one.start, one.visit_id)):
        visit = problem.visit_by_id[entry.visit_id]
        is_hers = problem.fixed_start(entry.visit_id) is not None and visit.wants_replacement
        if is_hers and entry.visit_id not in tied and day.start <= entry.start < day.end:
            found.setdefault(entry.employee_id, []).append(entry)
    return found


def _hours_to_come(problem: Problem) -> Iterator[tuple[int, Ticks]]:
    """The local hours of the day that are not over, and when each begins. An hour that the clocks leave out
    never comes; one that they repeat is one hour."""
    day = problem.horizon.day(_day(problem))
    begun: dict[int, Ticks] = {}
    step = problem.horizon.ticks(60)
    for tick in range(day.start, day.end, step):
        begun.setdefault(problem.horizon.instant(tick).astimezone(problem.horizon.zone).hour, tick)
    for hour, tick in begun.items():
        if tick + step > problem.now:
            yield hour, tick


def _day(problem: Problem) -> date:
    """The day that is under way, or the first one."""
    return problem.day_of(min(max(problem.now, 0), problem.horizon.length - 1))


def _shuffled(employee_id: str) -> str:
    """An order that says nothing of the names, the same on any machine."""
    return sha256(employee_id.encode()).hexdigest()


# -- the day on which they come true -----------------------------------------------------------------------
def _cost(problem: Problem, visit: Visit, weight: float) -> int:
    return round(points_of(problem, visit) * cost_of_a_point(problem) * weight)


def _with_likely(problem: Problem, costs: dict[str, int]) -> Problem:
    starts = {id: problem.rota_entry_by_visit[id].start for id in costs}
    visits = tuple(
        _as_likely(visit, starts[visit.id]) if visit.id in costs else visit for visit in problem.visits
    )
    rota = tuple(
        replace(feed, entries=tuple(entry for entry in feed.entries if entry.visit_id not in costs))
        for feed in problem.rota
    )
    return problem.expecting(visits, rota, costs)


def _as_likely(visit: Visit, start: Ticks) -> Visit:
    """Of the last level: what it costs is said beside. It would be a colleague's absence that opens it."""
    planned = start if visit.planned_start is None else visit.planned_start
    cause = visit.cause or UrgentCause.COLLEAGUE_ABSENCE
    return replace(visit, priority=Priority.P4, mandatory=False, planned_start=planned, cause=cause)
