"""A search of its own to try changes of the problem on, without building the model again; every change is
undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from brigade.units import Ticks, TimeWindow
from brigade.values.places import TravelMode
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.kernel.arrays import (
    FAR,
    MAY,
    MAY_FIRST,
    MAY_LAST,
    Arrays,
)
from solver.kernel.local_search import Orders, Search
from solver.model.fixed_part import TIES
from solver.model.model import Model, build_model

SEED = 1
MOST_LET_IN = 4
"""Visits for which a tour has room beside the one asked about: a paper lets in those that it goes with, and
one that makes room elsewhere."""
Spot = tuple[int, int, int]
"""(visit, tour, position)"""
Found = tuple[int, tuple[Spot, ...]]
"""(change of cost, spots in order)"""
CHAIN_TRIES = 60
"""Plans that are loaded to find places for three visits and more, before that is given up."""


class OpenedPlan(Protocol):
    """What of an advice session is tried on: a plan loaded beside its model."""

    soonest: Ticks
    problem: Problem
    plan: Plan
    model: Model
    arrays: Arrays
    modelled: Arrays
    orders: Orders
    search: Search
    fixed_workers: frozenset[str]

    @property
    def trial_model(self) -> TrialModel: ...

    def tours_of(self, worker_id: str) -> range: ...

    def missing_partners(self, row: int) -> list[int]: ...


@contextmanager
def _kept(table: NDArray[Any], at: Any) -> Iterator[None]:
    """Put back what stood there, whatever happens meanwhile: the next question reads the same arrays."""
    kept = table[at].copy()
    try:
        yield
    finally:
        table[at] = kept


class TrialModel:
    """Screens changes: what fits here is still to be checked by the plain rules, which read the changed
    problem itself."""

    def __init__(self, session: OpenedPlan) -> None:
        self.session = session
        given = session.arrays
        copied = {
            name: getattr(given, name).copy()
            for name in ("visits", "windows", "tours", "pairs", "links", "scalars")
        }
        # A tour has room for the visits allowed in it and one more only.
        copied["tours"]["most_visits"] += MOST_LET_IN
        copied["scalars"]["length"] += MOST_LET_IN
        # What is changed here is copied, all else shared: the matrices of travel are most of the memory.
        self.arrays = given._replace(**copied)
        self.search = Search(self.arrays, SEED)
        self.search.load(session.orders)

    # -- changes --------------------------------------------------------------------------------------------
    @contextmanager
    def shifted(self, rows: Iterable[int], by: int) -> Iterator[None]:
        """The windows of these visits moved by so many ticks."""
        with self._moved(rows, by, by):
            yield

    @contextmanager
    def wider(self, rows: Iterable[int], earlier: int, later: int) -> Iterator[None]:
        """Every window of these visits from so many ticks earlier to so many later."""
        with self._moved(rows, -earlier, later):
            yield

    @contextmanager
    def _moved(self, rows: Iterable[int], opens: int, shuts: int) -> Iterator[None]:
        """The ends of all windows of these visits moved; none opens before the soonest hour that may be asked
        for."""
        windows, visits = self.arrays.windows, self.arrays.visits
        with ExitStack() as kept:
            for row in rows:
                rows_of, visit = self.arrays.window_rows(row), visits[row]
                kept.enter_context(_kept(windows, rows_of))
                kept.enter_context(_kept(visits, row))
                for name, by in (("earliest", opens), ("latest", shuts), ("hard_latest", shuts)):
                    windows[name][rows_of] += by
                visit["opens"] += opens
                visit["shuts"] += shuts
                if self.session.soonest > 0:
                    earliest = windows["earliest"][rows_of]
                    np.maximum(earliest, self.session.soonest, out=earliest)
                    visit["opens"] = max(visit["opens"], self.session.soonest)
            yield

    @contextmanager
    def within(self, windows: Mapping[int, TimeWindow]) -> Iterator[None]:
        """Each of these visits begins in its own hours and in the window given."""
        with ExitStack() as kept:
            for row, window in windows.items():
                kept.enter_context(_kept(self.arrays.windows, self.arrays.window_rows(row)))
                kept.enter_context(_kept(self.arrays.visits, row))
                narrow(self.arrays, row, max(window.earliest, self.session.soonest), window.hard_latest)
            yield

    @contextmanager
    def open_longer(self, row: int, by: int) -> Iterator[None]:
        """The visit's last window ends so many ticks later."""
        last = int(self.arrays.visits["end_window"][row]) - 1
        with _kept(self.arrays.windows, last), _kept(self.arrays.visits, row):
            self.arrays.windows["hard_latest"][last] += by
            self.arrays.visits["shuts"][row] += by
            yield

    @contextmanager
    def longer(self, tour: int, earlier: int, later: int) -> Iterator[None]:
        """The tour's hours from so many ticks earlier to so many later."""
        with _kept(self.arrays.tours, tour):
            self.arrays.tours["start"][tour] -= earlier
            self.arrays.tours["hard_end"][tour] += later
            if later:
                self.arrays.tours["end"][tour] = self.arrays.tours["hard_end"][tour]
            yield

    @contextmanager
    def allowed(self, tour: int, row: int, at_ends: bool = False) -> Iterator[None]:
        """The pair as if no rule forbade it. Args: at_ends: nor as the first or last visit of the tour."""
        with _kept(self.arrays.pairs, (tour, row)):
            self.arrays.pairs[tour, row] = (
                MAY | MAY_FIRST | MAY_LAST if at_ends else self.session.model.ends[tour, row]
            )
            yield

    @contextmanager
    def untied(self, one: int, two: int) -> Iterator[None]:
        """The links between two visits gone."""
        with _kept(self.arrays.links, slice(None)):
            for row, other in ((one, two), (two, one)):
                for link in self.arrays.links_of(row):
                    if link["other"] == other:
                        for name in ("timed", "low", "high", "worker", "together"):
                            link[name] = 0
            yield

    @contextmanager
    def beside_nobody(self, row: int) -> Iterator[None]:
        """The visit without those it goes with and that nobody is to do, where they are all that keeps people
        from it."""
        model, pairs = self.session.model, self.arrays.pairs
        free = (n for n, own in enumerate(model.tours) if own.worker.id not in self.session.fixed_workers)
        tours = [tour for tour in free if (why := model.rules_against(tour, row)) and TIES.issuperset(why)]
        with _kept(pairs, (slice(None), row)):
            pairs[tours, row] = model.ends[tours, row]
            yield

    def can_have_own_windows(self, row: int) -> bool:
        """Whether the arrays have room for the visit's own windows where ties to fixed visits have narrowed
        them."""
        rows = self.session.modelled.window_rows(row)
        return bool(rows.stop - rows.start == len(self.session.model.requests[row].visit.windows))

    @contextmanager
    def own_windows(self, row: int) -> Iterator[None]:
        """The visit's windows as asked for, whatever fixed visits it is tied to."""
        windows = self.session.model.requests[row].visit.windows
        with self.beside_nothing_fixed(row):
            rows, visit = self.arrays.window_rows(row), self.arrays.visits[row]
            self.arrays.windows[rows] = [(one.earliest, one.latest, one.hard_latest) for one in windows]
            visit["opens"], visit["shuts"] = windows[0].earliest, windows[-1].hard_latest
            yield

    @contextmanager
    def beside_nothing_fixed(self, row: int) -> Iterator[None]:
        """The visit's hours and people as if no stop of a day that is left as it is stood."""
        modelled, owners = self.session.modelled, self.session.model.tours
        rows = modelled.window_rows(row)
        free = [tour for tour, own in enumerate(owners) if own.worker.id not in self.session.fixed_workers]
        with (
            _kept(self.arrays.windows, rows),
            _kept(self.arrays.visits, row),
            _kept(self.arrays.pairs, (slice(None), row)),
        ):
            self.arrays.windows[rows] = modelled.windows[rows]
            self.arrays.visits[row] = modelled.visits[row]
            self.arrays.pairs[free, row] = modelled.pairs[free, row]
            yield

    @contextmanager
    def holding(self, orders: Orders) -> Iterator[bool]:
        """Another plan for a while; False where it is not lawful."""
        try:
            yield self.search.load(orders)
        finally:
            self.search.load(self.session.orders)

    @cached_property
    def with_cars(self) -> Search | None:
        """A search of the problem in which everybody has a car; None where nobody would gain one or cars have
        no matrix."""
        return _with_cars(self.session)


