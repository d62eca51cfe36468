"""Each role's story by the keyboard alone: nobody presses anything, from the login to what she came for."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.api.money.test_releases import alone
from tests.api.plans.test_draft_edits import by, other_than
from tests.api.small_basin import BASIN, absence, release
from tests.browser.served import Seat, seat, served, until
from tests.browser.stories import Timed, enter, tab_to, type_in
from tests.browser.test_first_run import empty

A, C, E, F, M, W = (
    Role.ADMINISTRATOR,
    Role.COORDINATOR,
    Role.EMPLOYER,
    Role.FUNDER,
    Role.MANAGER,
    Role.WORKER,
)
READY = "!document.querySelector('[data-loading]')"


def log_in(somebody: Seat, role: Role) -> Page:
    page = somebody.open("/connexion")
    type_in(page, page.locator("#login"), role.value)
    type_in(page, page.locator("#password"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


def is_pressed_by_nobody(somebody: Seat) -> None:
    assert somebody.presses == 0
    somebody.is_content()


def test_a_manager_declares_an_absence(browser: Browser, story: Timed, world: World) -> None:
    with served(world) as address, seat(browser, address) as manager, story("manager by keys", manager):
        page = log_in(manager, M)
        enter(page, page.get_by_role("link", name="Déclarer une absence"))
        page.wait_for_url("**/absences/nouvelle")
        tab_to(page, page.locator("input[name=employee_id]").first)
        page.keyboard.press("Space")
        enter(page, page.get_by_role("button", name="Déclarer l’absence"))
        page.wait_for_url(lambda url: "/absences/" in url and "/nouvelle" not in url)
        expect(page.locator("#v-V1")).to_be_visible()
        is_pressed_by_nobody(manager)


def test_a_coordinator_gives_a_visit_to_somebody_else_and_publishes(
    browser: Browser, story: Timed, world: World
) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    worker = other_than(by(plan)["V1"])
    with (
        served(world) as address,
        seat(browser, address) as somebody,
        story("coordinator by keys", somebody),
    ):
        page = log_in(somebody, C)
        enter(page, page.locator(f"a[href$='{plan['id']}']").first)
        page.wait_for_url(f"**/plans/{plan['id']}")
        until(page, f"document.querySelector('brigade-board') && {READY}")
        tab_to(page, page.locator(".grid [tabindex='0']"))
        page.keyboard.press("Home")
        walk_to(page, "V1")
        page.keyboard.press("Enter")
        until(page, "document.querySelectorAll('.may, .may-not').length === 3")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
            until(page, "document.querySelector('.judged').className !== 'judged'")
            if page.locator(f"[data-worker='{worker}'].aimed").count():
                break
        page.keyboard.press("Enter")
        until(page, "(document.querySelector('brigade-board').dataset.edits ?? '[]') !== '[]'")
        publish(page)
        page.wait_for_url("**/journee/2026-03-09")
        is_pressed_by_nobody(somebody)
    (published,) = world.get(f"{BASIN}/plans?state=published")["items"]
    assert by(world.get(f"{BASIN}/plans/{published['id']}"))["V1"] == worker


def publish(page: Page) -> None:
    enter(page, page.get_by_role("button", name="Publier…"))
    expect(page.locator("dialog")).to_be_visible()
    enter(page, page.get_by_role("button", name="Publier", exact=True))


def walk_to(page: Page, visit: str) -> None:
    """By arrows: lane by lane, and along each."""
    for key in (*("ArrowUp",) * 4, *("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowDown") * 4):
        if page.evaluate("document.activeElement.dataset.visit") == visit:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{visit} is not reached by arrows")


def test_a_worker_accepts_what_she_is_offered(browser: Browser, story: Timed, world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    with served(world) as address, seat(browser, address) as worker, story("worker by keys", worker):
        page = log_in(worker, W)
        enter(page, page.get_by_role("button", name="Accepter").first)
        expect(page.locator(".stop").first).to_contain_text("acceptée")
        is_pressed_by_nobody(worker)


def test_an_employer_reads_the_hours_of_one_person(browser: Browser, story: Timed, world: World) -> None:
    paper = {"provider_id": "S2", "first": "2026-03-16", "last": "2026-12-31", "status": "promised"}
    signed = {"provider_id": "S1", "first": "2026-01-01", "last": "2026-12-31"}
    world.rewrite("workers/W1", engagements=[signed, paper])
    with served(world) as address, seat(browser, address) as employer, story("employer by keys", employer):
        page = log_in(employer, E)
        enter(page, page.get_by_role("link", name="papier à signer avec S2"))
        page.wait_for_url("**/mes-salaries/**")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_pressed_by_nobody(employer)


@pytest.fixture
def months(world: World) -> World:
    """A release of March, replaced; a month later."""
    alone(world, "W2", "W3")
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-09"])).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=5)
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    world.later(days=30)
    return world


def test_a_funder_reads_indicators_by_quarter_and_the_money(
    browser: Browser, story: Timed, months: World
) -> None:
    with served(months) as address, seat(browser, address) as funder, story("funder by keys", funder):
        page = log_in(funder, F)
        tab_to(page, page.get_by_label("Par", exact=True))
        page.keyboard.type("tri")
        enter(page, page.get_by_role("button", name="Afficher"))
        expect(page.get_by_role("columnheader", name="T1 2026")).to_be_visible()
        enter(page, page.get_by_role("link", name="Financements"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Financements")
        is_pressed_by_nobody(funder)


def test_a_departement_looks_over_its_basins(browser: Browser, story: Timed, months: World) -> None:
    with (
        served(months) as address,
        seat(browser, address) as somebody,
        story("département by keys", somebody),
    ):
        page = log_in(somebody, F)
        enter(page, page.locator("#menu a[href='/bassins']"))
        page.wait_for_url("**/bassins")
        expect(page.get_by_role("table").first).to_be_visible()
        is_pressed_by_nobody(somebody)


def test_an_administrator_invites_somebody(browser: Browser, story: Timed, world: World) -> None:
    with (
        served(world) as address,
        seat(browser, address) as somebody,
        story("administrator by keys, an account", somebody),
    ):
        page = log_in(somebody, A)
        page.goto(f"{address}/comptes")
        enter(page, page.locator("main summary"))
        type_in(page, page.locator("#login"), "jeanne.modele")
        enter(page, page.get_by_role("button", name="Ouvrir le compte"))
        told = page.get_by_role("status").filter(has=page.locator(".secret"))
        expect(told).to_be_focused()
        is_pressed_by_nobody(somebody)


def test_an_administrator_goes_from_an_empty_service_to_a_first_published_plan(
    browser: Browser, story: Timed, tmp_path: Path
) -> None:
    made = empty(tmp_path)
    with served(made) as address, seat(browser, address) as somebody:
        with story("administrator by keys", somebody):
            page = log_in(somebody, A)
            enter(page, page.get_by_role("button", name="Charger la démonstration"))
            expect(page.locator(".next")).to_contain_text("Une proposition")
            made.search()
            page.reload()  # by its key: a browser without a window has none
            enter(page, page.get_by_role("link", name="Ouvrir la journée"))
            page.wait_for_url("**/journee/2026-03-16")
            until(page, f"document.querySelector('brigade-board') && {READY}")
            publish(page)
            expect(page.locator(".badge", has_text="plan publié").first).to_be_visible()
            enter(page, page.locator("#menu a[href='/premiers-pas']"))
            expect(page.locator("main")).to_contain_text("Un premier plan est publié.")
        is_pressed_by_nobody(somebody)
    made.service.database.close()
