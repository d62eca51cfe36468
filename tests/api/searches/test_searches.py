"""Searches outside requests: followed, cancelled, given up, killed with their process, found again after a
restart."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from api.access.rights import Principal
from api.board.opened_ahead import open_for_hands, open_to_look
from api.plans import warm_plans
from api.plans.warm_plans import WarmPlan
from api.routes import progress_routes
from api.routes.progress_routes import Follower, News
from api.runtime.roles import Role
from api.runtime.settings import Pool
from api.searches import search_process, search_runner
from api.searches.dispatcher import Dispatcher, executor_of
from api.service.service import Service
from api.service.streams import Listener
from api.shapes.kept.job_shapes import FromScratch, LeastChange, SearchEffort
from api.store import kept_plans
from api.store.cycle_tables import Job
from brigade.values.problem import Problem
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import SearchSettings
from solver.solve import solve as search_at_once
from tests.api.bad_rows import unknown_rule
from tests.api.conftest import AtOnce, World, settings_for, wish, world_on
from tests.api.live import until
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
MONDAY = {"first_day": "2026-03-09"}
ENDLESS = FromScratch(effort=SearchEffort(seed=1, iterations=10**12, time_limit_s=None))


@pytest.fixture
def asked(world: World) -> tuple[World, str]:
    """A search, queued and composed."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    job = world.ask(C, "POST", f"{BASIN}/jobs", MONDAY).json()["id"]
    world.compose(job)
    return world, job


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that goes on until it is stopped: what a large basin's is like."""

    def solve(
        problem: Problem, settings: SearchSettings, *, stop: threading.Event, **more: Any
    ) -> SolveOutcome:
        assert stop.wait(120), "nobody stopped the search"
        return search_at_once(problem, settings, stop=stop, **more)

    monkeypatch.setattr(search_runner, "solve", solve)


def state(world: World, job: str) -> str:
    return str(world.get(f"{BASIN}/jobs/{job}")["state"])


def set_job(world: World, job: str, **values: object) -> None:
    with world.service.database.writing() as session:
        session.execute(update(Job).where(Job.id == job).values(**values))
        session.commit()


def test_a_queued_search_is_cancelled_at_once(asked: tuple[World, str]) -> None:
    world, job = asked
    assert world.ask(C, "POST", f"{BASIN}/jobs/{job}/cancel").json()["state"] == "cancelled"
    world.search()
    assert (state(world, job), world.get(f"{BASIN}/plans")["items"]) == ("cancelled", [])


def test_a_running_search_ends_when_asked(asked: tuple[World, str], patient: None) -> None:
    world, job = asked
    dispatcher = Dispatcher(world.service)
    dispatcher.start()
    try:
        until(lambda: state(world, job) == "running")
        world.ask(C, "POST", f"{BASIN}/jobs/{job}/cancel")
        until(lambda: state(world, job) == "cancelled")
    finally:
        dispatcher.stop()
    assert world.get(f"{BASIN}/jobs/{job}")["failure"]["code"] == "asked"


def test_what_a_search_found_is_told_of_once(asked: tuple[World, str]) -> None:
    world, job = asked
    told: list[tuple[str, str]] = []
    dispatcher = Dispatcher(world.service, AtOnce(), lambda _, *found: told.append(found))
    dispatcher.once()
    dispatcher.once()
    assert told == [("B1", world.get(f"{BASIN}/jobs/{job}")["plan_id"])]


