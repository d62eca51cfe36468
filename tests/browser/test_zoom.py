"""Pages magnified: at 400 % nothing scrolls sideways (WCAG 1.4.10), and nothing that stays in sight hides
what has the focus (2.4.11)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.runtime.roles import Role
from api.web.site import PAGES
from tests.api.conftest import world_on
from tests.api.web.site import address_of, at_work
from tests.browser.served import Seat, seat, served, until

C = Role.COORDINATOR
MAGNIFIED, TWICE = (320, 256), (640, 360)
"""1280 by 1024 at 400 %, 1280 by 720 at 200 %."""
READY = "!document.querySelector('[data-loading]')"
HIDDEN = """() => {
  const found = [], reached = "a[href], button, input, select, textarea, summary, [tabindex]:not(main)";
  for (const one of document.querySelectorAll(reached)) {
    if (one.disabled || one.type === "hidden" || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const box = one.getBoundingClientRect(), seen = [];
    for (const x of [.1, .5, .9]) for (const y of [.1, .5, .9])
      seen.push(document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
    if (!seen.some((it) => it && one.contains(it))) found.push(one.outerHTML.slice(0, 200));
  }
  return found;
}"""
"""Whatever has the focus and shows no point of itself."""


@pytest.fixture(scope="module")
def coordinator(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Seat, dict[str, str]]]:
    """Who looks at a day at work, and the address of each of her pages."""
    folder: Path = tmp_path_factory.mktemp("zoom")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    ids = at_work(world)
    pages = {one.name: address_of(one, world, ids) for one in PAGES if C in one.roles}
    with served(world) as address, seat(browser, address, TWICE) as somebody:
        somebody.log_in(C)
        yield somebody, pages
    world.service.database.close()


def opened(somebody: Seat, address: str, size: tuple[int, int]) -> Page:
    page = somebody.open(address)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    until(page, READY)
    return page


@pytest.mark.parametrize("name", [one.name for one in PAGES if C in one.roles])
def test_a_page_at_four_times_its_size_scrolls_one_way(
    coordinator: tuple[Seat, dict[str, str]], name: str
) -> None:
    somebody, pages = coordinator
    opened(somebody, pages[name], MAGNIFIED)
    somebody.is_content()


@pytest.mark.parametrize("name", ["day", "attention", "absence_new", "rules"])
@pytest.mark.parametrize("size", [TWICE, MAGNIFIED])
def test_what_has_the_focus_is_seen(
    coordinator: tuple[Seat, dict[str, str]], name: str, size: tuple[int, int]
) -> None:
    somebody, pages = coordinator
    assert opened(somebody, pages[name], size).evaluate(HIDDEN) == []


def test_the_board_begins_on_the_first_screen_at_twice_its_size(
    coordinator: tuple[Seat, dict[str, str]],
) -> None:
    somebody, pages = coordinator
    page = opened(somebody, pages["day"], TWICE)
    top = page.evaluate("document.querySelector('.bar').getBoundingClientRect().top")
    assert top < TWICE[1] * 2 / 3
