"""What if: a plan after supposed events, as a draft; and a kept plan sought once more, to show that it can be
found again."""

from __future__ import annotations

from api.access.scope import Scoped
from api.commitments import commitments
from api.plans.questions import opened
from api.runtime.faults import Conflict
from api.searches import jobs, search_request
from api.searches.search_request import SearchRequest
from api.service.service import Service
from api.shapes.cycle_requests import LeastChangeWish, SearchWish, SupposeIn
from api.shapes.kept.job_shapes import Again, ByHand, FromScratch, LeastChange, Limits, SearchEffort, WhatIf
from api.store.cycle_tables import Job, Plan
from api.store.plan_parts import requests_of
from brigade import __version__
from brigade.errors import NO_VALUES, Values
from brigade.exchange.documents.event_documents import events_of
from solver.replan_terms import ReplanTerms, after_events


def suppose(scoped: Scoped, limits: Limits, basin_id: str, plan_id: str, given: SupposeIn) -> SearchRequest:
    """A search for the least change of the plan after the events; its draft says what changes for whom, and
    why.

    The draft is of a day that may never come: it cannot be published. Raises: NotFound, Forbidden;
    UnreadableInput, InvalidProblem or InvalidPlan with every event, name and instant that does not fit.
    """
    row, problem, plan = opened(scoped, basin_id, plan_id)
    now = scoped.clock.now()
    events = events_of(given.events, problem.horizon)
    # Within the kept horizon: the plan may be of days ahead or past.
    tick = max(problem.now, min(problem.horizon.tick(now), problem.horizon.length))
    named = ReplanTerms(pinned=frozenset(given.pinned), pinned_workers=frozenset(given.pinned_workers))
    after = after_events(problem, events, plan, named, tick)
    terms = given.least_change or LeastChangeWish()
    kept = {*search_request.kept_visits(scoped, row, now), *given.pinned} & plan.covered
    effort = search_request.effort_of(given.search or SearchWish(), limits.replan_s)
    heard = commitments.of_plan(scoped, row).for_search()
    nearest = search_request.nearest_to(row, kept, terms, now, effort, heard)
    change = nearest.model_copy(update={"pinned_workers": tuple(sorted(given.pinned_workers))})
    wish = WhatIf(change=change, supposed=tuple(given.events))
    deadline_s = given.search.deadline_s if given.search else None
    return search_request.of_problem(after, wish, row.id, deadline_s)


def seek_again(scoped: Scoped, service: Service, basin_id: str, plan_id: str) -> Job:
    """A search that must lead to the plan once more: same problem, seed, work limit and version, or the same
    edits.

    Raises: NotFound, Forbidden; Conflict, when the plan was found under a time limit, or by another version.
    """
    scoped.must_write(Plan, basin_id)
    row = scoped.one(Plan, basin_id, plan_id)
    search = _by_hand(row) if row.job_id is None else _as_asked(scoped, row)
    again = Again(plan_id=row.id, search=search)
    requests = len(requests_of(row.document))
    return jobs.queue(
        scoped,
        service,
        basin_id,
        SearchRequest(row.digest, None, row.first_day, requests, again, row.base_plan_id),
    )


def _as_asked(scoped: Scoped, row: Plan) -> FromScratch | LeastChange | WhatIf:
    job = scoped.one(Job, row.basin_id, str(row.job_id))
    if row.iterations is None:
        raise _not_again(row, "found_in_limited_time")
    if row.solver != f"brigade {__version__}":
        raise _not_again(row, "found_by_another_version", {"solver": row.solver, "version": __version__})
    assert isinstance(job.wish, FromScratch | LeastChange | WhatIf)  # whatever else proposes no plan
    return job.wish


def _by_hand(row: Plan) -> ByHand:
    story = row.story
    return ByHand(
        effort=SearchEffort(seed=1, iterations=1, time_limit_s=None),
        from_plan_id=str(story.made_from),
        pinned=tuple(story.from_pinned),
        edits=tuple(story.edits or ()),
    )


def _not_again(row: Plan, words: str, values: Values = NO_VALUES) -> Conflict:
    return Conflict("A411", f"plans.{row.id}", words, values)
