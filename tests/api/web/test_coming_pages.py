"""A manager reads who comes to whom, and tells one family on the telephone."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser, day

C, M = Role.COORDINATOR, Role.MANAGER


def test_a_family_is_told_a_name_once_somebody_has_agreed(world: World) -> None:
    day(world)
    for kind, ids in (("client", ("S1:A",)), ("worker", ("W1", "W2", "W3"))):
        for id in ids:
            name = {"client": "Mme Alpha", "worker": "Ginette Essai"}[kind]
            assert world.ask(C, "PUT", f"{BASIN}/{kind}-identities/{id}", {"name": name}).status_code == 201
    browser = Browser(world, M)
    assert "Ginette" not in browser.page("/qui-vient").text()
    waiting = browser.page("/qui-vient/S1:A").text()
    assert "Pour Mme Alpha" in waiting
    assert "Nous vous rappelons." in waiting
    for offer in world.get(f"{BASIN}/offers?state=offered")["items"]:
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
    listed = browser.page("/qui-vient")
    line = next(
        one for one in listed.all("a") if one["href"].startswith("/qui-vient/S1") and "A" in one["href"][-1]
    )
    assert "Mme Alpha Ginette Essai" in line.text()
    told = browser.page("/qui-vient/S1:A").text()
    assert "Aujourd’hui, lundi 9 mars 2026, de 08:" in told.replace("\xa0", " ")
    assert "Ginette Essai vient en remplacement." in told


def test_a_home_of_another_service_is_not_there(world: World) -> None:
    day(world)
    Browser(world, M).page("/qui-vient/S2:D", status=404)
