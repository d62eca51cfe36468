"""Searches outside requests: a queue in the database, a dispatcher that feeds an executor and finds what died."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError

from api import compose, finding, search
from api.access import Principal
from api.clock import ShiftedClock
from api.ids import new_id
from api.messages import queueing
from api.scope import Scoped
from api.service import Service
from api.settings import Pool, Settings
from api.shapes import LeastChangeWish, SearchWish
from api.store import plans
from api.store.cycle import Job, Offer, Plan
from brigade.errors import Refused
from brigade.ports import Clock
from brigade.problem import Problem

ATTEMPTS = 2
"""A search that dies with its machine is started once more; twice dead, it fails with a reason."""
log = structlog.get_logger("brigade.jobs")


def ask(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    first_day: date,
    days: int | None,
    wish: SearchWish | None,
    *,
    least_change: LeastChangeWish | None = None,
    from_scratch: bool = False,
    by_itself: bool = False,
) -> Job:
    """Queue a search over the basin as it is now: the least change of the plan in force, where there is one.

    Args: from_scratch: anything but what `kept_visits` names may change. by_itself: nobody asked for it.
    Raises: NotFound, Forbidden; InvalidProblem with every issue of its rows.
    """
    scoped.must_write(Job, basin_id)
    wishes = compose.wishes_of(scoped.basin(basin_id))
    problem = compose.compose(scoped, basin_id, first_day, days or wishes.plan_days)
    base = compose.published(scoped, basin_id, first_day)
    kept = frozenset[str]() if base is None else kept_visits(scoped, base, scoped.clock.now())
    more: dict[str, Any] = {"kind": finding.FROM_SCRATCH, "start": None}
    if base is not None and from_scratch:
        more["start"] = compose.start_of(base, problem, kept)
    elif base is not None:
        more = nearest_to(base, kept, least_change or wishes.least_change, scoped.clock.now())
        more["refused"] = refused_visits(scoped, base)
    given = {**effort_of(service, wish or wishes.search, more["kind"]), **more, "by_itself": by_itself}
    deadline_s = (wish or wishes.search).deadline_s
    return queue(scoped, service, basin_id, problem, given, base_plan_id=base.id if base else None, deadline_s=deadline_s)


def nearest_to(plan: Plan, kept: Iterable[str], terms: LeastChangeWish, now: datetime) -> dict[str, Any]:
    """The part of a wish that asks for the least change of `plan`: what `finding.terms_of` reads."""
    return {
        "kind": finding.LEAST_CHANGE,
        "from_plan_id": plan.id,
        "pinned": sorted(kept),
        "pinned_workers": [],
        "refused": [],
        "freeze": (now + timedelta(minutes=terms.freeze_min)).isoformat(),
        "tolerance_min": terms.tolerance_min,
        "people": terms.people,
    }


def effort_of(service: Service, wish: SearchWish, kind: str) -> dict[str, Any]:
    limit = service.settings.solve_s if kind == finding.FROM_SCRATCH else service.settings.replan_s
    return {"seed": wish.seed, "iterations": wish.iterations, "time_limit_s": wish.time_limit_s or limit}


def queue(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    problem: Problem,
    wish: dict[str, Any],
    *,
    base_plan_id: str | None,
    deadline_s: float | None,
) -> Job:
    """A job, waiting for the dispatcher. Args: wish: all that decides the answer, beside the problem (`api.finding`)."""
    now = scoped.clock.now()
    job = Job(
        id=new_id("job", now),
        basin_id=basin_id,
        version=1,
        created_at=now,
        changed_at=now,
        state="queued",
        digest=plans.keep_problem(scoped.session, problem, scoped.clock),
        base_plan_id=base_plan_id,
        wish=wish,
        attempt=0,
        deadline_at=now + timedelta(seconds=deadline_s) if deadline_s else None,
        cancel_asked=False,
        progress={},
        failure={},
        asked_by=scoped.principal.actor,
    )
    first_day = problem.horizon.first_day.isoformat()
    scoped.add(job, "queued", first_day=first_day, requests=len(problem.requests), job_kind=wish["kind"])
    scoped.after_commit.append(service.work_waits.set)
    return job


def ask_if_possible(scoped: Scoped, service: Service, basin_id: str, first_day: date, days: int) -> Job | None:
    """As `ask`, for searches that follow from something else: what happened must be kept even if no problem comes of the
    basin's rows. None then, and an event that tells the coordinators which issues stand in the way."""
    try:
        return ask(scoped, service, basin_id, first_day, days, None, by_itself=True)
    except Refused as refused:
        told = [f"{issue.code} {issue.where}" for issue in refused.issues[:20]]
        scoped.note(scoped.basin(basin_id), "search_refused", first_day=first_day.isoformat(), issues=told)
        cause = f"search:{first_day}:{scoped.clock.now().isoformat()}"
        queueing.search_failed(scoped.session, scoped.clock, basin_id, cause, first_day.isoformat(), told)
        return None


