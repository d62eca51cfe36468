"""On-call rotas: asked for, changed by hand, published. A published one stands in the rows of its workers, so
that plans, boards and weeks, which read those, know nothing new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from api.access.scope import Scoped, expect
from api.basin import compose
from api.basin.resource_kinds import kind_of
from api.cycle import basin_rows
from api.cycle.following import DayChanges, follow
from api.messages import queueing
from api.runtime.faults import Conflict, Unfit, not_found
from api.searches import jobs, rota_search
from api.service.service import Service
from api.shapes.kept.rota_shapes import RotaAsked, RotaDuty
from api.shapes.planning.rota_views import DutyIn, RotaIn, RotaShareView, RotaView
from api.store.basin_tables import Worker
from api.store.cycle_tables import DutyRota, Job
from brigade.errors import Issue, Refused
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.units import PARIS, Interval
from brigade.values.problem import Problem
from solver.rostering.on_call_shifts import Shift, halves_of
from solver.rostering.rota_judging import GivenDuty, issues

OPEN = ("proposed", "published")


def ask(scoped: Scoped, service: Service, basin_id: str, given: RotaIn) -> Job:
    """A search for a rota. Raises: NotFound, Forbidden; Unfit, for days that are over or too far."""
    scoped.must_write(DutyRota, basin_id)
    last, today = given.first_day + timedelta(days=7 * given.weeks - 1), _today(scoped)
    if given.first_day < today:
        told = {"first_day": given.first_day, "last": last, "today": today}
        raise Unfit("A305", "first_day", "days_past", told)
    if last > today + jobs.FURTHEST:
        told = {"first_day": given.first_day, "last": last, "furthest": today + jobs.FURTHEST}
        raise Unfit("A305", "first_day", "days_too_far", told)
    for id in given.worker_ids:
        scoped.one(Worker, basin_id, id)
    asked = RotaAsked(
        first_day=given.first_day,
        last_day=last,
        evening=given.evening,
        weekend=given.weekend,
        people=given.people,
        worker_ids=tuple(sorted(set(given.worker_ids))),
    )
    return jobs.queue(scoped, service, basin_id, rota_search.requested(service, asked, given.search))


def _today(scoped: Scoped) -> date:
    return scoped.clock.now().astimezone(PARIS).date()


# -- changed by hand ---------------------------------------------------------------------------------------
def give(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    rota_id: str,
    day: date,
    given: DutyIn,
    version: int | None,
) -> DutyRota:
    """The duty of a day goes to these people; of a published rota at once, and whoever it concerns is told.

    Raises: NotFound; Forbidden; Stale; Conflict, where the rota is withdrawn; Refused, with every reason for
    which one of them may not take it.
    """
    row = _open(scoped, basin_id, rota_id, version)
    number = next((n for n, one in enumerate(row.duties) if one.day == day), None)
    if number is None:
        raise not_found(f"on-call-rotas.{rota_id}.duties", f"{day}")
    stood, people = row.duties[number], tuple(sorted(set(given.worker_ids)))
    if stood.worker_ids == people:
        return row
    changed = stood.model_copy(update={"worker_ids": people})
    duties = [*row.duties[:number], changed, *row.duties[number + 1 :]]
    fresh = set(people) - set(stood.worker_ids)
    found = judged(scoped, row, duties)
    # Whoever had it stays as she was judged: only what this change brings is answered for.
    refused = [one for one in found if one.where == f"duties.{day}" and one.values["worker"] in fresh]
    if refused:
        raise Refused([replace(one, where="worker_ids") for one in refused])
    row.duties, row.gap = duties, None
    scoped.changed(row, "duty_given", given.reason, day=f"{day}", workers=list(people))
    if row.state == "published":
        _write(scoped, service, row, set(people) ^ set(stood.worker_ids))
    return row


def judged(scoped: Scoped, row: DutyRota, duties: Sequence[RotaDuty]) -> list[Issue]:
    """What is wrong with these duties by the rows of now, duty by duty: `duties.2026-03-09`."""
    problem = compose.people(scoped, row.basin_id, row.first_day)
    taking = row.asked.worker_ids or tuple(one.id for one in problem.workers)
    free = rota_search.cleared(problem, row.asked, {*taking, *_people(duties)})
    return issues(free, [_given(free, one) for one in duties])


def _given(problem: Problem, duty: RotaDuty) -> GivenDuty:
    hours = Interval(problem.horizon.tick(duty.starts_at), problem.horizon.tick(duty.ends_at))
    shift = Shift(duty.day, hours, duty.is_weekend, halves_of(problem, hours))
    return GivenDuty(f"duties.{duty.day}", shift, duty.worker_ids)


def _people(duties: Iterable[RotaDuty]) -> set[str]:
    return {id for one in duties for id in one.worker_ids}


def _open(scoped: Scoped, basin_id: str, rota_id: str, version: int | None) -> DutyRota:
    row = scoped.one(DutyRota, basin_id, rota_id, write=True)
    expect(row, version)
    if row.state not in OPEN:
        raise _conflict(row)
    return row


def _conflict(row: DutyRota) -> Conflict:
    return Conflict("A401", f"on-call-rotas.{row.id}", "rota_state", {"state": row.state})


# -- published ---------------------------------------------------------------------------------------------
def publish(scoped: Scoped, service: Service, basin_id: str, rota_id: str, version: int | None) -> DutyRota:
    """Its duties are those of its workers from now on, instead of what they had on these days; each is told.

    Raises: NotFound; Forbidden; Stale; Conflict, where it is no proposal; Refused, with all duties that
    somebody may not have by the rows of now.
    """
    row = _open(scoped, basin_id, rota_id, version)
    if row.state != "proposed":
        raise _conflict(row)
    found = judged(scoped, row, row.duties)
    if found:
        raise Refused(found)
    row.state, row.published_at, row.published_by = "published", scoped.clock.now(), scoped.principal.actor
    scoped.changed(row, "published", first_day=f"{row.first_day}", last_day=f"{row.last_day}")
    taking = row.asked.worker_ids or tuple(
        one.id for one in scoped.all(scoped.select(Worker, basin_id).order_by(Worker.id))
    )
    _write(scoped, service, row, {*taking, *_people(row.duties)})
    return row


def withdraw(scoped: Scoped, basin_id: str, rota_id: str, version: int | None) -> DutyRota:
    """A proposal that nobody wants. Raises: NotFound; Forbidden; Stale; Conflict, where it is none."""
    row = _open(scoped, basin_id, rota_id, version)
    if row.state != "proposed":
        raise _conflict(row)
    row.state = "withdrawn"
    scoped.changed(row, "withdrawn")
    return row


def _write(scoped: Scoped, service: Service, row: DutyRota, worker_ids: Collection[str]) -> None:
    """The duties of these workers on the days of the rota, into their rows."""
    changes = DayChanges()
    for id in sorted(worker_ids):
        worker = scoped.one(Worker, row.basin_id, id, write=True)
        stood = worker.value.on_call
        others = [one for one in stood if not row.first_day <= _day(one.start) <= row.last_day]
        own = [
            IntervalShape(start=one.starts_at, end=one.ends_at) for one in row.duties if id in one.worker_ids
        ]
        told = sorted((*others, *own), key=lambda one: one.start)
        if told == stood:
            continue
        shape = worker.value.model_copy(update={"on_call": told})
        basin_rows.put(kind_of(Worker), scoped, row.basin_id, id, shape, worker.version, changes)
        queueing.on_call_changed(scoped, row, id)
    follow(scoped, service, row.basin_id, changes)


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


# -- told --------------------------------------------------------------------------------------------------
def shown(row: DutyRota) -> RotaView:
    return RotaView(
        id=row.id,
        version=row.version,
        state=row.state,  # type: ignore[arg-type]
        first_day=row.first_day,
        last_day=row.last_day,
        created_at=row.created_at,
        published_at=row.published_at,
        job_id=row.job_id,
        asked=row.asked,
        duties=row.duties,
        shares=shares(row),
        uncovered=[one.day for one in row.duties if len(one.worker_ids) < one.needed],
        gap=row.gap,
    )


def shares(row: DutyRota) -> list[RotaShareView]:
    """Of everybody who takes part, by code."""
    found = []
    for id in sorted({*row.asked.worker_ids, *_people(row.duties)}):
        own = [one for one in row.duties if id in one.worker_ids]
        weekends = sum(one.is_weekend for one in own)
        hours = sum((one.ends_at - one.starts_at for one in own), timedelta()) / timedelta(hours=1)
        told = {"evenings": len(own) - weekends, "weekends": weekends, "hours": round(hours, 2)}
        found.append(RotaShareView.model_validate({"worker_id": id, **told}))
    return found
