"""The board of a day in a real browser: a visit changes hands by pointer, by keys and by the panel, and it is
the same edit; what is not lawful says why; published, people are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.plans.test_draft_edits import by, forbid, other_than
from tests.api.small_basin import BASIN, absence
from tests.browser.served import DESK, PHONE, Seat, seat, served, until

READY = "!document.querySelector('[data-loading]')"
C, M = Role.COORDINATOR, Role.MANAGER


def proposal(world: World) -> dict[str, Any]:
    """A-1 is away, a proposal covers V1, V2 and V3."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world.propose()


@pytest.fixture
def planned(world: World) -> tuple[World, dict[str, Any]]:
    return world, world.begin(proposal)


@pytest.fixture
def desk(browser: Browser, planned: tuple[World, dict[str, Any]]) -> Iterator[Seat]:
    """A coordinator at the board of the proposal."""
    world, plan = planned
    with served(world) as address, seat(browser, address, DESK) as somebody:
        somebody.log_in(C)
        somebody.open(f"/bassins/B1/plans/{plan['id']}")
        until(somebody.page, READY)
        yield somebody
        somebody.is_content()


def edits(page: Page) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(page.locator("brigade-board").get_attribute("data-edits") or "[]")
    return told


def undo(page: Page) -> None:
    page.keyboard.press("Control+z")
    until(page, "document.querySelector('brigade-board').dataset.edits === '[]'")


def kept(page: Page) -> list[dict[str, Any]]:
    """The draft, once something is in it."""
    until(page, "(document.querySelector('brigade-board').dataset.edits ?? '[]') !== '[]'")
    return edits(page)


def drag(page: Page, visit: str, worker: str, share: float = 0.5) -> None:
    """Pick up a visit, and let go over a lane, at a share of its width."""
    bar = page.locator(f"[data-visit='{visit}']").bounding_box()
    track = page.locator(f"[data-worker='{worker}'] .track").bounding_box()
    assert bar is not None
    assert track is not None
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.mouse.down()
    page.mouse.move(bar["x"] + bar["width"] / 2 + 8, bar["y"] + bar["height"] / 2 + 8)
    page.mouse.move(track["x"] + track["width"] * share, track["y"] + track["height"] / 2, steps=4)
    held = "document.querySelector('brigade-board').held"
    until(page, f"{held}.judged && {held}.aim.worker === '{worker}'")
    page.mouse.up()


def test_pointer_keys_and_panel_give_the_same_edit(desk: Seat, planned: tuple[World, dict[str, Any]]) -> None:
    page, plan = desk.page, planned[1]
    worker = other_than(by(plan)["V1"])
    drag(page, "V1", worker)
    pointed = kept(page)
    assert pointed == [{"kind": "move", "visit_id": "V1", "worker_id": worker, "tour": 0, "position": 0}]
    undo(page)

    page.locator("[data-visit='V1']").focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.may, .may-not').length === 3")
    lanes = page.locator("[role=row]").evaluate_all("rows => rows.map(row => row.dataset.worker)")
    for _ in range((lanes.index(worker) - lanes.index(by(plan)["V1"])) % len(lanes)):
        page.keyboard.press("ArrowDown")
    until(page, "document.querySelector('.judged').textContent.includes('Licite')")
    page.keyboard.press("Enter")
    assert kept(page) == pointed
    assert page.evaluate("document.activeElement.dataset.visit") == "V1"
    undo(page)

    page.locator("[data-visit='V1']").click()
    page.get_by_role("button", name="Déplacer").click()
    page.locator(f"[data-choose='{worker}']").click()
    assert kept(page) == pointed
    assert page.locator(f"[data-worker='{worker}'] [data-visit='V1']").count() == 1


def test_a_hand_asks_for_places_once_and_the_panel_for_what_stands_in_the_way(desk: Seat) -> None:
    """Taken in hand twice before the first answer: it is one question, without what takes seconds to find."""
    page = desk.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/places?" in request.url else None)
    page.evaluate(
        "() => { const board = document.querySelector('brigade-board');"
        " return Promise.all([board.askPlaces('V1'), board.askPlaces('V1')]); }"
    )
    page.locator("[data-visit='V1']").focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.may, .may-not').length === 3")
    page.keyboard.press("Escape")
    assert [url.split("?")[1] for url in asked] == ["with_obstacles=false&lang=fr"]
    page.locator("[data-visit='V1']").click()
    page.get_by_role("button", name="Déplacer").click()
    page.locator("[data-choose]").first.wait_for()
    assert [url.split("?")[1] for url in asked[1:]] == ["with_obstacles=true&lang=fr"]


