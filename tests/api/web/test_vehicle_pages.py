"""The fleet on its page: entered, lent, broken down and back, by whoever's it is; who has what today."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser

C, M, E = Role.COORDINATOR, Role.MANAGER, Role.EMPLOYER
PAGE = "/bassins/B1/vehicules"
NEW = f"{PAGE}/nouveau"
CLIO: dict[str, Any] = {"id": "CLIO", "name": "Clio", "site_id": "H"}


def _fleet(world: World) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in world.get(BASIN)["value"].get("vehicles", ())}


def _main(browser: Browser, page: str = PAGE) -> str:
    return browser.page(page).all("main")[0].text()


def test_a_car_is_entered_with_a_loan_of_whole_days(world: World) -> None:
    """The last day is included; euros and kilometres are written as people write them."""
    told: dict[str, str | list[str]] = {
        "name": "Zoé d’été",
        "site_id": "H",
        "mode": "car",
        "drivers": ["W2", "W1"],
        "range_m": "90,5",
        "cents_per_day": "8,50",
        "cents_per_km": "12",
        "recharge_min": "45",
        "hours-0-first": "2026-03-09",
        "hours-0-last": "2026-03-22",
    }
    answer = Browser(world, C).press(NEW, NEW, **told)
    assert answer.headers["Location"] == f"{PAGE}#ZOE-DETE", answer.text
    car = _fleet(world)["ZOE-DETE"]
    assert (car["range_m"], car["cents_per_day"], car["cents_per_km"]) == (90_500, 850, 12)
    assert (car["drivers"], car["recharge_min"]) == (["W1", "W2"], 45)
    (loan,) = car["hours"]
    assert (loan["start"][:16], loan["end"][:16]) == ("2026-03-09T00:00", "2026-03-23T00:00")
    page = Browser(world, C).page(f"{PAGE}/ZOE-DETE").all("main")[0]
    shown = {one["name"]: one["value"] for one in page.all("input") if one["type"] in ("date", "time")}
    assert (shown["hours-0-first"], shown["hours-0-last"], shown["hours-0-last_at"]) == (
        *("2026-03-09", "2026-03-22"),
        "",
    )


def test_a_form_sent_back_as_it_is_changes_nothing(world: World) -> None:
    spans = [{"start": "2026-03-09T07:30:00+01:00", "end": "2026-03-09T12:00:00+01:00"}]
    wish(world, vehicles=[{**CLIO, "range_m": 12_345, "hours": spans, "out_of_service": spans}])
    before, page = _fleet(world), Browser(world, C).page(f"{PAGE}/CLIO").all("main")[0].all("form")[0]
    told: dict[str, str | list[str]] = {
        one["name"]: one["value"] for one in page.all("input") if one["type"] not in ("checkbox", "hidden")
    }
    told |= {"site_id": "H", "mode": "car"}
    answer = Browser(world, C).press(f"{PAGE}/CLIO", f"{PAGE}/CLIO", **told)
    assert answer.status_code == 303, answer.text
    assert _fleet(world)["CLIO"] | {"range_m": 0} == before["CLIO"] | {
        "range_m": 0,
        "cents_per_day": 0,
        "cents_per_km": 0,
        "recharge_min": 0,
        "mode": "car",
    }


def test_what_is_wrong_stands_at_its_field_all_at_once(world: World) -> None:
    told: dict[str, str | list[str]] = {
        "name": "Clio",
        "site_id": "H",
        "mode": "car",
        "range_m": "loin",
        "hours-0-first": "2026-03-12",
        "hours-0-last": "2026-03-09",
    }
    browser = Browser(world, C)
    typed = browser.press(NEW, NEW, **told)
    assert typed.status_code == 422
    assert 'id="range_m-fault1"' in typed.text
    turned = browser.press(NEW, NEW, **{**told, "range_m": "0"})
    assert turned.status_code == 422
    assert 'id="hours-0-first-fault1"' in turned.text
    assert 'id="range_m-fault1"' in turned.text
    assert _fleet(world) == {}


def test_a_car_that_breaks_down_is_out_from_now_and_comes_back(world: World) -> None:
    """At 06:40, until the end of the next day; it is back at once when somebody says so."""
    wish(world, vehicles=[CLIO])
    browser = Browser(world, C)
    answer = browser.press(PAGE, f"{PAGE}/CLIO/immobiliser", back="2026-03-10")
    assert answer.headers["Location"] == f"{PAGE}#CLIO", answer.text
    (out,) = _fleet(world)["CLIO"]["out_of_service"]
    assert (out["start"][:16], out["end"][:16]) == ("2026-03-09T06:40", "2026-03-11T00:00")
    assert "immobilisé jusqu’au" in _main(browser)
    world.later(minutes=30)
    assert browser.press(PAGE, f"{PAGE}/CLIO/remettre").status_code == 303
    (out,) = _fleet(world)["CLIO"]["out_of_service"]
    assert out["end"][:16] == "2026-03-09T07:10"
    assert "en service" in _main(browser)


def test_a_manager_and_an_employer_keep_the_cars_of_their_own(world: World) -> None:
    """They see the basin's, without who has it, and write theirs alone."""
    wish(world, vehicles=[CLIO, {**CLIO, "id": "S2-CAR", "name": "Berlingo", "provider_id": "S2"}])
    for role, owner, name in ((M, "provider:S1", "Kangoo"), (E, "employer:E1", "Dacia")):
        browser = Browser(world, role)
        page = _main(browser)
        assert ("Clio" in page, "Berlingo" in page, "Modifier" in page) == (True, False, False)
        told: dict[str, str | list[str]] = {"name": name, "site_id": "H", "mode": "car", "owner": owner}
        assert browser.press(NEW, NEW, **told).status_code == 303
        assert name in _main(browser)
        browser.page(f"{PAGE}/CLIO", status=403)
        assert browser.press(NEW, NEW, **{**told, "owner": ""}).status_code == 403
        own = f"{PAGE}/{name.upper()}"
        assert browser.press(own, f"{own}/retirer").headers["Location"] == PAGE
    assert set(_fleet(world)) == {"CLIO", "S2-CAR"}


def test_the_page_says_who_has_which_car_today(world: World) -> None:
    wish(world, replan="on_request", vehicles=[CLIO])
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    worker = plan["document"]["routes"][0]["worker_id"]
    edit = {"kind": "take_vehicle", "worker_id": worker, "tour": 0, "vehicle_id": "CLIO"}
    body, where = {"edits": [edit], "state": "proposed"}, f"{BASIN}/plans/{plan['id']}/edits"
    edited = world.ask(C, "POST", where, body, If_Match=f'"{plan["version"]}"')
    assert edited.status_code in (200, 201), edited.text
    assert world.publish(edited.json()["plan"]).status_code == 200
    assert worker in _main(Browser(world, C))
