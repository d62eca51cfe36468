"""A person's code in documents, found by what their forms say of each field (`Whose`) and replaced.

What no form marks is left alone: the same text may be the code of a visit. So a field that is to hold
somebody's code says so where it is written, and is found here at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo
from sqlalchemy import JSON, ColumnElement

from api.shapes.kept.kept_shapes import DocumentOf
from api.shapes.kept.subject_shapes import FORMS
from api.store.base import Stored, Table
from api.store.basin_tables import BasinRow
from api.store.cycle_tables import Plan
from api.store.message_tables import Message
from brigade.exchange.shapes.field_kinds import Whose, bare
from brigade.exchange.shapes.plan_shapes import PlanDocument

Form = Any
"""A type as annotations say it: a model, a list of them, a union, a code."""
TAG = "kind"
"""The field that tells the members of a union apart."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Of one person, from one code to another."""

    whose: Whose
    old: str
    new: str

    def of(self, form: Form, told: Any) -> Any:
        """A document of that form, or a part of one, as plain JSON values."""
        return self._of(form, (), told)

    def anywhere(self, told: Any) -> Any:
        """In every text, alone or as a word of it."""
        if isinstance(told, str):
            return self._word.sub(lambda _: self.new, told)
        if isinstance(told, Mapping):
            return {self.anywhere(name): self.anywhere(one) for name, one in told.items()}
        if isinstance(told, list):
            return [self.anywhere(one) for one in told]
        return told

    @property
    def _word(self) -> re.Pattern[str]:
        return _word_of(self.old)

    def _of(self, form: Form, beside: Sequence[Any], told: Any) -> Any:
        inner, more = bare(form)
        marks = (*beside, *more)
        document = next((one.form for one in marks if isinstance(one, DocumentOf)), None)
        if Whose.ANYBODY in marks:
            return self.anywhere(told)
        if document is not None:
            return self._of(document, (), told)
        if isinstance(told, str):
            return self._text((*marks, *_marks_within(inner)), told)
        if isinstance(told, Mapping):
            return self._object(inner, told)
        return self._items(inner, told) if isinstance(told, list) else told

    def _text(self, marks: Sequence[Any], told: str) -> Any:
        if Whose.ANYBODY in marks:
            return self.anywhere(told)
        return self.new if told == self.old and self.whose in marks else told

    def _object(self, form: Form, told: Mapping[str, Any]) -> Any:
        if _origin(form) is dict:
            key, value = get_args(form)
            return {self._of(key, (), name): self._of(value, (), one) for name, one in told.items()}
        # Fields of an older document that the form does not know stay: nothing says whose codes they hold.
        found = dict(told)
        for model in _models(form, told):
            for name, field in _fields(model).items():
                if name in found:
                    found[name] = self._of(field.annotation, field.metadata, found[name])
        return found

    def _items(self, form: Form, told: list[Any]) -> list[Any]:
        for one in _members(form):
            parts = get_args(one)
            if _origin(one) is tuple and parts[-1:] != (...,):
                return [self._of(part, (), value) for part, value in zip(parts, told, strict=False)]
            if _origin(one) in (list, tuple, set, frozenset):
                return [self._of(parts[0], (), value) for value in told]
        return told


def _origin(form: Form) -> Any:
    """What an annotation is a form of; None for a plain class."""
    return get_origin(form)


@cache
def _word_of(text: str) -> re.Pattern[str]:
    # Hyphens belong to codes: B1 must not be found within B1-2.
    return re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")


def _members(form: Form) -> Iterator[Form]:
    """Those of a union, without what stands beside them; else the form itself."""
    inner, _ = bare(form)
    if _origin(inner) not in (Union, UnionType):
        yield inner
        return
    for one in get_args(inner):
        yield from _members(one)


def _marks_within(form: Form) -> tuple[Any, ...]:
    """Of the members of a union: a code, or something else."""
    return tuple(mark for one in get_args(form) for mark in bare(one)[1]) if _is_union(form) else ()


def _is_union(form: Form) -> bool:
    return _origin(form) in (Union, UnionType)


def _models(form: Form, told: Mapping[str, Any]) -> list[type[BaseModel]]:
    """Which models a document may be of: the one that its tag names, else all."""
    found = [one for one in _members(form) if isinstance(one, type) and issubclass(one, BaseModel)]
    named = [one for one in found if told.get(TAG) in _tags(one)]
    return named or found


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get(TAG)
    inner = bare(field.annotation)[0] if field else None
    return get_args(inner) if _origin(inner) is Literal else ()


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """By every name that documents give them."""
    return {name: field for own, field in model.model_fields.items() for name in _names(own, field)}


def _names(own: str, field: FieldInfo) -> Iterator[str]:
    yield own
    for alias in (field.alias, field.validation_alias, field.serialization_alias):
        if isinstance(alias, str):
            yield alias
        elif isinstance(alias, AliasChoices):
            yield from (one for one in alias.choices if isinstance(one, str))


# -- which form a column has -------------------------------------------------------------------------------
def documents_of(table: type[Table]) -> dict[str, ColumnElement[Any]]:
    """The columns of a table that hold JSON, by their attribute."""
    mapper: Any = table.__mapper__
    return {
        mapper.get_property_by_column(column).key: column
        for column in mapper.columns
        if isinstance(column.type, JSON | Stored)
    }


def form_of(table: type[Table], name: str, kind: str | None = None) -> Form | None:
    """What a table's document is; None where it names nobody. Args: kind: of a message."""
    column = documents_of(table)[name]
    if isinstance(column.type, Stored):
        return column.type.model
    if issubclass(table, BasinRow) and name == "body":
        return getattr(table, "FORM", None)
    if table is Message and name == "about":
        return FORMS.get(kind or "")
    return PlanDocument if table is Plan and name == "document" else None
