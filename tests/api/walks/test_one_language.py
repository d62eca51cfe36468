"""The whole service in one language: what it says of itself, in answers, exports and calendars.

What people wrote stays in their words, and so do names of texts, which are cited by law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import world_on
from tests.api.small_basin import document
from tests.api.walk import Seen, walked
from tests.languages import is_foreign

LAWS = frozenset(
    {
        "Branche de l’aide à domicile (IDCC 2941)",
        "Entreprises de services à la personne (IDCC 3127)",
        "Fonction publique territoriale (décret 2000-815)",
    }
)
SENT = frozenset({"Arrivée", "Départ", "Réalisé", "Télé 3000"})
"""In a table and an address, not in a JSON body."""


OTHER = re.compile(r'<a href="\?lang=(\w\w)" lang="\1"')
"""On pages, the way to the other language is said in that."""


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value; of a table or a calendar, cell by cell."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield from re.split(r"[\n;]", value) if "\n" in value else [value]


def said(seen: Seen) -> dict[str, str]:
    """Text -> one operation that says it, less what the walk had given."""
    given = set(texts(document())) | LAWS | SENT
    for kept in seen.values():
        given |= set(texts(kept.get("request")))
    told = {text: name for name, kept in seen.items() for text in texts(kept["answers"])}
    return {text: name for text, name in told.items() if text not in given and not OTHER.search(text)}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_answer_is_in_the_language_asked_for(lang: str, tmp_path: Path) -> None:
    told = said(walked(world_on(f"sqlite:///{tmp_path}/brigade.db", tmp_path), lang))
    assert len(told) > 200
    assert {text: name for text, name in told.items() if is_foreign(text, lang)} == {}
