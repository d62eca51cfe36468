"""Absences out of `.ics` files: every occurrence within the horizon at its exact instants, and whose it
is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import Refused
from brigade.exchange.calendars.absence_calendars import (
    CalendarAbsences,
    CalendarContext,
    read_absences,
)
from brigade.exchange.calendars.event_employees import CalendarWishes, NamedBy
from brigade.exchange.calendars.recurrence import CalendarWindow
from brigade.exchange.reading import read_any, write_any
from brigade.units import PARIS
from brigade.values.demand import AbsenceKind
from scenarios.cli.commands.foreign import NAMED_BY
from tests.cli import brigade
from tests.faults.base import sound
from tests.sayings import refusals

NOW = datetime(2026, 3, 9, 7, tzinfo=UTC)
MARCH = CalendarWindow(datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))
CONTEXT = CalendarContext({"E1", "E2", "E12"}, PARIS, MARCH, NOW)


def calendar(*events: str, head: str = "") -> bytes:
    """Lines apart by spaces; of an event, each a property."""
    parts = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//x//y",
        *(line.replace("_", " ") for line in head.split()),
    ]
    for event in events:
        parts += ["BEGIN:VEVENT", *(line.replace("_", " ") for line in event.split()), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""]).encode()


def read(*events: str, head: str = "", label: str = "agenda.ics", **wishes: Any) -> CalendarAbsences:
    return read_absences(calendar(*events, head=head), label, CalendarWishes(**wishes), CONTEXT)


def spans(*events: str, **wishes: Any) -> list[tuple[str, str]]:
    """Local starts and ends, with their offsets."""
    return [
        (
            one.start.astimezone(PARIS).isoformat(" ", "minutes"),
            one.end.astimezone(PARIS).isoformat(" ", "minutes"),
        )
        for one in read(*events, **wishes).absences
    ]


def refused(*events: str, **wishes: Any) -> list[str]:
    with pytest.raises(Refused) as told:
        read(*events, **wishes)
    return [f"{issue.code} {issue.where}: {issue.what} ; {issue.hint}" for issue in refusals(told)]


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        # A whole day ends at the midnight before DTEND's day: 10 and 11 March.
        (
            "DTSTART;VALUE=DATE:20260310 DTEND;VALUE=DATE:20260312",
            "2026-03-10 00:00+01:00",
            "2026-03-12 00:00+01:00",
        ),
        ("DTSTART;VALUE=DATE:20260310", "2026-03-10 00:00+01:00", "2026-03-11 00:00+01:00"),
        (
            "DTSTART;VALUE=DATE:20260310 DTEND;VALUE=DATE:20260310",
            "2026-03-10 00:00+01:00",
            "2026-03-11 00:00+01:00",
        ),
        ("DTSTART;VALUE=DATE:20260310 DURATION:P2D", "2026-03-10 00:00+01:00", "2026-03-12 00:00+01:00"),
        # 29 March has 23 hours.
        ("DTSTART;VALUE=DATE:20260329", "2026-03-29 00:00+01:00", "2026-03-30 00:00+02:00"),
        (
            "DTSTART:20260310T070000Z DTEND:20260310T110000Z",
            "2026-03-10 08:00+01:00",
            "2026-03-10 12:00+01:00",
        ),
        ("DTSTART:20260310T080000 DURATION:PT4H", "2026-03-10 08:00+01:00", "2026-03-10 12:00+01:00"),
        (
            "DTSTART;TZID=America/Martinique:20260310T030000 DTEND;TZID=Europe/Paris:20260310T120000",
            *("2026-03-10 08:00+01:00", "2026-03-10 12:00+01:00"),
        ),
        (
            'DTSTART;TZID="Romance_Standard_Time":20260310T080000 DURATION:P1DT2H',
            *("2026-03-10 08:00+01:00", "2026-03-11 10:00+01:00"),
        ),
        # Over the night that loses an hour: a day of the calendar, then two exact hours.
        (
            "DTSTART;TZID=Europe/Paris:20260328T200000 DURATION:P1DT2H",
            "2026-03-28 20:00+01:00",
            "2026-03-29 22:00+02:00",
        ),
        (
            "DTSTART;TZID=Europe/Paris:20260328T200000 DURATION:PT12H",
            "2026-03-28 20:00+01:00",
            "2026-03-29 09:00+02:00",
        ),
    ],
)
def test_days_and_hours(times: str, start: str, end: str) -> None:
    assert spans(f"UID:1 SUMMARY:E1 {times}") == [(start, end)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", [3, 10, 17, 24, 31]),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2", [3, 10]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260317T070000Z", [3, 10, 17]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260317", [3, 10, 17]),
        ("RRULE:FREQ=DAILY;INTERVAL=10", [3, 13, 23]),
        ("RRULE:FREQ=WEEKLY EXDATE;TZID=Europe/Paris:20260310T080000,20260324T080000", [3, 17, 31]),
        ("RRULE:FREQ=WEEKLY EXDATE:20260310T070000Z", [3, 17, 24, 31]),
        ("RRULE:FREQ=WEEKLY EXDATE;VALUE=DATE:20260310", [3, 17, 24, 31]),
        ("RRULE:FREQ=MONTHLY;BYDAY=1TU", [3]),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,FR;BYSETPOS=1", [3, 10, 17, 24, 31]),
        ("RDATE;TZID=Europe/Paris:20260305T080000", [3, 5]),
    ],
)
def test_rules_are_expanded_within_the_window(rule: str, days: list[int]) -> None:
    """From 08:00 to 12:00 each time, on the wall of its zone: on 31 March that is +02:00."""
    found = spans(f"UID:1 SUMMARY:E1 DTSTART;TZID=Europe/Paris:20260303T080000 DURATION:PT4H {rule}")
    assert [(int(start[8:10]), start[11:16], end[11:16]) for start, end in found] == [
        (d, "08:00", "12:00") for d in days
    ]
    assert all(
        start.endswith("+02:00" if day >= 29 else "+01:00")
        for day, (start, _) in zip(days, found, strict=True)
    )


def test_a_rule_of_years_ago_without_an_end_gives_this_windows_days_only() -> None:
    found = spans("UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20100104 RRULE:FREQ=WEEKLY;INTERVAL=2")
    assert [start[8:10] for start, _ in found] == ["09", "23"]


def test_an_absence_that_began_before_the_window_counts() -> None:
    found = spans("UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260215 DTEND;VALUE=DATE:20260302")
    assert found == [("2026-02-15 00:00+01:00", "2026-03-02 00:00+01:00")]


def test_one_occurrence_moved_another_cancelled() -> None:
    series = (
        "UID:1 SUMMARY:E1 DTSTART;TZID=Europe/Paris:20260303T080000 DURATION:PT4H RRULE:FREQ=WEEKLY;COUNT=3"
    )
    moved = "UID:1 SUMMARY:E1 RECURRENCE-ID:20260310T070000Z DTSTART:20260311T070000Z DURATION:PT4H"
    cancelled = (
        "UID:1 SUMMARY:E1 RECURRENCE-ID:20260317T070000Z "
        "DTSTART:20260317T070000Z DURATION:PT4H STATUS:CANCELLED"
    )
    found = read(series, moved, cancelled)
    assert [one.start.day for one in found.absences] == [3, 11]
    before = {one.start.day: one.id for one in read(series).absences}
    assert found.absences[1].id == before[10]  # the same absence, on another day


def test_cancelled_events_and_older_editions_are_passed_over_and_said() -> None:
    day = "DTSTART;VALUE=DATE:20260310"
    assert [one.code for one in read(f"UID:1 SUMMARY:E1 {day} STATUS:CANCELLED").remarks] == ["I201"]
    assert read(f"UID:1 SUMMARY:E1 {day}", head="METHOD:CANCEL").absences == []
    edited = read(f"UID:1 SUMMARY:E1 {day}", "UID:1 SUMMARY:E1 SEQUENCE:1 DTSTART;VALUE=DATE:20260312")
    assert [one.start.day for one in edited.absences] == [11]
    assert [one.code for one in edited.remarks] == ["I203"]
    assert [one.code for one in read("UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260710").remarks] == ["I204"]
    assert [one.code for one in read(f"UID:1 SUMMARY:Réunion_E1 {day}", ignored=["réunion"]).remarks] == [
        "I202"
    ]


def test_tentative_events_and_those_marked_free_are_absences_and_said() -> None:
    """Calendars mark whole days as free unless told otherwise: they are said once, whatever their number."""
    day = "DTSTART;VALUE=DATE:20260310"
    tentative = read(f"UID:1 SUMMARY:E1 {day} STATUS:TENTATIVE")
    assert (len(tentative.absences), [one.code for one in tentative.remarks]) == (1, ["I206"])
    free = [f"UID:{n} SUMMARY:E1 DTSTART;VALUE=DATE:2026031{n} TRANSP:TRANSPARENT" for n in (1, 2, 3)]
    found = read(f"UID:9 SUMMARY:E2 {day}", *free, "UID:8 SUMMARY:E1 DTSTART:20270101 TRANSP:TRANSPARENT")
    assert len(found.absences) == 4
    (said,) = (one for one in found.remarks if one.code == "I207")
    assert (said.where, said.values["count"]) == ("agenda.ics, event=2", 3)


@pytest.mark.parametrize(
    ("zone", "at"), [("Europe/Lisbon", "10:00"), ("Romance_Standard_Time", "09:00"), ("UTC", "10:00")]
)
def test_hours_without_a_zone_are_those_of_the_calendar(zone: str, at: str) -> None:
    """Nine o'clock in Lisbon is ten in Paris; a day without an hour is a day of the clients."""
    hours = "UID:1 SUMMARY:E1 DTSTART:20260310T090000 DTEND:20260310T120000"
    day, head = "UID:2 SUMMARY:E2 DTSTART;VALUE=DATE:20260310", f"X-WR-TIMEZONE:{zone}"
    assert spans(hours, day, head=head) == [
        (f"2026-03-10 {at}+01:00", f"2026-03-10 {int(at[:2]) + 3}:00+01:00"),
        ("2026-03-10 00:00+01:00", "2026-03-11 00:00+01:00"),
    ]


