"""Money: releases replaced, what each funding line pays, what the hours cost."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.figures.funding import entries, euro_cents, ledger
from brigade.timing.duty_days import minutes_of
from brigade.values.problem_parts import RELEASES, Request


def money(counted: CountedPlan) -> Iterator[Row]:
    """Service in place of people released, by funding line also what it costs; what all the work costs."""
    problem = counted.problem
    released = sum(
        stop.end - stop.start
        for _, stop in counted.stops()
        if is_release(problem.request_by_visit.get(stop.visit_id))
    )
    yield "training_service", minutes_of(problem, released), "min", None
    booked = tuple(entries(problem, counted.plan))
    for line in problem.funding_lines:
        own = [entry for entry in booked if entry.line_id == line.id]
        yield "funded_service", minutes_of(problem, sum(entry.ticks for entry in own)), "min", line.id
        yield "funded", sum(entry.cents for entry in own), "cents", line.id
    yield "work_cost", sum(_cost(counted, worker.id) for worker in problem.workers), "cents", None


def lines(counted: CountedPlan) -> Iterator[Row]:
    """What is left of each funding line after the whole plan, and what goes over its cap."""
    for use in ledger(counted.problem, counted.plan):
        yield "funding_remaining", use.remaining_cents, "cents", use.line_id
        yield "funding_over_cap", use.over_cap_cents, "cents", use.line_id


def is_release(request: Request | None) -> bool:
    return request is not None and request.absence is not None and request.absence.kind in RELEASES


def _cost(counted: CountedPlan, worker_id: str) -> int:
    worker = counted.problem.worker_by_id[worker_id]
    return euro_cents(
        counted.work_of(worker_id), worker.cost_cents_per_hour, counted.problem.horizon.ticks_per_minute
    )
