"""Calls to work while on call: noted by the worker herself or a coordinator. A call is work with both its
ways, and the rest begins anew when it is over: what of the plan in force falls into it is said at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.access.scope import Scoped
from api.basin import fitness
from api.commitments.states import STANDING
from api.cycle.following import DayChanges, follow
from api.runtime.faults import Unfit
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.shapes.planning.rota_views import CallIn, CallsView, CallView, StopInRestView
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from api.worked.binding_texts import texts_of
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.timing.free_time import limit_min
from brigade.units import PARIS

WRITERS = (Role.COORDINATOR, Role.WORKER)
KEPT_BEHIND = timedelta(days=93)
"""So long calls are listed: a quarter."""


def note(scoped: Scoped, service: Service, basin_id: str, worker_id: str, given: CallIn) -> CallsView:
    """One more call. Raises: NotFound; Forbidden; Unfit, for one that is not over; InvalidProblem, for one
    outside her hours on call, or in another."""
    row = _hers(scoped, basin_id, worker_id)
    if given.end > scoped.clock.now():
        raise Unfit("A305", "end", "call_not_over", {"end": given.end.astimezone(PARIS)})
    call = IntervalShape(start=given.start, end=given.end)
    _write(scoped, service, row, [*row.value.calls, call], "call_noted", given.reason, call)
    return shown(scoped, row)


def withdraw(
    scoped: Scoped, service: Service, basin_id: str, worker_id: str, start: datetime, reason: str | None
) -> CallsView:
    """That call was noted in error. Raises: NotFound; Forbidden; Unfit, where there is none."""
    row = _hers(scoped, basin_id, worker_id)
    gone = next((one for one in row.value.calls if one.start == start), None)
    if gone is None:
        raise Unfit("A305", "start", "no_call_then", {"start": start.astimezone(PARIS)})
    left = [one for one in row.value.calls if one != gone]
    _write(scoped, service, row, left, "call_withdrawn", reason, gone)
    return shown(scoped, row)


def _hers(scoped: Scoped, basin_id: str, worker_id: str) -> Worker:
    """The row, as the service writes it for her: she may write no other part of it."""
    scoped.one(Worker, basin_id, worker_id)
    scoped.only(f"workers.{worker_id}.calls", *WRITERS)
    return scoped.as_service(basin_id).one(Worker, basin_id, worker_id, write=True)


def _write(
    scoped: Scoped,
    service: Service,
    row: Worker,
    calls: Sequence[IntervalShape],
    act: str,
    why: str | None,
    about: IntervalShape,
) -> None:
    system, before = scoped.as_service(row.basin_id), row.body
    row.body = {**before, "calls": [plain(one) for one in sorted(calls, key=lambda one: one.start)]}
    fitness.refuse_unfit(system, row)
    system.changed(row, act, why, start=about.start.isoformat(), end=about.end.isoformat())
    changes = DayChanges()
    changes.note(Worker, before, row.body)
    follow(scoped, service, row.basin_id, changes)


def shown(scoped: Scoped, row: Worker) -> CallsView:
    """Those of the last quarter, the newest first; the rest of each, and what stands in it still."""
    since = scoped.clock.now() - KEPT_BEHIND
    rules = texts_of(scoped, row.basin_id).of(row.value, scoped.clock.now().astimezone(PARIS).date())
    resets, rest = rules.get("ON_CALL", "call_resets_rest"), rules.get("DAILY_REST")
    owed = rest is not None and resets is not None and bool(resets.value)
    least = timedelta(minutes=limit_min(rest)) if owed and rest is not None else None
    told = [one for one in row.value.calls if one.start > since]
    return CallsView(
        worker_id=row.id,
        calls=[
            _call(scoped, row, one, least) for one in sorted(told, key=lambda one: one.start, reverse=True)
        ],
    )


def _call(scoped: Scoped, row: Worker, call: IntervalShape, rest: timedelta | None) -> CallView:
    until = None if rest is None else call.end + rest
    return CallView(
        start=call.start.astimezone(PARIS),
        end=call.end.astimezone(PARIS),
        rest_until=None if until is None else until.astimezone(PARIS),
        stops_in_rest=[] if until is None else _stops(scoped, row, call, until),
    )


def _stops(scoped: Scoped, row: Worker, call: IntervalShape, until: datetime) -> list[StopInRestView]:
    """Stops that she is told to do, or asked about, and that the rest forbids."""
    asked = scoped.select(Offer, row.basin_id).where(
        Offer.worker_id == row.id,
        Offer.state.in_(STANDING),
        Offer.starts_at < until,
        Offer.ends_at > max(call.start, scoped.clock.now()),
    )
    return [
        StopInRestView(visit_id=one.visit_id, starts_at=one.starts_at.astimezone(PARIS))
        for one in scoped.all(asked.order_by(Offer.starts_at, Offer.id))
    ]
