"""What a bound says of each level of coverage and of the soft costs apart; never a share of the sum."""

from __future__ import annotations

from dataclasses import replace

from brigade.exchange.documents.facts import ReportInput, quality_sentences
from brigade.judging.coverage_levels import least_by_level, level_weights
from brigade.values.demand import Priority
from brigade.values.plan import Proof
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from solver.model.search_settings import Progress, SearchSettings
from solver.proof import with_gap
from solver.solve import solve
from tests.builders import problem, visit, worker


def day() -> Problem:
    """Two visits at the same hour for one worker: a P1 and a P3."""
    return problem([visit("V1", priority=Priority.P1), visit("V2", "B", priority=Priority.P3)], [worker()])


def codes(proof: Proof) -> list[str]:
    return [reason.code for reason in quality_sentences(ReportInput(proof=proof))]


def test_a_bound_counts_whole_visits_level_by_level() -> None:
    """Weights w0 > w1 > ... > w4 > any soft cost: 2 w1 + w3 + 7 says two P1, then a P3, then 7 units of soft
    cost; 2 w1 - 1 is more than one P1 with everything below it, so two P1 again need w1 + all below, of which
    it lacks some."""
    w = level_weights(day())
    assert least_by_level(day(), 0) == (0, 0, 0, 0, 0)
    assert least_by_level(day(), w[1] + w[3] + 7) == (0, 1, 0, 1, 0)
    assert least_by_level(day(), w[1]) == (0, 1, 0, 0, 0)
    assert least_by_level(day(), w[3]) == (0, 0, 0, 1, 0)
    assert least_by_level(day(), w[3] - 1) == (0, 0, 0, 0, 0)


def test_the_gap_is_that_of_soft_costs_at_equal_coverage() -> None:
    """A P3 is left and must be; tours cost 100 and at least 60: 40 %, though 40 of 10 100 would sound like
    nothing."""
    proof = Proof(10_100, 10_060, 5, 5, (), (0, 0, 0, 1, 0), (0, 0, 0, 1, 0), 100, 60)
    assert proof.gap == 0.4
    assert codes(proof)[:2] == ["level_proven", "soft_gap"]


def test_below_an_open_level_nothing_is_claimed() -> None:
    proof = Proof(10_100, 60, 5, 0, (), (0, 0, 1, 1, 0), (0, 0, 0, 0, 0), 100, 0)
    assert (proof.open_level, proof.gap) == (2, 1.0)
    assert codes(proof)[:2] == ["level_open", "soft_open"]


def test_a_proven_order_of_priorities_is_never_said_to_be_open() -> None:
    """A P3 must stay in favour of a P1: fewer points are no better plan, and "at least 0 points" would deny
    the proof."""
    proven = Proof(10_100, 10_100, 5, 0, (), (0, 0, 0, 1, 0), (0, 0, 0, 1, 0), 100, 100)
    assert codes(proven) == ["proof_optimal", "coverage_ordered"]
    assert codes(replace(proven, bound=10_060, soft_bound=60)) == [
        "level_proven",
        "soft_gap",
        "coverage_ordered",
    ]
    assert codes(replace(proven, bound=60, least_uncovered=(0,) * 5, soft_bound=0))[-1] == "coverage_bound"


def test_points_that_compete_with_costs_keep_one_gap() -> None:
    proof = Proof(200, 150, 5, 5)
    assert (proof.gap, codes(proof)[0]) == (0.25, "proof_gap")


def test_a_solved_day_says_both_apart() -> None:
    outcome = solve(day(), SearchSettings(iterations=200))
    proof = outcome.proof
    assert proof is not None
    assert proof.uncovered == outcome.breakdown.uncovered if outcome.breakdown else False
    assert proof.soft == (outcome.breakdown.soft if outcome.breakdown else None)
    assert all(least <= left for left, least in zip(proof.uncovered, proof.least_uncovered, strict=True))
    weighted = replace(day(), policy=replace(day().policy, mode=CoverageMode.WEIGHTED))
    found = solve(weighted, SearchSettings(iterations=200)).proof
    assert found is not None
    assert found.least_uncovered == ()


def test_a_search_says_on_the_way_what_a_better_plan_could_be_better_by() -> None:
    """Of the best so far one P1 and one P3 are left; before a bound nothing is known, then one P1 more could
    be covered, then nothing but 40 of its 100 units of cost could be saved."""
    w, day_of = level_weights(day()), day()
    told = Progress(1.0, w[1] + w[3] + 100, None, 3, 50)
    assert with_gap(day_of, told) == told
    early = with_gap(day_of, replace(told, bound=w[3]))
    assert (early.open_level, early.open_visits, early.gap) == (1, 1, None)
    late = with_gap(day_of, replace(told, bound=w[1] + w[3] + 60))
    assert (late.open_level, late.open_visits, late.gap) == (None, None, 0.4)


def test_what_a_search_told_last_is_what_its_proof_says() -> None:
    told: list[Progress] = []
    outcome = solve(day(), SearchSettings(iterations=50, threads=1), on_progress=told.append)
    assert outcome.proof is not None
    assert (told[-1].objective, told[-1].gap) == (outcome.proof.objective, outcome.proof.gap)
