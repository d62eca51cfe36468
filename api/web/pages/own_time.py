"""A worker's own time: when she can come, written for a week at once, and the hours she has worked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.http.credentials import TheService
from api.money.months import Period, PeriodLength
from api.persons import availability_weeks
from api.runtime.faults import Unfit, forbidden
from api.runtime.roles import Role
from api.shapes.person_shapes import AvailabilityIn, FreeSpanIn
from api.store.basin_tables import Worker
from api.web.view import BaseView, PageEntry, Press, PressedView, ScopedView, View
from api.worked import own_hours
from brigade.errors import BrigadeError, Issue, Refused
from brigade.timing.duty_days import monday_of
from brigade.units import PARIS

WORKERS = frozenset({Role.WORKER})
router = APIRouter(include_in_schema=False)
PAGES = (
    PageEntry("free_time", "/mes-disponibilites", WORKERS, 20),
    PageEntry("own_hours", "/mes-heures", WORKERS, 30),
)
FREE, HOURS = "worker/free_time.html", "worker/hours.html"
WEEK, WEEKS_AHEAD = timedelta(days=7), 8
SLOTS = 2
"""As many stretches of a day can be written at once; a day that has more shows them all."""
MORNING, EVENING = "08:00", "18:00"
"""What stands in the fields of a stretch before anything is chosen."""
KINDS = ("", "free", "last")
Monday = Annotated[date | None, Query(alias="du")]
Month = Annotated[str | None, Query(alias="mois", pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True, slots=True)
class FreeStretch:
    """A stretch of a day, as its fields hold it. `name`: what the names of its fields begin with."""

    name: str
    kind: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    slots: Sequence[FreeStretch]


# -- when she can come -------------------------------------------------------------------------------------
@router.get("/mes-disponibilites")
def free_time_page(
    view: View,
    monday: Monday = None,
    saved: Annotated[bool, Query(alias="enregistre")] = False,
) -> Response:
    return _free_time(view, monday, saved=saved)


@router.post("/mes-disponibilites")
def say_free_time(press: Press, service: TheService) -> Response:
    """A week; with its button, the week after as well."""
    monday = _monday(press, _day(press.form.text("monday")))
    names: list[str] = []
    try:
        given = _read(press, monday, names, is_twice=press.form.flag("copy"))
        basin_id, worker_id = _own(press)

        def act() -> str:
            version = press.form.version
            availability_weeks.put(press.scoped, service, basin_id, worker_id, given, version)
            return f"/mes-disponibilites?du={monday}&enregistre=1"

        return press.done(act)
    except BrigadeError as fault:
        return _free_time(press, monday, _at_fields(fault, names))


def _free_time(
    view: ScopedView | PressedView,
    asked: date | None,
    fault: BrigadeError | None = None,
    *,
    saved: bool = False,
) -> Response:
    basin_id, worker_id = _own(view)
    monday, today = _monday(view, asked), view.now.date()
    row = view.scoped.one(Worker, basin_id, worker_id)
    days = list(_days(monday, today))
    told = availability_weeks.shown(row, days[0], days[-1])
    this = monday_of(today)
    return view.page(
        FREE,
        fault=fault,
        days=[FreeDay(day, _slots(day, told.spans)) for day in days],
        monday=monday,
        today=today,
        version=row.version,
        saved=saved,
        ways=(
            monday - WEEK if monday > this else None,
            monday + WEEK if monday < this + WEEKS_AHEAD * WEEK else None,
        ),
        kinds=KINDS,
    )


def _days(monday: date, today: date) -> Iterator[date]:
    """Those of the week that are not over."""
    yield from (monday + timedelta(days=n) for n in range(7) if monday + timedelta(days=n) >= today)


def _monday(view: BaseView, asked: date | None) -> date:
    """Of this week, or of one of the next: others are as if this one had been asked for."""
    this = monday_of(view.now.date())
    wanted = monday_of(asked) if asked is not None else this
    return wanted if this <= wanted <= this + WEEKS_AHEAD * WEEK else this


def _slots(day: date, spans: Sequence[FreeSpanIn]) -> list[FreeStretch]:
    mine = [one for one in spans if one.start.astimezone(PARIS).date() == day]
    found = [
        FreeStretch(
            f"{day}-{n}", "last" if one.last_resort else "free", f"{one.start:%H:%M}", f"{one.end:%H:%M}"
        )
        for n, one in enumerate(mine)
    ]
    return [*found, *(FreeStretch(f"{day}-{n}", "", MORNING, EVENING) for n in range(len(found), SLOTS))]


def _read(press: PressedView, monday: date, names: list[str], *, is_twice: bool) -> AvailabilityIn:
    """What the fields say. Args: names: of each span, what its fields begin with; filled here. Raises:
    Refused, with each hour that cannot be read."""
    days, spans, issues = list(_days(monday, press.now.date())), list[FreeSpanIn](), list[Issue]()
    for day in days:
        fields = (one for one in press.form.values if one.startswith(f"{day}-"))
        for name in sorted({one.rpartition("-")[0] for one in fields}):
            kind = press.form.text(f"{name}-kind")
            if kind not in KINDS[1:]:
                continue
            start, end = (_hour(press.form.text(f"{name}-{part}")) for part in ("start", "end"))
            if start is None or end is None:
                absent = [part for part, hour in (("start", start), ("end", end)) if hour is None]
                issues += [Issue("A305", f"{name}-{part}", "hour_absent", {}) for part in absent]
                continue
            for on in (day, day + WEEK) if is_twice else (day,):
                names.append(name)
                spans.append(_span(on, start, end, is_last=kind == "last"))
    if issues:
        raise Refused(issues)
    last = days[-1] + WEEK if is_twice else days[-1]
    return AvailabilityIn(first_day=days[0], last_day=last, spans=spans)


def _span(day: date, start: time, end: time, *, is_last: bool) -> FreeSpanIn:
    """Until an hour before the first is until that hour of the next day: a night."""
    until = day if end > start else day + timedelta(days=1)
    begins, ends = datetime.combine(day, start, PARIS), datetime.combine(until, end, PARIS)
    return FreeSpanIn(start=begins, end=ends, last_resort=is_last)


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _at_fields(fault: BrigadeError, names: Sequence[str]) -> BrigadeError:
    """What is said of a span stands at its fields."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    placed = [replace(one, where=_field(one.where, names)) for one in issues]
    return Refused(placed) if placed != list(issues) and isinstance(fault, Refused | Unfit) else fault


