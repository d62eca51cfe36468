"""Night work of the calendar months behind a worker, by which texts tell night workers
(`brigade.worked.night_workers`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from brigade.texts.rule_sets import RuleSet
from brigade.units import PARIS
from brigade.worked.local_days import midnight, night_minutes

# Over so many at most do the texts add up nights.
MONTHS = 12
Stretch = tuple[datetime, datetime]


def months_before(first_day: date) -> list[date]:
    """The first days of the calendar months before the one of `first_day`, latest last."""
    return [month_before(first_day.replace(day=1), back) for back in range(MONTHS, 0, -1)]


@dataclass(frozen=True)
class Nights:
    """Night work of these months, of the visits done; without the ways between. `done`: by worker."""

    months: Sequence[date]
    done: Mapping[str, Sequence[Stretch]]

    def of(self, known: Mapping[str, Any], told_on: date, worker: str, rules: RuleSet) -> list[float]:
        """Latest last, from the first month that anybody knows of: told ones, and those seen since the day of
        telling."""
        since = told_on.replace(day=1)
        told = {
            month_before(since, back): spell
            for back, spell in enumerate(reversed(known.get("night_months_min", ())), start=1)
        }
        seen: dict[date, float] = {}
        for starts, ends in self.done.get(worker, ()):
            for start, end in _by_month(starts, ends):
                month = start.astimezone(PARIS).date().replace(day=1)
                seen[month] = seen.get(month, 0) + night_minutes(start, end, PARIS, rules)
        # The larger: of the month she was told in, both have seen a part, and what overlaps nobody knows.
        found = [max(told.get(month, 0.0), seen.get(month, 0.0)) for month in self.months]
        is_known = [month in told or month >= told_on or seen.get(month, 0) > 0 for month in self.months]
        return found[is_known.index(True) :] if any(is_known) else []


def month_before(first: date, back: int) -> date:
    """The first day of the month so many before that of `first`."""
    years, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return date(years, month + 1, 1)


def _by_month(start: datetime, end: datetime) -> Iterable[Stretch]:
    """A stretch, cut at the midnight that begins a month."""
    local = end.astimezone(PARIS).date()
    cut = midnight(local.replace(day=1), PARIS)
    return ((start, cut), (cut, end)) if start < cut < end else ((start, end),)


def may_be_night(start: datetime, end: datetime) -> bool:
    """Whether it reaches into the widest night that the law knows, 21:00 to 07:00 (CT L3122-2)."""
    first, last = start.astimezone(PARIS), end.astimezone(PARIS)
    return first.date() != last.date() or first.hour < 7 or last.hour >= 21
