"""Problems as tables: read whole or refused whole, written so that reading gives them back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from brigade.errors import Issue, Refused, UnreadableInput
from brigade.exchange.documents.composing import TravelFor, compose
from brigade.exchange.documents.problem_document import problem_to_json, shipped_travel
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.grids.grids import read_grids
from brigade.exchange.mapping.applying import apply, vocabulary_of
from brigade.exchange.mapping.mapping_document import of_problem
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.shapes.problem_shapes import ProblemDocument
from brigade.exchange.sheets.cells import Value, write_cell
from brigade.exchange.sheets.layout import (
    ACCORDS,
    ALL_TABLES,
    CHILDREN,
    LENDER_ACCORDS,
    PAST_DAYS,
    ROOTS,
    SETTINGS,
    SETTINGS_TABLE,
    TEXTS,
    TRAVEL,
    VALUES,
    VOCABULARY,
    TableLayout,
)
from brigade.exchange.sheets.opening import match_tables
from brigade.exchange.sheets.rows_to_json import DocumentBuilder, Json
from brigade.exchange.sheets.special import (
    gather_agreements,
    gather_texts,
    gather_travel,
    text_rows,
    travel_rows,
)
from brigade.exchange.sheets.table_files import Sheet, write_folder, write_workbook
from brigade.values.problem import Problem

WORKBOOK = ".xlsx"


def read_tables(
    path: Path | str,
    travel_for: TravelFor = shipped_travel,
    remarks: list[Issue] | None = None,
    mapping: MappingDocument | None = None,
) -> Problem:
    """A problem from a folder or a .zip of CSV tables, or one .xlsx or .ods.

    Args: remarks: filled with what was passed over on purpose (hidden sheets, titles, totals), which should
    be said;
        mapping: how the tables of another program become ours.

    Raises: UnreadableInput or InvalidProblem, with all issues; each place is a file, a row as the spreadsheet
        numbers it and a column.
    """
    gathered = gather_tables(Path(path), [] if remarks is None else remarks, mapping)
    try:
        return compose(read_model(ProblemDocument, gathered.document), travel_for)
    except Refused as refused:
        # Places in a document mean nothing to whoever fills tables: they become files, rows and columns.
        raise type(refused)([gathered.origins.translated(issue) for issue in refused.issues]) from None


def gather_tables(
    path: Path,
    remarks: list[Issue],
    mapping: MappingDocument | None = None,
    *,
    is_partial: bool = False,
    others: Sequence[TableLayout] = (),
) -> DocumentBuilder:
    """What tables say, before it is known whether it makes a problem.

    Args: is_partial: the rest is known elsewhere, so that no table has to be there; others: tables of the
        caller's that may stand among ours, opened and left to it.

    Raises: UnreadableInput, with every cell, column and table that cannot be read.
    """
    known = vocabulary_of(mapping) if mapping else VOCABULARY
    names = (name for table in others for name in table.names())
    read = read_grids(path, known.beside(names, (name for table in others for name in table.by_name)))
    if mapping is not None:
        apply(of_problem(mapping), read)
    opened = match_tables(read, (*ALL_TABLES, *others), is_partial=is_partial) if read.grids else {}
    gathering = DocumentBuilder(opened, read.issues, is_partial=is_partial)
    if read.grids:
        gathering.gather()
        gather_travel(gathering)
        gather_texts(gathering)
        gather_agreements(gathering)
    remarks += read.remarks
    if read.issues:
        raise UnreadableInput(read.issues)
    return gathering


def write_tables(problem: Problem, path: Path | str, travel_source: str | None = None) -> None:
    """Every table of a problem, into a folder or, when the name ends so, one .xlsx. Empty tables are written
    too: what stood there before would be read as part of this problem."""
    sheets = sheets_of(problem_to_json(problem, travel_source), problem.horizon.zone)
    if Path(path).suffix.lower() == WORKBOOK:
        write_workbook(sheets, Path(path))
    else:
        write_folder(sheets, Path(path))


def sheets_of(document: Json, zone: ZoneInfo) -> Iterator[Sheet]:
    """The tables of a problem document: French name, French header, rows."""
    yield _sheet(SETTINGS_TABLE, list(_settings(document, zone)))
    for table in ROOTS:
        rows = _found(document, table.place) or []
        yield _sheet(table, [_row(row, table, zone) for row in rows])
    for table in (*CHILDREN, PAST_DAYS):
        yield _sheet(table, list(_child_rows(document, table, zone)))
    yield _sheet(ACCORDS, list(_accords(document["demand"]["providers"], ACCORDS, zone)))
    yield _sheet(LENDER_ACCORDS, list(_accords(document["brigade"]["employers"], LENDER_ACCORDS, zone)))
    yield _sheet(TRAVEL, list(travel_rows(document["travel"], zone)))
    texts, values = text_rows(document.get("labour"), zone)
    yield _sheet(TEXTS, texts)
    yield _sheet(VALUES, values)


def _sheet(table: TableLayout, rows: list[list[Value]]) -> Sheet:
    return table.french, [column.french for column in table.columns], rows


def _settings(document: Json, zone: ZoneInfo) -> Iterator[list[Value]]:
    for column in SETTINGS:
        value = _found(document, column.path)
        if value is not None and value != []:
            yield [column.french, write_cell(value, column, zone)]


def _child_rows(document: Json, table: TableLayout, zone: ZoneInfo) -> Iterator[list[Value]]:
    owner = next(one for one in ROOTS if one.english == table.parent)
    for made in _found(document, owner.place) or []:
        held = _found(made, ("counters", "days") if table is PAST_DAYS else table.place)
        # For a `single` table the document holds an object, not a list.
        for row in [held] if isinstance(held, dict) else held or []:
            yield _row(row, table, zone, made[owner.key])


def _accords(parties: list[Json], table: TableLayout, zone: ZoneInfo) -> Iterator[list[Value]]:
    for party in parties:
        for rule, declared in party.get("accords", {}).items():
            made = declared if isinstance(declared, dict) else {"value": declared}
            yield _row({"rule": rule, **made}, table, zone, party["id"])


def _row(made: Json, table: TableLayout, zone: ZoneInfo, parent: str | None = None) -> list[Value]:
    columns: Sequence[Any] = table.columns
    return [
        write_cell(_found(made, column.path) if column.path else parent, column, zone) for column in columns
    ]


def _found(made: Any, path: Sequence[str]) -> Any:
    for step in path:
        made = made.get(step) if isinstance(made, dict) else None
    return made
