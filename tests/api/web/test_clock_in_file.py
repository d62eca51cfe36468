"""Clock-ins sent to the page of imports: shown first, recorded then; those of another program after its
columns were matched once."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.incidents.test_incidents import carer, planned  # noqa: F401 - a fixture
from tests.api.incidents.test_outcomes import evening  # noqa: F401 - a fixture
from tests.api.small_basin import BASIN
from tests.api.web.reading import Tag, read
from tests.api.web.site import Browser
from tests.api.web.test_matching_page import WHERE, code_of, fields_of, send

C = Role.COORDINATOR
OURS = "intervention;fait;motif\r\nV1;oui;\r\nV2;non;no_entry\r\n"


def _outcomes(world: World) -> dict[str, Any]:
    return {one["visit_id"]: one for one in world.get(f"{BASIN}/outcomes")["items"]}


def _hidden(page: Tag) -> dict[str, str]:
    """Of the form that goes on with the file."""
    form = page.all("main")[0].all("form")[0]
    return {one["name"]: one["value"] for one in form.all("input") if one["type"] == "hidden"}


def test_a_table_of_clock_ins_is_shown_before_it_is_recorded(evening: World) -> None:  # noqa: F811
    browser = Browser(evening, C)
    answer = send(browser, OURS, "pointages.csv")
    assert answer.status_code == 200, answer.text
    page = read(answer.text)
    assert "passages : 2" in page.text().replace("\xa0", " ")
    assert _outcomes(evening) == {}
    done = browser.send(WHERE, **_hidden(page), act="import")
    assert (done.status_code, done.headers["Location"]) == (303, f"{WHERE}?importe=1")
    assert {id: one["done"] for id, one in _outcomes(evening).items()} == {"V1": True, "V2": False}


def test_what_was_recorded_otherwise_is_written_over_only_by_its_own_button(evening: World) -> None:  # noqa: F811
    browser = Browser(evening, C)
    told = {"outcomes": [{"visit_id": "V2", "done": True}]}
    assert evening.ask(C, "POST", f"{BASIN}/outcomes", told).status_code == 200
    answer = send(browser, OURS, "pointages.csv")
    assert answer.status_code == 422
    page = read(answer.text)
    button = next(one for one in page.all("button") if one["name"] == "corrects")
    shown = browser.send(WHERE, **_hidden(page), corrects=button["value"])
    assert shown.status_code == 200, shown.text
    assert _outcomes(evening)["V2"]["done"] is True
    assert browser.send(WHERE, **_hidden(read(shown.text)), act="import").status_code == 303
    assert _outcomes(evening)["V2"]["done"] is False


def test_a_foreign_export_is_matched_once_and_known_the_next_time(evening: World) -> None:  # noqa: F811
    browser, who = Browser(evening, C), carer(evening, "V1")
    evening.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Jeanne Modèle"})
    evening.ask(C, "PUT", f"{BASIN}/worker-identities/{who}", {"name": "Ginette Essai"})
    head = "Usager;Intervenant;Date;Arrivée;Départ\r\n"
    first = head + "MODÈLE Jeanne;ESSAI Ginette;09/03/2026;08:02;08:58\r\n"
    page = read(send(browser, first, "telegestion_2026-03-09.csv").text)
    assert fields_of(page)["f0"] == "pointages"
    assert fields_of(page)[code_of(page, "MODÈLE Jeanne")] == "S1:A"
    assert fields_of(page)[code_of(page, "ESSAI Ginette")] == who
    fields = fields_of(page) | {"source": "Télé 3000", "act": "try"}
    shown = browser.send(WHERE, **fields)
    assert "passages : 1" in read(shown.text).text().replace("\xa0", " "), shown.text
    assert _outcomes(evening) == {}
    done = browser.send(WHERE, **fields | {"act": "keep_and_import"})
    assert done.status_code == 303, done.text
    assert _outcomes(evening)["V1"]["worker_id"] == who
    following = send(browser, first, "telegestion_2026-03-10.csv")
    assert following.status_code == 200
    assert not [one for one in read(following.text).all("form") if one["class"] == "matching"]
    assert len(evening.get(f"{BASIN}/mappings")["items"]) == 1
