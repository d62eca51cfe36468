"""What present staff could be asked stands on the day, by name; a service that says no notice is not
asked."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, colleague
from tests.api.web.site import Browser

C, M = Role.COORDINATOR, Role.MANAGER
DAY = "/bassins/B1/journee/2026-03-09"


def left_alone(world: World, notice: int | None, **more: Any) -> dict[str, Any]:
    """A-1 is away and nobody of the brigade may go to S1: its three visits are left."""
    wish(world, replan="on_request")
    told = world.get(f"{BASIN}/providers/S1")
    value = told["value"] | ({} if notice is None else {"swap_notice_min": notice})
    kept = world.ask(C, "PUT", f"{BASIN}/providers/S1", value, If_Match=f'"{told["version"]}"')
    assert kept.status_code == 200, kept.text
    made = world.ask(M, "PUT", f"{BASIN}/employees/A-3", colleague("A-3", **more))
    assert made.status_code == 201, made.text
    for id in ("W1", "W2", "W3"):
        where = f"{BASIN}/workers/{id}"
        row = world.get(where)
        body = row["value"] | {"engagements": []}
        assert world.ask(C, "PUT", where, body, If_Match=f'"{row["version"]}"').status_code == 200
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    return dict(plan["document"])


def test_the_day_says_who_could_be_asked(world: World) -> None:
    """V1 from 8 h, V2 from 10 h and V3 fit A-3's morning, one by one: three questions, of which any may be
    put."""
    document = left_alone(world, 60)
    asked = {(one["visit_id"], one["employee_id"]) for one in document["proposed_swaps"]}
    assert asked == {("V1", "A-3"), ("V2", "A-3"), ("V3", "A-3")}
    assert "À demander à" in Browser(world, C).page(DAY).text()


def test_it_says_what_is_not_known_of_somebody(world: World) -> None:
    document = left_alone(world, 60, weekly_min=None)
    assert "proposed_swaps" not in document
    assert "les heures de contrat" in Browser(world, C).page(DAY).text()


def test_a_service_that_says_no_notice_is_not_asked(world: World) -> None:
    document = left_alone(world, None)
    assert "proposed_swaps" not in document
    assert "équipe présente" not in Browser(world, C).page(DAY).text()
