"""A file of another program: its columns are asked once, every fault at its field, and its next file comes in
without a question."""

from __future__ import annotations

from httpx2 import Response

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.reading import Tag, read
from tests.api.web.site import Browser

C, M = Role.COORDINATOR, Role.MANAGER
WHERE = "/bassins/B1/imports"
HEAD = "N°;Date;Heure;Durée;Client;Prestation;Statut;Commentaire\r\n"
FIRST = (
    HEAD + "X1;16/03/2026;08h30;1h00;Modèle Jeanne;Toilette;Planifiée;clé\r\n"
    "X2;16/03/2026;14:00;0:45;DUPONT;Ménage;Planifiée;\r\n"
    "X3;16/03/2026;15:00;0:30;DUPONT;Ménage;Annulée;\r\n"
)
NEXT = (
    HEAD + "X4;23/03/2026;08h30;1h00;Modèle Jeanne;TOILETTE;planifiée;\r\n"
    "X5;23/03/2026;10:00;45 min;dupont;Ménage;Planifiée;\r\n"
)


def fields_of(page: Tag) -> dict[str, str]:
    """What the form of the page would send as it stands."""
    form = next(one for one in page.all("main")[0].all("form") if one["class"] == "matching")
    found = {one["name"]: one["value"] for one in form.all("input") if one["name"] and one["type"] != "file"}
    for one in form.all("select"):
        options = one.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        found[one["name"]] = (chosen or options)[0]["value"]
    return found


def send(browser: Browser, content: str, name: str = "planning_2026-03-16.csv") -> Response:
    fields = {"csrf": csrf(browser.page(WHERE)), "mode": "add", "act": "check"}
    return browser.client.post(
        WHERE, data=fields, files={"file": (name, content.encode("cp1252"), "text/csv")}
    )


def csrf(page: Tag) -> str:
    return next(one["value"] for one in page.all("input") if one["name"] == "csrf")


def code_of(page: Tag, theirs: str) -> str:
    """The field of a code of theirs."""
    return next(one["for"] for one in page.all("label") if one.text().startswith(f"{theirs} "))


def answered(browser: Browser, world: World) -> tuple[Response, dict[str, str]]:
    """The first file with all its questions answered, and the form that answers them."""
    world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Jeanne Modèle"})
    page = read(send(browser, FIRST).text)
    fields = fields_of(page) | {
        "source": "Ogust",
        code_of(page, "DUPONT"): "S1:B",
        code_of(page, "Toilette"): "essentiel",
        code_of(page, "Ménage"): "ordinaire",
        "f0-visits-priority": "=",
        "f0-visits-priority-value": "P2",
        "act": "try",
    }
    return browser.send(WHERE, **fields), fields


def visits(world: World) -> dict[str, tuple[str, int]]:
    """Those of the exports: whose, and how long."""
    found = world.get(f"{BASIN}/visits?limit=100", M)["items"]
    told = {one["id"]: one["value"] for one in found if one["id"].startswith("X")}
    return {id: (one["client_id"], one["duration_min"]) for id, one in told.items()}


def test_a_strangers_file_is_asked_about_with_what_stands_in_it(world: World) -> None:
    """Names that are known are proposed whatever their order; what is proposed is no fault yet."""
    world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Jeanne Modèle"})
    answer = send(Browser(world, M), FIRST)
    assert answer.status_code == 200
    page = read(answer.text)
    assert "Faire correspondre" in page.all("h1")[0].text()
    rows = {
        one.all("th")[0].text(): [td.text() for td in one.all("td")] for one in page.all("tbody")[0].all("tr")
    }
    assert rows["Durée"] == ["1h00 · 0:45 · 0:30", "durée"]
    assert rows["Commentaire"] == ["clé", "n’est pas lue"]
    assert rows["Date"][1] == "début prévu , commence au plus tôt , commence au plus tard"
    assert fields_of(page)[code_of(page, "Modèle Jeanne")] == "S1:A"
    assert world.get(f"{BASIN}/mappings", M)["items"] == []


def test_all_that_is_open_is_told_at_once_at_its_field_and_above(world: World) -> None:
    """A name nobody knows, two codes, a priority that no column tells, and a cell that is no length."""
    browser = Browser(world, M)
    page = read(send(browser, FIRST.replace("1h00", "longtemps")).text)
    answer = browser.send(WHERE, **fields_of(page) | {"source": "Ogust", "act": "try"})
    assert answer.status_code == 422
    page = read(answer.text)
    alert = next(one for one in page.all("div") if one["role"] == "alert")
    linked = {one["href"].removeprefix("#") for one in alert.all("a")}
    assert linked == {
        "f0-visits-duration_min",
        "f0-visits-priority",
        *(code_of(page, one) for one in ("Modèle Jeanne", "DUPONT", "Toilette", "Ménage")),
    }
    ids = {one["id"]: one for one in page.below() if one["id"]}
    assert all(ids[f"{one}-faults"].text() and ids[one]["aria-invalid"] for one in linked)
    assert "ligne 2" in ids["f0-visits-duration_min-faults"].text()


