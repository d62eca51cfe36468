"""A real mail server on this machine, for the time of a test: it keeps what it took over, and can be made to
wait or refuse."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"


class Postbox:
    """`taken`: the mail that was answered, or about to be answered, with 250. `before_yes` is held, once a
    mail is in `taken`, until `let_go` is set; `at_recipient` likewise before any text is sent. `refusal`:
    instead of every 250."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.arrived, self.let_go = threading.Event(), threading.Event()
        self.let_go.set()
        self.holds_at = ""
        self.refusal = OK
        self.secured: list[bool] = []

    def ids(self) -> Counter[str]:
        return Counter(str(mail["Message-ID"]) for mail in self.taken)

    def hold(self, where: str) -> None:
        """From now on wait at "rcpt" or at "data"."""
        self.holds_at = where
        self.arrived.clear()
        self.let_go.clear()

    def release(self) -> None:
        self.holds_at = ""
        self.let_go.set()

    async def handle_RCPT(  # noqa: N802 - named by the protocol
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._wait(server, "rcpt")
        envelope.rcpt_tos.append(address)
        return OK if self.refusal[0] in "24" else self.refusal

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal != OK:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(mail)
        self.secured.append(session.ssl is not None)
        await self._wait(server, "data")
        return OK

    async def _wait(self, server: SMTP, where: str) -> None:
        if self.holds_at == where:
            self.arrived.set()
            await server.loop.run_in_executor(None, self.let_go.wait, 30)


@contextmanager
def mail_server(
    box: Postbox, *, tls: ssl.SSLContext | None = None, password: str | None = None
) -> Iterator[int]:
    """The port of a server that delivers into `box`; with `tls` it asks for STARTTLS, with `password` for a
    login."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    more: dict[str, Any] = {}
    if tls is not None:
        more |= {"tls_context": tls, "require_starttls": True}
    if password is not None:
        more |= {"auth_required": True, "authenticator": _knows(password)}
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        box.release()
        controller.stop()


def _knows(password: str) -> Any:
    def authenticator(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        return AuthResult(success=given.password == password.encode(), handled=False)

    return authenticator
