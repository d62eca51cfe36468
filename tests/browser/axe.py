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


def violations(page: Page) -> list[Violation]:
    """What axe finds on the page as it stands. `evaluate` runs beside the page's Content-Security-Policy,
    which would refuse a script tag."""
    page.evaluate(script())
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(all => all.violations)",
        list(RULES),
    )
    return [Violation(one["id"], tuple(node["html"][:200] for node in one["nodes"])) for one in found]
