"""What a search had no time to examine is told once its plan is proposed."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from solver import explain
from tests.api.conftest import SEARCH, World, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
MONDAY = {"first_day": "2026-03-09", "search": SEARCH}
VISITS = ("V1", "V2", "V3")


@pytest.fixture
def nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """S1's visits are open and nobody works there; a search has the time to examine one of them."""
    wish(world, replan="on_request")
    for id in ("W1", "W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{id}")
        body = row.json()["value"] | {"availability": []}
        answer = world.ask(C, "PUT", f"{BASIN}/workers/{id}", body, If_Match=row.headers["ETag"])
        assert answer.status_code == 200, answer.text
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    monkeypatch.setattr(explain, "LEAST_PAIRS", 0)
    monkeypatch.setattr(explain, "LEAST_VISITS", 1)
    monkeypatch.setattr(explain, "ITERATIONS_A_PAIR", 10**9)
    monkeypatch.setattr(explain, "ITERATIONS_AN_ACTION", 10**9)
    return world


def told(world: World, job: dict[str, Any]) -> tuple[int, dict[str, str]]:
    """The version of its plan, and the first reason of each visit that nobody does."""
    done = world.get(f"{BASIN}/jobs/{job['id']}")
    assert done["state"] == "done", done
    plan = world.get(f"{BASIN}/plans/{done['plan_id']}")
    left = plan["document"]["uncovered"]
    return plan["version"], {one["visit_id"]: one["reasons"][0]["code"] for one in left}


def test_a_proposal_is_completed_and_keeps_its_version(nobody: World) -> None:
    job = nobody.ask(C, "POST", f"{BASIN}/jobs", MONDAY).json()
    nobody.search()
    version, first = told(nobody, job)
    assert (version, set(first)) == (1, set(VISITS))
    assert "not_examined" not in first.values()
    (event,) = nobody.get(f"{BASIN}/events?action=plans.explained")["items"]
    assert event["details"]["visits"] == len(VISITS) - 1


def test_whoever_waits_for_a_search_comes_before_the_reasons_of_another(nobody: World) -> None:
    """Of two searches the first leaves its process to the second, which completes its own."""
    first, second = (nobody.ask(C, "POST", f"{BASIN}/jobs", MONDAY).json() for _ in range(2))
    nobody.search()
    nobody.search()
    assert list(told(nobody, first)[1].values()).count("not_examined") == len(VISITS) - 1
    assert "not_examined" not in told(nobody, second)[1].values()
