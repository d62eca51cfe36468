"""What the running service holds: its settings, clock, database and the dispatcher of searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from itsdangerous import URLSafeSerializer

from api.access.authentication import SessionUses
from api.access.scope import Scoped
from api.runtime.contained import apart, contained, contained_each
from api.runtime.gate import HolderLimit
from api.runtime.settings import Pool, Settings
from api.runtime.vault import Vault
from api.service import compute_pool
from api.service.compute_pool import ComputePool, Turn
from api.service.streams import StreamHub
from api.store.cycle_tables import Plan
from api.store.engine import Database
from brigade.ports import Clock

Given = ParamSpec("Given")
Result = TypeVar("Result")
ARCHIVES, ARCHIVES_OF_ACCOUNT = 2, 1
"""Made at once in this process: each holds one state of the database for as long as it is read."""


@dataclass
class Service:
    """`work_waits` is set when a job was queued, so that the dispatcher need not sleep on it."""

    settings: Settings
    clock: Clock
    database: Database
    work_waits: Event = field(default_factory=Event)
    sessions: SessionUses = field(default_factory=SessionUses)
    """Which sessions of browsers were used lately."""
    archives: HolderLimit = field(
        default_factory=lambda: HolderLimit("archive", ARCHIVES, ARCHIVES_OF_ACCOUNT)
    )
    outside: dict[str, object] = field(default_factory=dict)
    """What the outside identity provider told of itself (`api.persons.oidc`)."""

    @cached_property
    def hub(self) -> StreamHub:
        """Wakes the open streams; made on first use."""
        return StreamHub(self.database, self.settings.streams, self.settings.streams_of_account)

    @cached_property
    def vault(self) -> Vault:
        """What seals the identities; made on first use."""
        return self.settings.vault()

    @cached_property
    def compute_pool(self) -> ComputePool:
        """Where days are composed and plans judged for requests; its processes begin when they are needed."""
        return ComputePool(self.database.url, self.settings.compute_pool_size)

    def computed(
        self,
        scoped: Scoped,
        basin_id: str,
        act: Callable[Concatenate[Scoped, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """`act`, for an account that may plan the basin, over one state of the database and in a process of
        its own; with threads (tests, mostly) here. What `scoped` has read so far is over.

        Raises: NotFound, Forbidden, before it takes a turn; TooManyAttempts; Unavailable; whatever `act`
        refuses.
        """
        scoped.must_write(Plan, basin_id)
        return self.computed_for_anybody(scoped, basin_id, compute_pool.WITHIN_S, act, *given, **named)

    def computed_for_anybody(
        self,
        scoped: Scoped,
        basin_id: str,
        within_s: float,
        act: Callable[Concatenate[Scoped, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """As `computed`, of whoever may see the basin. Args: within_s: for turn and answer together."""
        scoped.basin(basin_id)
        principal, turn = scoped.principal, Turn(basin_id, within_s, scoped.is_awaited)
        # The connection goes back before the wait: those who wait must not hold the pool of them.
        scoped.session.rollback()
        if self.settings.pool is Pool.THREADS:
            return cast(Result, compute_pool.compute(self.database, principal, self.clock, act, given, named))
        return self.compute_pool.run(turn, principal, self.clock, act, *given, **named)

    def stop_computing(self) -> None:
        """Nobody waits for what is being computed any more."""
        # One that was never asked for is not made to be closed.
        if "compute_pool" in self.__dict__:
            self.compute_pool.close()

    def read_file(self, act: Callable[..., Result], *given: Any) -> Result:
        """What somebody else wrote, read in a process of its own; with threads (tests, mostly) here."""
        return act(*given) if self.settings.pool is Pool.THREADS else contained(act, *given)

    def read_each(self, act: Callable[..., Result], givens: Sequence[tuple[Any, ...]]) -> list[Result]:
        """As `read_file`, of several in one turn."""
        return (
            [act(*given) for given in givens]
            if self.settings.pool is Pool.THREADS
            else contained_each(act, givens)
        )

    def read_document(self, act: Callable[..., Result], *given: Any) -> Result:
        """As `read_file`, of a request's body: each waits for its turn, none is turned away."""
        return act(*given) if self.settings.pool is Pool.THREADS else apart(act, *given)

    def signer(self, purpose: str) -> URLSafeSerializer:
        """Signs what leaves the service and comes back by other hands; each purpose has its own key."""
        return URLSafeSerializer(self.settings.signing_secret(), salt=f"brigade.{purpose}")
