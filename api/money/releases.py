"""Releases for training or tutoring: declared ahead with hours kept on one line, confirmed with whoever
covers, cancelled.

Each day of a release opens an absence of its own, so that the search of that day finds its visits like any
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from math import ceil

from sqlalchemy import select

from api.access.scope import Scoped, expect
from api.basin import holds, resource_kinds
from api.cycle import absences
from api.cycle.absence_words import overlap
from api.money import ledger, release_notices
from api.runtime.clock import wall
from api.runtime.faults import Conflict, Unfit
from api.runtime.ids import new_id
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.shapes.cycle_views import RiskView
from api.shapes.money_requests import ConfirmIn, HeldDayIn, ReleaseIn
from api.shapes.money_views import ReleaseDayView, ReleaseView
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.cycle_tables import Job, Plan
from api.store.release_tables import OPEN, Release, ReleaseDay
from brigade.errors import Issue, Refused
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.demand_shapes import AbsenceShape
from brigade.figures.funding import euro_cents
from brigade.units import PARIS


# -- declaring ---------------------------------------------------------------------------------------------
def declare(scoped: Scoped, service: Service, basin_id: str, given: ReleaseIn) -> tuple[Release, list[Job]]:
    """The release, its absences, its hours kept; searches only for days that are planned already.

    Raises: NotFound, Forbidden, Conflict (the id is taken); Refused with every fault: an employee out of
        reach, days in disorder, over or shared with another absence paid otherwise, a line unknown or
        without enough left.
    """
    scoped.must_write(Release, basin_id)
    asked = scoped.select(basin_tables.Employee, basin_id).where(
        basin_tables.Employee.id == given.employee_id
    )
    # Held until the commit: two releases of one employee would not see each other's days.
    employee = scoped.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if employee is not None:
        scoped.may_write(employee)
    line = _locked_line(scoped, basin_id, given.funding_line_id)
    id = given.id or new_id("rel", scoped.clock.now())
    days = [_day(scoped, basin_id, id, number, given) for number in range(1, len(given.days) + 1)]
    issues = [
        *_who(given, employee),
        *_when(scoped, basin_id, given),
        *_money(scoped, basin_id, given, line, days),
    ]
    if issues:
        raise Refused(issues)
    row = Release(
        basin_id=basin_id,
        id=id,
        body={**plain(given), "id": id},
        version=1,
        changed_at=scoped.clock.now(),
        provider_id=given.provider_id,
        employee_id=given.employee_id,
        funding_line_id=given.funding_line_id,
        state="declared",
        declared_by=scoped.principal.actor,
    )
    scoped.add(
        row, "declared", release_kind=given.kind, days=len(days), minutes=sum(day.minutes for day in days)
    )
    for day in days:
        scoped.add(_absence(scoped, day, given), "declared", absence_kind=given.kind, release=id)
        scoped.session.add(day)
    scoped.flush(row)
    return row, _replan(scoped, service, row, risks_of(scoped, days_of(scoped, row)))


def _locked_line(scoped: Scoped, basin_id: str, line_id: str | None) -> basin_tables.FundingLine | None:
    """Held until the commit: of two releases at once the second sees what the first has kept."""
    # Read under lock even where nothing is written: the sum of what is kept is taken over other rows.
    row = basin_tables.FundingLine
    asked = select(row).where(row.basin_id == basin_id, row.id == line_id)
    return scoped.session.scalar(asked.with_for_update())


def _day(scoped: Scoped, basin_id: str, id: str, number: int, given: ReleaseIn) -> ReleaseDay:
    one = given.days[number - 1]
    day = ReleaseDay(
        basin_id=basin_id,
        id=f"{id}-{number}",
        release_id=id,
        starts_at=one.interval.start,
        ends_at=one.interval.end,
        minutes=one.reserve_min or 0,
    )
    if one.reserve_min is None:
        visits = (
            absences.visits_at_risk(scoped, _absence(scoped, day, given))
            if one.interval.start < one.interval.end
            else []
        )
        planned = sum(visit.duration_min for visit in visits)
        # Where nothing is planned yet, all the hours away are kept: too much is given back, too little is
        # missing.
        day.minutes = ceil(planned) or max(0, (one.interval.end - one.interval.start) // timedelta(minutes=1))
    return day


def _absence(scoped: Scoped, day: ReleaseDay, given: ReleaseIn) -> basin_tables.Absence:
    said = plain(given)
    body = {
        name: said[name]
        for name in ("provider_id", "employee_id", "kind", "course", "funding_line_id")
        if name in said
    }
    interval = {"start": wall(day.starts_at), "end": wall(day.ends_at)}
    known_at = scoped.clock.now().astimezone(PARIS).replace(microsecond=0).isoformat()
    shape = read_model(AbsenceShape, {**body, "id": day.id, "interval": interval, "known_at": known_at})
    row = resource_kinds.made(absences.KIND, scoped, day.basin_id, day.id, shape)
    assert isinstance(row, basin_tables.Absence)
    return row


def _who(given: ReleaseIn, employee: basin_tables.Employee | None) -> Iterator[Issue]:
    if employee is None:
        yield Issue("A305", "releases.employee_id", "employee_unknown", {"employee_id": given.employee_id})
    elif employee.provider_id != given.provider_id:
        yield Issue("A305", "releases.employee_id", "employee_elsewhere")
    if given.kind == "training_release" and given.course.training_body is None:
        yield Issue("A305", "releases.course.training_body", "body_absent")
    if given.course.taught_min is not None and given.course.taught_min <= 0:
        yield Issue(
            "A305", "releases.course.taught_min", "taught_length", {"minutes": given.course.taught_min}
        )


def _when(scoped: Scoped, basin_id: str, given: ReleaseIn) -> Iterator[Issue]:
    spans = [(one.interval.start, one.interval.end) for one in given.days]
    for number, (start, end) in enumerate(spans):
        where = f"releases.days[{number}].interval"
        if end <= start:
            yield Issue("A305", where, "end_before_start")
        # Each day of a release is an absence of its own, searched with its day.
        elif end - start > timedelta(hours=24):
            yield Issue("A305", where, "longer_than_day")
        elif end <= scoped.clock.now():
            yield Issue("A305", where, "release_past")
        for other in absences.overlapping(scoped, basin_id, given.employee_id, start, end):
            yield Issue("A424", where, "absent_already", overlap(other))
    for (before, first), (after, second) in combinations(enumerate(spans), 2):
        if first[0] < second[1] and second[0] < first[1]:
            yield Issue("A424", f"releases.days[{after}].interval", "days_overlap", {"before": before})


def _money(
    scoped: Scoped,
    basin_id: str,
    given: ReleaseIn,
    line: basin_tables.FundingLine | None,
    days: Sequence[ReleaseDay],
) -> Iterator[Issue]:
    where = "releases.funding_line_id"
    if given.funding_line_id is None:
        return
    if line is None:
        yield Issue("A305", where, "line_unknown_or_none", {"line": given.funding_line_id})
        return
    asked = [euro_cents(day.minutes, line.value.hourly_rate_cents, 1) for day in days]
    left = ledger.account(scoped, basin_id, line).remaining_cents
    if sum(asked) > left:
        yield Issue("A422", where, "not_enough_left", {"asked_cents": sum(asked), "left_cents": left})


# -- confirming --------------------------------------------------------------------------------------------
def confirm(scoped: Scoped, basin_id: str, id: str, version: int | None, given: ConfirmIn) -> Release:
    """A coordinator answers for the cover; whoever is named is kept free. May be said again, with other
    names.

    Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict when it is cancelled; Refused with every
    fault.
    """
    scoped.must_write(Plan, basin_id)
    row = _open(scoped, basin_id, id, version)
    days = {day.id: day for day in days_of(scoped, row)}
    line = _locked_line(scoped, basin_id, row.funding_line_id)
    issues = [
        issue for number, one in enumerate(given.days) for issue in _held(scoped, row, days, number, one)
    ]
    issues += _more(scoped, row, line, days, given)
    if issues:
        raise Refused(issues)
    for one in given.days:
        _hold(days[one.absence_id], one)
    row.state, row.confirmed_by = "confirmed", scoped.principal.actor
    named = sorted({one.worker_id for one in given.days if one.worker_id})
    scoped.changed(row, "confirmed", given.reason, workers=named)
    return row


def _open(scoped: Scoped, basin_id: str, id: str, version: int | None) -> Release:
    row = scoped.one(Release, basin_id, id, write=True)
    expect(row, version)
    if row.state not in OPEN:
        raise Conflict("A421", f"releases.{id}", "release_state", {"state": row.state})
    return row


def _held(
    scoped: Scoped, row: Release, days: dict[str, ReleaseDay], number: int, one: HeldDayIn
) -> Iterator[Issue]:
    where = f"releases.{row.id}.days[{number}]"
    day = days.get(one.absence_id)
    if day is None:
        yield Issue(
            "A305",
            f"{where}.absence_id",
            "absence_of_days",
            {"absence_id": one.absence_id, "days": list(days)},
        )
        return
    start, end = _times(day, one)
    if not day.starts_at <= start < end <= day.ends_at:
        yield Issue("A305", f"{where}.interval", "outside_day_of_release")
    if one.worker_id is None:
        return
    worker = scoped.session.get(basin_tables.Worker, (row.basin_id, one.worker_id))
    if worker is None:
        yield Issue("A305", f"{where}.worker_id", "nobody_of_brigade", {"worker_id": one.worker_id})
    elif not _is_there(worker, start, end):
        yield Issue("A305", f"{where}.worker_id", "not_available_then", {"worker_id": one.worker_id})
    for hold in holds.holds(scoped, row.basin_id, start, end):
        if hold.worker_id == one.worker_id and hold.absence_id != day.id:
            yield Issue("A425", f"{where}.worker_id", "reserved_already", {"absence_id": hold.absence_id})


def _is_there(worker: basin_tables.Worker, start: datetime, end: datetime) -> bool:
    """Whether a stretch of availability touches it, last resort included; of a day nobody has planned for
    yet, nothing can be said against."""
    stretches = [(one.start, one.latest_end) for one in worker.value.availability]
    day = start.astimezone(PARIS).date()
    is_known = any(first.astimezone(PARIS).date() >= day for first, _ in stretches)
    return not is_known or any(first < end and start < last for first, last in stretches)


def _more(
    scoped: Scoped,
    row: Release,
    line: basin_tables.FundingLine | None,
    days: dict[str, ReleaseDay],
    given: ConfirmIn,
) -> Iterator[Issue]:
    """What is kept beyond what was declared must still be there."""
    if line is None:
        return
    rate, more = line.value.hourly_rate_cents, 0
    for one in given.days:
        if one.reserve_min is not None and one.absence_id in days:
            more += euro_cents(one.reserve_min, rate, 1) - euro_cents(days[one.absence_id].minutes, rate, 1)
    left = ledger.account(scoped, row.basin_id, line).remaining_cents
    # A line already overdrawn lends nothing more, but what was kept before stays kept.
    if more > max(left, 0):
        yield Issue(
            "A422",
            f"releases.{row.id}.days",
            "not_enough_left_for_more",
            {"more_cents": more, "left_cents": left},
        )


def _times(day: ReleaseDay, one: HeldDayIn) -> tuple[datetime, datetime]:
    return (one.interval.start, one.interval.end) if one.interval else (day.starts_at, day.ends_at)


def _hold(day: ReleaseDay, one: HeldDayIn) -> None:
    start, end = _times(day, one)
    day.worker_id = one.worker_id
    day.held_from, day.held_until = (start, end) if one.worker_id else (None, None)
    day.minutes = one.reserve_min or day.minutes


# -- cancelling --------------------------------------------------------------------------------------------
def cancel(
    scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None, why: str | None
) -> tuple[Release, list[Job]]:
    """The days that are not over come about no more: hours and people are free again. What is over stays for
    the evidence.

    Raises: as `confirm`; Unfit when every day is over.
    """
    row = _open(scoped, basin_id, id, version)
    now = scoped.clock.now()
    ahead = [day for day in days_of(scoped, row) if day.ends_at > now]
    if not ahead:
        raise Unfit("A421", f"releases.{id}", "release_days_past")
    risks = risks_of(scoped, ahead)
    for day in ahead:
        absence = scoped.session.get(basin_tables.Absence, (basin_id, day.id))
        if absence is not None:
            scoped.drop(absence, why)
    row.state = "cancelled"
    scoped.changed(row, "cancelled", why)
    return row, _replan(scoped, service, row, risks)


# -- telling -----------------------------------------------------------------------------------------------
def days_of(scoped: Scoped, row: Release) -> list[ReleaseDay]:
    asked = select(ReleaseDay).where(ReleaseDay.basin_id == row.basin_id, ReleaseDay.release_id == row.id)
    return list(scoped.session.scalars(asked.order_by(ReleaseDay.starts_at, ReleaseDay.id)))


def risks_of(scoped: Scoped, days: Sequence[ReleaseDay]) -> list[RiskView]:
    """The visits that the absences of these days open."""
    rows = [scoped.session.get(basin_tables.Absence, (day.basin_id, day.id)) for day in days]
    return [risk for row in rows if row is not None for risk in absences.visits_at_risk(scoped, row)]


def _replan(scoped: Scoped, service: Service, row: Release, risks: Sequence[RiskView]) -> list[Job]:
    """Only where a plan is in force: days further ahead are searched when their turn comes, with what is
    known by then."""
    asked = select(Plan.first_day, Plan.days).where(Plan.basin_id == row.basin_id, Plan.state == "published")
    spans = [(first, first + timedelta(days=days)) for first, days in scoped.session.execute(asked)]
    # By date: plans are in force day by day.
    touched = [
        risk for risk in risks if any(first <= risk.planned_start.date() < after for first, after in spans)
    ]
    return absences.replan(scoped, service, row.basin_id, touched)


def shown(scoped: Scoped, row: Release, lang: str = "fr") -> ReleaseView:
    """Who of the brigade is kept is told to those who plan; the provider reads that somebody is."""
    # Rights are rows: whoever sees none of the brigade's people is not told who of them it is.
    sees_workers = bool(scoped.all(scoped.select(basin_tables.Worker, row.basin_id).limit(1)))
    kept = days_of(scoped, row)
    return view_of(
        ReleaseView,
        row,
        kind=row.value.kind,
        course=row.value.course,
        days=[_shown_day(day, sees_workers) for day in kept],
        notices=release_notices.notices(scoped, row, kept, sees_workers, lang),
    )


def _shown_day(day: ReleaseDay, sees_workers: bool) -> ReleaseDayView:
    return ReleaseDayView(
        absence_id=day.id,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        reserved_min=day.minutes,
        is_somebody_kept=day.worker_id is not None,
        worker_id=day.worker_id if sees_workers else None,
        held_from=day.held_from if sees_workers else None,
        held_until=day.held_until if sees_workers else None,
    )
