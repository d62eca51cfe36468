"""Meetings and other work that is no visit: those to come, a form for one of them, and who was there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy import Select, select

from api.basin import identities
from api.basin.resource_kinds import kind_of
from api.commitments.in_force import plan_on
from api.commitments.placements import covered
from api.commitments.states import STANDING
from api.cycle import basin_rows
from api.cycle.following import DayChanges, follow
from api.http.credentials import TheService
from api.incidents import outcomes
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, BasinId, OutcomeLine
from api.store.basin_tables import FundingLine, Site, WorkBlock, Worker
from api.store.cycle_tables import Offer, Outcome
from api.store.person_tables import WorkerIdentity
from api.web.pages.work_blocks.work_block_form import WorkBlockForm, empty_form, shown_in_form
from api.web.shared_places import shared_places
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError, Issue, Refused
from brigade.exchange.documents.rows import block_name
from brigade.exchange.shapes.field_kinds import PriorityName
from brigade.exchange.shapes.place_shapes import SiteShape
from brigade.units import PARIS
from brigade.values.demand import WorkBlockKind, seats_of
from brigade.values.validation.communes import place_name

router = APIRouter(prefix="/bassins/{basin_id}/reunions", include_in_schema=False)
ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.EMPLOYER})
PAGES = (
    PageEntry("blocks", "/bassins/{basin_id}/reunions", ROLES, 55, MenuGroup.WEEK),
    PageEntry("block", "/bassins/{basin_id}/reunions/{block_id}", ROLES),
)
ALL, ONE = "work_blocks/work_blocks.html", "work_blocks/work_block.html"
NEW = "nouveau"
BEHIND = timedelta(days=31)
"""So long ago a meeting is still shown: who was there may have to be noted."""
KIND = kind_of(WorkBlock)
BlockId = Annotated[str, Path(pattern=ID, max_length=120)]


@dataclass(frozen=True, slots=True)
class BlockWorker:
    """`state`: what was said to her of it, as an offer has it; None: nothing yet. `was_there`: as an outcome
    tells; None: nobody has."""

    id: str
    name: str
    state: str | None
    was_there: bool | None


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A meeting as the list shows it. `starts_at`: as told to who attends, else the earliest."""

    id: str
    version: int
    name: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    needed: int
    people: Sequence[BlockWorker]

    @property
    def told(self) -> int:
        return sum(one.state is not None for one in self.people)

    @property
    def is_noted(self) -> bool:
        return any(one.was_there is not None for one in self.people)


# -- all of them -------------------------------------------------------------------------------------------
@router.get("")
def blocks_page(basin_id: BasinId, view: View, service: TheService) -> Response:
    return _all(view, service, basin_id)


@router.post("/{block_id}/presences")
def note_presence(basin_id: BasinId, block_id: BlockId, press: Press, service: TheService) -> Response:
    """Whoever is ticked was there, as long as planned; nobody: it was not held."""
    try:
        row = press.scoped.one(WorkBlock, basin_id, block_id)
        there = set(press.form.all("there"))

        def act() -> str:
            lines = _lines_of(press, row, there)
            told = [(f"outcomes[{number}].{{}}".format, line) for number, line in enumerate(lines)]
            outcomes.record_all(press.scoped, service, basin_id, told, corrects=True)
            return f"{_address(basin_id)}#{quote(block_id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _all(press, service, basin_id, fault)


def _lines_of(press: PressedView, row: WorkBlock, there: set[str]) -> list[OutcomeLine]:
    """Each in her own seat, as the plan in force has it; who came without one takes one that is free."""
    plan = plan_on(press.scoped, row.basin_id, row.starts_at.astimezone(PARIS).date())
    placed = {} if plan is None else covered(plan.document)
    seats = seats_of(row.id, len(row.value.participants))
    by_worker = {placed[seat].worker_id: seat for seat in seats if seat in placed}
    free = [seat for seat in seats if seat not in placed]
    lines = []
    for id in sorted({*by_worker, *there}):
        seat = by_worker.get(id) or (free.pop(0) if free else None)
        if seat is not None and id in there:
            lines.append(OutcomeLine(visit_id=seat, done=True, worker_id=id))
        elif seat is not None:
            lines.append(OutcomeLine(visit_id=seat, done=False))
    return lines


def _all(
    view: ScopedView | PressedView, service: Service, basin_id: str, fault: BrigadeError | None = None
) -> Response:
    """Those to come first, the nearest at the top."""
    scoped, now = view.scoped, view.now
    scoped.must_write(WorkBlock, basin_id)
    asked = scoped.select(WorkBlock, basin_id).where(WorkBlock.ends_at > now - BEHIND)
    rows = scoped.all(asked.order_by(WorkBlock.starts_at, WorkBlock.id))
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "work_blocks")
    lines = _lines(view, basin_id, rows, names)
    return view.page(
        ALL,
        fault=fault,
        ahead=[one for one in lines if one.starts_at > now],
        begun=[one for one in reversed(lines) if one.starts_at <= now],
        may_note=scoped.principal.role is not Role.EMPLOYER,
        base=_address(basin_id),
        new=NEW,
    )


