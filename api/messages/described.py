"""What people are told of a visit: when, where, whose it is, what is to be done, how grave it is to miss
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.basin_tables import Basin, Client, Provider, RotaFeed, Site, Visit
from brigade.values.validation.communes import place_name


@dataclass(frozen=True, slots=True)
class Described:
    """`place`: its commune as on an envelope, None where no commune is known. `starts_at`: as planned by the
    provider, else the earliest time at which it may begin. `provider`: the name of its SAAD; `act`: essential
    or ordinary."""

    visit_id: str
    client_id: str
    provider_id: str
    provider: str
    place: str | None
    act: str
    priority: str
    mandatory: bool
    starts_at: datetime
    duration_min: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_min)

    @property
    def level(self) -> int:
        """For words: 0 mandatory, else 1 to 4."""
        return 0 if self.mandatory else int(self.priority[1:])

    @property
    def gravity(self) -> tuple[bool, str, datetime, str]:
        """The gravest first, then the earliest."""
        return (not self.mandatory, self.priority, self.starts_at, self.visit_id)


def described(session: Session, basin_id: str, visit_ids: Iterable[str]) -> dict[str, Described]:
    """By visit; who is no longer known is not in it."""
    asked = (
        select(Visit, Site.body, Provider.body)
        .join(Client, (Client.basin_id == Visit.basin_id) & (Client.id == Visit.client_id))
        .join(Site, (Site.basin_id == Client.basin_id) & (Site.id == Client.site_id))
        .join(Provider, (Provider.basin_id == Visit.basin_id) & (Provider.id == Visit.provider_id))
        .where(Visit.basin_id == basin_id, Visit.id.in_(sorted(set(visit_ids))))
    )
    rows = [(visit, site, provider) for visit, site, provider in session.execute(asked)]
    planned = _planned(session, basin_id, {visit.provider_id for visit, _, _ in rows})
    return {visit.id: _described(visit, site, provider, planned) for visit, site, provider in rows}


def _described(
    visit: Visit, site: Mapping[str, Any], provider: Mapping[str, Any], planned: Mapping[str, str]
) -> Described:
    body = visit.body
    start = planned.get(visit.id) or body.get("planned_start")
    return Described(
        visit.id,
        visit.client_id,
        visit.provider_id,
        provider["name"],
        place_name(site.get("commune")),
        body["act_class"],
        body["priority"],
        body.get("mandatory", False),
        datetime.fromisoformat(start) if start else visit.starts_at,
        body["duration_min"],
    )


def _planned(session: Session, basin_id: str, providers: set[str]) -> dict[str, str]:
    asked = select(RotaFeed).where(RotaFeed.basin_id == basin_id, RotaFeed.provider_id.in_(providers))
    return {one["visit_id"]: one["start"] for feed in session.scalars(asked) for one in feed.entries}


def telephone_of(session: Session, basin_id: str) -> str | None:
    """The number that people call: the coordinators' of the basin."""
    number: str | None = session.get_one(Basin, basin_id).body.get("telephone")
    return number
