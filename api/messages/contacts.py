"""Where the service itself writes to workers, providers and coordinators: sealed, apart from planning, never
copied into a message or a log. Shown to whoever may know, each reading noted in the trail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.basin.identities import found_or_new, keep, place_of
from api.messages.channels import EMAIL, SMS
from api.runtime.faults import Unfit
from api.runtime.vault import Vault
from api.shapes.cycle_requests import plain
from api.shapes.person_shapes import ContactShape
from api.store.account_tables import Account
from api.store.message_tables import Contact
from brigade.errors import Clause

OWNERS = {"worker": "worker_id", "provider": "provider_id", "account": "account_id"}
FIELD = {EMAIL: "email", SMS: "phone"}
COORDINATORS = "coordinators"
"""Stands for the duty desk of a basin when nobody there can be reached."""


def put(
    scoped: Scoped, vault: Vault, basin_id: str, id: str, given: ContactShape, version: int | None
) -> tuple[Contact, bool]:
    """Create, or replace at `version`; whether it is new.

    Raises: Unfit, for another id than the address's or a channel without its address; Conflict when nobody
    has that id.
    """
    if given.id != id:
        raise Unfit("A306", f"contacts.{id}", "other_document", {"id": given.id})
    known = [channel for channel, field in FIELD.items() if getattr(given, field) is not None]
    missing = [one for one in given.channels if one not in known]
    if missing or not known:
        channels = list(missing) or Clause("this_contact")
        raise Unfit("A305", f"contacts.{id}", "address_missing", {"channels": channels})
    row, is_new = found_or_new(scoped, Contact, basin_id, id, version)
    kind, _, owner = id.partition(":")
    for name, column in OWNERS.items():
        setattr(row, column, owner if kind == name else None)
    row.body = {"language": given.language, "channels": wished(given.channels, known), "known": known}
    return keep(scoped, vault, row, plain(given), is_new=is_new), is_new


def wished(channels: Sequence[str], known: Sequence[str]) -> list[str]:
    """As wished, else by mail, else by SMS."""
    return list(dict.fromkeys(channels)) or list(known[:1])


def channels_of(contact: Contact) -> tuple[str, ...]:
    return tuple(contact.body["channels"])


def address_of(vault: Vault, contact: Contact, channel: str) -> str | None:
    """For the service itself: nobody sees it, and each message sent is an entry of the trail.

    Raises: Unavailable when no key opens it.
    """
    address: str | None = vault.open(place_of(contact), contact.sealed).get(FIELD[channel])
    return address


def duty_desk(session: Session, basin_id: str) -> list[str]:
    """The contacts who hear what needs a coordinator: those of open accounts."""
    asked = select(Contact.id).join(Account, Account.id == Contact.account_id)
    return list(
        session.scalars(asked.where(Contact.basin_id == basin_id, Account.is_active).order_by(Contact.id))
    )
