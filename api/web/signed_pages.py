"""Pages behind signed links, in French and English: the style of all pages, and nothing that runs."""

from __future__ import annotations

from typing import Any

from api.http.unit import ModelResponse
from api.web.rendering import rendered
from brigade.words import LANGUAGES

ALLOWED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Whoever opens a link may have got it from anybody: nothing on its page runs."""


def page_of(
    name: str, lang: str, found: Any, *, note: str | None = None, status: int = 200
) -> ModelResponse[Any]:
    """The page of that name. Args: found: what the link opens; None: it opens nothing. note: what stands in
    the way of the answer given."""
    other = next(one for one in LANGUAGES if one != lang)
    page = rendered(f"links/{name}.html", lang, found=found, note=note, other=other, name=name)
    headers = {
        "Content-Security-Policy": ALLOWED,
        "Content-Language": lang,
        "Vary": "Accept, Accept-Language",
    }
    return ModelResponse(page, status, headers, media_type="text/html")
