"""Coming in by an outside identity provider (OpenID Connect, authorization code with PKCE): optional, for
houses that have one.

The provider says who somebody is; what she may do stays here: an administrator makes her account first, under
the name that the provider's claim will carry. At the first login the account is bound to the provider's own
key for her (`sub`), which never changes hands, unlike names and addresses.
Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9700 (what became of the recommendations).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import jwt
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.runtime.faults import NotFound, Unauthenticated, Unavailable
from api.runtime.settings import Settings
from api.service.service import Service
from api.store.account_tables import Account
from api.store.base import add_missing
from api.store.person_tables import OutsideName

COOKIE = "brigade_oidc"
ALGORITHMS = ("RS256", "ES256", "PS256")
"""Signed by a key that the provider alone has; never by the secret both know."""
MINUTES = 10
TIMEOUT_S = 5.0
LEEWAY_S = 60


@dataclass
class IdentityProvider:
    """What a provider says of itself, asked once; its keys are asked again when it signs with a new one."""

    settings: Settings
    _told: dict[str, Any] | None = field(default=None, init=False)
    _keys: dict[str, Any] = field(default_factory=dict, init=False)

    @property
    def issuer(self) -> str:
        return self.settings.oidc_issuer or ""

    def told(self) -> dict[str, Any]:
        """Raises: Unavailable."""
        if self._told is None:
            found = _json(httpx2.get, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise _silent("un autre émetteur que celui demandé")
            self._told = found
        return self._told

    def key(self, token: str) -> Any:
        """The key that signed `token`. Raises: Unavailable; Unauthenticated when it is none of the
        provider's."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise _refused("jeton illisible") from None
        name = str(header.get("kid"))
        if name not in self._keys:
            found = _json(httpx2.get, self.told()["jwks_uri"])
            self._keys = {str(one.get("kid")): one for one in found.get("keys", ())}
        if name not in self._keys or header.get("alg") not in ALGORITHMS:
            raise _refused("signé par une clé inconnue")
        return jwt.PyJWK(self._keys[name], algorithm=header["alg"]).key


def provider_of(service: Service) -> IdentityProvider:
    """Raises: NotFound, where none is configured."""
    if not service.settings.oidc_issuer:
        raise NotFound(
            "A204", "oidc", "aucun fournisseur d’identité ici", "se connecter par nom et mot de passe"
        )
    found = service.outside.get("provider")
    if found is None:
        found = service.outside["provider"] = IdentityProvider(service.settings)
    provider: IdentityProvider = found
    return provider


def begin(service: Service) -> tuple[str, str]:
    """Where to send the browser, and what its cookie keeps meanwhile: sealed, so that nobody reads the
    verifier in it."""
    provider, settings = provider_of(service), service.settings
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_uri(settings),
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
    }
    ends = service.clock.now() + timedelta(minutes=MINUTES)
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "ends": ends.isoformat()}
    sealed = _sealer(service).encrypt(json.dumps(kept).encode()).decode()
    return (
        f"{provider.told()['authorization_endpoint']}?{urlencode(asked)}&code_challenge_method=S256",
        sealed,
    )


def finish(service: Service, cookie: str | None, state: str, code: str) -> dict[str, Any]:
    """The claims of whoever comes back with `code`. Raises: Unauthenticated, Unavailable."""
    kept = _kept(service, cookie)
    if not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise _refused("réponse à une autre demande")
    provider, settings = provider_of(service), service.settings
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(settings),
        "code_verifier": kept["verifier"],
    }
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    named = {"client_id": settings.oidc_client_id, **({} if secret is None else {"client_secret": secret})}
    told = _json(httpx2.post, provider.told()["token_endpoint"], data={**form, **named})
    token = told.get("id_token")
    if not isinstance(token, str):
        raise _refused("pas de jeton d’identité")
    return claims_of(provider, token, kept["nonce"])


def claims_of(provider: IdentityProvider, token: str, nonce: str) -> dict[str, Any]:
    """What the token says, once everything in it holds: signature, issuer, audience, time, nonce. Raises:
    Unauthenticated."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            provider.key(token),
            algorithms=list(ALGORITHMS),
            audience=provider.settings.oidc_client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.InvalidTokenError as fault:
        raise _refused(type(fault).__name__) from None
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise _refused("réponse à une autre demande")
    if claims.get("azp", provider.settings.oidc_client_id) != provider.settings.oidc_client_id:
        raise _refused("jeton fait pour un autre service")
    return claims


def account_of(session: Session, service: Service, claims: Mapping[str, Any]) -> Account:
    """The account of these claims; bound to their `sub` at the first login. Raises: Unauthenticated when
    there is none."""
    issuer, subject = service.settings.oidc_issuer or "", str(claims["sub"])
    bound = session.get(OutsideName, (issuer, subject))
    account = session.get(Account, bound.account_id) if bound else _by_name(session, service.settings, claims)
    if account is None or not account.is_active:
        raise Unauthenticated(
            "A106", "oidc", "aucun compte pour cette personne", "le demander à un administrateur"
        )
    if bound is None:
        now = service.clock.now()
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


def redirect_uri(settings: Settings) -> str:
    return f"{settings.public_url}/v1/oidc/callback"


def _kept(service: Service, cookie: str | None) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(_sealer(service).decrypt((cookie or "").encode()))
    except InvalidToken:
        raise _refused("demande inconnue de ce navigateur") from None
    if datetime.fromisoformat(kept["ends"]) <= service.clock.now():
        raise _refused(f"demande de plus de {MINUTES} minutes")
    return kept


def _sealer(service: Service) -> Fernet:
    key = hashlib.sha256(f"brigade.oidc.{service.settings.signing_secret()}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _json(ask: Any, url: str, **more: Any) -> dict[str, Any]:
    """Raises: Unavailable, when nobody answers or with something else than JSON; Unauthenticated, when the
    answer is no."""
    try:
        answer = ask(url, timeout=TIMEOUT_S, follow_redirects=False, **more)
        found = answer.json()
    except (httpx2.HTTPError, ValueError, RecursionError):
        raise _silent("ne répond pas") from None
    if 400 <= answer.status_code < 500:
        raise _refused(f"le fournisseur d’identité refuse ({answer.status_code})")
    if answer.status_code != 200 or not isinstance(found, dict):
        raise _silent(f"répond {answer.status_code}")
    return found


def _refused(what: str) -> Unauthenticated:
    return Unauthenticated("A106", "oidc", what, "recommencer la connexion")


def _silent(what: str) -> Unavailable:
    return Unavailable(
        "A503", "oidc", f"fournisseur d’identité : {what}", "réessayer, ou se connecter par mot de passe"
    )
