"""Cells are read as people write them; what could mean two things is asked for, never guessed."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from brigade.errors import Issue, Refused
from brigade.exchange.grids.grids import read_grids
from brigade.exchange.grids.raw import RawCell, StoredType, Vocabulary
from brigade.exchange.mapping.export_cells import with_unit
from brigade.exchange.mapping.mapping_shapes import Unit
from brigade.exchange.problem_tables import write_tables
from brigade.exchange.reading import read_any
from brigade.exchange.sheets.cells import (
    decimal_comma,
    read_cell,
    read_choice,
    read_codes,
    read_count,
    read_euros,
    read_flag,
    read_spells,
    write_moment,
)
from brigade.exchange.sheets.clocks import CellFault, WholeDay, read_day, read_minutes, read_moment
from brigade.exchange.sheets.layout import TABLES_BY_NAME, Cell
from brigade.units import PARIS
from brigade.words import SaidIssue, say_issue
from tests.faults.base import sound, tables
from tests.sameness import differences
from tests.sayings import refusals, said_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("45", 45), ("12,5", 12.5), ("12.5", 12.5), ("1 200", 1200), ("-5", -5)),
        *(
            ("1h30", 90),
            ("2 h", 120),
            ("1 h 30", 90),
            ("1h30min", 90),
            ("1 h 5 mn", 65),
            ("2 heures", 120),
            ("1,5 h", 90),
        ),
        *(("0:45", 45), ("00:45:00", 45), ("26:30", 1590), ("0:00:30", 0.5)),
        *(
            ("45 min", 45),
            ("45mn", 45),
            ("45 minutes", 45),
            ("45'", 45),
            ("45′", 45),
            ("1h 30m", 90),
            ("PT45M", 45),
            ("PT1H30M", 90),
        ),
    ],
)
def test_lengths(text: str, minutes: float) -> None:
    assert read_minutes(text) == minutes


def hint_of(read: Callable[[str], object], text: str) -> str:
    """What a refused cell asks for."""
    with pytest.raises(CellFault) as refused:
        read(text)
    return say_issue(refused.value.issue("", text)).hint


@pytest.mark.parametrize("text", ["1:75", "2h5", "1,5h30", "45 s", "0:45:30:00", "PT", "h", "1/2 h", "45 45"])
def test_lengths_that_say_nothing_sure_are_asked_for_with_examples(text: str) -> None:
    assert "0:45, 45 min ou 1h30" in hint_of(read_minutes, text)


@pytest.mark.parametrize("read", [read_minutes, read_count, read_euros])
@pytest.mark.parametrize("text", ["12.000", "1,200", "700.000", "-1.500", "12.345", "1,607"])
def test_a_number_that_may_be_thousands_is_asked_for(read: Callable[[str], object], text: str) -> None:
    """Twelve minutes and a bit, or twelve thousand? In what we write ourselves one more zero tells."""
    assert f"« {text[:-4]},{text[-3:]}0 » ou « {text[:-4]} {text[-3:]} »" in hint_of(read, text)
    assert "se lisent" in hint_of(read_minutes, f"{text} min")
    assert "se lisent" in hint_of(read_minutes, f"{text} h")


def test_three_decimals_of_a_fraction_are_no_thousands() -> None:
    assert [read_minutes(text) for text in ("12,1250", "0,500", "12,50")] == [12.125, 0.5, 12.5]
    assert [decimal_comma(value) for value in (12.125, 0.125, 12.5, Decimal("12.40"))] == [
        "12,1250",
        "0,125",
        "12,5",
        "12,40",
    ]


def test_a_number_of_a_workbook_has_no_thousands_to_be_taken_for() -> None:
    lengths = next(one for one in TABLES_BY_NAME["visits"].columns if one.cell is Cell.MINUTES)
    assert read_cell(RawCell("12.125", StoredType.NUMBER), lengths, PARIS) == 12.125
    assert (
        read_cell(with_unit(RawCell("1.625", StoredType.NUMBER), lengths, Unit.HOURS), lengths, PARIS) == 97.5
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/12/2026",
            "2026-12-31",
            "2026-12-31 00:00:00",
            "2026-12-31T00:00:00",
            "31-12-2026",
            "31.12.2026",
        ),
        *("jeu. 31/12/2026", "jeudi 31 décembre 2026", "31 déc. 2026", "31-déc.-2026"),
    ],
)
def test_days(text: str) -> None:
    assert read_day(text) == "2026-12-31"


def test_months_by_their_names() -> None:
    assert [
        read_day(f"1er {month} 2026")[5:7] for month in ("janvier", "févr.", "juin", "juil.", "AOÛT")
    ] == [*("01", "02", "06", "07", "08")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10/03/26", "une année à quatre chiffres"),
        ("lundi 10/03/2026", "ce jour est un mardi"),
        ("46091", "format date"),
        ("46091,3333", "format date"),
        ("20261231", "une date, comme"),
        ("31/02/2026", "une date qui existe"),
        ("10/03-2026", "une date, comme"),
        ("10 ju 2026", "une date, comme"),
        ("10/03/2026 08:00", "une date seule"),
    ],
)
def test_days_that_are_none_are_told_why(text: str, hint: str) -> None:
    assert hint in hint_of(read_day, text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/12/2026 08:30",
            "31/12/2026 8h30",
            "2026-12-31 08:30",
            "2026-12-31T08:30:00",
            "2026-12-31 08:30:00+01:00",
        ),
        *("31/12/2026 à 08:30", "31-12-2026 08h30", "31.12.2026, 8 h 30", "jeudi 31 décembre 2026 à 8h30"),
    ],
)
def test_instants_without_offset_are_local(text: str) -> None:
    assert read_moment(text, PARIS) == "2026-12-31T08:30:00+01:00"


@pytest.mark.parametrize("text", ["31/12/2026 8h", "31/12/2026 8 h", "31/12/2026 à 8H"])
def test_whole_hours(text: str) -> None:
    assert read_moment(text, PARIS) == "2026-12-31T08:00:00+01:00"


@pytest.mark.parametrize(
    "text", ["31/12/2026", "31/12/26 08:00", "31/12/2026 24:00", "31/12/2026 à", "08:30", "31/12/202608:30"]
)
def test_instants_without_a_sure_hour_are_asked_for(text: str) -> None:
    with pytest.raises(CellFault, match="C104"):
        read_moment(text, PARIS)


def test_a_day_alone_is_whole_where_whole_days_are_meant() -> None:
    """The night of 28 to 29 March 2026 has an hour less: the day ends at the next midnight all the same."""
    assert read_moment("29/03/2026", PARIS, WholeDay.FIRST) == "2026-03-29T00:00:00+01:00"
    assert read_moment("29/03/2026", PARIS, WholeDay.LAST) == "2026-03-30T00:00:00+02:00"
    assert read_moment("29/03/2026 00:00", PARIS, WholeDay.LAST) == "2026-03-29T00:00:00+01:00"


def test_the_last_day_of_all_is_refused_for_its_year(tmp_path: Path) -> None:
    """Personnel programs write 31/12/9999 for an absence without end: no day follows it."""
    folder = spoilt(tmp_path, "absences", lambda text: text.replace("2026-03-10 00:00", "31/12/9999"))
    (issue,) = refused(lambda: read_any(folder))
    assert (issue.code, issue.where) == ("D105", "absences.csv, ligne 2, colonne « fin »")
    assert issue.what.startswith('"9999-12-31')


def test_summer_and_winter_have_their_own_offset() -> None:
    assert read_moment("01/07/2026 08:30", PARIS) == "2026-07-01T08:30:00+02:00"


def test_the_doubled_hour_is_asked_for_and_written_with_its_offset() -> None:
    """25 October 2026: 02:30 comes at +02:00, then again at +01:00."""
    with pytest.raises(CellFault, match="C107"):
        read_moment("25/10/2026 02:30", PARIS)
    for text in ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"):
        assert write_moment(text, PARIS) == text
        assert read_moment(text, PARIS) == text
    assert write_moment("2026-10-25T03:30:00+01:00", PARIS) == "2026-10-25 03:30"


def test_amounts_are_whole_cents() -> None:
    assert [read_euros(text) for text in ("12,4", "12.40 €", "700 000")] == [1240, 1240, 70_000_000]
    with pytest.raises(CellFault, match="C108"):
        read_euros("0,385")
    with pytest.raises(CellFault, match="C102"):
        read_euros("12€40")


def test_yes_no_and_choices_mind_neither_case_nor_accents() -> None:
    assert [read_flag(text) for text in ("Oui", "VRAI", "x", "non", "0")] == [True, True, True, False, False]
    assert read_choice("Velo electrique", ["car", "e_bike"]) == "e_bike"
    assert read_choice("e_bike", ["car", "e_bike"]) == "e_bike"
    assert [read_choice(text, ["P1", "P2"]) for text in ("p2", "2")] == ["P2", "P2"]


def test_lists_hold_several_values_in_a_cell() -> None:
    assert read_codes("A | B,C ;D") == ["A", "B", "C", "D"]
    assert read_codes("W1\nW2\r\nW3") == ["W1", "W2", "W3"]
    assert read_spells("1800 | 12,5\n1h30") == [1800, 12.5, 90]


def rewritten(folder: Path, change: object) -> Path:
    assert callable(change)
    for path in folder.glob("*.csv"):
        path.write_bytes(change(path.read_bytes().decode("utf-8-sig")))
    return folder


def test_windows_encoding_is_read(tmp_path: Path) -> None:
    folder = rewritten(tables(tmp_path), lambda text: text.encode("cp1252"))
    assert differences(sound(), read_any(folder)) == []


def test_commas_between_cells_are_read(tmp_path: Path) -> None:
    folder = rewritten(tables(tmp_path), lambda text: text.replace(";", ",").encode())
    assert differences(sound(), read_any(folder)) == []


def headers(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join([change(text.split("\n", 1)[0]), text.split("\n", 1)[1]])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: unicodedata.normalize("NFD", text), id="accents apart"),
        pytest.param(lambda text: text.replace("\r\n", "\n").replace("\n", "\r"), id="lines of an old Mac"),
        pytest.param(headers(lambda line: line.replace("durée_min", "durée_min *")), id="a star"),
        pytest.param(headers(lambda line: line.replace("durée_min", "Durée (min)")), id="unit in brackets"),
        pytest.param(headers(lambda line: line.replace("durée_min", "durée\u00a0min")), id="no-break space"),
        pytest.param(headers(lambda line: line.replace("durée_min", '"durée\nmin"')), id="line break"),
        pytest.param(lambda text: text.replace("V1;", "V1\u00a0;"), id="no-break space after an id"),
    ],
)
def test_what_programs_do_to_a_table_changes_no_value(change: Callable[[str], str], tmp_path: Path) -> None:
    assert differences(sound(), read_any(spoilt(tmp_path, "interventions", change))) == []


def spoilt(folder: Path, name: str, change: Callable[[str], str], encoding: str = "utf-8") -> Path:
    path = tables(folder) / f"{name}.csv"
    path.write_bytes(change(path.read_text("utf-8-sig")).encode(encoding))
    return path.parent


def test_codes_of_agreements_mind_no_case(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "saad", lambda text: text.replace(";bad", ";BAD"))
    assert ";BAD" in (folder / "saad.csv").read_text("utf-8-sig")
    assert differences(sound(), read_any(folder)) == []


def without_matrices(folder: Path, source: str) -> Path:
    made = spoilt(folder, "paramètres", lambda text: f"{text}source_des_trajets;{source}\n")
    trips = made / "trajets.csv"
    trips.write_bytes(trips.read_bytes().splitlines(keepends=True)[0])
    return made


def test_the_source_of_trips_is_named_in_french_and_refused_at_its_row(tmp_path: Path) -> None:
    (unknown,) = refused(lambda: read_any(without_matrices(tmp_path, "boule")))
    assert unknown.code == "T040"
    assert unknown.where.endswith("paramètre « source_des_trajets »")
    assert unknown.where.startswith("paramètres.csv")
    met = refused(lambda: read_any(without_matrices(tmp_path / "b", "Estimation")))
    assert "T040" not in [issue.code for issue in met], "places without coordinates are another fault"


def refused(read: Callable[[], object]) -> tuple[SaidIssue, ...]:
    try:
        read()
    except Refused as told:
        return tuple(said_of(told.issues))
    return ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: f"sep=;\n{text}", []),
        (lambda text: '"sep=,"\r\n' + text.replace(";", ","), []),
        (lambda text: f"Interventions, semaine 11, secteur nord\n\n{text}", ["C203"]),
        (lambda text: f"Interventions semaine 11;;;\n;;;\n{text}", ["C203"]),
        (lambda text: f"{text};;;;\nTotal;;180\n", ["C204"]),
        (lambda text: f"{text}\n\n;;3h\n", ["C204"]),
        (lambda text: text.replace("V2;", text.splitlines()[0] + "\nV2;", 1), ["C207"]),
        (lambda text: text.replace("V2;", "Identifiant ;Personne;Duration min;PRIORITÉ\nV2;", 1), ["C207"]),
        (lambda text: text.replace(";60;", ";1:00;").replace("W2", '"W2\n"'), []),
    ],
)
def test_what_stands_around_a_table_is_passed_over_and_said(
    change: Callable[[str], str], said: list[str], tmp_path: Path
) -> None:
    remarks: list[Issue] = []
    assert differences(sound(), read_any(spoilt(tmp_path, "interventions", change), remarks=remarks)) == []
    assert [remark.code for remark in remarks] == said


@pytest.mark.parametrize(("above", "row"), [("sep=;\n", 2), ("Titre\n\n", 4)])
def test_rows_keep_the_numbers_the_spreadsheet_shows(above: str, row: int, tmp_path: Path) -> None:
    """Lines above the header count; the line that names the separator is shown by no spreadsheet."""
    with pytest.raises(Refused) as refused:
        read_any(spoilt(tmp_path, "interventions", lambda text: above + text.replace(";60;", ";long;", 1)))
    assert [issue.where for issue in refusals(refused)] == [
        f"interventions.csv, ligne {row}, colonne « durée_min »"
    ]


def test_a_total_that_does_not_add_up_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_any(spoilt(tmp_path, "interventions", lambda text: f"{text}Total;;175\n"))
    (issue,) = refusals(refused)
    assert (issue.code, issue.where, "total" in issue.hint) == ("C119", "interventions.csv, ligne 5", True)


def test_files_of_systems_are_passed_over_in_folders_and_archives_alike(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    for name in ("._interventions.csv", "~$interventions.csv", ".DS_Store"):
        (folder / name).write_bytes(b"\x00\x05\x16\x07")
    with zipfile.ZipFile(tmp_path / "jour.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"jour/{path.name}")
        archive.writestr("__MACOSX/jour/._sites.csv", b"\x00")
        archive.writestr("._sites.csv", b"\x00")
        archive.writestr("jour/._sites.csv", b"\x00")  # twice under one name, of which neither is read
    for place in (folder, tmp_path / "jour.zip"):
        (folder / "._sites.csv").write_bytes(b"\x00")
        remarks: list[Issue] = []
        assert differences(sound(), read_any(place, remarks=remarks)) == []
        assert [(remark.code, remark.where) for remark in remarks] == [
            ("C205", "._interventions.csv"),
            ("C205", "._sites.csv"),
            ("C205", "~$interventions.csv"),
        ]


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def old_part(*names: str) -> bytes:
    """The directory of a file of the old Office: 64 bytes a name."""
    return b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in names)


@pytest.mark.parametrize(
    ("name", "content", "code", "hint"),
    [
        ("classeur.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "O102", "l’enregistrer en .xlsx"),
        ("classeur.xls", OLD_OFFICE + old_part("Workbook"), "O102", "l’enregistrer en .xlsx"),
        ("lettre.doc", OLD_OFFICE + old_part("WordDocument"), "C010", "depuis un tableur"),
        ("lettre", OLD_OFFICE + old_part("WordDocument"), "C010", "depuis un tableur"),
        ("lettre.doc", OLD_OFFICE + old_part("Workbook", "WordDocument"), "C010", "depuis un tableur"),
        ("x.xls", OLD_OFFICE + old_part("WordDocument", "Workbook"), "O102", "l’enregistrer en .xlsx"),
        (
            "secret.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "C010",
            "sans mot de passe",
        ),
        ("absences.ics", b"BEGIN:VCALENDAR\r\n", "O102", "brigade absences"),
        ("solomon.txt", b"R101\n\nVEHICLE\n", "O102", "un classeur .xlsx ou .ods"),
        ("plan.pdf", b"%PDF-1.7\n\xe2\xe3", "O102", "un classeur .xlsx ou .ods"),
        ("input.ods", b"PK nothing", "C010", ".xlsx"),
        ("probleme.txt", b'{"type": "FeatureCollection"}', "D007", "brigade-problem"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(
    name: str, content: bytes, code: str, hint: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_any(tmp_path / name)
    (issue,) = refusals(refused)
    assert issue.code == code
    assert hint in issue.hint


def test_what_holds_no_table_at_all_is_said_as_such(tmp_path: Path) -> None:
    """A workbook in « Strict Open XML », a folder of files of the system: not thirty tables missing."""
    path = tmp_path / "strict.xlsx"
    write_tables(sound(), path)
    transitional, strict = (
        b"schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"purl.oclc.org/ooxml/spreadsheetml/main",
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).replace(transitional, strict) for name in archive.namelist()}
    parts["xl/workbook.xml"] = (
        parts["xl/workbook.xml"].replace(b"<sheets>", b"<sheets/><old>").replace(b"</sheets>", b"</old>")
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "._sites.csv").write_bytes(b"\x00")
    met = [refused(partial(read_any, place)) for place in (path, tmp_path / "dossier")]
    assert [[(issue.code, issue.what) for issue in issues] for issues in met] == [
        [("C010", "aucune feuille lisible")],
        [("C001", "aucun fichier .csv à lire")],
    ]


@pytest.mark.parametrize("name", ["absences.csv.txt", "absences", "Absences.html", "absences.json"])
def test_a_table_under_another_ending_is_not_missed_without_a_word(name: str, tmp_path: Path) -> None:
    folder = tables(tmp_path)
    (folder / "absences.csv").rename(folder / name)
    assert [(issue.code, issue.where) for issue in refused(lambda: read_any(folder))] == [("C013", name)]


@pytest.mark.parametrize("held", [None, ""])
def test_rows_of_a_table_that_misses_are_not_dropped_without_a_word(held: str | None, tmp_path: Path) -> None:
    """A rota without the day its feed came: nobody would be on it."""
    folder = tables(tmp_path)
    (folder / "roulements_reçus.csv").unlink()
    if held is not None:
        (folder / "roulements_reçus.csv").write_text(held)
    (issue,) = refused(lambda: read_any(folder))
    assert (issue.code, issue.what) == ("C002", "table « roulements_reçus » absente")


@pytest.mark.parametrize("between", ["/", " / ", " et ", " + ", " & ", " "])
def test_several_names_in_other_marks_are_told_how_to_be_parted(between: str, tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "interventions", lambda text: text.replace(";W2;", f";W1{between}W2;"))
    (issue,) = refused(lambda: read_any(folder))
    assert (issue.code, issue.hint) == ("P102", "plusieurs valeurs ? les séparer par « | » : « W1 | W2 »")


def test_a_name_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    """Its rows in other tables are right: nothing is said of them."""
    folder = spoilt(tmp_path, "interventions", lambda text: text.replace("\nV1;", "\n#REF!;"))
    assert [(issue.code, issue.where) for issue in refused(lambda: read_any(folder))] == [
        ("C116", "interventions.csv, ligne 2, colonne « identifiant »")
    ]


def test_accents_apart_in_a_name_are_the_same_name(tmp_path: Path) -> None:
    """é as one character in one table, as two in another, as files of a Mac have them."""
    folder = tables(tmp_path)
    for path in folder.glob("*.csv"):
        name = unicodedata.normalize("NFD", "Zoé") if path.stem in ("horaires", "liens") else "Zoé"
        path.write_text(path.read_text("utf-8-sig").replace("V2", name), "utf-8")
    assert read_any(folder).visits[1].id == "Zoé"


def test_english_names_and_capitals_are_read(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    (folder / "saad.csv").rename(folder / "Providers.csv")
    path = folder / "Providers.csv"
    path.write_text(
        path.read_text("utf-8-sig").replace("identifiant;nom;statut", "ID;Name; Legal status"), "utf-8"
    )
    assert differences(sound(), read_any(folder)) == []


def test_a_cell_on_several_lines_is_one_row_as_in_the_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text('identifiant;commune\n"L\n1";x\n\nL2;y\n', "utf-8")
    read = read_grids(tmp_path, Vocabulary())
    assert read.issues == []
    (grid,) = read.grids
    assert (grid.name, grid.label) == ("sites", "sites.csv")
    assert grid.texts() == (("identifiant", "commune"), ("L\n1", "x"), (), ("L2", "y"))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(";", "|"),
        lambda text: "sep=;\n" + text.replace(";", ","),
        lambda text: "".join(f'"{line}"\r\n' for line in text.splitlines()),
    ],
)
def test_columns_all_in_one_cell_are_told_once(change: Callable[[str], str], tmp_path: Path) -> None:
    """Another separator, one announced and not used, quotes around whole lines: a cascade of unknown columns
    says nothing."""
    with pytest.raises(Refused) as refused:
        read_any(spoilt(tmp_path, "interventions", change))
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [
        ("C014", "interventions.csv, ligne 1")
    ]


@pytest.mark.parametrize(
    ("data", "met"),
    [
        ("identifiant;durée_min\n".encode("mac_roman"), "durŽe_min"),
        ("identifiant;durée_min\n".encode("cp850"), "dur‚e_min"),
        ("identifiant;durée_min\n".encode().decode("cp1252").encode(), "durÃ©e_min"),
        ("identifiant;dur\ufffde_min\n".encode(), "ligne 1"),
        (b"%PDF-1.7\n\xe2\xe3\n", "PDF"),
        (b"PK\x03\x04abc", "classeur"),
        (b"<html><table></table></html>", "HTML"),
    ],
)
def test_another_encoding_or_kind_of_content_is_told_as_such(data: bytes, met: str, tmp_path: Path) -> None:
    folder = tables(tmp_path)
    (folder / "interventions.csv").write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_any(folder)
    (issue,) = refusals(refused)
    assert (issue.code, issue.where) == ("C004", "interventions.csv")
    assert met in issue.what


@pytest.mark.parametrize("name", ["interventions.xlsx", "Interventions.ods"])
def test_a_table_saved_twice_in_two_forms_is_asked_for(name: str, tmp_path: Path) -> None:
    """Somebody corrects the .csv in Excel and saves a workbook beside it: which of the two counts?"""
    folder = tables(tmp_path)
    (folder / name).write_bytes(b"PK")
    with pytest.raises(Refused) as refused:
        read_any(folder)
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [("C012", name)]


def test_what_lies_beside_tables_and_is_not_read_is_said(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    for name in ("absences mars.xlsx", "congés.ics", "lisez-moi.txt", "plan.pdf"):
        (folder / name).write_bytes(b"x")
    remarks: list[Issue] = []
    read_any(folder, remarks=remarks)
    assert [(one.code, one.where) for one in said_of(remarks)] == [
        ("C208", "absences mars.xlsx"),
        ("C208", "congés.ics"),
    ]


@pytest.mark.parametrize(
    "text",
    ["10/03/2026 08:00-09:00", "10/03/2026 08:00+0100", "2026-03-10 08:00-19:00", "10/03/2026 8:00 PM"],
)
def test_a_span_of_hours_is_no_offset(text: str) -> None:
    with pytest.raises(CellFault, match="C104"):
        read_moment(text, PARIS)


def test_a_length_unread_is_told_without_calling_the_trip_missing(tmp_path: Path) -> None:
    path = tables(tmp_path)
    text = (path / "trajets.csv").read_text("utf-8-sig")
    (path / "trajets.csv").write_text(text.replace("H;A;10;10000;", "H;A;10;10 km;"), "utf-8")
    with pytest.raises(Refused) as refused:
        read_any(path)
    assert [issue.code for issue in refusals(refused)] == ["C102"]
