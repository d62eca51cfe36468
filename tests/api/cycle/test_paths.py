"""A path of inclusion in the service: kept with its worker, judged as it is written, counted from what took
place, told with the plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins
from tests.api.cycle.test_shared_visits import composed, planned_with
from tests.api.small_basin import BASIN
from tests.builders import MONDAY

C = Role.COORDINATOR
TUESDAY = date(2026, 3, 10)
STEP = {"first": "2026-03-09", "essential_percent": 50, "weekly_min": 600, "familiar_clients": 4}


def put_on_path(world: World, *steps: dict[str, Any], worker: str = "W1", **more: Any) -> Any:
    row = world.ask(C, "GET", f"{BASIN}/workers/{worker}")
    body = {**row.json()["value"], "path": list(steps), **more}
    return world.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"])


def hers(world: World) -> list[str]:
    """The visits that the plan gives to W1."""
    return [one["visit_id"] for one in world.get(f"{BASIN}/offers")["items"] if one["worker_id"] == "W1"]


def took_place(world: World, *visits: str, done: bool = True) -> None:
    world.later(hours=14)
    said: dict[str, Any] = {"worker_id": "W1"} if done else {"cause": "worker_absent"}
    told = [{"visit_id": id, "done": done, **said} for id in visits]
    answer = world.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": told})
    assert answer.status_code == 200, answer.text


def counted(world: World, day: date) -> tuple[int, int, frozenset[str]]:
    known = composed(world, day).worker_by_id["W1"].counters
    return known.week_visits, known.week_essential, known.week_clients


@pytest.fixture
@begins
def planned(world: World) -> World:
    """A-1 is away; the client of V1 knows W1, who is on a path."""
    row = world.ask(C, "GET", f"{BASIN}/visits/V1")
    body = {**row.json()["value"], "usual_workers": ["W1"]}
    assert world.ask(C, "PUT", f"{BASIN}/visits/V1", body, If_Match=row.headers["ETag"]).status_code == 200
    assert put_on_path(world, STEP).status_code == 200
    planned_with(world)
    return world


def test_what_took_place_counts_for_the_days_after_it(planned: World) -> None:
    done = hers(planned)
    assert "V1" in done
    took_place(planned, *done)
    assert counted(planned, MONDAY) == (0, 0, frozenset())
    assert counted(planned, TUESDAY) == (len(done), len(done), frozenset({"S1:A"}))
    assert counted(planned, date(2026, 3, 16)) == (0, 0, frozenset())


def test_what_did_not_take_place_counts_nothing(planned: World) -> None:
    took_place(planned, *hers(planned), done=False)
    assert counted(planned, TUESDAY) == (0, 0, frozenset())


def test_what_came_with_her_within_the_week_is_kept_beside_it(planned: World) -> None:
    """Told on Tuesday for the week so far: Monday's visits are in it already."""
    told = {"week_visits": 3, "week_essential": 1, "week_clients": ["S1:B"]}
    took_place(planned, *hers(planned))
    planned.later(hours=10)
    assert put_on_path(planned, STEP, counters=told).status_code == 200
    assert counted(planned, date(2026, 3, 11)) == (3, 1, frozenset({"S1:B"}))


def test_the_plan_says_how_far_her_week_is(planned: World) -> None:
    (plan,) = planned.get(f"{BASIN}/plans?state=published")["items"]
    notes = planned.get(f"{BASIN}/plans/{plan['id']}")["document"]["notes"]
    (note,) = [one for one in notes if one["code"] == "path_week"]
    assert note["values"]["worker"] == "W1"
    assert note["values"]["due_min"] == 120
    assert note["values"]["wished"] == 1


def test_all_that_is_wrong_with_a_path_is_told_at_once(world: World) -> None:
    answer = put_on_path(
        world,
        {"first": "2026-03-10", "essential_percent": 130},
        {"first": "2026-03-16", "weekly_min": 20_000, "familiar_clients": -1},
    )
    assert answer.status_code == 422
    places = {one["where"].removeprefix("workers.W1.") for one in answer.json()["issues"]}
    assert {
        "path[0].first",
        "path[0].essential_percent",
        "path[1].weekly",
        "path[1].familiar_clients",
    } <= places
