"""Answering by a signed link, without an account. Looking changes nothing: mail scanners open every link they see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from fastapi.responses import Response

from api.cycle import offers
from api.http import Answer, TheService
from api.shapes import AnswerIn, exact
from api.store.cycle import Offer
from api.views import AnswerView

router = APIRouter(prefix="/answers", tags=["answers"])
Signed = Annotated[str, Path(max_length=300, pattern=r"^[A-Za-z0-9_.\-]+$")]


@router.get("/{link}", response_model=AnswerView)
def look(link: Signed, service: TheService) -> Response:
    with service.database.reading() as session:
        _, offer = offers.by_link(session, service, link)
        return Answer(_shown(offer)).response()


@router.post("/{link}", response_model=AnswerView)
def reply(link: Signed, given: Annotated[AnswerIn, exact(AnswerIn), Body()], service: TheService) -> Response:
    """The same answer again changes nothing."""
    with service.database.writing() as session:
        scoped, offer = offers.by_link(session, service, link)
        offers.answer(scoped, service, offer, given.reply)
        scoped.commit()
        return Answer(_shown(offer)).response()


def _shown(offer: Offer) -> dict[str, Any]:
    names = ("kind", "state", "starts_at", "ends_at", "reply_by", "article")
    replies = ["acknowledge"] if offer.kind == offers.FIRM else ["accept", "decline"]
    return {**{name: getattr(offer, name) for name in names}, "replies": replies if offer.state == "open" else []}
