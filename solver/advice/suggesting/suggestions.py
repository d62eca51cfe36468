"""What would cover a visit: the smallest changes, found by the kernel, each checked by the plain rules:
single ones first, and
two together where none is enough.

What a change asks of people, in minutes' worth (`people_cost`), orders the answers:
nothing for a visit that simply fits; 5 for two people's rounds; a minute for each minute a client waits or a
lower visit's client does (20 more for disturbing somebody else); two for each minute a worker stays longer;
30 for a paper to sign; 60 to find a car; 90 to split a pair that was asked for; 240 for a competency, which
takes days to give; and for a visit given up 60, and 10 for each of its priority points. A client who asks for
eight o'clock gladly says half past eight; nobody should lose a visit for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.errors import InvalidProblem
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession, NotExamined
from solver.advice.suggesting.carried_out import apply_suggestion, orders_after
from solver.advice.suggesting.drafts import (
    CAR_COST,
    COMPETENCY_COST,
    DROP_COST,
    LONGER_FACTOR,
    MOVE_COST,
    REARRANGE_COST,
    SIGN_COST,
    SPLIT_COST,
)
from solver.advice.suggesting.screens import SCREENS
from solver.advice.suggesting.two_changes import two_changes
from solver.advice.trial_plan import orders_of, tied_tours, try_change
from solver.model.fixed_part import from_now_on

# Beyond that nobody compares them.
MOST = 8
TRIES_A_KIND = 4
"""Screened changes of one kind that the plain rules are asked about before it is given up."""
# Pairs of changes are many, and each takes the plain rules milliseconds.
TRIES_OF_TWO = 8
TOLD_A_KIND = 2
LEAST: Mapping[SuggestionKind, int] = {
    SuggestionKind.ADD: 0,
    SuggestionKind.SHIFT_WINDOW: 1,
    SuggestionKind.EXTEND: LONGER_FACTOR,
    SuggestionKind.REARRANGE: REARRANGE_COST,
    SuggestionKind.MOVE: MOVE_COST,
    SuggestionKind.SIGN: SIGN_COST,
    SuggestionKind.LEND_CAR: CAR_COST,
    SuggestionKind.DROP: DROP_COST,
    SuggestionKind.SPLIT: SPLIT_COST,
    SuggestionKind.COMPETENCY: COMPETENCY_COST,
}
"""The least that a change of each kind can be charged, in the order in which the cheapest is sought."""


OUT_OF_ORDER = frozenset({SuggestionKind.MOVE})
"""Kinds whose screen begins with what costs the plan least, not people."""


def would_cover(problem: Problem, plan: Plan, visit_id: str, most: int = MOST) -> tuple[Suggestion, ...]:
    """Changes that cover the visit with the rest of the plan kept, least asked of people first; () when none
    does, or the visit is covered.

    Raises: InvalidPlan, when the visit is not to be covered.
    """
    return suggest(AdviceSession(problem, plan), visit_id, most)


def suggest(
    session: AdviceSession,
    visit_id: str,
    most: int = MOST,
    kinds: Iterable[SuggestionKind] | None = None,
) -> tuple[Suggestion, ...]:
    """The same on a loaded session. A visit that simply fits needs nothing else, and two changes are sought
    only where no single one is enough. Args: kinds: those to look for, all by default."""
    if visit_id in {visit.id for visit in session.problem.unwanted}:
        return ()
    row = session.row(visit_id)
    if row in session.place_of:
        return ()
    asked = list(LEAST) if kinds is None else list(kinds)
    simple = list(_verified(session, SuggestionKind.ADD, row)) if SuggestionKind.ADD in asked else []
    if simple:
        return tuple(simple)
    found = [one for kind in asked if kind is not SuggestionKind.TWO for one in _verified(session, kind, row)]
    if not found and (kinds is None or SuggestionKind.TWO in asked):
        found = list(_two_verified(session, row, TOLD_A_KIND))
    return tuple(sorted(found, key=_rank))[:most]


def cheapest(session: AdviceSession, visit_id: str, is_late: Callable[[], bool]) -> Suggestion | None:
    """The change that asks least of people among those that cover the visit; None where neither one change
    nor two do.

    Args: is_late: whether to stop looking; what was found by then is good, though perhaps not the cheapest.
    Raises: NotExamined, when nothing was found by then.
    """
    row, best = session.row(visit_id), None
    with session.until(is_late):
        try:
            for kind, least in LEAST.items():
                # Kinds come in order of the least they can be charged: no later one can ask less than what
                # was found.
                if best is not None and best.people_cost <= least:
                    return best
                session.go_on()
                is_in_order = kind not in OUT_OF_ORDER and not session.missing_partners(row)
                found = islice(_verified(session, kind, row), 1 if is_in_order else None)
                best = min((one for one in (best, *found) if one is not None), key=_rank, default=None)
            return next(_two_verified(session, row, 1), None) if best is None else best
        except NotExamined:
            if best is None:
                raise
            return best


def _rank(one: Suggestion) -> tuple[int, str, str]:
    return one.people_cost, one.worker_id or "", one.kind


def _two_verified(session: AdviceSession, row: int, most: int) -> Iterator[Suggestion]:
    """Of the visit; else of one that must be covered with it, whose ties are not its own to split."""
    drafts = islice(two_changes(session, row), TRIES_OF_TWO)
    found = [*islice((one for one in drafts if holds(session, one)), most)]
    if not found:
        beside = (_two_beside(session, row, other) for other in session.missing_partners(row))
        found = [*islice(chain.from_iterable(beside), most)]
    yield from found


def _two_beside(session: AdviceSession, row: int, other: int) -> Iterator[Suggestion]:
    """Two changes for the other visit that cover this one too."""
    drafts = (
        replace(one, visit_id=session.ids[row])
        for one in two_changes(session, other)
        if session.ids[row] in {put.visit_id for put in one.placements}
        and all(part.kind is not SuggestionKind.SPLIT for part in one.parts)
    )
    yield from (one for one in islice(drafts, TRIES_OF_TWO) if holds(session, one))


def _verified(session: AdviceSession, kind: SuggestionKind, row: int) -> Iterator[Suggestion]:
    """Of a visit and those that must be covered with it: a change for one of them covers them all."""
    # A split is of the visit asked about; any other change may be of one that must be covered with it.
    rows = [row] if kind is SuggestionKind.SPLIT else [row, *session.missing_partners(row)]
    told, seen, most = 0, set[object](), 1 if kind is SuggestionKind.ADD else TOLD_A_KIND
    for one in chain.from_iterable(islice(SCREENS[kind](session, it), TRIES_A_KIND) for it in rows):
        named = replace(one, visit_id=session.ids[row])
        covers = session.ids[row] in {put.visit_id for put in one.placements}
        if told < most and covers and one.reason not in seen and holds(session, named):
            told += 1
            seen.add(one.reason)
            yield named


def holds(session: AdviceSession, suggestion: Suggestion) -> bool:
    """Whether the plain rules accept the plan after the change, on the changed problem and on a timing of
    their own; days that break a rule as they are get nothing more."""
    session.go_on()
    try:
        # The changed problem as it was given, cut at `now` anew: a shift may bring hours that the first cut
        # took away.
        changed, _ = from_now_on(apply_suggestion(session.given, suggestion), session.plan)
    except InvalidProblem:
        return False
    before, after = orders_of(session.plan), dict(orders_after(session.plan, suggestion))
    if not _is_whole(changed, {id for order in after.values() for id in order}):
        return False
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    people = {worker_id for worker_id, _ in touched} | {
        one.worker_id for one in (suggestion, *suggestion.parts)
    }
    if people & session.fixed_workers:
        return False
    touched |= {key for key in after if key[0] in people}
    trial = try_change(changed, session.plan, after, touched, session.fixed_starts)
    if trial.is_lawful:
        return True
    tied = tied_tours(changed, after, touched)
    return trial.since(
        try_change(session.problem, session.plan, before, tied, session.fixed_starts)
    ).is_lawful


def _is_whole(problem: Problem, covered: set[str]) -> bool:
    """No visit is covered without the one it goes with."""
    for link in problem.links:
        for one, other in ((link.first, link.second), (link.second, link.first)):
            if (
                link.together
                and one in covered
                and other not in covered
                and problem.fixed_start(other) is None
            ):
                return False
    return True
