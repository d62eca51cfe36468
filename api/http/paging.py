"""Lists in pages: a cursor names the last row seen, so that rows added meanwhile neither repeat nor hide
others. A list comes by id, or by a column that the request names, and then by id."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Select, and_, or_

from api.access.scope import Scoped
from api.runtime.faults import BadRequest
from api.store.base import Instant

Item = TypeVar("Item")
# A page is built whole in memory, models and all.
LARGEST_PAGE = 500
SORTED_BY = (
    *("at", "changed_at", "created_at", "received_at", "starts_at", "ends_at", "reply_by", "first_day"),
    *("provider_id", "employer_id", "employee_id", "client_id", "worker_id", "visit_id", "site_id"),
    *("state", "kind", "action", "actor", "login", "role"),
)
"""Columns that a list may come by, where its table has them and never leaves them empty. Nothing that is
secret stands here: an order tells something of what it orders by."""


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
        sort: Annotated[
            str | None,
            Query(
                max_length=40,
                description="Of what the list comes by: a field of its rows, `-` before it for the largest "
                "first. A field that the list does not come by is refused with all that it does.",
                examples=["-changed_at"],
            ),
        ] = None,
    ) -> None:
        self.after, self.limit = None if cursor is None else _read(cursor), limit
        self.sort = sort

    def page(
        self,
        scoped: Scoped,
        asked: Select[Any],
        column: Any,
        show: Callable[[Any], Item],
        *,
        newest_first: bool = False,
    ) -> Page[Item]:
        """`column` is unique and of the table asked: it orders the list, or what the wished order leaves
        equal. Raises: BadRequest, for a wish or a cursor that is not of this list."""
        order = self._order(column, newest_first=newest_first)
        if self.after is not None:
            asked = asked.where(order.beyond(self.after))
        # One more than the page holds: it tells whether there is a next one, without a count.
        rows = scoped.all(asked.order_by(*order.terms()).limit(self.limit + 1))
        last = order.place_of(rows[self.limit - 1]) if len(rows) > self.limit else None
        # Each item was checked as it was made.
        return Page[Item].model_construct(
            items=[show(row) for row in rows[: self.limit]], next=None if last is None else _write(last)
        )

    def _order(self, column: Any, *, newest_first: bool) -> ListOrder:
        if self.sort is None:
            return ListOrder(column, None, newest_first)
        known = sortable(column.class_, column.key)
        name = self.sort.removeprefix("-")
        if name not in known:
            raise BadRequest("A304", "sort", "sort_unknown", {"met": self.sort, "known": sorted(known)})
        by = None if name == column.key else getattr(column.class_, name)
        return ListOrder(column, by, self.sort.startswith("-"))


def sortable(table: type[Any], key: str) -> list[str]:
    """What a list of these rows may come by."""
    columns = table.__table__.columns
    return [key, *(name for name in SORTED_BY if name in columns and not columns[name].nullable)]


@dataclass(frozen=True, slots=True)
class ListOrder:
    """`column`: unique. `by`: what comes before it; None: nothing does."""

    column: Any
    by: Any
    is_falling: bool

    def terms(self) -> Iterator[Any]:
        columns = (self.column,) if self.by is None else (self.by, self.column)
        return (one.desc() if self.is_falling else one for one in columns)

    def place_of(self, row: Any) -> str:
        """Of a row in the list, as a cursor keeps it."""
        unique = str(getattr(row, self.column.key))
        if self.by is None:
            return unique
        value = getattr(row, self.by.key)
        told = value.isoformat() if isinstance(value, date) else value
        return json.dumps([self.by.key, self.is_falling, told, unique])

    def beyond(self, place: str) -> Any:
        """What comes after it. Raises: BadRequest, for a place in another order."""
        if self.by is None:
            return self._after(self.column, _value(self.column, place))
        try:
            name, is_falling, told, unique = json.loads(place)
        except (ValueError, TypeError):
            raise _unreadable() from None
        if (name, is_falling) != (self.by.key, self.is_falling):
            raise _unreadable()
        value, last = _value(self.by, told), _value(self.column, unique)
        return or_(self._after(self.by, value), and_(self.by == value, self._after(self.column, last)))

    def _after(self, column: Any, value: Any) -> Any:
        return column < value if self.is_falling else column > value


def _value(column: Any, told: Any) -> Any:
    """What a cursor, which is a text, says of a column: a number compared as text sorts 10 before 9.

    Raises: BadRequest.
    """
    kind: Any = datetime if isinstance(column.type, Instant) else column.type.python_type
    try:
        if kind is int:
            return _number(str(told))
        return kind.fromisoformat(told) if issubclass(kind, date) else kind(told)
    except (TypeError, ValueError):
        raise _unreadable() from None


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
        raise _unreadable()
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
        raise _unreadable()
    return text


def _unreadable() -> BadRequest:
    return BadRequest("A304", "cursor", "cursor_unreadable")
