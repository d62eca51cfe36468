"""The form of an absence: who, when, why, with which line; as it is read and shown again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import func

from api.access.scope import Scoped
from api.basin import identities, resource_kinds
from api.money import ledger
from api.service.service import Service
from api.shapes.cycle_requests import AbsenceIn
from api.store.basin_tables import Absence, Employee, FundingLine, Provider
from api.store.person_tables import EmployeeIdentity
from api.web.view import PressedView, ScopedView
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Day
from brigade.units import PARIS
from brigade.values.demand import AbsenceKind, UrgentCause

FORM = "absences/absence_form.html"
AT_HAND = 6
"""Names in sight before the others are unfolded: whoever is absent was often absent lately."""
CAUSES = (
    UrgentCause.COLLEAGUE_ABSENCE,
    UrgentCause.CARER_MISSING,
    UrgentCause.HOSPITAL_RETURN,
    UrgentCause.SUDDEN_WORSENING,
    UrgentCause.CHILD_ILLNESS,
)


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
                return midnight(today), midnight(today + timedelta(days=1))
            case "tomorrow":
                return midnight(today + timedelta(days=1)), midnight(today + timedelta(days=2))
        first = self.first_day or today
        last = self.last_day or first
        start = datetime.combine(first, self.from_hour or time(), PARIS)
        end = datetime.combine(last, self.to_hour, PARIS) if self.to_hour else midnight(last + timedelta(1))
        return start, end


@dataclass(frozen=True, slots=True)
class Person:
    """An employee as the form shows her. `provider`: where the account reaches several."""

    id: str
    name: str
    provider: str


def read_absence(press: PressedView, basin_id: str) -> AbsenceIn:
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


def form_page(
    view: ScopedView | PressedView,
    service: Service,
    fault: BrigadeError | None = None,
    absence: Absence | None = None,
) -> Response:
    """Args: absence: that is corrected; its person stays."""
    basin_id = view.basin_id or ""
    people = people_to_choose(view.scoped, service, basin_id)
    chosen = sorted(people.values(), key=lambda one: identities.folded(one.name))
    return view.page(
        FORM,
        fault=fault,
        absence=absence,
        last_day=last_day(absence) if absence else None,
        people=_last_absent_first(view.scoped, basin_id, chosen),
        at_hand=AT_HAND,
        known=_known(view, basin_id) if absence is None else {},
        lines=_lines(view.scoped, basin_id),
        kinds=list(AbsenceKind),
        causes=CAUSES,
        sees_reason=resource_kinds.sees_reasons(view.scoped.principal),
        who=people.get(absence.employee_id) if absence else None,
        today=view.now.date(),
    )


def people_to_choose(scoped: Scoped, service: Service, basin_id: str) -> dict[str, Person]:
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


def _known(view: ScopedView | PressedView, basin_id: str) -> dict[str, tuple[datetime, datetime]]:
    """Of who is away today or tomorrow, from when until when: who sees it does not declare it twice."""
    today = view.now.date()
    asked = view.scoped.select(Absence, basin_id).where(
        Absence.ends_at > midnight(today), Absence.starts_at < midnight(today + timedelta(days=2))
    )
    found = view.scoped.all(asked.order_by(Absence.starts_at.desc(), Absence.id))
    return {row.employee_id: (row.starts_at, row.ends_at) for row in found}


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


def last_day(row: Absence) -> date:
    """The last day of it: midnight belongs to the day before."""
    return (row.ends_at.astimezone(PARIS) - timedelta(minutes=1)).date()


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
