"""A manager's day: what is at risk now, an absence declared in four taps, and what becomes of each visit it
leaves without a carer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import func

from api.access.scope import Scoped
from api.basin import identities, resource_kinds
from api.cycle import absence_words, absences
from api.http.credentials import TheService
from api.money import ledger
from api.persons import situation
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, AbsenceIn
from api.shapes.situation_views import SituationState, SituationView, VisitSituationView
from api.store.basin_tables import Absence, Employee, FundingLine, Provider
from api.store.person_tables import EmployeeIdentity
from api.web.people import people_of
from api.web.view import BaseView, MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Day
from brigade.units import PARIS
from brigade.values.demand import AbsenceKind, UrgentCause

router = APIRouter(include_in_schema=False)
ROLES = frozenset({Role.MANAGER, Role.COORDINATOR})
PAGES = (
    PageEntry("absences", "/absences", ROLES, 40, MenuGroup.TODAY),
    PageEntry("absence_new", "/absences/nouvelle", ROLES),
    PageEntry("absence", "/absences/{absence_id}", ROLES),
    PageEntry("absence_change", "/absences/{absence_id}/corriger", ROLES),
)
HOME, FORM, ONE, STATES = (
    f"absences/{name}.html" for name in ("absences", "absence_form", "absence", "states")
)
DAYS_BACK, DAYS_AHEAD = 7, 60
"""Absences that the list shows: ended this week, or beginning within two months."""
AT_RISK_DAYS = 2
"""Today and tomorrow are at risk now; what comes later is at its absence."""
AT_HAND = 6
"""Names in sight before the others are unfolded: whoever is absent was often absent lately."""
CAUSES = (
    UrgentCause.COLLEAGUE_ABSENCE,
    UrgentCause.CARER_MISSING,
    UrgentCause.HOSPITAL_RETURN,
    UrgentCause.SUDDEN_WORSENING,
    UrgentCause.CHILD_ILLNESS,
)
RISKY = (SituationState.UNCOVERED, SituationState.SEARCHING)
AWAITED = (SituationState.PROPOSED, SituationState.OFFERED)
COVERED = (SituationState.ACCEPTED, SituationState.FIRM, SituationState.DONE)
AbsenceId = Annotated[str, Path(pattern=ID, max_length=120)]
Seen = Annotated[str, Query(alias="vu", max_length=64)]


class AbsenceForm(BaseModel):
    """The form: days and hours apart, as people say them."""

    employee_id: str = Field(min_length=1, max_length=120)
    interval: Literal["today", "tomorrow", "other"]
    first_day: Day | None = None
    last_day: Day | None = None
    from_hour: time | None = None
    to_hour: time | None = None
    kind: AbsenceKind = AbsenceKind.UNPLANNED
    funding_line_id: str | None = Field(None, max_length=120)
    cause: UrgentCause | None = None
    reason: str | None = Field(None, max_length=200)

    def hours(self, today: date) -> tuple[datetime, datetime]:
        """Whole days, unless hours are said: the first day from one, the last day to the other."""
        match self.interval:
            case "today":
                return _midnight(today), _midnight(today + timedelta(days=1))
            case "tomorrow":
                return _midnight(today + timedelta(days=1)), _midnight(today + timedelta(days=2))
        first = self.first_day or today
        last = self.last_day or first
        start = datetime.combine(first, self.from_hour or time(), PARIS)
        end = datetime.combine(last, self.to_hour, PARIS) if self.to_hour else _midnight(last + timedelta(1))
        return start, end


@dataclass(frozen=True, slots=True)
class Person:
    """An employee as the form shows her. `provider`: where the account reaches several."""

    id: str
    name: str
    provider: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A visit at risk, with the absence it comes from."""

    absence: Absence
    visit: VisitSituationView

    @property
    def day(self) -> date:
        return self.visit.planned_start.astimezone(PARIS).date()


# -- what is at risk ---------------------------------------------------------------------------------------
@router.get("/absences")
def absences_page(
    view: View, service: TheService, withdrawn: Annotated[bool, Query(alias="retiree")] = False
) -> Response:
    _only(view)
    return view.page(HOME, withdrawn=withdrawn, **_overview(view, service, names=True))


@router.get("/absences/en-cours")
def absences_live(view: View, service: TheService, seen: Seen) -> Response:
    """The part that changes by itself; nothing where nothing did, so that nobody's name is read again."""
    _only(view)
    quiet = _overview(view, service, names=False)
    if quiet["digest"] == seen:
        return Response(status_code=204)
    return view.page("absences/overview.html", **_overview(view, service, names=True))


