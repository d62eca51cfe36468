"""What people are told of a visit: when, where, whose it is, what is to be done, how grave it is to miss
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commitments.block_seats import blocks_by_seat
from api.commitments.shared_seats import visits_by_seat
from api.shapes.cycle_views import BlockView
from api.shapes.row_views import view_of
from api.store.basin_tables import Basin, Client, Provider, RotaFeed, Site, Visit, WorkBlock
from brigade.exchange.shapes.demand_shapes import WorkBlockShape
from brigade.values.demand import ActClass
from brigade.values.demand import WorkBlock as CoreBlock
from brigade.values.validation.communes import place_name


@dataclass(frozen=True, slots=True)
class DescribedVisit:
    """`place`: its commune as on an envelope, None where no commune is known. `starts_at`: as planned by the
    provider, else the earliest time at which it may begin. `provider`: the name of its SAAD; `act`: essential
    or ordinary. `block`: it is a seat in this work that is no visit, and nobody's client or provider ("").
    `is_shared`: whoever is told of it goes along with somebody."""

    visit_id: str
    client_id: str
    provider_id: str
    provider: str
    place: str | None
    act: str
    priority: str
    mandatory: bool
    starts_at: datetime
    duration_min: float
    block: WorkBlockShape | CoreBlock | None = None
    is_shared: bool = False

    @property
    def block_view(self) -> BlockView | None:
        return None if self.block is None else view_of(BlockView, self.block)

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


def described(session: Session, basin_id: str, visit_ids: Iterable[str]) -> dict[str, DescribedVisit]:
    """By visit or seat of a work block; what is no longer known is not in it."""
    visit_ids = sorted(set(visit_ids))
    asked = (
        select(Visit, Site, Provider)
        .join(Client, (Client.basin_id == Visit.basin_id) & (Client.id == Visit.client_id))
        .join(Site, (Site.basin_id == Client.basin_id) & (Site.id == Client.site_id))
        .join(Provider, (Provider.basin_id == Visit.basin_id) & (Provider.id == Visit.provider_id))
        .where(Visit.basin_id == basin_id, Visit.id.in_(visit_ids))
    )
    rows = [(visit, site, provider) for visit, site, provider in session.execute(asked)]
    planned = _planned(session, basin_id, {visit.provider_id for visit, _, _ in rows})
    found = {visit.id: _described(visit, site, provider, planned) for visit, site, provider in rows}
    seats = blocks_by_seat(session, basin_id, visit_ids)
    found |= {id: _seat(session, id, block) for id, block in seats.items()}
    shared = visits_by_seat(session, basin_id, [id for id in visit_ids if id not in found])
    beside = described(session, basin_id, [row.id for row in shared.values()]) if shared else {}
    known = {id: beside[row.id] for id, row in shared.items() if row.id in beside}
    return found | {id: replace(one, visit_id=id, is_shared=True) for id, one in known.items()}


def _seat(session: Session, id: str, row: WorkBlock) -> DescribedVisit:
    site = None if row.site_id is None else session.get(Site, (row.basin_id, row.site_id))
    place = None if site is None else place_name(site.value.commune)
    return of_seat(id, row.value, place, row.starts_at, row.value.duration_min)


def of_seat(
    id: str, block: WorkBlockShape | CoreBlock, place: str | None, starts_at: datetime, duration_min: float
) -> DescribedVisit:
    """A seat in work that is no visit: nobody's client, and no provider's."""
    return DescribedVisit(
        id,
        client_id="",
        provider_id="",
        provider="",
        place=place,
        act=ActClass.ORDINARY.value,
        priority=block.priority if isinstance(block.priority, str) else block.priority.name,
        mandatory=block.mandatory,
        starts_at=starts_at,
        duration_min=duration_min,
        block=block,
    )


def _described(
    visit: Visit, site: Site, provider: Provider, planned: Mapping[str, datetime]
) -> DescribedVisit:
    value = visit.value
    return DescribedVisit(
        visit.id,
        visit.client_id,
        visit.provider_id,
        provider.value.name,
        place_name(site.value.commune),
        value.act_class,
        value.priority,
        value.mandatory,
        planned.get(visit.id) or value.planned_start or visit.starts_at,
        value.duration_min,
    )


def _planned(session: Session, basin_id: str, providers: set[str]) -> dict[str, datetime]:
    asked = select(RotaFeed).where(RotaFeed.basin_id == basin_id, RotaFeed.provider_id.in_(providers))
    return {one.visit_id: one.start for feed in session.scalars(asked) for one in feed.entries}


def telephone_of(session: Session, basin_id: str) -> str | None:
    """The number that people call: the coordinators' of the basin."""
    return session.get_one(Basin, basin_id).body.telephone
