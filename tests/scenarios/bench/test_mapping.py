"""Public sets on the product's own model: what its plans cost there is what the sets' independent evaluators
say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from scenarios.bench.mapping import Unmapped, br2008, hhcrsp, strsp, uhhc
from scenarios.bench.publics import SetRun, Task, run_instance, standings, tasks
from scenarios.bench.sets import br2008 as br2008_set
from scenarios.bench.sets import hhcrsp as hhcrsp_set
from scenarios.bench.sets import samples
from scenarios.bench.sets import strsp as strsp_set
from scenarios.bench.sets import uhhc as uhhc_set
from scenarios.bench.sets.uhhc.instance import AT_END, AT_START

D0, A, B = 0, 1, 2
ROADS = ((0, 10, 20), (12, 0, 7), (22, 8, 0))


def planned(problem: Problem, orders: dict[str, list[str]]) -> Plan:
    """The canonical plan of these orders, all of it lawful."""
    found = retime(problem, {(who, 0): order for who, order in orders.items()})
    assert found.issues == ()
    return found.plan


# -- hhcrsp ------------------------------------------------------------------------------------------------
def kummer(link: hhcrsp_set.Synchronization | None = None, half: float = 0.0) -> hhcrsp_set.Instance:
    need = hhcrsp_set.RequiredService
    return hhcrsp_set.Instance(
        name="tiny",
        patients=(
            hhcrsp_set.Patient("A", None, (20.0, 40.0), (need("s1", 10.0 + half), need("s4", 15.0)), link),
            hhcrsp_set.Patient("B", None, (10.0, 30.0), (need("s1", 10.0),)),
        ),
        caregivers=(
            hhcrsp_set.Caregiver("c1", frozenset({"s1"})),
            hhcrsp_set.Caregiver("c2", frozenset({"s4"})),
        ),
        services={"s1": 10.0, "s4": 15.0},
        depot=None,
        distances=tuple(tuple(map(float, row)) for row in ROADS),
    )


@pytest.mark.parametrize("half", [0.0, 0.5])
def test_a_late_second_service_costs_travel_lateness_and_the_worst_of_it(half: float) -> None:
    """A/s1 20-30, B at 37: 7 late. A/s4 25 after A/s1, at 45: 5 late. Travel 10 + 7 + 22 and 10 + 12; a half
    minute of care makes a tick a tenth of a minute, and B half a minute later."""
    instance = kummer(hhcrsp_set.Synchronization("sequential", 25, 40), half)
    problem = hhcrsp.problem_of(instance)
    plan = planned(problem, {"w0": ["v0-0", "v1-0"], "w1": ["v0-1"]})
    costed = hhcrsp_set.evaluate(instance, hhcrsp.solution_of(instance, problem, plan))
    assert costed.violations == []
    assert costed.components == {"distance": 61, "tardiness": 12 + half, "max_tardiness": 7 + half}
    assert hhcrsp.objective(instance, plan, breakdown(problem, plan)) == pytest.approx(costed.objective)


def test_a_sample_is_solved_and_its_cost_confirmed() -> None:
    path = min(samples("hhcrsp"), key=lambda one: one.stat().st_size)
    run = run_instance(path, 1, iterations=300, threads=1).run
    assert run.objective is not None
    assert not run.disagrees


# -- br2008 ------------------------------------------------------------------------------------------------
def pair_of_homes() -> br2008_set.Instance:
    far = br2008_set.FORBIDDEN
    return br2008_set.Instance(
        name="tiny",
        staff=2,
        visits=3,
        horizon=100,
        windows=((0, 100), (20, 40), (20, 40), (30, 60), (0, 100)),
        durations=(0, 10, 15, 45, 0),
        printed_durations=(0, 10, 15, 45, 0),
        pairs=((1, 2),),
        travel=(
            (0, 10, 10, 8, 0),
            (10, far, far, 5, 10),
            (10, far, far, 5, 10),
            (8, 6, 6, 0, 8),
            (0, 10, 10, 8, far),
        ),
        preferences=(),
    )


def test_partners_start_together_by_two_people_and_travel_is_the_price() -> None:
    """10 + 5 + 8 and 10 + 10; nobody does both."""
    instance = pair_of_homes()
    problem = br2008.problem_of(instance)
    plan = planned(problem, {"w1": ["v1", "v3"], "w2": ["v2"]})
    costed = br2008_set.evaluate(
        replace(instance, preferences=((0, 0, 0),) * 4), br2008.solution_of(instance, problem, plan)
    )
    assert costed.violations == []
    assert costed.objective == 43 == br2008.objective(instance, plan, breakdown(problem, plan))
    assert retime(problem, {("w1", 0): ["v1", "v2"]}).issues


# -- strsp -------------------------------------------------------------------------------------------------
def technicians() -> strsp_set.Instance:
    return strsp_set.Instance(
        name="tiny",
        tasks=2,
        technicians=2,
        priorities=(0, 5, 3, 10, 10),
        abilities=((False, False), (True, False), (True, True), (True, False), (False, True)),
        durations=(0, 20, 30, 60, 60),
        windows=((0, 1440), (100, 160), (200, 400), (150, 330), (150, 330)),
        shifts=((90, 290), (90, 290)),
        big_m=999,
        travel_divisor=100,
        places=((0, 0), (3, 4), (3.5, 0)),
    )


def test_a_technician_eats_on_the_way_and_his_travel_is_floored() -> None:
    """5 to task 1, sqrt(16.25) to task 2, 3.5 home: 12.53 minutes count as 12. Lunch on return would last
    beyond the shift, so it is taken from 150 at the second door, and he leaves late enough not to wait for
    it."""
    instance = technicians()
    problem = strsp.problem_of(instance)
    plan = planned(problem, {"w1": ["v1", "v2"]})
    solution = strsp.solution_of(instance, problem, plan)
    assert [(stop.node, round(stop.start, 3)) for stop in solution.routes[0].stops] == [
        (1, 125.969),
        (3, 150),
        (2, 210),
    ]
    costed = strsp_set.evaluate(instance, solution)
    assert costed.violations == []
    assert costed.objective == pytest.approx(8 - 0.12)
    assert strsp.objective(instance, plan, breakdown(problem, plan)) == costed.objective


def test_nobody_works_without_his_lunch() -> None:
    """A task that fills the lunch's hours leaves no place for it."""
    windows = ((0, 1440), (130, 230), (200, 400), (150, 220), (150, 220))
    asked = replace(technicians(), windows=windows, durations=(0, 90, 30, 60, 60))
    problem = strsp.problem_of(asked)
    assert [issue.code for issue in retime(problem, {("w1", 0): ["v1"]}).issues] == ["T102"]


