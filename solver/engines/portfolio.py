"""The engines at work together, under one clock: construction, local search, columns and bound, the dive, the
exact choice.

With two threads the bound and the dive run beside the local search and hand their plans over; with one they
take turns. Under a work limit everything runs in turn and nothing looks at the clock, so that the same work
gives the same plan.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from brigade.values.plan import Plan
from solver.engines.annealing import Annealing, level_rounds, top_levels
from solver.engines.column_generation.columns import Column, ColumnGeneration
from solver.engines.column_generation.coverage_bound import coverage_bound
from solver.engines.column_generation.dive import dive
from solver.engines.screening import coverable
from solver.engines.symmetry import classes_of, is_tied
from solver.engines.team import SearchTeam, columns_of
from solver.kernel.enumerations import Effort
from solver.kernel.local_search import Orders
from solver.model.model import Model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings

FIRST_SHARE, LAST_SHARE = 0.07, 0.15
"""Shares of the limit for local search before and after the other engines, when they take turns."""
COLUMNS_SHARE = 0.2
"""Of the time, when columns are to end where levels come before costs and the day is too large to be solved
entire: local search from their plan, the top levels first, covers more of priority 2 than they do."""
FIRST_PAIRS_A_SECOND = 4000
"""Tours x visits for which a second of local search gives columns enough to begin with."""
POLISH_SHARE = 0.17
"""The best plan is polished from this share of the full heat."""
PAIRS_A_SECOND = 2000
"""Tours x visits for which a second of one core buys columns that pay: with less, local search alone leaves
less uncovered (60 x 600, 10 s: 150 points against 160)."""
DIVE_WORTH = 2.5
"""A careful dive takes so many times as long as its program took to solve, or nearly: not begun with less."""
PROVING_ROUND = 20
"""A round that proves, without which there is no bound, and some polish take so many times as long as a
coarse round."""
SECOND_DIVE = 0.75
"""Of the time that the first dive took, what a second one must have at least."""
TIED_SHARE, SMALL_SHARE = 0.6, 0.5
"""Of the time left, what the whole day in CP-SAT gets: before columns where starts are tied, after them on
small days."""
TELLING_S_A_PAIR, TIED_TELLING_S_A_PAIR, TELLING_SHARE = 1.2e-4, 1.6e-4, 0.35
"""Kept of the limit for the reasons of what stays uncovered: seconds for each tour x visit that the first
plan leaves out (100 visits of 60 tours: 0.7 s), more where starts are tied, and at most this share."""
RECOMBINED_SHARE, RECOMBINATION_SHARE = 0.85, 0.35
"""Until this share of the time routes are put together anew in the second thread, each time for at most that
share of it."""
ROUND_WORTH = 500
"""Under a work limit a round of column generation counts as so many iterations."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Orders of each tour, the starts they were found with, their true cost and the best bound, in cost
    units; `coverage_bound` in points.

    `relaxed`: what the bound leaves out. `worth`: what one more tour like each could save at the most, by
    dual prices; empty without them. `effort`: iterations, rounds, columns and seconds.
    """

    orders: Orders
    starts: Mapping[int, int]
    objective: int
    bound: int
    coverage_bound: int
    relaxed: tuple[str, ...]
    proves_mandatory_left_out: bool
    worth: Mapping[int, int]
    effort: Mapping[str, float]

    @property
    def is_optimal(self) -> bool:
        return self.objective <= self.bound


def search(model: Model, settings: SearchSettings, clock: SearchClock, start: Plan | None = None) -> Solution:
    """The best orders found in the time or work given."""
    team = _Flow(model, settings, clock, start)
    team.run()
    team.complete()
    best = team.best
    clock.tell(best.objective, best.bound, best.covered, team.iterations, at_once=True)
    # By who may do what, not by the plan: that a search left a visit out proves nothing.
    left_out = np.array([request.visit.mandatory for request in model.requests], bool) & ~coverable(model)
    return Solution(
        orders=best.plan.orders,
        starts=best.plan.starts,
        objective=best.plan.objective,
        bound=best.bound,
        coverage_bound=team.coverage,
        relaxed=team.relaxed,
        proves_mandatory_left_out=bool(left_out.any()),
        worth=team.worth,
        effort={
            "iterations": team.iterations,
            "rounds": team.rounds,
            "columns": best.columns,
            "seconds": clock.elapsed_s,
        },
    )


class _Routes:
    """The routes of the first local search, asked for by the second thread and handed out by the first, whose
    they are."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._found: list[Column] = []
        self._is_closed = False
        self.is_asked = False

    def ask(self) -> list[Column]:
        """Those of now; the last ones where the first thread has ended."""
        with self._changed:
            self.is_asked = True
            # Closed is asked beside: a first thread that has ended hands nothing out, and this one would wait
            # for ever.
            self._changed.wait_for(lambda: not self.is_asked or self._is_closed)
            return self._found

    def hand_out(self, found: list[Column]) -> None:
        with self._changed:
            self._found, self.is_asked = found, False
            self._changed.notify()

    def close(self) -> None:
        """Nobody hands any out from now on."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()


class _Flow(SearchTeam):
    """Who works when, and for how long."""

    def __init__(
        self, model: Model, settings: SearchSettings, clock: SearchClock, start: Plan | None
    ) -> None:
        super().__init__(model, settings, clock, start)
        self.routes = _Routes()

    def run(self) -> None:
        # Before anything else: what is kept for the reasons must not be spent by the search.
        self._leave_time_to_tell()
        if self.settings.prove:
            self.search_tiny()
        if self.is_finished():
            return
        if self.settings.iterations is not None:
            self._work(self.settings.iterations)
        elif self.settings.threads > 1 and self._seeks_proof():
            self._beside()
        else:
            self._in_turn()

    def _leave_time_to_tell(self) -> None:
        # Pairs and not visits: why nobody takes a visit is asked of every tour.
        left = self.model.arrays.pairs.size - self.best.covered * len(self.model.tours)
        each_s = TIED_TELLING_S_A_PAIR if is_tied(self.model.arrays) else TELLING_S_A_PAIR
        self.clock.keep_back(min(TELLING_SHARE * self.clock.limit_s, left * each_s))

    def _seeks_proof(self) -> bool:
        limit = self.settings.time_limit_s or 0.0
        least = (
            max(5.0, self.model.arrays.pairs.size / PAIRS_A_SECOND / self.settings.threads)
            if self.is_large
            else 0.3
        )
        return self.settings.prove and limit >= least

    def _in_turn(self) -> None:
        """One core: local search, then columns, dive and polish, then local search again."""
        limit = self.clock.limit_s
        if not self._seeks_proof():
            self._anneal_twice(limit)
            return
        began = self.clock.elapsed_s  # building and screening have taken their share of large problems
        first_s = min(
            FIRST_SHARE * (limit - began), 0.1 + self.model.arrays.pairs.size / FIRST_PAIRS_A_SECOND
        )
        self.anneal(self.engine, began + first_s, self.heat)
        self._solve_tied(TIED_SHARE)
        self._columns_and_dive(self._end_of_columns(limit))
        self._polish(limit)

    def _end_of_columns(self, limit: float) -> float:
        """When the plans made of columns are to be there."""
        if self._leaves_columns_early():
            return self.clock.elapsed_s + COLUMNS_SHARE * (limit - self.clock.elapsed_s)
        return limit

    def _leaves_columns_early(self) -> bool:
        return self.puts_levels_first and not self.is_large and classes_of(self.model.arrays) is None

    def _left_s(self, limit: float) -> float:
        return limit - self.clock.elapsed_s

    def _anneal_twice(self, limit: float) -> None:
        """Local search alone; a second core runs another one, from other random numbers."""
        if self.settings.threads == 1:
            self.anneal(self.engine, limit, self.heat, settle=self.settle)
            return
        with ThreadPoolExecutor(1, "annealing") as aside:
            second = aside.submit(self.anneal, self.from_best(), limit, self.heat)
            self.anneal(self.engine, limit, self.heat, settle=self.settle)
            second.result()

    def _polish(self, limit: float) -> None:
        """Local search from the best plan; not so hot where that is good already. Where levels come first a
        small gap of their
        sum does not tell that: it says nothing of the second level."""
        if not self.is_finished():
            self.load_best(self.engine)
            is_good = self.is_large or (self.is_close() and not self.puts_levels_first)
            self.anneal(self.engine, limit, POLISH_SHARE if is_good else self.heat, settle=self.settle)

    def _beside(self) -> None:
        """Two cores: local search all the time, from the dive's plan on once that is better; the rest in a
        second thread, which goes on to prove, or, where columns end early, to put the routes of the local
        search together anew."""
        limit = self.clock.limit_s
        self.anneal(self.engine, min(0.5, 0.1 * limit), self.heat)
        failures: list[BaseException] = []
        dived, is_early = threading.Event(), self._leaves_columns_early()

        def aside() -> None:
            try:
                self._solve_tied(TIED_SHARE)
                generation = self._columns_and_dive(self._end_of_columns(limit))
                dived.set()
                if is_early:
                    self._recombine_aside(limit)
                else:
                    self._prove(generation)
            except BaseException as failure:  # told to the thread that waits
                failures.append(failure)
            finally:
                dived.set()

        helper = threading.Thread(target=aside, name="columns", daemon=True)
        helper.start()
        try:
            if is_early:
                self.anneal(
                    self.engine,
                    limit,
                    self.heat,
                    self._hand_out_routes,
                    lambda level, _: self.is_settled(level),
                )
            else:
                self.anneal(
                    self.engine,
                    limit,
                    self.heat,
                    lambda: dived.is_set() and self.is_behind(self.engine),
                    self.settle,
                )
                self._polish(limit)
        finally:
            self.routes.close()
            helper.join()
        if failures:
            raise failures[0]

    def _hand_out_routes(self) -> bool:
        """Between two steps of the first local search: where its routes are asked for it hands them out, and
        where somebody else found the best plan it goes on from that. It is never enough for it."""
        if self.routes.is_asked:
            self.routes.hand_out(columns_of(self.engine))
        self.catch_up(self.engine)
        return False

    def _recombine_aside(self, limit: float) -> None:
        """The routes of the first local search put together anew, again and again; then another local search
        for what lies below, from the plan that came of it."""
        engine = self.from_best()
        until_s = RECOMBINED_SHARE * limit
        for level in level_rounds(levels := top_levels(self.model)):
            # The last level counts those above it too.
            if self.is_finished() or self._left_s(until_s) <= 0 or self.is_settled(levels[-1]):
                break
            if not self.is_settled(level):
                pooled = self.routes.ask()
                each_s = min(self.clock.elapsed_s + RECOMBINATION_SHARE * limit, until_s)
                self.recombine(level, pooled, engine, each_s)
        if not self.is_finished():
            self.load_best(engine)
            self.anneal(engine, limit, POLISH_SHARE)

    def _prove(self, generation: ColumnGeneration) -> None:
        """Exact rounds with what is left of the time."""
        generation.prove_now()
        self.generate(generation, lambda: self.clock.is_over)

    def _columns_and_dive(self, limit: float) -> ColumnGeneration:
        """Columns, then plans of them; plans go to the incumbent."""
        generation = self.generation()
        if self.is_large:
            self._dive_early(generation, limit)
        else:
            self._prove_and_choose(generation, limit)
        return generation

    def _dive_early(self, generation: ColumnGeneration, limit: float) -> None:
        """Large days: dives from a program not yet solved are worth more than its end, which is left to the
        bound. No second one where it could not be nearly as careful as the first."""
        last_s = 0.0
        for share in (0.55, 0.5):
            now = self.clock.elapsed_s
            if share * (limit - now - PROVING_ROUND * generation.coarse_s) < SECOND_DIVE * last_s:
                break
            until = self.until(now + 0.3 * (limit - now))
            self.generate(generation, until, partial(generation.is_flat, generation.rounds))
            if self.is_finished() or not generation.rounds:
                return
            began, free_s = self.clock.elapsed_s, self.clock.left_s - PROVING_ROUND * generation.coarse_s
            if free_s <= 0:
                break
            self.dive(generation, began + share * free_s)
            last_s = self.clock.elapsed_s - began
        generation.prove_now(Effort.MILD)
        self.generate(
            generation, self.until(limit - 0.25 * self.clock.left_s), lambda: generation.has_stalled
        )

    def _prove_and_choose(self, generation: ColumnGeneration, limit: float) -> None:
        """Columns until half the time and cuts, the exact choice where columns prove, dives."""
        began = self.clock.elapsed_s
        half = self.until(began + 0.5 * (limit - began))
        self.generate(generation, half)
        need_s = DIVE_WORTH * (self.clock.elapsed_s - began) + LAST_SHARE * limit
        self.cut(generation, half)
        if generation.bound and not self.is_finished():
            self.coverage = max(
                self.coverage, coverage_bound(self.model, self.clock.is_half_of(0.3 * self._left_s(limit)))
            )
            self.split(generation)
        while not self.is_finished():
            self.choose(generation, self.clock.elapsed_s + 0.3 * self._left_s(limit))
            if not self.dives:
                self._solve_small(SMALL_SHARE)
            if self._left_s(limit) < need_s:
                break
            before, began = self.best.objective, self.clock.elapsed_s
            self.dive(generation, self.clock.elapsed_s + 0.9 * self._left_s(limit))
            need_s = (
                self.clock.elapsed_s - began
            )  # the next one goes another way: worth more than the last polish
            if self.best.objective == before and not self.is_close():
                break

    def _solve_tied(self, share: float) -> None:
        """Where links tie starts, which columns know nothing of."""
        if is_tied(self.model.arrays):
            self.solve_direct(share)

    def _solve_small(self, share: float) -> None:
        """Where no link ties starts and columns did not prove."""
        if not is_tied(self.model.arrays):
            self.solve_direct(share)

    def _work(self, iterations: int) -> None:
        # A work limit asks no clock: what is done for it is the same on every machine, whatever a round takes
        # there.
        rounds = iterations // (4 * ROUND_WORTH) if self.settings.prove else 0
        self._anneal_work(iterations if rounds == 0 else iterations // 2, self.heat)
        if rounds == 0 or self.is_finished():
            return
        generation = self.generation()
        self.generate(generation, lambda: generation.rounds >= rounds or self.clock.is_stopped)
        self.offer_routes(dive(generation, lambda: self.clock.is_stopped))
        if not self.is_finished():
            self.load_best(self.engine)
            self._anneal_work(iterations // 2, POLISH_SHARE)

    def _anneal_work(self, iterations: int, heat: float) -> None:
        def tell() -> bool:
            self.hand_over(self.engine)
            return self.is_finished()

        Annealing(self.model, self.engine).run_iterations(iterations, heat, tell)
        self.hand_over(self.engine)
