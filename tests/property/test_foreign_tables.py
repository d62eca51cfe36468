"""Tables of ours under other names, with dates and hours apart and other codes, come back the same through a
mapping."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.reading import read_any, write_any
from brigade.exchange.sheets.layout import ALL_TABLES, Cell, Column, TableLayout
from brigade.values.problem import Problem
from tests.sameness import differences
from tests.strategies import small_problems

TABLES = {table.french: table for table in ALL_TABLES}


class Disguise:
    """Renames one table's columns, parts its moments, and gives its choices codes; the mapping says all of
    it."""

    def __init__(self, table: TableLayout, rows: list[dict[str, str]], draw: Any) -> None:
        self.table, self.rows, self.draw = table, rows, draw
        self.columns: dict[str, Any] = {}
        self.made: list[dict[str, str]] = [{} for _ in rows]
        for number, column in enumerate(table.columns):
            if rows and column.french in rows[0]:
                self.column(f"Champ {number} **", column)

    def column(self, header: str, column: Column) -> None:
        cells = [row[column.french] for row in self.rows]
        if (
            column.cell is Cell.MOMENT
            and all(" " in cell or not cell for cell in cells)
            and self.draw(st.booleans())
        ):
            self.columns[column.french] = {"headers": [f"{header} jour", f"{header} heure"]}
            for row, cell in zip(self.made, cells, strict=True):
                row[f"{header} jour"], _, row[f"{header} heure"] = cell.partition(" ")
        elif column.cell in (Cell.CHOICE, Cell.FLAG) and self.draw(st.booleans()):
            codes = {cell: f"Code {n}" for n, cell in enumerate(sorted(set(cells) - {""}))}
            self.columns[column.french] = {
                "headers": [header],
                "codes": {theirs: ours for ours, theirs in codes.items()},
            }
            for row, cell in zip(self.made, cells, strict=True):
                row[header] = codes.get(cell, "")
        elif len(set(cells)) == 1 and cells[0] and self.draw(st.booleans()):
            self.columns[column.english] = {"value": cells[0]}
        else:
            self.columns[column.english] = {"headers": [header.upper()]}
            for row, cell in zip(self.made, cells, strict=True):
                row[header] = cell

    def is_told(self) -> bool:
        """Whether every row says something in the file: a blank one is no row, whatever the mapping
        adds."""
        return all(any(row.values()) for row in self.made)


def disguised(folder: Path, draw: Any) -> dict[str, Any]:
    """Rewrites the tables of a folder; the mapping that reads them."""
    mapped = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        if not rows or not draw(st.booleans()):
            continue
        disguise = Disguise(TABLES[path.stem], rows, draw)
        if not disguise.is_told():
            continue
        path.unlink()
        with (folder / f"Export {path.stem}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(disguise.made[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(disguise.made)
        mapped.append(
            {
                "table": path.stem,
                "file": f"export {path.stem[:4]}*{path.stem[4:]}",
                "columns": disguise.columns,
            }
        )
    return {"format": "brigade-mapping", "version": 1, "source": "X", "tables": mapped}


@settings(max_examples=14, deadline=None)
@given(problem=small_problems(), data=st.data())
def test_tables_under_other_names_give_the_same_problem(problem: Problem, data: st.DataObject) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place, "tables")
        write_any(problem, folder)
        document = disguised(folder, data.draw)
        mapping = mapping_from_json(document) if document["tables"] else None
        assert differences(problem, read_any(folder, mapping=mapping)) == []
