"""Clock-ins: who came when, as a service's télégestion exports it, read as any table of ours or by a
mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.grids.grids import read_grids
from brigade.exchange.mapping.applying import apply, vocabulary_of
from brigade.exchange.mapping.mapping_document import of_table
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.sheets.layout import CLOCK_INS, VOCABULARY
from brigade.exchange.sheets.opening import OpenTable, match_tables, rows_of
from brigade.units import PARIS
from brigade.values import input_words
from brigade.values.input_words import by_word, plain

CAUSES = by_word(input_words.CAUSES)
"""As people write them, to the words of the service; an export's own codes are the mapping's."""


@dataclass(frozen=True, slots=True)
class ClockIn:
    """One passage. `places`: file, row and column of each field. Named by its visit, or by its client and
    hour."""

    places: Mapping[str, str]
    visit_id: str | None = None
    client_id: str | None = None
    worker_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    done: bool = True
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class ClockIns:
    rows: tuple[ClockIn, ...] = ()
    remarks: tuple[Issue, ...] = ()


def read_clock_ins(path: Path, mapping: MappingDocument | None = None) -> ClockIns:
    """Raises: UnreadableInput, with every cell, column and file that cannot be read, and every row that names
    no visit."""
    known = vocabulary_of(mapping) if mapping else VOCABULARY
    read = read_grids(path, known.beside(CLOCK_INS.names(), CLOCK_INS.by_name))
    if mapping is not None:
        apply(of_table(mapping, CLOCK_INS), read)
    opened = match_tables(read, (CLOCK_INS,), is_partial=True).get(CLOCK_INS.english) if read.grids else None
    issues: list[Issue] = read.issues
    if opened is None:
        if not issues:
            issues.append(Issue("C002", path.name, "no_clock_in_table"))
        raise UnreadableInput(issues)
    rows = []
    for row in rows_of(opened, PARIS, issues):
        values = {column[0]: value for column, value in row.values.items() if value is not None}
        if not values:
            continue
        rows.append(_row(_places(opened, row.number), values, issues))
    if issues:
        raise UnreadableInput(issues)
    return ClockIns(tuple(rows), tuple(read.remarks))


def _places(opened: OpenTable, row: int) -> dict[str, str]:
    """A column that the file lacks is called as ours."""
    return {
        column.path[0]: opened.place(row, column)
        if column in opened.columns
        else opened.grid.at(row, column.french)
        for column in CLOCK_INS.columns
    }


def _row(places: Mapping[str, str], values: dict[str, Any], issues: list[Issue]) -> ClockIn:
    start, end = (_moment(values.get(name)) for name in ("starts_at", "ends_at"))
    visit, client, worker = (_text(values.get(name)) for name in ("visit_id", "client_id", "worker_id"))
    done, cause = bool(values.get("done", "cause" not in values)), _text(values.get("cause"))
    if visit is None and (client is None or start is None):
        where = places["visit_id" if client is None else "starts_at"]
        issues.append(Issue("D101", where, "clock_in_without_visit"))
    return ClockIn(
        places,
        visit,
        client,
        worker,
        start,
        end,
        done,
        None if cause is None else CAUSES.get(plain(cause), cause),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(value: Any) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
