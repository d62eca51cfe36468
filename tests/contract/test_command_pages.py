"""The pages that people follow speak of commands, options and pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from scenarios.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs/coordinateurs.md", ROOT / "docs/cli.md"]
CALL = re.compile(r"brigade ((?:--?\S+ \S+ )?)([a-z]+)([^\n`#&|<>]*)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#:]+)\)")


def commands() -> dict[str, set[str]]:
    """Command -> its options."""
    found = vars(typer.main.get_command(app))["commands"]
    return {
        name: {opt for one in made.params for opt in (*one.opts, *one.secondary_opts)}
        for name, made in found.items()
    }


def calls(page: Path) -> list[tuple[str, set[str]]]:
    """(command, options) of every `brigade ...` in code."""
    text = page.read_text("utf-8")
    code = "\n".join(
        [*re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE), *re.findall(r"`([^`\n]+)`", text)]
    )
    return [(made[2], set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", made[3]))) for made in CALL.finditer(code)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_can_be_typed(page: Path) -> None:
    known = commands()
    shown = calls(page)
    assert len(shown) >= 5
    for command, options in shown:
        assert command in known, command
        assert options <= known[command], (command, options - known[command])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_linked_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert links
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_every_command_has_its_section() -> None:
    sections = re.findall(r"^## brigade (\S+)$", (ROOT / "docs/cli.md").read_text("utf-8"), re.MULTILINE)
    assert sections == list(commands())
