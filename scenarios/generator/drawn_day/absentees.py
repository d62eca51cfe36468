"""Who is away, since when and until when, when it became known; and how many visits each leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.units import Horizon, Interval
from brigade.values.demand import Absence, AbsenceKind
from scenarios.generator.dice import Dice
from scenarios.generator.draft import Carer, clock
from scenarios.generator.presets import AbsentGroup, ScenarioPreset

REASONS: Mapping[str, float] = {"SICK": 0.68, "CHILD_SICK": 0.14, "ACCIDENT": 0.1, "FAMILY_EVENT": 0.08}
LENGTHS: Mapping[tuple[int, int], float] = {(1, 1): 0.35, (2, 5): 0.35, (6, 15): 0.20, (16, 40): 0.10}
"""Days of an unplanned absence -> share."""
SAME_DAY, LATELY = 0.55, 0.25
"""Share known since 18:00 of the day before; share known one or two days before; the others for longer."""


@dataclass(frozen=True)
class AbsentEmployee:
    """One absent employee: the horizon days missed, `first`..`last`; `is_partial`: only until `back`, the
    first day."""

    carer: Carer
    group: AbsentGroup
    first: int
    last: int
    is_partial: bool

    def misses(self, day: int) -> bool:
        return self.first <= day <= self.last


def make_away(preset: ScenarioPreset, carers: Sequence[Carer], dice: Dice) -> list[AbsentEmployee]:
    """One for each person of the preset's groups, in their order. A tutor's release takes a morning, and so
    do a few unplanned absences: somebody's car does not start."""
    people = iter(carers)
    made = []
    for group in preset.absent:
        for number in range(group.count):
            last = group.last_day(number, preset.days)
            short = group.kind is AbsenceKind.UNPLANNED and last == group.first and dice.chance(0.06)
            made.append(
                AbsentEmployee(
                    next(people), group, group.first, last, short or group.kind is AbsenceKind.TUTOR_RELEASE
                )
            )
    return made


def absences(
    away: Sequence[AbsentEmployee],
    preset: ScenarioPreset,
    horizon: Horizon,
    back: Mapping[str, int],
    dice: Dice,
) -> Iterator[Absence]:
    """Args: back: employee id -> tick at which somebody away for the morning works again; who is not in it
    had no visit that morning (it is a day of rest, or a Saturday off) and is away for the whole day."""
    for number, one in enumerate(away, start=1):
        employee = one.carer.employee
        known, interval = _times(one, preset, horizon, dice)
        if one.is_partial and employee.id in back:
            interval = Interval(clock(horizon, horizon.dates[one.first], 360), back[employee.id])
        yield Absence(
            id=f"A{number:02d}",
            provider_id=employee.provider_id,
            employee_id=employee.id,
            kind=one.group.kind,
            interval=interval,
            known_at=known,
            urgent_cause=one.group.kind is AbsenceKind.UNPLANNED and dice.chance(0.93),
            reason=_reason(one.group.kind, dice),
            funding_line_id=one.group.line,
        )


def _reason(kind: AbsenceKind, dice: Dice) -> str:
    match kind:
        case AbsenceKind.TRAINING_RELEASE:
            return "TRAINING"
        case AbsenceKind.TUTOR_RELEASE:
            return "TUTORING"
        case AbsenceKind.OTHER_LEAVE:
            return "LEAVE"
        case AbsenceKind.UNPLANNED:
            return dice.weighted(REASONS)


def _times(one: AbsentEmployee, preset: ScenarioPreset, horizon: Horizon, dice: Dice) -> tuple[int, Interval]:
    """When it became known, and the whole days away: what lies outside the horizon is drawn too."""
    first, last = (horizon.dates[day] for day in (one.first, one.last))
    goes_on = one.last == preset.days - 1
    match one.group.kind:
        case AbsenceKind.UNPLANNED:
            length = dice.whole(*dice.weighted(LENGTHS))
            since, known_day, minute = _learned(first, preset.notice_days, dice)
            # An absence that fills the horizon to its end may go on after it: nobody's illness ends with a
            # horizon.
            until = max(last, since + timedelta(days=length - 1)) if goes_on else last
        case AbsenceKind.OTHER_LEAVE:
            since = first - timedelta(days=dice.whole(0, 5) if one.first == 0 else 0)
            known_day, minute = first - timedelta(days=dice.whole(21, 60)), dice.whole(540, 1020, 5)
            until = last + timedelta(days=dice.whole(0, 9) if goes_on else 0)
        case _:
            since, until = first, last
            known_day, minute = first - timedelta(days=dice.whole(15, 45)), dice.whole(540, 1020, 5)
    away = Interval(clock(horizon, since, 0), clock(horizon, until + timedelta(days=1), 0))
    return clock(horizon, known_day, minute), away


def _learned(first: date, notice_days: int, dice: Dice) -> tuple[date, date, int]:
    """First day away, and the day and minute at which it became known, never after the plan is made."""
    mark = dice.share()
    if mark < SAME_DAY and notice_days == 0:
        if dice.chance(0.5):
            # From 05:15 to 06:35, before the plan is made at 06:40 (`CALL_TIME`).
            return first, first, dice.whole(315, 395, 5)
        return first, first - timedelta(days=1), dice.whole(1085, 1320, 5)
    ago = dice.whole(1, 2) if mark < SAME_DAY + LATELY else dice.whole(3, 14)
    ago += notice_days
    since = first - timedelta(days=dice.whole(0, ago))
    return since, first - timedelta(days=ago), dice.whole(480, 1020, 5)


def shares_of(total: int, most: Sequence[int], dice: Dice) -> list[int]:
    """`total` visits over people, each at most `most` of theirs and, where it can be, at least two; uneven on
    purpose."""
    counts = [0] * len(most)
    for index in range(total):
        counts[index % len(most)] += 1
    over = sum(max(0, count - limit) for count, limit in zip(counts, most, strict=True))
    counts = [min(count, limit) for count, limit in zip(counts, most, strict=True)]
    for _ in range(over):
        room = [index for index, limit in enumerate(most) if counts[index] < limit]
        if not room:
            break
        counts[min(room, key=lambda index: counts[index] / most[index])] += 1
    for _ in range(len(most)):
        giver, taker = dice.whole(0, len(most) - 1), dice.whole(0, len(most) - 1)
        if counts[giver] > 3 and counts[taker] < most[taker] and counts[taker] <= counts[giver] + 1:
            counts[giver] -= 1
            counts[taker] += 1
    return counts
