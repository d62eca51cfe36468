"""What the screens share: how far changes go, what each is charged, and how places are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from brigade.changes.answers import Placement, Suggestion, SuggestionKind
from brigade.law.rules.engagement import engaged_on_other_days
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.trial_model import Spot, with_spots

MOST_SHIFT_MIN = 120
"""A window moved, or an availability stretched, by more is another visit, another day's work."""
COARSE_MIN = 5
"""Steps in which shifts that take long to try are sought."""
REARRANGE_COST, MOVE_COST, SIGN_COST, CAR_COST, SPLIT_COST, COMPETENCY_COST, DROP_COST = (
    5,
    20,
    30,
    60,
    90,
    240,
    60,
)
"""What a change is charged, in minutes: the smaller comes first."""
LONGER_FACTOR = 2
"""A minute more of somebody's day is charged as so many minutes of a client's shift."""
POINT_FACTOR = 10
"""What a point of a visit given up is charged, in minutes."""


def placements(session: AdviceSession, spots: tuple[Spot, ...]) -> tuple[Placement, ...]:
    tours = session.model.tours
    return tuple(Placement(session.ids[row], tours[t].worker.id, tours[t].index, at) for row, t, at in spots)


def competency_given(
    session: AdviceSession, row: int, tour: int, missing: str, put: tuple[Placement, ...] = ()
) -> Suggestion:
    """The competency for the worker of that tour, or the renewal of her certificate where it has only
    ended."""
    own = session.model.tours[tour]
    held = session.problem.catalogue.invalid_grant(own.worker, own.day, frozenset({missing}))
    code = "renew_certificate" if "ended" in held else "add_competency"
    reason = Reason.of(code, worker=own.worker.id, missing=missing, **held)
    kind, visit = SuggestionKind.COMPETENCY, session.ids[row]
    return Suggestion(kind, visit, reason, COMPETENCY_COST, put, own.worker.id, competency=missing)


def engagement_signed(
    session: AdviceSession, row: int, tour: int, put: tuple[Placement, ...] = ()
) -> Suggestion:
    """A paper for the worker of that tour; the reason names those that she had there before, or will have."""
    own, provider = session.model.tours[tour], session.problem.provider_of(session.model.requests[row].visit)
    known = engaged_on_other_days(own.worker, provider.id, own.day)
    reason = Reason.of("sign_engagement", worker=own.worker.id, provider=provider.id, **known)
    kind, visit = SuggestionKind.SIGN, session.ids[row]
    return Suggestion(kind, visit, reason, SIGN_COST, put, own.worker.id, provider_id=provider.id)


def two_changes_of(
    session: AdviceSession, row: int, tour: int, parts: Sequence[Suggestion], put: tuple[Placement, ...]
) -> Iterator[Suggestion]:
    """Both changes as one suggestion; none where one of them would do alone."""
    if len(parts) != 2:
        return  # a single change, which was tried before
    first, second = bare = tuple(replace(one, placements=()) for one in parts)
    reason = Reason.of("two_changes", first=first.reason, second=second.reason)
    cost = sum(one.people_cost for one in bare)
    named = tuple(id for one in bare for id in one.changed_visits)
    worker, kind, visit = session.model.tours[tour].worker.id, SuggestionKind.TWO, session.ids[row]
    yield Suggestion(kind, visit, reason, cost, put, worker, changed_visits=named, parts=bare)


def fewest(
    low: int, high: int, spots: tuple[Spot, ...], spots_with: Callable[[int], tuple[Spot, ...] | None]
) -> tuple[int, tuple[Spot, ...]]:
    """The fewest minutes that are enough, by halving, and where the visit then goes.

    Args: low: too few minutes; high: enough, with `spots` as their places; spots_with: None for too few.
    """
    while high - low > 1:
        middle = (low + high) // 2
        found = spots_with(middle)
        low, high, spots = (low, middle, found) if found is not None else (middle, high, spots)
    return high, spots


def worker_of(session: AdviceSession, spots: tuple[Spot, ...]) -> str:
    return session.model.tours[spots[0][1]].worker.id


def making_room(session: AdviceSession, row: int, spots: tuple[Spot, ...], moved: Spot) -> Reason:
    """The visit at its spots and another one out of its way: in somebody else's hands, or at another hour in
    the same."""
    other, tour, _ = moved
    visit, worker, taker = session.ids[row], worker_of(session, spots), session.model.tours[tour].worker.id
    if worker_of(session, ((other, *session.place_of[other]),)) != taker:
        return Reason.of(
            "rearrange", visit=visit, worker=worker, other=session.ids[other], other_worker=taker
        )
    with session.trial_model.holding(with_spots(session.orders, (*spots, moved), [other])):
        start, _ = session.trial_model.search.spans()[other]
    return Reason.of(
        "rearrange_within",
        visit=visit,
        worker=worker,
        other=session.ids[other],
        other_worker=taker,
        start_at=start,
    )
