"""FORBIDDEN_PAIR: somebody set aside for a visit is never sent there."""

from __future__ import annotations

from brigade.law.rules import forbidden_pairs
from tests.builders import plan, problem, route, visit, worker


def test_only_the_worker_set_aside_stays_away_and_only_from_that_visit() -> None:
    visits = [visit("V1", forbidden_workers=frozenset({"W1"})), visit("V2")]
    asked = problem(visits, [worker("W1"), worker("W2")])
    other = plan(asked, route(asked, "W1", ("V2", "08:00")), route(asked, "W2", ("V1", "08:00")))
    assert list(forbidden_pairs.check(asked, other)) == []
    (violation,) = forbidden_pairs.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert (violation.rule, violation.worker_id, violation.where) == (
        "FORBIDDEN_PAIR",
        "W1",
        "W1 2026-03-09 V1",
    )