# -- uhhc --------------------------------------------------------------------------------------------------
WEIGHTS: dict[str, int] = {
    "travel_time": 1,
    "total_tardiness": 2,
    "highest_tardiness": 3,
    "total_waiting_time": 5,
    "total_extra_time": 11,
    "max_idle_time": 13,
    "caregiver_preferences": 17,
    "optional_patients": 19,
    "missed_lunch_break": 23,
}


def unified(moment: str, **more: Any) -> uhhc_set.Instance:
    need, span = uhhc_set.RequiredService, uhhc_set.Span
    fields: dict[str, Any] = {
        "name": "tiny",
        "origin": "generated",
        "time_window_met": moment,
        "weights": WEIGHTS,
        "distances": ROADS,
        "terminals": {"d0": D0},
        "caregivers": tuple(
            uhhc_set.Caregiver(name, frozenset({"s1", "s2"}), D0, D0, span(60, end), has_lunch=True)
            for name, end in (("c1", 200), ("c2", 300), ("c3", 260))
        ),
        "patients": (
            uhhc_set.Patient(
                "A",
                A,
                (need("s1", 20), need("s2", 30)),
                (span(90, 120), span(180, 260)),
                synchronization=uhhc_set.Synchronization("simultaneous"),
                preferred=frozenset({"c1"}),
            ),
            uhhc_set.Patient("B", B, (need("s1", 40),), (span(130, 190),)),
            uhhc_set.Patient("C", B, (need("s2", 15),), (span(130, 190),), is_optional=True),
        ),
        "services": {"s1": "x", "s2": "x"},
        "lunch": uhhc_set.Lunch(140, 200, 30),
    }
    return uhhc_set.Instance(**{**fields, **more})


