"""Short-notice offers that somebody declined in the reference year of their texts: counted and shown, never ranked on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from api import labour
from api.scope import Scoped
from api.store.cycle import Offer
from brigade.labour import RuleSet
from brigade.units import PARIS
from brigade.worked import midnight, reference_year

LONGEST_YEAR = timedelta(days=366)


def counted(scoped: Scoped, basin_id: str, workers: Iterable[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """Of each worker's body, in their order: the refusals of the reference year that holds `day`. The count that came with
    the worker (`counters.refusals`) is of what this service has not seen, and is added."""
    texts, declined = labour.texts_of(scoped, basin_id), _declined(scoped, basin_id, day)
    return [_of(body, texts.of(body, day), declined.get(body["id"], []), day) for body in workers]


def _declined(scoped: Scoped, basin_id: str, day: date) -> dict[str, list[datetime]]:
    """By worker, when; of any year that may hold `day`."""
    found: dict[str, list[datetime]] = {}
    asked = select(Offer.worker_id, Offer.answered_at).where(
        Offer.basin_id == basin_id,
        Offer.state == "declined",
        Offer.short_notice,
        Offer.answered_at >= midnight(day - LONGEST_YEAR, PARIS),
    )
    for worker, at in scoped.session.execute(asked):
        if at is not None:
            found.setdefault(worker, []).append(at)
    return found


def _of(body: dict[str, Any], rules: RuleSet, declined: list[datetime], day: date) -> dict[str, Any]:
    first, last = reference_year(rules, day)
    limit = rules.get("REFUSALS_SHORT")
    before: int = body.get("counters", {}).get("refusals", 0)
    count = before + sum(first <= at.astimezone(PARIS).date() <= last for at in declined)
    return {
        "worker_id": body["id"],
        "first_day": first,
        "last_day": last,
        "refusals": count,
        "limit": limit.value if limit else None,
        "left": max(0, limit.value - count) if limit else None,
        "article": limit.article if limit else None,
    }
