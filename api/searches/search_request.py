"""What a search is asked: the problem of some days as their basin stands, and beside it all that decides the
answer.

Composing reads the whole basin and takes tenths of a second of a processor. So no request does it: what a
search is asked waits in the queue as it was said (`later`), and its problem is composed by the process that
searches, when it starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import compose
from api.basin.set_aside import SetAside
from api.commitments import commitments, in_force
from api.commitments.in_force import begun_visits
from api.commitments.open_incidents import standing
from api.commitments.states import AGREED, UNCOVERING
from api.runtime.settings import Settings
from api.shapes.cycle_requests import JobIn, LeastChangeWish, SearchWish
from api.shapes.kept.job_shapes import (
    Deferred,
    FromScratch,
    Heard,
    JobWish,
    LeastChange,
    Limits,
    OnCallRotaWish,
    SearchEffort,
)
from api.store import kept_plans
from api.store.cycle_tables import Job, Offer, Plan
from brigade.values.problem import Problem


@dataclass(frozen=True)
class SearchRequest:
    """A search, ready to be queued. `packed`: its problem; None where it is kept under `digest` already.
    `digest` None: it is composed when the search starts. `wish`: all that decides the answer beside the
    problem. `span`: the days it is for, by which the newest of the same days is known; None: supposed."""

    digest: str | None
    packed: kept_plans.PackedProblem | None
    first_day: date
    requests: int | None
    wish: JobWish
    base_plan_id: str | None
    deadline_s: float | None = None
    span: str | None = None
    by_itself: bool = False
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
    wishes = scoped.basin(basin_id).body
    search, days = given.search or wishes.search, given.days or wishes.plan_days
    problem, unfit = compose.composed(scoped, basin_id, given.first_day, days)
    base = in_force.published(scoped, basin_id, given.first_day)
    kept = frozenset[str]() if base is None else kept_visits(scoped, base, scoped.clock.now())
    said = commitments.heard(scoped, basin_id, given.first_day, days).for_search()
    wish: JobWish
    if base is None or given.from_scratch:
        start = None if base is None else compose.start_of(base, problem, kept)
        wish = FromScratch(effort=effort_of(search, limits.solve_s), start=start, heard=said)
    else:
        terms, effort = given.least_change or wishes.least_change, effort_of(search, limits.replan_s)
        nearest = nearest_to(base, kept, terms, scoped.clock.now(), effort, said)
        wish = nearest.model_copy(update={"refused": refused_visits(scoped, base)})
    return replace(
        of_problem(problem, wish, base.id if base else None, search.deadline_s),
        span=f"{given.first_day}/{days}",
        by_itself=by_itself,
        set_aside=tuple(unfit),
    )


def of_problem(
    problem: Problem, wish: JobWish, base_plan_id: str | None, deadline_s: float | None
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
        in_force.published(scoped, basin_id, given.first_day),
        scoped.basin(basin_id).body,
    )
    is_new = base is None or given.from_scratch
    search, days = given.search or wishes.search, given.days or wishes.plan_days
    wish = Deferred(
        likely="from_scratch" if is_new else "least_change",
        effort=effort_of(search, limits.solve_s if is_new else limits.replan_s),
        limits=limits,
        first_day=given.first_day,
        days=days,
        search=given.search,
        least_change=given.least_change,
        from_scratch=given.from_scratch,
    )
    asked = SearchRequest(
        None, None, given.first_day, None, wish, base.id if base else None, search.deadline_s
    )
    return replace(asked, span=f"{given.first_day}/{days}", by_itself=by_itself)


def now_of(scoped: Scoped, job: Job) -> SearchRequest:
    """What a job queued by `later` asks, as the basin is now. Raises: as `composed`."""
    wish = job.wish
    if isinstance(wish, OnCallRotaWish):
        return of_problem(compose.people(scoped, job.basin_id, wish.asked.first_day), wish, None, None)
    assert isinstance(wish, Deferred)
    return composed(scoped, wish.limits, job.basin_id, wish.asked, by_itself=job.by_itself)


# -- what every search respects ----------------------------------------------------------------------------
def limits_of(settings: Settings) -> Limits:
    return Limits(solve_s=settings.solve_s, replan_s=settings.replan_s)


def effort_of(wish: SearchWish, limit_s: float) -> SearchEffort:
    return SearchEffort(seed=wish.seed, iterations=wish.iterations, time_limit_s=wish.time_limit_s or limit_s)


def nearest_to(
    plan: Plan, kept: Iterable[str], terms: LeastChangeWish, now: datetime, effort: SearchEffort, said: Heard
) -> LeastChange:
    """The least change of `plan`."""
    return LeastChange(
        effort=effort,
        from_plan_id=plan.id,
        pinned=tuple(sorted(kept)),
        freeze=now + timedelta(minutes=terms.freeze_min),
        tolerance_min=terms.tolerance_min,
        people=terms.people,
        heard=said,
    )


def kept_visits(scoped: Scoped, plan: Plan, now: datetime) -> frozenset[str]:
    """What the next search may not move: pinned by a coordinator, agreed by a worker, or begun. Whoever is
    late cannot keep the hours she has left: they may be moved, and are then asked anew."""
    agreed = select(Offer.visit_id, Offer.worker_id, Offer.starts_at).where(
        Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(AGREED)
    )
    told = standing(scoped, plan.basin_id, now)
    held = {
        visit for visit, worker, start in scoped.session.execute(agreed) if not told.is_late(worker, start)
    }
    return frozenset({*plan.document.get("pinned", ()), *held, *begun_visits(plan, now, told)})


def refused_visits(scoped: Scoped, plan: Plan) -> tuple[str, ...]:
    """Visits of a plan whose offer was declined or expired: the next wave is theirs."""
    asked = select(Offer.visit_id).where(
        Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(UNCOVERING)
    )
    # In order: it stands in the wish, from which the search is to be found again.
    return tuple(sorted(set(scoped.session.scalars(asked))))