def _overview(view: ScopedView, service: Service, *, names: bool) -> dict[str, Any]:
    basin_id, now = view.basin_id or "", view.now
    asked = view.scoped.select(Absence, basin_id).where(
        Absence.ends_at > now - timedelta(days=DAYS_BACK),
        Absence.starts_at < now + timedelta(days=DAYS_AHEAD),
    )
    rows = view.scoped.all(asked.order_by(Absence.starts_at, Absence.id))
    today, near = now.date(), now.date() + timedelta(days=AT_RISK_DAYS)
    soon = [row for row in rows if row.ends_at > _midnight(today) and row.starts_at < _midnight(near)]
    told = situation.situations(view.scoped, service, basin_id, soon, view.lang, names=names)
    risks = [
        risk
        for row, one in zip(soon, told, strict=True)
        for visit in one.visits
        if today <= (risk := Risk(row, visit)).day < near
    ]
    # A visit that two absences leave open is one visit.
    risks = list({risk.visit.visit_id: risk for risk in risks}.values())
    order = sorted(risks, key=lambda one: _gravity(one.visit))
    parts = {
        "risky": [one for one in order if one.visit.state in RISKY and one.visit.planned_start > now],
        "awaited": [one for one in order if one.visit.state in AWAITED],
        "covered": [one for one in order if one.visit.state in COVERED and one.day == today],
    }
    people = _people(view.scoped, service, basin_id) if names and rows else {}
    return {**parts, "rows": rows, "people": people, "today": today, "digest": _digest(told, rows)}


def _gravity(visit: VisitSituationView) -> tuple[Any, ...]:
    return (not visit.mandatory, visit.priority, visit.planned_start, visit.visit_id)


def _digest(told: Sequence[SituationView], rows: Sequence[Absence] = ()) -> str:
    """What a page shows that may change, in short: people apart, whose names follow from it."""
    said = [
        (one.visit_id, one.state, one.worker_id, str(one.reply_by), one.sentences, str(one.starts_at))
        for view in told
        for one in view.visits
    ]
    return hashlib.sha256(f"{said} {[(row.id, row.version) for row in rows]}".encode()).hexdigest()[:32]


# -- declaring ---------------------------------------------------------------------------------------------
@router.get("/absences/nouvelle")
def new_absence(view: View, service: TheService) -> Response:
    _only(view)
    return _form(view, service)


@router.post("/absences/nouvelle")
def declare(press: Press, service: TheService) -> Response:
    _only(press)
    basin_id = press.basin_id or ""
    try:
        given = _read(press, basin_id)
        return press.done(
            lambda: f"{_address(absences.declare(press.scoped, service, basin_id, given).row.id)}?declaree=1"
        )
    except BrigadeError as fault:
        return _form(press, service, fault)


def _read(press: PressedView, basin_id: str) -> AbsenceIn:
    """As the API reads an absence. Raises: UnreadableInput."""
    told = press.form.read(AbsenceForm)
    start, end = told.hours(press.now.date())
    employee = press.scoped.one(Employee, basin_id, told.employee_id)
    said = {
        "provider_id": employee.provider_id,
        "employee_id": told.employee_id,
        "kind": told.kind,
        "interval": {"start": start.isoformat(), "end": end.isoformat()},
        "funding_line_id": told.funding_line_id if told.kind is not AbsenceKind.UNPLANNED else None,
        "cause": told.cause,
        "reason": told.reason,
    }
    return read_model(AbsenceIn, {name: one for name, one in said.items() if one is not None})


def _form(
    view: ScopedView | PressedView,
    service: Service,
    fault: BrigadeError | None = None,
    absence: Absence | None = None,
) -> Response:
    """Args: absence: that is corrected; its person stays."""
    basin_id = view.basin_id or ""
    people = _people(view.scoped, service, basin_id)
    chosen = sorted(people.values(), key=lambda one: identities.folded(one.name))
    return view.page(
        FORM,
        fault=fault,
        absence=absence,
        last_day=_last_day(absence) if absence else None,
        people=_last_absent_first(view.scoped, basin_id, chosen),
        at_hand=AT_HAND,
        lines=_lines(view.scoped, basin_id),
        kinds=list(AbsenceKind),
        causes=CAUSES,
        sees_reason=resource_kinds.sees_reasons(view.scoped.principal),
        who=people.get(absence.employee_id) if absence else None,
        today=view.now.date(),
    )


def _people(scoped: Scoped, service: Service, basin_id: str) -> dict[str, Person]:
    """The employees that the account reaches, by id, with their names as far as they were told."""
    names = identities.names_to_choose(scoped, service.vault, EmployeeIdentity, basin_id, "absences")
    rows = scoped.all(scoped.select(Employee, basin_id).order_by(Employee.id))
    providers = {row.id: row.body["name"] for row in scoped.all(scoped.select(Provider, basin_id))}
    several = len({row.provider_id for row in rows}) > 1
    return {
        row.id: Person(
            row.id, names.get(row.id, row.id), providers.get(row.provider_id, "") if several else ""
        )
        for row in rows
    }


def _last_absent_first(scoped: Scoped, basin_id: str, people: Sequence[Person]) -> list[Person]:
    asked = scoped.select(Absence, basin_id).with_only_columns(
        Absence.employee_id, func.max(Absence.starts_at)
    )
    last = {row[0]: row[1] for row in scoped.session.execute(asked.group_by(Absence.employee_id))}
    known = sorted((one for one in people if one.id in last), key=lambda one: last[one.id], reverse=True)
    return [*known, *(one for one in people if one.id not in last)]


