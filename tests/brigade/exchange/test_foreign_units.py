"""Lengths and hours that other programs write as bare numbers, in two more invented exports read value by
value: a CSV of remote clocking (télégestion) in decimal hours, and a planning kept by hand in a workbook."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from brigade.errors import Refused
from brigade.exchange.mapping.mapping_document import mapping_from_json, mapping_text, read_mapping
from brigade.exchange.reading import read_any
from brigade.exchange.sheets.clocks import read_minutes
from tests.brigade.exchange.test_foreign_exports import MAPPING, visits
from tests.cli import brigade
from tests.faults.base import tables
from tests.sayings import refusals

START: dict[str, Any] = {"headers": ["Date prévue", "Heure prévue"], "unit": "h"}
CLOCKING: dict[str, Any] = MAPPING | {
    "source": "Télégestion",
    "tables": [
        {
            "table": "interventions",
            "file": "passages*",
            "columns": {
                "identifiant": {"headers": ["Réf. passage"]},
                "personne": {
                    "headers": ["Bénéf."],
                    "codes": {"0101": "S1:A", "0102": "S1:B", "0207": "S2:C"},
                },
                "durée_min": {"headers": ["Durée (h)"], "unit": "h"},
                "priorité": {"headers": ["Urg."], "codes": {"A": "P1", "B": "P2", "": "P3"}},
                "nature": {"headers": ["Prest."], "codes": {"AVQ": "essentiel", "MEN": "ordinaire"}},
                "compétences_requises": {"headers": ["Prest."], "codes": {"AVQ": "UPKEEP", "MEN": ""}},
                "début_prévu": START,
            },
        },
        {
            "table": "horaires",
            "file": "passages*",
            "columns": {
                "intervention": {"headers": ["Réf. passage"]},
                "au_plus_tôt": START,
                "au_plus_tard": START,
            },
        },
    ],
    "ignored": ["Badgé"],
}
PASSAGES = (
    "Réf. passage;Date prévue;Heure prévue;Durée (h);Bénéf.;Prest.;Urg.;Badgé\r\n"
    "P1;09/03/2026;8,5;1,5;0101;AVQ;A;non\r\n"
    "P2;09/03/2026;14;2;0102;MEN;;non\r\n"
    "P3;09/03/2026;9,25;0,33;0207;AVQ;B;non\r\n"
    "P4;09/03/2026;17h45;0:45;0101;AVQ;B;non\r\n"
    "Total;;;4,58;;;;\r\n"
)
EXPECTED = [
    ("P1", "S1:A", 90, "P1", "essential", ["UPKEEP"], "08:30"),
    ("P2", "S1:B", 120, "P3", "ordinary", [], "14:00"),
    ("P3", "S2:C", 20, "P2", "essential", ["UPKEEP"], "09:15"),
    ("P4", "S1:A", 45, "P2", "essential", ["UPKEEP"], "17:45"),
]


def clocking(folder: Path, text: str = PASSAGES) -> Path:
    """The export in cp1252, among tables of ours."""
    place = tables(folder)
    for name in ("interventions", "horaires", "liens", "roulements", "roulements_reçus"):
        (place / f"{name}.csv").unlink()
    (place / "passages_0903.csv").write_bytes(text.encode("cp1252"))
    return place


def test_decimal_hours_of_lengths_and_of_the_clock(tmp_path: Path) -> None:
    """A cell that says its unit keeps it; 0,33 h is twenty minutes; the total adds up to the hundredth of an
    hour."""
    found = read_any(clocking(tmp_path), mapping=mapping_from_json(CLOCKING))
    assert visits(found) == EXPECTED
    assert all(one.planned_start == one.windows[0].earliest for one in found.visits)


@pytest.mark.parametrize(
    ("old", "new", "code", "met"),
    [
        ("8,5;1,5", "24;1,5", "C104", "09/03/2026 24"),
        ("8,5;1,5", "-8,5;1,5", "C104", "09/03/2026 -8,5"),
        ("8,5;1,5", "8,5;-1,5", "C102", "-1,5 h"),
        ("8,5;1,5", "8,5;une", "C102", "une"),
        ("4,58", "4,08", "C119", "4,08 h"),
    ],
)
def test_what_a_unit_does_not_make_readable_is_told(
    old: str, new: str, code: str, met: str, tmp_path: Path
) -> None:
    assert old in PASSAGES
    with pytest.raises(Refused) as refused:
        read_any(clocking(tmp_path, PASSAGES.replace(old, new, 1)), mapping=mapping_from_json(CLOCKING))
    assert [issue for issue in refusals(refused) if issue.code == code and met in issue.what], refusals(
        refused
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1,5 h", 90), ("0,33 h", 20), ("1.6667 h", 100), ("0,1 h", 6), ("0,34 h", 20.4)],
)
def test_hundredths_of_hours_are_whole_minutes_where_one_is_meant(text: str, minutes: float) -> None:
    assert read_minutes(text) == pytest.approx(minutes)


def test_seconds_are_counted_too(tmp_path: Path) -> None:
    mapping: dict[str, Any] = json.loads(json.dumps(CLOCKING))
    mapping["tables"][0]["columns"]["durée_min"]["unit"] = "s"
    text = (
        PASSAGES.replace("8,5;1,5", "8,5;5400")
        .replace(";2;", ";7200;")
        .replace("0,33", "1200")
        .replace("4,58", "4:35")
    )
    assert visits(read_any(clocking(tmp_path, text), mapping=mapping_from_json(mapping))) == EXPECTED


@pytest.mark.parametrize(
    ("column", "how", "code", "where"),
    [
        (
            "durée_min",
            {"headers": ["Durée (h)"], "unit": "jours"},
            "D104",
            "tables[0].columns.durée_min.unit",
        ),
        ("priorité", {"headers": ["Urg."], "unit": "h"}, "M111", "tables[0].columns.priorité.unit"),
        (
            "début_prévu",
            {"headers": ["Date prévue"], "unit": "s"},
            "M111",
            "tables[0].columns.début_prévu.unit",
        ),
        ("durée_min", {"value": "1", "unit": "h"}, "M104", "tables[0].columns.durée_min"),
        (
            "durée_min",
            {"headers": ["Durée (h)"], "codes": {"1": "60"}, "unit": "h"},
            "M104",
            "tables[0].columns.durée_min",
        ),
    ],
)
def test_a_unit_is_checked_like_any_input(column: str, how: dict[str, Any], code: str, where: str) -> None:
    mapping: dict[str, Any] = json.loads(json.dumps(CLOCKING))
    mapping["tables"][0]["columns"][column] = how
    with pytest.raises(Refused) as refused:
        mapping_from_json(mapping)
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [(code, where)]


def test_units_are_written_as_they_were_read() -> None:
    assert json.loads(mapping_text(mapping_from_json(CLOCKING))) == CLOCKING


# -- a planning of the hand, in a workbook -----------------------------------------------------------------
NAMES = {"DUPONT Marie": "W1", "LE GALL Zoé": "W2"}
PLANNING: dict[str, Any] = MAPPING | {
    "source": "Planning à la main",
    "tables": [
        {
            "table": "disponibilités",
            "file": "Planning*",
            "columns": {
                "intervenant": {"headers": ["Salariée"], "codes": NAMES},
                "début": {"headers": ["Jour", "De"]},
                "fin": {"headers": ["Jour", "À"]},
            },
        },
    ],
    "ignored": ["Remarque"],
}


def planning(folder: Path) -> Path:
    """A title over the whole width, a name merged over two rows, the day merged over all, hours as 08h30."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Planning mars"
    for row in (
        ["PLANNING DE LA SEMAINE 11"],
        [],
        ["Jour", "Salariée", "De", "À", "Remarque"],
        [date(2026, 3, 9), "DUPONT Marie", "08h30", "12h00", "vue le 2"],
        [None, None, "14h", "18h30", None],
        [None, "Le Gall  Zoé", "07h00", "20h15", None],
    ):
        sheet.append(row)
    for block in ("A1:E1", "A4:A6", "B4:B5"):
        sheet.merge_cells(block)
    sheet["A4"].number_format = "dd/mm/yyyy"
    for path in sorted(tables(folder).glob("*.csv")):
        if path.stem != "disponibilités":
            ours = book.create_sheet(path.stem)
            for line in path.read_text("utf-8-sig").splitlines():
                ours.append(line.split(";"))
    place = folder / "planning.xlsx"
    book.save(place)
    return place


