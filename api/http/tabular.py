"""Answers as tables: JSON for programs, CSV or a workbook for people, in their language."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

from api.http.described_responses import Responses
from api.http.unit import Answer, ModelResponse, View
from brigade.exchange.reports.cells_out import safe_cell
from brigade.exchange.sheets.table_files import write_folder, write_workbook
from brigade.units import PARIS
from brigade.words import word
from brigade.words.formats import fixed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


class TableFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class TabularAnswer:
    """`kind`: `export.<kind>` names the sheet, `export.<kind>.<column>` each of its columns, a key of the
    rows."""

    kind: str
    columns: Sequence[str]
    rows: Sequence[BaseModel | Mapping[str, object]]
    lang: str

    @property
    def name(self) -> str:
        return word(f"export.{self.kind}", self.lang)

    def sheet(self) -> tuple[str, list[str], list[list[str | int]]]:
        return (
            self.name,
            [word(f"export.{self.kind}.{column}", self.lang) for column in self.columns],
            [[cell(_value(row, column), self.lang) for column in self.columns] for row in self.rows],
        )


def _value(row: BaseModel | Mapping[str, object], key: str) -> object:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)


def cell(value: object, lang: str) -> str | int:
    """Local times as texts; a text that a spreadsheet would take for a formula is told to be a text."""
    match value:
        case None:
            return ""
        case bool():
            return word("export.true" if value else "export.false", lang)
        case int():
            return value
        case float():
            return fixed(value, lang, 2)
        case datetime():
            return f"{value.astimezone(PARIS):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return safe_cell(str(value))


def answer(
    format: TableFormat, name: str, body: View, tables: Sequence[TabularAnswer]
) -> ModelResponse[View]:
    """`body` as JSON; all `tables` as sheets of a workbook; the first of them as CSV."""
    if format is TableFormat.JSON:
        return Answer(body).response()
    # No cache keeps it: files hold names and hours.
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"', "Cache-Control": "no-store"}
    with tempfile.TemporaryDirectory(prefix="brigade-export-") as folder:
        if format is TableFormat.CSV:
            write_folder([tables[0].sheet()], Path(folder))
            return ModelResponse(
                Path(folder, f"{tables[0].name}.csv").read_bytes(), headers=headers, media_type=CSV
            )
        write_workbook([table.sheet() for table in tables], Path(folder, "export.xlsx"))
        return ModelResponse(Path(folder, "export.xlsx").read_bytes(), headers=headers, media_type=XLSX)


def documented(description: str) -> Responses:
    """The OpenAPI responses of a route that answers so, beside its JSON."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": description, "content": {CSV: {"schema": {"type": "string"}}, XLSX: binary}}}
