"""A pace queue: a crowd of requests is let in one by one, and whoever need not pass is not behind it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from api.runtime.gate import PaceQueue


async def _turn() -> None:
    """One turn of the event loop."""
    await asyncio.sleep(0)


def test_a_crowd_is_let_in_so_many_a_turn_and_in_its_order() -> None:
    """Nine come in one turn, three a turn: the others wait, and nobody comes twice."""

    async def crowd() -> list[list[int]]:
        gate, let_in = PaceQueue(3), list[int]()

        async def one(number: int) -> None:
            await gate.passed()
            let_in.append(number)

        coming = [asyncio.create_task(one(number)) for number in range(9)]
        seen = []
        while not all(task.done() for task in coming):
            before = len(let_in)
            await _turn()
            seen.append(let_in[before:])
        return [some for some in seen if some]

    assert asyncio.run(crowd()) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_who_left_while_waiting_holds_up_nobody() -> None:
    async def crowd() -> int:
        gate = PaceQueue(1)
        first, second = asyncio.create_task(gate.passed()), asyncio.create_task(gate.passed())
        await _turn()
        first.cancel()
        await asyncio.wait_for(second, 60)
        with suppress(asyncio.CancelledError):
            await first
        await asyncio.wait_for(gate.passed(), 60)  # it turns again for whoever comes later
        return 3

    assert asyncio.run(crowd()) == 3


def test_each_event_loop_has_a_queue_of_its_own() -> None:
    """One that ended with somebody waiting holds up nobody of the next."""
    gate = PaceQueue(1)

    async def leave_one_waiting() -> None:
        asyncio.ensure_future(gate.passed())  # noqa: RUF006
        await _turn()

    asyncio.run(leave_one_waiting())
    asyncio.run(asyncio.wait_for(gate.passed(), 60))
