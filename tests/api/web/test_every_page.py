"""What holds for every page, in both languages: it opens, is read in order, says what its fields are, and in
one language; and for whoever may not open it, it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from api.runtime.roles import Role
from api.web import rendering, statics
from api.web.site import PAGES
from api.web.view import PageEntry
from brigade.words import LANGUAGES, typeset
from brigade.words.catalogue import keys
from tests.api.conftest import World, world_on
from tests.api.small_basin import BASIN, meeting
from tests.api.web.reading import Tag
from tests.api.web.site import Browser, address_of, at_work, visits

EVERY = list(visits())
CASES = [pytest.param(page, role, id=f"{page.name}-{role or 'nobody'}") for page, role in EVERY]
FRENCH = re.compile(
    r"\b(le|les|une|est|sont|pas|vous|pour|avec|dans|aucun|aucune|cette|depuis|avant|après|ou|où|sur|qui)\b",
    re.I,
)
ENGLISH = re.compile(r"\b(the|and|is|are|with|from|this|nothing|your|before|after|which|by)\b", re.I)
UNLABELLED = {"hidden", "submit", "button"}
TEMPLATES = sorted(rendering.FOLDER.rglob("*.html"))
SAID = re.compile(r"""\b(?:word|word_in)\(\s*["'](page\.[\w.]+)["']\s*[,)]""")
"""A key that is written whole; those that are put together stand in the page's own test."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, str]]]:
    """A service with a day at work, a team meeting in it, which pages only read, and the ids of the day."""
    folder = tmp_path_factory.mktemp("pages")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    assert world.ask(Role.COORDINATOR, "PUT", f"{BASIN}/work-blocks/R-01", meeting("17:00")).is_success
    yield world, at_work(world)
    world.service.database.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("page", "role"), CASES)
def test_a_page_opens_and_is_well_formed(
    opened: tuple[World, dict[str, str]], page: PageEntry, role: Role | None, lang: str
) -> None:
    world, ids = opened
    browser = Browser(world, role, lang)
    answer = browser.get(address_of(page, world, ids))
    assert answer.status_code == 200, answer.text[:3000]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["Content-Language"], answer.headers["Cache-Control"]) == (lang, "no-store")
    seen = browser.page(address_of(page, world, ids))
    assert seen.all("html")[0]["lang"] == lang
    assert len(seen.all("h1")) == len(seen.all("main")) == 1
    # A view of text alone shows what is hidden: it must not tell what did not happen.
    assert {one["id"]: one.text() for one in seen.below() if one["id"] in ("kept", "lost")} in (
        {"kept": "", "lost": ""},
        {"kept": ""},
    )
    assert seen.all("title")[0].text().endswith("– Brigade")
    assert not [
        one for one in seen.below() if one["style"] or any(name.startswith("on") for name in one.attributes)
    ]
    assert any(one["hx-get"] for one in seen.below()) == any(
        "htmx" in one["src"] for one in seen.all("script")
    )
    assert _unlabelled(seen) == []
    assert _twice(seen) == []
    assert _levels(seen) == []
    assert lang == "en" or _breakable(seen) == []
    other = FRENCH if lang == "en" else ENGLISH
    assert [text for text in seen.all("body")[0].words(lang) if other.search(text)] == []


def _unlabelled(page: Tag) -> list[str]:
    """Fields without a label of their own."""
    named = {one["for"] for one in page.all("label")}
    fields = [one for one in page.all("input", "select", "textarea") if one["type"] not in UNLABELLED]
    return [
        one["name"]
        for one in fields
        if one["id"] not in named and not one["aria-label"] and not one["aria-labelledby"]
    ]


def _twice(page: Tag) -> list[str]:
    """Ids that stand for two things."""
    ids = [one["id"] for one in page.below() if one["id"]]
    return sorted({id for id in ids if ids.count(id) > 1})


def _breakable(page: Tag) -> list[str]:
    """French that may begin a line with a colon, or part an amount from its unit."""
    # By hand: `split` parts at the very spaces that are looked for.
    read = [re.sub(r"[ \t\n]+", " ", text) for text in page.all("body")[0].words("fr")]
    return [text for text in read if typeset(text) != text]


def _levels(page: Tag) -> list[str]:
    """Headings that skip a level."""
    levels = [int(one.name[1]) for one in page.all("main")[0].all("h1", "h2", "h3", "h4")]
    return [f"h{one} after h{before}" for before, one in pairwise(levels) if one > before + 1]


@pytest.mark.parametrize("page", [page for page in PAGES if page.roles], ids=lambda page: page.name)
def test_a_page_is_closed_to_others_and_sends_strangers_to_the_login(
    opened: tuple[World, dict[str, str]], page: PageEntry
) -> None:
    world, ids = opened
    address = address_of(page, world, ids)
    assert Browser(world, None).get(address).headers["Location"].startswith("/connexion?vers=/")
    for role in set(Role) - page.roles:
        assert Browser(world, role).get(address).status_code in (403, 404), role


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_of_a_role_opens(opened: tuple[World, dict[str, str]], role: Role) -> None:
    browser = Browser(opened[0], role)
    for link in browser.page("/a-propos").all("nav")[0].all("a") if _has_menu(role) else ():
        page = browser.page(link["href"])
        assert [one["href"] for one in page.all("nav")[0].all("a") if one["aria-current"]] == [link["href"]]


def _has_menu(role: Role) -> bool:
    return any(page.place is not None and role in page.roles for page in PAGES)


def test_every_page_has_a_title_in_both_languages_and_those_in_the_navigation_a_short_one() -> None:
    for lang in LANGUAGES:
        known = keys(lang, "word.page.")
        assert {f"{page.name}.title" for page in PAGES} <= known
        assert {f"{page.name}.menu" for page in PAGES if page.place is not None} <= known


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: path.relative_to(rendering.FOLDER).as_posix()
)
def test_a_template_compiles_and_its_words_are_known(template: Path) -> None:
    name = template.relative_to(rendering.FOLDER).as_posix()
    rendering.environment().get_template(name)
    said = set(SAID.findall(template.read_text("utf-8")))
    for lang in LANGUAGES:
        assert {f"page.{key}" for key in keys(lang, "word.page.")} >= said


def test_icons_that_templates_name_are_drawn() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', statics.files()["vendor/icons.svg"].content.decode()))
    named = {
        name for path in TEMPLATES for name in re.findall(r'icon\("([\w-]+)"\)', path.read_text("utf-8"))
    }
    assert named <= drawn
