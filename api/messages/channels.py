"""Ways to reach somebody. Each takes a letter and answers with a verdict; a new SMS provider is one class of
this shape."""

from __future__ import annotations

import json
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

from api.messages import calls
from api.messages.outbox import SENT, DeliveryVerdict, Timeout
from api.runtime.message_settings import PostSettings, Security
from brigade.exchange.documents.json_text import JsonObject

EMAIL, SMS = "email", "sms"


@dataclass(frozen=True, slots=True)
class Letter:
    """Ready to go. `reference` stays the same at every try: receivers and providers tell a repetition by
    it."""

    reference: str
    to: str
    subject: str
    text: str
    written_at: datetime
    lang: str


class Channel(Protocol):
    """`send` answers `sent` only once the other side took the letter over; `again` or `failed` otherwise. It
    may raise."""

    def send(self, letter: Letter) -> DeliveryVerdict:
        """Within about three quarters of the settings' lease."""
        ...


def channels_of(settings: PostSettings, folder: Path, *, is_production: bool) -> dict[str, Channel]:
    """By name. Without a server: files on a local installation, nothing in production."""
    found: dict[str, Channel] = {}
    if settings.smtp_host:
        found[EMAIL] = SmtpMail(settings)
    elif not is_production:
        found[EMAIL] = MailFiles(settings, folder / "outgoing")
    if settings.sms_url:
        found[SMS] = HttpSms(settings)
    elif not is_production:
        found[SMS] = SmsFiles(folder / "outgoing")
    return found


# -- mail --------------------------------------------------------------------------------------------------
def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """The same letter gives the same bytes: date and identifier come from its row."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, letter.to, letter.subject
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = message_id(letter.reference, sender)
    # Out-of-office programs answer no such mail (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail["Content-Language"] = letter.lang
    return mail


def message_id(reference: str, sender: str) -> str:
    return f"<{reference}@{sender.rpartition('@')[2]}>"


class SmtpMail:
    """One connection a letter: a server that hangs holds up one letter."""

    def __init__(self, settings: PostSettings) -> None:
        self.settings = settings

    def send(self, letter: Letter) -> DeliveryVerdict:
        mail = mail_of(letter, self.settings.mail_from).as_bytes()
        handed = False
        try:
            line = self._line()
            try:
                with Timeout(self.settings.lease_s * 0.75, lambda: _cut(line.sock)):
                    self._enter(line)
                    for code, said in (line.mail(self.settings.mail_from), line.rcpt(letter.to)):
                        if code >= 400:
                            return _refused(code, said)
                    handed = True
                    code, said = line.data(mail)
                    return SENT if code == 250 else _refused(code, said)
            finally:
                _leave(line)
        except smtplib.SMTPAuthenticationError as fault:
            return DeliveryVerdict("again", "smtp_login", str(fault.smtp_code))
        except smtplib.SMTPResponseException as fault:
            return _refused(fault.smtp_code, fault.smtp_error)
        except ssl.SSLError:
            return DeliveryVerdict("again", "tls")
        except (OSError, smtplib.SMTPException) as fault:
            # After the text went out, silence may hide a yes.
            return DeliveryVerdict("again", "smtp_unreachable", type(fault).__name__, doubted=handed)

    def _line(self) -> smtplib.SMTP:
        given = self.settings
        host, name = given.smtp_host or "", given.mail_from.rpartition("@")[2]
        if given.smtp_security is Security.TLS:
            return smtplib.SMTP_SSL(
                host, given.smtp_port, name, timeout=given.send_timeout_s, context=self._context()
            )
        return smtplib.SMTP(host, given.smtp_port, name, timeout=given.send_timeout_s)

    def _enter(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if self.settings.smtp_security is Security.STARTTLS:
            # A server that offers no STARTTLS gets nothing: smtplib raises.
            line.starttls(context=self._context())
            line.ehlo()
        if self.settings.smtp_user and self.settings.smtp_password:
            line.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())

    def _context(self) -> ssl.SSLContext:
        trusted = self.settings.smtp_ca_file
        return ssl.create_default_context(cafile=str(trusted) if trusted else None)


def _refused(code: int, said: bytes | str) -> DeliveryVerdict:
    """5xx: for good; 4xx: for now. Of what the server says only its enhanced code is kept: the rest may quote
    the address."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    detail = " ".join([str(code), *re.findall(r"^[245]\.\d{1,3}\.\d{1,3}", text)])
    return DeliveryVerdict("failed" if code >= 500 else "again", "smtp_refused", detail)


