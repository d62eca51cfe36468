"""What the service is made of, and how far everybody can use it: sources, licences, the accessibility
statement."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

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


class VendoredPackage(NamedTuple):
    """Something of others' that pages use, as `python -m tools.vendor` listed it."""

    package: str
    version: str
    licence: str
    home: str


@cache
def _packages() -> list[VendoredPackage]:
    listed = json.loads(statics.files()["vendor/list.json"].content)
    return [VendoredPackage(*(one[name] for name in VendoredPackage._fields)) for one in listed]
