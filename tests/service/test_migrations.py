"""A database of the first release, with rows in every table, comes whole to the tables of this version."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table, inspect, select

from api.store.engine import Database
from api.store.migrate import newest, upgrade

FIRST = "0001"
ONCE = ("alembic_version", "audit_head")
"""Tables whose row the steps write themselves."""


def value_for(column: Column[Any]) -> Any:
    """The same for the same type everywhere, so that every reference finds its row."""
    match column.type:
        case JSON():
            return {"kept": [1, "é"]}
        case Boolean():
            return True
        case Integer():
            return 7
        case DateTime():
            return datetime(2026, 3, 9, 6, 40, tzinfo=UTC)
        case Date():
            return date(2026, 3, 9)
        case LargeBinary():
            return b"kept"
    return "kept"


def tables_at(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name not in ONCE]


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(table))]


def test_rows_of_the_first_release_survive_every_step(url: str) -> None:
    database = Database(url)
    upgrade(database, FIRST)
    with database.engine.begin() as connection:
        tables = tables_at(connection)
        for table in tables:
            connection.execute(table.insert().values({column.name: value_for(column) for column in table.columns}))
    with database.engine.connect() as connection:
        before = {table.name: rows_of(connection, table) for table in tables}
    assert len(before) > 20
    assert all(len(rows) == 1 for rows in before.values())
    upgrade(database)
    with database.engine.connect() as connection:
        after = {table.name: rows_of(connection, table) for table in tables}
        assert inspect(connection).has_table("releases")
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest()
    database.close()
    assert after == before
