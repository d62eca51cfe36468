"""What the answers about messages, webhooks and their deliveries look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.shapes.kept.kept_shapes import Failure

ParcelState = Literal["queued", "sending", "sent", "failed", "obsolete"]


class MessageView(BaseModel):
    """One message by one channel, without its words and address. `doubted`: it may have arrived twice, under
    this `message_id` both times. `failure`: why the last try failed, or why it was given up."""

    id: str
    version: int
    kind: str = Field(examples=["tour_changed"])
    channel: Literal["email", "sms", "none"]
    contact_id: str = Field(examples=["worker:W1"])
    state: ParcelState
    attempts: int
    doubted: bool
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    failure: Failure | None
    message_id: str = Field(examples=["<message-0199a7c1f3e2-9f2c4e1ab7d03355@brigade.example.org>"])


class WebhookView(BaseModel):
    """`secret` is told once, when the webhook is made or its secret renewed."""

    id: str
    version: int
    url: str
    events: list[str]
    active: bool
    state: Literal["active", "disabled"]
    provider_id: str | None
    created_at: datetime
    rotated_at: datetime | None
    failing_since: datetime | None
    secret: str | None = None


class DeliveryView(BaseModel):
    """One event for one webhook. `id` is the `webhook-id` of its calls; `status` what the other side last
    answered."""

    id: str
    version: int
    webhook_id: str
    seq: int
    state: ParcelState
    attempts: int
    status: int | None
    doubted: bool
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    failure: Failure | None
