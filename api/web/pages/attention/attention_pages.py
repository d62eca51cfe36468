"""What waits for a coordinator, each with what to do about it: *À traiter*."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.cycle import learners, offers
from api.http.credentials import TheService
from api.letters import post
from api.plans import attention, duty
from api.runtime.roles import Role
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import ID, MADE, AnswerIn, BasinId, JobIn, Reply
from api.store.cycle_tables import Offer
from api.web.pages.attention.attention_entries import AttentionEntry, entries_of
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
    "blocks_not_held": "warn",
    "unlawful": "bad",
    "late": "warn",
    "next_door": "warn",
    "published_off_duty": "warn",
    "proposals": "warn",
    "unanswered": "warn",
    "swaps": "warn",
    "undelivered": "warn",
    "failed_searches": "warn",
    "set_aside": "warn",
    "stale_feeds": "",
    "days_without_rota": "",
    "unknown_history": "",
    "suspended": "",
    "learnt": "",
    "ending": "",
}
"""Of each kind of the list, in its order: how grave it is."""
CALLED = ("to_call", "silent_firm_stops", "late", "unanswered")
"""Whoever stands there is called: her number is shown."""
Seen = Annotated[str, Query(alias="vu", max_length=64)]


class TaskForm(BaseModel):
    """What a button of the list sends."""

    act: Literal["answer", "seen", "resend", "settle", "search", "alone"]
    offer_id: str | None = Field(None, pattern=MADE)
    plan_id: str | None = Field(None, pattern=MADE)
    message_id: str | None = Field(None, pattern=MADE)
    first_day: Day | None = None
    worker_id: str | None = Field(None, pattern=ID, max_length=120)
    subject: str | None = Field(None, pattern=ID, max_length=120)
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
        case "alone":
            learners.note_alone(scoped, service, basin_id, given.worker_id or "", given.subject or "")
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
        "groups": [(kind, KINDS[kind], tasks, _number(tasks)) for kind, tasks in found.items() if tasks],
        "people": _people(view, service, basin_id, found),
        "count": sum(map(_number, found.values())),
        "base": f"/bassins/{quote(basin_id)}",
        "digest": _digest(found),
        "today": view.now.date(),
    }


def _number(tasks: Sequence[AttentionEntry]) -> int:
    """Of what waits: a line that stands for several counts as they do."""
    return sum(len(one.parts) or 1 for one in tasks)


def _digest(found: Mapping[str, Sequence[AttentionEntry]]) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _tasks(
    view: ScopedView | PressedView, service: Service, basin_id: str
) -> dict[str, list[AttentionEntry]]:
    """By kind, the most pressing first."""
    told = service.computed(view.scoped, basin_id, attention.attention, basin_id, view.lang)
    base = f"/bassins/{quote(basin_id)}"
    return {kind: entries_of(kind, getattr(told, kind), base, view.lang) for kind in KINDS}


def _people(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    found: Mapping[str, Sequence[AttentionEntry]],
) -> People:
    lines = [one for tasks in found.values() for one in tasks]
    tasks = [one for line in lines for one in (line, *line.parts)]
    called = {one.worker_id for kind in CALLED for one in found.get(kind, ()) if one.worker_id}
    told = [text for one in tasks for text in (one.sentence, *one.more, one.about or "")]
    return people_of(view.scoped, service.vault, basin_id, told, called, view.lang, "coordination")
