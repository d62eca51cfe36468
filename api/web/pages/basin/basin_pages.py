"""What a basin is made of and how it wants to be planned: its people with what ends, its services, and its
settings with what they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.basin import identities, wishes
from api.basin.reserve_rates import rates_of
from api.cycle.following import follow_wishes
from api.http.credentials import TheService
from api.imports.telephones import dialled
from api.persons import accounts
from api.runtime.roles import Role
from api.shapes.cycle_requests import ID, WALL, BasinId, BasinWishes, OffDuty, ReplanMode
from api.store import basin_tables
from api.store.cycle_tables import Plan
from api.store.person_tables import WorkerIdentity
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Text
from brigade.exchange.shapes.policy_shapes import PointsShape, ReserveShape, WeightsShape
from brigade.units import PARIS
from brigade.values.competencies import shipped_catalogue
from brigade.values.policy import CoverageMode, Departure
from brigade.values.validation.communes import place_name

router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("people", "/bassins/{basin_id}/personnes", PLANNERS, 60, MenuGroup.PEOPLE),
    PageEntry("person", "/bassins/{basin_id}/personnes/{worker_id}", PLANNERS),
    PageEntry("services", "/bassins/{basin_id}/services", PLANNERS, 65, MenuGroup.PEOPLE),
    PageEntry("rules", "/bassins/{basin_id}/regles", PLANNERS, 80, MenuGroup.SETTINGS),
)
PEOPLE, PERSON, SERVICES, RULES = (f"basin/{name}.html" for name in ("people", "person", "services", "rules"))
# Time enough to have a paper renewed.
SOON = timedelta(days=30)
SPELLS, MOST_SPELLS = 3, 30
"""Hours of duty that the form has room for, a night is two of them, and one more than there are; as many as a
basin can have."""
WEEKDAYS = tuple(range(1, 8))
WorkerId = Annotated[str, Path(pattern=ID, max_length=120)]


@dataclass(frozen=True, slots=True)
class PersonEnding:
    """Something of a worker that ends: a certificate or an engagement."""

    kind: str
    what: str
    first: date | None
    last: date | None
    today: date

    @property
    def state(self) -> str:
        if self.last is None:
            return "open"
        return "over" if self.last < self.today else "soon" if self.last <= self.today + SOON else "valid"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A worker as the list shows her. `ending`: what ends first, of what has not ended."""

    row: basin_tables.Worker
    name: str
    employer: str
    ending: PersonEnding | None


class RulesForm(BaseModel):
    """What is changed here of a basin's wishes; the rest stays."""

    version: int
    telephone: str | None = None
    plan_days: int = Field(ge=1, le=14)
    replan: ReplanMode
    reply_min: int = Field(ge=1, le=10_080)
    reply_ahead_min: int = Field(ge=1, le=10_080)
    quiet_from: str = Field(pattern=WALL)
    quiet_to: str = Field(pattern=WALL)
    freeze_min: int = Field(ge=0, le=1440)
    outside: OffDuty
    mode: CoverageMode | None = None
    departure: Departure | None = None
    reason: Text | None = Field(None, max_length=200)


# -- people ------------------------------------------------------------------------------------------------
@router.get("/personnes")
def people_page(
    basin_id: BasinId,
    view: View,
    service: TheService,
    asked: Annotated[str, Query(alias="q", max_length=100)] = "",
    order: Annotated[str, Query(alias="tri", max_length=20)] = "name",
) -> Response:
    """By name, employer, or what ends first; those whose name, employer or pseudonym holds what is asked."""
    scoped = view.scoped
    scoped.must_write(Plan, basin_id)
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "people")
    employers = _names_of(scoped, basin_id, basin_tables.Employer)
    today = view.now.date()
    lines = [
        PersonLine(
            row, names.get(row.id, row.id), employers.get(row.employer_id, row.employer_id), _next(row, today)
        )
        for row in scoped.all(scoped.select(basin_tables.Worker, basin_id))
    ]
    wanted = identities.folded(asked)
    found = [one for one in lines if wanted in identities.folded(f"{one.name} {one.employer} {one.row.id}")]
    far = date.max
    keys: Mapping[str, Callable[[PersonLine], tuple[object, ...]]] = {
        "name": lambda one: (identities.folded(one.name), one.row.id),
        "employer": lambda one: (identities.folded(one.employer), identities.folded(one.name)),
        "ending": lambda one: (one.ending.last if one.ending else far, identities.folded(one.name)),
    }
    order = order if order in keys else "name"
    return view.page(
        PEOPLE,
        people=sorted(found, key=keys[order]),
        called=_paper_names() | _names_of(scoped, basin_id, basin_tables.Provider),
        orders=list(keys),
        order=order,
        asked=asked,
        base=f"/bassins/{quote(basin_id)}",
    )


