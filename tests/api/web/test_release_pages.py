"""A release is declared by its provider, confirmed with somebody kept free, and cancelled."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C, M = Role.COORDINATOR, Role.MANAGER
PAGE = "/bassins/B1/formations"
GIVEN = {"employee_id": "A-1", "kind": "training_release", "title": "DEAES, bloc 1", "training_body": "GRETA"}
GIVEN |= {"first_day": "2026-03-12", "from_hour": "08:00", "to_hour": "17:00", "funding_line_id": "F1"}


def test_a_release_is_declared_confirmed_and_cancelled_and_its_hours_are_told(world: World) -> None:
    """Three workers from 7 to 20 h on Monday: 39 h. Thursday 8 to 17 h: 9 h promised, 216 € of F1."""
    manager, coordinator = Browser(world, M), Browser(world, C)
    assert "Heures libres" not in manager.page(PAGE).text()
    made = manager.press(PAGE, PAGE, **GIVEN)
    assert made.status_code == 303, made.text
    id = made.headers["Location"].partition("#")[2]
    page = coordinator.page(PAGE)
    weeks, lines = page.all("tbody")
    first = [cell.text() for cell in weeks.all("tr")[0].all("td")]
    assert [one.replace("\xa0", " ") for one in first] == ["39 h", "9 h", "elles suffisent"]
    assert lines.all("td")[2].text().replace("\xa0", " ").startswith("216")
    held = f"worker-{id}-1"
    refused = coordinator.press(PAGE, f"{PAGE}/{id}/confirmer", **{held: "W9"})
    assert (refused.status_code, "Erreur" in refused.text) == (422, True)
    told = world.get(f"{BASIN}/workers/W1")
    hours = [{"start": "2026-03-12T07:00:00+01:00", "end": "2026-03-12T20:00:00+01:00"}]
    value = {**told["value"], "availability": told["value"]["availability"] + hours}
    match = {"If-Match": f'"{told["version"]}"'}
    assert world.ask(C, "PUT", f"{BASIN}/workers/W1", value, **match).status_code == 200
    assert coordinator.press(PAGE, f"{PAGE}/{id}/confirmer", **{held: "W1"}).status_code == 303
    assert "confirmé" in coordinator.page(PAGE).all("main")[0].all("ul")[0].text()
    assert manager.press(PAGE, f"{PAGE}/{id}/annuler").headers["Location"] == PAGE
    assert "Aucun départ prévu" in manager.page(PAGE).text()


def test_faults_of_a_release_stand_in_the_page_with_what_was_typed(world: World) -> None:
    refused = Browser(world, M).press(PAGE, PAGE, **{**GIVEN, "training_body": "", "first_day": "2026-03-02"})
    assert (refused.status_code, 'value="DEAES, bloc 1"' in refused.text) == (422, True)
    assert "Erreur" in refused.text
