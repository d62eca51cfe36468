"""What pydantic finds, as issues: a place, the value met, and a hint in the coordinator's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brigade.errors import Clause, Issue, UnreadableInput
from brigade.exchange.shapes.field_kinds import FIRST_YEAR, LAST_YEAR, bare
from brigade.values.validation.checks import did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]

WRONG_TYPE = {
    "string_type": "type_text",
    "int_type": "type_whole_number",
    "float_type": "type_number",
    "bool_type": "type_flag",
    "list_type": "type_list",
    "dict_type": "type_object",
    "model_type": "type_object",
    "model_attributes_type": "type_object",
    "date_type": "iso_date",
    "datetime_type": "iso_instant",
}
WRONG_TYPE |= {
    "int_parsing": WRONG_TYPE["int_type"],
    "int_parsing_size": WRONG_TYPE["int_type"],
    "int_from_float": WRONG_TYPE["int_type"],
    "float_parsing": WRONG_TYPE["float_type"],
    "bool_parsing": WRONG_TYPE["bool_type"],
}
"""What stands in addresses and headers is text: the same faults under other names."""
DAY = ("D106", "no_such_date")
NO_FORMS: Mapping[str, str] = {}
LONGEST_NAME = 120
"""Of a field that is compared with ours: no identifier of a document is longer."""
# A sentence that lists fifty words is not read.
CHOICES_SHOWN = 12
LENGTHS = {
    "string_too_short": "characters_at_least",
    "string_too_long": "characters_at_most",
    "too_short": "elements_at_least",
    "too_long": "elements_at_most",
}
HALF = re.compile("[\ud800-\udfff]")
"""One of two escapes that make a character (JSON: "\\ud83d" without "\\ude00")."""
DEEPEST = 40
"""No document of ours has as many objects and lists in one another."""
SECRETS = frozenset({"password", "old", "new"})
"""Fields of passwords: an answer that quotes what it refuses would carry them into programs' logs."""
HIDDEN = Clause("not_repeated")
OTHERS = {
    "finite_number": ("D105", "finite_number"),
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_parsing": ("D106", "no_such_instant"),
    "iso_date": ("D106", "iso_date"),
    "iso_instant": ("D106", "iso_instant"),
    "year": ("D105", "year_out_of_range"),
    "timezone_aware": ("D107", "instant_without_offset"),
    "string_unicode": ("D109", "unicode_text"),
    "json_invalid": ("D109", "unicode_json"),
    "travel": ("D111", "source_or_matrices"),
    "zone": ("D112", "zone_unknown"),
}
"""Of a kind of fault: the code and the words of its issue."""


def read_model(
    model: type[Model], value: Any, forms: Mapping[str, str] = NO_FORMS, most: int | None = None
) -> Model:
    """Plain JSON values as a model; `forms`: patterns of the model, each with the words of what it refuses.

    Args: most: so many faults are told; None: all of them. Raises: UnreadableInput, with every fault of form.
    """
    try:
        # Through JSON, as pydantic's strict mode takes dates and enumerations from texts there, and only
        # there.
        return model.model_validate_json(json.dumps(value))
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        found = (
            _not_carried(value)
            if any(one["type"] == "json_invalid" for one in errors)
            else issues_of(errors, model, forms, value)
        )
        raise UnreadableInput(tuple(found) if most is None else first_of(found, most)) from None


def _not_carried(value: Any) -> Iterator[Issue]:
    """Why a document is no JSON of Unicode texts: the halves of characters in it, each at its place; else it
    is nested too deep for any document of ours."""
    halves = list(_halves(value))
    yield from (Issue("D109", place(loc), "half_character", {"met": met}) for loc, met in halves)
    if not halves:
        yield Issue("D003", "document", "nested_too_deep")


