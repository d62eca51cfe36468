"""Where no single change covers a visit: two, tried together, each no larger than it must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import combinations

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.judging.coverage_levels import points_of
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.pushing import pushed_out, pushed_out_for_partners
from solver.advice.obstacles.worker_obstacles import NEAR_MIN
from solver.advice.suggesting.drafts import (
    DROP_COST,
    POINT_FACTOR,
    REARRANGE_COST,
    making_room,
    placements,
    two_changes_of,
    worker_of,
)
from solver.advice.suggesting.one_change_each import one_each, one_each_of_chain
from solver.advice.suggesting.pair_trials import least_of_each, parts_of, placing, with_fewest
from solver.advice.suggesting.papers import is_let_in, lacking
from solver.advice.suggesting.splits import split_and_more
from solver.advice.suggesting.trial_changes import (
    TrialChange,
    longer_hours,
    papers_needed,
    shifted_windows,
)
from solver.advice.trial_model import Spot, with_spots


def two_changes(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """Pairs of changes that cover the visit as far as the kernel can see, the cheapest first; each is more
    than one change of the same kind, and none of them is enough alone where single changes were tried in
    vain."""
    drafts: list[Suggestion] = []
    near = session.problem.horizon.ticks(NEAR_MIN)
    elsewhere = pushed_out_for_partners(session, row)
    for tour, own in enumerate(session.model.tours):
        if own.worker.id not in session.fixed_workers and session.gap(tour, row) <= near:
            drafts += _in_tour(session, row, tour, elsewhere)
    missing = session.missing_partners(row)
    if len(missing) == 1:
        drafts += one_each(session, row, missing[0])
    elif missing:
        drafts += one_each_of_chain(session, row, missing)
    drafts += split_and_more(session, row)
    yield from sorted(drafts, key=lambda one: (one.people_cost, one.worker_id or ""))


def _in_tour(
    session: AdviceSession, row: int, tour: int, elsewhere: Sequence[list[int]]
) -> Iterator[Suggestion]:
    needed = papers_needed(session, row, tour)
    if needed is None or len(needed) > 2:
        return
    rows = [row, *session.missing_partners(row)]
    changes = [
        *longer_hours(session, row, tour),
        *shifted_windows(session, rows, session.model.tours[tour].worker.id),
    ]
    if len(needed) == 2:
        yield from _tried(session, row, tour, needed)
    elif len(needed) == 1:
        for lever in changes:
            yield from _tried(session, row, tour, [*needed, lever])
        yield from _beside(session, row, tour, needed, elsewhere)
    else:
        for pair in combinations(changes, 2):
            yield from _tried(session, row, tour, pair)
        for lever in changes:
            yield from _beside(session, row, tour, [lever])
        gone = pushed_out(session, row, tour)
        if gone and not session.missing_partners(row) and _may_go(session, row, gone):
            yield from _all_given_up(session, row, tour, gone)


def _tried(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange]
) -> Iterator[Suggestion]:
    return with_fewest(session, row, tour, levers, placing(session, row, tour, levers))


def _beside(
    session: AdviceSession,
    row: int,
    tour: int,
    levers: Sequence[TrialChange],
    elsewhere: Sequence[list[int]] = (),
) -> Iterator[Suggestion]:
    """With another visit of the worker's, or one of those `elsewhere`, taken over by somebody or, of lower
    priority, given up."""
    hers = session.groups_of(session.model.tours[tour].worker.id)
    for group in [*hers, *(one for one in elsewhere if one not in hers)]:
        if row in group or any(session.is_pinned(one) for one in group):
            continue
        found = least_of_each(levers, placing(session, row, tour, levers, group))
        if found is None:
            continue
        minutes, spots = found
        parts = parts_of(levers, minutes)
        moved = _taken_over(session, row, tour, group, levers, minutes, spots) if len(group) == 1 else None
        if moved is not None:
            yield from two_changes_of(session, row, tour, [*parts, moved], moved.placements)
        elif _may_go(session, row, group):
            parts.append(_given_up(session, row, tour, group))
            yield from two_changes_of(session, row, tour, parts, placements(session, spots))


def _taken_over(
    session: AdviceSession,
    row: int,
    tour: int,
    group: Sequence[int],
    levers: Sequence[TrialChange],
    minutes: Sequence[int],
    spots: tuple[Spot, ...],
) -> Suggestion | None:
    with ExitStack() as stack:
        for lever, each in zip(levers, minutes, strict=True):
            stack.enter_context(lever.hold(each))
        # A paper signed for this visit lets her take over that one as well.
        if is_let_in(session, group[0], tour, row, lacking(session, row, tour)):
            stack.enter_context(session.trial_model.allowed(tour, group[0]))
        lawful = stack.enter_context(session.trial_model.holding(with_spots(session.orders, spots, group)))
        found = session.trial_model.search.place(group[0]) if lawful else None
        moved = None if found is None or not found.is_lawful else (group[0], found.tour, found.position)
        reason = None if moved is None else making_room(session, row, spots, moved)
    session.trial_model.search.load(session.orders)
    if moved is None or reason is None:
        return None
    put = placements(session, (*spots, moved))
    return Suggestion(
        SuggestionKind.REARRANGE, session.ids[row], reason, REARRANGE_COST, put, worker_of(session, spots)
    )


def _may_go(session: AdviceSession, row: int, group: Sequence[int]) -> bool:
    """Whether all of these are of lower priority, and none is pinned."""
    level = session.model.requests[row].visit.level
    return all(
        session.model.requests[one].visit.level > level and not session.is_pinned(one) for one in group
    )


def _all_given_up(session: AdviceSession, row: int, tour: int, gone: Sequence[int]) -> Iterator[Suggestion]:
    """As many visits as have to leave: with one alone it was a single change."""
    found = session.search.place(row, range(tour, tour + 1), without=gone)
    if found.is_lawful:
        one = _given_up(session, row, tour, gone)
        yield replace(one, placements=placements(session, ((row, found.tour, found.position),)))


def _given_up(session: AdviceSession, row: int, tour: int, group: Sequence[int]) -> Suggestion:
    names, worker = tuple(session.ids[one] for one in group), session.model.tours[tour].worker.id
    visits = [session.model.requests[one].visit for one in group]
    level, points = min(one.level for one in visits), sum(points_of(session.problem, one) for one in visits)
    reason = Reason.of("drop_visits", visits=names, priority=level, visit=session.ids[row], worker=worker)
    cost = DROP_COST + POINT_FACTOR * points
    return Suggestion(SuggestionKind.DROP, session.ids[row], reason, cost, (), worker, changed_visits=names)
