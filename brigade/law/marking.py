"""Firm or to be offered: what a text lets an employer impose on this worker now, and what may be refused,
with the article.

Every text of the worker is asked by itself, the employer's and the host's (`Problem.texts_for`). A stop is
firm only when no text gives a ground to refuse it: by its hours (`brigade.law.refusable`) or by the notice,
here. Of several grounds the marking begins with the one that protects the worker most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from brigade.law.refusable import Protection, Refusable, RefusalCase, UsedUpRight, by_nature, counted
from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import (
    hosts_met,
    lead_work,
    short_gap,
    timeline,
    travel_is_work,
)
from brigade.timing.notice import told_at, urgent_cause
from brigade.timing.plan_timing import paper_to_sign
from brigade.units import Interval, Ticks
from brigade.values.demand import ActClass
from brigade.values.plan import Ground, Marking, MarkingKind, Plan, Reason, RefusalKind, Route, Stop
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.values.workforce import Worker
from brigade.worked.contract_hours import additional_hours
from brigade.worked.refusal_counts import allowed_by, left

UNCHANGED = "marking_hours_unchanged"
"""Reason of a stop within hours that were announced before."""


@dataclass(frozen=True, slots=True)
class ImpositionGround:
    """What lets the employer impose it. `is_urgent`: an urgency does, whatever the notice."""

    ground: Ground
    is_urgent: bool = False


# -- a plan ------------------------------------------------------------------------------------------------
def mark(problem: Problem, plan: Plan, previous: Plan | None = None) -> Plan:
    """The same plan, every stop marked firm or to be offered, with the paper to sign where an engagement is
    only promised.

    Args: previous: the plan last told to the workers; who already worked at a stop's hours only gets another
        client, which needs no notice. Hours that were only offered are nobody's yet.
    """
    told = (
        {id: tuple(working_hours(problem, problem.worker_by_id[id], previous)) for id in _workers(plan)}
        if previous
        else {}
    )
    extra = {
        id: _additional(problem, problem.worker_by_id[id], plan, told.get(id, ())) for id in _workers(plan)
    }
    marked = tuple(_marked(problem, route, told, extra[route.worker_id]) for route in plan.routes)
    return replace(plan, routes=tuple(_dated(problem, route, previous) for route in marked))


def _dated(problem: Problem, route: Route, previous: Plan | None) -> Route:
    """With the tick from which its worker knows of each stop: now, unless a plan told before gave her these
    hours."""
    before = [stop for tour in previous.routes_of(route.worker_id) for stop in tour.stops] if previous else []
    return replace(
        route, stops=tuple(replace(stop, told_at=_told_at(problem, stop, before)) for stop in route.stops)
    )


def _told_at(problem: Problem, stop: Stop, before: Iterable[Stop]) -> Ticks:
    request = problem.request_by_visit.get(stop.visit_id)
    now = problem.now if request is None else told_at(problem, request)
    # Another client at hours she had: what she was told of is the hours, not the address.
    is_hers = stop.marking is not None and stop.marking.reason.code == UNCHANGED
    known = [
        one.told_at
        for one in before
        if one.told_at is not None
        and (
            (one.visit_id, one.start) == (stop.visit_id, stop.start)
            or (is_hers and one.service.overlap(stop.service))
        )
    ]
    # Of several stops that held these hours, the one told last: only then did she know of all of them.
    return min(now, max(known, default=now))


def as_offers(plan: Plan, asked: Collection[tuple[str, str]]) -> Plan:
    """The same plan, with what these people were asked before (visit, worker) marked to be offered: who has
    not agreed, or has agreed to other hours, is asked; a search since makes no order of a question. Hours
    that are announced stay firm."""

    def marked(route: Route, stop: Stop) -> Stop:
        if (stop.visit_id, route.worker_id) not in asked or stop.marking is None:
            return stop
        if stop.marking.kind is MarkingKind.TO_OFFER or stop.marking.reason.code == UNCHANGED:
            return stop
        # No article: it is no text that lets her refuse, but that she was asked.
        return replace(stop, marking=Marking(MarkingKind.TO_OFFER, Reason.of("marking_asked_before"), ""))

    routes = (
        replace(route, stops=tuple(marked(route, stop) for stop in route.stops)) for route in plan.routes
    )
    return replace(plan, routes=tuple(routes))


def _workers(plan: Plan) -> tuple[str, ...]:
    return tuple(sorted({route.worker_id for route in plan.routes}))


def _marked(
    problem: Problem, route: Route, told: Mapping[str, tuple[Interval, ...]], extra: frozenset[str]
) -> Route:
    worker = problem.worker_by_id[route.worker_id]
    stops = (
        replace(
            stop,
            marking=_marking(
                problem, worker, stop, told.get(worker.id, ()), is_additional=stop.visit_id in extra
            ),
            paper_to_sign=paper_to_sign(problem, worker, problem.visit_by_id[stop.visit_id], route.day),
        )
        for stop in route.stops
    )
    return replace(route, stops=tuple(stops))


def _marking(
    problem: Problem, worker: Worker, stop: Stop, told_hours: Iterable[Interval], *, is_additional: bool
) -> Marking:
    visit = problem.visit_by_id[stop.visit_id]
    # Whole inside hours she had: a minute beyond them is a change, and asks for its notice.
    if any(hours.contains(stop.service) for hours in told_hours):
        texts = problem.texts_for(worker, problem.hosts_at(visit))
        return Marking(MarkingKind.FIRM, Reason.of(UNCHANGED), _article_on_changes(texts))
    # A visit with its usual carer may stand in a plan made by hand: it has no request, and its notice all the
    # same.
    request = problem.request_by_visit.get(visit.id) or Request(visit, None, visit.planned_start)
    return marking_of(problem, worker, request, stop.service, is_additional=is_additional)


def marking_of(
    problem: Problem, worker: Worker, request: Request, service: Interval, *, is_additional: bool
) -> Marking:
    """Of an open visit done over `service`, at hours that were not hers before."""
    lent = asked_of_lent(worker)
    if lent is not None:
        return lent
    texts = problem.texts_for(worker, problem.hosts_at(request.visit))
    told = told_at(problem, request)
    cases = (RefusalCase(problem, worker, request, text, told, service, is_additional) for text in texts)
    return _joined([ground for case in cases for ground in (*by_nature(case), *by_notice(case))])


def asked_of_lent(worker: Worker) -> Marking | None:
    """Of somebody whom a neighbour basin lends. No article: no text of hers speaks of another basin, and she
    is lent if she agrees."""
    if worker.lent_by is None:
        return None
    return Marking(MarkingKind.TO_OFFER, Reason.of("marking_lent", lender=worker.lent_by), "")


def _article_on_changes(texts: Iterable[RuleSet]) -> str:
    rows = (("REFUSALS_SHORT", "below_days"), ("CHANGE_NOTICE", "working_days"))
    return next(
        (value.article for text in texts for key in rows if (value := text.get(*key)) is not None), ""
    )


def _joined(found: Iterable[Refusable | UsedUpRight | ImpositionGround]) -> Marking:
    """To be offered where anything may be refused, and the grounds of one kind in order, each once."""
    known = list(found)
    may_refuse = sorted((one for one in known if isinstance(one, Refusable)), key=lambda one: one.order)
    if may_refuse:
        first, *others = dict.fromkeys(one.ground for one in may_refuse)
        return Marking(
            MarkingKind.TO_OFFER, first.reason, first.article, tuple(others), may_refuse[0].counts_as
        )
    urgent = [one.ground for one in known if isinstance(one, ImpositionGround) and one.is_urgent]
    used_up = [one.ground for one in known if isinstance(one, UsedUpRight)]
    given = [one.ground for one in known if isinstance(one, ImpositionGround) and not one.is_urgent]
    # Of several notices that were given one is enough to say; every urgency and every right used up is told.
    grounds = dict.fromkeys((*urgent, *used_up, *given[:1]))
    if not grounds:
        return Marking(MarkingKind.FIRM, Reason.of("marking_no_notice_rule"), "")
    first, *others = grounds
    return Marking(MarkingKind.FIRM, first.reason, first.article, tuple(others))


# -- notice ------------------------------------------------------------------------------------------------
def by_notice(case: RefusalCase) -> Iterator[Refusable | UsedUpRight | ImpositionGround]:
    """What one text says of the notice: how little the employer may give, and how late a change may be
    refused."""
    needed = list(least_notices(case))
    short = [value for value in needed if not case.given(value)]
    for value in short:
        yield _urgency(case, value)
    below = case.text.get("REFUSALS_SHORT", "below_days")
    if below is not None and not case.given(below):
        yield _short_notice(case, below, is_urgent=bool(short))
    elif below is not None or (needed and not short):
        yield ImpositionGround(_ground(case, "notice_given", below or needed[0]))


def least_notices(case: RefusalCase) -> Iterator[RuleValue]:
    """Less than this and only an urgency can be imposed; none where no rule on changes speaks to this
    contract. The notice of the plan itself stands in where the text knows none on changes."""
    names = (*(("part_time_working_days",) if case.is_part_time else ()), "urgent_days", "working_days")
    on_changes = [value for name in names if (value := case.text.get("CHANGE_NOTICE", name)) is not None]
    yield from on_changes
    if not any(key[0] in ("CHANGE_NOTICE", "REFUSALS_SHORT") for key in case.text.values):
        of_plan = (case.text.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
        yield from (value for value in of_plan if value is not None)


def _urgency(case: RefusalCase, needed: RuleValue) -> Refusable | ImpositionGround:
    """Short notice: imposed for an urgent cause that the text lists, an essential act where it asks for one,
    and somebody committed to such work where it knows volunteers (URGENT_VOLUNTEER); else not, for the first
    reason that fails."""
    cause, essential = (
        urgent_cause(case.text, case.request),
        case.text.get("URGENT_CAUSES", "essential_required"),
    )
    if cause is None:
        is_silent = case.request.is_urgent and case.request.cause is None
        return _not_imposed(case, "cause_not_said" if is_silent else "not_urgent", needed)
    if essential is not None and essential.value and case.request.visit.act_class is not ActClass.ESSENTIAL:
        return _not_imposed(case, "not_essential", essential)
    if "URGENT_VOLUNTEER" in case.text.rules() and not case.worker.accepts_urgent:
        return _not_imposed(case, "not_committed", needed)
    return ImpositionGround(_ground(case, "urgent", cause), is_urgent=True)


def _short_notice(case: RefusalCase, below: RuleValue, *, is_urgent: bool) -> Refusable | UsedUpRight:
    """The right to refuse a change told late. Who committed to urgencies may refuse as many of them, and
    loses a day of leave beyond (URGENT_VOLUNTEER)."""
    allowed = allowed_by(case.text, RefusalKind.SHORT_NOTICE)
    if allowed is None:
        return Refusable(Protection.UNCOUNTED, _ground(case, "refusable", below))
    committed = case.text.get("URGENT_VOLUNTEER", "lost_after_refusals")
    detail = "refusable"
    if (
        is_urgent
        and committed is not None
        and case.worker.accepts_urgent
        and urgent_cause(case.text, case.request)
    ):
        detail, allowed = "urgent_refusable", committed
    more = left(case.worker.counters, RefusalKind.SHORT_NOTICE, allowed)
    reason = Reason.of(f"marking_{detail}", notice_min=case.notice_min, needed_days=below.value, left=more)
    return counted(case, RefusalKind.SHORT_NOTICE, allowed, reason)


def _not_imposed(case: RefusalCase, detail: str, needed: RuleValue) -> Refusable:
    return Refusable(Protection.NOT_IMPOSED, _ground(case, detail, needed))


def _ground(case: RefusalCase, detail: str, rule: RuleValue) -> Ground:
    return Ground(
        Reason.of(f"marking_{detail}", notice_min=case.notice_min, needed_days=rule.value), rule.article
    )


# -- hours beyond the contract -----------------------------------------------------------------------------
def _additional(
    problem: Problem, worker: Worker, plan: Plan, told_hours: Iterable[Interval]
) -> frozenset[str]:
    """Visits whose hours come on top of a part-time contract's: of each period over which it counts them the
    last new ones, up to what is beyond it."""
    found = set[str]()
    if worker.contract.full_time:
        return frozenset()
    days = timeline(problem, plan, worker)
    for period, beyond in additional_hours(problem, worker, days):
        within = [day for day in days if day.day in period]
        rules = problem.rules_for(worker, hosts_met(within))
        work = [one for day in within for route in day.routes for one in _stops_work(problem, rules, route)]
        # From the end: the contract's own hours are those that come first in its period.
        for stop, ticks in sorted(work, key=lambda pair: pair[0].start, reverse=True):
            if beyond > 0 and not any(hours.contains(stop.service) for hours in told_hours):
                found.add(stop.visit_id)
                beyond -= ticks
    return frozenset(found)


def _stops_work(problem: Problem, rules: RuleSet, route: Route) -> Iterator[tuple[Stop, Ticks]]:
    """Each stop with the work that leads to it: the way from the stop before and a short wait, where these
    are work."""
    short, travels = short_gap(problem, rules), travel_is_work(rules)
    for position, stop in enumerate(route.stops):
        lead = lead_work(stop, travels=travels and position > 0, short=short)
        yield stop, stop.service.length + sum(one.length for one in lead)


# -- what was told, what is to sign ------------------------------------------------------------------------
def working_hours(problem: Problem, worker: Worker, plan: Plan) -> Iterator[Interval]:
    """The stretches in which `plan`, told before, has the worker working: visits joined with what lies
    between them, unless that is an interruption or a pause. What was only offered in it is no hours of theirs
    yet (`Plan.announced`)."""
    for route in plan.routes_of(worker.id):
        hours: Interval | None = None
        for stop in route.stops:
            if not plan.is_announced(stop):
                if hours is not None:
                    yield hours
                hours = None
                continue
            hosts = problem.hosts_at(problem.visit_by_id[stop.visit_id])
            short = short_gap(problem, problem.rules_for(worker, hosts))
            free = stop.pause > 0 or (stop.wait > 0 and stop.wait >= short)
            if hours is not None and not free:
                hours = Interval(hours.start, stop.end)
                continue
            if hours is not None:
                yield hours
            hours = stop.service
        if hours is not None:
            yield hours
