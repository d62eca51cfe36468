"""Replans and judged edits as plain JSON values: what the command line prints and the service answers."""

from __future__ import annotations

from typing import Any

from brigade.exchange.documents.diff_documents import costs_to_json, diff_to_json
from brigade.exchange.documents.event_documents import show_edit
from brigade.exchange.documents.plan_document import plan_to_json
from brigade.exchange.documents.reasons import show_reason, show_violation
from brigade.values.plan import Violation
from brigade.values.problem import Problem
from brigade.words import say, say_issue, say_violation
from solver.hand_edits import EditHint, Judgement
from solver.replan import Replan


def replan_to_json(problem: Problem, done: Replan, lang: str = "fr") -> dict[str, Any]:
    """Everything but the plan, which has a document of its own."""
    return {
        "diff": diff_to_json(problem, done.diff, lang),
        "disturbed": sorted(done.disturbed),
        "within_budget": done.within_budget,
        "kept_unlawful": [violation_to_json(problem, one, lang) for one in done.kept_unlawful],
        "costs": costs_to_json(done.breakdown),
        "elapsed_s": round(done.elapsed_s, 3),
        "iterations": done.iterations,
    }


def judgement_to_json(
    problem: Problem,
    judged: Judgement,
    lang: str = "fr",
    *,
    with_plan: bool = False,
    told: BreachDocuments | None = None,
) -> dict[str, Any]:
    """`with_plan`: the new plan's document beside; it is as large as the day. `told`: breaches so far."""
    told = told or BreachDocuments(problem, lang)
    shown = {
        "edit": show_edit(judged.edit, problem.horizon),
        "lawful": judged.is_lawful,
        "cost": judged.cost,
        "points": judged.points,
        "uncovered_by_level": list(judged.levels),
        "terms": {term: change for term, change in judged.terms.items() if change},
        "broken": [{**told.of(one.violation), "waivable_by": one.waivable_by} for one in judged.broken],
        "mended": [told.of(one) for one in judged.mended],
        "issues": [say_issue(one, lang)._asdict() for one in judged.issues],
        "hints": [_hint(problem, one, lang) for one in judged.hints],
    }
    return {**shown, "plan": plan_to_json(problem, judged.plan)} if with_plan else shown


def _hint(problem: Problem, hint: EditHint, lang: str) -> dict[str, Any]:
    sentence = say(hint.reason, lang, horizon=problem.horizon)
    edit = show_edit(hint.edit, problem.horizon)
    return {"edit": edit, "cost": hint.cost, "reason": show_reason(hint.reason), "sentence": sentence}


class BreachDocuments:
    """Breaches as documents, each told once: an answer names one of an edit, of the plan after it, and in
    sentences."""

    def __init__(self, problem: Problem, lang: str) -> None:
        self.problem, self.lang = problem, lang
        self._known: dict[Violation, dict[str, Any]] = {}

    def of(self, one: Violation) -> dict[str, Any]:
        if one not in self._known:
            self._known[one] = violation_to_json(self.problem, one, self.lang)
        return self._known[one]

    def sentence(self, one: Violation) -> str:
        said: str = self.of(one)["sentence"]
        return said


def violation_to_json(problem: Problem, one: Violation, lang: str) -> dict[str, Any]:
    return {**show_violation(one), "sentence": say_violation(one, lang, horizon=problem.horizon)}
