"""Absences of employees out of an `.ics` file: each event an absence, its employee named by what the calendar
says."""

from __future__ import annotations

import hashlib
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from brigade.errors import NO_VALUES, Clause, Issue, UnreadableInput, Values, step
from brigade.exchange.calendars.editions import (
    is_cancelled,
    is_doubled,
    is_of_cancelled_series,
    is_outdated,
    moved_in,
)
from brigade.exchange.calendars.event_values import (
    EventFault,
    instant,
    line_faults,
    moment_of,
    refuse_doubles,
    wall_of,
)
from brigade.exchange.calendars.recurrence import CalendarWindow, Occurrence, recurrence_of
from brigade.exchange.documents.shape_faults import said
from brigade.values.demand import AbsenceKind
from brigade.values.input_words import plain
from brigade.values.validation.checks import suggestion

# Years of a large service; each event is unfolded and compared.
MOST_EVENTS = 20_000


class NamedBy(StrEnum):
    """Where a calendar says whose absence an event is."""

    FILE = "file"
    ORGANIZER = "organizer"
    ATTENDEE = "attendee"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class CalendarWishes:
    """How a calendar is read. `employees`: its names, addresses or words -> our ids; `kinds`: its words
    (CATEGORIES, SUMMARY)
    -> what kind of absence; `ignored`: words of events that are none."""

    named_by: NamedBy = NamedBy.SUMMARY
    kind: AbsenceKind = AbsenceKind.OTHER_LEAVE
    employees: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, AbsenceKind] = field(default_factory=dict)
    ignored: Sequence[str] = ()


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
                self._event(event, by_uid[event.get("UID")], place, is_withdrawn)

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

    def _event(self, event: Event, events: Sequence[Event], place: str, is_withdrawn: bool) -> None:
        zone = self.context.zone
        if not is_withdrawn and is_doubled(events, event, zone):
            raise EventFault("I109", "event_given_twice", {"uid": event.get("UID")})
        if is_withdrawn or is_cancelled(event) or is_of_cancelled_series(events, event, zone):
            self._remark("I201", place, "cancelled_event")
            return
        if is_outdated(events, event, zone):
            self._remark("I203", place, "newer_event")
            return
        words = _words(event)
        if any(_has(words, word) for word in self.wishes.ignored):
            self._remark("I202", place, "ignored_word")
            return
        times = self._times(event, events, place)
        if not times:
            self._remark("I204", place, "outside_period")
            return
        employee = self._employee(event, place)
        kind = self._kind(words)
        self.found.absences += [self._absence(event, one, employee, kind) for one in times]

    def _times(self, event: Event, events: Sequence[Event], place: str) -> Sequence[Occurrence]:
        own = event.get("RECURRENCE-ID")
        if own is not None and own.params.get("RANGE"):
            raise EventFault("I106", "recurrence_range")
        moved = [] if own is not None else list(moved_in(events, event))
        found = recurrence_of(event, self.context.zone, self.context.window, moved)
        for wall in found.idle:
            self._remark("I205", place, "idle_exclusion", {"start": f"{wall:%Y-%m-%d %H:%M}"})
        return found.occurrences

    def _absence(self, event: Event, one: Occurrence, employee: str, kind: AbsenceKind) -> CalendarAbsence:
        # A calendar without UIDs still has to give the same id when it is read again: its own start is the
        # next best.
        named = str(event.get("UID", "")) or one.start.isoformat()
        digest = hashlib.sha256(f"{named}|{employee}|{self._planned(event, one)}".encode()).hexdigest()[:16]
        return CalendarAbsence(f"ICS-{digest}", employee, kind, one.start, one.end, self._known_at(event))

    def _planned(self, event: Event, one: Occurrence) -> str:
        """When the rule puts an occurrence, moved or not; nothing of an event that does not recur, as it may
        be moved."""
        planned = moment_of(event, "RECURRENCE-ID")
        if planned is not None:
            zone = planned.tzinfo if isinstance(planned, datetime) and planned.tzinfo else self.context.zone
            return instant(wall_of(planned, zone), zone).isoformat()
        recurs = event.get("RRULE") is not None or event.get("RDATE") is not None
        return one.start.isoformat() if recurs else ""

    def _known_at(self, event: Event) -> datetime:
        """When the event was written, or last changed; what says neither is known now."""
        named = "LAST-MODIFIED" if int(event.get("SEQUENCE", 0)) else "CREATED"
        written = moment_of(event, named)
        # An hour without a zone could be anybody's: known now, never earlier.
        if not isinstance(written, datetime) or written.tzinfo is None:
            return self.context.now
        return min(written.astimezone(UTC).replace(second=0, microsecond=0), self.context.now)

    # -- whose it is ----------------------------------------------------------------------------------------
    def _employee(self, event: Event, place: str) -> str:
        names = list(self._names(event))
        found = sorted(set(self._matched(names)))
        if len(found) == 1:
            return found[0]
        met = {"source": self.wishes.named_by, "names": names or Clause("nothing")}
        if found:
            raise EventFault("I105", "several_employees", {**met, "found": found})
        close = suggestion(names[0], self.context.employees) if names else Clause("name_them")
        raise EventFault("I105", "nobody_of_that_name", {**met, "suggestion": close})

    def _names(self, event: Event) -> Iterator[str]:
        """What the calendar calls the employee, in the property asked for."""
        match self.wishes.named_by:
            case NamedBy.FILE:
                yield PurePath(self.label).stem
            case NamedBy.SUMMARY:
                yield str(event.get("SUMMARY", ""))
            case NamedBy.ORGANIZER | NamedBy.ATTENDEE:
                given = event.get(self.wishes.named_by.value)
                for address in given if isinstance(given, list) else [] if given is None else [given]:
                    yield str(address.params.get("CN", ""))
                    yield str(address).lower().removeprefix("mailto:")

    def _matched(self, names: Sequence[str]) -> Iterator[str]:
        """Employees whose id or declared name is the text, or of a summary, stands in it as words of their
        own."""
        ours = {**{one: one for one in self.context.employees}, **self.wishes.employees}
        for name in names:
            for theirs, id in ours.items():
                is_in = (
                    _has(plain(name), theirs)
                    if self.wishes.named_by is NamedBy.SUMMARY
                    else plain(name) == plain(theirs)
                )
                if is_in and plain(theirs):
                    if id not in self.context.employees:
                        close = suggestion(id, self.context.employees)
                        met = {"theirs": theirs, "id": id, "suggestion": close}
                        raise EventFault("I107", "mapped_to_nobody", met)
                    yield id

    def _kind(self, words: str) -> AbsenceKind:
        found = sorted({kind for word, kind in self.wishes.kinds.items() if _has(words, word)})
        if len(found) > 1:
            raise EventFault("I108", "several_kinds", {"found": list(found)})
        return found[0] if found else self.wishes.kind

    def _remark(self, code: str, place: str, words: str, values: Values = NO_VALUES) -> None:
        self.found.remarks.append(Issue(code, place, words, values))


def _unread(calendar: Any, *, has_events: bool) -> list[str]:
    """What else may say that somebody is away: busy hours, and tasks where there is no event at all."""
    kinds = {str(part.name) for part in calendar.walk()} - {"VCALENDAR"}
    return sorted(kinds & ({"VFREEBUSY"} if has_events else {"VFREEBUSY", "VTODO", "VJOURNAL"}))


def _words(event: Event) -> str:
    """What an event calls itself, as it is compared."""
    given = event.get("CATEGORIES")
    groups = given if isinstance(given, list) else [] if given is None else [given]
    texts = [str(word) for group in groups for word in group.cats]
    return plain(" ".join([str(event.get("SUMMARY", "")), *texts]))


def _has(words: str, name: str) -> bool:
    return bool(plain(name)) and f"_{plain(name)}_" in f"_{words}_"