def _with_cars(session: OpenedPlan) -> Search | None:
    problem = session.problem
    if TravelMode.CAR not in problem.travel or all(one.mode is TravelMode.CAR for one in problem.workers):
        return None
    # A problem of its own and not another matrix here: the mode decides on paid kilometres and long legs too.
    driving = tuple(replace(one, mode=TravelMode.CAR) for one in problem.workers)
    search = Search(build_model(problem.with_workers(driving), session.plan).arrays, SEED)
    search.load(session.orders)
    return search


def narrow(arrays: Arrays, row: int, first: Ticks, last: Ticks) -> None:
    """The visit's windows within these ticks; none is left: an hour that never comes, as beside fixed
    visits."""
    rows, visit = arrays.window_rows(row), arrays.visits[row]
    kept = [
        (max(earliest, first), latest, min(hard_latest, last))
        for earliest, latest, hard_latest in arrays.windows[rows].tolist()
        if max(earliest, first) <= min(hard_latest, last)
    ] or [(FAR, FAR, FAR)]
    visit["end_window"] = rows.start + len(kept)
    arrays.windows[arrays.window_rows(row)] = kept
    visit["opens"], visit["shuts"] = kept[0][0], kept[-1][2]


# -- a visit and those that go with it ---------------------------------------------------------------------
def place_whole(
    session: OpenedPlan, search: Search, row: int, *, tours: range | None = None, without: Sequence[int] = ()
) -> tuple[int, tuple[Spot, ...]] | None:
    """Lawful places of a visit and of the uncovered ones it goes with: change of cost, spots in order. The
    best for two, as far as the first stands at its best; for more, the first that are found (`Chain`)."""
    return _placed(session, search, row, session.missing_partners(row), tours, without)


