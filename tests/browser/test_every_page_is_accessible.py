"""axe-core finds nothing on any page: both languages, a telephone and a wall, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.access.rights import Role
from api.web.site import PAGES
from api.web.view import PageEntry
from brigade.words import LANGUAGES
from tests.api.conftest import World, world_on
from tests.api.web.site import address_of, at_work
from tests.browser.axe import violations
from tests.browser.served import PHONE, WALL, seat, served, until


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, dict[str, str]]]:
    """A service with a day at work, its address, and the ids of the day."""
    folder: Path = tmp_path_factory.mktemp("site")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    ids = at_work(world)
    with served(world) as address:
        yield world, address, ids
    world.service.database.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_axe_finds_nothing(
    browser: Browser, opened: tuple[World, str, dict[str, str]], page: PageEntry, lang: str
) -> None:
    world, address, ids = opened
    with seat(browser, address, PHONE, lang) as somebody:
        role = next((one for one in Role if one in page.roles), None)
        if role is not None:
            somebody.log_in(role)
        shown = somebody.open(address_of(page, world, ids))
        until(shown, "!document.querySelector('[data-loading]')")
        for width, height in (PHONE, WALL):
            shown.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                shown.emulate_media(color_scheme=scheme)
                assert violations(shown) == [], (width, scheme)
            somebody.is_content()
