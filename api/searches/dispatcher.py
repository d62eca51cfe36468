"""From the queue to the executor: one thread starts what waits, and finds what died with its process or
machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.messages import queueing
from api.runtime.processes import Processes
from api.runtime.settings import Pool, Settings
from api.searches import search_process
from api.service.service import Service
from api.shapes.kept.kept_shapes import Failure
from api.store.cycle_tables import Job
from api.store.leases import WAITS, Lease, Queue
from brigade.ports import Clock

ATTEMPTS = 2
"""A search that dies with its machine is started once more; twice dead, it fails with a reason."""
Found = Callable[[Service, str, str], None]
"""The service, a basin, a plan."""
log = structlog.get_logger("brigade.jobs")


def unheard(service: Service, basin_id: str, plan_id: str) -> None:
    """Nobody is told."""


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

    def __init__(
        self, service: Service, executor: Executor | None = None, when_found: Found = unheard
    ) -> None:
        """Args: when_found: told of each plan that a search has made."""
        self.service, self.settings = service, service.settings
        self._executor, self._when_found = executor, when_found
        self.queue = Queue(Job, timedelta(seconds=self.settings.lost_after_s))
        self._running: dict[Future[Any], Lease] = {}
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
            # Threads cannot be killed: they are waited for, or they would write into a database that is
            # closed.
            self._executor.shutdown(wait=self.settings.pool is Pool.THREADS, cancel_futures=True)
        if isinstance(self._executor, Processes):
            for lease in self._running.values():
                with suppress(DBAPIError):  # a database that is gone: the next start finds the search lost
                    self._give_back(lease, is_lost=False)

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
        # What ended first: its place is free for what waits.
        self._collect()
        self._recover()
        while len(self._running) < self.settings.pool_size and not self._over.is_set():
            lease = self._claim()
            if lease is None:
                return
            self._submit(lease)

    def _submit(self, lease: Lease) -> None:
        arguments = (self.service.database.url, lease, self.clock)
        try:
            future = self.executor.submit(search_process.run, *arguments)
        except BrokenExecutor:
            # A process of the pool was killed: the pool is of no use any more, the jobs are.
            self._renew()
            future = self.executor.submit(search_process.run, *arguments)
        self._running[future] = lease
        # Whoever ends wakes the next: a queue of short searches must not wait for the poll.
        future.add_done_callback(lambda _: self.service.work_waits.set())

    def _renew(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None

    def _collect(self) -> None:
        """Look at what ended: a search says so in the database itself, unless its process was killed. A
        search that raised has told the database too, if it could: asking again is harmless, since only a
        running job is started again."""
        for future in [one for one in self._running if one.done()]:
            lease = self._running.pop(future)
            if future.cancelled() or future.exception() is not None:
                log.warning("search killed", job=lease.id)
                self._give_back(lease, is_lost=True)
            else:
                self._tell_found(lease)

    def _tell_found(self, lease: Lease) -> None:
        with self.service.database.reading() as session:
            job = session.get(Job, lease.id)
            if job is not None and job.plan_id is not None:
                self._when_found(self.service, job.basin_id, job.plan_id)

    def _claim(self) -> Lease | None:
        """The oldest queued job, now running; None when there is none, or another dispatcher was quicker."""
        now, database = self.clock.now(), self.service.database
        with database.reading() as session:
            # Asked by reading first: a writer every poll would hold up everybody else on SQLite.
            if not self.queue.waits(session, now):
                return None
        with database.writing() as session:
            for lease, job in self.queue.claim(session, now):
                # Counted as it begins: a search that takes its machine down with it must not begin for ever.
                job.attempt += 1
                job.heartbeat_at = job.changed_at = now
                job.waits_for = None
                session.commit()
                return lease
        return None

    def _recover(self) -> None:
        """Jobs that no longer beat died with their process or machine, perhaps before this service was
        started."""
        now, database = self.clock.now(), self.service.database
        with database.reading() as session:
            lost = self.queue.lost(session, now)
        # What runs here is known; what a cluster holds may wait for machines that are gone for good.
        mine = () if self.settings.pool is Pool.DASK else {lease.id for lease in self._running.values()}
        for job_id in lost:
            if job_id in mine:
                continue
            log.warning("search lost", job=job_id)
            for future in [one for one, lease in self._running.items() if lease.id == job_id]:
                future.cancel()
            with database.writing() as session:
                self._again(session, self.queue.take_back(session, job_id, now), is_lost=True)

    def _give_back(self, lease: Lease, *, is_lost: bool) -> None:
        with self.service.database.writing() as session:
            self._again(session, self.queue.held(session, lease), is_lost=is_lost)

    def _again(self, session: Session, job: Job | None, *, is_lost: bool) -> None:
        """Back into the queue, or failed when it was lost often enough."""
        if job is None:
            return
        scoped = Scoped(session, Principal.system("dispatcher", job.basin_id), self.clock)
        if job.cancel_asked:
            job.let_go("cancelled")
            job.failure = Failure(code="asked")
        elif is_lost and job.attempt >= ATTEMPTS:
            job.let_go("failed")
            job.failure = Failure(code="search_lost", detail=f"{job.attempt}")
            queueing.job_failed(session, self.clock, job)
        else:
            job.let_go(WAITS)
        scoped.changed(job, "lost" if is_lost else "interrupted", attempt=job.attempt, state=job.state)
        scoped.commit()
        self.service.work_waits.set()
