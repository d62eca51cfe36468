"""One run of one job, as the database sees it: it beats while the search goes on, and ends the job once, in
one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from api.access.rights import Principal
from api.access.scope import Scoped
from api.shapes.kept.job_shapes import JobProgress
from api.store.cycle_tables import Job
from api.store.engine import Database
from brigade.ports import Clock
from solver.model.search_settings import Progress

BEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """`number` tells it from the ghost of one that was taken for lost."""

    database: Database
    clock: Clock
    job_id: str
    number: int

    @property
    def actor(self) -> str:
        return f"search:{self.job_id}"

    @contextmanager
    def ending(self) -> Iterator[tuple[Scoped, Job] | None]:
        """The job, locked, in a transaction that commits when nothing goes wrong; None when it is no longer
        this run's."""
        with self.database.writing() as session:
            job = session.get(Job, self.job_id, with_for_update=True)
            if job is None or (job.state, job.attempt) != ("running", self.number):
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
            ours = update(Job).where(
                Job.id == mine.job_id, Job.attempt == mine.number, Job.state == "running"
            )
            known = session.execute(
                ours.values(heartbeat_at=now, progress=self.progress).returning(Job.cancel_asked)
            )
            asked = known.scalar_one_or_none()
            session.commit()
        if asked is None:
            self._give_up(
                "superseded"
            )  # somebody took this job for lost and started it again: this run is a ghost
        elif asked:
            self._give_up("asked")
        elif self.deadline is not None and now > self.deadline:
            self._give_up("deadline")

    def _give_up(self, why: str) -> None:
        self.why = why
        self.stop.set()
