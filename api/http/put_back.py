"""What GET answers can be PUT back: whole, as it came, with what is to change changed in it.

An answer holds more than a request may say: its envelope (id, version, instant of the last change), what the
service derived. Those fields are taken where they repeat what stands, and refused where they say something
else: whoever changes one means something by it that would not happen. Warnings are of the moment they were
read at, and say nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel

from api.http.unit import plain_json, whole_body
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import split
from brigade.exchange.documents.shape_faults import said

OF_THE_MOMENT = frozenset({"warnings"})


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """What of a request's body repeats an answer."""

    fields: Mapping[str, Any]

    def refuse_changed(self, place: str, stood: Mapping[str, Any]) -> None:
        """Args: stood: as GET answered before the change; of something new, no more than its id. Raises:
        Unfit."""
        for name, value in self.fields.items():
            if name not in OF_THE_MOMENT and not _is_same(value, stood.get(name)):
                raise Unfit(
                    "A309",
                    f"{place}.{name}",
                    "field_of_service",
                    {"value": said(value), "plain": said(_plain(stood.get(name)))},
                )


def repeated_in(model: type[BaseModel], view: type[BaseModel]) -> Any:
    """A dependency: what the body repeats. What is no JSON is refused elsewhere."""

    def read(body: Annotated[bytes, Depends(whole_body)]) -> ReadOnly:
        try:
            return ReadOnly(split(model, view, json.loads(body))[1])
        except (ValueError, RecursionError):
            return ReadOnly({})

    return Depends(read)


def _is_same(one: Any, other: Any) -> bool:
    """Equal as JSON; instants also where another program writes them with another offset."""
    other = _plain(other)
    if one == other:
        return True
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


def _plain(value: Any) -> Any:
    return plain_json(value) if isinstance(value, datetime | date) else value
