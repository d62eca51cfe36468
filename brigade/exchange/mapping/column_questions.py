"""What somebody is asked who matches a file of another program to our columns, with what was proposed or
answered so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from brigade.errors import Issue, Values
from brigade.exchange.documents.json_text import JsonObject


@dataclass(frozen=True, slots=True)
class CodeQuestion:
    """One value of the export: which of ours it is. `name`: of its field, as of every question."""

    name: str
    theirs: str
    answer: str


@dataclass(slots=True)
class ColumnQuestion:
    """What fills one of our columns.

    Attributes:
        table, column: by their English names; `titles`: of the column, in each language.
        takes_two: a day and an hour apart, or an id made of two parts.
        sources: numbers of headers. constant: a text that stands in every row instead.
        choices: what a constant or a code may be, each with its titles; none: any text.
        units: what bare numbers may count; none: nothing to ask.
    """

    name: str
    table: str
    column: str
    titles: Values
    is_required: bool
    takes_two: bool
    sources: tuple[int, ...] = ()
    constant: str | None = None
    choices: Sequence[tuple[str, Values]] = ()
    unit: str = ""
    units: Sequence[str] = ()
    codes: list[CodeQuestion] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether a code of it is still without an answer."""
        return any(not one.answer for one in self.codes)


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """Whether rows with this value are read."""

    name: str
    header: str
    value: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """A header of the export, and the first values under it."""

    text: str
    values: Sequence[str]


@dataclass(slots=True)
class FileQuestion:
    """One file or sheet. `tables`: which of ours it fills, by French name."""

    name: str
    file: str
    headers: Sequence[ExportHeader]
    tables: str
    columns: list[ColumnQuestion] = field(default_factory=list)
    keeps: list[RowQuestion] = field(default_factory=list)

    def goes_to(self, number: int) -> list[ColumnQuestion]:
        """Our columns that a header fills."""
        return [one for one in self.columns if number in one.sources]

    def said_sources(self, asked: ColumnQuestion) -> str:
        """As the place of a fault names the column."""
        return " + ".join(self.headers[number].text for number in asked.sources)


@dataclass(frozen=True, slots=True)
class FieldIssue:
    """`at`: the name of the question it is about; none: of the whole file."""

    at: str
    issue: Issue


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """The questions of a file, the mapping that the answers make, and what keeps it from reading the file."""

    files: Sequence[FileQuestion]
    mapping: JsonObject
    issues: Sequence[FieldIssue]
