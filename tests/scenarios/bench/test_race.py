"""Races: what one run answers, how runs become a table, and that a run has a process to itself."""

from __future__ import annotations

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench import race, stages
from scenarios.bench.child import NoAnswer, alone
from scenarios.bench.race import FULL, OURS, RaceHeat, RaceResult
from scenarios.cli.console import lists
from tests.sayings import refusals


def result(
    engine: str,
    weight: int,
    *,
    seed: int = 1,
    cost: int = 1000,
    bound: int | None = None,
    faults: tuple[str, ...] = (),
) -> RaceResult:
    return RaceResult(
        RaceHeat(engine, "S", 2.0, seed), 40, 38, weight, 60.0, cost, bound, 2.0, 1.5, 90.0, faults
    )


@pytest.mark.parametrize("engine", [OURS, FULL, "ortools", "ortools-auto"])
def test_a_run_answers_without_a_fault(engine: str) -> None:
    """Ours is judged by the neutral checker too, and must cost what we say it costs."""
    answer = race.play({"engine": engine, "size": "S", "limit_s": 0.3, "seed": 1, "published": False})
    assert answer["faults"] == []
    assert answer["visits"] == (44 if engine == FULL else 40)
    assert 30 <= answer["covered"] <= answer["visits"]


def test_a_committed_day_differs_by_the_engines_seed_alone() -> None:
    first, second = (race.day_of(RaceHeat(OURS, "S", 1.0, seed, published=True)) for seed in (1, 2))
    assert first.visits == second.visits


def test_a_table_holds_means_over_seeds() -> None:
    """Weights 10 and 20, costs 1000 and 1000 over bounds 900 and 800: mean gap (10 % + 20 %) / 2."""
    (line,) = race.standings([result(OURS, 10, bound=900), result(OURS, 20, seed=2, bound=800)])
    assert (line.weight, line.runs) == (15.0, 2)
    assert line.gap == pytest.approx(0.15)


def test_a_peers_gap_is_to_the_bound_we_proved_for_that_day() -> None:
    lines = race.standings([result(OURS, 10, bound=900), result("vroom", 12, cost=1200)])
    assert lines[1].gap == pytest.approx(0.25)


def test_no_gap_is_told_where_a_day_has_no_bound() -> None:
    (line,) = race.standings([result("vroom", 12), result("vroom", 12, seed=2)])
    assert line.gap is None


def test_two_engines_may_both_be_best() -> None:
    lines = race.standings([result(OURS, 10), result("vroom", 10), result("pyvrp", 11)])
    assert [line.best for line in lines] == [1, 1, 0]


def test_an_answer_that_breaks_a_rule_is_counted_and_never_best() -> None:
    """The broken answer leaves less weight, and neither its weight nor its rank is told."""
    lines = race.standings([result(OURS, 10), result("pyvrp", 5, faults=("W1: home 3 after the end",))])
    assert [(line.best, line.broken, line.weight) for line in lines] == [(1, 0, 10.0), (0, 1, 0.0)]


def test_a_full_day_is_compared_with_no_plain_one() -> None:
    """A full day's bound is no bound of the plain day of that seed, nor is its weight a competitor's."""
    lines = race.standings([result(OURS, 10), result(FULL, 5, bound=900)])
    assert [line.best for line in lines] == [1, 1]
    assert lines[0].gap is None
    assert lines[1].gap == pytest.approx(0.1)


def test_engines_take_turns_on_each_day_and_only_ours_has_a_full_one() -> None:
    asked = list(race.heats([OURS, FULL, "vroom"], ["S"], [2.0], [1, 2], published=False))
    assert [(heat.seed, heat.engine) for heat in asked] == [
        (s, e) for s in (1, 2) for e in (OURS, FULL, "vroom")
    ]
    committed = race.heats([OURS, FULL], ["S"], [2.0], [1], published=True)
    assert [heat.engine for heat in committed] == [OURS]


def test_a_measurement_runs_in_a_process_of_its_own() -> None:
    assert alone("builtins:sorted", {"b": 1, "a": 2}, 60) == ["a", "b"]  # type: ignore[comparison-overlap]


def test_a_measurement_that_fails_says_what_it_said() -> None:
    with pytest.raises(NoAnswer, match="TypeError"):
        alone("builtins:int", {}, 60)


def test_a_measurement_that_never_ends_is_given_up() -> None:
    with pytest.raises(NoAnswer, match="nothing after"):
        alone("builtins:sorted", {}, 0.01)


# -- stages ------------------------------------------------------------------------------------------------
def test_a_stage_does_not_count_the_stages_inside_it() -> None:
    """The clock says 0, 10, 13, 15: the outer stage ran 15, of which 3 in the inner one."""
    clock = iter([0.0, 10.0, 13.0, 15.0])
    watch = stages.Stopwatch(lambda: next(clock))
    inner = watch.timed("decode", lambda: 7)
    outer = watch.timed("build", lambda: inner())
    assert outer() == 7
    assert (watch.seconds["build"], watch.seconds["decode"]) == (12.0, 3.0)


def test_every_watched_stage_exists_and_is_given_back() -> None:
    before = [getattr(*stages.owner_of(place)) for places in stages.WATCHED.values() for place in places]
    with stages.Stopwatch().watching():
        during = [getattr(*stages.owner_of(place)) for places in stages.WATCHED.values() for place in places]
    after = [getattr(*stages.owner_of(place)) for places in stages.WATCHED.values() for place in places]
    assert after == before
    assert not set(during) & set(before)


def test_the_stages_add_up_to_the_whole() -> None:
    """All but the few lines of `solve` between them."""
    found = stages.play({"size": "S", "seed": 1, "limit_s": 0.5, "full": True})
    total = found.pop("total")
    assert set(found) == set(stages.WATCHED)
    assert 0.9 * total <= sum(found.values()) <= total
    assert found["build"] > 0 < found["local_search"]


# -- lists -------------------------------------------------------------------------------------------------
def test_lists_hold_ranges_and_say_each_number_once() -> None:
    assert lists.numbers("--seeds", "1, 4-6,5") == [1, 4, 5, 6]
    assert lists.seconds("--limits", "2,0.5") == [2.0, 0.5]
    assert lists.names("--sizes", "S,L", ("S", "M", "L")) == ["S", "L"]


@pytest.mark.parametrize("text", ["", "a", "3-1", "-1", "1-5000", "1.5", "²"])
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput):
        lists.numbers("--seeds", text)


def test_every_wrong_part_of_a_list_is_told() -> None:
    with pytest.raises(UnreadableInput) as refused:
        lists.seconds("--limits", "2,nan,-1,x")
    assert [issue.what for issue in refusals(refused)] == ["« nan »", "« -1 »", "« x »"]
