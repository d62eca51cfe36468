"""Which other hours a service could propose to a family: half hours of the day in which the visit has a
place, what costs the plan least first.

The kernel looks for places in each half hour; the changed problem and the plan that follows are then judged
whole by the plain rules. Everything else stays in its order. The idea of time windows that are recommended
while the client is on the telephone: Köhler, Ehmke & Campbell (2020), Transportation Research Part E 133.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from brigade.changes.answers import FAMILIES_FROM, FAMILIES_UNTIL, ProposedHour, ProposedHours
from brigade.errors import BrokenPromise, InvalidProblem, Issue
from brigade.judging.checker import check
from brigade.judging.objective import CostBreakdown, breakdown
from brigade.timing.duty_days import minutes_of
from brigade.units import Ticks, TimeWindow
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.plan import Plan, UncoveredVisit, Violation
from brigade.values.problem import Problem
from brigade.values.validation.checks import unknown
from brigade.values.validation.plan_references import refuse_plan
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.carried_out import orders_with, timed_from_now_on
from solver.advice.suggesting.drafts import placements
from solver.advice.trial_model import Spot, place_whole
from solver.advice.trial_plan import orders_of
from solver.advice.worker_days import travel_of

STEP_MIN = 30
MOST = 6

Windows = Mapping[str, TimeWindow]


@dataclass(frozen=True, slots=True)
class _Screened:
    """Places of a visit and of those that go with it, as far as the kernel can see. `change`: of the cost."""

    change: int
    windows: Windows
    spots: tuple[Spot, ...]
    session: AdviceSession


@dataclass(frozen=True, slots=True)
class _Today:
    """The problem and its plan as they stand, and what that plan costs and breaks."""

    problem: Problem
    plan: Plan
    costs: CostBreakdown
    broken: Counter[Violation]


def proposed_hours(
    problem: Problem,
    plan: Plan,
    visit_id: str,
    opens: time = FAMILIES_FROM,
    closes: time = FAMILIES_UNTIL,
    most: int = MOST,
) -> ProposedHours:
    """Half hours of the visit's own dates, outside its own windows, in which it could begin.

    A covered visit leaves its place first, and so do the visits that are covered together with it. Those tied
    to it at a fixed distance are asked for as many minutes earlier or later; others keep their hours.

    Args: opens, closes: local hours within which the visit begins and ends.
    Raises: InvalidPlan, when the visit is unknown or not to be covered (K103), or `closes` is not after
    `opens` (E103).
    """
    refuse_plan(_faults(problem, visit_id, opens, closes))
    ids, asked = _together(problem, visit_id), problem.visit_by_id[visit_id]
    freed = _without(problem, plan, ids)
    slots = list(_slots(problem, asked, opens, closes))
    days = _by_date(problem, slots)
    screened = [found for day in days for found in _screened(problem, freed, asked, day)]
    today = _Today(problem, plan, breakdown(problem, plan), Counter(check(problem, plan)))
    told: list[ProposedHour] = []
    for one in sorted(screened, key=lambda one: (one.change, _distance(asked, one.windows))):
        proposal = _verified(today, freed, ids, one) if len(told) < most else None
        told += [] if proposal is None else [proposal]
    told.sort(key=lambda one: (one.soft, _distance(asked, one.windows)))
    return ProposedHours(visit_id, tuple(told), len(slots))


def at_hours(problem: Problem, windows: Windows) -> Problem:
    """The problem in which each of these visits begins in its window. Raises: InvalidProblem."""
    return problem.with_demand(
        visits=tuple(
            replace(one, windows=(windows[one.id],)) if one.id in windows else one for one in problem.visits
        )
    )


def _faults(problem: Problem, visit_id: str, opens: time, closes: time) -> Iterator[Issue]:
    yield from unknown("K103", "visits", (visit_id,), problem.visit_by_id.keys(), "visit")
    if visit_id in problem.visit_by_id and visit_id not in problem.request_by_visit:
        yield Issue("K103", "visits", "not_to_cover", {"visit_id": visit_id})
    if closes <= opens:
        yield Issue("E103", "hours", "slot_reversed")


# -- when --------------------------------------------------------------------------------------------------
def _slots(problem: Problem, visit: Visit, opens: time, closes: time) -> Iterator[TimeWindow]:
    """Half hours of wall-clock time, none that meets the visit's own windows or is over by `now`."""
    horizon, step = problem.horizon, timedelta(minutes=STEP_MIN)
    for day in dict.fromkeys(horizon.day_of(window.earliest) for window in visit.windows):
        wall, last = datetime.combine(day, opens), horizon.at(day, closes) - visit.duration
        while wall.date() == day and (first := horizon.at(day, wall.time())) <= last:
            end = min(first + horizon.ticks(STEP_MIN) - 1, last)
            wall += step
            is_own = any(own.earliest <= end and first <= own.hard_latest for own in visit.windows)
            if not is_own and end >= problem.now:
                yield TimeWindow(max(first, problem.now), end, end)


