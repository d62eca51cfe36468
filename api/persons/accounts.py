"""Accounts and what they are granted: made and changed by administrators, noted in the trail without their
login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from api.access import authentication
from api.access.rights import NEEDS_TARGET, Principal
from api.access.scope import Scoped, expect
from api.access.trail import Note
from api.commitments.states import STANDING
from api.cycle import offers
from api.runtime.faults import Conflict, Gone, Unfit, not_found
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.service.service import Service
from api.shapes.account_views import AccountView, GrantView
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.account_tables import Account, Grant, Token, WebSession
from api.store.cycle_tables import Offer, WorkingEdits
from api.store.message_tables import Contact
from api.store.person_tables import Feed, OutsideName
from brigade.errors import Clause

RESET = "password"
# A mail that is read the next morning still serves; one found weeks later in a mailbox does not.
RESET_HOURS = 24
# A long row of few signs, such as twelve times the same, is guessed first.
DIFFERENT_SIGNS = 6
LEAST_SCORE, LOOKED_AT = 3, 72
"""Of 0 to 4: 3 takes 10^8 guesses and more. Of a long one the first signs are enough to tell."""
OURS = ("brigade", "planning", "coordination", "motdepasse", "bonjour", "aide", "domicile", "saad")

TARGETS: Mapping[str, type[basin_tables.BasinRow]] = {
    "providers": basin_tables.Provider,
    "workers": basin_tables.Worker,
    "employers": basin_tables.Employer,
}


def an_id_of(kind: str) -> Clause:
    """What a grant of a role must name: one of `TARGETS`."""
    return Clause(f"id_of_{kind}")


def note(kind: str, action: str, target: str, **details: Any) -> Note:
    return Note(f"{kind}.{action}", kind, target, details=details)


def one(scoped: Scoped, id: str) -> Account:
    row = scoped.session.get(Account, id)
    if row is None:
        raise not_found("accounts", id)
    return row


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What an administrator says of an account, beside its password and its grants."""

    login: str
    display_name: str | None
    role: Role
    is_active: bool


def create(
    scoped: Scoped,
    settings: Settings,
    login: str,
    role: Role,
    password: str | None,
    grants: Iterable[tuple[str, str]],
    display_name: str | None = None,
) -> Account:
    """Args: password: None: nobody enters by it before its owner has chosen one (`reset_link`).

    Raises: Conflict when the login is taken, Unfit for grants that do not suit the role.
    """
    now = scoped.clock.now()
    hashed = authentication.NO_PASSWORD if password is None else _hashed(settings, password, login)
    row = Account(
        id=new_id("account", now),
        login=login,
        display_name=display_name,
        role=role.value,
        password_hash=hashed,
        is_active=True,
        version=1,
    )
    row.created_at = row.changed_at = now
    scoped.session.add(row)
    _flush(scoped.session)
    _grant(scoped.session, row, grants)
    scoped.notes.append(note("accounts", "created", row.id, role=role.value))
    return row


def change(
    scoped: Scoped,
    settings: Settings,
    id: str,
    version: int | None,
    facts: AccountFacts,
    password: str | None,
    grants: Iterable[tuple[str, str]],
) -> Account:
    """What stands so already stays as it is, sessions and all. Raises: NotFound, Stale, NoPrecondition; as
    `create`."""
    row, wanted = one(scoped, id), set(grants)
    scoped.session.refresh(row, with_for_update=True)
    expect(row, version)
    # Compared as a whole: the same sent again ends nobody's session.
    asked = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == id)
    stood = {(basin_id, target_id) for basin_id, target_id in scoped.session.execute(asked)}
    told = (facts.login, facts.display_name, facts.role.value, facts.is_active)
    if password is None and (row.login, row.display_name, row.role, row.is_active, stood) == (*told, wanted):
        return row
    row.login, row.display_name, row.role, row.is_active = told
    if password is not None:
        row.password_hash = _hashed(settings, password, facts.login)
    row.version, row.changed_at = row.version + 1, scoped.clock.now()
    _flush(scoped.session)
    _grant(scoped.session, row, wanted)
    scoped.session.execute(delete(WebSession).where(WebSession.account_id == row.id))
    if not row.is_active:
        _close_doors(scoped, row)
    scoped.notes.append(
        note("accounts", "changed", row.id, role=row.role, is_active=row.is_active, version=row.version)
    )
    return row


