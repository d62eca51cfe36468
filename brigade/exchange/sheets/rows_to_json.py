"""Tables to the plain JSON values of the problem document, remembering where each row stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from brigade.errors import Clause, Issue, Values
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.raw import BLANK, RawCell
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION
from brigade.exchange.sheets.cells import read_cell
from brigade.exchange.sheets.clocks import CellFault
from brigade.exchange.sheets.layout import (
    ACCORDS,
    CHILDREN,
    LENDER_ACCORDS,
    PAST_DAYS,
    ROOTS,
    SETTINGS,
    TABLES_BY_NAME,
    Column,
    TableLayout,
)
from brigade.exchange.sheets.opening import OpenTable, SheetRow, rows_of
from brigade.exchange.sheets.origins import RowOrigins
from brigade.units import PARIS
from brigade.values.input_words import plain
from brigade.values.validation.checks import suggestion

Json = dict[str, Any]
PARAMETERS: Mapping[str, Values] = {column.french: column.titles for column in SETTINGS}


@dataclass
class DocumentBuilder:
    """The document in the making. `owners`: objects of a table by the id that children name them by.

    `is_partial`: what the tables do not hold is known elsewhere. Then a child row may name an object that no
    row tells: an object of its id alone stands for it, and `stubs` holds its path and the place of that row.
    """

    tables: Mapping[str, OpenTable]
    issues: list[Issue]
    document: Json = field(default_factory=lambda: {"format": PROBLEM_FORMAT, "version": PROBLEM_VERSION})
    origins: RowOrigins = field(default_factory=RowOrigins)
    owners: dict[str, dict[str, tuple[Json, str]]] = field(default_factory=dict)
    zone: ZoneInfo = PARIS
    is_partial: bool = False
    stubs: dict[str, str] = field(default_factory=dict)

    def gather(self) -> None:
        """Settings first: they say in which zone local times are."""
        self._settings()
        for table in ROOTS:
            self._root(table)
        for table in (*CHILDREN, PAST_DAYS):
            self._children(table)
        for table in (ACCORDS, LENDER_ACCORDS):
            self._accords(table)

    # -- settings -------------------------------------------------------------------------------------------
    def _settings(self) -> None:
        by_name = {name: column for column in SETTINGS for name in column.names()}
        opened = self.tables.get("settings")
        cells: dict[tuple[str, ...], tuple[RawCell, int]] = {}
        for number, name, cell in _settings_rows(opened):
            column = by_name.get(plain(name))
            if column is None:
                near = suggestion(name, PARAMETERS.keys(), PARAMETERS)
                met = {"name": name[:60], "suggestion": near}
                self._tell("C111", self._setting_place(number), "unknown_parameter", met)
            elif column.path in cells:
                self._tell("C112", self._setting_place(number), "parameter_twice", {"name": name})
            else:
                cells[column.path] = (cell, number)
        self._find_zone(cells)
        for column in SETTINGS:
            cell, number = cells.get(column.path, (BLANK, -1))
            if column.path in cells and opened is not None:
                self.origins.rows[".".join(column.path)] = (opened, number)
            self._setting(column, cell, number, {path[0] for path in cells})
        if not self.is_partial:
            self.document.setdefault("horizon", {})
            self.document.setdefault("basin", {})

    def _setting(self, column: Column, cell: RawCell, number: int, groups: set[str]) -> None:
        """Args: groups: of which something is told; a horizon or a basin is told whole or not at all."""
        if number < 0:
            if (
                column.required
                and "settings" in self.tables
                and (column.path[0] in groups or not self.is_partial)
            ):
                where = self.tables["settings"].grid.label
                self._tell("C113", where, "missing_parameter", {"parameter": column.titles})
            return
        try:
            if cell.merge is not None:
                raise CellFault("C118", "merged_parameter", {"ref": cell.merge.ref})
            value = read_cell(cell, column, self.zone)
        except CellFault as fault:
            met = Clause("parameter_met", {"parameter": column.titles, "met": said(cell.text)})
            self.issues.append(fault.issue(self._setting_place(number), met))
            return
        if value is not None:
            _put(self.document, column.path, value)

    def _find_zone(self, cells: Mapping[tuple[str, ...], tuple[RawCell, int]]) -> None:
        name = cells.get(("horizon", "zone"), (BLANK, 0))[0].text.strip()
        try:
            self.zone = ZoneInfo(name) if name else PARIS
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.zone = PARIS  # the document's own check tells the unknown zone

    def _setting_place(self, number: int) -> str:
        return self.tables["settings"].place(number)

    # -- rows -----------------------------------------------------------------------------------------------
    def _root(self, table: TableLayout) -> None:
        opened = self.tables.get(table.english)
        rows = list(rows_of(opened, self.zone, self.issues)) if opened else []
        if not rows and table.place[0] in ("catalogue", "labour"):
            return  # an empty table of texts means the shipped ones
        objects: list[Json] = []
        if opened or not self.is_partial:
            _put(self.document, table.place, objects)
        owners = self.owners.setdefault(table.english, {})
        for index, row in enumerate(rows):
            made = _object(row)
            objects.append(made)
            path = f"{'.'.join(table.place)}[{index}]"
            id = str(made.get(table.key, ""))
            owners.setdefault(id, (made, path))
            self._remember(path, opened, row)
            if opened is not None and owners[id][0] is not made:
                self.origins.doubles.setdefault(f"{table.place[-1]}.{id}", []).append((opened, row.number))
            self.origins.aliases.setdefault(f"{table.place[-1]}.{id}", path)
            self.origins.aliases.setdefault(f"{table.place[-1]}[{index}]", path)
        for key in self._child_keys(table):
            for made in objects:
                # Rows of one id share their children: nobody can tell whose they are, and the id's fault is
                # told.
                made.setdefault(key, owners[str(made.get(table.key, ""))][0].setdefault(key, []))

    def _children(self, table: TableLayout) -> None:
        opened = self.tables.get(table.english)
        counts: Counter[str] = Counter()
        for row in rows_of(opened, self.zone, self.issues) if opened else ():
            owner = self._owner(table, opened, row)
            if owner is None:
                continue
            made, path = owner
            key = table.place[0]
            if table.single:
                if key in made:
                    self._tell("C112", _place(opened, row), "two_rows", {"id": row.parent})
                made[key] = _object(row)
                self._remember(f"{path}.{key}", opened, row)
                continue
            # Past days stand one level deeper, in the counters that their own table may or may not have.
            holder, within = (
                (made.setdefault("counters", {}), ".counters") if table is PAST_DAYS else (made, "")
            )
            holder.setdefault(key, []).append(_object(row))
            self._remember(f"{path}{within}.{key}[{counts[path]}]", opened, row)
            counts[path] += 1

    def _accords(self, table: TableLayout) -> None:
        opened = self.tables.get(table.english)
        for row in rows_of(opened, self.zone, self.issues) if opened else ():
            owner = self._owner(table, opened, row)
            rule, value = row.values.get(("rule",)), row.values.get(("value",))
            if owner is None or rule is None or value is None:
                continue
            made, path = owner
            accords = made.setdefault("accords", {})
            if rule in accords:
                self._tell("C112", _place(opened, row), "two_rows", {"id": rule})
            told = {
                name: one
                for name in ("source", "in_force_from", "in_force_until")
                if (one := row.values.get((name,)))
            }
            accords[rule] = {"value": value, **told} if told else value
            self._remember(f"{path}.accords.{rule}", opened, row)

    def _owner(self, table: TableLayout, opened: OpenTable | None, row: SheetRow) -> tuple[Json, str] | None:
        if row.parent is None:
            return None  # an empty cell, already told
        owners = self.owners.setdefault(str(table.parent), {})
        if row.parent not in owners and self.is_partial:
            owners[row.parent] = self._stub(
                TABLES_BY_NAME[str(table.parent)], row.parent, _place(opened, row)
            )
        if row.parent not in owners and ("" in owners or not self._has_names(str(table.parent))):
            # the table misses, or its column of names, or a name in it that cannot be read: already told
            return None
        if row.parent not in owners:
            column = table.columns[0]
            parent = TABLES_BY_NAME[str(table.parent)]
            near = suggestion(row.parent, owners) if owners else Clause("add_row", {"table": parent.titles})
            place = opened.place(row.number, column) if opened else table.english
            met = {"column": column.titles, "id": row.parent, "suggestion": near}
            self._tell("C110", place, "unknown_parent", met)
            return None
        return owners[row.parent]

    def _stub(self, table: TableLayout, id: str, place: str) -> tuple[Json, str]:
        """Something that stands elsewhere, and of which only its children are told."""
        made: Json = {table.key: id}
        objects = _at(self.document, table.place)
        objects.append(made)
        path = f"{'.'.join(table.place)}[{len(objects) - 1}]"
        self.stubs[path] = place
        self.origins.aliases.setdefault(f"{table.place[-1]}.{id}", path)
        return made, path

    def _child_keys(self, table: TableLayout) -> list[str]:
        """The lists that every object of the table has, even when no row of the child table names it."""
        children = (child for child in CHILDREN if child.parent == table.english and not child.single)
        return [
            child.place[0]
            for child in children
            if (child.english in self.tables if self.is_partial else child.required)
        ]

    def _has_names(self, table: str) -> bool:
        """Whether the table is there, with the column that names its rows."""
        opened = self.tables.get(table)
        return opened is not None and any(
            column and column.path == (opened.table.key,) for column in opened.columns
        )

    def _remember(self, path: str, opened: OpenTable | None, row: SheetRow) -> None:
        if opened is not None:
            self.origins.rows[path] = (opened, row.number)

    def _tell(self, code: str, where: str, words: str, values: Values) -> None:
        # The codes used here: C110 to C113 (docs/errors.md), and those of the cells.
        self.issues.append(Issue(code, where, words, values))


def _settings_rows(opened: OpenTable | None) -> Iterable[tuple[int, str, RawCell]]:
    """Row number, parameter and value's cell: each value is of its own kind."""
    if opened is None:
        return
    positions = {column.english: n for n, column in enumerate(opened.columns) if column}
    if {"parameter", "value"} <= positions.keys():
        for number, cells in opened.filled_rows():
            yield number, cells[positions["parameter"]].text.strip(), cells[positions["value"]]


def _object(row: SheetRow) -> Json:
    made: Json = {}
    for path, value in row.values.items():
        _put(made, path, value)
    return made


def _put(target: Json, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {})
    target[path[-1]] = value


def _at(document: Json, path: tuple[str, ...]) -> list[Json]:
    """The list at a place of the document, made where there is none."""
    held: Any = document
    for step in path[:-1]:
        held = held.setdefault(step, {})
    found: list[Json] = held.setdefault(path[-1], [])
    return found


def _place(opened: OpenTable | None, row: SheetRow) -> str:
    return opened.place(row.number) if opened else ""
