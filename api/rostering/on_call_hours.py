"""Hours on call and calls of a period, with what each employer's text owes for them: for whoever pays the
workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from api.access.scope import Scoped
from api.basin import compose
from api.http.tabular import TabularAnswer
from api.money.evidence import span_of
from api.shapes.planning.rota_views import OnCallExportView, OnCallHoursView
from api.store.basin_tables import Worker
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.units import PARIS, Interval
from brigade.values.problem import Problem
from brigade.worked.local_days import minutes_between
from brigade.worked.on_call_counterpart import counterpart

COLUMNS = (
    "employer_id",
    "worker_id",
    "day",
    "kind",
    "starts_at",
    "ends_at",
    "minutes",
    "points",
    "rest_min",
    "article",
)


def told(
    scoped: Scoped, basin_id: str, first_day: date, last_day: date, employer_id: str | None
) -> OnCallExportView:
    """By employer and worker, what begins on these days, in order of time; employers: their own staff. The
    texts are those of the first day. Raises: NotFound; Unfit, when the period is upside down; Refused."""
    start, end = span_of(first_day, last_day)
    rows = scoped.all(scoped.select(Worker, basin_id).order_by(Worker.employer_id, Worker.id))
    wanted = [one for one in rows if employer_id in (None, one.employer_id)]
    problem = compose.people(scoped.as_service(basin_id), basin_id, first_day)
    found = [one for row in wanted for one in _of_worker(problem, row, start, end)]
    return OnCallExportView(first_day=first_day, last_day=last_day, employer_id=employer_id, rows=found)


def tables(found: OnCallExportView, lang: str) -> list[TabularAnswer]:
    return [TabularAnswer("on_call", COLUMNS, found.rows, lang)]


def _of_worker(problem: Problem, row: Worker, start: datetime, end: datetime) -> Iterator[OnCallHoursView]:
    value = row.value
    duties = [_duty(problem, row, one) for one in value.on_call if start <= one.start < end]
    calls = [_entry(row, "call", one) for one in value.calls if start <= one.start < end]
    yield from sorted((*duties, *calls), key=lambda one: (one.starts_at, one.kind))


def _duty(problem: Problem, row: Worker, duty: IntervalShape) -> OnCallHoursView:
    entry, worker = _entry(row, "duty", duty), problem.worker_by_id.get(row.id)
    if worker is None:  # her row has a fault: what she is owed is not known
        return entry
    period = Interval(problem.horizon.tick(duty.start), problem.horizon.tick(duty.end))
    owed, rules = counterpart(problem, worker, [period]), problem.rules_for(worker)
    text = rules.get("ON_CALL", "day_points") or rules.get("ON_CALL", "day_rest")
    return entry.model_copy(
        update={
            "points": owed.points,
            "rest_min": owed.rest_min,
            "article": None if text is None else text.article,
        }
    )


def _entry(row: Worker, kind: str, one: IntervalShape) -> OnCallHoursView:
    start, end = one.start.astimezone(PARIS), one.end.astimezone(PARIS)
    return OnCallHoursView.model_validate(
        {
            "employer_id": row.employer_id,
            "worker_id": row.id,
            "day": start.date(),
            "kind": kind,
            "starts_at": start,
            "ends_at": end,
            "minutes": minutes_between(one.start, one.end),
            **dict.fromkeys(("points", "rest_min", "article")),
        }
    )
