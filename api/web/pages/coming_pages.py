"""Who comes to whom today and tomorrow, and the same for one home, to be read out over the telephone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.basin import identities
from api.commitments.states import AGREED
from api.http.credentials import TheService
from api.persons import visiting
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID
from api.store.basin_tables import Client
from api.store.person_tables import ClientIdentity
from api.web.view import MenuGroup, PageEntry, ScopedView, View
from brigade.units import PARIS

router = APIRouter(include_in_schema=False)
ROLES = frozenset({Role.MANAGER})
PAGES = (
    PageEntry("coming", "/qui-vient", ROLES, 45, MenuGroup.TODAY),
    PageEntry("coming_home", "/qui-vient/{client_id}", ROLES),
)
DAYS = 2
"""Today and tomorrow: who comes later may still change, and is not told to families yet."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One replacement at one home. `worker`: her name, once she has agreed, or must come."""

    client_id: str
    client: str
    worker: str | None
    is_settled: bool
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(PARIS).date()


@router.get("/qui-vient")
def coming_page(view: View, service: TheService) -> Response:
    found = _coming(view, service)
    today = view.now.date()
    days = {day: [one for one in found if one.day == day] for day in (today, today + timedelta(days=1))}
    return view.page("coming/coming.html", days=days)


@router.get("/qui-vient/{client_id}")
def home_page(
    client_id: Annotated[str, Path(pattern=ID, max_length=120)], view: View, service: TheService
) -> Response:
    """In whole sentences, large and plain: nothing that only the office understands."""
    _only(view)
    view.scoped.one(Client, view.basin_id or "", client_id)
    found = [one for one in _coming(view, service, client_id) if one.client_id == client_id]
    names = found[0].client if found else _names(view, service, (client_id,)).get(client_id, client_id)
    return view.page(
        "coming/home.html", client_id=client_id, name=names, comings=found, today=view.now.date()
    )


def _coming(view: ScopedView, service: Service, client_id: str | None = None) -> Sequence[Coming]:
    """In order of time. Args: client_id: the only one whose name is read."""
    _only(view)
    today, now = view.now.date(), view.now
    told = [
        one
        for one in visiting.next_visits(view.scoped, service, view.basin_id or "")
        if today <= one.starts_at.astimezone(PARIS).date() < today + timedelta(days=DAYS)
        and one.ends_at > now
    ]
    wanted = {one.client_id for one in told if client_id in (None, one.client_id)}
    names = _names(view, service, wanted)
    return [
        Coming(
            one.client_id,
            names.get(one.client_id, one.client_id),
            one.worker_name,
            one.state in AGREED or one.kind == "firm",
            one.starts_at,
            one.ends_at,
        )
        for one in told
    ]


def _names(view: ScopedView, service: Service, ids: set[str] | tuple[str, ...]) -> Mapping[str, str]:
    basin_id = view.basin_id or ""
    return identities.own_names(view.scoped, service.vault, ClientIdentity, basin_id, ids, "next_visits")


def _only(view: ScopedView) -> None:
    """Raises: Forbidden."""
    if view.scoped.principal.role not in ROLES or view.basin_id is None:
        raise forbidden("next-visits")
