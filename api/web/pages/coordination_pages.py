"""A coordinator's lists beside the board: what waits for her, each with what to do about it; who was asked
and what they said; the week at a glance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.rights import Role
from api.access.scope import Scoped
from api.basin import identities
from api.commitments.states import State
from api.cycle import offers
from api.http.credentials import TheService
from api.letters import post
from api.plans import attention, duty, week
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import MADE, AnswerIn, BasinId, JobIn, Reply
from api.shapes.person_shapes import IdentityIn
from api.store.basin_tables import Visit
from api.store.cycle_tables import Offer, Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.web.rendering import with_names
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.shapes.field_kinds import Day
from brigade.units import PARIS

router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("attention", "/bassins/{basin_id}/a-traiter", PLANNERS, 10, MenuGroup.TODAY),
    PageEntry("week_at_a_glance", "/bassins/{basin_id}/semaine", PLANNERS, 25, MenuGroup.WEEK),
    PageEntry("offers", "/bassins/{basin_id}/offres", PLANNERS, 30, MenuGroup.TODAY),
)
ATTENTION, LIST, OFFERS, WEEK = (
    f"coordination/{name}.html" for name in ("attention", "attention_list", "offers", "week")
)
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
Shown = Literal["waiting", "agreed", "refused"]
GROUPS: Mapping[Shown, Sequence[State]] = {
    "waiting": (State.OFFERED, State.ORDERED),
    "agreed": (State.ACCEPTED, State.ACKNOWLEDGED),
    "refused": (State.REFUSED, State.EXPIRED),
}


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
    """One entry: in a sentence, whom it is about, what to do."""

    sentence: str
    more: Sequence[str] = ()
    worker_id: str | None = None
    client_id: str | None = None
    ways: Sequence[Way] = ()
    acts: Sequence[AttentionChoice] = ()


class TaskForm(BaseModel):
    """What a button of the list sends."""

    act: Literal["answer", "seen", "resend", "settle", "search"]
    offer_id: str | None = Field(None, pattern=MADE)
    plan_id: str | None = Field(None, pattern=MADE)
    message_id: str | None = Field(None, pattern=MADE)
    first_day: Day | None = None
    reply: Reply | None = None


class AnswerForm(BaseModel):
    """An answer that somebody gave by telephone."""

    offer_id: str = Field(pattern=MADE)
    reply: Reply


@dataclass(frozen=True, slots=True)
class People:
    """What those are called of whom a page speaks, and the numbers of those to be called."""

    names: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)

    def named(self, sentence: str) -> str:
        return with_names(self.names, sentence)


# -- what waits --------------------------------------------------------------------------------------------
@router.get("/a-traiter")
def attention_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return view.page(ATTENTION, **_list(view, service, basin_id))


@router.get("/a-traiter/en-cours")
def attention_live(basin_id: BasinId, view: View, service: TheService, seen: Seen) -> Response:
    """The list as it is now; nothing where it is as it was, so that nobody's name is read again."""
    quiet = _tasks(view, service, basin_id)
    if _digest(quiet) == seen:
        return Response(status_code=204)
    return view.page(LIST, **_list(view, service, basin_id))