def test_a_calendars_unknown_zone_matters_only_to_hours_that_name_none() -> None:
    head = "X-WR-TIMEZONE:Mars/Olympus"
    assert len(read("UID:1 SUMMARY:E1 DTSTART:20260310T090000Z DTEND:20260310T120000Z", head=head).absences)
    (fault,) = refused("UID:1 SUMMARY:E1 DTSTART:20260310T090000 DTEND:20260310T120000", head=head)
    assert fault.startswith("I104")
    assert "Mars/Olympus" in fault


@pytest.mark.parametrize(
    ("event", "wishes", "employee"),
    [
        ("SUMMARY:Congés_E1_(validé)", {}, "E1"),
        ("SUMMARY:e12", {}, "E12"),
        ("SUMMARY:Congés_Jeanne_D.", {"employees": {"Jeanne D": "E2"}}, "E2"),
        (
            "ORGANIZER;CN=Jeanne:mailto:J.D@saad.example",
            {"named_by": NamedBy.ORGANIZER, "employees": {"j.d@saad.example": "E2"}},
            "E2",
        ),
        ("ORGANIZER;CN=E2:mailto:rh@saad.example", {"named_by": NamedBy.ORGANIZER}, "E2"),
        (
            "ATTENDEE:mailto:e1@saad.example",
            {"named_by": NamedBy.ATTENDEE, "employees": {"e1@saad.example": "E1"}},
            "E1",
        ),
        ("SUMMARY:Congés", {"named_by": NamedBy.FILE}, "E12"),
    ],
)
def test_the_employee_is_named_by_what_is_asked(event: str, wishes: dict[str, Any], employee: str) -> None:
    found = read(f"UID:1 DTSTART;VALUE=DATE:20260310 {event}", label="E12.ics", **wishes)
    assert [one.employee_id for one in found.absences] == [employee]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("SUMMARY:Arrêt_maladie DTSTART;VALUE=DATE:20260310", "I105"),
        ("SUMMARY:E1_et_E2 DTSTART;VALUE=DATE:20260310", "I105"),
        ("SUMMARY:E13 DTSTART;VALUE=DATE:20260310", "I105"),
        ("DTSTART;VALUE=DATE:20260310", "I105"),
        ("SUMMARY:E1", "I103"),
        ("SUMMARY:E1 DTSTART:20260310T080000", "I103"),
        ("SUMMARY:E1 DTSTART:20260310T080000 DTEND:20260310T080000", "I103"),
        ("SUMMARY:E1 DTSTART:20260310T080000 DTEND:20260309T080000", "I103"),
        ("SUMMARY:E1 DTSTART:20260310T080000 DTEND;VALUE=DATE:20260311", "I103"),
        ("SUMMARY:E1 DTSTART:20260310T080000 DTEND:20260310T090000 DURATION:PT1H", "I103"),
        ("SUMMARY:E1 DTSTART:2026031", "I103"),
        ("SUMMARY:E1 DTSTART;TZID=Lune/Mer:20260310T080000 DURATION:PT1H", "I104"),
        ("SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:FREQ=HOURLY", "I106"),
        ("SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:FREQ=YEARLY;BYWEEKNO=11", "I106"),
        ("SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "I106"),
        ("SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:FREQ=DAILY EXRULE:FREQ=WEEKLY", "I106"),
        # A property that is said once, said twice.
        *(
            (f"SUMMARY:E1 DTSTART;VALUE=DATE:20260310 {one}", "I103")
            for one in (
                *("SUMMARY:E2", "STATUS:CANCELLED STATUS:CONFIRMED", "SEQUENCE:1 SEQUENCE:2"),
                *("DURATION:P1D DURATION:P2D", "RECURRENCE-ID:20260310 RECURRENCE-ID:20260311"),
                *("DTSTAMP:20260301T000000Z DTSTAMP:20260302T000000Z", "DURATION:-P1D", "SEQUENCE:abc"),
            )
        ),
        # Numbers that no rule has: of some the library would seek for ever.
        *(
            (f"SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:{one}", "I106")
            for one in (
                *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=0"),
                *("FREQ=DAILY;BYSETPOS=2", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYMONTHDAY=32"),
                *("FREQ=WEEKLY;BYDAY=1TU", "FREQ=DAILY;COUNT=2;UNTIL=20260320"),
                # What begins outside its own rule: the first day would be lost, or counted, as one likes.
                *("FREQ=WEEKLY;BYDAY=TH", "FREQ=DAILY;INTERVAL=7;BYDAY=TH", "FREQ=DAILY;UNTIL=20260301"),
            )
        ),
        (
            "SUMMARY:E1 DTSTART:20260310T080000Z DURATION:PT1H RDATE;VALUE=PERIOD:20260312T080000Z/PT1H",
            "I106",
        ),
        (
            "SUMMARY:E1 RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T080000Z "
            "DTSTART:20260310T080000Z DURATION:PT1H",
            "I106",
        ),
    ],
)
def test_what_could_be_wrong_is_refused_by_name(event: str, code: str) -> None:
    (told,) = refused(f"UID:1 {event}")
    assert told.startswith(f"{code} agenda.ics, événement 1: ")


