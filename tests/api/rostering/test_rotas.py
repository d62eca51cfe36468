"""An on-call rota over HTTP: proposed by a search, changed by hand, published into weeks."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins
from tests.api.small_basin import BASIN

C, W, M, E = Role.COORDINATOR, Role.WORKER, Role.MANAGER, Role.EMPLOYER
ROTAS = f"{BASIN}/on-call-rotas"
ASKED = {
    "first_day": "2026-03-16",
    "weeks": 2,
    "weekend": {"start": "07:00", "end": "07:00"},
}


def made(world: World, **more: Any) -> dict[str, Any]:
    """The proposal that a search came to."""
    asked = world.ask(C, "POST", ROTAS, {**ASKED, **more})
    assert asked.status_code == 202, asked.text
    world.search()
    job = world.get(f"{BASIN}/jobs/{asked.json()['id']}")
    assert (job["state"], job["kind"], job["plan_id"]) == ("done", "on_call_rota", None), job
    (row,) = world.get(f"{ROTAS}?state=proposed")["items"]
    assert row["job_id"] == job["id"]
    return dict(row)


@pytest.fixture
@begins
def rota(world: World) -> dict[str, Any]:
    return made(world)


def sent(world: World, rota: dict[str, Any], act: str) -> Any:
    return world.ask(C, "POST", f"{ROTAS}/{rota['id']}/{act}", If_Match=f'"{rota["version"]}"')


def given(world: World, rota: dict[str, Any], day: str, *workers: str) -> Any:
    said = {"worker_ids": list(workers)}
    return world.ask(C, "PUT", f"{ROTAS}/{rota['id']}/duties/{day}", said, If_Match=f'"{rota["version"]}"')


def on_call(world: World, worker: str) -> list[str]:
    return [one["start"][:10] for one in world.get(f"{BASIN}/workers/{worker}")["value"].get("on_call", [])]


def test_two_weeks_are_shared_out_among_three(world: World, rota: dict[str, Any]) -> None:
    """Fourteen duties, four of them whole days of weekends."""
    assert (rota["uncovered"], rota["gap"], len(rota["duties"])) == ([], 0.0, 14)
    assert sum(one["weekends"] for one in rota["shares"]) == 4
    evenings = [one["evenings"] for one in rota["shares"]]
    assert max(evenings) - min(evenings) <= 1
    saturday = next(one for one in rota["duties"] if one["day"] == "2026-03-21")
    assert (saturday["starts_at"], saturday["ends_at"]) == (
        "2026-03-21T07:00:00+01:00",
        "2026-03-22T07:00:00+01:00",
    )
    assert on_call(world, "W1") == []


def test_published_it_stands_in_weeks_and_whoever_has_a_duty_is_told(
    world: World, rota: dict[str, Any]
) -> None:
    """What stood on other days stays; a second rota of the same days takes the place of the first."""
    stood = [{"start": "2026-04-10T19:00:00+02:00", "end": "2026-04-11T07:00:00+02:00"}]
    world.rewrite("workers/W1", on_call=stood)
    answer = sent(world, rota, "publish")
    assert (answer.status_code, answer.json()["state"]) == (200, "published"), answer.text
    mine = [one["day"] for one in rota["duties"] if one["worker_ids"] == ["W1"]]
    assert on_call(world, "W1") == [*mine, "2026-04-10"]
    told = world.get(f"{BASIN}/messages?kind=on_call_changed")["items"]
    assert sorted(one["contact_id"] for one in told) == ["worker:W1", "worker:W2", "worker:W3"]
    assert sent(world, answer.json(), "publish").json()["code"] == "A401"
    second = made(world, worker_ids=["W1", "W2"])
    assert sent(world, second, "publish").status_code == 200
    again = [one["day"] for one in second["duties"] if one["worker_ids"] == ["W1"]]
    assert on_call(world, "W1") == [*again, "2026-04-10"]


def test_a_duty_given_by_hand_is_refused_with_every_reason(world: World, rota: dict[str, Any]) -> None:
    """W2 is on leave that day, and has a duty that overlaps: both are said; W3 may take it."""
    rewritten = {"first": "2026-03-18", "last": "2026-03-18", "kind": "paid"}
    world.rewrite("workers/W2", leave=[rewritten])
    busy = {"start": "2026-03-18T20:00:00+01:00", "end": "2026-03-18T22:00:00+01:00"}
    world.rewrite("workers/W2", other_work=[busy])
    refused = given(world, rota, "2026-03-18", "W2")
    assert (refused.status_code, refused.json()["code"]) == (422, "O110")
    said = [one["what"] for one in refused.json()["issues"]]
    assert len(said) == 2
    assert "congé" in said[0]
    assert "travaille ailleurs" in said[1]
    changed = given(world, rota, "2026-03-18", "W3")
    assert changed.status_code == 200, changed.text
    (wednesday,) = [one for one in changed.json()["duties"] if one["day"] == "2026-03-18"]
    assert (wednesday["worker_ids"], changed.json()["gap"]) == (["W3"], None)


def test_what_no_longer_holds_is_not_published(world: World, rota: dict[str, Any]) -> None:
    mine = next(one["day"] for one in rota["duties"] if one["worker_ids"] == ["W1"])
    world.rewrite("workers/W1", leave=[{"first": mine, "last": mine, "kind": "sick"}])
    refused = sent(world, rota, "publish")
    assert [(one["code"], one["where"]) for one in refused.json()["issues"]] == [("O110", f"duties.{mine}")]


def test_a_published_duty_that_moves_is_written_and_told_at_once(world: World, rota: dict[str, Any]) -> None:
    """From W1 to nobody: the day is uncovered; W1 alone is told once more."""
    published = sent(world, rota, "publish").json()
    mine = next(one["day"] for one in rota["duties"] if one["worker_ids"] == ["W1"])
    changed = given(world, published, mine)
    assert (changed.status_code, changed.json()["uncovered"]) == (200, [mine])
    assert mine not in on_call(world, "W1")
    told = world.get(f"{BASIN}/messages?kind=on_call_changed")["items"]
    assert sorted(one["contact_id"] for one in told) == ["worker:W1", *(f"worker:W{n}" for n in (1, 2, 3))]


def test_a_withdrawn_proposal_is_over(world: World, rota: dict[str, Any]) -> None:
    gone = sent(world, rota, "withdraw").json()
    assert gone["state"] == "withdrawn"
    assert given(world, gone, "2026-03-18", "W1").json()["code"] == "A401"
    assert sent(world, gone, "withdraw").json()["code"] == "A401"


@pytest.mark.parametrize("role", [M, W, E])
def test_rotas_are_the_coordinators(world: World, rota: dict[str, Any], role: Role) -> None:
    assert world.ask(role, "GET", f"{ROTAS}/{rota['id']}").status_code == 404
    assert world.ask(role, "POST", ROTAS, ASKED).status_code == 403


def test_days_that_are_over_or_hours_that_are_none_are_refused_together(world: World) -> None:
    late = world.ask(C, "POST", ROTAS, {**ASKED, "first_day": "2026-03-02"})
    assert late.json()["code"] == "A305"
    wrong = world.ask(C, "POST", ROTAS, {**ASKED, "weeks": 60, "evening": {"start": "7h", "end": "25:00"}})
    assert len(wrong.json()["issues"]) == 3