def place_together(session: OpenedPlan, row: int, others: Sequence[int]) -> Found | None:
    """The same on the trial model, of a visit and those that go with it under the ties tried there."""
    return _placed(session, session.trial_model.search, row, others, None, ())


def _placed(
    session: OpenedPlan,
    search: Search,
    row: int,
    missing: Sequence[int],
    tours: range | None,
    without: Sequence[int],
) -> Found | None:
    if not missing:
        found = search.place(row, tours, without=without)
        return (found.change, ((row, found.tour, found.position),)) if found.is_lawful else None
    if len(missing) > 1:
        return Chain(session, search, without).placed(row, missing, tours)
    best: tuple[int, tuple[Spot, ...]] | None = None
    for worker in session.problem.workers:
        own = session.tours_of(worker.id)
        if tours is not None:
            own = range(max(own.start, tours.start), min(own.stop, tours.stop))
        if not own:
            continue
        one = search.place(row, own, without=without)
        if not one.is_lawful:
            continue
        two = search.place(missing[0], without=without, first=(row, one.tour, one.position))
        if two.is_lawful and (best is None or two.change < best[0]):
            best = two.change, ((row, one.tour, one.position), (missing[0], two.tour, two.position))
    return best


class Chain:
    """Three visits and more that are covered together or not at all: one after the other is put where it
    costs least, and put elsewhere when one of the others then finds no place."""

    def __init__(self, session: OpenedPlan, search: Search, without: Sequence[int] = ()) -> None:
        self.session, self.without, self.tries = session, without, CHAIN_TRIES
        self.fewest_left: tuple[int, int] | None = None
        """(visits still to be put, the first of them), of the way that came furthest."""
        self.search = session.trial_model.search if search is session.search else search

    def placed(
        self, row: int, others: Sequence[int], tours: range | None
    ) -> tuple[int, tuple[Spot, ...]] | None:
        if self.search is not self.session.trial_model.search or not all(
            self._has_place(one) for one in others
        ):
            return None
        return self._with_halves(lambda: self._put((), [row, *others], tours))

    def lacking(self, first: Spot, others: Sequence[int]) -> int | None:
        """Which of the others finds no place once the first has its own, as far as they come; None where all
        do."""
        if self._with_halves(lambda: self._put((first,), list(others), None)) is not None:
            return None
        return others[0] if self.fewest_left is None else self.fewest_left[1]

    def _has_place(self, row: int) -> bool:
        return self.search.place(row, without=self.without).is_lawful

    def _with_halves(self, ask: Callable[[], Found | None]) -> Found | None:
        """On the way to a whole some of it is missing, which a plan forbids."""
        links = self.session.trial_model.arrays.links
        try:
            with _kept(links["together"], slice(None)):
                links["together"] = 0
                return ask()
        finally:
            self.search.load(self.session.orders)

    def _put(self, spots: tuple[Spot, ...], rows: list[int], tours: range | None) -> Found | None:
        if not rows:
            return 0, spots
        if self.fewest_left is None or len(rows) < self.fewest_left[0]:
            self.fewest_left = len(rows), rows[0]
        orders = with_spots(self.session.orders, spots, self.without)
        self.tries -= 1
        if self.tries < 0 or not self.search.load(orders):
            return None
        # Worker by worker: the kernel tells only the best place of those it is asked about.
        ways = [self.search.place(rows[0], own) for own in self._asked(tours)]
        for way in sorted((one for one in ways if one.is_lawful), key=lambda one: one.change):
            found = self._put((*spots, (rows[0], way.tour, way.position)), rows[1:], None)
            if found is not None:
                return way.change + found[0], found[1]
        return None

    def _asked(self, tours: range | None) -> list[range]:
        everybody = [self.session.tours_of(worker.id) for worker in self.session.problem.workers]
        if tours is None:
            return everybody
        mine = (range(max(own.start, tours.start), min(own.stop, tours.stop)) for own in everybody)
        return [one for one in mine if one]


def with_spots(orders: Orders, spots: Iterable[Spot], without: Iterable[int] = ()) -> Orders:
    """The orders less some visits, then with the spots filled one after the other."""
    gone = set(without)
    made = [[row for row in order if row not in gone] for order in orders]
    for row, tour, position in spots:
        made[tour].insert(position, row)
    return made
