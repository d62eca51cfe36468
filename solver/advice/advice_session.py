"""One problem and one plan, loaded once: repeated questions then cost microseconds of kernel time each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from brigade.changes.answers import ObstacleSet
from brigade.errors import Issue
from brigade.units import Ticks
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import unknown
from brigade.values.validation.plan_references import refuse_plan
from solver.advice.trial_model import SEED, TrialModel, narrow
from solver.kernel.arrays import (
    FAR,
    MAY,
    MAY_FIRST,
    MAY_LAST,
    SAME,
    Arrays,
)
from solver.kernel.local_search import Orders, Search
from solver.model.fixed_part import from_now_on, too_late
from solver.model.model import Model, build_model
from solver.primitives.host_mixes import NO_HOST

PINNED_WEIGHT = 1 << 60
"""Pinned visits are named only where nothing else helps."""


class NotExamined(Exception):
    """There was no time to find out."""


class AdviceSession:
    """Answers are about `plan`; nothing new begins before `now`, and what has begun by then is pinned. With
    `model` the problem is taken as it is: what may not begin any more has left it
    (`solver.model.fixed_part`); `soonest`: the end of a freeze.

    A pair that a coordinator decided against a rule stays where it is. Workers whose own days break a rule as
    they are (`fixed_workers`, by waiver or by an event), and those tied to them, are left as they are:
    nothing is added to their days, and their stops stand (`fixed_starts`). What is tied to one comes at the
    hour it leaves.

    Raises: InvalidPlan with everything the plan names and the problem does not hold.
    """

    def __init__(
        self, problem: Problem, plan: Plan, model: Model | None = None, soonest: Ticks | None = None
    ) -> None:
        self.soonest = max(problem.now, 0, soonest or 0)
        """No hour before it is asked for: `now`, or the later end of a freeze."""
        self.given = problem
        """As it was given, for changes of it: what a shift brings after `now` counts again."""
        is_ahead = model is not None
        if problem.vehicles:
            # Asked as the tours are driven: who has which vehicle is what the plan decided.
            problem, model = problem.driven(plan.drives), None
        ahead, begun = (problem, plan) if is_ahead else from_now_on(problem, plan)
        self.problem, self.plan = ahead, begun or plan
        self.model = model or build_model(self.problem, self.plan)
        given = self.model.order_of(self.plan)
        self._is_late: Callable[[], bool] = lambda: False
        self._partners: dict[int, list[int]] = {}
        self._placeable: dict[int, bool] = {}
        self._groups: dict[str, list[list[int]]] = {}
        self.obstacles: dict[tuple[int, str], ObstacleSet] = {}
        """What was found between a visit and a worker: a visit's partners ask for it again."""
        self.arrays = self.modelled = _with_decided_pairs(self.model, given)
        self.search = Search(self.arrays, SEED)
        self.orders: Orders = (
            given if self.search.load(given, self.model.starts_of(self.plan)) else self._lawful_part(given)
        )
        # Whose day the kernel would not load as told: it is left as it is, and nobody else's suffers from it.
        changed = {tour for tour, order in enumerate(given) if order != self.orders[tour]}
        self.fixed_workers = frozenset(self.model.tours[tour].worker.id for tour in changed)
        stops = [
            stop for id in sorted(self.fixed_workers) for one in self.plan.routes_of(id) for stop in one.stops
        ]
        self.fixed_starts: dict[str, Ticks] = {stop.visit_id: stop.start for stop in stops}
        """The starts of their stops, which the search does not see."""
        if self.fixed_starts:
            self.arrays = _beside(self.modelled, self.model, self.fixed_workers, given, self.fixed_starts)
            self.search = Search(self.arrays, SEED)
            self.search.load(self.orders)
        self.place_of = {
            row: (tour, at) for tour, order in enumerate(self.orders) for at, row in enumerate(order)
        }

    def _lawful_part(self, given: Orders) -> Orders:
        """The tours of everybody whose days are lawful, people tied by links taken together; they stay
        loaded."""
        kept: Orders = [[] for _ in given]
        for group in self._tied_people(given):
            wider = [
                given[t] if tour.worker.id in group else kept[t] for t, tour in enumerate(self.model.tours)
            ]
            if self.search.load(wider):
                kept = wider
        self.search.load(kept)
        return kept

    def _tied_people(self, given: Orders) -> list[set[str]]:
        """Workers with stops, in groups that links between their stops connect."""
        owner = {row: self.model.tours[tour].worker.id for tour, order in enumerate(given) for row in order}
        # Sorted: whose group is loaded first decides who is left out, and must not hang on the order of a
        # set.
        groups = [{id} for id in sorted(set(owner.values()))]
        for link in self.problem.links:
            rows = (self.model.visit_row.get(link.first, -1), self.model.visit_row.get(link.second, -1))
            people = {owner[row] for row in rows if row in owner}
            touched = [group for group in groups if group & people]
            groups = [group for group in groups if group not in touched] + (
                [set().union(*touched)] if touched else []
            )
        return groups

    @contextmanager
    def until(self, is_late: Callable[[], bool]) -> Iterator[None]:
        """Within it questions are given up once it is late: `NotExamined` rises between two tries."""
        before, self._is_late = self._is_late, is_late
        try:
            yield
        finally:
            self._is_late = before

    def go_on(self) -> None:
        """Asked before each try that takes milliseconds. Raises: NotExamined, when it is late."""
        if self._is_late():
            raise NotExamined

    @cached_property
    def too_late(self) -> frozenset[str]:
        """Visits none of whose hours is left."""
        return too_late(self.given, self.given.now) if self.given.now > 0 else frozenset()

    @cached_property
    def free(self) -> Search:
        """A search in which nobody does anything: a pair on its own."""
        return Search(self.arrays, SEED)

    @cached_property
    def trial_model(self) -> TrialModel:
        """Where changes of the problem are tried."""
        return TrialModel(self)

    @cached_property
    def ids(self) -> list[str]:
        return [request.visit.id for request in self.model.requests]

    def refuse_unknown(self, visits: Iterable[str], workers: Iterable[str] = ()) -> None:
        """Raises: InvalidPlan with every unknown visit (K103) and worker (K101)."""
        strange = unknown("K103", "visits", visits, self.problem.visit_by_id.keys(), "visit")
        refuse_plan([*strange, *unknown("K101", "workers", workers, self.rows_of_workers, "worker")])

    def row(self, visit_id: str) -> int:
        """Raises: InvalidPlan (K103), when the visit is unknown or not to be covered."""
        return self.rows([visit_id])[0]

    def rows(self, visit_ids: Collection[str]) -> list[int]:
        """Raises: InvalidPlan (K103) with every visit that is unknown or not to be covered."""
        known, rows = self.problem.visit_by_id.keys(), self.model.visit_row
        kept = [id for id in visit_ids if id in known and id not in rows]
        not_open = [Issue("K103", "visits", "not_to_cover", {"visit_id": id}) for id in kept]
        refuse_plan([*unknown("K103", "visits", visit_ids, known, "visit"), *not_open])
        return [rows[id] for id in visit_ids]

    def worker_row(self, worker_id: str) -> int:
        """Raises: InvalidPlan (K101), when the worker is unknown."""
        if worker_id not in self.rows_of_workers:
            refuse_plan(unknown("K101", "workers", (worker_id,), self.rows_of_workers, "worker"))
        return self.rows_of_workers[worker_id]

    @cached_property
    def rows_of_workers(self) -> dict[str, int]:
        return {worker.id: row for row, worker in enumerate(self.problem.workers)}

    def tours_of(self, worker_id: str) -> range:
        self.worker_row(worker_id)
        return self._tours[worker_id]

    @cached_property
    def _tours(self) -> dict[str, range]:
        workers = self.arrays.workers
        ends = zip(workers["first_tour"].tolist(), workers["end_tour"].tolist(), strict=True)
        return {worker.id: range(*each) for worker, each in zip(self.problem.workers, ends, strict=True)}

    def knows_rules_of(self, tour: int, row: int) -> bool:
        """Whether the kernel knows what the visit's host asks of the worker: of one without an engagement it
        knows nothing."""
        kind, host = (
            self.arrays.workers["kind"][self.arrays.tours["worker"][tour]],
            self.arrays.visits["host"][row],
        )
        return bool(self.arrays.host_mix[kind, host] != NO_HOST)

    def stops_of(self, worker_id: str) -> list[int]:
        """Rows of all visits of the worker's tours."""
        return [row for tour in self.tours_of(worker_id) for row in self.orders[tour]]

    def gap(self, tour: int, row: int) -> int:
        """Ticks between the tour's availability and the time in which the visit could take place; 0 when they
        meet. Where a tie leaves the visit no hour at all, its own windows count: nobody is called away for
        that."""
        stay, visit = self.arrays.tours[tour], self.arrays.visits[row]
        opens, shut = int(visit["opens"]), int(visit["shuts"])
        if opens >= FAR:
            windows = self.model.requests[row].visit.windows
            opens, shut = windows[0].earliest, windows[-1].hard_latest
        return int(max(0, opens + visit["duration"] - stay["hard_end"], stay["start"] - shut))

    def dates(self, row: int, start: Ticks, end: Ticks) -> set[date]:
        """Local dates on which the visit can have service between two ticks."""
        horizon, duration = self.problem.horizon, int(self.arrays.visits["duration"][row])
        dates: set[date] = set()
        for opens, *_, shut in self.arrays.windows[self.arrays.window_rows(row)].tolist():
            first, last = max(opens, start), min(shut, end - duration)
            if first <= last:
                days = (horizon.day_of(max(first, last + duration - 1)) - horizon.day_of(first)).days
                dates.update(horizon.day_of(first) + timedelta(days=n) for n in range(days + 1))
        return dates

    def partners(self, row: int) -> list[int]:
        """Visits that must be covered together with this one, near and far."""
        if row not in self._partners:
            self._partners[row] = self._partners_of(row)
        return self._partners[row]

    def _partners_of(self, row: int) -> list[int]:
        found, waiting = [row], [row]
        while waiting:
            fresh = [
                other for other in dict.fromkeys(self.arrays.partners_of(waiting.pop())) if other not in found
            ]
            found += fresh
            waiting += fresh
        return found[1:]

    def tied_rows(self, row: int) -> list[int]:
        """Open visits that a link of any kind ties to this one."""
        others: list[int] = self.arrays.links_of(row)["other"].tolist()
        return list(dict.fromkeys(others))

    def missing_partners(self, row: int) -> list[int]:
        return [other for other in self.partners(row) if other not in self.place_of]

    def has_place(self, row: int) -> bool:
        """Whether somebody could take the visit beside the plan, those it goes with aside."""
        if row not in self._placeable:
            self._placeable[row] = self.search.place(row).is_lawful
        return self._placeable[row]

    def group(self, rows: Iterable[int]) -> list[int]:
        """These visits and the covered ones that cannot stay without them."""
        found = dict.fromkeys(rows)
        for row in list(found):
            found.update(dict.fromkeys(other for other in self.partners(row) if other in self.place_of))
        return list(found)

    def groups_of(self, worker_id: str) -> list[list[int]]:
        """Each of the worker's visits with those that cannot stay without it, what weighs least first."""
        if worker_id not in self._groups:
            alone = sorted(self.stops_of(worker_id), key=lambda row: (self.weight(self.group([row])), row))
            self._groups[worker_id] = [self.group([row]) for row in alone]
        return self._groups[worker_id]

    def weight(self, rows: Iterable[int]) -> int:
        """What leaving these visits out costs."""
        return sum(
            int(self.arrays.visits["penalty"][row]) + PINNED_WEIGHT * self.is_pinned(row) for row in rows
        )

    def is_pinned(self, row: int) -> bool:
        return self.ids[row] in self.plan.pinned


