"""What if: a plan after supposed events, as a draft; and a kept plan sought once more, to show that it can be
found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access.scope import Scoped
from api.commitments import commitments
from api.plans.questions import opened
from api.runtime.faults import Conflict
from api.searches import jobs, search_request, search_runner
from api.searches.search_request import Limits, SearchRequest
from api.service.service import Service
from api.shapes.cycle_requests import LeastChangeWish, SearchWish, SupposeIn, plain
from api.store.cycle_tables import Job, Plan
from brigade import __version__
from brigade.changes.events import apply_events
from brigade.exchange.documents.event_documents import events_from_json
from brigade.exchange.shapes.event_shapes import EVENTS_FORMAT, EVENTS_VERSION


def suppose(scoped: Scoped, limits: Limits, basin_id: str, plan_id: str, given: SupposeIn) -> SearchRequest:
    """A search for the least change of the plan after the events; its draft says what changes for whom, and
    why.

    The draft is of a day that may never come: it cannot be published. Raises: NotFound, Forbidden;
    UnreadableInput, InvalidProblem or InvalidPlan with every event, name and instant that does not fit.
    """
    row, problem, plan = opened(scoped, basin_id, plan_id)
    now = scoped.clock.now()
    events = plain(given).get("events", [])
    said = events_from_json(
        {"format": EVENTS_FORMAT, "version": EVENTS_VERSION, "events": events}, problem.horizon
    )
    tick = max(problem.now, min(problem.horizon.tick(now), problem.horizon.length))
    after = apply_events(problem, said.events, published=plan, now=tick)
    terms = given.least_change or LeastChangeWish()
    kept = {*search_request.kept_visits(scoped, row, now), *given.pinned} & plan.covered
    wish = {
        **search_request.effort_of(limits, given.search or SearchWish(), search_runner.WHAT_IF),
        **search_request.nearest_to(row, kept, terms, now),
        **commitments.for_search(commitments.of_plan(scoped, row)),
        "kind": search_runner.WHAT_IF,
        "pinned_workers": sorted(given.pinned_workers),
        "story": {"supposed": events, "from": row.id},
    }
    deadline_s = given.search.deadline_s if given.search else None
    return search_request.of_problem(after, wish, row.id, deadline_s)


def seek_again(scoped: Scoped, service: Service, basin_id: str, plan_id: str) -> Job:
    """A search that must lead to the plan once more: same problem, seed, work limit and version, or the same
    edits.

    Raises: NotFound, Forbidden; Conflict, when the plan was found under a time limit, or by another version.
    """
    scoped.must_write(Plan, basin_id)
    row = scoped.one(Plan, basin_id, plan_id)
    wish = _by_hand(row) if row.job_id is None else _as_asked(scoped, row)
    again = {**wish, "kind": search_runner.AGAIN, "plan_id": row.id}
    requests = sum(len(route["stops"]) for route in row.document["routes"]) + len(
        row.document.get("uncovered", ())
    )
    return jobs.queue(
        scoped,
        service,
        basin_id,
        SearchRequest(row.digest, None, row.first_day, requests, again, row.base_plan_id),
    )


def _as_asked(scoped: Scoped, row: Plan) -> dict[str, Any]:
    job = scoped.one(Job, row.basin_id, str(row.job_id))
    if row.iterations is None:
        raise _not_again(
            row, "trouvé dans un temps limité", "chercher avec un nombre d’itérations (« iterations »)"
        )
    if row.solver != f"brigade {__version__}":
        raise _not_again(
            row, f"trouvé par {row.solver}, ici brigade {__version__}", "installer cette version"
        )
    return {**job.wish, "was": job.wish.get("kind", search_runner.FROM_SCRATCH)}


def _by_hand(row: Plan) -> dict[str, Any]:
    effort = {"seed": 1, "iterations": 1, "time_limit_s": None}
    return {**effort, "was": search_runner.BY_HAND, **_said(row.story)}


def _said(story: Mapping[str, Any]) -> dict[str, Any]:
    return {"from_plan_id": story["from"], "pinned": story["from_pinned"], "edits": story["edits"]}


def _not_again(row: Plan, what: str, hint: str) -> Conflict:
    return Conflict("A411", f"plans.{row.id}", what, hint)