ALONE = {"w0": ["v0-0"], "w1": ["v0-1"], "w2": ["v1-0", "v2-0"]}


@pytest.mark.parametrize(
    ("moment", "by"),
    [(AT_START, {"w0": ["v0-0", "v1-0"], "w1": ["v0-1"]}), (AT_START, ALONE), (AT_END, ALONE)],
)
def test_every_component_is_priced_as_the_evaluator_prices_it(moment: str, by: dict[str, list[str]]) -> None:
    instance = unified(moment)
    problem = uhhc.problem_of(instance)
    plan = planned(problem, by)
    costed = uhhc_set.evaluate(instance, uhhc.solution_of(instance, problem, plan))
    assert costed.violations == []
    assert uhhc.objective(instance, plan, breakdown(problem, plan)) == costed.objective


def test_who_stays_at_home_has_lunch_there() -> None:
    """Nobody misses it: c3's day is idle but for his lunch, 200 - 30."""
    instance = unified(AT_START)
    problem = uhhc.problem_of(instance)
    plan = planned(problem, {"w0": ["v0-0", "v1-0"], "w1": ["v0-1"]})
    costed = uhhc_set.evaluate(instance, uhhc.solution_of(instance, problem, plan))
    assert costed.components["missed_lunch_break"] == 0
    assert costed.components["max_idle_time"] == 170


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"weights": {**WEIGHTS, "workload_balance": 1}}, "workload_balance"),
        ({"weights": {**WEIGHTS, "max_waiting_time": 1}}, "max_waiting_time"),
        ({"origin": "bazirha-caie"}, "departure at shift start"),
    ],
)
def test_what_the_model_cannot_say_is_refused(more: dict[str, Any], word: str) -> None:
    with pytest.raises(Unmapped, match=word):
        uhhc.problem_of(unified(AT_START, **more))


def test_a_hard_lunch_is_required_and_a_hard_preference_forbids() -> None:
    hard = {**WEIGHTS, "missed_lunch_break": uhhc_set.HARD, "caregiver_preferences": uhhc_set.HARD}
    problem = uhhc.problem_of(unified(AT_START, weights=hard))
    assert all(one.availability[0].meal_required for one in problem.workers)
    assert problem.visit_by_id["v0-0"].forbidden_workers == {"w1", "w2"}


def test_the_smallest_sample_is_solved_and_its_cost_confirmed() -> None:
    path = min(samples("uhhc"), key=lambda one: one.stat().st_size)
    run = run_instance(path, 1, iterations=500, threads=1).run
    assert run.objective is not None
    assert not run.disagrees


# -- tables ------------------------------------------------------------------------------------------------
def run(instance: str, gap: float, objective: float = 100.0, own: float = 100.0) -> SetRun:
    return SetRun(
        "uhhc", instance, 5, 1, 1.0, 1.0, 1.0, 9, objective, own, 99.0, gap, is_proven=False, violations=()
    )


def test_a_standing_takes_means_over_instances() -> None:
    """a: mean 2 %, from 1 to 3; b: -2 %, from -4 to 0."""
    (found,) = standings([run("a", 0.01), run("a", 0.03), run("b", 0.0), run("b", -0.04)])
    assert (found.mean_gap, found.best_gap, found.worst_gap) == pytest.approx((0.0, -0.015, 0.015))
    assert (found.instances, found.runs, found.reached, found.below, found.disagreements) == (2, 4, 1, 1, 0)


def test_another_cost_or_a_broken_rule_is_a_disagreement() -> None:
    assert run("a", 0.0, own=101.0).disagrees
    assert replace(run("a", 0.0), violations=("EARLY x",)).disagrees
    assert not run("a", 0.0).disagrees


def test_the_small_subset_takes_the_smallest_shipped_for_ten_seconds_at_the_most() -> None:
    found = tasks(None, [1, 2], small=True, time_limit_s=None)
    assert [task.family for task in found] == ["uhhc"] * 6 + ["hhcrsp"] * 6
    assert {task.time_limit_s for task in found} == {10.0}
    assert found[0] == Task(found[0].path, "uhhc", 1, 10.0)


def test_a_folder_without_instances_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="B101"):
        tasks(tmp_path, [1], small=True, time_limit_s=None)