def test_two_events_of_one_uid_and_edition_are_asked_for() -> None:
    """Nothing says which is later: passing one over would lose an absence."""
    day = "UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:2026031"
    told = refused(f"{day}0", f"{day}1")
    assert [one.partition(":")[0] for one in told] == [
        "I109 agenda.ics, événement 1",
        "I109 agenda.ics, événement 2",
    ]
    assert len(read(f"{day}0", f"SEQUENCE:1 {day}1").absences) == 1


@pytest.mark.parametrize("other", ["RRULE:FREQ=DAILY;COUNT=3", "STATUS:CANCELLED"])
def test_two_editions_that_recur_or_stand_otherwise_are_asked_for(other: str) -> None:
    day = "UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260310"
    assert [one[:4] for one in refused(day, f"{day} {other}")] == ["I109", "I109"]
    assert len(read(day, day).absences) == 1


def test_editions_of_one_occurrence_are_told_by_its_instant() -> None:
    """07:00 in UTC is 08:00 in Paris: the second edition takes the place of the first."""
    series = "UID:1 SUMMARY:E1 DTSTART;TZID=Europe/Paris:20260303T080000 DURATION:PT4H RRULE:FREQ=WEEKLY"
    moved = "UID:1 SUMMARY:E1 DURATION:PT4H RECURRENCE-ID"
    found = read(
        f"{series};COUNT=2",
        f"{moved}:20260310T070000Z SEQUENCE:1 DTSTART;TZID=Europe/Paris:20260311T080000",
        f"{moved};TZID=Europe/Paris:20260310T080000 SEQUENCE:2 DTSTART;TZID=Europe/Paris:20260312T080000",
    )
    assert [one.start.day for one in found.absences] == [3, 12]


