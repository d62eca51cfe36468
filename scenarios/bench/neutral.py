"""The neutral checker of plain days: from orders alone, the earliest schedule, every rule of such a day, and
the cost.

Written apart from every engine and from the product's own timing and checker, so that all answers, ours
included, are judged and priced by the same few lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.bench.plain import Orders, PlainDay, PlainVisit, PlainWorker


@dataclass(frozen=True, slots=True)
class NeutralVerdict:
    """`travel` in ticks, legs from and to home included; `weight` of the visits nobody does; `cost` is what
    engines minimise. The figures mean nothing unless `faults` is empty."""

    covered: int
    weight: int
    travel: int
    cost: int
    workers: int
    faults: tuple[str, ...]


def judge(day: PlainDay, orders: Orders) -> NeutralVerdict:
    """Time and price `orders`; a worker without visits may be left out."""
    workers = {worker.id: worker for worker in day.workers}
    visits = {visit.id: visit for visit in day.visits}
    faults = list(_strangers(orders, workers, visits))
    travel = used = 0
    for id, order in orders.items():
        tour = [visits[one] for one in order if one in visits]
        if id in workers and tour:
            ticks, broken = _walk(day, workers[id], tour)
            travel, used = travel + ticks, used + 1
            faults += broken
    done = {one for order in orders.values() for one in order}
    weight = sum(visit.weight for visit in day.visits if visit.id not in done)
    covered = sum(visit.id in done for visit in day.visits)
    return NeutralVerdict(covered, weight, travel, weight * day.unit + travel, used, tuple(faults))


def _strangers(
    orders: Orders, workers: dict[str, PlainWorker], visits: dict[str, PlainVisit]
) -> Iterator[str]:
    yield from (f"{id}: no such worker" for id in orders if id not in workers)
    times = Counter(one for order in orders.values() for one in order)
    yield from (f"{id}: no such visit" for id in times if id not in visits)
    yield from (f"{id}: done {count} times" for id, count in times.items() if count > 1)


def _walk(day: PlainDay, worker: PlainWorker, tour: list[PlainVisit]) -> tuple[int, list[str]]:
    """Ticks of travel, and what the earliest schedule of this tour breaks. Nobody is earlier by going on
    later, so an order that this schedule cannot keep has none."""
    matrix, faults = day.travel[worker.mode], []
    now, here, travel = worker.start, worker.home, 0
    for visit in tour:
        leg = int(matrix[here, visit.site])
        begins = max(now + leg, visit.earliest)
        if begins > visit.latest:
            faults.append(f"{visit.id}: begins {begins - visit.latest} late with {worker.id}")
        if not visit.needs <= worker.can:
            faults.append(f"{visit.id}: {worker.id} lacks a competency")
        now, here, travel = begins + visit.duration, visit.site, travel + leg
    leg = int(matrix[here, worker.home])
    if now + leg > worker.end:
        faults.append(f"{worker.id}: home {now + leg - worker.end} after the end")
    return travel + leg, faults
