"""Who was told what of a plan: a change costs only those who knew otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from brigade.units import Ticks


@dataclass(frozen=True, slots=True)
class AnnouncedPlan:
    """Of a plan already told: `workers`, visits whose worker knows of it and its time; `clients`, visits
    whose client knows who comes and when. None: all of the plan's. `tolerance`: ticks by which a start may
    move before the client minds."""

    workers: frozenset[str] | None = None
    clients: frozenset[str] | None = None
    tolerance: Ticks = 0

    def worker_knows(self, visit_id: str) -> bool:
        return self.workers is None or visit_id in self.workers

    def client_knows(self, visit_id: str) -> bool:
        return self.clients is None or visit_id in self.clients

    def anybody_knows(self, visit_id: str) -> bool:
        return self.worker_knows(visit_id) or self.client_knows(visit_id)

    def minds(self, visit_id: str, before: Ticks, after: Ticks) -> bool:
        """Whether the client would notice that the visit starts at `after` and not at `before`."""
        return self.client_knows(visit_id) and abs(after - before) > self.tolerance


EVERYBODY = AnnouncedPlan()
"""All of the plan is known to all, and nobody lets an hour slip."""
