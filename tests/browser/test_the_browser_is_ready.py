"""The ground under every other browser test: pages run their scripts and draw French text."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page


def test_a_page_opened_from_a_file_runs_its_script_and_shows_french(page: Page, tmp_path: Path) -> None:
    report = tmp_path / "rapport.html"
    text = (
        "<meta charset=utf-8><h1>Tournée</h1><script>document.title "
        "= Intl.DateTimeFormat().resolvedOptions().timeZone"
    )
    report.write_text(f"{text}</script>", encoding="utf-8")
    page.goto(report.as_uri())
    assert page.get_by_role("heading").inner_text() == "Tournée"
    assert page.title() == "Europe/Paris"


def test_letters_have_ink(page: Page) -> None:
    """Without a font the screenshot of a word and of nothing are the same white."""
    page.set_content("<p style='font-size:80px'>É’«»</p>")
    with_words = page.screenshot()
    page.set_content("<p style='font-size:80px'></p>")
    assert page.screenshot() != with_words
