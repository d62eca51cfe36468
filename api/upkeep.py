"""What has to happen without anybody asking: offers expire, waiting plans are decided, tours are told the evening before, what
may no longer be kept goes."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from sqlalchemy import delete

from api import erasing, retention
from api.cycle import duty, offers
from api.messages import queueing
from api.service import Service
from api.store.people import LoginFailure, RememberedRequest, WebSession

EVERY_S = 5.0
log = structlog.get_logger("brigade.upkeep")


def keep(service: Service, over: threading.Event) -> None:
    """Round after round until `over` is set."""
    while not over.wait(EVERY_S):
        try:
            offers.expire(service)
            duty.decide(service)
            queueing.remind(service)
            forget(service)
            erasing.rewrite(service)
            if retention.due(service):
                gone = retention.run(service)
                log.info("retention", **gone)
        except Exception as fault:
            # A database that is gone for a while must not end the upkeep for good.
            log.error("upkeep", error=type(fault).__name__)


def forget(service: Service) -> None:
    now, settings = service.clock.now(), service.settings
    with service.database.writing() as session:
        session.execute(
            delete(RememberedRequest).where(RememberedRequest.created_at < now - timedelta(hours=settings.key_hours))
        )
        session.execute(delete(LoginFailure).where(LoginFailure.at < now - timedelta(minutes=settings.login_window_min)))
        session.execute(delete(WebSession).where(WebSession.expires_at < now))
        session.commit()
