"""Whom a replan disturbs, and which stops to pin so that it disturbs no more people than allowed.

Disturbed is who was told something that no longer holds although no event forced it: the worker of a told stop that moved or
went, the client whose worker changed or whose hour moved beyond tolerance. Who is only asked for more is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from brigade.coverage import points_of
from brigade.diff import Change, PlanDiff, diff
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.told import Told
from solver.standing import Standing


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one worker's told stops: whom they disturb, and the priority points they win."""

    people: frozenset[str]
    points: int


@dataclass(frozen=True)
class Disturbance:
    """The told plan's people, seen from the changed problem."""

    problem: Problem
    published: Plan
    standing: Standing
    told: Told

    def diff_to(self, found: Plan) -> PlanDiff:
        return diff(self.published, found, self.problem.request_by_visit.keys())

    def people(self, change: Change) -> frozenset[str]:
        """Who minds this change of a told stop: its worker if they knew, its client if they did."""
        before, after = change.before, change.after
        if before is None:
            return frozenset()
        client = self.problem.visit_by_id[change.visit_id].client_id
        if after is None or after.worker_id != before.worker_id:
            minds = self.told.client_knows(change.visit_id)
        else:
            minds = self.told.minds(change.visit_id, before.start, after.start)
        worker = {before.worker_id} if self.told.worker_knows(change.visit_id) else set[str]()
        return frozenset(worker | ({client} if minds else set()))

    def unforced(self, found: Plan) -> list[Change]:
        """The changes of told stops that could have stayed."""
        return [change for change in self.diff_to(found).touched if change.visit_id in self.standing.steady]

    def disturbed(self, found: Plan) -> frozenset[str]:
        return frozenset[str]().union(*(self.people(change) for change in self.unforced(found)))

    # -- keeping within a number -----------------------------------------------------------------------------------
    def pins_within(self, found: Plan, budget: int) -> frozenset[str]:
        """The stops to pin: all that could stay but those of the people who win most in `found`, a plan without the budget.

        Workers who take visits that nobody had come first, the most points a person first; then single changes while people
        are left.
        """
        allowed: frozenset[str] = frozenset()
        singles = (Group(self.people(change), 0) for change in self.unforced(found))
        for group in (*sorted(self._groups(found), key=_worth), *singles):
            wider = allowed | group.people
            allowed = wider if len(wider) <= budget else allowed
        dropped = {one.visit_id: replace(one, after=None) for one in diff(self.published, Plan(())).changes}
        return frozenset(id for id in self.standing.steady if not self.people(dropped[id]) <= allowed)

    def _groups(self, found: Plan) -> Iterator[Group]:
        """By worker who takes visits that nobody had: whom of the worker's own stops that disturbs."""
        unforced, stood = self.unforced(found), self.standing.plan.covered
        won: Counter[str] = Counter()
        for change in self.diff_to(found).changes:
            if change.after is not None and change.visit_id not in stood:
                won[change.after.worker_id] += self._points(change.visit_id)
        for worker in sorted(won):
            own = [change for change in unforced if change.before is not None and change.before.worker_id == worker]
            people = frozenset[str]().union(*(self.people(change) for change in own))
            lost = sum(self._points(change.visit_id) for change in own if change.after is None)
            if people:
                yield Group(people, won[worker] - lost)

    def _points(self, visit_id: str) -> int:
        return points_of(self.problem, self.problem.visit_by_id[visit_id])


def _worth(group: Group) -> tuple[float, list[str]]:
    return -group.points / len(group.people), sorted(group.people)
