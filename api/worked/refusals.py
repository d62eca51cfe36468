"""Refusals without fault of the reference year of somebody's texts, by kind: counted and shown, never ranked
on.

Which count a declined offer used up is what its stop's marking said when it was told (`Marking.counts_as`); a
refusal that uses up none is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.states import NOT_COUNTED, State
from api.shapes.money_views import CountedRefusalsView, RefusalsView
from api.shapes.row_views import view_of
from api.store.cycle_tables import Offer, Plan
from api.store.plan_parts import PlannedStop, stops_of
from api.worked.binding_texts import BasinTexts
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import PARIS
from brigade.values.plan import RefusalKind
from brigade.worked.local_days import midnight
from brigade.worked.refusal_years import COUNTERS, CountedRefusals, counted_in_year

COUNTED = frozenset(RefusalKind)
"""What an offer may say that declining it uses up."""
# A year of rights may hold a 29 February.
LONGEST_YEAR = timedelta(days=366)
Declined = dict[str, list[tuple[RefusalKind, datetime]]]


def counted(
    scoped: Scoped, basin_id: str, workers: Iterable[WorkerShape], day: date, texts: BasinTexts
) -> list[RefusalsView]:
    """Of each worker, in their order: the refusals of the years that hold `day`, those of late changes
    first and all of them in `kinds`. The counts that came with the worker are of what this service has not
    seen, and are added."""
    declined = _declined(scoped, basin_id, day)
    found = []
    for one in workers:
        rules, mine = texts.of(one, day), declined.get(one.id, [])
        kinds = [
            view_of(CountedRefusalsView, counted_in_year(_told(one, kind), rules, mine, kind, day))
            for kind in RefusalKind
        ]
        found.append(view_of(RefusalsView, kinds[0], worker_id=one.id, kinds=kinds))
    return found


def counted_for_offers(
    scoped: Scoped, basin_id: str, worker: WorkerShape, offers: Iterable[Offer], day: date, texts: BasinTexts
) -> list[CountedRefusals]:
    """What declining these would use up, each right once: by the texts of her employer and of the service
    that each is for, as its marking said (`brigade.law.marking`); those of other services say nothing
    here."""
    declined = _declined(scoped, basin_id, day).get(worker.id, [])
    asked = {(one.provider_id, RefusalKind(one.counts_as)) for one in offers if one.counts_as in COUNTED}
    found = (
        counted_in_year(_told(worker, kind), texts.of(worker, day, {provider}), declined, kind, day)
        for provider, kind in sorted(asked)
    )
    return list(dict.fromkeys(one for one in found if one.limit is not None))


def _told(worker: WorkerShape, kind: RefusalKind) -> int:
    """What came with her."""
    count: int | None = getattr(worker.counters, COUNTERS[kind])
    return count or 0


def _declined(scoped: Scoped, basin_id: str, day: date) -> Declined:
    """By worker, what and when; of any year that may hold `day`."""
    asked = select(Offer).where(
        Offer.basin_id == basin_id,
        Offer.state == State.REFUSED,
        Offer.answered_at >= midnight(day - LONGEST_YEAR, PARIS),
    )
    offers = scoped.session.scalars(asked).all()
    # Of those that refusals name only: documents are large, refusals few.
    plans = select(Plan.id, Plan.document).where(Plan.id.in_({offer.plan_id for offer in offers}))
    stops = {id: _planned(document) for id, document in scoped.session.execute(plans)} if offers else {}
    found: Declined = {}
    for offer in offers:
        kind = kind_of(offer, stops.get(offer.plan_id, {}).get((offer.visit_id, offer.worker_id)))
        if kind is not None and offer.answered_at is not None:
            found.setdefault(offer.worker_id, []).append((kind, offer.answered_at))
    return found


def _planned(document: JsonObject) -> dict[tuple[str, str], PlannedStop]:
    """By visit and worker."""
    return {(stop.visit_id, stop.worker_id): stop for stop in stops_of(document)}


def kind_of(offer: Offer, stop: PlannedStop | None) -> RefusalKind | None:
    """As the offer said when it was told; older ones say nothing, and there its plan's marking does."""
    if offer.counts_as is not None:
        return None if offer.counts_as == NOT_COUNTED else RefusalKind(offer.counts_as)
    return _kind_by_plan(offer, stop)


def _kind_by_plan(offer: Offer, stop: PlannedStop | None) -> RefusalKind | None:
    """Plans of before say no count: there a late change that may be refused used one up, and so did any told
    very late."""
    if stop is None:
        return RefusalKind.SHORT_NOTICE if offer.short_notice else None
    if stop.marking is None:
        return None
    if stop.marking.counts_as is not None:
        return stop.marking.counts_as
    return RefusalKind.SHORT_NOTICE if stop.marking.code == "marking_refusable" else None
