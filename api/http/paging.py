"""Lists in pages: a cursor names the last id seen, so that rows added meanwhile neither repeat nor hide
others."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Select

from api.access.scope import Scoped
from api.runtime.faults import BadRequest

Item = TypeVar("Item")
# A page is built whole in memory, models and all.
LARGEST_PAGE = 500


class Page(BaseModel, Generic[Item]):
    """`next`: give it as `cursor` for what follows; null at the end."""

    items: list[Item]
    next: str | None = Field(None, examples=["Vi0yMDQ"])


class PageParams:
    """Where a list goes on, and how much of it is wanted."""

    def __init__(
        self,
        cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    ) -> None:
        self.after, self.limit = None if cursor is None else _read(cursor), limit

    def page(
        self,
        scoped: Scoped,
        asked: Select[Any],
        column: Any,
        show: Callable[[Any], Item],
        *,
        newest_first: bool = False,
    ) -> Page[Item]:
        """`column` is unique, of the table asked, and orders the list."""
        if self.after is not None:
            # A cursor is a text, and a number compared as text sorts 10 before 9.
            after: Any = _number(self.after) if column.type.python_type is int else self.after
            asked = asked.where(column < after if newest_first else column > after)
        # One more than the page holds: it tells whether there is a next one, without a count.
        ordered = asked.order_by(column.desc() if newest_first else column).limit(self.limit + 1)
        rows = scoped.all(ordered)
        more = len(rows) > self.limit
        last = str(getattr(rows[self.limit - 1], column.key)) if more else None
        # Each item was checked as it was made.
        return Page[Item].model_construct(
            items=[show(row) for row in rows[: self.limit]], next=None if last is None else _write(last)
        )


def whole(items: list[Item]) -> Page[Item]:
    """A list that has no more than this page."""
    return Page[Item].model_construct(items=items, next=None)


def narrowed(asked: Select[Any], row: type[Any], given: Mapping[str, Any]) -> Select[Any]:
    """The query with the filters that were given: columns by name, or the two that bound a time.

    Raises: BadRequest when an instant has no offset.
    """
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, datetime) and value.tzinfo is None:
            raise BadRequest("A304", name, "instant_without_zone")
        match name:
            case "ends_after":
                asked = asked.where(row.ends_at > value)
            case "starts_before":
                asked = asked.where(row.starts_at < value)
            case _:
                asked = asked.where(getattr(row, name) == value)
    return asked


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise BadRequest("A304", "cursor", "cursor_unreadable")
    return int(text)


def _write(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        text = ""
    if not text or not text.isprintable():
        raise BadRequest("A304", "cursor", "cursor_unreadable")
    return text
