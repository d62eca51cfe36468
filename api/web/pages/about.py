"""What the service is made of, and how far everybody can use it: sources, licences, the accessibility
statement."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.web import statics
from api.web.view import OpenView, PageEntry
from brigade import __version__

router = APIRouter(include_in_schema=False)
PAGES = (PageEntry("about", "/a-propos"),)


@router.get("/a-propos")
def about(view: OpenView) -> Response:
    return view.page("about/about.html", version=__version__, packages=_packages())


@cache
def _packages() -> list[dict[str, Any]]:
    """What pages use of others, as `python -m tools.vendor` listed it."""
    listed: list[dict[str, Any]] = json.loads(statics.files()["vendor/list.json"].content)
    return listed
