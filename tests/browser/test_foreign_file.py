"""A manager brings the planning of the week as her own program writes it: its columns are matched once, what
is wrong is mended, and the next week's file comes in by two presses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.test_matching_page import FIRST, NEXT
from tests.browser.axe import violations
from tests.browser.served import DESK, PHONE, Seat, seat, served

C, M = Role.COORDINATOR, Role.MANAGER
IN_TIME_S = 60
"""Of a machine that does everything at once; a person takes longer to read than the pages to answer."""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_foreign_csv_is_matched_mended_and_imported(
    browser: Browser, tmp_path: Path, untouched: World, size: tuple[int, int]
) -> None:
    untouched.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Jeanne Modèle"})
    with served(untouched) as address, seat(browser, address, size) as manager:
        manager.log_in(M)
        began = time.monotonic()
        first = FIRST.replace("1h00", "longtemps")
        page = chosen(manager, tmp_path / "planning_2026-03-16.csv", first)
        expect(page.get_by_role("heading", level=1)).to_have_text("Faire correspondre les colonnes")
        assert violations(page) == []
        page.get_by_label("De quel logiciel vient ce fichier").fill("Ogust")
        page.get_by_role("button", name="Vérifier").click()
        expect(page.get_by_role("alert").filter(has_text="à corriger")).to_be_focused()
        assert violations(page) == []
        mended(page)
        page.get_by_role("button", name="Vérifier").click()
        # The one thing left is in the file itself: told at its field, with its row.
        expect(page.locator("#f0-visits-duration_min-faults")).to_contain_text("ligne 2")
        page = chosen(manager, tmp_path / "planning_2026-03-16.csv", FIRST)
        page.get_by_label("De quel logiciel vient ce fichier").fill("Ogust")
        mended(page)
        page.get_by_role("button", name="Vérifier").click()
        expect(page.get_by_role("heading", name="Ce que change")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Enregistrer et importer").click()
        expect(page.get_by_text("s’importent sans question")).to_be_visible()
        page = chosen(manager, tmp_path / "planning_2026-03-23.csv", NEXT)
        expect(page.get_by_text("Fichier reconnu")).to_be_visible()
        page.get_by_role("button", name="Importer", exact=True).click()
        expect(page.get_by_text("Importé.")).to_be_visible()
        assert time.monotonic() - began < IN_TIME_S
        manager.is_content()
    found = {one["id"] for one in untouched.get(f"{BASIN}/visits?limit=100", M)["items"]}
    assert found >= {"X1", "X2", "X4", "X5"}
    assert "X3" not in found, "it was cancelled"


def chosen(manager: Seat, path: Path, text: str) -> Page:
    path.write_bytes(text.encode("cp1252"))
    page = manager.open("/bassins/B1/imports")
    page.get_by_label("Fichier", exact=True).set_input_files(path)
    page.get_by_role("button", name="Vérifier").click()
    return page


def mended(page: Page) -> None:
    """What nobody could propose: who a name is, what a code means, and a priority for all."""
    page.get_by_label("DUPONT veut dire").select_option("S1:B")
    page.get_by_label("Toilette veut dire").select_option("essentiel")
    page.get_by_label("Ménage veut dire").select_option("ordinaire")
    page.get_by_label("priorité : colonne du fichier", exact=True).select_option("toujours la même valeur")
    page.get_by_label("priorité : valeur constante", exact=True).select_option("P2")
