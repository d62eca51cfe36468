"""A judged edit as it is said beside the board, and read out: where the visit goes, whether that is lawful,
what it costs, what else it moves."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.changes.plan_diff import ChangeKind, VisitChange
from brigade.exchange.documents.answer_documents import more_travel
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import capital, typeset, wall_clock, word
from solver.hand_edits import Judgement
from solver.replan_documents import BreachDocuments

TRAVEL = frozenset({"travel", "travel_cost"})
"""Said in minutes; the other terms by name alone: their amounts are weighed against each other, and mean
nothing to a reader."""


def sentences(
    problem: Problem, before: Plan, step: Judgement, changes: list[VisitChange], told: BreachDocuments
) -> list[str]:
    """The most important first. Args: before: the plan without the edit; changes: what the edit changes."""
    lang = told.lang
    said = (*_where(problem, step, changes, lang), *_verdict(step, told))
    said = (*said, *_costs(problem, before, step, lang), *_others(problem, step, changes, lang))
    return [typeset(capital(one), lang) for one in said]


def _named(step: Judgement) -> frozenset[str]:
    """The visits that the edit itself speaks of."""
    edit = step.edit
    names = (getattr(edit, name, None) for name in ("visit_id", "first", "second"))
    return frozenset(name for name in names if name is not None)


def _where(problem: Problem, step: Judgement, changes: list[VisitChange], lang: str) -> Iterator[str]:
    mine = {one.visit_id: one for one in changes if one.visit_id in _named(step)}
    for id in sorted(_named(step)):
        change = mine.get(id)
        if change is None:
            place = step.after.place_of(id)
            yield word("judged.stays" if place else "judged.out", lang, visit=id)
        elif change.after is None:
            yield word("judged.out", lang, visit=id)
        else:
            at = wall_clock(problem.horizon.instant(change.after.start), lang)
            yield word("judged.goes", lang, visit=id, worker=change.after.worker_id, at=at)


def _verdict(step: Judgement, told: BreachDocuments) -> Iterator[str]:
    held = [one.violation for one in step.broken if one.violation.waived_by is None]
    if not held:
        yield word("judged.lawful", told.lang)
    yield from map(told.sentence, held)
    if held and not all(one.waivable_by for one in step.broken):
        yield word("judged.not_waivable", told.lang)


def _costs(problem: Problem, before: Plan, step: Judgement, lang: str) -> Iterator[str]:
    said = more_travel(minutes_of(problem, step.plan.travel - before.travel), lang)
    if said is not None:
        yield said
    others = {term: change for term, change in step.terms.items() if change and term not in TRAVEL}
    for key, terms in (
        ("judged.worse", [term for term, change in others.items() if change > 0]),
        ("judged.better", [term for term, change in others.items() if change < 0]),
    ):
        if terms:
            yield word(key, lang, terms=[word(f"term.{term}", lang) for term in terms])


def _others(problem: Problem, step: Judgement, changes: list[VisitChange], lang: str) -> Iterator[str]:
    """Visits that move though nobody took them in hand."""
    named = _named(step)
    moved = [one for one in changes if one.visit_id not in named and one.kind is ChangeKind.MOVED]
    if moved:
        yield word(
            "judged.moves_others", lang, n=len(moved), visits=[_shift(problem, one, lang) for one in moved]
        )


def _shift(problem: Problem, change: VisitChange, lang: str) -> str:
    at = problem.horizon.instant
    sides = [wall_clock(at(side.start), lang) for side in (change.before, change.after) if side is not None]
    return f"{change.visit_id} ({' → '.join(sides)})"
