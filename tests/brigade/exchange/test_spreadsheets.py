"""Workbooks in the habits of Excel and LibreOffice in French: every value as meant, or a fault that names the
cell."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from brigade.errors import Issue, Refused
from brigade.exchange.grids.number_formats import exact, shown_number, shows_clock, with_unit
from brigade.exchange.grids.raw import is_error
from brigade.exchange.reading import read_any
from brigade.values.problem import Problem
from tests.faults.base import sound
from tests.sameness import differences
from tests.sayings import refusals
from tests.spreadsheets import (
    Sheet,
    Typed,
    as_excel,
    as_libreoffice,
    as_typed_by_hand,
    changed,
    computed,
    expected,
    sheets,
    with_title,
    with_total,
    write_ods,
    write_xlsx,
)

VISITS = "interventions"


def read(path: Path) -> tuple[Problem, list[str]]:
    """The problem, and the codes of the remarks."""
    remarks: list[Issue] = []
    return read_any(path, remarks=remarks), [remark.code for remark in remarks]


def faults(path: Path) -> list[tuple[str, str]]:
    """Code and place of each fault."""
    with pytest.raises(Refused) as refused:
        read_any(path)
    return [(issue.code, issue.where.partition(", ")[2]) for issue in refusals(refused)]


def put(values: dict[str, Any], sheet: str = VISITS, form: str | None = None) -> Any:
    def change(book: Workbook) -> None:
        for place, value in values.items():
            book[sheet][place] = value
            if form is not None:
                book[sheet][place].number_format = form

    return change


# -- five workbooks ----------------------------------------------------------------------------------------
LISTS = Sheet("Listes", [[Typed("oui")], [Typed("non")]], is_hidden=True)
BLANK = Sheet("Feuil1", [])


def excel_planning(folder: Path) -> Path:
    """Titles merged above, totals in [h]:mm below, lists hidden, an empty sheet, two windows under one merged
    visit."""
    made = []
    for sheet in sheets(as_excel):
        if sheet.name == VISITS:
            sheet = with_total(with_title(sheet, "Interventions, semaine 11"), "durée_min")
        if sheet.name == "horaires":  # the two windows of V1: its name is written once
            sheet.rows[2][0] = Typed(None)
            sheet.merges.append("A2:A3")
        made.append(sheet)
    return write_xlsx([*made, LISTS, BLANK], folder / "planning.xlsx")


def computed_by_excel(folder: Path) -> Path:
    """Lengths and names that are formulas with their values, a total that is a sum, the header printed
    twice."""
    made = list(sheets(as_excel))
    visits = next(sheet for sheet in made if sheet.name == VISITS)
    for number in (1, 2, 3):
        visits.rows[number][2] = Typed(f"=30*2+{number}-{number}")
    visits.rows[1][10] = Typed('="W"&1')
    visits.rows[2][9] = Typed('=IF(A1="",1,"")')
    visits.rows.insert(3, visits.rows[0])
    visits.rows.append([Typed("TOTAL"), Typed(None), Typed("=SUM(C2:C5)")])
    values = {f"30*2+{number}-{number}": "<v>60</v>" for number in (1, 2, 3)}
    path = computed(write_xlsx(made, folder / "calculs.xlsx"), values)
    texts = {'<c r="K2"><f>"W"&amp;1</f><v></v>': '<c r="K2" t="str"><f>"W"&amp;1</f><v>W1</v>'}
    texts |= {'<c r="J3"><f>IF(A1="",1,"")</f><v></v>': '<c r="J3" t="str"><f>IF(A1="",1,"")</f><v></v>'}
    return _rewritten(path, texts)


def _rewritten(path: Path, texts: dict[str, str]) -> Path:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).replace(b"<v />", b"<v></v>") for name in archive.namelist()}
    whole = b"".join(parts.values())
    assert all(old.encode() in whole for old in texts), texts
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            for old, new in texts.items():
                data = data.replace(old.encode(), new.encode())
            archive.writestr(name, data)
    return path


def libreoffice_workbook(folder: Path) -> Path:
    return write_xlsx([*sheets(as_libreoffice), BLANK], folder / "libre.xlsx")


def libreoffice_document(folder: Path) -> Path:
    """An .ods: covered cells, comments, a million blank rows, a hidden sheet."""
    made = []
    for sheet in sheets(as_libreoffice):
        if sheet.name == "horaires":
            sheet.rows[2][0] = Typed(None)
            sheet.merges.append("A2:A3")
        made.append(with_title(sheet, "Édité le 8 mars 2026") if sheet.name == "disponibilités" else sheet)
    return write_ods([*made, LISTS, BLANK], folder / "classeur.ods")


def typed_by_hand(folder: Path) -> Path:
    """Everything is text, under titles, with a line break in each list."""
    made = [
        with_title(sheet, "Brigade") if sheet.name != "règles" else sheet
        for sheet in sheets(as_typed_by_hand)
    ]
    return write_xlsx(made, folder / "main.xlsx")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (excel_planning, ["C201", "C202", "C203", "C204"]),
        (computed_by_excel, ["C204", "C207"]),
        (libreoffice_workbook, ["C202"]),
        (libreoffice_document, ["C201", "C202", "C203"]),
        (typed_by_hand, ["C203"]),
    ],
    ids=lambda make: getattr(make, "__name__", ""),
)
def test_five_workbooks_give_every_value_as_meant(make: Any, said: list[str], tmp_path: Path) -> None:
    found, remarks = read(make(tmp_path))
    assert differences(expected(), found) == []
    assert sorted(set(remarks)) == said


# -- merged cells ------------------------------------------------------------------------------------------
def test_a_name_merged_over_rows_is_each_rows(tmp_path: Path) -> None:
    """One client refuses one carer: written once, over her three visits."""

    def merge(book: Workbook) -> None:
        put({"L2": "W2", "L3": None})(book)
        book[VISITS].merge_cells("L2:L4")

    found, _ = read(changed(tmp_path, merge))
    assert [visit.forbidden_workers for visit in found.visits] == [frozenset({"W2"})] * 3


def test_a_length_merged_over_rows_is_asked_for_once(tmp_path: Path) -> None:
    """60 minutes for the three of them together, or each?"""
    path = changed(tmp_path, lambda book: book[VISITS].merge_cells("C2:C4"))
    assert faults(path) == [("C118", "feuille « interventions », ligne 2, colonne « durée_min »")]


def test_a_name_merged_over_two_columns_is_asked_for(tmp_path: Path) -> None:
    """Wanted and usual, or wanted only?"""

    def merge(book: Workbook) -> None:
        put({"J3": "W1"})(book)
        book[VISITS].merge_cells("J3:K3")

    assert faults(changed(tmp_path, merge)) == [
        ("C118", "feuille « interventions », ligne 3, colonne « intervenants_souhaités »")
    ]


def test_a_merged_parameter_is_asked_for(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda book: book["paramètres"].merge_cells("B2:B3"))
    assert {code for code, _ in faults(path)} == {"C118"}


# -- formulas and errors -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "code"),
    [('="W"&1', "C117"), ("#N/A", "C116"), ("#REF!", "C116"), ("#VALEUR !", "C116"), ("Err:508", "C116")],
)
@pytest.mark.parametrize("column", ["I", "J", "L", "O", "C"])
def test_no_cell_that_failed_is_read_as_blank(value: str, code: str, column: str, tmp_path: Path) -> None:
    (fault,) = faults(changed(tmp_path, put({f"{column}3": value})))
    assert fault[0] == code
    assert "ligne 3" in fault[1]


def test_a_zero_under_a_formula_that_nobody_computed_is_no_value(tmp_path: Path) -> None:
    """What programs write that cannot compute, beside the wish that the spreadsheet do it when it opens."""
    path = computed(changed(tmp_path, put({"I3": "=2*3"})), {"2*3": "<v>0</v>"})
    assert faults(path) == [("C117", "feuille « interventions », ligne 3, colonne « points »")]


def ods_with(folder: Path, sheet: str, row: int, column: int, cell: str) -> Path:
    """An .ods with this cell, as the program that wrote it puts it into the XML; rows and columns from 0."""
    made = list(sheets(as_libreoffice))
    next(one for one in made if one.name == sheet).rows[row][column] = Typed("KO")
    path = write_ods(made, folder / "classeur.ods")
    plain = (
        '<table:table-cell office:value-type="string" '
        'calcext:value-type="string"><text:p>KO</text:p></table:table-cell>'
    )
    return _rewritten(path, {plain: f"<table:table-cell {cell}</table:table-cell>"})


@pytest.mark.parametrize(
    "cell",
    [
        'office:value-type="string" calcext:value-type="error"><text:p>#VALEUR !</text:p>',
        # Programs before LibreOffice 4 give an error the value 0.
        'office:value-type="float" office:value="0"><text:p>#REF !</text:p>',
        'office:value-type="float" office:value="0"><text:p>Err:508</text:p>',
    ],
)
@pytest.mark.parametrize("column", [8, 9])
def test_an_error_of_an_ods_is_told(column: int, cell: str, tmp_path: Path) -> None:
    (fault,) = faults(ods_with(tmp_path, VISITS, 2, column, cell))
    assert fault[0] == "C116"
    assert "ligne 3" in fault[1]


@pytest.mark.parametrize("shown", ["60 €", "€ 60", "EUR 60", "60,00 €"])
def test_a_length_shown_in_a_currency_by_an_ods_is_asked_for(shown: str, tmp_path: Path) -> None:
    cell = f'office:value-type="currency" office:currency="EUR" office:value="60"><text:p>{shown}</text:p>'
    (fault,) = faults(ods_with(tmp_path, VISITS, 2, 2, cell))
    assert fault == ("C102", "feuille « interventions », ligne 3, colonne « durée_min »")


@pytest.mark.parametrize(
    ("cell", "code", "met"),
    [
        (
            '"date" office:date-value="20226-03-10"><text:p>10/03/20226</text:p>',
            "C104",
            "20226",
        ),
        (
            '"date" office:date-value="9999-12-31T23:59:59.9"><text:p>?</text:p>',
            "D105",
            "9999",
        ),
        ('"float" office:value="1e400"><text:p>1E+400</text:p>', "C104", "inf"),
    ],
)
def test_a_value_beyond_any_is_a_fault_of_its_cell(cell: str, code: str, met: str, tmp_path: Path) -> None:
    """One slip of the keyboard spoils its cell, and not the workbook."""
    with pytest.raises(Refused) as refused:
        read_any(ods_with(tmp_path, "absences", 1, 5, f"office:value-type={cell}"))
    (issue,) = refusals(refused)
    assert issue.code == code
    assert "ligne 2, colonne « fin »" in issue.where
    assert met in issue.what


def test_the_last_second_of_all_is_no_crash(tmp_path: Path) -> None:
    """2958465.9999999 is 31/12/9999 23:59:59 and a little."""
    path = changed(tmp_path, put({"F2": 2958465.9999999}, "absences", "dd/mm/yyyy hh:mm"))
    assert [code for code, _ in faults(path)] == ["D105"]


def test_a_sunday_in_words_is_a_whole_day(tmp_path: Path) -> None:
    """The h of « dimanche » is no hour."""
    cell = 'office:value-type="date" office:date-value="2026-03-15"><text:p>dimanche 15 mars 2026</text:p>'
    found, _ = read(ods_with(tmp_path, "absences", 1, 5, cell))
    assert found.absences[0].interval.end == 7 * 1440


@pytest.mark.parametrize(("shown", "is_read"), [("2,0 h", True), ("2 jours", False), ("200 %", False)])
def test_a_unit_shown_by_an_ods_is_read_or_asked_for(shown: str, is_read: bool, tmp_path: Path) -> None:
    path = ods_with(
        tmp_path, VISITS, 1, 2, f'office:value-type="float" office:value="2"><text:p>{shown}</text:p>'
    )
    if is_read:
        assert read(path)[0].visits[0].duration == 120
    else:
        assert [code for code, _ in faults(path)] == ["C102"]


@pytest.mark.parametrize(
    "word", ["#ERREUR!", "#ERROR!", "#UNKNOWN!", "#N/D", "#CALC!", "#DIV/0 !", "Err:502"]
)
def test_an_error_in_any_spreadsheets_words_is_one(word: str) -> None:
    assert is_error(word, is_prose=True)
    assert is_error(word, is_prose=False)


def test_what_only_looks_like_an_error_is_somebodys_text_where_texts_stand() -> None:
    assert not any(is_error(text, is_prose=False) for text in ("#1", "C#", "# 12", "Err", "#", "n/a"))
    honest = ("#urgent!", "#Porte bleue !", "#RDV ?", "#non!")
    assert [is_error(text, is_prose=True) for text in honest] == [False] * 4
    assert [is_error(text, is_prose=False) for text in (*honest, "#XYZ!")] == [True] * 5


# -- numbers -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1001, "00000", "01001"),
        (7, '"V-"000', "V-007"),
        (7, "\\V000", "V007"),
        (62427, "00000", ""),
        (123456, "00000", ""),
        (612345678, '0#" "##" "##" "##" "##', "06 12 34 56 78"),
        (45, "General", ""),
        (45, "0.00", ""),
        (45000, "#,##0", ""),
        (5, "0%", ""),
        (46091, "dd/mm/yyyy", ""),
        (45, '0" min"', "45 min"),
        (1001, "[Red]00000;-0", "01001"),
        (2, '0.0" h"', ""),
    ],
)
def test_what_a_format_adds_to_digits_is_shown(value: int, form: str, shown: str) -> None:
    assert shown_number(value, form) == shown


@pytest.mark.parametrize(
    ("text", "form", "shown"),
    [
        ("2", '0.0" h"', "2 h"),
        ("2", 'General" h"', "2 h"),
        ("2", "0.00\\ \\m\\i\\n", "2 min"),
        ("700", '#,##0.0," k€"', "700 k€"),
        ("0.8", "0%", "80.0 %"),
        ("12.5", "#,##0.00\\ [$€-40C]", "12.5 €"),
        ("60", "#,##0 €", "60 €"),
        ("60", '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "60 €"),
        ("60", "[$€-2] #,##0", "€ 60"),
        ("60", '"$"#,##0.00_);[Red]("$"#,##0.00)', "60 €"),
        ("60", "[$CHF] #,##0.00", "CHF 60"),
        ("60", "[Red]0.00", ""),
        ("45", "0.00", ""),
    ],
)
def test_the_unit_that_a_format_shows_is_part_of_a_quantity(text: str, form: str, shown: str) -> None:
    assert with_unit(text, form) == shown


@pytest.mark.parametrize(
    ("sheet", "place", "value", "form"),
    [
        *((VISITS, "C2", 2, f'0" {unit}"') for unit in ("jours", "s")),
        (VISITS, "C2", 1, "0%"),
        ("trajets", "E2", 12, '0" km"'),
        ("financements", "C2", 700, '0.0" k€"'),
        (VISITS, "I2", 1, "0%"),
        *((VISITS, "C2", 45, form) for form in ("0.00\\ [$€-40C]", "#,##0 €", "[$€-2] #,##0", '"€ "0')),
        *(("intervenants", "G2", 38, f'0" {unit}"') for unit in ("c", "cts", "£")),
    ],
)
def test_a_quantity_in_another_unit_is_asked_for(
    sheet: str, place: str, value: int, form: str, tmp_path: Path
) -> None:
    """The spreadsheet shows twelve kilometres: they are no twelve metres."""
    (fault,) = faults(changed(tmp_path, put({place: value}, sheet, form)))
    assert fault[0] == "C102"
    assert "ligne 2" in fault[1]


@pytest.mark.parametrize(
    "form", ["0.00 €", "€ 0.00", "[$EUR] 0.00", '0.00" €/km"', '0.00" EUR"', "#,##0.00\\ [$€-40C]"]
)
def test_an_amount_shown_in_euros_is_one(form: str, tmp_path: Path) -> None:
    found, _ = read(changed(tmp_path, put({"G2": 0.38}, "intervenants", form)))
    assert found.workers[0].cents_per_km == 38


def test_noise_of_binary_fractions_is_no_digit() -> None:
    assert [exact(value) for value in (12.4 * 3, 0.1 + 0.2, 45.0, 1e14, 12.5)] == [
        "37.2",
        "0.3",
        "45",
        "1" + "0" * 14,
        "12.5",
    ]


def test_only_hours_and_seconds_make_a_clock() -> None:
    assert [
        shows_clock(form)
        for form in ("dd/mm/yyyy hh:mm", "h:mm", "dd/mm/yyyy", '"hs" dd mmm', "[$-40C]d mmm")
    ] == [*(True, True, False, False, False)]


def test_a_commune_is_what_the_spreadsheet_shows(tmp_path: Path) -> None:
    found, _ = read(changed(tmp_path, put({"B2": 1001}, "sites", "00000")))
    assert found.sites[0].commune == "01001"


# -- dates and hours ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "form", "minutes"),
    [
        (time(0, 45), "h:mm:ss", 45),
        (timedelta(minutes=90), "[h]:mm", 90),
        (timedelta(hours=23, minutes=30), "[h]:mm:ss", 1410),
        ("0:45", "@", 45),
        (2, '0" h"', 120),
        (2, '0.0" h"', 120),
        (2, 'General" h"', 120),
        (2, '0.00\\ "h"', 120),
        (1.5, '0.0\\ "h"', 90),
        (130, '0"h"00', 90),
        (45, '0" min"', 45),
        (45.00000000000001, "0", 45),
    ],
)
def test_a_length_is_read_in_any_clock(value: object, form: str, minutes: int, tmp_path: Path) -> None:
    found, _ = read(changed(tmp_path, put({"C2": value}, form=form)))
    assert found.horizon.minutes(found.visits[0].duration) == minutes


@pytest.mark.parametrize(("value", "code"), [("=Listes!A1", "C117"), ("#REF!", "C116")])
def test_a_header_that_failed_is_no_unknown_column(value: str, code: str, tmp_path: Path) -> None:
    path = changed(tmp_path, put({"L1": value}))
    assert faults(path) == [(code, "feuille « interventions », ligne 1")]


ABSENCES, OTHERS, TOURS = "absences", "autres_travaux", "disponibilités"


def test_an_absence_by_dates_ends_with_its_last_day(tmp_path: Path) -> None:
    """From the 9th to the 10th of March: until the night of the 10th, two days."""
    days = {"E2": date(2026, 3, 9), "F2": date(2026, 3, 10)}
    found, _ = read(changed(tmp_path, put(days, ABSENCES, "dd/mm/yyyy")))
    assert (found.absences[0].interval.start, found.absences[0].interval.end) == (0, 2 * 1440)


def test_other_work_by_dates_ends_with_its_last_day(tmp_path: Path) -> None:
    days = {"B2": date(2026, 3, 10), "C2": date(2026, 3, 11)}
    found, _ = read(changed(tmp_path, put(days, OTHERS, "dd/mm/yyyy")))
    assert (found.workers[0].other_work[0].start, found.workers[0].other_work[0].end) == (1440, 3 * 1440)


@pytest.mark.parametrize(
    ("sheet", "place", "form"),
    [
        (ABSENCES, "F2", "dd/mm/yyyy hh:mm"),
        (OTHERS, "C2", "yyyy-mm-dd h:mm:ss"),
        (TOURS, "C2", "dd/mm/yyyy hh:mm"),
        (TOURS, "C2", "dd/mm/yyyy"),
        ("horaires", "B2", "dd/mm/yyyy"),
        (ABSENCES, "G2", "dd/mm/yyyy"),
        ("roulements_reçus", "B2", "dd/mm/yyyy"),
    ],
)
def test_a_date_without_an_hour_is_no_midnight(sheet: str, place: str, form: str, tmp_path: Path) -> None:
    """Nobody can tell 00:00 in a date cell from an hour that was forgotten."""
    (fault,) = faults(changed(tmp_path, put({place: datetime.fromisoformat("2026-03-10")}, sheet, form)))
    assert fault[0] == "C104"
    assert "ligne 2" in fault[1]


def test_a_moment_to_the_second_is_what_the_cell_shows(tmp_path: Path) -> None:
    """46090.3472222 is 08:19:59.998."""
    found, _ = read(changed(tmp_path, put({"B2": 46090.3472222}, "horaires", "dd/mm/yyyy hh:mm")))
    assert found.visits[0].windows[0].earliest == 8 * 60 + 20


# -- sheets ------------------------------------------------------------------------------------------------
def test_a_hidden_table_is_read_and_said(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book["liens"].sheet_state = "hidden"
        book[VISITS].row_dimensions[3].hidden = True

    found, remarks = read(changed(tmp_path, hide))
    assert differences(sound(), found) == []
    assert remarks == ["C206", "C206"]


def test_a_sheet_of_notes_is_refused_without_guessing_a_table(tmp_path: Path) -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("Listes")["A1"] = "oui"

    with pytest.raises(Refused) as refused:
        read_any(changed(tmp_path, add))
    (issue,) = refusals(refused)
    assert (issue.code, "limites" in issue.hint) == ("C003", False)


@pytest.mark.parametrize("name", ["classeur.ods", "classeur.txt", "classeur"])
def test_a_workbook_is_known_by_its_content_whatever_its_name(name: str, tmp_path: Path) -> None:
    """A mail program, or somebody's hand, gave it another suffix."""
    found, said = read(changed(tmp_path, lambda book: None).rename(tmp_path / name))
    assert not differences(found, sound())
    assert said == []


@pytest.mark.parametrize("name", ["classeur.xlsb", "classeur.numbers", "classeur.xlsx"])
@pytest.mark.parametrize(
    ("part", "form"), [("xl/workbook.bin", ".xlsb"), ("Index/Document.iwa", "Numbers"), ("a.txt", None)]
)
def test_a_workbook_that_nobody_reads_here_is_refused_by_its_form(
    part: str, form: str | None, name: str, tmp_path: Path
) -> None:
    """Neither is "an archive that is no workbook"."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"\0")
    with pytest.raises(Refused) as refused:
        read_any(path)
    (issue,) = refusals(refused)
    assert issue.code == "C010"
    assert (form or "une archive qui n’est pas un classeur") in issue.what
