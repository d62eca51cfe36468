"""A long navigation is grouped: it opens by keyboard and without any script, one group at a time."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.browser.axe import violations
from tests.browser.served import DESK, PHONE, seat, served

PAGE = "/bassins/B1/semaine"


def test_a_coordinator_goes_by_keyboard_from_group_to_page(browser: Browser, untouched: World) -> None:
    with served(untouched) as address:
        for size in (DESK, PHONE):
            with seat(browser, address, size) as coordinator:
                coordinator.log_in(Role.COORDINATOR)
                page = coordinator.open(PAGE)
                if size is PHONE:
                    page.get_by_role("button", name="Menu").press("Enter")
                groups = page.locator("nav summary")
                assert groups.count() == 5
                assert page.locator("header").evaluate("one => one.scrollWidth <= innerWidth")
                groups.first.press("Enter")
                expect(page.get_by_role("link", name="À traiter")).to_be_visible()
                assert violations(page) == []
                groups.nth(2).press("Enter")  # one closes the other
                expect(page.get_by_role("link", name="À traiter")).to_be_hidden()
                page.get_by_role("link", name="Services", exact=True).press("Escape")
                expect(groups.nth(2)).to_be_focused()
                groups.nth(2).press("Enter")
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                expect(page.get_by_role("heading", level=1)).to_have_text("Intervenants de la brigade")
                coordinator.is_content()


def test_groups_open_where_no_script_runs(browser: Browser, untouched: World) -> None:
    with served(untouched) as address:
        context = browser.new_context(java_script_enabled=False, locale="fr-FR")
        page = context.new_page()
        page.goto(f"{address}/connexion")
        page.locator("#login").fill("coordinator")
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button").click()
        page.locator("nav summary").nth(3).click()
        page.get_by_role("link", name="Financements").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Financements")
        context.close()
