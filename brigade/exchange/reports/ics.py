"""A calendar per worker: pseudonyms only, one event a visit, firm or still to be offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from brigade.exchange.documents.rows import (
    StopRow,
    kind_word,
    stop_rows,
    vehicle_words,
    whose,
)
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import duration, say_marking, word

SPACE = uuid5(NAMESPACE_URL, "https://brigade.invalid/visits")


def calendars(problem: Problem, plan: Plan, lang: str = "fr") -> dict[str, bytes]:
    """The .ics of every worker who has stops, by worker id."""
    rows: dict[str, list[StopRow]] = {}
    for row in stop_rows(problem, plan):
        rows.setdefault(row.worker.id, []).append(row)
    return {worker_id: _calendar(problem, worker_id, found, lang) for worker_id, found in rows.items()}


def calendar_of(problem: Problem, plan: Plan, worker_id: str, lang: str = "fr") -> bytes:
    """The .ics of one worker; without stops, a calendar without events, which clears nothing and says so."""
    rows = [row for row in stop_rows(problem, plan) if row.worker.id == worker_id]
    return _calendar(problem, worker_id, rows, lang)


@dataclass(frozen=True, slots=True)
class Appointment:
    """Time taken, for calendars that leave the house: when, in which commune, firm or not; neither for whom
    nor what for.

    `changed_at`: when it was last changed.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    place: str | None
    is_firm: bool
    is_visit: bool = True
    is_on_call: bool = False

    @property
    def title(self) -> str:
        """The key of its word."""
        if self.is_on_call:
            return "calendar_on_call"
        return "column.visit" if self.is_visit else "calendar_no_visit"


def agenda(worker_id: str, appointments: Iterable[Appointment], zone: str, lang: str = "fr") -> bytes:
    """The .ics of a worker's time, coarse enough for a telephone's maker to read. `zone`: where the work
    is."""
    calendar = _empty(worker_id, zone, lang)
    for one in appointments:
        event = _timed(one.uid, one.starts_at, one.ends_at, one.changed_at)
        event.add("summary", word(one.title, lang))
        if one.place:
            event.add("location", one.place)
        event.add("status", "CONFIRMED" if one.is_firm else "TENTATIVE")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _empty(worker_id: str, zone: str, lang: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//brigade//tournees//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{word('calendar_title', lang)} {worker_id}")
    calendar.add("x-wr-timezone", zone)
    return calendar


def _timed(uid: str, start: datetime, end: datetime, changed_at: datetime) -> Event:
    """An event with its identity and edition. Times are written in UTC: the hour that comes twice in autumn
    is then no riddle, and no reader needs to know a zone's history."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("sequence", int(changed_at.timestamp()) // 60)
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    return event


def _calendar(problem: Problem, worker_id: str, rows: list[StopRow], lang: str) -> bytes:
    calendar = _empty(worker_id, problem.horizon.zone.key, lang)
    for row in rows:
        calendar.add_component(_event(problem, row, lang))
    return bytes(calendar.to_ical())


def _event(problem: Problem, row: StopRow, lang: str) -> Event:
    at = problem.horizon.instant
    # Changed at the plan's own instant rather than the clock's: the same plan gives the same file, a later
    # one a later edition.
    event = _timed(uid(problem, row), at(row.stop.start), at(row.stop.end), at(problem.now))
    event.add("summary", f"{row.visit.id} · {whose(row.visit, lang)} ({word(row.status, lang)})")
    event.add("description", "\n".join(_details(problem, row, lang)))
    if row.commune:
        event.add("location", row.commune)
    event.add("status", "TENTATIVE" if row.status == "to_offer" else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def uid(problem: Problem, row: StopRow) -> str:
    return uid_of(problem.basin.id, row.visit.id, row.worker.id, row.day)


def uid_of(basin_id: str, visit_id: str, worker_id: str, day: date) -> str:
    """Stable for one visit of a day at one worker: a new edition of the plan moves the event instead of
    doubling it, and the visit of the same name on another day is another event."""
    return f"{uuid5(SPACE, '|'.join((basin_id, visit_id, worker_id, day.isoformat())))}@brigade"


def _details(problem: Problem, row: StopRow, lang: str) -> list[str]:
    horizon, stop = problem.horizon, row.stop
    seat = row.visit.attendance
    host = f"{word('column.provider', lang)}{word('colon', lang)}{row.provider_id}"
    lines = [host if seat is None else kind_word(seat.block, lang)]
    if row.visit.shadowing is not None:
        lines.append(word("shares", lang, visit=row.visit.shadowing.visit_id))
    travel = f"{duration(horizon.minutes(stop.travel))}, {word(f'mode.{row.mode}', lang)}"
    lines.append(f"{word('travel', lang)}{word('colon', lang)}{travel}")
    if row.vehicle is not None:
        lines.append(f"{word('column.vehicle', lang)}{word('colon', lang)}{vehicle_words(row.vehicle, lang)}")
    if stop.pause:
        lines.append(f"{word('pause', lang)}{word('colon', lang)}{duration(horizon.minutes(stop.pause))}")
    if stop.marking:
        lines.append(say_marking(stop.marking, lang, horizon=horizon))
    if stop.paper_to_sign:
        lines.append(f"{word('paper_to_sign', lang)}{word('colon', lang)}{stop.paper_to_sign}")
    return lines
