"""A manager's pages: an absence is declared, corrected and withdrawn, visits are wanted or not, and names are
read no more often than they are shown."""

from __future__ import annotations

from datetime import datetime

import pytest

from api.runtime.roles import Role
from brigade.units import PARIS
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence
from tests.api.web.reading import Tag, read
from tests.api.web.site import Browser

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
NEW, ONE = "/absences/nouvelle", "/absences/ABS-1"


@pytest.fixture
def named(world: World) -> World:
    for kind, id, name in (("employee", "A-1", "Odette Exemple"), ("client", "S1:A", "Mme Alpha")):
        answer = world.ask(M, "PUT", f"{BASIN}/{kind}-identities/{id}", {"name": name})
        assert answer.status_code == 201
    return world


def declared(world: World) -> Browser:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    return Browser(world, M)


def noted(world: World, kind: str) -> int:
    return len(world.get(f"{BASIN}/events?action={kind}-identities.read&limit=50")["items"])


def only(world: World) -> dict[str, object]:
    (found,) = world.get(f"{BASIN}/absences", M)["items"]
    told: dict[str, object] = found["value"]
    return told


def by_id(page: Tag, id: str) -> Tag:
    return next(one for one in page.below() if one["id"] == id)


def test_who_is_away_already_is_told_beside_her_name(named: World) -> None:
    """The first name in sight is whoever was declared last: she is not to be declared twice."""
    assert "déjà déclarée" not in Browser(named, M).page(NEW).text()
    assert named.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    page = Browser(named, M).page(NEW)
    (line,) = [one.text() for one in page.all("label") if one["for"] == "employee-A-1"]
    assert "absence déjà déclarée" in line
    assert "9 mars" in line.replace("\xa0", " ")


def test_a_name_and_a_press_declare_the_whole_day(named: World) -> None:
    browser = Browser(named, M)
    page = browser.page(NEW)
    assert by_id(page, "interval-today")["checked"] == ""
    assert [one["value"] for one in page.all("input") if "checked" in one.attributes] == [
        "today",
        "unplanned_absence",
    ]
    answer = browser.press(NEW, employee_id="A-1", interval="today", kind="unplanned_absence")
    assert answer.status_code == 303
    shown = browser.page(answer.headers["Location"])
    assert "Odette Exemple" in shown.all("h1")[0].text()
    cards = [one for one in shown.all("li") if "visit" in one["class"]]
    assert [one["id"] for one in cards] == ["v-V1", "v-V2", "v-V3"]  # the gravest first
    assert "recherche en cours" in cards[0].text()
    assert "Mme Alpha" in cards[0].text()
    told = only(named)["interval"]
    assert isinstance(told, dict)
    assert [datetime.fromisoformat(told[one]) for one in ("start", "end")] == [
        datetime(2026, 3, 9, tzinfo=PARIS),
        datetime(2026, 3, 10, tzinfo=PARIS),
    ]


def test_part_of_several_days_for_a_course_and_its_line(named: World) -> None:
    browser = Browser(named, M)
    fields = {"first_day": "2026-03-10", "last_day": "2026-03-11", "from_hour": "09:00", "to_hour": "12:30"}
    answer = browser.press(
        NEW, employee_id="A-1", interval="other", kind="training_release", funding_line_id="F1", **fields
    )
    assert answer.status_code == 303, read(answer.text).text()
    told = only(named)
    assert (told["kind"], told["funding_line_id"]) == ("training_release", "F1")
    assert told["interval"] == {"start": "2026-03-10T09:00:00+01:00", "end": "2026-03-11T12:30:00+01:00"}


def test_faults_stand_at_their_fields_and_what_was_typed_is_kept(named: World) -> None:
    browser = Browser(named, M)
    fields = {"first_day": "2026-03-12", "last_day": "2026-03-10", "reason": "familial"}
    answer = browser.press(NEW, employee_id="A-1", interval="other", kind="unplanned_absence", **fields)
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.all("title")[0].text().startswith("Erreur")
    assert by_id(page, "reason")["value"] == "familial"
    assert "wrong" in by_id(page, "interval")["class"]
    nobody = read(browser.press(NEW, interval="today", kind="unplanned_absence").text)
    assert "wrong" in by_id(nobody, "employee_id")["class"]


