"""Settings of all that leaves the service: mail, SMS, webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from brigade.errors import Issue

LOOPBACK = ("localhost", "127.0.0.1", "::1")
Network = IPv4Network | IPv6Network


class Security(StrEnum):
    """How mail reaches its server: `starttls` (587), `tls` from the first byte (465), `none` (this machine
    only)."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class PostSettings(BaseSettings):
    """Without a server, mail and SMS are written to files on a local installation, and wait for one in
    production."""

    smtp_host: str | None = None
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Security = Security.STARTTLS
    smtp_ca_file: Path | None = Field(None, description="Certificates to trust instead of the system's.")
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = Field("brigade@localhost", pattern=r"^[!-?A-~]+@[A-Za-z0-9.\-]+$")
    sms_url: str | None = Field(None, description="Where a POST sends one SMS.")
    sms_headers: SecretStr = Field(SecretStr("{}"), description="JSON object: the provider's keys.")
    sms_body: str = Field('{"to": "{to}", "from": "{sender}", "text": "{text}", "reference": "{reference}"}')
    sms_sender: str = "Brigade"
    send_timeout_s: float = Field(15.0, gt=0, le=120, description="Longest silence of a server we send to.")
    lease_s: float = Field(
        120.0, ge=1, description="Whoever has not told how a sending ended by then is taken for dead."
    )
    senders: int = Field(4, ge=1, le=32, description="Messages, and calls, on their way at once.")
    webhook_networks: tuple[Network, ...] = Field(
        (), description="Private networks that webhooks may call, by http as well."
    )
    webhook_give_up_h: float = Field(72.0, gt=0, description="A webhook that failed for so long is disabled.")

    def post_faults(self, is_production: bool) -> Iterator[Issue]:
        """What cannot work anywhere, then what is unsafe in production."""
        for name, text in (
            ("BRIGADE_SMS_HEADERS", self.sms_headers.get_secret_value()),
            ("BRIGADE_SMS_BODY", self.sms_body),
        ):
            if not _is_object(text):
                yield Issue("A001", name, "setting_not_object")
        if not is_production:
            return
        if self.smtp_host and self.smtp_security is Security.NONE and self.smtp_host not in LOOPBACK:
            yield Issue("A001", "BRIGADE_SMTP_SECURITY", "smtp_unsealed")
        # The default of a machine that sends nothing: no server outside takes it, or answers to it.
        if self.smtp_host and self.mail_from.endswith("@localhost"):
            yield Issue(
                "A001",
                "BRIGADE_MAIL_FROM",
                "sender_not_accepted",
                {"met": self.mail_from},
            )
        if self.sms_url and urlsplit(self.sms_url).scheme != "https":
            yield Issue("A001", "BRIGADE_SMS_URL", "setting_not_https")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
