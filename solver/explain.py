"""Why visits stay uncovered, told with the plan: obstacles in a few sentences, and the cheapest change that
covers the visit.

The answers are those of `solver.advice`, the gravest visits first, as far as the effort goes. What was not
reached says so, and is completed afterwards, or when somebody asks (`solver.advice.examination`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Reason, UncoveredVisit
from solver.advice.advice_session import AdviceSession, NotExamined
from solver.advice.examination import NOT_EXAMINED, action_for, ask_for, reasons_of
from solver.model.model import Model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings

TELLING_SHARE = 1 / 3
"""Share of the user's time that telling may take."""
REASONS_SHARE = 0.6
"""Of it, for obstacles; the rest is for actions."""
SURE, SURE_S = 1, 3.0
"""Visits, the gravest first, that have the whole share, and so many seconds at the least, for each of the two
questions; a work limit has `LEAST_VISITS`."""
LEAST_VISITS = 3
ITERATIONS_A_PAIR, LEAST_PAIRS, ITERATIONS_AN_ACTION = 10, 60, 500
"""Under a work limit: a visit and a worker are asked about for so many iterations, an action is sought for so
many."""


@dataclass(frozen=True, slots=True)
class ExplanationBudget:
    """How long the telling may go on: by the clock, and by counts where a work limit stands for it."""

    no_more_reasons: Callable[[], bool] = lambda: False
    no_more_actions: Callable[[], bool] = lambda: False
    no_more_at_all: Callable[[], bool] = lambda: False
    pairs: int | None = None
    actions: int | None = None


def telling_effort(clock: SearchClock, settings: SearchSettings) -> ExplanationBudget:
    """From now on, a third of the time limit; or as much work as fits the work limit."""
    late, last = clock.is_up_after(REASONS_SHARE * TELLING_SHARE), clock.is_up_after(TELLING_SHARE)
    sure = clock.is_up_after(TELLING_SHARE, SURE_S)
    if settings.iterations is None:
        return ExplanationBudget(late, last, sure)
    pairs = max(LEAST_PAIRS, settings.iterations // ITERATIONS_A_PAIR)
    return ExplanationBudget(late, last, sure, pairs, settings.iterations // ITERATIONS_AN_ACTION)


def reasons(
    model: Model,
    plan: Plan,
    effort: ExplanationBudget | None = None,
    known: frozenset[str] = frozenset(),
    soonest: Ticks | None = None,
) -> tuple[UncoveredVisit, ...]:
    """One entry for every open visit that the plan leaves out, in input order. Args: effort: all of it by
    default. known:
    visits left out for a reason that is known already: none is sought. soonest: no hour before it is asked
    for."""
    left = [request.visit for request in model.requests if request.visit.id not in plan.covered | known]
    if not left:
        return ()
    allowed = effort or ExplanationBudget()
    session = AdviceSession(model.problem, replace(plan, uncovered=()), model, soonest)
    gravest = sorted(left, key=lambda visit: visit.gravity)
    told = _reasons(session, gravest, allowed)
    actions = _actions(session, [visit for visit in gravest if visit.id in told], allowed)
    not_examined = (NOT_EXAMINED,)
    return tuple(
        UncoveredVisit(visit.id, told.get(visit.id, not_examined), actions.get(visit.id) or ask_for(visit.id))
        for visit in left
    )


def _reasons(
    session: AdviceSession, gravest: list[Visit], effort: ExplanationBudget
) -> dict[str, tuple[Reason, ...]]:
    workers = max(1, len(session.problem.workers))
    most = len(gravest) if effort.pairs is None else max(LEAST_VISITS, effort.pairs // workers)
    told: dict[str, tuple[Reason, ...]] = {}
    for number, visit in enumerate(gravest[:most]):
        is_late = effort.no_more_at_all if number < SURE else effort.no_more_reasons
        if is_late():
            break
        try:
            with session.until(is_late):
                told[visit.id] = reasons_of(session, visit.id)
        except NotExamined:
            break
    return told


def _actions(session: AdviceSession, gravest: list[Visit], effort: ExplanationBudget) -> dict[str, Reason]:
    most = len(gravest) if effort.actions is None else max(LEAST_VISITS, effort.actions)
    found: dict[str, Reason] = {}
    for number, visit in enumerate(gravest[:most]):
        is_late = effort.no_more_at_all if number < SURE else effort.no_more_actions
        if is_late():
            break
        found[visit.id] = action_for(session, visit.id, is_late)
    return found
