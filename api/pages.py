"""Pages behind signed links: plain HTML with one style, no script; a form is answered by its page, a program by JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.faults import BadRequest
from brigade.words import word
from brigade.words.formats import telephone

FOLDER = Path(__file__).resolve().parent / "messages" / "texts"
FORM = "application/x-www-form-urlencoded"
HTML = {"content": {"text/html": {"schema": {"type": "string"}}}}
PAGE: dict[int | str, dict[str, Any]] = dict.fromkeys((200, 410), HTML)
PRESSED: dict[int | str, dict[str, Any]] = dict.fromkeys((200, 409, 410, 422), HTML)
ALLOWED = (
    "default-src 'none'; style-src 'sha256-{style}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def page_of(name: str, note: str | None = None, status: int = 200, **words: Any) -> HTMLResponse:
    """The page of that name, in French, and its style, which nothing else is allowed beside."""
    pages, style = _pages()
    page = pages.get_template(f"{name}.html").render(note=note, style=Markup(style), **words)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HTMLResponse(page, status, {"Content-Security-Policy": ALLOWED.format(style=digest)})


@cache
def _pages() -> tuple[Environment, str]:
    made = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=True)
    made.filters |= {"telephone": telephone, "act": lambda act: word(f"act.{act}", "fr")}
    return made, (FOLDER / "answer.css").read_text("utf-8")


def is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def is_from_form(request: Request) -> bool:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == FORM


def form_of(body: bytes) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(body.decode("ascii", "replace")).items()}


def json_of(body: bytes) -> Any:
    """Raises: BadRequest."""
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest("A304", "document", "pas du JSON", '{"reply": "accept"}') from None
