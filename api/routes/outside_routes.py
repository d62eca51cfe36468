"""Coming in by an outside identity provider: there, and back again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import authentication
from api.access.rights import Principal
from api.access.scope import Scoped
from api.http.contract import refuses
from api.http.credentials import TheService
from api.persons import accounts, oidc
from api.runtime.roles import Role

router = APIRouter(prefix="/oidc", tags=["sessions"])
Short = Query(min_length=1, max_length=2000, examples=["o7xj2c"])


@router.get(
    "/login", status_code=303, response_class=Response, openapi_extra=refuses("404 A204", "A106", "A503")
)
def go(service: TheService) -> Response:
    """Sends the browser to the identity provider of the house, where one is configured."""
    where, kept = oidc.begin(service)
    response = RedirectResponse(where, 303)
    # Lax: the cookie has to come along when the provider sends the browser back.
    name, age = authentication.cookie_name(service.settings, oidc.COOKIE), oidc.MINUTES * 60
    response.set_cookie(
        name, kept, max_age=age, httponly=True, secure=service.settings.is_https, samesite="lax", path="/"
    )
    return response


@router.get(
    "/callback", status_code=303, response_class=Response, openapi_extra=refuses("404 A204", "A106", "A503")
)
def come_back(
    request: Request, service: TheService, state: Annotated[str, Short], code: Annotated[str, Short]
) -> Response:
    """Opens the session of the account that the provider vouches for, then shows the service's first page."""
    settings = service.settings
    claims = oidc.finish(
        service, request.cookies.get(authentication.cookie_name(settings, oidc.COOKIE)), state, code
    )
    with service.database.writing() as session:
        account = oidc.account_of(session, service, claims)
        secret, _ = authentication.open_session(session, settings, account, service.clock.now())
        scoped = Scoped(session, Principal(account.id, Role(account.role)), service.clock)
        scoped.notes.append(accounts.note("sessions", "opened_outside", account.id))
        scoped.commit()
    response = RedirectResponse(f"{settings.public_url}/", 303)
    authentication.take_cookie(response, settings, oidc.COOKIE)
    authentication.give_cookie(response, settings, secret)
    return response
