"""Coming in by an outside identity provider (OpenID Connect, authorization code with PKCE): optional, for
houses that have one.

The provider says who somebody is; what she may do stays here: an administrator makes her account first, under
the name that the provider's claim will carry. At the first login the account is bound to the provider's own
key for her (`sub`), which never changes hands, unlike names and addresses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.persons.identity_provider import IdentityProvider, LoginRequest, refused
from api.runtime.faults import NotFound, Unauthenticated
from api.runtime.settings import Settings
from api.service.service import Service
from api.store.account_tables import Account
from api.store.base import add_missing
from api.store.person_tables import OutsideName

COOKIE = "brigade_oidc"
# Long enough to type a password and a second factor; as long as a code may live (RFC 6749, 4.1.2).
MINUTES = 10


def provider_of(service: Service) -> IdentityProvider:
    """Raises: NotFound, where none is configured."""
    if not service.settings.oidc_issuer:
        raise NotFound("A204", "oidc", "no_identity_provider")
    found = service.outside.get("provider")
    if not isinstance(found, IdentityProvider):
        found = service.outside["provider"] = IdentityProvider(service.settings)
    return found


def begin(service: Service) -> tuple[str, str]:
    """Where to send the browser, and what its cookie keeps meanwhile: sealed, so that nobody reads the
    verifier in it. Raises: NotFound, Unavailable, Unauthenticated."""
    request = LoginRequest()
    sealed = _sealer(service).encrypt_at_time(json.dumps(asdict(request)).encode(), _now(service)).decode()
    return provider_of(service).authorization_url(request), sealed


def finish(service: Service, cookie: str | None, state: str, code: str) -> dict[str, Any]:
    """The claims of whoever comes back with `code`. Raises: NotFound, Unauthenticated, Unavailable."""
    provider, request = provider_of(service), _request_in(service, cookie)
    # The same browser, and the same question: a link to the callback with somebody else's code is refused
    # here.
    if not hmac.compare_digest(request.state.encode(), state.encode()):
        raise refused("answer_to_another")
    return provider.exchange(request, code)


def account_of(session: Session, service: Service, claims: Mapping[str, Any]) -> Account:
    """The account of these claims; bound to their `sub` at the first login. Raises: Unauthenticated when
    there is none."""
    issuer, subject = service.settings.oidc_issuer or "", str(claims["sub"])
    # The key first: after a change of name or address there, she is still the same.
    bound = session.get(OutsideName, (issuer, subject))
    account = session.get(Account, bound.account_id) if bound else _by_name(session, service.settings, claims)
    if account is None or not account.is_active:
        raise Unauthenticated("A106", "oidc", "no_account_for_person")
    if bound is None:
        now = service.clock.now()
        # Two first logins at once bind the same: the second finds it done.
        add_missing(
            session, OutsideName(issuer=issuer, subject=subject, account_id=account.id, created_at=now)
        )
    return account


def _by_name(session: Session, settings: Settings, claims: Mapping[str, Any]) -> Account | None:
    """By the login, unless another person of the provider has taken it already; an address counts once it was
    verified."""
    name = claims.get(settings.oidc_claim)
    if not isinstance(name, str) or (
        settings.oidc_claim == "email" and claims.get("email_verified") is not True
    ):
        return None
    account = session.scalar(select(Account).where(Account.login == name))
    if account is None:
        return None
    taken = select(OutsideName).where(
        OutsideName.account_id == account.id, OutsideName.issuer == settings.oidc_issuer
    )
    return None if session.scalar(taken) else account


def _request_in(service: Service, cookie: str | None) -> LoginRequest:
    """Raises: Unauthenticated, when the browser asked for nothing, or too long ago."""
    try:
        kept = _sealer(service).decrypt_at_time((cookie or "").encode(), MINUTES * 60, _now(service))
    except InvalidToken:
        raise refused("login_not_begun_here", {"minutes": MINUTES}) from None
    return LoginRequest(**json.loads(kept))


def _now(service: Service) -> int:
    return int(service.clock.now().timestamp())


def _sealer(service: Service) -> Fernet:
    key = hashlib.sha256(f"brigade.oidc.{service.settings.signing_secret()}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