def _halves(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Texts with a lone surrogate, as their escape: nothing could print them."""
    if isinstance(value, str) and HALF.search(value):
        yield loc, shortly(HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", value))
    elif isinstance(value, list) and len(loc) < DEEPEST:
        for number, one in enumerate(value):
            yield from _halves(one, (*loc, number))
    elif isinstance(value, dict) and len(loc) < DEEPEST:
        for key, one in value.items():
            yield from _halves(key, loc)
            yield from _halves(one, (*loc, HALF.sub("?", key)))


def first_of(issues: Iterable[Issue], most: int) -> tuple[Issue, ...]:
    """The first `most` of them, and a last one that says that there are more: to find the words of each takes
    its time."""
    found = iter(issues)
    told = tuple(islice(found, most))
    more = next(found, None)
    if more is None:
        return told
    return (
        *told,
        Issue(more.code, "document", "further_faults", {"most": most}),
    )


def issues_of(
    errors: Iterable[ErrorDetails],
    model: type[BaseModel],
    forms: Mapping[str, str] = NO_FORMS,
    value: Any = None,
) -> Iterator[Issue]:
    """Args: value: the document that was refused."""
    for error in errors:
        yield _issue(error, model, forms, value)


def _standing(loc: Loc, value: Any) -> Loc:
    """Where a fault stands in the document: of what may be of several kinds pydantic names the kind as well,
    on the way."""
    found: list[int | str] = []
    for part in loc:
        if isinstance(value, dict) and part not in value and value.get("kind") == part:
            continue
        found.append(part)
        try:
            value = value[part]
        # A missing value has no place: the rest of its path is told all the same.
        except (KeyError, IndexError, TypeError):
            value = None
    return tuple(found)


def _issue(error: ErrorDetails, model: type[BaseModel], forms: Mapping[str, str], value: Any) -> Issue:
    kind, loc, context = error["type"], error["loc"], error.get("ctx") or {}
    where = place(_standing(loc, value))
    if kind == "extra_forbidden":
        name = str(loc[-1])
        near = _did_you_mean(name, _fields(model, loc[:-1]))
        return Issue("D102", where, "unknown_field", {"name": shortly(name), "suggestion": near})
    if kind == "missing":
        return Issue("D101", where, "missing_field", {"name": loc[-1]})
    if kind == "union_tag_not_found":
        return Issue("D101", f"{where}.kind", "missing_field", {"name": "kind"})
    if kind == "union_tag_invalid":
        tag = str(context.get("tag"))
        near = _one_of(tag, str(context.get("expected_tags", "")))
        return Issue("D104", f"{where}.kind", "not_a_choice", {"met": said(tag), "suggestion": near})
    met = HIDDEN if loc and loc[-1] in SECRETS else said(error["input"])
    if kind in WRONG_TYPE:
        return Issue("D103", where, WRONG_TYPE[kind], {"met": met})
    if kind in ("enum", "literal_error"):
        near = _one_of(said_plainly(error["input"]), str(context.get("expected", "")))
        return Issue("D104", where, "not_a_choice", {"met": met, "suggestion": near})
    if kind in ("greater_than_equal", "less_than_equal"):
        words, limit = ("at_least", context["ge"]) if "ge" in context else ("at_most", context["le"])
        return Issue("D105", where, words, {"met": met, "limit": limit})
    if kind in LENGTHS:
        bound = "min_length" if "min_length" in context else "max_length"
        return Issue("D108", where, LENGTHS[kind], {"met": met, "limit": int(context[bound])})
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return Issue("D109", where, forms.get(pattern, "text_form"), {"met": met, "pattern": pattern})
    code, words = OTHERS.get(kind, ("D109", "other_form"))
    return Issue(
        code, where, words, {"met": met, "said": error["msg"], "first": FIRST_YEAR, "last": LAST_YEAR}
    )


def place(loc: Loc) -> str:
    """demand.visits[3].duration_min"""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{shortly(part)}"
    return text.lstrip(".") or "document"


def shortly(name: str) -> str:
    """A name that somebody made up, short enough for a line."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def said(value: Any) -> str:
    """A value met, short enough for a line."""
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, str):
        value = value[:LONGEST_NAME]  # of two megabytes no more is written than is shown
    text = repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def said_plainly(value: Any) -> str:
    return value if isinstance(value, str) else said(value)


def _one_of(met: str, expected: str) -> Clause:
    choices = [one.strip().strip("'") for one in expected.replace(" or ", ", ").split(",")]
    return _did_you_mean(met, choices)


def _did_you_mean(met: str, choices: list[str]) -> Clause:
    close = get_close_matches(met[:LONGEST_NAME].lower(), choices, n=1, cutoff=0.6)
    if close:
        return did_you_mean(met[:LONGEST_NAME], close[0])
    if not choices:
        return Clause("take_it_out")
    more = "…" if len(choices) > CHOICES_SHOWN else None
    return Clause("one_of", {"names": choices[:CHOICES_SHOWN], "more": more})


def _fields(model: type[BaseModel], loc: Loc) -> list[str]:
    """The field names of the model at `loc`."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        info = current.model_fields.get(part)
        if info is None:
            return []
        current, _ = bare(info.annotation)
        if getattr(current, "__args__", None):
            current, _ = bare(current.__args__[0])
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return []
    return list(current.model_fields)