def _leave(line: smtplib.SMTP) -> None:
    # QUIT without waiting for its answer: every moment between the server's yes and our commit is one of
    # doubt.
    with suppress(OSError, smtplib.SMTPException):
        line.putcmd("quit")
    line.close()


def _cut(line: socket.socket | None) -> None:
    with suppress(OSError):
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)


# -- SMS ---------------------------------------------------------------------------------------------------
class HttpSms:
    """One POST an SMS, in the words of whichever provider: address, headers and body come from the settings.

    2xx: taken over. 409: this reference was taken over before. 408, 425, 429 and 5xx: again. Other 4xx:
    refused for good.
    """

    def __init__(self, settings: PostSettings) -> None:
        self.settings = settings
        self.headers: dict[str, str] = json.loads(settings.sms_headers.get_secret_value())
        self.body: JsonObject = json.loads(settings.sms_body)

    def send(self, letter: Letter) -> DeliveryVerdict:
        words = {
            "to": letter.to,
            "text": letter.text,
            "sender": self.settings.sms_sender,
            "reference": letter.reference,
        }
        body = json.dumps(_filled(self.body, words), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": letter.reference, **self.headers}
        limits = {"timeout_s": self.settings.send_timeout_s, "total_s": self.settings.lease_s * 0.75}
        try:
            # The operator named this address: any network will do.
            target = calls.target_of(self.settings.sms_url or "")
            status = calls.post(target, target.host, body, headers, **limits)
        except calls.CallRefused as fault:
            return DeliveryVerdict("again", "sms_address", fault.code)
        except calls.Unreachable as fault:
            return DeliveryVerdict("again", "sms_unreachable", fault.code, doubted=fault.doubted)
        if 200 <= status < 300 or status == 409:
            return SENT
        # A key that is wrong or expired is mended by the operator: the letters wait for it.
        is_final = 400 <= status < 500 and status not in (401, 403, 408, 425, 429)
        return DeliveryVerdict("failed" if is_final else "again", "sms_refused", str(status))


def _filled(shape: Any, words: Mapping[str, str]) -> Any:
    """The body with `{to}`, `{text}`, `{sender}`, `{reference}` put into its strings, and nothing else read
    from it."""
    match shape:
        case str():
            # One pass: braces in somebody's text are not filled again.
            return re.sub(r"\{(to|text|sender|reference)\}", lambda found: words[found[1]], shape)
        case list():
            return [_filled(one, words) for one in shape]
        case dict():
            return {name: _filled(one, words) for name, one in shape.items()}
    return shape


# -- files: for demonstrations and for whoever wants to look first -----------------------------------------
class MailFiles:
    """One .eml a letter; the same letter twice is the same file."""

    def __init__(self, settings: PostSettings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def send(self, letter: Letter) -> DeliveryVerdict:
        return _written(
            self.folder / f"{letter.reference}.eml", mail_of(letter, self.settings.mail_from).as_bytes()
        )


class SmsFiles:
    """One .txt an SMS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> DeliveryVerdict:
        return _written(self.folder / f"{letter.reference}.txt", f"{letter.to}\n{letter.text}\n".encode())


def _written(path: Path, content: bytes) -> DeliveryVerdict:
    """Whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    # The rights before the content: never a moment at which others could read it.
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    os.replace(draft, path)
    return SENT
