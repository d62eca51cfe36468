"""At 06:40 somebody calls in sick: on a telephone four taps declare it, and the same page tells what becomes
of each visit until somebody has accepted."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence
from tests.browser.served import PHONE, seat, served
from tests.browser.stories import Timed

C, M = Role.COORDINATOR, Role.MANAGER


def test_an_absence_is_declared_in_four_taps_and_followed_to_an_accepted_offer(
    browser: Browser, story: Timed, untouched: World
) -> None:
    for kind, id, name in (
        ("employee", "A-1", "Odette Exemple"),
        ("client", "S1:A", "Mme Modèle"),
        *(("worker", id, "Ginette Essai") for id in ("W1", "W2", "W3")),
    ):
        untouched.ask(C, "PUT", f"{BASIN}/{kind}-identities/{id}", {"name": name})
    with served(untouched) as address, seat(browser, address, PHONE, is_touch=True) as manager:
        manager.log_in(M)
        page, before = manager.page, manager.presses
        with story("manager, absence declared", manager):
            page.get_by_role("link", name="Déclarer une absence").tap()
            page.get_by_label("Odette Exemple").tap()
            page.get_by_label("Aujourd’hui").tap()
            page.get_by_role("button", name="Déclarer l’absence").tap()
            page.wait_for_url(lambda url: "/absences/" in url and "/nouvelle" not in url)
        assert manager.presses - before == 4
        first = page.locator("#v-V1")
        expect(first).to_contain_text("recherche en cours")
        expect(first).to_contain_text("Mme Modèle")
        no = first.get_by_role("button", name="Non")
        no.focus()
        untouched.search()
        looked(page)
        expect(first).to_contain_text("proposée à la coordination")
        expect(no).to_be_focused()  # what reads itself anew takes nothing from under the hand
        (plan,) = untouched.get(f"{BASIN}/plans?state=proposed")["items"]
        assert untouched.publish(plan).status_code == 200
        looked(page)
        expect(first).to_contain_text("réponse avant 07")
        accept(untouched)
        expect(first).to_contain_text("acceptée", timeout=20_000)  # by itself, within seconds
        expect(first).to_contain_text("Ginette Essai")
        manager.is_content()


def test_what_was_opened_stays_open_while_the_page_reads_itself_anew(
    browser: Browser, untouched: World
) -> None:
    """Many days without a rota are folded; a proposal that comes meanwhile folds nothing of it again."""
    long = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-29T22:00:00+01:00"}
    assert untouched.ask(M, "POST", f"{BASIN}/absences", absence(interval=long)).status_code == 201
    with served(untouched) as address, seat(browser, address, PHONE) as coordinator:
        coordinator.log_in(C)
        page = coordinator.page
        page.locator("#days_without_rota-S1 summary").click()
        untouched.search()
        looked(page)
        expect(page.locator("h2#proposals")).to_be_visible()
        expect(page.locator("#days_without_rota-S1 li").first).to_be_visible()
        page.get_by_role("link", name="Propositions à regarder").click()
        expect(page.locator("h2#proposals")).to_be_in_viewport()
        coordinator.is_content()


def test_the_focus_stays_on_the_page_when_what_had_it_is_settled(browser: Browser, world: World) -> None:
    """Another coordinator publishes the only proposal while its link has the focus."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    with served(world) as address, seat(browser, address) as coordinator:
        coordinator.log_in(C)
        page = coordinator.page
        page.get_by_role("link", name="Regarder et publier").focus()
        assert world.publish(plan).status_code == 200
        looked(page)
        expect(page.locator("h2#proposals")).to_have_count(0)
        assert page.evaluate("document.activeElement !== document.body")


def looked(page: Page) -> None:
    """What is live reads itself anew, as when the line is back."""
    page.evaluate('document.dispatchEvent(new Event("brigade:line"))')


def accept(world: World) -> None:
    for offer in world.get(f"{BASIN}/offers?state=offered")["items"]:
        answer = world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
        assert answer.status_code == 200, answer.text
