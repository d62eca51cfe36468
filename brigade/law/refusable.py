"""What a worker may refuse whatever the notice: by the hours themselves, not by when they were told.

Each text of the worker is asked by itself, with its own conditions and numbers (`Problem.texts_for`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import minutes_of, night_ticks, touched_dates
from brigade.timing.notice import is_given
from brigade.units import Interval, Ticks
from brigade.values.calendar import is_ordinary_holiday, is_sunday_or_holiday
from brigade.values.plan import Ground, Reason, RefusalKind
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.values.unavailability import stretches
from brigade.values.workforce import Worker
from brigade.worked.night_workers import is_night_worker
from brigade.worked.refusal_counts import allowed_by, left

OPEN: Mapping[RefusalKind, str] = {
    RefusalKind.SUNDAY_HOLIDAY: "sunday_holiday",
    RefusalKind.NIGHT: "night",
    RefusalKind.ADDITIONAL_HOURS: "additional_hours",
}
USED_UP: Mapping[RefusalKind, str] = {
    RefusalKind.SHORT_NOTICE: "short_notice_used_up",
    RefusalKind.SUNDAY_HOLIDAY: "sunday_holiday_used_up",
    RefusalKind.NIGHT: "night_used_up",
    RefusalKind.ADDITIONAL_HOURS: "additional_hours_used_up",
}
"""The grounds of counted rights: while some of the year's refusals are left, and once none is."""


class Protection(IntEnum):
    """How a ground protects the worker, the strongest first."""

    CONTRACT = 0
    """The contract keeps these hours free."""
    UNCOUNTED = 1
    """They may be refused, however often."""
    NOT_IMPOSED = 2
    """The text does not let the employer impose them at this notice."""
    COUNTED = 3
    """They may be refused a number of times a year, not used up yet."""


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """What is asked of one text: who, for which open visit, told when, over which time.

    `is_additional`: the hours come on top of those of a part-time contract.
    """

    problem: Problem
    worker: Worker
    request: Request
    text: RuleSet
    told: Ticks
    service: Interval
    is_additional: bool = False

    def given(self, needed: RuleValue) -> bool:
        return is_given(self.problem, self.request.visit, self.told, self.service.start, needed)

    @property
    def is_part_time(self) -> bool:
        return not self.worker.contract.full_time

    @property
    def notice_min(self) -> float:
        return minutes_of(self.problem, self.service.start - self.told)

    @property
    def dates(self) -> tuple[date, ...]:
        return touched_dates(self.problem, self.service.start, self.service.end)


@dataclass(frozen=True, slots=True)
class Refusable:
    """A ground to refuse. `left`: how many such refusals are left, of a counted kind."""

    protection: Protection
    ground: Ground
    counts_as: RefusalKind | None = None
    left: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """The strongest first; of counted ones that of which most are left, so that the scarce ones are
        kept."""
        return self.protection, -self.left


@dataclass(frozen=True, slots=True)
class UsedUpRight:
    """A right to refuse whose number of the year is used up."""

    ground: Ground


def by_nature(case: RefusalCase) -> Iterator[Refusable | UsedUpRight]:
    yield from _of_contract(case)
    yield from _nights(case)
    yield from _sundays_and_holidays(case)
    yield from _additional_hours(case)


def _of_contract(case: RefusalCase) -> Iterator[Refusable]:
    """Unavailability and the rest day that the contract names: asked at most, and no refusal of them is
    counted."""
    away, rest = case.text.get("UNAVAILABILITY", "refusable"), case.text.get("UNAVAILABILITY", "rest_day")
    contract = case.worker.contract
    if away is not None and away.value:
        department = case.problem.department_at(case.request.visit)
        for text, _ in stretches(case.problem, contract, department, case.service):
            ground = Ground(Reason.of("marking_unavailability", band=text), away.article)
            yield Refusable(Protection.CONTRACT, ground)
    if rest is None or not rest.value or contract.rest_day is None or contract.rest_day_may_change:
        return
    if contract.rest_day.iso in {day.isoweekday() for day in case.dates}:
        yield Refusable(Protection.CONTRACT, Ground(Reason.of("marking_rest_day"), rest.article))


def _nights(case: RefusalCase) -> Iterator[Refusable | UsedUpRight]:
    if not night_ticks(case.problem, case.text, case.service):
        return
    by_day, notice = (
        case.text.get("NIGHT_REFUSAL", "day_workers"),
        case.text.get("NIGHT_REFUSAL", "below_days"),
    )
    if by_day is not None and by_day.value and not is_night_worker(case.problem, case.worker):
        yield Refusable(Protection.UNCOUNTED, Ground(Reason.of("marking_night_day_worker"), by_day.article))
    if notice is not None and not case.given(notice):
        yield Refusable(Protection.UNCOUNTED, _told_late(case, "marking_night_told_late", notice))
    if not is_night_worker(case.problem, case.worker):
        yield from _counted(case, RefusalKind.NIGHT)


def _sundays_and_holidays(case: RefusalCase) -> Iterator[Refusable | UsedUpRight]:
    department = case.problem.department_at(case.request.visit)
    any_of_them, holidays = (
        case.text.get("SUNDAY_REFUSAL", "per_year"),
        case.text.get("SUNDAY_REFUSAL", "holidays_per_year"),
    )
    # A text that names holidays alone leaves 1 May out: it is a day off by law already, with rules of its
    # own.
    is_meant = is_sunday_or_holiday if any_of_them is not None else is_ordinary_holiday
    if (any_of_them or holidays) and any(is_meant(day, department) for day in case.dates):
        yield from _counted(case, RefusalKind.SUNDAY_HOLIDAY)


def _additional_hours(case: RefusalCase) -> Iterator[Refusable | UsedUpRight]:
    if not case.is_additional:
        return
    told = case.text.get("ADDITIONAL_HOURS", "told_days")
    if told is not None and not case.given(told):
        yield Refusable(Protection.UNCOUNTED, _told_late(case, "marking_additional_told_late", told))
    yield from _counted(case, RefusalKind.ADDITIONAL_HOURS)


def _told_late(case: RefusalCase, code: str, needed: RuleValue) -> Ground:
    values = {"notice_min": case.notice_min, "needed_days": needed.value}
    return Ground(Reason.of(code, **values), needed.article)


def _counted(case: RefusalCase, kind: RefusalKind) -> Iterator[Refusable | UsedUpRight]:
    allowed = allowed_by(case.text, kind)
    if allowed is not None:
        more = left(case.worker.counters, kind, allowed)
        yield counted(case, kind, allowed, Reason.of(f"marking_{OPEN[kind]}", left=more))


def counted(
    case: RefusalCase, kind: RefusalKind, allowed: RuleValue, reason: Reason
) -> Refusable | UsedUpRight:
    """A counted right while some of it is left."""
    more = left(case.worker.counters, kind, allowed)
    if more:
        return Refusable(Protection.COUNTED, Ground(reason, allowed.article), kind, more)
    return UsedUpRight(Ground(Reason.of(f"marking_{USED_UP[kind]}", limit=allowed.value), allowed.article))
