"""Open streams: few of one account, woken by one poller, ended when their account or the service ends."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest
from fastapi import Request
from fastapi.sse import ServerSentEvent
from starlette.types import Message

from api.routes.progress_routes import Follower, News
from api.runtime.faults import Unauthenticated
from api.runtime.roles import Role
from api.service import streams
from api.service.streams import Listener, StreamHub
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER


def test_one_account_holds_so_many_streams_and_no_more(world: World) -> None:
    world.service.hub.seats.of_one = 1
    world.service.hub.seats.take(_account(world, W))
    refused = world.ask(W, "GET", f"{BASIN}/events/stream")
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (429, "A107", "2")


def _account(world: World, role: Role) -> str:
    rows = world.get("/v1/accounts?limit=500", Role.ADMINISTRATOR)["items"]
    return str(next(row["id"] for row in rows if row["login"] == role.value))


def test_one_look_tells_whose_basin_changed(world: World) -> None:
    """The first tells everybody; then a write in B1 only those who follow B1; nothing new wakes nobody; a
    revoked token may be anybody's."""
    hub = StreamHub(world.service.database, 10, 10)
    assert hub.look([]) == (None, set())
    assert hub.look([]) == (set(), set())
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert hub.look([]) == ({"B1"}, set())
    made = world.ask(W, "POST", "/v1/tokens", {"name": "essai"})
    assert made.status_code == 201, made.text
    assert hub.look([]) == (None, set())


def test_a_search_wakes_those_who_follow_it(world: World) -> None:
    (job,) = world.ask(M, "POST", f"{BASIN}/absences", absence()).json()["jobs"]
    hub = StreamHub(world.service.database, 10, 10)
    assert hub.look([job])[1] == {job}
    assert hub.look([job])[1] == set()
    world.search()
    assert hub.look([job])[1] == {job}


def test_streams_end_when_the_service_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by a signal's handler, from outside the loop: every round is over at once, though nothing
    changed."""
    hub = StreamHub(world.service.database, 10, 10)

    async def follow() -> int:
        listeners = [Listener("B1") for _ in range(3)]
        told = [asyncio.create_task(_rounds(hub, one)) for one in listeners]
        await asyncio.sleep(0)
        await asyncio.to_thread(hub.end)
        return sum(await asyncio.wait_for(asyncio.gather(*told), 30))

    monkeypatch.setattr(streams, "LISTEN_S", 3600)
    assert asyncio.run(follow()) <= 6


async def _rounds(hub: StreamHub, listener: Listener) -> int:
    count = 0
    with hub.listening(listener):
        async for _ in hub.rounds(listener):
            count += 1
    return count


def test_a_reader_that_left_gives_its_seat_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(self: Any) -> bool:
        return True

    monkeypatch.setattr("starlette.requests.Request.is_disconnected", gone)
    assert world.ask(W, "GET", f"{BASIN}/events/stream").status_code == 200
    assert world.service.hub.seats.taken == 0


def test_a_stream_ends_where_its_reader_may_look_no_more(world: World) -> None:
    """A token revoked meanwhile: no fault of ours, and nothing more is told."""
    looks = count()

    def look() -> News:
        if next(looks):
            raise Unauthenticated("A101", "Authorization", "unknown_token")
        return [ServerSentEvent(event="event", raw_data="{}")], False

    async def told() -> list[str | None]:
        request = Request({"type": "http"}, receive=forever)
        return [one.raw_data async for one in Follower(world.service, Listener("B1"), look).events(request)]

    assert asyncio.run(told()) == ["{}"]


async def forever() -> Message:
    await asyncio.sleep(3600)
    raise AssertionError("nobody waits for so long")
