"""A plan with some of its changes undone: approved in part, or taken back to what people had been told.

Both are hand edits like any other, so they are judged, kept with the plan that they make, and done again by
`…/again`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from api.access.scope import Scoped
from api.plans import draft_edits
from api.plans.draft_edits import EditedPlan
from api.plans.warm_plans import WarmPlan, warm
from api.runtime.faults import Conflict, Unfit
from api.shapes.cycle_requests import EditIn, PartIn, RestoreIn, SaveEditsIn
from api.store import kept_plans as kept
from api.store.cycle_tables import Plan
from brigade.changes.carry import carried
from brigade.changes.edits import Edit, Move, Pin, Unassign
from brigade.changes.plan_diff import Assignment, ChangeKind, VisitChange, diff, placements
from brigade.exchange.documents.event_documents import edit_shape
from brigade.exchange.shapes.event_shapes import WaiveShape
from brigade.units import Ticks
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from solver.hand_edits import judge_edits


def part(
    scoped: Scoped, basin_id: str, plan_id: str, version: int | None, given: PartIn, lang: str
) -> EditedPlan:
    """Without the changes to what had been told that are named. Raises: as `restored`."""
    _, plan = warm(scoped, basin_id, plan_id)
    return _without(scoped, basin_id, plan_id, version, plan.told, given.undo, lang)


def restored(
    scoped: Scoped, basin_id: str, plan_id: str, version: int | None, given: RestoreIn, lang: str
) -> EditedPlan:
    """What was in force before this plan, as far as its day still has it: people were told of the one that is
    published, so the way back is a new proposal.

    Raises: NotFound, Forbidden; Stale, NoPrecondition; Conflict, when nothing was in force before, or when a
        rule would be broken; Unfit, when nothing would change.
    """
    row, plan = warm(scoped, basin_id, plan_id)
    before = scoped.session.get(Plan, row.base_plan_id or "")
    if row.state != "published" or before is None or before.basin_id != basin_id:
        raise Conflict("A401", f"plans.{plan_id}", "nothing_before")
    old = kept.read_back(before, kept.fetch_problem(scoped.session, before.digest))
    told = carried(plan.problem, old)
    changed = [one.visit_id for one in diff(told, plan.plan).changes]
    return _without(scoped, basin_id, plan_id, version, told, changed, lang)


def _without(
    scoped: Scoped,
    basin_id: str,
    plan_id: str,
    version: int | None,
    told: CorePlan,
    undo: Collection[str],
    lang: str,
) -> EditedPlan:
    _, plan = warm(scoped, basin_id, plan_id)
    undone = undoing(plan, told, frozenset(undo), plan.problem.horizon.tick(scoped.clock.now()))
    if not undone:
        raise Unfit("A305", "undo", "nothing_to_undo")
    shapes = (edit_shape(one, plan.problem.horizon) for one in undone)
    edits: list[EditIn] = [one for one in shapes if not isinstance(one, WaiveShape)]
    # Not validated again: a hand makes two hundred edits at most, an undone night may take more.
    wish = SaveEditsIn.model_construct(edits=edits, state="proposed", reason=None, with_plan=False)
    return draft_edits.weigh(scoped, basin_id, plan_id, version, wish, lang)


def undoing(plan: WarmPlan, told: CorePlan, undo: Collection[str], now: Ticks) -> list[Edit]:
    """Edits that bring these visits back to where they had been told, to the hour; those that have begun,
    here or there, stay. Pinned is only what would else begin at another hour than people know."""
    changes = [one for one in diff(told, plan.plan).changes if one.kind is not ChangeKind.KEPT]
    back = [one for one in changes if one.visit_id in undo and not _has_begun(one, now)]
    back = [one for one in back if one.visit_id in plan.problem.request_by_visit]
    if not back:
        return []
    at = placements(plan.plan)
    begun = (id for id, place in at.items() if place.start <= now and id not in plan.plan.pinned)
    edits: list[Edit] = [*map(Pin, sorted(begun)), *_moves(plan.problem, plan.plan, back)]
    with plan.lock:
        after = judge_edits(plan.hands, edits)[-1].accepted().plan
    return [*edits, *_pins(back, after)]


def _has_begun(change: VisitChange, now: Ticks) -> bool:
    return any(side is not None and side.start <= now for side in (change.before, change.after))


def _moves(problem: Problem, plan: CorePlan, back: Sequence[VisitChange]) -> Iterator[Edit]:
    """What leaves goes first, so that its place is free; then each to its place, in order of the hours."""
    tours = _Orders(plan)
    for change in back:
        if change.before is None:
            tours.take(change.visit_id)
            yield Unassign(change.visit_id)
    known = [(one.before, one.visit_id) for one in back if one.before is not None]
    for place, visit_id in sorted(known, key=lambda one: (one[0].start, one[1])):
        worker = problem.worker_by_id.get(place.worker_id)
        if worker is not None and place.tour < len(worker.availability):
            yield Move(visit_id, place.worker_id, place.tour, tours.put(visit_id, place))


def _pins(back: Sequence[VisitChange], after: CorePlan) -> Iterator[Edit]:
    at = placements(after)
    for change in back:
        here, there = at.get(change.visit_id), change.before
        if here is not None and there is not None and here.start != there.start:
            yield Pin(change.visit_id, there.start)


class _Orders:
    """The orders of all tours while visits are moved one after the other."""

    def __init__(self, plan: CorePlan) -> None:
        self._starts = {stop.visit_id: stop.start for route in plan.routes for stop in route.stops}
        self._orders = {
            (route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes
        }

    def take(self, visit_id: str) -> None:
        for order in self._orders.values():
            if visit_id in order:
                order.remove(visit_id)

    def put(self, visit_id: str, place: Assignment) -> int:
        """Its position there, by the hours that everybody had been told."""
        self.take(visit_id)
        self._starts[visit_id] = place.start
        order = self._orders.setdefault((place.worker_id, place.tour), [])
        position = sum(self._starts[one] < place.start for one in order)
        order.insert(position, visit_id)
        return position
