"""Opening and closing a browser's session, and what is told of it: one way for the API and for the pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.access import authentication
from api.access.rights import Principal
from api.runtime.faults import TooManyAttempts, Unauthenticated
from api.service.service import Service
from api.shapes.account_views import NamedGrantView, SessionView
from api.store.account_tables import Account, WebSession
from api.store.basin_tables import Basin
from brigade.words import Language


def log_in(service: Service, login: str, password: str, host: str) -> tuple[str, WebSession, Account]:
    """A new session: its secret, its row, whose it is. Failed logins of a name, or from an address, make the
    next ones wait.

    Raises: TooManyAttempts; Unauthenticated.
    """
    settings, now = service.settings, service.clock.now()
    # Counted by both: one name tried from many places, and many names from one.
    keys = [f"login:{login}", f"{authentication.ORIGIN}{authentication.origin_of(host)}"]
    with service.database.writing() as session:
        tries = authentication.count_try(session, settings, keys, service.clock)
        session.commit()
    # Between two transactions: hashing takes long on purpose, and on SQLite nobody else could write
    # meanwhile.
    try:
        with service.database.reading() as session:
            account = authentication.verify_login(session, settings, login, password)
    except TooManyAttempts:
        with service.database.writing() as session:
            authentication.forget_try(session, tries)
            session.commit()
        raise
    with service.database.writing() as session:
        # Asked again: the account may have changed meanwhile.
        if account is not None and session.get_one(Account, account.id).version != account.version:
            account = None
        if account is None:
            raise Unauthenticated("A102", "login", "login_or_password")
        # Of the name only: whoever knows one password must not clear an address that tries others.
        authentication.forget_failures(session, keys[0])
        authentication.forget_try(session, tries)
        secret, row = authentication.open_session(session, settings, account, now)
        session.commit()
        return secret, row, account


def log_out(session: Session, secret: str) -> None:
    session.execute(delete(WebSession).where(WebSession.hash == authentication.digest_of(secret)))


def described(
    session: Session,
    service: Service,
    principal: Principal,
    row: WebSession,
    used: datetime,
    secret: str,
    lang: Language,
) -> SessionView:
    """Who the browser is, what it reaches, and the service's own time: never the browser's. Args: used: when
    the session was last used."""
    settings = service.settings
    account = session.get_one(Account, row.account_id)
    names = basin_names(session, principal)
    return SessionView(
        account_id=row.account_id,
        login=account.login,
        display_name=account.display_name,
        role=principal.role.value,
        language=lang,
        grants=[
            NamedGrantView(basin_id=basin, basin_name=names[basin], target_id=target)
            for basin, target in sorted(principal.grants)
        ],
        csrf=authentication.csrf_word(secret),
        expires_at=authentication.unused_until(settings, row, used),
        ends_at=authentication.latest_end(settings, row),
        now=service.clock.now(),
    )


def basin_names(session: Session, principal: Principal) -> dict[str, str]:
    """The basins an account reaches, by id, in the order of their names."""
    asked = select(Basin)
    if not principal.is_administrator:
        asked = asked.where(Basin.id.in_(principal.basins))
    found = {row.id: row.body.name or row.id for row in session.scalars(asked)}
    return dict(sorted(found.items(), key=lambda one: (one[1], one[0])))