def test_a_series_that_is_cancelled_takes_its_moved_days_with_it() -> None:
    series = "UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260310 RRULE:FREQ=DAILY;COUNT=3 SEQUENCE:3"
    moved = "UID:1 SUMMARY:E1 RECURRENCE-ID;VALUE=DATE:20260311 DTSTART;VALUE=DATE:20260314"
    assert read(f"{series} STATUS:CANCELLED", moved).absences == []
    assert len(read(series, moved).absences) == 3


@pytest.mark.parametrize(
    "taken_out", ["EXDATE:20260310T000000Z", "EXDATE:20260309T230000Z", "EXDATE;VALUE=DATE:20260310"]
)
def test_a_midnight_takes_a_whole_day_out(taken_out: str) -> None:
    found = spans(f"UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260309 RRULE:FREQ=DAILY;COUNT=3 {taken_out}")
    assert [start[8:10] for start, _ in found] == ["09", "11"]


def test_what_is_taken_out_at_another_hour_is_said() -> None:
    """The repetition is at 08:00: nothing is taken out at 09:00, and the day counts."""
    series = "UID:1 SUMMARY:E1 DTSTART;TZID=Europe/Paris:20260303T080000 DURATION:PT4H RRULE:FREQ=WEEKLY"
    found = read(f"{series} EXDATE;TZID=Europe/Paris:20260310T090000")
    assert (len(found.absences), [one.code for one in found.remarks]) == (5, ["I205"])
    # Outside the period nobody has to look.
    assert read(f"{series} EXDATE;TZID=Europe/Paris:20270310T090000").remarks == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DTSTART;TZID=Europe/Paris:20260310T080000Z", "I103"),
        ("DTSTART:20260310T070000Z EXDATE;TZID=Europe/Paris:20260310T080000,20260311T080000Z", "I103"),
        ("DTSTART:20260310T070000Z RRULE:FREQ=DAILY;FREQ=WEEKLY", "I106"),
    ],
)
def test_a_line_that_contradicts_itself_is_told(line: str, code: str) -> None:
    """The library keeps one of both sides: an hour more or less, another day."""
    (told,) = refused(f"UID:1 SUMMARY:E1 DURATION:PT1H {line}")
    assert told.startswith(f"{code} agenda.ics, ligne ")


