"""An invitation: an account of one's own kind, that reaches what whoever invites reaches, and no more. Its
owner chooses the password by a link."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from api.access import authentication
from api.access.rights import NEEDS_TARGET
from api.access.scope import Scoped
from api.persons import accounts
from api.runtime.faults import Conflict, Unfit, forbidden
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.store.account_tables import Account, AuditEntry, Grant
from api.store.person_tables import OutsideName

INVITING = (Role.MANAGER, Role.COORDINATOR)
"""Each invites its own kind only: a manager also reads why somebody is away, which no coordinator does."""
MOST_WAITING = 20
"""As many accounts of one service, or of one basin's coordinators, may wait for their owners at once."""


def invite(
    scoped: Scoped, settings: Settings, basin_id: str, login: str, role: Role | None, target_id: str | None
) -> Account:
    """The account, without a password; one that waits for its owner already is invited again, and its former
    link ends.

    Raises: NotFound; Forbidden for another role, or what the account does not reach itself; Conflict when the
        login is taken, or too many wait; Unfit, for an administrator who does not say whom.
    """
    scoped.only("invitations", *INVITING)
    scoped.basin(basin_id)
    invited = role or scoped.principal.role
    if not scoped.principal.is_administrator and invited is not scoped.principal.role:
        raise forbidden(f"invitations.{invited}")
    if invited is Role.ADMINISTRATOR:
        raise Unfit("A305", "invitations.role", "invited_role", {"known": list(INVITING)})
    grant = (basin_id, _target(scoped, basin_id, invited, target_id))
    row = _waiting(scoped, login, invited, grant)
    if row is not None:
        row = accounts.reset(scoped, row.id)
    else:
        _refuse_many(scoped, grant)
        row = accounts.create(scoped, settings, login, invited, None, [grant])
    scoped.notes.append(
        accounts.note("accounts", "invited", row.id, role=row.role, basin=basin_id, reaches=grant[1])
    )
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
    if row is None or not row.is_active or row.role != role.value or not _never_entered(scoped, [row.id]):
        return None
    held = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == row.id)
    return row if [tuple(one) for one in scoped.session.execute(held)] == [grant] else None


def _refuse_many(scoped: Scoped, grant: tuple[str, str]) -> None:
    asked = select(Grant.account_id).where(Grant.basin_id == grant[0], Grant.target_id == grant[1])
    if len(_never_entered(scoped, scoped.session.scalars(asked).all())) >= MOST_WAITING:
        raise Conflict("A202", "invitations", "too_many_waiting", {"most": MOST_WAITING})


def _never_entered(scoped: Scoped, ids: Sequence[str]) -> set[str]:
    """Of these accounts, those that were invited and that nobody has entered since, by a password or by an
    outside provider.

    An account without a password may well be in use: an administrator has reset it, or its owner comes from
    outside. So the trail has to say it: the last word about the account is its invitation. Once retention has
    taken that word away, the account does not wait any more, and is an administrator's.
    """
    outside = select(OutsideName.account_id).where(OutsideName.account_id == Account.id).exists()
    asked = select(Account.id).where(
        Account.id.in_(ids), Account.password_hash == authentication.NO_PASSWORD, ~outside
    )
    shut = scoped.session.scalars(asked).all()
    # Accounts are of no basin: an id of the same text in a basin is another thing.
    about = AuditEntry.basin_id.is_(None) & (AuditEntry.kind == "accounts") & AuditEntry.target.in_(shut)
    last = select(func.max(AuditEntry.seq)).where(about).group_by(AuditEntry.target)
    told = select(AuditEntry.target).where(AuditEntry.seq.in_(last), AuditEntry.action == "accounts.invited")
    return set(scoped.session.scalars(told))
