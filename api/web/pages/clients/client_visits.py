"""What is known of the visits of one home: who came, who comes, and where nobody does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import identities
from api.commitments.open_incidents import OpenIncidents, standing
from api.commitments.states import AGREED, STANDING
from api.commitments.wanted_visits import wanted
from api.persons.visiting import Meeting
from api.runtime.roles import Role
from api.service.service import Service
from api.store.basin_tables import Absence, Client, RotaFeed, Visit
from api.store.cycle_tables import Offer, Outcome
from api.store.person_tables import EmployeeIdentity, WorkerIdentity
from brigade.exchange.shapes.demand_shapes import RotaEntryShape
from brigade.units import PARIS

DAYS = timedelta(days=14)
"""So far back and ahead: as far as a plan reaches."""
PURPOSE = "client"


@dataclass(frozen=True, slots=True)
class ClientVisit:
    """One visit. `state`: of `word.page.client.state`; `cause`: why it was not done. `carer`: her name, where
    the account may know it; `worker_id`: of the brigade's. `starts_at`: as told, else as agreed."""

    visit: Visit
    starts_at: datetime
    ends_at: datetime
    state: str
    cause: str | None = None
    carer: str | None = None
    worker_id: str | None = None


@dataclass(frozen=True)
class _Home:
    """What its visits are looked up in."""

    now: datetime
    incidents: OpenIncidents
    wanted: Collection[str]
    offers: Mapping[str, Offer]
    outcomes: Mapping[str, Outcome]
    rota: Mapping[str, RotaEntryShape]
    away: Sequence[Absence] = ()
    workers: Mapping[str, str] = field(default_factory=dict)
    employees: Mapping[str, str] = field(default_factory=dict)

    def told(self, visit: Visit) -> ClientVisit:
        outcome, offer = self.outcomes.get(visit.id), self.offers.get(visit.id)
        if outcome is not None and visit.id not in self.wanted:
            who = outcome.worker_id if outcome.done or outcome.at_door else None
            state = "done" if outcome.done else "not_done"
            return self._by_worker(visit, state, who, outcome, offer, cause=outcome.cause)
        if offer is not None:
            return self._by_worker(visit, _state_of(offer), offer.worker_id, offer)
        if self.incidents.suspends(visit.client_id, visit.value.windows, visit.value.duration_min):
            return self._as_agreed(visit, "suspended")
        if visit.id in self.wanted:
            return self._as_agreed(visit, "uncovered")
        return self._by_rota(visit)

    def _by_worker(
        self,
        visit: Visit,
        state: str,
        worker_id: str | None,
        *hours: Offer | Outcome | None,
        cause: str | None = None,
    ) -> ClientVisit:
        """Args: hours: the first that says when stands."""
        plain = self._as_agreed(visit, state)
        told = next((one for one in hours if one is not None and one.starts_at and one.ends_at), None)
        start, end = (told.starts_at, told.ends_at) if told else (plain.starts_at, plain.ends_at)
        name = self.workers.get(worker_id or "")
        return ClientVisit(
            visit, start or plain.starts_at, end or plain.ends_at, state, cause, name, worker_id
        )

    def _by_rota(self, visit: Visit) -> ClientVisit:
        """By whoever comes as a rule; by nobody, where she is away and nobody else is wanted."""
        entry, plain = self.rota.get(visit.id), self._as_agreed(visit, "usual")
        if entry is None:
            return self._as_agreed(visit, "unknown" if visit.ends_at <= self.now else "not_wanted")
        is_away = any(
            one.employee_id == entry.employee_id
            and one.starts_at < plain.ends_at
            and one.ends_at > plain.starts_at
            for one in self.away
        )
        if is_away:
            state = "unknown" if visit.value.wants_replacement else "not_wanted"
            return self._as_agreed(visit, state)
        carer = self.employees.get(entry.employee_id, entry.employee_id)
        return ClientVisit(visit, plain.starts_at, plain.ends_at, "usual", carer=carer)

    def _as_agreed(self, visit: Visit, state: str) -> ClientVisit:
        entry, value = self.rota.get(visit.id), visit.value
        start = entry.start if entry else value.planned_start or visit.starts_at
        return ClientVisit(visit, start, start + timedelta(minutes=value.duration_min), state)


