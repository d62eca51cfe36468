"""A coordinator reads what waits for her and settles it there; sees who was asked, and a week."""

from __future__ import annotations

import re

from api.runtime.roles import Role
from api.shapes.planning.attention_views import AttentionView
from api.web.pages.attention.attention_pages import KINDS
from brigade.words import LANGUAGES
from brigade.words.catalogue import keys
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser, day

C, M = Role.COORDINATOR, Role.MANAGER
PAGE, OFFERS, WEEK = (f"/bassins/B1/{name}" for name in ("a-traiter", "offres", "semaine"))


def test_every_kind_that_waits_has_its_place_and_its_words() -> None:
    assert set(KINDS) == set(AttentionView.model_fields)
    for lang in LANGUAGES:
        assert {f"kind.{kind}" for kind in KINDS} <= keys(lang, "word.page.attention.")


def test_what_waits_stands_with_what_to_do_and_leaves_when_it_is_done(world: World) -> None:
    browser = Browser(world, C)
    assert "Rien n’attend" in browser.page(PAGE).text()
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    page = browser.page(PAGE)
    assert "S1:A (P1)" in page.text()
    assert [one.text() for one in page.all("button")].count("Chercher") == 1
    refused = browser.press(PAGE, f"{PAGE}", act="search", first_day="2026-03-08")
    assert (refused.status_code, "Erreur" in refused.text) == (422, True)
    assert browser.press(PAGE, PAGE).headers["Location"] == PAGE
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    ways = [one["href"] for one in browser.page(PAGE).all("a")]
    assert f"/bassins/B1/plans/{plan['id']}" in ways


def test_a_day_without_a_plan_is_one_line_and_its_visits_unfold(world: World) -> None:
    """Three visits of A-1, all of them P1; the list of the API keeps an entry for each."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    page = Browser(world, C).page(PAGE)
    (line,) = [one for one in page.all("li") if "aucun plan pour ce jour, 3 interventions" in one.text()]
    assert len(line.all("details")[0].all("li")) == 3
    own, *unfolded = [one["href"] for one in line.all("a")]
    assert own == "/bassins/B1/journee/2026-03-09"
    assert all("/personnes-accompagnees/" in one for one in unfolded)
    (heading,) = [one for one in page.all("h2") if one["id"] == "uncovered"]
    assert heading.text().endswith("3")
    assert len(world.get(f"{BASIN}/attention")["uncovered"]) == 3


def test_a_visit_is_told_with_the_hour_that_was_announced(world: World) -> None:
    """V3 was A-1's at 15:00; its carer was told 09:20. She falls ill: what is lost is the visit of 09:20."""
    day(world)
    away = {"kind": "worker_away", "worker_id": "W1", "cause": "illness"}
    assert world.ask(C, "POST", f"{BASIN}/incidents", away).status_code == 201
    (line,) = [one for one in world.get(f"{BASIN}/attention")["unlawful"] if "V3" in one["sentence"]]
    shown = Browser(world, C).page(PAGE).text()
    assert "09:20" in shown, line["sentence"]
    assert "15:00" not in shown


def test_two_of_one_name_are_told_apart_by_their_service(world: World) -> None:
    """Somebody cared for by S1 is called as a carer who is asked; the bare name is the carer's."""
    day(world)
    waiting = world.get(f"{BASIN}/offers?state=offered")["items"]
    for path in ("client-identities/S1:A", *(f"worker-identities/{one['worker_id']}" for one in waiting)):
        world.ask(C, "PUT", f"{BASIN}/{path}", {"name": "Odette Exemple"})
    for page in (OFFERS, PAGE):
        text = Browser(world, C).page(page).text()
        assert "Odette Exemple (S1)" in text, text
        assert re.search(r"Odette Exemple(?! \()", text), text


def test_what_waits_is_told_with_names_and_communes_for_visits(world: World) -> None:
    """V1 is of S1:A, who lives at A."""
    place = world.ask(C, "GET", f"{BASIN}/sites/A")
    body = {**place.json()["value"], "commune": "62498"}
    world.ask(C, "PUT", f"{BASIN}/sites/A", body, If_Match=place.headers["ETag"])
    made = world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Odette Exemple"})
    assert made.status_code == 201, made.text
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    page = Browser(world, C).page(PAGE)
    assert [one for one in page.all("main")[0].words() if "\xa0: aucun plan" in one]
    text = page.text()
    assert re.search(r"Odette Exemple, [\d ]*Lens \(P1\), 9 mars 2026 à 08:00", text), text
    assert text.count("Odette Exemple") == 1
    assert not {"V1", "S1:A"} & set(re.findall(r"[\w:]+", text))


def test_an_answer_by_telephone_is_recorded_where_it_waits(world: World) -> None:
    day(world)
    identity = {"name": "Ginette Essai", "contacts": [{"kind": "phone", "value": "01 99 00 12 34"}]}
    waiting = world.get(f"{BASIN}/offers?state=offered")["items"]
    for id in {one["worker_id"] for one in waiting}:
        assert world.ask(C, "PUT", f"{BASIN}/worker-identities/{id}", identity).status_code == 201
    browser = Browser(world, C)
    page = browser.page(PAGE)
    assert "Ginette Essai" in page.text()
    assert not {one["worker_id"] for one in waiting} & set(re.findall(r"\w+", page.text()))
    assert "tel:0199001234" in [one["href"] for one in page.all("a")]
    first, *others = sorted(waiting, key=lambda one: (one["reply_by"], one["id"]))
    live = f"{PAGE}/en-cours?vu="
    seen = page.all("main")[0].all("div")[0]["hx-get"]
    assert browser.get(seen).status_code == 204
    sent = browser.press(OFFERS, OFFERS, reply="accept")
    assert sent.headers["Location"] == f"{OFFERS}#{first['id']}"
    assert world.get(f"{BASIN}/offers/{first['id']}")["state"] == "accepted"
    assert seen.startswith(live)
    assert browser.get(seen).status_code == 200
    assert len(browser.page(OFFERS).all("main")[0].all("li")) == len(others)
    assert "acceptée" in browser.page(f"{OFFERS}?etat=agreed").text()
    declined = browser.press(PAGE, PAGE, act="answer", offer_id=others[0]["id"], reply="decline")
    assert declined.status_code == 303
    assert world.get(f"{BASIN}/offers/{others[0]['id']}")["state"] == "refused"
    again = browser.press(PAGE, PAGE, act="answer", offer_id=others[0]["id"], reply="accept")
    assert again.status_code == 409


def test_a_week_shows_each_day_s_plan_and_what_is_missing(world: World) -> None:
    """Monday 9 March: A-1 away, three of her visits; asked by the plan in force."""
    browser = Browser(world, C)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    rows = browser.page(WEEK).all("tbody")[0].all("tr")
    cells = [[cell.text() for cell in row.all("td")] for row in rows]
    assert cells[0] == ["aucun plan", "1", "3", "–", "3", "–", "–", "–"]
    assert cells[1] == ["rien à remplacer", *["–"] * 7]
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(plan).status_code == 200
    row = browser.page(f"{WEEK}?du=2026-03-12").all("tbody")[0].all("tr")[0]
    assert [cell.text() for cell in row.all("td")][1:] == ["1", "3", "3", "–", "3", "–", "–"]
    assert row.all("a")[0]["href"] == "/bassins/B1/journee/2026-03-09"
