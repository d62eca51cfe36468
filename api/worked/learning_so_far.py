"""What somebody learns, as it stands: with the visits that she has shared, by their outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import literal, select

from api.access.scope import Scoped
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Outcome
from brigade.exchange.shapes.workforce_shapes import LearningShape


def shared_visits(scoped: Scoped, basin_id: str, workers: Iterable[Any]) -> Mapping[str, list[Any]]:
    """By learner, the visits that she was at as one to share: what took place, not what was planned."""
    learners = [worker["id"] for worker in workers if worker.get("learning")]
    found: dict[str, list[Any]] = defaultdict(list)
    if not learners:
        return found
    seat = Visit.id + literal(":") + Outcome.worker_id
    asked = (
        select(Outcome.worker_id, Visit.body)
        .join(Visit, (Visit.basin_id == Outcome.basin_id) & (Outcome.visit_id == seat))
        .where(Outcome.basin_id == basin_id, Outcome.done, Outcome.worker_id.in_(learners))
    )
    for worker, body in scoped.session.execute(asked):
        found[worker or ""].append(body)
    return found


def learning_of(worker: Any, shared: Iterable[Any], known: Mapping[str, Collection[str]]) -> list[Any]:
    """What she learns, with what outcomes have added to what was told of her. Clients who are none of these
    days' are left out. Args: known: ids of clients, workers and funding lines."""
    visits, told = list(shared), []
    for one in worker.get("learning", ()):
        if one.get("client_id") is not None and one["client_id"] not in known["clients"]:
            continue
        done = one.get("shared_done", 0) + sum(is_of(visit, one) for visit in visits)
        tutors = [id for id in one.get("tutors", ()) if id in known["workers"]]
        line = one.get("funding_line_id")
        paid = {"funding_line_id": line if line in known["funding_lines"] else None}
        told.append({**one, **paid, "shared_done": done, "tutors": tutors})
    return told


def learning_so_far(row: Worker, shared: Iterable[Any]) -> list[tuple[LearningShape, int]]:
    """Each line of what she learns, and how many visits of it she has shared by now."""
    visits = list(shared)
    lines = zip(row.value.learning, row.body.get("learning", ()), strict=True)
    return [(line, line.shared_done + sum(is_of(visit, told) for visit in visits)) for line, told in lines]


def is_reached(line: LearningShape, done: int) -> bool:
    """Whether so many shared visits are enough."""
    return line.shared_needed is not None and done >= line.shared_needed


def is_due(line: LearningShape, day: date) -> bool:
    """Whether she goes alone by its date."""
    return line.solo_from is not None and line.solo_from <= day


def is_of(visit: Any, learning: Any) -> bool:
    """Whether the visit is of what is learnt."""
    if learning.get("client_id") is not None:
        return bool(visit["client_id"] == learning["client_id"])
    if learning.get("competency") is not None:
        return learning["competency"] in visit.get("required", ())
    return bool(visit["act_class"] == learning.get("act_class"))
