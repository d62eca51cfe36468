"""A coordinator's lists beside the board: who was asked and what they said; the week at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.basin import identities
from api.commitments.states import State
from api.cycle import offers
from api.http.credentials import TheService
from api.messages.described import described
from api.plans import week
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import MADE, AnswerIn, BasinId, Reply
from api.store.basin_tables import Visit
from api.store.cycle_tables import Offer, Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.web.people import told_apart
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.rows import block_name

router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("week_at_a_glance", "/bassins/{basin_id}/semaine", PLANNERS, 25, MenuGroup.WEEK),
    PageEntry("offers", "/bassins/{basin_id}/offres", PLANNERS, 30, MenuGroup.TODAY),
)
OFFERS, WEEK = "coordination/offers.html", "coordination/week.html"
Shown = Literal["waiting", "agreed", "refused"]
GROUPS: Mapping[Shown, Sequence[State]] = {
    "waiting": (State.OFFERED, State.ORDERED),
    "agreed": (State.ACCEPTED, State.ACKNOWLEDGED),
    "refused": (State.REFUSED, State.EXPIRED),
}


class AnswerForm(BaseModel):
    """An answer that somebody gave by telephone."""

    offer_id: str = Field(pattern=MADE)
    reply: Reply


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
    # All groups, whichever is shown: the page says how many each has.
    everything = scoped.all(ahead.where(Offer.state.in_([one for group in GROUPS.values() for one in group])))
    counts = {name: sum(1 for one in everything if one.state in states) for name, states in GROUPS.items()}
    due = "reply_by" if shown == "waiting" else "starts_at"
    of_group = (one for one in everything if one.state in GROUPS[shown])
    rows = sorted(of_group, key=lambda one: (getattr(one, due), one.id))
    visits = scoped.select(Visit, basin_id).where(Visit.id.in_({one.visit_id for one in rows}))
    clients = {row.id: row.client_id for row in scoped.all(visits)}
    seats = described(scoped.session, basin_id, [one.visit_id for one in rows if one.work_block_id])
    names = _names(scoped, service, basin_id, {one.worker_id for one in rows}, set(clients.values()))
    return view.page(
        OFFERS,
        fault=fault,
        shown=shown,
        counts=counts,
        rows=[offers.shown(one) for one in rows],
        replies={one.id: offers.replies_to(one, scoped.clock.now()) for one in rows},
        clients=clients,
        blocks={id: block_name(one.block, view.lang) for id, one in seats.items() if one.block},
        names=names,
        base=f"/bassins/{quote(basin_id)}",
    )


def _names(
    scoped: Scoped, service: Service, basin_id: str, workers: Iterable[str], clients: Iterable[str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, ids in ((WorkerIdentity, workers), (ClientIdentity, clients)):
        found |= identities.own_names(scoped, service.vault, table, basin_id, ids, "coordination")
    return told_apart(scoped, basin_id, found)


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
