"""Where no single change covers a visit: two, tried together, each no larger than it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    fewest,
    making_room,
    placements,
    two_changes_of,
    worker_of,
)
from solver.advice.suggesting.papers import is_let_in, lacking
from solver.advice.suggesting.splits import split_and_more
from solver.advice.suggesting.trial_changes import (
    TrialChange,
    longer_hours,
    papers_needed,
    shifted_windows,
)
from solver.advice.trial_model import Spot, place_whole, with_spots


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
        drafts += _one_each(session, row, missing[0])
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


# -- trying ------------------------------------------------------------------------------------------------
def _place(
    session: AdviceSession,
    row: int,
    tour: int,
    levers: Sequence[TrialChange],
    minutes: Sequence[int],
    without: Sequence[int] = (),
) -> tuple[Spot, ...] | None:
    session.go_on()
    with ExitStack() as stack:
        for lever, each in zip(levers, minutes, strict=True):
            stack.enter_context(lever.hold(each))
        tours = session.tours_of(session.model.tours[tour].worker.id)
        found = place_whole(session, session.trial_model.search, row, tours=tours, without=without)
    return None if found is None else found[1]


def _least(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange], without: Sequence[int] = ()
) -> tuple[list[int], tuple[Spot, ...]] | None:
    """The fewest minutes of each lever, one after the other, that still are enough; and where the visit then
    goes."""
    # From the most that may be asked: where that is not enough, no smaller one is worth a try.
    spots = _place(session, row, tour, levers, [lever.most for lever in levers], without)
    if spots is None:
        return None
    return _fewest_each(levers, spots, lambda each: _place(session, row, tour, levers, each, without))


def _fewest_each(
    levers: Sequence[TrialChange],
    spots: tuple[Spot, ...],
    spots_with: Callable[[Sequence[int]], tuple[Spot, ...] | None],
) -> tuple[list[int], tuple[Spot, ...]]:
    """From the most minutes of all, with which `spots` were found, to the fewest of one after the other."""
    minutes = [lever.most for lever in levers]
    for number, lever in enumerate(levers):

        def with_this(each: int, at: int = number) -> tuple[Spot, ...] | None:
            return spots_with([*minutes[:at], each, *minutes[at + 1 :]])

        # -1 is below no minutes at all: halving then tries zero too, and a lever that is not needed falls
        # away.
        low = -1 if lever.most else 0
        minutes[number], spots = fewest(low, lever.most, spots, with_this)
    return minutes, spots


def _tried(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange]
) -> Iterator[Suggestion]:
    found = _least(session, row, tour, levers)
    if found is not None:
        # A lever of no minutes is no change; one that is done or not has none to begin with.
        parts = [
            lever.told(each) for lever, each in zip(levers, found[0], strict=True) if each or not lever.most
        ]
        yield from _draft(session, row, tour, parts, found[1])


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
        found = _least(session, row, tour, levers, group)
        if found is None:
            continue
        minutes, spots = found
        parts = [
            lever.told(each) for lever, each in zip(levers, minutes, strict=True) if each or not lever.most
        ]
        moved = _taken_over(session, row, tour, group, levers, minutes, spots) if len(group) == 1 else None
        if moved is not None:
            yield from _draft(session, row, tour, [*parts, moved], moved.placements, placed=True)
        elif _may_go(session, row, group):
            yield from _draft(session, row, tour, [*parts, _given_up(session, row, tour, group)], spots)


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


def _draft(
    session: AdviceSession,
    row: int,
    tour: int,
    parts: Sequence[Suggestion],
    spots: object,
    *,
    placed: bool = False,
) -> Iterator[Suggestion]:
    put = spots if placed else placements(session, spots)  # type: ignore[arg-type]
    yield from two_changes_of(session, row, tour, parts, put)  # type: ignore[arg-type]


def _one_each(session: AdviceSession, row: int, other: int) -> Iterator[Suggestion]:
    """Two visits that go together: one change for the one who does this, one for the one who does that."""
    mine, theirs = ([*_ways(session, one)] for one in (row, other))
    for tour, lever in mine:
        with lever.hold(lever.most):
            first = session.trial_model.search.place(row, range(tour, tour + 1))
            if not first.is_lawful:
                continue
            spot = (row, first.tour, first.position)
            for there, second in theirs:
                with second.hold(second.most):
                    found = session.trial_model.search.place(other, range(there, there + 1), first=spot)
                if found.is_lawful and not (lever.most or second.most):
                    parts = [lever.told(0), second.told(0)]
                    spots = (spot, (other, found.tour, found.position))
                    yield from _draft(session, row, tour, parts, spots)
                elif found.is_lawful:
                    yield from _shortest(session, row, other, (tour, lever), (there, second))


def _shortest(
    session: AdviceSession,
    row: int,
    other: int,
    mine: tuple[int, TrialChange],
    theirs: tuple[int, TrialChange],
) -> Iterator[Suggestion]:
    """The same with the fewest minutes on either side."""

    def spots_with(minutes: Sequence[int]) -> tuple[Spot, ...] | None:
        with mine[1].hold(minutes[0]), theirs[1].hold(minutes[1]):
            first = session.trial_model.search.place(row, range(mine[0], mine[0] + 1))
            if not first.is_lawful:
                return None
            spot = (row, first.tour, first.position)
            found = session.trial_model.search.place(other, range(theirs[0], theirs[0] + 1), first=spot)
        return (spot, (other, found.tour, found.position)) if found.is_lawful else None

    levers = (mine[1], theirs[1])
    most = spots_with([lever.most for lever in levers])
    if most is not None:
        minutes, spots = _fewest_each(levers, most, spots_with)
        parts = [
            lever.told(each) for lever, each in zip(levers, minutes, strict=True) if each or not lever.most
        ]
        yield from _draft(session, row, mine[0], parts, spots)


def _ways(session: AdviceSession, row: int) -> Iterator[tuple[int, TrialChange]]:
    """Single levers for one visit, tour by tour, that let it in by itself."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    for tour, own in enumerate(session.model.tours):
        if own.worker.id in session.fixed_workers or session.gap(tour, row) > near:
            continue
        needed = papers_needed(session, row, tour)
        levers = (
            needed
            if needed is not None and len(needed) == 1
            else [*longer_hours(session, row, tour)]
            if needed == []
            else []
        )
        for lever in levers:
            with lever.hold(lever.most):
                if session.trial_model.search.place(row, range(tour, tour + 1)).is_lawful:
                    yield tour, lever
