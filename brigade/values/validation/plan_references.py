"""A plan must speak of its problem: what it names has to be there before anything of it can be judged or
timed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from brigade.errors import InvalidPlan, Issue
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import unknown


def refuse_unknown(problem: Problem, tours: Iterable[tuple[str, int]], visit_ids: Iterable[str]) -> None:
    """Raises: InvalidPlan with every worker, tour and visit that `problem` does not hold."""
    refuse_plan([*_unknown_tours(problem, tours), *_unknown_visits(problem, "visits", visit_ids)])


def refuse_plan_unknowns(problem: Problem, plan: Plan) -> None:
    """Raises: InvalidPlan with everything that `plan` names, waivers included, and `problem` does not
    hold."""
    tours = ((route.worker_id, route.tour) for route in plan.routes)
    waived = [waiver.visit_id for waiver in plan.waivers if waiver.visit_id is not None]
    refuse_plan(
        [
            *_unknown_tours(problem, tours),
            *_unknown_visits(
                problem, "routes", (stop.visit_id for route in plan.routes for stop in route.stops)
            ),
            *_unknown_vehicles(problem, plan),
            *_unknown_visits(problem, "uncovered", (visit.visit_id for visit in plan.uncovered)),
            *_unknown_visits(problem, "pinned", sorted(plan.pinned)),
            *_unknown_workers(problem, "waivers", (waiver.worker_id for waiver in plan.waivers)),
            *_unknown_visits(problem, "waivers", waived),
        ]
    )


def refuse_plan(issues: Iterable[Issue]) -> None:
    """Raises: InvalidPlan with all of `issues`, if there is any."""
    found = tuple(dict.fromkeys(issues))
    if found:
        raise InvalidPlan(found)


def _unknown_tours(problem: Problem, tours: Iterable[tuple[str, int]]) -> Iterator[Issue]:
    for worker_id, index in tours:
        worker = problem.worker_by_id.get(worker_id)
        if worker is None:
            yield from _unknown_workers(problem, "routes", (worker_id,))
        elif not 0 <= index < len(worker.availability):
            yield _no_such_tour(worker_id, index, len(worker.availability))


def _no_such_tour(worker_id: str, index: int, held: int) -> Issue:
    where = f"routes.{worker_id}.{index}"
    if not held:
        return Issue("K102", where, "no_availability", {"worker_id": worker_id})
    values = {"index": index, "worker_id": worker_id, "held": held, "last": held - 1 or None}
    return Issue("K102", where, "no_such_tour", values)


def _unknown_workers(problem: Problem, where: str, ids: Iterable[str]) -> Iterator[Issue]:
    for id in ids:
        yield from unknown("K101", f"{where}.{id}", (id,), problem.worker_by_id.keys(), "worker")


def _unknown_vehicles(problem: Problem, plan: Plan) -> Iterator[Issue]:
    for (worker_id, tour), id in plan.drives.items():
        where = f"routes.{worker_id}.{tour}.vehicle_id"
        yield from unknown("K104", where, (id,), problem.vehicle_by_id.keys(), "vehicle")


def _unknown_visits(problem: Problem, where: str, ids: Iterable[str]) -> Iterator[Issue]:
    for id in ids:
        yield from unknown("K103", f"{where}.{id}", (id,), problem.visit_by_id.keys(), "visit")
