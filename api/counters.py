"""What workers carry into the next days: what was done where an outcome says so, else what the plan in force had them do.

What came with a worker (`counters` of its document) speaks of the days before it was told (`counters_since`), which this
service has not seen; what the service saw since is carried on from there, week by week, month by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from api import history, labour, refusals
from api.history import Days
from api.scope import Scoped
from api.store.cycle import AGREED, Offer, Outcome
from api.store.data import Employer, Provider, Worker
from brigade.calendar import is_public_holiday, is_sunday
from brigade.exchange.bridge import Clock, build
from brigade.exchange.shapes.demand import ProviderShape
from brigade.exchange.shapes.workforce import EmployerShape
from brigade.labour import RuleSet
from brigade.measures import fortnight_of, monday_of
from brigade.periods import limit_min
from brigade.plan import RefusalKind
from brigade.rules.ai_480h import counts
from brigade.units import PARIS, Horizon
from brigade.worked import minutes_between
from brigade.workforce import EmployerKind

HISTORY = timedelta(days=14)
WEEK = timedelta(days=7)
WEEKS = 11
"""As many ISO weeks before the one a horizon starts in are carried."""
SUNDAYS = timedelta(weeks=8)
HOLIDAYS = timedelta(days=365)
CALLS = timedelta(days=30)
MOST = {"long_spans": 31, "long_interruptions": 14, "long_days": 366}


def counted(
    scoped: Scoped, basin_id: str, department: str, horizon: Horizon, workers: Sequence[Worker]
) -> list[dict[str, Any]]:
    """The counters of each worker, in their order, on the first day of `horizon`."""
    first_day, bodies = horizon.first_day, [row.body for row in workers]
    worked = history.worked(scoped, basin_id, _oldest(first_day, workers), first_day)
    sundays, holidays = _sundays(scoped, basin_id, first_day), _holidays(scoped, basin_id, first_day, department)
    refused = refusals.counted(scoped, basin_id, bodies, first_day)
    capped, calls = _Capped(scoped, basin_id, horizon), _calls(scoped, basin_id, horizon)
    found = []
    for row, refusal in zip(workers, refused, strict=True):
        id, known = row.id, dict(row.body.get("counters", {}))
        carried = Carried(known, told_on(row), worked[id], capped.texts.of(row.body, first_day), first_day)
        known |= carried.all()
        known |= {refusals.COUNTERS[RefusalKind(one["kind"])]: one["refusals"] for one in refusal["kinds"]}
        known["short_notice_calls"] = max(known.get("short_notice_calls", 0), calls.get(id, 0))
        known["capped_ai_work_min"] = known.get("capped_ai_work_min", 0) + capped.minutes(row.body)
        for name, seen in (("sundays_worked", sundays), ("holidays_worked", holidays)):
            known[name] = sorted({day.isoformat() for day in seen.get(id, ())} | set(known.get(name, ())))
        found.append(known)
    return found


def told_on(row: Worker) -> date:
    """The day up to which a worker's counters were counted, itself excluded."""
    return row.counters_since or row.changed_at.astimezone(PARIS).date()


def _oldest(first_day: date, workers: Iterable[Worker]) -> date:
    """Eleven weeks back; as far as January where somebody's long days of the year are counted."""
    oldest = monday_of(first_day) - WEEKS * WEEK
    counting = [told_on(row) for row in workers if row.body.get("counters", {}).get("long_days") is not None]
    return min(oldest, max(min(counting), date(first_day.year, 1, 1))) if counting else oldest


@dataclass(frozen=True)
class Carried:
    """The counters of one worker that days feed. `told_on`: `known` speaks of the days before it, `seen` is the service's."""

    known: Mapping[str, Any]
    told_on: date
    seen: Days
    rules: RuleSet
    first_day: date

    def all(self) -> dict[str, Any]:
        days = self._days()
        return {
            "days": [one for day, one in sorted(days.items()) if self.first_day - HISTORY <= day],
            "week_work_min": self._weeks(days),
            "long_spans": self._long("long_spans", self.first_day.replace(day=1)),
            "long_interruptions": self._long("long_interruptions", fortnight_of(self.first_day, self._anchor)),
            "long_days": self._long("long_days", date(self.first_day.year, 1, 1)),
        }

    # -- days and weeks --------------------------------------------------------------------------------------------
    def _days(self) -> dict[date, dict[str, Any]]:
        """As the exchange document writes them: those told, unless the service knows better."""
        told = {date.fromisoformat(one["day"]): one for one in self.known.get("days", ())}
        known = {day: one for day, one in told.items() if day < self.first_day}
        return known | {day: self._written(one) for day, one in self.seen.items()}

    def _written(self, one: history.Day) -> dict[str, Any]:
        times = {"start": one.start.isoformat(), "end": one.end.isoformat()}
        return {"day": one.day.isoformat(), **times, "work_min": self._work(one)}

    def _weeks(self, days: Mapping[date, Mapping[str, Any]]) -> list[int]:
        """Work of the weeks before the one the horizon starts in, latest last; none before the first that anybody knows of."""
        told = {monday_of(self.told_on) - back * WEEK: work for back, work in _numbered(self.known.get("week_work_min", ()))}
        this = monday_of(self.first_day)
        mondays = [this - back * WEEK for back in range(WEEKS, 0, -1)]
        seen = dict.fromkeys(mondays, 0.0)
        for day, one in days.items():
            if monday_of(day) in seen:
                seen[monday_of(day)] += one["work_min"]
        # Of a week that was told whole the service may have seen a part; of one told half way it has seen the rest.
        work = [round(max(told.get(monday, 0.0), seen[monday])) for monday in mondays]
        is_known = [monday in told or seen[monday] > 0 for monday in mondays]
        return work[is_known.index(True) :] if any(is_known) else []

    # -- days beyond the normal ------------------------------------------------------------------------------------
    def _long(self, name: str, opens: date) -> int | None:
        """Days of the period from `opens` beyond the normal: those told, if they were told of it, and those seen since."""
        told = self.known.get(name, None if name == "long_days" else 0)
        if told is None:
            return None  # nobody counted: then none is planned
        since = max(opens, self.told_on)
        seen = sum(self._is_long(name, one) for day, one in self.seen.items() if since <= day < self.first_day)
        return min((told if self.told_on >= opens else 0) + seen, MOST[name])

    def _is_long(self, name: str, day: history.Day) -> bool:
        match name:
            case "long_spans":
                return self._beyond(day.span_min, "MAX_SPAN")
            case "long_interruptions":
                return self._beyond(day.interrupted_min(self._short_min), "INTERRUPTIONS", "max_total")
        by_date = self.rules.get("MAX_DAILY_WORK", "civil_limit") is not None
        return self._beyond(self._work(day), "MAX_DAILY_WORK", "civil_limit" if by_date else "limit")

    def _beyond(self, met_min: float, *rule: str) -> bool:
        limit = self.rules.get(*rule)
        return limit is not None and met_min > limit_min(limit)

    def _work(self, day: history.Day) -> float:
        return day.work_min(self._short_min)

    @property
    def _short_min(self) -> float:
        value = self.rules.get("SHORT_GAP_PAID")
        return 0 if value is None else limit_min(value)

    @property
    def _anchor(self) -> int:
        value = self.rules.get("WEEKLY_REST", "anchor")
        return 1 if value is None else value.value


