"""What a paper or a competency lets somebody do: the visit asked about, and those that go with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from solver.advice.advice_session import AdviceSession
from solver.model.fixed_part import TIES

LIFTED = frozenset({"ENGAGEMENT", "COMPETENCIES"})
"""Rules of the pair that a paper or a course can satisfy."""


def lacking(session: AdviceSession, row: int, tour: int) -> frozenset[str]:
    """Rules that keep the visit out of the tour; where what satisfies them lets in those it goes with, the
    ties between them are none."""
    against = frozenset(session.model.rules_against(tour, row))
    return against - TIES if _let_in_as_well(session, row, tour, against - TIES) else against


@contextmanager
def lifted(session: AdviceSession, row: int, tour: int) -> Iterator[None]:
    """The pair as if nothing were lacking, with every visit that goes with it and lacks no more."""
    with ExitStack() as stack:
        for one in (row, *_let_in_as_well(session, row, tour, lacking(session, row, tour))):
            stack.enter_context(session.trial_model.allowed(tour, one))
        yield


def _let_in_as_well(session: AdviceSession, row: int, tour: int, codes: Collection[str]) -> list[int]:
    return [one for one in session.missing_partners(row) if is_let_in(session, one, tour, row, codes)]


def is_let_in(session: AdviceSession, other: int, tour: int, row: int, codes: Collection[str]) -> bool:
    """Whether what satisfies these rules for the visit `row` satisfies all that keep the other out."""
    against = {*session.model.rules_against(tour, other)} - TIES
    visit, its = session.model.requests[row].visit, session.model.requests[other].visit
    hosts_at = session.problem.hosts_at
    return (
        bool(against)
        and against <= LIFTED.intersection(codes)
        and ("ENGAGEMENT" not in against or hosts_at(its) == hosts_at(visit))
        and ("COMPETENCIES" not in against or its.required <= visit.required)
    )
