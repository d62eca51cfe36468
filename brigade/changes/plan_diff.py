"""What changed from one plan to another, visit by visit, exactly: the old placements and the diff give the
new ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from brigade.units import Ticks
from brigade.values.plan import Plan, Reason, Route


class ChangeKind(StrEnum):
    """MOVED: same worker, other hour. REASSIGNED: other worker. ADDED: was nowhere. REMOVED: nobody has to
    come any more. UNCOVERED: somebody should come and nobody does."""

    KEPT = "kept"
    MOVED = "moved"
    REASSIGNED = "reassigned"
    ADDED = "added"
    REMOVED = "removed"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a visit, in which availability, from when."""

    worker_id: str
    tour: int
    start: Ticks


Placements = Mapping[str, Assignment]


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit: where it was, where it is; `reasons` why, where somebody said."""

    kind: ChangeKind
    visit_id: str
    before: Assignment | None
    after: Assignment | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """Every visit of either plan once, sorted by id; `left`: open visits that neither plan covers."""

    changes: tuple[VisitChange, ...]
    left: frozenset[str] = frozenset()

    def of(self, *kinds: ChangeKind) -> tuple[VisitChange, ...]:
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def counts(self) -> dict[ChangeKind, int]:
        return {kind: len(self.of(kind)) for kind in ChangeKind}

    @property
    def touched(self) -> tuple[VisitChange, ...]:
        """Stops of the old plan that are not what they were, though somebody is still to come."""
        return self.of(ChangeKind.MOVED, ChangeKind.REASSIGNED, ChangeKind.UNCOVERED)

    def applied_to(self, before: Placements) -> dict[str, Assignment]:
        """The placements of the new plan from those of the old one. Raises: ValueError when `before` is
        another plan's."""
        made = dict(before)
        for change in self.changes:
            if made.get(change.visit_id) != change.before:
                raise ValueError(f"{change.visit_id} was elsewhere: the diff is of another plan")
            if change.after is None:
                made.pop(change.visit_id, None)
            else:
                made[change.visit_id] = change.after
        return made


def placements(plan: Plan) -> dict[str, Assignment]:
    return _placed(plan.routes)


def _placed(routes: Iterable[Route]) -> dict[str, Assignment]:
    stops = ((route, stop) for route in routes for stop in route.stops)
    return {stop.visit_id: Assignment(route.worker_id, route.tour, stop.start) for route, stop in stops}


def diff(before: Plan, after: Plan, to_cover: Collection[str] | None = None) -> PlanDiff:
    """Args: to_cover: ids of the visits that the new plan's problem asks for; without it, what it calls
    uncovered."""
    old, new = placements(before), placements(after)
    left = (
        frozenset(visit.visit_id for visit in after.uncovered)
        if to_cover is None
        else frozenset(to_cover) - new.keys()
    )
    changes = tuple(_changes(old, new, left))
    return PlanDiff(changes, left - old.keys())


def changed(before: Plan, after: Plan) -> tuple[VisitChange, ...]:
    """What a `diff` tells beside the visits that are kept. Tours that both plans hold are not looked at: an
    edit leaves most of a large day as it is."""
    shared = {id(route) for route in before.routes} & {id(route) for route in after.routes}
    old, new = (
        _placed(route for route in plan.routes if id(route) not in shared) for plan in (before, after)
    )
    left = {visit.visit_id for visit in after.uncovered}
    return tuple(one for one in _changes(old, new, left) if one.kind is not ChangeKind.KEPT)


def _changes(old: Placements, new: Placements, left: Collection[str]) -> Iterator[VisitChange]:
    for id in sorted(old.keys() | new.keys()):
        before, after = old.get(id), new.get(id)
        yield VisitChange(_kind(before, after, id in left), id, before, after)


def _kind(before: Assignment | None, after: Assignment | None, is_left: bool) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED
    if after is None:
        return ChangeKind.UNCOVERED if is_left else ChangeKind.REMOVED
    if before.worker_id != after.worker_id:
        return ChangeKind.REASSIGNED
    return ChangeKind.KEPT if before.start == after.start else ChangeKind.MOVED
