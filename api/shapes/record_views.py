"""What the answers about the trail, imports, rule sets and health look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from api.shapes.planning.plan_views import IssueView
from brigade.exchange.documents.json_text import JsonObject


class EventView(BaseModel):
    """One entry of the audit trail, as its readers may see it."""

    seq: int
    at: datetime
    actor: str
    action: str
    kind: str
    target: str
    details: JsonObject
    reason: str | None


class WishChangeView(BaseModel):
    """One value of a basin's wishes that was changed. `reason`: as far as it was said."""

    at: datetime
    actor: str
    where: str = Field(examples=["policy.weights.travel"])
    before: JsonValue
    after: JsonValue
    reason: str | None


class VerifyView(BaseModel):
    """`first_break`: the entry from which on the trail was tampered with; null: it is whole. `seq`, `hash`:
    its last link."""

    entries: int
    first_break: int | None
    seq: int
    hash: str


class ImportPartView(BaseModel):
    """Entries of lists, or whole rows, by kind. `minutes`: of hours. `ids`: the first workers, visits or
    rows."""

    what: str = Field(examples=["availability"])
    count: int
    minutes: int | None
    ids: list[str] = Field(max_length=10)
    first_day: date | None
    last_day: date | None


class ImportIdsView(BaseModel):
    """The first ids by kind."""

    created: dict[str, list[str]]
    changed: dict[str, list[str]]
    deleted: dict[str, list[str]]


class PasswordLinkView(BaseModel):
    """By which the owner of a new account chooses a password, once."""

    account_id: str
    login: str
    link: str
    expires_at: datetime


class ImportView(BaseModel):
    """What an import does (or would do, in a dry run), by kind: rows created, changed, left as they are,
    deleted; entries of their lists added, replaced by others, gone. `summary`: what disappears, in a
    sentence. `jobs`: the searches that followed; `remarks`: what was passed over on purpose;
    `password_links`: of new accounts, told once."""

    dry_run: bool
    mode: Literal["add", "replace"]
    created: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    deleted: dict[str, int]
    ids: ImportIdsView
    added: list[ImportPartView]
    replaced: list[ImportPartView]
    gone: list[ImportPartView]
    is_unchanged: bool
    summary: list[str]
    jobs: list[str] = Field(default_factory=list)
    remarks: list[IssueView] = Field(default_factory=list)
    password_links: list[PasswordLinkView] = Field(default_factory=list)


class RuleValueView(BaseModel):
    rule: str
    name: str
    value: int
    unit: str
    article: str
    layer: str
    in_force_from: date
    in_force_until: date | None = Field(None, description="Last day, where no other row follows.")


class RuleSetView(BaseModel):
    id: str
    name: str
    version: str
    values: list[RuleValueView] = Field(default_factory=list)


class HealthView(BaseModel):
    status: Literal["ok", "unavailable"]
