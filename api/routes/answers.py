"""Answering by a signed link, without an account. Looking changes nothing: mail scanners open every link they see.

Browsers get a page with buttons, programs JSON; only the button (a POST) answers. Where the visit is and how to get in stand
behind the button as well: in the answer to a POST alone, once the visit is settled, from the day before to its end.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from sqlalchemy.orm import Session

from api import visiting
from api.cycle import offers
from api.cycle.states import WAITING
from api.faults import BadRequest, Conflict, Gone
from api.http import Answer, TheService, whole_body
from api.messages.letters import place_of
from api.scope import Scoped
from api.service import Service
from api.shapes import SECRET, AnswerIn
from api.store.cycle import Offer
from api.views import AnswerView
from brigade.errors import UnreadableInput
from brigade.exchange.faults import read_model
from brigade.units import PARIS
from brigade.words.formats import long_day, moment, wall_clock

router = APIRouter(prefix="/answers", tags=["answers"])
Signed = Annotated[str, Path(max_length=300, pattern=SECRET, examples=["aPQx.k3Yd"])]
FORM = "application/x-www-form-urlencoded"
HTML = {"content": {"text/html": {"schema": {"type": "string"}}}}
PAGE: dict[int | str, dict[str, Any]] = dict.fromkeys((200, 410), HTML)
PRESSED: dict[int | str, dict[str, Any]] = dict.fromkeys((200, 409, 410, 422), HTML)
ALLOWED = (
    "default-src 'none'; style-src 'sha256-{style}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
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
            if not _is_browser(request):
                raise
            return _page(None, status=410)
        shown = _shown(offer, service.clock.now())
        return _page({**shown, **_told(session, offer)}) if _is_browser(request) else Answer(shown).response()


@router.post("/{link}", response_model=AnswerView, responses=PRESSED, openapi_extra=SENT)
def reply(link: Signed, request: Request, body: Annotated[bytes, Depends(whole_body)], service: TheService) -> Response:
    """The same answer again changes nothing, and shows `client` again once it is time. A form is answered by its page, whatever
    becomes of it."""
    is_form = request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == FORM
    with service.database.writing() as session:
        try:
            scoped, offer = offers.by_link(session, service, link, write=True)
        except Gone:
            if not is_form:
                raise
            return _page(None, status=410)
        if not is_form:
            home = _answered(scoped, service, offer, read_model(AnswerIn, _json(body)))
            return Answer({**_shown(offer, service.clock.now()), "client": home}).response()
        status, note, home = _pressed(scoped, service, offer, body)
        return _page({**_shown(offer, service.clock.now()), **_told(session, offer), "client": home}, note, status)


def _answered(scoped: Scoped, service: Service, offer: Offer, given: AnswerIn) -> dict[str, Any] | None:
    """The home, where it is time to know it. Raises: Conflict."""
    offers.answer(scoped, service, offer, given, by_link=True)
    home = visiting.home_of(scoped, service, offer)
    scoped.commit()
    return home


def _pressed(scoped: Scoped, service: Service, offer: Offer, body: bytes) -> tuple[int, str | None, dict[str, Any] | None]:
    """What a button does: the page's status, what stands in the way of it, and the home where it is time to know it."""
    try:
        return 200, None, _answered(scoped, service, offer, read_model(AnswerIn, _form(body)))
    except UnreadableInput:
        return 422, "Réponse illisible : appuyez sur un des boutons.", None
    except Conflict:
        return 409, "Cette réponse n’a pas été prise : voici où en est l’intervention.", None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest("A304", "document", "pas du JSON", '{"reply": "accept"}') from None


def _form(body: bytes) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(body.decode("ascii", "replace")).items()}


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


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
    """What the page says beyond the JSON: local times, and the commune."""
    start, end = offer.starts_at.astimezone(PARIS), offer.ends_at.astimezone(PARIS)
    return {
        "day": long_day(start.date(), "fr"),
        "start": wall_clock(start, "fr"),
        "end": wall_clock(end, "fr"),
        "before": None if offer.before_starts_at is None else wall_clock(offer.before_starts_at.astimezone(PARIS), "fr"),
        "limit": moment(offer.reply_by.astimezone(PARIS), "fr"),
        "place": place_of(session, offer.basin_id, offer.visit_id),
    }


def _page(offer: dict[str, Any] | None, note: str | None = None, status: int = 200) -> HTMLResponse:
    template, style = _template()
    page = template.render(offer=offer, note=note, style=Markup(style))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HTMLResponse(page, status, {"Content-Security-Policy": ALLOWED.format(style=digest)})


@cache
def _template() -> tuple[Template, str]:
    """The page and its style, which nothing else is allowed beside."""
    folder = FilePath(__file__).resolve().parents[1] / "messages" / "texts"
    pages = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True)
    return pages.get_template("answer.html"), (folder / "answer.css").read_text("utf-8")
