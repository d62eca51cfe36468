"""Where the service itself writes to workers, providers and coordinators: sealed, apart from planning, never
copied into a message or a log. Shown to whoever may know, each reading noted in the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from api.store.basin_tables import Provider, Worker
from api.store.message_tables import Contact
from brigade.errors import Clause, Issue

OWNERS = {"worker": "worker_id", "provider": "provider_id", "account": "account_id"}
PEOPLE: dict[str, type[Worker | Provider | Account]] = {
    "worker": Worker,
    "provider": Provider,
    "account": Account,
}
FIELD = {EMAIL: "email", SMS: "phone"}
COORDINATORS = "coordinators"
"""Stands for the duty desk of a basin when nobody there can be reached."""


def put(
    scoped: Scoped, vault: Vault, basin_id: str, id: str, given: ContactShape, version: int | None
) -> tuple[Contact, bool]:
    """Create, or replace at `version`; whether it is new.

    Raises: Unfit, with every fault: another id than the address's, one that nobody has, a channel without its
        address.
    """
    row, is_new = found_or_new(scoped, Contact, basin_id, id, version)
    kind, _, owner = id.partition(":")
    for name, column in OWNERS.items():
        setattr(row, column, owner if kind == name else None)
    # Asked once the row says whose it is: `found_or_new` asks only whether the role writes any.
    scoped.may_write(row)
    issues = list(_faults(scoped, basin_id, id, given))
    if issues:
        first, *others = issues
        raise Unfit.of(first, *others)
    known = _known(given)
    row.body = {"language": given.language, "channels": wished(given.channels, known), "known": known}
    return keep(scoped, vault, row, plain(given), is_new=is_new), is_new


def _known(given: ContactShape) -> list[str]:
    """The channels that have an address."""
    return [channel for channel, field in FIELD.items() if getattr(given, field) is not None]


def _faults(scoped: Scoped, basin_id: str, id: str, given: ContactShape) -> Iterator[Issue]:
    where, known = f"contacts.{id}", _known(given)
    if given.id != id:
        yield Issue("A306", f"{where}.id", "other_document", {"id": given.id})
    kind, _, owner = id.partition(":")
    table = PEOPLE[kind]
    if scoped.session.get(table, owner if table is Account else (basin_id, owner)) is None:
        yield Issue("A305", f"{where}.id", "unknown_to_account", {"id": owner})
    for channel in dict.fromkeys(given.channels):
        if channel not in known:
            yield Issue("A305", f"{where}.{FIELD[channel]}", "address_missing", {"channels": [channel]})
    if not known and not given.channels:
        met = {"channels": Clause("this_contact")}
        yield Issue("A305", f"{where}.{FIELD[EMAIL]}", "address_missing", met)


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
