"""What a reader of a plan must know of its people beside the rules: a history nobody told, contracts that
fall short or drift, how far paths of inclusion get.

None of it is a fault of the input nor a broken rule. What is not known of somebody is judged as if it were
nothing, and that is said here, person by person, with the rules it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from brigade.law.contract_limits import BELOW, below_minimum, drift
from brigade.texts.rule_sets import NIGHTS, RuleSet
from brigade.timing.duty_days import minutes_of, monday_of, night_ticks, ticks_of, touched_dates
from brigade.timing.free_time import week_name
from brigade.units import Interval
from brigade.values.calendar import is_public_holiday, is_sunday
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind, Worker, WorkingTimeMode
from brigade.worked.contract_hours import ContractPeriod, has_hours, mode_of, periods_of
from brigade.worked.night_workers import is_night_worker
from brigade.worked.path_goals import progress

DAY = timedelta(days=1)
FORTNIGHT = 14 * DAY
OF_DAYS = ("DAILY_REST", "WEEKLY_REST", "MAX_CONSEC_DAYS")
OF_THIS_WEEK = ("MAX_WEEK_WORK", "MULTI_EMPLOYER")
OWN_OF_DAYS = ("daily_rest", "rest_days_in_row", "max_days_per_week")
OWN_OF_THIS_WEEK = ("max_week_work",)
CODES = frozenset(
    {
        "unknown_days",
        "unknown_weeks",
        "untraced_weeks",
        "unknown_nights",
        "unknown_sundays",
        "unknown_holidays",
        "unknown_spans",
        "unknown_interruptions",
        "unknown_capped_work",
        "unknown_period_work",
        "unknown_period_promised",
        *BELOW.values(),
        "contract_drift",
        "path_week",
    }
)
"""The reasons given here, which readers tell apart from other notes."""
UNKNOWN = frozenset(code for code in CODES if code.startswith(("unknown_", "untraced_")))
"""Of them, those on what nobody told of the past."""


def remarks(problem: Problem, plan: Plan | None = None) -> tuple[Reason, ...]:
    """Of everybody who may work: what nobody told of the past, and contracts below the least. With a plan:
    weeks of paths; and of whom it gives work to, contracts that the hours really done oblige to raise too."""
    found: list[Reason] = []
    for worker in problem.workers:
        found += () if plan is None else path_weeks(problem, plan, worker)
        if plan is None or plan.routes_of(worker.id):
            found += unknown_history(problem, worker)
            found += below_minimum(problem, worker)
            found += () if plan is None else drift(problem, plan, worker)
    return tuple(found)


def path_weeks(problem: Problem, plan: Plan, worker: Worker) -> Iterator[Reason]:
    """How far the plan takes her towards what her path aims at, week by week."""
    for week in progress(problem, plan, worker):
        values: dict[str, object] = {"worker": worker.id, "monday": week.goal.monday, "last": week.goal.last}
        if week.goal.percent:
            values |= {"essential": week.essential, "aimed": week.aimed}
        if week.goal.work:
            values |= {
                "work_min": minutes_of(problem, week.work),
                "due_min": minutes_of(problem, week.goal.work),
            }
        if week.goal.clients:
            values |= {"clients": len(week.clients), "wished": week.goal.clients}
        yield Reason.of("path_week", **values)


def unknown_history(problem: Problem, worker: Worker) -> Iterator[Reason]:
    """What the rules that may bind this worker would need to know of the time before the horizon, and nobody
    told."""
    if not worker.availability:
        return
    rules = _rules_met(problem, worker)
    yield from _days(problem, worker, rules)
    yield from _weeks(problem, worker, rules)
    yield from _nights(problem, worker, rules)
    yield from _special_days(problem, worker, rules)
    yield from _counts(problem, worker, rules)
    yield from _period(problem, worker, rules)


def _rules_met(problem: Problem, worker: Worker) -> RuleSet:
    hosts = {engagement.provider_id for engagement in worker.engagements} & problem.provider_by_id.keys()
    return problem.rules_for(worker, hosts)


def is_told_since(worker: Worker, day: date) -> bool:
    """Whether the history is said to be whole from that day on: what it does not hold did not happen."""
    since = worker.counters.known_since
    return since is not None and since <= day


# -- days and weeks ----------------------------------------------------------------------------------------
def _days(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    first = problem.horizon.first_day
    if worker.counters.days or is_told_since(worker, first - FORTNIGHT):
        return
    is_monday = first == monday_of(first)
    named = OF_DAYS if is_monday else (*OF_DAYS, *OF_THIS_WEEK)
    touched = [rule for rule in named if rule in rules.rules()]
    if any(_may_work_at_night(problem, worker, text) for text in rules.apart(NIGHTS)):
        # A night before the horizon asks for its rest, counts in a row, and fills the first date where dates
        # are measured.
        touched += [
            "NIGHT_LIMITS",
            *(["MAX_DAILY_WORK"] if rules.get("MAX_DAILY_WORK", "civil_limit") else []),
        ]
    own = OWN_OF_DAYS if is_monday else (*OWN_OF_DAYS, *OWN_OF_THIS_WEEK)
    if any(getattr(worker.limits, name) is not None for name in own):
        touched.append("PERSONAL_LIMIT")
    if touched:
        yield Reason.of("unknown_days", worker=worker.id, rules=touched, day=first)


def _weeks(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    """Past weeks that a mean counts and nobody told: rules that look back as far are named together."""
    known, monday = len(worker.counters.week_work), monday_of(problem.horizon.first_day)
    touched: dict[int, list[str]] = {}
    gaps: dict[tuple[date, ...], list[str]] = {}
    for rule, weeks in _means(problem, worker, rules):
        needed = weeks - 1
        if known < needed and not is_told_since(worker, monday - 7 * needed * DAY):
            touched.setdefault(needed, []).append(rule)
        untraced = tuple(week for week in _untraced(problem, worker) if monday - 7 * needed * DAY <= week)
        if untraced:
            gaps.setdefault(untraced, []).append(rule)
    for needed, named in touched.items():
        yield Reason.of("unknown_weeks", worker=worker.id, rules=named, known=known, needed=needed)
    for untraced, named in gaps.items():
        yield Reason.of(
            "untraced_weeks", worker=worker.id, rules=named, weeks=[week_name(week) for week in untraced]
        )


def _untraced(problem: Problem, worker: Worker) -> list[date]:
    """The Mondays of the weeks, among those that are counted, of which nobody has a trace."""
    monday = monday_of(problem.horizon.first_day)
    counted = {monday - 7 * back * DAY for back in range(1, len(worker.counters.week_work) + 1)}
    found = {monday_of(day) for day in worker.counters.untraced_weeks}
    return sorted(week for week in found & counted if not is_told_since(worker, week))


def _means(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[tuple[str, int]]:
    """The rules that limit this worker's mean week, with the weeks it is taken over."""
    limit, span = rules.get("MAX_AVG_12W"), rules.get("MAX_AVG_12W", "weeks")
    if limit is not None and span is not None:
        yield "MAX_AVG_12W", span.value
    by_night: set[int] = set()
    for text in rules.apart(NIGHTS):
        limit, span = text.get("NIGHT_LIMITS", "average_week"), text.get("NIGHT_LIMITS", "average_weeks")
        if limit is not None and span is not None and _may_work_at_night(problem, worker, text):
            by_night.add(span.value)
    for weeks in sorted(by_night):
        yield "NIGHT_LIMITS", weeks


