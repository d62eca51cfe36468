"""Where three things meet: a night, an age and interruptions; a week, its mean and a longer period; a Sunday,
a holiday and rests; a minute on either side.

A row says the duties, what they rest on, and what forbids them; the checker and the kernel must both say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from brigade.law.limit_presets import Preset, preset
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters
from brigade.values.workforce import WorkingTimeMode as Mode
from tests.duties import Duty, elsewhere
from tests.lawful import broken, on, under

Case = tuple[Problem, Plan]
MONDAY, EVE_OF_ALL_SAINTS = "2026-03-09", "2026-10-31"
FULL = Contract(weekly=2100, full_time=True)
PART = Contract(weekly=1440)
NIGHT_UNTIL_SIX = {"NIGHT_WINDOW.to": 360}


def week(*given: Duty, first: str = MONDAY, text: str = "bad", days: int = 7, **person: Any) -> Case:
    return under(text, given, first_day=on(first), days=days, person={"contract": FULL, **person})


def five(minutes: int, last: int) -> list[Duty]:
    """Monday to Friday from noon, so many minutes and others on the last day."""
    return [*((day, "12:00", minutes) for day in range(4)), (4, "12:00", last)]


# -- the week, its mean, four weeks ------------------------------------------------------------------------
def last_of_four(minutes: int, last: int, before: int, done: int) -> Case:
    """The last week of four with 105 h promised: a third more would be the 140 h of full time, which part
    time never reaches (CT L3123-9); eleven weeks of `before` behind it, `done` of the four already."""
    contract = Contract(period_hours=6300, working_time_mode=Mode.FOUR_WEEKS, period_start=date(2026, 3, 9))
    counters = Counters(week_work=(before,) * 11, period_work=done)
    return week(*five(minutes, last), first="2026-03-30", contract=contract, counters=counters)


# -- under eighteen ----------------------------------------------------------------------------------------
def minor(*given: Duty, contract: Contract = PART) -> Case:
    """Somebody of seventeen: 8 h a day, 30 min after 4 h 30, no night (CT L3162-1, L3162-3, L3163-2)."""
    empty = under("bad", [], first_day=on(MONDAY))[0]
    limits = preset(Preset.MINOR, empty.rules_for(empty.workers[0]), empty.horizon)
    return week(*given, limits=limits, contract=contract)


def hours(*starts: str) -> list[Duty]:
    return [(0, start, 60) for start in starts]


# -- before a birth ----------------------------------------------------------------------------------------
def pregnant(*given: Duty, accords: Mapping[str, int] | None = None, **person: Any) -> Case:
    """Somebody of 35 h: an hour less than her seven a day, no night of her text (BAD V.11, V.27)."""
    known: dict[str, Any] = {"first_day": on(MONDAY), "accords": accords or {}}
    empty = under("bad", [], **known)[0]
    rules = empty.rules_for(empty.workers[0], ("S1",))
    own = {"limits": preset(Preset.PREGNANCY, rules, empty.horizon, FULL), "contract": FULL, **person}
    return under("bad", given, days=7, person=own, **known)


def nights(before: int) -> dict[str, Any]:
    """A night worker after eleven weeks of so many minutes."""
    contract = Contract(weekly=2100, full_time=True, night_worker=True)
    return {"contract": contract, "counters": Counters(week_work=(before,) * 11)}


# -- All Saints, a Sunday ----------------------------------------------------------------------------------
def all_saints(*given: Duty, sundays: tuple[str, ...] = (), holidays: tuple[str, ...] = ()) -> Case:
    """31 October 2026 is a Saturday, 1 November a Sunday and a public holiday."""
    counters = Counters(
        sundays_worked=frozenset(map(on, sundays)), holidays_worked=frozenset(map(on, holidays))
    )
    return week(*given, first=EVE_OF_ALL_SAINTS, days=3, counters=counters)


# -- two employers -----------------------------------------------------------------------------------------
def beside(own: int, other: int) -> Case:
    """24 h a week here; Friday's minutes here and elsewhere, 6 h 24 and 3 h 12 on the other days."""
    there = (*(elsewhere(day, "20:00", 192) for day in range(4)), elsewhere(4, "20:00", other))
    return week(*five(384, own), contract=PART, other_work=there)


