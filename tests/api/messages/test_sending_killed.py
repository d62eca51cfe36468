"""kill -9 in the middle of a message send: nothing is lost; only the instant between the server's yes and our
note doubles."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.messages import contacts, queueing
from api.runtime.clock import ShiftedClock
from api.runtime.roles import Role
from api.shapes.kept.subject_shapes import SearchFailed
from api.shapes.person_shapes import ContactShape
from api.store.message_tables import Message
from tests.api.conftest import World, world_on
from tests.api.mail import Postbox, mail_server
from tests.api.sender import send_all

MANY = 6


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[World, set[str]]]:
    """Six messages in the outbox, and their identifiers."""
    world = world_on(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path)
    service = world.service
    with service.database.writing() as session:
        scoped = Scoped(session, Principal("tests", Role.ADMINISTRATOR), service.clock)
        reached = ContactShape.model_validate({"id": "worker:W1", "email": "w1@example.org"})
        contacts.put(scoped, service.vault, "B1", "worker:W1", reached, None)
        about = SearchFailed(first_day="2026-03-09", told=["P202"])
        rows = [
            queueing.put(session, service.clock, "B1", about, f"essai:{number}", "worker:W1")[0]
            for number in range(MANY)
        ]
        ids = {f"<{row.id}@example.org>" for row in rows}
        scoped.commit()
    yield world, ids
    service.database.close()


def sender(world: World, folder: Path, port: int, later_s: float = 0) -> BaseProcess:
    """Forked from a process that holds the imports and nothing else: no thread, lock or connection of
    ours."""
    clock = world.service.clock
    assert isinstance(clock, ShiftedClock)
    shift_s = clock.shift.total_seconds() + later_s
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.api.sender"])
    made = context.Process(target=send_all, args=(world.service.settings.url, str(folder), port, shift_s))
    made.start()
    return made


def sent_all(made: BaseProcess) -> bool:
    made.join(90)
    return made.exitcode == 0


def killed_at(where: str, world: World, folder: Path, box: Postbox, port: int) -> None:
    """A sender that dies by kill -9 while the server keeps it waiting there."""
    box.hold(where)
    victim = sender(world, folder, port)
    assert box.arrived.wait(90), "the sender never got there"
    victim.kill()
    victim.join(30)
    assert victim.exitcode == -signal.SIGKILL
    box.release()


def states(world: World) -> list[tuple[str, bool]]:
    with world.service.database.reading() as session:
        return sorted((row.state, row.doubted) for row in session.query(Message).all())


def test_killed_before_the_text_went_out_each_message_arrives_exactly_once(
    waiting: tuple[World, set[str]], tmp_path: Path
) -> None:
    world, ids = waiting
    box = Postbox()
    with mail_server(box) as port:
        killed_at("rcpt", world, tmp_path, box, port)
        assert box.taken == []
        assert ("sending", False) in states(world)
        assert sent_all(sender(world, tmp_path, port, later_s=300))
    assert box.ids() == dict.fromkeys(ids, 1)
    assert states(world) == [("sent", False)] * (MANY - 1) + [("sent", True)]


def test_killed_between_the_servers_yes_and_our_note_one_comes_twice_under_one_identifier(
    waiting: tuple[World, set[str]], tmp_path: Path
) -> None:
    """The one instant in doubt. The server has the mail, we do not know: it is sent again, the same to the
    last byte, so that a mailbox tells the repetition by its Message-ID; the row says so."""
    world, ids = waiting
    box = Postbox()
    with mail_server(box) as port:
        killed_at("data", world, tmp_path, box, port)
        assert len(box.taken) == 1
        # Whoever starts at once leaves the one in doubt alone: its carrier may still live.
        assert sent_all(sender(world, tmp_path, port))
        assert len(box.taken) == MANY
        assert sent_all(sender(world, tmp_path, port, later_s=300))
    (twice,) = [id for id, count in box.ids().items() if count == 2]
    assert set(box.ids()) == ids
    assert len(box.taken) == MANY + 1
    copies = [mail.as_bytes() for mail in box.taken if mail["Message-ID"] == twice]
    assert copies[0] == copies[1]
    assert states(world) == [("sent", False)] * (MANY - 1) + [("sent", True)]
