"""Diffs and comparisons as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from brigade.changes.plan_diff import Assignment, ChangeKind, PlanDiff, VisitChange
from brigade.exchange.documents.bridge import HorizonClock
from brigade.exchange.documents.reasons import show_reasons
from brigade.figures.compare import Comparison, PersonChange
from brigade.judging.objective import CostBreakdown
from brigade.values.problem import Problem
from brigade.words import say


def diff_to_json(problem: Problem, changes: PlanDiff, lang: str = "fr") -> dict[str, Any]:
    """Counts, and every visit that is not kept with its reasons and their sentences in `lang`."""
    touched = [change for change in changes.changes if change.kind is not ChangeKind.KEPT]
    return {
        "counts": {kind.value: count for kind, count in changes.counts.items()},
        "kept": [change.visit_id for change in changes.of(ChangeKind.KEPT)],
        "changes": [change_to_json(problem, change, lang) for change in touched],
        "left": sorted(changes.left),
    }


def change_to_json(problem: Problem, change: VisitChange, lang: str = "fr") -> dict[str, Any]:
    """One visit, where it was and where it is."""
    clock = HorizonClock(problem.horizon)
    return {
        "kind": change.kind.value,
        "visit_id": change.visit_id,
        "before": _placement(change.before, clock),
        "after": _placement(change.after, clock),
        "reasons": show_reasons(change.reasons),
        "sentences": [say(reason, lang, horizon=problem.horizon) for reason in change.reasons],
    }


def _placement(one: Assignment | None, clock: HorizonClock) -> dict[str, Any] | None:
    return (
        None
        if one is None
        else {"worker_id": one.worker_id, "tour": one.tour, "start": clock.moment(one.start)}
    )


def comparison_to_json(problem: Problem, comparison: Comparison, lang: str = "fr") -> dict[str, Any]:
    return {
        "diff": diff_to_json(problem, comparison.diff, lang),
        "indicators": [{**asdict(pair), "change": pair.change} for pair in comparison.indicators],
        "workers": [_person(one) for one in comparison.workers],
        "clients": [_person(one) for one in comparison.clients],
        "costs": {"before": costs_to_json(comparison.costs[0]), "after": costs_to_json(comparison.costs[1])},
    }


def _person(one: PersonChange) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one).items()}


def costs_to_json(costs: CostBreakdown) -> dict[str, Any]:
    uncovered = list(costs.uncovered)
    return {"terms": dict(costs.terms), "uncovered": uncovered, "points": costs.points, "total": costs.total}