def test_a_planning_of_the_hand_fills_the_hours_of_workers(tmp_path: Path) -> None:
    found = read_any(planning(tmp_path), mapping=mapping_from_json(PLANNING))
    hours = {one.id: [(each.start, each.end) for each in one.availability] for one in found.workers}
    assert hours == {"W1": [(510, 720), (840, 1110)], "W2": [(420, 1215)]}


def test_a_name_that_no_code_tells_is_a_fault_at_its_row(tmp_path: Path) -> None:
    mapping: dict[str, Any] = json.loads(json.dumps(PLANNING))
    del mapping["tables"][0]["columns"]["intervenant"]["codes"]["LE GALL Zoé"]
    with pytest.raises(Refused) as refused:
        read_any(planning(tmp_path), mapping=mapping_from_json(mapping))
    told = [(issue.code, issue.where) for issue in refusals(refused)]
    assert ("M110", "planning.xlsx, feuille « Planning mars », ligne 6, colonne « Salariée »") in told


# -- the guided command ------------------------------------------------------------------------------------
def guided(folder: Path, header: str, lengths: tuple[str, ...], *options: str) -> str | None:
    """The unit that the guided command writes for lengths under a header."""
    export, out = folder / "passages.csv", folder / "m.json"
    lines = [
        f"N°;Date;Heure;{header};Client;Nature",
        *(f"V{n};09/03/2026;8h;{one};C1;essentiel" for n, one in enumerate(lengths)),
    ]
    export.write_text("\n".join(lines), encoding="utf-8")
    answer = brigade(
        *("mapping", export, "-o", out, "--source", "X", "--yes", "--table", "passages=interventions"),
        *("--column", "interventions.priorité==P2", *options),
    )
    assert answer.code == 0, answer.out + answer.err
    return read_mapping(out).tables[0].columns["durée_min"].unit


