"""Whoever sees somebody's name reaches her page: what is agreed, who came and who comes, and one act for
away, back and left."""

from __future__ import annotations

import pytest
from httpx2 import Response

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser, day

C, M = Role.COORDINATOR, Role.MANAGER
ALL, ONE = "/bassins/B1/personnes-accompagnees", "/bassins/B1/personnes-accompagnees/S1%3AA"


def away(world: World, **more: object) -> None:
    said = {"kind": "client_away", "client_id": "S1:A", "cause": "hospital", **more}
    made = world.ask(C, "POST", f"{BASIN}/incidents", said)
    assert made.status_code == 201, made.text


def send(browser: Browser, act: str, **fields: str) -> Response:
    """The form of that act, filled and sent."""
    forms = browser.page(ONE).all("main")[0].all("form")
    hidden = ({one["name"]: one["value"] for one in form.all("input")} for form in forms)
    (form,) = [one for one in hidden if one["act"] == act]
    return browser.send(ONE, **{**form, **fields})


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (C, "/bassins/B1/a-traiter"),
        (C, "/bassins/B1/offres"),
        (C, "/bassins/B1/plans/{plan}/feuilles"),
        (C, "/absences/ABS-1"),
        (M, "/absences/ABS-1"),
        (M, "/qui-vient/S1:A"),
        (M, ALL),
    ],
)
def test_every_place_that_names_somebody_leads_to_her_page(world: World, role: Role, address: str) -> None:
    """S1:A is asked for, offered to somebody, and, to be on the list, in hospital from the next day on."""
    ids = day(world)
    away(world, at="2026-03-12T08:00:00+01:00")
    page = Browser(world, role).page(address.format(plan=ids["plan_id"]))
    assert ONE in [one["href"] for one in page.all("main")[0].all("a")]


def test_what_is_one_line_of_many_leads_to_each_of_them(world: World) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    page = Browser(world, C).page("/bassins/B1/a-traiter")
    (unfolded,) = [one for one in page.all("details") if "alike" in (one["class"] or "")]
    assert ONE in [one["href"] for one in unfolded.all("a")]


def test_a_home_says_what_is_agreed_and_who_comes(world: World) -> None:
    """V1 to V3 are A-1's by the rota; replaced, V1 waits for an answer."""
    assert "intervenant(e) habituel(le)" in Browser(world, C).page(ONE).text()
    day(world)
    world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Odette Exemple"})
    place = world.ask(C, "GET", f"{BASIN}/sites/A")
    body = {**place.json()["value"], "access_min": 4}
    world.ask(C, "PUT", f"{BASIN}/sites/A", body, If_Match=place.headers["ETag"])
    text = Browser(world, C).page(ONE).text().replace("\xa0", " ")
    assert "Odette Exemple" in text
    assert "compter 4 min de plus que le trajet" in text
    assert "remplacement proposé" in text
    assert "Aucune absence connue." in text


def test_away_back_and_left_are_one_act_each(world: World) -> None:
    browser = Browser(world, M)
    sent = send(browser, "away", away_cause="hospital", at="2026-03-09", until="2026-03-11")
    assert sent.headers["Location"] == f"{ONE}?dit=away"
    page = browser.page(f"{ONE}?dit=away")
    assert "les interventions sont suspendues" in page.text()
    assert "hospitalisation" in page.text()
    (kept,) = world.ask(C, "GET", f"{BASIN}/incidents").json()["items"]
    assert kept["ends_at"].startswith("2026-03-12T00:00")
    assert "suspendue" in page.text()
    assert "absente jusqu’au" in browser.page(ALL).text()
    assert send(browser, "back").status_code == 303
    assert "chez elle" in browser.page(ALL).text()
    assert "suspendue" not in browser.page(ONE).text()
    assert send(browser, "left", left_cause="institution").status_code == 303
    assert "accompagnement terminé" in browser.page(ALL).text()


def test_who_is_away_and_will_not_come_back_has_left_by_one_act(world: World) -> None:
    away(world)
    browser = Browser(world, C)
    assert send(browser, "left", left_cause="deceased").status_code == 303
    kinds = [one["kind"] for one in world.ask(C, "GET", f"{BASIN}/incidents?is_open=true").json()["items"]]
    assert kinds == ["client_left"]


def test_a_last_day_before_the_first_is_told_at_its_field(world: World) -> None:
    browser = Browser(world, C)
    refused = send(browser, "away", away_cause="absent", at="2026-03-12", until="2026-03-10")
    assert (refused.status_code, 'id="until-fault1"' in refused.text) == (422, True)


def test_a_home_of_another_service_is_not_there(world: World) -> None:
    Browser(world, M).page("/bassins/B1/personnes-accompagnees/S2:D", status=404)
    assert "S2:D" not in Browser(world, M).page(ALL).text()
    Browser(world, Role.WORKER).page(ONE, status=403)
