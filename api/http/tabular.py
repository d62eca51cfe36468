"""Answers as tables: JSON for programs, CSV or a workbook for people, as French spreadsheets like them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from fastapi.responses import Response

from api.http.unit import json_text
from brigade.exchange.reports.cells_out import safe_cell
from brigade.exchange.sheets.table_files import write_folder, write_workbook
from brigade.units import PARIS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class TabularAnswer:
    """`columns`: French header by key of the rows."""

    name: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]

    def sheet(self) -> tuple[str, list[str], list[list[str | int]]]:
        return (
            self.name,
            list(self.columns.values()),
            [[cell(row.get(key)) for key in self.columns] for row in self.rows],
        )


def cell(value: Any) -> str | int:
    """Local times as texts; a text that a spreadsheet would take for a formula is told to be a text."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int():
            return value
        case float():
            return f"{value:.2f}".replace(".", ",")
        case datetime():
            return f"{value.astimezone(PARIS):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return safe_cell(str(value))


def answer(format: Format, name: str, body: Mapping[str, Any], tables: Sequence[TabularAnswer]) -> Response:
    """`body` as JSON; all `tables` as sheets of a workbook; the first of them as CSV."""
    if format is Format.JSON:
        return Response(json_text(body), media_type="application/json")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"', "Cache-Control": "no-store"}
    with tempfile.TemporaryDirectory(prefix="brigade-export-") as folder:
        if format is Format.CSV:
            write_folder([tables[0].sheet()], Path(folder))
            return Response(
                Path(folder, f"{tables[0].name}.csv").read_bytes(), headers=headers, media_type=CSV
            )
        write_workbook([table.sheet() for table in tables], Path(folder, "export.xlsx"))
        return Response(Path(folder, "export.xlsx").read_bytes(), headers=headers, media_type=XLSX)


def documented(description: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of a route that answers so, beside its JSON."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": description, "content": {CSV: {"schema": {"type": "string"}}, XLSX: binary}}}
