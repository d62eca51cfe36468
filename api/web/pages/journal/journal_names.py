"""What the journal speaks of, by name: its entries hold ids alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.access.trail import Note
from api.basin import identities
from api.persons import accounts
from api.runtime.vault import Vault
from api.store import basin_tables
from api.store.account_tables import AuditEntry
from api.store.basin_tables import Absence, Basin, Visit
from api.store.cycle_tables import Offer, Outcome, Plan, SwapQuestion
from api.store.incident_tables import Incident
from api.store.person_tables import (
    IDENTITIES,
    ClientIdentity,
    EmployeeIdentity,
    Identity,
    WorkerIdentity,
)
from brigade.words import long_day, word

PERSON: Mapping[str, type[Identity]] = {
    **{table.KIND: table for table in IDENTITIES},
    **{identities.OF[table].KIND: table for table in IDENTITIES},
    "feeds": WorkerIdentity,
}
"""Kinds whose target is somebody."""
ABOUT: tuple[tuple[type[Any], str, type[Identity]], ...] = (
    (Absence, "employee_id", EmployeeIdentity),
    (Visit, "client_id", ClientIdentity),
    (Outcome, "client_id", ClientIdentity),
    (Offer, "worker_id", WorkerIdentity),
    (Incident, "client_id", ClientIdentity),
    (Incident, "worker_id", WorkerIdentity),
    (SwapQuestion, "employee_id", EmployeeIdentity),
)
"""Rows that are about somebody: where they say whom."""
NAMED = (basin_tables.Provider, basin_tables.Employer, basin_tables.FundingLine)
"""Rows with a name of their own."""
OF_ACCOUNTS = ("accounts", "sessions", "tokens")
Subject = tuple[str, str]
"""Kind and id, as an entry has them."""


@dataclass(frozen=True, slots=True)
class _OfBasin:
    """What the entries about one basin speak of. `ids`: by kind."""

    scoped: Scoped
    vault: Vault
    basin_id: str
    ids: Mapping[str, set[str]]

    def people(self) -> dict[Subject, str]:
        """Opened together: who looks at a page of the journal reads these names, and one note says so."""
        about = {**self._own(), **self._of_rows()}
        wanted = defaultdict[type[Identity], set[str]](set)
        for table, id in about.values():
            wanted[table].add(id)
        names = {
            (table, id): name
            for table, ids in wanted.items()
            for id, name in identities.names(self.scoped, self.vault, table, self.basin_id, ids).items()
        }
        if names:
            told = {"people": len(names)}
            self.scoped.notes.append(
                Note("identities.read", "identities", self.basin_id, {"basin_id": self.basin_id}, told)
            )
        return {subject: names[who] for subject, who in about.items() if who in names}

    def _own(self) -> dict[Subject, tuple[type[Identity], str]]:
        found: dict[Subject, tuple[type[Identity], str]]
        found = {(kind, id): (table, id) for kind, table in PERSON.items() for id in self.ids.get(kind, ())}
        for id in self.ids.get("contacts", ()):
            kind, _, worker_id = id.partition(":")
            if kind == "worker":
                found["contacts", id] = WorkerIdentity, worker_id
        return found

    def _of_rows(self) -> dict[Subject, tuple[type[Identity], str]]:
        found: dict[Subject, tuple[type[Identity], str]] = {}
        for table, column, identity in ABOUT:
            asked = select(table.id, getattr(table, column)).where(
                table.basin_id == self.basin_id, table.id.in_(sorted(self.ids.get(table.KIND, ())))
            )
            rows = self.scoped.session.execute(asked)
            found |= {(table.KIND, id): (identity, who) for id, who in rows if who is not None}
        return found

    def things(self, lang: str) -> dict[Subject, str]:
        """Services, employers and lines by their names, plans by their first day."""
        found: dict[Subject, str] = {}
        for table in NAMED:
            # A list of names read at once is noted under whom it belongs to.
            kinds = (table.KIND, *(one.KIND for one in IDENTITIES))
            wanted = {id for kind in kinds for id in self.ids.get(kind, ())}
            asked = select(table.id, table.body).where(
                table.basin_id == self.basin_id, table.id.in_(sorted(wanted))
            )
            for id, body in self.scoped.session.execute(asked):
                found |= {(kind, id): body["name"] for kind in kinds if id in self.ids.get(kind, ())}
        plans = select(Plan.id, Plan.first_day).where(Plan.id.in_(sorted(self.ids.get(Plan.KIND, ()))))
        told = ((id, long_day(day, lang)) for id, day in self.scoped.session.execute(plans))
        return found | {(Plan.KIND, id): word("page.journal.of_day", lang, day=day) for id, day in told}


def names_of(
    scoped: Scoped, vault: Vault, entries: Iterable[AuditEntry], lang: str
) -> dict[tuple[str | None, str, str], str]:
    """By basin, kind and id, what entries are about; who has no name, or was forgotten, is not in it."""
    ids = defaultdict[str | None, dict[str, set[str]]](lambda: defaultdict(set))
    for one in entries:
        ids[one.basin_id][one.kind].add(one.target)
    found: dict[tuple[str | None, str, str], str] = {}
    for basin_id, of_kind in ids.items():
        told = _everywhere(scoped, of_kind)
        if basin_id is not None:
            here = _OfBasin(scoped, vault, basin_id, of_kind)
            told |= here.things(lang) | here.people()
        found |= {(basin_id, kind, id): name for (kind, id), name in told.items()}
    return found


def _everywhere(scoped: Scoped, ids: Mapping[str, set[str]]) -> dict[Subject, str]:
    """Accounts and basins belong to no basin."""
    wanted = {id for kind in OF_ACCOUNTS for id in ids.get(kind, ())}
    called = accounts.called(scoped.session, wanted)
    found = {(kind, id): called[id] for kind in OF_ACCOUNTS for id in ids.get(kind, ()) if id in called}
    asked = select(Basin.id, Basin.body).where(Basin.id.in_(sorted(ids.get(Basin.KIND, ()))))
    return found | {(Basin.KIND, id): body.name for id, body in scoped.session.execute(asked)}
