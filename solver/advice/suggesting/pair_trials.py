"""Pairs of changes held on the trial model: where a visit then goes, the fewest minutes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

from brigade.changes.answers import Suggestion
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.drafts import fewest, placements, two_changes_of
from solver.advice.suggesting.trial_changes import TrialChange
from solver.advice.trial_model import Spot, place_whole

SpotsWith = Callable[[Sequence[int]], tuple[Spot, ...] | None]
"""Where the visits go with so many minutes of each lever; None: nowhere."""


def placing(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange], without: Sequence[int] = ()
) -> SpotsWith:
    """Of the visit in the tours of that one's worker, and of those that go with it."""
    return partial(_placed, session, row, tour, levers, without)


def _placed(
    session: AdviceSession,
    row: int,
    tour: int,
    levers: Sequence[TrialChange],
    without: Sequence[int],
    minutes: Sequence[int],
) -> tuple[Spot, ...] | None:
    session.go_on()
    with ExitStack() as stack:
        for lever, each in zip(levers, minutes, strict=True):
            stack.enter_context(lever.hold(each))
        tours = session.tours_of(session.model.tours[tour].worker.id)
        found = place_whole(session, session.trial_model.search, row, tours=tours, without=without)
    return None if found is None else found[1]


def least_of_each(
    levers: Sequence[TrialChange], spots_with: SpotsWith
) -> tuple[list[int], tuple[Spot, ...]] | None:
    """The fewest minutes of each lever, one after the other, that still are enough; and where the visit then
    goes."""
    minutes = [lever.most for lever in levers]
    # From the most that may be asked: where that is not enough, no smaller one is worth a try.
    spots = spots_with(minutes)
    if spots is None:
        return None
    for number, lever in enumerate(levers):

        def with_this(each: int, at: int = number) -> tuple[Spot, ...] | None:
            return spots_with([*minutes[:at], each, *minutes[at + 1 :]])

        # -1 is below no minutes at all: halving then tries zero too, and a lever that is not needed falls
        # away.
        low = -1 if lever.most else 0
        minutes[number], spots = fewest(low, lever.most, spots, with_this)
    return minutes, spots


def parts_of(levers: Sequence[TrialChange], minutes: Sequence[int]) -> list[Suggestion]:
    """A lever of no minutes is no change; one that is done or not has none to begin with."""
    return [lever.told(each) for lever, each in zip(levers, minutes, strict=True) if each or not lever.most]


def with_fewest(
    session: AdviceSession, row: int, tour: int, levers: Sequence[TrialChange], spots_with: SpotsWith
) -> Iterator[Suggestion]:
    """Both changes with the fewest minutes of each, where their most is enough."""
    found = least_of_each(levers, spots_with)
    if found is not None:
        minutes, spots = found
        put = placements(session, spots)
        yield from two_changes_of(session, row, tour, parts_of(levers, minutes), put)
