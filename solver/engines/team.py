"""What the engines of one search share, and what each can be asked to do: its plans and bounds go to the
incumbent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from brigade.judging.coverage_levels import levels_outweigh_all, uncovered_costs
from brigade.values.plan import Plan
from brigade.values.policy import CoverageMode
from solver.engines.annealing import Annealing, Settle
from solver.engines.column_generation.columns import Column, ColumnGeneration
from solver.engines.column_generation.coverage_bound import coverage_bound
from solver.engines.column_generation.dive import BRISK, CAREFUL, dive
from solver.engines.column_generation.fixed_tours import without_lone_halves
from solver.engines.column_generation.set_partitioning import choose_among
from solver.engines.column_generation.splitting import split_bound
from solver.engines.enumeration import has_usual_hours, is_tiny, is_told_by_orders, search_all
from solver.engines.incumbent import BestSolution, Incumbent
from solver.engines.recombination import Recombination
from solver.engines.relaxed_terms import relaxed_rules
from solver.engines.screening import unavoidable_cost
from solver.engines.symmetry import classes_of
from solver.engines.whole_day import WholeDayModel, leaves_out
from solver.kernel.local_search import Orders, Search
from solver.model.model import Model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings

WARM_SHARE = 0.1
"""A search that starts from a told plan starts this much cooler."""
REPAIR_SHARE, REPAIR_EFFORT = 0.05, 0.03
"""What columns or a dive gave is repaired first: from this share of the heat, for this share of the whole
effort."""
LARGE = 8000
"""Tours x visits from which exact pricing takes seconds a round."""
POOL = 2000
LOOSE, TIGHT = 1e-4, 1e-7
"""How close the bound comes to the master's value before column generation ends; costs are whole: TIGHT
closes small gaps."""
CUTS_A_ROUND = 20
LEAST_CUT_GAIN = 0.02
"""Cutting ends when a round of cuts closes less than this share of the gap."""
TELLING_GAP = 0.02
"""A program further from the best plan leaves out what matters there: dives that gain nothing are not tried
again."""
OTHER_SEED = 7919
RECOMBINING_SHARE, LEAST_RECOMBINING_S = 0.15, 0.15
"""Of a search, what putting its routes together anew may take after each stage of a top level; not tried with
less."""
PRICED_ROUNDS = 50
"""Rounds of columns at the most for the prices of a tiny day's tours."""


def columns_of(engine: Search) -> list[Column]:
    """The routes that a local search met, the last ones last."""
    return [(tour, route) for tour, route, _ in engine.pool()]


