"""What the answers about sessions, tokens and accounts look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from api.shapes.cycle_requests import STRICT
from brigade.words import Language


class NamedGrantView(BaseModel):
    """`target_id`: of a role that is granted one thing in a basin, else empty."""

    basin_id: str
    basin_name: str
    target_id: str


class SessionView(BaseModel):
    """`csrf`: send it back as X-CSRF-Token with every write of this session. It ends at `expires_at` unless
    it is used, and at `ends_at` however much it is. `language` is that of pages, `now` the service's own
    time: a demonstration's is not the browser's."""

    account_id: str
    login: str
    display_name: str | None
    role: str
    language: Language
    grants: list[NamedGrantView]
    csrf: str
    expires_at: datetime
    ends_at: datetime
    now: datetime


class OpenSessionView(BaseModel):
    """A browser that is logged in."""

    id: str
    created_at: datetime
    expires_at: datetime
    is_current: bool


class TokenView(BaseModel):
    """`secret` is told once, when the token is made."""

    id: str
    name: str
    scopes: list[Literal["read", "write"]]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    secret: str | None = None


class GrantView(BaseModel):
    """Of a role that is granted one thing in a basin, `target_id` names it: a provider, a worker, an
    employer."""

    model_config = STRICT
    basin_id: str
    target_id: str = ""


class AccountView(BaseModel):
    id: str
    login: str
    display_name: str | None
    role: str
    is_active: bool
    version: int
    created_at: datetime
    grants: list[GrantView]


class InvitationView(BaseModel):
    """`link` is told once; whoever has it chooses the password."""

    account: AccountView
    link: str | None = None
    expires_at: datetime


class ResetView(BaseModel):
    """`link` is told once; whoever has it chooses the password."""

    account_id: str
    link: str | None = None
    expires_at: datetime
