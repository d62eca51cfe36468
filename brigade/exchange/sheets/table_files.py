"""Tables out: a folder of CSV files, or the sheets of one .xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from brigade.exchange.sheets.cells import Value, decimal_comma

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Value]]]
"""Name, header, rows."""


def write_folder(sheets: Iterable[Sheet], folder: Path) -> None:
    """One CSV a table, as French spreadsheets like them: `;`, decimal comma, UTF-8 with its mark, CRLF."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in sheets:
        frame = pd.DataFrame(
            [[decimal_comma(cell) for cell in row] for row in rows], columns=list(header), dtype=object
        )
        frame.to_csv(
            folder / f"{name}.csv", sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n"
        )


def write_workbook(sheets: Iterable[Sheet], path: Path) -> None:
    """One sheet a table; numbers are numbers, times are texts."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, header, rows in sheets:
            cells = [
                [float(cell) if not isinstance(cell, str | int) else cell for cell in row] for row in rows
            ]
            pd.DataFrame(cells, columns=list(header), dtype=object).to_excel(
                writer, sheet_name=name, index=False
            )
