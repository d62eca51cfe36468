"""Files to grids of texts and back: a folder of CSV tables, or the sheets of one .xlsx. No cell is interpreted here."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import pandas as pd

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.json_text import read_bytes
from brigade.exchange.sheets.cells import Value, decimal_comma

LARGEST_UNPACKED = 500_000_000
ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass(frozen=True, slots=True)
class Grid:
    """The texts of one table. `rows[0]` is the header; `rows[n]` is row n + 1 of the spreadsheet."""

    name: str
    label: str
    rows: tuple[tuple[str, ...], ...]

    def at(self, row: int, column: str | None = None) -> str:
        """« visites.csv, ligne 14, colonne « début » », rows counted from 0."""
        place = f"{self.label}, ligne {row + 1}"
        return place if column is None else f"{place}, colonne « {column} »"


def read_grids(path: Path) -> tuple[list[Grid], list[Issue]]:
    """Every table of a folder or of an .xlsx, and what could not be read of them."""
    if path.is_dir():
        return _read_folder(path)
    try:
        return _read_workbook(path), []
    except UnreadableInput as refused:
        return [], list(refused.issues)


def _read_folder(folder: Path) -> tuple[list[Grid], list[Issue]]:
    grids: list[Grid] = []
    issues: list[Issue] = []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    for path in files:
        try:
            grids.append(Grid(path.stem, path.name, _csv_rows(_decode(read_bytes(path), path.name), path.name)))
        except UnreadableInput as refused:
            issues += refused.issues
    if not files:
        issues.append(Issue("C001", str(folder), "aucun fichier .csv", "un dossier avec une table par fichier .csv"))
    return grids, issues


def _decode(data: bytes, label: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4000]:
        raise UnreadableInput([Issue("C004", label, "UTF-16 ou fichier binaire", "enregistrer en CSV UTF-8")])
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as fault:
            last = fault
    met = f"octet 0x{data[last.start]:02x}, ligne {data.count(bytes([10]), 0, last.start) + 1}"
    raise UnreadableInput([Issue("C004", label, met, "enregistrer en CSV UTF-8")])


def _csv_rows(text: str, label: str) -> tuple[tuple[str, ...], ...]:
    if not text.strip():
        return ()
    separator = _separator(text)
    try:
        # pandas takes the width from the first row: give it a width that no row exceeds, the reader judges what is beyond.
        width = max((len(row) for row in csv.reader(StringIO(text, newline=""), delimiter=separator)), default=1)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return _texts(_frame(text, separator, width))
    except (csv.Error, pd.errors.ParserError, pd.errors.ParserWarning) as fault:
        row = re.search(r"row (\d+)|line (\d+)", str(fault))
        met = f"guillemet ouvert vers la ligne {int(row[1]) + 1 if row[1] else row[2]}" if row else "guillemets mal fermés"
        raise UnreadableInput([Issue("C011", label, met, "vérifier les guillemets : chacun se ferme")]) from None


def _frame(text: str, separator: str, width: int) -> pd.DataFrame:
    return pd.read_csv(
        StringIO(text, newline=""),
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        engine="c",
    )


def _separator(text: str) -> str:
    """`;` or `,` or a tabulation: what the header uses most, outside quotes."""
    header = "".join(part for n, part in enumerate(text.lstrip().split("\n", 1)[0].split('"')) if n % 2 == 0)
    return max((";", ",", "\t"), key=header.count)


def _texts(frame: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple("" if pd.isna(cell) else str(cell) for cell in row) for row in frame.itertuples(index=False))


def _read_workbook(path: Path) -> list[Grid]:
    if not path.exists():
        read_bytes(path)  # says so
    fault = _not_a_workbook(path)
    if fault:
        raise UnreadableInput([Issue("C010", path.name, fault, "un classeur .xlsx enregistré par un tableur")])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations it leaves aside: no cell is in them
            frames: Mapping[Any, pd.DataFrame] = pd.read_excel(
                path, sheet_name=None, header=None, dtype=str, keep_default_na=False, na_filter=False, engine="openpyxl"
            )
    except (KeyError, ValueError, OSError, IndexError, TypeError, AttributeError, ParseError, zipfile.BadZipFile) as broken:
        met = f"classeur illisible ({type(broken).__name__})"
        raise UnreadableInput([Issue("C010", path.name, met, "l'ouvrir et l'enregistrer à nouveau en .xlsx")]) from None
    return [Grid(str(name), f"{path.name}, feuille « {name} »", _texts(frame)) for name, frame in frames.items()]


def _not_a_workbook(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            if "[Content_Types].xml" not in archive.namelist() or "xl/workbook.xml" not in archive.namelist():
                return "une archive qui n'est pas un classeur"
            size = sum(entry.file_size for entry in archive.infolist())
            return f"{size} octets une fois ouvert" if size > LARGEST_UNPACKED else None
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return "pas un classeur .xlsx"


# -- writing -----------------------------------------------------------------------------------------------------------
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]]]
"""Name, header, rows."""


def write_folder(sheets: Iterable[Sheet], folder: Path) -> None:
    """One CSV a table, as French spreadsheets like them: `;`, decimal comma, UTF-8 with its mark, CRLF."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in sheets:
        frame = pd.DataFrame([[decimal_comma(cell) for cell in row] for row in rows], columns=list(header), dtype=object)
        frame.to_csv(folder / f"{name}.csv", sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def write_workbook(sheets: Iterable[Sheet], path: Path) -> None:
    """One sheet a table; numbers are numbers, times are texts."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, header, rows in sheets:
            cells = [[float(cell) if not isinstance(cell, str | int) else cell for cell in row] for row in rows]
            pd.DataFrame(cells, columns=list(header), dtype=object).to_excel(writer, sheet_name=name, index=False)


def blank(row: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in row)


def filled_rows(grid: Grid) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows under the header that hold something, with their number from 0."""
    return ((number, row) for number, row in enumerate(grid.rows) if number > 0 and not blank(row))
