"""Who meets whom in the next days: a worker sees the homes she goes to, a manager who comes to his clients,
each in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import identities
from api.commitments.shared_seats import leads_to_visit, visit_of
from api.commitments.states import AGREED, STANDING
from api.cycle.offers import replies_to
from api.messages.described import DescribedVisit, described
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_views import VisitedView
from api.shapes.dossier_views import LegVehicleView, LegView, MeetingView
from api.shapes.person_shapes import IdentityIn
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.cycle_tables import Offer, Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.store.plan_parts import PlannedStop, stops_of
from brigade.units import PARIS

# As far as a plan reaches: nobody is told of visits that lie behind it.
DAYS_AHEAD = 14
ENTRY_DAYS = 1
"""Entry details are shown from the day before to the day after, never earlier: a setting cannot widen
that."""
# The morning after: whoever came still has to be called, and what was forgotten brought back.
DAYS_AFTER = 1


@dataclass(frozen=True, slots=True)
class Meeting:
    """A visit of the plans in force, told to its worker; None: it is work that is no visit."""

    offer: Offer
    visit: basin_tables.Visit | None

    @property
    def client_id(self) -> str:
        return "" if self.visit is None else self.visit.client_id

    @property
    def is_settled(self) -> bool:
        """Accepted, acknowledged, or firm: before that, nobody needs to know who it is."""
        return self.offer.state in AGREED or self.offer.kind == "firm"

    @property
    def day(self) -> date:
        return self.offer.starts_at.astimezone(PARIS).date()

    def is_within(self, today: date, days_before: int) -> bool:
        return self.day - timedelta(days=days_before) <= today <= self.day + timedelta(days=DAYS_AFTER)


def next_visits(scoped: Scoped, service: Service, basin_id: str) -> list[MeetingView]:
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
    said = _Stops(scoped, basin_id, found)
    if role is Role.MANAGER:
        # Opened of those near enough alone: each opening is a note in the trail.
        wanted = {meeting.offer.worker_id for meeting in near}
        known = identities.opened_by_id(
            scoped, service.vault, WorkerIdentity, basin_id, wanted, "next_visits"
        )
        return [_for_manager(meeting, said, known if meeting.offer.id in nearby else {}) for meeting in found]
    wanted = {meeting.client_id for meeting in near if meeting.visit is not None}
    known = identities.opened_by_id(scoped, service.vault, ClientIdentity, basin_id, wanted, "next_visits")
    communes = communes_of(
        scoped, basin_id, (meeting.visit for meeting in found if meeting.visit is not None)
    )
    return [
        _for_worker(meeting, said, known if meeting.offer.id in nearby else {}, communes, today, ahead)
        for meeting in found
    ]


class _Stops:
    """What a stop says to everybody who meets there: for whom, what, where, how one comes there."""

    def __init__(self, scoped: Scoped, basin_id: str, found: Sequence[Meeting]) -> None:
        self.now, self.is_asked = scoped.clock.now(), scoped.principal.role is Role.WORKER
        self._visits = described(scoped.session, basin_id, [meeting.offer.visit_id for meeting in found])
        self._legs = _legs(scoped, {meeting.offer.plan_id for meeting in found})

    def visit(self, offer: Offer) -> DescribedVisit | None:
        return self._visits.get(offer.visit_id)

    def replies(self, offer: Offer) -> list[str]:
        return replies_to(offer, self.now) if self.is_asked else []

    def leg(self, offer: Offer) -> LegView | None:
        return self._legs.get((offer.plan_id, offer.worker_id, offer.visit_id))


def _legs(scoped: Scoped, plans: set[str]) -> dict[tuple[str, str, str], LegView]:
    """How one comes to each stop, by plan, worker and visit: the plan that told the offer timed it so."""
    rows = scoped.session.execute(select(Plan.id, Plan.document).where(Plan.id.in_(plans)))
    return {
        (id, stop.worker_id, stop.visit_id): LegView(
            minutes=stop.travel_min, metres=stop.metres, mode=stop.mode, vehicle=_taken(stop)
        )
        for id, document in rows
        for stop in stops_of(document)
        if stop.mode is not None
    }


def _taken(stop: PlannedStop) -> LegVehicleView | None:
    """Once a tour: on the way to its first visit."""
    taken = stop.vehicle
    if taken is None or stop.before is not None:
        return None
    return LegVehicleView(id=taken.id, name=taken.name, site_id=taken.site_id)


def _meetings(scoped: Scoped, basin_id: str) -> list[Meeting]:
    now = scoped.clock.now()
    asked = select(Offer, basin_tables.Visit).outerjoin(basin_tables.Visit, leads_to_visit())
    # A day more than is shown: the cut is by the hour, the rule by the calendar's day.
    asked = asked.where(
        Offer.basin_id == basin_id,
        Offer.state.in_(STANDING),
        Offer.ends_at > now - timedelta(days=DAYS_AFTER + 1),
        Offer.starts_at < now + timedelta(days=DAYS_AHEAD),
        _reach(scoped, basin_id),
    )
    asked = asked.order_by(Offer.starts_at, Offer.id)
    rows: list[tuple[Offer, basin_tables.Visit | None]]
    rows = [(offer, visit) for offer, visit in scoped.session.execute(asked)]
    # What became of a visit that is gone is its outcome's to tell.
    return [
        Meeting(offer, visit) for offer, visit in rows if visit is not None or offer.work_block_id is not None
    ]


def _reach(scoped: Scoped, basin_id: str) -> Any:
    """Through the account's own reach: a worker's offers, or the visits of a manager's clients."""
    if scoped.principal.role is Role.WORKER:
        return Offer.id.in_(scoped.select(Offer, basin_id).with_only_columns(Offer.id))
    return Offer.visit_id.in_(
        scoped.select(basin_tables.Visit, basin_id).with_only_columns(basin_tables.Visit.id)
    )