class SearchTeam:
    """One search's engines and what they share."""

    def __init__(
        self, model: Model, settings: SearchSettings, clock: SearchClock, start: Plan | None
    ) -> None:
        self.model, self.settings, self.clock = model, settings, clock
        self.heat = 1.0 if start is None else WARM_SHARE
        self.engine = Search(model.arrays, settings.seed)
        if start is not None:
            self.engine.load(model.order_of(start), model.starts_of(start))
        self.engine.construct()
        facts = self.engine.facts
        self.best = Incumbent(
            BestSolution(self.engine.plan(), self.engine.starts(), facts.best, facts.covered)
        )
        self.best.raise_bound(unavoidable_cost(model))
        self.coverage, self.rounds, self.iterations = coverage_bound(model, None), 0, 0
        self.worth: Mapping[int, int] = {}
        # One more, so that the first plan too is one to beat.
        self.chosen_below = self.best.objective + 1
        self.dives, self.random = 0, np.random.default_rng(settings.seed)
        self.puts_levels_first = model.problem.policy.mode is CoverageMode.LEXICOGRAPHIC
        self.is_large = model.arrays.pairs.size > LARGE
        self.direct_bound, self.is_proven = 0, False
        self.has_best_order = False
        self.recombinations: dict[int, Recombination] = {}

    def search_tiny(self) -> None:
        """Days so small that every order can be looked at, under all rules and prices; at once, whatever the
        time left, where nobody can do anything. Where orders tell a plan the best one is proven."""
        has_choice = bool(self.model.arrays.pairs.any())
        if has_choice and (not is_tiny(self.model) or self.is_finished()):
            return
        engine = self.from_best()
        is_best_order = search_all(self.model, engine, self.heat) and is_told_by_orders(self.model)
        self.is_proven = is_best_order and not has_usual_hours(self.model)
        self.hand_over(engine)
        if self.is_proven:
            self._price_tours()
            self.best.raise_bound(self.best.objective)
        elif is_best_order:
            self._bound_without_hours()

    def _bound_without_hours(self) -> None:
        """Of orders nothing is left to search. No other covers more; how much cheaper one could be whose
        stops then wait for their usual hours, columns tell."""
        self.has_best_order = True
        generation = self.generation()
        self.generate(generation, lambda: self.clock.is_over or generation.rounds >= PRICED_ROUNDS)
        if levels_outweigh_all(self.model.problem.whole):
            costs, covered = uncovered_costs(self.model.problem), {v for o in self.best.orders for v in o}
            left = (one for row, one in enumerate(self.model.requests) if row not in covered)
            self.best.raise_bound(sum(costs[one.visit.id] for one in left))

    def _price_tours(self) -> None:
        """What one more tour like each could save: asked of a proven plan too when it leaves visits out."""
        if self.best.covered == len(self.model.requests) or not self.model.arrays.pairs.any():
            return
        generation = self.generation()
        self.generate(generation, lambda: self.clock.is_over or generation.rounds >= PRICED_ROUNDS)

    @property
    def relaxed(self) -> tuple[str, ...]:
        """What the best bound leaves out: less when it is that of the whole day in CP-SAT."""
        if self.is_proven:
            return ()
        return (
            leaves_out(self.model) if 0 < self.best.bound == self.direct_bound else relaxed_rules(self.model)
        )

    def is_close(self) -> bool:
        return self.best.objective - self.best.bound <= TELLING_GAP * self.best.objective

    def is_behind(self, engine: Search) -> bool:
        """Whether somebody else found a better plan than this local search."""
        return self.best.objective < engine.facts.best

    def until(self, until_s: float) -> Callable[[], bool]:
        return lambda: self.clock.is_over or self.clock.elapsed_s >= until_s

    def is_finished(self) -> bool:
        return self.best.is_optimal or self.has_best_order or self.clock.is_over

    def anneal(
        self,
        engine: Search,
        until_s: float,
        heat: float,
        leave: Callable[[], bool] = lambda: False,
        settle: Settle | None = None,
    ) -> None:
        def tell() -> bool:
            self.hand_over(engine)
            return self.best.is_optimal or leave()

        Annealing(self.model, engine).run_until(self.clock, until_s, heat, tell, settle)

    def catch_up(self, engine: Search) -> None:
        """Go on from the best plan where somebody else found it."""
        if self.is_behind(engine):
            self.load_best(engine)

    def load_best(self, engine: Search) -> None:
        best = self.best.plan
        engine.load(best.orders, best.starts)

    def from_best(self) -> Search:
        """A local search of its own random numbers, from the best plan."""
        best = self.best.plan
        return self.loaded(best.orders, best.starts)

    def settle(self, level: int, whole_s: float) -> bool:
        """Put the routes of the local search together anew, the visits down to `level` alone; whether no plan
        covers more."""
        until_s = self.clock.elapsed_s + RECOMBINING_SHARE * whole_s
        if self.is_large or self.is_finished() or RECOMBINING_SHARE * whole_s < LEAST_RECOMBINING_S:
            return False
        self.hand_over(self.engine)
        self.catch_up(self.engine)
        return self.recombine(level, columns_of(self.engine), self.engine, until_s)

    def recombine(self, level: int, pooled: Sequence[Column], engine: Search, until_s: float) -> bool:
        """As `settle`, of these routes and by another local search than they come from."""
        if level not in self.recombinations:
            self.recombinations[level] = Recombination(self.model, level)
        recombination, left_s = (
            self.recombinations[level],
            lambda: min(self.clock.left_s, until_s - self.clock.elapsed_s),
        )
        for orders in recombination.plans(
            pooled, self.best.orders, self.settings.seed, left_s, self.is_finished
        ):
            engine.load(orders)
            engine.construct()
            self.hand_over(engine)
        return recombination.is_settled(self.best.orders)

    def is_settled(self, level: int) -> bool:
        """Whether it is known that no plan covers more down to `level`."""
        return level in self.recombinations and self.recombinations[level].is_settled(self.best.orders)

    def hand_over(self, engine: Search) -> None:
        facts = engine.facts
        self.iterations = max(self.iterations, facts.iterations)
        # Asked first: to fetch the plan copies every route, and this is asked after every slice.
        if facts.best < self.best.objective:
            self.best.offer(engine.plan(), engine.starts(), facts.best)
        self.clock.tell(self.best.objective, self.best.bound, self.best.covered, self.iterations)

    def offer(self, orders: Orders, *, repair: bool = False) -> None:
        """What is lawful of the orders, filled up and, if so wished, repaired by a little local search."""
        engine = self.loaded(orders)
        engine.construct()
        if repair and self.settings.iterations is not None:
            Annealing(self.model, engine).run_iterations(
                int(REPAIR_EFFORT * self.settings.iterations), REPAIR_SHARE, self.is_finished
            )
        elif repair and self.settings.time_limit_s is not None:
            self.anneal(
                engine, self.clock.elapsed_s + REPAIR_EFFORT * self.settings.time_limit_s, REPAIR_SHARE
            )
        self.hand_over(engine)

    def complete(self) -> None:
        """The last pass over the best plan, whoever found it and however the search ended: no visit that one
        lawful insertion still covers is left out."""
        engine = self.from_best()
        if engine.complete():
            self.hand_over(engine)

    def loaded(self, orders: Orders, starts: Mapping[int, int] | None = None) -> Search:
        engine = Search(self.model.arrays, self.settings.seed + OTHER_SEED)
        engine.load(orders, starts)
        return engine

    def solve_direct(self, share: float) -> None:
        """The whole day in one model, where that is worth it, for a share of the time left."""
        limit_s = share * self.clock.left_s
        if self.is_finished() or limit_s <= 0 or (classes := classes_of(self.model.arrays)) is None:
            return
        direct = WholeDayModel(self.model.arrays, classes)
        direct.hint(self.best.orders)
        direct.solve(limit_s, self.settings.seed, self.offer, self._raise_direct, self.is_finished)

    def _raise_direct(self, bound: int) -> None:
        self.direct_bound = max(self.direct_bound, bound)
        self.best.raise_bound(bound)

    def generation(self) -> ColumnGeneration:
        generation = ColumnGeneration(self.model, self.model.arrays.visits["penalty"])
        generation.add((tour, tuple(order)) for tour, order in enumerate(self.best.orders))
        generation.add(columns_of(self.engine)[-POOL:])
        return generation

    def generate(
        self,
        generation: ColumnGeneration,
        is_over: Callable[[], bool],
        is_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        while not generation.is_done and not is_over() and not self.best.is_optimal and not is_enough():
            generation.round(is_over, LOOSE if self.is_large else TIGHT)
            self.best.raise_bound(generation.bound)
            self.rounds, self.best.columns = generation.rounds, len(generation.columns)
            self.clock.tell(self.best.objective, self.best.bound, self.best.covered, self.iterations)
        if generation.rounds:
            self.worth = generation.worth_of_tours()

    def cut(self, generation: ColumnGeneration, is_over: Callable[[], bool]) -> None:
        """Cut the program while that closes the gap."""
        while generation.is_done and not is_over() and not self.best.is_optimal:
            before = generation.bound
            if not generation.tighten(CUTS_A_ROUND):
                return
            self.generate(generation, is_over)
            if generation.bound - before < LEAST_CUT_GAIN * (self.best.objective - before):
                return

    def split(self, generation: ColumnGeneration) -> None:
        """Where points are the price of coverage, the bound can be split on how many stay uncovered."""
        if generation.is_done and self.model.problem.policy.mode is CoverageMode.WEIGHTED:
            self.best.raise_bound(
                split_bound(generation, self.coverage, self.clock.is_half_of(self.clock.left_s))
            )

    def choose(self, generation: ColumnGeneration, until_s: float) -> None:
        """The exact choice among the columns that can still matter, once for each plan to beat."""
        if not generation.bound or self.best.objective >= self.chosen_below:
            return
        self.chosen_below = self.best.objective
        limit_s = until_s - self.clock.elapsed_s
        self.offer_routes(
            choose_among(
                generation,
                self.best.orders,
                self.best.objective,
                limit_s,
                self.settings.seed,
                self.is_finished,
            )
        )

    def dive(self, generation: ColumnGeneration, until_s: float) -> None:
        routes = dive(
            generation,
            self.until(until_s),
            BRISK if self.is_large else CAREFUL,
            left_s=lambda: until_s - self.clock.elapsed_s,
            # The first goes where the program points; the next ones would go the same way.
            random=self.random if self.dives else None,
        )
        self.offer_routes(routes)
        self.dives += 1

    def offer_routes(self, routes: Mapping[int, tuple[int, ...]]) -> None:
        """Columns are routes of the relaxed problem: load what is lawful of them, fill the gaps, repair."""
        taken: set[int] = set()
        orders: Orders = []
        for tour in range(len(self.model.tours)):
            orders.append([visit for visit in routes.get(tour, self.best.orders[tour]) if visit not in taken])
            taken.update(orders[-1])
        self.offer(without_lone_halves(self.model.arrays, orders), repair=True)
