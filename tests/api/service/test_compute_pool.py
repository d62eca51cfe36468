"""What is composed and judged for requests is done by processes of the service's own: one at a time for a
basin, bounded, and with the same answers. That no request does it by itself is held by every test of the
service (`conftest._contract`)."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from itertools import count
from multiprocessing import active_children
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, cast

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.routes import absences_routes
from api.runtime.clock import SystemClock
from api.runtime.faults import NotFound, TooManyAttempts, Unavailable, not_found
from api.runtime.gate import FairQueue
from api.runtime.logs import CrashedProcess, place_of
from api.runtime.processes import Processes
from api.runtime.roles import Role
from api.runtime.settings import Pool
from api.service import compute_pool
from api.service.compute_pool import ComputePool, Turn
from brigade.errors import Issue
from tests.api import children
from tests.api.conftest import World, settings_for, wish, world_on
from tests.api.live import PATIENCE_S, ROOT, until
from tests.api.small_basin import BASIN, absence
from tests.sayings import refusals

C, M = Role.COORDINATOR, Role.MANAGER
ASKER = Principal.system("tests", "B1")


# -- turns -------------------------------------------------------------------------------------------------
def test_a_holder_has_one_turn_at_a_time_and_leaves_room_for_others() -> None:
    turns = FairQueue("essai", inside=2, waiting=8, of_one=5)
    with turns.of("a", 0.0):
        with pytest.raises(TooManyAttempts), turns.of("a", 0.0):
            pass
        with turns.of("b", 0.0), pytest.raises(TooManyAttempts), turns.of("c", 0.0):
            pass
    with turns.of("a", 0.0):
        pass


def test_whoever_waits_is_let_in_when_the_one_before_leaves() -> None:
    turns, waits, order = FairQueue("essai", inside=2, waiting=8, of_one=2), threading.Event(), list[str]()

    def second() -> None:
        waits.set()
        with turns.of("a", 60.0):
            order.append("second")

    with turns.of("a", 0.0):
        thread = threading.Thread(target=second)
        thread.start()
        waits.wait(60)
        until(lambda: turns._known["a"] == 2)
        with (
            pytest.raises(TooManyAttempts),
            turns.of("a", 60.0),
        ):  # two of one: a third is turned away at once
            pass
        order.append("first")
    thread.join(60)
    assert order == ["first", "second"]


def test_so_many_wait_in_all() -> None:
    turns = FairQueue("essai", inside=1, waiting=0, of_one=5)
    with turns.of("a", 0.0), pytest.raises(TooManyAttempts), turns.of("b", 60.0):
        pass


# -- processes that end ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the Monday's basin."""
    folder = tmp_path_factory.mktemp("compute-pool")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    world.service.database.close()
    return world.service.database.url


@pytest.fixture
def pool(filled: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ComputePool]:
    """Of threads, which begin at once: what ends a process is raised by hand."""
    monkeypatch.setattr(compute_pool, "_fresh", lambda: ThreadPoolExecutor(1))
    made = ComputePool(filled, 2)
    yield made
    made.close()
    compute_pool._database.cache_clear()


def name_of(scoped: Scoped, basin_id: str) -> str:
    return str(scoped.basin(basin_id).body.name)


def asked(pool: ComputePool, act: Any, *given: Any, within_s: float = 60.0) -> Any:
    return pool.run(Turn("B1", within_s, lambda: True), ASKER, SystemClock(), act, *given)


def test_refusals_come_back_whole_and_take_no_process_away(pool: ComputePool) -> None:
    def refuse(scoped: Scoped) -> None:
        raise NotFound("A201", "x", "not_found", {}, [Issue("A201", "y", "not_found")])

    for _ in range(3):
        with pytest.raises(NotFound) as refused:
            asked(pool, refuse)
        assert [issue.where for issue in refusals(refused)] == ["x", "y"]
    assert asked(pool, name_of, "B1")