def _numbered(weeks: Sequence[float]) -> Iterable[tuple[int, float]]:
    return enumerate(reversed(weeks), start=1)


# -- dates ---------------------------------------------------------------------------------------------------------
def _sundays(scoped: Scoped, basin_id: str, first_day: date) -> Mapping[str, set[date]]:
    return history.dates(scoped, basin_id, [day for day in _before(first_day, SUNDAYS) if is_sunday(day)])


def _holidays(scoped: Scoped, basin_id: str, first_day: date, department: str) -> Mapping[str, set[date]]:
    return history.dates(scoped, basin_id, [day for day in _before(first_day, HOLIDAYS) if is_public_holiday(day, department)])


def _before(first_day: date, span: timedelta) -> Iterable[date]:
    return (first_day - timedelta(days=back) for back in range(span.days, 0, -1))


# -- sums ----------------------------------------------------------------------------------------------------------
class _Capped:
    """Which outcomes count against the 480 h of an intermediary association; those of its people alone are read."""

    def __init__(self, scoped: Scoped, basin_id: str, horizon: Horizon) -> None:
        self.day = horizon.first_day
        self.texts, clock = labour.texts_of(scoped, basin_id), Clock(Horizon(date(2000, 1, 1)))
        self.employers = {
            row.id: build(EmployerShape.model_validate(row.body, strict=False), clock, "")
            for row in scoped.session.scalars(select(Employer).where(Employer.basin_id == basin_id))
        }
        self.providers = {
            row.id: build(ProviderShape.model_validate(row.body, strict=False), clock, "")
            for row in scoped.session.scalars(select(Provider).where(Provider.basin_id == basin_id))
        }
        self.done = self._done(scoped, basin_id, horizon)

    def _done(self, scoped: Scoped, basin_id: str, horizon: Horizon) -> dict[tuple[str, str], int]:
        """Minutes by worker and provider."""
        capped = [id for id, one in self.employers.items() if one.kind is EmployerKind.INTERMEDIARY_ASSOCIATION]
        asked = select(Outcome.worker_id, Outcome.provider_id, Outcome.starts_at, Outcome.ends_at).where(
            Outcome.basin_id == basin_id,
            Outcome.done,
            Outcome.worker_id.in_(select(Worker.id).where(Worker.basin_id == basin_id, Worker.employer_id.in_(capped))),
            Outcome.starts_at < horizon.midnight(0),
        )
        found: dict[tuple[str, str], int] = {}
        for worker, provider, starts, ends in scoped.session.execute(asked) if capped else ():
            if worker is not None and starts is not None and ends is not None:
                whole = (one.replace(second=0, microsecond=0) for one in (starts, ends))
                found[worker, provider] = found.get((worker, provider), 0) + minutes_between(*whole)
        return found

    def minutes(self, body: Mapping[str, Any]) -> int:
        employer, rules = self.employers[body["employer_id"]], self.texts.of(dict(body), self.day)
        mine = {provider: minutes for (worker, provider), minutes in self.done.items() if worker == body["id"]}
        return sum(minutes for provider, minutes in mine.items() if counts(rules, employer, self.providers[provider]))


def _calls(scoped: Scoped, basin_id: str, horizon: Horizon) -> dict[str, int]:
    """Short-notice visits told in the last 30 days and not declined, by worker."""
    asked = (
        select(Offer.worker_id, func.count())
        .where(
            Offer.basin_id == basin_id,
            Offer.short_notice,
            Offer.state.in_(AGREED),
            Offer.starts_at >= horizon.midnight(0) - CALLS,
            Offer.starts_at < horizon.midnight(0),
        )
        .group_by(Offer.worker_id)
    )
    return {worker: count for worker, count in scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker
