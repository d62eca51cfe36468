"""Exports of other programs by a mapping that the service keeps: read, refused and scoped as everything that
comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.imports.uploads import CSV, XLSX, ZIP
from api.persons import erasing
from api.runtime.roles import Role
from brigade.errors import Refused
from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.reading import read_any
from tests.api.conftest import World, world_on
from tests.api.provoking import zipped
from tests.api.small_basin import BASIN
from tests.brigade.exchange.test_foreign_exports import (
    CLOCKED,
    EXPECTED,
    OGUST,
    PLANNING,
    XIMI,
    ogust,
    visits,
    ximi,
)
from tests.faults.base import sound
from tests.sayings import refusals

A, C, M, W, E, F = Role


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two services' words are one: what is read asks nothing of the database but the mapping."""
    folder = tmp_path_factory.mktemp("mappings")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    for id, mapping in (("ogust", OGUST), ("ximi", XIMI)):
        assert world.ask(C, "PUT", f"{BASIN}/mappings/{id}", mapping).status_code == 201
    return world


def send(world: World, body: bytes, media: str, query: str, role: Role = C) -> Any:
    headers = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/imports?{query}", content=body, headers=headers)


def test_two_exports_come_in_by_their_mappings_without_a_wrong_value(here: World, tmp_path: Path) -> None:
    """The same files as on the command line, value by value: three visits of the one, three of the other."""
    place = ogust(tmp_path)
    assert visits(read_any(place, mapping=mapping_from_json(OGUST))) == EXPECTED
    told = send(here, zipped(place), ZIP, "mapping=ogust")
    assert told.status_code == 200, told.text
    assert {**told.json()["created"], **told.json()["changed"]}["visits"] >= 1
    assert {remark["code"] for remark in told.json()["remarks"]} == {"M201", "C204"}
    workbook = send(here, ximi(tmp_path).read_bytes(), XLSX, "mapping=ximi")
    assert workbook.status_code == 200, workbook.text
    assert workbook.json()["created"]["visits"] == 3


def test_what_does_not_fit_is_told_as_the_command_line_tells_it(here: World, tmp_path: Path) -> None:
    """An unknown code, an unknown status, a header that has changed: the same codes, places and words, all at
    once."""
    text = PLANNING.replace("Ménage;planifiée", "Repassage;planifiée").replace(
        ";Planifiée;clé", ";À confirmer;clé"
    )
    place = ogust(tmp_path, text.replace("Commentaire", "Remarque"))
    with pytest.raises(Refused) as refused:
        read_any(place, mapping=mapping_from_json(OGUST))
    told = send(here, zipped(place), ZIP, "mapping=ogust")
    issues = [(one["code"], one["where"], one["what"], one["hint"]) for one in told.json()["issues"]]
    assert issues == [(one.code, one.where, one.what, one.hint) for one in refusals(refused)]
    assert {code for code, *_ in issues} >= {"M107", "M109", "M110"}


def test_a_mapping_is_judged_when_it_is_written(here: World) -> None:
    """Whole, as by the command line: a table that is none of ours, and a column that nothing fills."""
    wrong = {
        **OGUST,
        "tables": [{"table": "visites", "file": "x"}, {"table": "salariés", "file": "y", "columns": {}}],
    }
    told = here.ask(C, "PUT", f"{BASIN}/mappings/faux", wrong)
    codes = [(one["code"], one["where"]) for one in told.json()["issues"]]
    assert (told.status_code, codes[0], {code for code, _ in codes[1:]}) == (
        422,
        ("M102", "tables[0].table"),
        {"M105"},
    )
    assert here.ask(C, "PUT", f"{BASIN}/mappings/faux", {**OGUST, "version": 2}).json()["code"] == "D008"
    assert send(here, b"a;b\n", CSV, "mapping=faux").status_code == 404


def test_a_managers_mapping_is_that_providers_alone(world: World) -> None:
    assert world.ask(M, "PUT", f"{BASIN}/mappings/mien", OGUST).status_code == 201
    assert world.ask(C, "PUT", f"{BASIN}/mappings/commun", OGUST).status_code == 201
    assert [one["id"] for one in world.get(f"{BASIN}/mappings", M)["items"]] == ["mien"]
    assert [one["id"] for one in world.get(f"{BASIN}/mappings", C)["items"]] == ["commun", "mien"]
    assert world.get(f"{BASIN}/mappings/mien", M)["value"]["source"] == "Ogust"
    assert world.ask(M, "GET", f"{BASIN}/mappings/commun").status_code == 404
    taken = world.ask(M, "PUT", f"{BASIN}/mappings/commun", OGUST)
    assert (taken.status_code, taken.json()["code"]) == (409, "A202")
    for role in (W, E, F):
        assert world.ask(role, "PUT", f"{BASIN}/mappings/autre", OGUST).status_code == 403
        assert world.get(f"{BASIN}/mappings", role)["items"] == []