def home_of(scoped: Scoped, service: Service, offer: Offer) -> VisitedView | None:
    """Name, address and entry details of the home an offer leads to, for its worker: once settled, from the
    day before on.

    None before that, and when nobody told who it is. The reading is noted. Raises: Unavailable when no key
    opens it.
    """
    id = visit_of(offer.visit_id, offer.worker_id)
    visit = scoped.session.get(basin_tables.Visit, (offer.basin_id, id))
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


def _home(person: IdentityIn, *, shows_entry: bool) -> VisitedView:
    entry = person.entry if shows_entry else None
    return VisitedView(name=person.name, address_lines=person.address_lines, entry=entry)


def communes_of(scoped: Scoped, basin_id: str, visits: Iterable[basin_tables.Visit]) -> dict[str, str]:
    """The commune of each client visited, as far as it is known."""
    ids = sorted({visit.client_id for visit in visits})
    asked = (
        select(basin_tables.Client.id, basin_tables.Site)
        .join(
            basin_tables.Site,
            (basin_tables.Site.basin_id == basin_tables.Client.basin_id)
            & (basin_tables.Site.id == basin_tables.Client.site_id),
        )
        .where(basin_tables.Client.basin_id == basin_id, basin_tables.Client.id.in_(ids))
    )
    return {
        client: site.value.commune for client, site in scoped.session.execute(asked) if site.value.commune
    }


def _for_worker(
    meeting: Meeting,
    said: _Stops,
    known: dict[str, IdentityIn],
    communes: dict[str, str],
    today: date,
    ahead: int,
) -> MeetingView:
    client_id = meeting.client_id
    person, shows_entry = known.get(client_id), meeting.is_within(today, ENTRY_DAYS)
    return _meeting(
        meeting,
        said,
        commune=communes.get(client_id),
        shown_from=meeting.day - timedelta(days=ahead) if meeting.is_settled else None,
        client=None if person is None else _home(person, shows_entry=shows_entry),
    )


def _for_manager(meeting: Meeting, said: _Stops, known: dict[str, IdentityIn]) -> MeetingView:
    person = known.get(meeting.offer.worker_id)
    return _meeting(meeting, said, worker_name=person.name if person else None)


def _meeting(
    meeting: Meeting,
    said: _Stops,
    *,
    commune: str | None = None,
    shown_from: date | None = None,
    client: VisitedView | None = None,
    worker_name: str | None = None,
) -> MeetingView:
    offer, visit = meeting.offer, said.visit(meeting.offer)
    return view_of(
        MeetingView,
        offer,
        offer_id=offer.id,
        replies=said.replies(offer),
        place=visit and visit.place,
        provider=visit and visit.provider,
        act=visit and visit.act,
        block=visit and visit.block_view,
        leg=said.leg(offer),
        client_id=meeting.client_id,
        commune=commune,
        shown_from=shown_from,
        client=client,
        worker_name=worker_name,
    )
