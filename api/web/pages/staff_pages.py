"""A lending employer's own staff: their weeks, hours and papers; and, for coordinators too, what runs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.basin import identities
from api.http.credentials import TheService
from api.money.months import Period, PeriodLength
from api.plans.ending import alerts
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID
from api.shapes.person_shapes import WorkerWeekView
from api.shapes.planning.attention_views import AlertView
from api.store.basin_tables import Worker
from api.store.person_tables import WorkerIdentity
from api.web.pages.own_time import Month, month_of_hours
from api.web.view import MenuGroup, PageEntry, ScopedView, View
from api.worked import own_hours
from brigade.timing.duty_days import monday_of
from brigade.words import word

router = APIRouter(include_in_schema=False)
EMPLOYERS = frozenset({Role.EMPLOYER})
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("staff", "/mes-salaries", EMPLOYERS, 10),
    PageEntry("staff_member", "/mes-salaries/{worker_id}", EMPLOYERS),
    PageEntry("alerts", "/bassins/{basin_id}/alertes", PLANNERS, 60, MenuGroup.PEOPLE),
)
GRAVE = ("capped_hours", "certificate")
"""Alerts that stop somebody from being planned; the others are to be seen to."""
PART = {
    "paper_to_sign": "#engagement",
    "engagement": "#engagement",
    "certificate": "#certificate",
    "no_availability": "#availability",
}
"""Of a person's page, what stands under which heading."""
WorkerId = Annotated[str, Path(pattern=ID, max_length=120)]
BasinId = Annotated[str, Path(pattern=ID, max_length=120)]


@dataclass(frozen=True, slots=True)
class LentWorker:
    """One of the staff. `week`: this one."""

    id: str
    name: str
    week: WorkerWeekView
    alerts: Sequence[AlertView]


@dataclass(frozen=True, slots=True)
class AlertLine:
    """What runs out, in a line. `parts`: the papers of one person that it folds, each in its own words."""

    kind: str
    id: str
    sentence: str
    parts: Sequence[str] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}"


@router.get("/mes-salaries")
def staff_page(view: View, service: TheService) -> Response:
    basin_id = _basin(view)
    rows = view.scoped.all(view.scoped.select(Worker, basin_id).order_by(Worker.id))
    names = _names(view, service, basin_id)
    monday = monday_of(view.now.date())
    # For all of the staff at once: outcomes are read once, not for each person.
    hours = own_hours.hours_of(view.scoped, basin_id, rows, monday, monday)
    found = _alerts(view, basin_id, names)
    people = [
        LentWorker(
            row.id,
            names.get(row.id, row.id),
            told.weeks[0],
            [one for one in found if one.id == row.id],
        )
        for row, told in zip(rows, hours, strict=True)
    ]
    return view.page(
        "staff/staff.html",
        people=sorted(people, key=lambda one: identities.folded(one.name)),
        papers=_folded([one for one in found if one.kind == "paper_to_sign"], names, view.lang),
        others=_folded([one for one in found if one.kind != "paper_to_sign"], names, view.lang),
        numbers=Counter(one.kind == "paper_to_sign" for one in found),
        grave=GRAVE,
        monday=monday,
        month=f"{view.now:%Y-%m}",
        last_day=_last_of_month(view),
        basin_id=basin_id,
    )


@router.get("/mes-salaries/{worker_id}")
def staff_member_page(worker_id: WorkerId, view: View, service: TheService, month: Month = None) -> Response:
    basin_id = _basin(view)
    row = view.scoped.one(Worker, basin_id, worker_id)
    known = identities.own_names(view.scoped, service.vault, WorkerIdentity, basin_id, (worker_id,), "staff")
    name = known.get(worker_id, worker_id)
    found = [one for one in _alerts(view, basin_id, known) if one.id == worker_id]
    return view.page(
        "staff/staff_member.html",
        worker_id=row.id,
        name=name,
        alerts=[AlertLine(one.kind, one.id, one.sentence) for one in found],
        grave=GRAVE,
        **month_of_hours(view, basin_id, worker_id, month),
    )


@router.get("/bassins/{basin_id}/alertes")
def alerts_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    view.scoped.basin(basin_id)
    view.scoped.only(f"basins.{basin_id}.alerts", *PLANNERS)
    names = _names(view, service, basin_id)
    found, base = _alerts(view, basin_id, names), f"/bassins/{quote(basin_id)}"
    kinds = [(kind, list(alike)) for kind, alike in groupby(found, key=lambda one: one.kind)]
    return view.page(
        "staff/alerts.html",
        kinds=[
            (
                kind,
                len(alike),
                [(one, _mended_at(one, base)) for one in _folded(alike, names, view.lang)],
            )
            for kind, alike in kinds
        ],
        grave=GRAVE,
    )


def _folded(found: Sequence[AlertView], names: Mapping[str, str], lang: str) -> list[AlertLine]:
    """Papers of one kind that one person has stand in one line, where the first of them stood."""
    by_person: dict[tuple[str, str], list[AlertView]] = {}
    for one in found:
        by_person.setdefault((one.kind, one.id), []).append(one)
    return [_line(alike, names, lang) for alike in by_person.values()]


def _line(alike: Sequence[AlertView], names: Mapping[str, str], lang: str) -> AlertLine:
    first = alike[0]
    if len(alike) == 1:
        return AlertLine(first.kind, first.id, first.sentence)
    about = names.get(first.id, first.id)
    said = word(f"alert.alike.{first.kind}", lang, about=about, n=len(alike), day=first.day)
    parts = [word(f"alert.apart.{one.kind}", lang, what=one.what, day=one.day) for one in alike]
    return AlertLine(first.kind, first.id, said, parts)


def _mended_at(alert: AlertLine, base: str) -> str:
    """Where what runs out is seen to: the paper on the page of her who holds it; a rota, where it is sent."""
    if alert.kind == "stale_feed":
        return f"{base}/imports"
    return f"{base}/personnes/{quote(alert.id)}{PART.get(alert.kind, '')}"


def _alerts(view: ScopedView, basin_id: str, names: Mapping[str, str]) -> list[AlertView]:
    """Their sentences with what people are called."""
    return [_named(one, names, view.lang) for one in alerts.alerts(view.scoped, basin_id, view.lang).alerts]


def _named(one: AlertView, names: Mapping[str, str], lang: str) -> AlertView:
    sentence = word(
        f"alert.{one.kind}",
        lang,
        about=names.get(one.id, one.id),
        limit_min=one.limit_min,
        what=one.what,
        day=one.day,
        used_min=one.used_min,
    )
    return one.model_copy(update={"sentence": sentence})


def _names(view: ScopedView, service: Service, basin_id: str) -> dict[str, str]:
    return identities.names_to_choose(view.scoped, service.vault, WorkerIdentity, basin_id, "staff")


def _last_of_month(view: ScopedView) -> str:
    period = Period.of(view.now.date(), PeriodLength.MONTH)
    return period.last.isoformat()


def _basin(view: ScopedView) -> str:
    """Raises: Forbidden, for whoever lends nobody."""
    if view.scoped.principal.role not in EMPLOYERS or view.basin_id is None:
        raise forbidden("workers")
    return view.basin_id
