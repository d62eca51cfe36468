"""Somebody's progress: what she does not do alone yet, with how far she is, and the path that her weeks are
to follow; each added, changed and ended here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.scope import Scoped
from api.basin import identities
from api.cycle import learners
from api.http.credentials import TheService
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, BasinId
from api.store.basin_tables import Client, FundingLine, Worker
from api.store.cycle_tables import Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.web.pages.basin.basin_pages import WorkerId
from api.web.view import PageEntry, Press, PressedView, ScopedView, View
from api.worked.learning_so_far import is_due, is_reached, learning_so_far, shared_visits
from api.worked.path_standing import PathStanding, standing
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Day
from brigade.exchange.shapes.workforce_shapes import LearningShape, PathStepShape, WorkerShape
from brigade.units import PARIS
from brigade.values.acts import ActClass
from brigade.values.competencies import shipped_catalogue

PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
router = APIRouter(prefix="/bassins/{basin_id}/personnes/{worker_id}", include_in_schema=False)
PAGES = (PageEntry("progress", "/bassins/{basin_id}/personnes/{worker_id}/progression", PLANNERS),)
TEMPLATE = "basin/progress.html"
Asked = Annotated[str, Query(alias="ligne", max_length=120)]
Begun = Annotated[Day | None, Query(alias="etape")]


@dataclass(frozen=True, slots=True)
class LearningLine:
    """One thing she learns. `done`: shared by now; `is_alone`: she goes alone, by number or date."""

    line: LearningShape
    name: str
    done: int
    is_alone: bool
    is_noted: bool


class LearningForm(BaseModel):
    """One thing that she learns: new, or in place of what was said of it."""

    version: int
    subject: str = Field(pattern=ID, max_length=120)
    shared_needed: int | None = None
    solo_from: Day | None = None
    funding_line_id: str | None = Field(None, pattern=ID, max_length=120)


class StepForm(BaseModel):
    """One step of her path: new, or in place of the one that begins on that day."""

    version: int
    first: Day
    essential_percent: int | None = None
    weekly_hours: float | None = None
    familiar_clients: int | None = None


@router.get("/progression")
def progress_page(
    basin_id: BasinId,
    worker_id: WorkerId,
    view: View,
    service: TheService,
    asked: Asked = "",
    begun: Begun = None,
) -> Response:
    """Args: asked, begun: the line and the step that the forms are to change."""
    return _page(view, service, basin_id, worker_id, asked=asked, begun=begun)


@router.post("/progression")
def change_progress(basin_id: BasinId, worker_id: WorkerId, press: Press, service: TheService) -> Response:
    try:
        row = press.scoped.one(Worker, basin_id, worker_id, write=True)
        changed = _changed(press, row)

        def act() -> str:
            learners.write(press.scoped, service, basin_id, changed, _version(press))
            return f"/bassins/{quote(basin_id)}/personnes/{quote(worker_id)}/progression"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, service, basin_id, worker_id, fault)


def _version(press: PressedView) -> int | None:
    told = press.form.number("version")
    return told if isinstance(told, int) else None


# -- written -----------------------------------------------------------------------------------------------
def _changed(press: PressedView, row: Worker) -> WorkerShape:
    """Her row as the form wants it. Raises: UnreadableInput."""
    stands, form = row.value, press.form
    match form.text("act"):
        case "learn":
            given = form.read(LearningForm)
            made = _line(press, given, stands.learning)
            kept = [made if one.subject == given.subject else one for one in stands.learning]
            lines = kept if made in kept else [*kept, made]
            return stands.model_copy(update={"learning": lines})
        case "forget":
            gone = form.text("subject")
            return stands.model_copy(
                update={"learning": [one for one in stands.learning if one.subject != gone]}
            )
        case "step":
            step = form.read(StepForm)
            others = [one for one in stands.path if one.first != step.first]
            path = sorted([*others, _step(step)], key=lambda one: one.first)
            return stands.model_copy(update={"path": path})
        case _:
            gone = form.text("first")
            return stands.model_copy(update={"path": [one for one in stands.path if str(one.first) != gone]})


def _line(press: PressedView, given: LearningForm, stands: Iterable[LearningShape]) -> LearningShape:
    """What is not asked here stays as it was told: visits shared before the service counted them."""
    known = next((one for one in stands if one.subject == given.subject), None)
    kinds = {
        "competency": given.subject in shipped_catalogue().competencies,
        "act_class": given.subject in [one.value for one in ActClass],
    }
    kind = next((name for name, is_it in kinds.items() if is_it), "client_id")
    said: dict[str, Any] = {
        kind: given.subject,
        "shared_needed": given.shared_needed,
        "shared_done": 0 if known is None else known.shared_done,
        "solo_from": None if given.solo_from is None else given.solo_from.isoformat(),
        "tutors": press.form.all("tutors"),
        "funding_line_id": given.funding_line_id,
    }
    return read_model(LearningShape, said)


def _step(given: StepForm) -> PathStepShape:
    hours = given.weekly_hours
    return PathStepShape(
        first=given.first,
        essential_percent=given.essential_percent,
        weekly_min=None if hours is None else 60 * hours,
        familiar_clients=given.familiar_clients,
    )


# -- shown -------------------------------------------------------------------------------------------------
def _page(
    view: ScopedView | PressedView,
    service: Service,
    basin_id: str,
    worker_id: str,
    fault: BrigadeError | None = None,
    *,
    asked: str = "",
    begun: Day | None = None,
) -> Response:
    scoped, today = view.scoped, view.now.astimezone(PARIS).date()
    scoped.must_write(Plan, basin_id)
    row = scoped.one(Worker, basin_id, worker_id)
    people = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "people")
    homes = identities.names_to_choose(scoped, service.vault, ClientIdentity, basin_id, "people")
    clients = [client.id for client in scoped.all(scoped.select(Client, basin_id).order_by(Client.id))]
    shared = shared_visits(scoped, basin_id, [row.body]).get(worker_id, ())
    lines = [
        LearningLine(
            line,
            homes.get(line.subject, line.subject),
            done,
            is_alone=is_due(line, today) or is_reached(line, done),
            is_noted=is_due(line, today),
        )
        for line, done in learning_so_far(row, shared)
    ]
    return view.page(
        TEMPLATE,
        fault=fault,
        row=row,
        name=people.get(worker_id, worker_id),
        names=people,
        lines=lines,
        stood=next((one.line for one in lines if one.line.subject == asked), None),
        step=next((one for one in row.value.path if one.first == begun), None),
        path=sorted(row.value.path, key=lambda one: one.first),
        week=_standing(scoped, basin_id, row),
        clients=sorted(
            ((id, homes.get(id, id)) for id in clients), key=lambda one: identities.folded(one[1])
        ),
        competencies=list(shipped_catalogue().competencies),
        acts=[one.value for one in ActClass],
        tutors=sorted(
            ((id, name) for id, name in people.items() if id != worker_id),
            key=lambda one: identities.folded(one[1]),
        ),
        funding=[(one.id, one.value.name) for one in scoped.all(scoped.select(FundingLine, basin_id))],
        today=today,
        base=f"/bassins/{quote(basin_id)}",
    )


def _standing(scoped: Scoped, basin_id: str, row: Worker) -> PathStanding | None:
    return standing(scoped, basin_id, row, scoped.clock.now().astimezone(PARIS).date())