def _field(where: str, names: Sequence[str]) -> str:
    number = where.removeprefix("spans[").partition("]")[0]
    is_span = where.startswith("spans[") and number.isdecimal() and int(number) < len(names)
    return f"{names[int(number)]}-start" if is_span else where


# -- her hours ---------------------------------------------------------------------------------------------
@router.get("/mes-heures")
def own_hours_page(view: View, month: Month = None) -> Response:
    basin_id, worker_id = _own(view)
    return view.page(HOURS, **month_of_hours(view, basin_id, worker_id, month))


def month_of_hours(view: ScopedView, basin_id: str, worker_id: str, month: str | None) -> Mapping[str, Any]:
    """What the part of a page that shows somebody's hours needs: the weeks of a month, its sum, the months
    beside it. Raises: NotFound."""
    today = view.now.date()
    period = Period.of(date.fromisoformat(f"{month}-01") if month else today, PeriodLength.MONTH)
    told = own_hours.hours(view.scoped, basin_id, worker_id, period.first, period.last)
    days = [day for week in told.weeks for day in week.days if period.first <= day.day <= period.last]
    this = Period.of(today, PeriodLength.MONTH)
    before = Period.of(period.first - timedelta(days=1), PeriodLength.MONTH)
    return {
        "weeks": told.weeks,
        "month": period.name,
        "month_min": sum(one.work_min for one in days),
        "month_visits": sum(one.visits for one in days),
        "today": today,
        "months": (before.name, period.next.name if period.first <= this.first else None),
    }


def _own(view: BaseView) -> tuple[str, str]:
    """Her basin and herself. Raises: Forbidden, for whoever is no worker."""
    assert isinstance(view, ScopedView | PressedView)
    if view.scoped.principal.role not in WORKERS or view.basin_id is None:
        raise forbidden("workers")
    (worker_id,) = view.scoped.principal.targets(view.basin_id)
    return view.basin_id, worker_id
