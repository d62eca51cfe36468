"""Time as whole ticks counted from the start of the horizon, and the only passage between instants and ticks.

A tick is a minute unless the horizon says finer. Instants outside are aware datetimes; days, nights and
Sundays are those of the horizon's zone. Nothing else in the core ever touches a clock or a time zone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from brigade.errors import Issue, NaiveInstant, refuse

Ticks: TypeAlias = int
"""A length of time, or an offset from `Horizon.start`, in whole ticks; an offset may be negative (before the
start)."""
Metres: TypeAlias = int
Cents: TypeAlias = int
"""Euro cents: money is never a float."""

PARIS = ZoneInfo("Europe/Paris")
MAX_DAYS = 14
MAX_TICKS = 10**9
"""Of a horizon: what every sum of the model can hold; 47 619 ticks a minute over fourteen days."""
DAY_MINUTES = 25 * 60
"""Of the longest day, when clocks go back."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Time taken or free: `start` included, `end` excluded, in ticks."""

    start: Ticks
    end: Ticks

    @property
    def length(self) -> Ticks:
        return self.end - self.start

    def contains(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Interval) -> Ticks:
        """Ticks common to both; 0 when they merely touch."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """When service may *begin*, ends included, in ticks; from `latest` to `hard_latest` it is late, at a
    price."""

    earliest: Ticks
    latest: Ticks
    hard_latest: Ticks

    @classmethod
    def hard(cls, earliest: Ticks, latest: Ticks) -> TimeWindow:
        """A window that allows no lateness."""
        return cls(earliest, latest, latest)

    def admits(self, start: Ticks) -> bool:
        """Whether service may begin then, in time or late."""
        return self.earliest <= start <= self.hard_latest

    def lateness(self, start: Ticks) -> Ticks:
        return max(0, start - self.latest)


DAYS_BEFORE = 100
"""Days before a horizon whose midnights are kept too: the weeks that histories tell of."""


@dataclass(frozen=True)
class Horizon:
    """The planned span: `days` whole local days from `first_day`, in `zone`; tick 0 is the first local
    midnight.

    Raises: InvalidProblem when `days` is outside 1..14 or `ticks_per_minute` below 1 or beyond `MAX_TICKS` in
    all.
    """

    first_day: date
    days: int = 1
    zone: ZoneInfo = PARIS
    ticks_per_minute: int = 1

    def __post_init__(self) -> None:
        issues = []
        if not 1 <= self.days <= MAX_DAYS:
            issues.append(
                Issue("P001", "horizon.days", "days_of_horizon", {"days": self.days, "most": MAX_DAYS})
            )
        finest = MAX_TICKS // (DAY_MINUTES * min(max(self.days, 1), MAX_DAYS))
        if not 1 <= self.ticks_per_minute <= finest:
            issues.append(
                Issue(
                    "P002",
                    "horizon.ticks_per_minute",
                    "ticks_of_minute",
                    {"met": str(self.ticks_per_minute), "finest": finest},
                )
            )
        refuse(issues)

    # Checks and models ask stop by stop, and the answer goes through the time zone: so it is kept.
    @cached_property
    def start(self) -> datetime:
        """Tick 0, in UTC: Python subtracts two datetimes of one zone by wall clock, which would lose or
        invent an hour on the nights the clocks change, so every subtraction here happens in UTC."""
        return self.midnight(0)

    @cached_property
    def _midnights(self) -> tuple[tuple[Ticks, ...], tuple[date, ...]]:
        return _midnights(self)

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))

    @property
    def length(self) -> Ticks:
        """Ticks from the first local midnight to the last: 23 or 25 hours count on the days the clocks
        change."""
        return self.tick(self.midnight(self.days))

    def midnight(self, day: int) -> datetime:
        """The instant at which local day number `day` begins (0 is the first; may be negative), in UTC."""
        return datetime.combine(self.first_day + timedelta(days=day), time(), self.zone).astimezone(UTC)

    def tick(self, instant: datetime) -> Ticks:
        """Whole ticks from the start to `instant`, rounded down. Raises: NaiveInstant when it has no time
        zone."""
        if instant.tzinfo is None:
            met = {"instant": str(instant), "zone": self.zone.key}
            raise NaiveInstant([Issue("D107", "horizon", "naive_instant", met)])
        return (instant.astimezone(UTC) - self.start) * self.ticks_per_minute // timedelta(minutes=1)

    def instant(self, tick: Ticks) -> datetime:
        """The aware local datetime at `tick`."""
        return (self.start + timedelta(minutes=1) * tick / self.ticks_per_minute).astimezone(self.zone)

    def day_of(self, tick: Ticks) -> date:
        """The local date of `tick`, inside the horizon or not."""
        midnights, days = self._midnights
        if midnights[0] <= tick < midnights[-1]:
            return days[bisect_right(midnights, tick) - 1]
        return self.instant(tick).date()

    def at(self, day: date, wall: time) -> Ticks:
        """The tick of a wall-clock time on a local date (the first of the two on the autumn night)."""
        return _at(self, day, wall, wall.fold)

    def day(self, day: date) -> Interval:
        """The whole local day, midnight to midnight: 23, 24 or 25 hours."""
        return Interval(self.at(day, time()), self.at(day + timedelta(days=1), time()))

    def ticks(self, minutes: float) -> Ticks:
        """A length in minutes as ticks, rounded up: a rest of 10.5 min is never shortened."""
        return -int(-minutes * self.ticks_per_minute // 1)

    def minutes(self, ticks: Ticks) -> float:
        return ticks / self.ticks_per_minute

    def bands(self, start: time, end: time) -> Iterator[Interval]:
        """Every daily band such as the night 22:00-07:00 that may touch the horizon, one evening early to one
        late."""
        return iter(_bands(self, start, end))


# Every answer goes through the time zone, and many horizons are equal: answers are kept.
@lru_cache(maxsize=64)
def _midnights(horizon: Horizon) -> tuple[tuple[Ticks, ...], tuple[date, ...]]:
    """The ticks at which the local days begin, and these days: those before the horizon, its own and the
    three after its last."""
    days = range(-DAYS_BEFORE, horizon.days + 4)
    return (
        tuple(horizon.tick(horizon.midnight(day)) for day in days),
        tuple(horizon.first_day + timedelta(days=day) for day in days),
    )


@lru_cache(maxsize=4096)
def _at(horizon: Horizon, day: date, wall: time, fold: int) -> Ticks:
    """`fold` beside: two times that differ by it alone are equal."""
    return horizon.tick(datetime.combine(day, wall.replace(fold=fold), horizon.zone))


@lru_cache(maxsize=256)
def _bands(horizon: Horizon, start: time, end: time) -> tuple[Interval, ...]:
    found = []
    for offset in range(-1, horizon.days + 2):
        day = horizon.first_day + timedelta(days=offset)
        last = day if start < end else day + timedelta(days=1)
        found.append(Interval(horizon.at(day, start), horizon.at(last, end)))
    return tuple(found)


def gaps(intervals: list[Interval]) -> Iterator[Ticks]:
    """The free ticks between consecutive intervals, in order of start."""
    for before, after in pairwise(sorted(intervals)):
        yield after.start - before.end
