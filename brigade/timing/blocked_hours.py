"""Hours in which a worker does not serve a visit (docs/design.md §1): work elsewhere, hours and days that she
keeps free, days on which the texts do not admit the visit, the notice where the policy keeps it, on call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from functools import lru_cache

from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import wall_time
from brigade.timing.notice import soonest_start
from brigade.timing.on_call import closed_hours
from brigade.units import Horizon, Interval, Ticks
from brigade.values.calendar import is_may_first, is_public_holiday, is_sunday
from brigade.values.demand import ActClass, Visit
from brigade.values.problem import Problem
from brigade.values.reserved_days import kinds_of, unmet_conditions
from brigade.values.workforce import Worker

BLOCKING_RULES = frozenset(
    {"PERSONAL_LIMIT", "SUNDAY_HOLIDAY_ACTS", "HOLIDAY_RHYTHM", "SCHEDULE_NOTICE", "ON_CALL"}
)
"""Rules without which fewer hours are blocked: a tour may then have other times."""


def blocked_hours(
    problem: Problem, worker: Worker, visits: Iterable[Visit]
) -> dict[str, tuple[Interval, ...]]:
    """By visit: its service overlaps none of them. Rules that are switched off block nothing."""
    of_any = (*worker.other_work, *_bands(problem, worker))
    return {
        visit.id: (
            *of_any,
            *_days_off(problem, worker, visit),
            *_notice(problem, worker, visit),
            *(hours for _, hours in closed_hours(problem, worker, visit)),
        )
        for visit in visits
    }


def _bands(problem: Problem, worker: Worker) -> Iterator[Interval]:
    """The daily hours in which the person does not work."""
    texts = () if "PERSONAL_LIMIT" in problem.rule_sets_off else worker.limits.no_work_bands
    return (one for text in texts for one in problem.horizon.bands(*wall_band(text)))


def wall_band(text: str) -> tuple[time, time]:
    """Both ends of a wall clock band such as "22:00-06:00"; "24:00" is midnight."""
    first, _, last = text.partition("-")
    return _wall(first), _wall(last)


def _wall(text: str) -> time:
    hours, minutes = text.strip().split(":")
    return wall_time(int(hours) * 60 + int(minutes))


def _days_off(problem: Problem, worker: Worker, visit: Visit) -> Iterator[Interval]:
    """Sundays and public holidays of the visit's place on which it is not for this worker."""
    department = problem.department_at(visit)
    end = visit.windows[-1].hard_latest + visit.service_by(worker.id)
    for day in _days_reached(problem.horizon, department, visit.windows[0].earliest, end):
        if _keeps_free(problem, worker, day, department) or _is_not_admitted(problem, worker, visit, day):
            yield problem.horizon.day(day)


@lru_cache(maxsize=4096)
def _days_reached(horizon: Horizon, department: str, start: Ticks, end: Ticks) -> tuple[date, ...]:
    """Sundays and public holidays that have time in [start, end)."""
    # Kept: the question is the same for everybody who might be sent.
    # The end is excluded: a visit that is over at midnight has no minute of the next day.
    first, last = horizon.day_of(start), horizon.day_of(end - 1)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if is_sunday(day) or is_public_holiday(day, department))


def _keeps_free(problem: Problem, worker: Worker, day: date, department: str) -> bool:
    if "PERSONAL_LIMIT" in problem.rule_sets_off:
        return False
    limits = worker.limits
    return (limits.no_sundays and is_sunday(day)) or (
        limits.no_holidays and is_public_holiday(day, department)
    )


def _is_not_admitted(problem: Problem, worker: Worker, visit: Visit, day: date) -> bool:
    """Whether a text leaves the visit out on that date, at its place."""
    rules = problem.rules_for(worker, problem.hosts_at(visit))
    if is_may_first(day) and _is_not_for_may_first(visit, rules):
        return True
    kinds = kinds_of(day, problem.department_at(visit))
    # What may be done at homes on such days says nothing of a meeting.
    return visit.attendance is None and any(unmet_conditions(rules, kinds, visit, problem.catalogue))


def _is_not_for_may_first(visit: Visit, rules: RuleSet) -> bool:
    """Whether the rules at its host admit essential acts only on 1 May, and this is none."""
    rule = rules.get("HOLIDAY_RHYTHM", "may_first_essential_only")
    return rule is not None and bool(rule.value) and visit.act_class is not ActClass.ESSENTIAL


def _notice(problem: Problem, worker: Worker, visit: Visit) -> Iterator[Interval]:
    """From the visit's first hour to the end of the notice that is owed, where the policy keeps it."""
    request = problem.request_by_visit.get(visit.id)
    if request is None or not problem.policy.only_urgent_inside_notice:
        return
    first, soonest = visit.windows[0].earliest, soonest_start(problem, worker, request)
    if soonest is not None and first < soonest:
        yield Interval(first, soonest)
