"""What would have to leave a worker's tours for a visit, checked by the kernel: the least that is enough."""

from __future__ import annotations

from solver.advice.advice_session import AdviceSession
from solver.kernel.local_search import Search

MOST_SETS = 8
"""Sets of visits in the way of a partner that are tried: each is tried with every paper."""


def pushed_out(session: AdviceSession, row: int, tour: int, search: Search | None = None) -> list[int]:
    """Rows of the visits to take out so that `row` fits into the tour: one if one is enough, else a set none
    of which can stay. Visits that go together leave together. Empty when even an empty day does not help.
    Args: search: one in which changes are being tried, instead of the session's."""
    groups = [group for group in session.groups_of(session.model.tours[tour].worker.id) if group[0] != row]
    leaving = (search or session.search).leaving(row, tour, groups, own(session, row))
    return session.group(groups[one][0] for one in leaving)


def pushed_out_for_partners(session: AdviceSession, row: int) -> list[list[int]]:
    """The same for what goes with the visit and has nobody, by anybody: the lightest of these sets."""
    found: dict[tuple[int, ...], None] = {}
    for other in session.missing_partners(row):
        for tour in range(len(session.model.tours)):
            if not session.gap(tour, other):
                session.go_on()
                found[tuple(pushed_out(session, other, tour))] = None
    return [[*one] for one in sorted(filter(None, found), key=session.weight)[:MOST_SETS]]


def own(session: AdviceSession, row: int) -> list[int]:
    """The visit itself where the plan has it already: asked for again, it leaves its place first."""
    return [row] if row in session.place_of else []
