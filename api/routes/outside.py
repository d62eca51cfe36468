"""Coming in by an outside identity provider: there, and back again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import auth, outside, people
from api.access import Principal, Role
from api.http import TheService
from api.scope import Scoped

router = APIRouter(prefix="/oidc", tags=["sessions"])
Short = Query(min_length=1, max_length=2000, examples=["o7xj2c"])


@router.get("/login", status_code=303, response_class=Response)
def go(service: TheService) -> Response:
    """Sends the browser to the identity provider of the house, where one is configured."""
    where, kept = outside.begin(service)
    response = RedirectResponse(where, 303)
    is_secure = service.settings.public_url.startswith("https://")
    # Lax: the cookie has to come along when the provider sends the browser back.
    response.set_cookie(
        outside.COOKIE, kept, max_age=outside.MINUTES * 60, httponly=True, secure=is_secure, samesite="lax", path="/v1/oidc"
    )
    return response


@router.get("/callback", status_code=303, response_class=Response)
def come_back(request: Request, service: TheService, state: Annotated[str, Short], code: Annotated[str, Short]) -> Response:
    """Opens the session of the account that the provider vouches for, then shows the service's first page."""
    claims = outside.finish(service, request.cookies.get(outside.COOKIE), state, code)
    settings = service.settings
    with service.database.writing() as session:
        account = outside.account_of(session, service, claims)
        secret, _ = auth.open_session(session, settings, account, service.clock.now())
        scoped = Scoped(session, Principal(account.id, Role(account.role)), service.clock)
        scoped.notes.append(people.note("sessions", "opened_outside", account.id))
        scoped.commit()
    response = RedirectResponse(f"{settings.public_url}/", 303)
    response.delete_cookie(outside.COOKIE, path="/v1/oidc")
    auth.give_cookie(response, settings, secret)
    return response
