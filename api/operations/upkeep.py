"""What has to happen without anybody asking: offers expire, waiting plans are decided, tours are told the
evening before, what may no longer be kept goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete

from api.access import authentication
from api.cycle import offers
from api.lending import lendings
from api.messages import reminders
from api.operations import first_start, trail_sealing
from api.persons import erasing, retention
from api.plans import duty
from api.plans.swaps import swap_questions
from api.runtime.logs import place_of
from api.service.service import Service
from api.store.account_tables import LoginFailure, RememberedRequest, WebSession

# So old at most is the last use of a session that another process reads; all else here could wait longer.
EVERY_S = 5.0
log = structlog.get_logger("brigade.upkeep")


def keep(service: Service, over: threading.Event) -> None:
    """Round after round until `over` is set."""
    while not over.wait(EVERY_S):
        once(service)


def once(service: Service) -> None:
    """One round. What keeps one chore from being done, a database that is gone or a row nobody foresaw, keeps
    no other."""
    for chore in CHORES:
        try:
            chore(service)
        except Exception as fault:
            log.error("upkeep", chore=chore.__name__, **place_of(fault))


def prolong(service: Service) -> None:
    """Sessions that were used last longer."""
    used = service.sessions.known()
    if used:
        with service.database.writing() as session:
            authentication.prolong(session, service.settings, used)
            session.commit()
        service.sessions.written(used)


def forget(service: Service) -> None:
    now, settings = service.clock.now(), service.settings
    with service.database.writing() as session:
        session.execute(
            delete(RememberedRequest).where(
                RememberedRequest.created_at < now - timedelta(hours=settings.key_hours)
            )
        )
        session.execute(
            delete(LoginFailure).where(LoginFailure.at < now - timedelta(minutes=settings.login_window_min))
        )
        session.execute(delete(WebSession).where(WebSession.expires_at < now))
        session.commit()


def retain(service: Service) -> None:
    """Once a day."""
    if retention.due(service):
        log.info("retention", **retention.run(service))


CHORES: tuple[Callable[[Service], object], ...] = (
    *(
        offers.expire,
        swap_questions.expire,
        lendings.expire,
        duty.decide,
        reminders.remind,
        prolong,
        forget,
        first_start.forget,
    ),
    *(erasing.rewrite, retain, trail_sealing.renew),
)
