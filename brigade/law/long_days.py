"""Longer days that a text allows, judged day by day: up to its exceptional length, on the days left of its
yearly number.

Each text has its own numbers and counts the days it holds on (`RuleSet.apart`). Without `Counters.long_days`
nobody can say that a day of the horizon's first year is left: there the normal limit holds. A year that
begins within the horizon begins with none used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from brigade.texts.rule_sets import Key, RuleSet, RuleValue
from brigade.timing.duty_days import ticks_of
from brigade.units import Ticks
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

RULE = "MAX_DAILY_WORK"


@dataclass(frozen=True, slots=True)
class TooLong:
    """What a day breaks: the value, how its reason code ends ("", "exceptional", "days"), the normal limit,
    and the count."""

    value: RuleValue
    detail: str
    normal: RuleValue
    days: int


@dataclass
class LongDays:
    """The long days of one worker, met in date order. `kind`: how the parameters begin that speak of such
    days ("civil_": local dates). `Counters.long_days` is of the horizon's first year."""

    problem: Problem
    worker: Worker
    kind: str = ""
    counted: Counter[tuple[frozenset[tuple[Key, int]], int]] = field(default_factory=Counter)

    def judge(self, texts: Iterable[RuleSet], day: date, work: Ticks) -> TooLong | None:
        """The first text that forbids so much work on the day; every text counts it."""
        found = [broken for text in texts if (broken := self._of_text(text, day, work)) is not None]
        return found[0] if found else None

    def _of_text(self, text: RuleSet, day: date, work: Ticks) -> TooLong | None:
        normal = text.get(RULE, f"{self.kind}limit")
        if normal is None or work <= ticks_of(self.problem, normal):
            return None
        # By wording, not by identity: the same text met through two hosts is one text with one number of
        # days.
        key = text.wording, day.year
        self.counted[key] += 1
        # Counted before it is judged: a day that breaks one text still uses up the number of another.
        used = self.worker.counters.long_days if day.year == self.problem.horizon.first_day.year else 0
        days = (used or 0) + self.counted[key]
        longest = text.get(RULE, f"{self.kind}exceptional")
        allowed = text.get(RULE, f"{self.kind}exceptional_days_per_year")
        has_longer_days = longest is not None and longest.value > normal.value
        if longest is not None and has_longer_days and work > ticks_of(self.problem, longest):
            return TooLong(longest, "exceptional", normal, days)
        # An untold count is not zero: the year's days may all be used up, so the normal limit holds.
        if used is None or not has_longer_days:
            return TooLong(normal, "", normal, days)
        return (
            TooLong(allowed, "days", normal, days) if allowed is not None and days > allowed.value else None
        )
