"""The first start of an empty service: its first account, and how to go on from there.

Whoever starts a service that nobody has used yet is its administrator. The password is drawn here, shown once
to whoever sits at the terminal, and kept as a hash only. Where standard output is no terminal it may end up
in a log: the password goes into a file of the folder instead, its owner's alone, which goes once another
password is chosen, or after a day. In production nobody is made an administrator by starting a process: the
operator creates the account.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.persons import accounts
from api.runtime.roles import Role
from api.service.service import Service
from api.store.account_tables import Account, AuditEntry, AuditHead
from brigade.words import word
from solver.kernel.build import is_ready

LOGIN = "administrateur"
ACTOR = "first-start"
FILE = "first-account"
# The file holds a password: whoever set the service up reads it on that day.
KEPT = timedelta(days=1)
SIGNS = 18
"""Bytes at random: 24 characters."""


def begin(service: Service, lang: str) -> Iterator[str]:
    """What to say before the service opens; on a database that was never used, its first account is made."""
    settings = service.settings
    if settings.database_url is None:
        yield word("start.folder", lang, folder=settings.folder)
    if settings.is_production:
        if _is_unused(service):
            yield word("start.nobody", lang)
    elif settings.demo_file is None:
        password = first_account(service)
        if password is not None:
            yield _told(service, password, lang)
            yield word("start.next", lang, address=settings.public_url)
    if not is_ready():
        yield word("start.kernel", lang)


def opened(service: Service, lang: str) -> str:
    return word("start.opened", lang, address=service.settings.public_url)


def first_account(service: Service) -> str | None:
    """The password of the account made, None where anybody has ever been here.

    Of several processes that begin at once one makes it: whoever comes second waits for the head of the
    trail, which is locked, and then finds an entry in it.
    """
    with service.database.writing() as session:
        session.get(AuditHead, 1, with_for_update=True)
        if _is_used(session):
            return None
        password = secrets.token_urlsafe(SIGNS)
        scoped = Scoped(session, Principal(ACTOR, Role.ADMINISTRATOR), service.clock)
        accounts.create(scoped, service.settings, LOGIN, Role.ADMINISTRATOR, password, [])
        scoped.commit()
    return password


def _is_unused(service: Service) -> bool:
    with service.database.reading() as session:
        return not _is_used(session)


def _is_used(session: Session) -> bool:
    """A database that knows an account, or a trail of any write, even of one that retention took away
    since."""
    head = session.scalar(select(AuditHead.seq).where(AuditHead.id == 1))
    return bool(head) or any(
        session.scalar(select(func.count()).select_from(table)) for table in (Account, AuditEntry)
    )


def _told(service: Service, password: str, lang: str) -> str:
    if sys.stdout.isatty():
        return word("start.shown", lang, role=Role.ADMINISTRATOR.value, login=LOGIN, password=password)
    path = service.settings.folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as kept:
        kept.write(f"{LOGIN} {password}\n")
    return word("start.kept", lang, login=LOGIN, path=path)


def forget(service: Service) -> None:
    """The file with the first password goes once it opens nothing any more, or after a day."""
    path: Path = service.settings.folder / FILE
    if not path.exists():
        return
    with service.database.reading() as session:
        row = session.scalar(select(Account).where(Account.login == LOGIN))
        # Version 1: nobody has chosen another password since, so the one in the file still opens the account.
        if row is not None and row.version == 1 and service.clock.now() < row.created_at + KEPT:
            return
    path.unlink(missing_ok=True)
