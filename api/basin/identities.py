"""Who people are, for those who may know: sealed when written, opened one by one, each reading noted in the
trail."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import trail
from api.access.scope import Scoped, expect
from api.runtime.faults import Unavailable
from api.runtime.vault import Vault
from api.shapes.cycle_requests import Envelope, plain
from api.shapes.dossier_views import WrittenView
from api.shapes.person_shapes import IdentityIn
from api.shapes.row_views import enveloped, said, view_of
from api.store import basin_tables
from api.store.mapping_tables import SourceMapping
from api.store.message_tables import Contact
from api.store.person_tables import IDENTITIES, ClientIdentity, EmployeeIdentity, Identity, WorkerIdentity
from brigade.exchange.documents.json_text import JsonObject

TABLES: Mapping[str, type[Identity]] = {table.KIND: table for table in IDENTITIES}
OF: Mapping[type[Identity], type[basin_tables.BasinRow]] = {
    ClientIdentity: basin_tables.Client,
    WorkerIdentity: basin_tables.Worker,
    EmployeeIdentity: basin_tables.Employee,
}
OWNER = {
    ClientIdentity: "provider_id",
    WorkerIdentity: "employer_id",
    EmployeeIdentity: "provider_id",
}
SealedRow = Identity | Contact | SourceMapping
Sealed = TypeVar("Sealed", bound=SealedRow)
Form = TypeVar("Form", bound=BaseModel)
SEALED: tuple[type[SealedRow], ...] = (*IDENTITIES, Contact, SourceMapping)
"""Every table that the keys seal."""


def place_of(row: SealedRow) -> str:
    """What a seal is bound to."""
    return f"{row.KIND}/{row.basin_id}/{row.id}"


def found_or_new(
    scoped: Scoped, table: type[Sealed], basin_id: str, id: str, version: int | None
) -> tuple[Sealed, bool]:
    """The row to write over, locked and at `version`, or a new one; whether it is new. Raises: Forbidden;
    Stale."""
    scoped.must_write(table, basin_id)
    # Locked before its version is looked at: on PostgreSQL two writers with one If-Match would both pass.
    found = scoped.session.scalar(scoped.select(table, basin_id).where(table.id == id).with_for_update())
    if found is None:
        return table(basin_id=basin_id, id=id, version=1, changed_at=scoped.clock.now()), True
    expect(found, version)
    return found, False


def put(
    scoped: Scoped,
    vault: Vault,
    table: type[Identity],
    basin_id: str,
    id: str,
    given: IdentityIn,
    version: int | None,
) -> tuple[Identity, bool]:
    """Create, or replace at `version`; whether it is new. Raises: NotFound when the person is out of reach or
    unknown."""
    person = scoped.one(OF[table], basin_id, id)
    row, is_new = found_or_new(scoped, table, basin_id, id, version)
    setattr(row, OWNER[table], getattr(person, OWNER[table]))
    return keep(scoped, vault, row, plain(given), is_new=is_new), is_new


def keep(scoped: Scoped, vault: Vault, row: Sealed, value: JsonObject, *, is_new: bool) -> Sealed:
    """Sealed, and written down as new or changed; the same again changes nothing."""
    # Opened to be compared: a seal has a fresh nonce, so the same value never has the same bytes. A new
    # version would announce a change that is none.
    if not is_new and not scoped.session.is_modified(row) and _is_sealed_as(vault, row, value):
        return row
    row.sealed = vault.seal(place_of(row), value)
    if is_new:
        scoped.add(row)
    else:
        scoped.changed(row)
    return row


def _is_sealed_as(vault: Vault, row: SealedRow, value: JsonObject) -> bool:
    """Whether that is what was sealed. Nobody reads it. What no key opens any more is written anew."""
    try:
        return bool(vault.open(place_of(row), row.sealed) == value)
    except Unavailable:
        return False


def opened(scoped: Scoped, vault: Vault, row: SealedRow, form: type[Form], purpose: str) -> Form:
    """What the row holds. The reading is noted, with its purpose, and nothing of what was read.

    Raises: Unavailable when no key opens it.
    """
    value = vault.open(place_of(row), row.sealed)
    scoped.note(row, "read", purpose=purpose)
    return form.model_validate(value, strict=False)


def written(row: SealedRow | basin_tables.BasinRow) -> WrittenView:
    """What the answer to a write says: nothing of what was written."""
    return view_of(WrittenView, row)


def standing(scoped: Scoped, table: type[Sealed], basin_id: str, id: str) -> Mapping[str, object]:
    """Of what stands there, as far as the account sees it, what an answer says beside what is sealed."""
    row = scoped.session.scalar(scoped.select(table, basin_id).where(table.id == id))
    return {"id": id} if row is None else said(written(row))


def shown(scoped: Scoped, vault: Vault, row: SealedRow, form: type[Form], purpose: str) -> Envelope[Form]:
    """As `opened`, in an envelope."""
    return enveloped(row, opened(scoped, vault, row, form, purpose))


def named(scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, asked: str) -> list[str]:
    """The ids of those whose name, or pseudonym, holds each word of `asked`, accents and case apart. Nothing
    of it is shown: whoever shows them notes it."""
    words = folded(asked).split()
    return [
        row.id
        for row in scoped.all(scoped.select(table, basin_id))
        if _holds(f"{vault.open(place_of(row), row.sealed)['name']} {row.id}", words)
    ]


def _holds(text: str, words: Iterable[str]) -> bool:
    known = folded(text)
    return all(word in known for word in words)


def folded(text: str) -> str:
    """Without case nor accents: "Hélène" is found by "helene"."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def names_to_choose(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, purpose: str
) -> dict[str, str]:
    """By pseudonym, the name of everybody whom the account reaches: a list to choose from, noted once for
    each owner, with how many it holds."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in scoped.all(scoped.select(table, basin_id).order_by(table.id)):
        rows[getattr(row, OWNER[table])].append(row)
    for owner, own in sorted(rows.items()):
        noted = trail.note_of(own[0], "read", purpose=purpose, people=len(own))
        scoped.notes.append(replace(noted, target=owner))
    return {row.id: vault.open(place_of(row), row.sealed)["name"] for own in rows.values() for row in own}


def own_names(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, ids: Iterable[str], purpose: str
) -> dict[str, str]:
    """By pseudonym, the names of those whom the account itself reaches; each reading is noted."""
    asked = scoped.select(table, basin_id).where(table.id.in_(sorted(set(ids)))).order_by(table.id)
    return {row.id: opened(scoped, vault, row, IdentityIn, purpose).name for row in scoped.all(asked)}


def opened_by_id(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, ids: Iterable[str], purpose: str
) -> dict[str, IdentityIn]:
    """Identities that another relation than the account's own reach gives to see: whoever calls answers for
    that relation."""
    asked = select(table).where(table.basin_id == basin_id, table.id.in_(sorted(set(ids)))).order_by(table.id)
    return {row.id: opened(scoped, vault, row, IdentityIn, purpose) for row in scoped.session.scalars(asked)}


def names(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, ids: Iterable[str]
) -> dict[str, str]:
    """What people are called, of those that the account may read and whose name is known. Whoever calls
    leaves one note for all of them: a page of names is one reading."""
    asked = scoped.select(table, basin_id).where(table.id.in_(sorted(set(ids))))
    opened_rows = ((row, vault.open(place_of(row), row.sealed)) for row in scoped.all(asked))
    return {row.id: value["name"] for row, value in opened_rows if value.get("name")}


def rotate(session: Session, vault: Vault) -> int:
    """Seal everything again with the newest key; how many there were."""
    count = 0
    for table in SEALED:
        rows: Iterable[SealedRow] = session.scalars(select(table))
        for row in rows:
            row.sealed = vault.renewed(place_of(row), row.sealed)
            count += 1
    session.flush()
    return count
