"""The ancestors of what rows keep as JSON: read once, where a row is loaded (`api.store.base.Stored`)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.shapes.plan_views import IssueView


class Kept(BaseModel):
    """A value of a row. It cannot be changed, only replaced: so the row knows that it changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tagged(Kept):
    """One of several forms, told apart by `kind`; which one it is is always written."""

    kind: str

    def model_post_init(self, context: Any) -> None:
        self.__pydantic_fields_set__.add("kind")


class Failure(Kept):
    """Why something ended without what it was for: a stable code. `issues`: of rows that make no problem."""

    code: str = Field(examples=["search_lost"])
    detail: str | None = None
    issues: list[IssueView] | None = None
