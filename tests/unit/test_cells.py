"""Cells are read as people write them; what could mean two things is asked for, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.exchange.reading import read_any
from brigade.exchange.sheets.cells import (
    CellFault,
    read_choice,
    read_codes,
    read_day,
    read_euros,
    read_flag,
    read_minutes,
    read_moment,
    read_spells,
    write_moment,
)
from brigade.exchange.sheets.grids import Grid, read_grids
from brigade.units import PARIS
from tests.faults.base import sound, tables
from tests.sameness import differences


@pytest.mark.parametrize(
    ("text", "minutes"), [("45", 45), ("12,5", 12.5), ("12.5", 12.5), ("1h30", 90), ("2 h", 120), ("1 200", 1200), ("-5", -5)]
)
def test_lengths(text: str, minutes: float) -> None:
    assert read_minutes(text) == minutes


@pytest.mark.parametrize("text", ["31/12/2026", "2026-12-31", "2026-12-31 00:00:00"])
def test_days(text: str) -> None:
    assert read_day(text) == "2026-12-31"


@pytest.mark.parametrize(
    "text",
    ["31/12/2026 08:30", "31/12/2026 8h30", "2026-12-31 08:30", "2026-12-31T08:30:00", "2026-12-31 08:30:00+01:00"],
)
def test_instants_without_offset_are_local(text: str) -> None:
    assert read_moment(text, PARIS) == "2026-12-31T08:30:00+01:00"


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


def test_yes_no_and_choices_mind_neither_case_nor_accents() -> None:
    assert [read_flag(text) for text in ("Oui", "VRAI", "x", "non", "0")] == [True, True, True, False, False]
    assert read_choice("Velo electrique", ["car", "e_bike"]) == "e_bike"
    assert read_choice("e_bike", ["car", "e_bike"]) == "e_bike"
    assert [read_choice(text, ["P1", "P2"]) for text in ("p2", "2")] == ["P2", "P2"]


def test_lists_hold_several_values_in_a_cell() -> None:
    assert read_codes("A | B,C ;D") == ["A", "B", "C", "D"]
    assert read_spells("1800 | 12,5") == [1800, 12.5]


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


def test_english_names_and_capitals_are_read(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    (folder / "saad.csv").rename(folder / "Providers.csv")
    path = folder / "Providers.csv"
    path.write_text(path.read_text("utf-8-sig").replace("identifiant;nom;statut", "ID;Name; Legal status"), "utf-8")
    assert differences(sound(), read_any(folder)) == []


def test_a_cell_on_several_lines_is_one_row_as_in_the_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text('identifiant;commune\n"L\n1";x\n\nL2;y\n', "utf-8")
    grids, issues = read_grids(tmp_path)
    assert (grids, issues) == (
        [Grid("sites", "sites.csv", (("identifiant", "commune"), ("L\n1", "x"), ("", ""), ("L2", "y")))],
        [],
    )
