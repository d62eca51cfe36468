"""Searches outside requests: a queue in the database, from which `api.searches.dispatcher` feeds an
executor."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.messages import unfit_rows
from api.runtime.faults import Conflict, Unfit
from api.searches import search_request
from api.searches.search_request import SearchRequest
from api.service.service import Service
from api.shapes.cycle_requests import JobIn
from api.shapes.cycle_views import FailureView, JobView
from api.shapes.kept.job_shapes import kind_of
from api.shapes.kept.kept_shapes import Failure
from api.store import kept_plans
from api.store.cycle_tables import Job
from brigade.units import PARIS

FURTHEST = timedelta(days=366)
"""Nobody sends a rota so long before: a year was mistyped."""


def ask(scoped: Scoped, service: Service, basin_id: str, given: JobIn) -> Job:
    """The search that a coordinator asks for. Raises: NotFound, Forbidden; Unfit, for days that are over or
    too far."""
    scoped.must_write(Job, basin_id)
    days = given.days or scoped.basin(basin_id).body.plan_days
    last, today = given.first_day + timedelta(days=days - 1), scoped.clock.now().astimezone(PARIS).date()
    if last < today:
        raise Unfit(
            "A305", "first_day", "days_past", {"first_day": given.first_day, "last": last, "today": today}
        )
    if last > today + FURTHEST:
        met = {"first_day": given.first_day, "last": last, "furthest": today + FURTHEST}
        raise Unfit("A305", "first_day", "days_too_far", met)
    return queue(
        scoped,
        service,
        basin_id,
        search_request.later(scoped, search_request.limits_of(service.settings), basin_id, given),
    )


def queue(
    scoped: Scoped, service: Service, basin_id: str, asked: SearchRequest, waits_for: str | None = None
) -> Job:
    """A job, waiting for the dispatcher. Raises: NotFound, Forbidden; Conflict where one waits for the same
    days already."""
    if asked.packed is not None:
        kept_plans.keep_packed(scoped.session, asked.packed, scoped.clock)
    deadline = scoped.clock.now() + timedelta(seconds=asked.deadline_s) if asked.deadline_s else None
    job = Job.made(
        scoped.clock,
        basin_id,
        state="queued",
        digest=asked.digest,
        waits_for=waits_for,
        base_plan_id=asked.base_plan_id,
        span=asked.span,
        by_itself=asked.by_itself,
        wish=asked.wish,
        attempt=0,
        deadline_at=deadline,
        cancel_asked=False,
        asked_by=scoped.principal.actor,
    )
    told: dict[str, str | int] = {"first_day": f"{asked.first_day}", "job_kind": kind_of(asked.wish)}
    if asked.requests is not None:
        told["requests"] = asked.requests
    scoped.add(job, "queued", None, **told)
    # After the commit: woken earlier, the dispatcher would not see the row.
    scoped.after_commit.append(service.work_waits.set)
    return job


def follow(scoped: Scoped, service: Service, basin_id: str, first_day: date, days: int) -> Job:
    """A search that follows from what this transaction tells. Its problem is composed when it starts, so one
    that still waits for the same days will see this as well, and is enough."""
    waits_for = f"{first_day}/{days}"
    while (job := _waiting(scoped, basin_id, waits_for)) is None:
        given = JobIn(first_day=first_day, days=days)
        asked = search_request.later(
            scoped, search_request.limits_of(service.settings), basin_id, given, by_itself=True
        )
        try:
            # A savepoint: what is refused here must not take the caller's own change with it.
            with scoped.session.begin_nested():
                return queue(scoped, service, basin_id, asked, waits_for)
        except Conflict:
            # another transaction queued one meanwhile: it has committed by now, or this one would still wait
            continue
    scoped.note(job, "joined")
    return job


def _waiting(scoped: Scoped, basin_id: str, waits_for: str) -> Job | None:
    """Locked: the dispatcher cannot start it before this transaction has ended, so that it sees what is told
    here."""
    asked = select(Job).where(Job.basin_id == basin_id, Job.waits_for == waits_for, Job.state == "queued")
    return scoped.session.scalar(asked.with_for_update())


def cancel(scoped: Scoped, job: Job) -> None:
    """A queued job ends here; a running one is asked to, and ends at its next beat. One that has ended stays
    as it is."""
    if job.state not in ("queued", "running"):
        return
    if job.state == "queued":
        job.state, job.failure, job.waits_for = "cancelled", Failure(code="asked"), None
    job.cancel_asked = True
    scoped.changed(job, "cancelled" if job.state == "cancelled" else "cancel_asked")


def shown(job: Job, lang: str) -> JobView:
    """A job as the API says it."""
    return JobView(
        id=job.id,
        version=job.version,
        kind=kind_of(job.wish),
        state=job.state,
        created_at=job.created_at,
        changed_at=job.changed_at,
        heartbeat_at=job.heartbeat_at,
        deadline_at=job.deadline_at,
        attempt=job.attempt,
        problem_digest=job.digest,
        base_plan_id=job.base_plan_id,
        search=job.wish.effort,
        progress=job.progress,
        plan_id=job.plan_id,
        same_plan=job.same_plan,
        failure=None if job.failure is None else FailureView.of(job.failure, lang),
        set_aside=unfit_rows.shown(job, lang),
    )
