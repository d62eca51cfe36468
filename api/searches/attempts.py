"""One run of one job, as the database sees it: it beats while the search goes on, and ends the job once, in
one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from api.access.rights import Principal
from api.access.scope import Scoped
from api.shapes.kept.job_shapes import JobProgress
from api.store.cycle_tables import Job
from api.store.engine import Database
from api.store.leases import Lease, Queue
from brigade.ports import Clock
from solver.model.search_settings import Progress

# As often a cancel is heard and progress goes out. A row a second is nothing to either database.
BEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """`lease`: what it holds the job by; it is lost to whoever has taken this run for dead."""

    database: Database
    clock: Clock
    lease: Lease

    @property
    def job_id(self) -> str:
        return self.lease.id

    @property
    def actor(self) -> str:
        return f"search:{self.job_id}"

    @property
    def queue(self) -> Queue[Job]:
        return Queue(Job, self.lease.lasts)

    @contextmanager
    def ending(self) -> Iterator[tuple[Scoped, Job] | None]:
        """The job, locked, in a transaction that commits when nothing goes wrong; None when it is no longer
        this run's."""
        with self.database.writing() as session:
            job = self.queue.held(session, self.lease)
            if job is None:
                yield None
                return
            scoped = Scoped(session, Principal.system(self.actor, job.basin_id), self.clock)
            yield scoped, job
            scoped.commit()


class Heartbeat:
    """Beats in the job's row while a search runs: progress goes out, a cancel or a passed deadline comes in.

    `stop` is set when the search is to end; `why` then says so: asked, deadline, or superseded by another
    attempt.
    """

    def __init__(self, attempt: Attempt, deadline: datetime | None) -> None:
        self.attempt, self.deadline = attempt, deadline
        self.stop, self.why = threading.Event(), ""
        self.progress = JobProgress()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart {attempt.job_id}", daemon=True)

    @property
    def is_cancelled(self) -> bool:
        return bool(self.why)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        self._thread.join()

    def told(self, progress: Progress) -> None:
        self.progress = JobProgress(
            elapsed_s=round(progress.elapsed_s, 2),
            objective=progress.objective,
            bound=progress.bound,
            covered=progress.covered,
            iterations=progress.iterations,
            open_level=progress.open_level,
            open_visits=progress.open_visits,
            gap=progress.gap,
        )

    def _beat(self) -> None:
        while True:
            # A busy database must not end a search that goes well: the next beat tells what this one could
            # not.
            with suppress(Exception):
                self._once()
            if self._over.wait(BEAT_S):
                return

    def _once(self) -> None:
        mine, now = self.attempt, self.attempt.clock.now()
        with mine.database.writing() as session:
            renewed = mine.queue.renewal(mine.lease, now).values(heartbeat_at=now, progress=self.progress)
            asked = session.execute(renewed.returning(Job.cancel_asked)).scalar_one_or_none()
            session.commit()
        if asked is None:
            # Somebody took this job for lost, and may have started it again: this run is a ghost.
            self._give_up("superseded")
        elif asked:
            self._give_up("asked")
        elif self.deadline is not None and now > self.deadline:
            self._give_up("deadline")

    def _give_up(self, why: str) -> None:
        self.why = why
        self.stop.set()
