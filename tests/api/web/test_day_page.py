"""The head of a day's page: a search is asked with what is to stay, followed and ended; a map of streets
where the operator named one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api.runtime.roles import Role
from api.runtime.settings import UnsafeSettings
from api.shapes.kept.job_shapes import LeastChange
from api.store.cycle_tables import Job
from brigade.units import PARIS
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser, day

C = Role.COORDINATOR
PAGE = "/bassins/B1/journee/2026-03-09"
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def job_of(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.get(f"{BASIN}/jobs")["items"][0]
    return found


def test_a_search_is_asked_that_changes_nothing_before_an_hour(world: World) -> None:
    """A quarter of an hour from now on, as the basin wishes: the form says it, and may say later."""
    day(world)
    browser = Browser(world, C)
    (field,) = (one for one in browser.page(PAGE).all("input") if one["name"] == "freeze_until")
    now = world.service.clock.now().astimezone(PARIS)
    assert field["value"] == f"{now.hour:02}:{now.minute + 15:02}"
    assert browser.press(PAGE, PAGE, freeze_until="11:30").headers["Location"] == PAGE
    world.search()
    with world.service.database.reading() as session:
        row = session.get_one(Job, job_of(world)["id"])
    assert isinstance(row.wish, LeastChange)
    assert row.wish.freeze is not None
    assert row.wish.freeze.replace(second=0, microsecond=0) == datetime(2026, 3, 9, 11, 30, tzinfo=PARIS)


def test_an_hour_that_is_too_far_is_refused_beside_its_field(world: World) -> None:
    day(world)
    browser, later = Browser(world, C), "/bassins/B1/journee/2026-03-12"
    refused = browser.send(later, freeze_until="08:00", **secrets_of(browser))
    assert refused.status_code == 422
    assert "à plus d’un jour d’ici" in refused.text


def secrets_of(browser: Browser) -> dict[str, str]:
    form = browser.page(PAGE).all("main")[0].all("form")[0]
    return {str(one["name"]): str(one["value"]) for one in form.all("input") if one["type"] == "hidden"}


def test_a_search_is_followed_and_ended_where_it_was_asked(world: World) -> None:
    day(world)
    browser = Browser(world, C)
    browser.press(PAGE, PAGE)
    page, job = browser.page(PAGE), job_of(world)
    (followed,) = page.all("brigade-search")
    assert followed["data-progress"] == f"/v1{BASIN.removeprefix('/v1')}/jobs/{job['id']}/progress"
    assert browser.press(PAGE, PAGE, act="stop").headers["Location"] == PAGE
    assert job_of(world)["state"] == "cancelled"
    assert not browser.page(PAGE).all("brigade-search")


def test_nothing_stays_where_nothing_was_told(world: World) -> None:
    """Before a first publication there is no hour to choose."""
    page = Browser(world, C).page(PAGE)
    assert "freeze_until" not in {one["name"] for one in page.all("input")}


def test_streets_come_from_where_the_operator_says_and_only_on_the_board(world: World) -> None:
    day(world)
    settings = world.service.settings
    named = settings.model_copy(update={"tile_url": TILES, "tile_credit": "© les arpenteurs"})
    world.service.settings = named
    browser = Browser(world, C)
    answer = browser.get(PAGE)
    assert "; img-src 'self' data: https://tiles.example.org" in answer.headers["Content-Security-Policy"]
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in answer.text
    assert "img-src" not in browser.get("/bassins/B1/semaine").headers["Content-Security-Policy"]
    world.service.settings = settings
    assert "img-src" not in browser.get(PAGE).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address", ["https://a.org/{z}/{x}", "https://a.org; script-src */{z}/{x}/{y}", "tiles"]
)
def test_an_address_that_is_none_of_tiles_is_refused_at_the_start(world: World, address: str) -> None:
    with pytest.raises(UnsafeSettings, match="BRIGADE_TILE_URL"):
        world.service.settings.model_copy(update={"tile_url": address}).refuse_unsafe()


def test_sheets_of_tours_are_read_and_printed_with_peoples_names(world: World) -> None:
    """Each tour with its stops, and what nobody does, by names as far as there are some."""
    ids = day(world)
    for kind, id, name in (
        ("client", "S1:A", "Mme Modèle"),
        *(("worker", f"W{n}", f"Ginette {n}") for n in (1, 2, 3)),
    ):
        assert world.ask(C, "PUT", f"{BASIN}/{kind}-identities/{id}", {"name": name}).status_code == 201
    page = Browser(world, C).page(f"/bassins/B1/plans/{ids['plan_id']}/feuilles")
    stops = [one.text() for one in page.all("li") if "08:00" in one.text()]
    assert any("Mme Modèle" in one and "proposée" in one for one in stops)
    assert any(one.text().startswith("Ginette") for one in page.all("h2"))
    assert Browser(world, Role.MANAGER).get(f"/bassins/B1/plans/{ids['plan_id']}/feuilles").status_code == 403
