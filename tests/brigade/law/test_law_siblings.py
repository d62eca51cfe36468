"""Small duties judged by hand from the articles, on other days and borders than the cases of
`tests/data/law/`.

A row says the text (of employer and host alike, unless she is `lent`), the first day, the duties, and what
the text forbids them by; the checker and the kernel must both say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from brigade.values.workforce import Contract, Counters, EmployerKind, PersonalLimits, WorkingTimeMode
from tests.builders import employer
from tests.duties import Duty, elsewhere
from tests.lawful import broken, each, on, under


@dataclass(frozen=True)
class Said:
    """`article`: what the verdict rests on; `breaks`: the rules broken, none for a lawful plan."""

    article: str
    agreement: str
    given: list[Duty]
    breaks: frozenset[str] = frozenset()
    first: str = "2026-03-09"
    more: dict[str, Any] = field(default_factory=dict)


def rule(*names: str) -> frozenset[str]:
    return frozenset(names)


def lent(agreement: str, **more: Any) -> dict[str, Any]:
    """By an employer under that text, to the host whose text the row says."""
    return {"employers": (employer("S1", agreement, EmployerKind.EMPLOYER_GROUP),), **more}


def after(*weeks: int) -> dict[str, Any]:
    return {"person": {"counters": Counters(week_work=weeks)}}


def shorter(minutes: int, contract: Contract, **person: Any) -> dict[str, Any]:
    """Somebody whose day is that much shorter than the contract's."""
    return {"person": {"contract": contract, "limits": PersonalLimits(daily_reduction=minutes), **person}}


