"""A worker's own week: her stops day by day, what waits for her answer, what she tells of her day, her
calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote_plus

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.open_incidents import open_now
from api.commitments.shared_seats import accompanied, visit_of
from api.cycle import offers
from api.http import language
from api.http.credentials import TheService
from api.incidents import incidents
from api.messages.described import telephone_of
from api.persons import feeds, own_changes, visiting
from api.rostering import called_out
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.shapes.cycle_requests import AnswerIn, Reply, read_request
from api.shapes.dossier_views import MeetingView
from api.shapes.incident_requests import IncidentEndIn, IncidentIn
from api.shapes.row_views import view_of
from api.store.basin_tables import Basin, Worker
from api.store.cycle_tables import Offer, Outcome
from api.store.incident_tables import Incident
from api.store.lending.lending_tables import Lending
from api.store.person_tables import Feed
from api.web.pages.rostering.call_form import call_in
from api.web.view import BaseView, PageEntry, Press, PressedView, ScopedView, View
from api.worked import refusals
from api.worked.binding_texts import texts_of
from api.worked.learning_so_far import is_due, is_reached, learning_so_far, shared_visits
from api.worked.path_standing import standing
from brigade.errors import BrigadeError
from brigade.exchange.shapes.workforce_shapes import LearningShape
from brigade.units import PARIS
from brigade.worked.refusal_years import CountedRefusals

WORKERS = frozenset({Role.WORKER})
router = APIRouter(include_in_schema=False)
PAGES = (PageEntry("week", "/ma-semaine", WORKERS, 10),)
WEEK, CALENDAR = "worker/week.html", "worker/calendar.html"
LOOKED = "brigade_vu"
"""A cookie: up to when she has seen what changed. Of use on her telephone alone, and no secret."""
SOON = timedelta(minutes=15)
"""So early may somebody stand at a door."""
UNFORESEEN = ("client_not_met", "worker_late", "worker_away")
CALLED_OUT = timedelta(days=3)
"""So long after a duty she may note that she was called out."""
MAPS = "https://www.openstreetmap.org/search?query="
"""Where a telephone without an application for `geo:` addresses finds a home; opened by her, never by us."""


class OwnAnswer(BaseModel):
    offer_id: str = Field(max_length=60)
    reply: Reply


@dataclass(frozen=True, slots=True)
class OwnLearning:
    """One thing she learns, the visits of it that she has shared, and whether she goes alone by now."""

    line: LearningShape
    done: int
    is_alone: bool


@dataclass(frozen=True, slots=True)
class OwnLending:
    """Hours for which her basin lends her to another one."""

    basin: str
    starts_at: datetime
    ends_at: datetime


@router.get("/ma-semaine")
def week(
    view: View,
    service: TheService,
    first: Annotated[date | None, Query(alias="du")] = None,
    told: Annotated[str, Query(alias="dit", max_length=20)] = "",
) -> Response:
    response = _week(view, service, first, told=told)
    # On a first look everything would be news: what changes is told from then on.
    if _looked(view) is None:
        _note_looked(view, response, view.now)
    return response


def _looked(view: BaseView) -> datetime | None:
    """Up to when she has seen what changed; None on a telephone that looks for the first time."""
    return _instant(view.request.cookies.get(LOOKED, ""), view.now)


def _instant(text: str, latest: datetime) -> datetime | None:
    """None for what is none, or still to come: others than this page may have written it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at <= latest else None


def _note_looked(view: BaseView, response: Response, at: datetime) -> None:
    language.keep(response, LOOKED, at.isoformat(), is_https=view.service.settings.is_https)


