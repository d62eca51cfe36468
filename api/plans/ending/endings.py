"""What ends within the days that are planned, said beforehand: certificates, engagements, accords, absences
of clients.

An entry leaves when what ends is renewed, when its day is over, or when the person has left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.open_incidents import CLIENT_AWAY, WORKER_LEFT, open_now
from api.shapes.planning.attention_views import EndingKind, EndingView
from api.store import basin_tables
from api.store.cycle_tables import Plan
from api.store.incident_tables import Incident
from api.store.plan_parts import stops_of
from api.worked.binding_texts import accords_of
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import MAX_DAYS, PARIS
from brigade.words import word


@dataclass(frozen=True, slots=True)
class Ending:
    """`last_day`: the last one on which it holds. `visits`: stops of the plans in force after it that lean on
    it."""

    kind: EndingKind
    about: str
    what: str
    last_day: date
    visits: tuple[str, ...] = ()

    def shown(self, lang: str) -> EndingView:
        told = {"about": self.about, "what": self.what, "day": self.last_day, "visits": self.visits}
        return EndingView(
            kind=self.kind,
            id=self.about,
            what=self.what,
            last_day=self.last_day,
            visits=list(self.visits),
            sentence=word(f"attention.ending.{self.kind}", lang, **told),
        )


def endings(scoped: Scoped, basin_id: str, in_force: list[Plan]) -> list[Ending]:
    """In order of time."""
    today = scoped.clock.now().astimezone(PARIS).date()
    last = today + timedelta(days=MAX_DAYS - 1)
    found = [*_of_workers(scoped, basin_id, in_force, today, last), *_accords(scoped, basin_id, today, last)]
    found += _absences(scoped, basin_id, today, last)
    return sorted(found, key=lambda one: (one.last_day, one.kind, one.about, one.what))


# -- workers -----------------------------------------------------------------------------------------------
def _of_workers(
    scoped: Scoped, basin_id: str, in_force: list[Plan], today: date, last: date
) -> Iterator[Ending]:
    left = who_left(scoped, basin_id)
    known = scoped.session.execute(
        select(basin_tables.Visit.id, basin_tables.Visit.provider_id).where(
            basin_tables.Visit.basin_id == basin_id
        )
    )
    provider_of = {row.id: row.provider_id for row in known}
    for worker in scoped.all(scoped.select(basin_tables.Worker, basin_id).order_by(basin_tables.Worker.id)):
        # Whoever is lent holds a paper for each day that she is: her own basin renews what she has.
        if worker.id in left or worker.value.lent_by is not None:
            continue
        stops = list(_stops(in_force, worker.id))
        for code, day in expiring(worker.value):
            if today <= day <= last:
                after = tuple(visit for visit, on in stops if on > day)
                yield Ending("certificate", worker.id, code, day, after)
        for provider, day in ending_engagements(worker.value):
            if today <= day <= last:
                after = tuple(visit for visit, on in stops if on > day and provider_of.get(visit) == provider)
                yield Ending("engagement", worker.id, provider, day, after)


def who_left(scoped: Scoped, basin_id: str) -> set[str | None]:
    """The workers of whom somebody said that they have left."""
    asked = select(Incident.worker_id).where(Incident.basin_id == basin_id, Incident.kind == WORKER_LEFT)
    return set(scoped.session.scalars(asked.where(*open_now(scoped.clock.now()))))


def _stops(in_force: list[Plan], worker_id: str) -> Iterator[tuple[str, date]]:
    for plan in in_force:
        for stop in stops_of(plan.document):
            if stop.worker_id == worker_id:
                yield stop.visit_id, stop.start.date()


def expiring(worker: WorkerShape) -> Iterator[tuple[str, date]]:
    """Of each certificate the day after which she holds none of its code."""
    held: dict[str, date | None] = {}
    for one in worker.certificates:
        known = held.get(one.code, one.expires)
        # A certificate without an end outlasts all others of its code: nothing is to be renewed.
        held[one.code] = None if one.expires is None or known is None else max(one.expires, known)
    yield from ((code, day) for code, day in held.items() if day is not None)


def ending_engagements(worker: WorkerShape) -> Iterator[tuple[str, date]]:
    """Of each provider the day after which no engagement goes on."""
    spells: dict[str, list[tuple[date, date]]] = {}
    for one in worker.engagements:
        spells.setdefault(one.provider_id, []).append((one.first, one.last))
    for provider, known in sorted(spells.items()):
        for _, last in known:
            following = last + timedelta(days=1)
            if not any(first <= following <= until for first, until in known):
                yield provider, last


# -- accords, absences of clients --------------------------------------------------------------------------
def _accords(scoped: Scoped, basin_id: str, today: date, last: date) -> Iterator[Ending]:
    for table in (basin_tables.Provider, basin_tables.Employer):
        for row in scoped.all(scoped.select(table, basin_id).order_by(table.id)):
            for rule, accord in accords_of(row.body):
                until = accord.in_force_until
                if until is not None and today <= until <= last:
                    yield Ending("accord", row.id, rule, until)


def _absences(scoped: Scoped, basin_id: str, today: date, last: date) -> Iterator[Ending]:
    """Clients who are back within these days: their visits begin again."""
    for row in suspensions(scoped, basin_id):
        until = min(filter(None, (row.ends_at, row.ended_at)), default=None)
        if until is not None and today <= until.astimezone(PARIS).date() <= last:
            yield Ending("suspension", str(row.client_id), str(row.cause), until.astimezone(PARIS).date())


def suspensions(scoped: Scoped, basin_id: str) -> list[Incident]:
    """Clients who are away, or will be, and are expected back."""
    asked = scoped.select(Incident, basin_id).where(
        Incident.kind == CLIENT_AWAY, *open_now(scoped.clock.now())
    )
    return scoped.all(asked.order_by(Incident.starts_at, Incident.id))
