"""Days small enough to reckon by hand, and short ways to ask about them: places A 10, B 20, C 30 minutes from
home H."""

from __future__ import annotations

from dataclasses import replace

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import say
from solver.advice import (
    AdviceSession,
    apply_suggestion,
    enact,
    suggest,
    why_uncovered,
    would_cover,
)
from tests.builders import problem, visit, worker

CARERS = (Link(LinkKind.SAME_START, "V1", "V2"), Link(LinkKind.SAME_START, "V2", "V3"))
"""Three carers at once: the first and the third are tied through the second alone."""


def planned(given: Problem, **orders: list[str]) -> Plan:
    """Each worker's first tour in that order; the rest uncovered."""
    return retime(given, {(worker_id, 0): order for worker_id, order in orders.items()}).plan


def sentences(given: Problem, plan: Plan, visit_id: str, worker_id: str) -> list[str]:
    told = why_uncovered(given, plan, visit_id).of(worker_id)
    return [say(one.reason, "en", horizon=given.horizon) for one in told.obstacles]


def two_carers(count: int = 2) -> list[Visit]:
    return [visit(f"V{n}", "A", 60, "08:00", "09:00") for n in range(1, count + 1)]


def first_sentence(given: Problem, visit_id: str, plan: Plan | None = None) -> str:
    return say(why_uncovered(given, plan or Plan(()), visit_id).summary[0], "en", horizon=given.horizon)


def three_carers() -> list[Visit]:
    return [*two_carers(), replace(two_carers()[0], id="V3")]


def assert_each_covers(given: Problem, visit_id: str) -> tuple[Suggestion, ...]:
    """Carried out, every change covers the visit lawfully."""
    found = would_cover(given, Plan(()), visit_id)
    assert found
    for one in found:
        after = enact(given, Plan(()), one)
        assert visit_id in after.covered
        assert hard_violations(apply_suggestion(given, one), after) == (), one
    return found


def one_kind(given: Problem, plan: Plan, visit_id: str, kind: SuggestionKind) -> str:
    """The sentence of the first suggestion of that kind; it holds when applied."""
    found = suggest(AdviceSession(given, plan), visit_id, kinds=[kind])
    assert found, kind
    after = enact(given, plan, found[0])
    assert visit_id in after.covered
    assert hard_violations(apply_suggestion(given, found[0]), after) == ()
    return say(found[0].reason, "en", horizon=given.horizon)


def two_at_hand() -> Problem:
    """W1 lives at H, W2 at C; the client at A knows W2."""
    return problem(
        [visit("V1", "A", 60, usual_workers=frozenset({"W2"}))], [worker("W1"), worker("W2", home="C")]
    )
