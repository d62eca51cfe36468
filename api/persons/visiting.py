"""Who meets whom in the next days: a worker sees the homes she goes to, a manager who comes to his clients,
each in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from api.access.rights import Role
from api.access.scope import Scoped
from api.basin import identities
from api.commitments.states import AGREED, STANDING
from api.cycle.offers import replies_to
from api.messages.described import described
from api.runtime.faults import forbidden
from api.service.service import Service
from api.store import basin_tables
from api.store.cycle_tables import Offer, Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from brigade.units import PARIS

DAYS_AHEAD = 14
ENTRY_DAYS = 1
"""Entry details are shown from the day before to the day after, never earlier: a setting cannot widen
that."""
DAYS_AFTER = 1


@dataclass(frozen=True, slots=True)
class Meeting:
    """A visit of the plans in force, told to its worker."""

    offer: Offer
    visit: basin_tables.Visit

    @property
    def is_settled(self) -> bool:
        """Accepted, acknowledged, or firm: before that, nobody needs to know who it is."""
        return self.offer.state in AGREED or self.offer.kind == "firm"

    @property
    def day(self) -> date:
        return self.offer.starts_at.astimezone(PARIS).date()

    def is_within(self, today: date, days_before: int) -> bool:
        return self.day - timedelta(days=days_before) <= today <= self.day + timedelta(days=DAYS_AFTER)


def next_visits(scoped: Scoped, service: Service, basin_id: str) -> list[dict[str, Any]]:
    """For a worker her own, for a manager those of his clients, in order of time; what is shown of a person
    is noted.

    Raises: Forbidden for the other roles, which meet nobody.
    """
    scoped.basin(basin_id)
    role = scoped.principal.role
    if role not in (Role.WORKER, Role.MANAGER):
        raise forbidden("next-visits")
    found = _meetings(scoped, basin_id)
    today, ahead = scoped.clock.now().astimezone(PARIS).date(), service.settings.name_days_before
    near = [meeting for meeting in found if meeting.is_settled and meeting.is_within(today, ahead)]
    nearby = {meeting.offer.id for meeting in near}
    if role is Role.MANAGER:
        wanted = {meeting.offer.worker_id for meeting in near}
        known = identities.opened_by_id(
            scoped, service.vault, WorkerIdentity, basin_id, wanted, "next_visits"
        )
        told = [_for_manager(meeting, known if meeting.offer.id in nearby else {}) for meeting in found]
    else:
        wanted = {meeting.visit.client_id for meeting in near}
        known = identities.opened_by_id(
            scoped, service.vault, ClientIdentity, basin_id, wanted, "next_visits"
        )
        communes = communes_of(scoped, basin_id, (meeting.visit for meeting in found))
        told = [
            _for_worker(meeting, known if meeting.offer.id in nearby else {}, communes, today, ahead)
            for meeting in found
        ]
    return _described(scoped, basin_id, found, told)


def _described(
    scoped: Scoped, basin_id: str, found: Sequence[Meeting], told: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """With what a stop says to everybody who meets there: for whom, what, where, how one comes there."""
    known = described(scoped.session, basin_id, [meeting.offer.visit_id for meeting in found])
    legs = _legs(scoped, {meeting.offer.plan_id for meeting in found})
    now = scoped.clock.now()
    shown = []
    for meeting, one in zip(found, told, strict=True):
        visit, offer = known.get(meeting.offer.visit_id), meeting.offer
        of_visit = {name: getattr(visit, name, None) for name in ("place", "provider", "act")}
        replies = replies_to(offer, now) if scoped.principal.role is Role.WORKER else []
        leg = legs.get((offer.plan_id, offer.worker_id, offer.visit_id))
        shown.append({**one, **of_visit, "replies": replies, "leg": leg})
    return shown


def _legs(scoped: Scoped, plans: set[str]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """How one comes to each stop, by plan, worker and visit: the plan that told the offer timed it so."""
    rows = scoped.session.execute(select(Plan.id, Plan.document).where(Plan.id.in_(plans)))
    return {
        (id, route["worker_id"], stop["visit_id"]): {
            "minutes": stop["travel_min"],
            "metres": stop["metres"],
            "mode": stop["mode"],
        }
        for id, document in rows
        for route in document["routes"]
        for stop in route["stops"]
    }


def _meetings(scoped: Scoped, basin_id: str) -> list[Meeting]:
    now = scoped.clock.now()
    asked = select(Offer, basin_tables.Visit).join(
        basin_tables.Visit,
        (basin_tables.Visit.basin_id == Offer.basin_id) & (basin_tables.Visit.id == Offer.visit_id),
    )
    asked = asked.where(
        Offer.basin_id == basin_id,
        Offer.state.in_(STANDING),
        Offer.ends_at > now - timedelta(days=DAYS_AFTER + 1),
        Offer.starts_at < now + timedelta(days=DAYS_AHEAD),
        _reach(scoped, basin_id),
    )
    rows = scoped.session.execute(asked.order_by(Offer.starts_at, Offer.id))
    return [Meeting(offer, visit) for offer, visit in rows]


def _reach(scoped: Scoped, basin_id: str) -> Any:
    """Through the account's own reach: a worker's offers, or the visits of a manager's clients."""
    if scoped.principal.role is Role.WORKER:
        return Offer.id.in_(scoped.select(Offer, basin_id).with_only_columns(Offer.id))
    return Offer.visit_id.in_(
        scoped.select(basin_tables.Visit, basin_id).with_only_columns(basin_tables.Visit.id)
    )


