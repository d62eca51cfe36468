"""What waits for a coordinator, each with what to do about it: *À traiter*."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.cycle import offers
from api.http.credentials import TheService
from api.letters import post
from api.plans import attention, duty
from api.runtime.roles import Role
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import MADE, AnswerIn, BasinId, JobIn, Reply
from api.store.cycle_tables import Offer
from api.web.people import People, people_of
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.shapes.field_kinds import Day
from brigade.units import PARIS

router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("attention", "/bassins/{basin_id}/a-traiter", PLANNERS, 10, MenuGroup.TODAY),)
ATTENTION, LIST = "coordination/attention.html", "coordination/attention_list.html"
KINDS: Mapping[str, str] = {
    "to_call": "bad",
    "silent_firm_stops": "bad",
    "uncovered": "bad",
    "unlawful": "bad",
    "published_off_duty": "warn",
    "proposals": "warn",
    "unanswered": "warn",
    "undelivered": "warn",
    "failed_searches": "warn",
    "set_aside": "warn",
    "stale_feeds": "",
    "days_without_rota": "",
    "unknown_history": "",
    "suspended": "",
    "ending": "",
}
"""Of each kind of the list, in its order: how grave it is."""
CALLED = ("to_call", "silent_firm_stops", "unanswered")
"""Whoever stands there is called: her number is shown."""
Seen = Annotated[str, Query(alias="vu", max_length=64)]


@dataclass(frozen=True, slots=True)
class Way:
    """Where more of it is. `name`: of its word."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class AttentionChoice:
    """A button: what it is called, and what it sends."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """One entry: in a sentence, whom it is about, what to do. `says_when`: its sentence tells the hour of the
    visit it speaks of."""

    sentence: str
    more: Sequence[str] = ()
    worker_id: str | None = None
    client_id: str | None = None
    ways: Sequence[Way] = ()
    acts: Sequence[AttentionChoice] = ()
    says_when: bool = True

    @property
    def about(self) -> str | None:
        return self.worker_id or self.client_id


class TaskForm(BaseModel):
    """What a button of the list sends."""

    act: Literal["answer", "seen", "resend", "settle", "search"]
    offer_id: str | None = Field(None, pattern=MADE)
    plan_id: str | None = Field(None, pattern=MADE)
    message_id: str | None = Field(None, pattern=MADE)
    first_day: Day | None = None
    reply: Reply | None = None


# -- the list ----------------------------------------------------------------------------------------------
@router.get("/a-traiter")
def attention_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return view.page(ATTENTION, **_list(view, service, basin_id, _tasks(view, service, basin_id)))


@router.get("/a-traiter/en-cours")
def attention_live(basin_id: BasinId, view: View, service: TheService, seen: Seen) -> Response:
    """The list as it is now; nothing where it is as it was, so that nobody's name is read again."""
    found = _tasks(view, service, basin_id)
    if _digest(found) == seen:
        return Response(status_code=204)
    return view.page(LIST, **_list(view, service, basin_id, found))


