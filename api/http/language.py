"""In which language a page is, and whether it is light or dark: as somebody chose, kept in the browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from brigade.words import LANGUAGES, Language

LANGUAGE, THEME = "brigade_lang", "brigade_theme"
"""Cookies: of no use to anybody else, and no secret."""
THEMES = ("auto", "light", "dark")
# A year: a taste, not a session.
KEPT_S = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """As the address says (`?lang=en`), else as it was chosen, else what the browser would rather read;
    French for anything else."""
    for named in (request.query_params.get("lang"), request.cookies.get(LANGUAGE)):
        if named is not None:
            return _known(named)
    wishes = []
    for part in request.headers.get("Accept-Language", "").split(","):
        tag, _, weight = part.partition(";")
        wishes.append((_weight(weight), tag.strip().partition("-")[0].lower()))
    # Stable: of equal wishes the first one named counts, as browsers write them.
    liked = sorted((one for one in wishes if one[1] in LANGUAGES and one[0] > 0), key=lambda one: -one[0])
    return _known(liked[0][1]) if liked else LANGUAGES[0]


def _known(name: str) -> Language:
    """French for anything else."""
    return next((one for one in LANGUAGES if one == name), LANGUAGES[0])


async def asked_language(
    request: Request,
    lang: Annotated[
        Language | None,
        Query(description="The language of sentences; else that of the cookie, else `Accept-Language`."),
    ] = None,
) -> Language:
    """Of an answer in words. `lang` is declared, so that the address may say it and the document tells."""
    return lang or language_of(request)


AskedLanguage = Annotated[Language, Depends(asked_language)]


def _weight(text: str) -> float:
    """Of "q=0.8"; 1 where none is said, 0 for what cannot be read."""
    _, mark, value = text.strip().partition("=")
    try:
        return float(value) if mark else 1.0
    except ValueError:
        return 0.0


def theme_of(request: Request) -> str:
    """As it was chosen; else the browser's own."""
    chosen = request.cookies.get(THEME, THEMES[0])
    return chosen if chosen in THEMES else THEMES[0]


def keep(response: Response, name: str, value: str, *, is_https: bool) -> None:
    """A choice, for the pages to come."""
    response.set_cookie(name, value, max_age=KEPT_S, httponly=True, secure=is_https, samesite="lax", path="/")
