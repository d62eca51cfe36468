"""Column generation's bounds on tiny problems against every plan there is: breaks, meals, links, several
days, several windows, histories and any travel times, each of which pricing leaves out or counts on.

What a solve proves is held here before anything takes the least of bound and plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind
from brigade.values.places import TravelMatrix, TravelMode
from brigade.values.policy import CoverageMode, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from scenarios.bench.mapping.base import only
from solver.engines.column_generation.columns import ColumnGeneration
from solver.engines.column_generation.coverage_bound import coverage_bound
from solver.engines.column_generation.splitting import split_bound
from solver.engines.relaxed_terms import relaxed_rules
from solver.model.model import build_model
from tests.advice import examples
from tests.brigade.law.rules.test_meal_break import MEAL
from tests.brute import best_plan
from tests.builders import at, labour, problem, visit, worker
from tests.property.test_soft_terms import TEXTS_OFF, meals
from tests.property.test_solver import tiny_problems
from tests.strategies_links import tied

LEGS = (1, 5, 30, 120)
"""Minutes: some ways round are far quicker than the way straight on."""
PUNCTUAL = Policy(CoverageMode.WEIGHTED, weights=only(travel=1, lateness=1))
BREAK = labour(mandatory={"REST_BREAK.after": 120, "REST_BREAK.length": {"value": 30, "stricter": "higher"}})


@dataclass(frozen=True, slots=True)
class Bounds:
    """`program`, with `cuts`, and `split` on coverage: in cost units, each no less than the one before;
    `points`."""

    program: int
    cuts: int
    split: int
    points: int


def never() -> bool:
    return False


def bounds_of(asked: Problem) -> Bounds:
    """Everything column generation can prove, whatever the time."""
    model = build_model(asked)
    generation = ColumnGeneration(model, model.arrays.visits["penalty"])
    generation.run(never, gap=1e-7)
    program = generation.bound
    while generation.tighten(10):
        generation.run(never, gap=1e-7)
    points = coverage_bound(model, never)
    return Bounds(program, generation.bound, split_bound(generation, points, never), points)


def hold(asked: Problem) -> None:
    """No bound is above the best plan, none below the one before."""
    best, found = best_plan(asked, least_points=True), bounds_of(asked)
    assert found.program <= found.cuts <= found.split <= best.total
    assert found.points <= best.points


@settings(
    max_examples=examples(14),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(asked=tiny_problems(), dice=st.one_of(st.none(), st.randoms(use_true_random=False)))
def test_no_bound_of_column_generation_is_above_the_best_plan(asked: Problem, dice: Random | None) -> None:
    asked = asked if dice is None else replace(asked, travel=any_travel(asked, dice))
    hold(asked)


@st.composite
def owed_meals(draw: DrawFn) -> Problem:
    """Tiny problems in which many must eat, with or without the texts' own breaks, on any roads."""
    asked = draw(tiny_problems())
    stays = [tuple(draw(meals(stay, asked.horizon)) for stay in one.availability) for one in asked.workers]
    workers = tuple(
        replace(one, availability=tuple(replace(stay, meal_required=stay.meal is not None) for stay in own))
        for one, own in zip(asked.workers, stays, strict=True)
    )
    dice = draw(st.one_of(st.none(), st.randoms(use_true_random=False)))
    roads = asked.travel if dice is None else any_travel(asked, dice)
    off = TEXTS_OFF if draw(st.booleans()) else asked.rule_sets_off
    return replace(asked, workers=workers, travel=roads, rule_sets_off=off)


