"""Where a French word meets a name: "secteur d’Avion", "au Touquet", "absence d’Odette"."""

from __future__ import annotations

import re

_SHORT = r"(?<!\w)([Dd]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)e "
SHORT = re.compile(f"{_SHORT}$")
"""What loses its e before a vowel."""
ARTICLED = re.compile(r"(?<!\w)(?P<word>de|à) $", re.IGNORECASE)
ARTICLE = re.compile(r"(?P<article>Les?) (?=[A-ZÀ-Ý])")
CONTRACTED = {("de", "Le"): "du ", ("de", "Les"): "des ", ("à", "Le"): "au ", ("à", "Les"): "aux "}
# Two letters at least, the second one small: identifiers, such as "A-1", are written as they are.
VOWEL = re.compile(r"[AÀÂÄEÉÈÊËIÎÏOÔÖUÙÛÜŒÆaàâäeéèêëiîïoôöuùûüœæ][a-zà-ÿœ]|Y[bcdfglmnprstvz]")
ASPIRATED = re.compile(r"(onz|oui|uhlan|ouistiti|yaourt)", re.IGNORECASE)
"""Vowels that are met as consonants are."""
_MASCULINE, _ELIDED = "CCAS|CIAS|GEIQ|SAAD|Centre|Groupement|Service", "Association|Entreprise"
HOUSE = re.compile(rf"(?:(?P<masculine>{_MASCULINE})|{_ELIDED})\b")
"""What a service is: its name takes the article of that word."""
# Of first names and towns nearly all begin so; "Harnes", "Houdain" or "Hugo" keep their "de".
MUTE_H = re.compile(r"H(?:é|è|e[lnr]|i[lp]|o[mnr]|ub|ugu|ya)")
_NAME = rf"(?=(?![Oo]nz|Oui|Yaourt)(?:[AÀÂEÉÈÊIÎOÔUÙŒÆ][a-zà-ÿœ]|Y[bcdfglmnprstvz]|{MUTE_H.pattern}))"
FOR_SCRIPTS = (
    (rf"(?<!\w)([Dd])e (?=(?:{_MASCULINE})\b)", "$1u "),
    (rf"(?<!\w)à (?=(?:{_MASCULINE})\b)", "au "),
    (rf"(?<!\w)([Dd]e|à) (?=(?:{_ELIDED})\b)", "$1 l’"),
    (f"{_SHORT}{_NAME}", "$1’"),
)
"""The same for scripts, which put names into sentences as well: what is found, and what stands for it."""


def joined(before: str, after: str) -> str:
    """A text and what follows it, in French: the little word between them takes the form that it needs."""
    if (article := ARTICLE.match(after)) and (word := ARTICLED.search(before)):
        contracted = CONTRACTED[word["word"].lower(), article["article"]]
        told = contracted.capitalize() if word["word"][0].isupper() else contracted
        return before[: word.start()] + told + after[article.end() :]
    return elided(before, after)


def elided(before: str, after: str) -> str:
    """The same of people, whose article is part of their name: "de Le Goff"; of services as ever."""
    if (house := HOUSE.match(after)) and (word := ARTICLED.search(before)):
        is_masculine = house["masculine"] is not None
        told = CONTRACTED[word["word"].lower(), "Le"] if is_masculine else f"{word['word']} l’"
        return before[: word.start()] + (told.capitalize() if word["word"][0].isupper() else told) + after
    if ASPIRATED.match(after) or not (VOWEL.match(after) or MUTE_H.match(after)):
        return before + after
    return SHORT.sub(lambda short: f"{short[1]}’", before) + after
