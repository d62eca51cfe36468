"""How the service knows who asks: passwords (argon2), sessions of browsers, tokens of programs, throttled
logins.

Secrets are 256 random bits and only their hash is kept, so a stolen database opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.rights import Principal
from api.runtime.faults import TooManyAttempts, Unauthenticated
from api.runtime.gate import ConcurrencyLimit
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.store.account_tables import Account, Grant, LoginFailure, Token, WebSession
from api.store.engine import one_at_a_time
from brigade.ports import Clock

COOKIE = "brigade_session"
HOST = "__Host-"
"""A promise that browsers keep: set over TLS, by this very host, for all of it; no neighbour can plant
one."""
TOKEN_PREFIX = "brg_"
SHORTEST_PASSWORD = 12
NO_PASSWORD = "!"
"""No password hashes to it: nobody logs in."""
OF_ONE_HOUSE = 64
"""Bits: whoever has one address of IPv6 has all that begin alike."""


def digest_of(secret: str) -> str:
    """sha256: enough for random secrets, which nobody can guess one by one."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def hasher(memory_kib: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


@cache
def _nobodys_hash(memory_kib: int, rounds: int) -> str:
    """What an unknown login is verified against, so that it takes as long as a known one."""
    return hasher(memory_kib, rounds).hash(secrets.token_hex(16))


# Who waits holds a thread of the service: a flood of logins is turned away before it takes them all.
HASHES_WAITING, HASH_PATIENCE_S = 8, 5.0
MOST_HASHES = 2
"""A hash takes 64 MiB and a core for tenths of a second. A machine tells of more cores than a container may
use."""
HASHING = ConcurrencyLimit("hashing", min(MOST_HASHES, os.cpu_count() or 1), HASHES_WAITING, HASH_PATIENCE_S)


def hash_password(settings: Settings, password: str) -> str:
    """Raises: TooManyAttempts, while others are hashed."""
    with HASHING:
        return hasher(settings.argon2_memory_kib, settings.argon2_rounds).hash(password)


ORIGIN = "from:"
"""How a key begins that counts the failures of an address."""


# -- logging in --------------------------------------------------------------------------------------------
def origin_of(host: str) -> str:
    """Where failed logins are counted: the address; of IPv6 the network, or each guess would come from
    another one."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        return str(inner or IPv6Network((address, OF_ONE_HOUSE), strict=False))
    return host


def refuse_throttled(session: Session, settings: Settings, keys: list[str], now: datetime) -> None:
    """Raises: TooManyAttempts, when one of the keys (name, address) failed too often within the window."""
    window = timedelta(minutes=settings.login_window_min)
    most = {
        digest_of(key): settings.origin_failures if key.startswith(ORIGIN) else settings.login_failures
        for key in keys
    }
    recent = (
        select(LoginFailure.key, func.count(), func.min(LoginFailure.at))
        # Not those of a tomorrow that a wrong clock once told: they would close the door until it comes.
        .where(LoginFailure.key.in_(most), LoginFailure.at.between(now - window, now))
        .group_by(LoginFailure.key)
    )
    for key, count, first in session.execute(recent):
        if count >= most[key]:
            wait = max(1, int((first + window - now).total_seconds()))
            raise TooManyAttempts(
                "A105", "login", "too_many_logins", {"count": count, "wait": wait // 60 + 1}, wait
            )


def verify_login(session: Session, settings: Settings, login: str, password: str) -> Account | None:
    """The active account of these credentials. Takes the same time whether the login is known, and has a
    password, or not.

    Raises: TooManyAttempts, while too many others are verified.
    """
    account = session.scalar(select(Account).where(Account.login == login))
    has_password = account is not None and account.password_hash != NO_PASSWORD
    try:
        with HASHING:  # nobody's hash as well: of a crowd at the first login each would make its own
            nobodys = _nobodys_hash(settings.argon2_memory_kib, settings.argon2_rounds)
            hasher(settings.argon2_memory_kib, settings.argon2_rounds).verify(
                account.password_hash if account is not None and has_password else nobodys, password
            )
    except (VerificationError, InvalidHashError):
        return None
    return account if account is not None and has_password and account.is_active else None


def count_try(session: Session, settings: Settings, keys: list[str], clock: Clock) -> list[int]:
    """Before its password is looked at, a try counts as failed: of many at once none slips through. Which
    rows say so.

    Raises: TooManyAttempts.
    """
    one_at_a_time(session, *keys)
    now = clock.now()  # after the wait: who came before is counted
    refuse_throttled(session, settings, keys, now)
    rows = [LoginFailure(key=digest_of(key), at=now) for key in keys]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def forget_try(session: Session, ids: list[int]) -> None:
    """It was no failure, or its password was not looked at."""
    session.execute(delete(LoginFailure).where(LoginFailure.id.in_(ids)))


def forget_failures(session: Session, key: str) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.key == digest_of(key)))


class SessionUses:
    """When sessions were last used, as far as the database does not know it yet: asking who somebody is
    writes nothing, and waits for nobody who writes. `api.operations.upkeep` brings it there every few
    seconds."""

    def __init__(self) -> None:
        self._lock, self._last = threading.Lock(), dict[str, datetime]()

    def note(self, hash: str, now: datetime) -> None:
        with self._lock:
            self._last[hash] = now

    def of(self, hash: str) -> datetime | None:
        with self._lock:
            return self._last.get(hash)

    def known(self) -> dict[str, datetime]:
        with self._lock:
            return dict(self._last)

    def written(self, told: Mapping[str, datetime]) -> None:
        """Forget what stands in the database now, but not what came meanwhile."""
        with self._lock:
            for hash, at in told.items():
                if self._last.get(hash) == at:
                    del self._last[hash]


def open_session(
    session: Session, settings: Settings, account: Account, now: datetime
) -> tuple[str, WebSession]:
    """The session's secret, for the cookie, and its row."""
    secret = secrets.token_urlsafe(32)
    row = WebSession(hash=digest_of(secret), account_id=account.id, created_at=now, expires_at=now)
    row.expires_at = unused_until(settings, row, now)
    session.add(row)
    return secret, row


