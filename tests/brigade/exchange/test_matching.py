"""A file matched to our columns by answers of a form: what is asked, what is kept, which mapping reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.exchange.mapping.column_questions import ColumnMatch
from brigade.exchange.mapping.form_answers import FormAnswers, KeptAnswers
from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.mapping.matching import match_columns, recognized
from tests.brigade.exchange.test_foreign_exports import CLOCKED, OGUST, PLANNING, XIMI

KEPT = mapping_from_json(OGUST)


@pytest.fixture
def planning(tmp_path: Path) -> Path:
    return written(tmp_path, "planning_2026-03-09", PLANNING)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_bytes(text.encode("cp1252"))
    return path


def open_at(match: ColumnMatch) -> list[str]:
    return [f"{one.issue.code} {one.at}".partition("-code-")[0] for one in match.issues]


def test_what_is_proposed_and_what_is_open(planning: Path) -> None:
    """Toilette and TOILETTE are one code: three are asked, and the priority that nothing tells."""
    match = match_columns(planning, "Ogust", FormAnswers())
    assert open_at(match) == ["M105 f0-visits-priority", *["M110 f0-visits-act_class"] * 2]
    (file,) = match.files
    assert [one.value for one in file.keeps if not one.is_kept] == ["Annulée"]
    assert [len(one.codes) for one in file.columns if one.column == "act_class"] == [2]
    assert {one["file"] for one in match.mapping["tables"]} == {"*"}


def test_a_kept_mapping_answers_all(planning: Path) -> None:
    match = match_columns(planning, "Ogust", FormAnswers(kept=KeptAnswers(KEPT)))
    assert open_at(match) == []
    made = match.mapping["tables"][0]["columns"]
    assert made["compétences_requises"] == OGUST["tables"][0]["columns"]["compétences_requises"]
    assert made["priorité"] == {"value": "P2"}


def test_a_renamed_header_is_asked_again_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, "planning", PLANNING.replace("Durée", "Temps passé"))
    match = match_columns(path, "Ogust", FormAnswers(kept=KeptAnswers(KEPT)))
    assert [one for one in open_at(match) if one.startswith("M105")] == ["M105 f0-visits-duration_min"]


def test_ids_that_are_none_of_ours_are_asked_by_name(planning: Path) -> None:
    known = {"clients": {"S1:A": "01 Martin", "S1:B": "Petit", "S2:C": "Petit"}}
    match = match_columns(planning, "Ogust", FormAnswers(known=known))
    (asked,) = [one for one in match.files[0].columns if one.column == "client_id"]
    assert [(one.theirs, one.answer) for one in asked.codes] == [
        ("MARTIN-01", "S1:A"),
        ("Petit-02", ""),
        ("ROUX-03", ""),
    ]
    assert open_at(match).count("M110 f0-visits-client_id") == 2


def test_codes_are_looked_for_in_every_row(tmp_path: Path) -> None:
    """The one other code stands in row 301."""
    rows = [f"V{n};09/03/2026;08h30;1h00;A;Toilette;Planifiée;" for n in range(299)]
    text = "\r\n".join([PLANNING.splitlines()[1], *rows, "V300;09/03/2026;09h;1h;A;Ménage;Planifiée;"])
    match = match_columns(written(tmp_path, "planning", text), "Ogust", FormAnswers())
    (asked,) = [one for one in match.files[0].columns if one.column == "act_class"]
    assert [one.theirs for one in asked.codes] == ["Toilette", "Ménage"]


def test_the_source_of_a_file_is_known_by_its_headers(planning: Path, tmp_path: Path) -> None:
    mappings = [mapping_from_json(XIMI), KEPT]
    assert recognized(planning, mappings).mappings == [1]
    assert recognized(written(tmp_path, "tele", CLOCKED), mappings).mappings == []
    ours = written(tmp_path, "salariés", "identifiant;saad\r\nA-1;S1\r\n")
    assert recognized(ours, mappings).is_ours