def _week(
    view: ScopedView | Any,
    service: TheService,
    first: date | None,
    fault: BrigadeError | None = None,
    told: str = "",
) -> Response:
    basin_id = _basin(view)
    # Also of the basins that borrow her: her week is one.
    stops = sorted(
        (
            _placed(stop)
            for one in sorted(view.scoped.principal.basins)
            for stop in visiting.next_visits(view.scoped, service, one)
        ),
        key=lambda stop: stop.starts_at,
    )
    today = view.now.date()
    monday = (first or today) - timedelta(days=(first or today).weekday())
    shown = [stop for stop in stops if monday <= stop.day < monday + timedelta(days=7)]
    (worker_id,) = view.scoped.principal.targets(basin_id)
    looked, duties = _looked(view), _duties(view.scoped, basin_id, worker_id)
    closed = _closed_doors(view.scoped, basin_id, shown)
    asked = view.scoped.select(Incident, basin_id).where(
        Incident.worker_id == worker_id, Incident.kind.in_(UNFORESEEN), *open_now(view.now)
    )
    return view.page(
        WEEK,
        fault=fault,
        changes=looked and own_changes.changes(view.scoped, basin_id, worker_id, looked),
        days=[(day, list(found)) for day, found in groupby(shown, key=lambda stop: stop.day)],
        today=today,
        monday=monday,
        duties=[one for one in duties if monday <= one.start.date() < monday + timedelta(days=7)],
        ways=_ways(monday, today, [*(stop.day for stop in stops), *(one.start.date() for one in duties)]),
        closed=closed,
        shared={stop.visit_id for stop in shown if visit_of(stop.visit_id, worker_id) != stop.visit_id},
        accompanied=accompanied(view.scoped.session, basin_id, (stop.visit_id for stop in shown)),
        begun=[
            stop
            for stop in shown
            if stop.day == today and stop.starts_at <= view.now + SOON and stop.visit_id not in closed
        ],
        lent=_lent(view.scoped, basin_id, worker_id, view.now),
        told=told if told in (*UNFORESEEN, "back", "decline", "call") else "",
        called_from=[one for one in duties if one.start <= view.now < one.end + CALLED_OUT],
        calls=called_out.shown(view.scoped, view.scoped.one(Worker, basin_id, worker_id)).calls[:3],
        open_incidents=[
            one for one in view.scoped.all(asked.order_by(Incident.id)) if one.kind in incidents.ENDING
        ],
        waiting=(waiting := [stop for stop in stops if stop.replies]),
        refused=_refused(view.scoped, basin_id, worker_id, waiting),
        telephone=telephone_of(view.scoped.session, basin_id),
        feed=view.scoped.session.get(Feed, (basin_id, worker_id)),
        path=standing(view.scoped, basin_id, (row := view.scoped.one(Worker, basin_id, worker_id)), monday),
        learnt=_learnt(view.scoped, basin_id, row, today),
    )


def _learnt(scoped: Scoped, basin_id: str, row: Worker, today: date) -> list[OwnLearning]:
    """What she learns and how far she is; of clients, how many of them: their names are in her visits."""
    shared = shared_visits(scoped, basin_id, [row.body]).get(row.id, ())
    return [
        OwnLearning(line, done, is_alone=is_due(line, today) or is_reached(line, done))
        for line, done in learning_so_far(row, shared)
    ]


def _basin(view: ScopedView | PressedView) -> str:
    """The one that a worker belongs to, not those that borrow her; who belongs to several sees the first.

    Raises: Forbidden for whoever is no worker.
    """
    if view.scoped.principal.role is not Role.WORKER:
        raise forbidden("workers")
    session, mine = view.scoped.session, sorted(view.scoped.principal.grants)
    rows = ((basin, session.get(Worker, (basin, target))) for basin, target in mine)
    return next((basin for basin, row in rows if row is None or "lent_by" not in row.body), mine[0][0])


def _lent(scoped: Scoped, basin_id: str, worker_id: str, now: datetime) -> list[OwnLending]:
    """To which basins she is lent from now on."""
    asked = select(Lending, Basin).join(Basin, Basin.id == Lending.borrower_id)
    hers = Lending.basin_id == basin_id, Lending.worker_id == worker_id
    asked = asked.where(*hers, Lending.state == "agreed", Lending.ends_at > now).order_by(Lending.starts_at)
    rows = scoped.session.execute(asked).all()
    return [OwnLending(there.body.name, row.starts_at, row.ends_at) for row, there in rows]


class OwnStop(MeetingView):
    """`way`: where her telephone may lead her."""

    day: date
    way: str | None


def _placed(stop: MeetingView) -> OwnStop:
    home, place = stop.client, stop.place
    lines = ", ".join([*home.address_lines, *([place] if place else [])]) if home else ""
    way = f"{MAPS}{quote_plus(lines)}" if lines else None
    return view_of(OwnStop, stop, day=stop.starts_at.astimezone(PARIS).date(), way=way)


def _closed_doors(scoped: Scoped, basin_id: str, stops: Sequence[OwnStop]) -> frozenset[str]:
    """The visits of which is told that somebody stood at the door for nothing."""
    asked = select(Outcome.visit_id).where(
        Outcome.basin_id == basin_id,
        Outcome.at_door,
        Outcome.visit_id.in_([stop.visit_id for stop in stops]),
    )
    return frozenset(scoped.session.scalars(asked))


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """A period on call, by her own clock."""

    start: datetime
    end: datetime


def _duties(scoped: Scoped, basin_id: str, worker_id: str) -> list[OwnDuty]:
    """When she is on call, in order."""
    row = scoped.session.get(Worker, (basin_id, worker_id))
    told = [] if row is None else row.body.get("on_call", [])
    spans = ([datetime.fromisoformat(one[end]).astimezone(PARIS) for end in ("start", "end")] for one in told)
    return sorted((OwnDuty(start, end) for start, end in spans), key=lambda one: one.start)


