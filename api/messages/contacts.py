"""Where workers, providers and coordinators are reached: kept apart from planning, never copied into a message or a log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.faults import Unfit
from api.messages.channels import EMAIL, SMS
from api.scope import Scoped
from api.shapes import CONTACT, MAILBOX, PHONE, STRICT
from api.store.messages import Contact
from api.store.people import Account

OWNERS = {"worker": "worker_id", "provider": "provider_id", "account": "account_id"}
FIELD = {EMAIL: "email", SMS: "phone"}
COORDINATORS = "coordinators"
"""Stands for the duty desk of a basin when nobody there can be reached."""


class ContactShape(BaseModel):
    """`id` says whom: worker:W1, provider:S1, or account:… for a coordinator, who then hears what needs a decision here."""

    model_config = STRICT
    id: str = Field(max_length=120, pattern=CONTACT, examples=["worker:W1"])
    email: str | None = Field(None, max_length=254, pattern=MAILBOX, examples=["w1@example.org"])
    phone: str | None = Field(None, pattern=PHONE, examples=["+33612345678"])
    language: Literal["fr", "en"] = "fr"
    channels: list[Literal["email", "sms"]] = Field(default_factory=list, max_length=2, description="By default the mail.")


def keys(scoped: Scoped, basin_id: str, shape: Any) -> Mapping[str, Any]:
    """Whose contact it is, as columns. Raises: Unfit, for a channel without its address."""
    kind, _, owner = shape.id.partition(":")
    missing = [one for one in shape.channels if getattr(shape, FIELD[one]) is None]
    if missing or (shape.email is None and shape.phone is None):
        what = f"pas d’adresse pour {', '.join(missing) or 'ce contact'}"
        raise Unfit("A305", f"contacts.{shape.id}", what, "une adresse pour chaque voie demandée")
    return {column: owner if kind == name else None for name, column in OWNERS.items()}


def channels_of(contact: Contact) -> tuple[str, ...]:
    """As wished, else by mail, else by SMS."""
    wished = tuple(dict.fromkeys(contact.body.get("channels", ())))
    return wished or ((EMAIL,) if contact.body.get("email") else (SMS,))


def address_of(contact: Contact, channel: str) -> str | None:
    address: str | None = contact.body.get(FIELD[channel])
    return address


def duty_desk(session: Session, basin_id: str) -> list[str]:
    """The contacts who hear what needs a coordinator: those of open accounts."""
    asked = select(Contact.id).join(Account, Account.id == Contact.account_id)
    return list(session.scalars(asked.where(Contact.basin_id == basin_id, Account.is_active).order_by(Contact.id)))
