"""What keeps a hand edit from being tried at all: unknown names, visits that are not there, places that do
not exist."""

from __future__ import annotations

from collections.abc import Iterable

from brigade.changes.edits import Edit, Move, Pin, Swap, TakeVehicle, Unassign, Unpin, Waive
from brigade.errors import Issue
from brigade.law.rules import codes
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import say, suggestion, unknown

UNKNOWN = "H101"


def faults(problem: Problem, plan: Plan, edit: Edit) -> Iterable[Issue]:
    """Everything that keeps the edit of this plan from being tried."""
    covered = plan.covered
    for id in _named(edit):
        if id not in problem.visit_by_id:
            yield from unknown(UNKNOWN, f"edit.{id}", (id,), problem.visit_by_id.keys(), "visit")
        elif id not in problem.request_by_visit:
            yield Issue("H102", f"edit.{id}", "not_to_replace", {"id": id})
        elif not isinstance(edit, Move | Waive) and id not in covered:
            yield Issue("H102", f"edit.{id}", "not_in_plan", {"id": id})
    match edit:
        case Move(visit_id, worker_id, tour, position):
            worker = problem.worker_by_id.get(worker_id)
            if worker is None:
                yield from _unknown_worker(problem, worker_id)
            elif not worker.availability:
                yield Issue("H102", f"edit.{worker_id}", "no_availability", {"worker_id": worker_id})
            elif tour is not None and not 0 <= tour < len(worker.availability):
                held = len(worker.availability)
                yield Issue(
                    UNKNOWN,
                    f"edit.{worker_id}.{tour}",
                    "no_such_tour_of_edit",
                    {"tour": tour, "last": held - 1 or None},
                )
            elif position is not None and tour is None and len(worker.availability) > 1:
                yield Issue("H102", "edit.position", "position_without_tour", {"position": position})
            elif position is not None:
                # A visit that moves within its tour leaves its place first: positions count the others.
                order = [id for id in _order(plan, worker_id, tour or 0) if id != visit_id]
                if not 0 <= position <= len(order):
                    yield Issue(
                        "H102",
                        "edit.position",
                        "no_such_position",
                        {"met": str(position), "count": len(order) or None},
                    )
        case Swap(first, second) if first == second:
            yield Issue("H102", "edit", "swapped_with_itself", {"first": first})
        case Pin(_, start) if start is not None and not 0 <= start < problem.horizon.length:
            yield Issue("H102", "edit.start", "outside_horizon", {"met": say(problem, start)})
        case Unpin(visit_id) if visit_id in covered and visit_id not in plan.pinned:
            yield Issue("H102", f"edit.{visit_id}", "not_pinned", {"visit_id": visit_id})
        case TakeVehicle(worker_id, tour, vehicle_id):
            named = () if vehicle_id is None else (vehicle_id,)
            yield from unknown(UNKNOWN, f"edit.{vehicle_id}", named, problem.vehicle_by_id.keys(), "vehicle")
            if worker_id not in problem.worker_by_id:
                yield from _unknown_worker(problem, worker_id)
            elif not _order(plan, worker_id, tour):
                met = {"worker_id": worker_id, "tour": tour}
                yield Issue("H102", f"edit.{worker_id}.{tour}", "tour_not_in_plan", met)
        case Waive(waiver):
            yield from _unknown_worker(problem, waiver.worker_id)
            if waiver.rule not in codes():
                near = {"rule": waiver.rule, "suggestion": suggestion(waiver.rule, codes())}
                yield Issue(UNKNOWN, "edit.rule", "unknown_rule_of_edit", near)


def _unknown_worker(problem: Problem, id: str) -> Iterable[Issue]:
    return unknown(UNKNOWN, f"edit.{id}", (id,), problem.worker_by_id.keys(), "worker")


def unknown_names(problem: Problem, plan: Plan, edit: Edit) -> Iterable[Issue]:
    """Of its faults the names that the problem does not have, whatever the plan."""
    return (one for one in faults(problem, plan, edit) if one.code == UNKNOWN)


def _named(edit: Edit) -> tuple[str, ...]:
    match edit:
        case Swap(first, second):
            return first, second
        case TakeVehicle():
            return ()
        case Waive(waiver):
            return () if waiver.visit_id is None else (waiver.visit_id,)
        case Move(visit_id) | Unassign(visit_id) | Pin(visit_id) | Unpin(visit_id):
            return (visit_id,)


def _order(plan: Plan, worker_id: str, tour: int) -> list[str]:
    return [
        stop.visit_id for route in plan.routes_of(worker_id) if route.tour == tour for stop in route.stops
    ]
