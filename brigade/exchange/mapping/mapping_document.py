"""The mapping document: read and checked whole against the tables it fills, and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.calendars.event_employees import CalendarWishes
from brigade.exchange.documents.json_text import decode, parse, pretty, read_bytes
from brigade.exchange.documents.problem_document import check_head
from brigade.exchange.documents.shape_faults import read_model, said
from brigade.exchange.mapping.fixed_values import fixed_value_faults
from brigade.exchange.mapping.mapping_shapes import (
    MAPPING_FORMAT,
    MAPPING_VERSION,
    CalendarMapping,
    ColumnMapping,
    MappingDocument,
    TableMapping,
    Unit,
)
from brigade.exchange.sheets.layout import ALL_TABLES, OTHER_TABLES, STOPS, Cell, Column, TableLayout
from brigade.values.demand import AbsenceKind
from brigade.values.input_words import plain
from brigade.values.validation.checks import suggestion

TABLES = {name: table for table in (*ALL_TABLES, *OTHER_TABLES) for name in table.names()}
UNITS = {Cell.MINUTES: tuple(Unit), Cell.SPELLS: tuple(Unit), Cell.MOMENT: (Unit.HOURS,)}
"""Which units the bare numbers of a kind of cell can have."""


def read_mapping(source: Path | bytes) -> MappingDocument:
    """Raises: UnreadableInput, with every fault of form, and every name that is no table or column of
    ours."""
    data = source if isinstance(source, bytes) else read_bytes(source)
    where = "mapping" if isinstance(source, bytes) else source.name
    return mapping_from_json(parse(decode(data, where), where))


def mapping_from_json(value: Any) -> MappingDocument:
    """As `read_mapping`, from plain JSON values."""
    check_head(value, MAPPING_FORMAT, MAPPING_VERSION)
    document = read_model(MappingDocument, value)
    issues = list(_faults(document))
    if issues:
        raise UnreadableInput(issues)
    return document


def mapping_to_json(mapping: MappingDocument) -> dict[str, Any]:
    """Without what stands at its default."""
    head = {"format": mapping.format, "version": mapping.version}
    shown: dict[str, Any] = head | mapping.model_dump(mode="json", exclude_defaults=True)
    return shown


def mapping_text(mapping: MappingDocument) -> str:
    return pretty(mapping_to_json(mapping))


def table_of(mapped: TableMapping) -> TableLayout:
    return TABLES[plain(mapped.table)]


def of_problem(mapping: MappingDocument) -> MappingDocument:
    """What the mapping says of the tables of a problem: an export of stops, or of clock-ins, is another
    file."""
    return mapping.model_copy(
        update={"tables": [one for one in mapping.tables if table_of(one) not in OTHER_TABLES]}
    )


def of_table(mapping: MappingDocument, table: TableLayout) -> MappingDocument:
    """What it says of one of the others."""
    return mapping.model_copy(update={"tables": [one for one in mapping.tables if table_of(one) is table]})


def of_stops(mapping: MappingDocument) -> MappingDocument:
    return of_table(mapping, STOPS)


def calendar_wishes(mapping: MappingDocument | None) -> CalendarWishes:
    """How calendars of this source are read; without a word of them, as by default."""
    given = (mapping.calendar if mapping else None) or CalendarMapping()
    kinds = {word: AbsenceKind(kind) for word, kind in given.kinds.items()}
    return CalendarWishes(given.employee, given.kind, given.employees, kinds, given.ignored)


# -- checks ------------------------------------------------------------------------------------------------
def _faults(document: MappingDocument) -> Iterator[Issue]:
    if not document.tables and document.calendar is None:
        yield Issue("M101", "tables", "empty_mapping")
    seen: dict[str, str] = {}
    for number, mapped in enumerate(document.tables):
        where = f"tables[{number}]"
        table = TABLES.get(plain(mapped.table))
        if table is None:
            near = {"met": said(mapped.table), "suggestion": suggestion(plain(mapped.table), TABLES)}
            yield Issue("M102", f"{where}.table", "no_such_table", near)
            continue
        if table.english in seen:
            yield Issue("M103", f"{where}.table", "same_table_mapped", {"seen": seen[table.english]})
            continue
        seen.setdefault(table.english, where)
        yield from _table_faults(mapped, table, where)


def _table_faults(mapped: TableMapping, table: TableLayout, where: str) -> Iterator[Issue]:
    if (mapped.file is None) == (not mapped.rows) or (mapped.rows and (mapped.columns or mapped.keep)):
        yield Issue("M104", where, "file_or_rows")
        return
    given: dict[str, str] = {}
    for name, column in mapped.columns.items():
        yield from _name_faults(name, table, f"{where}.columns", given)
        if (column.headers and column.value is not None) or (not column.headers and column.value is None):
            yield Issue("M104", f"{where}.columns.{name}", "header_or_constant")
        if column.value is not None and (column.codes or column.if_blank is not None):
            yield Issue("M104", f"{where}.columns.{name}", "constant_with_codes")
        yield from _column_faults(column, table.by_name.get(plain(name)), f"{where}.columns.{name}")
    for number, row in enumerate(mapped.rows):
        of_row: dict[str, str] = {}
        for name in row:
            yield from _name_faults(name, table, f"{where}.rows[{number}]", of_row)
    for ours in table.columns if mapped.file is not None else ():
        if ours.required and not given.keys() & set(ours.names()):
            yield Issue(
                "M105", f"{where}.columns", "column_not_said", {"column": ours.titles, "table": table.titles}
            )


def _name_faults(name: str, table: TableLayout, where: str, given: dict[str, str]) -> Iterator[Issue]:
    column = table.by_name.get(plain(name))
    if column is None:
        near = {"table": table.titles, "suggestion": suggestion(plain(name), table.by_name)}
        yield Issue("M102", f"{where}.{name}", "no_such_column", near)
        return
    if column.names()[0] in given:
        yield Issue("M103", f"{where}.{name}", "same_column_mapped", {"given": given[column.names()[0]]})
    # By both names: a column named once in each language is given twice.
    for one in column.names():
        given[one] = name


def _column_faults(column: ColumnMapping, ours: Column | None, where: str) -> Iterator[Issue]:
    for header, count in Counter(map(plain, column.headers)).items():
        if count > 1:
            yield Issue("M103", f"{where}.headers", "header_twice", {"header": header})
    yield from _doubled_codes(column, where)
    yield from _unit_faults(column, ours, where)
    if ours is not None:
        yield from fixed_value_faults(column, ours, where)


def _unit_faults(column: ColumnMapping, ours: Column | None, where: str) -> Iterator[Issue]:
    if column.unit is None or ours is None:
        return
    if ours.cell not in UNITS or column.unit not in UNITS[ours.cell]:
        yield Issue(
            "M111", f"{where}.unit", "unit_for_mapped_column", {"unit": column.unit, "column": ours.titles}
        )
    elif column.value is not None or column.codes:
        yield Issue("M104", where, "unit_without_number")


def _doubled_codes(column: ColumnMapping, where: str) -> Iterator[Issue]:
    met: dict[str, str] = {}
    for code, ours in column.codes.items():
        if met.setdefault(code_key(code), ours) != ours:
            yield Issue("M103", f"{where}.codes", "code_twice", {"code": code})


def code_key(text: str) -> str:
    """A code of theirs as it is compared: case and spaces around words do not matter, signs do (« + » and « -
    » are codes)."""
    return " ".join(text.casefold().split())
