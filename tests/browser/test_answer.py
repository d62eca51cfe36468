"""A worker on her telephone: she opens the link of a mail, reads, presses, and is told that it was taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.api.conftest import World
from tests.api.web.test_answer_page import state, told

ADDRESS = "https://brigade.test"


@pytest.fixture
def world(untouched: World) -> World:
    return untouched


@pytest.fixture
def telephone(browser: Browser, world: World) -> Iterator[Page]:
    """A narrow screen, whose requests go to the service."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()

    def carry(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(ADDRESS)
        answer = world.client.request(
            asked.method, path, content=asked.post_data_buffer, headers=asked.all_headers()
        )
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    page.route("**/*", carry)
    yield page
    context.close()


def test_an_offer_is_accepted_by_thumb(world: World, telephone: Page) -> None:
    """Both buttons are large enough for a thumb (44 px), nothing overflows, and the page's own style is let
    through."""
    offer, link = told(world)
    complaints: list[str] = []
    telephone.on("console", lambda said: complaints.append(said.text))
    telephone.goto(f"{ADDRESS}{link}")
    for button in telephone.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 300
    assert telephone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert state(world, offer) == "offered"
    telephone.get_by_role("button", name="J’accepte").tap()
    telephone.get_by_role("status").get_by_text("Vous avez accepté.").wait_for()
    assert state(world, offer) == "accepted"
    telephone.reload()
    assert (telephone.get_by_role("status").inner_text(), complaints) == ("Vous avez accepté.", [])