def _next(row: basin_tables.Worker, today: date) -> PersonEnding | None:
    ahead = [one for one in _endings(row, today) if one.last is not None and one.last >= today]
    return min(ahead, key=lambda one: one.last or date.max, default=None)


def _endings(row: basin_tables.Worker, today: date) -> Iterator[PersonEnding]:
    for held in row.value.certificates:
        yield PersonEnding("certificate", held.code, held.obtained, held.expires, today)
    for one in row.value.engagements:
        yield PersonEnding("engagement", one.provider_id, one.first, one.last, today)


def _paper_names() -> dict[str, str]:
    """What certificates are called, by their codes."""
    return {code: one.name for code, one in shipped_catalogue().certificates.items()}


def _names_of(scoped: Scoped, basin_id: str, table: type[basin_tables.BasinRow]) -> dict[str, str]:
    return {row.id: str(row.body.get("name") or row.id) for row in scoped.all(scoped.select(table, basin_id))}


@router.get("/personnes/{worker_id}")
def person_page(basin_id: BasinId, worker_id: WorkerId, view: View, service: TheService) -> Response:
    scoped, today = view.scoped, view.now.date()
    scoped.must_write(Plan, basin_id)
    row = scoped.one(basin_tables.Worker, basin_id, worker_id)
    known = identities.opened_by_id(scoped, service.vault, WorkerIdentity, basin_id, (worker_id,), "person")
    who = known.get(worker_id)
    providers = _names_of(scoped, basin_id, basin_tables.Provider)
    employers = _names_of(scoped, basin_id, basin_tables.Employer)
    return view.page(
        PERSON,
        row=row,
        worker=row.value,
        name=who.name if who else worker_id,
        contacts=who.contacts if who else [],
        employer=employers.get(row.employer_id, row.employer_id),
        providers=providers,
        papers=_paper_names(),
        endings=sorted(_endings(row, today), key=lambda one: (one.kind, one.last or date.max, one.what)),
        availability=[one for one in row.value.availability if one.end > view.now],
        base=f"/bassins/{quote(basin_id)}",
    )


# -- services ----------------------------------------------------------------------------------------------
@router.get("/services")
def services_page(basin_id: BasinId, view: View) -> Response:
    """The providers, the employers, and where visits take place."""
    scoped = view.scoped
    scoped.must_write(Plan, basin_id)

    def rows(table: Any) -> list[Any]:
        return scoped.all(scoped.select(table, basin_id).order_by(table.id))

    staff, clients, visits = (
        Counter(row.provider_id for row in rows(table))
        for table in (basin_tables.Employee, basin_tables.Client, basin_tables.Visit)
    )
    sites = rows(basin_tables.Site)
    return view.page(
        SERVICES,
        providers=rows(basin_tables.Provider),
        staff=staff,
        clients=clients,
        visits=visits,
        feeds={row.provider_id: row.received_at for row in rows(basin_tables.RotaFeed)},
        employers=rows(basin_tables.Employer),
        workers=Counter(row.employer_id for row in rows(basin_tables.Worker)),
        communes=sorted(Counter(_commune(row) for row in sites).items()),
        sites=len(sites),
        base=f"/bassins/{quote(basin_id)}",
    )


def _commune(site: basin_tables.Site) -> str:
    """By its name; its number where nobody knows one; nothing where none was told."""
    return place_name(site.value.commune) or site.value.commune or ""


