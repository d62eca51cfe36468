"""What counts as work, person by person and duty day by duty day (docs/design.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from tests.second_checker.reading import Case, Stop, Tour, Worker, overlap
from tests.second_checker.texts import Condition, LabourTexts, Rules
from tests.second_checker.traffic import percent_between

Span = tuple[int, int]


@dataclass
class Day:
    """A duty day: what the plan gives, what she does elsewhere, or what is known of a day before."""

    date: date
    tours: list[Tour] = field(default_factory=list)
    other: list[Span] = field(default_factory=list)
    past: tuple[int, int, int] | None = None
    calls: list[Span] = field(default_factory=list)

    @property
    def has_bounds(self) -> bool:
        """Whether rest counts from its work: not where it holds calls alone."""
        return bool(self.tours or self.other or self.past)

    @property
    def stops(self) -> list[Stop]:
        return [stop for tour in self.tours for stop in tour.stops]

    @property
    def is_planned(self) -> bool:
        return bool(self.tours)

    @property
    def outer(self) -> Span:
        """First start and last end."""
        spans = (
            [(stop.start, stop.end) for stop in self.stops]
            + self.other
            + ([self.past[:2]] if self.past else [])
        )
        return min(start for start, _ in spans), max(end for _, end in spans)

    def other_work(self) -> int:
        return sum(end - start for start, end in self.other)


class Person:
    """One worker's days, and the measures taken of them under the rules of given SAAD."""

    def __init__(self, case: Case, labour: LabourTexts, worker: Worker) -> None:
        self.case, self.labour, self.worker = case, labour, worker
        self.clock = case.clock
        self.days: dict[date, Day] = {}
        for tour in case.tours_of(worker.id):
            if tour.stops:
                self._day(tour.day).tours.append(tour)
        for start, end in worker.other_work:
            self._day(self.clock.date_of(start)).other.append((start, end))
        for day, start, end, work in worker.past:
            self._day(day).past = (start, end, work)
        for start, end in worker.calls:
            # Of the days before, history holds the work.
            if self.clock.date_of(start) >= case.first_day:
                self._day(self.clock.date_of(start)).calls.append((start, end))

    def _day(self, day: date) -> Day:
        return self.days.setdefault(day, Day(day))

    @property
    def planned(self) -> list[Day]:
        return [self.days[day] for day in sorted(self.days) if self.days[day].is_planned]

    def hosts(self, days: Iterable[Day]) -> frozenset[str]:
        return frozenset(
            host for day in days for stop in day.stops for host in self.case.hosts_of(stop.visit)
        )

    def rules(self, days: Iterable[Day]) -> Rules:
        return self.labour.of(self.worker, self.hosts(days))

    def texts(self, days: Iterable[Day], condition: Condition) -> list[Rules]:
        return self.labour.apart(self.worker, self.hosts(days), condition)

    def short(self, rules: Rules) -> int:
        return rules.at_least("SHORT_GAP_PAID")

    def intervals(self, day: Day, rules: Rules) -> list[Span]:
        """Work that the plan gives: services, travel between two of a tour, short waits before a service."""
        found: list[Span] = []
        for tour in day.tours:
            for number, stop in enumerate(tour.stops):
                found.append((stop.start, stop.start + self.counted(stop)))
                if number:
                    found.append((stop.arrival - stop.travel, stop.arrival))
                if 0 < stop.wait < self.short(rules):
                    found.append((stop.start - stop.wait, stop.start))
        return found

    def counted(self, stop: Stop) -> int:
        """What of a service is work: a part of a long night, where the employer's text and the host's know
        that."""
        whole, told = stop.end - stop.start, stop.visit.get("counted_percent")
        if told is None:
            return whole
        host = next(iter(self.case.hosts_of(stop.visit)), None)
        part = 0
        for text in self.labour.alone(self.worker, host):
            least, percent = (text.get("NIGHT_PRESENCE", name) for name in ("least_length", "least_percent"))
            known = least is not None and percent is not None and whole >= least
            part = max(part, max(percent or 0, told) if known else 100)
        return -(-whole * part // 100)

    def rebuilt_travel(self, day: Day, rules: Rules) -> int:
        """The direct ways between tours that an interruption parts, where contract and employer's text know
        them: no hour of the clock is theirs, so that neither the night nor a date holds them."""
        known = self.rules([]).flag("INTERRUPTIONS", "counterpart_travel")
        if not known or not self.worker.contract.get("rebuilt_travel"):
            return 0
        found = 0
        for before, after in pairwise(day.tours):
            last, first = before.stops[-1], after.stops[0]
            if first.start - last.end >= self.least_interruption(rules):
                origin, there = (self.case.site_of(stop.visit, self.worker) for stop in (last, first))
                mode = (after.vehicle or self.worker.told).get("mode", "car")
                percent = percent_between(self.case, mode, last.visit, first.visit)
                found += self.case.way(mode, origin, there, percent)[0]
        return found

    def least_interruption(self, rules: Rules) -> int:
        least = rules.get("SHORT_GAP_PAID")
        return least if least is not None else 1

    def own_work(self, day: Day, rules: Rules | None = None) -> int:
        chosen = rules or self.rules([day])
        return sum(end - start for start, end in self.intervals(day, chosen)) + self.rebuilt_travel(
            day, chosen
        )

    def past_work(self, day: Day) -> int:
        """What was done already: told of a day before, and calls."""
        return (day.past[2] if day.past else 0) + sum(end - start for start, end in day.calls)

    def interruptions(self, day: Day, rules: Rules) -> list[int]:
        found = []
        least = self.least_interruption(rules)
        for tour in day.tours:
            found += [stop.wait for stop in tour.stops if stop.wait >= least]
        for before, after in pairwise(day.tours):
            gap = after.stops[0].start - before.stops[-1].end
            if gap >= least:
                found.append(gap)
        return found

    def bands(self, around: Span, begin: int, end: int) -> list[Span]:
        """That band of each night or day that `around` can touch; over midnight where it ends before it
        begins."""
        first, last = (
            self.clock.date_of(around[0]) - timedelta(days=1),
            self.clock.date_of(around[1]) + timedelta(days=1),
        )
        found = []
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            found.append((self.clock.at(day, begin), self.clock.at(day, end if end > begin else end + 1440)))
        return found

    def night(self, day: Day, rules: Rules) -> int:
        """Work in the night band of `rules`; what is work, the texts of the day say together."""
        begin, end = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
        if begin is None or end is None:
            return 0

        def within(span: Span) -> int:
            return sum(overlap(span, band) for band in self.bands(span, begin, end))

        known = sum(within(span) for span in self.intervals(day, self.rules([day])) + day.other)
        return known + (min(within(day.past[:2]), day.past[2]) if day.past else 0)

    def work(self, day: Day, rules: Rules) -> int:
        return self.own_work(day, rules) + day.other_work() + self.past_work(day)

    def by_date(self, day: Day, rules: Rules, *, with_other: bool) -> dict[date, int]:
        """Work of a duty day, split at midnight."""
        found: dict[date, int] = {}
        for start, end in self.intervals(day, rules) + day.calls + (day.other if with_other else []):
            for one in self.clock.dates(start, end):
                found[one] = found.get(one, 0) + self.clock.inside(start, end, one)
        if day.past:
            start, end, work = day.past
            midnight = self.clock.at(day.date, 1440)
            evening = min(work, midnight - start)
            found[day.date] = found.get(day.date, 0) + evening
            if end > midnight and work > evening:
                after = day.date + timedelta(days=1)
                found[after] = found.get(after, 0) + work - evening
        return found

    def dates_worked(self, *, plan: bool = True, told: bool = True) -> set[date]:
        """Dates with a minute of work; of the plan, or known without it."""
        found: set[date] = set()
        for day in self.days.values():
            spans = [(stop.start, stop.end) for stop in day.stops] if plan else []
            if told:
                spans += day.other + ([day.past[:2]] if day.past else [])
            found.update(one for start, end in spans for one in self.clock.dates(start, end))
        if told:
            found.update(one for start, end in self.worker.calls for one in self.clock.dates(start, end))
            for name in ("sundays_worked", "holidays_worked"):
                found.update(date.fromisoformat(one) for one in self.worker.counters.get(name) or [])
        return found


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(7)]


def longest_run(days: set[date]) -> list[list[date]]:
    """Runs of dates that follow each other."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] + timedelta(days=1) == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
