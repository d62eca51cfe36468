"""How hot a search starts and how cold it ends: what moves cost decides, not how long the horizon calls a
minute."""

from __future__ import annotations

import pytest

from brigade.values.demand import Priority
from brigade.values.places import TravelMode
from brigade.values.policy import CoverageMode, Policy
from scenarios.bench.mapping.base import only
from solver.engines.annealing import (
    COLD_LEGS,
    HOT_LEGS,
    HOT_TOURS,
    Annealing,
    stages,
    temperatures,
    typical_leg,
)
from solver.kernel.local_search import Search
from solver.model.model import build_model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings
from tests.builders import matrix, problem, visit

TRAVEL = Policy(weights=only(travel=1))
PLACES = {"A": 0, "B": 4, "C": 8, "D": 12}


@pytest.mark.parametrize("ticks_per_minute", [7, 30])
def test_minutes_longer_than_the_roads_do_not_heat_the_search(ticks_per_minute: int) -> None:
    """Roads of a few ticks each way: in sets whose unit is no minute, five minutes of lateness are dozens of
    legs."""
    asked = problem(
        [visit(f"V{site}", site, mandatory=True) for site in PLACES],
        places={"H": 6, **PLACES},
        ticks_per_minute=ticks_per_minute,
        travel={TravelMode.CAR: matrix({"H": 6, **PLACES}, TravelMode.CAR, 1)},
        policy=Policy(weights=only(travel=1, max_lateness=1)),
    )
    model = build_model(asked)
    leg = typical_leg(model)
    assert 4 <= leg <= 12
    assert temperatures(model, covers_all=True) == pytest.approx((HOT_LEGS * leg, COLD_LEGS * leg))


def test_far_homes_heat_the_search_so_that_whole_tours_may_go() -> None:
    """Homes 94 to 106 min from four places: out and home costs 200, one tour less is worth far more than any
    leg."""
    asked = problem(
        [visit(f"V{site}", site, mandatory=True) for site in PLACES],
        places={"H": 106, **PLACES},
        policy=TRAVEL,
    )
    assert temperatures(build_model(asked), covers_all=True)[0] == pytest.approx(HOT_TOURS * 200)


def test_the_top_levels_are_settled_before_the_others_are_looked_for() -> None:
    levels = dict.fromkeys(("A", "B"), 1) | {"C": 2, "D": 4}
    asked = problem(
        [visit(f"V{site}", site, priority=Priority(level)) for site, level in levels.items()],
        places={"H": 6, **PLACES},
    )
    first, second, *again, last = stages(build_model(asked), hot=500.0, cold=3.0)
    assert (first.guide > 0).tolist() == [True, True, False, False]
    assert second.guide.tolist()[0] == 10 * second.guide.tolist()[2] > 0 == second.guide.tolist()[3]
    assert all(one.guide.tolist() == second.guide.tolist() and one.hot < second.hot for one in again)
    assert [one.level for one in (first, second, *again, last)] == [1, 2, 2, 2, None]
    assert last.guide.tolist()[0] == 10 * last.guide.tolist()[2] > 50 * last.guide.tolist()[3] > 0
    assert first.hot > second.hot > last.hot
    assert (last.hot, last.cold, last.until) == (500.0, 3.0, 1.0)
    assert [stage.until for stage in stages(build_model(asked), 50.0, 3.0, from_hot=False)] == [1.0]


@pytest.mark.parametrize("is_settled", [True, False])
def test_a_level_that_is_settled_has_no_more_stages(is_settled: bool) -> None:
    """A clock that is over lets every stage end at once; after each of a top level the search asks whether it
    is settled."""
    levels = {"A": 1, "B": 2, "C": 2, "D": 4}
    asked = problem(
        [visit(f"V{site}", site, priority=Priority(level)) for site, level in levels.items()],
        places={"H": 6, **PLACES},
    )
    model, met = build_model(asked), list[int]()

    def settle(level: int, whole_s: float) -> bool:
        met.append(level)
        return is_settled

    Annealing(model, Search(model.arrays, 1)).run_until(
        SearchClock(SearchSettings(time_limit_s=0.0)), 0.0, 1.0, lambda: False, settle
    )
    assert met == ([1, 2] if is_settled else [1, 2, 2, 2])


def test_points_that_compete_with_costs_have_one_stage() -> None:
    policy = Policy(mode=CoverageMode.WEIGHTED)
    asked = problem(
        [visit(f"V{site}", site, priority=Priority.P2) for site in PLACES],
        places={"H": 6, **PLACES},
        policy=policy,
    )
    model = build_model(asked)
    (only_stage,) = stages(model, hot=500.0, cold=3.0)
    assert only_stage.guide.tolist() == model.arrays.visits["guide"].tolist()


def test_a_guide_is_read_before_the_copy_of_its_column_is_gone() -> None:
    """What 200 visits left out count: a column is copied for the kernel; memory of that size is written over
    once free."""
    model = build_model(problem([visit(f"V{number}", "A") for number in range(200)], []))
    engine = Search(model.arrays, 1)
    before = engine.facts.guide
    engine.guide(model.arrays.visits["guide"])
    assert engine.facts.guide == before > 0
