"""What runs out, weeks before it does: an association's 480 h, certificates, engagements and passes that end,
papers still to sign, rotas that are old, people who say nothing of when they can come (docs/alerts.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from sqlalchemy import select

from api.access.scope import Scoped
from api.cycle import awaited
from api.plans.ending.endings import ending_engagements, expiring, who_left
from api.runtime.roles import Role
from api.shapes.planning.attention_views import AlertKind, AlertsView, AlertView
from api.store.basin_tables import Provider, Worker
from api.worked.capped_hours import CappedHours
from api.worked.dead_time import hours_by_visit
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.figures.figure_assumptions import shipped_assumptions
from brigade.timing.free_time import limit_min
from brigade.units import PARIS, Horizon
from brigade.values.workforce import EmployerKind, EngagementStatus
from brigade.words import word

READERS = (Role.COORDINATOR, Role.EMPLOYER)
AHEAD = timedelta(days=60)
"""As long as it takes to renew a paper or to find a course."""
BEHIND = timedelta(days=30)
"""A certificate that ended is still told: what leans on it is planned no more."""
QUIET = timedelta(days=14)
"""Plans reach that far: who says nothing of these days is asked by no search."""
ORDER = get_args(AlertKind)
CAP_WARNING = 5 / 6
"""400 of 480 hours."""


def alerts(scoped: Scoped, basin_id: str, lang: str = "fr") -> AlertsView:
    """The gravest kinds first, of each kind what ends first. To employers, of their own staff.

    Raises: NotFound, Forbidden.
    """
    scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.alerts", *READERS)
    today, left = scoped.clock.now().astimezone(PARIS).date(), who_left(scoped, basin_id)
    rows = scoped.all(scoped.select(Worker, basin_id).order_by(Worker.id))
    workers = [row.value for row in rows if row.id not in left]
    # What a service is called is read past the account's reach: papers are signed with it.
    providers = scoped.session.scalars(select(Provider).where(Provider.basin_id == basin_id))
    names = {row.id: row.value.name for row in providers}
    found = [
        *_capped(scoped, basin_id, workers, today),
        *(one for worker in workers for one in _papers(worker, today)),
        *(one for worker in workers for one in _quiet(worker, today)),
        *_stale(scoped, basin_id),
    ]
    return AlertsView(alerts=[_said(one, names, lang) for one in sorted(found, key=_place)])


def _place(alert: AlertView) -> tuple[int, date]:
    return ORDER.index(alert.kind), alert.day or date.min


def _said(alert: AlertView, names: dict[str, str], lang: str) -> AlertView:
    what = names.get(alert.what, alert.what) if alert.what is not None else None
    told = {"about": alert.id, "what": what, "day": alert.day, "used_min": alert.used_min}
    sentence = word(f"alert.{alert.kind}", lang, **told, limit_min=alert.limit_min)
    return alert.model_copy(update={"what": what, "sentence": sentence})


def _capped(scoped: Scoped, basin_id: str, workers: list[WorkerShape], today: date) -> Iterator[AlertView]:
    """Who has used most of the hours that an association may lend her, the fullest first."""
    capped = CappedHours(scoped, basin_id, Horizon(today, 1), hours_by_visit(scoped, basin_id))
    found = []
    for worker in workers:
        if capped.employers[worker.employer_id].kind is not EmployerKind.INTERMEDIARY_ASSOCIATION:
            continue
        rule = capped.texts.of(worker, today).get("AI_480H")
        own = worker.counters.ai_cap_min
        limit = own if own is not None else None if rule is None else limit_min(rule)
        used = capped.used(worker.counters.capped_ai_work_min, worker)
        if limit and used is not None and used >= CAP_WARNING * limit:
            found.append((-used / limit, worker.id, round(used), round(limit)))
    for _, id, used_min, most in sorted(found):
        yield AlertView(kind="capped_hours", id=id, used_min=used_min, limit_min=most)


def _papers(worker: WorkerShape, today: date) -> Iterator[AlertView]:
    for one in worker.engagements:
        if one.status is EngagementStatus.PROMISED and one.last >= today:
            yield AlertView(kind="paper_to_sign", id=worker.id, what=one.provider_id, day=one.first)
    for code, day in expiring(worker):
        if today - BEHIND <= day <= today + AHEAD:
            yield AlertView(kind="certificate", id=worker.id, what=code, day=day)
    for provider, day in ending_engagements(worker):
        if today <= day <= today + AHEAD:
            yield AlertView(kind="engagement", id=worker.id, what=provider, day=day)
    until, notice = worker.inclusion_pass_until, timedelta(days=shipped_assumptions().pass_notice_days)
    if until is not None and today <= until <= today + notice:
        yield AlertView(kind="inclusion_pass", id=worker.id, day=until)


def _quiet(worker: WorkerShape, today: date) -> Iterator[AlertView]:
    days = {one.start.astimezone(PARIS).date() for one in worker.availability}
    if not any(today <= day < today + QUIET for day in days):
        last = max((day for day in days if day < today), default=None)
        yield AlertView(kind="no_availability", id=worker.id, day=last)


def _stale(scoped: Scoped, basin_id: str) -> Iterator[AlertView]:
    """Whoever reads no rotas is told of none."""
    for one in awaited.stale_feeds(scoped, basin_id, "fr"):
        received = one.received_at.date() if one.received_at is not None else None
        yield AlertView(kind="stale_feed", id=one.provider_id, what=one.provider_id, day=received)
