"""How a request says who asks: the token of a program, or the session of a browser.

Both are security schemes of `fastapi.security`: the OpenAPI document shows them at each operation that asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from api.access import authentication
from api.access.rights import Principal
from api.runtime.faults import Forbidden, Unauthenticated
from api.service.service import Service


def service_of(request: HTTPConnection) -> Service:
    service: Service = request.app.state.service
    return service


# Coroutines, though they wait for nothing: the framework runs any other dependency in a thread, which takes
# half a millisecond.
async def _service_of_request(request: HTTPConnection) -> Service:
    return service_of(request)


TheService = Annotated[Service, Depends(_service_of_request)]
CSRF_FIELD = "csrf"
"""Of the form of a page, and of the request's state once that is read."""


class SessionCookie(APIKeyCookie):
    """Its name has a prefix behind https: the settings say it, which nobody knows when routes are made."""

    async def __call__(self, request: HTTPConnection) -> str | None:
        name = authentication.cookie_name(service_of(request).settings)
        return self.check_api_key(request.cookies.get(name))


# Neither refuses by itself: one of the two is enough, and a refusal has a body of ours.
TOKEN = HTTPBearer(
    scheme_name="token",
    description=f"`{authentication.TOKEN_PREFIX}…`, made by `POST /v1/tokens`.",
    auto_error=False,
)
SESSION = SessionCookie(
    name=authentication.COOKIE,
    scheme_name="session",
    description="Opened by `POST /v1/sessions`. A write brings its CSRF word in `X-CSRF-Token`; behind https "
    f"the cookie is called `{authentication.HOST}{authentication.COOKIE}`.",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought: the secret of a token, of a session, or neither. Not yet whether they hold."""

    request: Request
    token: str | None
    session: str | None

    @property
    def is_write(self) -> bool:
        return self.request.method not in ("GET", "HEAD")

    @property
    def is_of_another_kind(self) -> bool:
        """An `Authorization` that is no bearer token: passed over, a program would be taken for a browser."""
        return self.token is None and "Authorization" in self.request.headers


async def credentials_of(
    request: Request,
    token: Annotated[HTTPAuthorizationCredentials | None, Security(TOKEN)],
    session: Annotated[str | None, Security(SESSION)],
) -> Credentials:
    return Credentials(request, token.credentials.strip() if token else None, session)


async def credentials_met(request: Request) -> Credentials:
    """The same where no route is reached yet."""
    return await credentials_of(request, await TOKEN(request), await SESSION(request))


TheCredentials = Annotated[Credentials, Depends(credentials_of)]


def authenticate(
    session: Session, asking: Credentials, service: Service, *, is_use: bool = True, is_read: bool = True
) -> Principal:
    """By token, else by session cookie; a cookie's writes must bring its CSRF word. Writes nothing.

    Args: is_use: whether the session is used by it, and so lasts longer. is_read: False before the body is
        read, in which the form of a page brings the word. Raises: Unauthenticated, Forbidden.
    """
    now = service.clock.now()
    if asking.is_of_another_kind:
        raise Unauthenticated("A101", "Authorization", "authorization_form")
    # A token first: a browser never sends one by itself, so whoever does means it.
    if asking.token is not None:
        principal = authentication.of_token(session, asking.token, now)
    elif asking.session is not None:
        principal = authentication.of_session(
            session, service.settings, service.sessions, asking.session, now
        )
        request = asking.request
        # A program of a page sets a header; a form of plain HTML cannot, and brings it as a field.
        sent = request.headers.get("X-CSRF-Token") or str(getattr(request.state, CSRF_FIELD, ""))
        if is_read and asking.is_write and not authentication.is_csrf_word(sent, asking.session):
            raise Forbidden("A103", "X-CSRF-Token", "csrf_missing")
        # Noted in memory, and written by the upkeep: asking who somebody is must not wait for a writer.
        if is_use:
            service.sessions.note(authentication.digest_of(asking.session), now)
    else:
        raise Unauthenticated("A101", "authentication", "no_credentials")
    if not asking.is_write and "read" not in principal.scopes:
        raise Forbidden("A103", "Authorization", "token_writes_only")
    if asking.is_write and "write" not in principal.scopes:
        raise Forbidden("A103", "Authorization", "token_reads_only")
    return principal
