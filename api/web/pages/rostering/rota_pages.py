"""On call: the quarter at a glance, who has what of it; a rota asked for, changed day by day, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.basin import identities
from api.http.credentials import TheService
from api.rostering import called_out, rotas
from api.runtime.faults import Unfit
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import MADE, BasinId
from api.shapes.kept.rota_shapes import RotaDuty
from api.shapes.planning.rota_views import DutyIn
from api.store.basin_tables import Worker
from api.store.cycle_tables import DutyRota, Job
from api.store.person_tables import WorkerIdentity
from api.web.pages.rostering.call_form import call_in
from api.web.pages.rostering.rota_form import RotaForm, field_of, next_quarter
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError, Issue, Refused, UnreadableInput
from brigade.exchange.shapes.field_kinds import Day
from brigade.timing.duty_days import monday_of
from brigade.units import PARIS

router = APIRouter(prefix="/bassins/{basin_id}/astreintes", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("rotas", "/bassins/{basin_id}/astreintes", PLANNERS, 56, MenuGroup.WEEK),)
TEMPLATE = "rostering/rotas.html"
NOTICE = timedelta(days=31)
"""A published duty is changed a month before at the latest, unless somebody falls away (BAD V.22)."""
RotaId = Annotated[str, Path(pattern=MADE)]
Chosen = Annotated[str, Query(alias="version", max_length=60)]
ChosenDay = Annotated[date | None, Query(alias="jour")]


class DutyForm(BaseModel):
    """Whose duty a day is; `reason`: no names."""

    day: Day
    version: int
    reason: str | None = Field(None, max_length=500)


@dataclass(frozen=True, slots=True)
class DutyCell:
    """A day of the quarter. `people`: names; `missing`: how many more it needs."""

    day: date
    starts_at: datetime
    ends_at: datetime
    people: Sequence[str]
    missing: int
    is_weekend: bool


@dataclass(frozen=True, slots=True)
class WeekRow:
    """`cells`: from Monday to Sunday; None where the rota has no duty."""

    monday: date
    cells: Sequence[DutyCell | None]


@dataclass(frozen=True, slots=True)
class ShareLine:
    name: str
    evenings: int
    weekends: int
    hours: float


@router.get("")
def rotas_page(
    basin_id: BasinId,
    view: View,
    service: TheService,
    chosen: Chosen = "",
    day: ChosenDay = None,
    called: Annotated[str, Query(alias="appel", max_length=120)] = "",
) -> Response:
    return _page(view, service, basin_id, chosen, day, called=called)


@router.post("")
def ask_rota(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = press.form.read(RotaForm).rota(press.form.all("worker_ids"))

        def act() -> str:
            rotas.ask(press.scoped, service, basin_id, given)
            return _address(basin_id)

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, "", None, _at_fields(fault))


@router.post("/appels")
def note_call(basin_id: BasinId, press: Press, service: TheService) -> Response:
    """A call of somebody's, at the hours of the wall within one of her duties."""
    try:
        given, worker_id = call_in(press.form, _duty_of_call(press, basin_id)), press.form.text("called")

        def act() -> str:
            called_out.note(press.scoped, service, basin_id, worker_id, given)
            return f"{_address(basin_id)}?appel={quote(worker_id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, "", None, fault)


def _duty_of_call(press: PressedView, basin_id: str) -> str:
    """The duty that begins on the day that the form says, or the evening before."""
    row = press.scoped.one(Worker, basin_id, press.form.text("called"))
    for one in row.value.on_call:
        start, end = (at.astimezone(PARIS) for at in (one.start, one.end))
        if f"{start.date()}" == press.form.text("call_day"):
            return f"{start.isoformat()}/{end.isoformat()}"
    return ""


@router.post("/{rota_id}/jour")
def give_duty(basin_id: BasinId, rota_id: RotaId, press: Press, service: TheService) -> Response:
    """The duty of a day to the people who are ticked."""
    day: date | None = None
    try:
        form = press.form.read(DutyForm, version=press.form.number("version"))
        day, given = form.day, DutyIn(worker_ids=list(press.form.all("worker_ids")), reason=form.reason)

        def act() -> str:
            rotas.give(press.scoped, service, basin_id, rota_id, form.day, given, form.version)
            return f"{_address(basin_id)}?version={quote(rota_id)}&jour={form.day}#donner"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, rota_id, day, fault)


@router.post("/{rota_id}/publier")
def publish(basin_id: BasinId, rota_id: RotaId, press: Press, service: TheService) -> Response:
    try:

        def act() -> str:
            rotas.publish(press.scoped, service, basin_id, rota_id, press.form.version)
            return f"{_address(basin_id)}?version={quote(rota_id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, rota_id, None, fault)


