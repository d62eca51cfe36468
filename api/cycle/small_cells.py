"""What of the periods may be told outside: no count below five, nor what would give it away.

Within a table a hidden part could be had by subtraction from the total; between periods, by subtraction of the months told
from their quarter or year. So periods are the calendar's own, and over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from api.cycle.gathering import Cell, Figures, total
from api.cycle.months import Every, Period, periods

SMALLEST = 5
"""Counts of fewer are not told outside (domain rule of small cells)."""


class Told:
    """What each period holds, and which of its cells are not told outside; worked out once a period."""

    def __init__(self, months: Mapping[Period, Figures]) -> None:
        self.months = months
        self._figures: dict[Period, Figures] = {}
        self._hidden: dict[Period, frozenset[Cell]] = {}

    def figures(self, period: Period) -> Figures:
        if period not in self._figures:
            inside = periods(period.first, period.last, Every.MONTH)
            self._figures[period] = total(self.months[one] for one in inside if one in self.months)
        return self._figures[period]

    def hidden(self, period: Period) -> frozenset[Cell]:
        """The cells of `period` that are not told outside."""
        if period not in self._hidden:
            self._hidden[period] = frozenset(self._found(period))
        return self._hidden[period]

    def _found(self, period: Period) -> set[Cell]:
        counts = self.figures(period).counts
        found = {cell for cell, met in counts.items() if _is_small(met) or self._gives_away(cell, period)}
        for name in {name for name, _ in counts}:
            table = [cell for cell in counts if cell[0] == name]
            told = [cell for cell in table if cell not in found]
            # One hidden part alone could be had by subtraction from the total: the smallest of the others goes with it.
            if len(table) - len(told) == 1 and told:
                found.add(min(told, key=lambda cell: (counts[cell].total(), cell)))
        return found

    def _gives_away(self, cell: Cell, period: Period) -> bool:
        """Whether what is told of its parts, taken off the whole, would tell a part that is not."""
        left = [one for one in self._untold(cell, period) if self.months[one].counts[cell].total()]
        rest = total(self.months[one] for one in left).counts[cell]
        return len(left) == 1 or _is_small(rest)

    def _untold(self, cell: Cell, period: Period) -> Iterator[Period]:
        """The months of which neither they nor a quarter around them, inside `period`, tells the cell."""
        for part in period.parts():
            if cell not in self.hidden(part):
                continue
            if part.every is not Every.MONTH:
                yield from self._untold(cell, part)
            elif part in self.months:
                yield part


def _is_small(counts: Counter[bool]) -> bool:
    return any(0 < n < SMALLEST for n in counts.values())
