"""The values that a mapping itself gives to our columns: constants, meanings of codes, meaning of a blank.

They are read as cells of ours, so that a wrong one is told at its place before an export first needs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.raw import RawCell
from brigade.exchange.mapping.mapping_shapes import ColumnMapping
from brigade.exchange.sheets.cells import read_cell
from brigade.exchange.sheets.clocks import CellFault
from brigade.exchange.sheets.layout import Column
from brigade.units import PARIS


def fixed_value_faults(column: ColumnMapping, ours: Column, where: str) -> Iterator[Issue]:
    """A fault for each value that our column cannot hold. Args: where: the column's place in the mapping."""
    for name, text in _fixed_values(column):
        # A blank may be one for an optional column: the row that holds the code says whether it is a fault.
        if text.strip():
            try:
                read_cell(RawCell(text), ours, PARIS)
            except CellFault as fault:
                yield fault.issue(f"{where}.{name}", said(text))


def _fixed_values(column: ColumnMapping) -> Iterator[tuple[str, str]]:
    """Each with its place within the column."""
    if column.value is not None:
        yield "value", column.value
    if column.if_blank is not None:
        yield "if_blank", column.if_blank
    for theirs, text in column.codes.items():
        yield f"codes.{theirs}", text
