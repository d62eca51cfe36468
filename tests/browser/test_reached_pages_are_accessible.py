"""axe-core finds nothing on what only a form or a press leads to: columns being matched, a setting's history,
a day that changes, the list of who is told, a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.runtime.roles import Role
from brigade.words import LANGUAGES
from tests.api.conftest import World, wish, world_on
from tests.api.web.site import at_work
from tests.browser.axe import violations
from tests.browser.served import PHONE, WALL, seat, served, until

C = Role.COORDINATOR
FOREIGN = "N°;Date;Heure;Durée;Client;Prestation\r\nX1;16/03/2026;08h30;1h00;Modèle Jeanne;Toilette\r\n"
READY = "document.querySelector('brigade-board') && !document.querySelector('[data-loading]')"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a day at work and a setting that was changed."""
    folder: Path = tmp_path_factory.mktemp("site")
    world: World = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    at_work(world)
    wish(world, telephone="+33321000000")
    with served(world) as address:
        yield address
    world.service.database.close()


def matching(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "planning.csv", "mimeType": "text/csv", "buffer": FOREIGN.encode()}
    )
    page.locator("button[value=check]").click()
    page.locator("form.matching").wait_for()
    page.locator("#source").fill("Ogust")
    page.locator("button[value=try]").click()
    page.locator("form.matching [aria-invalid]").first.wait_for(state="attached")


def history(page: Page) -> None:
    page.locator("td", has_text="+33321000000").first.wait_for()


def in_hand(page: Page) -> None:
    until(page, READY)
    page.set_viewport_size({"width": WALL[0], "height": WALL[1]})
    page.locator(".grid [data-visit]").first.focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.may, .may-not').length > 0")


def refused(page: Page) -> None:
    page.locator("#login").fill("personne")
    page.locator("#password").fill("rien-de-connu-ici")
    page.locator("main form button").click()
    page.locator("[role=alert][data-focus]").wait_for()


REACHED: dict[str, tuple[str, Role | None, Callable[[Page], None]]] = {
    "matching": ("/bassins/B1/imports", C, matching),
    "history": ("/bassins/B1/regles", C, history),
    "in_hand": ("/bassins/B1/journee/2026-03-09", C, in_hand),
    "refused": ("/connexion", None, refused),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", REACHED)
def test_axe_finds_nothing(browser: Browser, opened: str, name: str, lang: str) -> None:
    path, role, reach = REACHED[name]
    with seat(browser, opened, WALL, lang) as somebody:
        if role is not None:
            somebody.log_in(role)
        shown = somebody.open(path)
        reach(shown)
        for width, height in (PHONE, WALL):
            shown.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                shown.emulate_media(color_scheme=scheme)
                assert violations(shown, of_colours=scheme == "dark") == [], (width, scheme)
            somebody.is_content()
