"""A coordinator draws the basin's map of sectors and says who is at home where; a manager draws her service's
own."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C, M = Role.COORDINATOR, Role.MANAGER
PAGE = "/bassins/B1/secteurs"
NORTH = {"id": "Q1", "name": "Nord", "sites": ["A"], "neighbours": ["Q2"]}
SOUTH = {"id": "Q2", "name": "Sud", "sites": ["B", "C"]}


def _maps(world: World) -> dict[str, dict[str, object]]:
    return {one["id"]: one for one in world.get(BASIN)["value"]["sectors"]}


def test_a_map_is_drawn_from_nothing(world: World) -> None:
    """First the sectors, by name; then the places: A in the north, B in the south, the others in none."""
    browser = Browser(world, C)
    for name in ("Nord-Est", "Été"):
        answer = browser.press(PAGE, PAGE, new_name=name)
        assert answer.headers["Location"] == PAGE, answer.text
    assert list(_maps(world)) == ["NORD-EST", "ETE"]
    sent: dict[str, str | list[str]] = {"site-A": "NORD-EST", "site-B": "ETE", "name-ETE": "Sud"}
    drawn = browser.press(PAGE, PAGE, **sent, **{"near-ETE": ["NORD-EST"]})
    assert drawn.status_code == 303, drawn.text
    maps = _maps(world)
    assert (maps["NORD-EST"]["sites"], maps["ETE"]["sites"]) == (["A"], ["B"])
    assert maps["ETE"]["name"] == "Sud"
    assert (maps["NORD-EST"]["neighbours"], maps["ETE"]["neighbours"]) == (["ETE"], ["NORD-EST"])


def test_sectors_are_neighbours_no_more_where_one_of_both_says_so(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH])
    sent: dict[str, str | list[str]] = {"site-A": "Q1", "site-B": "Q2", "site-C": "Q2"}
    assert Browser(world, C).press(PAGE, PAGE, **sent, **{"near-Q2": ["Q1"]}).status_code == 303
    assert all(not one.get("neighbours") for one in _maps(world).values())


def test_a_sector_struck_out_is_gone_and_its_places_lie_nowhere(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH])
    sent: dict[str, str | list[str]] = {"site-A": "Q1", "site-B": "Q2", "gone": ["Q2"]}
    assert Browser(world, C).press(PAGE, PAGE, **sent).status_code == 303
    maps = _maps(world)
    assert list(maps) == ["Q1"]
    assert maps["Q1"]["sites"] == ["A"]


def test_people_get_a_home_and_a_limit_and_lose_them(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH])
    browser = Browser(world, C)

    def home(**fields: str | list[str]) -> dict[str, object]:
        form = browser.page(PAGE).all("main")[0].all("form")[-1]
        hidden = {one["name"]: one["value"] for one in form.all("input") if one["type"] == "hidden"}
        answer = browser.send(PAGE, **{**hidden, "worker": ["W1", "W2", "W3"], **fields})
        assert answer.status_code == 303, answer.text
        value: dict[str, object] = world.get(f"{BASIN}/workers/W1")["value"]
        return value

    told = home(**{"home-W1": "Q1", "limit-W1": "home_sector"})
    assert (told["sectors"], told["sector_limit"]) == (["Q1"], "home_sector")
    told = home(**{"home-W1": "", "limit-W1": "home_sector"})
    assert (told["sectors"], told.get("sector_limit")) == ([], None)
    assert world.get(f"{BASIN}/workers/W2")["version"] == 1


def test_a_manager_draws_the_map_of_her_own_service_and_no_other(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH])
    browser = Browser(world, M)
    page = browser.page(PAGE)
    assert "Nord" not in page.all("main")[0].text()
    assert browser.press(PAGE, f"{PAGE}?carte=S1", new_name="Ville").headers["Location"] == f"{PAGE}?carte=S1"
    assert _maps(world)["VILLE"]["provider_id"] == "S1"
    assert set(_maps(world)) == {"Q1", "Q2", "VILLE"}
    browser.page(f"{PAGE}?carte=S2", status=404)


def test_what_another_has_saved_meanwhile_is_not_overwritten(world: World) -> None:
    browser = Browser(world, C)
    page = browser.page(PAGE)
    hidden = {one["name"]: one["value"] for one in page.all("main")[0].all("form")[1].all("input")}
    wish(world, sectors=[NORTH, SOUTH])
    answer = browser.send(PAGE, **{**hidden, "new_name": "Ouest"})
    assert answer.status_code == 412
    assert set(_maps(world)) == {"Q1", "Q2"}
