"""Days on which there is little or nothing to do, through a job's own search: a whole document, whatever the
limit."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from api.searches.search_runner import document_of, find
from api.shapes.kept.job_shapes import FromScratch, SearchEffort
from brigade.exchange.documents.plan_document import SearchRun, plan_record_from_json
from brigade.values.plan import Status
from brigade.values.problem import Problem
from tests import builders
from tests.solver.test_degenerate_days import NOTHING_TO_DO, VISITS

WISH = FromScratch(effort=SearchEffort(seed=1, iterations=None, time_limit_s=600.0))
DAYS: dict[str, Callable[[], Problem]] = {
    **NOTHING_TO_DO,
    "one tour": lambda: builders.problem(VISITS[:1], [builders.worker("W1")]),
}


@pytest.mark.parametrize("day", DAYS)
def test_a_job_answers_a_day_without_choice_at_once(day: str) -> None:
    """Ten minutes are allowed: a search that waited for them would meet the suite's own limit."""
    problem, steps = DAYS[day](), list[int]()
    found = find(Session(), WISH, problem)(lambda step: steps.append(step.covered), threading.Event())
    assert found.plan is not None
    assert found.status is Status.OPTIMAL
    document = document_of(problem, found.plan, found, SearchRun())
    read = plan_record_from_json(document, problem).plan
    assert len(read.uncovered) == len(problem.requests) - (day == "one tour")
    assert steps[-1] == (day == "one tour")
