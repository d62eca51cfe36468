"""What a worker process runs: one search, told to the database as it goes, ended by one transaction.

It needs nothing but the database's URL and the job's id, so that any `concurrent.futures` executor can run it anywhere.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import update

from api import asking, finding
from api.access import Principal
from api.clock import ShiftedClock
from api.finding import Found
from api.ids import new_id
from api.messages import queueing
from api.scope import Scoped
from api.store import plans
from api.store.cycle import Job, Plan
from api.store.engine import Database
from api.store.persons import last_forgotten
from brigade import __version__
from brigade.diff import placements
from brigade.errors import Issue, Refused
from brigade.exchange.plan_document import Run
from brigade.plan import Plan as CorePlan
from brigade.problem import Problem
from solver.settings import Progress

BEAT_S = 1.0
MOST_ISSUES = 20
"""As many of a refused problem are kept with its job."""
LOWERED = 10
"""Added to the nice value of a search: requests come first."""


def prepare_process(line: Connection) -> None:
    """For processes of their own: requests come first; and none goes on when the service is stopped or killed.

    Args: line: nothing is ever said on it; it ends with the service.
    """
    with suppress(OSError):
        os.nice(LOWERED)
    threading.Thread(target=_end_with, args=(line,), name="line", daemon=True).start()


def _end_with(line: Connection) -> None:
    # A killed service cannot end its pool: an orphan would search unseen, and then wait for work for ever.
    with suppress(EOFError, OSError):
        line.recv_bytes()
    os._exit(1)


def run(url: str, job_id: str, attempt: int, shift_s: float = 0.0) -> None:
    """Do the search of a job. Whatever happens is in the job's row afterwards; nothing is returned."""
    clock = ShiftedClock(timedelta(seconds=shift_s))
    database = Database(url)
    try:
        _run(database, clock, job_id, attempt)
    except Exception as fault:
        # The class tells enough; a message might quote data.
        fail(database, clock, job_id, attempt, "search_crashed", type(fault).__name__)
        raise
    finally:
        database.close()


def _run(database: Database, clock: ShiftedClock, job_id: str, attempt: int) -> None:
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        limit, is_composed = job.deadline_at, job.digest is not None
    with Heart(database, clock, job_id, attempt, limit) as heart:
        try:
            if not is_composed and not compose_now(database, clock, job_id, attempt):
                return
        except Refused as refused:
            refuse(database, clock, job_id, attempt, refused.issues)
            return
        with database.reading() as session:
            job = session.get_one(Job, job_id)
            assert job.digest is not None
            wish, problem = job.wish, plans.fetch_problem(session, job.digest)
            look = finding.find(session, wish, problem)
        found = look(heart.told, heart.stop)
    if heart.is_cancelled:
        _end(database, clock, job_id, attempt, "cancelled", {"code": heart.why})
    elif found.plan is None:
        _end(database, clock, job_id, attempt, "failed", {"code": f"search_{found.status.value}"})
    elif wish.get("kind") == finding.AGAIN:
        _compare(database, clock, job_id, attempt, problem, found.plan)
    else:
        _propose(database, clock, job_id, attempt, problem, found)


def compose_now(database: Database, clock: ShiftedClock, job_id: str, attempt: int) -> bool:
    """The problem of a search that follows from something, over the basin as it is now: kept before the search begins, so that
    one that is lost goes on with the same. False when this run is a ghost of an earlier attempt.

    Raises: InvalidProblem, with every issue of the basin's rows.
    """
    while True:
        with database.snapshot() as session:
            job, seen = session.get_one(Job, job_id), last_forgotten(session)
            asked = asking.now_of(Scoped(session, Principal.system(f"search:{job_id}", job.basin_id), clock), job)
        scoped = _ending(database, clock, job_id)
        with scoped.session as session:
            if last_forgotten(session) != seen:
                continue  # whoever was forgotten meanwhile must not be kept anew
            mine = _mine(scoped, job_id, attempt)
            if mine is None:
                return False
            assert asked.packed is not None
            mine.digest = plans.keep_packed(session, asked.packed, clock)
            mine.wish = {**asked.wish, "later": mine.wish["later"]}
            mine.base_plan_id = asked.base_plan_id
            scoped.changed(mine, "composed", requests=asked.requests, job_kind=asked.wish["kind"])
            scoped.commit()
            return True