def _may_work_at_night(problem: Problem, worker: Worker, rules: RuleSet) -> bool:
    """A night worker, or whoever is there in the night band when a visit may be, for long enough to count as
    a night."""
    if is_night_worker(problem, worker):
        return True
    least = rules.get("NIGHT_LIMITS", "counts_from")
    enough = 1 if least is None else ticks_of(problem, least)
    stays = [Interval(stay.start, stay.hard_end) for stay in worker.availability]
    there = [stay for stay in stays if night_ticks(problem, rules, stay) >= enough]
    if not there:
        return False
    asked = (
        Interval(one.earliest, one.hard_latest + visit.service_by(worker.id))
        for visit in problem.visits
        for one in visit.windows
    )
    nightly = [span for span in asked if night_ticks(problem, rules, span)]
    return any(span.overlap(stay) for span in nightly for stay in there)


def _nights(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    """Past months by whose hours of night she would be a night worker, for whom the limits of nights are
    others."""
    text = problem.texts_for(worker)[0]
    total, months = text.get("NIGHT_LIMITS", "worker_total"), text.get("NIGHT_LIMITS", "worker_months")
    if total is None or months is None or is_night_worker(problem, worker):
        return
    first, known = problem.horizon.first_day, len(worker.counters.night_months)
    may_work = any(_may_work_at_night(problem, worker, text) for text in rules.apart(NIGHTS))
    if may_work and known < months.value and not is_told_since(worker, first - 31 * months.value * DAY):
        yield Reason.of(
            "unknown_nights", worker=worker.id, rules=["NIGHT_LIMITS"], known=known, needed=months.value
        )


# -- Sundays and public holidays ---------------------------------------------------------------------------
def _special_days(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    first = problem.horizon.first_day
    calendars = {problem.department_at(visit) for visit in problem.visits}
    # A Saturday night may end on a Sunday: days count by the minute, whatever the duty day.
    dates = {day for stay in worker.availability for day in touched_dates(problem, stay.start, stay.hard_end)}
    since = min(first.replace(day=1), first - FORTNIGHT)
    sundays = "SUNDAY_RHYTHM" in rules.rules() and any(map(is_sunday, dates))
    if sundays and not worker.counters.sundays_worked and not is_told_since(worker, since):
        yield Reason.of("unknown_sundays", worker=worker.id, rules=["SUNDAY_RHYTHM"])
    in_row = rules.get("HOLIDAY_RHYTHM", "max_in_row")
    if (
        in_row is None
        or worker.counters.holidays_worked
        or not any(_is_holiday(day, calendars) for day in dates)
    ):
        return
    # The last holiday before the horizon: a row of them can only go on from there.
    back = (first - days * DAY for days in range(1, 366))
    last = next((day for day in back if _is_holiday(day, calendars)), first)
    if not is_told_since(worker, last):
        yield Reason.of("unknown_holidays", worker=worker.id, rules=["HOLIDAY_RHYTHM"])


def _is_holiday(day: date, departments: Iterable[str]) -> bool:
    """Where one of the visits lies."""
    return any(is_public_holiday(day, department) for department in departments)


# -- counts ------------------------------------------------------------------------------------------------
def _counts(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    first, counters = problem.horizon.first_day, worker.counters
    spans = rules.get("MAX_SPAN", "exceptional_days_per_month")
    if (
        spans is not None
        and counters.long_spans is None
        and first.day > 1
        and not is_told_since(worker, first.replace(day=1))
    ):
        yield Reason.of("unknown_spans", worker=worker.id, rules=["MAX_SPAN"])
    longer = rules.get("INTERRUPTIONS", "long_total_days_per_fortnight")
    if (
        longer is not None
        and counters.long_interruptions is None
        and not is_told_since(worker, first - FORTNIGHT)
    ):
        yield Reason.of("unknown_interruptions", worker=worker.id, rules=["INTERRUPTIONS"])
    is_lent = problem.employer_by_id[worker.employer_id].kind is EmployerKind.INTERMEDIARY_ASSOCIATION
    window = rules.get("AI_480H", "window_months")
    if not is_lent or window is None or counters.capped_ai_work is not None:
        return
    if not is_told_since(worker, first - timedelta(days=31 * window.value)):
        yield Reason.of("unknown_capped_work", worker=worker.id, rules=["AI_480H"])


# -- the contract's period ---------------------------------------------------------------------------------
def _period(problem: Problem, worker: Worker, rules: RuleSet) -> Iterator[Reason]:
    """Hours of the contract's running period on both sides of the horizon. Of a week whose days are told
    nothing is missing."""
    if not has_hours(worker.contract) or "ADDITIONAL_HOURS" not in rules.rules():
        return
    first, last = problem.horizon.first_day, problem.horizon.dates[-1]
    is_longer = mode_of(worker.contract) is not WorkingTimeMode.WEEKLY
    for period in periods_of(problem, worker, (problem.day_of(stay.start) for stay in worker.availability)):
        if (
            first in period
            and worker.counters.period_work is None
            and not _is_covered(problem, worker, period)
        ):
            yield Reason.of(
                "unknown_period_work", worker=worker.id, rules=["ADDITIONAL_HOURS"], day=period.first
            )
        if last in period and period.last > last and is_longer and worker.counters.period_promised is None:
            yield Reason.of(
                "unknown_period_promised", worker=worker.id, rules=["ADDITIONAL_HOURS"], day=period.last
            )


def _is_covered(problem: Problem, worker: Worker, period: ContractPeriod) -> bool:
    """Whether the known weeks and days reach back to the period's first date."""
    first, counters = problem.horizon.first_day, worker.counters
    if period.first >= first or is_told_since(worker, period.first):
        return True
    if any(period.first <= week for week in _untraced(problem, worker)):
        return False
    known = first - FORTNIGHT if counters.days else first
    begins = monday_of(first) - 7 * len(counters.week_work) * DAY
    whole = monday_of(period.first) == period.first and begins <= period.first and known <= monday_of(first)
    return known <= period.first or whole
