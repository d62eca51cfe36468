"""Answers of a form to the questions of `guide`: its own fields, else a mapping kept before, else what is
proposed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from brigade.errors import Values
from brigade.exchange.mapping.column_questions import (
    CodeQuestion,
    ColumnQuestion,
    ExportHeader,
    FileQuestion,
    RowQuestion,
)
from brigade.exchange.mapping.guide import AND, CONSTANT, NO, NOTHING, YES
from brigade.exchange.mapping.mapping_document import UNITS, code_key, table_of
from brigade.exchange.mapping.mapping_shapes import ColumnMapping, MappingDocument, TableMapping
from brigade.exchange.mapping.proposing import ExportExample
from brigade.exchange.sheets.layout import Cell, Column, TableLayout
from brigade.values.input_words import plain
from brigade.values.validation.checks import choice_titles

SEEN = 3
"""Values shown of each header."""
OWNED = {
    "client_id": "clients",
    "employee_id": "employees",
    "provider_id": "providers",
    "worker_id": "workers",
}
"""Columns of ids, and whose ids they hold."""
VISITS, WINDOWS = "visits", "windows"


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """How the source was read so far."""

    mapping: MappingDocument | None = None

    def tables(self, headers: Sequence[str]) -> list[TableMapping]:
        """Those of which a file with these headers has some."""
        known = {plain(one) for one in headers}
        return [one for one in self._all if known & {plain(header) for header in one.header_names()}]

    def rows(self, header: str) -> Mapping[str, bool]:
        kept = next((one.keep[header] for one in self._all if header in one.keep), {})
        return {code_key(value): is_kept for value, is_kept in kept.items()}

    def knows(self, table: TableLayout) -> bool:
        return any(table_of(one) is table for one in self._all)

    def column(self, table: TableLayout, column: Column) -> ColumnMapping | None:
        found = (one for one in self._all if table_of(one) is table)
        columns = (pair for one in found for pair in one.columns.items())
        return next((how for name, how in columns if plain(name) in column.names()), None)

    def codes(self, table: TableLayout, column: Column) -> Mapping[str, str]:
        how = self.column(table, column)
        told = how.codes.items() if how else ()
        return {code_key(theirs): ours or NOTHING for theirs, ours in told}

    @property
    def _all(self) -> Sequence[TableMapping]:
        return self.mapping.tables if self.mapping else ()


@dataclass
class FormAnswers:
    """An `Asker` of `guide`.

    Attributes:
        fields: by the names of questions.
        known: by kind, our ids and what each is called, of those whom codes may name.
        constants: by the name of our column, what fills it where no header does.
        files: the questions, as they were asked.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    files: list[FileQuestion] = field(default_factory=list)

    @property
    def _file(self) -> FileQuestion:
        return self.files[-1]

    # -- files and rows -------------------------------------------------------------------------------------
    def tables(self, example: ExportExample, proposed: str) -> str:
        seen = [[value for value in example.values(one) if value][:SEEN] for one in example.headers]
        headers = [ExportHeader(*one) for one in zip(example.headers, seen, strict=True)]
        name = f"f{len(self.files)}"
        kept = f" {AND} ".join(one.table for one in self.kept.tables(example.headers))
        answer = self.fields.get(name) or kept or proposed
        self.files.append(FileQuestion(name, example.grid.name, headers, answer))
        return answer

    def keep(self, example: ExportExample, header: str, value: str, proposed: str) -> str:
        name = f"{self._file.name}-keep-{_digest(header, value)}"
        kept = self.kept.rows(header).get(code_key(value))
        answer = self.fields.get(name) or (proposed if kept is None else YES if kept else NO)
        self._file.keeps.append(RowQuestion(name, header, value, answer == YES))
        return answer

    # -- columns --------------------------------------------------------------------------------------------
    def column(self, table: TableLayout, column: Column, proposed: str) -> str:
        if table.english == WINDOWS and not column.path and (own := self._visit_id()):
            return own  # an hour is that of the visit beside it: nothing to ask
        asked = self._asked(table, column)
        self._file.columns.append(asked)
        answer = self._answer(asked, table, column, proposed)
        if answer.startswith(CONSTANT):
            asked.constant = answer.lstrip(CONSTANT).strip()
            return answer if asked.constant else NOTHING
        asked.sources = self._numbers(answer)
        return answer

    def _visit_id(self) -> str:
        known = (one for one in self._file.columns if one.table == VISITS and one.column == "id")
        return next((self._headers(one.sources) for one in known), "")

    def _asked(self, table: TableLayout, column: Column) -> ColumnQuestion:
        name = f"{self._file.name}-{table.english}-{column.english}"
        takes_two = column.cell is Cell.MOMENT or (column.cell is Cell.CODE and not self._ids(column))
        asked = ColumnQuestion(name, table.english, column.english, column.titles, column.required, takes_two)
        asked.choices = self._choices(column)
        return asked

    def _choices(self, column: Column) -> Sequence[tuple[str, Values]]:
        if column.cell is Cell.FLAG:
            return [(YES, {"fr": YES, "en": "yes"}), (NO, {"fr": NO, "en": "no"})]
        if column.cell is Cell.CHOICE:
            titles = [choice_titles(one) for one in column.choices]
            return [(str(one["fr"]), one) for one in titles]
        return [(id, {"fr": name, "en": name}) for id, name in self._ids(column).items()]

    def _answer(self, asked: ColumnQuestion, table: TableLayout, column: Column, proposed: str) -> str:
        if asked.name in self.fields:
            return self._sent(asked.name)
        if self.kept.knows(table) and (kept := self._as_kept(table, column)) is not None:
            return kept
        constant = self.constants.get(column.english)
        return f"{CONSTANT}{constant}" if proposed == NOTHING and constant else proposed

    def _sent(self, name: str) -> str:
        chosen = [self.fields.get(one, "") for one in (name, f"{name}-2")]
        if chosen[0] == CONSTANT:
            return CONSTANT + self.fields.get(f"{name}-value", "")
        # A form sends whatever somebody wrote into it: numbers of no header are ignored.
        numbers = [int(one) for one in chosen if one.isdecimal() and int(one) < len(self._file.headers)]
        return self._headers(tuple(dict.fromkeys(numbers))) or NOTHING

    def _as_kept(self, table: TableLayout, column: Column) -> str | None:
        """None where a header of it is gone."""
        how = self.kept.column(table, column)
        if how is None:
            return NOTHING
        if how.value is not None:
            return f"{CONSTANT}{how.value}"
        has_all = {plain(one) for one in how.headers} <= {plain(one.text) for one in self._file.headers}
        return f" {AND} ".join(how.headers) if has_all else None

    def _headers(self, numbers: Sequence[int]) -> str:
        return f" {AND} ".join(self._file.headers[one].text for one in numbers)

    def _numbers(self, answer: str) -> tuple[int, ...]:
        by_name = {plain(one.text): number for number, one in enumerate(self._file.headers)}
        # A header may itself hold the separator that joins two.
        names = [answer] if plain(answer) in by_name else answer.split(AND)
        return tuple(by_name[plain(one)] for one in names if plain(one) in by_name)

    # -- what stands in them --------------------------------------------------------------------------------
    def unit(self, table: TableLayout, column: Column, proposed: str) -> str:
        asked = self._of(column)
        if asked is None:
            return proposed
        how = self.kept.column(table, column)
        asked.unit = self.fields.get(f"{asked.name}-unit", (how and how.unit) or proposed)
        asked.units = () if column.cell is Cell.MOMENT and not asked.unit else UNITS[column.cell]
        return asked.unit

    def foreign(self, table: TableLayout, column: Column, values: Sequence[str]) -> Sequence[str]:
        ids = self._ids(column)
        if ids:
            return [one for one in values if one not in ids]
        # Their codes were translated once: each one is, or is asked for.
        is_read = column.cell in (Cell.CHOICE, Cell.FLAG)
        return values if self.kept.codes(table, column) and not is_read else ()

    def code(self, table: TableLayout, column: Column, theirs: str) -> str:
        asked = self._of(column)
        if asked is None:
            return ""
        name = f"{asked.name}-code-{_digest(theirs)}"
        kept = self.kept.codes(table, column).get(code_key(theirs))
        answer = self.fields.get(name, kept or self._called(column, theirs))
        asked.codes.append(CodeQuestion(name, theirs, answer))
        return answer

    def _called(self, column: Column, theirs: str) -> str:
        """Whoever of ours is called so; of several, nobody."""
        found = [id for id, name in self._ids(column).items() if _words(name) == _words(theirs)]
        return found[0] if len(found) == 1 else ""

    def _of(self, column: Column) -> ColumnQuestion | None:
        """The question of the column that is being asked; none of one that is not shown."""
        last = self._file.columns[-1] if self._file.columns else None
        return last if last is not None and last.titles == column.titles else None

    def _ids(self, column: Column) -> Mapping[str, str]:
        return self.known.get(OWNED.get(column.path[-1] if column.path else "", ""), {})


def _words(text: str) -> frozenset[str]:
    """Of a name, in any order: « MARTIN Odette » is « Odette Martin »."""
    return frozenset(plain(text).split("_"))


def _digest(*parts: str) -> str:
    """A short name for a text of the file, the same at every reading of it."""
    return hashlib.sha256("\0".join(map(code_key, parts)).encode()).hexdigest()[:10]
