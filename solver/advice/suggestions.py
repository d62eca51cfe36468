"""What would cover a visit: the smallest single changes, found by the kernel, each checked by the plain rules.

What a change asks of people, in minutes' worth (`people_cost`), orders the answers:
nothing for a visit that simply fits; 5 for two people's rounds; a minute for each minute a client waits or a lower
visit's client does (20 more for disturbing somebody else); two for each minute a worker stays longer; 30 for a paper to
sign; 60 to find a car; 90 to split a pair that was asked for; 240 for a competency, which takes days to give; and for a
visit given up 60, and 10 for each of its priority points. A client who asks for eight o'clock gladly says half past eight;
nobody should lose a visit for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from brigade.advice import Suggestion, SuggestionKind
from brigade.errors import InvalidProblem
from brigade.plan import Plan
from brigade.problem import Problem
from solver.advice.changes import apply_suggestion, orders_after
from solver.advice.other_hours import reaches_new_dates
from solver.advice.screens import SCREENS, Screen
from solver.advice.session import Session
from solver.advice.trial import EVERY, fresh, orders_around, orders_of, pinned_starts, try_orders

MOST = 8
TRIES_A_KIND = 4
"""Screened changes of one kind that the plain rules are asked about before it is given up."""
TOLD_A_KIND = 2
TRIES_AT_ONCE = 2


def would_cover(problem: Problem, plan: Plan, visit_id: str, most: int = MOST) -> tuple[Suggestion, ...]:
    """Single changes that cover the visit with the rest of the plan kept, least asked of people first; () when none does,
    or the visit is covered.

    Raises: InvalidPlan, when the visit is not to be covered.
    """
    return suggest(Session(problem, plan), visit_id, most)


def suggest(
    session: Session,
    visit_id: str,
    most: int = MOST,
    kinds: Iterable[SuggestionKind] | None = None,
) -> tuple[Suggestion, ...]:
    """The same on a loaded session. A visit that simply fits needs nothing else. Args: kinds: those to look for, all by
    default."""
    row = session.row(visit_id)
    if row in session.place_of:
        return ()
    asked = SCREENS if kinds is None else {kind: SCREENS[kind] for kind in kinds}
    simple = list(_verified(session, SCREENS[SuggestionKind.ADD], row)) if SuggestionKind.ADD in asked else []
    if simple:
        return tuple(simple)
    found = [one for screen in asked.values() for one in _verified(session, screen, row)]
    return tuple(sorted(found, key=lambda one: (one.people_cost, one.worker_id or "", one.kind)))[:most]


def at_once(session: Session, visit_id: str) -> Suggestion | None:
    """The least asked of people among the changes found in a few milliseconds. The kernel judges exactly where a visit goes in
    the problem as it is. A longer availability can put a visit on a date, a Sunday say, that no rule was asked about for the
    pair: then the plain rules are asked."""
    row = session.row(visit_id)
    found = [one for kind in (SuggestionKind.ADD, SuggestionKind.DROP) for one in islice(SCREENS[kind](session, row), 1)]
    if not any(one.kind is SuggestionKind.ADD for one in found):
        longer = islice(SCREENS[SuggestionKind.EXTEND](session, row), TRIES_AT_ONCE)
        dearest = min((one.people_cost for one in found), default=None)
        cheap = takewhile(lambda one: dearest is None or one.people_cost < dearest, longer)
        found.extend(islice((one for one in cheap if not reaches_new_dates(session, one) or holds(session, one)), 1))
    return min(found, key=lambda one: one.people_cost, default=None)


def _verified(session: Session, screen: Screen, row: int) -> Iterator[Suggestion]:
    told = 0
    for tried, one in enumerate(screen(session, row)):
        if tried == TRIES_A_KIND or told == TOLD_A_KIND:
            return
        if holds(session, one):
            told += 1
            yield one


def holds(session: Session, suggestion: Suggestion) -> bool:
    """Whether the plain rules accept the plan after the change, on the changed problem and on a timing of their own."""
    try:
        changed = apply_suggestion(session.problem, suggestion)
    except InvalidProblem:
        return False
    before, after = orders_of(session.plan), dict(orders_after(session.plan, suggestion))
    touched = {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    touched |= {suggestion.worker_id} if suggestion.worker_id else set()
    pinned = pinned_starts(session.plan)
    trial = try_orders(changed, orders_around(changed, after, touched), EVERY, pinned)
    if trial.untimed or not _is_whole(changed, {id for order in after.values() for id in order}):
        return False
    if not trial.violations:
        return True
    known = try_orders(session.problem, orders_around(session.problem, before, touched), EVERY, pinned)
    return not list(fresh(trial.violations, known.violations))


def _is_whole(problem: Problem, covered: set[str]) -> bool:
    """No visit is covered without the one it goes with."""
    for link in problem.links:
        for one, other in ((link.first, link.second), (link.second, link.first)):
            if link.together and one in covered and other not in covered and problem.fixed_start(other) is None:
                return False
    return True
