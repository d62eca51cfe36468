"""The guide in pictures, a page a role, stays true: what it quotes is on screen, what it addresses is a page
of that role, and each picture is one that is taken from the demonstration."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from api.runtime.roles import Role
from api.web.site import PAGES
from brigade.words import capital
from brigade.words.catalogue import keys, word_of

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDES = {
    "responsable": Role.MANAGER,
    "coordination": Role.COORDINATOR,
    "intervenante": Role.WORKER,
    "employeur": Role.EMPLOYER,
    "financeur": Role.FUNDER,
    "administration": Role.ADMINISTRATOR,
}
START = "README"
SHOWING = [ROOT / "README.md", *(DOCS / "guide" / f"{name}.md" for name in (START, *GUIDES))]
HEAVIEST = 150_000
QUOTED = re.compile(r"«\s([^«»]+?)\s»")
ADDRESS = re.compile(r"`(/[^`\s]*)`")
PICTURE = re.compile(r"""(?:\]\(|src=")([^)"]*images/[^)"]+)""")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#:]+)\)")


def text(name: str) -> str:
    """A page of the guide, its lines joined: a quotation may be broken over two."""
    return " ".join((DOCS / "guide" / f"{name}.md").read_text("utf-8").split())


@cache
def on_screen() -> frozenset[str]:
    """Every label of the pages in French, as it stands and with its first letter raised; what a label counts
    in brackets or fills in is left out."""
    said = {" ".join(word_of(f"page.{key}", "fr").split()) for key in keys("fr", "word.page.")}
    bare = {re.sub(r" \(\{n\}\)$", "", one) for one in said}
    return frozenset(one for label in said | bare for one in (label, capital(label)))


def pictures(page: Path) -> list[Path]:
    return [(page.parent / found).resolve() for found in PICTURE.findall(page.read_text("utf-8"))]


def test_every_role_has_its_page_and_no_page_is_lost() -> None:
    assert set(GUIDES.values()) == set(Role)
    assert {page.stem for page in (DOCS / "guide").glob("*.md")} == {START, *GUIDES}
    linked = {Path(link).stem for link in LINK.findall(text(START))}
    assert linked == set(GUIDES)


@pytest.mark.parametrize("name", [START, *GUIDES])
def test_what_is_quoted_stands_on_screen(name: str) -> None:
    quoted = QUOTED.findall(text(name).replace("\N{NO-BREAK SPACE}", " "))
    assert len(quoted) >= 5
    assert [one for one in quoted if one not in on_screen()] == []


@pytest.mark.parametrize("name", [START, *GUIDES])
def test_every_address_is_a_page_that_the_role_may_open(name: str) -> None:
    roles = {page.path: page.roles for page in PAGES}
    named = ADDRESS.findall(text(name))
    assert named
    for path in named:
        assert path in roles, path
        assert not roles[path] or GUIDES.get(name) in roles[path], f"{path} is closed to {name}"


@pytest.mark.parametrize("name", [START, *GUIDES])
def test_every_page_linked_is_there(name: str) -> None:
    missing = [link for link in LINK.findall(text(name)) if not (DOCS / "guide" / link).exists()]
    assert missing == []


def test_every_picture_is_light_shown_and_taken_by_the_script() -> None:
    """None is left over, and none came from elsewhere."""
    script = (ROOT / "tools/screenshots.py").read_text("utf-8")
    shown = {path for page in SHOWING for path in pictures(page) if path.suffix == ".webp"}
    assert shown == set((DOCS / "images").glob("*.webp"))
    assert all(pictures(DOCS / "guide" / f"{name}.md") for name in GUIDES)
    for path in shown:
        assert path.stat().st_size <= HEAVIEST, path
        assert f'"{path.stem}"' in script, path
