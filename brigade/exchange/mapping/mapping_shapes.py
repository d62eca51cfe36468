"""How the export of another program is read: its headers to our columns, its codes to ours, its calendars to
absences."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from brigade.exchange.calendars.event_employees import NamedBy
from brigade.exchange.shapes.field_kinds import Code
from brigade.exchange.shapes.problem_shapes import STRICT
from brigade.values.demand import AbsenceKind

MAPPING_FORMAT: Literal["brigade-mapping"] = "brigade-mapping"
MAPPING_VERSION: Literal[1] = 1
# More entries than any export has columns or codes; a bound, because mappings come from outside.
MOST = 1000


class Unit(StrEnum):
    """What a bare number counts. A cell that says its unit (`1h30`, `45 min`) counts as it says."""

    HOURS = "h"
    MINUTES = "min"
    SECONDS = "s"


Header: TypeAlias = Annotated[str, Field(min_length=1, max_length=200, examples=["Heure de début"])]
Text: TypeAlias = Annotated[str, Field(max_length=500)]
Codes: TypeAlias = Annotated[dict[Text, Text], Field(max_length=MOST)]


class ColumnMapping(BaseModel):
    """What fills one of our columns: cells of the export, or one constant."""

    model_config = STRICT

    headers: list[Header] = Field(
        [], max_length=8, description="The export's, in order.", examples=[["Date", "Heure"]]
    )
    join: Annotated[str, Field(max_length=10)] = Field(
        " ", description="What stands between cells of several headers."
    )
    codes: Codes = Field(
        {},
        description="Their codes to ours; with any, a code that is not here is a fault. To nothing: blank.",
    )
    value: Text | None = Field(None, description="A constant, instead of headers.")
    unit: Unit | None = Field(
        None,
        description="Of bare numbers: of a length, minutes unless said; "
        "of an instant, `h` where 8,5 behind a date is 08:30.",
    )
    if_blank: Text | None = Field(None, description="What a blank cell means.")


class TableMapping(BaseModel):
    """One of our tables, out of a file or sheet of the export."""

    model_config = STRICT

    table: Annotated[str, Field(min_length=1, examples=["interventions"])]
    file: Header | None = Field(
        None,
        description="Name of the file or sheet, without its extension; `*` stands for anything.",
        examples=["planning*"],
    )
    columns: Annotated[dict[str, ColumnMapping], Field(max_length=MOST)] = Field(
        {}, description="By the name of our column."
    )
    keep: dict[Header, dict[Text, bool]] = Field(
        {}, description="By header, which rows are read: each value met must be told, true or false."
    )
    distinct: bool = Field(False, description="Equal rows are one: a person named by each of her visits.")
    rows: Annotated[list[dict[str, Text]], Field(max_length=MOST)] = Field(
        [], description="A table that no file holds: its rows, by our columns."
    )

    def header_names(self) -> list[str]:
        """The headers that it reads, as often as they are named."""
        return [*self.keep, *(one for column in self.columns.values() for one in column.headers)]


class CalendarMapping(BaseModel):
    """How absences of an `.ics` are read."""

    model_config = STRICT

    employee: NamedBy = Field(NamedBy.SUMMARY, description="What names the employee.")
    employees: Annotated[dict[Text, Code], Field(max_length=MOST)] = Field(
        {}, description="Their names to our ids."
    )
    kind: AbsenceKind = Field(AbsenceKind.OTHER_LEAVE, description="Unless a word says another.")
    kinds: dict[Text, AbsenceKind] = Field({}, description="Words of categories or summary.")
    ignored: list[Text] = Field([], description="Words of events that are no absences.")


class MappingDocument(BaseModel):
    """A mapping, kept per source."""

    model_config = STRICT

    format: Literal["brigade-mapping"] = MAPPING_FORMAT
    version: Literal[1] = MAPPING_VERSION
    source: Code = Field(description="The program, or whoever sends the export.")
    tables: Annotated[list[TableMapping], Field(max_length=100)] = []
    ignored: list[Header] = Field(
        [], description="Headers that are not read. Any other one not mapped is a fault."
    )
    ignored_files: list[Header] = Field(
        [], description="Files or sheets that are not read; `*` stands for anything."
    )
    calendar: CalendarMapping | None = None
