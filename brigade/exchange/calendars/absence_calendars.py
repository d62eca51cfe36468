"""Absences of employees out of an `.ics` file: each event an absence, its employee named by what the calendar
says."""

from __future__ import annotations

import hashlib
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from brigade.errors import NO_VALUES, Issue, UnreadableInput, Values, step
from brigade.exchange.calendars.editions import (
    is_cancelled,
    is_doubled,
    is_marked_free,
    is_of_cancelled_series,
    is_outdated,
    is_tentative,
    moved_in,
)
from brigade.exchange.calendars.event_employees import CalendarWishes, employee_of, has_word
from brigade.exchange.calendars.event_values import (
    EventFault,
    instant,
    line_faults,
    moment_of,
    refuse_doubles,
    wall_of,
    zone_of,
)
from brigade.exchange.calendars.recurrence import CalendarWindow, Occurrence, recurrence_of
from brigade.exchange.documents.shape_faults import said
from brigade.values.demand import AbsenceKind
from brigade.values.input_words import plain

# Years of a large service; each event is unfolded and compared.
MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class CalendarAbsence:
    """An absence in UTC. `id`: the same whenever the same event is read again."""

    id: str
    employee_id: str
    kind: AbsenceKind
    start: datetime
    end: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarContext:
    """What a calendar is read against. `now`: an event known later than it is known now."""

    employees: Collection[str]
    zone: ZoneInfo
    window: CalendarWindow
    now: datetime


@dataclass
class CalendarAbsences:
    """`remarks`: events passed over on purpose, which should be said."""

    absences: list[CalendarAbsence] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)


def read_absences(
    data: bytes, label: str, wishes: CalendarWishes, context: CalendarContext
) -> CalendarAbsences:
    """The absences of one calendar file that meet the window; nothing of events' texts is kept but the
    employee.

    Raises: UnreadableInput, with every event that cannot be read or is nobody's.
    """
    reader = _Reader(label, wishes, context)
    calendars = _calendars(data, label)
    for calendar in calendars:
        reader.read(calendar)
    if reader.issues:
        raise UnreadableInput(reader.issues)
    return reader.found


def _calendars(data: bytes, label: str) -> list[Any]:
    """The parts of a file. Raises: UnreadableInput, for what is no calendar."""
    try:
        # RFC 5545 says UTF-8; the mark before it is a habit of Windows programs.
        text = data.decode("utf-8-sig")
        if issues := list(line_faults(text, label)):
            raise UnreadableInput(issues)
        with warnings.catch_warnings():
            # Of zones under a vendor's prefix, whose name it finds all the same.
            warnings.simplefilter("ignore")
            found = [one for one in Calendar.from_ical(text, multiple=True) if one.name == "VCALENDAR"]
    except UnicodeDecodeError as fault:
        raise UnreadableInput(
            [
                Issue(
                    "I101",
                    label,
                    "ics_encoding",
                    {
                        "byte": f"0x{data[fault.start]:02x}",
                        "line": data.count(bytes([10]), 0, fault.start) + 1,
                    },
                )
            ]
        ) from None
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as fault:
        raise UnreadableInput([Issue("I101", label, "ics_unreadable", {"met": said(str(fault))})]) from None
    if not found:
        raise UnreadableInput([Issue("I101", label, "no_calendar")])
    return found


