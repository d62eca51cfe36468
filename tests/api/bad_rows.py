"""Rows that a service of today would refuse, put straight into its database: older ones may be there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.shapes.cycle_requests import BasinWishes, plain
from api.store import basin_tables
from tests.api.conftest import World

Change = Callable[[dict[str, Any]], dict[str, Any]]


def spoil(world: World, table: type[Any], id: str, change: Change) -> None:
    """The row's document, changed behind every check."""
    with world.service.database.writing() as session:
        row = session.get_one(table, id if table is basin_tables.Basin else ("B1", id))
        if table is basin_tables.Basin:
            row.body = BasinWishes.model_validate(change(plain(row.body)), strict=False)
        else:
            row.body = change(row.body)
        session.commit()


def unknown_rule(world: World) -> None:
    """The basin itself wishes what nobody can plan: a rule switched off that does not exist."""
    spoil(
        world,
        basin_tables.Basin,
        "B1",
        lambda body: {**body, "policy": {**body["policy"], "rules_off": ["NO_SUCH_RULE"]}},
    )
