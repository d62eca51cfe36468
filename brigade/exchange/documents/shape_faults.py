"""What pydantic finds, as issues: a place, the value met, and a hint in the coordinator's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.shapes.field_kinds import FIRST_YEAR, LAST_YEAR, bare

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]

WRONG_TYPE = {
    "string_type": "un texte entre guillemets",
    "int_type": "un nombre entier",
    "float_type": "un nombre",
    "bool_type": "true ou false",
    "list_type": "une liste […]",
    "dict_type": "un objet {…}",
    "model_type": "un objet {…}",
    "model_attributes_type": "un objet {…}",
    "date_type": "une date comme « 2026-03-09 »",
    "datetime_type": "un instant comme « 2026-03-09T08:30:00+01:00 »",
}
WRONG_TYPE |= {
    "int_parsing": WRONG_TYPE["int_type"],
    "int_parsing_size": WRONG_TYPE["int_type"],
    "int_from_float": WRONG_TYPE["int_type"],
    "float_parsing": WRONG_TYPE["float_type"],
    "bool_parsing": WRONG_TYPE["bool_type"],
}
"""What stands in addresses and headers is text: the same faults under other names."""
DAY = ("D106", "une date qui existe, comme « 2026-03-09 »")
NO_FORMS: Mapping[str, str] = {}
LONGEST_NAME = 120
"""Of a field that is compared with ours: no identifier of a document is longer."""
SECRETS = frozenset({"password", "old", "new"})
"""Fields of passwords: an answer that quotes what it refuses would carry them into programs' logs."""
HIDDEN = "(non répété)"
OTHERS = {
    "finite_number": ("D105", "un nombre fini"),
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_parsing": ("D106", "un instant qui existe, comme « 2026-03-09T08:30:00+01:00 »"),
    "iso_date": ("D106", "une date comme « 2026-03-09 »"),
    "iso_instant": ("D106", "un instant comme « 2026-03-09T08:30:00+01:00 »"),
    "year": ("D105", f"une année de {FIRST_YEAR} à {LAST_YEAR}"),
    "timezone_aware": ("D107", "ajouter le décalage, par exemple +01:00 (+02:00 en été)"),
    "string_unicode": ("D109", "du texte Unicode"),
    "json_invalid": ("D109", "du JSON en texte Unicode"),
    "travel": ("D111", "soit « source », soit « matrices »"),
    "zone": ("D112", "un nom IANA comme « Europe/Paris »"),
}


def read_model(
    model: type[Model], value: Any, forms: Mapping[str, str] = NO_FORMS, most: int | None = None
) -> Model:
    """Plain JSON values as a model; `forms`: patterns of the model, each with what to write instead of what
    it refuses.

    Args: most: so many faults are told; None: all of them. Raises: UnreadableInput, with every fault of form.
    """
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as refused:
        found = issues_of(refused.errors(include_url=False), model, forms, value)
        raise UnreadableInput(tuple(found) if most is None else first_of(found, most)) from None


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
        Issue(
            more.code, "document", f"d’autres fautes après ces {most}", "corriger celles-ci, puis renvoyer"
        ),
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
        except (KeyError, IndexError, TypeError):
            value = None
    return tuple(found)


def _issue(error: ErrorDetails, model: type[BaseModel], forms: Mapping[str, str], value: Any) -> Issue:
    kind, loc, context = error["type"], error["loc"], error.get("ctx") or {}
    where = place(_standing(loc, value))
    if kind == "extra_forbidden":
        name = str(loc[-1])
        return Issue(
            "D102", where, f"champ inconnu « {shortly(name)} »", _did_you_mean(name, _fields(model, loc[:-1]))
        )
    if kind == "missing":
        return Issue("D101", where, "champ absent", f"ajouter « {loc[-1]} »")
    if kind == "union_tag_not_found":
        return Issue("D101", f"{where}.kind", "champ absent", "ajouter « kind »")
    if kind == "union_tag_invalid":
        tag = str(context.get("tag"))
        return Issue("D104", f"{where}.kind", said(tag), _one_of(tag, str(context.get("expected_tags", ""))))
    met = HIDDEN if loc and loc[-1] in SECRETS else said(error["input"])
    if kind in WRONG_TYPE:
        return Issue("D103", where, met, WRONG_TYPE[kind])
    if kind in ("enum", "literal_error"):
        return Issue(
            "D104", where, met, _one_of(said_plainly(error["input"]), str(context.get("expected", "")))
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        return Issue("D105", where, met, f"{'au moins' if 'ge' in context else 'au plus'} {_plainly(limit)}")
    if kind in ("string_too_short", "string_too_long"):
        return Issue("D108", where, met, _length(context, "caractère"))
    if kind in ("too_short", "too_long"):
        return Issue("D108", where, met, _length(context, "élément"))
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return Issue("D109", where, met, forms.get(pattern, f"un texte de la forme {pattern}"))
    code, hint = OTHERS.get(kind, ("D109", error["msg"]))
    return Issue(code, where, met, hint)


def _length(context: Mapping[str, Any], one: str) -> str:
    """« au moins 12 caractères »"""
    bound, word = ("min_length", "au moins") if "min_length" in context else ("max_length", "au plus")
    count = int(context[bound])
    return f"{word} {_plainly(count)} {one}{'s' if count > 1 else ''}"


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


def _plainly(limit: Any) -> str:
    """10000000 as « 10 000 000 », 0.5 as « 0,5 »."""
    return f"{limit:,}".replace(",", " ").replace(".", ",").removesuffix(",0")


def said_plainly(value: Any) -> str:
    return value if isinstance(value, str) else said(value)


def _one_of(met: str, expected: str) -> str:
    choices = [one.strip().strip("'") for one in expected.replace(" or ", ", ").split(",")]
    return _did_you_mean(met, choices)


def _did_you_mean(met: str, choices: list[str]) -> str:
    close = get_close_matches(met[:LONGEST_NAME].lower(), choices, n=1, cutoff=0.6)
    if close:
        return f"vouliez-vous dire « {close[0]} » ?"
    return f"un de : {', '.join(choices[:12])}{'…' if len(choices) > 12 else ''}" if choices else "le retirer"


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
