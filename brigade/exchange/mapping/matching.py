"""A file of another program matched to our columns at a form: its questions, the mapping that the answers
make, and every fault at the question it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.csv_text import LOOKED_AT
from brigade.exchange.grids.grids import Grids, read_grids
from brigade.exchange.mapping.applying import is_named, vocabulary_of
from brigade.exchange.mapping.column_questions import ColumnMatch, ColumnQuestion, FieldIssue, FileQuestion
from brigade.exchange.mapping.form_answers import FormAnswers
from brigade.exchange.mapping.guide import draft_mapping, unread_issues
from brigade.exchange.mapping.mapping_document import TABLES, table_of
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.mapping.proposing import is_ours
from brigade.exchange.sheets.layout import CLOCK_INS, VOCABULARY
from brigade.values.input_words import plain

COLUMN_OF_PLACE = re.compile(r'column=("(?:[^"\\]|\\.)*")')
NUMBERS = re.compile(r"\d[\d\W_]*")
OF_LEFT_OUT = frozenset({"C005", "M107"})
"""What is told of columns that are left out on purpose."""
KNOWN_FROM = 0.5
"""The share of a mapping's headers from which a file is taken for one of its source: what is renamed or new
in it is then told, not asked as of a stranger's."""


def match_columns(path: Path, source: str, answers: FormAnswers) -> ColumnMatch:
    """The questions of a file, answered as far as `answers` go. Raises: UnreadableInput, for a file that
    cannot be opened, or that holds nothing to read."""
    document, issues = draft_mapping(path, source, answers)
    if _has_open(issues) and any(one["columns"] for one in document["tables"]):
        # What stands in the columns that are answered is judged beside the open questions: all at once.
        answered = _answered(document, answers.files)
        issues = issues + [one for one in unread_issues(path, answered) if one.code not in OF_LEFT_OUT]
    placed = [FieldIssue(place_of(one, answers.files), one) for one in issues]
    return ColumnMatch(answers.files, _for_next_time(document), placed)


def _has_open(issues: Sequence[Issue]) -> bool:
    return any(one.code in ("M105", "M110") for one in issues)


def _answered(document: JsonObject, files: Sequence[FileQuestion]) -> MappingDocument:
    """Without columns some of whose codes are open."""
    half = {(one.table, one.column) for file in files for one in file.columns if one.is_open}
    mapping = MappingDocument.model_validate(document)
    for mapped in mapping.tables:
        table = table_of(mapped)
        for column in table.columns:
            if (table.english, column.english) in half:
                mapped.columns.pop(column.french, None)
    return mapping


def _for_next_time(document: JsonObject) -> JsonObject:
    """The mapping for later files: their names carry other dates, and of one file alone the name is none of
    its marks."""
    files = {one["file"] for one in document["tables"]}
    is_alone = len(files) == 1 and not document.get("ignored_files")
    tables = [
        {**one, "file": "*" if is_alone else NUMBERS.sub("*", one["file"])} for one in document["tables"]
    ]
    return {**document, "tables": tables}


# -- where a fault is shown --------------------------------------------------------------------------------
def place_of(issue: Issue, files: Sequence[FileQuestion]) -> str:
    """The name of the question that an issue is about: that of its column, or of its code; none of the whole
    file's."""
    if isinstance(issue.values.get("column"), Mapping):
        return _place_by_titles(issue, files)
    found = COLUMN_OF_PLACE.search(issue.where)
    header = json.loads(found[1]) if found else None
    named = (one.name for file, one in _questions(files) if file.said_sources(one) == header)
    return next(named, "")


def _place_by_titles(issue: Issue, files: Sequence[FileQuestion]) -> str:
    column, table = issue.values["column"], issue.values.get("table")
    asked = [
        one
        for _, one in _questions(files)
        if one.titles == column and (not isinstance(table, Mapping) or table["en"] == one.table)
    ]
    codes = (code for one in asked for code in one.codes if said(code.theirs) == issue.values.get("code"))
    named = (*(code.name for code in codes), *(one.name for one in asked))
    return next(iter(named), "")


def _questions(files: Sequence[FileQuestion]) -> Iterator[tuple[FileQuestion, ColumnQuestion]]:
    yield from ((file, one) for file in files for one in file.columns)


# -- which mapping reads a file ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether a file holds tables of ours, or clock-ins as ours are; else the numbers of the mappings of
    whose source it seems to be, the likeliest first."""

    is_ours: bool
    mappings: Sequence[int] = ()
    is_clock_ins: bool = False


def recognized(path: Path, mappings: Sequence[MappingDocument]) -> Recognition:
    """Raises: UnreadableInput, for a file that cannot be opened."""
    theirs = frozenset[str]().union(*(vocabulary_of(one).columns for one in mappings))
    read = read_grids(path, VOCABULARY.beside(CLOCK_INS.names(), theirs | CLOCK_INS.by_name.keys()))
    if read.issues:
        raise UnreadableInput(read.issues)
    ours = [TABLES[plain(grid.name)] for grid in read.grids if is_ours(grid)]
    if ours:
        return Recognition(is_ours=True, is_clock_ins=CLOCK_INS in ours)
    scores = [_likeness(read, one) for one in mappings]
    ranked = sorted(range(len(scores)), key=lambda number: -scores[number])
    return Recognition(False, [number for number in ranked if scores[number] >= KNOWN_FROM])


def _likeness(read: Grids, mapping: MappingDocument) -> float:
    """The share of its headers that the file has."""
    wanted = {
        (mapped.file, plain(header))
        for mapped in mapping.tables
        if mapped.file is not None
        for header in mapped.header_names()
    }
    there = sum(header in _texts(read, file) for file, header in wanted)
    return there / len(wanted) if wanted else 0


def _texts(read: Grids, file: str) -> set[str]:
    """What stands where headers may stand, of the grids of that name."""
    rows = (row for grid in read.grids if is_named(grid, file) for row in grid.rows[:LOOKED_AT])
    return {plain(cell.text) for row in rows for cell in row}
