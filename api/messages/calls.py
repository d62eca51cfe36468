"""POST to an address somebody else chose: never to a private network, never by a redirect, never for long.

The name is resolved once, every address it gives is judged, and the connection goes to one of those judged: a
name that answers differently the next time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from api.messages.outbox import Timeout
from api.runtime.message_settings import Network

NAT64 = IPv6Network("64:ff9b::/96")
NOT_OUTSIDE: tuple[Network, ...] = (
    *(IPv6Network(one) for one in ("::/96", "64:ff9b:1::/48", "fec0::/10")),
    IPv4Network("192.0.0.0/24"),
)
"""What the library takes for public and is not: wrapped addresses of old, the local NAT64 of RFC 8215, old
site-local ones, and the protocols' own addresses of RFC 6890."""
PORTS = frozenset({443, 8443})
"""Where receivers listen; others lead to services that were never meant to be called."""
# What proxies and old servers take for certain.
LONGEST_URL = 2000


class CallRefused(Exception):
    """An address that is not called. `code` says why; it names no host."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(Exception):
    """Nobody answered, or not in time. `doubted`: the request had gone out."""

    def __init__(self, code: str, *, doubted: bool) -> None:
        super().__init__(code)
        self.code, self.doubted = code, doubted


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; `host` is what certificates and the Host header name."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """Raises: CallRefused for anything but a plain http(s) address without a name and password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise CallRefused("unreadable") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not is_plain
        or "@" in parts.netloc
        or parts.fragment
    ):
        raise CallRefused("unreadable")
    return Target(
        parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80), _path(parts)
    )


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def refuse_plainly(target: Target, networks: Iterable[Network]) -> None:
    """What can be said of a target without asking anybody for its addresses. Raises: CallRefused."""
    allowed = tuple(networks)
    if not target.secure and not allowed:
        raise CallRefused("not_https")
    if target.port not in PORTS and not allowed:
        raise CallRefused("port")
    with suppress(ValueError):
        _judge(target, ip_address(target.host.strip("[]")), allowed)


def judged(target: Target, networks: Iterable[Network]) -> str:
    """One address of the target, when all of its addresses may be called.

    Args: networks: private networks that may be called all the same, by http as well.
    Raises: CallRefused; Unreachable when the name has no address.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("no_address", doubted=False) from None
    addresses = [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    allowed = tuple(networks)
    # All of them, though one is called: a name that also leads inside is not trusted to stay outside.
    for address in addresses:
        _judge(target, address, allowed)
    return str(addresses[0])


def _judge(target: Target, address: IPv4Address | IPv6Address, allowed: tuple[Network, ...]) -> None:
    if any(address in network for network in allowed if network.version == address.version):
        return
    if not is_public(address):
        raise CallRefused("private_address")
    if not target.secure:
        raise CallRefused("not_https")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the Internet at large, also when it wraps another one."""
    if any(address in network for network in NOT_OUTSIDE if network.version == address.version):
        return False
    inner: IPv4Address | None = None
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        inner = inner or (IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None)
        if address.teredo is not None:
            return False
    return is_public(inner) if inner else address.is_global and not address.is_multicast


def post(
    target: Target, address: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, total_s: float
) -> int:
    """The status of the answer; its body is not read. Raises: Unreachable."""
    connection = _Pinned(target, address, timeout_s)
    sent = False
    try:
        with Timeout(total_s, connection.cut):
            connection.connect()
            sent = True
            connection.request("POST", target.path, body, dict(headers))
            return connection.getresponse().status
    # Before OSError: TimeoutError and SSLError are kinds of it.
    except TimeoutError:
        raise Unreachable("timeout", doubted=sent) from None
    except ssl.SSLError:
        raise Unreachable("tls", doubted=False) from None
    except (OSError, http.client.HTTPException):
        raise Unreachable("line_lost" if sent else "no_connection", doubted=sent) from None
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was judged, and speaks to the host that was named."""

    def __init__(self, target: Target, address: str, timeout_s: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s)
        self.target, self.address = target, address
        # The Host header leaves out the scheme's own port: this class by itself would leave out 80 only.
        self.default_port = 443 if target.secure else 80

    def connect(self) -> None:
        line = socket.create_connection((self.address, self.port), self.timeout)
        if self.target.secure:
            try:
                self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)
            except BaseException:
                line.close()
                raise
        else:
            self.sock = line

    def cut(self) -> None:
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it had just ended by itself
