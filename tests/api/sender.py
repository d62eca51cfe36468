"""Sends what is due, in a process of its own that a test may kill."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from api.letters.post import LetterSender
from api.runtime.clock import ShiftedClock
from api.service.service import Service
from api.store.engine import Database
from tests.api.conftest import settings_for


def send_all(url: str, folder: str, port: int, shift_s: float) -> None:
    """By mail to a server on this machine, one message after the other."""
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "senders": 1,
        "send_timeout_s": 30,
    }
    settings = settings_for(url, Path(folder), **given, mail_from="brigade@example.org")
    service = Service(settings, ShiftedClock(timedelta(seconds=shift_s)), Database(url))
    LetterSender(service).all_due()
