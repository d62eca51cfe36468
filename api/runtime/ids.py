"""Identifiers the service makes: they sort by time of making and cannot be guessed."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(prefix: str, now: datetime) -> str:
    """Such as `job-0199a7c1f3e2-9f2c4e1ab7d03355`: milliseconds since 1970 in hex, then 64 random bits."""
    return f"{prefix}-{int(now.timestamp() * 1000):012x}-{secrets.token_hex(8)}"
