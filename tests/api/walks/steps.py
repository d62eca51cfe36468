"""What the stories of the roles have in common: the hour, what waits, what each is told by letter."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from api.messages.channels import Letter
from api.runtime.roles import Role
from brigade.units import PARIS
from tests.api.conftest import PASSWORD, World
from tests.api.messages.test_outbox import send
from tests.api.small_basin import BASIN

A, C, M, W, E, F = Role
LINK = re.compile(r"http://127\.0\.0\.1:8000(/v1/tours/[\w-]+)")


def until(world: World, wall: str, day: int = 9) -> None:
    """Let time pass to this hour, of the Monday or another day of March."""
    hour, minute = map(int, wall.split(":"))
    there = datetime(2026, 3, day, hour, minute, tzinfo=PARIS)
    world.later(seconds=(there - world.service.clock.now()).total_seconds())


def waiting(world: World) -> dict[str, list[Any]]:
    """Of the coordinators' list, what has anything."""
    found = world.get(f"{BASIN}/attention")
    return {kind: entries for kind, entries in found.items() if entries}


def proposed(world: World) -> dict[str, Any]:
    """The proposal that waits, after the search that followed by itself."""
    world.search()
    return dict(world.get(f"{BASIN}/plans/{waiting(world)['proposals'][0]['id']}"))


def everybody_is_reached(world: World) -> None:
    """Workers, services and the coordinator by mail; places of the clients have names."""
    account = next(one["id"] for one in world.get("/v1/accounts", A)["items"] if one["role"] == "coordinator")
    names = {f"account:{account}": "duty", **{f"worker:{one}": one.lower() for one in ("W1", "W2", "W3")}}
    for id, name in {**names, "provider:S1": "s1", "provider:S2": "s2"}.items():
        assert (
            world.ask(
                C, "PUT", f"{BASIN}/contacts/{id}", {"id": id, "email": f"{name}@example.org"}
            ).status_code
            == 201
        )


def alone(world: World, name: str) -> None:
    """Nobody but `name` is there."""
    for other in {"W1", "W2", "W3"} - {name}:
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        body = {**row.json()["value"], "availability": []}
        assert (
            world.ask(C, "PUT", f"{BASIN}/workers/{other}", body, If_Match=row.headers["ETag"]).status_code
            == 200
        )


def post(world: World, *names: str) -> list[Letter]:
    """All that is due goes out; what these readers get, none of it empty."""
    heard = send(world)
    assert all(len(letter.text) > 60 for letter in heard.heard)
    return [letter for name in names for letter in heard.to(f"{name}@example.org")]


def account(world: World, login: str, role: Role, target: str = "") -> tuple[str, str]:
    """A new one, in its browser: its cookie and the word of its writes."""
    grants = [{"basin_id": "B1", "target_id": target}]
    body = {"login": login, "role": role.value, "password": PASSWORD, "grants": grants}
    assert world.ask(A, "POST", "/v1/accounts", body).status_code == 201
    opened = world.client.post("/v1/sessions", json={"login": login, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    cookie = "; ".join(f"{name}={value}" for name, value in opened.cookies.items())
    world.client.cookies.clear()
    return cookie, opened.json()["csrf"]