NOON: Duty = (1, "12:00", 60)
NIGHT: Duty = (0, "22:00", 540)
Said = tuple[str, Callable[[], Case], set[str]]
SAID: list[Said] = [
    ("44 h a week in the mean, 139 h 59", lambda: last_of_four(528, 528, 2640, 5759), set()),
    (
        "a minute more",
        lambda: last_of_four(528, 529, 2640, 5759),
        {"MAX_AVG_12W", "ADDITIONAL_HOURS"},
    ),
    ("of which one less is done", lambda: last_of_four(528, 529, 2640, 5758), {"MAX_AVG_12W"}),
    ("after shorter weeks", lambda: last_of_four(528, 529, 2639, 5759), {"ADDITIONAL_HOURS"}),
    ("48 h after shorter weeks", lambda: last_of_four(576, 576, 2618, 5519), set()),
    ("48 h 01", lambda: last_of_four(576, 577, 2618, 5518), {"MAX_WEEK_WORK"}),
    (
        "48 h 01, 140 h, above the mean",
        lambda: last_of_four(576, 577, 2619, 5519),
        {"MAX_WEEK_WORK", "MAX_AVG_12W", "ADDITIONAL_HOURS"},
    ),
    (
        "seventeen, three interruptions, until 22:00",
        lambda: minor(*hours("12:00", "15:00", "18:00", "21:00")),
        set(),
    ),
    ("until 22:01", lambda: minor(*hours("12:00", "15:00", "18:00", "21:01")), {"PERSONAL_LIMIT"}),
    ("a fourth", lambda: minor(*hours("12:00", "14:00", "16:00", "18:00", "21:00")), {"INTERRUPTIONS"}),
    (
        "a fourth, until 22:01",
        lambda: minor(*hours("12:00", "14:00", "16:00", "18:00", "21:01")),
        {"INTERRUPTIONS", "PERSONAL_LIMIT"},
    ),
    (
        "full time, a fourth, until 22:00",
        lambda: minor(*hours("12:00", "14:00", "16:00", "18:00", "21:00"), contract=FULL),
        set(),
    ),
    ("eight hours in two halves", lambda: minor((0, "12:00", 270), (0, "17:00", 210)), set()),
    ("8 h 01", lambda: minor((0, "12:00", 270), (0, "17:00", 211)), {"PERSONAL_LIMIT"}),
    ("six hours from 07:00 before a birth", lambda: pregnant((0, "07:00", 360)), set()),
    ("a minute more of them", lambda: pregnant((0, "07:00", 361)), {"PERSONAL_LIMIT"}),
    ("from 06:59", lambda: pregnant((0, "06:59", 360)), {"PERSONAL_LIMIT"}),
    (
        "from 06:00, nights until six by accord",
        lambda: pregnant((0, "06:00", 360), accords=NIGHT_UNTIL_SIX),
        set(),
    ),
    ("from 05:59", lambda: pregnant((0, "05:59", 360), accords=NIGHT_UNTIL_SIX), {"PERSONAL_LIMIT"}),
    ("40 h 00 in the mean", lambda: pregnant(*five(360, 360), **nights(2454)), set()),
    ("a minute more on the days before", lambda: pregnant(*five(360, 360), **nights(2455)), {"NIGHT_LIMITS"}),
    (
        "up to 44 h by accord",
        lambda: pregnant(*five(360, 360), accords={"NIGHT_LIMITS.average_week": 2640}, **nights(2640)),
        set(),
    ),
    ("All Saints alone", lambda: all_saints(NOON), set()),
    (
        "after the Sunday and the holiday before",
        lambda: all_saints(NOON, sundays=("2026-10-25",), holidays=("2026-08-15",)),
        {"SUNDAY_RHYTHM", "HOLIDAY_RHYTHM", "WEEKLY_REST"},
    ),
    (
        "after those before them",
        lambda: all_saints(NOON, sundays=("2026-10-18",), holidays=("2026-07-14",)),
        set(),
    ),
    ("a night of nine hours into it, twelve of rest", lambda: all_saints(NIGHT, (1, "19:00", 60)), set()),
    ("a minute less of rest", lambda: all_saints(NIGHT, (1, "18:59", 60)), {"NIGHT_LIMITS"}),
    (
        "and after 15 August",
        lambda: all_saints(NIGHT, (1, "18:59", 60), holidays=("2026-08-15",)),
        {"NIGHT_LIMITS", "HOLIDAY_RHYTHM"},
    ),
    ("48 h with another employer, a third more here", lambda: beside(384, 192), set()),
    ("a minute more there", lambda: beside(384, 193), {"MULTI_EMPLOYER"}),
    ("a minute more here, one less there", lambda: beside(385, 191), {"ADDITIONAL_HOURS"}),
    ("a minute more here", lambda: beside(385, 192), {"ADDITIONAL_HOURS", "MULTI_EMPLOYER"}),
]


@pytest.mark.parametrize("said", SAID, ids=[said[0] for said in SAID])
def test_checker_and_kernel_say_what_three_things_ask(said: Said) -> None:
    _, case, breaks = said
    assert broken(case()) == breaks
