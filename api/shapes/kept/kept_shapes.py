"""The ancestors of what rows keep as JSON: read once, where a row is loaded (`api.store.base.Stored`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from brigade.errors import Clause, Issue
from brigade.exchange.shapes.field_kinds import Whose


@dataclass(frozen=True, slots=True)
class DocumentOf:
    """Beside a type, in `Annotated`: a document that is carried whole, and its form."""

    form: type[BaseModel]


class Kept(BaseModel):
    """A value of a row. It cannot be changed, only replaced: so the row knows that it changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tagged(Kept):
    """One of several forms, told apart by `kind`; which one it is is always written."""

    kind: str

    def model_post_init(self, context: Any) -> None:
        self.__pydantic_fields_set__.add("kind")


class KeptIssue(Kept):
    """A fault as rows keep it: it is said when it is read, in the reader's language. Rows of before hold its
    two French sentences instead: they are said as they stand."""

    code: str
    where: Annotated[str, Whose.ANYBODY]
    words: str
    values: Annotated[dict[str, JsonValue], Whose.ANYBODY]

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "what" not in value:
            return value
        said = {name: value[name] for name in ("what", "hint")}
        rest = {name: one for name, one in value.items() if name not in said}
        return {**rest, "words": "as_told", "values": said}

    @classmethod
    def of(cls, issue: Issue, **more: Any) -> Self:
        return cls(code=issue.code, where=issue.where, words=issue.words, values=_kept(issue.values), **more)

    def issue(self) -> Issue:
        return Issue(self.code, self.where, self.words, _met(self.values))


CLAUSE = "clause"


def _kept(value: Any) -> Any:
    """Values as JSON: a clause under its own key, days and instants as they are written."""
    if isinstance(value, Clause):
        return {CLAUSE: value.words, "values": _kept(value.values)}
    if isinstance(value, Mapping):
        return {str(name): _kept(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _met(value: Any) -> Any:
    if isinstance(value, list):
        return [_met(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {CLAUSE, "values"}:
        return Clause(value[CLAUSE], _met(value["values"]))
    return {name: _met(one) for name, one in value.items()}


class Failure(Kept):
    """Why something ended without what it was for: a stable code. `issues`: of rows that make no problem."""

    code: str = Field(examples=["search_lost"])
    detail: Annotated[str, Whose.ANYBODY] | None = None
    issues: list[KeptIssue] | None = None
