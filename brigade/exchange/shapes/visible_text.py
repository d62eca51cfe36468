"""Texts that somebody writes and somebody else reads: nothing in them that no eye sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.shapes.field_kinds import REASON
from brigade.values.validation.text_faults import unseen

SECRETS = frozenset({"password", "old", "new"})
"""Read by nobody."""
OF_LINES = frozenset({"reason", "entry", *REASON.choices})
"""Fields that may hold several lines. All others stand in a line, some in the head of a letter."""
BREAKS = str.maketrans("", "", "\r\n\t")


def refuse_unseen(value: Any) -> None:
    """Args: value: a request as plain JSON values. Raises: UnreadableInput, with every text that shows
    something else than it holds, or nothing."""
    issues = [issue for place in _texts(value) if (issue := _fault(*place))]
    if issues:
        raise UnreadableInput(issues)


def _fault(where: str, name: str, text: str) -> Issue | None:
    if text and not text.strip():
        # A reason of blanks is none.
        return Issue("D108", where, "characters_at_least", {"met": json.dumps(text[:9]), "limit": 1})
    fault = unseen(text.translate(BREAKS) if name in OF_LINES else text)
    return None if fault is None else Issue("D109", where, "unseen_sign", {"fault": fault})


def _texts(value: Any, where: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    """Each with its place and the name of its field."""
    if isinstance(value, str):
        yield where, name, value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in SECRETS:
                yield from _texts(one, f"{where}.{key}".lstrip("."), key)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, f"{where}[{index}]", name)