@dataclass
class _Reader:
    label: str
    wishes: CalendarWishes
    context: CalendarContext
    issues: list[Issue] = field(default_factory=list)
    found: CalendarAbsences = field(default_factory=CalendarAbsences)
    free: list[str] = field(default_factory=list)
    """Places of the absences whose hours the calendar says to be free."""

    def read(self, calendar: Any) -> None:
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
        if len(events) > MOST_EVENTS:
            self.issues.append(
                Issue("I101", self.label, "too_many_events", {"count": len(events), "most": MOST_EVENTS})
            )
            return
        if unread := _unread(calendar, has_events=bool(events)):
            self.issues.append(Issue("I101", self.label, "no_events_but", {"met": unread}))
            return
        sound = list(self._sound(events))
        by_uid = defaultdict(list)
        for _, event in sound:
            by_uid[event.get("UID")].append(event)
        is_withdrawn = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for place, event in sound:
            with self._told(place):
                zone = zone_of(calendar, event, self.context.zone)
                self._event(event, by_uid[event.get("UID")], place, is_withdrawn, zone)
        self._say_free()

    def _sound(self, events: Sequence[Event]) -> Iterator[tuple[str, Event]]:
        """The events whose properties can be read, with their places: the others are told."""
        for number, event in enumerate(events, 1):
            place = f"{self.label}, {step('event', number)}"
            with self._told(place):
                if event.errors:
                    name, why = event.errors[0]
                    # Of what the library says, in English, the value is kept.
                    met = said(why.rpartition(": ")[2].strip("'"))
                    raise EventFault("I103", "event_property", {"name": name, "met": met})
                refuse_doubles(event)
                yield place, event

    @contextmanager
    def _told(self, place: str) -> Iterator[None]:
        try:
            yield
        except EventFault as fault:
            self.issues.append(Issue(fault.code, place, fault.words, fault.values))
        except BrokenCalendarProperty as fault:
            self.issues.append(Issue("I103", place, "event_value", {"met": said(str(fault))}))

    def _event(
        self, event: Event, events: Sequence[Event], place: str, is_withdrawn: bool, zone: ZoneInfo
    ) -> None:
        if not is_withdrawn and is_doubled(events, event, zone):
            raise EventFault("I109", "event_given_twice", {"uid": event.get("UID")})
        if is_withdrawn or is_cancelled(event) or is_of_cancelled_series(events, event, zone):
            self._remark("I201", place, "cancelled_event")
            return
        if is_outdated(events, event, zone):
            self._remark("I203", place, "newer_event")
            return
        words = _words(event)
        if any(has_word(words, word) for word in self.wishes.ignored):
            self._remark("I202", place, "ignored_word")
            return
        times = self._times(event, events, place, zone)
        if not times:
            self._remark("I204", place, "outside_period")
            return
        employee = employee_of(event, self.label, self.wishes, self.context.employees)
        kind = self._kind(words)
        self.found.absences += [self._absence(event, one, employee, kind, zone) for one in times]
        if is_tentative(event):
            self._remark("I206", place, "tentative_event")
        self.free += [place] if is_marked_free(event) else []

    def _say_free(self) -> None:
        """Once for all of them: some programs mark every whole day so."""
        if self.free:
            self._remark("I207", self.free[0], "free_events", {"count": len(self.free)})
        self.free = []

    def _times(
        self, event: Event, events: Sequence[Event], place: str, zone: ZoneInfo
    ) -> Sequence[Occurrence]:
        own = event.get("RECURRENCE-ID")
        if own is not None and own.params.get("RANGE"):
            raise EventFault("I106", "recurrence_range")
        moved = [] if own is not None else list(moved_in(events, event))
        found = recurrence_of(event, zone, self.context.window, moved)
        for wall in found.idle:
            self._remark("I205", place, "idle_exclusion", {"start": f"{wall:%Y-%m-%d %H:%M}"})
        return found.occurrences

    def _absence(
        self, event: Event, one: Occurrence, employee: str, kind: AbsenceKind, zone: ZoneInfo
    ) -> CalendarAbsence:
        # A calendar without UIDs still has to give the same id when it is read again: its own start is the
        # next best.
        named = str(event.get("UID", "")) or one.start.isoformat()
        digest = hashlib.sha256(f"{named}|{employee}|{_planned(event, one, zone)}".encode()).hexdigest()[:16]
        return CalendarAbsence(f"ICS-{digest}", employee, kind, one.start, one.end, self._known_at(event))

    def _known_at(self, event: Event) -> datetime:
        """When the event was written, or last changed; what says neither is known now."""
        named = "LAST-MODIFIED" if int(event.get("SEQUENCE", 0)) else "CREATED"
        written = moment_of(event, named)
        # An hour without a zone could be anybody's: known now, never earlier.
        if not isinstance(written, datetime) or written.tzinfo is None:
            return self.context.now
        return min(written.astimezone(UTC).replace(second=0, microsecond=0), self.context.now)

    def _kind(self, words: str) -> AbsenceKind:
        found = sorted({kind for word, kind in self.wishes.kinds.items() if has_word(words, word)})
        if len(found) > 1:
            raise EventFault("I108", "several_kinds", {"found": list(found)})
        return found[0] if found else self.wishes.kind

    def _remark(self, code: str, place: str, words: str, values: Values = NO_VALUES) -> None:
        self.found.remarks.append(Issue(code, place, words, values))


def _unread(calendar: Any, *, has_events: bool) -> list[str]:
    """What else may say that somebody is away: busy hours, and tasks where there is no event at all."""
    kinds = {str(part.name) for part in calendar.walk()} - {"VCALENDAR"}
    return sorted(kinds & ({"VFREEBUSY"} if has_events else {"VFREEBUSY", "VTODO", "VJOURNAL"}))


def _planned(event: Event, one: Occurrence, ours: ZoneInfo) -> str:
    """When the rule puts an occurrence, moved or not; nothing of an event that does not recur, as it may be
    moved."""
    planned = moment_of(event, "RECURRENCE-ID")
    if planned is not None:
        zone = planned.tzinfo if isinstance(planned, datetime) and planned.tzinfo else ours
        return instant(wall_of(planned, zone), zone).isoformat()
    recurs = event.get("RRULE") is not None or event.get("RDATE") is not None
    return one.start.isoformat() if recurs else ""


def _words(event: Event) -> str:
    """What an event calls itself, as it is compared."""
    given = event.get("CATEGORIES")
    groups = given if isinstance(given, list) else [] if given is None else [given]
    texts = [str(word) for group in groups for word in group.cats]
    return plain(" ".join([str(event.get("SUMMARY", "")), *texts]))
