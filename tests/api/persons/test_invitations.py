"""Letting a colleague in without an administrator: one's own role and reach, never more; a link tells the
rest."""

from __future__ import annotations

from typing import Any

from api.persons.invitations import MOST_WAITING
from api.runtime.roles import Role
from api.store.person_tables import OutsideName
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN

A, C, M, W, E, F = Role
LOGIN = "remplacante.baie"


def invite(world: World, asker: Role, /, **given: Any) -> Any:
    return world.ask(asker, "POST", f"{BASIN}/invitations", {"login": LOGIN, **given})


def chosen(world: World, link: str, status: int = 204) -> None:
    path = "/v1/password-resets/" + link.rpartition("/")[2]
    assert world.ask(None, "POST", path, {"password": PASSWORD}).status_code == status


def test_a_manager_lets_a_colleague_in_who_reaches_the_same_service_and_no_other(world: World) -> None:
    """Invited twice before she comes: the first link is over; once she has come, her name is taken. The trail
    has it all."""
    first = invite(world, M)
    assert first.status_code == 201, first.text
    account = first.json()["account"]
    assert (account["role"], account["grants"]) == ("manager", [{"basin_id": "B1", "target_id": "S1"}])
    assert world.ask(None, "POST", "/v1/sessions", {"login": LOGIN, "password": PASSWORD}).status_code == 401
    again = invite(world, M, role="manager", target_id="S1")
    chosen(world, first.json()["link"], 410)
    chosen(world, again.json()["link"])
    chosen(world, again.json()["link"], 410)
    assert (invite(world, M).status_code, invite(world, M).json()["code"]) == (409, "A202")
    opened = world.client.post("/v1/sessions", json={"login": LOGIN, "password": PASSWORD})
    assert opened.status_code == 201
    seen = {one["id"] for one in world.client.get(f"{BASIN}/visits").json()["items"]}
    assert seen == {"V1", "V2", "V3"}
    told = [
        one for one in world.ask(A, "GET", "/v1/audit/export").text.splitlines() if "accounts.invited" in one
    ]
    assert len(told) == 2
    assert not [line for line in told if LOGIN in line], "a login may name a person"


def test_an_account_in_use_is_nobodys_to_invite_and_those_that_wait_are_bounded(world: World) -> None:
    """An administrator's reset leaves it without a password; who comes from an outside provider never had
    one."""
    in_use = [invite(world, M, login=f"{LOGIN}.{number}").json() for number in range(2)]
    chosen(world, in_use[0]["link"])
    assert (
        world.ask(A, "POST", f"/v1/accounts/{in_use[0]['account']['id']}/password-reset").status_code == 200
    )
    with world.service.database.writing() as session:
        now = world.service.clock.now()
        session.add(
            OutsideName(issuer="i", subject="s", account_id=in_use[1]["account"]["id"], created_at=now)
        )
        session.commit()
    assert [invite(world, M, login=f"{LOGIN}.{number}").status_code for number in range(2)] == [409, 409]
    for number in range(MOST_WAITING):
        assert invite(world, M, login=f"{LOGIN}.new.{number}").status_code == 201, "those in use do not count"
    assert invite(world, M).status_code == 409
    assert invite(world, M, login=f"{LOGIN}.new.0").status_code == 201, "the same again"


def test_a_coordinator_lets_a_coordinator_of_her_own_basin_in(world: World) -> None:
    made = invite(world, C).json()
    assert (made["account"]["role"], made["account"]["grants"]) == (
        "coordinator",
        [{"basin_id": "B1", "target_id": ""}],
    )


BEYOND: list[tuple[Role, dict[str, Any], int]] = [
    (M, {"role": "coordinator"}, 403),
    (M, {"role": "administrator"}, 403),
    (M, {"role": "worker", "target_id": "W1"}, 403),
    (M, {"target_id": "S2"}, 403),
    (M, {"target_id": "S9"}, 403),
    (C, {"role": "administrator"}, 403),
    (C, {"role": "manager", "target_id": "S1"}, 403),
    (C, {"target_id": "S1"}, 422),
    (A, {}, 422),
    (A, {"role": "administrator"}, 422),
    (A, {"role": "worker", "target_id": "W9"}, 422),
    (A, {"role": "worker", "target_id": "W1"}, 201),
    (W, {}, 403),
    (E, {}, 403),
    (F, {}, 403),
    (M, {"login": "manager"}, 409),
    (M, {"login": "coordinator"}, 409),
    (M, {"grants": [{"basin_id": "B1"}]}, 422),
]


def test_nobody_gives_more_than_the_own_reach(world: World) -> None:
    """And whoever reaches everything says whom it is for."""
    assert [(role, given, invite(world, role, **given).status_code) for role, given, _ in BEYOND] == BEYOND


def test_another_basin_is_out_of_reach(world: World) -> None:
    wishes = {"name": "Arras", "department": "62"}
    assert world.ask(A, "PUT", "/v1/basins/B2", wishes).status_code == 201
    for role in (C, M):
        assert world.ask(role, "POST", "/v1/basins/B2/invitations", {"login": LOGIN}).status_code == 404
