"""Fetches what the pages use of others into `api/web/static/vendor/`, and lists it there.

`python -m tools.vendor`, after a version was changed here. The files are committed as their authors published
them; `list.json` names each with its package, version, licence and sha256, which `/a-propos` shows and
`tests/api/web/test_statics.py` checks.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.npm import Package

FOLDER = Path(__file__).resolve().parents[1] / "api" / "web" / "static" / "vendor"
LIST = "list.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a package. `files`: path inside it -> name here. `licence`: SPDX."""

    package: Package
    licence: str
    home: str
    files: dict[str, str]
    licence_file: str = "LICENSE"


HTMX = Taken(
    Package(
        "htmx.org",
        "2.0.11",
        "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
    ),
    "0BSD",
    "https://htmx.org",
    {"dist/htmx.min.js": "htmx.min.js"},
)
HTMX_SSE = Taken(
    Package(
        "htmx-ext-sse",
        "2.2.4",
        "LJmxVhykyflBWgh5PvbRidcyuqMHlgfajmmzumvKctv9puvsufeH6OaejSMZTNTnEI8O2wXXn4ZZtBdpEMqmEQ==",
    ),
    "0BSD",
    "https://htmx.org/extensions/sse",
    {"dist/sse.min.js": "htmx-sse.min.js"},
)
LEAFLET = Taken(
    Package(
        "leaflet",
        "1.9.4",
        "nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==",
    ),
    "BSD-2-Clause",
    "https://leafletjs.com",
    {"dist/leaflet.js": "leaflet.js", "dist/leaflet.css": "leaflet.css"},
)
LUCIDE = Taken(
    Package(
        "lucide-static",
        "1.62.0",
        "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
    ),
    "ISC",
    "https://lucide.dev",
    {},
)
SPRITE = "icons.svg"
ICONS = (
    *(
        "arrow-left",
        "arrow-right",
        "bell",
        "calendar",
        "calendar-days",
        "calendar-off",
        "check",
        "chevron-down",
    ),
    *("chevron-left", "chevron-right", "circle-alert", "circle-check", "circle-help", "circle-x", "clock"),
    *(
        "coffee",
        "download",
        "euro",
        "file-text",
        "hourglass",
        "house",
        "info",
        "list",
        "lock",
        "log-out",
        "mail",
    ),
    *("map", "map-pin", "menu", "moon", "pencil", "phone", "pin", "plus", "printer", "redo-2", "refresh-cw"),
    *("route", "search", "send", "settings", "sun", "table", "trash-2", "triangle-alert", "undo-2", "upload"),
    *("user", "users", "wifi-off", "x"),
)
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
DRAWN = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


def sprite(icons: dict[str, str]) -> str:
    """One file of symbols: `<use href="icons.svg#check">`. Args: icons: name -> a whole SVG."""
    symbols = []
    for name, drawing in icons.items():
        found = INNER.search(drawing)
        assert found is not None, name
        inner = " ".join(found[1].split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {DRAWN}>{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def taken(one: Taken) -> dict[str, bytes]:
    """Name here -> content, the licence beside."""
    inside = one.package.files()
    found = {name: inside[path] for path, name in one.files.items()}
    if one is LUCIDE:
        icons = {name: inside[f"icons/{name}.svg"].decode() for name in ICONS}
        found[SPRITE] = sprite(icons).encode()
    stem = one.package.name.replace(".", "-")
    return {**found, f"{stem}.LICENSE.txt": inside[one.licence_file]}


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    listed = []
    for one in (HTMX, HTMX_SSE, LEAFLET, LUCIDE):
        files = taken(one)
        for name, content in files.items():
            (FOLDER / name).write_bytes(content)
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        known = {"package": one.package.name, "version": one.package.version, "licence": one.licence}
        listed.append({**known, "home": one.home, "sha256": sums})
    (FOLDER / LIST).write_text(json.dumps(listed, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