def _lines(scoped: Scoped, basin_id: str) -> list[ledger.LineAccount]:
    lines = scoped.all(scoped.select(FundingLine, basin_id))
    return list(ledger.accounts(scoped, basin_id, lines).values()) if lines else []


# -- one absence -------------------------------------------------------------------------------------------
@router.get("/absences/{absence_id}")
def absence_page(
    absence_id: AbsenceId,
    view: View,
    service: TheService,
    declared: Annotated[bool, Query(alias="declaree")] = False,
) -> Response:
    _only(view)
    row = view.scoped.one(Absence, view.basin_id or "", absence_id)
    return view.page(ONE, declared=declared, **_of(view, service, row))


@router.get("/absences/{absence_id}/etats")
def absence_states(absence_id: AbsenceId, view: View, service: TheService, seen: Seen) -> Response:
    """The visits at risk again, where anything changed."""
    _only(view)
    row = view.scoped.one(Absence, view.basin_id or "", absence_id)
    quiet = situation.situation(view.scoped, service, row, view.lang, names=False)
    if _digest([quiet]) == seen:
        return Response(status_code=204)
    told = situation.situation(view.scoped, service, row, view.lang)
    return view.page(STATES, absence=row, situation=told, digest=_digest([told]))


@router.post("/absences/{absence_id}/remplacer")
def wish(absence_id: AbsenceId, press: Press, service: TheService) -> Response:
    """One visit, yes or no."""
    _only(press)
    visit_id, basin_id = press.form.text("visit_id"), press.basin_id or ""

    def act() -> str:
        is_wanted = press.form.text("wanted") == "1"
        absences.wish(press.scoped, service, basin_id, absence_id, {visit_id: is_wanted})
        return f"{_address(absence_id)}#v-{quote(visit_id)}"

    return press.done(act)


@router.get("/absences/{absence_id}/corriger")
def change_page(absence_id: AbsenceId, view: View, service: TheService) -> Response:
    _only(view)
    return _form(view, service, absence=view.scoped.one(Absence, view.basin_id or "", absence_id))


@router.post("/absences/{absence_id}/corriger")
def change(absence_id: AbsenceId, press: Press, service: TheService) -> Response:
    _only(press)
    basin_id = press.basin_id or ""
    row = press.scoped.one(Absence, basin_id, absence_id)
    try:
        version, given = _version(press), _read(press, basin_id)

        def act() -> str:
            absences.change(press.scoped, service, basin_id, absence_id, version, given)
            return _address(absence_id)

        return press.done(act)
    except BrigadeError as fault:
        # The refused write had begun to change the row: the form shows it as it stands.
        press.scoped.session.rollback()
        row = press.scoped.one(Absence, basin_id, absence_id)
        return _form(press, service, fault, row)


@router.post("/absences/{absence_id}/retirer")
def withdraw(absence_id: AbsenceId, press: Press, service: TheService) -> Response:
    _only(press)

    def act() -> str:
        absences.withdraw(press.scoped, service, press.basin_id or "", absence_id, _version(press))
        return "/absences?retiree=1"

    return press.done(act)


def _address(absence_id: str) -> str:
    return f"/absences/{quote(absence_id)}"


def _version(press: PressedView) -> int | None:
    told = press.form.text("version")
    return int(told) if told.isdecimal() and len(told) < 10 else None


def _of(view: ScopedView, service: Service, row: Absence) -> dict[str, Any]:
    told = situation.situation(view.scoped, service, row, view.lang)
    notices = absence_words.notices(view.scoped, row, [], absences.feed_of(view.scoped, row), view.lang)
    people = people_of(view.scoped, service.vault, row.basin_id, notices, (), view.lang, "absences")
    return {
        "absence": row,
        "kind": absence_words.kind_of(row.body["kind"], view.lang),
        "name": _name(view.scoped, service, row),
        "last_day": _last_day(row),
        "notices": [people.named(one) for one in notices],
        "day_board": _day_board(view, row),
        "situation": told,
        "digest": _digest([told]),
        "is_over": row.ends_at <= view.now,
    }


def _day_board(view: ScopedView, row: Absence) -> str | None:
    """For whoever plans: the first day that is still to come."""
    if view.scoped.principal.role is not Role.COORDINATOR or row.ends_at <= view.now:
        return None
    day = max(view.now.date(), row.starts_at.astimezone(PARIS).date())
    return f"/bassins/{quote(row.basin_id)}/journee/{day}"


def _name(scoped: Scoped, service: Service, row: Absence) -> str:
    asked = (row.employee_id,)
    known = identities.own_names(scoped, service.vault, EmployeeIdentity, row.basin_id, asked, "absences")
    return known.get(row.employee_id, row.employee_id)


def _only(view: BaseView) -> None:
    """Raises: Forbidden."""
    assert isinstance(view, ScopedView | PressedView)
    if view.scoped.principal.role not in ROLES or view.basin_id is None:
        raise forbidden("absences")


def _last_day(row: Absence) -> date:
    """The last day of it: midnight belongs to the day before."""
    return (row.ends_at.astimezone(PARIS) - timedelta(minutes=1)).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