def _by_date(problem: Problem, slots: list[TimeWindow]) -> list[list[TimeWindow]]:
    days: dict[date, list[TimeWindow]] = {}
    for slot in slots:
        days.setdefault(problem.horizon.day_of(slot.earliest), []).append(slot)
    return list(days.values())


def _moved(problem: Problem, asked: Visit, slot: TimeWindow) -> dict[str, TimeWindow]:
    """The slot for the visit; the first windows of those at a fixed distance moved by as much."""
    by = slot.earliest - asked.windows[0].earliest
    others = (problem.visit_by_id[id] for id in _tied(problem, asked.id, _is_fixed) if id != asked.id)
    return {asked.id: slot} | {one.id: _shifted(one.windows[0], by) for one in others}


def _shifted(window: TimeWindow, by: Ticks) -> TimeWindow:
    return TimeWindow(window.earliest + by, window.latest + by, window.hard_latest + by)


def _distance(visit: Visit, windows: Windows) -> Ticks:
    """Ticks between the proposal and the hours that were asked for."""
    return min(abs(windows[visit.id].earliest - own.earliest) for own in visit.windows)


# -- where -------------------------------------------------------------------------------------------------
def _screened(problem: Problem, freed: Plan, asked: Visit, slots: list[TimeWindow]) -> Iterator[_Screened]:
    """The best place in each slot of a day, on one model whose visits have the whole day."""
    moved = [_moved(problem, asked, slot) for slot in slots]
    try:
        wide = at_hours(problem, {id: _hull([windows[id] for windows in moved]) for id in moved[0]})
    except InvalidProblem:
        return  # hours of the others that lie beyond the horizon, or against their ties
    session = AdviceSession(wide, freed)
    for windows in moved:
        rows = {session.model.visit_row[id]: window for id, window in windows.items()}
        with session.trial_model.within(rows):
            found = place_whole(session, session.trial_model.search, session.row(asked.id))
        if found is not None:
            yield _Screened(found[0], windows, found[1], session)


def _hull(windows: list[TimeWindow]) -> TimeWindow:
    last = max(one.hard_latest for one in windows)
    return TimeWindow(min(one.earliest for one in windows), last, last)


def _together(problem: Problem, visit_id: str) -> list[str]:
    """The visit, then the open ones that must be covered with it, near and far."""
    return _tied(problem, visit_id, lambda link: link.together)


def _is_fixed(link: Link) -> bool:
    """Whether the two begin at a fixed distance from each other."""
    return link.kind is LinkKind.SAME_START or (link.kind is LinkKind.GAP and link.min_gap == link.max_gap)


def _tied(problem: Problem, visit_id: str, counts: Callable[[Link], bool]) -> list[str]:
    """The visit, then the open ones that such links tie to it, near and far."""
    found = [visit_id]
    for id in found:
        for link in filter(counts, problem.links):
            if id in (link.first, link.second):
                other = link.second if id == link.first else link.first
                found += [other] if other not in found and other in problem.request_by_visit else []
    return found


def _without(problem: Problem, plan: Plan, visit_ids: Collection[str]) -> Plan:
    """The plan from which these visits have been taken."""
    if plan.covered.isdisjoint(visit_ids):
        return plan
    pinned = replace(plan, pinned=plan.pinned.difference(visit_ids))
    orders = {key: [id for id in order if id not in visit_ids] for key, order in orders_of(plan).items()}
    freed = timed_from_now_on(problem, pinned, {key: order for key, order in orders.items() if order})
    left = tuple(UncoveredVisit(id, ()) for id in visit_ids if id in plan.covered)
    return replace(freed, uncovered=(*plan.uncovered, *left))


# -- what comes of it --------------------------------------------------------------------------------------
def _verified(today: _Today, freed: Plan, ids: list[str], found: _Screened) -> ProposedHour | None:
    """None where the plain rules find anything that they do not find in the plan as it stands. Args: ids: the
    visit, then those that are covered with it."""
    # Of the plan itself: a session leaves out whoever cannot do without the visit.
    put = placements(found.session, found.spots)
    orders = orders_with(freed, put, ())
    try:
        changed = at_hours(today.problem, found.windows)
        made = timed_from_now_on(changed, freed, orders)
    except (InvalidProblem, BrokenPromise):
        return None
    if Counter(check(changed, made)) - today.broken:
        return None
    costs = breakdown(changed, made)
    stops = {id: stop for id in ids if (stop := made.stop_of(id)) is not None}
    workers = {id: route.worker_id for id, (route, _) in stops.items()}
    visits = [changed.visit_by_id[id] for id in stops]
    return ProposedHour(
        windows=found.windows,
        starts={id: stop.start for id, (_, stop) in stops.items()},
        workers=workers,
        soft=costs.soft - today.costs.soft,
        points=today.costs.points - costs.points,
        travel_min=float(minutes_of(changed, travel_of(made) - travel_of(today.plan))),
        known=tuple(one.id for one in visits if workers[one.id] in one.usual_workers | one.preferred_workers),
        marking=stops[ids[0]][1].marking,
        placements=put,
    )
