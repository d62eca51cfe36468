"""From the queue to the executor: one thread starts what waits, and finds what died with its process or
machine."""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError

from api.access.rights import Principal
from api.access.scope import Scoped
from api.messages import queueing
from api.runtime.clock import ShiftedClock
from api.runtime.processes import Processes
from api.runtime.settings import Pool, Settings
from api.searches import search_process
from api.service.service import Service
from api.shapes.kept.kept_shapes import Failure
from api.store.cycle_tables import Job
from brigade.ports import Clock

ATTEMPTS = 2
"""A search that dies with its machine is started once more; twice dead, it fails with a reason."""
log = structlog.get_logger("brigade.jobs")


def executor_of(settings: Settings) -> Executor:
    """Where searches run, by the settings; anything with the interface of `concurrent.futures` will do."""
    match settings.pool:
        case Pool.THREADS:
            return ThreadPoolExecutor(settings.pool_size, thread_name_prefix="search")
        case Pool.DASK:
            from api.searches.cluster import cluster_executor

            return cluster_executor(settings.dask_address or "")
    return Processes(settings.pool_size, search_process.prepare_process)


class Dispatcher:
    """One thread: takes queued jobs to the executor while it has room, starts lost ones again, ends hopeless
    ones."""

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
        """Made when first needed: a cluster that does not answer yet keeps searches waiting, not the
        service."""
        if self._executor is None:
            self._executor = executor_of(self.settings)
        return self._executor

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends without waiting for searches: those of our own processes end here and wait in the queue for
        the next start."""
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
        shift = (
            self.clock.shift.total_seconds() if isinstance(self.clock, ShiftedClock) else 0.0
        )  # any other is the machine's
        arguments = (self.service.database.url, job_id, attempt, shift)
        try:
            future = self.executor.submit(search_process.run, *arguments)
        except BrokenExecutor:
            # A process of the pool was killed: the pool is of no use any more, the jobs are.
            self._renew()
            future = self.executor.submit(search_process.run, *arguments)
        self._running[future] = (job_id, attempt)
        future.add_done_callback(lambda _: self.service.work_waits.set())

    def _renew(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None

    def _collect(self) -> None:
        """Look at what ended: a search says so in the database itself, unless its process was killed. A
        search that raised
        has told the database too, if it could: asking again is harmless, since only a running job is started
        again."""
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
            taken = taken.values(
                state="running", attempt=Job.attempt + 1, heartbeat_at=now, changed_at=now, waits_for=None
            )
            attempt = session.execute(taken.returning(Job.attempt)).scalar_one_or_none()
            session.commit()
            return None if attempt is None else (job_id, attempt)

    def _recover(self) -> None:
        """Jobs that no longer beat died with their process or machine, perhaps before this service was
        started."""
        now, silence = self.clock.now(), timedelta(seconds=self.settings.lost_after_s)
        # What runs here is known; what a cluster holds may wait for machines that are gone for good.
        mine = set() if self.settings.pool is Pool.DASK else set(self._running.values())
        # A beat from the future was made before the clock was set back: waiting for that hour to come again
        # would take long.
        is_silent = or_(
            Job.heartbeat_at.is_(None), Job.heartbeat_at < now - silence, Job.heartbeat_at > now + silence
        )
        with self.service.database.reading() as session:
            asked = select(Job.id, Job.attempt).where(Job.state == "running", is_silent)
            lost = [
                (job_id, attempt)
                for job_id, attempt in session.execute(asked)
                if (job_id, attempt) not in mine
            ]
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
                job.state, job.failure = "cancelled", Failure(code="asked")
            elif is_lost and attempt >= ATTEMPTS:
                job.state, job.failure = "failed", Failure(code="search_lost", detail=f"{attempt}")
            else:
                job.state = "queued"
            scoped.changed(job, "lost" if is_lost else "interrupted", attempt=attempt, state=job.state)
            if job.state == "failed":
                queueing.job_failed(session, self.clock, job)
            scoped.commit()
        self.service.work_waits.set()
