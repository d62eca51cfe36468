"""One protocol for what waits to be worked on: searches and parcels, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.shapes.kept.job_shapes import FromScratch, SearchEffort
from api.store.cycle_tables import Job
from api.store.leases import WAITS, Lease, Leased, Queue
from api.store.message_tables import Message
from tests.api.conftest import World

LASTS = timedelta(seconds=30)
MOST = 6


def _jobs(world: World) -> list[Job]:
    wish = FromScratch(effort=SearchEffort(seed=1, iterations=1, time_limit_s=None))
    clock = world.service.clock
    return [Job.made(clock, "B1", state=WAITS, wish=wish, asked_by="somebody") for _ in range(MOST)]


def _messages(world: World) -> list[Message]:
    clock = world.service.clock
    return [
        Message.made(
            clock,
            "B1",
            state=WAITS,
            kind="proposal_ready",
            cause=f"test:{number}",
            channel="email",
            contact_id="account:none",
            about={},
            next_at=clock.now(),
        )
        for number in range(MOST)
    ]


@pytest.fixture(params=[_jobs, _messages], ids=["jobs", "messages"])
def queue(request: pytest.FixtureRequest, world: World) -> Queue[Leased]:
    """Six rows that wait, of each table that has such rows."""
    rows = request.param(world)
    with world.service.database.writing() as session:
        session.add_all(rows)
        session.commit()
    return Queue(type(rows[0]), LASTS)


def claimed(world: World, queue: Queue[Leased], most: int = 1) -> list[Lease]:
    with world.service.database.writing() as session:
        found = [lease for lease, _ in queue.claim(session, world.service.clock.now(), most)]
        session.commit()
    return found


def taken_back(world: World, queue: Queue[Leased]) -> list[str]:
    """What was lost, and waits again."""
    now, database = world.service.clock.now(), world.service.database
    found = []
    with database.reading() as session:
        lost = queue.lost(session, now)
    for id in lost:
        with database.writing() as session:
            row = queue.take_back(session, id, now)
            if row is not None:
                row.let_go(WAITS)
                found.append(id)
            session.commit()
    return found


def is_renewed(world: World, queue: Queue[Leased], lease: Lease) -> bool:
    with world.service.database.writing() as session:
        renewed = queue.renewal(lease, world.service.clock.now()).returning(queue.table.id)
        found = session.scalar(renewed)
        session.commit()
    return found is not None


def is_heard(world: World, queue: Queue[Leased], lease: Lease) -> bool:
    with world.service.database.writing() as session:
        return queue.held(session, lease) is not None


def test_what_waits_is_claimed_once_by_however_many(world: World, queue: Queue[Leased]) -> None:
    with ThreadPoolExecutor(MOST) as hands:
        found = list(hands.map(lambda _: claimed(world, queue), range(MOST)))
    left = claimed(world, queue, MOST)
    ids = [lease.id for leases in (*found, left) for lease in leases]
    assert len(ids) == len(set(ids)) == MOST
    with world.service.database.reading() as session:
        assert not queue.waits(session, world.service.clock.now())


def test_who_is_no_longer_heard_of_is_a_ghost(world: World, queue: Queue[Leased]) -> None:
    """What it says after its lease was lost does not count, also once somebody else holds the row."""
    (ghost,) = claimed(world, queue)
    assert is_heard(world, queue, ghost)
    assert not taken_back(world, queue)
    world.later(seconds=31)
    assert taken_back(world, queue) == [ghost.id]
    assert not is_heard(world, queue, ghost)
    heirs = {lease.id: lease for lease in claimed(world, queue, MOST)}
    assert not is_renewed(world, queue, ghost)
    assert not is_heard(world, queue, ghost)
    assert is_heard(world, queue, heirs[ghost.id])


def test_who_renews_a_lease_keeps_it(world: World, queue: Queue[Leased]) -> None:
    (lease,) = claimed(world, queue)
    world.later(seconds=25)
    assert is_renewed(world, queue, lease)
    world.later(seconds=25)
    assert not taken_back(world, queue)
    assert is_heard(world, queue, lease)


def test_a_late_sign_of_life_is_heard_before_the_row_is_taken_back(
    world: World, queue: Queue[Leased]
) -> None:
    (lease,) = claimed(world, queue)
    world.later(seconds=31)
    now, database = world.service.clock.now(), world.service.database
    with database.reading() as session:
        assert queue.lost(session, now) == [lease.id]
    assert is_renewed(world, queue, lease)
    with database.writing() as session:
        assert queue.take_back(session, lease.id, now) is None


def test_a_clock_set_back_hides_no_lost_row(world: World, queue: Queue[Leased]) -> None:
    """The machine dies, and its clock comes back an hour slow: the row is found lost now."""
    (lease,) = claimed(world, queue)
    world.later(hours=-1)
    assert taken_back(world, queue) == [lease.id]