@router.post("/a-traiter")
def act_on(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = press.form.read(TaskForm)

        def act() -> str:
            _do(press.scoped, service, basin_id, given)
            return f"/bassins/{quote(basin_id)}/a-traiter"

        return press.done(act)
    except BrigadeError as fault:
        return press.page(ATTENTION, fault=fault, **_list(press, service, basin_id))


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


def _list(view: ScopedView | PressedView, service: Service, basin_id: str) -> dict[str, Any]:
    found = _tasks(view, service, basin_id)
    return {
        "groups": [(kind, KINDS[kind], tasks) for kind, tasks in found.items() if tasks],
        "people": _people(view.scoped, service, basin_id, found),
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
            one.sentence, ways=[self._plan("plan", one.plan_id)], acts=[self._search(one.first_day)]
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
        return AttentionEntry(one.sentence, worker_id=worker, ways=self._person(worker))

    def _person(self, worker_id: str | None) -> list[Way]:
        return [] if worker_id is None else [Way("person", f"{self.base}/personnes/{quote(worker_id)}")]

    def _day(self, day: date) -> str:
        return f"{self.base}/journee/{day}"

    def _plan(self, name: str, plan_id: str) -> Way:
        return Way(name, f"{self.base}/plans/{quote(plan_id)}")

    def _search(self, day: date) -> AttentionChoice:
        return AttentionChoice("search", {"act": "search", "first_day": f"{day}"})


def _people(
    scoped: Scoped, service: Service, basin_id: str, found: Mapping[str, Sequence[AttentionEntry]]
) -> People:
    called = {one.worker_id for kind in CALLED for one in found.get(kind, ()) if one.worker_id}
    tasks = [one for kind, tasks in found.items() for one in tasks]
    others = {one.worker_id for one in tasks if one.worker_id} - called
    clients = {one.client_id for one in tasks if one.client_id}
    names = _names(scoped, service, basin_id, others, clients)
    read = (scoped, service.vault, WorkerIdentity, basin_id, called, "attention")
    opened: Mapping[str, IdentityIn] = identities.opened_by_id(*read)
    phones = {
        id: contact.value for id, who in opened.items() for contact in who.contacts if contact.kind == "phone"
    }
    return People(names | {id: who.name for id, who in opened.items()}, phones)


def _names(
    scoped: Scoped, service: Service, basin_id: str, workers: Iterable[str], clients: Iterable[str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, ids in ((WorkerIdentity, workers), (ClientIdentity, clients)):
        found |= identities.own_names(scoped, service.vault, table, basin_id, ids, "coordination")
    return found


# -- who was asked -----------------------------------------------------------------------------------------
@router.get("/offres")
def offers_page(
    basin_id: BasinId,
    view: View,
    service: TheService,
    shown: Annotated[Shown, Query(alias="etat")] = "waiting",
) -> Response:
    return _offers(view, service, basin_id, shown)


@router.post("/offres")
def record_answer(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = press.form.read(AnswerForm)

        def act() -> str:
            offer = press.scoped.one(Offer, basin_id, given.offer_id, write=True)
            offers.answer(press.scoped, service, offer, AnswerIn(reply=given.reply))
            return f"/bassins/{quote(basin_id)}/offres#{quote(offer.id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _offers(press, service, basin_id, "waiting", fault)


def _offers(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    shown: Shown,
    fault: BrigadeError | None = None,
) -> Response:
    """Of stops that are not over, by the day; what waits, by how soon it runs out."""
    scoped = view.scoped
    scoped.must_write(Plan, basin_id)
    ahead = scoped.select(Offer, basin_id).where(Offer.ends_at > scoped.clock.now())
    everything = scoped.all(ahead.where(Offer.state.in_([one for group in GROUPS.values() for one in group])))
    counts = {name: sum(1 for one in everything if one.state in states) for name, states in GROUPS.items()}
    due = "reply_by" if shown == "waiting" else "starts_at"
    of_group = (one for one in everything if one.state in GROUPS[shown])
    rows = sorted(of_group, key=lambda one: (getattr(one, due), one.id))
    visits = scoped.select(Visit, basin_id).where(Visit.id.in_({one.visit_id for one in rows}))
    clients = {row.id: row.client_id for row in scoped.all(visits)}
    names = _names(scoped, service, basin_id, {one.worker_id for one in rows}, set(clients.values()))
    return view.page(
        OFFERS,
        fault=fault,
        shown=shown,
        counts=counts,
        rows=[offers.shown(one) for one in rows],
        replies={one.id: offers.replies_to(one, scoped.clock.now()) for one in rows},
        clients=clients,
        names=names,
        base=f"/bassins/{quote(basin_id)}",
    )


# -- the week ----------------------------------------------------------------------------------------------
@router.get("/semaine")
def week_page(
    basin_id: BasinId, view: View, first: Annotated[date | None, Query(alias="du")] = None
) -> Response:
    view.scoped.must_write(Plan, basin_id)
    day = first or view.now.date()
    monday = day - timedelta(days=day.weekday())
    return view.page(
        WEEK,
        monday=monday,
        days=week.at_a_glance(view.scoped, basin_id, monday),
        today=view.now.date(),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        base=f"/bassins/{quote(basin_id)}",
    )
