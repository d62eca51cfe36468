"""Who comes in: sessions of browsers, tokens of programs, accounts (administrators)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import select

from api.access import authentication
from api.http.contract import refuses
from api.http.credentials import TheCredentials, TheService
from api.http.language import language_of
from api.http.paging import Page, PageParams, whole
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, UnitOfWork, Writer, plain_json
from api.persons import accounts, logins
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import BadRequest, Unfit, not_found
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.shapes.account_views import (
    AccountView,
    GrantView,
    OpenSessionView,
    ResetView,
    SessionView,
    TokenView,
)
from api.shapes.cycle_requests import LOGIN, SECRET, STRICT, MadeId, exact
from api.shapes.row_views import view_of
from api.store.account_tables import Account, Token, WebSession
from brigade.exchange.shapes.field_kinds import Text

router = APIRouter(route_class=DocumentRoute)
public = APIRouter(route_class=DocumentRoute)
"""Asked by whoever has no account at hand."""


class LoginIn(BaseModel):
    model_config = STRICT
    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: SecretStr = Field(max_length=1000)


class TokenIn(BaseModel):
    """`days`: it ends by itself. Without "write" it only reads."""

    model_config = STRICT
    name: str = Field(min_length=1, max_length=120, examples=["logiciel de planning"])
    scopes: list[Literal["read", "write"]] = Field(default=["read"], min_length=1, max_length=2)
    days: int = Field(90, ge=1, le=366)


class AccountIn(BaseModel):
    """`password` may be left out when an account is changed: it stays. `display_name`: what others read
    on their pages."""

    model_config = STRICT
    login: str = Field(min_length=3, max_length=200, pattern=LOGIN, examples=["coordination.lens"])
    display_name: Text | None = Field(None, min_length=1, max_length=120, examples=["Mme Dubois"])
    role: Role
    password: str | None = Field(None, min_length=authentication.SHORTEST_PASSWORD, max_length=200)
    is_active: bool = True
    grants: list[GrantView] = Field(default_factory=list, max_length=200)


class PasswordIn(BaseModel):
    """One's own password."""

    model_config = STRICT
    old: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=authentication.SHORTEST_PASSWORD, max_length=200)
    end_tokens: bool = Field(False, description="Programs that use the account's tokens are out as well.")


class ChosenIn(BaseModel):
    """The password chosen after a reset."""

    model_config = STRICT
    password: str = Field(min_length=authentication.SHORTEST_PASSWORD, max_length=200)


# -- sessions ----------------------------------------------------------------------------------------------
@router.post("/sessions", status_code=201, tags=["sessions"], openapi_extra=refuses("A102", "A105", "A107"))
def log_in(
    given: Annotated[LoginIn, exact(LoginIn), Body()], request: Request, service: TheService
) -> ModelResponse[SessionView]:
    """Opens a session: its cookie, and the word that its writes must bring. Failed logins make the next ones
    wait."""
    host = request.client.host if request.client else ""
    secret, row, account = logins.log_in(service, given.login, given.password.get_secret_value(), host)
    lang = language_of(request)
    with service.database.reading() as session:
        principal = authentication.principal_of(session, account.id)
        body = logins.described(session, service, principal, row, row.created_at, secret, lang)
    response = Answer(body, 201).response()
    authentication.give_cookie(response, service.settings, secret)
    return response


@router.get("/sessions/current", tags=["sessions"])
def current_session(
    asking: TheCredentials, scoped: Reader, service: TheService
) -> ModelResponse[SessionView]:
    """Who this browser is, and its CSRF word (a page that was loaded anew asks here)."""
    cookie = asking.session
    found = scoped.session.get(WebSession, authentication.digest_of(cookie)) if cookie else None
    if cookie is None or found is None or found.account_id != scoped.principal.actor:
        raise BadRequest("A304", "session", "asked_by_token")
    lang = language_of(asking.request)
    used = scoped.clock.now()
    body = logins.described(scoped.session, service, scoped.principal, found, used, cookie, lang)
    return Answer(body).response()


@router.delete("/sessions/current", status_code=204, response_class=Response, tags=["sessions"])
def log_out(asking: TheCredentials, unit: Writer, service: TheService) -> Response:
    """The session ends; its cookie opens nothing any more."""

    def act() -> Answer[None]:
        logins.log_out(unit.scoped.session, asking.session or "")
        return Answer(status=204)

    response = unit.answer(act)
    authentication.take_cookie(response, service.settings)
    return response


