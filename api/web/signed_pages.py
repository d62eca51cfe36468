"""Pages behind signed links, in French and English: plain HTML with one style, no script."""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.http.unit import ModelResponse
from brigade.words import LANGUAGES, capital, word
from brigade.words.formats import telephone

FOLDER = Path(__file__).resolve().parents[1] / "letters" / "texts"
ALLOWED = (
    "default-src 'none'; style-src 'sha256-{style}'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def page_of(
    name: str, lang: str, found: Any, *, note: str | None = None, status: int = 200
) -> ModelResponse[Any]:
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
    return ModelResponse(page, status, headers, media_type="text/html")


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
