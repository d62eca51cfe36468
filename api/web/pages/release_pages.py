"""Training releases: declared, confirmed, cancelled; which hours of the brigade are free for them, and
what the line that pays has left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.basin import identities
from api.http.credentials import TheService
from api.money import free_hours, ledger, releases
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, BasinId
from api.shapes.money_requests import LONGEST_RELEASE, ConfirmIn, ReleaseIn
from api.store import basin_tables
from api.store.person_tables import EmployeeIdentity, WorkerIdentity
from api.store.release_tables import Release
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Day, Text
from brigade.units import PARIS

router = APIRouter(prefix="/bassins/{basin_id}/formations", include_in_schema=False)
ROLES = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR})
PAGES = (PageEntry("releases", "/bassins/{basin_id}/formations", ROLES, 50, MenuGroup.WEEK),)
PAGE = "releases/releases.html"
AHEAD = 8
"""Weeks that the table of free hours shows."""
ReleaseId = Annotated[str, Path(pattern=ID, max_length=120)]


class ReleaseForm(BaseModel):
    """A release as people say it: the same hours on each day from the first to the last."""

    employee_id: str = Field(min_length=1, max_length=120)
    kind: Literal["training_release", "tutor_release"]
    title: Text = Field(min_length=1, max_length=200)
    training_body: Text | None = Field(None, max_length=200)
    first_day: Day
    last_day: Day | None = None
    from_hour: time
    to_hour: time
    funding_line_id: str | None = None

    def days(self) -> Iterator[dict[str, Any]]:
        """At most one more than a release may have: it is refused by its own words."""
        length = ((self.last_day or self.first_day) - self.first_day).days + 1
        for number in range(max(1, min(length, LONGEST_RELEASE + 1))):
            day = self.first_day + timedelta(days=number)
            start, end = (datetime.combine(day, hour, PARIS) for hour in (self.from_hour, self.to_hour))
            yield {"interval": {"start": start.isoformat(), "end": end.isoformat()}}


class DecisionForm(BaseModel):
    version: int
    reason: Text | None = Field(None, max_length=200)


@router.get("")
def releases_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return _page(view, service, basin_id)


@router.post("")
def declare(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = _read(press, basin_id)

        def act() -> str:
            row, _ = releases.declare(press.scoped, service, basin_id, given)
            return f"{_address(basin_id)}#{quote(row.id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/{release_id}/confirmer")
def confirm(basin_id: BasinId, release_id: ReleaseId, press: Press, service: TheService) -> Response:
    """The coordinator answers for the cover; whoever she names is kept free for that day."""
    try:
        told = press.form.read(DecisionForm)
        named = [
            {"absence_id": name.removeprefix("worker-"), "worker_id": press.form.text(name)}
            for name in press.form.values
            if name.startswith("worker-") and press.form.text(name)
        ]
        given = read_model(ConfirmIn, {"days": named})

        def act() -> str:
            releases.confirm(press.scoped, basin_id, release_id, told.version, given)
            return f"{_address(basin_id)}#{quote(release_id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


@router.post("/{release_id}/annuler")
def cancel(basin_id: BasinId, release_id: ReleaseId, press: Press, service: TheService) -> Response:
    try:
        told = press.form.read(DecisionForm)

        def act() -> str:
            releases.cancel(press.scoped, service, basin_id, release_id, told.version, told.reason)
            return _address(basin_id)

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, fault)


def _read(press: PressedView, basin_id: str) -> ReleaseIn:
    """As the API reads a release. Raises: UnreadableInput, NotFound."""
    told = press.form.read(ReleaseForm)
    # The form asks for the person only: her row says which provider employs her.
    employee = press.scoped.one(basin_tables.Employee, basin_id, told.employee_id)
    course = {"title": told.title, "training_body": told.training_body}
    said = {
        "provider_id": employee.provider_id,
        "employee_id": told.employee_id,
        "kind": told.kind,
        "course": {name: one for name, one in course.items() if one is not None},
        "days": list(told.days()),
        "funding_line_id": told.funding_line_id,
    }
    return read_model(ReleaseIn, {name: one for name, one in said.items() if one is not None})


def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/formations"


def _page(
    view: ScopedView | PressedView, service: Service, basin_id: str, fault: BrigadeError | None = None
) -> Response:
    """Those that are not over first, the nearest at the top."""
    scoped, today = view.scoped, view.now.date()
    scoped.must_write(Release, basin_id)
    plans = scoped.principal.role is not Role.MANAGER
    rows = scoped.all(scoped.select(Release, basin_id).order_by(Release.id))
    told = [releases.shown(scoped, row, view.lang) for row in rows]
    told = [one for one in told if one.state != "cancelled"]
    people = identities.names_to_choose(scoped, service.vault, EmployeeIdentity, basin_id, "releases")
    employees = [row.id for row in scoped.all(scoped.select(basin_tables.Employee, basin_id))]
    workers = (
        identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "releases")
        if plans
        else {}
    )
    brigade = [row.id for row in scoped.all(scoped.select(basin_tables.Worker, basin_id))] if plans else []
    lines = scoped.all(scoped.select(basin_tables.FundingLine, basin_id))
    monday = today - timedelta(days=today.weekday())
    return view.page(
        PAGE,
        fault=fault,
        ahead=sorted((one for one in told if _last(one) >= today), key=lambda one: one.days[0].starts_at),
        over=sorted((one for one in told if _last(one) < today), key=_last, reverse=True),
        people=_sorted({id: people.get(id, id) for id in employees}),
        names=people,
        workers=_sorted({id: workers.get(id, id) for id in brigade}),
        worker_names=workers,
        lines=[(row.body["name"], ledger.shown(one)) for row, one in _accounts(view, basin_id, lines)],
        line_choices=[(row.id, row.body["name"]) for row in lines],
        weeks=free_hours.weeks(scoped, basin_id, monday, AHEAD) if plans else [],
        plans=plans,
        today=today,
        base=_address(basin_id),
    )


def _accounts(view: ScopedView | PressedView, basin_id: str, lines: list[Any]) -> list[tuple[Any, Any]]:
    found = ledger.accounts(view.scoped, basin_id, lines)
    return [(row, found[row.id]) for row in lines]


def _last(one: Any) -> date:
    last: date = max(day.ends_at for day in one.days).astimezone(PARIS).date()
    return last


def _sorted(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda one: (identities.folded(one[1]), one[0]))