def test_answered_it_is_shown_then_kept_and_imported_and_the_next_one_asks_nothing(world: World) -> None:
    browser = Browser(world, M)
    answer, fields = answered(browser, world)
    assert answer.status_code == 200, answer.text
    assert "interventions : 2" in read(answer.text).text().replace("\xa0", " ").replace("\u202f", " ")
    assert visits(world) == {}
    done = browser.send(WHERE, **fields | {"act": "keep_and_import"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{WHERE}?importe=1&logiciel=Ogust")
    assert visits(world) == {"X1": ("S1:A", 60), "X2": ("S1:B", 45)}
    following = send(browser, NEXT, "planning_2026-03-23.csv")
    page = read(following.text)
    assert following.status_code == 200
    assert "Ogust" in page.text()
    assert not [one for one in page.all("form") if one["class"] == "matching"]
    preview = next(one for one in page.all("section") if one["aria-labelledby"] == "preview")
    hidden = {one["name"]: one["value"] for one in preview.all("input") if one["type"] == "hidden"}
    assert browser.send(WHERE, **hidden, act="import").status_code == 303
    assert visits(world) == {"X1": ("S1:A", 60), "X2": ("S1:B", 45), "X4": ("S1:A", 60), "X5": ("S1:B", 45)}


def test_a_new_code_in_a_known_file_leads_back_to_its_one_question(world: World) -> None:
    """What was answered before stands; the one thing open is the new code."""
    browser = Browser(world, M)
    _, fields = answered(browser, world)
    browser.send(WHERE, **fields | {"act": "keep"})
    refused = read(send(browser, NEXT.replace("Ménage", "Repas")).text)
    form = next(one for one in refused.all("form") if one.all("button")[-1]["value"] == "match")
    hidden = {one["name"]: one["value"] for one in form.all("input") if one["type"] == "hidden"}
    page = read(browser.send(WHERE, **hidden, act="match").text)
    alert = next(one for one in page.all("div") if one["role"] == "alert")
    assert [one["href"] for one in alert.all("a")] == [f"#{code_of(page, 'Repas')}"]
    assert fields_of(page)[code_of(page, "dupont")] == "S1:B"
    again = fields_of(page) | {code_of(page, "Repas"): "essentiel", "act": "keep_and_import"}
    assert browser.send(WHERE, **again).status_code == 303
    assert [one["id"] for one in world.get(f"{BASIN}/mappings", M)["items"]] == ["S1.ogust"]


def test_what_the_basin_says_against_it_stands_at_the_field_too(world: World) -> None:
    """A client of another service: no mapping makes her one's own."""
    browser = Browser(world, C)
    page = read(send(browser, FIRST).text)
    fields = fields_of(page) | {"source": "Ogust", "f0-visits-client_id": "=", "act": "try"}
    fields |= {"f0-visits-client_id-value": "S1:A", "f0-visits-id": "=", "f0-visits-id-value": "X1"}
    fields |= {code_of(page, one): "essentiel" for one in ("Toilette", "Ménage")}
    fields |= {"f0-visits-priority": "=", "f0-visits-priority-value": "P2"}
    answer = browser.send(WHERE, **fields)
    assert answer.status_code == 422
    assert next(one for one in read(answer.text).all("div") if one["role"] == "alert").all("li")


def test_a_source_is_forgotten_by_whoever_it_belongs_to(world: World) -> None:
    browser = Browser(world, M)
    _, fields = answered(browser, world)
    browser.send(WHERE, **fields | {"act": "keep"})
    form = browser.page(WHERE).all("main")[0].all("form")[-1]
    hidden = {one["name"]: one["value"] for one in form.all("input")}
    assert browser.send(WHERE, **hidden | {"version": "7"}, act="forget").status_code == 412
    assert browser.send(WHERE, **hidden, act="forget").status_code == 303
    assert world.get(f"{BASIN}/mappings", M)["items"] == []


def test_who_was_read_about_is_noted(world: World) -> None:
    world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Jeanne Modèle"})
    send(Browser(world, M), FIRST)
    noted = [one["details"].get("purpose") for one in world.get(f"{BASIN}/events?limit=200")["items"]]
    assert "matching" in noted
