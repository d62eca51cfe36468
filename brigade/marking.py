"""Firm or to be offered: what notice lets an employer impose, and what a worker may refuse, with the article that says so.

Notice rules forbid nothing. Each shape of them that applies to a worker and a host is asked, and a stop is firm only when all
say so: calendar days (CHANGE_NOTICE `refusable_days`, `urgent_days`), working days (`working_days`), or, where no rule on
changes exists, the notice of the plan itself (SCHEDULE_NOTICE).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from brigade.demand import AbsenceKind, ActClass
from brigade.labour import RuleSet, RuleValue
from brigade.measures import engagement_of, minutes_of, short_gap
from brigade.notice import is_given, told_at
from brigade.plan import Marking, MarkingKind, Plan, Reason, Route, Stop
from brigade.problem import Problem, Request
from brigade.units import Interval, Ticks
from brigade.workforce import EngagementStatus, Worker

OTHER_CAUSES = (
    "carer_missing",
    "hospital_return",
    "sudden_worsening",
    "client_death",
    "client_hospital",
    "new_urgent_client",
    "child_illness",
)
"""URGENT_CAUSES flags beside the unplanned absence of a colleague; which of them it is stays at the provider."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the notice rules look at: who, for which open visit, told when, starting when."""

    problem: Problem
    worker: Worker
    request: Request
    rules: RuleSet
    told: Ticks
    start: Ticks

    def given(self, needed: RuleValue) -> bool:
        return is_given(self.problem, self.told, self.start, needed)

    def marking(self, kind: MarkingKind, detail: str, rule: RuleValue) -> Marking:
        notice = minutes_of(self.problem, self.start - self.told)
        return Marking(kind, Reason.of(f"marking_{detail}", notice_min=notice, needed_days=rule.value), rule.article)


def mark(problem: Problem, plan: Plan, previous: Plan | None = None) -> Plan:
    """The same plan, every stop marked firm or to be offered, with the paper to sign where an engagement is only promised.

    Args: previous: the plan last told to the workers; who already worked at a stop's hours only gets another client,
        which needs no notice.
    """
    return replace(plan, routes=tuple(_marked(problem, route, previous) for route in plan.routes))


def _marked(problem: Problem, route: Route, previous: Plan | None) -> Route:
    worker = problem.worker_by_id[route.worker_id]
    told_hours = () if previous is None else tuple(working_hours(problem, worker, previous))
    stops = (
        replace(
            stop,
            marking=_marking(problem, worker, stop, told_hours),
            paper_to_sign=paper_to_sign(problem, worker, route, stop),
        )
        for stop in route.stops
    )
    return replace(route, stops=tuple(stops))


def _marking(problem: Problem, worker: Worker, stop: Stop, told_hours: Iterable[Interval]) -> Marking:
    visit = problem.visit_by_id[stop.visit_id]
    rules = problem.rules_for(worker, [problem.provider_of(visit).id])
    request = problem.request_by_visit.get(visit.id) or Request(visit, None, visit.planned_start)
    if any(hours.contains(stop.service) for hours in told_hours):
        known = rules.get("CHANGE_NOTICE", "refusable_days") or rules.get("CHANGE_NOTICE", "working_days")
        return Marking(MarkingKind.FIRM, Reason.of("marking_hours_unchanged"), known.article if known else "")
    asked = list(notices(Case(problem, worker, request, rules, told_at(problem, request), stop.start)))
    if not asked:
        return Marking(MarkingKind.FIRM, Reason.of("marking_no_notice_rule"), "")
    return next((one for one in asked if one.kind is MarkingKind.TO_OFFER), asked[0])