@router.post("/{rota_id}/retirer")
def withdraw(basin_id: BasinId, rota_id: RotaId, press: Press, service: TheService) -> Response:
    try:

        def act() -> str:
            rotas.withdraw(press.scoped, basin_id, rota_id, press.form.version)
            return _address(basin_id)

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, rota_id, None, fault)


def _at_fields(fault: BrigadeError) -> BrigadeError:
    """What is said of hours stands at the fields that ask for them."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    placed = [replace(one, where=field_of(one.where)) for one in issues]
    if placed == list(issues) or not isinstance(fault, Refused | UnreadableInput | Unfit):
        return fault
    return Refused(placed)


# -- shown -------------------------------------------------------------------------------------------------
def _page(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    chosen: str,
    day: date | None,
    fault: BrigadeError | None = None,
    called: str = "",
) -> Response:
    """Args: called: whose calls are shown."""
    scoped = view.scoped
    scoped.must_write(DutyRota, basin_id)
    asked = scoped.select(DutyRota, basin_id).where(DutyRota.state.in_(rotas.OPEN))
    rows = scoped.all(asked.order_by(DutyRota.id.desc()).limit(12))
    row = next((one for one in rows if one.id == chosen), rows[0] if rows else None)
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "rotas")
    known = scoped.all(scoped.select(Worker, basin_id).order_by(Worker.id))
    people = sorted(((one.id, names.get(one.id, one.id)) for one in known), key=_by_name)
    duty, typed = None if row is None else _duty(row, day), set(view.form.all("worker_ids"))
    monday = monday_of(view.now.date())
    return view.page(
        TEMPLATE,
        fault=fault,
        rows=rows,
        row=row,
        weekdays=[monday + timedelta(days=n) for n in range(7)],
        weeks=[] if row is None else _weeks(row, names),
        shares=[] if row is None else _shares(row, names),
        uncovered=0 if row is None else sum(len(one.worker_ids) < one.needed for one in row.duties),
        people=people,
        duty=duty,
        is_late=row is not None and row.state == "published" and duty is not None and _is_late(view, duty),
        ticked=typed if "day" in view.form.values else set(() if duty is None else duty.worker_ids),
        taking=typed if "weeks" in view.form.values else set(() if row is None else row.asked.worker_ids),
        is_sought=_is_sought(view, basin_id),
        called=names.get(called, called),
        calls=called_out.shown(scoped, scoped.one(Worker, basin_id, called)).calls[:3] if called else [],
        first_day=next_quarter(view.now.date()),
        base=_address(basin_id),
        exports=f"/v1/basins/{quote(basin_id)}/exports/on-call",
    )


def _by_name(person: tuple[str, str]) -> tuple[str, str]:
    return identities.folded(person[1]), person[0]


def _duty(row: DutyRota, day: date | None) -> RotaDuty | None:
    """That of the day that is looked at; else the first with somebody missing, or the first of all."""
    missing = (one for one in row.duties if len(one.worker_ids) < one.needed)
    asked = next((one for one in row.duties if one.day == day), None)
    return asked or next(missing, None) or next(iter(row.duties), None)


def _is_late(view: ScopedView | PressedView, duty: RotaDuty) -> bool:
    return duty.starts_at - view.now < NOTICE


def _weeks(row: DutyRota, names: Mapping[str, str]) -> list[WeekRow]:
    by_day = {one.day: one for one in row.duties}
    first, last = monday_of(row.first_day), row.last_day
    mondays = (first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1))
    return [
        WeekRow(monday, [_cell(by_day.get(monday + timedelta(days=n)), names) for n in range(7)])
        for monday in mondays
    ]


def _cell(duty: RotaDuty | None, names: Mapping[str, str]) -> DutyCell | None:
    if duty is None:
        return None
    people = sorted(names.get(id, id) for id in duty.worker_ids)
    start, end = (at.astimezone(PARIS) for at in (duty.starts_at, duty.ends_at))
    return DutyCell(duty.day, start, end, people, max(0, duty.needed - len(people)), duty.is_weekend)


def _shares(row: DutyRota, names: Mapping[str, str]) -> list[ShareLine]:
    found = [
        ShareLine(names.get(one.worker_id, one.worker_id), one.evenings, one.weekends, one.hours)
        for one in rotas.shares(row)
    ]
    return sorted(found, key=lambda one: identities.folded(one.name))


def _is_sought(view: ScopedView | PressedView, basin_id: str) -> bool:
    """Whether a search for a rota waits or runs."""
    asked = view.scoped.select(Job, basin_id).where(Job.state.in_(("queued", "running")))
    return any(one.wish.kind == "on_call_rota" for one in view.scoped.all(asked))


def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/astreintes"
