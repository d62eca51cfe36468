"""A mapping made from an example, question by question: whoever answers (a terminal, options, nobody) is a
parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from brigade.errors import Clause, Issue, UnreadableInput, Values, step
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.grids import read_grids
from brigade.exchange.mapping.applying import apply, vocabulary_of
from brigade.exchange.mapping.clock_in_tables import read_clock_ins
from brigade.exchange.mapping.mapping_document import TABLES, UNITS, mapping_from_json, of_table
from brigade.exchange.mapping.mapping_shapes import MAPPING_FORMAT, MAPPING_VERSION, MappingDocument, Unit
from brigade.exchange.mapping.proposing import (
    ColumnProposal,
    ExportExample,
    different,
    example_of,
    is_ours,
    likely_table,
    likely_unit,
    propose,
    unread_values,
    with_tables_beside,
)
from brigade.exchange.sheets.cells import read_codes
from brigade.exchange.sheets.layout import CLOCK_INS, OTHER_TABLES, VOCABULARY, Cell, Column, TableLayout
from brigade.exchange.sheets.opening import match_tables, rows_of
from brigade.units import PARIS
from brigade.values.input_words import CANCELLED, FALSE_WORDS, HEADERS, TRUE_WORDS, plain
from brigade.values.validation.checks import choice_titles, suggestion

NOTHING = "-"
CONSTANT = "="
AND = "+"
YES, NO = TRUE_WORDS[0], FALSE_WORDS[0]


class Asker(Protocol):
    """Answers in words, as they would be typed; `proposed` is the answer that Enter gives."""

    def tables(self, example: ExportExample, proposed: str) -> str:
        """Our tables that a file fills, apart by « + »; « - » for none."""

    def column(self, table: TableLayout, column: Column, proposed: str) -> str:
        """Headers apart by « + »; « =text » for a constant, « - » for nothing."""

    def keep(self, example: ExportExample, header: str, value: str, proposed: str) -> str:
        """Whether rows with this value are read: oui or non."""

    def unit(self, table: TableLayout, column: Column, proposed: str) -> str:
        """What bare numbers count: h, min or s; nothing proposed: nothing is to be asked."""

    def foreign(self, table: TableLayout, column: Column, values: Sequence[str]) -> Sequence[str]:
        """Of the values of a column of codes those to be translated, where whoever asks knows ours."""

    def code(self, table: TableLayout, column: Column, theirs: str) -> str:
        """One of our values for one of theirs, « - » for none; nothing where that is not known."""


@dataclass(frozen=True)
class ProposedAnswers:
    """Takes whatever is proposed. `named`: our tables, where whoever asks has said them."""

    named: str | None = None

    def tables(self, example: ExportExample, proposed: str) -> str:
        return self.named or proposed

    def column(self, table: TableLayout, column: Column, proposed: str) -> str:
        return proposed

    def keep(self, example: ExportExample, header: str, value: str, proposed: str) -> str:
        return proposed

    def unit(self, table: TableLayout, column: Column, proposed: str) -> str:
        return proposed

    def foreign(self, table: TableLayout, column: Column, values: Sequence[str]) -> Sequence[str]:
        return ()

    def code(self, table: TableLayout, column: Column, theirs: str) -> str:
        return ""


@dataclass
class _Making:
    asker: Asker
    issues: list[Issue] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    ignored_files: list[str] = field(default_factory=list)

    def file(self, example: ExportExample) -> None:
        proposed = f" {AND} ".join(one.french for one in with_tables_beside(likely_table(example)))
        answer = self.asker.tables(example, proposed)
        if answer == NOTHING:
            self.ignored_files.append(example.grid.name)
            return
        used: set[str] = set()
        named = [(name, TABLES.get(plain(name))) for name in answer.split(AND)]
        happened = any(table is CLOCK_INS for _, table in named)
        keep = {} if happened else self._keep(example)  # of what happened, also what did not is told
        for name, table in named:
            if table is None:
                near = {"met": said(name.strip()), "suggestion": suggestion(plain(name), TABLES)}
                self._tell("M102", example, "no_such_table", near)
                continue
            columns = self._columns(example, table, used)
            self.tables.append({"table": table.french, "file": example.grid.name, "columns": columns, **keep})
        self.ignored += [
            one
            for one in example.headers
            if one not in used | keep.get("keep", {}).keys() | set(self.ignored)
        ]

    def _keep(self, example: ExportExample) -> dict[str, Any]:
        """Which rows are read: a visit that its status calls cancelled is no visit."""
        kept: dict[str, dict[str, bool]] = {}
        for header in example.headers:
            if set(HEADERS["status"]).isdisjoint(plain(header).split("_")):
                continue
            for value in example.values(header):
                proposed = NO if any(word in plain(value) for word in CANCELLED) else YES
                answer = self.asker.keep(example, header, value, proposed)
                kept.setdefault(header, {})[value] = plain(answer) in TRUE_WORDS
                if plain(answer) not in (*TRUE_WORDS, *FALSE_WORDS):
                    self._tell("C106", example, "not_yes_or_no", {"value": value, "answer": said(answer)})
        return {"keep": kept} if kept else {}

    def _columns(self, example: ExportExample, table: TableLayout, used: set[str]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for proposal in propose(example, table):
            column = proposal.column
            answer = self.asker.column(table, column, f" {AND} ".join(proposal.headers) or NOTHING).strip()
            if answer == NOTHING or not answer:
                if column.required:
                    self._tell(
                        "M105",
                        example,
                        "column_without_source",
                        {"column": column.titles, "table": table.titles, "headers": list(example.headers)},
                    )
            elif answer.startswith(CONSTANT):
                made[column.french] = {"value": answer.lstrip(CONSTANT).strip()}
            elif headers := self._headers(example, answer):
                used |= set(headers)
                proposal = ColumnProposal(column, tuple(headers))
                unit = self._unit(example, table, proposal)
                parts = {"join": "-"} if len(headers) > 1 and column.cell is Cell.CODE else {}
                codes = self._codes(example, table, proposal)
                made[column.french] = {"headers": headers, **parts, **codes, **unit}
        return made

    def _headers(self, example: ExportExample, answer: str) -> list[str]:
        by_name = {plain(one): one for one in example.headers}
        whole = by_name.get(plain(answer))
        # A header may hold the sign that parts several: as it stands it is one.
        names = [answer] if whole else answer.split(AND)
        for name in names:
            if plain(name) not in by_name:
                near = {"name": name.strip(), "suggestion": suggestion(plain(name), by_name)}
                self._tell("M108", example, "no_such_header", near)
        return [by_name[plain(name)] for name in names if plain(name) in by_name]

    def _unit(self, example: ExportExample, table: TableLayout, proposal: ColumnProposal) -> dict[str, Any]:
        """What bare numbers count, where they are hours or seconds; where nothing tells, it is asked."""
        column = proposal.column
        if column.cell not in UNITS:
            return {}
        answer = self.asker.unit(table, column, likely_unit(example, column, proposal.headers) or "").strip()
        if answer and answer not in UNITS[column.cell]:
            self._tell(
                "M111",
                example,
                "unit_for_column",
                {"column": column.titles, "answer": answer, "units": list(UNITS[column.cell])},
            )
            return {}
        return {"unit": answer} if answer and answer != Unit.MINUTES else {}

    def _codes(self, example: ExportExample, table: TableLayout, proposal: ColumnProposal) -> dict[str, Any]:
        column = proposal.column
        values = (value for header in proposal.headers for value in example.values(header))
        is_list = column.cell is Cell.CODES
        met = different(one for value in values for one in (read_codes(value) if is_list else [value]))
        unread = list(unread_values(example, column, proposal.headers))
        if len(proposal.headers) == 1:
            unread += self.asker.foreign(table, column, [value for value in met if value])
        if not unread:
            return {}
        # With any code told, one that is not listed is a fault: so those that are ours already are listed
        # too.
        codes = {theirs: theirs for theirs in met if theirs and theirs not in unread}
        for theirs in unread:
            ours = self.asker.code(table, column, theirs).strip()
            if not ours:
                where = f"{example.grid.label}, {step('column', ' + '.join(proposal.headers))}"
                known = {"table": table.titles, "column": column.titles, "choices": _choices(column)}
                is_id = column.cell is Cell.CODE
                words = "id_unanswered" if is_id else "code_unanswered"
                self.issues.append(Issue("M110", where, words, {"code": said(theirs), **known}))
            codes[theirs] = "" if ours == NOTHING else ours
        return {"codes": codes}

    def _tell(self, code: str, example: ExportExample, words: str, values: Values) -> None:
        self.issues.append(Issue(code, example.grid.label, words, values))


def make_mapping(path: Path, source: str, asker: Asker) -> MappingDocument:
    """A mapping that reads the example at `path` whole.

    Raises: UnreadableInput, with everything that is left without an answer, or that the answers do not make
    readable.
    """
    document, issues = draft_mapping(path, source, asker)
    if issues:
        raise UnreadableInput(issues)
    return mapping_from_json(document)


def draft_mapping(path: Path, source: str, asker: Asker) -> tuple[dict[str, Any], list[Issue]]:
    """A mapping as far as the answers go, and what keeps it from reading the example: what has no answer,
    what cannot be read.

    Raises: UnreadableInput, for a file that cannot be opened, or that holds nothing to read.
    """
    read = read_grids(path, VOCABULARY)
    making = _Making(asker, list(read.issues))
    for grid in read.grids:
        if not is_ours(grid) and not grid.is_empty:
            making.file(example_of(grid))
    if not making.tables and not making.issues:
        making.issues.append(Issue("M101", path.name, "no_table_to_read"))
    if read.issues or not making.tables:
        raise UnreadableInput(making.issues)
    parts: Mapping[str, Sequence[Any]] = {
        "tables": making.tables,
        "ignored": making.ignored,
        "ignored_files": making.ignored_files,
    }
    head = {"format": MAPPING_FORMAT, "version": MAPPING_VERSION, "source": source}
    document = {**head, **{name: part for name, part in parts.items() if part}}
    return document, making.issues or unread_issues(path, mapping_from_json(document))


def unread_issues(path: Path, mapping: MappingDocument) -> list[Issue]:
    """What keeps the mapping from reading the file at `path`."""
    try:
        try_mapping(path, mapping)
    except UnreadableInput as refused:
        return list(refused.issues)
    return []


OTHERS = frozenset(name for table in OTHER_TABLES for name in table.names())
"""Tables that are read elsewhere."""


def try_mapping(path: Path, mapping: MappingDocument) -> None:
    """Reads every cell of the mapped tables. Raises: UnreadableInput, with all that cannot be read."""
    if of_table(mapping, CLOCK_INS).tables:
        read_clock_ins(path, mapping)
    read = read_grids(path, vocabulary_of(mapping))
    apply(mapping, read)
    labels = {plain(one.table) for one in mapping.tables}
    read.grids = [grid for grid in read.grids if plain(grid.name) in labels - OTHERS]
    issues = list(read.issues)
    read.issues = []
    for opened in match_tables(read).values():
        for _ in rows_of(opened, PARIS, issues):
            pass
    issues += [
        issue for issue in read.issues if issue.code != "C002"
    ]  # the other tables are not this export's to bring
    if issues:
        raise UnreadableInput(issues)


def _choices(column: Column) -> list[Values] | list[Clause]:
    return [choice_titles(one) for one in column.choices] or [Clause("yes"), Clause("no")]
