"""A calendar per worker: pseudonyms only, one event a visit, firm or still to be offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from brigade.exchange.rows import StopRow, stop_rows
from brigade.plan import Plan
from brigade.problem import Problem
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
    """Time taken, for calendars that leave the house: when, in which commune, firm or not; neither for whom nor what for."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    is_firm: bool


def agenda(worker_id: str, appointments: Iterable[Appointment], stamp: datetime, lang: str = "fr") -> bytes:
    """The .ics of a worker's time, coarse enough for a telephone's maker to read. `stamp`: when it was last changed."""
    calendar = _empty(worker_id, lang)
    for one in appointments:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", stamp)
        event.add("dtstart", one.starts_at)
        event.add("dtend", one.ends_at)
        event.add("summary", word("column.visit", lang))
        if one.place:
            event.add("location", one.place)
        event.add("status", "CONFIRMED" if one.is_firm else "TENTATIVE")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _empty(worker_id: str, lang: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//brigade//tournees//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{word('calendar_title', lang)} {worker_id}")
    return calendar


def _calendar(problem: Problem, worker_id: str, rows: list[StopRow], lang: str) -> bytes:
    calendar = _empty(worker_id, lang)
    for row in rows:
        calendar.add_component(_event(problem, row, lang))
    if rows:
        year = problem.horizon.first_day.year
        calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(problem: Problem, row: StopRow, lang: str) -> Event:
    event = Event()
    event.add("uid", uid(problem, row))
    # The plan's own instant rather than the clock's: the same plan gives the same file.
    event.add("dtstamp", problem.horizon.instant(problem.now))
    event.add("dtstart", _local(problem, row.stop.start))
    event.add("dtend", _local(problem, row.stop.end))
    event.add("summary", f"{row.visit.id} · {row.visit.client_id} ({word(row.status, lang)})")
    event.add("description", "\n".join(_details(problem, row, lang)))
    if row.site.commune:
        event.add("location", row.site.commune)
    event.add("status", "TENTATIVE" if row.status == "to_offer" else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def uid(problem: Problem, row: StopRow) -> str:
    """Stable for one visit at one worker: a new edition of the plan moves the event instead of doubling it."""
    return uid_of(problem.basin.id, row.visit.id, row.worker.id)


def uid_of(basin_id: str, visit_id: str, worker_id: str) -> str:
    return f"{uuid5(SPACE, '|'.join((basin_id, visit_id, worker_id)))}@brigade"


def _local(problem: Problem, tick: int) -> datetime:
    return problem.horizon.instant(tick)


def _details(problem: Problem, row: StopRow, lang: str) -> list[str]:
    horizon, stop = problem.horizon, row.stop
    lines = [f"{word('column.provider', lang)}{_colon(lang)}{row.provider.id}"]
    travel = f"{duration(horizon.minutes(stop.travel))}, {word(f'mode.{row.mode}', lang)}"
    lines.append(f"{word('travel', lang)}{_colon(lang)}{travel}")
    if stop.pause:
        lines.append(f"{word('pause', lang)}{_colon(lang)}{duration(horizon.minutes(stop.pause))}")
    if stop.marking:
        lines.append(say_marking(stop.marking, lang, horizon=horizon))
    if stop.paper_to_sign:
        lines.append(f"{word('paper_to_sign', lang)}{_colon(lang)}{stop.paper_to_sign}")
    return lines


def _colon(lang: str) -> str:
    return " : " if lang == "fr" else ": "
