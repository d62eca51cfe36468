"""What `brigade rules [SET]` prints: every rule of a set with its values in words and the article each comes
from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from brigade.errors import Issue, refuse
from brigade.texts.articles import article_in
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.texts.rule_sets import RuleHead, RuleLayer, RuleValue
from brigade.words import word
from brigade.words.rule_words import in_words, sentence

COLUMNS = ("text", "rule", "title", "kind", "parameter", "value", "article", "in_force", "room")
"""In the catalogue under `rules.`."""


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
        # Every wording, also those past: a set's rows are the ones that win today.
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
        yield _row(head, value, _text(value, text, lang), lang)
    if not values and head.source:
        kind, source = word(f"rule_kind.{head.kind}", lang), article_in(head.source, lang)
        yield RuleRow(
            ("", head.id, _title(head, lang), kind, "", "", source, "", ""),
            {"rule": head.id, "title": _title(head, lang), "kind": head.kind.value, "article": source},
        )


def _row(head: RuleHead, value: RuleValue, text: str, lang: str) -> RuleRow:
    title, kind, since = _title(head, lang), word(f"rule_kind.{head.kind}", lang), span(value)
    article = article_in(value.article, lang)
    data = {
        "text": text,
        "rule": head.id,
        "title": title,
        "kind": head.kind.value,
        "parameter": value.name,
        "value": value.value,
        "unit": value.unit,
        "article": article,
        "in_force_from": value.in_force_from.isoformat(),
        "in_force_until": None if value.in_force_until is None else value.in_force_until.isoformat(),
        "accord": value.accord,
        "opened_by": article_in(value.opened_by, lang),
        "closed_by": article_in(value.closed_by, lang),
        "waivable": value.waivable,
    }
    said, room = in_words(value, lang), _room(value, lang)
    return RuleRow((text, head.id, title, kind, value.name, said, article, since, room), data)


def span(value: RuleValue) -> str:
    """From when, and to when if it has ended: "2012-01-01", "2012-01-01 → 2022-09-30"; in parentheses the
    first day of the same value in earlier wordings: "2016-08-10 (2008-05-01)"."""
    since, until = value.in_force_from.isoformat(), value.in_force_until
    if value.same_since is not None:
        since = f"{since} ({value.same_since.isoformat()})"
    return since if until is None else f"{since} → {until.isoformat()}"


def _text(value: RuleValue, text: str, lang: str) -> str:
    is_agreement = value.layer is RuleLayer.AGREEMENT
    return text.upper() if is_agreement else word(f"rule_layer.{value.layer}", lang)


def _room(value: RuleValue, lang: str) -> str:
    """How far an accord may go and by which article, and whether a coordinator may."""
    words = []
    if value.closed_by:
        words.append(f"{word('rule_room.closed', lang)} ({article_in(value.closed_by, lang)})")
    elif value.accord is not None or value.opened_by:
        far = (
            word("rule_room.open", lang)
            if value.accord is None
            else word("rule_room.accord", lang, furthest=in_words(replace(value, value=value.accord), lang))
        )
        words.append(f"{far} ({article_in(value.opened_by, lang)})" if value.opened_by else far)
    if value.waivable:
        words.append(word("rule_room.waivable", lang))
    return " ; ".join(words)


def _title(head: RuleHead, lang: str) -> str:
    return head.title if lang == "fr" else head.title_en