# -- settings ----------------------------------------------------------------------------------------------
@router.get("/regles")
def rules_page(basin_id: BasinId, view: View) -> Response:
    return _rules(view, basin_id)


@router.post("/regles")
def change_rules(basin_id: BasinId, press: Press, service: TheService) -> Response:
    try:
        given = press.form.read(RulesForm)

        def act() -> str:
            value = _wished(press, press.scoped.basin(basin_id).body, given)
            row, before = wishes.put(press.scoped, basin_id, value, given.version, given.reason)
            follow_wishes(press.scoped, service, row, before)
            return f"/bassins/{quote(basin_id)}/regles"

        return press.done(act)
    except BrigadeError as fault:
        return _rules(press, basin_id, fault)


def _wished(press: PressedView, stands: BasinWishes, given: RulesForm) -> BasinWishes:
    """What stands, with what the form says in its place. Raises: UnreadableInput."""
    said = stands.model_dump(mode="json")
    telephone = dialled(given.telephone) if given.telephone else None
    said |= {"telephone": telephone, "plan_days": given.plan_days, "replan": given.replan}
    answers = ("reply_min", "reply_ahead_min", "quiet_from", "quiet_to")
    said["offers"] |= {name: getattr(given, name) for name in answers}
    said["least_change"] |= {"freeze_min": given.freeze_min}
    said["policy"] |= {name: press.form.flag(name) for name in ("strict", "only_urgent_inside_notice")}
    said["policy"] |= {"mode": given.mode} if given.mode else {}
    said["policy"] |= {"departure": given.departure} if given.departure else {}
    # Rates that the basin gave stay; without any the shipped ones hold.
    kept = said["policy"]["reserve"] or {}
    said["policy"]["reserve"] = kept if press.form.flag("reserve") else None
    for part, shape in (("points", PointsShape), ("weights", WeightsShape)):
        said["policy"][part] |= {
            name: press.form.number(name) for name in shape.model_fields if name in press.form.values
        }
    said["duty"] |= {
        "outside": given.outside,
        "on_holidays": press.form.flag("on_holidays"),
        "hours": list(_spells(press)),
    }
    return read_model(BasinWishes, said)


def _spells(press: PressedView) -> Iterator[dict[str, object]]:
    """Rows without a day say nothing."""
    for number in range(MOST_SPELLS):
        days = [day for day in press.form.all(f"days{number}") if day.isdigit()]
        if days:
            start, end = press.form.text(f"start{number}"), press.form.text(f"end{number}")
            yield {"days": sorted(map(int, days)), "start": start, "end": end}


def _seen(scoped: Scoped, basin_id: str, wished: ReserveShape | None) -> int | None:
    """The absences that its reserve's rates are counted from; None where they are none of its own history."""
    rates = ReserveShape() if wished is None else wished
    return rates_of(scoped, basin_id, rates, scoped.clock.now().astimezone(PARIS).date()).seen or None


def _rules(view: ScopedView | PressedView, basin_id: str, fault: BrigadeError | None = None) -> Response:
    scoped = view.scoped
    scoped.must_write(Plan, basin_id)
    row = scoped.basin(basin_id)
    changes = wishes.history(scoped, basin_id)
    known_spells = row.body.duty.hours
    # One row more than there are: without a script nobody could add one.
    room = min(MOST_SPELLS, max(SPELLS, len(known_spells) + 1))
    return view.page(
        RULES,
        fault=fault,
        row=row,
        wished=row.body,
        spells=[*known_spells, *[None] * (room - len(known_spells))],
        weekdays=WEEKDAYS,
        reserve_seen=_seen(scoped, basin_id, row.body.policy.reserve),
        weights=row.body.policy.weights.model_dump(),
        points=row.body.policy.points.model_dump(),
        changes=changes,
        actors=accounts.called(scoped.session, {one.actor for one in changes}),
        modes=list(CoverageMode),
        departures=list(Departure),
        replans=list(ReplanMode),
        outsides=list(OffDuty),
    )
