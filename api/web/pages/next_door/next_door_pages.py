"""Help from next door: requests to answer, who is lent and borrowed, who could come to a visit that nobody
does, and the agreements that let it be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.basin import identities
from api.http.credentials import TheService
from api.lending import agreements, lendings, neighbours
from api.messages.described import described
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, MADE, BasinId
from api.shapes.planning.lending_views import (
    AgreementAnswerIn,
    AgreementIn,
    LendingAnswerIn,
    LendingCandidatesView,
    LendingIn,
    LendingView,
)
from api.store.basin_tables import Basin
from api.store.cycle_tables import Plan
from api.store.lending.lending_tables import BasinAgreement, Lending
from api.store.person_tables import WorkerIdentity
from api.store.plan_parts import uncovered_in
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Day, Text
from brigade.units import PARIS

router = APIRouter(prefix="/bassins/{basin_id}/renforts", include_in_schema=False)
ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("next_door", "/bassins/{basin_id}/renforts", ROLES, 56, MenuGroup.WEEK),)
PAGE = "next_door/next_door.html"
Made = Annotated[str, Path(pattern=MADE)]
Visit = Annotated[str | None, Query(alias="visite", pattern=ID, max_length=120)]
PlanId = Annotated[str | None, Query(alias="plan", pattern=MADE)]


class LendingAgreementForm(BaseModel):
    """`lends`: this basin lends; else it borrows."""

    other: str = Field(min_length=1, max_length=120)
    lends: Literal["yes", "no"]
    notice_min: int = Field(ge=0, le=7 * 24 * 60)
    paid_by: Literal["borrower", "lender"]
    until: Day


class LendingEndForm(BaseModel):
    version: int
    reason: Text | None = Field(None, max_length=200)


class LendingAnswerForm(LendingEndForm):
    reply: Literal["yes", "no"]


class LendingForm(BaseModel):
    agreement_id: str = Field(pattern=MADE)
    worker_id: str = Field(pattern=ID, max_length=120)
    visit_id: str = Field(pattern=ID, max_length=120)
    starts_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class LeftVisit:
    """A visit that nobody does in the newest plan of its day."""

    plan_id: str
    visit_id: str
    client_id: str
    starts_at: datetime
    place: str | None


@router.get("")
def next_door_page(
    basin_id: BasinId, view: View, service: TheService, visit: Visit = None, plan: PlanId = None
) -> Response:
    """With a visit: who of the neighbours could come."""
    found, fault = None, None
    if visit is not None and plan is not None:
        try:
            asked = (basin_id, plan, [visit], view.lang)
            found = service.computed(view.scoped, basin_id, neighbours.who_next_door, *asked)
        except BrigadeError as refused:
            fault = refused
    return _page(view, service, basin_id, fault, found)


# -- agreements --------------------------------------------------------------------------------------------
@router.post("/accords")
def propose(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingAgreementForm)
        lender, borrower = (basin_id, told.other) if told.lends == "yes" else (told.other, basin_id)
        said = {"lender": lender, "borrower": borrower, "until": told.until.isoformat()}
        terms = {"notice_min": told.notice_min, "paid_by": told.paid_by}
        given = read_model(AgreementIn, {**said, **terms})

        def act() -> str:
            row = agreements.propose(press.scoped, basin_id, given)
            return f"{_address(basin_id)}#{row.id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/accords/{id}/signer")
def sign(basin_id: BasinId, id: Made, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingEndForm)

        def act() -> str:
            agreements.sign(press.scoped, basin_id, id, told.version, AgreementAnswerIn(workers=None))
            return f"{_address(basin_id)}#{id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/accords/{id}/terminer")
def end(basin_id: BasinId, id: Made, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingEndForm)

        def act() -> str:
            agreements.end(press.scoped, basin_id, id, told.version, told.reason or "")
            return f"{_address(basin_id)}#{id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


# -- requests ----------------------------------------------------------------------------------------------
@router.post("/demandes")
def ask(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingForm)
        hours = {"starts_at": told.starts_at, "ends_at": told.ends_at}
        whom = {"agreement_id": told.agreement_id, "worker_id": told.worker_id, "visits": [told.visit_id]}
        given = read_model(LendingIn, {**whom, **hours})

        def act() -> str:
            row = lendings.ask(press.scoped, basin_id, given)
            return f"{_address(basin_id)}#{row.id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/demandes/{id}/repondre")
def answer(basin_id: BasinId, id: Made, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingAnswerForm)
        given = LendingAnswerIn(reply=told.reply, reason=told.reason)

        def act() -> str:
            lendings.answer(press.scoped, service, basin_id, id, told.version, given)
            return f"{_address(basin_id)}#{id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/demandes/{id}/retirer")
def withdraw(basin_id: BasinId, id: Made, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(LendingEndForm)

        def act() -> str:
            lendings.withdraw(press.scoped, service, basin_id, id, told.version, told.reason or "")
            return f"{_address(basin_id)}#{id}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


# -- what is shown -----------------------------------------------------------------------------------------
def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/renforts"


def _page(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    fault: BrigadeError | None = None,
    found: LendingCandidatesView | None = None,
) -> Response:
    scoped, now = view.scoped, view.now
    scoped.must_write(Lending, basin_id)
    rows = scoped.all(scoped.select(Lending, basin_id).order_by(Lending.starts_at, Lending.id))
    told = [lendings.shown(scoped, row) for row in rows if row.ends_at > now]
    waits = [one for one in told if one.lender == basin_id and one.state == "asked"]
    to_answer = [one for one in waits if one.reply_by >= now]
    signed = scoped.all(scoped.select(BasinAgreement, basin_id).order_by(BasinAgreement.id))
    agreed = [agreements.shown(scoped, row) for row in signed if row.state != "ended"]
    left = _left(view, basin_id)
    people = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "lendings")
    return view.page(
        PAGE,
        fault=fault,
        found=found,
        left=left,
        asked_about=next((one for one in left if found and one.visit_id in found.visit_ids), None),
        to_answer=to_answer,
        lent=[one for one in told if one.lender == basin_id and one.state == "agreed"],
        borrowed=[one for one in told if one.borrower == basin_id],
        agreed=agreed,
        mine=basin_id,
        others=_others(view, basin_id),
        names=people,
        places=_clients(view, basin_id, told, left),
        until=date(now.year, 12, 31),
        base=_address(basin_id),
    )


def _others(view: ScopedView | PressedView, basin_id: str) -> list[tuple[str, str]]:
    """Basins are public: their names say nothing of anybody."""
    rows = view.scoped.session.scalars(select(Basin).where(Basin.id != basin_id).order_by(Basin.id))
    return [(row.id, row.body.name) for row in rows]


def _left(view: ScopedView | PressedView, basin_id: str) -> list[LeftVisit]:
    """Of each day to come, what its newest plan leaves, the nearest first."""
    scoped, today = view.scoped, view.now.astimezone(PARIS).date()
    asked = scoped.select(Plan, basin_id).where(
        Plan.state.in_(("proposed", "published")), Plan.first_day >= today
    )
    newest = {row.first_day: row for row in scoped.all(asked.order_by(Plan.id))}
    left = {id: row.id for row in newest.values() for id in uncovered_in(row.document)}
    known = described(scoped.session, basin_id, list(left))
    visits = [
        LeftVisit(left[id], id, one.client_id, one.starts_at, one.place)
        for id, one in known.items()
        if one.block is None and one.starts_at > view.now
    ]
    return sorted(visits, key=lambda one: (one.starts_at, one.visit_id))


def _clients(
    view: ScopedView | PressedView, basin_id: str, told: Sequence[LendingView], left: Sequence[LeftVisit]
) -> Mapping[str, str]:
    """By visit, the commune it is in."""
    ids = {id for one in told for id in one.visits or ()} | {one.visit_id for one in left}
    known = described(view.scoped.session, basin_id, sorted(ids))
    return {id: one.place or id for id, one in known.items()}
