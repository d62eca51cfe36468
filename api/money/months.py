"""The calendar's own periods: months, quarters, years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodLength(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS: Mapping[PeriodLength, int] = {PeriodLength.MONTH: 1, PeriodLength.QUARTER: 3, PeriodLength.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month, quarter or year."""

    first: date
    every: PeriodLength

    @classmethod
    def of(cls, day: date, every: PeriodLength) -> Period:
        length = MONTHS[every]
        return cls(date(day.year, (day.month - 1) // length * length + 1, 1), every)

    @classmethod
    def quarter(cls, name: str) -> Period:
        """Of "2026-T1"."""
        year, _, number = name.partition("-T")
        return cls(date(int(year), 3 * int(number) - 2, 1), PeriodLength.QUARTER)

    @classmethod
    def named(cls, name: str) -> Period:
        """Of "2026-02", "2026-T1" or "2026"."""
        year, _, part = name.partition("-")
        if not part:
            return cls(date(int(year), 1, 1), PeriodLength.YEAR)
        return cls.quarter(name) if part[0] == "T" else cls(date(int(year), int(part), 1), PeriodLength.MONTH)

    @property
    def next(self) -> Period:
        months = self.first.month - 1 + MONTHS[self.every]
        return Period(date(self.first.year + months // 12, months % 12 + 1, 1), self.every)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def name(self) -> str:
        match self.every:
            case PeriodLength.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodLength.QUARTER:
                return f"{self.first.year}-T{(self.first.month + 2) // 3}"
        return str(self.first.year)

    def parts(self) -> list[Period]:
        """The months of a quarter, the quarters of a year; of a month, none."""
        finer = {PeriodLength.QUARTER: PeriodLength.MONTH, PeriodLength.YEAR: PeriodLength.QUARTER}.get(
            self.every
        )
        return [] if finer is None else list(periods(self.first, self.last, finer))


def periods(first: date, last: date, every: PeriodLength) -> Iterator[Period]:
    """Every period that first..last touches, in order."""
    one = Period.of(first, every)
    while one.first <= last:
        yield one
        one = one.next
