"""The one gettext catalogue of every sentence: locale/<lang>/LC_MESSAGES/brigade.po, by stable key.

The .po text is compiled in memory at first use. So a checkout, a wheel and an edited catalogue all say the
same thing, and no compiled file can fall behind its source.
"""

from __future__ import annotations

import os
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal, TypeAlias

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# British English: 24-hour clock, day before month, as on the French screens.
Language: TypeAlias = Literal["fr", "en"]
LOCALES: dict[Language, str] = {"fr": "fr_FR", "en": "en_GB"}
LANGUAGES = tuple(LOCALES)
REASON, WORD, HELP, TYPER, ARGPARSE = "reason.", "word.", "help.", "typer.", "argparse."


LANG_VARIABLE = "BRIGADE_LANG"
"""The environment's wish, for what a process says to whoever started it."""


def language_of_process(asked: str | None = None) -> str:
    """What was asked on the command line, else by the environment; French for anything else."""
    wish = (asked or os.environ.get(LANG_VARIABLE, "")).lower()
    return wish if wish in LANGUAGES else LANGUAGES[0]


@cache
def locale(lang: str) -> Locale:
    """Raises: ValueError, naming the languages there are, when `lang` is not one of them."""
    if lang not in LOCALES:
        raise ValueError(f"unknown language: {lang}; one of: {', '.join(LANGUAGES)}")
    return Locale.parse(LOCALES[lang])


@cache
def messages(lang: str) -> Catalog:
    """The parsed catalogue of a language. Raises: ValueError when there is none."""
    locale(lang)
    text = files("brigade.words").joinpath(f"locale/{lang}/LC_MESSAGES/brigade.po").read_bytes()
    return read_po(BytesIO(text), locale=lang, abort_invalid=True)


@cache
def _translations(lang: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, messages(lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


def text_of(key: str, lang: str) -> str | None:
    """The text under a key; None when the catalogue has none."""
    found = _translations(lang).gettext(key)
    # gettext gives back the key of what it does not know.
    return None if found == key else found


def word_of(key: str, lang: str) -> str:
    """A label as the catalogue has it, its fields unfilled. Raises: KeyError when there is none: a slip of
    ours."""
    found = text_of(WORD + key, lang)
    if found is None:
        raise KeyError(f"{WORD}{key} is not in the catalogue ({lang})")
    return found


@cache
def keys(lang: str, prefix: str) -> frozenset[str]:
    """Every translated key that begins with `prefix`, without it."""
    known = (str(message.id) for message in messages(lang) if message.id and message.string)
    return frozenset(key.removeprefix(prefix) for key in known if key.startswith(prefix))


def reason_codes(lang: str = "fr") -> frozenset[str]:
    return keys(lang, REASON)
