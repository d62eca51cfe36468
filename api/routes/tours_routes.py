"""Answering for all of one's stops by the one signed link of a letter, without an account
(`api.web.signed_links`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.cycle import offers, tour_links
from api.cycle.tour_links import LinkedTour
from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.unit import ModelResponse, whole_body
from api.messages.described import described, telephone_of
from api.service.service import Service
from api.shapes.cycle_requests import SECRET, Reply, TourAnswerIn
from api.shapes.cycle_views import TourStopView, TourView
from api.shapes.row_views import said, view_of
from api.store.cycle_tables import Offer
from api.web.signed_links import PAGE, PRESSED, Homes, SignedLinkKind, Words, local_hours, sent

router = APIRouter(prefix="/tours", tags=["answers"])
Signed = Annotated[str, Path(max_length=60, pattern=SECRET, examples=["AZnHwfPinyxOGrfZA1Vx"])]


@router.head("/{link}", include_in_schema=False)
@router.get("/{link}", responses=PAGE)
def look(link: Signed, request: Request, service: TheService) -> ModelResponse[TourView]:
    """The stops, and what may be answered to each: a page for browsers (in French; in English by `?lang=en`
    or `Accept-Language`), JSON for programs."""
    return DOOR.look(request, service, link)


@router.post("/{link}", responses=PRESSED, openapi_extra={**sent("TourAnswerIn"), **refuses("A403", "A404")})
def reply(
    link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService
) -> ModelResponse[TourView]:
    """One answer to some stops, or to all that wait for it: given to all of them or to none. The same answer
    again changes nothing, and shows `client` again once it is time."""
    return DOOR.reply(request, service, link, body)


def _opened(session: Session, service: Service, link: str, write: bool) -> tuple[Scoped, LinkedTour]:
    return tour_links.by_link(session, service, link, write=write)


def _answered(scoped: Scoped, service: Service, tour: LinkedTour, given: TourAnswerIn) -> Sequence[Offer]:
    return tour_links.answer(scoped, service, tour, given)


def _shown(session: Session, service: Service, tour: LinkedTour, homes: Homes) -> TourView:
    known = described(session, tour.message.basin_id, [offer.visit_id for offer in tour.stops])
    stops = []
    for offer in tour.stops:
        visit = known.get(offer.visit_id)
        told = {name: getattr(visit, name, None) for name in ("place", "provider", "act")}
        block = visit and visit.block_view
        replies = offers.replies_to(offer, service.clock.now())
        more = {**told, "block": block, "replies": replies, "client": homes.get(offer.id)}
        stops.append(view_of(TourStopView, offer, offer_id=offer.id, **more))
    return TourView(telephone=telephone_of(session, tour.message.basin_id), stops=stops)


def _worded(session: Session, service: Service, tour: LinkedTour, shown: TourView, lang: str) -> Words:
    """Beyond the JSON: local times, and what may be answered to several at once."""
    stops = [
        {**said(stop), **local_hours(offer, lang)}
        for stop, offer in zip(shown.stops, tour.stops, strict=True)
    ]
    now = service.clock.now()
    counts = [
        (reply.value, len(tour_links.open_for(tour, reply, now)))
        for reply in (Reply.ACCEPT, Reply.ACKNOWLEDGE)
    ]
    return {
        "telephone": shown.telephone,
        "stops": stops,
        "all_at_once": [(reply, count) for reply, count in counts if count > 1],
    }


DOOR = SignedLinkKind("tour", TourAnswerIn, _opened, _answered, _shown, _worded)
