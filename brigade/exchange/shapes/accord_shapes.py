"""Accords that a company declares: a value with its source, or the bare number that documents held before."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from brigade.exchange.shapes.field_kinds import LARGEST, FieldKind, Shape
from brigade.texts.accords import Accord

DAYS = frozenset({"in_force_from", "in_force_until"})


class AccordShape(Shape):
    """What an accord puts in place of a rule value, in the value's own unit; a bare number gives no
    source."""

    makes: ClassVar[type[Any]] = Accord
    value: Annotated[int, Field(ge=-LARGEST, le=LARGEST), FieldKind.COUNT]
    source: Annotated[str, FieldKind.TEXT] = Field("", description="Name and date of the accord.")
    in_force_from: Annotated[date | None, FieldKind.DAY] = Field(
        None, description="Its first day; without: of all days before."
    )
    in_force_until: Annotated[date | None, FieldKind.DAY] = Field(
        None, description="Its last day; without: to this day."
    )

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        if isinstance(given, int) and not isinstance(given, bool):
            return {"value": given}
        # What a validator has handed on is no JSON any more to pydantic, which then wants days as such.
        return (
            {name: _day(one) if name in DAYS else one for name, one in given.items()}
            if isinstance(given, dict)
            else given
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "integer"}, whole]}


def _day(told: Any) -> Any:
    """A day as JSON writes it; anything else as it is, for the field to refuse."""
    try:
        return date.fromisoformat(told) if isinstance(told, str) and len(told) == len("2026-03-09") else told
    except ValueError:
        return told


def bare_numbers(shown: dict[str, Any]) -> dict[str, Any]:
    """A document's object whose `accords` without a source are bare numbers, as older documents have them."""
    if "accords" not in shown:
        return shown
    accords = {rule: one if len(one) > 1 else one["value"] for rule, one in shown["accords"].items()}
    return {**shown, "accords": accords}


Accords = dict[str, AccordShape]
DECLARED = (
    'Values replaced by a declared accord: "RULE.name" to a '
    "value in the rule's own unit, its source and its days."
)
DECLARATION = {"DAILY_REST.limit": {"value": 600, "source": "Company accord of 12 March 2024"}}
