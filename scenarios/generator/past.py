"""What workers did before the horizon: days and weeks that break no rule, so that only the plan can.

A fortnight has a pattern of working days with four rest days, two of them in a row, and a free Sunday; each
day lies between 07:00 and 19:30, which leaves eleven hours and a half, and thirty-five and a half around a
single day off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from brigade.units import Horizon, Ticks
from brigade.values.calendar import is_may_first, public_holidays
from brigade.values.workforce import Contract, Counters, PastDay
from scenarios.generator.dice import Dice
from scenarios.generator.draft import clock
from scenarios.generator.presets import week_of

PATTERNS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "weekdays": ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4)),
    "no_wednesday": ((0, 1, 3, 4), (0, 1, 3, 4)),
    "first_weekend": ((0, 1, 2, 4, 5, 6), (1, 2, 3, 4)),
    "second_weekend": ((1, 2, 3, 4), (0, 1, 2, 4, 5, 6)),
}
"""Working days (0: Monday) of the two weeks of a fortnight."""
PATTERN_SHARES = {"weekdays": 0.4, "no_wednesday": 0.2, "first_weekend": 0.2, "second_weekend": 0.2}
# Minutes of the day: 07:00 to 19:30.
OPENS, CLOSES = 420, 1170
# Eight hours, below every text's limit: the past breaks no rule.
LONGEST_DAY = 480
KNOWN_DAYS, OLDER_WEEKS = 14, 9
USUAL_WEEK = 20 * 60
"""Of workers without contract hours."""
# Minutes (CT L3121-27).
FULL_WEEK = 35 * 60


def works_on(pattern: str, day: date) -> bool:
    """Whether the pattern has that day; fortnights begin with the odd ISO weeks of 2026."""
    monday = week_of(day)
    # Weeks since a date, not week numbers: 2026 has 53, and two odd ones would meet at its end.
    parity = (monday.toordinal() // 7 - date(2026, 3, 9).toordinal() // 7) % 2
    return day.weekday() in PATTERNS[pattern][parity]


def make_counters(
    pattern: str, contract: Contract, horizon: Horizon, department: str, is_new: bool, dice: Dice
) -> Counters:
    """Counters of somebody who worked by `pattern` until now; of somebody new, the last days only."""
    first, weekly = horizon.first_day, contract.weekly or USUAL_WEEK
    holidays = frozenset() if is_new else _holidays_worked(pattern, first, department, dice)
    # From a Monday on: the last two weeks' totals are added up from these days.
    begins = first - timedelta(days=dice.whole(3, 12)) if is_new else week_of(first) - timedelta(days=14)
    days = tuple(_days(pattern, weekly, contract.full_time, begins, holidays, horizon, department, dice))
    sundays = (
        frozenset(day.day for day in days if day.day.weekday() == 6) if is_new else _sundays(pattern, first)
    )
    return Counters(
        days=tuple(day for day in days if day.day >= first - timedelta(days=KNOWN_DAYS)),
        week_work=_weeks(days, weekly, contract.full_time, first, is_new, dice),
        long_spans=0 if is_new else dice.weighted({0: 0.8, 1: 0.15, 2: 0.05}),
        long_interruptions=0,
        sundays_worked=sundays,
        holidays_worked=holidays,
        refusals=0 if is_new else dice.weighted({0: 0.7, 1: 0.18, 2: 0.08, 3: 0.04}),
        short_notice_calls=0 if is_new else dice.weighted({0: 0.4, 1: 0.25, 2: 0.2, 3: 0.1, 5: 0.05}),
    )


def _days(
    pattern: str,
    weekly: Ticks,
    full_time: bool,
    begins: date,
    worked: frozenset[date],
    horizon: Horizon,
    department: str,
    dice: Dice,
) -> Iterator[PastDay]:
    """Every day worked from `begins` to the eve of the horizon. Nobody goes beyond the contract's week."""
    day = begins
    while day < horizon.first_day:
        is_off = day in public_holidays(day.year, department) and day not in worked
        if works_on(pattern, day) and not is_off:
            in_week = sum(works_on(pattern, week_of(day) + timedelta(days=offset)) for offset in range(7))
            # Under the full week by half an hour: part-time work must never reach it.
            most = min(LONGEST_DAY, (FULL_WEEK if full_time else FULL_WEEK - 30) // in_week)
            work = min(most, int(weekly / in_week * (0.85 + 0.3 * dice.share())) // 5 * 5)
            span = min(CLOSES - OPENS, work + dice.whole(45, 240, 15))
            start = clock(horizon, day, dice.whole(OPENS, CLOSES - span, 5))
            yield PastDay(day, start, start + span, work)
        day += timedelta(days=1)


def _weeks(
    days: Sequence[PastDay], weekly: Ticks, full_time: bool, first: date, is_new: bool, dice: Dice
) -> tuple[Ticks, ...]:
    """Work of the ISO weeks before this one, latest last: the last two add up the known days."""
    monday = week_of(first)
    known = [
        sum(day.work for day in days if week_of(day.day) == monday - timedelta(days=7 * back))
        for back in (2, 1)
    ]
    if is_new:
        return tuple(known[1:])
    most = FULL_WEEK if full_time else FULL_WEEK - 30
    older = (min(most, int(weekly * (0.85 + 0.3 * dice.share())) // 5 * 5) for _ in range(OLDER_WEEKS))
    return (*older, *known)


def _sundays(pattern: str, first: date) -> frozenset[date]:
    """The Sundays worked in the eight weeks before."""
    past = (first - timedelta(days=back) for back in range(1, 57))
    return frozenset(day for day in past if day.weekday() == 6 and works_on(pattern, day))


def _holidays_worked(pattern: str, first: date, department: str, dice: Dice) -> frozenset[date]:
    """Of half of the people, every other holiday of the last twelve months, the last one or the one before it
    among them."""
    years = (first.year - 1, first.year)
    every = sorted(
        day for year in years for day in public_holidays(year, department) if not is_may_first(day)
    )
    past = [day for day in every if first - timedelta(days=365) <= day < first]
    worked = past[-1 - dice.whole(0, 1) :: -2] if dice.chance(0.5) else []
    # Of the days held one by one the pattern must agree, or a holiday would be worked on a day off.
    lately = first - timedelta(days=KNOWN_DAYS)
    return frozenset(day for day in worked if day < lately or works_on(pattern, day))
