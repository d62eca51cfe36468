"""One browser for the tests of one file, one clean context for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.conftest import Copies, World, renewed, wish, world_on
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


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A filled service, closed again, and its database: each test works on a copy of its own."""
    folder = tmp_path_factory.mktemp("model")
    made = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    made.service.database.close()
    return folder / "brigade.db", made


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(tmp_path_factory.mktemp("copies"), lambda: pytest.fail("files alone are copied here"))


@pytest.fixture
def untouched(model: tuple[Path, World], copies: Copies, tmp_path: Path) -> Iterator[World]:
    """A Monday nobody has called in on."""
    database, made = model
    copyfile(database, tmp_path / "brigade.db")
    with renewed(made, f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path, copies) as again:
        yield again


@pytest.fixture
def world(untouched: World) -> World:
    """That Monday; a search is asked by hand."""
    untouched.begin(on_request)
    return untouched


def on_request(world: World) -> None:
    wish(world, replan="on_request")


@pytest.fixture
def story(record_property: Callable[[str, object], None]) -> Timed:
    """A stop-watch: `with story("manager", seat): …`."""
    return partial(timed, record_property)
