"""What workers carry into the next days: what was done where an outcome says so, else what the plan in force
had them do.

What came with a worker (`counters` of its document) speaks of the days before it was told (`counters_since`),
which this service has not seen; what the service saw since is carried on from there, week by week, month by
month.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.commitments.states import AGREED, State
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from api.worked import departments, history, refusals
from api.worked.capped_hours import Capped
from api.worked.history import Days
from api.worked.night_hours import Nights
from brigade.texts.rule_sets import LONG_DAYS, RuleSet
from brigade.timing.duty_days import fortnight_of, monday_of
from brigade.timing.free_time import limit_min
from brigade.units import PARIS, Horizon
from brigade.values.calendar import LOCAL_LAW, NEIGHBOURS, is_public_holiday, is_sunday
from brigade.values.plan import RefusalKind

HISTORY = timedelta(days=14)
WEEK = timedelta(days=7)
WEEKS = 14
"""As many ISO weeks before the one a horizon starts in are carried: twelve weeks in a row, and any twelve of
fifteen."""
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
    sundays, holidays = (
        _sundays(scoped, basin_id, first_day),
        _holidays(scoped, basin_id, first_day, department),
    )
    nights = Nights(scoped, basin_id, first_day)
    refused = refusals.counted(scoped, basin_id, bodies, first_day)
    capped, calls = Capped(scoped, basin_id, horizon), _calls(scoped, basin_id, horizon)
    found = []
    for row, refusal in zip(workers, refused, strict=True):
        id, known = row.id, dict(row.body.get("counters", {}))
        rules = capped.texts.of(row.body, first_day)
        known |= Carried(known, told_on(row), worked[id], rules, first_day).all()
        known["night_months_min"] = nights.of(known, told_on(row), id, rules)
        known |= {refusals.COUNTERS[RefusalKind(one["kind"])]: one["refusals"] for one in refusal["kinds"]}
        known["short_notice_calls"] = max(known.get("short_notice_calls", 0), calls.get(id, 0))
        known["capped_ai_work_min"] = capped.used(known.get("capped_ai_work_min"), row.body)
        for name, seen in (("sundays_worked", sundays), ("holidays_worked", holidays)):
            known[name] = sorted({day.isoformat() for day in seen.get(id, ())} | set(known.get(name, ())))
        found.append(known)
    return found


def told_on(row: Worker) -> date:
    """The day up to which a worker's counters were counted, itself excluded."""
    return row.counters_since or row.changed_at.astimezone(PARIS).date()


def _oldest(first_day: date, workers: Iterable[Worker]) -> date:
    """Fourteen weeks back; as far as January where somebody's long days of the year are counted."""
    oldest = monday_of(first_day) - WEEKS * WEEK
    counting = [told_on(row) for row in workers if row.body.get("counters", {}).get("long_days") is not None]
    return min(oldest, max(min(counting), date(first_day.year, 1, 1))) if counting else oldest