@router.post("/a-traiter")
def act_on(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = press.form.read(TaskForm)

        def act() -> str:
            _do(press.scoped, service, basin_id, given)
            return f"/bassins/{quote(basin_id)}/a-traiter"

        return press.done(act)
    except BrigadeError as fault:
        found = _tasks(press, service, basin_id)
        return press.page(ATTENTION, fault=fault, **_list(press, service, basin_id, found))


def _do(scoped: Scoped, service: Service, basin_id: str, given: TaskForm) -> None:
    """Raises: NotFound, Forbidden, Conflict, Unfit."""
    match given.act:
        case "answer":
            offer = scoped.one(Offer, basin_id, given.offer_id or "", write=True)
            offers.answer(scoped, service, offer, AnswerIn(reply=given.reply or Reply.ACKNOWLEDGE))
        case "seen":
            duty.seen(scoped, basin_id, given.plan_id or "")
        case "resend":
            post.resend(scoped, basin_id, given.message_id or "")
        case "settle":
            post.settle(scoped, basin_id, given.message_id or "", None)
        case "search":
            today = scoped.clock.now().astimezone(PARIS).date()
            jobs.ask(scoped, service, basin_id, JobIn(first_day=given.first_day or today))


def _list(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    found: Mapping[str, Sequence[AttentionEntry]],
) -> dict[str, Any]:
    return {
        "groups": [(kind, KINDS[kind], tasks) for kind, tasks in found.items() if tasks],
        "people": _people(view, service, basin_id, found),
        "count": sum(map(len, found.values())),
        "base": f"/bassins/{quote(basin_id)}",
        "digest": _digest(found),
        "today": view.now.date(),
    }


def _digest(found: Mapping[str, Sequence[AttentionEntry]]) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _tasks(
    view: ScopedView | PressedView, service: Service, basin_id: str
) -> dict[str, list[AttentionEntry]]:
    """By kind, the most pressing first."""
    told = service.computed(view.scoped, basin_id, attention.attention, basin_id, view.lang)
    made = _TaskMaker(f"/bassins/{quote(basin_id)}")
    return {kind: [getattr(made, kind)(one) for one in getattr(told, kind)] for kind in KINDS}


class _TaskMaker:
    """An entry of each kind, with where it leads and what may be done at once."""

    def __init__(self, base: str) -> None:
        self.base = base

    def to_call(self, one: Any) -> AttentionEntry:
        replies = (Reply.ACKNOWLEDGE,) if one.kind == "firm" else (Reply.ACCEPT, Reply.DECLINE)
        acts = [
            AttentionChoice(f"reply_{reply}", {"act": "answer", "offer_id": one.id, "reply": reply})
            for reply in replies
        ]
        day = Way("day", self._day(one.starts_at.astimezone(PARIS).date()))
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=[day], acts=acts)

    silent_firm_stops = unanswered = to_call

    def uncovered(self, one: Any) -> AttentionEntry:
        day = one.starts_at.astimezone(PARIS).date()
        acts = [] if one.plan_id else [self._search(day)]
        return AttentionEntry(
            one.sentence, client_id=one.client_id, ways=[Way("day", self._day(day))], acts=acts
        )

    def unlawful(self, one: Any) -> AttentionEntry:
        return AttentionEntry(
            one.sentence,
            ways=[self._plan("plan", one.plan_id)],
            acts=[self._search(one.first_day)],
            says_when=False,
        )

    def published_off_duty(self, one: Any) -> AttentionEntry:
        first, *more = one.summary
        seen = AttentionChoice("seen", {"act": "seen", "plan_id": one.id})
        return AttentionEntry(first, more, ways=[self._plan("plan", one.id)], acts=[seen])

    def proposals(self, one: Any) -> AttentionEntry:
        first, *more = one.summary
        return AttentionEntry(first, more, ways=[self._plan("proposal", one.id)])

    def undelivered(self, one: Any) -> AttentionEntry:
        acts = [
            AttentionChoice(act, {"act": act, "message_id": message.id})
            for message in one.messages[:1]
            for act in ("resend", "settle")
        ]
        kind, _, id = one.contact_id.partition(":")
        worker = id if kind == "worker" else None
        return AttentionEntry(one.sentence, worker_id=worker, ways=self._person(worker), acts=acts)

    def failed_searches(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, acts=[self._search(one.first_day)] if one.first_day else [])

    def set_aside(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.what, [one.hint], ways=[Way("imports", f"{self.base}/imports")])

    def unknown_history(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=[self._plan("plan", one.plan_id)])

    def stale_feeds(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, ways=[Way("imports", f"{self.base}/imports")])

    days_without_rota = stale_feeds

    def suspended(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, client_id=one.client_id)

    def ending(self, one: Any) -> AttentionEntry:
        is_worker = one.kind in ("certificate", "engagement")
        worker = one.id if is_worker else None
        return AttentionEntry(one.sentence, worker_id=worker, ways=self._person(worker), says_when=False)

    def _person(self, worker_id: str | None) -> list[Way]:
        return [] if worker_id is None else [Way("person", f"{self.base}/personnes/{quote(worker_id)}")]

    def _day(self, day: date) -> str:
        return f"{self.base}/journee/{day}"

    def _plan(self, name: str, plan_id: str) -> Way:
        return Way(name, f"{self.base}/plans/{quote(plan_id)}")

    def _search(self, day: date) -> AttentionChoice:
        return AttentionChoice("search", {"act": "search", "first_day": f"{day}"})


def _people(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    found: Mapping[str, Sequence[AttentionEntry]],
) -> People:
    tasks = [one for tasks in found.values() for one in tasks]
    called = {one.worker_id for kind in CALLED for one in found.get(kind, ()) if one.worker_id}
    told = [text for one in tasks for text in (one.sentence, *one.more, one.about or "")]
    return people_of(view.scoped, service.vault, basin_id, told, called, view.lang, "coordination")
