"""A meeting is entered, changed, called off and noted on its pages, without a script."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser

C, E, M = Role.COORDINATOR, Role.EMPLOYER, Role.MANAGER
PAGE = "/bassins/B1/reunions"

GIVEN: dict[str, Any] = {
    "kind": "meeting",
    "label": "Analyse de la pratique",
    "day": "2026-03-09",
    "from_hour": "14:00",
    "duration_min": "45",
    "priority": "P3",
    "site_id": "H",
    "participants": ["W1", "W2", "W3"],
}
ALL = ["W1", "W2", "W3"]


def entered(browser: Browser, **more: str | list[str]) -> str:
    """The id that it got."""
    made = browser.press(f"{PAGE}/nouveau", **{**GIVEN, **more})
    assert made.status_code == 303, made.text
    return made.headers["Location"].partition("#")[2]


def test_a_meeting_is_entered_changed_and_called_off(world: World) -> None:
    coordinator = Browser(world, C)
    id = entered(coordinator)
    kept = world.get(f"{BASIN}/work-blocks/{id}")["value"]
    assert (kept["participants"], kept["duration_min"], kept["site_id"]) == (ALL, 45, "H")
    (window,) = kept["windows"]
    assert window["earliest"] == window["latest"] == "2026-03-09T14:00:00+01:00"
    assert "Analyse de la pratique" in coordinator.page(PAGE).text()
    one = f"{PAGE}/{id}"
    changed = coordinator.press(one, **{**GIVEN, "to_hour": "16:00", "at_least": "2"})
    assert changed.status_code == 303, changed.text
    kept = world.get(f"{BASIN}/work-blocks/{id}")["value"]
    assert (kept["at_least"], kept["windows"][0]["latest"]) == (2, "2026-03-09T16:00:00+01:00")
    assert 'value="16:00"' in coordinator.get(one).text
    assert coordinator.press(one, f"{one}/annuler").headers["Location"] == PAGE
    assert world.get(f"{BASIN}/work-blocks")["items"] == []


def test_what_is_wrong_stands_at_its_fields_with_what_was_typed(world: World) -> None:
    """Nobody attends, and it takes no time: both at once; who is employed elsewhere is not offered."""
    refused = Browser(world, C).press(
        f"{PAGE}/nouveau", **{**GIVEN, "duration_min": "2000", "participants": []}
    )
    assert refused.status_code == 422
    assert 'href="#participants"' in refused.text
    assert 'href="#duration_min"' in refused.text
    assert 'value="Analyse de la pratique"' in refused.text


def test_an_employer_enters_one_for_its_own_people_and_ranks_it_above_no_visit(world: World) -> None:
    employer = Browser(world, E)
    id = entered(employer, kind="medical", participants=["W2"])
    assert "Obligatoire" not in employer.get(f"{PAGE}/nouveau").text
    assert "Obligatoire" in Browser(world, C).get(f"{PAGE}/{id}").text
    above = employer.press(f"{PAGE}/{id}", **{**GIVEN, "participants": ["W2"], "mandatory": "1"})
    assert above.status_code == 403
    assert Browser(world, M).get(PAGE).status_code == 403


def test_who_was_there_is_noted_in_one_press(world: World) -> None:
    """W3 did not come: two outcomes done, one not; unticked later, W2 was not there either."""
    wish(world, replan="on_request")
    coordinator = Browser(world, C)
    id = entered(coordinator)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    assert "à confirmer" in coordinator.page(PAGE).text()
    world.later(hours=11)
    coordinator = Browser(world, C)
    assert coordinator.press(PAGE, f"{PAGE}/{id}/presences", there=["W1", "W2"]).status_code == 303
    told = {one["worker_id"]: one["done"] for one in world.get(f"{BASIN}/outcomes")["items"]}
    assert told == {"W1": True, "W2": True, None: False}
    assert "présences notées" in coordinator.page(PAGE).text()
    assert coordinator.press(PAGE, f"{PAGE}/{id}/presences", there=["W1"]).status_code == 303
    assert sum(one["done"] for one in world.get(f"{BASIN}/outcomes")["items"]) == 1
    paid = world.get(f"{BASIN}/exports/payroll?first_day=2026-03-01&last_day=2026-03-31")["rows"]
    assert [(one["worker_id"], one["work_block_min"]) for one in paid] == [("W1", 45)]
