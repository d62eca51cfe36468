"""Faults of tables and workbooks, and of plans."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook

from brigade.exchange.problem_tables import write_tables
from tests.faults.base import DROP, Fault, file, raw, sound, spoilt_plan, table, tables

HOURS, VISITS, SETTINGS = "horaires", "interventions", "paramètres"


def _empty_folder(folder: Path) -> Path:
    (folder / "tables").mkdir()
    return folder / "tables"


def _a_word_document(folder: Path) -> Path:
    path = folder / "classeur.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return path


def _a_hollow_workbook(folder: Path) -> Path:
    path = folder / "classeur.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<nothing/>")
    return path


def _one_sheet(folder: Path) -> Path:
    path = folder / "classeur.xlsx"
    pd.DataFrame({"identifiant": ["L1"]}).to_excel(path, sheet_name="sites", index=False)
    return path


def _spoilt_sheet(folder: Path) -> Path:
    """A negative length in cell C2 of the visits."""
    path = folder / "classeur.xlsx"
    write_tables(sound(), path)
    sheets = pd.read_excel(path, sheet_name=None, dtype=object)
    sheets[VISITS].loc[0, "durée_min"] = "une heure"
    with pd.ExcelWriter(path) as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return path


def _saved_as_xlsx(folder: Path) -> Path:
    path = tables(folder)
    (path / "certificats.csv").rename(path / "certificats.xlsx")
    return path


def _workbook(change: Callable[[Workbook], object]) -> Callable[[Path], Path]:
    """The sound problem as a workbook that somebody has changed in a spreadsheet."""

    def spoil(folder: Path) -> Path:
        path = folder / "classeur.xlsx"
        write_tables(sound(), path)
        book = load_workbook(path)
        change(book)
        book.save(path)
        return path

    return spoil


def _put(sheet: str, place: str, value: str | float | date) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        book[sheet][place] = value

    return change


def _merged_lengths(book: Workbook) -> None:
    book[VISITS].merge_cells("C2:C4")


FILES = [
    Fault("empty folder", _empty_folder, "C001", "tables", "aucun"),
    Fault("table missing", file("interventions.csv", None), "C002", "", "interventions"),
    Fault(
        "table misspelt",
        file("interventons.csv", b"identifiant\n"),
        "C003",
        "interventons.csv",
        "interventons",
    ),
    Fault("undecodable bytes", file("sites.csv", b"identifiant\nL\x81\n"), "C004", "sites.csv", "0x81"),
    Fault(
        "utf-16 table", file("sites.csv", "identifiant\nL1\n".encode("utf-16")), "C004", "sites.csv", "UTF-16"
    ),
    Fault(
        "column missing", table(VISITS, "durée_min", ""), "C005", "interventions.csv, ligne 1", "durée_min"
    ),
    Fault(
        "column twice", table(VISITS, "nature", "priorité"), "C006", "interventions.csv, ligne 1", "priorité"
    ),
    Fault(
        "column misspelt",
        table(VISITS, "durée_min", "duree_mn"),
        "C007",
        "interventions.csv, ligne 1",
        "duree_mn",
    ),
    Fault("empty table file", file("sites.csv", b""), "C008", "sites.csv", "sans en-tête"),
    Fault(
        "one cell too many",
        table("personnes", "S1:A;S1;A", "S1:A;S1;A;extra"),
        "C009",
        "personnes.csv, ligne 2",
        "extra",
    ),
    Fault("unclosed quote", table("personnes", "S1:A;S1", '"S1:A;S1'), "C011", "personnes.csv", ""),
    Fault("table twice", file("visits.csv", b"id\nV1\n"), "C012", "visits.csv", "interventions.csv"),
    Fault(
        "text called xlsx",
        raw(b"identifiant;nom\n", "classeur.xlsx"),
        "C010",
        "classeur.xlsx",
        "pas un classeur",
    ),
    Fault("zip of something else", _a_word_document, "C010", "classeur.xlsx", "n’est pas un classeur"),
    Fault("hollow workbook", _a_hollow_workbook, "C010", "classeur.xlsx", "illisible"),
    Fault(
        "truncated workbook",
        raw(b"PK\x03\x04" + bytes(100), "classeur.xlsx"),
        "C010",
        "classeur.xlsx",
        "pas un classeur",
    ),
    Fault("workbook of one sheet", _one_sheet, "C002", "classeur.xlsx", "interventions"),
    Fault(
        "word in a number cell",
        _spoilt_sheet,
        "C102",
        "feuille « interventions », ligne 2, colonne « durée_min »",
        "une heure",
    ),
    Fault("table not in csv", _saved_as_xlsx, "C013", "certificats.xlsx", "pas en .csv"),
    Fault("single table", raw(b"identifiant\nL1\n", "sites.csv"), "D009", "sites.csv", "une seule table"),
]

IN_SHEET = "feuille « interventions », ligne 2, colonne"
CELLS = [
    Fault(
        "code turned into a date",
        _workbook(_put(VISITS, "B2", date(2026, 3, 1))),
        "C115",
        IN_SHEET,
        "2026-03-01",
    ),
    Fault(
        "code of 17 digits", _workbook(_put(VISITS, "B2", 12345678901234567)), "C115", IN_SHEET, "1234567890"
    ),
    Fault("two codes read as a number", _workbook(_put(VISITS, "L2", 1.2)), "C115", IN_SHEET, "1.2"),
    Fault(
        "error cell",
        _workbook(_put(VISITS, "L2", "#N/A")),
        "C116",
        f"{IN_SHEET} « intervenants_exclus »",
        "#N/A",
    ),
    Fault(
        "error saved as text",
        table("personnes", "S1:A;S1;A", "S1:A;S1;#REF!"),
        "C116",
        "personnes.csv, ligne 2",
        "#REF!",
    ),
    Fault(
        "column too narrow",
        table(HOURS, "2026-03-09 08:00", "########"),
        "C116",
        "horaires.csv, ligne 2",
        "####",
    ),
    Fault("formula never computed", _workbook(_put(VISITS, "L2", '="W"&1')), "C117", IN_SHEET, '"W'),
    Fault("merged lengths", _workbook(_merged_lengths), "C118", f"{IN_SHEET} « durée_min »", "C2:C4"),
    Fault(
        "a note under the rows",
        table("personnes", "S1:A;S1;A", "* fichier à vérifier;;"),
        "C119",
        "ligne 2",
        "vérifier",
    ),
    Fault(
        "a total that is wrong",
        table(VISITS, "V2;S1:B;60;P2;essentiel;;;;;;;W2", "Total;;999;;;;;;;;;"),
        "C119",
        "ligne 3",
        "999",
    ),
    Fault(
        "empty id",
        table(VISITS, "V1;", ";"),
        "C101",
        "interventions.csv, ligne 2, colonne « identifiant »",
        "",
    ),
    Fault(
        "letters for minutes", table(VISITS, ";60;", ";1O;"), "C102", "ligne 2, colonne « durée_min »", "1O"
    ),
    Fault("NaN", table(VISITS, ";60;", ";NaN;"), "C102", "colonne « durée_min »", "NaN"),
    Fault("40 digits", table(VISITS, ";60;", f";{'9' * 41};"), "C102", "colonne « durée_min »", "999"),
    Fault(
        "half a person",
        table("saad", "bad;", "bad;1,5"),
        "C102",
        "saad.csv, ligne 2, colonne « effectif »",
        "1,5",
    ),
    Fault(
        "31 February",
        table("engagements", "2000-01-01", "31/02/2000"),
        "C103",
        "engagements.csv, ligne 2, colonne « du »",
        "31/02",
    ),
    Fault(
        "American date",
        table("engagements", "2000-01-01", "12/31/2026"),
        "C103",
        "engagements.csv, ligne 2",
        "12/31/2026",
    ),
    Fault(
        "25:00",
        table(HOURS, "2026-03-09 08:00", "09/03/2026 25:00"),
        "C104",
        "horaires.csv, ligne 2",
        "25:00",
    ),
    Fault(
        "hour without day",
        table(HOURS, "2026-03-09 08:00", "08:00"),
        "C104",
        "horaires.csv, ligne 2",
        "08:00",
    ),
    Fault(
        "unknown word",
        table("saad", "associatif", "asociatif"),
        "C105",
        "saad.csv, ligne 2, colonne « statut »",
        "asociatif",
    ),
    Fault(
        "perhaps",
        table("liens", ";240;", ";240;peut-être"),
        "C106",
        "liens.csv, ligne 2, colonne « ensemble »",
        "peut-être",
    ),
    Fault(
        "hour that does not exist",
        table("absences", "2026-03-09 00:00", "29/03/2026 02:30"),
        "C107",
        "absences.csv",
        "02:30",
    ),
    Fault(
        "hour that exists twice",
        table("absences", "2026-03-09 00:00", "25/10/2026 02:30"),
        "C107",
        "absences.csv",
        "02:30",
    ),
    Fault(
        "tenth of a cent",
        table("financements", "20", "20,0011"),
        "C108",
        "financements.csv, ligne 2",
        "20,0011",
    ),
    Fault(
        "window of no visit",
        table(HOURS, "V1;", "V9;"),
        "C110",
        "horaires.csv, ligne 2, colonne « intervention »",
        "intervention « V9 »",
    ),
    Fault(
        "parameter misspelt",
        table(SETTINGS, "premier_jour", "premier_jours"),
        "C111",
        "paramètres.csv, ligne 2",
        "premier_jours",
    ),
    Fault("parameter twice", table(SETTINGS, "fuseau", "jours"), "C112", "paramètres.csv, ligne 4", "jours"),
    Fault(
        "parameter missing",
        table(SETTINGS, "premier_jour;2026-03-09\r\n", ""),
        "C113",
        "paramètres.csv",
        "premier_jour",
    ),
    Fault(
        "no way, and a length",
        table("trajets", "H;A;10;10000;;given", "H;A;10;10000;non;given"),
        "C120",
        "trajets.csv",
        "10",
    ),
    Fault(
        "trip missing",
        table("trajets", "voiture;H;A;10;10000;;given\r\n", ""),
        "C114",
        "trajets.csv",
        "H → A",
    ),
    Fault(
        "trip twice", table("trajets", "voiture;H;A;", "voiture;H;B;"), "C112", "trajets.csv, ligne 4", "H"
    ),
    Fault(
        "negative length",
        table(VISITS, ";60;", ";-60;"),
        "P103",
        "interventions.csv, ligne 2, colonne « durée_min »",
        "-60",
    ),
    Fault(
        "half a minute",
        table(VISITS, ";60;", ";0,5;"),
        "D110",
        "interventions.csv, ligne 2, colonne « durée_min »",
        "0.5",
    ),
    Fault(
        "half a minute on the way", table("trajets", ";10;", ";10,5;"), "D110", "trajets.csv, ligne 3", "10.5"
    ),
    Fault(
        "client of no site",
        table("personnes", "S1:A;S1;A", "S1:A;S1;Z"),
        "P102",
        "personnes.csv, ligne 2, colonne « site »",
        "Z",
    ),
    Fault(
        "engagement ends first",
        table("engagements", "2100-01-01", "01/01/1999"),
        "P208",
        "engagements.csv, ligne 2",
        "1999",
    ),
    Fault(
        "rota of another",
        table("roulements", "V1;A1", "V1;A2"),
        "P513",
        "roulements.csv, ligne 2, colonne « salarié »",
        "A2",
    ),
    Fault(
        "past day to come",
        table("jours_passés", "2026-03-08;", "2026-03-09;"),
        "P211",
        "jours_passés.csv, ligne 2",
        "2026-03-09",
    ),
    Fault(
        "competency unknown",
        table(VISITS, "UPKEEP", "UPKEP"),
        "P311",
        "ligne 2, colonne « compétences_requises »",
        "UPKEP",
    ),
    Fault(
        "weight below zero",
        table(SETTINGS, "poids_trajet;10", "poids_trajet;-10"),
        "D105",
        "« poids_trajet »",
        "-10",
    ),
    Fault(
        "engagement with nobody",
        table("engagements", "W1;S1;", "W1;S7;"),
        "P202",
        "engagements.csv, ligne 2, colonne « saad »",
        "S7",
    ),
]

PLANS = [
    Fault(
        "a problem for a plan", spoilt_plan("format", "brigade-problem"), "D007", "format", "brigade-problem"
    ),
    Fault("plan without tours", spoilt_plan("routes", DROP), "D101", "routes", "absent"),
    Fault(
        "plan of another problem",
        spoilt_plan("problem_digest", "sha256:" + "0" * 64),
        "L101",
        "problem_digest",
        "000",
    ),
    Fault(
        "waits too long",
        spoilt_plan("routes.0.stops.0.wait_min", 99),
        "L102",
        "routes[0].stops[0].wait_min",
        "99",
    ),
    Fault(
        "wrong mode", spoilt_plan("routes.0.stops.0.mode", "foot"), "L102", "routes[0].stops[0].mode", "foot"
    ),
    Fault(
        "reason of objects",
        spoilt_plan("uncovered.0.reasons", [{"code": "x", "values": {"a": {"b": 1}}}]),
        "L104",
        "values.a",
        "b",
    ),
    Fault("unknown worker", spoilt_plan("routes.0.worker_id", "W9"), "K101", "routes.W9", "W9"),
    Fault("unknown tour", spoilt_plan("routes.0.tour", 7), "K102", "routes.W1.7", "7"),
    Fault("unknown visit", spoilt_plan("uncovered.0.visit_id", "V9"), "K103", "uncovered.V9", "V9"),
    Fault(
        "seconds in a plan",
        spoilt_plan("routes.0.back", "2026-03-09T12:00:30+01:00"),
        "D110",
        "routes[0].back",
        "12:00:30",
    ),
]