def visits_of(scoped: Scoped, service: Service, client: Client) -> list[ClientVisit]:
    """In order of time, a fortnight back and ahead. Names are opened, and noted, of those alone whom the
    account may know."""
    now, basin_id = scoped.clock.now(), client.basin_id
    asked = scoped.select(Visit, basin_id).where(
        Visit.client_id == client.id, Visit.ends_at > now - DAYS, Visit.starts_at < now + DAYS
    )
    rows = {row.id: row for row in scoped.all(asked.order_by(Visit.starts_at, Visit.id))}
    offers, outcomes = _offers(scoped, basin_id, rows), _outcomes(scoped, basin_id, rows)
    rota = _rota(scoped, client, rows)
    away = scoped.select(Absence, basin_id).where(Absence.ends_at > now - DAYS)
    employees = {one.employee_id for one in rota.values()}
    home = _Home(
        now,
        standing(scoped, basin_id, now),
        {row.id for row in wanted(scoped, basin_id, now) if row.id in rows},
        offers,
        outcomes,
        rota,
        scoped.all(away.where(Absence.employee_id.in_(sorted(employees)))),
        _workers(scoped, service, basin_id, rows, offers.values(), outcomes.values()),
        identities.own_names(scoped, service.vault, EmployeeIdentity, basin_id, employees, PURPOSE),
    )
    return sorted((home.told(row) for row in rows.values()), key=lambda one: (one.starts_at, one.visit.id))


def _state_of(offer: Offer) -> str:
    if offer.state in AGREED:
        return "agreed"
    return "firm" if offer.kind == "firm" else "offered"


def _offers(scoped: Scoped, basin_id: str, visits: Collection[str]) -> dict[str, Offer]:
    """What stands, by visit. Through the visits the account reaches: a manager sees no other offers."""
    asked = select(Offer).where(
        Offer.basin_id == basin_id, Offer.visit_id.in_(sorted(visits)), Offer.state.in_(STANDING)
    )
    return {one.visit_id: one for one in scoped.session.scalars(asked.order_by(Offer.id))}


def _outcomes(scoped: Scoped, basin_id: str, visits: Collection[str]) -> dict[str, Outcome]:
    asked = scoped.select(Outcome, basin_id).where(Outcome.visit_id.in_(sorted(visits)))
    return {one.visit_id: one for one in scoped.all(asked)}


def _rota(scoped: Scoped, client: Client, visits: Collection[str]) -> dict[str, RotaEntryShape]:
    asked = scoped.select(RotaFeed, client.basin_id).where(RotaFeed.provider_id == client.provider_id)
    return {one.visit_id: one for feed in scoped.all(asked) for one in feed.entries if one.visit_id in visits}


def _workers(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    visits: Mapping[str, Visit],
    offers: Collection[Offer],
    outcomes: Collection[Outcome],
) -> dict[str, str]:
    """Names of those of the brigade. A manager knows them by the visit that brings them together, near it in
    time (`api.persons.visiting`)."""
    if scoped.principal.role is Role.MANAGER:
        today, ahead = scoped.clock.now().astimezone(PARIS).date(), service.settings.name_days_before
        meetings = [Meeting(one, visits[one.visit_id]) for one in offers]
        near = {one.offer.worker_id for one in meetings if one.is_settled and one.is_within(today, ahead)}
        found = identities.opened_by_id(scoped, service.vault, WorkerIdentity, basin_id, near, "next_visits")
        return {id: who.name for id, who in found.items()}
    told = {one.worker_id for one in offers} | {one.worker_id for one in outcomes if one.worker_id}
    return identities.own_names(scoped, service.vault, WorkerIdentity, basin_id, told, PURPOSE)
