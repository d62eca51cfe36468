"""Answering for one offer by its signed link, without an account (`api.web.signed_links`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.cycle import offers
from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.unit import ModelResponse, whole_body
from api.messages.described import described, telephone_of
from api.service.service import Service
from api.shapes.cycle_requests import SECRET, AnswerIn
from api.shapes.cycle_views import AnswerView
from api.shapes.row_views import said, view_of
from api.store.cycle_tables import Offer
from api.web.signed_links import PAGE, PRESSED, Homes, SignedLinkKind, Words, local_hours, sent

router = APIRouter(prefix="/answers", tags=["answers"])
Signed = Annotated[str, Path(max_length=300, pattern=SECRET, examples=["aPQx.k3Yd"])]


@router.head("/{link}", include_in_schema=False)
@router.get("/{link}", responses=PAGE)
def look(link: Signed, request: Request, service: TheService) -> ModelResponse[AnswerView]:
    """The offer, and what may be answered: a page for browsers (in French; in English by `?lang=en` or
    `Accept-Language`), JSON for programs."""
    return DOOR.look(request, service, link)


@router.post(
    "/{link}", responses=PRESSED, openapi_extra={**sent("AnswerIn"), **refuses("A403", "A404", "A305")}
)
def reply(
    link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService
) -> ModelResponse[AnswerView]:
    """The same answer again changes nothing, and shows `client` again once it is time. A form is answered by
    its page, whatever becomes of it."""
    return DOOR.reply(request, service, link, body)


def _opened(session: Session, service: Service, link: str, write: bool) -> tuple[Scoped, Offer]:
    return offers.by_link(session, service, link, write=write)


def _answered(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> Sequence[Offer]:
    offers.answer(scoped, service, offer, given, by_link=True)
    return [offer]


def _shown(session: Session, service: Service, offer: Offer, homes: Homes) -> AnswerView:
    replies = offers.replies_to(offer, service.clock.now())
    return view_of(AnswerView, offer, replies=replies, client=homes.get(offer.id))


def _worded(session: Session, service: Service, offer: Offer, shown: AnswerView, lang: str) -> Words:
    """Beyond the JSON: local times, the place, the SAAD, what is to be done, whom to call."""
    visit = described(session, offer.basin_id, [offer.visit_id]).get(offer.visit_id)
    told = {name: getattr(visit, name, None) for name in ("place", "provider", "act", "block")}
    return {
        **said(shown),
        **told,
        **local_hours(offer, lang),
        "telephone": telephone_of(session, offer.basin_id),
    }


DOOR = SignedLinkKind("answer", AnswerIn, _opened, _answered, _shown, _worded)
