"""`docs/reasons.md`: every reason code with its values and its sentence in both languages, as the catalogue
gives them."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from brigade.words import reason_codes
from brigade.words.catalogue import REASON, text_of
from brigade.words.sentences import fields, needed_fields

INTRODUCTION = """<!-- Written by `make docs`: change its source, not this page. -->

# Reasons

Whatever a plan says of itself — a rule broken, a visit uncovered, a stop firm or to be offered, a possible
action, a proof —
is a *reason*: a stable code and plain values. This page is written from `brigade/words/locale` by
`make docs`; a test compares the two, another sees that the code emits no other code.

`say(reason, lang)` of `brigade.words` makes the sentence. Before it comes `worker` (or `workers`), after it
`article`, where the reason has them and the sentence does not place them itself. Values in *(parentheses)*
may be missing: what the sentence says with them is then left out. Names tell units: `_min` minutes, `_at`
ticks of the horizon shown as a time of day, `_m` metres, `_cents` euro cents; days are ISO dates. Rule codes
come in lower case, with what was broken of them after it."""


def reasons_page() -> str:
    """The whole page, as Markdown."""
    head = ["| code | values | French | English |", "|---|---|---|---|"]
    rows = [_row(code) for code in sorted(reason_codes())]
    return "\n".join([INTRODUCTION, "", *head, *rows]) + "\n"


def _row(code: str) -> str:
    french, english = (text_of(REASON + code, lang) or "" for lang in ("fr", "en"))
    values = ", ".join(_values(french)) or "—"
    return f"| `{code}` | {values} | {shown(french)} | {shown(english)} |"


def _values(message: str) -> Iterator[str]:
    needed = needed_fields(message)
    for name in sorted(fields(message)):
        yield f"`{name}`" if name in needed else f"(`{name}`)"


def shown(message: str) -> str:
    """The sentence with the names of its values: "{days:plural:jour:jours}" reads "‹days› jours"."""
    told = []
    for before, name, spec, _ in Formatter().parse(message):
        told.append(before)
        if name is not None:
            many = (spec or "").split(":")[-1] if (spec or "").startswith("plural:") else ""
            told.append(f"‹{name}› {many}".rstrip())
    return "".join(told).replace("|", "\\|")
