"""A manager's day: what is at risk now, an absence declared in four taps, and what becomes of each visit it
leaves without a carer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.access.scope import Scoped
from api.basin import identities
from api.cycle import absence_words, absences
from api.http.credentials import TheService
from api.persons import situation
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID
from api.shapes.planning.swap_shapes import SwapState
from api.shapes.situation_views import SituationState, SituationView, VisitSituationView
from api.store.basin_tables import Absence
from api.store.cycle_tables import SwapQuestion
from api.store.person_tables import EmployeeIdentity
from api.web.pages.absence_form import form_page, last_day, midnight, people_to_choose, read_absence
from api.web.people import people_of
from api.web.view import BaseView, MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.units import PARIS

router = APIRouter(include_in_schema=False)
ROLES = frozenset({Role.MANAGER, Role.COORDINATOR})
PAGES = (
    PageEntry("absences", "/absences", ROLES, 40, MenuGroup.TODAY),
    PageEntry("absence_new", "/absences/nouvelle", ROLES),
    PageEntry("absence", "/absences/{absence_id}", ROLES),
    PageEntry("absence_change", "/absences/{absence_id}/corriger", ROLES),
)
HOME, ONE, STATES = (f"absences/{name}.html" for name in ("absences", "absence", "states"))
DAYS_BACK, DAYS_AHEAD = 7, 60
"""Absences that the list shows: ended this week, or beginning within two months."""
AT_RISK_DAYS = 2
"""Today and tomorrow are at risk now; what comes later is at its absence."""
RISKY = (SituationState.UNCOVERED, SituationState.SEARCHING)
AWAITED = (SituationState.PROPOSED, SituationState.OFFERED)
COVERED = (SituationState.ACCEPTED, SituationState.FIRM, SituationState.DONE)
AbsenceId = Annotated[str, Path(pattern=ID, max_length=120)]
Seen = Annotated[str, Query(alias="vu", max_length=64)]


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
    asked = view.scoped.select(SwapQuestion).where(
        SwapQuestion.state == SwapState.ASKED, SwapQuestion.reply_by > view.now
    )
    swaps = len(view.scoped.all(asked))
    return view.page(HOME, withdrawn=withdrawn, swaps=swaps, **_overview(view, service, names=True))


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
    soon = [row for row in rows if row.ends_at > midnight(today) and row.starts_at < midnight(near)]
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
    people = people_to_choose(view.scoped, service, basin_id) if names and rows else {}
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
    return form_page(view, service)


@router.post("/absences/nouvelle")
def declare(press: Press, service: TheService) -> Response:
    _only(press)
    basin_id = press.basin_id or ""
    try:
        given = read_absence(press, basin_id)
        return press.done(
            lambda: f"{_address(absences.declare(press.scoped, service, basin_id, given).row.id)}?declaree=1"
        )
    except BrigadeError as fault:
        return form_page(press, service, fault)


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
    return form_page(view, service, absence=view.scoped.one(Absence, view.basin_id or "", absence_id))


@router.post("/absences/{absence_id}/corriger")
def change(absence_id: AbsenceId, press: Press, service: TheService) -> Response:
    _only(press)
    basin_id = press.basin_id or ""
    row = press.scoped.one(Absence, basin_id, absence_id)
    try:
        version, given = press.form.version, read_absence(press, basin_id)

        def act() -> str:
            absences.change(press.scoped, service, basin_id, absence_id, version, given)
            return _address(absence_id)

        return press.done(act)
    except BrigadeError as fault:
        # The refused write had begun to change the row: the form shows it as it stands.
        press.scoped.session.rollback()
        row = press.scoped.one(Absence, basin_id, absence_id)
        return form_page(press, service, fault, row)


@router.post("/absences/{absence_id}/retirer")
def withdraw(absence_id: AbsenceId, press: Press, service: TheService) -> Response:
    _only(press)

    def act() -> str:
        absences.withdraw(press.scoped, service, press.basin_id or "", absence_id, press.form.version)
        return "/absences?retiree=1"

    return press.done(act)


def _address(absence_id: str) -> str:
    return f"/absences/{quote(absence_id)}"


def _of(view: ScopedView, service: Service, row: Absence) -> dict[str, Any]:
    told = situation.situation(view.scoped, service, row, view.lang)
    notices = absence_words.notices(view.scoped, row, [], absences.feed_of(view.scoped, row), view.lang)
    people = people_of(view.scoped, service.vault, row.basin_id, notices, (), view.lang, "absences")
    return {
        "absence": row,
        "kind": absence_words.kind_of(row.body["kind"], view.lang),
        "name": _name(view.scoped, service, row),
        "last_day": last_day(row),
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
