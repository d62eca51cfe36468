"""WEEKLY_REST: a long rest of its own for each ISO week; rest days a week and a fortnight, some in a row with
a Sunday.

Only what is certain is a violation: days after the horizon are free unless other work says otherwise, as are
days before it that no history tells of. A rest day is a date without a minute of work: one that a night runs
into is none. Neither is a day on leave, in compensating rest or sick, and a week of nothing else is none of
the fortnight: the other stands alone. Hours in a row are free time, whatever it is called.

The hours in a row are a rest of that length of which a whole day lies in the week (CT L3132-2: a day of 24
hours, and then the daily rest): Saturday 20:00 to Monday 08:00 is a rest of the week that ends in it: 28 of
its 36 hours. One rest serves two weeks only if it holds a whole day more: two days and one daily rest.
Hours on call are rest, a call is none (CT L3121-10): it parts a rest in two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import FORTNIGHTS, RuleSet, RuleValue
from brigade.timing.duty_days import WorkDay, hosts_met, minutes_of, monday_of, ticks_of, timeline
from brigade.timing.free_time import (
    ANY_TWO_WEEKS,
    DAY,
    FORTNIGHT,
    anchor_of,
    broken,
    fortnights_with,
    free_stretches,
    known_dates,
    limit_min,
    reaching,
    rest_dates,
    runs,
    week_interval,
    week_name,
    without_leave_weeks,
)
from brigade.units import Interval
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker, WorkingTimeMode

CODES = ("WEEKLY_REST",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
# Of a weekly day off (CT L3132-2), on the clock that never jumps.
REST_DAY_MIN = 24 * 60
WEEK = timedelta(days=7)
SUNDAY = 7


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Weeks and fortnights that the plan reaches into; rules of the hosts of the duty days that do, each
    text's fortnights by themselves."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        if any(day.planned for day in days):
            yield from _hours_in_row(problem, worker, days)
            yield from _weeks(problem, worker, days)
            yield from _fortnights(problem, worker, days)


# -- hours in a row ----------------------------------------------------------------------------------------
def _hours_in_row(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Week by week, each takes the first rest that the week before left it."""
    days = tuple(day for day in days if not day.is_of_calls)
    free = list(free_stretches((*(Interval(day.start, day.end) for day in days), *worker.calls)))
    taken, share = Interval(0, 0), problem.horizon.ticks(REST_DAY_MIN)
    for monday in _mondays(days):
        week = week_interval(problem, monday)
        inside = [day for day in days if Interval(day.start, day.end).overlap(week)]
        owed = problem.rules_for(worker, hosts_met(inside)).get("WEEKLY_REST", "hours_in_row")
        if owed is None:
            taken = Interval(0, 0)
            # A week whose texts ask for nothing takes no rest from the next one.
            continue
        least = ticks_of(problem, owed)
        in_week = [rest for rest in free if rest.overlap(week) >= share]
        long = [rest for rest in in_week if rest.length >= least]
        enough = [rest for rest in long if rest != taken or rest.length >= least + share]
        if not enough and any(day.planned for day in inside):
            # Where no rest has a day of its own in the week, the longest piece inside it tells best how far
            # off it is.
            lengths = [rest.length for rest in in_week] or [rest.overlap(week) for rest in free]
            more = REST_DAY_MIN if long else 0
            met = {"rest_min": minutes_of(problem, max(lengths)), "limit_min": limit_min(owed) + more}
            yield broken(owed, worker, week_name(monday), "shared" if long else "hours", **met)
        taken = enough[0] if enough else Interval(0, 0)


def _mondays(days: tuple[WorkDay, ...]) -> Iterator[date]:
    """The weeks from the first known day to the one after the last: a night may run into it."""
    monday, last = monday_of(days[0].day), monday_of(days[-1].day) + WEEK
    while monday <= last:
        yield monday
        monday += WEEK


