"""Pages behind signed links, in French and English: plain HTML with one style, no script."""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from brigade.words import LANGUAGES, capital, word
from brigade.words.formats import telephone

FOLDER = Path(__file__).resolve().parents[1] / "letters" / "texts"
ALLOWED = (
    "default-src 'none'; style-src 'sha256-{style}'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def page_of(name: str, lang: str, found: Any, *, note: str | None = None, status: int = 200) -> HTMLResponse:
    """The page of that name and its style, which nothing else is allowed beside. Args: found: what the link
    opens; None: it opens nothing. note: what stands in the way of the answer given."""
    pages, style = _pages()
    other = next(one for one in LANGUAGES if one != lang)
    said = {"word": partial(_word, lang), "lang": lang, "other": other, "name": name}
    page = pages.get_template(f"{name}.html").render(found=found, note=note, style=Markup(style), **said)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    headers = {
        "Content-Security-Policy": ALLOWED.format(style=digest),
        "Content-Language": lang,
        "Vary": "Accept, Accept-Language",
    }
    return HTMLResponse(page, status, headers)


def _word(lang: str, key: str, **values: Any) -> str:
    return word(key, lang, **values)


@cache
def _pages() -> tuple[Environment, str]:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made.filters |= {"telephone": telephone, "capital": capital}
    made.globals["word_in"] = word
    return made, (FOLDER / "answer.css").read_text("utf-8")


def language_of(request: Request) -> str:
    """As the address says (`?lang=en`), else what the browser would rather read; French for anything else."""
    named = request.query_params.get("lang")
    wishes = [] if named is None else [(1.0, named)]
    for part in request.headers.get("Accept-Language", "").split(",") if named is None else ():
        tag, _, weight = part.partition(";")
        wishes.append((_weight(weight), tag.strip().partition("-")[0].lower()))
    liked = sorted((one for one in wishes if one[1] in LANGUAGES and one[0] > 0), key=lambda one: -one[0])
    return liked[0][1] if liked else LANGUAGES[0]


def _weight(text: str) -> float:
    """Of "q=0.8"; 1 where none is said, 0 for what cannot be read."""
    _, mark, value = text.strip().partition("=")
    try:
        return float(value) if mark else 1.0
    except ValueError:
        return 0.0
