"""Names, contacts and accounts of a file: compared with what is sealed, opened for that alone and told to
nobody; written.

Names: whoever writes identities; contacts likewise; accounts: administrators, who learn a link by which their
owner chooses a password, and no password.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from api.access.rights import NEEDS_TARGET, rights_of
from api.access.scope import Scoped
from api.basin import identities
from api.basin.identities import OF, place_of
from api.imports.comparing import FileComparison
from api.imports.person_sections import AccountRow, PersonRow, Persons
from api.messages import contacts
from api.persons import accounts
from api.runtime.roles import Reach, Role
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.shapes.person_shapes import ContactShape, IdentityIn
from api.shapes.record_views import PasswordLinkView
from api.store import basin_tables
from api.store.account_tables import Account, Grant
from api.store.message_tables import Contact
from brigade.errors import NO_VALUES, Clause, Issue, Values, step
from brigade.exchange.documents.shape_faults import read_model

OWNER_KIND: Mapping[str, type[basin_tables.BasinRow]] = {
    "worker": basin_tables.Worker,
    "provider": basin_tables.Provider,
}
IDENTITY_FIELDS = {
    "name": "name",
    "address_lines": "address_lines",
    "entry": "entry",
    "phone": "contacts",
    "email": "contacts",
}


@dataclass
class Sealing:
    """What is to be written, and how many are as they were. `links`: told once to whoever made the
    accounts."""

    acts: list[tuple[str, str, str, Callable[[Scoped], PasswordLinkView | None]]] = field(
        default_factory=list
    )
    unchanged: Counter[str] = field(default_factory=Counter)
    links: list[PasswordLinkView] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    """Every row about somebody unknown or out of reach: with any of them nothing is written."""

    def counted(self, state: str) -> dict[str, int]:
        if state == "unchanged":
            return dict(self.unchanged)
        return dict(Counter(kind for said, kind, _, _ in self.acts if said == state))

    def ids(self, state: str) -> dict[str, list[str]]:
        named: dict[str, list[str]] = defaultdict(list)
        for said, kind, id, _ in self.acts:
            if said == state:
                named[kind].append(id)
        return dict(named)

    def write(self, scoped: Scoped) -> None:
        for _, _, _, act in self.acts:
            link = act(scoped)
            if link is not None:
                self.links.append(link)


def compare(
    scoped: Scoped, service: Service, basin_id: str, persons: Persons, found: FileComparison
) -> Sealing:
    """Nothing is written yet."""
    if not persons:
        return Sealing()
    return _Sealer(scoped, service, basin_id, found).whole(persons)


class _Sealer:
    def __init__(self, scoped: Scoped, service: Service, basin_id: str, found: FileComparison) -> None:
        self.scoped, self.service, self.basin_id = scoped, service, basin_id
        self.new = {(change.kind.row, change.id): change.merged.body for change in found.changes}
        self.made = Sealing()
        self.logins: set[str] = set()

    def whole(self, persons: Persons) -> Sealing:
        by_login: dict[str, list[tuple[str, AccountRow]]] = defaultdict(list)
        for place, row in persons.accounts:
            by_login[row.login].append((place, row))
        # Accounts first: contacts of the same file may be of them.
        for login, rows in by_login.items():
            self._account(login, rows)
        for person in persons.identities:
            self._identity(person)
        for person in persons.contacts:
            self._contact(person)
        return self.made

    # -- who may --------------------------------------------------------------------------------------------
    def _may(self, place: str, table: type[Any], owner: Mapping[str, Any]) -> bool:
        """Whether the account writes such a row of that owner; a fault of the row otherwise."""
        reach = rights_of(table).of(self.scoped.principal.role, write=True)
        is_own = (
            reach is Reach.PROVIDER
            and (self.basin_id, owner.get("provider_id")) in self.scoped.principal.grants
        )
        if reach in (Reach.EVERYWHERE, Reach.BASIN) or is_own:
            return True
        self._tell("A103", place, "row_not_of_account")
        return False

    def _owner(self, place: str, table: type[basin_tables.BasinRow], id: str) -> Mapping[str, Any] | None:
        """The document of whom a row is about: in this file, or known."""
        row = self.scoped.session.get(table, (self.basin_id, id))
        body = self.new.get((table, id)) or (None if row is None else row.body)
        if body is None:
            self._tell("A201", place, "not_found_or_added", {"id": id})
        return body

    def _tell(self, code: str, where: str, words: str, values: Values = NO_VALUES) -> None:
        self.made.issues.append(Issue(code, where, words, values))

    # -- names ----------------------------------------------------------------------------------------------
    def _identity(self, person: PersonRow) -> None:
        table = identities.TABLES[person.kind]
        owner = self._owner(person.place, OF[table], person.id)
        if owner is None or not self._may(person.place, table, owner):
            return
        row = self.scoped.session.get(table, (self.basin_id, person.id))
        known = {} if row is None else self.service.vault.open(place_of(row), row.sealed)
        given = _over(IdentityIn, known, person, IDENTITY_FIELDS)
        if row is not None and plain(given) == known:
            self.made.unchanged[person.kind] += 1
            return

        def act(scoped: Scoped) -> None:
            held = scoped.session.get(table, (self.basin_id, person.id))
            # Read again as it is written: what the file does earlier may have changed the row.
            version = None if held is None else held.version
            identities.put(scoped, self.service.vault, table, self.basin_id, person.id, given, version)

        self._later(person.kind, person.id, row is None, act)

    # -- contacts -------------------------------------------------------------------------------------------
    def _contact(self, person: PersonRow) -> None:
        if person.kind == "account":
            self._contact_of_account(person)
            return
        table = OWNER_KIND[person.kind]
        owner = self._owner(person.place, table, person.id)
        mine = {"provider_id": person.id} if person.kind == "provider" else {}
        if owner is not None and self._may(person.place, Contact, mine):
            self._one_contact(person, f"{person.kind}:{person.id}")

    def _contact_of_account(self, person: PersonRow) -> None:
        """By its login, which people know, rather than by its id."""
        if not self._may(person.place, Contact, {}):
            return
        account = self.scoped.session.scalar(select(Account).where(Account.login == person.id))
        if account is not None:
            self._one_contact(person, f"account:{account.id}")
        # Of an account that the same file makes: it has no id before it is written.
        elif person.id in self.logins:
            self._later(
                "contacts", f"account:{person.id}", True, lambda scoped: self._put_by_login(scoped, person)
            )
        else:
            self._tell("A201", person.place, "account_not_found", {"login": person.id})

    def _put_by_login(self, scoped: Scoped, person: PersonRow) -> None:
        account = scoped.session.scalars(select(Account).where(Account.login == person.id)).one()
        id = f"account:{account.id}"
        contacts.put(scoped, self.service.vault, self.basin_id, id, _named(person.value, id), None)

    def _one_contact(self, person: PersonRow, id: str) -> None:
        row = self.scoped.session.get(Contact, (self.basin_id, id))
        known = {} if row is None else self.service.vault.open(place_of(row), row.sealed)
        fields = {name: name for name in ("email", "phone", "language", "channels")}
        given = _named(_over(ContactShape, {"id": id, **known}, person, fields), id)
        if row is not None and plain(given) == known:
            self.made.unchanged["contacts"] += 1
            return
        if not given.email and not given.phone:
            self._tell("A305", person.place, "no_address")
            return

        def act(scoped: Scoped) -> None:
            held = scoped.session.get(Contact, (self.basin_id, id))
            contacts.put(
                scoped, self.service.vault, self.basin_id, id, given, None if held is None else held.version
            )

        self._later("contacts", id, row is None, act)

    # -- accounts -------------------------------------------------------------------------------------------
    def _account(self, login: str, rows: Sequence[tuple[str, AccountRow]]) -> None:
        place, first = rows[0]
        if not self.scoped.principal.is_administrator:
            self._tell("A103", place, "account_not_yours", {"login": login})
            return
        account = self.scoped.session.scalar(select(Account).where(Account.login == login))
        # The role of the account counts as well: no file changes what somebody may do.
        roles = {row.role for _, row in rows} | (set() if account is None else {Role(account.role)})
        if len(roles) > 1:
            self._tell("A305", place, "several_roles", {"login": login})
            return
        grants = set(self._grants(rows))
        self.logins.add(login)
        if account is None:
            self._later(
                "accounts", login, True, lambda scoped: self._invite(scoped, login, first.role, grants)
            )
            return
        asked = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == account.id)
        known = {(basin, target) for basin, target in self.scoped.session.execute(asked)}
        if grants <= known:
            self.made.unchanged["accounts"] += 1
            return
        self._later(
            "accounts",
            login,
            False,
            lambda scoped: accounts.grant(scoped, accounts.one(scoped, account.id), known | grants),
        )

    def _grants(self, rows: Sequence[tuple[str, AccountRow]]) -> Iterator[tuple[str, str]]:
        for place, row in rows:
            needed = NEEDS_TARGET.get(row.role)
            if (needed is None) != (row.target_id == ""):
                wanted = accounts.an_id_of(needed) if needed else Clause("empty_cell")
                met = {"role": row.role.value, "wanted": wanted}
                self._tell("A305", f"{place}, {step('account', 'target')}", "not_of_role", met)
            elif needed is not None:
                if self._owner(place, accounts.TARGETS[needed], row.target_id) is not None:
                    yield self.basin_id, row.target_id
            elif row.role is not Role.ADMINISTRATOR:
                yield self.basin_id, ""

    def _invite(
        self, scoped: Scoped, login: str, role: Role, grants: set[tuple[str, str]]
    ) -> PasswordLinkView:
        row = accounts.create(scoped, self.service.settings, login, role, None, grants)
        ends = scoped.clock.now() + timedelta(hours=accounts.RESET_HOURS)
        link = accounts.reset_link(self.service, row, ends)
        return PasswordLinkView(account_id=row.id, login=login, link=link, expires_at=ends)

    def _later(
        self, kind: str, id: str, is_new: bool, act: Callable[[Scoped], PasswordLinkView | None]
    ) -> None:
        self.made.acts.append(("created" if is_new else "changed", kind, id, act))


def _over(
    shape: type[BaseModel], known: Mapping[str, Any], person: PersonRow, fields: Mapping[str, str]
) -> Any:
    """What the row tells over what is known: a column that the table lacks says nothing."""
    told = {fields[name] for name in person.told if name in fields}
    kept = {name: value for name, value in known.items() if name not in told}
    return read_model(shape, {**kept, **plain(person.value)})


def _named(given: ContactShape, id: str) -> ContactShape:
    return read_model(ContactShape, {**plain(given), "id": id})
