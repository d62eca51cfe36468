"""What Prometheus reads: this process's requests, and what the database holds by state. Counts only, of
nobody."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from api.service.service import Service
from api.store.cycle_tables import Job, Offer
from api.store.message_tables import Delivery, Message, Parcel

BY_STATE: Mapping[type[Job | Offer | Parcel], str] = {
    Job: "Searches",
    Offer: "Offers and firm stops told",
    Message: "Messages by mail and SMS",
    Delivery: "Calls of webhooks",
}
"""What is counted by its state, under the name of its table."""
CARRIED: tuple[type[Parcel], ...] = (Message, Delivery)


def exposed(service: Service) -> bytes:
    """In Prometheus' text format. A database that does not answer is a figure too."""
    # A registry of its own at each reading: states that nothing is in any more must not stay as they were.
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
    for row, what in BY_STATE.items():
        gauge = Gauge(f"brigade_{row.__tablename__}", f"{what}, by state", ["state"], registry=held)
        for state, count in session.execute(select(row.state, func.count()).group_by(row.state)):
            gauge.labels(state).set(count)


def _waiting(session: Session, service: Service, held: CollectorRegistry) -> None:
    """How long the oldest of each kind has waited, 0 when nothing waits: what says that nobody does the work
    any more."""
    now = service.clock.now()
    searches = Gauge(
        "brigade_oldest_queued_seconds", "How long the oldest queued search has waited", registry=held
    )
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state == "queued"))
    searches.set(0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()))
    due = Gauge(
        "brigade_oldest_due_seconds",
        "How long the oldest message or call has been due",
        ["kind"],
        registry=held,
    )
    for row in CARRIED:
        first = session.scalar(select(func.min(row.next_at)).where(row.state == "queued"))
        due.labels(row.__tablename__).set(0.0 if first is None else max(0.0, (now - first).total_seconds()))
