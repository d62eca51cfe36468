"""Who lends people and who pays for them, each at a desk: the employer goes from what is to be signed to
somebody's hours; the funder lands on the indicators, looks at the money and prints it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.money.test_releases import alone
from tests.api.small_basin import BASIN, release
from tests.browser.served import seat, served

C, E, F, M = Role.COORDINATOR, Role.EMPLOYER, Role.FUNDER, Role.MANAGER


@pytest.fixture
def world(world: World) -> World:
    """A release of March, replaced, and a paper that W1's employer has still to sign."""
    alone(world, "W2", "W3")
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-09"])).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    paper = {"provider_id": "S2", "first": "2026-03-16", "last": "2026-12-31", "status": "promised"}
    signed = {"provider_id": "S1", "first": "2026-01-01", "last": "2026-12-31"}
    world.rewrite("workers/W1", engagements=[signed, paper])
    world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", {"name": "Ginette Essai"})
    world.later(hours=5)
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    return world


def test_an_employer_goes_from_a_paper_to_the_hours_of_one_person(browser: Browser, world: World) -> None:
    with served(world) as address, seat(browser, address) as employer:
        employer.log_in(E)
        page = employer.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Mes salariés")
        page.get_by_role("link", name="papier à signer avec S2").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ginette Essai")
        expect(page.locator(".line", has_text="Lun. 9 mars")).to_be_visible()
        employer.is_content()


def test_a_funder_lands_on_the_indicators_looks_at_the_money_and_prints_it(
    browser: Browser, world: World
) -> None:
    world.later(days=30)
    with served(world) as address, seat(browser, address) as funder:
        funder.log_in(F)
        page = funder.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Indicateurs")
        page.get_by_label("Par", exact=True).select_option("trimestre")
        page.get_by_role("button", name="Afficher").click()
        expect(page.get_by_role("columnheader", name="T1 2026")).to_be_visible()
        page.get_by_role("link", name="Financements").click()
        page.get_by_label("Trimestre").select_option("T1 2026")
        page.get_by_role("button", name="Afficher").click()
        expect(page.get_by_text("GRETA Artois")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("button", name="Afficher")).to_be_hidden()
        expect(page.get_by_text("GRETA Artois")).to_be_visible()
        page.emulate_media(media="screen")
        funder.is_content()