def _lines(
    view: ScopedView | PressedView, basin_id: str, rows: Sequence[WorkBlock], names: Mapping[str, str]
) -> list[BlockLine]:
    scoped, ids = view.scoped, [row.id for row in rows]
    offers = scoped.select(Offer, basin_id).where(
        Offer.work_block_id.in_(ids), Offer.state.in_((*STANDING, "refused", "done"))
    )
    told = defaultdict[str, dict[str, Offer]](dict)
    for offer in scoped.all(offers.order_by(Offer.id)):
        told[offer.work_block_id or ""][offer.worker_id] = offer
    asked = select(Outcome).where(Outcome.basin_id == basin_id, Outcome.work_block_id.in_(ids))
    noted = defaultdict[str, set[str]](set)
    for one in scoped.session.scalars(asked):
        noted[one.work_block_id or ""] |= {one.worker_id} if one.done and one.worker_id else set()
    sites = {row.id: row.value for row in scoped.session.scalars(_sites(basin_id, rows))}
    return [_line(view, row, told[row.id], noted.get(row.id), names, sites) for row in rows]


def _sites(basin_id: str, rows: Sequence[WorkBlock]) -> Select[Site]:
    wanted = {row.site_id for row in rows} - {None}
    return select(Site).where(Site.basin_id == basin_id, Site.id.in_(wanted))


def _line(
    view: ScopedView | PressedView,
    row: WorkBlock,
    told: Mapping[str, Offer],
    there: set[str] | None,
    names: Mapping[str, str],
    sites: Mapping[str, SiteShape],
) -> BlockLine:
    value = row.value
    standing = [one for one in told.values() if one.state in STANDING]
    starts = standing[0].starts_at if standing else row.starts_at
    site = sites.get(row.site_id or "")
    people = [
        BlockWorker(
            id,
            names.get(id, id),
            told[id].state if id in told else None,
            None if there is None else id in there,
        )
        for id in value.participants
    ]
    return BlockLine(
        row.id,
        row.version,
        block_name(value, view.lang),
        starts.astimezone(PARIS),
        (starts + timedelta(minutes=value.duration_min)).astimezone(PARIS),
        None if site is None else place_name(site.commune) or site.id,
        value.needed,
        sorted(people, key=lambda one: (identities.folded(one.name), one.id)),
    )


# -- one of them -------------------------------------------------------------------------------------------
@router.get("/{block_id}")
def block_page(basin_id: BasinId, block_id: BlockId, view: View, service: TheService) -> Response:
    return _one(view, service, basin_id, block_id)


@router.post("/{block_id}")
def put_block(basin_id: BasinId, block_id: BlockId, press: Press, service: TheService) -> Response:
    """A new one, or what became of one that stands."""
    try:
        given, people = press.form.read(WorkBlockForm), sorted(set(press.form.all("participants")))

        def act() -> str:
            scoped, changes = press.scoped, DayChanges()
            id = new_id("block", press.now) if block_id == NEW else block_id
            stood = None if block_id == NEW else scoped.one(WorkBlock, basin_id, block_id).value
            shape = given.block(id, people, stood)
            basin_rows.put(KIND, scoped, basin_id, id, shape, press.form.version, changes)
            follow(scoped, service, basin_id, changes)
            return f"{_address(basin_id)}#{quote(id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _one(press, service, basin_id, block_id, _at_fields(fault))


def _at_fields(fault: BrigadeError) -> BrigadeError:
    """What is said of lengths and windows stands at the fields that ask for them."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    placed = [replace(one, where=_field(one.where)) for one in issues]
    return Refused(placed) if placed != list(issues) and isinstance(fault, Refused) else fault


def _field(where: str) -> str:
    if re.search(r"\.duration(_min)?$", where):
        return "duration_min"
    return "from_hour" if ".windows" in where else where


@router.post("/{block_id}/annuler")
def call_off(basin_id: BasinId, block_id: BlockId, press: Press, service: TheService) -> Response:
    """It does not take place: the next plan takes back what was told of it."""
    try:

        def act() -> str:
            changes = DayChanges()
            basin_rows.drop(KIND, press.scoped, basin_id, block_id, press.form.version, changes)
            follow(press.scoped, service, basin_id, changes)
            return _address(basin_id)

        return press.done(act)
    except BrigadeError as fault:
        return _one(press, service, basin_id, block_id, fault)


def _one(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    block_id: str,
    fault: BrigadeError | None = None,
) -> Response:
    scoped = view.scoped
    scoped.must_write(WorkBlock, basin_id)
    row = None if block_id == NEW else scoped.one(WorkBlock, basin_id, block_id)
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "work_blocks")
    people = [(one.id, names.get(one.id, one.id)) for one in scoped.all(scoped.select(Worker, basin_id))]
    lines = scoped.all(scoped.select(FundingLine, basin_id).order_by(FundingLine.id))
    stood = empty_form(view.now.date()) if row is None else shown_in_form(row.value)
    ticked = set(view.form.all("participants")) if view.form.values else stood.participants
    return view.page(
        ONE,
        fault=fault,
        row=row,
        stood=stood,
        ticked=ticked,
        people=sorted(people, key=lambda one: identities.folded(one[1])),
        places=shared_places(scoped, basin_id),
        lines=[(one.id, one.value.name) for one in lines],
        kinds=[(one.value, one.value) for one in WorkBlockKind],
        levels=[one.value for one in PriorityName],
        may_rank=scoped.principal.role is not Role.EMPLOYER,
        is_told=row is not None and bool(_told_of(view, row)),
        base=_address(basin_id),
        new=NEW,
    )


def _told_of(view: ScopedView | PressedView, row: WorkBlock) -> Sequence[Offer]:
    asked = view.scoped.select(Offer, row.basin_id).where(
        Offer.work_block_id == row.id, Offer.state.in_(STANDING)
    )
    return view.scoped.all(asked)


def _address(basin_id: str) -> str:
    return f"/bassins/{quote(basin_id)}/reunions"
