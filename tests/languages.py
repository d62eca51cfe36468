"""Whether a text is in French or in English, by letters and by words that no sentence does without."""

from __future__ import annotations

import re

LETTERS = re.compile(r"[éèêëàâùûçôîïœÉÈÊÀÂÙÇÔÎŒ«»]")
FRENCH = re.compile(
    r"(?<![\w/.-])(le|la|les|des|une|du|est|pas|pour|dans|avec|sur|qui|vous|par|aux?|ou|sans|ne|sont|cette?)"
    r"(?![\w/-])",
    re.IGNORECASE,
)
ENGLISH = re.compile(
    r"(?<![\w/.-])(the|of|and|is|are|not|with|which|by|for|from|this|that|to|who|what|nothing)(?![\w/-])",
    re.IGNORECASE,
)

NAMES = re.compile(r"Code du travail|Défenseur des droits|defenseurdesdroits|La Poste|Licence Ouverte")
"""Of laws and offices: the same in both languages."""


def is_french(text: str) -> bool:
    """A word alone may be a name of something else."""
    said = NAMES.sub("", text)
    return bool(LETTERS.search(said) or (len(said.split()) > 1 and FRENCH.search(said)))


def is_english(text: str) -> bool:
    return len(text.split()) > 1 and bool(ENGLISH.search(text))


def is_foreign(text: str, lang: str) -> bool:
    """Whether it is in the other language than `lang`."""
    return is_french(text) if lang == "en" else is_english(text)