def kept_visits(scoped: Scoped, plan: Plan, now: datetime) -> frozenset[str]:
    """What the next search may not move: pinned by a coordinator, agreed by a worker, or begun."""
    agreed = select(Offer.visit_id).where(
        Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(("accepted", "acknowledged"))
    )
    return frozenset({*plan.document.get("pinned", ()), *scoped.session.scalars(agreed), *compose.begun_visits(plan, now)})


def refused_visits(scoped: Scoped, plan: Plan) -> list[str]:
    """Visits of a plan whose offer was declined or expired: the next wave is theirs."""
    over = ("declined", "expired")
    asked = select(Offer.visit_id).where(Offer.basin_id == plan.basin_id, Offer.plan_id == plan.id, Offer.state.in_(over))
    return sorted(set(scoped.session.scalars(asked)))


def cancel(scoped: Scoped, job: Job) -> None:
    """A queued job ends here; a running one is asked to, and ends at its next beat."""
    if job.state == "queued":
        job.state, job.failure = "cancelled", {"code": "asked"}
    job.cancel_asked = True
    scoped.changed(job, "cancelled" if job.state == "cancelled" else "cancel_asked")


def executor_of(settings: Settings) -> Executor:
    """Where searches run, by the settings; anything with the interface of `concurrent.futures` will do."""
    match settings.pool:
        case Pool.THREADS:
            return ThreadPoolExecutor(settings.pool_size, thread_name_prefix="search")
        case Pool.DASK:
            from api.cluster import cluster_executor

            return cluster_executor(settings.dask_address or "")
    return Processes(settings.pool_size)


