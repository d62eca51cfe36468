"""What happens to a work block: whoever names one of its seats speaks of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brigade.units import TimeWindow
from brigade.values.demand import Attendance, Visit, WorkBlock
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
    return _with_block(problem, block, lambda it: replace(it, windows=windows))


def block_refused(problem: Problem, seat: Attendance, worker_id: str) -> Problem:
    """She takes none of its seats. Where everybody is needed, it does not take place without her."""
    never = seat.block.forbidden_workers | {worker_id}
    block = replace(seat.block, forbidden_workers=never)
    return _with_block(problem, block, lambda it: replace(it, forbidden_workers=never))


def _with_block(problem: Problem, block: WorkBlock, change: Callable[[Visit], Visit]) -> Problem:
    def changed(one: Visit) -> Visit:
        own = one.attendance
        if own is None or own.block.id != block.id:
            return one
        return replace(change(one), attendance=replace(own, block=block))

    blocks = tuple(block if one.id == block.id else one for one in problem.work_blocks)
    return replace(problem, visits=tuple(map(changed, problem.visits)), work_blocks=blocks)
