"""What of the periods may be told outside, by the rule of docs/figures.md: nothing that singles out a person,
and no less.

A cell is a group of figures of one part: its total (requests, hours) and its split (covered or left, done or
not). The total is not told when fewer than five people or visits are behind it; the split also when either
side is one to four. Within a table a hidden part could be had by subtraction from the whole; between periods,
by subtraction of the months told from their quarter or year. So others are hidden with it until what is
hidden together is no small number either; periods are the calendar's own, and over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from api.money.gathering import OTHERS, SMALL_RURAL, Cell, Figures, total
from api.money.months import Period, PeriodLength, periods
from brigade.figures.coverage_figures import PRIORITIES
from brigade.values.demand import Workplace

SMALLEST = 5
"""Counts of fewer are not told outside (domain rule of small cells)."""
Measure = Callable[[Figures, Cell], Sequence[int]]
"""The numbers of a cell none of which may be small: each adds up over parts and months."""
TABLES: Mapping[str, str] = {
    **dict.fromkeys(PRIORITIES, "priority"),
    **dict.fromkeys((place.value for place in Workplace), "workplace"),
    **dict.fromkeys((SMALL_RURAL, OTHERS), "size"),
}
"""Which parts make up a whole together; all others of a name do."""


def totals(figures: Figures, cell: Cell) -> Sequence[int]:
    return (figures.counts.get(cell, Counter()).total(),)


def splits(figures: Figures, cell: Cell) -> Sequence[int]:
    counts = figures.counts.get(cell, Counter())
    return counts[True], counts[False]


class ProtectedPeriod:
    """What each period holds, and which of its cells are not told outside; worked out once a period."""

    def __init__(self, months: Mapping[Period, Figures]) -> None:
        self.months = months
        self._figures: dict[Period, Figures] = {}
        self._totals, self._splits = _Hidden(self, totals), _Hidden(self, splits)

    def figures(self, period: Period) -> Figures:
        if period not in self._figures:
            inside = periods(period.first, period.last, PeriodLength.MONTH)
            self._figures[period] = total(self.months[one] for one in inside if one in self.months)
        return self._figures[period]

    def hidden(self, period: Period) -> frozenset[Cell]:
        """The cells of `period` of which nothing is told outside."""
        return self._totals.of(period)

    def unsplit(self, period: Period) -> frozenset[Cell]:
        """The cells of `period` of which no more than the total is told outside."""
        return self._splits.of(period) | self.hidden(period)


class _Hidden:
    """What is hidden of one measure."""

    def __init__(self, told: ProtectedPeriod, measure: Measure) -> None:
        self.told, self.measure = told, measure
        self._of: dict[Period, frozenset[Cell]] = {}

    def of(self, period: Period) -> frozenset[Cell]:
        if period not in self._of:
            self._of[period] = frozenset(self._found(period))
        return self._of[period]

    def _found(self, period: Period) -> set[Cell]:
        figures = self.told.figures(period)
        cells = sorted(figures.counts.keys() | figures.people.keys(), key=_table)
        found = {cell for cell in cells if self._is_small(figures, [cell]) or self._gives_away(cell, period)}
        for (name, table), members in groupby(cells, key=_table):
            if table:
                self._with_others(figures, list(members), found, whole=(name, ""))
        return found

    def _with_others(self, figures: Figures, table: list[Cell], found: set[Cell], whole: Cell) -> None:
        """Adds the smallest of the parts told as long as what is hidden could be had from the whole and is
        small or alone."""
        while hidden := [cell for cell in table if cell in found]:
            told = [cell for cell in table if cell not in found]
            is_had = whole not in found and self._is_small(figures, hidden)
            if not told or not (len(hidden) == 1 or is_had):
                return
            found.add(min(told, key=lambda cell: (self._size(figures, cell), cell)))

    def _size(self, figures: Figures, cell: Cell) -> tuple[bool, int, int]:
        """What is nothing at all on one side protects nobody, so it goes last."""
        numbers = self.measure(figures, cell)
        return 0 in numbers, sum(numbers), len(figures.people.get(cell, ()))

    def _is_small(self, figures: Figures, cells: Sequence[Cell]) -> bool:
        """Whether numbers of these cells together, or the people behind them, are few."""
        sums = (sum(each) for each in zip(*(self.measure(figures, cell) for cell in cells), strict=True))
        people = set[str]().union(*(figures.people.get(cell, ()) for cell in cells))
        return any(0 < number < SMALLEST for number in (*sums, len(people)))

    def _gives_away(self, cell: Cell, period: Period) -> bool:
        """Whether what is told of its parts, taken off the whole, would tell a part that is not."""
        # A month in which nothing happened is no cover: what is left would be another month's, to the unit.
        left = [one for one in self._untold(cell, period) if _holds(self.told.months[one], cell)]
        rest = total(self.told.months[one] for one in left)
        return len(left) == 1 or (len(left) > 1 and self._is_small(rest, [cell]))

    def _untold(self, cell: Cell, period: Period) -> Iterator[Period]:
        """The months of which neither they nor a quarter around them, inside `period`, tells the cell."""
        for part in period.parts():
            if cell not in self.of(part):
                continue
            if part.every is not PeriodLength.MONTH:
                yield from self._untold(cell, part)
            elif part in self.told.months:
                yield part


def _holds(figures: Figures, cell: Cell) -> bool:
    return bool(figures.counts.get(cell, Counter()).total() or figures.people.get(cell))


def _table(cell: Cell) -> tuple[str, str]:
    name, part = cell
    return name, TABLES.get(part, "other") if part else ""