def notices(case: Case) -> Iterator[Marking]:
    """What each shape of notice rule says, changes first; none where no rule speaks to this contract."""
    refusable = case.rules.get("CHANGE_NOTICE", "refusable_days")
    working = case.rules.get("CHANGE_NOTICE", "working_days")
    if refusable is not None:
        yield _by_calendar_days(case, refusable)
    if working is not None:
        yield _by_plain_notice(case, working)
    if refusable is None and working is None:
        of_plan = (case.rules.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
        yield from map(partial(_by_plain_notice, case), (value for value in of_plan if value is not None))


def _by_calendar_days(case: Case, refusable: RuleValue) -> Marking:
    """Full notice: firm. Less: may be refused. Less than `urgent_days`: only an urgency can be imposed."""
    if case.given(refusable):
        return case.marking(MarkingKind.FIRM, "notice_given", refusable)
    urgent = case.rules.get("CHANGE_NOTICE", "urgent_days")
    if urgent is None or case.given(urgent):
        return case.marking(MarkingKind.TO_OFFER, "refusable", refusable)
    return _urgency(case, urgent)


def _by_plain_notice(case: Case, needed: RuleValue) -> Marking:
    return case.marking(MarkingKind.FIRM, "notice_given", needed) if case.given(needed) else _urgency(case, needed)


def _urgency(case: Case, needed: RuleValue) -> Marking:
    """Short notice: firm for a recognised urgent cause, an essential act where asked, and somebody committed to such work
    where the text knows volunteers (URGENT_VOLUNTEER); else to be offered, for the first reason that fails."""
    cause, essential = urgent_cause(case), case.rules.get("URGENT_CAUSES", "essential_required")
    if cause is None:
        return case.marking(MarkingKind.TO_OFFER, "not_urgent", needed)
    if essential is not None and essential.value and case.request.visit.act_class is not ActClass.ESSENTIAL:
        return case.marking(MarkingKind.TO_OFFER, "not_essential", essential)
    if "URGENT_VOLUNTEER" in case.rules.rules() and not case.worker.accepts_urgent:
        return case.marking(MarkingKind.TO_OFFER, "not_committed", needed)
    return case.marking(MarkingKind.FIRM, "urgent", cause)


def urgent_cause(case: Case) -> RuleValue | None:
    """The value that recognises the request's cause as urgent; None: no urgent cause, or none that the text lists.

    The provider says whether there is one. Of an unplanned absence it is the colleague's; else one of the others.
    """
    absence = case.request.absence
    if absence is None or not absence.urgent_cause:
        return None
    names = ("colleague_absence",) if absence.kind is AbsenceKind.UNPLANNED else OTHER_CAUSES
    values = (case.rules.get("URGENT_CAUSES", name) for name in names)
    return next((value for value in values if value is not None and value.value), None)


def working_hours(problem: Problem, worker: Worker, plan: Plan) -> Iterator[Interval]:
    """The stretches in which `plan` has the worker working: visits joined with what lies between them, unless that is an
    interruption or a pause."""
    for route in plan.routes_of(worker.id):
        hours: Interval | None = None
        for stop in route.stops:
            provider = problem.provider_of(problem.visit_by_id[stop.visit_id]).id
            short = short_gap(problem, problem.rules_for(worker, [provider]))
            free = stop.pause > 0 or (stop.wait > 0 and stop.wait >= short)
            if hours is not None and not free:
                hours = Interval(hours.start, stop.end)
                continue
            if hours is not None:
                yield hours
            hours = stop.service
        if hours is not None:
            yield hours


def paper_to_sign(problem: Problem, worker: Worker, route: Route, stop: Stop) -> str | None:
    """Id of the provider with whom the engagement is only promised; None when it is signed (or there is none at all)."""
    provider = problem.provider_of(problem.visit_by_id[stop.visit_id])
    engagement = engagement_of(worker, provider.id, route.day)
    return provider.id if engagement is not None and engagement.status is EngagementStatus.PROMISED else None


def refusals_left(problem: Problem, worker: Worker) -> int | None:
    """How many short-notice offers the worker may still refuse without fault this reference year (REFUSALS_SHORT of the
    employer and of the providers of the worker's engagements, the most protective); None: no rule counts them."""
    hosts = {engagement.provider_id for engagement in worker.engagements} & problem.provider_by_id.keys()
    limit = problem.rules_for(worker, hosts).get("REFUSALS_SHORT")
    return None if limit is None else max(0, limit.value - worker.counters.refusals)
