"""Answering for all of one's stops by the one signed link of a letter, without an account. As `routes.answers`: looking changes
nothing, only a button (a POST) answers, and homes are shown in the answer to a POST alone, when it is time."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api import visiting
from api.cycle import tour_links
from api.cycle.offers import FIRM
from api.cycle.states import WAITING
from api.cycle.tour_links import Tour
from api.faults import Conflict, Gone
from api.http import Answer, TheService, whole_body
from api.messages.described import described, telephone_of
from api.pages import FORM, PAGE, PRESSED, form_of, is_browser, is_from_form, json_of, page_of
from api.routes.answers import before_of
from api.scope import Scoped
from api.service import Service
from api.shapes import SECRET, Reply, TourAnswerIn
from api.store.cycle import Offer
from api.views import TourView
from brigade.errors import UnreadableInput
from brigade.exchange.faults import read_model
from brigade.units import PARIS
from brigade.words.formats import long_day, moment, wall_clock

router = APIRouter(prefix="/tours", tags=["answers"])
Signed = Annotated[str, Path(max_length=60, pattern=SECRET, examples=["AZnHwfPinyxOGrfZA1Vx"])]
SENT = {
    "requestBody": {
        "required": True,
        "content": {media: {"schema": {"$ref": "#/components/schemas/TourAnswerIn"}} for media in ("application/json", FORM)},
    }
}
Homes = dict[str, dict[str, Any] | None]


@router.head("/{link}", include_in_schema=False)
@router.get("/{link}", response_model=TourView, responses=PAGE)
def look(link: Signed, request: Request, service: TheService) -> Response:
    """The stops, and what may be answered to each: a page for browsers, JSON for programs."""
    with service.database.reading() as session:
        try:
            _, tour = tour_links.by_link(session, service, link)
        except Gone:
            if not is_browser(request):
                raise
            return page_of("tour", tour=None, status=410)
        return _page(session, service, tour) if is_browser(request) else Answer(_shown(session, service, tour, {})).response()


@router.post("/{link}", response_model=TourView, responses=PRESSED, openapi_extra=SENT)
def reply(link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService) -> Response:
    """One answer to some stops, or to all that wait for it: given to all of them or to none. The same answer again changes
    nothing, and shows `client` again once it is time."""
    is_form = is_from_form(request)
    with service.database.writing() as session:
        try:
            scoped, tour = tour_links.by_link(session, service, link, write=True)
        except Gone:
            if not is_form:
                raise
            return page_of("tour", tour=None, status=410)
        if not is_form:
            homes = _answered(scoped, service, tour, read_model(TourAnswerIn, json_of(body)))
            return Answer(_shown(session, service, tour, homes)).response()
        status, note, homes = _pressed(scoped, service, tour, body)
        return _page(session, service, tour, homes, note, status)


def _answered(scoped: Scoped, service: Service, tour: Tour, given: TourAnswerIn) -> Homes:
    """The homes of the stops answered, where it is time to know them. Raises: Conflict."""
    chosen = tour_links.answer(scoped, service, tour, given)
    homes = {offer.id: visiting.home_of(scoped, service, offer) for offer in chosen}
    scoped.commit()
    return homes


def _pressed(scoped: Scoped, service: Service, tour: Tour, body: bytes) -> tuple[int, str | None, Homes]:
    """What a button does: the page's status, what stands in the way of it, and the homes it is time to know."""
    form: dict[str, Any] = form_of(body)
    if "offers" in form:
        form["offers"] = [form["offers"]]
    try:
        return 200, None, _answered(scoped, service, tour, read_model(TourAnswerIn, form))
    except UnreadableInput:
        return 422, "Réponse illisible : appuyez sur un des boutons.", {}
    except Conflict:
        scoped.session.rollback()
        return 409, "Cette réponse n’a pas été prise : voici où en sont les interventions.", {}


def _shown(session: Session, service: Service, tour: Tour, homes: Homes) -> dict[str, Any]:
    names = ("kind", "state", "starts_at", "ends_at", "before_starts_at", "before_ends_at", "reply_by", "article")
    known = described(session, tour.message.basin_id, [offer.visit_id for offer in tour.stops])
    stops = []
    for offer in tour.stops:
        visit = known.get(offer.visit_id)
        told = {name: getattr(visit, name, None) for name in ("place", "provider", "act")}
        stops.append(
            {
                "offer_id": offer.id,
                **{name: getattr(offer, name) for name in names},
                **told,
                "replies": _replies(service, offer),
                "client": homes.get(offer.id),
            }
        )
    return {"telephone": telephone_of(session, tour.message.basin_id), "stops": stops}


def _replies(service: Service, offer: Offer) -> list[str]:
    is_late = offer.kind != FIRM and service.clock.now() > offer.reply_by
    if offer.state not in WAITING or is_late:
        return []
    return ["acknowledge"] if offer.kind == FIRM else ["accept", "decline"]


def _page(
    session: Session, service: Service, tour: Tour, homes: Homes | None = None, note: str | None = None, status: int = 200
) -> Response:
    shown, now = _shown(session, service, tour, homes or {}), service.clock.now()
    known = described(session, tour.message.basin_id, [offer.visit_id for offer in tour.stops])
    stops = [
        {**stop, **_local(offer), "visit": known.get(offer.visit_id)}
        for stop, offer in zip(shown["stops"], tour.stops, strict=True)
    ]
    counts = [(reply.value, len(tour_links.open_for(tour, reply, now))) for reply in (Reply.ACCEPT, Reply.ACKNOWLEDGE)]
    at_once = [(reply, count) for reply, count in counts if count > 1]
    return page_of("tour", note, status, tour={**shown, "stops": stops, "all_at_once": at_once})


def _local(offer: Offer) -> dict[str, str | None]:
    start, end = offer.starts_at.astimezone(PARIS), offer.ends_at.astimezone(PARIS)
    return {
        "day": long_day(start.date(), "fr"),
        "start": wall_clock(start, "fr"),
        "end": wall_clock(end, "fr"),
        "before": before_of(offer),
        "limit": moment(offer.reply_by.astimezone(PARIS), "fr"),
    }
