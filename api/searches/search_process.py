"""What a worker process runs: one search, told to the database as it goes, ended by one transaction.

It needs nothing but the database's URL, the job's lease and the service's clock, so that any
`concurrent.futures` executor can run it anywhere.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress

from api.access.rights import Principal
from api.access.scope import Scoped
from api.messages import queueing, unfit_rows
from api.searches import rota_search, search_request, search_runner, telling
from api.searches.attempts import Attempt, Heartbeat
from api.searches.search_runner import SearchResult
from api.shapes.kept.job_shapes import (
    Again,
    FromScratch,
    JobWish,
    LeastChange,
    OnCallRotaWish,
    WhatIf,
    kind_of,
)
from api.shapes.kept.kept_shapes import Failure, KeptIssue
from api.shapes.kept.story_shapes import PlanStory
from api.store import kept_plans
from api.store.cycle_tables import Job, Plan
from api.store.engine import Database
from api.store.leases import Lease
from api.store.person_tables import last_forgotten
from brigade import __version__
from brigade.changes.plan_diff import placements
from brigade.errors import Issue, Refused
from brigade.exchange.documents.plan_document import SearchRun
from brigade.ports import Clock
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem

MOST_ISSUES = 20
"""As many of a refused problem are kept with its job."""
LOWERED = 10
"""Added to the nice value of a search: requests come first."""


def prepare_process() -> None:
    """For processes of their own: requests come first, and a signal ends the search under way with the best
    plan it has."""
    with suppress(OSError):
        os.nice(LOWERED)
    _hear_signals()


class _Signals:
    """SIGINT and SIGTERM to a process of its own. The first one stops the search under way, whose plan is
    proposed as ever, and then the process; a second one, or one while nothing is searched, ends it at
    once."""

    def __init__(self) -> None:
        self.has_come = False
        self.searching: threading.Event | None = None
        """What stops the search under way; None: nothing is searched."""

    def wait(self) -> None:
        while True:
            signal.sigwait(_HEARD)
            searching = self.searching  # read once: the search may end meanwhile
            if self.has_come or searching is None:
                # Not `sys.exit`, which would end this thread alone: the main one may be inside a solver.
                os._exit(1)
            self.has_come = True
            searching.set()


_HEARD = (signal.SIGINT, signal.SIGTERM)
_signals = _Signals()


def _hear_signals() -> None:
    """By a thread that waits for them: the main one may be inside a solver for seconds, where Python hears
    nothing."""
    signal.pthread_sigmask(
        signal.SIG_BLOCK, _HEARD
    )  # threads begun from here on, the solvers' too, inherit that
    threading.Thread(target=_signals.wait, name="signals", daemon=True).start()


def run(url: str, lease: Lease, clock: Clock) -> None:
    """Do the search of the job that is held under this lease. Whatever happens is in its row afterwards;
    nothing is returned."""
    attempt = Attempt(Database(url), clock, lease)
    try:
        _run(attempt)
    except Exception as fault:
        # The class tells enough; a message might quote data.
        _end(attempt, "failed", Failure(code="search_crashed", detail=type(fault).__name__))
        raise
    finally:
        attempt.database.close()
        _signals.searching = None
        # The signal was for the process, which would otherwise take the next search that waits.
        if _signals.has_come:
            os._exit(1)


def _run(attempt: Attempt) -> None:
    with attempt.database.reading() as session:
        job = session.get_one(Job, attempt.job_id)
        limit, is_composed = job.deadline_at, job.digest is not None
    # It beats while composing as well: a large basin must not be taken for lost.
    with Heartbeat(attempt, limit) as heart:
        try:
            if not is_composed and not compose_now(attempt):
                return
            with attempt.database.reading() as session:
                job = session.get_one(Job, attempt.job_id)
                assert job.digest is not None
                wish, problem = job.wish, kept_plans.fetch_problem(session, job.digest)
                if not isinstance(wish, OnCallRotaWish):
                    look = search_runner.find(session, wish, problem)
            if isinstance(wish, OnCallRotaWish):
                rota = rota_search.find(problem, wish)
        except Refused as refused:
            _refuse(attempt, refused.issues)
            return
        if not isinstance(wish, OnCallRotaWish):
            _signals.searching = heart.stop
            found = look(heart.told, heart.stop)
    if heart.is_cancelled:
        _end(attempt, "cancelled", Failure(code=heart.why))
    elif isinstance(wish, OnCallRotaWish):
        rota_search.keep(attempt, problem, wish, rota)
    elif found.plan is None:
        _end(attempt, "failed", Failure(code=f"search_{found.status.value}"))
    elif isinstance(wish, Again):
        _compare(attempt, wish, problem, found.plan)
    elif (plan_id := _propose(attempt, problem, found)) is not None:
        _signals.searching = None  # from here on nothing is lost: a signal ends it at once
        telling.tell_rest(attempt, plan_id, problem, found.plan)


def compose_now(attempt: Attempt) -> bool:
    """The problem of a search that follows from something, over the basin as it is now: kept before the
    search begins, so that one that is lost goes on with the same. False when this run is a ghost of an
    earlier attempt.

    Raises: InvalidProblem, with every issue of the basin's rows.
    """
    while True:
        with attempt.database.snapshot() as session:
            job, seen = session.get_one(Job, attempt.job_id), last_forgotten(session)
            asked = search_request.now_of(
                Scoped(session, Principal.system(attempt.actor, job.basin_id), attempt.clock), job
            )
        with attempt.ending() as mine:
            if mine is None:
                return False
            scoped, job = mine
            if last_forgotten(scoped.session) != seen:
                continue  # whoever was forgotten meanwhile must not be kept anew
            assert asked.packed is not None
            job.digest = kept_plans.keep_packed(scoped.session, asked.packed, attempt.clock)
            job.wish, job.span = asked.wish, asked.span
            job.base_plan_id = asked.base_plan_id
            unfit_rows.keep(scoped, job, asked.set_aside)
            scoped.changed(job, "composed", requests=asked.requests, job_kind=kind_of(asked.wish))
            return True


# -- how a search ends -------------------------------------------------------------------------------------
def _refuse(attempt: Attempt, issues: Sequence[Issue]) -> None:
    """The basin's rows make no problem: the job fails with the first code and tells all issues, as a refusal
    would."""
    first = issues[0]
    told = [KeptIssue.of(one) for one in issues[:MOST_ISSUES]]
    _end(attempt, "failed", Failure(code=first.code, detail=first.where, issues=told))


def _end(attempt: Attempt, state: str, why: Failure) -> None:
    with attempt.ending() as mine:
        if mine is None:
            return
        scoped, job = mine
        job.let_go(state)
        job.failure = why
        scoped.changed(job, state, code=why.code)
        if why.issues:
            told = [f"{one.code} {one.where}" for one in why.issues]
            scoped.note(scoped.basin(job.basin_id), "search_refused", job=job.id, issues=told)
        if state == "failed":
            queueing.job_failed(scoped.session, attempt.clock, job)


def _compare(attempt: Attempt, wish: Again, problem: Problem, again: CorePlan) -> None:
    """Whether a kept plan was found once more, stop for stop."""
    with attempt.ending() as mine:
        if mine is None:
            return
        scoped, job = mine
        kept = kept_plans.read_back(scoped.session.get_one(Plan, wish.plan_id), problem)
        is_same = placements(kept) == placements(again)
        job.let_go("done")
        job.plan_id, job.same_plan = wish.plan_id, is_same
        scoped.changed(job, "done", plan=job.plan_id, same_plan=is_same)


def _propose(attempt: Attempt, problem: Problem, found: SearchResult) -> str | None:
    """The plan and the end of its job, in one transaction: a search that dies before it has proposed nothing.
    Returns the id of the plan; None: the job is no longer this run's."""
    plan, proof, settings = found.plan, found.proof, found.settings
    assert plan is not None
    solver = f"brigade {__version__}"
    run = SearchRun(
        solver,
        settings.seed,
        settings.iterations,
        settings.time_limit_s if settings.iterations is None else None,
    )
    # Judged and written out before the transaction begins: it takes long, and others wait to write.
    document = search_runner.document_of(problem, plan, found, run)
    with attempt.ending() as mine:
        if mine is None:
            return None
        scoped, job = mine
        is_supposed = isinstance(job.wish, WhatIf)
        row = Plan.made(
            attempt.clock,
            job.basin_id,
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
            story=_story(job.wish, found),
        )
        act = "supposed" if is_supposed else "proposed"
        scoped.add(row, act, None, job=job.id, uncovered=len(plan.uncovered), **row.span)
        if not is_supposed:
            queueing.proposal_ready(scoped.session, attempt.clock, row)
        job.let_go("done")
        job.plan_id = row.id
        scoped.changed(job, "done", plan=row.id)
        return row.id


def _story(wish: JobWish, found: SearchResult) -> PlanStory:
    """What the plan's row tells of it beyond its document."""
    match wish:
        case FromScratch(heard=heard):
            return PlanStory(commitments=heard.states)
        case LeastChange(heard=heard):
            return PlanStory(changes=found.changes, commitments=heard.states)
        case WhatIf(change=change, supposed=events):
            return PlanStory(
                changes=found.changes,
                supposed=list(events),
                made_from=change.from_plan_id,
                commitments=change.heard.states,
            )
    raise ValueError(f"a {wish.kind} search proposes nothing")
