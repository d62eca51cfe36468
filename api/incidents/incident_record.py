"""One incident as it is taken in: what it changes, and every fault of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from api.access.scope import Scoped
from api.basin import fitness, identities, resource_kinds
from api.commitments.states import Transition, move
from api.cycle.following import DayChanges
from api.cycle.offers import tell_withdrawn
from api.messages import queueing
from api.runtime.faults import NotFound, Unfit
from api.service.service import Service
from api.shapes.incident_views import TouchedView
from api.shapes.person_shapes import IdentityIn
from api.store import basin_tables
from api.store.cycle_tables import Offer
from api.store.incident_tables import Incident
from api.store.person_tables import Identity
from brigade.errors import NO_VALUES, Issue, Values
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS

Row = TypeVar("Row", bound=basin_tables.BasinRow)


ROWS = {kind.row: kind for kind in resource_kinds.KINDS}


@dataclass
class IncidentRecord:
    """One incident on its way. `rows`: the session that writes what it changes: a worker may tell of her day
    without being allowed to write her own document."""

    scoped: Scoped
    rows: Scoped
    service: Service
    basin_id: str
    now: datetime
    row: Incident
    changes: DayChanges = field(default_factory=DayChanges)
    issues: list[Issue] = field(default_factory=list)

    def tell(self, name: str, words: str, values: Values = NO_VALUES) -> None:
        self.issues.append(Issue("A305", f"incident.{name}", words, values))

    def refuse(self) -> None:
        """Raises: Unfit, with all that was told so far."""
        if self.issues:
            first, *others = self.issues
            raise Unfit.of(first, *others)

    def find(self, table: type[Row], name: str, id: str, words: str = "unknown_in_basin") -> Row | None:
        """Whom or what is named, locked; None, and a fault, when the account knows nobody of that id."""
        try:
            return self.rows.one(table, self.basin_id, id, write=True)
        except NotFound:
            self.tell(name, words, {"id": id})
            return None

    def place(self, name: str, id: str) -> str | None:
        """A place that the account sees; None, and a fault, for another."""
        found = self.find(basin_tables.Site, name, id, "unknown_place")
        return None if found is None else found.id

    def change(self, row: basin_tables.BasinRow, body: JsonObject) -> None:
        """The document of a row, its keys, and its faults, which are told with the others."""
        before = row.body
        shape = ROWS[type(row)].shape.model_validate_json(json.dumps(body))
        for name, value in ROWS[type(row)].keys(self.rows, self.basin_id, shape).items():
            # No incident changes counters: the day up to which they were counted stays.
            if name != "counters_since":
                setattr(row, name, value)
        row.body = body
        self.rows.changed(row, "changed", None, incident=self.row.id)
        self.issues += fitness.issues_of(self.rows, row)
        self.changes.note(type(row), before, body)

    def add(
        self, table: type[basin_tables.BasinRow], name: str, shape: Any, told: Collection[str] = ()
    ) -> None:
        """A new row; a taken id, and every fault of the row, are told with the others.

        Args: told: fields that name what this incident brings itself, or what was looked up already.
        """
        if self.rows.session.get(table, (self.basin_id, shape.id)) is not None:
            self.tell(f"{name}.id", "record_there_already", {"id": shape.id})
            return
        made = resource_kinds.made(ROWS[table], self.rows, self.basin_id, shape.id, shape)
        # Not flushed while it is judged: the database names only the first unknown reference, and no place.
        with self.rows.session.no_autoflush:
            faults = list(fitness.issues_of(self.rows, made))
        self.issues += [one for one in faults if one.where.rpartition(".")[2] not in told]
        if self.issues:
            return  # nothing will be kept: what else is wrong is told, where the database would end it here
        self.rows.add(made, "created", None, incident=self.row.id)
        self.changes.note(table, None, made.body)


def place_of(one: IncidentRecord, site: Any, site_id: str | None) -> str | None:
    """The place that is told: new, known and told anew, or known."""
    if (site is None) == (site_id is None):
        one.tell("site", "site_or_id")
        return None
    if site_id is not None:
        return one.place("site_id", site_id)
    one.add(basin_tables.Site, "site", site)
    return None if one.issues else str(site.id)


def identify(one: IncidentRecord, table: type[Identity], id: str, given: IdentityIn | None) -> None:
    """Who she is and where, sealed as everywhere."""
    if given is None or one.issues:
        return
    row = one.rows.session.get(table, (one.basin_id, id))
    identities.put(one.rows, one.service.vault, table, one.basin_id, id, given, row.version if row else None)


def call_off(one: IncidentRecord, rows: Scoped, offers: list[Offer], because: str) -> None:
    """Who was told to come is told at once that nobody expects her, and her provider that she does not come.

    Args: rows: the session that may write the offers.
    """
    for offer in offers:
        move(rows, offer, Transition.WITHDRAW, because, incident=one.row.id)
    tell_withdrawn(rows, offers, f"incident:{one.row.id}")
    queueing.not_covered_yet(rows.session, rows.clock, offers)


def touched(visit_id: str, start: datetime) -> TouchedView:
    return TouchedView(visit_id=visit_id, starts_at=start.astimezone(PARIS))
