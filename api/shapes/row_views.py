"""From a row, or another view, to a view: field by field, each said once."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from api.shapes.cycle_requests import Envelope, Value

View = TypeVar("View", bound=BaseModel)
# Held: pydantic forgets a model of a generic that nobody holds, and makes it anew for every answer.
OF_ANYTHING = Envelope[Any]


def view_of(view: type[View], row: object, **more: Any) -> View:
    """The view of a row: what both have, under the names of the row, and `more`. Checked, as every view is
    where it is made."""
    names = (name for name in view.model_fields if name not in more and hasattr(row, name))
    return view(**{name: getattr(row, name) for name in names}, **more)


def said(model: BaseModel) -> dict[str, Any]:
    """The fields that were said of a model, to say more in another one."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def enveloped(row: Any, value: Value, *warnings: Literal["stale_feed"]) -> Envelope[Value]:
    """A row's value, which was checked as it was written, with what a reader must know beside."""
    known = {"id": row.id, "version": row.version, "changed_at": row.changed_at}
    return OF_ANYTHING.model_construct(**known, warnings=list(warnings), value=value)
