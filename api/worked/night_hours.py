"""Night work of the calendar months behind a worker, by which texts tell night workers
(`brigade.worked.night_workers`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.cycle_tables import Outcome
from brigade.texts.rule_sets import RuleSet
from brigade.units import PARIS
from brigade.worked.local_days import midnight, night_minutes

MONTHS = 12


class Nights:
    """Night work of the calendar months before the one a horizon starts in, of the visits done; without the
    ways between."""

    def __init__(self, scoped: Scoped, basin_id: str, first_day: date) -> None:
        self.this = first_day.replace(day=1)
        self.months = [month_before(self.this, back) for back in range(MONTHS, 0, -1)]
        asked = select(Outcome.worker_id, Outcome.starts_at, Outcome.ends_at).where(
            Outcome.basin_id == basin_id,
            Outcome.done,
            Outcome.ends_at > midnight(self.months[0], PARIS),
            Outcome.starts_at < midnight(self.this, PARIS),
        )
        self.done: dict[str, list[tuple[datetime, datetime]]] = {}
        for worker, starts, ends in scoped.session.execute(asked):
            if worker is not None and starts is not None and ends is not None and _may_be_night(starts, ends):
                self.done.setdefault(worker, []).append((starts, ends))

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
        found = [max(told.get(month, 0.0), seen.get(month, 0.0)) for month in self.months]
        is_known = [month in told or month >= told_on or seen.get(month, 0) > 0 for month in self.months]
        return found[is_known.index(True) :] if any(is_known) else []


def month_before(first: date, back: int) -> date:
    """The first day of the month so many before that of `first`."""
    years, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return date(years, month + 1, 1)


def _by_month(start: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    """A stretch, cut at the midnight that begins a month."""
    local = end.astimezone(PARIS).date()
    cut = midnight(local.replace(day=1), PARIS)
    return ((start, cut), (cut, end)) if start < cut < end else ((start, end),)


def _may_be_night(start: datetime, end: datetime) -> bool:
    """Whether it reaches into the widest night that the law knows, 21:00 to 07:00 (CT L3122-2)."""
    first, last = start.astimezone(PARIS), end.astimezone(PARIS)
    return first.date() != last.date() or first.hour < 7 or last.hour >= 21
