"""What a search is asked: the problem of some days as their basin stands, and beside it all that decides the
answer.

Composing reads the whole basin and takes tenths of a second of a processor. So no request does it: what a
search is asked waits in the queue as it was said (`later`), and its problem is composed by the process that
searches, when it starts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NotRequired, TypedDict

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import compose
from api.basin.set_aside import SetAside
from api.commitments import commitments
from api.commitments.open_incidents import standing
from api.commitments.states import AGREED, UNCOVERING
from api.runtime.settings import Settings
from api.searches import search_runner
from api.shapes.cycle_requests import JobIn, LeastChangeWish, SearchWish
from api.store import kept_plans
from api.store.cycle_tables import Job, Offer, Plan
from brigade.values.problem import Problem


class Limits(TypedDict):
    """Wall clock of a search, in seconds, where nobody wishes otherwise."""

    solve_s: float
    replan_s: float


class DeferredRequest(TypedDict):
    """In the wish of a job whose problem is composed when it starts: what is needed then. `given`: the rest
    of what was asked; searches of before say nothing, and ask what the basin wishes."""

    first_day: str
    days: int
    limits: Limits
    given: NotRequired[dict[str, Any]]


@dataclass(frozen=True)
class SearchRequest:
    """A search, ready to be queued. `packed`: its problem; None where it is kept under `digest` already.
    `digest` None: it is composed when the search starts. `wish`: all that decides the answer beside the
    problem (`api.searches.search_runner`)."""

    digest: str | None
    packed: kept_plans.Packed | None
    first_day: date
    requests: int | None
    wish: dict[str, Any]
    base_plan_id: str | None
    deadline_s: float | None = None
    set_aside: tuple[SetAside, ...] = ()
    """Rows that could not be planned."""


def composed(
    scoped: Scoped, limits: Limits, basin_id: str, given: JobIn, *, by_itself: bool = False
) -> SearchRequest:
    """A search over the basin as it is now: the least change of the plan in force, where there is one.

    Args: by_itself: nobody asked for it, it follows from something else.
    Raises: NotFound, Forbidden; InvalidProblem with every issue of its rows.
    """
    scoped.must_write(Job, basin_id)
    wishes = compose.wishes_of(scoped.basin(basin_id))
    problem, unfit = compose.composed(scoped, basin_id, given.first_day, given.days or wishes.plan_days)
    base = compose.published(scoped, basin_id, given.first_day)
    kept = frozenset[str]() if base is None else kept_visits(scoped, base, scoped.clock.now())
    said = commitments.heard(scoped, basin_id, given.first_day, given.days or wishes.plan_days)
    more: dict[str, Any] = {"kind": search_runner.FROM_SCRATCH, "start": None}
    if base is not None and given.from_scratch:
        more["start"] = compose.start_of(base, problem, kept)
    elif base is not None:
        more = nearest_to(base, kept, given.least_change or wishes.least_change, scoped.clock.now())
        more["refused"] = refused_visits(scoped, base)
    search = given.search or wishes.search
    wish = {
        **effort_of(limits, search, more["kind"]),
        **more,
        **commitments.for_search(said),
        "by_itself": by_itself,
        "span": span_of(problem),
    }
    return replace(
        of_problem(problem, wish, base.id if base else None, search.deadline_s), set_aside=tuple(unfit)
    )


def span_of(problem: Problem) -> str:
    """The days a search is for, by which the newest of the same days is known."""
    return f"{problem.horizon.first_day}/{problem.horizon.days}"


def of_problem(
    problem: Problem, wish: dict[str, Any], base_plan_id: str | None, deadline_s: float | None
) -> SearchRequest:
    packed, first_day = kept_plans.pack(problem), problem.horizon.first_day
    return SearchRequest(
        packed.digest, packed, first_day, len(problem.requests), wish, base_plan_id, deadline_s
    )


# -- composed when it starts -------------------------------------------------------------------------------
def later(
    scoped: Scoped, limits: Limits, basin_id: str, given: JobIn, *, by_itself: bool = False
) -> SearchRequest:
    """A search that is to be composed when it starts. What the plan in force and the basin's wishes decide of
    it is said as of now, and decided anew by then.

    Args: by_itself: nobody asked for it, it follows from something else. Raises: NotFound, Forbidden.
    """
    scoped.must_write(Job, basin_id)
    base, wishes = (
        compose.published(scoped, basin_id, given.first_day),
        compose.wishes_of(scoped.basin(basin_id)),
    )
    kind = search_runner.FROM_SCRATCH if base is None or given.from_scratch else search_runner.LEAST_CHANGE
    search, days = given.search or wishes.search, given.days or wishes.plan_days
    asked = DeferredRequest(
        first_day=given.first_day.isoformat(), days=days, limits=limits, given=_rest(given)
    )
    wish = {
        **effort_of(limits, search, kind),
        "kind": kind,
        "start": None,
        "by_itself": by_itself,
        "later": asked,
    }
    return SearchRequest(
        None, None, given.first_day, None, wish, base.id if base else None, search.deadline_s
    )


def _rest(given: JobIn) -> dict[str, Any]:
    return given.model_dump(mode="json", exclude={"first_day", "days"}, exclude_unset=True)


def now_of(scoped: Scoped, job: Job) -> SearchRequest:
    """What a job queued by `later` asks, as the basin is now. Raises: as `composed`."""
    said: DeferredRequest = job.wish["later"]
    told = {**said.get("given", {}), "first_day": said["first_day"], "days": said["days"]}
    given = JobIn.model_validate_json(json.dumps(told))
    return composed(scoped, said["limits"], job.basin_id, given, by_itself=job.wish["by_itself"])


# -- what every search respects ----------------------------------------------------------------------------
def limits_of(settings: Settings) -> Limits:
    return Limits(solve_s=settings.solve_s, replan_s=settings.replan_s)


def effort_of(limits: Limits, wish: SearchWish, kind: str) -> dict[str, Any]:
    limit = limits["solve_s"] if kind == search_runner.FROM_SCRATCH else limits["replan_s"]
    return {"seed": wish.seed, "iterations": wish.iterations, "time_limit_s": wish.time_limit_s or limit}


def nearest_to(plan: Plan, kept: Iterable[str], terms: LeastChangeWish, now: datetime) -> dict[str, Any]:
    """The part of a wish that asks for the least change of `plan`: what `finding.terms_of` reads."""
    return {
        "kind": search_runner.LEAST_CHANGE,
        "from_plan_id": plan.id,
        "pinned": sorted(kept),
        "pinned_workers": [],
        "refused": [],
        "freeze": (now + timedelta(minutes=terms.freeze_min)).isoformat(),
        "tolerance_min": terms.tolerance_min,
        "people": terms.people,
    }


def kept_visits(scoped: Scoped, plan: Plan, now: datetime) -> frozenset[str]:
    """What the next search may not move: pinned by a coordinator, agreed by a worker, or begun. Whoever is
    late cannot keep the
    hours she has left: they may be moved, and are then asked anew."""
    agreed = select(Offer.visit_id, Offer.worker_id, Offer.starts_at).where(
        Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(AGREED)
    )
    told = standing(scoped, plan.basin_id, now)
    held = {
        visit for visit, worker, start in scoped.session.execute(agreed) if not told.is_late(worker, start)
    }
    return frozenset({*plan.document.get("pinned", ()), *held, *compose.begun_visits(plan, now, told)})


def refused_visits(scoped: Scoped, plan: Plan) -> list[str]:
    """Visits of a plan whose offer was declined or expired: the next wave is theirs."""
    asked = select(Offer.visit_id).where(
        Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(UNCOVERING)
    )
    return sorted(set(scoped.session.scalars(asked)))
