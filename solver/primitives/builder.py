"""The builder: what a rule's twin may say, in a few primitives that every engine obeys.

- admissible pair: `forbid`, `forbid_first`, `forbid_last` (a tour and visits), `block` (a worker and an
  interval), `keep_off` (a worker and hours by visit)
- route resource: `longest_stretch`, `meal` (breaks inside a tour), `day_limit`, `longer_days` (a measure of a
  day)
- days of a worker: `rest_between_days`, `dates_in_a_row`, `rest_within`, `free_days_within`
- total over the horizon: `total` (work, days, counted service, nights over some days)
- link between visits: `link`, `together`, `only_with`, `guided`
- shared vehicle: `vehicle_limits` (how far, how long between two tours, when)

How limits are read, and rows numbered: `solver/primitives/rule_readings.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from brigade.errors import BrigadeError
from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import monday_of, travel_is_work, wall_time
from brigade.timing.night_presence import counted
from brigade.timing.tour_ways import TourWays
from brigade.units import Interval, Ticks
from brigade.values.workforce import Worker
from brigade.worked.night_workers import is_night_worker
from solver.kernel.arrays import (
    DAY_MEASURES,
    FAR,
    GUIDED,
    GUIDES,
    MAY,
    MAY_FIRST,
    MAY_GUIDE,
    MAY_LAST,
    TOTAL_WORK,
    Ints,
    Records,
)
from solver.kernel.structs import BREAKS, COMMUTE, GROUPS, LONGER_LIMIT, MEAL, NIGHT_REST, NIGHT_ROWS
from solver.primitives.rule_readings import Reader, RuleReadings
from solver.primitives.vehicle_choices import VehicleLimits

Group = TypeVar("Group", bound=Hashable)
MEAN_WEEKS = 12
"""Weeks of a mean where the rule set names no number."""


class NoSpeakingRule(BrigadeError):
    """A pair was forbidden without a rule that is the reason: nobody could explain it."""


@dataclass(frozen=True, slots=True)
class LongerDays:
    """Longer days that a text allows: `left` of them in each group of days, on the SPAN_* `terms`; `excess`:
    the normal commute beyond which home legs are taken off (`ModelBuilder.commute_excess`)."""

    normal: Ticks
    exceptional: Ticks
    left: Mapping[Any, int]
    terms: int = 0
    excess: int = 0


@dataclass
class ModelBuilder(RuleReadings):
    """What twins contribute to; `build_model` owns it."""

    codes: list[str] = field(default_factory=list)
    """Of the rules that forbade a pair, in the order in which they first spoke."""

    def __post_init__(self) -> None:
        super().__post_init__()
        problem = self.problem
        self._speaker: str | None = None
        shape = (len(self.tours), len(self.requests))
        self.pairs = np.full(shape, MAY | MAY_FIRST | MAY_LAST, np.uint8)
        self.forbidden_by = np.zeros(shape, np.int64)
        self.ends = self.pairs.copy()
        workers = len(problem.workers)
        self.blocks: list[list[tuple[Interval, int]]] = [[] for _ in problem.workers]
        self.scopes: dict[tuple[int, ...], int] = {}
        """The row of `scopes` in the arrays, by the visits that a block binds."""
        self.breaks = np.zeros((len(self.tours), self.most_mixes), BREAKS)
        self.breaks["stretch"] = self.breaks["last_stretch"] = FAR
        self.excess: dict[Hashable, Records] = {}
        self.day_limits = np.full((workers, DAY_MEASURES, self.most_mixes), FAR, np.int64)
        self.longer: list[list[tuple[tuple[Any, ...], Records, NDArray[np.int64]]]] = [
            [] for _ in problem.workers
        ]
        self.rest = np.zeros((workers, self.most_mixes), np.int64)
        self.night_rest = np.full((workers, self.most_mixes), FAR, NIGHT_REST)
        self.night_from = np.full((workers, self.most_mixes), FAR, np.int64)
        self.nights_in_a_row = np.full((workers, self.most_mixes), FAR, np.int64)
        self.in_a_row = np.full((workers, self.most_mixes), FAR, np.int64)
        self.totals: list[list[tuple[list[int], list[int]]]] = [[] for _ in problem.workers]
        self.rests: list[list[tuple[list[int], list[int]]]] = [[] for _ in problem.workers]
        self.free: list[list[tuple[list[int], list[int]]]] = [[] for _ in problem.workers]
        self.links: list[list[dict[str, int]]] = [[] for _ in self.requests]
        self.rebuilds = [False for _ in problem.workers]
        durations = np.array([request.visit.duration for request in self.requests], np.int32)
        self.service = np.tile(durations, (workers, 1))
        for column, request in enumerate(self.requests):
            if request.visit.unfamiliar_extra:
                self.service[:, column] = [request.visit.service_by(one.id) for one in problem.workers]
        self.guides = np.zeros(shape, np.uint8)
        self.counted = self.service.copy()
        for column, request in enumerate(self.requests):
            if request.visit.counted_percent is not None:
                self.counted[:, column] = [counted(problem, one, request.visit) for one in problem.workers]
        self.capped = np.zeros((workers, len(self.requests)), np.uint8)
        self.vehicles = [VehicleLimits() for _ in problem.vehicles]
        self.fixed_windows: dict[int, list[tuple[int, int, int]]] = {}
        self._measures()

    def _measures(self) -> None:
        """What counts as work and as a night, by worker and hosts: paid short gaps, the band, how much of it
        makes a night (docs/design.md §3)."""
        shape = (len(self.problem.workers), self.most_mixes)
        self.short_gap = np.zeros(shape, np.int64)
        self.travel_counts = np.zeros(shape, np.int64)
        self.night_rows = np.zeros(shape, NIGHT_ROWS)
        self.night_bands: list[list[Ticks]] = []
        self.long_gap = np.full(shape, FAR, np.int64)
        rows_of: dict[tuple[int, int], tuple[int, int]] = {}
        for row, worker in enumerate(self.problem.workers):
            self.night_from[row] = self.by_mix(worker, self._counts_from(worker), absent=1)
            for mix, rules in self.rules_by_mix(worker):
                self.travel_counts[row, mix] = travel_is_work(rules)
                self.short_gap[row, mix] = self.minutes(rules, "SHORT_GAP_PAID") or 0
                first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
                if first is not None and last is not None:
                    key = (first.value, last.value)
                    # Texts share a few bands, and one set of rows serves all of them.
                    if key not in rows_of:
                        bands = list(self.horizon.bands(wall_time(first.value), wall_time(last.value)))
                        rows_of[key] = len(self.night_bands), len(self.night_bands) + len(bands)
                        self.night_bands += [[band.start, band.end] for band in bands]
                    self.night_rows[row, mix] = rows_of[key]

    def _counts_from(self, worker: Worker) -> Reader:
        """Any night time makes a night of a night worker's day."""
        # One tick and not none: a day without any night time is no night, for a night worker neither.
        always = is_night_worker(self.problem, worker)
        return lambda rules: 1 if always else self.minutes(rules, "NIGHT_LIMITS", "counts_from")

    def rebuild_travel(self, worker: Worker) -> None:
        """Direct travel between two tours of a day, which an interruption parts, is work."""
        self.rebuilds[self.row_of_worker[worker.id]] = True

    # -- who speaks -----------------------------------------------------------------------------------------

    @contextmanager
    def speaking(self, code: str) -> Iterator[None]:
        """Name the rule that is the reason of every pair forbidden meanwhile."""
        before, self._speaker = self._speaker, code
        try:
            yield
        finally:
            self._speaker = before

    # -- admissible pair ------------------------------------------------------------------------------------
    def forbid(self, tour: int, visits: Iterable[int]) -> None:
        """These visits cannot be in the tour; the rule speaking is the reason. Raises: NoSpeakingRule."""
        rows = np.fromiter(visits, np.int64)
        # Before the speaker is asked for: a rule that forbids nothing is no reason of anything.
        if not len(rows):
            return
        if self._speaker is None:
            raise NoSpeakingRule("a pair is forbidden by a rule: with builder.speaking(code)")
        if self._speaker not in self.codes:
            self.codes.append(self._speaker)
        # A bit a rule: several may forbid the same pair, and whoever asks why is told all of them.
        self.forbidden_by[tour, rows] |= 1 << self.codes.index(self._speaker)
        self.pairs[tour, rows] = 0

    def forbid_first(self, tour: int, visits: Iterable[int]) -> None:
        """These visits cannot come first in the tour (the leg from the start place is too long)."""
        self._keep_from_ends(tour, visits, MAY | MAY_LAST)

    def forbid_last(self, tour: int, visits: Iterable[int]) -> None:
        self._keep_from_ends(tour, visits, MAY | MAY_FIRST)

    def _keep_from_ends(self, tour: int, visits: Iterable[int], flags: int) -> None:
        """Remembered in `ends` as well, for questions about pairs that are forbidden altogether."""
        rows = list(visits)
        self.pairs[tour, rows] &= flags
        self.ends[tour, rows] &= flags

    def block(self, worker: Worker, interval: Interval, visits: Iterable[int] | None = None) -> None:
        """No service of these visits, or of any, by this worker overlaps the interval."""
        bound = tuple(range(len(self.requests)) if visits is None else visits)
        scope = self.scopes.setdefault(bound, len(self.scopes))
        self.blocks[self.row_of_worker[worker.id]].append((interval, scope))

    def keep_off(self, worker: Worker, hours: Mapping[int, Collection[Interval]]) -> None:
        """This worker serves no visit in its `hours`. A visit without other hours is forbidden in her tours,
        and the rule that speaks is the reason."""
        row = self.row_of_worker[worker.id]
        never = [visit for visit, taken in hours.items() if not self._has_other_hours(row, visit, taken)]
        for tour in self.tours_of(worker):
            self.forbid(tour, never)
        visits: dict[Interval, list[int]] = {}
        for visit in hours.keys() - set(never):
            for one in hours[visit]:
                visits.setdefault(one, []).append(visit)
        for one in sorted(visits):
            self.block(worker, one, sorted(visits[one]))

    def _has_other_hours(self, worker: int, visit: int, taken: Collection[Interval]) -> bool:
        """Whether the visit could begin somewhere in its windows and be over before the next such hour."""
        duration = int(self.service[worker, visit])
        for opens, _, shut in self.windows_of(visit):
            start = opens
            for one in sorted(taken):
                if Interval(start, start + duration).overlap(one):
                    start = one.end
            if start <= shut:
                return True
        return False

    # -- shared vehicle -------------------------------------------------------------------------------------
    def vehicle_limits(
        self, vehicle: int, at_most: int | None, gap: Ticks, hours: Iterable[Interval]
    ) -> None:
        """No tour with the vehicle drives more than `at_most` metres; `gap` ticks lie between two of them; it
        is out within one of the `hours`, if there are any."""
        limits = self.vehicles[vehicle]
        limits.most_metres = FAR if at_most is None else at_most
        limits.gap, limits.hours = gap, list(hours)

    # -- route resource -------------------------------------------------------------------------------------
    def longest_stretch(self, tour: int, at_most: Reader, pause: Reader, at_end: Reader) -> None:
        """Work goes on for `at_most` ticks, then comes a gap of `pause`; what no gap follows goes on for
        `at_end`."""
        worker = self.tours[tour].worker
        self.breaks["stretch"][tour] = self.by_mix(worker, at_most)
        self.breaks["last_stretch"][tour] = self.by_mix(worker, at_end)
        self.breaks["rest"][tour] = self.by_mix(worker, pause, absent=0)

    def meal(self, tour: int, read: Callable[[RuleSet], tuple[Ticks, ...] | None]) -> None:
        """A tour with work before and after given ticks holds a gap inside a band; read (length, before,
        after, from, to)."""
        for mix, rules in self.rules_by_mix(self.tours[tour].worker):
            if (found := read(rules)) is not None:
                for name, value in zip(MEAL, found, strict=True):
                    self.breaks[name][tour, mix] = value

    def day_limit(self, worker: Worker, measure: int, at_most: Reader) -> None:
        """A measure of a day stays within a limit."""
        limits = self.day_limits[self.row_of_worker[worker.id], measure]
        # The least of what several rules say of one measure: a twin never loosens what another has said.
        np.minimum(limits, self.by_mix(worker, at_most), out=limits)

    def long_gaps(self, worker: Worker, beyond: Reader) -> None:
        """How long a gap is a long one."""
        self.long_gap[self.row_of_worker[worker.id]] = self.by_mix(worker, beyond)

    def day_limit_of(self, worker: Worker, measure: int, mixes: Collection[int], at_most: Ticks) -> None:
        """A measure of a day stays within a limit under those mixes of hosts."""
        row = self.row_of_worker[worker.id]
        for mix in self.rows_of(row, mixes):
            self.day_limits[row, measure, mix] = min(self.day_limits[row, measure, mix], at_most)

    def longer_days(
        self,
        worker: Worker,
        measure: int,
        mixes: Collection[int],
        longer: LongerDays,
        group: Callable[[date], Group],
    ) -> None:
        """Under those mixes of hosts a measure of a day stays within `longer.normal`, or `longer.exceptional`
        on the days left in each group (a month, a fortnight) that the horizon touches; other days of such
        length count in no text."""
        row, groups = self.row_of_worker[worker.id], list(longer.left)
        limits = np.full(self.most_mixes, FAR, LONGER_LIMIT)
        limits[self.rows_of(row, mixes)] = longer.normal, longer.exceptional
        group_of = np.zeros(self.slots, np.int64)
        for day in self.all_dates():
            if group(day) in longer.left:
                group_of[self.slot(day)] = groups.index(group(day))
        left = [max(0, longer.left[key]) for key in groups] + [0] * (GROUPS - len(groups))
        self.longer[row].append(((measure, longer.terms, longer.excess, tuple(left)), limits, group_of))

    def commute_excess(
        self, worker: Worker, normal: Hashable, beyond: Callable[[TourWays], tuple[Ints, Ints]]
    ) -> int:
        """The number of a normal commute; `beyond`: how far the legs from home to each visit, and from there
        home, exceed it by the ways of a tour of the worker's."""
        found = self.excess.setdefault(normal, np.zeros((len(self.tours), len(self.requests)), COMMUTE))
        known = dict[str | None, tuple[Ints, Ints]]()
        for row in self.tours_of(worker):
            vehicle = self.tours[row].key[2]
            if vehicle not in known:
                known[vehicle] = beyond(self.ways_of(row))
            found["out"][row], found["back"][row] = known[vehicle]
        return list(self.excess).index(normal)

    # -- days of a worker -----------------------------------------------------------------------------------
    def rest_between_days(self, worker: Worker, at_least: Reader) -> None:
        row = self.row_of_worker[worker.id]
        self.rest[row] = np.maximum(self.rest[row], self.by_mix(worker, at_least, absent=0))

    def dates_in_a_row(self, worker: Worker, at_most: Reader) -> None:
        """So many local dates in a row with a minute of work on each."""
        row = self.row_of_worker[worker.id]
        self.in_a_row[row] = np.minimum(self.in_a_row[row], self.by_mix(worker, at_most))

    def rest_within(self, worker: Worker, period: Interval, at_least: Reader, inside: Ticks) -> None:
        """`at_least` ticks without work in a row, of which `inside` lie in the period. Periods come in order:
        a rest that one has taken serves the next only if it holds `inside` more."""
        lengths = self.by_mix(worker, at_least, absent=0)
        self.rests[self.row_of_worker[worker.id]].append(([period.start, period.end, inside], lengths))

    def nights(self, worker: Worker, in_a_row: Reader) -> None:
        """So many nights in a row."""
        self.nights_in_a_row[self.row_of_worker[worker.id]] = self.by_mix(worker, in_a_row)

    def rest_after_night(
        self, worker: Worker, daily: Reader, over: Reader, over_night: Reader, whole: Reader
    ) -> None:
        """After a night, the daily rest and as much more as its work is beyond `over`, or what of it lies in
        the night band beyond `over_night`; from `whole` in the band all of its work does."""
        rows = self.night_rest[self.row_of_worker[worker.id]]
        rows["daily"] = self.by_mix(worker, daily, absent=0)
        for name, read in (("over", over), ("over_night", over_night), ("whole", whole)):
            rows[name] = self.by_mix(worker, read)

    def free_days_within(
        self, worker: Worker, first: date, last: date, at_least: Reader, *, with_sunday: bool = False
    ) -> None:
        """Somewhere from `first` to `last`, `at_least` dates in a row without work; `with_sunday`: one of
        them a Sunday, where the plan is to blame: what is known already leaves such a run."""
        bounds = [max(0, self.slot(first)), min(self.slots - 1, self.slot(last))]
        lengths = self.by_mix(worker, at_least, absent=0)
        beyond = max(0, self.slot(last) - (self.slots - 1))
        if max(lengths) and beyond < max(lengths):
            # The Sunday of that week: its own number is 7.
            sunday = self.slot(first) + 7 - first.isoweekday() if with_sunday else -1
            self.free[self.row_of_worker[worker.id]].append(([*bounds, sunday], lengths))

    # -- total over the horizon -----------------------------------------------------------------------------
    def total(
        self,
        worker: Worker,
        measure: int,
        days: Collection[date],
        at_most: Reader,
        *,
        base: int = 0,
        price: int = 0,
        nights_only: bool = False,
    ) -> None:
        """A measure summed over `days`, plus `base`, stays within `at_most`; with a `price` (cost units a
        tick) it may be exceeded at that price. `nights_only`: judged only when one of the days is a night.
        Days outside the arrays count nothing: what is known of them goes into `base`."""
        bits = sum(1 << slot for slot in {self.slot(day) for day in days} if 0 <= slot < self.slots)
        limits = self.by_mix(worker, at_most)
        # A total that no mix of hosts limits would be looked at after every insertion for nothing.
        if bits and min(limits) < FAR:
            self.totals[self.row_of_worker[worker.id]].append(
                ([measure, bits, base, price, int(nights_only)], limits)
            )

    def mean_week(
        self,
        worker: Worker,
        mean: Reader,
        weeks: Callable[[RuleSet], RuleValue | None],
        *,
        nights_only: bool = False,
    ) -> None:
        """The mean work of the last weeks, up to each week of the horizon, stays within `mean`; `weeks` says
        how many count."""
        first, known = monday_of(self.horizon.first_day), worker.counters.week_work
        counts = {
            value.value for _, rules in self.rules_by_mix(worker) if (value := weeks(rules)) is not None
        }
        for count in sorted(counts or {MEAN_WEEKS}):
            # Bound here: the reader is called later, when the loop's own `count` is the last one.
            def most(rules: RuleSet, count: int = count) -> Ticks | None:
                span, limit = weeks(rules), mean(rules)
                return (
                    None
                    if limit is None or (MEAN_WEEKS if span is None else span.value) != count
                    else limit * count
                )

            for number, _ in enumerate(self.weeks_since(first)):
                inside = [first + timedelta(days=offset) for offset in range(7 * (number + 1))]
                base = sum(known[max(0, len(known) - (count - number - 1)) :]) if count > number + 1 else 0
                self.total(worker, TOTAL_WORK, inside[-7 * count :], most, base=base, nights_only=nights_only)

    def count_as_capped(self, worker: Worker, visits: Iterable[int]) -> None:
        """TOTAL_CAPPED sums for this worker the service of these visits, and the work between two of one
        provider."""
        self.capped[self.row_of_worker[worker.id], list(visits)] = 1

    # -- dates ----------------------------------------------------------------------------------------------
    def hours_on(self, visit: int, dates: Collection[date]) -> tuple[Interval, ...]:
        """The dates on which the visit could have a minute of service, each from midnight to midnight."""
        duration = self.requests[visit].visit.longest_service
        spans = [Interval(opens, shut + duration) for opens, _, shut in self.windows_of(visit)]
        days = (self.horizon.day(one) for one in dates)
        return tuple(day for day in days if any(span.overlap(day) for span in spans))

    # -- link between visits --------------------------------------------------------------------------------
    def link(
        self,
        first: str,
        second: str,
        *,
        low: Ticks = 0,
        high: Ticks = 0,
        timed: bool = False,
        workers: int = 0,
    ) -> None:
        """`low` <= start(second) - start(first) <= `high` when `timed`; `workers` is SAME, DIFFERENT or 0.

        A visit that keeps its usual carer stands still: a timed link to it narrows the other's windows
        instead.
        """
        one, two = self.row_of_visit.get(first), self.row_of_visit.get(second)
        if one is not None and two is not None:
            self._tie(one, two, low, high, timed, workers)
            self._tie(two, one, -high, -low, timed, workers)
        elif one is not None and timed:
            self._narrow(one, self.problem.fixed_start(second), -high, -low)
        elif two is not None and timed:
            self._narrow(two, self.problem.fixed_start(first), low, high)

    def together(self, first: str, second: str) -> None:
        """Both visits are covered or neither is; one whose other half nobody will do stays uncovered."""
        one, two = self.row_of_visit.get(first), self.row_of_visit.get(second)
        if one is not None and two is not None:
            self._row(one, two)["together"] = self._row(two, one)["together"] = 1
        for half, other in ((one, second), (two, first)):
            if (
                half is not None
                and other not in self.row_of_visit
                and self.problem.fixed_start(other) is None
            ):
                for tour in range(len(self.tours)):
                    self.forbid(tour, [half])

    def only_with(self, visit: str, other: str) -> None:
        """The visit is covered only where the other is, which may be covered without it."""
        one, two = self.row_of_visit.get(visit), self.row_of_visit.get(other)
        if one is not None and two is not None:
            self._row(one, two)["together"] = 1

    def guided(self, shared: str, visit: str, by: Collection[str]) -> None:
        """The shared visit beside the other one, which is then done by one of these workers."""
        one, two = self.row_of_visit.get(shared), self.row_of_visit.get(visit)
        others = [row for row, tour in enumerate(self.tours) if tour.worker.id not in by]
        if one is not None and two is not None:
            self._row(one, two)["worker"], self._row(two, one)["worker"] = GUIDED, GUIDES
            self.guides[:, one] = MAY_GUIDE
            self.guides[others, one] = 0
        elif one is None and two is not None and self.problem.fixed_start(shared) is not None:
            for row in others:
                self.forbid(row, [two])
        elif one is not None and self.problem.fixed_start(visit) is None:
            for row, _ in enumerate(self.tours):
                self.forbid(row, [one])

    def _row(self, one: int, two: int) -> dict[str, int]:
        """One row a pair of visits: several links between the same two join into the narrowest."""
        row = next((row for row in self.links[one] if row["other"] == two), None)
        if row is None:
            row = {"other": two, "timed": 0, "low": -FAR, "high": FAR, "worker": 0, "together": 0}
            self.links[one].append(row)
        return row

    def _tie(self, one: int, two: int, low: Ticks, high: Ticks, timed: bool, workers: int) -> None:
        row = self._row(one, two)
        row["worker"] = workers or row["worker"]
        if timed:
            row["timed"], row["low"], row["high"] = 1, max(row["low"], low), min(row["high"], high)

    def _narrow(self, row: int, other: Ticks | None, low: Ticks, high: Ticks) -> None:
        if other is None:
            return
        lo, hi = other + low, other + high
        windows = self.fixed_windows.get(row) or self.windows_of(row)
        kept = [(max(e, lo), soft, min(h, hi)) for e, soft, h in windows if max(e, lo) <= min(h, hi)]
        # An hour that never comes, and not no window: the kernel reads a first and a last of each visit.
        self.fixed_windows[row] = kept or [(FAR, FAR, FAR)]

    def windows_of(self, row: int) -> list[tuple[int, int, int]]:
        return [
            (window.earliest, window.latest, window.hard_latest)
            for window in self.requests[row].visit.windows
        ]


def constant(limit: Ticks | None) -> Reader:
    """The same limit under every rule set."""
    return lambda _: limit
