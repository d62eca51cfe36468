"""What the rules say, by worker and mix of hosts, and how dates, tours and visits are numbered.

Limits that depend on whom the worker visits are given as functions of the rule set in force (`Reader`); they
are asked once for every mix of hosts that the worker can meet (`solver/primitives/host_mixes.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.texts.rule_sets import Key, RuleSet
from brigade.timing.duty_days import monday_of, wall_time
from brigade.timing.tour_ways import TourWays
from brigade.units import Interval, Ticks
from brigade.values.places import Vehicle
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker
from solver.kernel.arrays import AFTER, FAR, HISTORY
from solver.primitives.host_mixes import host_classes, mixes_by_worker
from solver.primitives.vehicle_choices import vehicles_for

Reader = Callable[[RuleSet], Ticks | None]
"""Reads a limit, in ticks (or a plain count), from the rule set in force; None: no limit."""


@dataclass(frozen=True, slots=True)
class WorkerTour:
    """A worker in one availability, by her own mode or with a shared vehicle."""

    worker: Worker
    index: int
    availability: Availability
    day: date
    vehicle: Vehicle | None = None

    @property
    def key(self) -> tuple[str, int, str | None]:
        """By which a plan names it."""
        return self.worker.id, self.index, None if self.vehicle is None else self.vehicle.id


@dataclass
class RuleReadings:
    """A problem's rows, numbered as in `Arrays`, and what binds them."""

    problem: Problem

    def __post_init__(self) -> None:
        problem = self.problem
        self.requests, self.horizon = problem.requests, problem.horizon
        self.tours = [
            WorkerTour(worker, index, stay, self.horizon.day_of(stay.start), vehicle)
            for worker in problem.workers
            for index, stay in enumerate(worker.availability)
            for vehicle in vehicles_for(problem, worker, index)
        ]
        self.row_of_worker = {worker.id: row for row, worker in enumerate(problem.workers)}
        self.row_of_visit = {request.visit.id: row for row, request in enumerate(self.requests)}
        self.host_class, self.class_hosts = host_classes(problem)
        self.mixes = mixes_by_worker(problem, self.host_class, self.class_hosts)
        self.most_mixes = max(map(len, self.mixes), default=1)
        self.slots = HISTORY + self.horizon.days + AFTER

    # -- rules ----------------------------------------------------------------------------------------------
    def night_within(self, rules: RuleSet, day: date, taken: Interval) -> Ticks:
        """What of a duty day's time `taken`, within the horizon or before it, lies in the night of
        `rules`."""
        first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
        if first is None or last is None:
            return 0
        nights = [
            (day + timedelta(days=n), day + timedelta(days=n + (first.value >= last.value)))
            for n in (-1, 0, 1)
        ]
        at = self.horizon.at
        bands = (
            Interval(at(dusk, wall_time(first.value)), at(dawn, wall_time(last.value)))
            for dusk, dawn in nights
        )
        return sum(taken.overlap(band) for band in bands)

    def rules_by_mix(self, worker: Worker) -> Iterator[tuple[int, RuleSet]]:
        """The rule sets that the worker can come under, by mix of hosts; the employer's own first. Rows of
        the arrays beyond her last mix repeat it, so that nothing read from them is new."""
        rules = self.mixes[self.row_of_worker[worker.id]].rules
        return ((mix, rules[min(mix, len(rules) - 1)]) for mix in range(self.most_mixes))

    def rules_at(self, worker: Worker, host_class: int) -> RuleSet:
        """The rule set for a worker at one class of hosts, whether she can meet it or not."""
        return self.problem.rules_for(worker, self.class_hosts[host_class])

    def host_class_of(self, row: int) -> int:
        """The class of the visit's host; that without any, of an attendance."""
        return self.host_class[self.problem.hosts_at(self.requests[row].visit)]

    def rules_everywhere(self, worker: Worker) -> RuleSet:
        """The rule set for a worker at all the hosts she can meet."""
        mixes = self.mixes[self.row_of_worker[worker.id]]
        return mixes.rules[mixes.everywhere]

    def by_mix(self, worker: Worker, read: Reader, absent: int = FAR) -> list[int]:
        """What a limit says under each mix of hosts; `absent` where it says nothing."""
        rules = self.mixes[self.row_of_worker[worker.id]].rules
        found = [absent if (value := read(one)) is None else value for one in rules]
        return found + found[-1:] * (self.most_mixes - len(found))

    def minutes(self, rules: RuleSet, rule: str, name: str = "limit") -> Ticks | None:
        """A rule's value stated in minutes, in ticks."""
        value = rules.get(rule, name)
        return None if value is None else self.horizon.ticks(value.value)

    def count(self, rules: RuleSet, rule: str, name: str) -> int | None:
        """A rule's value that is a plain number."""
        value = rules.get(rule, name)
        return None if value is None else value.value

    def texts_apart(self, worker: Worker, condition: tuple[Key, ...]) -> Iterator[tuple[RuleSet, list[int]]]:
        """A whole condition as each text says it, with the mixes of hosts under which it holds."""
        found: dict[frozenset[tuple[Key, int]], tuple[RuleSet, list[int]]] = {}
        for mix, rules in self.rules_by_mix(worker):
            for text in rules.apart(condition):
                found.setdefault(text.wording, (text, []))[1].append(mix)
        yield from found.values()

    def rows_of(self, row: int, mixes: Collection[int]) -> list[int]:
        """The rows of those mixes; beyond a worker's own they repeat her last."""
        last = len(self.mixes[row]) - 1
        return [mix for mix in range(self.most_mixes) if min(mix, last) in mixes]

    # -- dates ----------------------------------------------------------------------------------------------
    def slot(self, day: date) -> int:
        """Row of a local date in the day arrays; may fall outside them."""
        return (day - self.horizon.first_day).days + HISTORY

    def date_of(self, slot: int) -> date:
        return self.horizon.first_day + timedelta(days=slot - HISTORY)

    def all_dates(self) -> tuple[date, ...]:
        """The dates of the arrays that a tour can touch: the horizon's and the morning after."""
        return tuple(self.date_of(slot) for slot in range(HISTORY, HISTORY + self.horizon.days + 1))

    def unseen(self, days: Iterable[date], worked: Collection[date]) -> int:
        """How many of `days` were worked and lie outside the arrays."""
        return sum(day in worked and not 0 <= self.slot(day) < self.slots for day in days)

    def month(self, month: tuple[int, int], weekday: int) -> list[date]:
        """Every such weekday (1 Monday to 7 Sunday) of a calendar month."""
        days = (date(*month, 1) + timedelta(days=offset) for offset in range(31))
        return [day for day in days if day.month == month[1] and day.isoweekday() == weekday]

    def weeks(self, worker: Worker) -> Iterator[list[date]]:
        """The ISO weeks the horizon touches, all seven dates of each."""
        for monday in sorted({monday_of(tour.day) for tour in self.tours if tour.worker is worker}):
            yield [monday + timedelta(days=offset) for offset in range(7)]

    def weeks_since(self, monday: date) -> range:
        """The numbers of the ISO weeks from `monday` to the end of the horizon."""
        return range((self.horizon.dates[-1] - monday).days // 7 + 1)

    def dates_touched(self, worker: Worker) -> list[date]:
        """Every local date on which a tour of the worker's may hold work, the mornings after nights
        included."""
        found: set[date] = set()
        for tour in self.tours:
            if tour.worker is worker:
                last = self.horizon.day_of(max(tour.availability.start, tour.availability.hard_end - 1))
                found.update(tour.day + timedelta(days=n) for n in range((last - tour.day).days + 1))
        return sorted(found)

    def weeks_touched(self, worker: Worker) -> Iterator[list[date]]:
        """The ISO weeks of those dates, all seven of each."""
        for monday in sorted({monday_of(day) for day in self.dates_touched(worker)}):
            yield [monday + timedelta(days=offset) for offset in range(7)]

    def tours_of(self, worker: Worker) -> list[int]:
        return [row for row, tour in enumerate(self.tours) if tour.worker is worker]

    def ways_of(self, row: int) -> TourWays:
        """The ways of a tour."""
        tour = self.tours[row]
        return TourWays(self.problem, tour.worker, tour.vehicle)
