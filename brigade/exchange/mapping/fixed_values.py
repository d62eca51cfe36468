"""What a mapping says by itself, read as a cell of ours would be: constants, what codes mean, what a blank
means. A word that is none of ours is told once, at its place, and not when an export first holds its code."""

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
    """Args: where: the place of the column in the mapping."""
    for name, text in _fixed_values(column):
        # To nothing: whether a blank is a fault is for the row that holds the code.
        if text.strip():
            try:
                read_cell(RawCell(text), ours, PARIS)
            except CellFault as fault:
                yield fault.issue(f"{where}.{name}", said(text))


def _fixed_values(column: ColumnMapping) -> Iterator[tuple[str, str]]:
    if column.value is not None:
        yield "value", column.value
    if column.if_blank is not None:
        yield "if_blank", column.if_blank
    for theirs, text in column.codes.items():
        yield f"codes.{theirs}", text
