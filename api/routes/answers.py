"""Answering by a signed link, without an account. Looking changes nothing: mail scanners open every link they see.

Browsers get a page with buttons, programs JSON; only the button (a POST) answers. Where the visit is and how to get in stand
behind the button as well: in the answer to a POST alone, once the visit is settled, from the day before to its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api import visiting
from api.cycle import offers
from api.cycle.states import WAITING
from api.faults import Conflict, Gone
from api.http import Answer, TheService, whole_body
from api.messages.described import described, telephone_of
from api.pages import FORM, PAGE, PRESSED, form_of, is_browser, is_from_form, json_of, page_of
from api.scope import Scoped
from api.service import Service
from api.shapes import SECRET, AnswerIn
from api.store.cycle import Offer
from api.views import AnswerView
from brigade.errors import UnreadableInput
from brigade.exchange.faults import read_model
from brigade.units import PARIS
from brigade.words.formats import long_day, moment, short_day, wall_clock

router = APIRouter(prefix="/answers", tags=["answers"])
Signed = Annotated[str, Path(max_length=300, pattern=SECRET, examples=["aPQx.k3Yd"])]
SENT = {
    "requestBody": {
        "required": True,
        "content": {media: {"schema": {"$ref": "#/components/schemas/AnswerIn"}} for media in ("application/json", FORM)},
    }
}


@router.head("/{link}", include_in_schema=False)
@router.get("/{link}", response_model=AnswerView, responses=PAGE)
def look(link: Signed, request: Request, service: TheService) -> Response:
    """The offer, and what may be answered: a page for browsers, JSON for programs."""
    with service.database.reading() as session:
        try:
            _, offer = offers.by_link(session, service, link)
        except Gone:
            if not is_browser(request):
                raise
            return page_of("answer", offer=None, status=410)
        shown = _shown(offer, service.clock.now())
        return page_of("answer", offer={**shown, **_told(session, offer)}) if is_browser(request) else Answer(shown).response()


@router.post("/{link}", response_model=AnswerView, responses=PRESSED, openapi_extra=SENT)
def reply(link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService) -> Response:
    """The same answer again changes nothing, and shows `client` again once it is time. A form is answered by its page, whatever
    becomes of it."""
    is_form = is_from_form(request)
    with service.database.writing() as session:
        try:
            scoped, offer = offers.by_link(session, service, link, write=True)
        except Gone:
            if not is_form:
                raise
            return page_of("answer", offer=None, status=410)
        if not is_form:
            home = _answered(scoped, service, offer, read_model(AnswerIn, json_of(body)))
            return Answer({**_shown(offer, service.clock.now()), "client": home}).response()
        status, note, home = _pressed(scoped, service, offer, body)
        shown = {**_shown(offer, service.clock.now()), **_told(session, offer), "client": home}
        return page_of("answer", note, status, offer=shown)


def _answered(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> dict[str, Any] | None:
    """The home, where it is time to know it. Raises: Conflict."""
    offers.answer(scoped, service, offer, given, by_link=True)
    home = visiting.home_of(scoped, service, offer)
    scoped.commit()
    return home


def _pressed(scoped: Scoped, service: Service, offer: Offer, body: bytes) -> tuple[int, str | None, dict[str, Any] | None]:
    """What a button does: the page's status, what stands in the way of it, and the home where it is time to know it."""
    try:
        return 200, None, _answered(scoped, service, offer, read_model(AnswerIn, form_of(body)))
    except UnreadableInput:
        return 422, "Réponse illisible : appuyez sur un des boutons.", None
    except Conflict:
        return 409, "Cette réponse n’a pas été prise : voici où en est l’intervention.", None


def _shown(offer: Offer, now: datetime) -> dict[str, Any]:
    names = ("kind", "state", "starts_at", "ends_at", "reply_by", "article")
    replies = ["acknowledge"] if offer.kind == offers.FIRM else ["accept", "decline"]
    is_late = offer.kind == offers.TO_OFFER and now > offer.reply_by
    return {
        **{name: getattr(offer, name) for name in names},
        "replies": replies if offer.state in WAITING and not is_late else [],
        "client": None,
    }


def _told(session: Session, offer: Offer) -> dict[str, Any]:
    """What the page says beyond the JSON: local times, the place, the SAAD, what is to be done, whom to call."""
    start, end = offer.starts_at.astimezone(PARIS), offer.ends_at.astimezone(PARIS)
    visit = described(session, offer.basin_id, [offer.visit_id]).get(offer.visit_id)
    return {
        "day": long_day(start.date(), "fr"),
        "start": wall_clock(start, "fr"),
        "end": wall_clock(end, "fr"),
        "before": before_of(offer),
        "limit": moment(offer.reply_by.astimezone(PARIS), "fr"),
        "visit": visit,
        "telephone": telephone_of(session, offer.basin_id),
    }


def before_of(offer: Offer) -> str | None:
    """The hours told before: with their day, where it is another."""
    if offer.before_starts_at is None or offer.before_ends_at is None:
        return None
    start, end = offer.before_starts_at.astimezone(PARIS), offer.before_ends_at.astimezone(PARIS)
    is_same = start.date() == offer.starts_at.astimezone(PARIS).date()
    return f"{'' if is_same else short_day(start.date(), 'fr') + ' '}{wall_clock(start, 'fr')}-{wall_clock(end, 'fr')}"
