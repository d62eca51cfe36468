"""What a coordinator notes of a learner: from today on she goes alone."""

from __future__ import annotations

from api.access.scope import Scoped
from api.basin.resource_kinds import kind_of
from api.cycle import basin_rows
from api.cycle.following import DayChanges, follow
from api.service.service import Service
from api.store.basin_tables import Worker
from api.worked.learning_so_far import is_due
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import PARIS


def note_alone(scoped: Scoped, service: Service, basin_id: str, worker_id: str, subject: str) -> None:
    """Of what she learns of that subject. What is gone, or has a date already, is left as it is.
    Raises: NotFound, Forbidden."""
    row = scoped.one(Worker, basin_id, worker_id)
    today = scoped.clock.now().astimezone(PARIS).date()
    alone = {"solo_from": today}
    lines = [
        one.model_copy(update=alone) if one.subject == subject and not is_due(one, today) else one
        for one in row.value.learning
    ]
    if lines != row.value.learning:
        write(scoped, service, basin_id, row.value.model_copy(update={"learning": lines}), row.version)


def write(scoped: Scoped, service: Service, basin_id: str, shape: WorkerShape, version: int | None) -> None:
    """A worker's row, judged as every row is. Raises: Refused, with every fault; Stale; Forbidden."""
    changes = DayChanges()
    basin_rows.put(kind_of(Worker), scoped, basin_id, shape.id, shape, version, changes)
    follow(scoped, service, basin_id, changes)
