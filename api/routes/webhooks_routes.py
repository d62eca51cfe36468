"""Webhooks over HTTP: who is called with what, secrets told once, the log of calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.responses import Response

from api.access.scope import Scoped, expect
from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams, narrowed
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.messages import webhooks
from api.runtime.body_documents import DocumentRoute
from api.service.service import Service
from api.shapes.cycle_requests import BasinId, MadeId, WebhookIn, exact
from api.shapes.message_views import DeliveryView, ParcelState, WebhookView
from api.shapes.row_views import said
from api.store.message_tables import Delivery, Webhook

router = APIRouter(prefix="/basins/{basin_id}/webhooks", tags=["webhooks"], route_class=DocumentRoute)
Wish = Annotated[WebhookIn, exact(WebhookIn), Body()]
Put = Annotated[WebhookIn, exact(WebhookIn, WebhookView), Body()]
Repeated = Annotated[ReadOnly, repeated_in(WebhookIn, WebhookView)]
SECRET = frozenset({"secret"})


@router.get("")
def list_webhooks(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[WebhookView]]:
    """Other software that is called, with the state of each; never its secret."""
    scoped.basin(basin_id)
    return Answer(turn.page(scoped, scoped.select(Webhook, basin_id), Webhook.id, webhooks.shown)).response()


@router.post("", status_code=201, openapi_extra=refuses("A103", "A308"))
def create_webhook(
    basin_id: BasinId, given: Wish, unit: Writer, service: TheService
) -> ModelResponse[WebhookView]:
    """Called with events from now on; the first call is of its own creation, if it asked for such. Keep the
    secret."""

    def act() -> Answer[WebhookView]:
        row = webhooks.create(unit.scoped, service, basin_id, given)
        return _with_secret(service, row, 201, f"/v1/basins/{basin_id}/webhooks/{row.id}")

    return unit.answer(act)


@router.get("/{id}")
def read_webhook(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[WebhookView]:
    """One of them: whom it tells of what, and since when it fails; never its secret."""
    row = scoped.one(Webhook, basin_id, id)
    return Answer(webhooks.shown(row), version=row.version).response()


@router.put("/{id}", openapi_extra=refuses("A308"))
def change_webhook(
    basin_id: BasinId,
    id: MadeId,
    given: Put,
    echo: Repeated,
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[WebhookView]:
    """Made active again, it is called with what happens from now on; what it missed stays in `…/events`."""

    def act() -> Answer[WebhookView]:
        row = _mine(unit.scoped, basin_id, id, version)
        echo.refuse_changed(f"webhooks.{id}", said(webhooks.shown(row)))
        webhooks.change(unit.scoped, service, row, given)
        return Answer(webhooks.shown(row), version=row.version)

    return unit.answer(act)


@router.delete("/{id}", status_code=204, response_class=Response)
def delete_webhook(basin_id: BasinId, id: MadeId, unit: Writer, version: IfMatch) -> Response:
    """With its log of calls."""

    def act() -> Answer[None]:
        unit.scoped.drop(_mine(unit.scoped, basin_id, id, version))
        return Answer(status=204)

    return unit.answer(act)


@router.post("/{id}/new-secret")
def renew_secret(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[WebhookView]:
    """For a day, calls carry the signatures of both secrets."""

    def act() -> Answer[WebhookView]:
        row = _mine(unit.scoped, basin_id, id, version)
        webhooks.rotate(unit.scoped, row)
        return _with_secret(service, row, 200, None)

    return unit.answer(act)


@router.get("/{id}/deliveries")
def list_deliveries(
    basin_id: BasinId,
    id: MadeId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: ParcelState | None = None,
) -> ModelResponse[Page[DeliveryView]]:
    """Newest first."""
    hook = scoped.one(Webhook, basin_id, id)
    asked = narrowed(scoped.select(Delivery, basin_id), Delivery, {"webhook_id": hook.id, "state": state})
    return Answer(
        turn.page(scoped, asked, Delivery.id, webhooks.shown_delivery, newest_first=True)
    ).response()


@router.post("/{id}/deliveries/{delivery_id}/resend", openapi_extra=refuses("A431"))
def resend_delivery(
    basin_id: BasinId, id: MadeId, delivery_id: MadeId, unit: Writer
) -> ModelResponse[DeliveryView]:
    """A call that was given up, once more."""

    def act() -> Answer[DeliveryView]:
        row = webhooks.delivery(unit.scoped, basin_id, id, delivery_id)
        webhooks.resend(unit.scoped, row)
        return Answer(webhooks.shown_delivery(row), version=row.version)

    return unit.answer(act)


def _mine(scoped: Scoped, basin_id: str, id: str, version: int | None) -> Webhook:
    row = scoped.one(Webhook, basin_id, id, write=True)
    expect(row, version)
    return row


def _with_secret(service: Service, row: Webhook, status: int, location: str | None) -> Answer[WebhookView]:
    # Derived once more: the database keeps no secret, only how many there were.
    secret = webhooks.secret_of(service.settings, row)
    body = webhooks.shown(row).model_copy(update={"secret": secret})
    return Answer(body, status, row.version, location, told_once=SECRET)
