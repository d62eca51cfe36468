"""Somebody is called away from a form for longer than a session lasts: what she wrote is there again."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN
from tests.browser.served import seat, served

HERE = "Voici ce que vous écriviez"


def log_in_again(page: Page, role: Role) -> None:
    page.locator("#login").fill(role.value)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/connexion" not in url)


def test_what_was_written_is_there_after_the_login_and_sent_by_hand_alone(
    browser: Browser, world: World
) -> None:
    with served(world) as address, seat(browser, address) as manager:
        manager.log_in(Role.MANAGER)
        page = manager.open("/absences/nouvelle")
        page.locator("input[name=employee_id]").first.check()
        page.get_by_text("Motif et cause").click()
        page.locator("#reason").fill("enfant malade, rappelle ce soir")
        world.later(minutes=66)
        page.get_by_role("button", name="Déclarer l’absence").click()
        page.wait_for_url("**/connexion")
        expect(page.locator("#kept")).to_contain_text("n’est pas perdu")
        log_in_again(page, Role.MANAGER)
        expect(page.locator("#kept")).to_contain_text(HERE)
        expect(page.locator("#kept")).to_be_focused()
        expect(page.locator("input[name=employee_id]").first).to_be_checked()
        expect(page.locator("#reason")).to_have_value("enfant malade, rappelle ce soir")
        assert world.get(f"{BASIN}/absences")["items"] == []
        page.get_by_role("button", name="Déclarer l’absence").click()
        page.wait_for_url("**/absences/*?declaree=1")
        expect(page.locator("#kept")).to_be_hidden()
        page.goto(f"{address}/absences/nouvelle")
        expect(page.locator("#kept")).to_be_hidden()
        manager.is_content()


def test_another_person_at_the_same_screen_finds_nothing_of_it(browser: Browser, world: World) -> None:
    with served(world) as address, seat(browser, address) as somebody:
        somebody.log_in(Role.MANAGER)
        page = somebody.open("/absences/nouvelle")
        page.get_by_text("Motif et cause").click()
        page.locator("input[name=employee_id]").first.check()
        page.locator("#reason").fill("à ne pas montrer")
        world.later(minutes=66)
        page.get_by_role("button", name="Déclarer l’absence").click()
        expect(page.locator("#kept")).to_contain_text("n’est pas perdu")
        log_in_again(page, Role.COORDINATOR)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Déclarer une absence")
        expect(page.locator("#kept")).to_be_hidden()
        expect(page.locator("input[name=employee_id]:checked")).to_have_count(0)
        assert page.evaluate("sessionStorage.getItem('brigade-kept')") is None
