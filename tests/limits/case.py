"""A case of the catalogue, and what happens to it with and without a twin."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.values.plan import Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.model.search_settings import SearchSettings
from tests.solving import searched

SETTINGS = SearchSettings(iterations=60, threads=1)


@dataclass(frozen=True, slots=True)
class Case:
    """`rule`: the rule file. `finds`: the reason that the checker gives when the rule's twin is missing.
    `believed`: the problem as a model without the twin sees it, where times depend on the rule; None:
    `problem` itself."""

    rule: str
    finds: str
    problem: Problem
    believed: Problem | None = None

    @property
    def name(self) -> str:
        return f"{self.rule}:{self.finds}"


def breaches(case: Case, without: str | None) -> tuple[Violation, ...]:
    """What the checker finds in the plan of a solver that lacks a twin, timed as that solver believes."""
    found = searched(case.problem, SETTINGS, without=without)
    asked = case.problem if without is None or case.believed is None else case.believed
    return hard_violations(case.problem, retime(asked.driven(found.drives), found.orders).plan)


def unbound(case: Problem, code: str) -> Problem:
    """The problem without a rule of the texts, for breaks, which the timing obeys by itself."""
    return replace(case, rule_sets_off=frozenset({code}))


def unvalidated(problem: Problem, worker: Worker, **changes: Any) -> Problem:
    """The problem with a worker that `brigade.values.validation` would refuse: what only a second lock can
    hold."""
    made = copy.copy(problem)
    workers = tuple(replace(one, **changes) if one.id == worker.id else one for one in problem.workers)
    for name in [name for name in vars(made) if name not in problem.__dataclass_fields__]:
        vars(made).pop(name)  # cached lookups still know the worker as it was
    object.__setattr__(made, "workers", workers)
    return made