def latest_end(settings: Settings, row: WebSession) -> datetime:
    return row.created_at + timedelta(hours=settings.session_hours)


def unused_until(settings: Settings, row: WebSession, used: datetime) -> datetime:
    """When the session ends, if it was last used then."""
    return min(used + timedelta(minutes=settings.session_idle_min), latest_end(settings, row))


def prolong(session: Session, settings: Settings, uses: Mapping[str, datetime]) -> None:
    """Write down until when sessions last, after they were used."""
    for row in session.scalars(select(WebSession).where(WebSession.hash.in_(uses))):
        # Several processes write what each has seen: the latest use counts.
        row.expires_at = max(row.expires_at, unused_until(settings, row, uses[row.hash]))


def cookie_name(settings: Settings, name: str = COOKIE) -> str:
    return HOST + name if settings.is_https else name


def give_cookie(response: Response, settings: Settings, secret: str) -> None:
    """The session's secret into the browser: out of scripts' reach, and not sent along by other sites'
    forms."""
    age, is_secure = settings.session_hours * 3600, settings.is_https
    response.set_cookie(
        cookie_name(settings), secret, max_age=age, httponly=True, secure=is_secure, samesite="lax", path="/"
    )


def take_cookie(response: Response, settings: Settings, name: str = COOKIE) -> None:
    """Out of the browser, under the conditions it was set: with the prefix browsers take no other word for
    it."""
    response.delete_cookie(
        cookie_name(settings, name), path="/", secure=settings.is_https, httponly=True, samesite="lax"
    )


def csrf_word(secret: str) -> str:
    """What a page sends back with each write; derived from the session's secret, which scripts cannot
    read."""
    return _csrf(secret).hex()


def masked_csrf_word(secret: str) -> str:
    """The same under a mask of its own: of pages that are compressed, lengths tell nothing of it (BREACH)."""
    word = _csrf(secret)
    mask = secrets.token_bytes(len(word))
    return (mask + _xor(mask, word)).hex()


def is_csrf_word(sent: str, secret: str) -> bool:
    """Whether it is the session's word, masked or not."""
    word = _csrf(secret)
    try:
        told = bytes.fromhex(sent)
    except ValueError:
        return False
    if len(told) == 2 * len(word):
        told = _xor(told[: len(word)], told[len(word) :])
    return hmac.compare_digest(told, word)


def _csrf(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"csrf", "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


# -- being known -------------------------------------------------------------------------------------------
def of_session(
    session: Session, settings: Settings, uses: SessionUses, secret: str, now: datetime
) -> Principal:
    """Raises: Unauthenticated."""
    found, rows = _with_account(session, WebSession, digest_of(secret))
    if found is None or min(_lasts(settings, uses, found), latest_end(settings, found)) <= now:
        raise _unknown("session_over")
    return _principal(rows)


def _lasts(settings: Settings, uses: SessionUses, row: WebSession) -> datetime:
    used = uses.of(row.hash)
    return row.expires_at if used is None else max(row.expires_at, unused_until(settings, row, used))


def of_token(session: Session, secret: str, now: datetime) -> Principal:
    """Raises: Unauthenticated."""
    found, rows = _with_account(session, Token, digest_of(secret))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise _unknown("token_unknown")
    return replace(_principal(rows), scopes=frozenset(found.scopes), ends_at=found.expires_at)


Known = TypeVar("Known", WebSession, Token)


def _with_account(
    session: Session, table: type[Known], digest: str
) -> tuple[Known | None, Sequence[tuple[Account, Grant | None]]]:
    """What was shown, with its account and each of its grants. In one question: every request begins by it,
    and a write asks it again in its own transaction."""
    asked = (
        select(table, Account, Grant)
        .join(Account, Account.id == table.account_id)
        .outerjoin(Grant, Grant.account_id == Account.id)
        .where(table.hash == digest)
    )
    rows = session.execute(asked).all()
    return (rows[0][0] if rows else None), [(account, grant) for _, account, grant in rows]


def principal_of(session: Session, account_id: str) -> Principal:
    asked = select(Account, Grant).outerjoin(Grant, Grant.account_id == Account.id)
    rows = session.execute(asked.where(Account.id == account_id))
    return _principal([(account, grant) for account, grant in rows])


def _principal(rows: Sequence[tuple[Account, Grant | None]]) -> Principal:
    account = rows[0][0]
    if not account.is_active:
        raise _unknown("account_closed")
    grants = frozenset((grant.basin_id, grant.target_id) for _, grant in rows if grant is not None)
    return Principal(account.id, Role(account.role), grants)


def _unknown(words: str) -> Unauthenticated:
    return Unauthenticated("A101", "authentication", words)
