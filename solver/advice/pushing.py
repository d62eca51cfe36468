"""What would have to leave a worker's tours for a visit, checked by the kernel: the least that is enough."""

from __future__ import annotations

from solver.advice.session import Session
from solver.arrays import V_PEN

PINNED_WEIGHT = 1 << 60
"""Pinned visits are named only where nothing else helps."""


def pushed_out(session: Session, row: int, tour: int) -> list[int]:
    """Rows of the visits to take out so that `row` fits into the tour: one if one is enough, else a set none of which can
    stay. Visits that go together leave together. Empty when even an empty day does not help."""
    others = [one for one in session.stops_of(session.model.tours[tour].worker.id) if one != row]
    for one in sorted(others, key=lambda other: (_weight(session, session.group([other])), other)):
        group = session.group([one])
        if fits_without(session, row, tour, group):
            return group
    out = others if fits_without(session, row, tour, session.group(others)) else []
    for one in sorted(out, key=lambda other: (-_weight(session, [other]), other)):
        rest = [other for other in out if other != one]
        if fits_without(session, row, tour, session.group(rest)):
            out = rest
    return session.group(out)


def fits_without(session: Session, row: int, tour: int, gone: list[int]) -> bool:
    return session.search.place(row, range(tour, tour + 1), without=own(session, row) + gone).is_lawful


def own(session: Session, row: int) -> list[int]:
    """The visit itself where the plan has it already: asked for again, it leaves its place first."""
    return [row] if row in session.place_of else []


def _weight(session: Session, rows: list[int]) -> int:
    return sum(int(session.arrays.visits[one, V_PEN]) + PINNED_WEIGHT * session.is_pinned(one) for one in rows)