def test_all_faults_are_told_at_once() -> None:
    told = refused(
        "UID:1 SUMMARY:E9 DTSTART;VALUE=DATE:20260310",
        "UID:2 SUMMARY:E1 DTSTART;VALUE=DATE:20260310",
        "UID:3",
    )
    assert [one.partition(":")[0] for one in told] == [
        "I105 agenda.ics, événement 1",
        "I103 agenda.ics, événement 3",
    ]
    assert refused("UID:1 SUMMARY:X DTSTART;VALUE=DATE:20260310", employees={"X": "E99"})[0].startswith(
        "I107"
    )


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"]
)
def test_what_is_no_calendar_is_told_as_such(data: bytes) -> None:
    with pytest.raises(Refused) as told:
        read_absences(data, "agenda.ics", CalendarWishes(), CONTEXT)
    assert [issue.code for issue in refusals(told)] == ["I101"]


@pytest.mark.parametrize(
    ("event", "part", "told"),
    [
        ("", "VFREEBUSY", True),
        ("", "VTODO", True),
        ("UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260310", "VFREEBUSY", True),
        ("UID:1 SUMMARY:E1 DTSTART;VALUE=DATE:20260310", "VTODO", False),
    ],
)
def test_busy_hours_are_not_passed_over_without_a_word(event: str, part: str, told: bool) -> None:
    """An export of free and busy hours holds no event: nobody would be away."""
    events, head = ([event] if event else []), f"BEGIN:{part} UID:7 END:{part}"
    if told:
        (issue,) = refused(*events, head=head)
        assert issue.startswith(f"I101 agenda.ics: {part}")
    else:
        assert len(read(*events, head=head).absences) == 1


