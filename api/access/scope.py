"""The only way to the rows: a session bound to whoever asks. What is out of reach looks as if it did not
exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access import trail
from api.access.rights import Principal, clause, grants, holds, of_basin, rights_of
from api.runtime.faults import Conflict, NoPrecondition, Stale, forbidden, not_found
from api.runtime.roles import Reach, Role
from api.store.basin_tables import Basin
from api.store.engine import Database
from brigade.ports import Clock

Row = TypeVar("Row")


class Scoped:
    """Reads and writes of one account in one transaction; every write leaves its note in the audit trail."""

    def __init__(self, session: Session, principal: Principal, clock: Clock) -> None:
        self.session, self.principal, self.clock = session, principal, clock
        self._basins: dict[str, Basin] = {}
        self.notes: list[trail.Note] = []
        self.is_awaited: Callable[[], bool] = lambda: True
        """Whether anybody still waits for the answer: asked before what takes long."""
        self.after_commit: list[Callable[[], None]] = []

    def as_service(self, basin_id: str) -> Scoped:
        """The service itself in this transaction, for what is others' to see and follows from what the
        account does. Its notes, and what is to follow the commit, are those of this transaction."""
        service = Scoped(self.session, Principal.system(self.principal.actor, basin_id), self.clock)
        service.notes, service.after_commit = self.notes, self.after_commit
        return service

    # -- reading --------------------------------------------------------------------------------------------
    def select(self, table: type[Row], basin_id: str | None = None) -> Select[Row]:
        """Whatever of `table` the account sees; of one basin when it is named."""
        asked = select(table).where(clause(table, self.principal))
        return asked if basin_id is None else asked.where(of_basin(table, basin_id))

    def all(self, asked: Select[Row]) -> list[Row]:
        return list(self.session.scalars(asked))

    def basin(self, basin_id: str) -> Basin:
        """Read once in a transaction, however many steps ask. Raises: NotFound."""
        known = self._basins.get(basin_id)
        # After a rollback, such as the one before a day is computed elsewhere, the row may be out of date.
        if known is not None and self._is_current(known):
            return known
        found = self.session.scalar(self.select(Basin).where(Basin.id == basin_id))
        if found is None:
            raise not_found("basins", basin_id)
        self._basins[basin_id] = found
        return found

    def _is_current(self, row: Basin) -> bool:
        """Whether it was read in the transaction that goes on."""
        state = inspect(row)
        return state.session is self.session and not state.expired

    def one(self, table: type[Row], basin_id: str, id: str, *, write: bool = False) -> Row:
        """One row by its id; with `write`, locked until the commit.

        Raises: NotFound when the account does not see it; Forbidden when it sees it but may not change it.
        """
        asked = self.select(table, basin_id).where(table.id == id)  # type: ignore[attr-defined]
        # As it stands once it is locked: what this session read of it before may be over by then.
        locked = asked.with_for_update().execution_options(populate_existing=True)
        found = self.session.scalar(locked if write else asked)
        if found is None:
            raise not_found(table.KIND, id)  # type: ignore[attr-defined]
        if write:
            self.may_write(found)
        return found

    # -- writing --------------------------------------------------------------------------------------------
    def add(self, row: Any, action: str = "created", why: str | None = None, **details: Any) -> None:
        """Raises: Forbidden; Conflict when the id is taken or something it names does not exist."""
        self.may_write(row)
        self.session.add(row)
        self.flush(row)
        self.note(row, action, why, **details)

    def changed(self, row: Any, action: str = "changed", why: str | None = None, **details: Any) -> None:
        """After the row was altered: one version more, one note. Raises: Forbidden when it left the
        account's reach."""
        self.may_write(row)
        row.version += 1
        row.changed_at = self.clock.now()
        self.flush(row)
        self.note(row, action, why, version=row.version, **details)

    def drop(self, row: Any, why: str | None = None) -> None:
        """Raises: Forbidden; Conflict when something still names it."""
        self.may_write(row)
        self.session.delete(row)
        self.flush(row, is_drop=True)
        self.note(row, "deleted", why)

    def note(self, row: Any, action: str, why: str | None = None, **details: Any) -> None:
        self.notes.append(trail.note_of(row, action, why, **details))

    def flush(self, row: Any, *, is_drop: bool = False) -> None:
        kind, id = row.KIND, row.id
        try:
            self.session.flush()
        except IntegrityError as fault:
            raise _conflict(kind, id, fault, is_drop) from None

    def commit(self) -> None:
        """Seal the notes and commit; then wake whoever waits for what was written."""
        trail.seal(self.session, self.principal.actor, self.clock.now(), self.notes)
        self.session.commit()
        # Emptied, not replaced: whoever acts as the service in this transaction notes into the same list.
        self.notes.clear()
        acts = list(self.after_commit)
        self.after_commit.clear()
        for act in acts:
            act()

    def must_write(self, table: type[Any], basin_id: str) -> None:
        """Before work that would only then be refused. Raises: NotFound for a basin out of reach, Forbidden
        for the role."""
        self.basin(basin_id)
        if rights_of(table).of(self.principal.role, write=True) is Reach.NOTHING:
            raise forbidden(f"basins.{basin_id}.{table.KIND}")

    def only(self, what: str, *roles: Role) -> None:
        """For what no row says the right to. Raises: Forbidden for other roles; administrators may."""
        if self.principal.role not in (*roles, Role.ADMINISTRATOR):
            raise forbidden(what)

    def may_write(self, row: Any, stood: Mapping[str, Any] | None = None) -> None:
        """Args: row: as it is to stand, in the store or not. stood: the document that it replaces. Raises:
        Forbidden."""
        if not holds(row, self.principal, write=True):
            raise forbidden(f"{row.KIND}.{row.id}")
        reach = rights_of(type(row)).of(self.principal.role, write=True)
        if row.GRANTED and reach in (Reach.PROVIDER, Reach.EMPLOYER):
            # What stood, as SQLAlchemy remembers it until the flush.
            before = inspect(row).attrs.body.history.deleted
            if stood is None:
                stood = before[0] if before else (row.body if inspect(row).persistent else {})
            if changed := grants(type(row), row.body, stood):
                raise forbidden(f"{row.KIND}.{row.id}.{changed[0]}")


class AuditedRead(Scoped):
    """A reading whose notes are written in a transaction of their own: nobody waits for it who wants to write
    on SQLite."""

    def __init__(self, session: Session, principal: Principal, clock: Clock, database: Database) -> None:
        super().__init__(session, principal, clock)
        self.database = database

    def commit(self) -> None:
        """End the reading, then seal its notes: before the answer goes out, and holding one connection at a
        time."""
        self.session.close()
        with self.database.writing() as self.session:
            super().commit()


def expect(row: Any, version: int | None) -> None:
    """Raises: NoPrecondition when no version was said, Stale when it is another one than the row's."""
    if version is None:
        raise NoPrecondition("A302", f"{row.KIND}.{row.id}", "no_if_match")
    if version != row.version:
        raise Stale(
            "A301", f"{row.KIND}.{row.id}", "other_version", {"asked": version, "stands": row.version}
        )


def _conflict(kind: str, id: str, fault: IntegrityError, is_drop: bool) -> Conflict:
    said = str(fault.orig).lower()
    if "foreign key" in said:
        if is_drop:
            return Conflict("A203", f"{kind}.{id}", "still_named")
        return Conflict("A203", f"{kind}.{id}", "names_unknown")
    return Conflict("A202", f"{kind}.{id}", "already_there")
