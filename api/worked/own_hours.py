"""The hours of one worker, week by week, against her contract and what the texts allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from api.access.scope import Scoped
from api.runtime.faults import Unfit
from api.shapes.person_shapes import WorkerDayView, WorkerHoursView, WorkerWeekView
from api.store.basin_tables import Worker
from api.worked import history
from api.worked.binding_texts import BasinTexts, texts_of
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.timing.duty_days import monday_of
from brigade.timing.free_time import limit_min
from brigade.units import PARIS
from brigade.worked.done_days import DoneDay, WorkMeasure
from brigade.worked.local_days import minutes_between

WEEK = timedelta(days=7)
# A quarter, whatever its months.
LONGEST = timedelta(days=92)


def hours(scoped: Scoped, basin_id: str, worker_id: str, first_day: date, last_day: date) -> WorkerHoursView:
    """Of whole weeks. Raises: NotFound; Unfit."""
    (found,) = hours_of(scoped, basin_id, [scoped.one(Worker, basin_id, worker_id)], first_day, last_day)
    return found


def hours_of(
    scoped: Scoped, basin_id: str, workers: list[Worker], first_day: date, last_day: date
) -> list[WorkerHoursView]:
    """Of each of them, in their order; what was done is read once for all. Raises: Unfit."""
    if not first_day <= last_day <= first_day + LONGEST:
        told = {"first": first_day, "last": last_day, "most": LONGEST.days}
        raise Unfit("A305", "first_day, last_day", "days_out_of_range", told)
    first, before = monday_of(first_day), monday_of(last_day) + WEEK
    texts, today = texts_of(scoped, basin_id), scoped.clock.now().astimezone(PARIS).date()
    worked = history.worked(scoped, basin_id, first, before)
    return [
        WorkerHoursView(
            worker_id=row.id,
            first_day=first,
            last_day=before - timedelta(days=1),
            weeks=list(_weeks(row.value, worked[row.id], texts, first, before, today)),
        )
        for row in workers
    ]


def _weeks(
    worker: WorkerShape,
    days: Mapping[date, DoneDay],
    texts: BasinTexts,
    first: date,
    before: date,
    today: date,
) -> Iterator[WorkerWeekView]:
    monday = first
    while monday < before:
        shown = [
            _day(worker, days[day], texts, today)
            for day in (monday + timedelta(days=number) for number in range(7))
            if day in days
        ]
        # By the texts of that Monday: a limit may change in the course of the weeks shown.
        limit = texts.of(worker, monday).get("MAX_WEEK_WORK")
        contract = worker.contract.weekly_min
        yield WorkerWeekView(
            monday=monday,
            sunday=monday + WEEK - timedelta(days=1),
            work_min=sum(one.work_min for one in shown),
            contract_min=None if contract is None else round(contract),
            limit_min=None if limit is None else limit_min(limit),
            article=None if limit is None else limit.article,
            days=shown,
        )
        monday += WEEK


def _day(worker: WorkerShape, one: DoneDay, texts: BasinTexts, today: date) -> WorkerDayView:
    rules, visits = texts.of(worker, one.day, one.hosts), [piece for piece in one.pieces if not piece.is_call]
    return WorkerDayView(
        day=one.day,
        starts_at=one.start.astimezone(PARIS),
        ends_at=one.end.astimezone(PARIS),
        visits=len(visits),
        service_min=sum(minutes_between(piece.start, piece.end) for piece in visits),
        work_min=round(one.work_min(WorkMeasure.of(rules))),
        night_min=one.night_min(rules),
        is_over=one.day < today,
    )
