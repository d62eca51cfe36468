"""The service's clocks: the machine's own, and one that starts at a scenario's instant for demonstrations and
tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from brigade.units import PARIS


def wall(instant: datetime) -> str:
    """An instant as documents have it: by the clock on the wall, with its offset."""
    return instant.astimezone(PARIS).isoformat()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """The machine's clock, `shift` later or earlier: a demonstration lives in the days of its scenario."""

    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift
