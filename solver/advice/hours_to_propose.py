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
from datetime import date, time
from itertools import islice

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
from solver.advice.candidates import unpinned
from solver.advice.suggesting.carried_out import orders_with, timed_from_now_on
from solver.advice.suggesting.drafts import placements
from solver.advice.trial_model import Spot, place_whole
from solver.model.fixed_part import begun_visits

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
class _PresentPlan:
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
    to it at a fixed distance are asked for at that distance; others keep their hours. What has begun stays.

    Args: opens, closes: local hours within which the visit begins and ends, in whole minutes.
    Raises: InvalidPlan, when the visit is unknown, not to be covered or has begun (K103), or `closes` is not
    after `opens` (E103).
    """
    refuse_plan(_faults(problem, plan, visit_id, opens, closes))
    asked, movable = problem.visit_by_id[visit_id], _movable(problem, plan)
    ids = list(_tied(problem, movable, visit_id, lambda link: link.together))
    moves = list(_moves(problem, movable, asked, opens, closes))
    freed = _without(problem, plan, ids)
    made = iter(()) if freed is None else islice(_proposals(problem, plan, freed, ids, moves), most)
    told = sorted(made, key=lambda one: (one.soft, _distance(asked, one.windows)))
    return ProposedHours(visit_id, tuple(told), len(moves))


def _proposals(
    problem: Problem, plan: Plan, freed: Plan, ids: list[str], moves: list[Windows]
) -> Iterator[ProposedHour]:
    """What seems to cost least first, each judged only when it is asked for. Args: ids: the visit, then those
    that are covered with it."""
    asked, days = problem.visit_by_id[ids[0]], _by_date(problem, ids[0], moves)
    screened = [found for day in days for found in _screened(problem, freed, asked, day)]
    present = _PresentPlan(problem, plan, breakdown(problem, plan), Counter(check(problem, plan)))
    for one in sorted(screened, key=lambda one: (one.change, _distance(asked, one.windows))):
        proposal = _verified(present, freed, ids, one)
        if proposal is not None:
            yield proposal


def at_hours(problem: Problem, windows: Windows) -> Problem:
    """The problem in which each of these visits begins in its window. Raises: InvalidProblem."""
    return problem.with_demand(
        visits=tuple(
            replace(one, windows=(windows[one.id],)) if one.id in windows else one for one in problem.visits
        )
    )


def _faults(problem: Problem, plan: Plan, visit_id: str, opens: time, closes: time) -> Iterator[Issue]:
    yield from unknown("K103", "visits", (visit_id,), problem.visit_by_id.keys(), "visit")
    if visit_id in problem.visit_by_id and visit_id not in problem.request_by_visit:
        yield Issue("K103", "visits", "not_to_cover", {"visit_id": visit_id})
    if visit_id in begun_visits(plan, problem.now):
        yield Issue("K103", "visits", "visit_has_begun", {"visit_id": visit_id})
    if closes <= opens:
        yield Issue("E103", "hours", "slot_reversed")


# -- when --------------------------------------------------------------------------------------------------
def _moves(
    problem: Problem, movable: Collection[str], asked: Visit, opens: time, closes: time
) -> Iterator[Windows]:
    """Each slot of the visit, and the slots that those at a fixed distance from it then have; none that leads
    out of the horizon."""
    distances, last = _tied(problem, movable, asked.id, _is_fixed), problem.horizon.length
    for slot in _slots(problem, asked, opens, closes):
        windows = {id: _shifted(slot, by) for id, by in distances.items()}
        if all(one.earliest >= 0 and one.hard_latest <= last for one in windows.values()):
            yield windows


def _slots(problem: Problem, visit: Visit, opens: time, closes: time) -> Iterator[TimeWindow]:
    """Half hours, none that meets the visit's own windows or is over by `now`. They are counted in ticks: on
    the wall an hour comes twice in autumn, and one is missing in spring."""
    horizon, step = problem.horizon, problem.horizon.ticks(STEP_MIN)
    for day in dict.fromkeys(horizon.day_of(window.earliest) for window in visit.windows):
        last = horizon.at(day, closes) - visit.duration
        for first in range(horizon.at(day, opens), last + 1, step):
            end = min(first + step - 1, last)
            is_own = any(own.earliest <= end and first <= own.hard_latest for own in visit.windows)
            if not is_own and end >= problem.now:
                yield TimeWindow.hard(max(first, problem.now), end)


def _by_date(problem: Problem, visit_id: str, moves: list[Windows]) -> list[list[Windows]]:
    days: dict[date, list[Windows]] = {}
    for windows in moves:
        days.setdefault(problem.horizon.day_of(windows[visit_id].earliest), []).append(windows)
    return list(days.values())


def _shifted(window: TimeWindow, by: Ticks) -> TimeWindow:
    return TimeWindow.hard(window.earliest + by, window.latest + by)


def _distance(visit: Visit, windows: Windows) -> Ticks:
    """Ticks between the proposal and the hours that were asked for."""
    return min(abs(windows[visit.id].earliest - own.earliest) for own in visit.windows)


# -- where -------------------------------------------------------------------------------------------------
def _screened(problem: Problem, freed: Plan, asked: Visit, moves: list[Windows]) -> Iterator[_Screened]:
    """The best place in each slot of a day, on one model whose visits have the whole day."""
    try:
        wide = at_hours(problem, {id: _hull([windows[id] for windows in moves]) for id in moves[0]})
    except InvalidProblem:
        return  # against the ties to visits that keep their hours, all day long
    session = AdviceSession(wide, freed)
    for windows in moves:
        rows = {session.model.visit_row[id]: window for id, window in windows.items()}
        with session.trial_model.within(rows):
            found = place_whole(session, session.trial_model.search, session.row(asked.id))
        if found is not None:
            yield _Screened(found[0], windows, found[1], session)


def _hull(windows: list[TimeWindow]) -> TimeWindow:
    return TimeWindow.hard(min(one.earliest for one in windows), max(one.hard_latest for one in windows))


def _movable(problem: Problem, plan: Plan) -> Collection[str]:
    """Open visits that have not begun."""
    return problem.request_by_visit.keys() - begun_visits(plan, problem.now)


def _is_fixed(link: Link) -> bool:
    """Whether the two begin at a fixed distance from each other."""
    return link.kind is LinkKind.SAME_START or (link.kind is LinkKind.GAP and link.min_gap == link.max_gap)


def _tied(
    problem: Problem, movable: Collection[str], visit_id: str, counts: Callable[[Link], bool]
) -> dict[str, Ticks]:
    """The visit, then the movable ones that such links tie to it, near and far, and how much later each
    begins as far as the distances are fixed."""
    later, waiting = {visit_id: 0}, [visit_id]
    for id in waiting:
        for link in filter(counts, problem.links):
            by = link.min_gap if link.kind is LinkKind.GAP else 0
            for here, other, more in ((link.first, link.second, by), (link.second, link.first, -by)):
                if here == id and other in movable and other not in later:
                    later[other] = later[id] + more
                    waiting.append(other)
    return later


def _without(problem: Problem, plan: Plan, visit_ids: Collection[str]) -> Plan | None:
    """The plan from which these visits have been taken. None: without them somebody has no way to go on."""
    if plan.covered.isdisjoint(visit_ids):
        return plan
    try:
        freed = timed_from_now_on(problem, unpinned(plan, visit_ids), orders_with(plan, (), visit_ids))
    except BrokenPromise:
        return None
    left = tuple(UncoveredVisit(id, ()) for id in visit_ids if id in plan.covered)
    return replace(freed, uncovered=(*plan.uncovered, *left))


# -- what comes of it --------------------------------------------------------------------------------------
def _verified(present: _PresentPlan, freed: Plan, ids: list[str], found: _Screened) -> ProposedHour | None:
    """None where the plain rules find anything that they do not find in the plan as it stands. Args: ids: the
    visit, then those that are covered with it."""
    # Of the plan itself: a session leaves out whoever cannot do without the visit.
    put = placements(found.session, found.spots)
    orders = orders_with(freed, put, ())
    try:
        changed = at_hours(present.problem, found.windows)
        made = timed_from_now_on(changed, freed, orders)
    except (InvalidProblem, BrokenPromise):
        return None
    if Counter(check(changed, made)) - present.broken:
        return None
    costs = breakdown(changed, made)
    stops = {id: stop for id in ids if (stop := made.stop_of(id)) is not None}
    workers = {id: route.worker_id for id, (route, _) in stops.items()}
    visits = [changed.visit_by_id[id] for id in stops]
    return ProposedHour(
        windows=found.windows,
        starts={id: stop.start for id, (_, stop) in stops.items()},
        workers=workers,
        soft=costs.soft - present.costs.soft,
        points=present.costs.points - costs.points,
        travel_min=float(minutes_of(changed, made.travel - present.plan.travel)),
        known=tuple(one.id for one in visits if workers[one.id] in one.familiar_workers),
        marking=stops[ids[0]][1].marking,
        placements=put,
    )
