"""What every table stands on: names of constraints, instants that stay aware, JSON documents, rights."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from api.runtime.roles import Rights
from brigade.exchange.documents.json_text import JsonObject

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite has no zones: there it is written without and read back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        # SQLite compares instants as texts: one with an offset beside one without would sort wrongly.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Value = TypeVar("Value")


class Stored(TypeDecorator[Value], Generic[Value]):
    """A value of a model, or of a union of models told apart by a tag, kept as JSON and read once, when its
    row is loaded. What was left out of it stays out.

    Args: model: anything pydantic reads. none_is_empty: None is kept as {}, in columns without NULL.
    """

    impl = JSON
    cache_ok = True

    def __init__(self, model: Any, *, none_is_empty: bool = False) -> None:
        super().__init__()
        self.model, self.none_is_empty = model, none_is_empty
        self._adapter: TypeAdapter[Value] = TypeAdapter(model)

    def told(self, value: Value) -> Any:
        """As plain JSON values."""
        # Only what was said: a default that changes later must not seem to have been chosen then.
        return self._adapter.dump_python(value, mode="json", by_alias=True, exclude_unset=True)

    def read(self, told: Any) -> Value:
        # Shapes are strict; what JSON has no type for (instants, enumerations) is text here.
        return self._adapter.validate_python(told, strict=False)

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> Any:
        if value is None:
            return {} if self.none_is_empty else None
        return self.told(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Value | None:
        is_none = value is None or (self.none_is_empty and value == {})
        return None if is_none else self.read(value)


class Table(DeclarativeBase):
    """The ancestor of all tables. `RIGHTS`: who sees and changes its rows, one by one (`api.access.rights`);
    None: no request reaches them by themselves. `GRANTED`: the fields of a document that rank it above those
    of other owners; whoever writes only the own rows leaves them as they are."""

    RIGHTS: ClassVar[Rights | None] = None
    GRANTED: ClassVar[tuple[str, ...]] = ()

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        JsonObject: JSON(),
        dict[str, str]: JSON(),
        list[str]: JSON(),
        str: String(),
    }


def every_table() -> list[type[Table]]:
    """The tables of all modules of this folder and its own, each after those that its rows refer to."""
    folder = import_module(__package__)
    for module in walk_packages(folder.__path__, f"{__package__}."):
        if module.name.endswith("_tables"):
            import_module(module.name)
    by_name = {mapper.class_.__tablename__: mapper.class_ for mapper in Table.registry.mappers}
    return [by_name[table.name] for table in Table.metadata.sorted_tables]


def add_missing(session: Session, row: Table) -> bool:
    """Keep a row under its key unless another transaction has kept one meanwhile. Returns whether it was this
    one."""
    try:
        # A savepoint: on PostgreSQL a refused insert would otherwise end the whole transaction.
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
