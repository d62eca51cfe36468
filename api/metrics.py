"""What Prometheus reads: this process's requests, and what the database holds by state. Counts only, of nobody."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from api.service import Service
from api.store.base import Table
from api.store.cycle import Job

BY_STATE = {"jobs": "Searches", "offers": "Offers and firm stops told", "outbox": "Messages", "deliveries": "Webhooks"}
"""Table -> what it holds; those with a column `state` are counted by it."""


def exposed(service: Service) -> bytes:
    """In Prometheus' text format. A database that does not answer is a figure too."""
    held = CollectorRegistry()
    up = Gauge("brigade_database_up", "Whether the database answers", registry=held)
    try:
        with service.database.reading() as session:
            _counted(session, held)
            _waiting(session, service, held)
            up.set(1)
    except (DBAPIError, PoolTimeout):
        up.set(0)
    return generate_latest(REGISTRY) + generate_latest(held)


def _counted(session: Session, held: CollectorRegistry) -> None:
    for name, what in _tables():
        table = Table.metadata.tables[name]
        gauge = Gauge(f"brigade_{name}", f"{what}, by state", ["state"], registry=held)
        for state, count in session.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            gauge.labels(state).set(count)


def _tables() -> Iterator[tuple[str, str]]:
    for name, what in BY_STATE.items():
        table = Table.metadata.tables.get(name)
        if table is not None and "state" in table.columns:
            yield name, what


def _waiting(session: Session, service: Service, held: CollectorRegistry) -> None:
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state == "queued"))
    waited = (service.clock.now() - oldest).total_seconds() if oldest is not None else 0.0
    Gauge("brigade_oldest_queued_seconds", "How long the oldest queued search has waited", registry=held).set(max(0.0, waited))