BY_MONTH = Contract(period_hours=104 * 60, working_time_mode=WorkingTimeMode.MONTHLY)
BY_FORTNIGHT = Contract(period_hours=48 * 60, working_time_mode=WorkingTimeMode.TWO_WEEKS)
FIVE_NIGHTS = each(range(5), "21:00", 480)
PART = {"person": {"contract": Contract(weekly=1440)}}
NIGHT_WORKER = {"person": {"contract": Contract(weekly=2100, full_time=True, night_worker=True)}}
SAID = [
    # SAP II.2.h: the day from 0 h to 24 h, 10 h; between two rests the code's 12 h.
    Said("SAP II.2.h", "sap", [(0, "14:00", 600)]),
    Said("SAP II.2.h", "sap", [(0, "13:59", 601)], rule("MAX_DAILY_WORK")),
    Said("SAP II.2.h, over new year's eve", "sap", [(0, "18:30", 659)], rule(), "2026-12-31", NIGHT_WORKER),
    Said(
        "SAP II.2.h, 25 h of the autumn night", "sap", [(0, "19:00", 660)], rule(), "2026-10-24", NIGHT_WORKER
    ),
    # CT L3131-1: eleven hours of the clock that never jumps; duties are given by it, from the first midnight
    # on. 32 hours after it the wall says 09:00 on 29 March, 07:00 on 25 October.
    Said(
        "CT L3131-1, spring, 12 h on the wall",
        "ct",
        [(0, "20:00", 60), (1, "08:00", 60)],
        rule(),
        "2026-03-28",
    ),
    Said(
        "CT L3131-1, spring, 11 h 59",
        "ct",
        [(0, "20:00", 60), (1, "07:59", 60)],
        rule("DAILY_REST"),
        "2026-03-28",
    ),
    Said(
        "CT L3131-1, autumn, 10 h on the wall",
        "ct",
        [(0, "20:00", 60), (1, "08:00", 60)],
        rule(),
        "2026-10-24",
    ),
    Said(
        "CT L3131-1, autumn, 9 h 59",
        "ct",
        [(0, "20:00", 60), (1, "07:59", 60)],
        rule("DAILY_REST"),
        "2026-10-24",
    ),
    # CT L3132-1: six days of one ISO week; a night into Sunday is the seventh date.
    Said("CT L3132-1", "ct", each(range(6))),
    Said(
        "CT L3132-1, a night into Sunday",
        "ct",
        [*each(range(5)), (5, "20:00", 241)],
        rule("MAX_CONSEC_DAYS", "WEEKLY_REST"),
    ),
    Said("CT L3132-1, over new year", "ct", each(range(6)), rule(), "2026-12-28"),
    # CT L3121-20: 48 h of a week that begins in one year and ends in the next.
    Said("CT L3121-20, over new year", "ct", each(range(6), "08:00", 480), rule(), "2026-12-28"),
    # CT L3123-30: one interruption of two hours, part-time only.
    Said("CT L3123-30", "ct", [(0, "08:00", 60), (0, "11:00", 60)], rule(), "2026-03-09", PART),
    Said(
        "CT L3123-30", "ct", [(0, "08:00", 60), (0, "11:01", 60)], rule("INTERRUPTIONS"), "2026-03-09", PART
    ),
    Said("CT L3123-30, full time", "ct", [(0, "08:00", 60), (0, "11:01", 60)]),
    # BAD V.13: five hours in all on five days of two weeks.
    Said("BAD V.13", "bad", [(0, "08:00", 60), (0, "14:00", 60)], rule(), "2026-03-09", PART),
    # SAP 3.b: one hour in a row on each day worked by part-timers.
    Said("SAP 3.b", "sap", [(1, "10:00", 59)], rule("MIN_WORK_PERIOD"), "2026-03-09", PART),
    Said("SAP 3.b", "sap", [(1, "10:00", 60)], rule(), "2026-03-09", PART),
    Said("SAP 3.b, full time", "sap", [(1, "10:00", 59)]),
    # CT L3122-20: the night of the code is 21:00 to 06:00; eight hours of night work (L3122-6).
    Said("CT L3122-6", "ct", [(0, "18:00", 480)]),
    Said("CT L3122-6", "ct", [(0, "16:00", 481)], rule("NIGHT_LIMITS")),
    Said("CT L3122-6, 2 h 59 of night", "ct", [(0, "15:58", 481)]),
    Said("CT L3122-6, from 3:01 to 6:00", "ct", [(0, "03:01", 481)]),
    Said("CT L3122-6, from 3:00 to 6:00", "ct", [(0, "03:00", 481)], rule("NIGHT_LIMITS")),
    # CT L3164-2: minors, two dates in a row of one week.
    Said(
        "CT L3164-2",
        "ct",
        each([0, 1, 3, 4], "09:00"),
        rule(),
        "2026-03-09",
        {"person": {"limits": PersonalLimits(rest_days_in_row=2)}},
    ),
    Said(
        "CT L3164-2",
        "ct",
        each([0, 1, 3, 5], "09:00"),
        rule("PERSONAL_LIMIT"),
        "2026-03-09",
        {"person": {"limits": PersonalLimits(rest_days_in_row=2)}},
    ),
    # SAP II.2 II b: two Sundays of a calendar month, whatever the fortnight.
    Said(
        "SAP II.2 II b, 31 May and 7 June",
        "sap",
        each([0, 7]),
        rule(),
        "2026-05-31",
        {"person": {"counters": Counters(sundays_worked=frozenset({on("2026-05-03")}))}},
    ),
    Said(
        "SAP II.2 II b, third of May",
        "sap",
        each([0]),
        rule("SUNDAY_RHYTHM"),
        "2026-05-31",
        {"person": {"counters": Counters(sundays_worked=frozenset({on("2026-05-03"), on("2026-05-17")}))}},
    ),
    # The code's limits of night work hold for whoever has no agreement, in the night of the agreement that
    # she meets: 8 h (L3122-6), 40 h over twelve weeks (L3122-7); of an employer's ten hours (BAD V.30.1) a
    # host without agreement knows none.
    Said("CT L3122-6, lent to a company", "sap", [(0, "21:00", 480)], more=lent("ct")),
    Said("CT L3122-6, lent to a company", "sap", [(0, "21:00", 481)], rule("NIGHT_LIMITS"), more=lent("ct")),
    Said(
        "CT L3122-6, lent to an association",
        "bad",
        [(0, "20:00", 481)],
        rule("NIGHT_LIMITS"),
        more=lent("ct"),
    ),
    Said(
        "CT L3122-6, at a host without agreement",
        "ct",
        [(0, "21:00", 481)],
        rule("NIGHT_LIMITS"),
        more=lent("bad"),
    ),
    Said("CT L3122-7, lent to a company", "sap", FIVE_NIGHTS, more=lent("ct", **after(*[2400] * 11))),
    Said(
        "CT L3122-7, lent to a company",
        "sap",
        FIVE_NIGHTS,
        rule("NIGHT_LIMITS"),
        more=lent("ct", **after(*[2400] * 10, 2401)),
    ),
    # Before July 2022 the companies' agreement said nothing of nights: the code's eight hours, beside an
    # association's ten.
    Said(
        "CT L3122-6, 30 June 2022",
        "sap",
        [(0, "21:00", 540)],
        rule("NIGHT_LIMITS"),
        "2022-06-30",
        lent("bad", days=1),
    ),
    Said("SAP II.2.j, 1 July 2022", "sap", [(0, "21:00", 540)], rule(), "2022-07-01", lent("bad", days=1)),
    # BAD V.11: a part-timer's day of 104 h a month or 48 h in two weeks is 4 h 48, less 42 min; another
    # employer's hours are not in it.
    Said("BAD V.11, 104 h a month", "bad", [(0, "09:00", 246)], more=shorter(42, BY_MONTH)),
    Said(
        "BAD V.11, 104 h a month",
        "bad",
        [(0, "09:00", 247)],
        rule("PERSONAL_LIMIT"),
        more=shorter(42, BY_MONTH),
    ),
    Said(
        "BAD V.11, 48 h in two weeks",
        "bad",
        [(0, "09:00", 247)],
        rule("PERSONAL_LIMIT"),
        more=shorter(42, BY_FORTNIGHT),
    ),
    Said(
        "BAD V.11, work elsewhere",
        "bad",
        [(0, "15:00", 246)],
        more=shorter(42, Contract(weekly=1440), other_work=(elsewhere(0, "11:00", 120),)),
    ),
]


@pytest.mark.parametrize("said", SAID, ids=[f"{n}-{one.article}" for n, one in enumerate(SAID)])
def test_checker_and_kernel_say_what_the_article_says(said: Said) -> None:
    assert broken(under(said.agreement, said.given, first_day=on(said.first), **said.more)) == said.breaks
