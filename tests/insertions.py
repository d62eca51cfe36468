"""Every place of a visit on paper, and a second judge of what comes of it: for tests of advice that looks
beyond one brigade."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from brigade.exchange.documents.plan_document import plan_to_json
from brigade.exchange.documents.problem_document import problem_to_json
from brigade.timing.plan_timing import TourKey
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from tests.second_checker.judge import Judge

Orders = dict[TourKey, list[str]]


def inserted(orders: Orders, visit_id: str, tours: Iterable[TourKey]) -> Iterator[Orders]:
    """The orders with the visit at each place of each of these tours."""
    for key in sorted(tours):
        order = orders.get(key, [])
        for position in range(len(order) + 1):
            yield {**orders, key: [*order[:position], visit_id, *order[position:]]}


def tours_of(problem: Problem) -> set[TourKey]:
    return {(one.id, tour) for one in problem.workers for tour, _ in enumerate(one.availability)}


def second_judge(problem: Problem, plan: Plan) -> set[str]:
    """The rules that a judge written from the pages alone finds broken."""
    documents = json.dumps([problem_to_json(problem), plan_to_json(problem, plan)])
    return {rule for rule, _, _ in Judge(*json.loads(documents)).broken()}