def home_of(scoped: Scoped, service: Service, offer: Offer) -> dict[str, Any] | None:
    """Name, address and entry details of the home an offer leads to, for its worker: once settled, from the
    day before on.

    None before that, and when nobody told who it is. The reading is noted. Raises: Unavailable when no key
    opens it.
    """
    visit = scoped.session.get(basin_tables.Visit, (offer.basin_id, offer.visit_id))
    if visit is None:
        return None
    meeting, today = Meeting(offer, visit), scoped.clock.now().astimezone(PARIS).date()
    if not meeting.is_settled or not meeting.is_within(today, ENTRY_DAYS):
        return None
    wanted = (visit.client_id,)
    known = identities.opened_by_id(
        scoped, service.vault, ClientIdentity, offer.basin_id, wanted, "answer_link"
    )
    return _home(known[visit.client_id], shows_entry=True) if visit.client_id in known else None


def _home(person: dict[str, Any], *, shows_entry: bool) -> dict[str, Any]:
    entry = person.get("entry") if shows_entry else None
    return {"name": person["name"], "address_lines": list(person.get("address_lines", ())), "entry": entry}


def communes_of(scoped: Scoped, basin_id: str, visits: Iterable[basin_tables.Visit]) -> dict[str, str]:
    """The commune of each client visited, as far as it is known."""
    ids = sorted({visit.client_id for visit in visits})
    asked = (
        select(basin_tables.Client.id, basin_tables.Site.body)
        .join(
            basin_tables.Site,
            (basin_tables.Site.basin_id == basin_tables.Client.basin_id)
            & (basin_tables.Site.id == basin_tables.Client.site_id),
        )
        .where(basin_tables.Client.basin_id == basin_id, basin_tables.Client.id.in_(ids))
    )
    return {client: body["commune"] for client, body in scoped.session.execute(asked) if body.get("commune")}


def _meeting(meeting: Meeting) -> dict[str, Any]:
    offer = meeting.offer
    names = (
        *("visit_id", "kind", "state", "starts_at", "ends_at", "before_starts_at", "before_ends_at"),
        *("reply_by", "short_notice", "article"),
    )
    return {
        **{name: getattr(offer, name) for name in names},
        "offer_id": offer.id,
        "client_id": meeting.visit.client_id,
    }


def _for_worker(
    meeting: Meeting, known: dict[str, dict[str, Any]], communes: dict[str, str], today: date, ahead: int
) -> dict[str, Any]:
    client_id = meeting.visit.client_id
    told = {**_meeting(meeting), "worker_id": meeting.offer.worker_id, "commune": communes.get(client_id)}
    told["shown_from"] = meeting.day - timedelta(days=ahead) if meeting.is_settled else None
    person = known.get(client_id)
    if person is None:
        return {**told, "client": None, "worker_name": None}
    return {
        **told,
        "client": _home(person, shows_entry=meeting.is_within(today, ENTRY_DAYS)),
        "worker_name": None,
    }


def _for_manager(meeting: Meeting, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    person = known.get(meeting.offer.worker_id)
    told = {
        **_meeting(meeting),
        "worker_id": meeting.offer.worker_id,
        "commune": None,
        "shown_from": None,
        "client": None,
    }
    return {**told, "worker_name": person["name"] if person else None}
