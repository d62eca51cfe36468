"""Accords that a company declares: a value with its source, or the bare number that documents held before."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from brigade.accords import Accord
from brigade.exchange.shapes.kinds import LARGEST, Kind, Shape


class AccordShape(Shape):
    """What an accord puts in place of a rule value, in the value's own unit; a bare number gives no source."""

    makes: ClassVar[type[Any]] = Accord
    value: Annotated[int, Field(ge=-LARGEST, le=LARGEST), Kind.COUNT]
    source: Annotated[str, Kind.TEXT] = Field("", description="Name and date of the accord.")
    in_force_from: Annotated[date | None, Kind.DAY] = Field(None, description="Its first day; without: of all days before.")
    in_force_until: Annotated[date | None, Kind.DAY] = Field(None, description="Its last day; without: to this day.")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, int) and not isinstance(given, bool) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "integer"}, whole]}


def bare_numbers(shown: dict[str, Any]) -> dict[str, Any]:
    """A document's object whose `accords` without a source are bare numbers, as older documents have them."""
    if "accords" not in shown:
        return shown
    accords = {rule: one if len(one) > 1 else one["value"] for rule, one in shown["accords"].items()}
    return {**shown, "accords": accords}


Accords = dict[str, AccordShape]
DECLARED = 'Values replaced by a declared accord: "RULE.name" to a value in the rule\'s own unit, its source and its days.'
DECLARATION = {"DAILY_REST.limit": {"value": 600, "source": "Accord d'entreprise du 12 mars 2024"}}
