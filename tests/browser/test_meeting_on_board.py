"""A team meeting on the board, in a real browser: told from visits by more than its colour, by its own name,
and leading to the page where it is moved or called off."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence, meeting
from tests.browser.served import DESK, seat, served, until
from tests.browser.test_board import READY

C, M = Role.COORDINATOR, Role.MANAGER


def test_a_meeting_has_its_mark_its_name_and_its_page(browser: Browser, world: World) -> None:
    assert world.ask(C, "PUT", f"{BASIN}/work-blocks/R-01", meeting()).status_code == 201
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    with served(world) as address, seat(browser, address, DESK) as somebody:
        somebody.log_in(C)
        somebody.open(f"/bassins/B1/plans/{plan['id']}")
        page = somebody.page
        until(page, READY)
        bars = page.locator(".visit.block")
        expect(bars).to_have_count(3)
        bar = bars.first
        expect(bar).to_contain_text("◫ P3")
        label = bar.get_attribute("aria-label") or ""
        assert "Réunion d’équipe" in label
        assert "Temps hors intervention" in label
        bar.click()
        link = page.get_by_role("link", name="Voir ou déplacer")
        expect(link).to_be_visible()
        link.click()
        expect(page.get_by_role("textbox", name="Intitulé")).to_have_value("Réunion d’équipe")
        somebody.is_content()