@dataclass(frozen=True)
class Carried:
    """The counters of one worker that days feed. `told_on`: `known` speaks of the days before it, `seen` is
    the service's."""

    known: Mapping[str, Any]
    told_on: date
    seen: Days
    rules: RuleSet
    first_day: date

    def all(self) -> dict[str, Any]:
        days = self._days()
        weeks = self._weeks(days)
        return {
            "days": [one for day, one in sorted(days.items()) if self.first_day - HISTORY <= day],
            "week_work_min": [0 if work is None else work for work in weeks.values()],
            "untraced_weeks": [monday.isoformat() for monday, work in weeks.items() if work is None],
            "long_spans": self._long("long_spans", self.first_day.replace(day=1)),
            "long_interruptions": self._long(
                "long_interruptions", fortnight_of(self.first_day, self._anchor)
            ),
            "long_days": self._long("long_days", date(self.first_day.year, 1, 1)),
        }

    # -- days and weeks -------------------------------------------------------------------------------------
    def _days(self) -> dict[date, dict[str, Any]]:
        """As the exchange document writes them: those told, unless the service knows better."""
        told = {date.fromisoformat(one["day"]): one for one in self.known.get("days", ())}
        known = {day: one for day, one in told.items() if day < self.first_day}
        return known | {day: self._written(one) for day, one in self.seen.items()}

    def _written(self, one: history.Day) -> dict[str, Any]:
        times = {"start": one.start.isoformat(), "end": one.end.isoformat()}
        return {"day": one.day.isoformat(), **times, "work_min": self._work(one)}

    def _weeks(self, days: Mapping[date, Mapping[str, Any]]) -> dict[date, int | None]:
        """Work of the weeks before the one the horizon starts in, by Monday, latest last; none before the
        first that anybody
        knows of, and None for a later one of which there is no trace: she may have been free, or work nobody
        told of."""
        told = {
            monday_of(self.told_on) - back * WEEK: work
            for back, work in _numbered(self.known.get("week_work_min", ()))
        }
        this = monday_of(self.first_day)
        mondays = [this - back * WEEK for back in range(WEEKS, 0, -1)]
        seen = dict.fromkeys(mondays, 0.0)
        for day, one in days.items():
            if monday_of(day) in seen:
                seen[monday_of(day)] += one["work_min"]
        # Of a week that was told whole the service may have seen a part; of one told half way it has seen the
        # rest.
        untraced = {monday_of(date.fromisoformat(day)) for day in self.known.get("untraced_weeks", ())}
        traced = [
            monday for monday in mondays if (monday in told and monday not in untraced) or seen[monday] > 0
        ]
        return {
            monday: round(max(told.get(monday, 0.0), seen[monday])) if monday in traced else None
            for monday in mondays
            if traced and monday >= traced[0]
        }

    # -- days beyond the normal -----------------------------------------------------------------------------
    def _long(self, name: str, opens: date) -> int | None:
        """Days of the period from `opens` beyond the normal: those told, if they were told of it, and those
        seen since."""
        told: int | None = self.known.get(name)
        since = max(opens, self.told_on)
        days = {day: one for day, one in self.seen.items() if since <= day < self.first_day}
        count = self._count(name, days.values())
        if name == "long_days" and self._by_date:
            count = max(self._long_dates(days, opens), self._longer_duties(days.values()))
        if told is None and name == "long_days":
            return None  # nobody counts them: then none is planned
        if told is None and self.told_on > opens and not count:
            return None  # of the days before it was told of her the service knows nothing
        return min((told or 0 if self.told_on >= opens else 0) + count, MOST[name])

    def _count(self, name: str, days: Iterable[history.Day]) -> int:
        return sum(self._is_long(name, one) for one in days)

    def _long_dates(self, days: Mapping[date, history.Day], opens: date) -> int:
        """Local dates, midnight to midnight, beyond the normal day of a text that counts so."""
        work: dict[date, float] = {}
        for day in days.values():
            for date_, minutes in day.work_by_date(self._short_min).items():
                work[date_] = work.get(date_, 0) + minutes
        within = (minutes for day, minutes in work.items() if opens <= day < self.first_day)
        return sum(self._beyond(minutes, "MAX_DAILY_WORK", "civil_limit") for minutes in within)

    def _longer_duties(self, days: Collection[history.Day]) -> int:
        """Duty days beyond the normal one of a text that allows longer ones; of several texts the most."""
        counts = [0]
        for text in self.rules.apart(LONG_DAYS):
            limit, most = (text.get("MAX_DAILY_WORK", name) for name in ("limit", "exceptional"))
            if limit is not None and most is not None and most.value > limit.value:
                counts.append(sum(self._work(day) > limit_min(limit) for day in days))
        return max(counts)

    @property
    def _by_date(self) -> bool:
        return self.rules.get("MAX_DAILY_WORK", "civil_limit") is not None

    def _is_long(self, name: str, day: history.Day) -> bool:
        match name:
            case "long_spans":
                return self._beyond(day.span_min, "MAX_SPAN")
            case "long_interruptions":
                return self._beyond(day.interrupted_min(self._short_min), "INTERRUPTIONS", "max_total")
        return self._beyond(self._work(day), "MAX_DAILY_WORK", "limit")

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


# -- dates -------------------------------------------------------------------------------------------------
def _sundays(scoped: Scoped, basin_id: str, first_day: date) -> Mapping[str, set[date]]:
    return history.dates(scoped, basin_id, [day for day in _before(first_day, SUNDAYS) if is_sunday(day)])


def _holidays(scoped: Scoped, basin_id: str, first_day: date, department: str) -> Mapping[str, set[date]]:
    """By the public holidays of the department where each visit took place."""
    department_of = departments.by_client(scoped, basin_id, department)
    near = {department, *LOCAL_LAW, *NEIGHBOURS.get(department, ())}
    wanted = [day for day in _before(first_day, HOLIDAYS) if any(is_public_holiday(day, one) for one in near)]
    return history.dates(
        scoped, basin_id, wanted, lambda day, client: is_public_holiday(day, department_of(client))
    )


def _before(first_day: date, span: timedelta) -> Iterable[date]:
    return (first_day - timedelta(days=back) for back in range(span.days, 0, -1))


# -- calls -------------------------------------------------------------------------------------------------
def _calls(scoped: Scoped, basin_id: str, horizon: Horizon) -> dict[str, int]:
    """Short-notice visits told in the last 30 days and not declined, by worker."""
    asked = (
        select(Offer.worker_id, func.count())
        .where(
            Offer.basin_id == basin_id,
            Offer.short_notice,
            Offer.state.in_((*AGREED, State.DONE)),
            Offer.starts_at >= horizon.midnight(0) - CALLS,
            Offer.starts_at < horizon.midnight(0),
        )
        .group_by(Offer.worker_id)
    )
    return {worker: count for worker, count in scoped.session.execute(asked)}  # noqa: C416 - rows are no pairs to a type checker
