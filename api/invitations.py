"""An invitation: an account of one's own kind, that reaches what whoever invites reaches, and no more. Its owner chooses the
password by a link."""

from __future__ import annotations

from sqlalchemy import select

from api import auth, people
from api.access import NEEDS_TARGET, Role
from api.faults import Conflict, Unfit, forbidden
from api.scope import Scoped
from api.settings import Settings
from api.store.people import Account, Grant

INVITING = (Role.MANAGER, Role.COORDINATOR)
"""Each invites its own kind only: a manager also reads why somebody is away, which no coordinator does."""
MOST_WAITING = 20
"""As many accounts of one service, or of one basin's coordinators, may wait for their owners at once."""


def invite(scoped: Scoped, settings: Settings, basin_id: str, login: str, role: Role | None, target_id: str | None) -> Account:
    """The account, without a password; one that waits for its owner already is invited again, and its former link ends.

    Raises: NotFound; Forbidden for another role, or what the account does not reach itself; Conflict when the login is taken,
        or too many wait; Unfit, for an administrator who does not say whom.
    """
    scoped.only("invitations", *INVITING)
    scoped.basin(basin_id)
    invited = role or scoped.principal.role
    if not scoped.principal.is_administrator and invited is not scoped.principal.role:
        raise forbidden(f"invitations.{invited}")
    if invited is Role.ADMINISTRATOR:
        raise Unfit("A305", "invitations.role", "administrator, ou rien", f"un de : {', '.join(INVITING)}")
    grant = (basin_id, _target(scoped, basin_id, invited, target_id))
    row = _waiting(scoped, login, invited, grant)
    if row is not None:
        row = people.reset(scoped, row.id)
    else:
        _refuse_many(scoped, grant)
        row = people.create(scoped, settings, login, invited, None, [grant])
    scoped.notes.append(people.note("accounts", "invited", row.id, role=row.role, basin=basin_id, reaches=grant[1]))
    return row


def _target(scoped: Scoped, basin_id: str, invited: Role, target_id: str | None) -> str:
    """The one thing that the account is to reach: of a manager, one of the own services."""
    if invited not in NEEDS_TARGET or scoped.principal.is_administrator:
        return target_id or ""
    if target_id is None:
        return scoped.principal.sole_target(basin_id)
    if target_id not in scoped.principal.targets(basin_id):
        raise forbidden(f"{NEEDS_TARGET[invited]}.{target_id}")
    return target_id


def _waiting(scoped: Scoped, login: str, role: Role, grant: tuple[str, str]) -> Account | None:
    """An account of that name that nobody has entered yet, and that reaches exactly this."""
    row = scoped.session.scalar(select(Account).where(Account.login == login).with_for_update())
    if row is None or not row.is_active or row.role != role.value or row.password_hash != auth.NO_PASSWORD:
        return None
    held = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == row.id)
    return row if [tuple(one) for one in scoped.session.execute(held)] == [grant] else None


def _refuse_many(scoped: Scoped, grant: tuple[str, str]) -> None:
    asked = select(Account.id).join(Grant, Grant.account_id == Account.id)
    asked = asked.where(Grant.basin_id == grant[0], Grant.target_id == grant[1], Account.password_hash == auth.NO_PASSWORD)
    if len(scoped.session.scalars(asked.limit(MOST_WAITING)).all()) >= MOST_WAITING:
        hint = "attendre que les personnes invitées choisissent leur mot de passe, ou demander à un administrateur"
        raise Conflict("A202", "invitations", f"{MOST_WAITING} comptes attendent déjà", hint)
