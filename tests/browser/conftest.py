"""One browser for the tests of one file, one clean context for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.conftest import World, wish, world_on
from tests.browser.get_chromium import chromium_path
from tests.browser.stories import Timed, timed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of the file. The driver keeps an event loop running until it stops, and no other file of the
    process must find one: `asyncio.run` refuses."""
    # No sandbox: it needs user namespaces or setuid, which containers and root do not give; the pages are
    # ours.
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A French reader's page, on the clock of Paris."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    yield context.new_page()
    context.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A Monday nobody has called in on; a search is asked by hand."""
    made = world_on(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path)
    wish(made, replan="on_request")
    yield made
    made.service.database.close()


@pytest.fixture
def story(record_property: Callable[[str, object], None]) -> Timed:
    """A stop-watch: `with story("manager", seat): …`."""
    return partial(timed, record_property)