def _close_doors(scoped: Scoped, row: Account) -> None:
    """What else lets the person of a closed account in: tokens, her calendar's address, the links sent so
    far."""
    now = scoped.clock.now()
    scoped.session.execute(
        update(Token).where(Token.account_id == row.id, Token.revoked_at.is_(None)).values(revoked_at=now)
    )
    if row.role != Role.WORKER.value:
        return
    granted = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == row.id)
    for basin_id, worker_id in scoped.session.execute(granted).all():
        feed = scoped.session.get(Feed, (basin_id, worker_id))
        if feed is not None:
            scoped.drop(feed)
        asked = select(Offer).where(
            Offer.basin_id == basin_id, Offer.worker_id == worker_id, Offer.state.in_(STANDING)
        )
        for offer in scoped.session.scalars(asked):
            # Letters already sent lie in a mailbox: only another nonce ends their links.
            offers.renew_link(scoped, offer)


# -- passwords ---------------------------------------------------------------------------------------------
def refuse_unfit(account: Account, password: str) -> None:
    """Raises: Unfit, for a password that anybody who knows the login would try first."""
    if account.login.casefold() in password.casefold() or len(set(password)) < DIFFERENT_SIGNS:
        raise Unfit(
            "A305",
            "password",
            "password_short",
            {"least": authentication.SHORTEST_PASSWORD, "different": DIFFERENT_SIGNS},
        )
    if is_common(password, account.login):
        raise Unfit("A305", "password", "password_common")


def _hashed(settings: Settings, password: str, login: str) -> str:
    """Raises: Unfit, for a password of those that are tried first."""
    if is_common(password, login):
        raise Unfit("A305", "password", "password_common")
    return authentication.hash_password(settings, password)


def is_common(password: str, login: str) -> bool:
    """Whether it is one of the words that are tried first, or is made of a few of them: zxcvbn's lists and
    estimate."""
    # zxcvbn takes time by the square of the length: a long one must not become a way to keep us busy.
    score: int = zxcvbn(password[:LOOKED_AT], user_inputs=[login, *OURS])["score"]
    return score < LEAST_SCORE


def set_own_password(scoped: Scoped, settings: Settings, password: str, kept_session: str | None) -> None:
    """The account's own new password: its other sessions end. Raises: Unfit."""
    row = scoped.session.get_one(Account, scoped.principal.actor, with_for_update=True)
    _set(scoped.session, settings, row, password, scoped.clock.now())
    # Whoever changes a password after a theft wants the thief out, and herself in.
    others = delete(WebSession).where(WebSession.account_id == row.id)
    scoped.session.execute(others if kept_session is None else others.where(WebSession.hash != kept_session))
    scoped.notes.append(note("accounts", "password_changed", row.id))


def end_tokens(scoped: Scoped) -> None:
    """All of the asking account, the one it asks by among them."""
    own = update(Token).where(Token.account_id == scoped.principal.actor, Token.revoked_at.is_(None))
    scoped.session.execute(own.values(revoked_at=scoped.clock.now()))
    scoped.notes.append(note("tokens", "revoked", scoped.principal.actor))


def reset(scoped: Scoped, id: str) -> Account:
    """The password, the sessions and the tokens of an account end at once; a link lets its owner choose a new
    password.

    Raises: NotFound.
    """
    row = one(scoped, id)
    scoped.session.refresh(row, with_for_update=True)
    now = scoped.clock.now()
    # The version goes up: every link made for an earlier one is dead.
    row.password_hash, row.version, row.changed_at = authentication.NO_PASSWORD, row.version + 1, now
    scoped.session.execute(delete(WebSession).where(WebSession.account_id == row.id))
    scoped.session.execute(
        update(Token).where(Token.account_id == row.id, Token.revoked_at.is_(None)).values(revoked_at=now)
    )
    scoped.session.flush()
    scoped.notes.append(note("accounts", "password_reset", row.id, version=row.version))
    return row


def reset_link(service: Service, row: Account, ends: datetime) -> str:
    """Dies when used, when `ends` is past, or with any other change of the account: it names the version it
    was made for."""
    secret = service.signer(RESET).dumps([row.id, row.version, ends.isoformat()])
    return f"{service.settings.public_url}/mot-de-passe/{secret}"


