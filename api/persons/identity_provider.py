"""The identity provider of a house, by the protocol: what it publishes, its keys, what a code is worth.

The protocol is Authlib's, signatures are joserfc's. What is set here: which algorithms count, how long and
how much a provider may answer, and that nothing it publishes is less safe than its issuer.
Source: OpenID Connect Core 1.0, 3.1; Discovery 1.0; RFC 7636 (PKCE); RFC 9700 (what became of the
recommendations).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, model_validator

from api.runtime.faults import Unauthenticated, Unavailable
from api.runtime.settings import Settings
from brigade.errors import NO_VALUES, Values

ALGORITHMS = ("RS256", "ES256", "PS256")
"""Signed by a key that the provider alone has; never by the secret both know."""
SCOPE = "openid profile email"
TIMEOUT_S = 5.0
LONGEST_ANSWER = 1 << 20
"""Bytes. Published key sets are some ten kilobytes; a provider gone wrong must not fill the memory."""
# Clocks of two machines differ; a minute is what providers themselves allow.
LEEWAY_S = 60


class ProviderMetadata(BaseModel):
    """What we need of what a provider publishes. Unknown fields are passed over, as Discovery 1.0 asks."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    # Where it is not said, it is the header (Discovery 1.0, section 3).
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @model_validator(mode="after")
    def _is_as_safe_as_its_issuer(self) -> ProviderMetadata:
        endpoints = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        # A provider on this machine, in a test, may do without.
        safe = ("https://",) if self.issuer.startswith("https://") else ("https://", "http://")
        if not all(endpoint.startswith(safe) for endpoint in endpoints):
            raise ValueError("an endpoint without TLS")
        return self


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """One way to the provider: what only the browser that goes there brings back. Random, and used once."""

    state: str = field(default_factory=lambda: generate_token(43))
    nonce: str = field(default_factory=lambda: generate_token(43))
    # 43 is the shortest verifier that RFC 7636 allows: 256 bits, in letters and digits.
    verifier: str = field(default_factory=lambda: generate_token(43))


class IdentityProvider:
    """Its metadata is asked once; its keys are asked again when it signs with one that is not among them."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.issuer = settings, settings.oidc_issuer or ""
        self._metadata: ProviderMetadata | None = None
        self._keys: KeySet | None = None

    def metadata(self) -> ProviderMetadata:
        """Raises: Unavailable, Unauthenticated."""
        if self._metadata is None:
            with self._client() as client, _asking():
                told = _json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                found = ProviderMetadata.model_validate(told)
            # Whoever serves the address of one issuer must not speak for another (Discovery 1.0, 4.3).
            if found.issuer != self.issuer:
                raise _silent("provider_is_another")
            # For as long as the process lives: addresses of a provider change with its version, and so does
            # ours.
            self._metadata = found
        return self._metadata

    def authorization_url(self, request: LoginRequest) -> str:
        """Where the browser goes. Raises: Unavailable, Unauthenticated."""
        metadata = self.metadata()
        with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=request.state,
                code_verifier=request.verifier,
                nonce=request.nonce,
            )
        return str(url)

    def exchange(self, request: LoginRequest, code: str) -> dict[str, Any]:
        """The claims of whoever came back with `code`. Raises: Unauthenticated, Unavailable."""
        metadata = self.metadata()
        with self._client(metadata) as client, _asking():
            token = client.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=request.verifier,
            )
        return self._claims(token, request.nonce)

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """What the token says, once all of it holds: signature, issuer, audience, times, nonce, and the hash
        of the access token beside it. Raises: Unauthenticated, Unavailable."""
        text, client_id = token.get("id_token"), self.settings.oidc_client_id
        if not isinstance(text, str):
            raise refused("no_identity_token")
        signed = self._verified(text)
        # Authlib asks for an issuer and an audience; whose they are is said here.
        expected = {"iss": {"value": self.issuer}, "aud": {"value": client_id}}
        beside = {"client_id": client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, expected, beside)
        try:
            claims.validate(leeway=LEEWAY_S)
        except JoseError as fault:
            raise refused("login_refused", {"met": type(fault).__name__}) from None
        # Authlib lets a token pass whose nonce was not asked for, and compares it in a time that tells.
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise refused("answer_to_another")
        return dict(claims)

    def _verified(self, text: str) -> jwt.Token:
        """Signed by a key of the provider; its keys are asked once more before we say no: they change.

        Raises: Unauthenticated, Unavailable.
        """
        if self._keys is not None:
            try:
                return jwt.decode(text, self._keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                self._keys = None
        self._keys = self._fetch_keys()
        try:
            return jwt.decode(text, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as fault:
            raise refused("login_refused", {"met": type(fault).__name__}) from None

    def _fetch_keys(self) -> KeySet:
        metadata = self.metadata()
        with self._client() as client, _asking():
            found: Any = _json(client, metadata.jwks_uri)
            try:
                return KeySet.import_key_set(found)
            except (JoseError, KeyError, TypeError):
                raise ValueError("no set of keys") from None

    def _client(self, metadata: ProviderMetadata | None = None) -> OAuth2Client:
        secret = self.settings.oidc_client_secret
        methods = metadata.token_endpoint_auth_methods_supported if metadata else ()
        by_form = secret is not None and "client_secret_post" in methods
        return OAuth2Client(
            self.settings.oidc_client_id,
            None if secret is None else secret.get_secret_value(),
            # The form where the provider takes it: in the header, special characters of a secret are read in
            # two ways. Otherwise Authlib's own choice: the header, or no secret at all.
            token_endpoint_auth_method="client_secret_post" if by_form else None,
            scope=SCOPE,
            redirect_uri=redirect_uri(self.settings),
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [_bound]},
        )


def redirect_uri(settings: Settings) -> str:
    return f"{settings.public_url}/v1/oidc/callback"


class _BoundedStream(httpx2.SyncByteStream):
    """The body of an answer, cut when it is too long or takes too long: the time-out of httpx2 is for each
    read, and a body that drips never meets it."""

    def __init__(self, inner: httpx2.SyncByteStream) -> None:
        self._inner, self._until = inner, time.monotonic() + TIMEOUT_S

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        for part in self._inner:
            length += len(part)
            if length > LONGEST_ANSWER:
                raise httpx2.ReadError("too long an answer")
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("too slow an answer")
            yield part

    def close(self) -> None:
        self._inner.close()


def _bound(response: httpx2.Response) -> None:
    # Compressed all the same, a megabyte may become a thousand.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx2.DecodingError("a compressed answer, which was not asked for")
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = _BoundedStream(response.stream)


def _json(client: OAuth2Client, url: str) -> Any:
    answer = client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


@contextmanager
def _asking() -> Iterator[None]:
    """Raises: Unavailable, when nobody answers or with something else than was asked for; Unauthenticated,
    when the answer is no."""
    try:
        yield
    except OAuthError as fault:
        raise refused("provider_refuses", {"met": fault.error}) from None
    except httpx2.HTTPStatusError as fault:
        status = fault.response.status_code
        if 400 <= status < 500:
            raise refused("provider_refuses", {"met": status}) from None
        raise _silent("provider_answers", {"status": status}) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError):
        raise _silent("provider_silent") from None


def refused(words: str, values: Values = NO_VALUES) -> Unauthenticated:
    return Unauthenticated("A106", "oidc", words, values)


def _silent(words: str, values: Values = NO_VALUES) -> Unavailable:
    return Unavailable("A503", "oidc", words, values)
