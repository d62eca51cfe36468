"""What somebody else should have sent, or did not get: rotas that are old or missing, letters that did not
arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from api.access.scope import Scoped
from api.basin import resource_kinds
from api.commitments.states import WAITING, State
from api.shapes.kept.subject_shapes import TourChanged
from api.shapes.planning.attention_views import (
    DayWithoutRotaView,
    StaleFeedView,
    UndeliveredMessageView,
    UndeliveredView,
)
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.cycle_tables import Offer
from api.store.message_tables import Message
from brigade.units import MAX_DAYS, PARIS
from brigade.words import coded, word

# What failed longer ago than the longest horizon reaches has had its day; the list stays readable.
LOOKED_BACK = timedelta(days=14)
Found = TypeVar("Found", bound=basin_tables.OfProvider)


class Away(NamedTuple):
    """Of an absence whose it is, and when."""

    provider_id: str
    employee_id: str
    starts_at: datetime
    ends_at: datetime


def stale_feeds(
    scoped: Scoped, basin_id: str, lang: str, provider_id: str | None = None
) -> list[StaleFeedView]:
    """Rotas received too long ago; they leave with the next one. None was ever received of a service whose
    people are away: it is here as well. Args: provider_id: of this service alone."""
    now, row = scoped.clock.now(), basin_tables.RotaFeed
    asked = _rows(scoped, basin_id, provider_id, row).with_only_columns(row.id, row.received_at)
    received = {one.id: one.received_at for one in scoped.session.execute(asked)}
    away = {one.provider_id for one in _away(scoped, basin_id, provider_id)}
    found = []
    for provider in sorted(received.keys() | away):
        at = received.get(provider)
        if at is not None and not resource_kinds.is_stale(at, now):
            continue
        at = None if at is None else at.astimezone(PARIS)
        said = (
            word("attention.stale_feed", lang, provider=provider, received=at)
            if at
            else _never(provider, lang)
        )
        found.append(StaleFeedView(provider_id=provider, received_at=at, sentence=said))
    return found


def _rows(scoped: Scoped, basin_id: str, provider_id: str | None, row: type[Found]) -> Select[Found]:
    """Of the basin, or of one service."""
    asked = scoped.select(row, basin_id).order_by(row.id)
    return asked if provider_id is None else asked.where(row.provider_id == provider_id)


def _away(scoped: Scoped, basin_id: str, provider_id: str | None) -> list[Away]:
    """Of absences that are not over."""
    row = basin_tables.Absence
    asked = _rows(scoped, basin_id, provider_id, row).where(row.ends_at > scoped.clock.now())
    columns = (row.provider_id, row.employee_id, row.starts_at, row.ends_at)
    return [Away(*one) for one in scoped.session.execute(asked.with_only_columns(*columns))]


def _never(provider: str, lang: str) -> str:
    return word("attention.no_feed", lang, provider=provider)


def days_without_rota(
    scoped: Scoped, basin_id: str, lang: str, provider_id: str | None = None
) -> list[DayWithoutRotaView]:
    """Days on which somebody is away and of which the service has sent nothing yet: who was to be visited
    then is not known. They leave when the rota comes, the absence is taken back, or the day is over. Args:
    provider_id: of this service alone."""
    today, row = scoped.clock.now().astimezone(PARIS).date(), basin_tables.RotaFeed
    last_known = {one.id: _last_day(one) for one in scoped.all(_rows(scoped, basin_id, provider_id, row))}
    by_day: dict[tuple[date, str], list[str]] = {}
    for absence in _away(scoped, basin_id, provider_id):
        known = last_known.get(absence.provider_id)
        for day in _days(absence, today):
            if known is None or day > known:
                by_day.setdefault((day, absence.provider_id), []).append(absence.employee_id)
    return [
        _without_rota(day, provider, sorted(set(people)), lang)
        for (day, provider), people in sorted(by_day.items())
    ]


def days_unknown(
    scoped: Scoped, absence: basin_tables.Absence, feed: basin_tables.RotaFeed | None
) -> list[date]:
    """Days of one absence of which the service has sent nothing yet, in order. They follow one another: a
    rota is known up to a day. Args: feed: of the absence's own service."""
    today = scoped.clock.now().astimezone(PARIS).date()
    known = None if feed is None else _last_day(feed)
    return [day for day in _days(absence, today) if known is None or day > known]


def _without_rota(day: date, provider: str, people: list[str], lang: str) -> DayWithoutRotaView:
    said = word("attention.no_rota", lang, provider=provider, day=day, employees=people)
    return DayWithoutRotaView(provider_id=provider, day=day, employees=people, sentence=said)


def _last_day(feed: basin_tables.RotaFeed) -> date | None:
    last = feed.last_start
    return None if last is None else last.astimezone(PARIS).date()


def _days(absence: Away | basin_tables.Absence, today: date) -> Iterator[date]:
    """Those of an absence that may be planned by now."""
    first = max(today, absence.starts_at.astimezone(PARIS).date())
    last = min(
        (absence.ends_at - timedelta(seconds=1)).astimezone(PARIS).date(),
        today + timedelta(days=MAX_DAYS - 1),
    )
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


# -- letters -----------------------------------------------------------------------------------------------
def undelivered(scoped: Scoped, basin_id: str, lang: str) -> list[UndeliveredView]:
    """Whom a mail or SMS did not reach, with what could not be told. It leaves when it is sent again and
    arrives, when a newer one of its kind does, when it is told otherwise (`…/messages/{id}/settle`), or when
    its matter is over."""
    now, newer = scoped.clock.now(), aliased(Message)
    is_followed = exists().where(
        newer.basin_id == Message.basin_id,
        newer.contact_id == Message.contact_id,
        newer.kind == Message.kind,
        newer.id > Message.id,
        newer.state.in_(("queued", "sending", "sent")),
    )
    asked = scoped.select(Message, basin_id).where(
        Message.state == "failed",
        Message.created_at > now - LOOKED_BACK,
        or_(Message.until.is_(None), Message.until > now),
        ~is_followed,
    )
    by_contact: dict[str, list[Message]] = {}
    for row in scoped.all(asked.order_by(Message.id)):
        if not _is_over(scoped, row, now):
            by_contact.setdefault(row.contact_id, []).append(row)
    return [_undelivered(contact, rows, lang) for contact, rows in sorted(by_contact.items())]


def _is_over(scoped: Scoped, row: Message, now: datetime) -> bool:
    """Whether nothing of a tour that could not be told is still to be known: all of it answered, or begun."""
    if row.kind != TourChanged.KIND:
        return False
    about = row.subject(TourChanged)
    named = {*about.offers, *about.withdrawn}
    open_states = (*WAITING, State.WITHDRAWN.value)
    asked = (
        select(Offer.id)
        .where(Offer.id.in_(named), Offer.starts_at > now, Offer.state.in_(open_states))
        .limit(1)
    )
    return scoped.session.scalar(asked) is None


def _undelivered(contact: str, rows: list[Message], lang: str) -> UndeliveredView:
    codes = sorted({row.failure.code if row.failure else "" for row in rows})
    messages = [view_of(UndeliveredMessageView, row, at=row.changed_at.astimezone(PARIS)) for row in rows]
    kind, _, id = contact.partition(":")
    who = word(f"attention.contact.{kind}", lang, id=id)
    why = [coded("attention.failure", code, lang) for code in codes]
    said = word("attention.undelivered", lang, contact=who, n=len(rows), codes=why)
    return UndeliveredView(contact_id=contact, codes=codes, messages=messages, sentence=said)
