"""What the shipped texts say of a few duties: by the checker, and by the kernel that loads the plan's
orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from brigade.judging.checker import hard_violations
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.demand import LegalStatus
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, EmployerKind, Engagement
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import ALWAYS, MONDAY, employer, provider
from tests.duties import Duty, duties, one_tour

STATUS = {"bad": LegalStatus.NON_PROFIT, "sap": LegalStatus.COMPANY, "ct": LegalStatus.PUBLIC}


def under(
    agreement: str,
    given: Iterable[Duty],
    *,
    days: int = 14,
    accords: Mapping[str, int] | None = None,
    **more: Any,
) -> tuple[Problem, Plan]:
    """W1's duties at a SAAD under that text, which employs her too, full time unless said: one tour each, no
    travel."""
    return duties(given, shipped_labour_code(), days=days, **_parties(agreement, accords or {}, more))


def in_one_tour(agreement: str, *given: tuple[str, int], **more: Any) -> tuple[Problem, Plan]:
    """The same with all visits in one tour of the first day: (start, minutes) each."""
    return one_tour(given, shipped_labour_code(), **_parties(agreement, {}, more))


def _parties(agreement: str, accords: Mapping[str, int], more: Mapping[str, Any]) -> dict[str, Any]:
    host = provider("S1", agreement, legal_status=STATUS[agreement], accords=accords)
    own = {
        "employer_id": "S1",
        "engagements": (Engagement("S1", *ALWAYS),),
        "contract": Contract(weekly=2100, full_time=True),
        "competencies": frozenset({"NIGHT"}),
    }
    return {
        "first_day": MONDAY,
        "providers": (host,),
        "employers": (employer("S1", agreement, EmployerKind.PROVIDER),),
        **more,
        "visits": {"fragile": True, **more.get("visits", {})},
        "person": {**own, **more.get("person", {})},
    }


def broken(case: tuple[Problem, Plan]) -> set[str]:
    """The rules that the plan breaks, once checker and kernel agree on whether it breaks any."""
    problem, plan = case
    found = {one.rule for one in hard_violations(problem, plan)}
    assert is_taken_by_the_kernel(problem, plan) == (not found), sorted(found)
    return found


def is_taken_by_the_kernel(problem: Problem, plan: Plan) -> bool:
    """Whether the search would hold the plan's visits in the plan's order, all of them."""
    model = build_model(problem)
    return Search(model.arrays, 1).load(model.order_of(plan))


def each(days: Iterable[int], clock: str = "09:00", minutes: int = 60) -> list[Duty]:
    return [(day, clock, minutes) for day in days]


def on(text: str) -> date:
    return date.fromisoformat(text)
