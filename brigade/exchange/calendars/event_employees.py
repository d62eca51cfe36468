"""Whose absence an event is, as the file, the organizer, the attendee or the summary says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from icalendar import Event

from brigade.errors import Clause
from brigade.exchange.calendars.event_values import EventFault
from brigade.values.demand import AbsenceKind
from brigade.values.input_words import plain
from brigade.values.validation.checks import suggestion


class NamedBy(StrEnum):
    """Where a calendar says whose absence an event is."""

    FILE = "file"
    ORGANIZER = "organizer"
    ATTENDEE = "attendee"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class CalendarWishes:
    """How a calendar is read. `employees`: its names, addresses or words -> our ids; `kinds`: its words
    (CATEGORIES, SUMMARY) -> what kind of absence; `ignored`: words of events that are none."""

    named_by: NamedBy = NamedBy.SUMMARY
    kind: AbsenceKind = AbsenceKind.OTHER_LEAVE
    employees: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, AbsenceKind] = field(default_factory=dict)
    ignored: Sequence[str] = ()


def employee_of(event: Event, label: str, wishes: CalendarWishes, employees: Collection[str]) -> str:
    """Our id of the one employee that the event names. Raises: EventFault, for none and for several."""
    names = list(_names(event, label, wishes.named_by))
    found = sorted(set(_matched(names, wishes, employees)))
    if len(found) == 1:
        return found[0]
    met = {"source": wishes.named_by, "names": names or Clause("nothing")}
    if found:
        raise EventFault("I105", "several_employees", {**met, "found": found})
    close = suggestion(names[0], employees) if names else Clause("name_them")
    raise EventFault("I105", "nobody_of_that_name", {**met, "suggestion": close})


def _names(event: Event, label: str, named_by: NamedBy) -> Iterator[str]:
    """What the calendar calls the employee, in the property asked for."""
    match named_by:
        case NamedBy.FILE:
            yield PurePath(label).stem
        case NamedBy.SUMMARY:
            yield str(event.get("SUMMARY", ""))
        case NamedBy.ORGANIZER | NamedBy.ATTENDEE:
            given = event.get(named_by.value)
            for address in given if isinstance(given, list) else [] if given is None else [given]:
                yield str(address.params.get("CN", ""))
                yield str(address).lower().removeprefix("mailto:")


def _matched(names: Sequence[str], wishes: CalendarWishes, employees: Collection[str]) -> Iterator[str]:
    """Employees whose id or declared name is the text, or stands in a summary as words of its own."""
    # Declared names come last, so that they win over an id of the same letters.
    ours = {**{one: one for one in employees}, **wishes.employees}
    in_text = wishes.named_by is NamedBy.SUMMARY
    for name in names:
        for theirs, id in ours.items():
            is_in = has_word(plain(name), theirs) if in_text else plain(name) == plain(theirs)
            if is_in and plain(theirs):
                if id not in employees:
                    met = {"theirs": theirs, "id": id, "suggestion": suggestion(id, employees)}
                    raise EventFault("I107", "mapped_to_nobody", met)
                yield id


def has_word(words: str, name: str) -> bool:
    """Whether the name stands in `words`, which are `plain`, as words of its own."""
    return bool(plain(name)) and f"_{plain(name)}_" in f"_{words}_"
