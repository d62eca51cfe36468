"""Whom a replan disturbs, and which stops to pin so that it disturbs no more people than allowed.

Disturbed is who was told something that no longer holds although no event forced it: the worker of a told
stop that moved or went, the client whose worker changed or whose hour moved beyond tolerance. Who is only
asked for more is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from brigade.changes.plan_diff import Assignment, PlanDiff, VisitChange, diff
from brigade.judging.coverage_levels import points_of
from brigade.units import Interval
from brigade.values.announced import AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.model.fixed_part import FixedPart

NEAR_MIN = 30
"""Told stops so close to a new one were in its way, or moved for it."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes that make room for one visit: whom they disturb, and the priority points they win."""

    people: frozenset[str]
    points: int


@dataclass(frozen=True)
class Disturbance:
    """The told plan's people, seen from the changed problem."""

    problem: Problem
    published: Plan
    fixed_part: FixedPart
    told: AnnouncedPlan

    def diff_to(self, found: Plan) -> PlanDiff:
        return diff(self.published, found, self.problem.request_by_visit.keys())

    def people(self, change: VisitChange) -> frozenset[str]:
        """Who minds this change of a told stop: its worker if they knew, its client if they did."""
        before, after = change.before, change.after
        if before is None:
            return frozenset()
        visit = self.problem.visit_by_id[change.visit_id]
        # A meeting has no client who might mind.
        client = set[str]() if visit.attendance is not None else {visit.client_id}
        if after is None or after.worker_id != before.worker_id:
            minds = self.told.client_knows(change.visit_id)
        else:
            minds = self.told.minds(change.visit_id, before.start, after.start)
        worker = {before.worker_id} if self.told.worker_knows(change.visit_id) else set[str]()
        return frozenset(worker | (client if minds else set()))

    def unforced(self, found: Plan) -> list[VisitChange]:
        """The changes of told stops that could have stayed."""
        return [change for change in self.diff_to(found).touched if change.visit_id in self.fixed_part.lawful]

    def disturbed(self, found: Plan) -> frozenset[str]:
        return frozenset[str]().union(*(self.people(change) for change in self.unforced(found)))

    # -- keeping within a number ----------------------------------------------------------------------------
    def pins_within(self, found: Plan, budget: int) -> frozenset[str]:
        """The stops to pin: all that could stay but those of the people who win most in `found`, a plan
        without the budget.

        Room for visits that nobody had comes first, the most points a person first; then single changes while
        people are left.
        """
        allowed: frozenset[str] = frozenset()
        singles = (ChangeGroup(self.people(change), 0) for change in self.unforced(found))
        for group in (*sorted(self._groups(found), key=_worth), *singles):
            wider = allowed | group.people
            allowed = wider if len(wider) <= budget else allowed
        dropped = {one.visit_id: replace(one, after=None) for one in diff(self.published, Plan(())).changes}
        return frozenset(id for id in self.fixed_part.lawful if not self.people(dropped[id]) <= allowed)

    def _groups(self, found: Plan) -> Iterator[ChangeGroup]:
        """By visit that is covered and was not: whom of the told stops around it, with its worker, that
        disturbs."""
        unforced, stood = self.unforced(found), self.fixed_part.plan.covered
        for change in self.diff_to(found).changes:
            if change.after is None or change.visit_id in stood:
                continue
            around = [other for other in unforced if self._is_around(change.visit_id, change.after, other)]
            people = frozenset[str]().union(*(self.people(other) for other in around))
            lost = sum(self._points(other.visit_id) for other in around if other.after is None)
            if people:
                yield ChangeGroup(people, self._points(change.visit_id) - lost)

    def _is_around(self, visit_id: str, place: Assignment, other: VisitChange) -> bool:
        """Whether `other` was at that worker's, at most `NEAR_MIN` before or after the visit."""
        before, near = other.before, self.problem.horizon.ticks(NEAR_MIN)
        if before is None or before.worker_id != place.worker_id:
            return False
        end, told_end = (
            start + self.problem.visit_by_id[id].service_by(place.worker_id)
            for id, start in ((visit_id, place.start), (other.visit_id, before.start))
        )
        return Interval(place.start - near, end + near).overlap(Interval(before.start, told_end)) > 0

    def _points(self, visit_id: str) -> int:
        return points_of(self.problem, self.problem.visit_by_id[visit_id])


def _worth(group: ChangeGroup) -> tuple[float, list[str]]:
    return -group.points / len(group.people), sorted(group.people)
