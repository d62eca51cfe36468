"""What signed links open, without an account: looking changes nothing, since mail scanners open every link
they see; only a button (a POST) answers. A browser gets a page, whose form is answered by the page; a program
JSON.

Homes are shown in the answer to a POST alone, once the visit is settled, from the day before to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qs

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.http.described_responses import Responses
from api.http.language import language_of
from api.http.unit import Answer, ModelResponse
from api.persons import visiting
from api.runtime.body_documents import json_of
from api.runtime.faults import Conflict, Gone
from api.service.service import Service
from api.shapes.cycle_requests import read_request
from api.shapes.cycle_views import VisitedView
from api.store.cycle_tables import Offer
from api.web.signed_pages import page_of
from brigade.errors import UnreadableInput
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS
from brigade.words.formats import long_day, moment, short_day, wall_clock

FORM = "application/x-www-form-urlencoded"
HTML = {"content": {"text/html": {"schema": {"type": "string"}}}}
PAGE: Responses = dict.fromkeys((200, 410), HTML)
PRESSED: Responses = dict.fromkeys((200, 409, 410, 422), HTML)
EXAMPLE = '{"reply": "accept"}'
UNREADABLE, NOT_TAKEN = "unreadable", "not_taken"
"""What stands in the way of an answer, as `page_of` says it."""
Found = TypeVar("Found")
Shown = TypeVar("Shown", bound=BaseModel)
Homes: TypeAlias = Mapping[str, VisitedView | None]
"""By offer, where it is time to know them."""
Words: TypeAlias = Mapping[str, Any]
"""What a page is written with."""


def sent(shape: str) -> JsonObject:
    """How an answer stands in the OpenAPI document: JSON. The form is for its own page alone."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"requestBody": {"required": True, "content": content}}


@dataclass(frozen=True, slots=True)
class SignedLinkKind(Generic[Found, Shown]):
    """One kind of link.

    Attributes:
        name: of its page. shape: of an answer.
        opened: what a link opens, and a session that reaches it; with True, locked. Raises: Gone.
        answered: gives an answer to the stops it returns. Raises: Conflict.
        shown: what a program reads. worded: what the page says beyond that, in a language.
    """

    name: str
    shape: type[BaseModel]
    opened: Callable[[Session, Service, str, bool], tuple[Scoped, Found]]
    answered: Callable[[Scoped, Service, Found, Any], Sequence[Offer]]
    shown: Callable[[Session, Service, Found, Homes], Shown]
    worded: Callable[[Session, Service, Found, Shown, str], Words]

    def look(self, request: Request, service: Service, link: str) -> ModelResponse[Shown]:
        is_browser, lang = "text/html" in request.headers.get("Accept", ""), language_of(request)
        with service.database.reading() as session:
            try:
                _, found = self.opened(session, service, link, False)
            except Gone:
                if not is_browser:
                    raise
                return page_of(self.name, lang, None, status=410)
            shown = self.shown(session, service, found, {})
            if not is_browser:
                return Answer(shown).response()
            return page_of(self.name, lang, self.worded(session, service, found, shown, lang))

    def reply(self, request: Request, service: Service, link: str, body: bytes) -> ModelResponse[Shown]:
        """The same answer again changes nothing, and shows the home again once it is time."""
        lang, media = (
            language_of(request),
            request.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        )
        with service.database.writing() as session:
            try:
                scoped, found = self.opened(session, service, link, True)
            except Gone:
                if media != FORM:
                    raise
                return page_of(self.name, lang, None, status=410)
            if media != FORM:
                homes = self._answered(scoped, service, found, json_of(body, EXAMPLE))
                return Answer(self.shown(session, service, found, homes)).response()
            status, note, homes = self._pressed(scoped, service, found, _form_of(body))
            shown = self.shown(session, service, found, homes)
            told = self.worded(session, service, found, shown, lang)
            return page_of(self.name, lang, told, note=note, status=status)

    def _answered(self, scoped: Scoped, service: Service, found: Found, given: Any) -> Homes:
        """Raises: UnreadableInput; Conflict."""
        chosen = self.answered(scoped, service, found, read_request(self.shape, given))
        homes = {offer.id: visiting.home_of(scoped, service, offer) for offer in chosen}
        scoped.commit()
        return homes

    def _pressed(
        self, scoped: Scoped, service: Service, found: Found, form: Any
    ) -> tuple[int, str | None, Homes]:
        """What a button does: the page's status, what stands in the way of it, and the homes it is time to
        know."""
        try:
            return 200, None, self._answered(scoped, service, found, form)
        except UnreadableInput:
            return 422, UNREADABLE, {}
        except Conflict:
            # The refused write is undone: the page shows the stops as they stand.
            scoped.session.rollback()
            return 409, NOT_TAKEN, {}


def _form_of(body: bytes) -> JsonObject:
    form: JsonObject = {
        name: values[-1] for name, values in parse_qs(body.decode("ascii", "replace")).items()
    }
    # A button sends one stop, where the shape that programs use takes several.
    return form if "offers" not in form else {**form, "offers": [form["offers"]]}


# -- one stop ----------------------------------------------------------------------------------------------
def local_hours(offer: Offer, lang: str) -> dict[str, str | None]:
    """The day and hours of a stop, those told before, and until when an answer is expected."""
    start, end = offer.starts_at.astimezone(PARIS), offer.ends_at.astimezone(PARIS)
    return {
        "day": long_day(start.date(), lang),
        "start": wall_clock(start, lang),
        "end": wall_clock(end, lang),
        "before": _before(offer, lang),
        "limit": moment(offer.reply_by.astimezone(PARIS), lang),
    }


def _before(offer: Offer, lang: str) -> str | None:
    """The hours told before: with their day, where it is another."""
    if offer.before_starts_at is None or offer.before_ends_at is None:
        return None
    start, end = offer.before_starts_at.astimezone(PARIS), offer.before_ends_at.astimezone(PARIS)
    is_same = start.date() == offer.starts_at.astimezone(PARIS).date()
    day = "" if is_same else f"{short_day(start.date(), lang)} "
    return f"{day}{wall_clock(start, lang)}-{wall_clock(end, lang)}"
