"""axe-core, which finds the faults of accessibility that a program can find: brought once into `.cache/`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.browser.get_chromium import CACHE
from tools.npm import Package

PACKAGE = Package(
    "axe-core",
    "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
KEPT = CACHE / f"axe-{PACKAGE.version}.js"
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""What another colour scheme can change: the rest of a page stays as it is."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    places: tuple[str, ...]


@cache
def script() -> str:
    """Raises: NoPackage, where it is not here and npm cannot bring it."""
    if not KEPT.exists():
        CACHE.mkdir(exist_ok=True)
        KEPT.write_bytes(PACKAGE.files()["axe.min.js"])
    return KEPT.read_text("utf-8")


def violations(page: Page, *, of_colours: bool = False) -> list[Violation]:
    """What axe finds on the page as it stands. `evaluate` runs beside the page's Content-Security-Policy,
    which would refuse a script tag.

    Args: of_colours: only what another colour scheme can change.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(script())
    asked = {"type": "rule", "values": list(OF_COLOURS)} if of_colours else list(RULES)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(all => all.violations)", asked
    )
    return [Violation(one["id"], tuple(node["html"][:200] for node in one["nodes"])) for one in found]
