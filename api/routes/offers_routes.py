"""Offers over HTTP: read, answered, given a new link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.access.scope import expect
from api.basin.resource_kinds import Instant
from api.cycle import offers
from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.runtime.body_documents import DocumentRoute
from api.runtime.roles import Role
from api.shapes.cycle_requests import (
    AnswerIn,
    BasinId,
    Filter,
    MadeId,
    exact,
)
from api.shapes.cycle_views import (
    OfferState,
    OfferView,
)
from api.store.cycle_tables import Offer

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)


@router.get("/offers", tags=["offers"])
def list_offers(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: OfferState | None = None,
    plan_id: Filter = None,
    worker_id: Filter = None,
    visit_id: Filter = None,
    ends_after: Instant = None,
    starts_before: Instant = None,
) -> ModelResponse[Page[OfferView]]:
    """Stops that were put to people, with their states and deadlines."""
    scoped.basin(basin_id)
    found = {
        "state": state,
        "plan_id": plan_id,
        "worker_id": worker_id,
        "visit_id": visit_id,
        "ends_after": ends_after,
        "starts_before": starts_before,
    }
    asked = narrowed(scoped.select(Offer, basin_id), Offer, found)
    return Answer(turn.page(scoped, asked, Offer.id, offers.shown, newest_first=True)).response()


@router.get("/offers/{id}", tags=["offers"])
def read_offer(
    basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService
) -> ModelResponse[OfferView]:
    """With the link by which its worker answers without an account (coordinators, and the worker)."""
    offer = scoped.one(Offer, basin_id, id)
    shown = offers.shown(offer)
    # Whoever has the link answers in her place.
    if scoped.principal.role is not Role.EMPLOYER and offer.state != "withdrawn":
        shown = shown.model_copy(update={"link": offers.link_of(service, offer)})
    return Answer(shown, version=offer.version).response()


@router.post("/offers/{id}/answer", tags=["offers"], openapi_extra=refuses("A403", "A404"))
def answer_offer(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[AnswerIn, exact(AnswerIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[OfferView]:
    """By the worker's own account, or by the coordinator for an answer given by phone."""

    def act() -> Answer[OfferView]:
        offer = unit.scoped.one(Offer, basin_id, id, write=True)
        offers.answer(unit.scoped, service, offer, given)
        return Answer(offers.shown(offer), version=offer.version)

    return unit.answer(act)


@router.post("/offers/{id}/new-link", tags=["offers"])
def renew_link(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[OfferView]:
    """The link given so far no longer opens anything."""

    def act() -> Answer[OfferView]:
        offer = unit.scoped.one(Offer, basin_id, id, write=True)
        expect(offer, version)
        offers.renew_link(unit.scoped, offer)
        shown = offers.shown(offer).model_copy(update={"link": offers.link_of(service, offer)})
        return Answer(shown, version=offer.version, told_once=frozenset({"link"}))

    return unit.answer(act)
