"""A second judge, written from the pages alone (`tests/second_checker`), agrees with the checker and the
objective.

It reads the two documents as anybody may. Plans are the solver's, and visits dealt at random, most of which
break something. `BRIGADE_AGREEMENT_EXAMPLES` sets the number of random problems (500 for a release).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.exchange.documents.plan_document import plan_to_json
from brigade.exchange.documents.problem_document import problem_to_json
from brigade.judging.checker import check
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan, Violation
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.brigade.law.test_law_cases import FOLDER, names
from tests.second_checker.judge import COSTS_NOT_JUDGED, NOT_JUDGED, Judge
from tests.strategies import small_problems
from tests.strategies_blocks import with_blocks
from tests.strategies_coverable import coverable_problems
from tests.strategies_learning import with_learners
from tests.strategies_paths import with_paths
from tests.strategies_traffic import with_traffic
from tests.strategies_vehicles import with_vehicles

EXAMPLES = int(os.environ.get("BRIGADE_AGREEMENT_EXAMPLES", "30"))
QUICK = SearchSettings(iterations=200, threads=1)
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
NEVER_BROKEN_BY_THE_LAW_CASES = {
    "ASSIGNMENT",
    "AVAILABILITY",
    "ENGAGEMENT",
    "FORBIDDEN_PAIR",
    "LEARNING",
    "LINK",
    "SECTOR",
    "SHADOWING",
    "TIMING",
    "TIME_WINDOW",
    "VEHICLES",
    "WORK_BLOCKS",
}
"""Rules of no text: they are broken by the plans dealt at random."""


def problems() -> st.SearchStrategy[Problem]:
    plain = small_problems() | coverable_problems()
    return (
        plain
        | plain.flatmap(with_blocks)
        | plain.flatmap(with_vehicles)
        | (plain | plain.flatmap(with_vehicles) | plain.flatmap(with_blocks)).flatmap(with_traffic)
        | plain.filter(lambda one: bool(one.workers)).flatmap(with_learners)
        | plain.filter(lambda one: bool(one.workers)).flatmap(with_paths)
    )


@st.composite
def dealt(draw: st.DrawFn, asked: st.SearchStrategy[Problem]) -> tuple[Problem, Plan, Plan | None]:
    """A plan, and half of the time another one told before it, of which every change has its price."""
    problem = draw(asked)
    if draw(st.booleans()):
        return problem, draw(_dealt(problem)), None
    priced = replace(problem.policy.weights, moved_start=1, moved_visit=10, changed_worker=30)
    problem = replace(problem, policy=replace(problem.policy, weights=priced))
    return problem, draw(_dealt(problem)), draw(_dealt(problem))


@st.composite
def _dealt(draw: st.DrawFn, problem: Problem) -> Plan:
    """Visits dealt at random to tours, half of the time in the order of their hours."""
    tours = [(worker.id, n) for worker in problem.workers for n in range(len(worker.availability))]
    orders: dict[tuple[str, int], list[str]] = {}
    visits = list(problem.visits)
    if draw(st.booleans()):
        visits.sort(key=lambda visit: visit.windows[0].earliest)
    for visit in visits:
        tour = draw(st.sampled_from([None, *tours, *tours]))
        if tour is not None:
            orders.setdefault(tour, []).append(visit.id)
    vehicles = st.sampled_from((None, *problem.vehicle_by_id))
    drives = {key: id for key in sorted(orders) if (id := draw(vehicles)) is not None}
    return retime(problem.driven(drives), orders).plan


@many
@given(case=dealt(problems()))
def test_two_judges_agree_on_plans_dealt_at_random(case: tuple[Problem, Plan, Plan | None]) -> None:
    assert list(disagreements(*case)) == []


@settings(many, max_examples=max(1, EXAMPLES // 3))
@given(problem=problems())
def test_two_judges_agree_on_what_the_solver_returns(problem: Problem) -> None:
    plan = solve(problem, QUICK).plan
    if plan is not None:
        assert list(disagreements(problem, plan)) == []


def disagreements(problem: Problem, plan: Plan, told: Plan | None = None) -> Iterator[str]:
    """What one of the two says of the plan and the other does not."""
    known = None if told is None else _as_read(plan_to_json(problem, told))
    judge = Judge(_as_read(problem_to_json(problem)), _as_read(plan_to_json(problem, plan)), known)
    ours = {_place_of(violation) for violation in check(problem, plan) if violation.rule not in NOT_JUDGED}
    theirs = {_without_day(*one) for one in judge.broken()}
    yield from (f"only the checker: {one}" for one in sorted(ours - theirs, key=str))
    yield from (f"only the second judge: {one}" for one in sorted(theirs - ours, key=str))
    costs, found = breakdown(problem, plan, told), judge.costs()
    product: dict[str, int] = dict(costs.terms)
    if problem.policy.mode is CoverageMode.WEIGHTED:
        product["uncovered"] = costs.coverage
    assert product.keys() - found.keys() <= COSTS_NOT_JUDGED.keys()
    if list(costs.uncovered) != judge.left_out():
        yield f"uncovered by level: {costs.uncovered}, the second judge says {judge.left_out()}"
    for name in sorted(found):
        if product.get(name, 0) != found.get(name, 0):
            yield f"{name}: {product.get(name, 0)}, the second judge says {found.get(name, 0)}"


def _as_read(document: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(document)))


DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b(?!\.\.)")
BY_DAY = {
    "AVAILABILITY",
    "COMPETENCIES",
    "ENGAGEMENT",
    "FORBIDDEN_PAIR",
    "MAX_SPAN",
    "INTERRUPTIONS",
    "TIME_WINDOW",
} | {
    "REST_BREAK",
    "MEAL_BREAK",
    "AI_TERRITORY",
    "SUNDAY_HOLIDAY_ACTS",
    "COMMUTE_NORMAL",
    "SCHEDULE_NOTICE",
    "SECTOR",
}
"""Rules of a tour or a duty day: the two also agree on which. Of TIMING they may name either of two tours
that overlap."""
BY_PLAN = {"ASSIGNMENT", "LINK", "WORK_BLOCKS"}
"""Rules of several people: nobody is named."""


def _place_of(violation: Violation) -> tuple[str, str | None, date | None]:
    found = DAY.search(violation.where)
    return _without_day(
        violation.rule, violation.worker_id, date.fromisoformat(found.group()) if found else None
    )


def _without_day(rule: str, worker: str | None, day: date | None) -> tuple[str, str | None, date | None]:
    return rule, None if rule in BY_PLAN else worker, day if rule in BY_DAY else None


def _verdict(name: str) -> tuple[dict[str, Any], set[str]]:
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return told, {rule for rule, _, _ in Judge(told["problem"], told["plan"]).broken()}


# Those that a plan alone decides: markings and waivers are no verdict on it.
@pytest.mark.parametrize("name", names("lawful", "unlawful"))
def test_the_second_judge_gives_the_verdicts_of_the_texts(name: str) -> None:
    told, broken = _verdict(name)
    assert (not broken) == (told["expected"] == "lawful"), sorted(broken)
    assert set(told.get("breaks", ())) <= broken


def test_the_second_judge_names_what_it_leaves_out() -> None:
    """Every limit of docs/rules.md is broken by a case of the texts or, of no text, by the plans above; or is
    left out."""
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    limits = page.partition("\n## Limits\n")[2].partition("\n## Measures\n")[0]
    codes = set(re.findall(r"^### (\w+)$", limits, re.MULTILINE))
    every = [path.stem for path in FOLDER.glob("*.json")]
    broken = set().union(*(_verdict(name)[1] for name in every))
    assert codes - broken - NOT_JUDGED.keys() == NEVER_BROKEN_BY_THE_LAW_CASES
    assert not NOT_JUDGED.keys() & broken
