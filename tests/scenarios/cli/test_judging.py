"""`check` and `validate`: what a plan breaks, told for people and for machines; hand-made plans timed
again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import InvalidPlan, Refused
from brigade.exchange.documents.plan_document import plan_to_json, read_plan
from brigade.exchange.reports.stops_csv import stops_csv
from brigade.timing.plan_timing import retime
from scenarios.catalogue.make import cases
from scenarios.cli.console.handmade import is_table, orders_from, sheet_orders
from tests.cli import brigade, plan_file, sound_file
from tests.faults.base import sound
from tests.sayings import refusals
from tests.spreadsheets import Sheet, Typed, changed, with_title, write_ods, write_xlsx

LAWFUL = {("W1", 0): ["V1", "V2"], ("W2", 0): ["V3"]}
"""V2 begins one to four hours after V1, which it goes with, and is not for W2."""


def lawful_plan() -> Any:
    return plan_to_json(sound(), retime(sound(), LAWFUL).plan)


def test_a_sound_problem_is_summed_up(tmp_path: Path) -> None:
    answer = brigade("validate", sound_file(tmp_path), "--text")
    assert answer.code == 0
    summary, *warnings = answer.out.splitlines()
    assert (
        summary
        == "problem.json : valide. 2 intervenants, 3 interventions dont 3 à couvrir, 1 absence, 1 jour"
    )
    assert warnings[0].startswith("  ⚠ W1 : semaines passées connues, 2 sur 11")


def test_piped_the_answer_is_one_json_object(tmp_path: Path) -> None:
    answer = brigade("validate", sound_file(tmp_path))
    counts = {"workers": 2, "visits": 3, "open": 3, "absences": 1, "days": 1}
    told = dict(answer.json)
    warnings = told.pop("warnings")
    assert told == {"command": "validate", "exit_code": 0, **counts}
    assert warnings[0]["code"] == "unknown_weeks"
    assert warnings[0]["values"] == {"worker": "W1", "rules": ["MAX_AVG_12W"], "known": 2, "needed": 11}
    assert warnings[0]["sentence"].startswith("W1 : semaines passées connues, 2 sur 11")


def test_a_lawful_plan_is_said_so(tmp_path: Path) -> None:
    answer = brigade("check", sound_file(tmp_path), plan_file(tmp_path, lawful_plan()), "--text")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "plan.json : aucune règle enfreinte, 3 interventions couvertes, 0 non couverte\n"


def test_a_broken_rule_is_told_with_exit_code_one(tmp_path: Path) -> None:
    answer = brigade("check", sound_file(tmp_path), plan_file(tmp_path), "--text", "--lang", "en")
    assert answer.code == 1
    assert answer.out.splitlines()[0] == "plan.json: 1 rule broken"
    assert "ASSIGNMENT" in answer.out


def test_a_broken_rule_carries_its_values_for_machines(tmp_path: Path) -> None:
    (violation,) = brigade("check", sound_file(tmp_path), plan_file(tmp_path)).json["violations"]
    assert violation["rule"] == "ASSIGNMENT"
    assert violation["reason"] == {"code": "assignment_together", "values": {"other": "V2", "visit": "V1"}}
    assert violation["sentence"].startswith("V1 va avec V2")


def test_a_plan_of_another_problem_is_refused_unless_asked(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, {**lawful_plan(), "problem_digest": "sha256:" + "0" * 64})
    problem = sound_file(tmp_path)
    assert brigade("check", problem, plan).issues[0]["code"] == "L101"
    assert brigade("check", problem, plan, "--other-problem").code == 0


# -- timed again -------------------------------------------------------------------------------------------
def moved_by_hand() -> Any:
    """V3 dragged behind V2 at W1, its times left as they were: what an editor of plans leaves behind."""
    document = lawful_plan()
    first, second = document["routes"]
    first["stops"].append(second["stops"].pop())
    document["routes"] = [first]
    return document


def test_a_plan_edited_by_hand_is_timed_again(tmp_path: Path) -> None:
    problem, plan = sound_file(tmp_path), plan_file(tmp_path, moved_by_hand())
    assert brigade("check", problem, plan).code == 1
    answer = brigade("check", problem, plan, "--retime", "-o", tmp_path / "again.json")
    orders = {("W1", 0): ["V1", "V2", "V3"]}
    assert read_plan(tmp_path / "again.json", sound()).routes == retime(sound(), orders).plan.routes
    assert (answer.code, answer.json["violations"], answer.json["untimed"]) == (0, [], [])


def test_the_rule_that_a_hand_breaks_is_named(tmp_path: Path) -> None:
    """V2 does not want W2."""
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Intervenant(e);Intervention\nW1;V1\nW2;V2\nW2;V3\n", "utf-8")
    answer = brigade("check", sound_file(tmp_path), sheet, "--retime")
    assert "FORBIDDEN_PAIR" in {one["rule"] for one in answer.json["violations"]}


def test_an_order_that_no_time_can_hold_is_told(tmp_path: Path) -> None:
    """The afternoon tour begins at 14:00: behind two visits of an hour, V1 is too late for its last start at
    15:30."""
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Worker;Tour;Visit\nW1;2;V3\nW1;2;V2\nW1;2;V1\n", "utf-8")
    answer = brigade("check", sound_file(tmp_path), sheet, "--retime", "--text")
    assert answer.code == 1
    assert "T101" in answer.out


def test_the_spreadsheet_that_solve_writes_is_read_back(tmp_path: Path) -> None:
    plan = retime(sound(), LAWFUL).plan
    for lang in ("fr", "en"):
        sheet = tmp_path / f"{lang}.csv"
        sheet.write_bytes(stops_csv(sound(), plan, lang, excel=True).encode())
        made = tmp_path / "again.json"
        brigade("check", sound_file(tmp_path), sheet, "--retime", "-o", made)
        assert read_plan(made, sound()).routes == plan.routes


def saved_by_excel(folder: Path) -> Path:
    """Semicolons, cp1252, French dates, blank rows under the last."""
    text = stops_csv(sound(), retime(sound(), LAWFUL).plan).replace("2026-03-09", "09/03/2026")
    (folder / "stops.csv").write_bytes((text + ";;;;\r\n" * 2).encode("cp1252"))
    return folder / "stops.csv"


def saved_as_workbook(folder: Path) -> Path:
    """A title, the sheet of stops, and a sheet of notes beside it."""
    return write_xlsx([_stops_sheet(), Sheet("Notes", [[Typed("à relire")]])], folder / "stops.xlsx")


def saved_as_opendocument(folder: Path) -> Path:
    return write_ods([_stops_sheet()], folder / "stops.ods")


def _stops_sheet() -> Sheet:
    rows = list(csv.reader(StringIO(stops_csv(sound(), retime(sound(), LAWFUL).plan)), delimiter=";"))
    cells = [[Typed(int(text) if text.isdigit() else text or None) for text in row] for row in rows]
    return with_title(Sheet("Étapes", cells), "Tournées du lundi")


@pytest.mark.parametrize("save", [saved_by_excel, saved_as_workbook, saved_as_opendocument])
def test_stops_saved_by_a_spreadsheet_are_the_same_stops(
    save: Callable[[Path], Path], tmp_path: Path
) -> None:
    orders = sheet_orders(save(tmp_path))
    assert orders == LAWFUL


def test_stops_with_an_error_cell_or_in_two_sheets_are_refused(tmp_path: Path) -> None:
    stops = _stops_sheet()
    with pytest.raises(Refused) as refused:
        sheet_orders(write_xlsx([stops, replace(stops, name="Copie")], tmp_path / "deux.xlsx"))
    assert [issue.code for issue in refusals(refused)] == ["O104"]
    stops.rows[4][1] = Typed("#N/A")
    with pytest.raises(Refused) as refused:
        sheet_orders(write_xlsx([stops], tmp_path / "erreur.xlsx"))
    assert [issue.code for issue in refusals(refused)] == ["C116"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("stops.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "O102"),
        ("stops.txt", b"W1 V1\n", "O102"),
    ],
)
def test_stops_of_another_kind_are_refused_by_name(
    name: str, content: bytes, code: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        is_table(tmp_path / name)
    assert [issue.code for issue in refusals(refused)] == [code]


def test_what_an_input_held_beside_its_tables_is_said(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda book: book.create_sheet("Feuil1"))
    answer = brigade("validate", path, "--text")
    assert (answer.code, answer.err.count("\n")) == (0, 1)
    assert "« Feuil1 » : aucune cellule remplie" in answer.err
    assert [remark["code"] for remark in brigade("validate", path).json["remarks"]] == ["C202"]


def test_rows_follow_their_order_column(tmp_path: Path) -> None:
    sheet, made = tmp_path / "orders.csv", tmp_path / "again.json"
    sheet.write_text("Stop,Worker,Visit\n2,W1,V2\n1,W2,V3\n1,W1,V1\n\n", "utf-8")
    brigade("check", sound_file(tmp_path), sheet, "--retime", "-o", made)
    assert read_plan(made, sound()).routes == retime(sound(), LAWFUL).plan.routes


@pytest.mark.parametrize(
    ("text", "place", "met"),
    [
        ("Intervenant(e);Heure\nW1;08:00\n", "ligne 1", "colonne absente"),
        ("Intervenant(e);Intervention\nW1;\n", "ligne 2", "cellule vide"),
        ("Intervenant(e);Intervention;Tournée\nW1;V1;un\n", "ligne 2", "« un »"),
        ("Intervenant(e);Intervention;Tournée\nW1;V1;0\n", "ligne 2", "« 0 »"),
        ("Intervenant(e);Intervention\nW9;V1\n", "W9", "« W9 » : identifiant inconnu"),
        ("Intervenant(e);Intervention\nW1;V9\n", "V9", "« V9 » : identifiant inconnu"),
        ("Intervenant(e);Intervention;Tournée\nW2;V1;7\n", "W2", "disponibilité n° 6"),
        ("", "orders.csv", "fichier vide"),
    ],
)
def test_a_spreadsheet_with_faults_is_refused(text: str, place: str, met: str, tmp_path: Path) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text(text, "utf-8")
    answer = brigade("check", sound_file(tmp_path), sheet, "--retime")
    assert answer.code == 2
    assert any(place in issue["where"] and met in issue["what"] for issue in answer.issues), answer.issues


def test_a_spreadsheet_needs_to_be_timed(tmp_path: Path) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Intervenant(e);Intervention\nW1;V1\n", "utf-8")
    answer = brigade("check", sound_file(tmp_path), sheet)
    assert (answer.code, answer.issues[0]["hint"]) == (2, "ajouter --retime")


def test_a_visit_given_twice_breaks_a_rule(tmp_path: Path) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Intervenant(e);Intervention\nW1;V1\nW2;V3\nW1;V3\nW1;V2\n", "utf-8")
    answer = brigade("check", sound_file(tmp_path), sheet, "--retime")
    assert answer.code == 1
    assert "ASSIGNMENT" in {one["rule"] for one in answer.json["violations"]}


def test_a_pinned_visit_keeps_its_start_when_timed_again(tmp_path: Path) -> None:
    pinned = {**lawful_plan(), "pinned": ["V3"]}
    pinned["routes"][1]["stops"][0] |= {
        "start": "2026-03-09T12:00:00+01:00",
        "end": "2026-03-09T13:00:00+01:00",
    }
    made = tmp_path / "again.json"
    brigade("check", sound_file(tmp_path), plan_file(tmp_path, pinned), "--retime", "-o", made)
    found = json.loads(made.read_text("utf-8"))
    assert found["pinned"] == ["V3"]
    assert found["routes"][1]["stops"][0]["start"][11:16] == "12:00"


def test_stops_of_another_program_are_read_by_its_mapping(tmp_path: Path) -> None:
    """Their headers, their codes and a column nobody needs; the problem beside it is a document of ours."""
    sheet = tmp_path / "tournees.csv"
    sheet.write_text("Salarié;N° passage;Prestation;Note\n12;1;V1;x\n12;2;V2;\n15;1;V3;\n", "utf-8")
    columns = {
        "intervenant": {"headers": ["Salarié"], "codes": {"12": "W1", "15": "W2"}},
        "ordre": {"headers": ["N° passage"]},
        "intervention": {"headers": ["Prestation"]},
    }
    told = {"table": "étapes", "file": "tournees", "columns": columns}
    mapping = tmp_path / "mapping.json"
    head = {"format": "brigade-mapping", "version": 1, "source": "Tournées", "ignored": ["Note"]}
    mapping.write_text(json.dumps({**head, "tables": [told]}), "utf-8")
    made = tmp_path / "again.json"
    answer = brigade("check", sound_file(tmp_path), sheet, "--retime", "--mapping", mapping, "-o", made)
    assert (answer.code, answer.json["violations"]) == (0, [])
    assert read_plan(made, sound()).routes == retime(sound(), LAWFUL).plan.routes
    sheet.write_text("Salarié;N° passage;Prestation;Note\n12;1;V1;x\n99;2;V2;\n", "utf-8")
    refused = brigade("check", sound_file(tmp_path), sheet, "--retime", "--mapping", mapping)
    assert [(one["code"], one["where"]) for one in refused.json["issues"]] == [
        ("M110", "tournees.csv, ligne 3, colonne « Salarié »")
    ]


def test_a_sheet_of_stops_says_who_has_which_vehicle(tmp_path: Path) -> None:
    """What `solve --stops` writes is timed again with the vehicles it names; an unknown one is refused."""
    case = next(one for one in cases() if one.name == "shared_car")
    plan = retime(case.driven, case.lawful).plan
    path = tmp_path / "arrêts.csv"
    path.write_text(stops_csv(case.problem, plan), "utf-8")
    again = orders_from(path, case.problem, retime=True, same_problem=True)
    assert again.plan.routes == plan.routes
    path.write_text(stops_csv(case.problem, plan).replace("CLIO", "CLIA"), "utf-8")
    with pytest.raises(InvalidPlan) as refused:
        orders_from(path, case.problem, retime=True, same_problem=True)
    assert [one.code for one in refused.value.issues] == ["K104"]
