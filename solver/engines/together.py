"""The engines at work together, under one clock: construction, local search, columns and bound, the dive, the exact choice.

With two threads the bound and the dive run beside the local search and hand their plans over; with one they take turns.
Under a work limit everything runs in turn and nothing looks at the clock, so that the same work gives the same plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from brigade.plan import Plan
from brigade.policy import CoverageMode
from solver.arrays import V_PEN
from solver.clock import Clock
from solver.engines.alike import classes_of, is_tied
from solver.engines.annealing import Annealing
from solver.engines.choice import choose_among
from solver.engines.columns import ColumnGeneration
from solver.engines.coverage import coverage_bound
from solver.engines.direct import Direct, leaves_out
from solver.engines.dive import BRISK, CAREFUL, dive
from solver.engines.incumbent import Incumbent
from solver.engines.relaxed import relaxed_rules
from solver.engines.screening import coverable, unavoidable_cost
from solver.engines.splitting import split_bound
from solver.kernel.search import Orders, Search
from solver.model import Model
from solver.settings import Settings

WARM_SHARE = 0.1
"""A search that starts from a told plan starts this much cooler."""
FIRST_SHARE, LAST_SHARE = 0.07, 0.15
"""Shares of the limit for local search before and after the other engines, when they take turns."""
FIRST_PAIRS_A_SECOND = 4000
"""Tours x visits for which a second of local search gives columns enough to begin with."""
POLISH_SHARE = 0.17
"""The best plan is polished from this share of the full heat."""
REPAIR_SHARE, REPAIR_EFFORT = 0.05, 0.03
"""What columns or a dive gave is repaired first: from this share of the heat, for this share of the whole effort."""
LARGE = 8000
"""Tours x visits from which exact pricing takes seconds a round."""
PAIRS_A_SECOND = 2000
"""Tours x visits for which a second of one core buys columns that pay: with less, local search alone leaves less uncovered
(60 x 600, 10 s: 150 points against 160)."""
POOL = 2000
LOOSE, TIGHT = 1e-4, 1e-7
"""How close the bound comes to the master's value before column generation ends; costs are whole: TIGHT closes small gaps."""
CUTS_A_ROUND = 20
LEAST_CUT_GAIN = 0.02
"""Cutting ends when a round of cuts closes less than this share of the gap."""
DIVE_WORTH = 2.5
"""A careful dive takes so many times as long as its program took to solve, or nearly: not begun with less."""
TELLING_GAP = 0.02
"""A program further from the best plan leaves out what matters there: dives that gain nothing are not tried again."""
OTHER_SEED = 7919
TIED_SHARE, SMALL_SHARE = 0.6, 0.5
"""Of the time left, what the whole day in CP-SAT gets: before columns where starts are tied, after them on small days."""
ROUND_WORTH = 500
"""Under a work limit a round of column generation counts as so many iterations."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Orders of each tour, their true cost and the best bound, in cost units; `coverage_bound` in points.

    `relaxed`: what the bound leaves out. `worth`: what one more tour like each could save at the most, by dual prices; empty
    without them. `effort`: iterations, rounds, columns and seconds.
    """

    orders: Orders
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


def search(model: Model, settings: Settings, clock: Clock, start: Plan | None = None) -> Solution:
    """The best orders found in the time or work given."""
    team = _Team(model, settings, clock, start)
    team.run()
    best = team.best
    clock.tell(best.objective, best.bound, best.covered, team.iterations, at_once=True)
    left_out = np.array([request.visit.mandatory for request in model.requests], bool) & ~coverable(model)
    return Solution(
        orders=best.orders,
        objective=best.objective,
        bound=best.bound,
        coverage_bound=team.coverage,
        relaxed=team.relaxed,
        proves_mandatory_left_out=bool(left_out.any()),
        worth=team.worth,
        effort={"iterations": team.iterations, "rounds": team.rounds, "columns": best.columns, "seconds": clock.elapsed_s},
    )


