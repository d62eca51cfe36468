"""A small OpenID Connect provider that really runs: discovery, consent, codes that work once and only with
their verifier."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import Key, RSAKey

CLIENT, SECRET = "brigade", "un-secret-partage"
UNSAID = object()
"""A claim that is left out."""


@dataclass
class OidcServer:
    """`claims`: of whoever is logged in there. `lies`: claims and headers that the next tokens carry instead
    of the truth. `published`: what its configuration says instead of the truth. `body`: what it answers,
    part by part, whatever it is asked. `reads_header`: it takes the client's secret in the header, else in
    the form."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    body: Callable[[], Iterable[bytes]] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    reads_header: bool = False
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048))
    key_id: str = "k1"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        ways = ("authorization", "token", "jwks")
        return {
            "issuer": self.address,
            **{f"{way}_endpoint": f"{self.address}/{way}" for way in ways},
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic" if self.reads_header else "client_secret_post"
            ],
            **self.published,
        }

    def jwks(self) -> dict[str, Any]:
        public = self.key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code."""
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
            "code",
            CLIENT,
            "S256",
        )
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str | None) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        header = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        by_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not (authorization == header if self.reads_header else by_form):
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(16)
        id_token = self.id_token(asked["nonce"], access_token)
        return 200, {"access_token": access_token, "token_type": "Bearer", "id_token": id_token}

    def id_token(self, nonce: str, access_token: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        said = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.claims,
            **self.lies,
        }
        key, algorithm = said.pop("signed_by", self.key), said.pop("algorithm", "RS256")
        header = {"alg": algorithm, "kid": self.key_id}
        said = {name: value for name, value in said.items() if value is not UNSAID}
        if algorithm == "none":  # joserfc signs with nothing only under protest
            parts = (json.dumps(part).encode() for part in (header, said))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode(header, said, key, algorithms=["RS256", "HS256"])


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    """On a free port of this machine, until the block ends."""
    provider = OidcServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorization":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
                return
            self.say(200, provider.jwks() if parts.path == "/jwks" else provider.configuration())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            named = {name: values[0] for name, values in form.items()}
            self.say(*provider.token(named, self.headers["Authorization"]))

        def say(self, status: int, body: dict[str, Any]) -> None:
            if provider.body is not None:
                self.pour(provider.body())
                return
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def pour(self, parts: Iterable[bytes]) -> None:
            self.send_response(200)
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # a reader who has had enough hangs up
                for part in parts:
                    self.wfile.write(part)
                    self.wfile.flush()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: the tests read what the service logs."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
