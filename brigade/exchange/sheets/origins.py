"""Where each part of the document stood in the tables, so that its faults are told in file, row and
column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from brigade.errors import AND, Issue, step
from brigade.exchange.sheets.layout import SETTINGS_TABLE, Column
from brigade.exchange.sheets.opening import OpenTable

STEP = re.compile(r"\[(\d+)\]|[^.\[\]]+")


@dataclass
class RowOrigins:
    """Rows by document path ("demand.visits[3]"), and by the core's names ("visits.V-204") as prefixes of
    them; `doubles`: the further rows of an id given several times."""

    rows: dict[str, tuple[OpenTable, int]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    doubles: dict[str, list[tuple[OpenTable, int]]] = field(default_factory=dict)
    special: list[Callable[[str], str | None]] = field(default_factory=list)

    def place(self, where: str) -> str:
        """The file, row and column of a place in the document; `where` itself when no table holds it."""
        for resolve in self.special:
            if found := resolve(where):
                return found
        path = self._unaliased(where)
        for prefix in _prefixes(path):
            if prefix in self.rows:
                opened, row = self.rows[prefix]
                if opened.table is SETTINGS_TABLE:
                    return f"{opened.place(row)}, {step('parameter', opened.cell(row, 'parameter'))}"
                others = "".join(
                    f"{AND}{other.place(number)}" for other, number in self.doubles.get(where, ())
                )
                return opened.place(row, _column(opened, path[len(prefix) :])) + others
        return where

    def translated(self, issue: Issue) -> Issue:
        # Some issues speak of several places: "links[0], links[2]".
        places = ", ".join(self.place(part) for part in issue.where.split(", "))
        return replace(issue, where=places)

    def _unaliased(self, where: str) -> str:
        for prefix in _prefixes(where):
            if prefix in self.aliases:
                return self.aliases[prefix] + where[len(prefix) :]
        return where


def _prefixes(path: str) -> list[str]:
    """The path, then without its last step, and so on."""
    ends = [match.start() - (path[match.start() - 1 : match.start()] == ".") for match in STEP.finditer(path)]
    return [path, *(path[:end] for end in reversed(ends) if end > 0)]


def _column(opened: OpenTable, rest: str) -> Column | None:
    """The column of the remaining steps; the core drops the `_min` and `_cents` of a name."""
    steps = [match[0] for match in STEP.finditer(rest) if match[1] is None]
    for column in opened.table.columns:
        if not column.path:
            continue
        ends = {column.path[-1], column.path[-1].removesuffix("_min")}
        if steps and steps[-1] in ends and list(column.path[:-1]) == steps[:-1][: len(column.path) - 1]:
            return column
    return next(
        (c for c in opened.table.columns if steps and c.path and c.path[0] == steps[0] and len(c.path) == 1),
        None,
    )
