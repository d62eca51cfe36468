"""What somebody has learnt: the number of shared visits that it took is reached. Told until her row says from
when on she goes alone (docs/attention.md)."""

from __future__ import annotations

from api.access.scope import Scoped
from api.plans.ending.endings import who_left
from api.shapes.planning.attention_views import LearntView
from api.store.basin_tables import Worker
from api.worked.learning_so_far import is_due, is_reached, learning_so_far, shared_visits
from brigade.exchange.shapes.workforce_shapes import LearningShape
from brigade.units import PARIS
from brigade.words import word


def learnt(scoped: Scoped, basin_id: str, lang: str) -> list[LearntView]:
    """By worker, then line."""
    today, left = scoped.clock.now().astimezone(PARIS).date(), who_left(scoped, basin_id)
    rows = scoped.all(scoped.select(Worker, basin_id).order_by(Worker.id))
    shared = shared_visits(scoped, basin_id, [row.body for row in rows])
    return [
        _shown(row.id, line, done, lang)
        for row in rows
        if row.id not in left
        for line, done in learning_so_far(row, shared.get(row.id, ()))
        if is_reached(line, done) and not is_due(line, today)
    ]


def _shown(worker_id: str, line: LearningShape, done: int, lang: str) -> LearntView:
    told = {"client": line.client_id, "competency": line.competency, "acts": line.act_class}
    said = {name: str(value) for name, value in told.items() if value is not None}
    sentence = word("attention.learnt", lang, worker=worker_id, done=done, **said)
    return LearntView(worker_id=worker_id, subject=line.subject, shared_done=done, sentence=sentence)
