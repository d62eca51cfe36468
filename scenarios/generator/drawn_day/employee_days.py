"""An employee's day: which moments, at whose home, when; peaks where everybody gets up, eats and goes to
bed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from brigade.units import TimeWindow
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.demand import Link, LinkKind
from scenarios.generator.dice import Dice
from scenarios.generator.draft import Carer, DraftLedger, PlannedCare, clock
from scenarios.generator.needs import (
    BEDTIME,
    CHANGE,
    CHORES,
    DINNER,
    EVENING,
    MORNING,
    MOVABLE,
    NOON,
    Care,
    VisitMoment,
    draw_care,
    draw_length,
    draw_need,
    start_windows,
    wants,
)

PATTERNS: Mapping[int, tuple[str, ...]] = {
    1: ("M", "N", "E"),
    2: ("MN", "ME", "ML"),
    3: ("MLN", "MME", "NAE", "MMN"),
    4: ("MMLN", "LNAA", "MLNA", "NAEE", "LLNA"),
    5: ("MMLNE", "MLNAA", "MLNAE", "LLNAE", "MNADB", "MMLNA"),
    6: ("MMLNAE", "MLLNAA", "MMLNDB", "MLNAEE", "MLLNAE", "MMMLNA"),
    7: ("MMLNADB", "MLLNAAE", "MMLNAEE", "MMLLNAA"),
}
"""By number of visits: Morning, Late morning, Noon, Afternoon, Evening, Dinner then Bedtime."""
REST_DAY_PATTERNS: Mapping[int, tuple[str, ...]] = {
    1: ("M", "E"),
    2: ("ME", "MN"),
    3: ("MNE", "MME"),
    4: ("MMNE",),
    5: ("MMNEE",),
}
MORNING_PATTERNS: Mapping[int, tuple[str, ...]] = {
    1: ("M",),
    2: ("MM", "ML"),
    3: ("MML",),
    4: ("MMML", "MMLL"),
}
"""Of somebody who is away in the morning and back at noon."""
KEPT = ("NE", "NA", "E")
# Visits of one person in a shift, in a morning, on a Sunday or holiday.
MOST, MOST_OF_MORNING, MOST_OF_REST_DAY = 7, 4, 5
STARTS: Mapping[str, tuple[int, int]] = {
    "M": (450, 600),
    "L": (510, 660),
    "N": (690, 805),
    "A": (825, 990),
    "E": (1080, 1185),
    "D": (1080, 1140),
    "B": (1170, 1230),
}
"""Earliest and latest planned start of each letter, in minutes of the day."""


def plan_day(
    ledger: DraftLedger,
    carer: Carer,
    day: date,
    pattern: str,
    dice: Dice,
    department: str,
    road: tuple[int, int],
) -> list[PlannedCare]:
    """Draw the visits of one day, one a letter. Args: road: shortest and longest travel between visits, in
    minutes."""
    made: list[PlannedCare] = []
    rest_day = is_sunday_or_holiday(day, department)
    ready = 0
    for position, letter in enumerate(pattern):
        first = STARTS[letter][0]
        begins = max(ready, first + (dice.whole(0, 45, 5) if ready < first else 0))
        # The next letter still has to begin in its own time.
        room = min((STARTS[other][1] for other in pattern[position + 1 :]), default=1290) - begins - road[1]
        moment = _moment(letter, dice)
        care, client = _whom(ledger, carer, moment, made, dice, rest_day)
        length = draw_length(moment, dice, max(30, room))
        windows = _windows(ledger, care, day, begins, dice, department)
        made.append(
            ledger.add_visit(carer, client, care, day, clock(ledger.horizon, day, begins), length, windows)
        )
        ready = begins + length + dice.whole(*road, 5)
    _tie_bedtime(ledger, made)
    return made


def _moment(letter: str, dice: Dice) -> VisitMoment:
    match letter:
        case "M":
            return MORNING
        case "N":
            return NOON
        case "E":
            return EVENING
        case "D":
            return DINNER
        case "B":
            return BEDTIME
        case "A" if dice.chance(0.15):
            return CHANGE
        case _:
            return CHORES[dice.weighted({name: share for name, (_, share) in CHORES.items()})][0]


def _whom(
    ledger: DraftLedger,
    carer: Carer,
    moment: VisitMoment,
    made: Sequence[PlannedCare],
    dice: Dice,
    rest_day: bool,
) -> tuple[Care, str]:
    """Somebody known already or somebody new. Who dines is put to bed; others come back now and then the same
    day."""
    if moment is BEDTIME:
        client = ledger.visits[made[-1].visit_id].client_id
        return draw_care(ledger.needs[client], moment, dice), client
    # Twice in one moment at one person's would be one visit.
    met = {ledger.visits[one.visit_id].client_id for one in made if one.care.moment.name == moment.name}
    seen = {ledger.visits[one.visit_id].client_id for one in made}
    known = [id for id in carer.clients if id not in met and wants(ledger.needs[id], moment)]
    today = [id for id in known if id in seen]
    if today and moment.name in ("noon", "evening", "dinner") and dice.chance(0.3):
        client = dice.pick(today)
    elif len(known) > len(today) and dice.chance(0.75):
        client = dice.pick([id for id in known if id not in seen])
    else:
        commune = dice.weighted({one.code: carer.sector.weights[one.code] for one in carer.patch})
        place = next(one for one in carer.patch if one.code == commune)
        client = ledger.add_client(carer, draw_need(moment, dice), place, dice)
    return draw_care(ledger.needs[client], moment, dice, essential_only=rest_day), client


def _windows(
    ledger: DraftLedger, care: Care, day: date, begins: int, dice: Dice, department: str
) -> tuple[TimeWindow, ...]:
    """The windows of the day and, for what can move, those of the next two working days of the horizon."""
    parts = start_windows(care, begins, dice)
    days = [day]
    if care.moment.name in MOVABLE and care.is_movable and dice.chance(0.6):
        coming = (day + timedelta(days=more) for more in (1, 2))
        in_horizon = (one for one in coming if one in ledger.horizon.dates)
        days += [one for one in in_horizon if not is_sunday_or_holiday(one, department)]
    return tuple(
        TimeWindow(*(clock(ledger.horizon, one, minute) for minute in part)) for one in days for part in parts
    )


def _tie_bedtime(ledger: DraftLedger, made: Sequence[PlannedCare]) -> None:
    """Nobody is put to bed right after the meal, nor three hours later."""
    for dinner, bedtime in pairwise(made):
        if bedtime.care.moment is BEDTIME:
            # Widened to the gap as drawn: what a provider had planned must itself be allowed.
            gap = bedtime.start - dinner.start
            ledger.links.append(
                Link(
                    LinkKind.GAP,
                    dinner.visit_id,
                    bedtime.visit_id,
                    min(60, gap),
                    max(gap, 150),
                    together=False,
                )
            )