def test_names_in_a_mapping_are_sealed_noted_when_read_and_forgotten_with_the_person(world: World) -> None:
    """What a mapping translates may be people's names: no column of the database holds them in clear."""
    codes = {"Zénobie Marquée": "S1:A", "Autre": "S1:B"}
    columns = {"identifiant": {"headers": ["N°"]}, "personne": {"headers": ["Client"], "codes": codes}}
    columns |= {"durée_min": {"value": "1"}, "priorité": {"value": "P2"}, "nature": {"value": "essentiel"}}
    mapping = {**OGUST, "tables": [{"table": "interventions", "file": "x", "columns": columns}]}
    assert world.ask(C, "PUT", f"{BASIN}/mappings/noms", mapping).status_code == 201
    file = Path(world.service.database.url.removeprefix("sqlite:///"))
    if file.exists():
        held = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
        assert "Zénobie".encode() not in held
        assert json.dumps("Zénobie").encode() not in held
    assert "Zénobie Marquée" in json.dumps(world.get(f"{BASIN}/mappings/noms")["value"], ensure_ascii=False)
    actions = [one["action"] for one in world.get(f"{BASIN}/events")["items"] if one["kind"] == "mappings"]
    assert actions == ["mappings.created", "mappings.read"]
    assert world.ask(C, "POST", f"{BASIN}/clients/S1:A/erasure", {"confirm": "S1:A"}).status_code == 202
    assert erasing.rewrite(world.service) == 1
    (table,) = world.get(f"{BASIN}/mappings/noms")["value"]["tables"]
    assert table["columns"]["personne"]["codes"] == {"Autre": "S1:B"}


def test_one_table_alone_is_a_csv_called_by_its_name(here: World) -> None:
    """Without its name nobody knows which table it is."""
    assert sound().employees
    nameless = send(here, b"identifiant;saad\nA-1;S1\n", CSV, "")
    assert "C003" in {one["code"] for one in nameless.json()["issues"]}
    outside = send(here, b"x", CSV, "name=..%2Fetc%2Fpasswd")
    assert (outside.status_code, outside.json()["code"]) == (422, "D109")


def propose(world: World, body: bytes, media: str, query: str, role: Role = C) -> Any:
    headers = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/mappings/proposals?{query}", content=body, headers=headers)


def test_a_mapping_is_proposed_from_an_example_told_what_is_open_and_kept(
    here: World, tmp_path: Path
) -> None:
    """Clock-ins whose status is the program's own: it is asked for; answered, the proposal is PUT as it is.
    As on the command line, word for word."""
    found = propose(here, CLOCKED.encode(), CSV, "source=T%C3%A9l%C3%A9+3000&name=tele.csv", M).json()
    assert [(one["code"], "OK" in one["what"] or "ABS" in one["what"]) for one in found["open"]] == [
        ("M110", True)
    ] * 2
    (table,) = found["mapping"]["tables"]
    assert (table["table"], table["columns"]["début"]) == ("pointages", {"headers": ["Date", "Arrivée"]})
    table["columns"]["fait"]["codes"] = {"OK": "oui", "ABS": "non"}
    assert here.ask(M, "PUT", f"{BASIN}/mappings/propose", found["mapping"]).status_code == 201
    planning = propose(here, zipped(ogust(tmp_path)), ZIP, "source=Ogust")
    assert planning.status_code == 200, planning.text
    assert {one["code"] for one in planning.json()["open"]} <= {"M105", "M110"}
    plain = propose(here, b"Nom;Agence\nA-1;S1\n", CSV, "source=Paie&tables=salari%C3%A9s").json()["mapping"][
        "tables"
    ]
    assert [one["table"] for one in plain] == ["salari\u00e9s"]
    assert [one["id"] for one in here.get(f"{BASIN}/mappings", M)["items"]] == ["propose"], (
        "proposals are not kept"
    )


@pytest.mark.parametrize(
    ("role", "body", "media", "query", "status", "code"),
    [
        (W, CLOCKED.encode(), CSV, "source=x", 403, "A103"),
        (C, CLOCKED.encode(), "text/plain", "source=x", 422, "A306"),
        (C, CLOCKED.encode(), CSV, "name=x.csv", 422, "D101"),
        (C, b"PK no archive", ZIP, "source=x", 422, "C010"),
        (C, b"a;b\n1;2\n", CSV, "source=x&tables=visites", 422, "M102"),
    ],
)
def test_what_cannot_be_proposed_is_refused(
    here: World, role: Role, body: bytes, media: str, query: str, status: int, code: str
) -> None:
    told = propose(here, body, media, query, role)
    assert (told.status_code, told.json()["code"]) == (status, code)


def test_a_file_is_known_by_its_headers_as_the_page_knows_it(here: World) -> None:
    """Own mappings and the basin's; a stranger's file is nobody's, ours needs none."""

    def asked(body: str, name: str, role: Role = M) -> Any:
        headers = {"Authorization": f"Bearer {here.tokens[role]}", "Content-Type": CSV}
        where = f"{BASIN}/mappings/recognitions?name={name}"
        return here.client.post(where, content=body.encode(), headers=headers)

    assert asked(PLANNING, "planning.csv").json() == {"is_ours": False, "mappings": ["ogust"]}
    assert asked("Inconnu;Autre\n1;2\n", "tele.csv", C).json()["mappings"] == []
    assert asked("identifiant;saad\nA-1;S1\n", "salari%C3%A9s").json()["is_ours"] is True
    assert asked(PLANNING, "planning.csv", W).status_code == 403
