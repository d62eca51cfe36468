"""Rows that leave the house, each by one carrier at a time: claimed under a lease, carried, settled; tried
again, given up.

What is lost with a carrier is found when its lease runs out (`api.store.leases`). The one instant that stays
in doubt lies between the receiver's yes and our commit: such a parcel is carried again under the same
identifier, and marked `doubted`.
"""

from __future__ import annotations

import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.service.service import Service
from api.shapes.kept.kept_shapes import Failure
from api.store.leases import WAITS, Lease, Queue
from api.store.message_tables import Parcel

Row = TypeVar("Row", bound=Parcel)
# Twice as long after each failure (AWS Architecture Blog, Exponential Backoff and Jitter, 2015): most outages
# are over in a minute, and an hour's silence is noticed the same morning.
FIRST_S, LONGEST_S = 15.0, 3600.0
log = structlog.get_logger("brigade.post")


@dataclass(frozen=True, slots=True)
class DeliveryVerdict:
    """How a try ended: `sent`; `again` (it may yet work); `failed` (it will not); `obsolete` (nobody needs it
    any more). `doubted`: the line was lost when the receiver may already have said yes. `answered`: by which
    HTTP status, of a delivery."""

    state: str
    code: str = ""
    detail: str = ""
    doubted: bool = False
    answered: int | None = None


SENT, OBSOLETE = DeliveryVerdict("sent"), DeliveryVerdict("obsolete")


def pause_after(attempts: int, chance: random.Random) -> timedelta:
    """15 s, doubled each time up to an hour; half of it by chance, so that those who failed together come
    back apart."""
    whole = min(FIRST_S * 2 ** (attempts - 1), LONGEST_S)
    return timedelta(seconds=whole * chance.uniform(0.5, 1.0))


class OutboxWorker(ABC, Generic[Row]):
    """One thread that claims what is due and lets a few hands carry it. `table`: whose rows; `most`: tries in
    all."""

    table: type[Row]
    most: int

    def __init__(self, service: Service, chance: random.Random | None = None) -> None:
        self.service, self.settings = service, service.settings
        self.chance = chance or random.Random()
        self.queue = Queue(self.table, timedelta(seconds=self.settings.lease_s))
        self._over = threading.Event()
        self._hands = ThreadPoolExecutor(self.settings.senders, thread_name_prefix=self.table.KIND)
        self._thread = threading.Thread(target=self._loop, name=self.table.KIND, daemon=True)

    # -- what each kind of parcel says for itself -----------------------------------------------------------
    @abstractmethod
    def carry(self, id: str) -> DeliveryVerdict:
        """Bring one parcel out, outside any transaction. May raise: tried again then."""

    @abstractmethod
    def prepare(self) -> None:
        """Before each round."""

    @abstractmethod
    def settled(self, scoped: Scoped, row: Row, verdict: DeliveryVerdict) -> None:
        """In the transaction that ends a try."""

    # -- rounds ---------------------------------------------------------------------------------------------
    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is on its way is carried to its end."""
        self._over.set()
        self._thread.join()
        self._hands.shutdown()

    def _loop(self) -> None:
        while not self._over.is_set():
            more = False
            try:
                # As many as there are hands: more may be due, so the next round comes at once.
                more = self.once() >= self.settings.senders
            except Exception as fault:
                # A database that is gone for a while comes back; what waits is still in it.
                log.error("carrier", kind=self.table.KIND, error=type(fault).__name__)
            if not more:
                self._over.wait(self.settings.poll_s)

    def once(self) -> int:
        """One round. Returns how many parcels were carried."""
        self.prepare()
        self.recover()
        claims = self.claim()
        # A list: what a hand raises comes out here.
        list(self._hands.map(self._bring, claims))
        return len(claims)

    def all_due(self) -> None:
        """Rounds until nothing is due."""
        while self.once():
            pass

    def claim(self) -> list[Lease]:
        """Up to as many due parcels as there are hands, now ours until the lease ends."""
        now, database = self.service.clock.now(), self.service.database
        with database.reading() as session:
            # Looked at by a reading first: on SQLite an idle round must not take the writer's turn.
            if not self.queue.waits(session, now):
                return []
        with database.writing() as session:
            claimed = self.queue.claim(session, now, self.settings.senders)
            for _, row in claimed:
                # Counted when claimed, not when settled: a parcel that kills its carrier is given up as well.
                row.attempts += 1
            session.commit()
        return [lease for lease, _ in claimed]

    def recover(self) -> None:
        """What was lost with its carrier waits again: nobody knows whether the receiver had said yes. Given
        up when every try ended so."""
        now, database = self.service.clock.now(), self.service.database
        with database.reading() as session:
            lost = self.queue.lost(session, now)
        for id in lost:
            with database.writing() as session:
                row = self.queue.take_back(session, id, now)
                if row is None:
                    continue
                row.doubted = True
                if row.attempts >= self.most:
                    self._settle(session, row, DeliveryVerdict("failed", "carrier_lost"))
                else:
                    row.let_go(WAITS)
                    session.commit()

    def _bring(self, lease: Lease) -> None:
        try:
            verdict = self.carry(lease.id)
        except Exception as fault:
            # The class tells enough; a message might quote an address.
            log.error("carrying", kind=self.table.KIND, id=lease.id, error=type(fault).__name__)
            verdict = DeliveryVerdict("again", "crashed", type(fault).__name__)
        self.settle(lease, verdict)

    def settle(self, lease: Lease, verdict: DeliveryVerdict) -> None:
        """Unless the lease had ended and somebody else took the parcel over: what they say counts."""
        with self.service.database.writing() as session:
            row = self.queue.held(session, lease)
            if row is not None:
                self._settle(session, row, verdict)

    def _settle(self, session: Session, row: Row, verdict: DeliveryVerdict) -> None:
        scoped = Scoped(session, Principal.system("post", row.basin_id), self.service.clock)
        self._end(row, verdict, scoped.clock.now())
        self.settled(scoped, row, verdict)
        scoped.commit()

    def _end(self, row: Row, verdict: DeliveryVerdict, now: datetime) -> None:
        row.let_go(verdict.state)
        row.doubted = row.doubted or verdict.doubted
        row.version, row.changed_at = row.version + 1, now
        is_settled = verdict.state in ("sent", "obsolete")
        row.failure = None if is_settled else Failure(code=verdict.code, detail=verdict.detail)
        if verdict.state == "sent":
            row.sent_at = now
        elif verdict.state == "again":
            row.next_at = now + pause_after(row.attempts, self.chance)
            is_over = row.attempts >= self.most or (row.until is not None and row.next_at > row.until)
            row.state = "failed" if is_over else WAITS


def again(row: Parcel, now: datetime) -> None:
    """A parcel that was given up, from the beginning, under the same identifier."""
    row.state, row.attempts, row.next_at, row.until, row.failure = WAITS, 0, now, None, None


class Timeout:
    """Ends a conversation that lasts too long, however slowly the other side drips: `end` is called from
    another thread."""

    def __init__(self, seconds: float, end: Callable[[], object]) -> None:
        self._timer = threading.Timer(seconds, end)
        self._timer.daemon = True

    def __enter__(self) -> Timeout:
        self._timer.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._timer.cancel()
