"""What happens to a work block: whoever names one of its seats speaks of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brigade.units import TimeWindow
from brigade.values.demand import Attendance, Visit
from brigade.values.problem import Problem


def without_block(problem: Problem, seat: Attendance) -> Problem:
    """It does not take place: its seats go, and what ties them."""
    gone = {*seat.block.seat_ids}
    return replace(
        problem,
        visits=tuple(one for one in problem.visits if one.id not in gone),
        links=tuple(link for link in problem.links if not gone & {link.first, link.second}),
        work_blocks=tuple(one for one in problem.work_blocks if one.id != seat.block.id),
    )


def block_moved(problem: Problem, seat: Attendance, windows: tuple[TimeWindow, ...]) -> Problem:
    """To other hours, for everybody."""
    block = replace(seat.block, windows=windows)
    blocks = tuple(block if one.id == block.id else one for one in problem.work_blocks)
    moved = replace(problem, work_blocks=blocks)
    return _with_seats(
        moved, seat, lambda it, own: replace(it, windows=windows, attendance=replace(own, block=block))
    )


def block_refused(problem: Problem, seat: Attendance, worker_id: str) -> Problem:
    """She takes none of its seats. Where everybody is needed, it does not take place without her."""
    return _with_seats(
        problem, seat, lambda it, _: replace(it, forbidden_workers=it.forbidden_workers | {worker_id})
    )


def _with_seats(problem: Problem, seat: Attendance, change: Callable[[Visit, Attendance], Visit]) -> Problem:
    def changed(one: Visit) -> Visit:
        own = one.attendance
        return one if own is None or own.block.id != seat.block.id else change(one, own)

    return replace(problem, visits=tuple(map(changed, problem.visits)))