class Heart:
    """Beats in the job's row while a search runs: progress goes out, a cancel or a passed deadline comes in."""

    def __init__(self, database: Database, clock: ShiftedClock, job_id: str, attempt: int, deadline: Any) -> None:
        self.database, self.clock, self.job_id, self.attempt, self.deadline = database, clock, job_id, attempt, deadline
        self.stop, self.progress, self.why = threading.Event(), {}, ""  # type: ignore[var-annotated]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart {job_id}", daemon=True)

    @property
    def is_cancelled(self) -> bool:
        return bool(self.why)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        self._thread.join()

    def told(self, progress: Progress) -> None:
        self.progress = {
            "elapsed_s": round(progress.elapsed_s, 2),
            "objective": progress.objective,
            "bound": progress.bound,
            "covered": progress.covered,
            "iterations": progress.iterations,
        }

    def _beat(self) -> None:
        while True:
            # A busy database must not end a search that goes well: the next beat tells what this one could not.
            with suppress(Exception):
                self._once()
            if self._over.wait(BEAT_S):
                return

    def _once(self) -> None:
        now = self.clock.now()
        with self.database.writing() as session:
            mine = update(Job).where(Job.id == self.job_id, Job.attempt == self.attempt, Job.state == "running")
            known = session.execute(mine.values(heartbeat_at=now, progress=dict(self.progress)).returning(Job.cancel_asked))
            asked = known.scalar_one_or_none()
            session.commit()
        if asked is None:
            self._give_up("superseded")  # somebody took this job for lost and started it again: this run is a ghost
        elif asked:
            self._give_up("asked")
        elif self.deadline is not None and now > self.deadline:
            self._give_up("deadline")

    def _give_up(self, why: str) -> None:
        self.why = why
        self.stop.set()


# -- how a search ends ---------------------------------------------------------------------------------------------
def _mine(scoped: Scoped, job_id: str, attempt: int) -> Job | None:
    """The job, locked; None when it is no longer this run's to end."""
    job = scoped.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    return job if job is not None and (job.state, job.attempt) == ("running", attempt) else None


def _ending(database: Database, clock: ShiftedClock, job_id: str) -> Scoped:
    session = database.writing()
    job = session.get_one(Job, job_id)
    return Scoped(session, Principal.system(f"search:{job_id}", job.basin_id), clock)


def fail(database: Database, clock: ShiftedClock, job_id: str, attempt: int, code: str, detail: str = "") -> None:
    _end(database, clock, job_id, attempt, "failed", {"code": code, "detail": detail})


def refuse(database: Database, clock: ShiftedClock, job_id: str, attempt: int, issues: Sequence[Issue]) -> None:
    """The basin's rows make no problem: the job fails with the first code and tells all issues, as a refusal would."""
    first, told = issues[0], [asdict(issue) for issue in issues[:MOST_ISSUES]]
    _end(database, clock, job_id, attempt, "failed", {"code": first.code, "detail": first.where, "issues": told})


def _end(database: Database, clock: ShiftedClock, job_id: str, attempt: int, state: str, why: dict[str, Any]) -> None:
    scoped = _ending(database, clock, job_id)
    with scoped.session:
        job = _mine(scoped, job_id, attempt)
        if job is not None:
            job.state, job.failure = state, why
            scoped.changed(job, state, code=why["code"])
            if "issues" in why:
                told = [f"{one['code']} {one['where']}" for one in why["issues"]]
                scoped.note(scoped.basin(job.basin_id), "search_refused", job=job_id, issues=told)
            if state == "failed":
                queueing.job_failed(scoped.session, clock, job)
            scoped.commit()


def _compare(database: Database, clock: ShiftedClock, job_id: str, attempt: int, problem: Problem, again: CorePlan) -> None:
    """Whether a kept plan was found once more, stop for stop."""
    scoped = _ending(database, clock, job_id)
    with scoped.session:
        job = _mine(scoped, job_id, attempt)
        if job is None:
            return
        kept = plans.read_back(scoped.session.get_one(Plan, job.wish["plan_id"]), problem)
        is_same = placements(kept) == placements(again)
        job.state, job.plan_id, job.progress = "done", job.wish["plan_id"], {**job.progress, "same_plan": is_same}
        scoped.changed(job, "done", plan=job.plan_id, same_plan=is_same)
        scoped.commit()


def _propose(database: Database, clock: ShiftedClock, job_id: str, attempt: int, problem: Problem, found: Found) -> None:
    """The plan and the end of its job, in one transaction: a search that dies before it has proposed nothing."""
    plan, proof, settings = found.plan, found.proof, found.settings
    assert plan is not None
    solver = f"brigade {__version__}"
    run = Run(solver, settings.seed, settings.iterations, settings.time_limit_s if settings.iterations is None else None)
    document = finding.document_of(problem, plan, found, run)
    scoped = _ending(database, clock, job_id)
    with scoped.session:
        job = _mine(scoped, job_id, attempt)
        if job is None:
            return
        now, is_supposed = clock.now(), job.wish.get("kind") == finding.WHAT_IF
        row = Plan(
            id=new_id("plan", now),
            basin_id=job.basin_id,
            version=1,
            created_at=now,
            changed_at=now,
            state="draft" if is_supposed else "proposed",
            first_day=problem.horizon.first_day,
            days=problem.horizon.days,
            digest=job.digest,
            document=document,
            base_plan_id=job.base_plan_id,
            job_id=job.id,
            made_by=job.asked_by,
            solver=solver,
            seed=settings.seed,
            iterations=settings.iterations,
            objective=found.objective,
            bound=proof.bound if proof else None,
            story={**found.story, **job.wish.get("story", {})},
        )
        scoped.add(row, "supposed" if is_supposed else "proposed", job=job.id, uncovered=len(plan.uncovered))
        job.state, job.plan_id = "done", row.id
        scoped.changed(job, "done", plan=row.id)
        scoped.commit()
