"""The evening before: each worker is told the tour of tomorrow."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commitments.states import STANDING
from api.messages.queueing import put
from api.service.service import Service
from api.shapes.kept.subject_shapes import TourTomorrow
from api.store.cycle_tables import Offer, Plan
from api.store.message_tables import Message
from api.store.plan_parts import LONGEST_PLAN, tours_of
from brigade.units import PARIS
from brigade.worked.local_days import midnight

REMIND_HOUR = 17
"""From this hour on, workers are told their tour of the day after."""


def remind(service: Service) -> int:
    """Tell each worker the tour of tomorrow, once. Returns how many were told now."""
    now = service.clock.now().astimezone(PARIS)
    if now.hour < REMIND_HOUR:
        return 0
    tomorrow = (now + timedelta(days=1)).date()
    with service.database.reading() as session:
        missing = _reminders(session, tomorrow.isoformat())
    if not missing:
        return 0
    with service.database.writing() as session:
        # Asked again under the lock: another process may have told them meanwhile.
        missing = _reminders(session, tomorrow.isoformat())
        for basin_id, worker_id, cause in missing:
            about = TourTomorrow(day=tomorrow, offers=_told_of(session, basin_id, worker_id, tomorrow))
            until = midnight(tomorrow + timedelta(days=1), PARIS)
            put(session, service.clock, basin_id, about, cause, f"worker:{worker_id}", until=until)
        session.commit()
    return len(missing)


def _told_of(session: Session, basin_id: str, worker_id: str, day: date) -> list[str]:
    """Her commitments of a day: the letter's link leads to them."""
    asked = select(Offer.id).where(
        Offer.basin_id == basin_id, Offer.worker_id == worker_id, Offer.state.in_(STANDING)
    )
    first, after = midnight(day, PARIS), midnight(day + timedelta(days=1), PARIS)
    return list(
        session.scalars(asked.where(Offer.starts_at >= first, Offer.starts_at < after).order_by(Offer.id))
    )


def _reminders(session: Session, day: str) -> list[tuple[str, str, str]]:
    """Basin, worker and cause of the tours of `day` that nobody was told yet."""
    asked = select(Message.basin_id, Message.worker_id)
    asked = asked.where(Message.kind == "tour_tomorrow", Message.cause.startswith(f"tour:{day}:"))
    told = {(row.basin_id, row.worker_id) for row in session.execute(asked)}
    found = []
    last = date.fromisoformat(day)
    near = Plan.first_day.between(last - LONGEST_PLAN, last)
    for plan in session.scalars(select(Plan).where(Plan.state == "published", near)):
        for worker_id in sorted({tour.worker_id for tour in tours_of(plan.document) if tour.day == last}):
            if (plan.basin_id, worker_id) not in told:
                found.append((plan.basin_id, worker_id, f"tour:{day}"))
    return found