@router.get("/sessions", tags=["sessions"])
def list_sessions(
    asking: TheCredentials, scoped: Reader, service: TheService
) -> ModelResponse[Page[OpenSessionView]]:
    """The account's own open sessions, the newest first."""
    asked = select(WebSession).where(
        WebSession.account_id == scoped.principal.actor, WebSession.expires_at > scoped.clock.now()
    )
    rows = scoped.all(asked.order_by(WebSession.created_at.desc(), WebSession.hash).limit(500))
    here = authentication.digest_of(asking.session or "")
    items = [view_of(OpenSessionView, row, id=session_id(row), is_current=row.hash == here) for row in rows]
    return Answer(whole(items)).response()


@router.delete("/sessions/{id}", status_code=204, response_class=Response, tags=["sessions"])
def end_session(id: MadeId, unit: Writer) -> Response:
    """One of the account's own: a telephone that was lost."""

    def act() -> Answer[None]:
        asked = select(WebSession).where(WebSession.account_id == unit.scoped.principal.actor)
        found = [row for row in unit.scoped.session.scalars(asked) if session_id(row) == id]
        if not found:
            raise not_found("sessions", id)
        unit.scoped.session.delete(found[0])
        unit.scoped.notes.append(accounts.note("sessions", "ended", unit.scoped.principal.actor))
        return Answer(status=204)

    return unit.answer(act)


def session_id(row: WebSession) -> str:
    """Names a session without opening it: a part of the hash of its secret."""
    return f"session-{row.hash[:12]}-{row.hash[12:28]}"


# -- passwords ---------------------------------------------------------------------------------------------
@router.put(
    "/accounts/me/password",
    status_code=204,
    response_class=Response,
    tags=["accounts"],
    openapi_extra=refuses("422 A102", "A105", "A107"),
)
def change_own_password(
    given: Annotated[PasswordIn, exact(PasswordIn), Body()],
    asking: TheCredentials,
    unit: Writer,
    service: TheService,
) -> Response:
    """The password in use, then the new one; the account's other sessions end. Wrong ones make the next ones
    wait."""
    scoped, settings = unit.scoped, service.settings
    key = [f"password:{scoped.principal.actor}"]
    tries = authentication.count_try(scoped.session, settings, key, scoped.clock)
    login = scoped.session.get_one(Account, scoped.principal.actor).login
    # Before `unit.answer`, whose memory of the request would be committed with the failure.
    if authentication.verify_login(scoped.session, settings, login, given.old) is None:
        scoped.session.commit()
        raise Unfit("A102", "old", "old_password_wrong")
    authentication.forget_try(scoped.session, tries)
    cookie = asking.session

    def act() -> Answer[None]:
        accounts.set_own_password(
            scoped, settings, given.new, authentication.digest_of(cookie) if cookie else None
        )
        if given.end_tokens:
            accounts.end_tokens(scoped)
        return Answer(status=204)

    return unit.answer(act)


@router.post("/accounts/{id}/password-reset", tags=["accounts"])
def reset_password(id: MadeId, unit: Writer, service: TheService) -> ModelResponse[ResetView]:
    """Administrators, who never learn the new password: the link, told once, lets the person choose it within
    a day. Until then nobody enters by this account: password, sessions and tokens have ended."""

    def act() -> Answer[ResetView]:
        unit.scoped.only("accounts")
        row, ends = (
            accounts.reset(unit.scoped, id),
            unit.scoped.clock.now() + timedelta(hours=accounts.RESET_HOURS),
        )
        link = accounts.reset_link(service, row, ends)
        body = ResetView(account_id=row.id, link=link, expires_at=ends)
        return Answer(body, told_once=frozenset({"link"}))

    return unit.answer(act)


@public.post(
    "/password-resets/{link}",
    status_code=204,
    response_class=Response,
    tags=["accounts"],
    openapi_extra=refuses("A107"),
)
def choose_password(
    link: Annotated[str, Path(max_length=400, pattern=SECRET, examples=["aPQx.k3Yd"])],
    given: Annotated[ChosenIn, exact(ChosenIn), Body()],
    service: TheService,
) -> Response:
    """By the link of a reset, once, without an account."""
    with service.database.writing() as session:
        accounts.redeem(session, service, link, given.password).commit()
    return Answer(status=204).response()


# -- tokens: everybody's own -------------------------------------------------------------------------------
@router.get("/tokens", tags=["tokens"])
def list_tokens(scoped: Reader, turn: Annotated[PageParams, Depends()]) -> ModelResponse[Page[TokenView]]:
    """Your own, with what each may do and until when; never the key itself."""
    asked = select(Token).where(Token.account_id == scoped.principal.actor)
    return Answer(turn.page(scoped, asked, Token.id, _token, newest_first=True)).response()