class Processes(ProcessPoolExecutor):
    """Processes at lowered priority that end with the service: at once when it stops without waiting, or is killed."""

    def __init__(self, size: int) -> None:
        # Spawned, not forked: a fork would inherit the service's threads, locks and database connections.
        context = multiprocessing.get_context("spawn")
        line, self._line = context.Pipe(duplex=False)
        super().__init__(size, mp_context=context, initializer=search.prepare_process, initargs=(line,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if not wait:
            self._line.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


class Dispatcher:
    """One thread: takes queued jobs to the executor while it has room, starts lost ones again, ends hopeless ones."""

    def __init__(self, service: Service, executor: Executor | None = None) -> None:
        self.service, self.settings = service, service.settings
        self._executor = executor
        self._running: dict[Future[Any], tuple[str, int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)

    @property
    def clock(self) -> Clock:
        return self.service.clock

    @property
    def executor(self) -> Executor:
        """Made when first needed: a cluster that does not answer yet keeps searches waiting, not the service."""
        if self._executor is None:
            self._executor = executor_of(self.settings)
        return self._executor

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends without waiting for searches: those of our own processes end here and wait in the queue for the next start."""
        self._over.set()
        self.service.work_waits.set()
        self._thread.join()
        if self._executor is not None:
            self._executor.shutdown(wait=self.settings.pool is Pool.THREADS, cancel_futures=True)
        if isinstance(self._executor, Processes):
            for job_id, attempt in self._running.values():
                with suppress(DBAPIError):  # a database that is gone: the next start finds the search lost
                    self._again(job_id, attempt, is_lost=False)

    def _loop(self) -> None:
        while not self._over.is_set():
            try:
                self.once()
            except Exception as fault:
                # A database that is gone for a while comes back; the queue is still in it.
                log.error("dispatcher", error=type(fault).__name__)
            self.service.work_waits.wait(self.settings.poll_s)
            self.service.work_waits.clear()

    def once(self) -> None:
        """One round."""
        self._collect()
        self._recover()
        while len(self._running) < self.settings.pool_size and not self._over.is_set():
            claimed = self._claim()
            if claimed is None:
                return
            self._submit(*claimed)

    def _submit(self, job_id: str, attempt: int) -> None:
        shift = self.clock.shift.total_seconds() if isinstance(self.clock, ShiftedClock) else 0.0  # any other is the machine's
        arguments = (self.service.database.url, job_id, attempt, shift)
        try:
            future = self.executor.submit(search.run, *arguments)
        except BrokenExecutor:
            # A process of the pool was killed: the pool is of no use any more, the jobs are.
            self._renew()
            future = self.executor.submit(search.run, *arguments)
        self._running[future] = (job_id, attempt)
        future.add_done_callback(lambda _: self.service.work_waits.set())

    def _renew(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None

    def _collect(self) -> None:
        """Look at what ended: a search says so in the database itself, unless its process was killed. A search that raised
        has told the database too, if it could: asking again is harmless, since only a running job is started again."""
        for future in [one for one in self._running if one.done()]:
            job_id, attempt = self._running.pop(future)
            if future.cancelled() or future.exception() is not None:
                log.warning("search killed", job=job_id, attempt=attempt)
                self._again(job_id, attempt)

    def _claim(self) -> tuple[str, int] | None:
        """The oldest queued job, now running; None when there is none, or another dispatcher was quicker."""
        with self.service.database.writing() as session:
            oldest = select(Job.id).where(Job.state == "queued").order_by(Job.id).limit(1)
            job_id = session.scalar(oldest)
            if job_id is None:
                return None
            now = self.clock.now()
            taken = update(Job).where(Job.id == job_id, Job.state == "queued")
            taken = taken.values(state="running", attempt=Job.attempt + 1, heartbeat_at=now, changed_at=now)
            attempt = session.execute(taken.returning(Job.attempt)).scalar_one_or_none()
            session.commit()
            return None if attempt is None else (job_id, attempt)

    def _recover(self) -> None:
        """Jobs that no longer beat died with their process or machine, perhaps before this service was started."""
        now, silence = self.clock.now(), timedelta(seconds=self.settings.lost_after_s)
        # What runs here is known; what a cluster holds may wait for machines that are gone for good.
        mine = set() if self.settings.pool is Pool.DASK else set(self._running.values())
        # A beat from the future was made before the clock was set back: waiting for that hour to come again would take long.
        is_silent = or_(Job.heartbeat_at.is_(None), Job.heartbeat_at < now - silence, Job.heartbeat_at > now + silence)
        with self.service.database.reading() as session:
            asked = select(Job.id, Job.attempt).where(Job.state == "running", is_silent)
            lost = [(job_id, attempt) for job_id, attempt in session.execute(asked) if (job_id, attempt) not in mine]
        for job_id, attempt in lost:
            log.warning("search lost", job=job_id, attempt=attempt)
            for future in [one for one, known in self._running.items() if known == (job_id, attempt)]:
                future.cancel()
            self._again(job_id, attempt)

    def _again(self, job_id: str, attempt: int, *, is_lost: bool = True) -> None:
        """Back into the queue, or failed when it was lost often enough."""
        with self.service.database.writing() as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None or (job.state, job.attempt) != ("running", attempt):
                return
            scoped = Scoped(session, Principal.system("dispatcher", job.basin_id), self.clock)
            if job.cancel_asked:
                job.state, job.failure = "cancelled", {"code": "asked"}
            elif is_lost and attempt >= ATTEMPTS:
                job.state, job.failure = "failed", {"code": "search_lost", "detail": f"{attempt}"}
            else:
                job.state = "queued"
            scoped.changed(job, "lost" if is_lost else "interrupted", attempt=attempt, state=job.state)
            if job.state == "failed":
                queueing.job_failed(session, self.clock, job)
            scoped.commit()
        self.service.work_waits.set()


def shown(job: Job) -> dict[str, Any]:
    """A job as the API says it."""
    wish = {name: job.wish[name] for name in ("seed", "iterations", "time_limit_s")}
    return {
        "id": job.id,
        "version": job.version,
        "kind": job.wish.get("kind", finding.FROM_SCRATCH),
        "state": job.state,
        "created_at": job.created_at,
        "changed_at": job.changed_at,
        "heartbeat_at": job.heartbeat_at,
        "deadline_at": job.deadline_at,
        "attempt": job.attempt,
        "problem_digest": job.digest,
        "base_plan_id": job.base_plan_id,
        "search": wish,
        "progress": {name: value for name, value in job.progress.items() if name != "same_plan"},
        "plan_id": job.plan_id,
        "same_plan": job.progress.get("same_plan"),
        "failure": job.failure or None,
    }