@settings(
    max_examples=examples(12),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(asked=owed_meals())
def test_no_bound_that_knows_of_meals_owed_is_above_the_best_plan(asked: Problem) -> None:
    hold(asked)


@st.composite
def owed_breaks(draw: DrawFn) -> Problem:
    """Four visits round midday, two of them perhaps begun together, for two people who owe breaks after an
    hour or more and a meal where they work over midday: pauses decide what fits."""
    visits = []
    for number in range(4):
        opens, minutes = draw(st.integers(48, 80)) * 10, draw(st.sampled_from((20, 40, 60, 90, 150)))
        wide = draw(st.sampled_from((0, 15, 45, 120)))
        place, worth = draw(st.sampled_from("HABC")), draw(st.integers(1, 5))
        visits.append(visit(f"V{number}", place, minutes, opens, opens + wide, points=worth))
    length = {"value": draw(st.sampled_from((10, 20, 40))), "stricter": "higher"}
    rest = {"REST_BREAK.after": draw(st.sampled_from((60, 100, 180, 300))), "REST_BREAK.length": length}
    texts = {**(rest if draw(st.booleans()) else {}), **(MEAL if draw(st.booleans()) else {})}
    links = [Link(LinkKind.SAME_START, "V0", "V1")] if draw(st.booleans()) else []
    workers = [
        worker("W1", "07:00", "17:00"),
        worker("W2", draw(st.sampled_from(("07:00", "11:30"))), "16:00", home=None),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=60, weights=only(travel=1))
    return tied(problem(visits, workers, policy=policy, rules=labour(bad=texts)), links)


@settings(
    max_examples=examples(24),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(asked=owed_breaks())
def test_no_bound_that_knows_of_breaks_is_above_the_best_plan(asked: Problem) -> None:
    hold(asked)


def any_travel(asked: Problem, dice: Random) -> Mapping[TravelMode, TravelMatrix]:
    """Travel times that keep no triangle inequality."""
    found = {}
    for mode, known in asked.travel.items():
        legs = [[dice.choice(LEGS) * (one != other) for other in known.index] for one in known.index]
        found[mode] = replace(known, ticks=np.array(legs) * asked.horizon.ticks_per_minute)
    return found


# -- what random problems meet too rarely ------------------------------------------------------------------
def two_windows(*, with_break: bool) -> Problem:
    """V1 from 06:10 on; right after it V2 is 2 h late in its first window. What puts V2 off (a break, or V0
    at home before V1, worth no point) puts it into its second window, on time: the best plan costs 10 + 10
    min of travel."""
    windows = (TimeWindow(at("06:00"), at("06:00"), at("08:30")), TimeWindow.hard(at("09:00"), at("09:00")))
    visits = [visit("V1", "A", 120, "06:00", "06:59"), visit("V2", "A", 60, windows=windows)]
    if with_break:
        return problem(visits, policy=PUNCTUAL, rules=BREAK)
    return problem([visit("V0", "H", 30, "06:00", "06:00", points=0), *visits], policy=PUNCTUAL)


@pytest.mark.parametrize("with_break", [True, False])
def test_what_is_put_off_into_a_later_window_may_cost_less_than_the_bound_of_what_is_not(
    with_break: bool,
) -> None:
    asked = two_windows(with_break=with_break)
    assert bounds_of(asked).split <= best_plan(asked).total == 20
    assert "lateness" in relaxed_rules(build_model(asked))


def test_what_a_bound_leaves_out_is_told_in_one_order_whatever_the_process() -> None:
    """Plans of one seed are the same document: a set's own order is another one in each process."""
    names = ["waiting", "interruption", "equity_workers", "equity_providers", "max_idle", "max_waiting"]
    asked = problem([visit("V1", "A")], policy=Policy(weights=Weights(**dict.fromkeys(names, 1))))
    told = [one for one in relaxed_rules(build_model(asked)) if one in names]
    assert told == names


def test_a_way_round_that_is_quicker_than_the_way_straight_on_keeps_the_bound() -> None:
    """From A straight to C takes 120 min and C closes at 09:30; by B it takes a minute, ten of service and a
    minute. The best tour H A B C H drives 4 min; a partial tour that has been at C early is no better than
    one that can still go there."""
    visits = [
        visit("V1", "A", 10, "09:00", "09:30"),
        visit("V2", "B", 10),
        visit("V3", "C", 10, "06:00", "09:30"),
    ]
    asked = problem(visits, [worker()], policy=PUNCTUAL)
    known = asked.travel[TravelMode.CAR]
    legs = np.full(known.ticks.shape, 120) - 120 * np.eye(len(known.index), dtype=np.int64)
    for ends, minutes in {"HA": 1, "AB": 1, "BC": 1, "CH": 1, "HC": 100, "CA": 60, "BH": 100}.items():
        legs[known.index[ends[0]], known.index[ends[1]]] = minutes
    asked = replace(asked, travel={TravelMode.CAR: replace(known, ticks=legs)})
    assert bounds_of(asked).split == best_plan(asked).total == 4


@pytest.mark.parametrize(("opens", "total"), [("12:45", 0), ("12:15", 60)])
def test_a_meal_owed_between_two_visits_is_in_the_bound(opens: str, total: int) -> None:
    """V1 until noon, then half an hour to eat: V2 can still begin at 12:45, not at 12:15, where a point is
    lost."""
    stay = Availability(at("10:00"), at("18:00"), at("18:00"), 30, at("12:00"), at("12:30"), True)
    visits = [
        visit("V1", "A", 120, "10:00", "10:00", points=1),
        visit("V2", "A", 240, opens, opens, points=1),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=60, weights=only())
    asked = problem(visits, [worker("W1", home=None, availability=(stay,))], policy=policy, rules=labour())
    assert bounds_of(asked).split == best_plan(asked).total == total
    assert "AVAILABILITY" not in relaxed_rules(build_model(asked))


@pytest.mark.parametrize(("until", "total"), [("12:20", 0), ("12:10", 60)])
def test_a_break_owed_between_two_visits_is_in_the_bound(until: str, total: int) -> None:
    """Two hours without a break at the most: after V1, from 10:00 to 12:00, V2 may begin at 12:20, not by
    12:10."""
    visits = [
        visit("V1", "A", 120, "10:00", "10:00", points=1),
        visit("V2", "A", 60, "12:00", until, points=1),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=60, weights=only())
    rules = labour(bad={"REST_BREAK.after": 120, "REST_BREAK.length": {"value": 20, "stricter": "higher"}})
    asked = problem(visits, [worker("W1", home=None)], policy=policy, rules=rules)
    assert bounds_of(asked).split == best_plan(asked).total == total


@pytest.mark.parametrize(("until", "total"), [("13:30", 0), ("13:20", 60)])
def test_a_meal_break_owed_between_two_visits_is_in_the_bound(until: str, total: int) -> None:
    """V1 until 13:00, then half an hour for the meal, which must end by 15:00: V2 may begin at 13:30, not by
    13:20."""
    visits = [
        visit("V1", "A", 180, "10:00", "10:00", points=1),
        visit("V2", "A", 90, "13:00", until, points=1),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=60, weights=only())
    asked = problem(visits, [worker("W1", home=None)], policy=policy, rules=labour(bad=MEAL))
    assert bounds_of(asked).split == best_plan(asked).total == total


def test_a_break_that_waits_hasten_keeps_the_bound() -> None:
    """Waits before j and k make the break due at k, where it suits; begun with j alone, a tour may have it
    there too."""
    visits = [
        visit("i", "B", 70, "08:30", "08:30", points=1),
        visit("j", "A", 10, "10:00", "10:00", points=9),
        visit("k", "A", 10, "10:29", "10:35", points=9),
        visit("m", "A", 101, "10:10", "10:50", points=9),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=10, weights=only(travel=1))
    rules = labour(bad={"REST_BREAK.after": 120, "REST_BREAK.length": {"value": 20, "stricter": "higher"}})
    asked = problem(visits, [worker("W1", "06:00", "20:00", home=None)], policy=policy, rules=rules)
    assert bounds_of(asked).split == best_plan(asked).total == 10


@pytest.mark.parametrize(("until", "total"), [("12:40", 0), ("12:39", 60)])
def test_a_meal_shorter_than_the_break_is_had_within_it(until: str, total: int) -> None:
    stay = Availability(at("10:00"), at("18:00"), at("18:00"), 20, at("12:00"), at("12:10"), True)
    visits = [
        visit("V1", "A", 120, "10:00", "10:00", points=1),
        visit("V2", "A", 100, "12:00", until, points=1),
    ]
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=60, weights=only())
    rules = labour(bad={"REST_BREAK.after": 120, "REST_BREAK.length": {"value": 40, "stricter": "higher"}})
    asked = problem(visits, [worker("W1", home=None, availability=(stay,))], policy=policy, rules=rules)
    assert bounds_of(asked).split == best_plan(asked).total == total