def _ways(monday: date, today: date, shown: list[date]) -> tuple[date | None, date | None]:
    """The week before and the week after, where there is something of hers to see."""
    this = today - timedelta(days=today.weekday())
    last = max(shown, default=today)
    before = monday - timedelta(days=7) if monday > this else None
    after = monday + timedelta(days=7) if last >= monday + timedelta(days=7) else None
    return before, after


def _refused(
    scoped: Scoped, basin_id: str, worker_id: str, waiting: Sequence[OwnStop]
) -> list[CountedRefusals]:
    """How many refusals she has had this year of those that declining what waits would use up."""
    row, ids = scoped.one(Worker, basin_id, worker_id), [stop.offer_id for stop in waiting]
    offers = scoped.all(scoped.select(Offer, basin_id).where(Offer.id.in_(ids)))
    today = scoped.clock.now().astimezone(PARIS).date()
    texts = texts_of(scoped, basin_id)
    return refusals.counted_for_offers(scoped, basin_id, row.value, offers, today, texts)


@router.post("/ma-semaine")
def reply(press: Press, service: TheService) -> Response:
    """One answer, to one stop or to all that wait for the same."""
    try:
        given = press.form.read(OwnAnswer)

        def act() -> str:
            known = press.scoped.session.get(Offer, given.offer_id)
            basin_id = _basin(press) if known is None else known.basin_id
            offer = press.scoped.one(Offer, basin_id, given.offer_id, write=True)
            offers.answer(press.scoped, service, offer, AnswerIn(reply=given.reply))
            day = offer.starts_at.astimezone(PARIS).date()
            # What she declines leaves her week: that it was heard is said at the top.
            said = "&dit=decline" if given.reply == "decline" else ""
            return f"/ma-semaine?du={day}{said}#{offer.id}"

        return press.done(act)
    except BrigadeError as fault:
        return _week(press, service, None, fault)


@router.post("/ma-semaine/imprevu")
def tell(press: Press, service: TheService) -> Response:
    """What she tells of her own day: nobody opens, she is late, she cannot go on."""
    basin_id = _basin(press)
    (worker_id,) = press.scoped.principal.targets(basin_id)
    kind = press.form.text("kind")
    fields: dict[str, str | int] = {"kind": kind, "worker_id": worker_id}
    fields |= {"cause": press.form.text(f"{kind}-cause"), "visit_id": press.form.text("visit_id")}
    fields["late_min"] = press.form.number("late_min")
    try:
        given = read_request(IncidentIn, {name: told for name, told in fields.items() if told != ""})

        def act() -> str:
            incidents.record(press.scoped, service, basin_id, given.root)
            return f"/ma-semaine?dit={kind}"

        return press.done(act)
    except BrigadeError as fault:
        return _week(press, service, None, fault)


@router.post("/ma-semaine/imprevu/fin")
def take_back(press: Press, service: TheService) -> Response:
    """She is back, or told it in error: her hours come back from now on."""
    basin_id, id = _basin(press), press.form.text("incident_id")
    try:

        def act() -> str:
            incidents.end(press.scoped, service, basin_id, id, press.form.version, IncidentEndIn())
            return "/ma-semaine?dit=back"

        return press.done(act)
    except BrigadeError as fault:
        return _week(press, service, None, fault)


@router.post("/ma-semaine/appel")
def note_call(press: Press, service: TheService) -> Response:
    """A call while she was on call: the hours of the wall, within the duty that she chose."""
    basin_id = _basin(press)
    (worker_id,) = press.scoped.principal.targets(basin_id)
    try:
        given = call_in(press.form, press.form.text("duty"))

        def act() -> str:
            called_out.note(press.scoped, service, basin_id, worker_id, given)
            return "/ma-semaine?dit=call"

        return press.done(act)
    except BrigadeError as fault:
        return _week(press, service, None, fault)


@router.post("/ma-semaine/vu")
def note_changes(press: Press) -> Response:
    """What the page told of changes is seen; what came since then is still news."""
    response = press.go("/ma-semaine")
    _note_looked(press, response, _instant(press.form.text("now"), press.now) or press.now)
    return response


@router.post("/ma-semaine/calendrier")
def make_calendar(press: Press, service: TheService) -> Response:
    """A new address of her calendar, told once: the one before opens nothing any more."""
    basin_id = _basin(press)
    (worker_id,) = press.scoped.principal.targets(basin_id)
    _, secret = feeds.make(press.scoped, basin_id, worker_id)
    press.scoped.commit()
    return press.page(CALENDAR, url=f"{service.settings.public_url}/v1/feeds/{secret}.ics")
