"""*Échanges*: what a plan proposes to ask a service, what was asked and answered, what is to be carried out;
and whether a service lets its present staff be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.http.credentials import TheService
from api.plans.swaps import carrying_out, swap_questions
from api.plans.swaps.swap_questions import WAITING
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import MADE, BasinId
from api.shapes.planning.swap_shapes import SwapAnswerIn, SwapIn, SwapNoticeIn, SwapState
from api.store.basin_tables import Provider
from api.store.cycle_tables import Plan, SwapQuestion
from api.store.plan_parts import LONGEST_PLAN
from api.web.people import people_of
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Text
from brigade.exchange.shapes.plan_shapes import ProposedSwapShape
from brigade.units import Horizon
from brigade.words import capital, say

router = APIRouter(prefix="/bassins/{basin_id}/echanges", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("swaps", "/bassins/{basin_id}/echanges", PLANNERS | {Role.MANAGER}, 43, MenuGroup.TODAY),)
TEMPLATE = "swaps/swaps.html"
DAYS_BACK = timedelta(days=7)
"""So long what is over stays in sight."""
SwapId = Annotated[str, Path(pattern=MADE, max_length=60)]


class SwapForm(BaseModel):
    plan_id: str = Field(pattern=MADE)
    visit_id: Text
    employee_id: Text
    given_visit_id: Text | None = None


class SwapReplyForm(BaseModel):
    version: int
    reason: Text | None = Field(None, max_length=200)


class NoticeForm(BaseModel):
    version: int
    provider_id: Text
    swap_notice_min: int | None = Field(None, ge=0, le=10_080)


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A swap that could be asked for, and the plan that proposes it."""

    plan_id: str
    swap: ProposedSwapShape
    sentence: str


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question to a service. `may`: what whoever looks may do with it."""

    row: SwapQuestion
    sentence: str
    may: frozenset[str]


@router.get("")
def swaps_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return _page(view, service, basin_id)


@router.post("")
def ask_swap(basin_id: BasinId, press: Press, service: TheService) -> Response:
    """A coordinator puts one of the swaps proposed to its service."""
    try:
        told = press.form.read(SwapForm)
        given = SwapIn(
            visit_id=told.visit_id, employee_id=told.employee_id, given_visit_id=told.given_visit_id
        )

        def act() -> str:
            row = swap_questions.ask(press.scoped, basin_id, told.plan_id, given)
            return f"{_address(basin_id)}#{quote(row.id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/delai")
def change_notice(basin_id: BasinId, press: Press, service: TheService) -> Response:
    """Whether a service lets its present staff be asked."""
    try:
        told = press.form.read(NoticeForm)
        said = {} if told.swap_notice_min is None else {"swap_notice_min": told.swap_notice_min}
        given = read_model(SwapNoticeIn, said)

        def act() -> str:
            notice = given.swap_notice_min
            swap_questions.put_notice(press.scoped, basin_id, told.provider_id, told.version, notice)
            return f"{_address(basin_id)}#delai"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/{swap_id}/{what}")
def settle(
    basin_id: BasinId,
    swap_id: SwapId,
    what: Annotated[str, Path(pattern="^(accepter|refuser|retirer|mettre-en-place)$")],
    press: Press,
    service: TheService,
) -> Response:
    """Answered, withdrawn, or carried out."""
    try:
        told, scoped = press.form.read(SwapReplyForm), press.scoped
        weighed = (
            service.computed(scoped, basin_id, carrying_out.weigh, basin_id, swap_id, told.version)
            if what == "mettre-en-place"
            else None
        )

        def act() -> str:
            if weighed is not None:
                row = carrying_out.carry_out(scoped, basin_id, swap_id, weighed)
                if row.made_plan_id is not None:
                    return f"/bassins/{quote(basin_id)}/plans/{quote(row.made_plan_id)}"
            elif what == "retirer":
                swap_questions.withdraw(scoped, basin_id, swap_id, told.version, told.reason)
            else:
                reply = "accept" if what == "accepter" else "decline"
                more = {} if told.reason is None else {"reason": told.reason}
                given = read_model(SwapAnswerIn, {"reply": reply, **more})
                swap_questions.answer(scoped, basin_id, swap_id, told.version, given)
            return f"{_address(basin_id)}#{quote(swap_id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/echanges"


def _page(
    view: ScopedView | PressedView, service: Service, basin_id: str, fault: BrigadeError | None = None
) -> Response:
    """What waits first, the first to run out at the top."""
    scoped, lang = view.scoped, view.lang
    scoped.must_write(SwapQuestion, basin_id)
    plans = scoped.principal.role in PLANNERS
    asked = scoped.select(SwapQuestion, basin_id).where(SwapQuestion.starts_at > view.now - DAYS_BACK)
    rows = scoped.all(asked.order_by(SwapQuestion.reply_by, SwapQuestion.id))
    lines = [
        AskedLine(row, swap_questions.sentence(row, lang), _may(row, view.now, plans=plans)) for row in rows
    ]
    providers = scoped.all(scoped.select(Provider, basin_id).order_by(Provider.id))
    is_open = any(row.body.get("swap_notice_min") is not None for row in providers)
    proposed = [*_proposed(scoped, basin_id, view.now, rows, lang)] if plans and is_open else []
    told = [*(one.sentence for one in lines), *(one.sentence for one in proposed)]
    return view.page(
        TEMPLATE,
        fault=fault,
        proposed=proposed,
        waiting=[one for one in lines if one.row.state in WAITING],
        over=[one for one in reversed(lines) if one.row.state not in WAITING],
        people=people_of(scoped, service.vault, basin_id, told, (), lang, "coordination"),
        providers=providers,
        badges=BADGES,
        plans=plans,
        is_open=is_open,
        base=_address(basin_id),
    )


BADGES: Mapping[str, str] = {
    SwapState.ASKED: "busy",
    SwapState.ACCEPTED: "warn",
    SwapState.REFUSED: "bad",
    SwapState.DONE: "good",
}


def _may(row: SwapQuestion, now: datetime, *, plans: bool) -> frozenset[str]:
    if row.state == SwapState.ASKED:
        answers = {"accepter", "refuser"} if row.reply_by > now else set[str]()
        return frozenset(answers | ({"retirer"} if plans else set()))
    if row.state == SwapState.ACCEPTED:
        return frozenset({"retirer"} | ({"mettre-en-place"} if plans else set()))
    return frozenset()


def _proposed(
    scoped: Scoped, basin_id: str, now: datetime, asked: Sequence[SwapQuestion], lang: str
) -> Iterator[ProposedLine]:
    """Of plans that are in force or could be, what may still be asked: nothing about a visit that is asked
    about, and nobody who was refused for it."""
    busy = {one.visit_id for one in asked if one.state in WAITING}
    seen = {(one.visit_id, one.employee_id) for one in asked if one.state == SwapState.REFUSED}
    found = scoped.select(Plan, basin_id).where(
        Plan.state.in_(("published", "proposed")), Plan.first_day > now.date() - LONGEST_PLAN
    )
    for plan in scoped.all(found.order_by(Plan.id.desc())):
        horizon = Horizon(plan.first_day, plan.days)
        for told in plan.document.get("proposed_swaps", ()):
            swap = ProposedSwapShape.model_validate(told, strict=False)
            if swap.visit_id in busy or (swap.visit_id, swap.employee_id) in seen or swap.start <= now:
                continue
            seen.add((swap.visit_id, swap.employee_id))
            reason = reason_of(swap.reason, "swap", [])
            yield ProposedLine(plan.id, swap, capital(say(reason, lang, horizon=horizon)))
