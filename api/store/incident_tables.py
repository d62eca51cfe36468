"""What happened to a day, told as such: a breakdown, a delay, an illness, a client in hospital, people who
come and go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.runtime.roles import COORDINATORS, EMPLOYERS, MANAGERS, WORKERS, Rights
from api.shapes.kept.incident_shapes import IncidentDetails
from api.store.base import Stored
from api.store.cycle_tables import BasinEvent


class Incident(BasinEvent):
    """One of them (docs/incidents.md). `kind`: as `api.shapes.incident_requests.Kind`. `ends_at` None: until
    further notice, or at once and for good. `ended_at`: it was taken back, or somebody is back. `details`:
    what it
    changed, so that this can be undone."""

    __tablename__ = "incidents"
    KIND, PREFIX = "incidents", "incident"
    # A worker tells of her own day, a service of its clients.
    RIGHTS = Rights(COORDINATORS | MANAGERS | WORKERS | EMPLOYERS, COORDINATORS | MANAGERS | WORKERS)
    kind: Mapped[str] = mapped_column(String(20))
    client_id: Mapped[str | None] = mapped_column(String(120))
    worker_id: Mapped[str | None] = mapped_column(String(120))
    visit_id: Mapped[str | None] = mapped_column(String(120))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    employer_id: Mapped[str | None] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None]
    told_by: Mapped[str] = mapped_column(String(60))
    details: Mapped[IncidentDetails] = mapped_column(Stored(IncidentDetails))
    __table_args__ = (
        Index(None, "basin_id", "kind", "starts_at"),
        Index(None, "basin_id", "client_id"),
        Index(None, "basin_id", "worker_id"),
    )