def _with_decided_pairs(model: Model, orders: Orders) -> Arrays:
    """The arrays in which nobody is kept from a visit that the plan gives them: somebody decided so."""
    pairs = model.arrays.pairs.copy()
    for tour, order in enumerate(orders):
        barred = [row for row in order if not pairs[tour, row] & MAY]
        pairs[tour, barred] = MAY | MAY_FIRST | MAY_LAST
    return model.arrays._replace(pairs=pairs)


def _beside(
    arrays: Arrays,
    model: Model,
    fixed_workers: Collection[str],
    orders: Orders,
    fixed_starts: Mapping[str, Ticks],
) -> Arrays:
    """The arrays in which nothing is added to the tours of fixed workers.

    Visits tied to their stops have the hours and the people that these leave them, and are covered together
    with them."""
    copied = {name: getattr(arrays, name).copy() for name in ("visits", "windows", "pairs", "links")}
    made, owners = arrays._replace(**copied), np.array([tour.worker.id for tour in model.tours])
    for tour in np.flatnonzero(np.isin(owners, sorted(fixed_workers))):
        made.pairs[tour] = 0
        for row in orders[tour]:
            start = fixed_starts[model.requests[row].visit.id]
            for link in made.links_of(row):
                other, hers = int(link["other"]), owners == owners[tour]
                if link["timed"]:
                    narrow(made, other, start + int(link["low"]), start + int(link["high"]))
                if link["worker"]:
                    made.pairs[~hers if link["worker"] == SAME else hers, other] = 0
                back = made.links_of(other)
                # The half that stands does not move: the other may be covered beside it as if it were alone.
                back["together"][back["other"] == row] = 0
            made.links_of(row)["together"] = 0
    return made
