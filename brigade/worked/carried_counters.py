"""The counters that days of work feed: weeks, days beyond the normal, told and seen since.

What came with a worker (`counters` of its document) speaks of the days before it was told, which nobody here
has seen; what was seen since is carried on from there, week by week, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from brigade.texts.rule_sets import LONG_DAYS, RuleSet
from brigade.timing.duty_days import fortnight_of, monday_of
from brigade.timing.free_time import limit_min
from brigade.units import PARIS
from brigade.worked.done_days import DoneDay, WorkMeasure

# As far back as a rule about days in a row or a fortnight looks.
HISTORY = timedelta(days=14)
WEEK = timedelta(days=7)
WEEKS = 14
"""As many ISO weeks before the one a horizon starts in are carried: twelve weeks in a row, and any twelve of
fifteen."""
# A count cannot exceed the dates of its period: a month, a fortnight, a year. What says more is two sources
# counted together.
MOST = {"long_spans": 31, "long_interruptions": 14, "long_days": 366}


@dataclass(frozen=True)
class CarriedCounters:
    """The counters of one worker that days feed, as the exchange document writes them.

    `told_on`: `known` speaks of the days before it; of the days since, `seen` does. `rules`: the texts that
    bind the worker with everybody she is engaged with. `rules_with`: with these hosts alone, as on a day on
    which she met no others.
    """

    known: Mapping[str, Any]
    told_on: date
    seen: Mapping[date, DoneDay]
    rules: RuleSet
    first_day: date
    rules_with: Callable[[frozenset[str]], RuleSet] | None = None

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

    def _written(self, one: DoneDay) -> dict[str, Any]:
        start, end = (at.astimezone(PARIS).isoformat() for at in (one.start, one.end))
        times = {"start": start, "end": end}
        return {"day": one.day.isoformat(), **times, "work_min": self._work(one)}

    def _weeks(self, days: Mapping[date, Mapping[str, Any]]) -> dict[date, int | None]:
        """Work of the weeks before the one the horizon starts in, by Monday, latest last; none before the
        first that anybody knows of, and None for a later one of which there is no trace: she may have been
        free, or work nobody told of."""
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
            # Texts count such days in two ways: the one that leaves less room holds.
            count = max(self._long_dates(days, opens), self._longer_duties(days.values()))
        if told is None and name == "long_days":
            return None  # nobody counts them: then none is planned
        if told is None and self.told_on > opens and not count:
            return None  # of the days before it was told of her the service knows nothing
        return min((told or 0 if self.told_on >= opens else 0) + count, MOST[name])

    def _count(self, name: str, days: Iterable[DoneDay]) -> int:
        return sum(self._is_long(name, one) for one in days)

    def _long_dates(self, days: Mapping[date, DoneDay], opens: date) -> int:
        """Local dates, midnight to midnight, beyond the normal day of a text that counts so."""
        work: dict[date, float] = {}
        for day in days.values():
            for date_, minutes in day.work_by_date(self._measure(day)).items():
                work[date_] = work.get(date_, 0) + minutes
        within = (minutes for day, minutes in work.items() if opens <= day < self.first_day)
        return sum(self._beyond(minutes, self.rules, "MAX_DAILY_WORK", "civil_limit") for minutes in within)

    def _longer_duties(self, days: Collection[DoneDay]) -> int:
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

    def _is_long(self, name: str, day: DoneDay) -> bool:
        match name:
            case "long_spans":
                return self._beyond(day.span_min, self._rules_of(day), "MAX_SPAN")
            case "long_interruptions":
                met = day.interrupted_min(self._measure(day))
                return self._beyond(met, self._rules_of(day), "INTERRUPTIONS", "max_total")
        return self._beyond(self._work(day), self._rules_of(day), "MAX_DAILY_WORK", "limit")

    def _beyond(self, met_min: float, rules: RuleSet, *rule: str) -> bool:
        limit = rules.get(*rule)
        return limit is not None and met_min > limit_min(limit)

    def _work(self, day: DoneDay) -> float:
        return day.work_min(self._measure(day))

    def _measure(self, day: DoneDay) -> WorkMeasure:
        return WorkMeasure.of(self._rules_of(day))

    def _rules_of(self, day: DoneDay) -> RuleSet:
        """Those of the hosts met that day, as a plan of it obeyed them; where somebody is unknown, all."""
        hosts = day.hosts
        return self.rules if hosts is None or self.rules_with is None else self.rules_with(hosts)

    @property
    def _anchor(self) -> int:
        value = self.rules.get("WEEKLY_REST", "anchor")
        return 1 if value is None else value.value


def _numbered(weeks: Sequence[float]) -> Iterable[tuple[int, float]]:
    return enumerate(reversed(weeks), start=1)