@router.post("/tokens", status_code=201, tags=["tokens"])
def make_token(given: Annotated[TokenIn, exact(TokenIn), Body()], unit: Writer) -> ModelResponse[TokenView]:
    """Its secret is told in this answer only: a retry with the same Idempotency-Key gets the rest of it. Made
    by a token, it ends with that one at the latest."""

    def act() -> Answer[TokenView]:
        now, secret, who = unit.scoped.clock.now(), authentication.new_token(), unit.scoped.principal
        ends = now + timedelta(days=given.days)
        row = Token(
            id=new_id("token", now),
            hash=authentication.digest_of(secret),
            account_id=who.actor,
            name=given.name,
            scopes=sorted(set(given.scopes) & who.scopes),
            created_at=now,
            expires_at=ends if who.ends_at is None else min(ends, who.ends_at),
        )
        unit.scoped.session.add(row)
        unit.scoped.notes.append(accounts.note("tokens", "created", row.id))
        shown = _token(row).model_copy(update={"secret": secret})
        return Answer(shown, 201, location="/v1/tokens", told_once=frozenset({"secret"}))

    return unit.answer(act)


@router.delete("/tokens/{id}", status_code=204, response_class=Response, tags=["tokens"])
def revoke_token(id: MadeId, unit: Writer) -> Response:
    """It opens nothing from now on."""

    def act() -> Answer[None]:
        row = unit.scoped.session.get(Token, id)
        if row is None or (
            row.account_id != unit.scoped.principal.actor and not unit.scoped.principal.is_administrator
        ):
            # Somebody else's looks as if there were none.
            raise not_found("tokens", id)
        row.revoked_at = row.revoked_at or unit.scoped.clock.now()
        unit.scoped.notes.append(accounts.note("tokens", "revoked", row.id))
        return Answer(status=204)

    return unit.answer(act)


def _token(row: Token) -> TokenView:
    return view_of(TokenView, row)


# -- accounts: administrators ------------------------------------------------------------------------------
@router.get("/accounts", tags=["accounts"])
def list_accounts(scoped: Reader, turn: Annotated[PageParams, Depends()]) -> ModelResponse[Page[AccountView]]:
    """Every account with its role and what it reaches; never a password."""
    scoped.only("accounts")
    show = lambda row: accounts.shown(scoped.session, row)  # noqa: E731
    return Answer(turn.page(scoped, select(Account), Account.id, show)).response()


@router.post("/accounts", status_code=201, tags=["accounts"], openapi_extra=refuses("A107", "A202"))
def create_account(
    given: Annotated[AccountIn, exact(AccountIn), Body()], unit: Writer, service: TheService
) -> ModelResponse[AccountView]:
    """A new account with its role, its reach and a first password."""

    def act() -> Answer[AccountView]:
        unit.scoped.only("accounts")
        if given.password is None:
            raise BadRequest(
                "A304", "password", "password_absent", {"least": authentication.SHORTEST_PASSWORD}
            )
        row = accounts.create(
            unit.scoped,
            service.settings,
            given.login,
            given.role,
            given.password,
            _pairs(given),
            given.display_name,
        )
        return Answer(accounts.shown(unit.scoped.session, row), 201, row.version, f"/v1/accounts/{row.id}")

    return unit.answer(act)


@router.get("/accounts/{id}", tags=["accounts"])
def read_account(id: MadeId, scoped: Reader) -> ModelResponse[AccountView]:
    """One account with its role and what it reaches."""
    scoped.only("accounts")
    row = accounts.one(scoped, id)
    return Answer(accounts.shown(scoped.session, row), version=row.version).response()


@router.put("/accounts/{id}", tags=["accounts"], openapi_extra=refuses("A107", "A202", "A309"))
def change_account(
    id: MadeId,
    given: Annotated[AccountIn, exact(AccountIn, AccountView), Body()],
    echo: Annotated[ReadOnly, repeated_in(AccountIn, AccountView)],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[AccountView]:
    """Closing an account, changing its role or its password ends its sessions at once."""
    return unit.answer(lambda: _change(unit, service, id, given, version, echo))


def _change(
    unit: UnitOfWork, service: TheService, id: str, given: AccountIn, version: int | None, echo: ReadOnly
) -> Answer[AccountView]:
    unit.scoped.only("accounts")
    stood = accounts.shown(unit.scoped.session, accounts.one(unit.scoped, id))
    echo.refuse_changed(f"accounts.{id}", plain_json(stood))
    facts = accounts.AccountFacts(given.login, given.display_name, given.role, given.is_active)
    row = accounts.change(unit.scoped, service.settings, id, version, facts, given.password, _pairs(given))
    return Answer(accounts.shown(unit.scoped.session, row), version=row.version)


def _pairs(given: AccountIn) -> list[tuple[str, str]]:
    return [(grant.basin_id, grant.target_id) for grant in given.grants]