def account_of_link(session: Session, service: Service, link: str, *, write: bool = False) -> Account:
    """The account whose password the link lets choose; with `write`, locked until the commit.

    Raises: Gone, for a link that opens nothing.
    """
    # One refusal for forged, used and late links: nobody learns which accounts there are.
    gone = Gone("A402", "signed_link", "account_link_gone")
    try:
        id, version, ends = service.signer(RESET).loads(link)
        is_over = service.clock.now() >= datetime.fromisoformat(ends)
    except (BadSignature, ValueError, TypeError):
        raise gone from None
    row = session.get(Account, str(id), with_for_update=write)
    if is_over or row is None or row.version != version or not row.is_active:
        raise gone
    return row


def redeem(session: Session, service: Service, link: str, password: str) -> Scoped:
    """Set the password of the link's account. Raises: Gone for a link that opens nothing; Unfit."""
    row = account_of_link(session, service, link, write=True)
    _set(session, service.settings, row, password, service.clock.now())
    scoped = Scoped(session, Principal(row.id, Role(row.role)), service.clock)
    scoped.notes.append(note("accounts", "password_changed", row.id))
    return scoped


def _set(session: Session, settings: Settings, row: Account, password: str, now: datetime) -> None:
    refuse_unfit(row, password)
    row.password_hash = authentication.hash_password(settings, password)
    row.version, row.changed_at = row.version + 1, now
    session.flush()


def forget(session: Session, account: Account, now: datetime) -> None:
    """Nobody enters by this account any more, and its login is gone; the row stays, since the trail names
    it."""
    for table in (Grant, WebSession, OutsideName, Contact, WorkingEdits):
        session.execute(delete(table).where(table.account_id == account.id))
    session.execute(update(Token).where(Token.account_id == account.id).values(revoked_at=now, name="-"))
    # A new login of its own: the old one may be taken by somebody else the same day.
    account.login, account.display_name = f"erased-{account.id}", None
    account.password_hash, account.is_active = authentication.NO_PASSWORD, False
    account.version, account.changed_at = account.version + 1, now
    session.flush()


def grant(scoped: Scoped, row: Account, grants: Iterable[tuple[str, str]]) -> None:
    """What an account that stands may reach, told anew. Raises: Unfit, as `create`."""
    _grant(scoped.session, row, grants)
    row.version, row.changed_at = row.version + 1, scoped.clock.now()
    scoped.session.execute(delete(WebSession).where(WebSession.account_id == row.id))
    scoped.session.flush()
    scoped.notes.append(note("accounts", "changed", row.id, role=row.role, version=row.version))


def _grant(session: Session, account: Account, grants: Iterable[tuple[str, str]]) -> None:
    """Replace what the account is granted. Raises: Unfit, for a basin or target that does not exist or suits
    another role."""
    # Told anew as a whole: what is left out is taken away.
    session.execute(delete(Grant).where(Grant.account_id == account.id))
    needed = NEEDS_TARGET.get(Role(account.role))
    for basin_id, target_id in sorted(set(grants)):
        where = f"grants.{basin_id}.{target_id}".rstrip(".")
        if session.get(basin_tables.Basin, basin_id) is None:
            raise Unfit("A305", where, "basin_unknown")
        if (needed is None) != (target_id == ""):
            wanted = an_id_of(needed) if needed else Clause("basin_alone")
            raise Unfit("A305", where, "not_of_role", {"role": account.role, "wanted": wanted})
        if needed is not None and session.get(TARGETS[needed], (basin_id, target_id)) is None:
            raise Unfit("A305", where, "target_unknown", {"wanted": an_id_of(needed)})
        session.add(Grant(account_id=account.id, basin_id=basin_id, target_id=target_id))
    session.flush()


def shown(session: Session, row: Account) -> AccountView:
    asked = (
        select(Grant.basin_id, Grant.target_id)
        .where(Grant.account_id == row.id)
        .order_by(Grant.basin_id, Grant.target_id)
    )
    grants = [GrantView(basin_id=basin, target_id=target) for basin, target in session.execute(asked)]
    return view_of(AccountView, row, grants=grants)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("A202", "accounts.login", "login_taken") from None


def called(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """By id, what the people behind these accounts are called; the service itself is none of them."""
    asked = select(Account.id, Account.display_name, Account.login).where(Account.id.in_(set(ids)))
    return {id: name or login for id, name, login in session.execute(asked)}
