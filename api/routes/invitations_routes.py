"""Who lets others in without an administrator: managers for their own services, coordinators for their own
basins."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.unit import Answer, ModelResponse, Writer
from api.persons import accounts, invitations
from api.runtime.body_documents import DocumentRoute
from api.runtime.roles import Role
from api.shapes.account_views import InvitationView
from api.shapes.cycle_requests import ID, LOGIN, STRICT, BasinId, exact

router = APIRouter(prefix="/basins/{basin_id}/invitations", tags=["accounts"], route_class=DocumentRoute)


class InvitationIn(BaseModel):
    """`role`: one's own, if left out. `target_id`: of a manager, which of the own services, where there are
    several."""

    model_config = STRICT
    login: str = Field(min_length=3, max_length=200, pattern=LOGIN, examples=["responsable.baie"])
    role: Role | None = None
    target_id: str | None = Field(None, pattern=ID, max_length=120)


@router.post("", status_code=201, summary="Invite somebody of one's own kind", openapi_extra=refuses("A202"))
def invite(
    basin_id: BasinId,
    given: Annotated[InvitationIn, exact(InvitationIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[InvitationView]:
    """An account with one's own role and reach, and no more: a manager's for an own service, a coordinator's
    for an own basin. The link, told once, lets its owner choose the password within a day; as long as nobody
    did, the same again tells a new one. Changing and closing accounts is for administrators."""

    def act() -> Answer[InvitationView]:
        row = invitations.invite(
            unit.scoped, service.settings, basin_id, given.login, given.role, given.target_id
        )
        ends = unit.scoped.clock.now() + timedelta(hours=accounts.RESET_HOURS)
        told = InvitationView(
            account=accounts.shown(unit.scoped.session, row),
            link=accounts.reset_link(service, row, ends),
            expires_at=ends,
        )
        return Answer(told, 201, told_once=frozenset({"link"}))

    return unit.answer(act)
