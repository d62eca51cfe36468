"""In which department a client lives: its public holidays bind there (CT L3134-13)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.basin_tables import Client, Site
from brigade.values.calendar import department_of_place

DepartmentOf = Callable[[str], str]


def by_client(scoped: Scoped, basin_id: str, department: str) -> DepartmentOf:
    """The department at a client's by id; the basin's `department` for one who is no more."""
    # One question for all: visits of a year name every client of the basin.
    asked = select(Client.id, Site).join(
        Site, (Site.id == Client.site_id) & (Site.basin_id == Client.basin_id)
    )
    found = {
        client: department_of_place(site.value.commune, department)
        for client, site in scoped.session.execute(asked.where(Client.basin_id == basin_id))
    }
    return lambda client: found.get(client, department)
