"""Saying that a rule of a tour or a stop is broken: the place in the plan, the values met, the article."""

from __future__ import annotations

from collections.abc import Mapping

from brigade.texts.articles import OUR_DECISION
from brigade.texts.rule_sets import RuleValue
from brigade.values.plan import Reason, Route, Violation
from brigade.values.problem import Problem

Met = int | float | str | None


def place_of(route: Route, visit_id: str | None = None) -> str:
    """Worker, duty day, and visit if any: "W1 2026-03-09 V3"."""
    return " ".join(filter(None, (route.worker_id, str(route.day), visit_id)))


def breach(
    problem: Problem,
    rule: str,
    where: Route | str,
    met: Mapping[str, Met] | None = None,
    *,
    detail: str = "",
    value: RuleValue | None = None,
    visit: str | None = None,
) -> Violation:
    """A violation of `rule` at `where`: a tour (its worker and day are named) or a text.

    Args: met: the values met; None among them is left out. detail: the reason code is the rule's in lower
    case, then this.
        value: the amount broken, whose article speaks; without it the rule head's source. visit: named in the
        place and among the values.
    """
    worker_id = where.worker_id if isinstance(where, Route) else None
    place = place_of(where, visit) if isinstance(where, Route) else where
    values = {name: one for name, one in {"visit": visit, **(met or {})}.items() if one is not None}
    code = rule.lower() + (f"_{detail}" if detail else "")
    return Violation(
        rule,
        worker_id,
        place,
        Reason.of(code, **values),
        # The amount's own article before the head's: where texts join, it names the one that was stricter.
        value.article if value else _source(problem, rule),
        row=value,
    )


def _source(problem: Problem, rule: str) -> str:
    """Of a rule without a value: what its head names, or nobody but us."""
    head = problem.labour.heads.get(rule)
    return head.source if head and head.source else OUR_DECISION