def test_what_is_killed_once_is_done_by_another_and_twice_is_said(
    pool: ComputePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = list[int]()

    def die(url: str, principal: Principal, clock: Any, act: Any, given: tuple[int], named: Any) -> str:
        (times,) = given
        killed.append(1)
        if len(killed) <= times:
            raise BrokenExecutor
        return "done"

    with monkeypatch.context() as patch:
        patch.setattr(compute_pool, "_compute", die)
        assert asked(pool, name_of, 1) == "done"
        killed.clear()
        with pytest.raises(Unavailable) as lost:
            asked(pool, name_of, 2)
    assert (refusals(lost)[0].code, len(killed)) == ("A504", 2)
    assert asked(pool, name_of, "B1")  # and others go on


def test_what_never_ends_is_given_up(pool: ComputePool, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def wait(scoped: Scoped) -> None:
        over.wait(60)

    with monkeypatch.context() as patch:
        patch.setattr(compute_pool, "LONGEST_S", 0.0)
        with pytest.raises(Unavailable):
            asked(pool, wait)
    with pytest.raises(Unavailable) as late:  # or by whoever gives no time
        asked(pool, wait, within_s=0.0)
    assert (refusals(late)[0].code, refusals(late)[0].what) == ("A504", "trop long")
    over.set()
    assert asked(pool, name_of, "B1")


def test_turn_and_answer_and_a_second_try_have_one_deadline(
    pool: ComputePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock finds it a second later; what is left is given to the answer, and no more to the
    next."""
    now, given = count(), list[float]()

    def lost(future: Any, longest_s: float) -> None:
        given.append(longest_s)
        raise BrokenExecutor

    monkeypatch.setattr(compute_pool, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(compute_pool, "_result", lost)
    with pytest.raises(Unavailable):
        asked(pool, name_of, "B1", within_s=5.0)
    assert given == [4.0, 3.0]


def test_nothing_begins_once_the_service_stops(pool: ComputePool) -> None:
    pool.close()
    with pytest.raises(Unavailable):
        asked(pool, name_of, "B1")


def test_who_is_met_by_the_end_of_the_service_is_told_so(
    pool: ComputePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service stops after the process was lent: before the question is given to it, or while it waits
    there."""

    class Ending(ThreadPoolExecutor):
        def submit(self, act: Any, /, *given: Any, **named: Any) -> Future[Any]:
            pool.close()
            return super().submit(act, *given, **named)

    class Dropping(ThreadPoolExecutor):
        def submit(self, act: Any, /, *given: Any, **named: Any) -> Future[Any]:
            pool.close()
            future = Future[Any]()
            future.cancel()
            return future

    for kind in (Ending, Dropping):
        monkeypatch.setattr(compute_pool, "_fresh", lambda kind=kind: kind(1))
        pool._idle, pool._is_over = [], False
        with pytest.raises(Unavailable) as told:
            asked(pool, name_of, "B1")
        assert refusals(told)[0].what == "le service s’arrête"


def test_a_fault_of_ours_comes_back_as_its_class_and_line_and_without_its_message(pool: ComputePool) -> None:
    def quote(scoped: Scoped) -> None:
        raise LookupError("Mme Martin")

    with pytest.raises(CrashedProcess) as crashed:
        asked(pool, quote)
    assert (crashed.value.error, Path(crashed.value.place.split(":")[0])) == ("LookupError", Path(__file__))
    assert "Martin" not in str(crashed.value)


def test_where_no_process_can_be_begun_the_next_request_tries_again(
    pool: ComputePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left() -> None:
        raise OSError("too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(compute_pool, "_fresh", none_left)
        for _ in range(pool.size + 1):
            with pytest.raises(Unavailable):
                asked(pool, name_of, "B1")
    assert asked(pool, name_of, "B1")


# -- real processes ----------------------------------------------------------------------------------------
def test_a_process_killed_is_replaced_and_none_survives_the_pool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute_pool, "_fresh", lambda: Processes(1, children.prepare))
    monkeypatch.setattr(compute_pool, "_compute", children.die_once)
    mark, known, nobody = tmp_path / "once", set(active_children()), cast(Any, None)
    mark.touch()
    pool = ComputePool("", 1)
    answered_by = pool.run(Turn("B1", 3600.0, lambda: True), nobody, nobody, nobody, mark)
    mine = {child.pid: child for child in active_children() if child not in known}
    assert (mark.exists(), list(mine)) == (False, [answered_by])
    pool.close()
    assert wait([mine[answered_by].sentinel], PATIENCE_S)


def test_a_process_whose_interpreter_is_held_is_ended_too(tmp_path: Path) -> None:
    known, processes = set(active_children()), Processes(1, children.prepare)
    lost = processes.submit(children.hold, tmp_path / "begun")
    until((tmp_path / "begun").exists)
    (child,) = set(active_children()) - known
    processes.shutdown(wait=False)
    assert wait([child.sentinel], PATIENCE_S)
    assert isinstance(lost.exception(PATIENCE_S), BrokenExecutor)


def test_no_process_survives_a_service_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.api.children", str(tmp_path / "begun")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as service:
        until((tmp_path / "begun").exists)
        service.kill()
        service.communicate(timeout=PATIENCE_S)  # the end of what they could all have written to


# -- faults ------------------------------------------------------------------------------------------------
def test_faults_are_told_apart_after_their_way_through_another_process() -> None:
    busy = pickle.loads(pickle.dumps(TooManyAttempts("A107", "computing", "too_many_at_once", {}, 2)))
    assert (type(busy), busy.retry_after_s, busy.issues[0].code) == (TooManyAttempts, 2, "A107")
    crashed = pickle.loads(pickle.dumps(CrashedProcess("ValueError", "api/x.py:7")))
    assert place_of(crashed) == {"error": "ValueError", "place": "api/x.py:7"}
    assert str(pickle.loads(pickle.dumps(not_found("visits", "V1")))) == str(not_found("visits", "V1"))


# -- the same answers --------------------------------------------------------------------------------------
def test_a_process_of_its_own_answers_as_the_service_itself_would(tmp_path: Path) -> None:
    """Every route that composes or judges, asked of threads and of processes; nothing of it is done here the
    second time."""
    world = world_on(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path)
    wish(world, replan="on_request")
    declared = world.ask(M, "POST", f"{BASIN}/absences", absence(urgent_cause=True)).json()
    plan, again = world.propose(), world.propose()
    here = answers(world, plan, again)
    service = world.service
    service.settings = settings_for(service.database.url, tmp_path, pool=Pool.PROCESSES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compute_pool, "compute", None)
        for place, name in (
            (compute_pool, "LONGEST_S"),
            (compute_pool, "WITHIN_S"),
            (absences_routes, "DECLARED_S"),
        ):
            patch.setattr(place, name, 3600.0)  # a busy machine takes long to begin a process
        try:
            assert answers(world, plan, again) == here
            same = absence(id="ABS-1", urgent_cause=True)
            changed = world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", same, If_Match='"1"').json()
            assert counts(changed) == counts(declared) == [("V1", 0, 3), ("V2", 0, 3), ("V3", 0, 3)]
            pin = {"edits": [{"kind": "pin", "visit_id": "V1"}], "state": "draft"}
            where = f"{BASIN}/plans/{plan['id']}"
            kept = world.ask(C, "POST", f"{where}/edits", pin, If_Match='"1"')
            assert (kept.status_code, kept.json()["judged"]["plan_id"]) == (201, plan["id"]), kept.text
            away = {"kind": "worker_away", "worker_id": "W1", "at": "2026-03-09T07:00:00+01:00"}
            assert world.ask(C, "POST", f"{where}/what-if", {"events": [away]}).json()["problem_digest"]
            assert world.publish(plan).status_code == 200
        finally:
            service.stop_computing()
            service.database.close()


def answers(world: World, plan: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    where = f"{BASIN}/plans/{plan['id']}"
    asked = (
        "check",
        "why?visit_id=V1",
        "why?visit_id=V9",
        "candidates?visit_id=V1",
        f"compare?to={again['id']}",
    )
    found = {name: world.ask(C, "GET", f"{where}/{name}") for name in asked}
    found["attention"] = world.ask(C, "GET", f"{BASIN}/attention")
    found["judge"] = world.ask(
        C, "POST", f"{where}/judge", {"edits": [{"kind": "unassign", "visit_id": "V1"}]}
    )
    return {name: (answer.status_code, _without_request(answer.json())) for name, answer in found.items()}


def counts(told: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(one["visit_id"], one["firm"], one["to_offer"]) for one in told["markings"]]


def _without_request(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "request"}


def test_whoever_may_not_ask_takes_no_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any, **named: Any) -> None:
        raise AssertionError("computed for somebody who may not ask")

    monkeypatch.setattr(compute_pool, "compute", never)
    plan = "plan-0199a7c1f3e2-9f2c4e1ab7d03355"
    for role, path in ((M, BASIN), (C, "/v1/basins/NOWHERE")):
        for question in (f"plans/{plan}/check", f"plans/{plan}/why?visit_id=V1", "attention"):
            assert world.ask(role, "GET", f"{path}/{question}").status_code in (403, 404)
    assert world.ask(Role.WORKER, "POST", f"{BASIN}/absences", absence()).status_code == 403


def test_an_absence_is_declared_though_nobody_can_say_what_its_cause_decides(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **named: Any) -> None:
        raise TooManyAttempts("A107", "computing", "too_many_at_once", {}, 2)

    monkeypatch.setattr(compute_pool, "compute", full)
    told = world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    assert (told.status_code, told.json()["markings"]) == (201, [])
    assert [one["visit_id"] for one in told.json()["at_risk"]] == ["V1", "V2", "V3"]
    assert "la proposition le dira" in told.json()["notices"][-1]
    assert told.json()["jobs"]


def test_what_nobody_waits_for_any_more_is_not_computed(pool: ComputePool) -> None:
    """A visit is dragged over three places: whoever asked for the first two has asked for the next."""
    asked: list[str] = []

    def awaited() -> bool:
        asked.append("asked")
        return False

    with pytest.raises(Unavailable):
        pool.run(Turn("B1", 60.0, awaited), ASKER, SystemClock(), name_of, "B1")
    assert asked == ["asked"]
    assert pool._idle == []  # no process was begun for it