@pytest.mark.parametrize(
    ("header", "lengths", "unit"),
    [
        ("Durée", ("1,5", "2"), "h"),
        ("Durée (h)", ("1", "20"), "h"),
        ("Durée (s)", ("5400",), "s"),
        ("Durée", ("1", "2"), "h"),
        ("Durée", ("45", "90"), None),
        ("Durée", ("1h30", "0:45"), None),
        ("Durée (min)", ("7,5", "8"), None),
        ("Durée", ("10", "5"), None),
    ],
)
def test_a_unit_is_proposed_from_the_header_and_the_numbers(
    header: str, lengths: tuple[str, ...], unit: str | None, tmp_path: Path
) -> None:
    assert guided(tmp_path, header, lengths) == unit


def test_an_option_answers_the_question_of_the_unit(tmp_path: Path) -> None:
    assert guided(tmp_path, "Durée", ("10", "5"), "--unit", "interventions.durée_min=h") == "h"
    assert guided(tmp_path, "Durée", ("1", "2"), "--unit", "interventions.durée_min=min") is None


def test_the_question_of_the_unit_is_put_at_the_terminal(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from scenarios.cli.main import app

    export, out = tmp_path / "passages.csv", tmp_path / "m.json"
    export.write_text(
        "N°;Date;Heure;Durée;Client;Nature\nV1;09/03/2026;8,5;1,5;C1;essentiel\n", encoding="utf-8"
    )
    args = ["mapping", str(export), "-o", str(out), "--source", "X", "--table", "passages=interventions"]
    for column in ("identifiant=N°", "personne=Client", "durée_min=Durée", "priorité==P2", "nature=Nature"):
        args += ["--column", f"interventions.{column}"]
    args += ["--column", "interventions.début_prévu=Date+Heure"]
    result = CliRunner().invoke(app, args, input="min\nh\n" + "\n" * 20, env={"BRIGADE_LANG": ""})
    assert result.exit_code == 0, result.output
    columns = read_mapping(out).tables[0].columns
    assert (columns["durée_min"].unit, columns["début_prévu"].unit) == (None, "h")
