"""Answering by a signed link, without an account. Looking changes nothing: mail scanners open every link they see.

Browsers get a page with buttons, programs JSON; only the button (a POST) answers.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.cycle import offers
from api.faults import BadRequest, Conflict, Gone
from api.http import Answer, TheService, whole_body
from api.shapes import SECRET, AnswerIn
from api.store.cycle import Offer
from api.views import AnswerView
from brigade.exchange.faults import read_model
from brigade.units import PARIS
from brigade.words.formats import long_day, moment

router = APIRouter(prefix="/answers", tags=["answers"])
Signed = Annotated[str, Path(max_length=300, pattern=SECRET, examples=["aPQx.k3Yd"])]
FORM = "application/x-www-form-urlencoded"
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
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
        except Gone as fault:
            if not _is_browser(request):
                raise
            return _page(None, fault.issues[0].what, 410)
        return _page(offer) if _is_browser(request) else Answer(_shown(offer)).response()


@router.post("/{link}", response_model=AnswerView, responses=PAGE, openapi_extra=SENT)
def reply(link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService) -> Response:
    """The same answer again changes nothing."""
    is_form = request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == FORM
    given = read_model(AnswerIn, _form(body) if is_form else _json(body))
    with service.database.writing() as session:
        try:
            scoped, offer = offers.by_link(session, service, link, write=True)
            offers.answer(scoped, service, offer, given.reply)
        except (Gone, Conflict) as fault:
            if not is_form:
                raise
            return _page(None, fault.issues[0].what, 410 if isinstance(fault, Gone) else 409)
        scoped.commit()
        return _page(offer) if is_form else Answer(_shown(offer)).response()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest("A304", "document", "pas du JSON", '{"reply": "accept"}') from None


def _form(body: bytes) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(body.decode("ascii", "replace")).items()}


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _shown(offer: Offer) -> dict[str, Any]:
    names = ("kind", "state", "starts_at", "ends_at", "reply_by", "article")
    replies = ["acknowledge"] if offer.kind == offers.FIRM else ["accept", "decline"]
    return {**{name: getattr(offer, name) for name in names}, "replies": replies if offer.state == "open" else []}


def _page(offer: Offer | None, fault: str | None = None, status: int = 200) -> HTMLResponse:
    words: dict[str, Any] = {"fault": fault, "offer": None}
    if offer is not None:
        start, end = offer.starts_at.astimezone(PARIS), offer.ends_at.astimezone(PARIS)
        times = {"day": long_day(start.date(), "fr"), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
        words["offer"] = {**_shown(offer), **times, "limit": moment(offer.reply_by.astimezone(PARIS), "fr")}
    return HTMLResponse(_template().render(**words), status)


@cache
def _template() -> Template:
    folder = FilePath(__file__).resolve().parents[1] / "messages" / "texts"
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True).get_template("answer.html")
