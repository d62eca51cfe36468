"""Hours in which a worker does not serve a visit: work elsewhere, hours and days that she keeps free, days on
which the texts leave such a visit out, the notice where the policy keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache

from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import wall_time
from brigade.timing.notice import soonest_start
from brigade.units import Horizon, Interval, Ticks
from brigade.values.calendar import is_may_first, is_public_holiday, is_sunday
from brigade.values.demand import ActClass, Visit
from brigade.values.problem import Problem
from brigade.values.reserved_days import ReservedDay, kinds_of, shipped_conditions
from brigade.values.workforce import Worker


def blocked_hours(problem: Problem, worker: Worker, visit: Visit, rules: RuleSet) -> tuple[Interval, ...]:
    """No service of the visit overlaps one of them. Rules that are switched off block nothing. `rules`: those
    of the duty day."""
    return (
        *worker.other_work,
        *_bands(problem, worker),
        *_days_off(problem, worker, visit, rules),
        *_notice(problem, worker, visit),
    )


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


def _days_off(problem: Problem, worker: Worker, visit: Visit, rules: RuleSet) -> Iterator[Interval]:
    """Sundays and public holidays of the visit's place on which it is not for this worker."""
    department = problem.department_at(visit)
    end = visit.windows[-1].hard_latest + visit.duration
    for day in _days_reached(problem.horizon, department, visit.windows[0].earliest, end):
        if (
            _keeps_free(problem, worker, day, department)
            or _is_left_out(problem, worker, visit, kinds_of(day, department))
            or (is_may_first(day) and _is_put_off(visit, rules))
        ):
            yield problem.horizon.day(day)


@lru_cache(maxsize=4096)
def _days_reached(horizon: Horizon, department: str, start: Ticks, end: Ticks) -> tuple[date, ...]:
    """Sundays and public holidays with a tick of the span; asked alike for everybody who might be sent."""
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


def _is_left_out(problem: Problem, worker: Worker, visit: Visit, kinds: frozenset[ReservedDay]) -> bool:
    """A condition of the worker's texts on such days does not admit the visit."""
    rules = problem.rules_for(worker, {problem.provider_of(visit).id})
    for condition in shipped_conditions():
        value = rules.get("SUNDAY_HOLIDAY_ACTS", condition.parameter)
        is_asked = value is not None and value.value and condition.days & kinds
        if is_asked and not condition.admits_visit(visit, problem.catalogue):
            return True
    return False


def _is_put_off(visit: Visit, rules: RuleSet) -> bool:
    """On 1 May only essential acts, where the rules of the day say so."""
    rule = rules.get("HOLIDAY_RHYTHM", "may_first_essential_only")
    return rule is not None and bool(rule.value) and visit.act_class is not ActClass.ESSENTIAL


def _notice(problem: Problem, worker: Worker, visit: Visit) -> Iterator[Interval]:
    """From the visit's first hour to the end of the notice that is owed, where the policy keeps it."""
    request = problem.request_by_visit.get(visit.id) if problem.policy.only_urgent_inside_notice else None
    soonest = None if request is None else soonest_start(problem, worker, request)
    if soonest is not None and soonest > visit.windows[0].earliest:
        yield Interval(visit.windows[0].earliest, soonest)
