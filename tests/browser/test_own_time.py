"""A worker at 360 px: she sees that something is new, accepts it, says when she can come, and finds her
hours."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.persons.test_own_time import stays
from tests.api.web.site import at_work
from tests.browser.served import PHONE, seat, served

W = Role.WORKER


def test_a_worker_takes_an_offer_and_says_when_she_can_come(browser: Browser, untouched: World) -> None:
    with served(untouched) as address, seat(browser, address, PHONE, is_touch=True) as worker:
        worker.log_in(W)
        page = worker.page
        expect(page.get_by_text("Rien n’est prévu pour vous cette semaine.")).to_be_visible()
        untouched.later(minutes=1)
        at_work(untouched)
        worker.open("/ma-semaine")
        expect(page.get_by_role("heading", name="Ce qui a changé depuis")).to_be_visible()
        page.get_by_role("button", name="J’ai vu").tap()
        expect(page.get_by_role("heading", name="Ce qui a changé depuis")).to_have_count(0)
        page.get_by_role("button", name="Accepter").first.tap()
        expect(page.locator(".stop").first).to_contain_text("acceptée")
        page.get_by_role("button", name="Menu").tap()
        page.get_by_role("link", name="Disponibilités").tap()
        page.get_by_label("mar. 10 mars, plage 1").select_option("En dernier recours")
        page.locator("#\\32 026-03-10-0-end").fill("12:00")
        page.get_by_role("button", name="Enregistrer", exact=True).tap()
        expect(page.get_by_text("C’est enregistré.")).to_be_visible()
        assert stays(untouched)[1] == ("2026-03-10T08:00", "2026-03-10T08:00", "2026-03-10T12:00")
        worker.open("/mes-heures")
        expect(page.locator(".line").first).to_contain_text("Lun. 9 mars")
        worker.is_content()