# -- rest days ---------------------------------------------------------------------------------------------
def _weeks(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    for monday in _mondays(days):
        dates = [monday + offset * DAY for offset in range(7)]
        planned = reaching(days, dates)
        owed = _owed_each_week(problem.rules_for(worker, hosts_met(planned)), worker)
        rest = len(rest_dates(problem, worker, days, dates))
        if planned and owed is not None and rest < owed.value:
            yield broken(owed, worker, week_name(monday), "week_days", days=rest, limit=owed.value)


def _owed_each_week(rules: RuleSet, worker: Worker) -> RuleValue | None:
    """The rest days of every week; where the contract counts its hours by the week, those of that mode."""
    names = ["rest_days_per_week"]
    if worker.contract.working_time_mode is WorkingTimeMode.WEEKLY:
        names.append("weekly_mode_rest_days")
    found = [value for name in names if (value := rules.get("WEEKLY_REST", name)) is not None]
    return max(found, key=lambda value: value.value, default=None)


def _fortnights(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    planned = [date for day in days if day.planned for date in day.service_dates]
    # Each text is asked over its own fortnights only; two weeks counted from elsewhere are not what it speaks
    # of.
    for anchor in (0, 1, ANY_TWO_WEEKS):
        for whole in fortnights_with(planned, anchor):
            dates = without_leave_weeks(worker, whole)
            rules = problem.rules_for(worker, hosts_met(reaching(days, dates)))
            texts = [text for text in rules.apart(FORTNIGHTS) if anchor_of(text) == anchor]
            found = (one for text in texts for one in _fortnight(problem, text, worker, dates, days))
            yield from {one.reason.code: one for one in found}.values()


def _fortnight(
    problem: Problem, rules: RuleSet, worker: Worker, dates: tuple[date, ...], days: tuple[WorkDay, ...]
) -> Iterator[Violation]:
    where = f"{week_name(dates[0])}/{week_name(dates[-1])}"
    rest, sundays = rest_dates(problem, worker, days, dates), _sundays_owed(rules, worker, dates)
    owed = rules.get("WEEKLY_REST", "rest_days_per_fortnight")
    if owed is not None and len(rest) < _share(owed, dates):
        yield broken(owed, worker, where, "fortnight_days", days=len(rest), limit=_share(owed, dates))
    yield from _in_a_row(problem, rules, worker, where, dates, days)
    # Sundays that history alone has taken are nobody's fault now: the plan answers for those it reaches into.
    has_say = any(day.isoweekday() == SUNDAY and reaching(days, [day]) for day in dates)
    free = sum(day.isoweekday() == SUNDAY for day in rest)
    if sundays is not None and has_say and free < _share(sundays, dates):
        yield broken(sundays, worker, where, "sunday", days=free, limit=_share(sundays, dates))


def _in_a_row(
    problem: Problem,
    rules: RuleSet,
    worker: Worker,
    where: str,
    dates: tuple[date, ...],
    days: tuple[WorkDay, ...],
) -> Iterator[Violation]:
    """Rest days in a row; with a Sunday among them where the text ties it to them and history alone does not
    forbid it."""
    owed, tied = rules.get("WEEKLY_REST", "rest_days_in_row"), rules.get("WEEKLY_REST", "sunday_in_row")
    sundays, rest = _sundays_owed(rules, worker, dates), rest_dates(problem, worker, days, dates)
    if owed is None:
        return
    least, longest = _share(owed, dates), _longest(rest)
    if longest < least:
        yield broken(owed, worker, where, "in_row", days=longest, limit=least)
        return
    around = _longest(rest, with_sunday=True)
    if tied is None or not tied.value or sundays is None or not _share(sundays, dates) or around >= least:
        return
    known = known_dates(problem, worker, days) | worker.leave_dates
    without_plan = [day for day in dates if day not in known]
    free = any(day.isoweekday() == SUNDAY for day in rest)
    if free and _longest(without_plan, with_sunday=True) >= least:
        yield broken(tied, worker, where, "in_row_sunday", days=around, limit=least)


def _longest(rest: Collection[date], *, with_sunday: bool = False) -> int:
    """The longest run of rest days, or of those that hold a Sunday."""
    return max(
        (len(run) for run in runs(rest) if not with_sunday or any(day.isoweekday() == SUNDAY for day in run)),
        default=0,
    )


def _sundays_owed(rules: RuleSet, worker: Worker, dates: tuple[date, ...]) -> RuleValue | None:
    """Teams of volunteers for weekends follow SUNDAY_RHYTHM's own rhythm instead of a free Sunday each
    fortnight."""
    volunteer = (
        worker.contract.in_weekend_team and rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row") is not None
    )
    return None if volunteer else rules.get("WEEKLY_REST", "sundays_per_fortnight")


def _share(owed: RuleValue, dates: tuple[date, ...]) -> int:
    """What the text wants of those dates: a week 53 stands alone, and owes half of a fortnight's days,
    rounded down."""
    return owed.value * len(dates) // FORTNIGHT
