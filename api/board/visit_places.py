"""Where a visit that somebody picked up may go: every tour of everybody, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from api.access.scope import Scoped
from api.plans.draft_edits import EditSequence, judged
from api.shapes.cycle_requests import PlacesIn
from api.shapes.planning.plan_views import PlacesView
from brigade.exchange.documents.answer_documents import in_the_way_to_json
from brigade.exchange.documents.json_text import JsonObject
from brigade.values.validation.checks import unknown
from brigade.values.validation.plan_references import refuse_plan
from solver.advice.advice_session import NotExamined
from solver.advice.obstacles.worker_obstacles import obstacles_between
from solver.hand_edits import EditSession
from solver.model.insertion_positions import InsertionPosition

PATIENCE_S = 2.0
"""For what stands in the way of those who cannot take it: whoever holds a visit waits for the answer."""


def places(
    scoped: Scoped, basin_id: str, plan_id: str, given: PlacesIn, lang: str, *, with_obstacles: bool
) -> PlacesView:
    """Of every worker the lawful places of the visit, each tour's cheapest first, or what stands in the way;
    after the edits, without the visit itself.

    Args: with_obstacles: else of those who have no place nothing is said.
    Raises: NotFound, Forbidden; InvalidPlan for what keeps an edit from being tried, or a visit that is not
        to be covered.
    """
    found = judged(scoped, basin_id, plan_id, given.edits)
    problem, visit = found.problem, given.visit_id
    refuse_plan(unknown("K103", "visits", (visit,), problem.request_by_visit.keys(), "visit"))
    here = found.session.place_of(visit)
    by_worker = _lawful(found.session, visit)
    others = [worker.id for worker in problem.workers if worker.id not in by_worker]
    obstacles = _obstacles(found, visit, others, lang) if with_obstacles else {}
    workers = [
        {
            "worker_id": worker.id,
            "places": [_shown(place) for place in by_worker.get(worker.id, ())],
            "in_the_way": obstacles.get(worker.id),
        }
        for worker in problem.workers
    ]
    stands = None if here is None else {"worker_id": here[0][0], "tour": here[0][1], "position": here[1]}
    return PlacesView.model_validate(
        {"plan_id": plan_id, "visit_id": visit, "here": stands, "workers": workers}
    )


def _lawful(session: EditSession, visit_id: str) -> dict[str, list[InsertionPosition]]:
    found: dict[str, list[InsertionPosition]] = {}
    if visit_id not in session.places.model.visit_row:
        return found  # none of its hours is left
    for place in session.places.of(session.plan, visit_id):
        found.setdefault(place.worker_id, []).append(place)
    return found


def _shown(place: InsertionPosition) -> dict[str, int]:
    return {"tour": place.tour, "position": place.position, "cost": place.cost}


def _obstacles(
    found: EditSequence, visit_id: str, worker_ids: Sequence[str], lang: str
) -> dict[str, JsonObject]:
    """What stands in their way. Those that there is no time to find out about are left out."""
    until, told = monotonic() + PATIENCE_S, dict[str, JsonObject]()
    with found.warm.lock:
        advice = found.warm.advice([visit_id], found.session.plan)
        if visit_id not in advice.model.visit_row:
            return {}  # none of its hours is left
        row = advice.row(visit_id)
        with suppress(NotExamined), advice.until(lambda: monotonic() > until):
            for id in worker_ids:
                advice.go_on()
                told[id] = in_the_way_to_json(advice.problem, obstacles_between(advice, row, id), lang)
    return told
