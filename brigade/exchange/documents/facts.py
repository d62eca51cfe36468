"""What the readable outputs say beyond a problem and its plan, and how figures are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from brigade.changes.answers import ProposedSwap
from brigade.exchange.documents.reasons import show_reason
from brigade.figures import report
from brigade.figures.funding import FundingUse, ledger
from brigade.figures.report import Indicator
from brigade.judging.checker import check
from brigade.judging.objective import breakdown
from brigade.judging.problem_warnings import warnings_of
from brigade.judging.remarks import CODES as REMARKS
from brigade.judging.remarks import remarks
from brigade.law import rules
from brigade.values.plan import Plan, Proof, Reason, Status, Violation
from brigade.values.problem import Problem
from brigade.words import duration, euros, kilometres, number, percent, say

__all__ = [
    "Indicator",
    "ReportInput",
    "input_warnings",
    "judged",
    "part_of",
    "people_remarks",
    "quality_sentences",
    "shown",
    "told_warnings",
]


@dataclass(frozen=True, slots=True)
class ReportInput:
    """What is known of a plan; `judged` fills in whatever can be found from the problem and the plan.

    `rules`: the codes checked, in order; empty: nobody has checked yet. `costs`: the objective's terms, in
    its units. `notes`: further sentences on the plan, such as the value of one more worker, and on its people
    (`brigade.judging.remarks`). `swaps`: what present staff could be asked. `credits`: sources to name at the
    foot of the page.
    """

    status: Status | None = None
    proof: Proof | None = None
    violations: tuple[Violation, ...] = ()
    rules: tuple[str, ...] = ()
    costs: tuple[tuple[str, int], ...] = ()
    indicators: tuple[Indicator, ...] = ()
    ledger: tuple[FundingUse, ...] = ()
    notes: tuple[Reason, ...] = ()
    swaps: tuple[ProposedSwap, ...] = ()
    credits: tuple[str, ...] = ()


def judged(problem: Problem, plan: Plan, facts: ReportInput | None = None) -> ReportInput:
    """The facts, with the plan checked and counted here unless they say it was.

    Raises: InvalidPlan, when the plan does not speak of the problem.
    """
    known = facts or ReportInput()
    if known.rules:
        return known
    found = check(problem, plan)
    return replace(
        known,
        violations=found,
        rules=tuple(sorted(rules.codes() - problem.rule_sets_off)),
        indicators=report.indicators(problem, plan, violations=found).values,
        ledger=ledger(problem, plan),
        costs=known.costs or tuple(breakdown(problem, plan).terms.items()),
        notes=(*known.notes, *remarks(problem, plan)),
    )


def part_of(indicator: Indicator) -> tuple[str, str | None]:
    """Name and part, also of an indicator read back from a document, whose name holds both
    ("coverage_rate:P1")."""
    name, _, part = indicator.key.partition(":")
    return name, part or None


def shown(indicator: Indicator, lang: str) -> str:
    """The value with its unit."""
    value = indicator.value
    match indicator.unit:
        case "min":
            return duration(value, lang)
        case "metres":
            return kilometres(value, lang)
        case "cents":
            return euros(round(value), lang)
        case "share":
            return percent(value, lang)
        case "g":
            return f"{number(value / 1000, lang, digits=1)} kg"
        case "hours":
            return duration(60 * value, lang)
    return number(value, lang)


def _by_level(proof: Proof) -> Iterator[Reason]:
    """Levels down to the first that is open, below which nothing is proven; soft costs only where none is."""
    for level, (left, least) in enumerate(zip(proof.uncovered, proof.least_uncovered, strict=True)):
        if left > least:
            yield Reason.of("level_open", level=level, visits=left, bound=least)
            yield Reason.of("soft_open", cost=proof.soft)
            return
        if left:
            yield Reason.of("level_proven", level=level, visits=left)
    yield Reason.of("soft_gap", cost=proof.soft, bound=proof.soft_bound, gap=proof.gap)


def quality_sentences(facts: ReportInput) -> Iterator[Reason]:
    """What is proven of the whole, or of each level and of the soft costs apart; then the coverage bound,
    then the notes."""
    proof = facts.proof
    if proof is not None:
        if proof.is_optimal:
            yield Reason.of("proof_optimal", objective=proof.objective)
        elif proof.least_uncovered:
            yield from _by_level(proof)
        else:
            yield Reason.of("proof_gap", objective=proof.objective, bound=proof.bound, gap=proof.gap)
        if proof.coverage_points <= proof.coverage_bound:
            yield Reason.of("coverage_optimal", points=proof.coverage_points)
        elif proof.least_uncovered and proof.uncovered == proof.least_uncovered:
            # Fewer points may be possible with more of a graver priority uncovered: a bound on points would
            # mislead.
            yield Reason.of("coverage_ordered", points=proof.coverage_points)
        else:
            yield Reason.of("coverage_bound", points=proof.coverage_points, bound=proof.coverage_bound)
        if proof.relaxed:
            yield Reason.of("bound_relaxed", rules=proof.relaxed)
    yield from (note for note in facts.notes if note.code not in REMARKS)


def people_remarks(facts: ReportInput) -> Iterator[Reason]:
    """The notes on people: what is not known of their past, and what their contracts call for."""
    yield from (note for note in facts.notes if note.code in REMARKS)


def input_warnings(problem: Problem) -> tuple[Reason, ...]:
    """What of the input may be wrong or out of date, to be read before the plan made from it."""
    return (*stale_feeds(problem), *warnings_of(problem))


def told_warnings(problem: Problem, lang: str) -> list[dict[str, Any]]:
    """The same for machines, and what is not known of people: code, values, and the sentence."""
    told = (*input_warnings(problem), *remarks(problem))
    return [{**show_reason(one), "sentence": say(one, lang, horizon=problem.horizon)} for one in told]


def stale_feeds(problem: Problem) -> Iterator[Reason]:
    """The rotas that were too old when the plan was made."""
    made, limit = (
        problem.horizon.instant(problem.now),
        timedelta(hours=report.shipped_assumptions().stale_after_hours),
    )
    for feed in problem.rota:
        age = made - feed.received_at
        if age > limit:
            received = feed.received_at.astimezone(problem.horizon.zone)
            yield Reason.of(
                "stale_feed",
                provider=feed.provider_id,
                received=received,
                age_min=age // timedelta(minutes=1),
            )
