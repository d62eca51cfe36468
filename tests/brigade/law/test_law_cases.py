"""The texts' own verdicts: one small plan a case, as an independent reading of the articles judges it
(`tests/data/law/`).

Each file holds the verdict, the article, what it says, a problem and a plan. Starts are pinned by windows of
one tick, so the kernel takes a lawful plan whole and refuses an unlawful one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from brigade.exchange.documents.plan_document import plan_record_from_json
from brigade.exchange.documents.problem_document import problem_from_json
from brigade.judging.checker import check, hard_violations
from brigade.law.marking import mark
from brigade.values.plan import MarkingKind, Plan
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.model import build_model

FOLDER = Path(__file__).parents[2] / "data" / "law"


@dataclass(frozen=True)
class LawCase:
    """A plan that a text judges. `expected`: lawful, unlawful, `lawful with waiver`, `unlawful, waiver
    refused`, `marking firm` or `marking to_offer`; `breaks`: rules that must be among those broken."""

    name: str
    expected: str
    breaks: frozenset[str]
    problem: Problem
    plan: Plan


def case_of(name: str) -> LawCase:
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    problem = problem_from_json(told["problem"])
    plan = plan_record_from_json(told["plan"], problem, same_problem=False).plan
    return LawCase(name, told["expected"], frozenset(told.get("breaks", ())), problem, plan)


def names(*expected: str) -> list[str]:
    """The cases of these verdicts."""
    found = sorted(path.stem for path in FOLDER.glob("*.json"))
    told = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["expected"] for name in found}
    return [name for name in found if told[name] in expected]


@pytest.mark.parametrize("name", names("lawful", "unlawful"))
def test_checker_and_kernel_judge_as_the_text_does(name: str) -> None:
    case = case_of(name)
    broken = {one.rule for one in hard_violations(case.problem, case.plan)}
    assert (not broken) == (case.expected == "lawful"), sorted(broken)
    assert case.breaks <= broken
    assert is_taken_by_the_kernel(case) == (case.expected == "lawful")


def is_taken_by_the_kernel(case: LawCase) -> bool:
    """Whether the search would hold the plan's visits in the plan's order, all of them."""
    model = build_model(case.problem)
    rows = {request.visit.id: row for row, request in enumerate(model.requests)}
    tours = {(tour.worker.id, tour.index): row for row, tour in enumerate(model.tours)}
    orders: list[list[int]] = [[] for _ in model.tours]
    for route in case.plan.routes:
        orders[tours[route.worker_id, route.tour]] = [rows[stop.visit_id] for stop in route.stops]
    return Search(model.arrays, 1).load(orders)


@pytest.mark.parametrize("name", names("lawful with waiver", "unlawful, waiver refused"))
def test_a_waiver_helps_where_the_text_lets_people_exceed(name: str) -> None:
    case = case_of(name)
    assert check(case.problem, case.plan)
    assert (not hard_violations(case.problem, case.plan)) == (case.expected == "lawful with waiver")


@pytest.mark.parametrize("name", names("marking firm", "marking to_offer"))
def test_a_stop_is_firm_only_where_the_text_lets_an_employer_impose_it(name: str) -> None:
    case = case_of(name)
    marked = [stop.marking for route in mark(case.problem, case.plan).routes for stop in route.stops]
    kinds = {marking.kind for marking in marked if marking is not None}
    assert kinds == {MarkingKind(case.expected.removeprefix("marking "))}
