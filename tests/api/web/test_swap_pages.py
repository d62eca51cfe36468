"""*Échanges*: a coordinator asks, the manager of the service answers, each on her page; and the service says
whether its staff may be asked."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser
from tests.api.web.test_swaps_said import left_alone

C, M = Role.COORDINATOR, Role.MANAGER
PAGE = "/bassins/B1/echanges"


def asked(world: World) -> tuple[Browser, Browser, str]:
    """V1 to V3 are left; a coordinator puts the first proposal to S1."""
    left_alone(world, 60)
    coordinator, manager = Browser(world, C), Browser(world, M)
    assert coordinator.press(PAGE, at=PAGE).status_code == 303
    (swap,) = world.get(f"{BASIN}/swaps")["items"]
    return coordinator, manager, swap["id"]


def test_it_is_asked_answered_and_carried_out(world: World) -> None:
    coordinator, manager, id = asked(world)
    assert "Demandes d’échange sans réponse" in manager.page("/absences").text()
    assert manager.press(PAGE, at=f"{PAGE}/{id}/accepter").status_code == 303
    assert "à mettre en place" in coordinator.page("/bassins/B1/a-traiter").text()
    assert coordinator.press(PAGE, at=f"{PAGE}/{id}/mettre-en-place").status_code == 303
    assert world.get(f"{BASIN}/swaps/{id}")["state"] == "done"
    assert "mis en place" in manager.page(PAGE).text()


def test_a_manager_refuses_and_says_why(world: World) -> None:
    coordinator, manager, id = asked(world)
    assert manager.press(PAGE, at=f"{PAGE}/{id}/refuser", reason="départ anticipé").status_code == 303
    text = coordinator.page(PAGE).text()
    assert "refusé" in text
    assert "départ anticipé" in text


def test_what_is_settled_is_not_settled_again(world: World) -> None:
    coordinator, manager, id = asked(world)
    form = manager.page(PAGE)
    assert coordinator.press(PAGE, at=f"{PAGE}/{id}/retirer").status_code == 303
    fields = next(one for one in form.all("form") if one["action"] == f"{PAGE}/{id}/accepter")
    hidden = {one["name"]: one["value"] for one in fields.all("input") if one["type"] == "hidden"}
    late = manager.send(f"{PAGE}/{id}/accepter", **hidden)
    assert late.status_code == 412
    assert world.get(f"{BASIN}/swaps/{id}")["state"] == "withdrawn"


def test_a_manager_sets_the_notice_of_her_service(world: World) -> None:
    manager = Browser(world, M)
    assert manager.press(PAGE, at=f"{PAGE}/delai", swap_notice_min="90").status_code == 303
    assert world.get(f"{BASIN}/providers/S1")["value"]["swap_notice_min"] == 90
    assert manager.press(PAGE, at=f"{PAGE}/delai", swap_notice_min="").status_code == 303
    assert "swap_notice_min" not in world.get(f"{BASIN}/providers/S1")["value"]
