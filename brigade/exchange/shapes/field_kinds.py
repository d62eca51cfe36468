"""The words that documents are made of: codes, lengths, instants, days; and the base of every shape."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeAlias, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

# Far beyond any real value, and small enough that sums of products stay whole in 64 bits.
LARGEST = 10**9
# Outside, a date is a slip: 0026 for 2026, or a spreadsheet's day zero. Time zones are sure in between.
FIRST_YEAR, LAST_YEAR = 1990, 2200
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


class FieldKind(StrEnum):
    """What a value means beyond its JSON type: how it is carried over to the core, and how a table cell
    writes it."""

    CODE = "code"
    TEXT = "text"
    COUNT = "count"
    CENTS = "cents"
    MINUTES = "minutes"
    MOMENT = "moment"
    DAY = "day"
    CODES = "codes"
    DAYS = "days"
    BANDS = "bands"
    SPELLS = "spells"
    """A list of lengths, in order."""
    COUNTS = "counts"
    """A list of whole numbers, in order."""
    PRIORITY = "priority"


class Whose(StrEnum):
    """Whom a code stands for: by it a person is found wherever documents name her.

    ANYBODY: texts, and values of reasons, that may hold anybody's code among other things.
    """

    WORKER = "worker"
    CLIENT = "client"
    ANYBODY = "anybody"


class PriorityName(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


def _read_day(value: Any) -> Any:
    """Only the plain ISO form: pydantic alone would take "1772000000" for seconds since 1970."""
    if not isinstance(value, str):
        return value
    if not ISO_DAY.fullmatch(value):
        raise PydanticCustomError("iso_date", "not an ISO 8601 date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date_parsing", "no such date") from None


def _read_moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not ISO_MOMENT.match(value):
        raise PydanticCustomError("iso_instant", "not an ISO 8601 instant")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "no such instant") from None


def _near(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("year", "year out of range")
    return value


def _near_moment(value: datetime) -> datetime:
    """By the instant itself: the last evening of a year is the next one elsewhere."""
    _near(value.date())
    try:
        _near(value.astimezone(UTC).date())
    except OverflowError:
        raise PydanticCustomError("year", "year out of range") from None
    return value


Code: TypeAlias = Annotated[str, Field(min_length=1, max_length=120, examples=["V-204"]), FieldKind.CODE]
"""A pseudonym or a code of the data; never a name."""
Text: TypeAlias = Annotated[str, Field(max_length=500), FieldKind.TEXT]
Count: TypeAlias = Annotated[int, Field(ge=-LARGEST, le=LARGEST), FieldKind.COUNT]
CentsCount: TypeAlias = Annotated[
    int, Field(ge=-LARGEST * 100, le=LARGEST * 100, examples=[2000]), FieldKind.CENTS
]
"""Whole euro cents."""
Minutes: TypeAlias = Annotated[float, Field(ge=-10_000_000, le=10_000_000, examples=[45]), FieldKind.MINUTES]
"""A length in minutes; a fraction only where the horizon's ticks are finer than a minute."""
Moment: TypeAlias = Annotated[
    AwareDatetime,
    BeforeValidator(_read_moment),
    AfterValidator(_near_moment),
    Field(examples=["2026-03-09T08:30:00+01:00"]),
    FieldKind.MOMENT,
]
"""An instant, ISO 8601 with its offset."""
Day: TypeAlias = Annotated[
    date, BeforeValidator(_read_day), AfterValidator(_near), Field(examples=["2026-03-09"]), FieldKind.DAY
]
Codes: TypeAlias = Annotated[list[Code], FieldKind.CODES]
"""A set of codes: order and repetition mean nothing."""
WorkerCode: TypeAlias = Annotated[Code, Whose.WORKER]
WorkerCodes: TypeAlias = Annotated[list[WorkerCode], FieldKind.CODES]
ClientCode: TypeAlias = Annotated[Code, Whose.CLIENT]
ClientCodes: TypeAlias = Annotated[list[ClientCode], FieldKind.CODES]
Days: TypeAlias = Annotated[list[Day], FieldKind.DAYS]
Bands: TypeAlias = Annotated[list[str], Field(examples=[["22:00-06:00"]]), FieldKind.BANDS]
Spells: TypeAlias = Annotated[list[Minutes], FieldKind.SPELLS]
Counts: TypeAlias = Annotated[list[Count], FieldKind.COUNTS]
PriorityCode: TypeAlias = Annotated[PriorityName, FieldKind.PRIORITY]
REASON = AliasChoices("reason", "why")
"""Why somebody decided so is called `reason` everywhere; `why`, its former name in some requests and kept
documents, is still read."""
# Said with the type, not with the default: the checker of types would not know the field's own name any more.
GivenReason: TypeAlias = Annotated[Text, Field(validation_alias=REASON)]
PossibleReason: TypeAlias = Annotated[Text | None, Field(validation_alias=REASON)]


class Shape(BaseModel):
    """A model of the document and the core value it `makes`, field by field.

    A field `x_min` is the core's `x` in minutes; all other names are the core's.
    """

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)
    makes: ClassVar[type[Any]]

    @classmethod
    def complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Core values by field, with what the document may leave out filled in."""
        return values

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        """The JSON object, without what `complete` fills in again."""
        return shown


def attribute(field: str) -> str:
    """The core's name of a shape's field."""
    return field.removesuffix("_min")


def bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without `| None` and `Annotated`, and the metadata met on the way."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += tuple(more)
        elif type(None) in get_args(annotation) and get_origin(annotation) is not None:
            rest = tuple(arg for arg in get_args(annotation) if arg is not type(None))
            annotation = rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 - built from a tuple
            if len(rest) > 1:
                return annotation, metadata
        else:
            return annotation, metadata


def kind_of(field: FieldInfo) -> FieldKind | None:
    """The kind of a field's value (of its items, for the list kinds); None for plain ones."""
    _, metadata = bare(field.annotation)
    kinds = [one for one in (*field.metadata, *metadata) if isinstance(one, FieldKind)]
    return kinds[0] if kinds else None


def shape_in(field: FieldInfo) -> type[Shape] | None:
    """The shape that a field holds, alone, in a list or as the values of a mapping."""
    inner, _ = bare(field.annotation)
    if get_origin(inner) in (list, dict):
        inner, _ = bare(get_args(inner)[-1])
    return inner if isinstance(inner, type) and issubclass(inner, Shape) else None


def is_list(field: FieldInfo) -> bool:
    return get_origin(bare(field.annotation)[0]) is list
