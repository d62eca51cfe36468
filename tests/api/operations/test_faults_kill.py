"""kill -9, whenever it comes: nothing acknowledged is lost, nothing half-done is seen, a new start goes on by
itself.

Each start of a process takes seconds: publications are killed once on each database, searches on one of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.runtime.roles import Role
from api.shapes.cycle_requests import SearchWish
from api.shapes.kept.job_shapes import JobWish, SearchEffort
from api.store.cycle_tables import Job
from api.store.engine import Database
from tests.api.conftest import World
from tests.api.live import Live, set_clock, until
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
LONG = {"first_day": "2026-03-09", "search": {"iterations": 10**7}}
SHORT = {
    "effort": SearchEffort(seed=1, iterations=50, time_limit_s=None),
    "search": SearchWish(seed=1, iterations=50),
}
"""What a wish says where there is less to do, whether its problem is composed already or not."""


@pytest.fixture
def live(model: tuple[str, World], copied: str, tmp_path: Path) -> Iterator[Live]:
    """The Monday's basin, not started yet; searches are asked for."""
    set_clock(copied)
    with Live(copied, tmp_path, model[1].tokens) as made:
        yield made


def on_request(live: Live) -> None:
    row = live.ask(C, "GET", BASIN)
    body = {**row.json()["value"], "replan": "on_request"}
    assert live.ask(C, "PUT", BASIN, body, If_Match=row.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("model", ["postgresql"], indirect=True)
def test_killed_in_the_middle_of_a_solve(live: Live) -> None:
    """The absence stays, no plan appears; the next start finds the search lost and does it. No orphan goes on
    searching."""
    live.start()
    on_request(live)
    assert live.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    job = live.ask(C, "POST", f"{BASIN}/jobs", LONG).json()["id"]
    until(lambda: beats(live, job))
    orphans = live.kill()
    until(lambda: not [one for one in orphans if one.is_running()])
    database = Database(live.url)
    with database.writing() as session:  # the same search, with less to do
        row = session.get_one(Job, job)
        row.wish = shorter(row.wish)
        session.commit()
    database.close()
    live.start()
    assert live.items("plans") == []
    plan = live.proposal_of(job)
    assert plan["state"] == "proposed"
    assert live.get(f"{BASIN}/jobs/{job}")["attempt"] == 2
    assert [one["id"] for one in live.items("absences")] == ["ABS-1"]
    assert live.trail_is_whole()


def shorter(wish: JobWish) -> JobWish:
    return wish.model_copy(update={name: SHORT[name] for name in SHORT if name in type(wish).model_fields})


def beats(live: Live, job: str) -> bool:
    """Whether the searching process has told the database that it lives."""
    shown = live.get(f"{BASIN}/jobs/{job}")
    return bool(shown["state"] == "running" and shown["heartbeat_at"] > shown["changed_at"])


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_stopped_in_the_middle_of_a_solve(live: Live) -> None:
    """An ordinary stop waits for no search: it is back in the queue at once, and done after the next
    start."""
    live.start()
    on_request(live)
    assert live.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    job = live.ask(C, "POST", f"{BASIN}/jobs", LONG).json()["id"]
    until(lambda: beats(live, job))
    live.stop()
    database = Database(live.url)
    with database.writing() as session:
        row = session.get_one(Job, job)
        assert (row.state, row.attempt) == ("queued", 1)
        row.wish = shorter(row.wish)  # it may have been stopped before its problem was composed
        session.commit()
    database.close()
    assert live.start().proposal_of(job)["state"] == "proposed"
    assert live.trail_is_whole()


@pytest.mark.parametrize(
    ("model", "when"), [("postgresql", "before_commit"), ("sqlite", "after_commit")], indirect=["model"]
)
def test_killed_in_the_middle_of_a_publication(live: Live, when: str) -> None:
    """Before its commit nothing of it is there, after it all of it; either way the retry with its key ends
    well, once."""
    live.start(when)
    on_request(live)
    assert live.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = live.propose()
    with ThreadPoolExecutor(1) as apart:
        unanswered = apart.submit(live.publish, plan, "k1")
        until((live.folder / "stalled").exists)
        live.kill()
        assert isinstance(unanswered.exception(30), httpx2.TransportError)
    live.start()
    is_done = when == "after_commit"
    assert [one["state"] for one in live.items("plans")] == ["published" if is_done else "proposed"]
    assert len(live.items("offers")) == (3 if is_done else 0)
    again = live.publish(plan, "k1")
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (
        200,
        "true" if is_done else None,
    )
    assert [one["state"] for one in live.items("plans")] == ["published"]
    assert sorted(one["visit_id"] for one in live.items("offers")) == ["V1", "V2", "V3"]
    assert live.trail_is_whole()


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_killed_under_load_nothing_acknowledged_is_lost(live: Live) -> None:
    """Two managers declare absences without a pause; the service dies twice. What was answered 201 is there;
    what was not answered is sent again with its key, and is there once."""
    live.start()
    on_request(live)
    acknowledged: set[str] = set()
    is_over = threading.Event()

    def declare(manager: int) -> int:
        sent = 0
        while not is_over.is_set():
            name = f"ABS-{manager}-{sent}"
            if _declared(live, name, is_over):
                acknowledged.add(name)
                sent += 1
        return sent

    def enough(least: int) -> bool:
        return len(acknowledged) > least or any(one.done() for one in counts)

    with ThreadPoolExecutor(2) as managers:
        counts = [managers.submit(declare, one) for one in range(2)]
        try:
            for kills in range(3):
                until(partial(enough, 5 * (kills + 1)))
                if kills < 2:
                    live.kill()
                    live.start()
        finally:
            is_over.set()
        assert all(one.result(30) > 0 for one in counts)
    kept: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = live.get(f"{BASIN}/absences?limit=100" + (f"&cursor={page['next']}" if page["next"] else ""))
        kept += [one["id"] for one in page["items"]]
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    assert (
        len(set(kept) - acknowledged) <= 2
    )  # the last of each manager may have been kept without being answered
    assert live.trail_is_whole()


def _declared(live: Live, name: str, is_over: threading.Event) -> bool:
    """Sent until it is answered: a program that lost the line tries again with the same key."""
    while not is_over.is_set():
        try:
            answer = live.ask(M, "POST", f"{BASIN}/absences", absence(id=name), Idempotency_Key=name)
        except httpx2.TransportError:
            time.sleep(0.05)
            continue
        assert answer.status_code == 201, answer.text
        return True
    return False