def test_a_plan_is_opened_once_before_anybody_looks(
    asked: tuple[World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First for looking, then for the hand."""
    world, job = asked
    opened: list[WarmPlan] = []

    def noted(*given: Any) -> WarmPlan:
        opened.append(real(*given))
        return opened[-1]

    real = warm_plans._opened
    monkeypatch.setattr(warm_plans, "_opened", noted)
    world.search()
    plan, who = world.get(f"{BASIN}/jobs/{job}")["plan_id"], Principal.system("opening", "B1")
    open_to_look(world.service, who, "B1", plan)
    assert ["hands" in vars(one) for one in opened] == [False]
    open_for_hands(world.service, who, "B1", plan)
    assert ["hands" in vars(one) for one in opened] == [True]
    assert world.ask(C, "GET", f"{BASIN}/plans/{plan}/board").status_code == 200
    assert len(opened) == 1


def test_what_a_computing_process_has_opened_is_set_apart_from_garbage(
    asked: tuple[World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, job = asked
    world.search()
    plan, who = world.get(f"{BASIN}/jobs/{job}")["plan_id"], Principal.system("opening", "B1")
    before = gc.get_freeze_count()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: object())
    try:
        open_for_hands(world.service, who, "B1", plan)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_progress_is_streamed_to_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search begins once the first look was taken."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    job = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).json()["id"]
    searching = threading.Thread(target=world.search)

    class Followed(Follower):
        def __init__(self, service: Service, listener: Listener, look: Callable[[], News]) -> None:
            super().__init__(service, listener, look)
            searching.start()

    monkeypatch.setattr(progress_routes, "Follower", Followed)
    told = world.ask(C, "GET", f"{BASIN}/jobs/{job}/progress")
    searching.join()
    events = [line for line in told.text.splitlines() if line.startswith("data: ")]
    assert told.headers["Content-Type"].startswith("text/event-stream")
    assert "no-store" in told.headers["Cache-Control"]
    assert world.service.hub.seats.taken == 0
    assert '"state": "queued"' in events[0]
    assert '"state": "done"' in events[-1]


def test_a_search_that_misses_its_deadline_says_so(asked: tuple[World, str], patient: None) -> None:
    world, job = asked
    set_job(world, job, deadline_at=world.service.clock.now())
    world.search()
    assert world.get(f"{BASIN}/jobs/{job}")["failure"]["code"] == "deadline"


def test_a_search_lost_with_its_machine_is_started_again_then_given_up(asked: tuple[World, str]) -> None:
    """Nothing beats any more. Once: back in the queue; twice: failed, with the reason."""
    world, job = asked
    nobody = Dispatcher(world.service, AtOnce())
    assert nobody._claim() is not None
    nobody._recover()
    assert state(world, job) == "running"  # it may yet beat
    world.later(seconds=60)
    nobody._recover()
    assert state(world, job) == "queued"
    assert nobody._claim() is not None
    world.later(seconds=60)
    nobody._recover()
    assert (state(world, job), world.get(f"{BASIN}/jobs/{job}")["failure"]["code"]) == (
        "failed",
        "search_lost",
    )


def test_a_ghost_of_an_earlier_attempt_proposes_nothing(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    job = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).json()["id"]
    service, dispatcher = world.service, Dispatcher(world.service, AtOnce())
    ghost = dispatcher._claim()
    assert ghost is not None
    world.later(seconds=60)
    dispatcher._recover()
    assert dispatcher._claim() is not None
    search_process.run(service.database.url, ghost, service.clock)
    assert (state(world, job), world.get(f"{BASIN}/plans")["items"]) == ("running", [])


def test_wishes_that_make_no_problem_end_the_search_with_their_issues(world: World) -> None:
    """What a coordinator asks is composed when it starts, as is what follows from an absence."""
    unknown_rule(world)
    asked = world.ask(C, "POST", f"{BASIN}/jobs", MONDAY)
    assert (asked.status_code, asked.json()["state"], asked.json()["problem_digest"]) == (202, "queued", None)
    world.search()
    failed = world.get(f"{BASIN}/jobs/{asked.json()['id']}")
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "P404")
    assert failed["failure"]["issues"][0]["where"]


def test_a_search_is_asked_at_once_and_composed_as_it_was_asked(world: World) -> None:
    """Seed, effort, terms and days stand in the queue; the rows are those of the moment it starts."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    terms = {"freeze_min": 300, "tolerance_min": 7, "people": 2}
    asked = {
        **MONDAY,
        "days": 2,
        "search": {"iterations": 70, "seed": 9, "deadline_s": 600},
        "least_change": terms,
    }
    shown = world.ask(C, "POST", f"{BASIN}/jobs", asked, Idempotency_Key="k1").json()
    assert (shown["kind"], shown["search"]["seed"], shown["search"]["iterations"]) == ("least_change", 9, 70)
    assert (shown["problem_digest"], shown["set_aside"]) == (None, [])
    assert shown["deadline_at"] > shown["created_at"]
    assert world.ask(C, "POST", f"{BASIN}/jobs", asked, Idempotency_Key="k1").json() == shown
    away = absence(id="ABS-2", provider_id="S2", employee_id="A-2")
    assert world.ask(C, "POST", f"{BASIN}/absences", away).status_code == 201
    assert world.compose(shown["id"])["problem_digest"] is not None
    with world.service.database.reading() as session:
        job = session.get_one(Job, shown["id"])
        problem = kept_plans.fetch_problem(session, str(job.digest))
        assert isinstance(job.wish, LeastChange)
        assert (job.wish.effort.seed, job.wish.effort.iterations, job.by_itself) == (9, 70, False)
        assert (job.wish.people, job.wish.tolerance_min) == (2, 7)
    assert problem.horizon.days == 2
    assert {"ABS-1", "ABS-2"} == {one.id for one in problem.absences}


def test_a_killed_search_is_done_after_the_restart(tmp_path: Path) -> None:
    """kill -9 of the searching process, then a service that starts anew on the same file."""
    url = f"sqlite:///{tmp_path / 'brigade.db'}"
    world = world_on(url, tmp_path)
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    job = world.ask(C, "POST", f"{BASIN}/jobs", MONDAY).json()["id"]
    world.compose(job)
    set_job(world, job, wish=ENDLESS)
    pool = executor_of(settings_for(url, tmp_path, pool=Pool.PROCESSES))
    victim = pool.submit(os.getpid).result()
    killed = Dispatcher(world.service, pool)
    killed.once()
    until(lambda: _beats(world, job))
    os.kill(victim, signal.SIGKILL)
    until(lambda: all(future.done() for future in killed._running))
    assert (state(world, job), world.get(f"{BASIN}/plans")["items"]) == ("running", [])
    set_job(world, job, wish=FromScratch(effort=SearchEffort(seed=1, iterations=50, time_limit_s=None)))
    world.later(seconds=60)
    world.search()  # a new dispatcher, that knows nothing of the old one
    world.search()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], done["attempt"]) == ("done", 2)
    assert len(world.get(f"{BASIN}/plans")["items"]) == 1


def _beats(world: World, job: str) -> bool:
    """Whether the searching process has told the database that it lives."""
    shown = world.get(f"{BASIN}/jobs/{job}")
    return bool(shown["heartbeat_at"] > shown["changed_at"])


class Ending(search_process._Signals):
    """Its search ends right after it was looked at."""

    def __init__(self) -> None:
        self.has_come, self.stops, self.looks = False, threading.Event(), 0

    @property
    def searching(self) -> threading.Event | None:  # type: ignore[override]
        self.looks += 1
        return self.stops if self.looks == 1 else None


def test_a_signal_that_meets_the_end_of_a_search_ends_the_process_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exits(status: int) -> None:
        raise SystemExit(status)

    heard = Ending()
    monkeypatch.setattr(signal, "sigwait", lambda those: signal.SIGTERM)
    monkeypatch.setattr(os, "_exit", exits)
    with pytest.raises(SystemExit):  # at the second signal
        heard.wait()
    assert heard.has_come
    assert heard.stops.is_set()
