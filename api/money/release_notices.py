"""What whoever declares or confirms a release should know at once, in sentences: who else is away, what no
plan covers yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from api.access.scope import Scoped
from api.commitments.in_force import plan_on
from api.cycle import absences
from api.cycle.absence_words import kind_of
from api.shapes.money_views import NoticeCode, ReleaseNotice
from api.store import basin_tables
from api.store.cycle_tables import Plan
from api.store.plan_parts import PlannedStop, carers_of, stops_of
from api.store.release_tables import Release, ReleaseDay
from brigade.units import PARIS
from brigade.words import word
from brigade.words.formats import short_day, wall_clock, wall_span


def notices(
    scoped: Scoped, row: Release, days: Sequence[ReleaseDay], sees_workers: bool, lang: str
) -> list[ReleaseNotice]:
    """Of the days that are not over. Args: sees_workers: whether workers of the brigade may be named to
    whoever asks."""
    ahead = [day for day in days if day.ends_at > scoped.clock.now()] if row.state != "cancelled" else []
    return [notice for day in ahead for notice in _of_day(scoped, row, day, sees_workers, lang)]


# -- one day -----------------------------------------------------------------------------------------------
def _of_day(
    scoped: Scoped, row: Release, day: ReleaseDay, sees_workers: bool, lang: str
) -> Iterator[ReleaseNotice]:
    date_of_day = day.starts_at.astimezone(PARIS).date()
    given = {"day": short_day(date_of_day, lang)}
    absence = scoped.session.get(basin_tables.Absence, (row.basin_id, day.id))
    visits = [] if absence is None else absences.visits_at_risk(scoped, absence)
    others = _others_away(scoped, row, day)
    if others:
        count = sum(len(absences.visits_at_risk(scoped, one)) for one in others)
        people = [_person(one, lang) for one in others]
        yield _said("others_away", day, lang, {**given, "people": people, "visits": count})
    if not _is_rota_known(scoped, row, date_of_day):
        yield _said("no_rota", day, lang, {**given, "employee": row.employee_id})
    plan = plan_on(scoped, row.basin_id, date_of_day)
    # Without a plan nothing can be missing from it: the day is searched when its turn comes.
    if plan is None:
        return
    told = carers_of(plan.document)
    open_visits = [one for one in visits if one.wants_replacement and one.visit_id not in told]
    if open_visits:
        listed = [f"{one.visit_id} {wall_clock(one.planned_start, lang)}" for one in open_visits]
        yield _said("not_in_plan", day, lang, {**given, "visits": listed})
    busy = _planned_meanwhile(plan, day, {one.visit_id for one in visits}) if sees_workers else []
    if busy and day.held_from and day.held_until:
        span = wall_span(day.held_from.astimezone(PARIS), day.held_until.astimezone(PARIS), lang)
        listed = [f"{stop.visit_id} {wall_clock(stop.start.astimezone(PARIS), lang)}" for stop in busy]
        yield _said(
            "kept_but_planned", day, lang, {**given, "worker": day.worker_id, "span": span, "visits": listed}
        )


def _said(code: NoticeCode, day: ReleaseDay, lang: str, values: Mapping[str, Any]) -> ReleaseNotice:
    text = word(f"notice.{code}", lang, **values)
    return ReleaseNotice(code=code, absence_id=day.id, text=text)


def _person(absence: basin_tables.Absence, lang: str) -> str:
    return f"{absence.employee_id} ({kind_of(absence.value.kind, lang)})"


# -- looked up ---------------------------------------------------------------------------------------------
def _others_away(scoped: Scoped, row: Release, day: ReleaseDay) -> list[basin_tables.Absence]:
    """Other employees of the same provider who are away while it lasts."""
    table = basin_tables.Absence
    asked = scoped.select(table, row.basin_id).where(
        table.provider_id == row.provider_id,
        table.employee_id != row.employee_id,
        table.starts_at < day.ends_at,
        table.ends_at > day.starts_at,
    )
    return scoped.all(asked.order_by(table.employee_id, table.id))


def _is_rota_known(scoped: Scoped, row: Release, day: date) -> bool:
    feed = scoped.session.get(basin_tables.RotaFeed, (row.basin_id, row.provider_id))
    starts = (one.start for one in (feed.entries_of(row.employee_id) if feed else ()))
    return any(start.astimezone(PARIS).date() == day for start in starts)


def _planned_meanwhile(plan: Plan, day: ReleaseDay, own: set[str]) -> list[PlannedStop]:
    """Stops of whoever is kept that lie in the time kept, but are not what she is kept for."""
    if day.held_from is None or day.held_until is None:
        return []
    return [
        stop
        for stop in stops_of(plan.document)
        if stop.worker_id == day.worker_id
        and stop.visit_id not in own
        and stop.start < day.held_until
        and stop.end > day.held_from
    ]
