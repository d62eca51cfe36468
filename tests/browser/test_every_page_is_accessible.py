"""axe-core finds nothing on any page: both languages, a telephone and a wall, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.runtime.roles import Role
from api.web.site import PAGES
from api.web.view import PageEntry
from brigade.words import LANGUAGES
from tests.api.conftest import World, world_on
from tests.api.web.site import address_of, at_work
from tests.browser.axe import violations
from tests.browser.served import PHONE, WALL, Seat, seat, served, until


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, dict[str, str]]]:
    """A service with a day at work, its address, and the ids of the day."""
    folder: Path = tmp_path_factory.mktemp("site")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    ids = at_work(world)
    with served(world) as address:
        yield world, address, ids
    world.service.database.close()


@pytest.fixture(scope="module")
def seat_of(
    browser: Browser, opened: tuple[World, str, dict[str, str]]
) -> Iterator[Callable[[Role | None, str], Seat]]:
    """Somebody of a role who has logged in once, for all of her pages."""
    with ExitStack() as stack:

        @cache
        def seated(role: Role | None, lang: str) -> Seat:
            somebody = stack.enter_context(seat(browser, opened[1], PHONE, lang))
            if role is not None:
                somebody.log_in(role)
            return somebody

        yield seated


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_axe_finds_nothing(
    seat_of: Callable[[Role | None, str], Seat],
    opened: tuple[World, str, dict[str, str]],
    page: PageEntry,
    lang: str,
) -> None:
    world, _, ids = opened
    somebody = seat_of(next((one for one in Role if one in page.roles), None), lang)
    shown = somebody.open(address_of(page, world, ids))
    until(shown, "!document.querySelector('[data-loading]')")
    for width, height in (PHONE, WALL):
        shown.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            shown.emulate_media(color_scheme=scheme)
            assert violations(shown, of_colours=scheme == "dark") == [], (width, scheme)
        somebody.is_content()
