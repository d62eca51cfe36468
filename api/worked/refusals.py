"""Refusals without fault of the reference year of somebody's texts, by kind: counted and shown, never ranked
on.

Which count a declined offer used up is what its stop's marking said when it was told (`Marking.counts_as`); a
refusal that uses up none is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.states import NOT_COUNTED, State
from api.shapes.money_views import RefusalsView
from api.store.cycle_tables import Offer, Plan
from api.worked.binding_texts import BasinTexts
from brigade.units import PARIS
from brigade.values.plan import RefusalKind
from brigade.worked.local_days import midnight
from brigade.worked.refusal_years import counted_in_year

LONGEST_YEAR = timedelta(days=366)
Declined = dict[str, list[tuple[RefusalKind, datetime]]]


def counted(
    scoped: Scoped, basin_id: str, workers: Iterable[dict[str, Any]], day: date, texts: BasinTexts
) -> list[RefusalsView]:
    """Of each worker's body, in their order: the refusals of the years that hold `day`, those of late changes
    first and all of them in `kinds`. The counts that came with the worker are of what this service has not
    seen, and are added."""
    declined = _declined(scoped, basin_id, day)
    found = []
    for body in workers:
        rules, mine = texts.of(body, day), declined.get(body["id"], [])
        kinds = [counted_in_year(body, rules, mine, kind, day) for kind in RefusalKind]
        late = {name: value for name, value in kinds[0].items() if name != "kind"}
        found.append(RefusalsView.model_validate({"worker_id": body["id"], **late, "kinds": kinds}))
    return found


def _declined(scoped: Scoped, basin_id: str, day: date) -> Declined:
    """By worker, what and when; of any year that may hold `day`."""
    asked = select(Offer).where(
        Offer.basin_id == basin_id,
        Offer.state == State.REFUSED,
        Offer.answered_at >= midnight(day - LONGEST_YEAR, PARIS),
    )
    offers = scoped.session.scalars(asked).all()
    plans = select(Plan.id, Plan.document).where(Plan.id.in_({offer.plan_id for offer in offers}))
    markings = {id: _markings(document) for id, document in scoped.session.execute(plans)} if offers else {}
    found: Declined = {}
    for offer in offers:
        kind = kind_of(offer, markings.get(offer.plan_id, {}).get((offer.visit_id, offer.worker_id)))
        if kind is not None and offer.answered_at is not None:
            found.setdefault(offer.worker_id, []).append((kind, offer.answered_at))
    return found


def _markings(document: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """By visit and worker."""
    stops = ((stop, route["worker_id"]) for route in document["routes"] for stop in route["stops"])
    return {(stop["visit_id"], worker): stop.get("marking") or {} for stop, worker in stops}


def kind_of(offer: Offer, marking: Mapping[str, Any] | None) -> RefusalKind | None:
    """As the offer said when it was told; older ones say nothing, and there its plan's marking does."""
    if offer.counts_as is not None:
        return None if offer.counts_as == NOT_COUNTED else RefusalKind(offer.counts_as)
    return _kind_by_plan(offer, marking)


def _kind_by_plan(offer: Offer, marking: Mapping[str, Any] | None) -> RefusalKind | None:
    """Plans of before say no count: there a late change that may be refused used one up, and so did any told
    very late."""
    if marking is None:
        return RefusalKind.SHORT_NOTICE if offer.short_notice else None
    if marking.get("counts_as") is not None:
        return RefusalKind(marking["counts_as"])
    is_late = marking.get("reason", {}).get("code") == "marking_refusable"
    return RefusalKind.SHORT_NOTICE if is_late else None