def test_escape_leaves_and_undone_is_redone(desk: Seat, planned: tuple[World, dict[str, Any]]) -> None:
    page = desk.page
    page.locator("[data-visit='V2']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert edits(page) == []
    assert page.evaluate("document.activeElement.dataset.visit") == "V2"
    assert page.locator(".caret, .ghost, .aimed").count() == 0
    page.keyboard.press("p")
    assert kept(page) == [{"kind": "pin", "visit_id": "V2"}]
    page.keyboard.press("Control+z")
    until(page, "document.querySelector('brigade-board').dataset.edits === '[]'")
    page.keyboard.press("Control+Shift+z")
    assert kept(page) == [{"kind": "pin", "visit_id": "V2"}]


def test_one_tab_stop_and_arrows_walk_the_lanes(desk: Seat) -> None:
    page = desk.page
    assert page.locator(".grid [tabindex='0']").count() == 1
    page.locator(".grid [tabindex='0']").focus()
    seen = set()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.dataset.visit ?? document.activeElement.dataset.lane"))
    assert len(seen) == 5
    assert page.locator(".grid [tabindex='0']").count() == 1
    assert "priorité" in (page.locator("[data-visit='V1']").get_attribute("aria-label") or "")


def test_what_is_not_lawful_says_why_and_asks_before_it_is_kept(
    browser: Browser, planned: tuple[World, dict[str, Any]]
) -> None:
    """The client of V1 wants this worker never again: her lane says no, and so do the sentences."""
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    forbid(world, "V1", worker)
    plan = world.propose()
    with served(world) as address, seat(browser, address, DESK) as somebody:
        somebody.log_in(C)
        page = somebody.open(f"/bassins/B1/plans/{plan['id']}")
        until(page, READY)
        drag(page, "V1", worker)
        until(page, "document.querySelectorAll('.may-not').length > 0")
        assert page.locator(f"[data-worker='{worker}'].may-not").count() == 1
        assert "ne doit pas intervenir" in page.locator(".judged").inner_text()
        assert edits(page) == []
        page.get_by_role("button", name="Laisser").click()
        assert page.locator(".held").count() == 0
        somebody.is_content()


def test_a_draft_outlives_the_page_and_is_published_with_who_is_told(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    world, plan = planned
    page = desk.page
    worker = other_than(by(plan)["V1"])
    drag(page, "V1", worker)
    kept(page)
    page.reload()
    until(page, READY)
    assert len(edits(page)) == 1
    assert page.locator(f"[data-worker='{worker}'] [data-visit='V1']").count() == 1
    page.get_by_role("button", name="Publier…").click()
    told = page.locator("dialog .told").inner_text()
    assert worker in told
    assert "à appeler" in told
    assert "à accepter" in told
    page.get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_url("**/journee/2026-03-09")
    until(page, READY)
    (published,) = world.get(f"{BASIN}/plans?state=published")["items"]
    there = world.get(f"{BASIN}/plans/{published['id']}")
    assert by(there)["V1"] == worker
    assert "proposée" in (page.locator("[data-visit='V1']").get_attribute("aria-label") or "")


def test_an_answer_comes_in_by_itself(desk: Seat, planned: tuple[World, dict[str, Any]]) -> None:
    """Another screen publishes, a worker accepts: the board says so without being asked."""
    world, plan = planned
    assert world.publish(plan).status_code == 200
    until(desk.page, "document.querySelector('[data-visit=V1]').classList.contains('offered')")
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V1")
    world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
    until(desk.page, "document.querySelector('[data-visit=V1]').classList.contains('accepted')")


def test_only_what_the_board_shows_reads_it_again_once_a_burst(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """A publication notes a dozen events: one reading. Who else is absent, or another day's plan: none."""
    world, plan = planned
    page = desk.page
    readings: list[str] = []
    page.on("request", lambda one: readings.append(one.url) if "/board?" in one.url else None)
    assert world.publish(plan).status_code == 200
    until(page, "document.querySelector('[data-visit=V1]').classList.contains('offered')")
    tuesday = {"start": "2026-03-10T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    another = absence(id="ABS-2", interval=tuesday)
    assert world.ask(M, "POST", f"{BASIN}/absences", another).status_code == 201
    page.wait_for_timeout(6000)  # longer than a burst may last
    assert len(readings) == 1
    other = "({ target: 'another', details: { first_day: '2026-03-0%d', days: 1 } })"
    board = "document.querySelector('brigade-board')"
    assert page.evaluate(f"{board}.isOfDay{other % 9}")
    assert not page.evaluate(f"{board}.isOfDay{other % 8}")


def test_on_a_phone_the_list_and_the_panel_do_it_all(
    browser: Browser, planned: tuple[World, dict[str, Any]]
) -> None:
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    with served(world) as address, seat(browser, address, PHONE, is_touch=True) as somebody:
        somebody.log_in(C)
        page = somebody.open(f"/bassins/B1/plans/{plan['id']}")
        until(page, READY)
        assert not page.locator(".lanes").is_visible()
        page.locator(".list li button", has_text="08:00").tap()
        page.get_by_role("button", name="Déplacer").tap()
        page.locator(f"[data-choose='{worker}']").tap()
        assert kept(page)[0]["worker_id"] == worker
        somebody.is_content()


def test_two_coordinators_see_each_other(
    browser: Browser, desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """What one changes, the other is told of, by name; published, the other's board says so."""
    plan = planned[1]
    with seat(browser, desk.address, DESK) as other:
        other.log_in(Role.ADMINISTRATOR)
        there = other.open(f"/bassins/B1/plans/{plan['id']}")
        until(there, READY)
        drag(desk.page, "V1", other_than(by(plan)["V1"]))
        kept(desk.page)
        until(there, "document.querySelector('.others').textContent.startsWith('coordinator retouche aussi')")
        desk.page.get_by_role("button", name="Publier…").click()
        desk.page.get_by_role("button", name="Publier", exact=True).click()
        desk.page.wait_for_url("**/journee/2026-03-09")
        until(there, "document.querySelector('#toasts').textContent.includes('vient d’être publié')")
        until(there, "document.querySelector('.others').textContent === ''")
        other.is_content()


def test_a_part_is_published_and_taken_back(desk: Seat) -> None:
    """V3 is unticked: it stays with nobody. Then it is placed, published, and taken back."""
    page = desk.page
    page.get_by_role("button", name="Publier…").click()
    page.locator("dialog [data-change='V3']").uncheck()
    page.get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_url("**/journee/2026-03-09")
    until(page, READY)
    assert page.locator("[data-missing='V3']").count() == 1
    assert page.get_by_role("button", name="Revenir au plan d’avant").is_hidden()
    page.locator("[data-missing='V3']").get_by_role("button", name="Placer").click()
    page.locator("[data-choose]").first.click()
    kept(page)
    page.get_by_role("button", name="Publier…").click()
    page.get_by_role("button", name="Publier", exact=True).click()
    until(page, f"document.querySelectorAll('[data-missing]').length === 0 && {READY}")
    page.get_by_role("button", name="Revenir au plan d’avant").click()
    page.wait_for_url("**/plans/plan-*")
    until(page, READY)
    assert page.locator("[data-missing='V3']").count() == 1


def test_what_would_become_of_the_day_is_shown_and_never_published(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """V1's worker is supposed to be away: another plan says who comes, and the way back is there."""
    page, (world, plan) = desk.page, planned
    page.locator("[data-visit='V1']").click()
    page.locator(".panel summary").click()
    page.locator(".panel details").get_by_role("button", name="s’absentait").click()
    until(page, "document.querySelector('.judged').textContent.startsWith('Recherche')")
    until(page, f"fetch('/v1{BASIN[3:]}/jobs').then(told => told.json()).then(told => told.items.length > 1)")
    world.search()
    until(page, "document.querySelector('.judged').textContent.startsWith('Ce que deviendrait')")
    page.get_by_role("link", name="Voir cette journée").click()
    page.wait_for_url(lambda url: "/plans/plan-" in url and plan["id"] not in url)
    until(page, READY)
    gone = by(plan)["V1"]
    assert page.locator(f"[data-worker='{gone}'] [data-visit='V1']").count() == 0
    assert page.get_by_text("il ne se publie pas").is_visible()
    assert page.get_by_role("button", name="Publier…").is_disabled()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    desk.is_content()
    page.get_by_role("link", name="Revenir au plan").click()
    page.wait_for_url(f"**/plans/{plan['id']}")


def test_another_hour_is_proposed_to_a_family_and_supposed(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """Hours with who would come; were the family to agree, the day that follows is shown."""
    page, (world, plan) = desk.page, planned
    page.locator("[data-visit='V1']").click()
    page.locator(".panel").get_by_role("button", name="À une autre heure ?").click()
    first = page.locator(".panel .answer li").first
    first.wait_for()
    assert " entre " in first.inner_text()
    assert first.evaluate("one => one.getBoundingClientRect().top < innerHeight")
    desk.is_content()
    first.get_by_role("button", name="Si la famille accepte").click()
    until(page, f"fetch('/v1{BASIN[3:]}/jobs').then(told => told.json()).then(told => told.items.length > 1)")
    world.search()
    page.get_by_role("link", name="Voir cette journée").click()
    page.wait_for_url(lambda url: "/plans/plan-" in url and plan["id"] not in url)
    until(page, READY)
    assert page.locator("[data-visit='V1']").count() == 1


def test_sentences_tell_a_visit_by_whom_it_is_for_and_when(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """By its client and its hour, as people call it: its identifier says nothing to them."""
    page, (world, _) = desk.page, planned
    made = world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Mme Modèle"})
    assert made.status_code == 201, made.text
    page.reload()
    until(page, READY)
    board = "document.querySelector('brigade-board')"
    hour = page.evaluate(f"{board}.clock({board}.visits.get('V1').start)")
    told = page.evaluate(f"{board}.named('Déjà pris par V1 (P1 vitale)')")
    assert told == f"Déjà pris par Mme Modèle ({hour}) (P1 vitale)"
    person = {"client_id": "S1:A", "provider": "Les Tilleuls"}
    assert page.evaluate(f"one => {board}.client(one)", person) == "Mme Modèle"
    assert page.evaluate(f"{board}.names.providers") == {"S1": "S1", "S2": "S2"}
    others = "workers: {W1: 'Mme Modèle'}, providers: {S2: 'Les Tilleuls'}"
    page.evaluate(f"{board}.learn({{...{board}.names, {others}}})")
    assert page.evaluate(f"{board}.named('Aucun engagement avec S2')") == "Aucun engagement avec Les Tilleuls"
    assert page.evaluate(f"one => {board}.client(one)", person) == "Mme Modèle (Les Tilleuls)"
    assert page.evaluate(f"{board}.worker('W1')") == "Mme Modèle"


def test_the_panel_says_nothing_where_there_is_nothing_to_say(desk: Seat) -> None:
    """A visit that nobody does has no marking."""
    board = "document.querySelector('brigade-board')"
    desk.page.evaluate(f"{board}.visits.get('V1').marking = null; {board}.select('V1')")
    expect(desk.page.locator(".panel h2")).to_be_focused()
    expect(desk.page.locator(".panel")).not_to_contain_text("null")


def test_the_focus_stays_in_the_panel_whose_button_was_pressed(desk: Seat) -> None:
    page = desk.page
    page.locator("[data-visit='V1']").click()
    page.locator(".panel").get_by_role("button", name="Épingler").click()
    kept(page)
    page.locator(".panel").get_by_role("button", name="Désépingler").wait_for()
    assert page.evaluate("document.querySelector('.panel').contains(document.activeElement)")


def test_without_coordinates_the_map_says_why_it_is_none(desk: Seat) -> None:
    """And nothing said yet is no empty bar."""
    until(desk.page, "!document.querySelector('#pane-map .empty').hidden")
    assert desk.page.get_by_text("il n’y a pas de carte à montrer").is_visible()
    assert not desk.page.locator(".map").is_visible()
    assert desk.page.locator(".judged").evaluate("bar => bar.offsetHeight") == 0


def test_the_map_keeps_its_colours_apart_where_colours_are_forced(desk: Seat) -> None:
    """Forced, each would be that of text: the outlines filled with it hid every tour."""
    desk.page.emulate_media(forced_colors="active")
    colours = [
        f"document.querySelector('brigade-board').colour('--{one}')" for one in ("ground", "edge", "p1")
    ]
    assert len(set(desk.page.evaluate(f"[{', '.join(colours)}]"))) == 3


def on_the_map(desk: Seat, world: World) -> dict[str, Any]:
    """A proposal whose visits all have a place; its board, once the map is drawn."""
    for number, site in enumerate(world.get(f"{BASIN}/sites?limit=500")["items"]):
        value = {
            **site["value"],
            "latitude": 50.43 + number / 100,
            "longitude": 2.83,
            "commune": "62498",
        }
        put = world.ask(C, "PUT", f"{BASIN}/sites/{site['id']}", value, If_Match=f'"{site["version"]}"')
        assert put.status_code == 200, put.text
    plan = world.propose()
    page = desk.open(f"/bassins/B1/plans/{plan['id']}")
    until(page, READY)
    until(page, "document.querySelector('.map canvas') !== null")
    return plan


def test_the_map_shows_every_visit_that_has_a_place(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    plan, page = on_the_map(desk, planned[0]), desk.page
    marks = "document.querySelector('brigade-board').ways.getLayers().filter(one => one.getRadius).length"
    until(page, f"{marks} === {len(by(plan))}")
    assert page.locator("#pane-map .empty").is_hidden()


def test_beside_a_map_a_day_is_supposed_too(desk: Seat, planned: tuple[World, dict[str, Any]]) -> None:
    """The layer of the map had the name of the wait for a search: no supposition ever ended."""
    world, page = planned[0], desk.page
    plan = on_the_map(desk, world)
    page.locator("[data-visit='V1']").click()
    page.locator(".panel summary", has_text="Et si").click()
    page.locator(".panel details button").first.click()
    queued = "told.items.some(one => ['queued', 'running'].includes(one.state))"
    until(page, f"fetch('/v1{BASIN[3:]}/jobs').then(told => told.json()).then(told => {queued})")
    world.search()
    page.get_by_role("link", name="Voir cette journée").click()
    page.wait_for_url(lambda url: "/plans/plan-" in url and plan["id"] not in url)
    until(page, READY)


def test_an_answer_stays_while_the_board_reads_itself_anew(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    page, world = desk.page, planned[0]
    page.locator("[data-visit='V1']").click()
    page.locator(".panel").get_by_role("button", name="Pourquoi cette personne ?").click()
    asked = page.locator(".panel .answer li").first
    asked.wait_for()
    page.evaluate("document.querySelector('brigade-board').board.isRead = true")
    world.propose()
    until(page, "document.querySelector('brigade-board').board.isRead === undefined")
    page.wait_for_timeout(100)
    assert asked.is_visible()


def test_what_changes_of_what_was_told_stands_in_a_list_and_what_stays_is_shaded(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    """Published, then V1 changes hands, and two others begin earlier: the list says from whom to whom. Nobody
    was told anything before, or all of it stays: no list."""
    world, plan = planned
    page = desk.page
    assert page.locator(".changes").count() == 0
    assert world.publish(plan).status_code == 200
    page = desk.open("/bassins/B1/journee/2026-03-09")
    until(page, READY)
    assert page.locator(".changes").count() == 0
    worker = other_than(by(plan)["V1"])
    drag(page, "V1", worker)
    kept(page)
    page.get_by_text("Ce qui change (3)").click()
    told = page.locator(".changes li")
    assert told.first.inner_text().endswith(f"→ {worker} à 08:00")
    page.get_by_label("Ne rien changer avant").fill("11:00")
    band, track = page.locator(".kept-until").first, page.locator(".lane .track").first
    until(page, "document.querySelectorAll('.kept-until').length > 0")
    seen, whole = band.bounding_box(), track.bounding_box()
    assert seen is not None
    assert whole is not None
    assert abs(seen["width"] / whole["width"] - (11 - 7) / (20 - 7)) < 0.02


def test_a_search_is_followed_where_it_was_asked_and_leads_to_what_it_found(
    desk: Seat, planned: tuple[World, dict[str, Any]]
) -> None:
    world, plan = planned
    page = desk.open("/bassins/B1/journee/2026-03-09")
    page.get_by_role("button", name="Lancer une recherche").click()
    page.wait_for_url("**/journee/2026-03-09")
    until(page, "document.querySelector('brigade-search [data-text]').textContent === 'attend son tour'")
    assert page.get_by_role("button", name="Arrêter la recherche").is_visible()
    world.search()
    page.get_by_role("link", name="Voir la proposition").click()
    page.wait_for_url(lambda url: "/plans/plan-" in url and plan["id"] not in url)
    until(page, READY)