class _Team:
    """One search's engines and what they share."""

    def __init__(self, model: Model, settings: Settings, clock: Clock, start: Plan | None) -> None:
        self.model, self.settings, self.clock = model, settings, clock
        self.heat = 1.0 if start is None else WARM_SHARE
        self.engine = Search(model.arrays, settings.seed)
        if start is not None:
            self.engine.load(model.order_of(start))
        self.engine.construct()
        self.best = Incumbent(self.engine.plan(), self.engine.facts.best, self.engine.facts.covered)
        self.best.raise_bound(unavoidable_cost(model))
        self.coverage, self.rounds, self.iterations = coverage_bound(model, None), 0, 0
        self.worth: Mapping[int, int] = {}
        self.chosen_below = self.best.objective + 1
        self.dives, self.random = 0, np.random.default_rng(settings.seed)
        self.is_large = model.arrays.pairs.size > LARGE
        self.direct_bound = 0

    @property
    def relaxed(self) -> tuple[str, ...]:
        """What the best bound leaves out: less when it is that of the whole day in CP-SAT."""
        names = relaxed_rules(self.model)
        return leaves_out(names) if 0 < self.best.bound == self.direct_bound else names

    def run(self) -> None:
        if self.settings.iterations is not None:
            self._work(self.settings.iterations)
        elif self.settings.threads > 1 and self._seeks_proof():
            self._beside()
        else:
            self._in_turn()

    # -- time limits -----------------------------------------------------------------------------------------------
    def _seeks_proof(self) -> bool:
        limit = self.settings.time_limit_s or 0.0
        least = max(5.0, self.model.arrays.pairs.size / PAIRS_A_SECOND / self.settings.threads) if self.is_large else 0.3
        return self.settings.prove and limit >= least

    def _in_turn(self) -> None:
        """One core: local search, then columns, dive and polish, then local search again."""
        limit = self.settings.time_limit_s or 0.0
        if not self._seeks_proof():
            self._anneal_twice(limit)
            return
        began = self.clock.elapsed_s  # building and screening have taken their share of large problems
        first_s = min(FIRST_SHARE * (limit - began), 0.1 + self.model.arrays.pairs.size / FIRST_PAIRS_A_SECOND)
        self._anneal(self.engine, began + first_s, self.heat)
        self._solve_tied(TIED_SHARE)
        self._columns_and_dive(limit)
        self._polish(limit)

    def _anneal_twice(self, limit: float) -> None:
        """Local search alone; a second core runs another one, from other random numbers."""
        if self.settings.threads == 1:
            self._anneal(self.engine, limit, self.heat)
            return
        with ThreadPoolExecutor(1, "annealing") as aside:
            second = aside.submit(self._anneal, self._loaded(self.best.orders), limit, self.heat)
            self._anneal(self.engine, limit, self.heat)
            second.result()

    def _polish(self, limit: float) -> None:
        """Local search from the best plan; not so hot where that is good already."""
        if not self._is_finished():
            self.engine.load(self.best.orders)
            self._anneal(self.engine, limit, POLISH_SHARE if self.is_large or self._is_close() else self.heat)

    def _is_close(self) -> bool:
        return self.best.objective - self.best.bound <= TELLING_GAP * self.best.objective

    def _beside(self) -> None:
        """Two cores: local search all the time, from the dive's plan on once that is better; the rest in a second thread, which
        goes on to prove."""
        limit = self.settings.time_limit_s or 0.0
        self._anneal(self.engine, min(0.5, 0.1 * limit), self.heat)
        failures: list[BaseException] = []
        dived = threading.Event()

        def aside() -> None:
            try:
                self._solve_tied(TIED_SHARE)
                generation = self._columns_and_dive(limit)
                dived.set()
                self._prove(generation)
            except BaseException as failure:  # told to the thread that waits
                failures.append(failure)
            finally:
                dived.set()

        helper = threading.Thread(target=aside, name="columns", daemon=True)
        helper.start()
        self._anneal(self.engine, limit, self.heat, leave=lambda: dived.is_set() and self._is_behind())
        self._polish(limit)
        helper.join()
        if failures:
            raise failures[0]

    def _is_behind(self) -> bool:
        """Whether somebody else found a better plan than the local search."""
        return self.best.objective < self.engine.facts.best

    def _prove(self, generation: ColumnGeneration) -> None:
        """Exact rounds with what is left of the time."""
        generation.prove_now()
        self._generate(generation, lambda: self.clock.is_over)

    def _columns_and_dive(self, limit: float) -> ColumnGeneration:
        """Columns, then plans of them; plans go to the incumbent."""
        generation = self._generation()
        if self.is_large:
            self._dive_early(generation, limit)
        else:
            self._prove_and_choose(generation, limit)
        return generation

    def _dive_early(self, generation: ColumnGeneration, limit: float) -> None:
        """Large days: dives from a program not yet solved are worth more than its end, which is left to the bound."""
        for share in (0.35, 0.5):
            now = self.clock.elapsed_s
            until = self._until(now + 0.4 * (limit - now))
            self._generate(generation, until, partial(generation.is_flat, generation.rounds))
            if self._is_finished() or not generation.rounds:
                return
            self._dive(generation, self.clock.elapsed_s + share * self.clock.left_s)
        generation.prove_now()
        self._generate(generation, self._until(limit - 0.25 * self.clock.left_s))

    def _prove_and_choose(self, generation: ColumnGeneration, limit: float) -> None:
        """Columns until half the time and cuts, the exact choice where columns prove, dives."""
        began = self.clock.elapsed_s
        half = self._until(began + 0.5 * (limit - began))
        self._generate(generation, half)
        dive_s = DIVE_WORTH * (self.clock.elapsed_s - began)
        self._cut(generation, half)
        if generation.bound and not self._is_finished():
            self.coverage = max(self.coverage, coverage_bound(self.model, self.clock.is_half_of(0.3 * self.clock.left_s)))
            self._split(generation)
        while not self._is_finished():
            self._choose(generation, self.clock.elapsed_s + 0.3 * self.clock.left_s)
            if not self.dives:
                self._solve_small(SMALL_SHARE)
            if self.clock.left_s < dive_s + LAST_SHARE * limit:
                break
            before = self.best.objective
            self._dive(generation, self.clock.elapsed_s + 0.9 * self.clock.left_s)
            if self.best.objective == before and not self._is_close():
                break

    def _until(self, until_s: float) -> Callable[[], bool]:
        return lambda: self.clock.is_over or self.clock.elapsed_s >= until_s

    def _is_finished(self) -> bool:
        return self.best.is_optimal or self.clock.is_over

    # -- the whole day in CP-SAT -----------------------------------------------------------------------------------
    def _solve_tied(self, share: float) -> None:
        """Where links tie starts, which columns know nothing of."""
        if is_tied(self.model.arrays):
            self._solve_direct(share)

    def _solve_small(self, share: float) -> None:
        """Where no link ties starts and columns did not prove."""
        if not is_tied(self.model.arrays):
            self._solve_direct(share)

    def _solve_direct(self, share: float) -> None:
        """The whole day in one model, where that is worth it, for a share of the time left."""
        limit_s = share * self.clock.left_s
        if self._is_finished() or limit_s <= 0 or (classes := classes_of(self.model.arrays)) is None:
            return
        direct = Direct(self.model.arrays, classes)
        direct.hint(self.best.orders)
        direct.solve(limit_s, self.settings.seed, self._offer, self._raise_direct, self._is_finished)

    def _offer(self, orders: Orders, *, repair: bool = False) -> None:
        """What is lawful of the orders, filled up and, if so wished, repaired by a little local search."""
        engine = self._loaded(orders)
        engine.construct()
        if repair and self.settings.iterations is not None:
            Annealing(self.model, engine).run_iterations(int(REPAIR_EFFORT * self.settings.iterations), REPAIR_SHARE)
        elif repair and self.settings.time_limit_s is not None:
            self._anneal(engine, self.clock.elapsed_s + REPAIR_EFFORT * self.settings.time_limit_s, REPAIR_SHARE)
        self._hand_over(engine)

    def _raise_direct(self, bound: int) -> None:
        self.direct_bound = max(self.direct_bound, bound)
        self.best.raise_bound(bound)

    # -- work limits -----------------------------------------------------------------------------------------------
    def _work(self, iterations: int) -> None:
        rounds = iterations // (4 * ROUND_WORTH) if self.settings.prove else 0
        Annealing(self.model, self.engine).run_iterations(iterations if rounds == 0 else iterations // 2, self.heat)
        self._hand_over(self.engine)
        if rounds == 0:
            return
        generation = self._generation()
        self._generate(generation, lambda: generation.rounds >= rounds or self.clock.is_stopped)
        self._try(dive(generation, lambda: self.clock.is_stopped))
        if not self.best.is_optimal:
            self.engine.load(self.best.orders)
            Annealing(self.model, self.engine).run_iterations(iterations // 2, POLISH_SHARE)
            self._hand_over(self.engine)

    # -- engines ---------------------------------------------------------------------------------------------------
    def _anneal(self, engine: Search, until_s: float, heat: float, leave: Callable[[], bool] = lambda: False) -> None:
        def tell() -> bool:
            self._hand_over(engine)
            return self.best.is_optimal or leave()

        Annealing(self.model, engine).run_until(self.clock, until_s, heat, tell)

    def _hand_over(self, engine: Search) -> None:
        facts = engine.facts
        self.iterations = max(self.iterations, facts.iterations)
        if facts.best < self.best.objective:
            self.best.offer(engine.plan(), facts.best)
        self.clock.tell(self.best.objective, self.best.bound, self.best.covered, self.iterations)

    def _generation(self) -> ColumnGeneration:
        generation = ColumnGeneration(self.model, self.model.arrays.visits[:, V_PEN])
        generation.add((tour, tuple(order)) for tour, order in enumerate(self.best.orders))
        generation.add((tour, route) for tour, route, _ in self.engine.pool()[-POOL:])
        return generation

    def _generate(
        self, generation: ColumnGeneration, is_over: Callable[[], bool], is_enough: Callable[[], bool] = lambda: False
    ) -> None:
        while not generation.is_done and not is_over() and not self.best.is_optimal and not is_enough():
            generation.round(is_over, LOOSE if self.is_large else TIGHT)
            self.best.raise_bound(generation.bound)
            self.rounds, self.best.columns = generation.rounds, len(generation.columns)
            self.clock.tell(self.best.objective, self.best.bound, self.best.covered, self.iterations)
        if generation.rounds:
            self.worth = generation.worth_of_tours()

    def _cut(self, generation: ColumnGeneration, is_over: Callable[[], bool]) -> None:
        """Cut the program while that closes the gap."""
        while generation.is_done and not is_over() and not self.best.is_optimal:
            before = generation.bound
            if not generation.tighten(CUTS_A_ROUND):
                return
            self._generate(generation, is_over)
            if generation.bound - before < LEAST_CUT_GAIN * (self.best.objective - before):
                return

    def _dive(self, generation: ColumnGeneration, until_s: float) -> None:
        routes = dive(
            generation,
            self._until(until_s),
            BRISK if self.is_large else CAREFUL,
            left_s=lambda: until_s - self.clock.elapsed_s,
            random=self.random if self.dives else None,
        )
        self._try(routes)
        self.dives += 1

    def _split(self, generation: ColumnGeneration) -> None:
        """Where points are the price of coverage, the bound can be split on how many stay uncovered."""
        if generation.is_done and self.model.problem.policy.mode is CoverageMode.WEIGHTED:
            self.best.raise_bound(split_bound(generation, self.coverage, self.clock.is_half_of(self.clock.left_s)))

    def _choose(self, generation: ColumnGeneration, until_s: float) -> None:
        """The exact choice among the columns that can still matter, once for each plan to beat."""
        if not generation.bound or self.best.objective >= self.chosen_below:
            return
        self.chosen_below = self.best.objective
        limit_s = until_s - self.clock.elapsed_s
        self._try(choose_among(generation, self.best.orders, self.best.objective, limit_s, self.settings.seed))

    def _try(self, routes: Mapping[int, tuple[int, ...]]) -> None:
        """Columns are routes of the relaxed problem: load what is lawful of them, fill the gaps, repair."""
        taken: set[int] = set()
        orders: Orders = []
        for tour in range(len(self.model.tours)):
            orders.append([visit for visit in routes.get(tour, self.best.orders[tour]) if visit not in taken])
            taken.update(orders[-1])
        self._offer(orders, repair=True)

    def _loaded(self, orders: Orders) -> Search:
        engine = Search(self.model.arrays, self.settings.seed + OTHER_SEED)
        engine.load(orders)
        return engine
