"""Pricing, master and bounds on days small enough to count by hand: what they say holds for every plan there
is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count, permutations

import numpy as np
import pytest

from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind
from brigade.values.policy import CoverageMode, Policy
from brigade.values.workforce import Availability
from brigade.words import say
from scenarios.bench.day_generator import DaySize, full_day, plain_day
from solver.engines.column_generation.columns import ColumnGeneration
from solver.engines.column_generation.coverage_bound import coverage_bound
from solver.engines.column_generation.cuts import violated
from solver.engines.column_generation.dive import CAREFUL, dive
from solver.engines.column_generation.fixed_tours import FixedTours, narrowed, without_lone_halves
from solver.engines.column_generation.master import Master
from solver.engines.column_generation.splitting import split_bound
from solver.kernel.arrays import MAY
from solver.kernel.enumerations import Effort
from solver.kernel.local_search import Search
from solver.kernel.pricing import Pricer
from solver.model.model import Model, build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from solver.worker_value import CoverageGain, WorkerValue, value_of_one_more, with_one_more
from tests.builders import at, labour, problem, visit, worker

SEEDS = (1, 2, 3)


def small_day(seed: int, workers: int = 3, visits: int = 7) -> Model:
    return build_model(plain_day(DaySize(workers, visits), seed))


def hungry_day(seed: int) -> Model:
    """Two people with eight visits who must each eat for half an hour, begun in the middle half hour of their
    day."""
    day = plain_day(DaySize(2, 8), seed)

    def hungry(stay: Availability) -> Availability:
        middle, quarter = (stay.start + stay.hard_end) // 2, day.horizon.ticks(15)
        return replace(
            stay,
            meal=2 * quarter,
            meal_earliest=middle - quarter,
            meal_latest=middle + quarter,
            meal_required=True,
        )

    workers = tuple(replace(one, availability=tuple(map(hungry, one.availability))) for one in day.workers)
    return build_model(replace(day, workers=workers))


def linked_day(seed: int) -> Model:
    """Five visits, two of them with a second carer, two for different people."""
    plain = plain_day(DaySize(3, 5), seed)
    one, two, three, four, _ = plain.visits
    pairs = tuple(Link(LinkKind.SAME_START, visit.id, f"{visit.id}-B") for visit in (one, two))
    apart = Link(LinkKind.DIFFERENT_WORKERS, three.id, four.id)
    seconds = tuple(replace(visit, id=f"{visit.id}-B") for visit in (one, two))
    off = plain.rule_sets_off - {"LINK"}
    return build_model(
        replace(plain, visits=(*plain.visits, *seconds), links=(*pairs, apart), rule_sets_off=off)
    )


APART = [(0, 5), (1, 6), (2, 3)]
"""Rows of the linked day that no tour holds together."""


CUTS = [(0, 1, 2), (1, 3, 5), (2, 4, 6), (0, 5, 6)]


@pytest.mark.parametrize("cut_price", [0, 500, 15_000])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("day", "apart"), [(small_day, []), (linked_day, APART)])
def test_exact_pricing_finds_what_trying_every_route_finds(
    day: Callable[[int], Model], apart: list[tuple[int, int]], seed: int, cut_price: int
) -> None:
    """Seven visits: every order of every subset of up to four, timed one by one; a cut is paid for two of its
    three. No route holds visits that links keep apart."""
    model = day(seed)
    pricer = Pricer(model.arrays, model.shortest_travel)
    pricer.cut(CUTS, np.full(len(CUTS), cut_price))
    prices = np.random.default_rng(seed).integers(0, 40_000, len(model.requests))

    def reduced(cost: int, route: tuple[int, ...]) -> int:
        paid = cut_price * sum(len(set(cut) & set(route)) > 1 for cut in CUTS)
        return cost + paid - int(prices[list(route)].sum())

    for tour in range(len(model.tours)):
        open_to = [v for v in range(len(model.requests)) if model.arrays.pairs[tour, v] & MAY]
        orders = (order for length in range(1, 5) for order in permutations(open_to, length))
        routes = (order for order in orders if not any(set(pair) <= set(order) for pair in apart))
        costs = ((pricer.cost(tour, route), route) for route in routes)
        best = min((reduced(cost, route) for cost, route in costs if cost is not None), default=0)
        priced = pricer.price(tour, prices, 0, Effort.EXACT, 5)
        assert priced is not None
        assert priced[1] <= min(0, best)
        longest = max((len(route) for route in priced[0]), default=0)
        assert longest > 4 or priced[1] == min(0, best)
        assert not any(set(pair) <= set(route) for pair in apart for route in priced[0])


def test_pricing_knows_a_meal_that_must_be_had() -> None:
    """Routes of up to three visits: what the search can drive is priced at what it costs, and some only go
    hungry."""
    starved = 0
    for seed in SEEDS:
        model, free = hungry_day(seed), build_model(plain_day(DaySize(2, 8), seed))
        pricer, careless = (
            Pricer(model.arrays, model.shortest_travel),
            Pricer(free.arrays, free.shortest_travel),
        )
        search = Search(model.arrays, 1)
        for tour in range(len(model.tours)):
            open_to = [v for v in range(len(model.requests)) if model.arrays.pairs[tour, v] & MAY]
            for route in (route for length in range(1, 4) for route in permutations(open_to, length)):
                cost = pricer.cost(tour, route)
                starved += cost is None and careless.cost(tour, route) is not None
                if search.load([list(route) if row == tour else [] for row in range(len(model.tours))]):
                    assert cost == search.measures(tour)["cost"]
    assert starved > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_pricing_of_hungry_tours_finds_what_trying_every_route_finds(seed: int) -> None:
    model = hungry_day(seed)
    pricer = Pricer(model.arrays, model.shortest_travel)
    prices = np.random.default_rng(seed).integers(0, 40_000, len(model.requests))
    for tour in range(len(model.tours)):
        open_to = [v for v in range(len(model.requests)) if model.arrays.pairs[tour, v] & MAY]
        routes = (route for length in range(1, 6) for route in permutations(open_to, length))
        costs = ((pricer.cost(tour, route), route) for route in routes)
        best = min(
            (cost - int(prices[list(route)].sum()) for cost, route in costs if cost is not None), default=0
        )
        priced = pricer.price(tour, prices, 0, Effort.EXACT, 5)
        assert priced is not None
        assert priced[1] <= min(0, best)
        longest = max((len(route) for route in priced[0]), default=0)
        assert longest > 5 or priced[1] == min(0, best)


def test_three_halves_break_the_cut_of_their_visits() -> None:
    """Each of three routes at a half holds two of the visits 3, 4 and 5: together one and a half, where one
    is allowed."""
    routes = [((4, 3), 0.5), ((5, 4), 0.5), ((3, 5, 9), 0.5), ((7,), 1.0)]
    assert violated(routes, known=[], most=5) == [(3, 4, 5)]
    assert violated(routes, known=[(3, 4, 5)], most=5) == []
    assert violated([((3, 4, 5), 1.0)], known=[], most=5) == []


def test_cuts_close_gaps_and_stay_below_plans_proven_optimal() -> None:
    gained = 0
    for seed in range(1, 9):
        problem = plain_day(DaySize(4, 16), seed)
        best = solve(problem, SearchSettings(iterations=30_000)).proof
        generation = ColumnGeneration(model := build_model(problem), model.arrays.visits["penalty"])
        generation.run(lambda: False, gap=1e-7)
        before = generation.bound
        while generation.tighten(10):
            generation.run(lambda: False, gap=1e-7)
        assert best is not None
        assert before <= generation.bound <= best.objective
        gained += generation.bound - before
    assert gained > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dive_holds_no_visit_twice_and_another_dive_may_differ(seed: int) -> None:
    model = build_model(plain_day(DaySize(6, 30), seed))
    generation = ColumnGeneration(model, model.arrays.visits["penalty"])
    generation.run(lambda: False, gap=1e-4)
    known = len(generation.columns)
    for random in (None, np.random.default_rng(seed)):
        routes = dive(generation, lambda: False, CAREFUL, random=random)
        held = [visit for route in routes.values() for visit in route]
        assert held
        assert len(held) == len(set(held))
    assert len(generation.columns) >= known


def test_the_tours_that_a_dive_tells_are_lawful_together() -> None:
    """By every rule and link: the kernel takes them as they are but for halves whose other half found no
    place."""
    pairs = 0
    for seed in range(1, 10):
        model = build_model(full_day(DaySize(6, 30), seed))
        generation = ColumnGeneration(model, model.arrays.visits["penalty"])
        generation.run(lambda: False, gap=1e-4)
        routes = dive(generation, lambda: False, CAREFUL)
        orders = [list(routes.get(tour, ())) for tour in range(len(model.tours))]
        whole = without_lone_halves(model.arrays, orders)
        assert Search(model.arrays, 1).load(whole), seed
        present = {visit for order in whole for visit in order}
        pairs += sum(model.visit_row[link.first] in present for link in model.problem.links)
    assert pairs > 6


def test_what_is_tied_to_a_fixed_tour_is_asked_of_the_rest() -> None:
    """The second carer starts when the first can; leaving them out loses both; nobody else's visit
    changes."""
    model = linked_day(1)
    arrays, first, second = model.arrays, 1, 6
    fixed = FixedTours(arrays)
    tour = next(tour for tour in range(len(model.tours)) if fixed.take(tour, (first,)))
    rest = narrowed(fixed)
    window = rest.windows[rest.visits["first_window"][second]]
    assert (window["earliest"], window["hard_latest"]) == fixed.spans()[first]
    assert (
        rest.visits["penalty"][second] == arrays.visits["penalty"][second] + arrays.visits["penalty"][first]
    )
    assert (rest.visits[[0, 2, 3, 4, 5]] == arrays.visits[[0, 2, 3, 4, 5]]).all()
    other = FixedTours(arrays)
    tour = next(tour for tour in range(len(model.tours)) if other.take(tour, (2,)))
    barred = narrowed(other)
    assert arrays.pairs[tour, 3] & MAY
    assert not barred.pairs[tour, 3] & MAY
    assert (
        barred.pairs[[t for t in range(len(model.tours)) if t != tour]] == np.delete(arrays.pairs, tour, 0)
    ).all()


def test_a_fixed_tour_does_without_the_cheapest_visit_that_makes_it_lawful() -> None:
    """Three times three hours without a gap for a break: the cheapest one goes. Against the clock, of two
    visits one stays."""
    visits = [
        visit(id, "A", 180, opens, opens, points=worth)
        for id, opens, worth in (("V1", "08:00", 9), ("V2", "11:00", 1), ("V3", "14:00", 5))
    ]
    rules = labour(
        mandatory={"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}}
    )
    policy = Policy(CoverageMode.WEIGHTED)
    day = problem(visits, [worker("W1", "06:00", "20:00", home=None)], policy=policy, rules=rules)
    fixed = FixedTours(build_model(day).arrays)
    assert fixed.take(0, (0, 1, 2)) == (0, 2)
    assert fixed.routes == {0: (0, 2)}
    assert FixedTours(fixed.arrays).take(0, (1, 0)) == (0,)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mild_proof_is_a_bound_and_no_better_than_the_exact_one(seed: int) -> None:
    model = build_model(full_day(DaySize(4, 20), seed))
    exact, mild = (ColumnGeneration(model, model.arrays.visits["penalty"]) for _ in range(2))
    exact.run(lambda: False, gap=1e-7)
    mild.prove_now(Effort.MILD)
    mild.run(lambda: mild.has_stalled, gap=1e-7)
    best = solve(model.problem, SearchSettings(iterations=2000)).breakdown
    assert best
    assert 0 < mild.bound <= exact.bound <= best.total


def test_a_dive_without_time_still_tells_tours() -> None:
    """Steps grow as time runs out: fewer programs on the way than at the pace asked."""
    model = build_model(plain_day(DaySize(6, 30), 1))
    generation = ColumnGeneration(model, model.arrays.visits["penalty"])
    generation.run(lambda: False, gap=1e-4)
    seconds = count(10.0, -4.0)
    hurried = dive(generation, lambda: False, CAREFUL, left_s=lambda: next(seconds))
    assert next(seconds) > -60
    assert hurried


def test_the_master_knows_a_program_solved_by_hand() -> None:
    """Two visits, one tour: 7 for both, 3 for one, 10 and 4 to leave them out: cover both, 7, or one, 3 + 4 =
    7, or price it at the vertex: no mix is below 7."""
    columns = [[0, 1, 2], [0, 2], [0], [1]]
    found = Master(rows=3, cover=2).solve(columns, [7, 3, 10, 4], 1e-9)
    assert found.primal == pytest.approx(7, abs=1e-3)
    assert found.dual == pytest.approx(7, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_bound_is_above_a_plan_proven_optimal(seed: int) -> None:
    problem = plain_day(DaySize(4, 14), seed)
    best = solve(problem, SearchSettings(iterations=30_000))
    assert best.proof is not None
    model = build_model(problem)
    generation = ColumnGeneration(model, model.arrays.visits["penalty"])
    generation.run(lambda: False, gap=1e-7)
    coverage = coverage_bound(model, lambda: False)
    assert 0 < generation.bound <= best.proof.objective
    assert generation.bound <= split_bound(generation, coverage, lambda: False) <= best.proof.objective
    assert coverage <= best.proof.coverage_points
    assert best.proof.bound <= best.proof.objective


def test_the_search_ends_with_a_proof_when_bound_and_plan_meet() -> None:
    outcome = solve(plain_day(DaySize(6, 24), 5), SearchSettings(iterations=60_000))
    assert outcome.proof is not None
    assert outcome.proof.gap < 0.02
    assert outcome.status.value == ("optimal" if outcome.proof.gap == 0 else "feasible")


def test_one_more_worker_is_worth_what_the_same_solves_find_with_her_and_not_without() -> None:
    """Seed by seed: what a search that goes on covers with her, less what it covers without her, the least
    first."""
    problem = plain_day(DaySize(3, 16), 2)
    effort = SearchSettings(iterations=1500)
    outcome = solve(problem, SearchSettings(iterations=20_000))
    values = value_of_one_more(problem, outcome, effort)
    assert outcome.plan is not None
    assert values
    for value in values[:1]:
        gains = []
        for seed in SEEDS:
            pair = (problem, with_one_more(problem, value.worker_id))
            after = [solve(one, replace(effort, seed=seed), start=outcome.plan).breakdown for one in pair]
            assert after[0] is not None
            assert after[1] is not None
            gains.append(after[0].points - after[1].points)
        assert [one.points for one in value.gains] == sorted(gains)
        assert value.middle.points == sorted(gains)[1] > 0
        assert value.reason.value("points") == value.middle.points
    assert [one.middle.points for one in values] == sorted(
        (one.middle.points for one in values), reverse=True
    )


def test_a_spread_is_told_where_there_is_one() -> None:
    value = WorkerValue("W1", (CoverageGain(10, 1), CoverageGain(13, 2), CoverageGain(30, 2)), 0)
    assert say(value.reason, "en") == (
        "One more person like W1 would cover 2 more visits (13 points);"
        " over 3 runs, from 1 to 2 visits and from 10 to 30 points"
    )
    alike = WorkerValue("W1", (CoverageGain(10, 1),) * 3, 0)
    assert say(alike.reason, "en") == "One more person like W1 would cover 1 more visit (10 points)"


def test_one_more_worker_is_not_worth_what_unpinning_is() -> None:
    """P is pinned at 10:00; Q and R both begin then. One more like W1 does one of them; were P free, both
    would be done."""
    visits = [
        visit("P", earliest="08:00", latest="11:00"),
        *(visit(id, earliest="09:45", latest="10:15") for id in "QR"),
    ]
    asked = problem(visits, [worker("W1", "08:00", "12:00", home=None)])
    start = retime(asked, {("W1", 0): ["P"]}, fixed_starts={"P": at("10:00")}).plan
    effort = SearchSettings(iterations=8000, threads=1)
    (value,) = value_of_one_more(asked, solve(asked, effort, start=start), effort)
    assert [one.visits for one in value.gains] == [1, 1, 1]


def test_nobody_is_worth_a_visit_whose_hours_are_over() -> None:
    """Eleven o'clock: W1 was at M while P was due. Q and R both begin at two: one more like her does one of
    them, and P no more."""
    visits = [
        *(visit(id, earliest="08:00", latest="08:10") for id in "MP"),
        *(visit(id, earliest="14:00", latest="14:10") for id in "QR"),
    ]
    asked = problem(visits, [worker("W1", "08:00", "18:00", home=None)], now=at("11:00"))
    start = retime(asked, {("W1", 0): ["M"]}).plan
    effort = SearchSettings(iterations=8000, threads=1)
    (value,) = value_of_one_more(asked, solve(asked, effort, start=start), effort)
    assert [one.visits for one in value.gains] == [1, 1, 1]
