"""The forms of pages: what was sent, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

from api.http.credentials import CSRF_FIELD
from api.runtime.faults import BadRequest, Forbidden
from api.shapes.cycle_requests import read_request
from brigade.errors import BrigadeError
from brigade.words import SaidIssue, say_issue

Model = TypeVar("Model", bound=BaseModel)
ONCE = "once"
"""A field that every rendering of a form fills anew: what is sent twice by a double press is done once."""
MOST_FIELDS = 4000
"""A file that is matched to our columns asks one for each of its codes; how large a request may be is bounded
before."""
OURS = frozenset({CSRF_FIELD, ONCE})
DIGITS = 18
"""Of the longest number that a form may hold: beyond, Python takes long to read it, or refuses to."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came: how large a request may be is bounded before (`api.http.middleware`)."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent: its fields, each with its values; its files."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, SentFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Empty where the field is not there."""
        found = self.values.get(name, ())
        return found[-1].strip() if found else ""

    def number(self, name: str) -> int | str:
        """What is no number, or longer than one of ours, goes on as it was typed: the shape that reads it
        refuses it, at its field."""
        text = self.text(name)
        return int(text) if text.isdecimal() and len(text) <= DIGITS else text

    @property
    def version(self) -> int | None:
        """Of the row that the page showed; None where the form holds none."""
        told = self.number("version")
        return told if isinstance(told, int) else None

    def all(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def read(self, model: type[Model], **more: Any) -> Model:
        """As the API would read it: one value a field, empty fields left out. Args: more: fields that the
        form writes in another way. Raises: UnreadableInput."""
        given = {name: self.text(name) for name in self.values if name not in OURS and self.text(name) != ""}
        return read_request(model, {**given, **more})


NO_FORM = Form()


async def form_of(request: Request) -> Form:
    """The form of a page; its CSRF word is left where `authenticate` finds it.

    Raises: Forbidden, where another site sent it; BadRequest, for what is no form.
    """
    # Browsers say where a request was made; those too old to say it are held by the CSRF word alone.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("A103", "Sec-Fetch-Site", "sent_by_another_site")
    found: dict[str, list[str]] = {}
    files = {}
    # Read whole and closed at once: a larger file would lie on the disk until somebody collects it.
    async with request.form(max_fields=MOST_FIELDS) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, str):
                # PostgreSQL stores any character of a text but this one.
                if "\0" in value:
                    raise BadRequest("A304", "document", "null_character")
                found.setdefault(name, []).append(value)
            elif value.filename:
                files[name] = SentFile(value.filename, await value.read())
    setattr(request.state, CSRF_FIELD, (found.get(CSRF_FIELD) or [""])[0])
    return Form(found, files)


@dataclass(frozen=True, slots=True)
class FormFaults:
    """What stands in the way of what was sent."""

    issues: Sequence[SaidIssue] = ()

    def __bool__(self) -> bool:
        return bool(self.issues)

    def of(self, name: str) -> list[SaidIssue]:
        """Those of a field: its name ends the place of the issue."""
        return [one for one in self.issues if one.where == name or one.where.endswith(f".{name}")]


NO_FAULTS = FormFaults()


def faults_of(fault: BrigadeError, lang: str) -> FormFaults:
    return FormFaults(tuple(say_issue(one, lang) for one in getattr(fault, "issues", ())))