def test_kinds_and_when_it_became_known() -> None:
    day = "DTSTART;VALUE=DATE:20260310"
    kinds = {"maladie": AbsenceKind.UNPLANNED, "formation": AbsenceKind.TRAINING_RELEASE}
    found = read(
        f"UID:1 SUMMARY:E1_arrêt_maladie {day} CREATED:20260308T101530Z DTSTAMP:20260309T050000Z",
        f"UID:2 SUMMARY:E1 CATEGORIES:Formation {day} "
        "CREATED:20260301T100000Z SEQUENCE:1 LAST-MODIFIED:20260305T100000Z",
        f"UID:3 SUMMARY:E1 {day} CREATED:20260601T100000Z",
        kinds=kinds,
    ).absences
    assert [one.kind for one in found] == [
        AbsenceKind.UNPLANNED,
        AbsenceKind.TRAINING_RELEASE,
        AbsenceKind.OTHER_LEAVE,
    ]
    assert [one.known_at for one in found] == [
        *(datetime(2026, 3, 8, 10, 15, tzinfo=UTC), datetime(2026, 3, 5, 10, tzinfo=UTC), NOW)
    ]
    assert refused(f"UID:1 SUMMARY:E1_maladie_formation {day}", kinds=kinds)[0].startswith("I108")


# -- the command -------------------------------------------------------------------------------------------
def json_file(folder: Path) -> Path:
    write_any(sound(), folder / "problem.json")
    return folder / "problem.json"


def agenda(folder: Path, summary: str = "A2") -> Path:
    path = folder / "agenda.ics"
    path.write_bytes(
        calendar(f"UID:1@x SUMMARY:{summary} DTSTART;VALUE=DATE:20260308 DTEND;VALUE=DATE:20260310")
    )
    return path


def test_absences_of_a_calendar_enter_a_problem_and_are_replaced_when_read_again(tmp_path: Path) -> None:
    given, once, twice = json_file(tmp_path), tmp_path / "once.json", tmp_path / "twice.json"
    answer = brigade("absences", given, agenda(tmp_path), "-o", once, "--json")
    assert (answer.code, answer.json["absences"]) == (0, 1)
    after = read_any(once)
    (added,) = [one for one in after.absences if one.employee_id == "A2"]
    assert (added.provider_id, added.interval.start, added.interval.end) == ("S2", -1440, 1440)
    assert len(after.absences) == len(read_any(given).absences) + 1
    assert brigade("absences", once, agenda(tmp_path), "-o", twice).code == 0
    assert read_any(twice).absences == after.absences


def test_a_summary_that_names_nobody_is_told_with_the_way_out(tmp_path: Path) -> None:
    """The calendar of case 68: « Arrêt maladie », and nobody said whose."""
    given, out = json_file(tmp_path), tmp_path / "out.json"
    answer = brigade("absences", given, agenda(tmp_path, "Arrêt_maladie"), "-o", out, "--json")
    assert (answer.code, [one["code"] for one in answer.issues], out.exists()) == (2, ["I105"], False)
    told = brigade(
        "absences", given, agenda(tmp_path, "Arrêt_maladie"), "-o", out, "--employee", "Arrêt maladie=A2"
    )
    assert (told.code, "1 absence lue, 1 salarié" in told.out) == (0, True)


def test_a_mapping_says_how_calendars_are_read(tmp_path: Path) -> None:
    out, mapping = tmp_path / "out.json", tmp_path / "agenda.json"
    calendar_of = {"employees": {"Jeanne": "A2"}, "kinds": {"maladie": "unplanned_absence"}}
    document = {"format": "brigade-mapping", "version": 1, "source": "Agenda", "calendar": calendar_of}
    mapping.write_text(json.dumps(document), encoding="utf-8")
    answer = brigade(
        "absences", json_file(tmp_path), agenda(tmp_path, "Jeanne_maladie"), "-o", out, "--mapping", mapping
    )
    assert answer.code == 0
    (added,) = [one for one in read_any(out).absences if one.employee_id == "A2"]
    assert added.kind is AbsenceKind.UNPLANNED


def test_a_calendar_given_as_a_problem_names_the_command_for_it(tmp_path: Path) -> None:
    (issue,) = brigade("validate", agenda(tmp_path), "--json").issues
    assert (issue["code"], "brigade absences" in issue["hint"]) == ("O102", True)


def test_slips_of_the_options_are_told_at_once(tmp_path: Path) -> None:
    options = ("--employee-from", "moon", "--kind", "none", "--employee", "Jeanne")
    answer = brigade(
        "absences", json_file(tmp_path), agenda(tmp_path), "-o", tmp_path / "out.json", *options, "--json"
    )
    assert [one["where"] for one in answer.issues] == ["--employee", "--employee-from", "--kind"]


def test_the_help_names_every_way_of_naming() -> None:
    assert tuple(NamedBy) == NAMED_BY
