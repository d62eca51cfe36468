"""Text alone: no style and no script. Who declares, who accepts and who plans get through, as with a text
browser; only the board asks for a script, and says where its tours are read without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN, absence
from tests.browser.served import served

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
Reader = Callable[[Role], Page]


@pytest.fixture
def reader(browser: Browser, world: World) -> Iterator[Reader]:
    """A text browser in which somebody has logged in."""
    with ExitStack() as stack:
        address = stack.enter_context(served(world))

        def reading(role: Role) -> Page:
            context = browser.new_context(locale="fr-FR", java_script_enabled=False, base_url=address)
            stack.callback(context.close)
            context.route("**/*.css", lambda route: route.abort())
            page = context.new_page()
            page.goto("/connexion")
            page.locator("#login").fill(role.value)
            page.locator("#password").fill(PASSWORD)
            page.locator("main form button").click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            return page

        yield reading


def test_a_manager_declares_and_reads_what_becomes_of_it(reader: Reader) -> None:
    page = reader(M)
    page.get_by_role("link", name="Déclarer une absence").click()
    page.locator("input[name=employee_id]").first.check()
    page.get_by_role("button", name="Déclarer l’absence").click()
    expect(page.locator("#v-V1")).to_be_visible()


def test_a_coordinator_asks_for_a_search_and_prints_its_tours(reader: Reader, world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    page = reader(C)
    page.goto("/bassins/B1/journee/2026-03-09")
    page.get_by_role("button", name="Lancer une recherche").click()
    expect(page.get_by_text("recherche en cours")).to_be_visible()
    world.search()
    page.goto("/bassins/B1/journee/2026-03-09")
    page.locator("noscript a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Feuilles de tournée")
    expect(page.locator(".stops li").first).to_contain_text("08:00")
    assert page.pdf().startswith(b"%PDF")


def test_a_worker_accepts(reader: Reader, world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    page = reader(W)
    page.get_by_role("button", name="Accepter").first.click()
    expect(page.locator(".stop").first).to_contain_text("acceptée")


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_of_the_navigation_is_reached(reader: Reader, role: Role) -> None:
    page = reader(role)
    entries = page.locator("#menu a")
    addresses = [entries.nth(number).get_attribute("href") for number in range(entries.count())]
    for href in addresses:
        assert href is not None
        page.goto(href)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("#menu a[aria-current=page]").count() == 1, href
