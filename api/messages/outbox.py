"""Rows that leave the house, each by one carrier at a time: claimed under a lease, carried, settled; tried
again, given up.

What is lost with a carrier is found when its lease runs out. The one instant that stays in doubt lies between
the receiver's
yes and our commit: such a parcel is carried again under the same identifier, and marked `doubted`.
"""

from __future__ import annotations

import random
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog
from sqlalchemy import and_, or_, select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.service.service import Service
from api.shapes.kept.kept_shapes import Failure
from api.store.message_tables import Parcel

Row = TypeVar("Row", bound=Parcel)
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


@dataclass(frozen=True, slots=True)
class Claim:
    """`is_spent`: every try it had ended with its carrier; it is not carried once more."""

    id: str
    lease: str
    is_spent: bool


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
                more = self.once() >= self.settings.senders
            except Exception as fault:
                # A database that is gone for a while comes back; what waits is still in it.
                log.error("carrier", kind=self.table.KIND, error=type(fault).__name__)
            if not more:
                self._over.wait(self.settings.poll_s)

    def once(self) -> int:
        """One round. Returns how many parcels were carried."""
        self.prepare()
        claims = self.claim()
        # A list: what a hand raises comes out here.
        list(self._hands.map(self._bring, claims))
        return len(claims)

    def all_due(self) -> None:
        """Rounds until nothing is due."""
        while self.once():
            pass

    def claim(self) -> list[Claim]:
        """Up to as many due parcels as there are hands, now ours until the lease ends."""
        now = self.service.clock.now()
        due = or_(
            and_(self.table.state == "queued", self.table.next_at <= now),
            and_(self.table.state == "sending", self.table.lease_until < now),
        )
        with self.service.database.reading() as session:
            if session.scalar(select(self.table.id).where(due).limit(1)) is None:
                return []  # most rounds end here, without the lock of a writer
        with self.service.database.writing() as session:
            asked = (
                select(self.table)
                .where(due)
                .order_by(self.table.next_at, self.table.id)
                .limit(self.settings.senders)
            )
            rows = session.scalars(asked.with_for_update(skip_locked=True)).all()
            found = [_take(row, self.most, now + timedelta(seconds=self.settings.lease_s)) for row in rows]
            session.commit()
        return found

    def _bring(self, claim: Claim) -> None:
        try:
            verdict = DeliveryVerdict("failed", "carrier_lost") if claim.is_spent else self.carry(claim.id)
        except Exception as fault:
            # The class tells enough; a message might quote an address.
            log.error("carrying", kind=self.table.KIND, id=claim.id, error=type(fault).__name__)
            verdict = DeliveryVerdict("again", "crashed", type(fault).__name__)
        self._settle(claim, verdict)

    def _settle(self, claim: Claim, verdict: DeliveryVerdict) -> None:
        with self.service.database.writing() as session:
            row = session.get(self.table, claim.id, with_for_update=True, populate_existing=True)
            if row is None or (row.state, row.lease) != ("sending", claim.lease):
                return  # our lease had ended and somebody else took it over: what they say counts
            scoped = Scoped(session, Principal.system("post", row.basin_id), self.service.clock)
            self._end(row, verdict, scoped.clock.now())
            self.settled(scoped, row, verdict)
            scoped.commit()

    def _end(self, row: Row, verdict: DeliveryVerdict, now: datetime) -> None:
        row.lease = row.lease_until = None
        row.doubted = row.doubted or verdict.doubted
        row.version, row.changed_at = row.version + 1, now
        is_settled = verdict.state in ("sent", "obsolete")
        row.failure = None if is_settled else Failure(code=verdict.code, detail=verdict.detail)
        row.state = verdict.state
        if verdict.state == "sent":
            row.sent_at = now
        elif verdict.state == "again":
            row.next_at = now + pause_after(row.attempts, self.chance)
            is_over = row.attempts >= self.most or (row.until is not None and row.next_at > row.until)
            row.state = "failed" if is_over else "queued"


def _take(row: Parcel, most: int, until: datetime) -> Claim:
    # A lease that ran out: its carrier died, and nobody knows whether the receiver had said yes.
    row.doubted = row.doubted or row.state == "sending"
    row.state, row.lease, row.lease_until = "sending", secrets.token_hex(16), until
    row.attempts += 1
    return Claim(row.id, row.lease, row.attempts > most)


def again(row: Parcel, now: datetime) -> None:
    """A parcel that was given up, from the beginning, under the same identifier."""
    row.state, row.attempts, row.next_at, row.until, row.failure = "queued", 0, now, None, None


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
