"""Who people are, for those who may know: sealed when written, opened one by one, each reading noted in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.scope import Scoped, expect
from api.shapes import STRICT, plain
from api.store import data
from api.store.persons import IDENTITIES, ClientIdentity, Identity, WorkerIdentity
from api.vault import Vault
from brigade.exchange.shapes.kinds import Text

Line = Annotated[Text, Field(min_length=1, max_length=200)]


class ContactIn(BaseModel):
    """One way to reach somebody. `of`: whom, when it is not the person."""

    model_config = STRICT
    kind: Literal["email", "phone"]
    value: str = Field(min_length=3, max_length=200, pattern=r"^[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)*$", examples=["+33321000000"])
    of: Line | None = Field(None, examples=["sa fille"])


class IdentityIn(BaseModel):
    """Who stands behind a pseudonym. Nothing about health: what a visit needs is said by its competencies."""

    model_config = STRICT
    name: Line = Field(examples=["Mme Exemple"])
    address_lines: list[Line] = Field(default_factory=list, max_length=6, examples=[["3 rue de l’Exemple", "62300 Lens"]])
    entry: Text | None = Field(
        None, min_length=1, max_length=1000, description="Door code, keys, dog. Shown from the day before."
    )
    contacts: list[ContactIn] = Field(default_factory=list, max_length=10)


TABLES: Mapping[str, type[Identity]] = {table.KIND: table for table in IDENTITIES}
OF: Mapping[type[Identity], type[data.Kept]] = {ClientIdentity: data.Client, WorkerIdentity: data.Worker}
OWNER = {ClientIdentity: "provider_id", WorkerIdentity: "employer_id"}


def place_of(row: Identity) -> str:
    """What a seal is bound to."""
    return f"{row.KIND}/{row.basin_id}/{row.id}"


def put(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, id: str, given: IdentityIn, version: int | None
) -> tuple[Identity, bool]:
    """Create, or replace at `version`; whether it is new. Raises: NotFound when the person is out of reach or unknown."""
    scoped.must_write(table, basin_id)
    person = scoped.one(OF[table], basin_id, id)
    found = scoped.session.scalar(scoped.select(table, basin_id).where(table.id == id).with_for_update())
    is_new = found is None
    row = found if found is not None else table(basin_id=basin_id, id=id, version=1, changed_at=scoped.clock.now())
    if not is_new:
        expect(row, version)
    setattr(row, OWNER[table], getattr(person, OWNER[table]))
    row.sealed = vault.seal(place_of(row), plain(given))
    if is_new:
        scoped.add(row)
    else:
        scoped.changed(row)
    return row, is_new


def opened(scoped: Scoped, vault: Vault, row: Identity, purpose: str) -> dict[str, Any]:
    """What the row holds. The reading is noted, with its purpose, and nothing of what was read.

    Raises: Unavailable when no key opens it.
    """
    value = vault.open(place_of(row), row.sealed)
    scoped.note(row, "read", purpose=purpose)
    return value


def opened_by_id(
    scoped: Scoped, vault: Vault, table: type[Identity], basin_id: str, ids: Iterable[str], purpose: str
) -> dict[str, dict[str, Any]]:
    """Identities that another relation than the account's own reach gives to see: whoever calls answers for that relation."""
    asked = select(table).where(table.basin_id == basin_id, table.id.in_(sorted(set(ids)))).order_by(table.id)
    return {row.id: opened(scoped, vault, row, purpose) for row in scoped.session.scalars(asked)}


def rotate(session: Session, vault: Vault) -> int:
    """Seal everything again with the newest key; how many there were."""
    count = 0
    for table in IDENTITIES:
        for row in session.scalars(select(table)):
            row.sealed = vault.renewed(place_of(row), row.sealed)
            count += 1
    session.flush()
    return count