def test_names_shown_beside_a_refused_form_are_noted_and_nothing_of_the_form(named: World) -> None:
    """The form is read to be filled in, and once more as it is refused."""
    answer = Browser(named, M).press(NEW, interval="today", kind="unplanned_absence")
    assert (answer.status_code, "Odette Exemple" in answer.text) == (422, True)
    assert noted(named, "employee") == 2
    assert named.get(f"{BASIN}/absences", M)["items"] == []


def test_a_replacement_is_refused_and_asked_again_by_a_tap(named: World) -> None:
    browser = declared(named)
    for wanted, pressed in (("0", "false"), ("1", "true")):
        answer = browser.press(ONE, at=f"{ONE}/remplacer", visit_id="V1", wanted=wanted)
        assert answer.headers["Location"] == f"{ONE}#v-V1"
        card = by_id(browser.page(ONE), "v-V1")
        assert card.all("button")[0]["aria-pressed"] == pressed


def test_a_corrected_absence_keeps_its_person_and_a_stale_one_is_refused(named: World) -> None:
    browser = declared(named)
    fields = {"interval": "other", "first_day": "2026-03-09", "to_hour": "12:00", "kind": "unplanned_absence"}
    stale = browser.page(f"{ONE}/corriger")
    answer = browser.press(f"{ONE}/corriger", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, ONE)
    assert by_id(browser.page(f"{ONE}/corriger"), "to_hour")["value"] == "12:00"
    cards = [one["id"] for one in browser.page(ONE).all("li") if "visit" in one["class"]]
    assert cards == ["v-V1", "v-V2"]
    hidden = {one["name"]: one["value"] for one in stale.all("input") if one["type"] == "hidden"}
    again = browser.send(f"{ONE}/corriger", **{**hidden, **fields, "to_hour": "13:00"})
    assert again.status_code == 412


def test_a_withdrawn_absence_is_gone(named: World) -> None:
    browser = declared(named)
    answer = browser.press(ONE, at=f"{ONE}/retirer")
    assert answer.headers["Location"] == "/absences?retiree=1"
    assert "Absence retirée" in browser.page("/absences?retiree=1").text()
    assert browser.get(ONE).status_code == 404


def test_the_first_page_of_a_manager_tells_what_is_at_risk_now(named: World) -> None:
    browser = Browser(named, M)
    assert browser.get("/").headers["Location"] == "/absences"
    assert "Personne n’est absent." in browser.page("/absences").text()
    declared(named)
    page = browser.page("/absences")
    lines = [one for one in page.all("a") if one["class"] == "line"]
    assert [one["href"].rpartition("#")[2] for one in lines[:3]] == ["v-V1", "v-V2", "v-V3"]
    assert "Odette Exemple" in lines[3].text()


@pytest.mark.parametrize(("where", "part"), [(ONE, f"{ONE}/etats"), ("/absences", "/absences/en-cours")])
def test_a_part_that_did_not_change_reads_nobodys_name_again(named: World, where: str, part: str) -> None:
    browser = declared(named)
    live = next(one["hx-get"] for one in browser.page(where).below() if one["hx-get"])
    before = noted(named, "client")
    assert before
    assert live.startswith(part)
    assert browser.get(live).status_code == 204
    assert noted(named, "client") == before
    named.search()
    assert "proposée à la coordination" in read(browser.get(live).text).text()
    assert noted(named, "client") == before + 1


def test_the_list_of_names_is_one_note(named: World) -> None:
    Browser(named, M).page(NEW)
    (note,) = named.get(f"{BASIN}/events?action=employee-identities.read&limit=50")["items"]
    assert (note["target"], note["details"]["people"]) == ("S1", 1)
