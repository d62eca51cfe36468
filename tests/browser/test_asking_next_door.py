"""From a visit that nobody does, on the board, to who of the neighbours could come; and whose she is, on a
telephone."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.lending.two_basins import NEXT_DOOR, neighbours
from tests.browser.served import DESK, PHONE, seat, served, until
from tests.browser.test_board import READY

C = Role.COORDINATOR


def test_the_board_leads_next_door(browser: Browser, world: World) -> None:
    both = neighbours(world)
    both.agreement()
    plan = world.propose()
    with served(world) as address, seat(browser, address, DESK) as somebody:
        somebody.log_in(C)
        page = somebody.open(f"/bassins/B1/plans/{plan['id']}")
        until(page, READY)
        card = page.locator("[data-missing=V1]")
        inside, wide = card.evaluate("it => [it.scrollWidth, it.parentElement.clientWidth]")
        assert inside <= wide, "the card of a visit is wider than its column"
        card.get_by_role("link", name="Demander aux voisins").click()
        expect(page.get_by_role("button", name="Demander : W1")).to_be_visible()
        somebody.is_content()


def test_a_telephone_shows_whose_she_is(browser: Browser, world: World) -> None:
    both = neighbours(world)
    asked = both.request(both.agreement()).json()
    assert both.act(both.lender, f"{NEXT_DOOR}/lendings/{asked['id']}", "answer", {"reply": "yes"}).is_success
    plan = world.propose()
    with served(world) as address, seat(browser, address, PHONE) as somebody:
        somebody.log_in(C)
        page = somebody.open(f"/bassins/B1/plans/{plan['id']}")
        until(page, READY)
        expect(page.locator(".card").filter(has_text="W1@B2")).to_contain_text("prêtée par Béthune")
        somebody.is_content()
