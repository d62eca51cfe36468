"""Somebody's progress: a coordinator says what she learns and what her weeks aim at; what is wrong is told
beside the form; when she has shared enough, the list says so until it is noted."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins
from tests.api.cycle.test_paths import STEP, put_on_path
from tests.api.cycle.test_shared_visits import LEARNS, became, planned_with, teach
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C, W = Role.COORDINATOR, Role.WORKER
PAGE = "/bassins/B1/personnes/W3/progression"


def sent(browser: Browser, address: str, act: str, **fields: str) -> Any:
    """The form that does this, filled and sent; of several the first."""
    forms = [
        {one["name"]: one["value"] for one in form.all("input") if one["type"] == "hidden"}
        for form in browser.page(address).all("main")[0].all("form")
    ]
    hidden = next(one for one in forms if one.get("act") == act)
    return browser.send(address.partition("?")[0], **{**hidden, **fields})


def row(world: World, worker: str = "W3") -> Any:
    return world.get(f"{BASIN}/workers/{worker}")["value"]


def test_what_she_learns_is_added_changed_and_ended(world: World) -> None:
    browser = Browser(world, C)
    added = sent(browser, PAGE, "learn", subject="essential", shared_needed="3", tutors="W1")
    assert added.status_code == 303, added.text
    (line,) = row(world)["learning"]
    assert (line["act_class"], line["shared_needed"], line["tutors"]) == ("essential", 3, ["W1"])
    assert "0 doublon fait sur 3" in browser.page(PAGE).text()
    changed = sent(browser, f"{PAGE}?ligne=essential", "learn", subject="essential", solo_from="2026-04-06")
    assert changed.status_code == 303, changed.text
    (line,) = row(world)["learning"]
    assert (line.get("shared_needed"), line["solo_from"]) == (None, "2026-04-06")
    assert sent(browser, PAGE, "forget").status_code == 303
    assert row(world).get("learning", []) == []


def test_steps_of_a_path_are_added_in_order_changed_and_removed(world: World) -> None:
    browser = Browser(world, C)
    for first, hours in (("2026-03-23", "20"), ("2026-03-09", "10.5")):
        answer = sent(browser, PAGE, "step", first=first, weekly_hours=hours, essential_percent="50")
        assert answer.status_code == 303, answer.text
    assert [(one["first"], one["weekly_min"]) for one in row(world)["path"]] == [
        ("2026-03-09", 630),
        ("2026-03-23", 1200),
    ]
    assert sent(browser, PAGE, "step", first="2026-03-23", familiar_clients="4").status_code == 303
    changed = row(world)["path"][1]
    goals = [changed[name] for name in ("weekly_min", "essential_percent", "familiar_clients")]
    assert goals == [None, None, 4]
    assert sent(browser, PAGE, "leave").status_code == 303
    assert [one["first"] for one in row(world)["path"]] == ["2026-03-23"]


def test_all_that_is_wrong_is_told_and_what_was_typed_stays(world: World) -> None:
    answer = sent(Browser(world, C), PAGE, "step", first="2026-03-10", essential_percent="130")
    assert answer.status_code == 422
    assert "un lundi" in answer.text
    assert "130" in answer.text
    assert row(world).get("path", []) == []


@pytest.fixture
@begins
def enough(world: World) -> World:
    """W3 needs one shared visit at V1's, and it took place."""
    assert teach(world, LEARNS).status_code == 200
    planned_with(world)
    assert world.get(f"{BASIN}/attention")["learnt"] == []
    became(world, done=True, worker_id="W3")
    return world


def test_who_has_shared_enough_is_told_once_until_it_is_noted(enough: World) -> None:
    (entry,) = enough.get(f"{BASIN}/attention")["learnt"]
    assert (entry["worker_id"], entry["subject"], entry["shared_done"]) == ("W3", "S1:A", 1)
    assert "le nombre prévu est atteint" in entry["sentence"]
    browser = Browser(enough, C)
    assert "peut y aller seule" in browser.page(PAGE).text()
    assert sent(browser, "/bassins/B1/a-traiter", "alone").status_code == 303
    assert enough.get(f"{BASIN}/attention")["learnt"] == []
    (line,) = row(enough)["learning"]
    assert (line["solo_from"], line["shared_needed"]) == ("2026-03-09", 1)


def test_the_worker_reads_how_far_she_is(world: World) -> None:
    """The account is W1's."""
    assert put_on_path(world, {**STEP, "familiar_clients": None}).status_code == 200
    assert teach(world, {"act_class": "essential", "shared_needed": 2}, worker="W1").status_code == 200
    text = Browser(world, W).page("/ma-semaine").text()
    assert "0 acte essentiel sur 0 visé" in text
    assert "0 min de travail sur 10 h" in text
    assert "0 doublon fait sur 2" in text
