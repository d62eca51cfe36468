"""Exports of other programs, read by a mapping: two invented ones in the habits of Ogust and Ximi, value by
value."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from brigade.errors import Issue, Refused
from brigade.exchange.mapping.clock_in_tables import read_clock_ins
from brigade.exchange.mapping.mapping_document import mapping_from_json, mapping_text, read_mapping
from brigade.exchange.reading import read_any
from brigade.values.problem import Problem
from tests.cli import brigade
from tests.faults.base import tables
from tests.sayings import refusals

MAPPING: dict[str, Any] = {"format": "brigade-mapping", "version": 1}
STARTS = {"headers": ["Date", "Heure"]}
OGUST: dict[str, Any] = MAPPING | {
    "source": "Ogust",
    "tables": [
        {
            "table": "interventions",
            "file": "planning*",
            "keep": {"Statut": {"Planifiée": True, "Annulée": False}},
            "columns": {
                "identifiant": {"headers": ["N°"]},
                "personne": {
                    "headers": ["Client"],
                    "codes": {"MARTIN-01": "S1:A", "PETIT-02": "S1:B", "ROUX-03": "S2:C"},
                },
                "durée_min": {"headers": ["Durée"]},
                "priorité": {"value": "P2"},
                "nature": {
                    "headers": ["Prestation"],
                    "codes": {"Toilette": "essentiel", "Ménage": "ordinaire"},
                },
                "compétences_requises": {
                    "headers": ["Prestation"],
                    "codes": {"Toilette": "UPKEEP", "Ménage": ""},
                },
                "début_prévu": STARTS,
            },
        },
        {
            "table": "horaires",
            "file": "planning*",
            "keep": {"Statut": {"Planifiée": True, "Annulée": False}},
            "columns": {"intervention": {"headers": ["N°"]}, "au_plus_tôt": STARTS, "au_plus_tard": STARTS},
        },
    ],
    "ignored": ["Commentaire"],
}
PLANNING = (
    "Planning du 09/03/2026;;;;;;;\r\n"
    "N°;Date;Heure;Durée;Client;Prestation;Statut;Commentaire\r\n"
    "V1;09/03/2026;08h30;1h00;MARTIN-01;Toilette;Planifiée;clé\r\n"
    "V2;09/03/2026;14:00;0:45;Petit-02;TOILETTE;Planifiée;\r\n"
    "V9;09/03/2026;15:00;0:30;Petit-02;Ménage;Annulée;absente\r\n"
    "V3;09/03/2026;9h;45 min;ROUX-03;Ménage;planifiée;\r\n"
    "Total;;;2:30;;;;\r\n"
)


def ogust(folder: Path, text: str = PLANNING) -> Path:
    """The export in cp1252, among tables of ours."""
    place = tables(folder)
    for name in ("interventions", "horaires", "liens", "roulements", "roulements_reçus"):
        (place / f"{name}.csv").unlink()
    (place / "planning_2026-03-09.csv").write_bytes(text.encode("cp1252"))
    return place


def visits(problem: Problem) -> list[tuple[object, ...]]:
    """What an export says of each visit, times local."""
    zone = problem.horizon.zone
    clock = [
        f"{problem.horizon.instant(one.windows[0].earliest).astimezone(zone):%H:%M}" for one in problem.visits
    ]
    return [
        (
            one.id,
            one.client_id,
            one.duration,
            one.priority.name,
            one.act_class.value,
            sorted(one.required),
            start,
        )
        for one, start in zip(problem.visits, clock, strict=True)
    ]


EXPECTED = [
    ("V1", "S1:A", 60, "P2", "essential", ["UPKEEP"], "08:30"),
    ("V2", "S1:B", 45, "P2", "essential", ["UPKEEP"], "14:00"),
    ("V3", "S2:C", 45, "P2", "ordinary", [], "09:00"),
]


def test_an_export_with_date_and_hour_apart(tmp_path: Path) -> None:
    """A title above, a total below (60 + 45 + 45 = 150 min), a cancelled visit, cp1252, their codes."""
    remarks: list[Issue] = []
    found = read_any(ogust(tmp_path), remarks=remarks, mapping=mapping_from_json(OGUST))
    assert visits(found) == EXPECTED
    assert all(one.planned_start == one.windows[0].earliest == one.windows[0].latest for one in found.visits)
    assert {remark.code for remark in remarks} == {"M201", "C204"}


def test_a_total_may_count_the_rows_left_out(tmp_path: Path) -> None:
    """60 + 45 + 45 min kept and 30 cancelled: three hours. Four add up to nothing, and are asked about."""
    remarks: list[Issue] = []
    mapping = mapping_from_json(OGUST)
    found = read_any(ogust(tmp_path, PLANNING.replace("2:30", "3:00")), remarks=remarks, mapping=mapping)
    assert visits(found) == EXPECTED
    assert {remark.code for remark in remarks} == {"M201", "C204"}
    with pytest.raises(Refused) as refused:
        read_any(ogust(tmp_path / "other", PLANNING.replace("2:30", "4:00")), mapping=mapping)
    assert [issue.code for issue in refusals(refused)] == ["C119"]


XIMI: dict[str, Any] = MAPPING | {
    "source": "Ximi",
    "tables": [
        {
            "table": "interventions",
            "file": "Export missions",
            "columns": {
                "identifiant": {"headers": ["Bénéficiaire", "Rang"], "join": "-"},
                "personne": {"headers": ["Bénéficiaire"]},
                "durée_min": {"headers": ["Durée prévue"]},
                "priorité": {"headers": ["Urgence"], "codes": {"": "P3", "!": "P2", "!!": "P1"}},
                "nature": {"headers": ["Type"], "codes": {"1": "essentiel", "2": "ordinaire"}},
                "compétences_requises": {
                    "headers": ["Actes"],
                    "codes": {"Toilette": "UPKEEP", "Courses": ""},
                },
            },
        },
        {
            "table": "horaires",
            "file": "Export missions",
            "columns": {
                "intervention": {"headers": ["Bénéficiaire", "Rang"], "join": "-"},
                "au_plus_tôt": {"headers": ["Date", "Heure de début au plus tôt"]},
                "au_plus_tard": {"headers": ["Date", "Heure de début au plus tard"]},
            },
        },
        {
            "table": "personnes",
            "file": "Export missions",
            "distinct": True,
            "columns": {
                "identifiant": {"headers": ["Bénéficiaire"]},
                "saad": {"value": "S1"},
                "site": {"headers": ["Secteur"], "codes": {"Nord": "A", "Sud": "B"}},
            },
        },
        {
            "table": "saad",
            "rows": [{"identifiant": "S1", "nom": "SAAD", "statut": "associatif", "convention": "bad"}],
        },
    ],
    "ignored_files": ["Légende"],
}


OURS = ("paramètres", "sites", "employeurs", "intervenants", "disponibilités", "engagements", "trajets")


def ximi(folder: Path, change: Callable[[Any], None] = lambda sheet: None) -> Path:
    """A workbook whose required headers end with « ** »: typed dates and hours, lengths in [h]:mm, a client
    merged over rows, a sheet of notes; the rest as tables of ours."""
    place = folder / "ximi.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Export missions"
    sheet.append(
        [
            *("Bénéficiaire **", "Rang", "Secteur **", "Date **", "Heure de début au plus tôt **"),
            *("Heure de début au plus tard", "Durée prévue **", "Urgence", "Type **", "Actes"),
        ]
    )
    day, midnight = date(2026, 3, 9), datetime.combine(date(2026, 3, 9), time())
    sheet.append(
        ["C1", 1, "Nord", day, time(8), time(8, 30), timedelta(minutes=45), "!!", 1, "Toilette, Courses"]
    )
    sheet.append([None, 2, "Nord", day, time(17), time(18), timedelta(minutes=90), None, 2, None])
    sheet.append(
        ["C2", 1, "Sud", midnight, "9h15", time(10), timedelta(minutes=30), "!", 1, "Toilette\nCourses"]
    )
    for row in (2, 3, 4):
        sheet.cell(row, 7).number_format = "[h]:mm"
        sheet.cell(row, 4).number_format = "dd/mm/yyyy hh:mm" if row == 4 else "dd/mm/yyyy"
    sheet.merge_cells("A2:A3")
    change(sheet)
    book.create_sheet("Légende").append(["!!", "très urgent"])
    for path in sorted(tables(folder).glob("*.csv")):
        if path.stem in OURS:
            ours = book.create_sheet(path.stem)
            for line in path.read_text("utf-8-sig").splitlines():
                if ";S2;" not in line:
                    ours.append(line.split(";"))
    book.save(place)
    return place


def test_an_export_with_starred_headers(tmp_path: Path) -> None:
    found = read_any(ximi(tmp_path), mapping=mapping_from_json(XIMI))
    assert visits(found) == [
        ("C1-1", "C1", 45, "P1", "essential", ["UPKEEP"], "08:00"),
        ("C1-2", "C1", 90, "P3", "ordinary", [], "17:00"),
        ("C2-1", "C2", 30, "P2", "essential", ["UPKEEP"], "09:15"),
    ]
    latest = [one.windows[0].latest for one in found.visits]
    assert latest == [8 * 60 + 30, 18 * 60, 10 * 60]
    assert [(one.id, one.provider_id, one.site_id) for one in found.clients] == [
        ("C1", "S1", "A"),
        ("C2", "S1", "B"),
    ]


# -- what does not fit is told -----------------------------------------------------------------------------
def told(place: Path, mapping: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        read_any(place, mapping=mapping_from_json(mapping))
    return [(issue.code, f"{issue.where}: {issue.what}") for issue in refusals(refused)]


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        (
            "Ménage;planifiée",
            "Repassage;planifiée",
            "M110",
            "planning_2026-03-09.csv, ligne 6, colonne « Prestation »: code",
        ),
        ("ROUX-03", "ROUX-04", "M110", "planning_2026-03-09.csv, ligne 6, colonne « Client »: code"),
        (";planifiée;", ";À confirmer;", "M109", "planning_2026-03-09.csv, ligne 6, colonne « Statut »"),
        (";planifiée;", ";;", "M109", "planning_2026-03-09.csv, ligne 6, colonne « Statut »: cellule vide"),
        ("Commentaire", "Remarque", "M107", "planning_2026-03-09.csv, ligne 2: colonne « Remarque »"),
        ("Heure;", "Début;", "M108", "planning_2026-03-09.csv, ligne 2: colonne « Heure »"),
        (
            "09/03/2026;9h;",
            "09/03/2026;;",
            "C104",
            "planning_2026-03-09.csv, ligne 6, colonne « Date + Heure »",
        ),
        ("09/03/2026;9h;", ";9h;", "C104", "planning_2026-03-09.csv, ligne 6, colonne « Date + Heure »"),
        (
            "09/03/2026;9h;",
            "09/03/26;9h;",
            "C104",
            "planning_2026-03-09.csv, ligne 6, colonne « Date + Heure »",
        ),
        ("9h;45 min", "9h;#N/A", "C116", "planning_2026-03-09.csv, ligne 6, colonne « Durée »"),
        ("9h;45 min", "#N/A;45 min", "C116", "planning_2026-03-09.csv, ligne 6, colonne « Date + Heure »"),
        ("9h;45 min", "9h;court", "C102", "planning_2026-03-09.csv, ligne 6, colonne « Durée »"),
        ("V3;", "V2;", "P101", "planning_2026-03-09.csv, ligne 4"),
        (";;;2:30", ";;;2:31", "C119", "planning_2026-03-09.csv, ligne 7"),
    ],
)
def test_what_a_mapping_does_not_know_is_told_at_its_place_in_the_export(
    old: str, new: str, code: str, where: str, tmp_path: Path
) -> None:
    assert old in PLANNING
    found = told(ogust(tmp_path, PLANNING.replace(old, new, 1)), OGUST)
    assert [one for one in found if one[0] == code and one[1].startswith(where)], found


def test_the_file_of_a_mapping_is_there_once(tmp_path: Path) -> None:
    place = ogust(tmp_path)
    (place / "planning_bis.csv").write_bytes((place / "planning_2026-03-09.csv").read_bytes())
    assert {code for code, _ in told(place, OGUST)} >= {"M106"}
    for path in place.glob("planning*"):
        path.unlink()
    assert ("M106", "planning*: aucun fichier de ce nom parmi") in [
        (code, met[:40]) for code, met in told(place, OGUST)
    ]


def test_an_error_cell_of_a_workbook_is_no_constant_nor_blank(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(2, 8).value = "#REF!"
        sheet.cell(4, 5).value = "=A1+1"

    codes = [code for code, _ in told(ximi(tmp_path, change), XIMI)]
    assert {"C116", "C117"} <= set(codes)


def changed(*path: Any, to: Any) -> dict[str, Any]:
    made = deepcopy(OGUST)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return made


@pytest.mark.parametrize(
    ("mapping", "code", "where"),
    [
        (changed("format", to="brigade-plan"), "D007", "format"),
        (changed("version", to=2), "D008", "version"),
        (changed("source", to=None), "D101", "source"),
        (changed("colonnes", to={}), "D102", "colonnes"),
        (MAPPING | {"source": "X"}, "M101", "tables"),
        (changed("tables", 0, "table", to="visites"), "M102", "tables[0].table"),
        (changed("tables", 1, "table", to="visits"), "M103", "tables[1].table"),
        (changed("tables", 0, "columns", "durée", to={"value": "1"}), "M102", "tables[0].columns.durée"),
        (
            changed("tables", 0, "columns", "duration_min", to={"value": "1"}),
            "M103",
            "tables[0].columns.duration_min",
        ),
        (changed("tables", 0, "columns", "durée_min", to={}), "M104", "tables[0].columns.durée_min"),
        (
            changed("tables", 0, "columns", "durée_min", "value", to="5"),
            "M104",
            "tables[0].columns.durée_min",
        ),
        (
            changed("tables", 0, "columns", "priorité", "codes", to={"a": "P1"}),
            "M104",
            "tables[0].columns.priorité",
        ),
        (
            changed("tables", 0, "columns", "nature", "codes", "TOILETTE ", to="ordinaire"),
            "M103",
            "tables[0].columns.nature.codes",
        ),
        (changed("tables", 0, "columns", "durée_min", to=None), "M105", "tables[0].columns"),
        (changed("tables", 0, "file", to=None), "M104", "tables[0]"),
    ],
)
def test_a_mapping_is_checked_like_any_input(mapping: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        mapping_from_json(mapping)
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [(code, where)]


def test_a_mapping_is_written_as_it_was_read() -> None:
    for mapping in (OGUST, XIMI):
        assert json.loads(mapping_text(mapping_from_json(mapping))) == mapping


# -- the command line --------------------------------------------------------------------------------------
def saved(folder: Path, mapping: dict[str, Any]) -> Path:
    path = folder / f"{mapping['source']}.json"
    path.write_text(json.dumps(mapping), encoding="utf-8")
    return path


def test_commands_read_an_export_by_its_mapping(tmp_path: Path) -> None:
    mapping = saved(tmp_path, OGUST)
    place = ogust(tmp_path)
    answer = brigade("validate", place, "--mapping", mapping, "--json")
    assert (answer.code, answer.json["visits"]) == (0, 3)
    assert brigade("convert", place, tmp_path / "out.json", "--mapping", mapping).code == 0
    assert visits(read_any(tmp_path / "out.json")) == EXPECTED
    assert brigade("validate", place, "--json").code == 2


def test_a_mapping_is_for_tables_only(tmp_path: Path) -> None:
    mapping = saved(tmp_path, OGUST)
    (issue,) = brigade("validate", mapping, "--mapping", mapping, "--json").issues
    assert (issue["code"], issue["where"]) == ("O103", "--mapping")


# -- the guided command ------------------------------------------------------------------------------------
ANSWERS = (
    *("--column", "interventions.priorité==P2", "--column", "interventions.compétences_requises=-"),
    *("--code", "interventions.nature:Toilette=essentiel", "--code", "interventions.nature:Ménage=ordinaire"),
    *("--code", "interventions.nature:TOILETTE=essentiel"),
)


def export_alone(folder: Path) -> Path:
    path = folder / "planning.csv"
    path.write_bytes(PLANNING.encode("cp1252"))
    return path


def test_a_mapping_is_proposed_from_an_example(tmp_path: Path) -> None:
    """Names, and what cells hold: « Durée » is a length, « Date » and « Heure » are one instant, «
    Commentaire » is nothing."""
    out = tmp_path / "ogust.json"
    answer = brigade("mapping", export_alone(tmp_path), "-o", out, "--source", "Ogust", "--yes", *ANSWERS)
    assert answer.code == 0, answer.out + answer.err
    mapping = read_mapping(out)
    found = {
        (one.table, name): how.headers or how.value
        for one in mapping.tables
        for name, how in one.columns.items()
    }
    assert found == {
        ("interventions", "identifiant"): ["N°"],
        ("interventions", "personne"): ["Client"],
        ("interventions", "durée_min"): ["Durée"],
        ("interventions", "priorité"): "P2",
        ("interventions", "nature"): ["Prestation"],
        ("interventions", "début_prévu"): ["Date", "Heure"],
        ("horaires", "intervention"): ["N°"],
        ("horaires", "au_plus_tôt"): ["Date", "Heure"],
        ("horaires", "au_plus_tard"): ["Date", "Heure"],
    }
    assert mapping.ignored == ["Commentaire"]
    assert [one.keep for one in mapping.tables] == [{"Statut": {"Planifiée": True, "Annulée": False}}] * 2


CLOCKED = (
    "Usager;Badge;Date;Arrivée;Départ;Statut;Motif\n"
    "S1:A;W1;09/03/2026;08:02;08:58;OK;\n"
    "S1:B;W1;09/03/2026;10:20;10:25;ABS;porte close\n"
)
MEANT = ("--code", "pointages.fait:OK=oui", "--code", "pointages.fait:ABS=non")


def test_clock_ins_are_proposed_as_other_tables_are(tmp_path: Path) -> None:
    """A télégestion tells when somebody came: « Date » and « Arrivée » are one instant; what was not done is
    read as well."""
    export, out = tmp_path / "tele.csv", tmp_path / "tele.json"
    export.write_text(CLOCKED, "utf-8")
    answer = brigade("mapping", export, "-o", out, "--source", "Télé 3000", "--yes", *MEANT)
    assert answer.code == 0, answer.out + answer.err
    (one,) = read_mapping(out).tables
    assert (one.table, {name: how.headers for name, how in one.columns.items()}, one.keep) == (
        "pointages",
        {
            "personne": ["Usager"],
            "intervenant": ["Badge"],
            "début": ["Date", "Arrivée"],
            "fin": ["Date", "Départ"],
            "fait": ["Statut"],
            "motif": ["Motif"],
        },
        {},
    )
    told = read_clock_ins(export, read_mapping(out)).rows
    assert [(row.client_id, row.done, row.cause) for row in told] == [
        ("S1:A", True, None),
        ("S1:B", False, "no_entry"),
    ]
    export.write_text(CLOCKED.replace("10:20", "vers dix heures"), "utf-8")
    assert brigade("mapping", export, "-o", out, "--source", "Télé 3000", "--yes", *MEANT).code != 0


@pytest.mark.parametrize("mark", ["=", "==", "==="])
def test_a_constant_is_stored_without_its_marks(mark: str, tmp_path: Path) -> None:
    """One mark parts name and answer, the other says constant; a third or a space too much is a slip of the
    finger."""
    out = tmp_path / "ogust.json"
    asked = [*ANSWERS, "--column", f"interventions.priorité={mark} P2"]
    assert (
        brigade("mapping", export_alone(tmp_path), "-o", out, "--source", "Ogust", "--yes", *asked).code == 0
    )
    assert read_mapping(out).tables[0].columns["priorité"].value == "P2"


def test_what_no_option_answers_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "ogust.json"
    answer = brigade("mapping", export_alone(tmp_path), "-o", out, "--source", "Ogust", "--yes", "--json")
    assert (answer.code, out.exists()) == (2, False)
    met = [(issue["code"], issue["what"]) for issue in answer.issues]
    assert ("M105", "colonne « priorité » de « interventions » absente") in met
    assert ("M110", 'code "Toilette" inconnu de la correspondance') in met


def test_questions_are_answered_at_the_terminal(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from scenarios.cli.main import app

    export, out = export_alone(tmp_path), tmp_path / "ogust.json"
    said = [
        "",
        "",
        "non",
        "",
        "",
        "",
        "=P2",
        "",
        "essentiel",
        "ordinaire",
        "",
        "",
        "",
        "",
        "",
    ]
    args = ["mapping", str(export), "-o", str(out), "--source", "Ogust"]
    result = CliRunner().invoke(app, args, input="\n".join(said) + "\n", env={"BRIGADE_LANG": ""})
    assert result.exit_code == 0, result.output
    columns = read_mapping(out).tables[0].columns
    assert (columns["priorité"].value, columns["nature"].codes["Ménage"]) == ("P2", "ordinaire")


def test_a_question_that_nobody_answers_is_refused_and_told(tmp_path: Path) -> None:
    """Standard input has ended: exit code 1 would say that a plan breaks a rule."""
    from typer.testing import CliRunner

    from scenarios.cli.main import app

    out = tmp_path / "o.json"
    args = ["mapping", str(export_alone(tmp_path)), "-o", str(out), "--source", "Ogust"]
    result = CliRunner().invoke(app, args, input="", env={"BRIGADE_LANG": ""})
    assert (result.exit_code, out.exists()) == (2, False)
    assert "O103 --yes" in result.stderr


def test_slips_of_answers_are_told_with_the_closest(tmp_path: Path) -> None:
    args = (
        "mapping",
        export_alone(tmp_path),
        "-o",
        tmp_path / "o.json",
        "--source",
        "Ogust",
        "--yes",
        "--json",
        *ANSWERS,
    )
    assert [one["where"] for one in brigade(*args, "--table", "planning", "--code", "x").issues] == [
        "--table",
        "--code",
    ]
    (issue,) = brigade(*args, "--column", "interventions.personne=Clients").issues
    assert (issue["code"], "client" in issue["hint"]) == ("M108", True)
    (issue,) = brigade(*args, "--table", "planning=interventoins").issues
    assert (issue["code"], "interventions" in issue["hint"]) == ("M102", True)


def test_our_own_tables_are_proposed_under_their_own_names(tmp_path: Path) -> None:
    place = tables(tmp_path)
    export = tmp_path / "mes absences.csv"
    export.write_bytes((place / "absences.csv").read_bytes())
    out = tmp_path / "m.json"
    answer = brigade("mapping", export, "-o", out, "--source", "X", "--yes")
    assert answer.code == 0, answer.out + answer.err
    (table,) = read_mapping(out).tables
    assert table.table == "absences"
    assert all(how.headers == [name] for name, how in table.columns.items())


@pytest.mark.parametrize(
    ("column", "change", "code", "place"),
    [
        ("nature", {"codes": {"Courses": "essentielle"}}, "C105", "codes.Courses"),
        ("durée_min", {"headers": ["Durée"], "if_blank": "beaucoup"}, "C102", "if_blank"),
        ("priorité", {"value": "haute"}, "C105", "value"),
        ("obligatoire", {"value": "peut-être"}, "C106", "value"),
        ("début_prévu", {"value": "26-03-09"}, "C104", "value"),
        ("identifiant", {"headers": ["N°", "n°"]}, "M103", "headers"),
    ],
)
def test_what_a_mapping_says_by_itself_is_checked_before_an_export_needs_it(
    column: str, change: dict[str, Any], code: str, place: str
) -> None:
    """No visit of the export is of the kind « Courses » yet, and no length is blank."""
    made = deepcopy(OGUST)
    given = made["tables"][0]["columns"].setdefault(column, {})
    made["tables"][0]["columns"][column] = (given if "codes" in change else {}) | change
    with pytest.raises(Refused) as refused:
        mapping_from_json(made)
    (issue,) = refusals(refused)
    assert (issue.code, issue.where) == (code, f"tables[0].columns.{column}.{place}")
