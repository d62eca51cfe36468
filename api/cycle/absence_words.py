"""An absence as people speak of it: its kind, its hours, who pays the replaced hours."""

from __future__ import annotations

from datetime import date

from api.access.scope import Scoped
from api.basin import resource_kinds
from api.cycle import awaited
from api.store import basin_tables
from brigade.errors import Clause, Values
from brigade.units import PARIS
from brigade.words import word


def kind_of(kind: str, lang: str = "fr") -> str:
    return word(f"absence.{kind}", lang)


def overlap(other: basin_tables.Absence) -> Values:
    """What a fault says of an absence that is there already: the values of its sentence."""
    start, end = (instant.astimezone(PARIS) for instant in (other.starts_at, other.ends_at))
    line = other.value.funding_line_id
    paid = Clause("paid_by", {"line": line}) if line else Clause("not_funded")
    return {
        "id": other.id,
        "kind": other.value.kind,
        "day": start.date(),
        "start": start,
        "end": end,
        "paid": paid,
    }


def notices(
    scoped: Scoped,
    absence: basin_tables.Absence,
    others: list[basin_tables.Absence],
    feed: basin_tables.RotaFeed | None,
    lang: str,
) -> list[str]:
    """What whoever tells of an absence may not know: it is over already, the person is away by another one,
    its days have no rota. Args: others: absences of the same person that share time with it. feed: the rota
    of its service."""
    over = [word("absence.over", lang)] if absence.ends_at <= scoped.clock.now() else []
    return [*over, *(_shared(one, lang) for one in others), *unknown(scoped, absence, feed, lang)]


def _shared(other: basin_tables.Absence, lang: str) -> str:
    start, end = (instant.astimezone(PARIS).isoformat() for instant in (other.starts_at, other.ends_at))
    return word(
        "absence.shared", lang, kind=kind_of(other.value.kind, lang), other=other.id, start=start, end=end
    )


def unknown(
    scoped: Scoped, absence: basin_tables.Absence, feed: basin_tables.RotaFeed | None, lang: str
) -> list[str]:
    """What of its days nobody knows yet: days without a rota, in one sentence, and a rota that is old."""
    days = awaited.days_unknown(scoped, absence, feed)
    is_old = feed is None or resource_kinds.is_stale(feed.received_at, scoped.clock.now())
    old = awaited.stale_feeds(scoped, absence.basin_id, lang, absence.provider_id) if is_old else []
    return [*([_without_rota(absence, days, lang)] if days else []), *(one.sentence for one in old)]


def _without_rota(absence: basin_tables.Absence, days: list[date], lang: str) -> str:
    who = {"provider": absence.provider_id, "employee": absence.employee_id}
    if len(days) == 1:
        return word("absence.day_without_rota", lang, day=days[0], **who)
    return word("absence.days_without_rota", lang, first=days[0], last=days[-1], **who)
