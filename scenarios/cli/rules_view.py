"""What `brigade rules [SET]` prints: every rule of a set with its values in words and the article each comes
from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from brigade.errors import Issue, refuse
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.texts.rule_sets import Layer, RuleHead, RuleKind, RuleValue
from brigade.texts.rule_words import in_words, sentence

COLUMNS = {
    "fr": (
        "texte",
        "règle",
        "intitulé",
        "nature",
        "paramètre",
        "valeur",
        "article",
        "en vigueur",
        "dérogation",
    ),
    "en": ("text", "rule", "title", "kind", "parameter", "value", "article", "in force", "room to move"),
}
KINDS = {
    "fr": {
        RuleKind.LIMIT: "limite",
        RuleKind.MEASURE: "mesure",
        RuleKind.MARKING: "marquage",
        RuleKind.COST: "coût",
        RuleKind.INFO: "information",
    },
    "en": {kind: kind.value for kind in RuleKind},
}
LAYERS = {
    "fr": {Layer.MANDATORY: "CT obligatoire", Layer.DEFAULT: "CT par défaut"},
    "en": {Layer.MANDATORY: "CT, mandatory", Layer.DEFAULT: "CT, default"},
}
ROOM = {
    "fr": {
        "accord": "accord jusqu'à {}",
        "open": "ouvert aux accords",
        "closed": "fermé aux accords",
        "waivable": "dépassable, avec un motif",
    },
    "en": {
        "accord": "accord up to {}",
        "open": "open to accords",
        "closed": "closed to accords",
        "waivable": "may be exceeded, with a reason",
    },
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One printed line; `cells` in the order of `COLUMNS`, `data` the same for machines."""

    cells: tuple[str, ...]
    data: dict[str, Any]


def rules_table(set_id: str | None, lang: str = "fr", code: LabourCode | None = None) -> list[RuleRow]:
    """The rows of one rule set as an employer obeys it today (code and agreement together), or those of every
    text and date when None.

    Rules without a value of their own come once, with their source. `lang`: "fr" or "en".
    Raises: InvalidProblem when there is no set of that name.
    """
    code = code or shipped_labour_code()
    if set_id is not None and set_id not in code.agreements:
        refuse([Issue("P403", "rules", "unknown_rule_set", {"id": set_id, "known": sorted(code.agreements)})])
    if set_id:
        party = code.latest().party(set_id)
        rows = [(party.id, row) for row in party.values.values()]
    else:
        texts = (*code.agreements.values(), code.mandatory, code.default)
        rows = [(text.id, row) for text in texts for row in text.rows]
    return [row for head in code.heads.values() for row in _rows(head, rows, lang)]


def rules_sentences(set_id: str, code: LabourCode | None = None) -> list[tuple[str, str]]:
    """(rule id, French sentence with its values) of every rule that binds under `set_id`."""
    code = code or shipped_labour_code()
    party = code.latest().party(set_id)
    return [
        (id, sentence(head, party)) for id, head in code.heads.items() if id in party.rules() or head.source
    ]


def _rows(head: RuleHead, rows: list[tuple[str, RuleValue]], lang: str) -> Iterator[RuleRow]:
    values = [(text, value) for text, value in rows if value.rule == head.id]
    for text, value in values:
        yield _row(head, value, LAYERS[lang].get(value.layer, text.upper()), lang)
    if not values and head.source:
        yield RuleRow(
            ("", head.id, _title(head, lang), KINDS[lang][head.kind], "", "", head.source, "", ""),
            {"rule": head.id, "title": _title(head, lang), "kind": head.kind.value, "article": head.source},
        )


def _row(head: RuleHead, value: RuleValue, text: str, lang: str) -> RuleRow:
    title, kind, since = _title(head, lang), KINDS[lang][head.kind], span(value)
    said = in_words(value, lang)
    data = {
        "text": text,
        "rule": head.id,
        "title": title,
        "kind": head.kind.value,
        "parameter": value.name,
        "value": value.value,
        "unit": value.unit,
        "article": value.article,
        "in_force_from": value.in_force_from.isoformat(),
        "in_force_until": None if value.in_force_until is None else value.in_force_until.isoformat(),
        "accord": value.accord,
        "opened_by": value.opened_by,
        "closed_by": value.closed_by,
        "waivable": value.waivable,
    }
    return RuleRow(
        (text, head.id, title, kind, value.name, said, value.article, since, _room(value, lang)), data
    )


def span(value: RuleValue) -> str:
    """From when, and to when if it has ended: "2012-01-01", "2012-01-01 → 2022-09-30"; in parentheses the
    first day of the
    same value in earlier wordings: "2016-08-10 (2008-05-01)"."""
    since, until = value.in_force_from.isoformat(), value.in_force_until
    if value.same_since is not None:
        since = f"{since} ({value.same_since.isoformat()})"
    return since if until is None else f"{since} → {until.isoformat()}"


def _room(value: RuleValue, lang: str) -> str:
    """How far an accord may go and by which article, and whether a coordinator may."""
    words = []
    if value.closed_by:
        words.append(f"{ROOM[lang]['closed']} ({value.closed_by})")
    elif value.accord is not None or value.opened_by:
        far = (
            ROOM[lang]["open"]
            if value.accord is None
            else ROOM[lang]["accord"].format(_furthest(value, lang))
        )
        words.append(f"{far} ({value.opened_by})" if value.opened_by else far)
    if value.waivable:
        words.append(ROOM[lang]["waivable"])
    return " ; ".join(words)


def _furthest(value: RuleValue, lang: str) -> str:
    return in_words(replace(value, value=value.accord or 0), lang)


def _title(head: RuleHead, lang: str) -> str:
    return head.title if lang == "fr" else head.title_en
