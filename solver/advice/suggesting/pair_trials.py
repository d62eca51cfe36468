"""Pairs of changes held on the trial model: where a visit then goes, the fewest minutes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from brigade.changes.answers import Suggestion
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.drafts import fewest, placements, two_changes_of
from solver.advice.suggesting.trial_changes import TrialChange
from solver.advice.trial_model import Spot, place_whole


def place_with(
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


def least_of_each(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange], without: Sequence[int] = ()
) -> tuple[list[int], tuple[Spot, ...]] | None:
    """The fewest minutes of each lever, one after the other, that still are enough; and where the visit then
    goes."""
    # From the most that may be asked: where that is not enough, no smaller one is worth a try.
    spots = place_with(session, row, tour, levers, [lever.most for lever in levers], without)
    if spots is None:
        return None
    return fewest_each(levers, spots, lambda each: place_with(session, row, tour, levers, each, without))


def fewest_each(
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


def with_fewest(
    session: AdviceSession,
    row: int,
    tour: int,
    levers: Sequence[TrialChange],
    spots_with: Callable[[Sequence[int]], tuple[Spot, ...] | None],
) -> Iterator[Suggestion]:
    """Both changes with the fewest minutes of each, where their most is enough."""
    most = spots_with([lever.most for lever in levers])
    if most is not None:
        minutes, spots = fewest_each(levers, most, spots_with)
        parts = [
            lever.told(each) for lever, each in zip(levers, minutes, strict=True) if each or not lever.most
        ]
        yield from drafted(session, row, tour, parts, spots)


def drafted(
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
