"""Plans made by hand: who does what in which order, from a plan document or a spreadsheet of stops, timed
again here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brigade.errors import Clause, InvalidPlan, Issue, UnreadableInput, step
from scenarios.cli.console.inputs import is_stream, plan_from

if TYPE_CHECKING:
    from brigade.exchange.grids.raw import Grid, RawCell
    from brigade.exchange.mapping.mapping_shapes import MappingDocument
    from brigade.values.plan import Drives, Plan
    from brigade.values.problem import Problem

TABLES = (".csv", ".xlsx", ".xlsm", ".ods")
COLUMNS = ("worker", "tour", "order", "visit", "vehicle")
NAMES = frozenset({"vehicle"})
"""Columns of a name that may be missing; the others that may are numbers."""
NEEDED = ("worker", "visit")
REPEATED = ("site_id", "mode", "wait_min", "late_min")
"""What a stop of the document repeats of its problem and its own times, for readers."""


@dataclass(frozen=True, slots=True)
class HandmadePlan:
    """A plan to judge; `issues`: what of its order no timing can hold."""

    plan: Plan
    issues: tuple[Issue, ...] = ()


def orders_from(
    path: Path, problem: Problem, *, retime: bool, same_problem: bool, mapping: MappingDocument | None = None
) -> HandmadePlan:
    """The plan as it stands or, with `retime`, timed again from its order; pinned visits keep their start.

    Args: mapping: how a table of stops of another program is read, where it speaks of one.

    Raises: UnreadableInput or InvalidPlan, with every fault.
    """
    is_sheet = is_table(path)
    if is_sheet and not retime:
        raise UnreadableInput([Issue("O104", path.name, "stops_without_times")])
    if is_sheet:
        from brigade.values.validation.plan_references import refuse_plan

        stops = sheet_stops(path, mapping)
        refuse_plan(_unknown_vehicles(problem, path, stops.drives))
        return _timed(problem.driven(stops.drives), stops.orders, {})
    if not retime:
        return HandmadePlan(plan_from(path, problem, same_problem=same_problem))
    plan = edited_plan(path, problem, same_problem=same_problem)
    orders = {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}
    starts = {
        stop.visit_id: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in plan.pinned
    }
    return _timed(problem.driven(plan.drives), orders, starts)


def is_of_stops_only(mapping: MappingDocument | None) -> bool:
    """Whether a mapping speaks of a plan's stops and of no table of the problem, which may then be a document
    of ours."""
    from brigade.exchange.mapping.mapping_document import of_problem

    return mapping is not None and bool(mapping.tables) and not of_problem(mapping).tables


def is_table(path: Path) -> bool:
    """Whether a plan is given as a table of stops rather than as a document.

    Raises: UnreadableInput, for a file that is neither.
    """
    from brigade.exchange.grids.grids import FileKind, kind_of_file, old_workbook
    from brigade.exchange.reading import refuse_unknown_kind

    if is_stream(path):
        return False
    kind = kind_of_file(path)
    if kind is FileKind.OLD_WORKBOOK:
        raise UnreadableInput([old_workbook(path)])
    if kind in (FileKind.FOLDER, FileKind.ARCHIVE, FileKind.OTHER_ARCHIVE):
        raise UnreadableInput([Issue("O102", path.name, "folder_or_archive")])
    if kind is FileKind.OTHER and path.suffix.lower() not in TABLES:
        refuse_unknown_kind(path, "kind_of_plan_file")
        return False
    return True


def edited_plan(path: Path, problem: Problem, *, same_problem: bool) -> Plan:
    """A plan document whose stops a hand has moved: what they repeat of their old place no longer holds, and
    is not read."""
    from brigade.exchange.documents.json_text import decode, parse, read_bytes
    from brigade.exchange.documents.plan_document import plan_record_from_json

    document = parse(decode(read_bytes(path), path.name), path.name)
    for stop in _stops_in(document):
        for name in REPEATED:
            # Left in, they would be held against the new place and told as faults of a hand that moved a
            # stop.
            stop.pop(name, None)
    return plan_record_from_json(document, problem, same_problem=same_problem).plan


def _stops_in(document: Any) -> Iterator[dict[str, Any]]:
    """Whatever looks like a stop; what does not is for the reader to refuse."""
    routes = document.get("routes") if isinstance(document, dict) else None
    for route in routes if isinstance(routes, list) else ():
        stops = route.get("stops") if isinstance(route, dict) else None
        yield from (stop for stop in (stops if isinstance(stops, list) else ()) if isinstance(stop, dict))


def _timed(
    problem: Problem, orders: Mapping[tuple[str, int], list[str]], starts: Mapping[str, int]
) -> HandmadePlan:
    from brigade.timing.plan_timing import retime

    timed = retime(problem, orders, fixed_starts=starts)
    return HandmadePlan(timed.plan, timed.issues)


# -- a spreadsheet of stops --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SheetStops:
    """`orders`: visits by worker and availability index; `drives`: vehicles by the same."""

    orders: dict[tuple[str, int], list[str]]
    drives: dict[tuple[str, int], str]


def _unknown_vehicles(problem: Problem, path: Path, drives: Drives) -> Iterator[Issue]:
    from brigade.values.validation.checks import unknown

    for id in sorted(set(drives.values())):
        yield from unknown("K104", f"{path.name}.{id}", (id,), problem.vehicle_by_id.keys(), "vehicle")


def sheet_orders(path: Path, mapping: MappingDocument | None = None) -> dict[tuple[str, int], list[str]]:
    """As `sheet_stops`, without vehicles."""
    return sheet_stops(path, mapping).orders


def sheet_stops(path: Path, mapping: MappingDocument | None = None) -> SheetStops:
    """(worker, availability index) -> visits, from a table with the headers of `solve --stops`, in French or
    English: a CSV, or the only filled sheet of an .xlsx or .ods.

    Only worker and visit are needed; without a tour it is the first one, without an order the rows' own.
    Raises: UnreadableInput or InvalidPlan with every fault.
    """
    sheet = _sheet(path, mapping)
    lines = [_Line(sheet, number) for number in sheet.body]
    issues = [issue for line in lines for issue in line.issues()]
    if issues:
        raise InvalidPlan(issues)
    orders: dict[tuple[str, int], list[str]] = {}
    drives: dict[tuple[str, int], str] = {}
    # By the order said, then by row: people drag rows about and forget the numbers.
    for line in sorted(lines, key=lambda line: line.rank):
        key = line.text("worker"), line.tour
        orders.setdefault(key, []).append(line.text("visit"))
        if line.text("vehicle"):
            drives[key] = line.text("vehicle")
    return SheetStops(orders, drives)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """`columns`: position by name; `body`: numbers of the rows under the header, from 0."""

    grid: Grid
    columns: Mapping[str, int]
    body: tuple[int, ...]


def _sheet(path: Path, mapping: MappingDocument | None) -> _Sheet:
    from brigade.exchange.grids.grids import read_grids
    from brigade.exchange.grids.raw import Vocabulary
    from brigade.exchange.mapping.applying import apply, vocabulary_of
    from brigade.exchange.mapping.mapping_document import of_stops

    theirs = of_stops(mapping) if mapping else None
    if theirs is not None and theirs.tables:
        read = read_grids(path, vocabulary_of(theirs))
        apply(theirs, read)
        # What the mapping makes stands last; the sheets it does not name are kept before it, and are no
        # stops.
        read.grids = read.grids[-len(theirs.tables) :]
    else:
        read = read_grids(path, Vocabulary(columns=frozenset(_titles())))
    if read.issues:
        raise UnreadableInput(read.issues)
    # Workbooks come with two empty sheets by habit.
    filled = [grid for grid in read.grids if not grid.is_empty]
    sheets = [sheet for grid in filled if (sheet := _opened(grid)) is not None]
    if len(sheets) > 1:
        raise UnreadableInput(
            [
                Issue(
                    "O104",
                    path.name,
                    "several_sheets_of_stops",
                    {"sheets": [sheet.grid.name for sheet in sheets]},
                )
            ]
        )
    if not sheets:
        issues = [
            _missing(grid, name) for grid in filled[:1] for name in NEEDED if name not in _header(grid, 0)
        ]
        raise UnreadableInput(issues or [Issue("O104", path.name, "empty_file_of_stops")])
    return sheets[0]


def _missing(grid: Grid, name: str) -> Issue:
    return Issue("O104", f"{grid.label} {step('row', 1)}", "column_of_stops_missing", {"column": name})


def _opened(grid: Grid) -> _Sheet | None:
    """The sheet from its first row that holds the needed columns; None where none does."""
    from brigade.exchange.grids.raw import blank

    for number in range(len(grid.rows)):
        columns = _header(grid, number)
        if all(name in columns for name in NEEDED):
            below = range(number + 1, len(grid.rows))
            return _Sheet(grid, columns, tuple(row for row in below if not blank(grid.rows[row])))
    return None


def _header(grid: Grid, number: int) -> dict[str, int]:
    from brigade.values.input_words import plain

    known = _titles()
    found: dict[str, int] = {}
    for place, cell in enumerate(grid.rows[number] if number < len(grid.rows) else ()):
        if (name := known.get(plain(cell.text))) is not None:
            # Of two columns of one title the first.
            found.setdefault(name, place)
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    sheet: _Sheet
    number: int

    def cell(self, name: str) -> RawCell:
        from brigade.exchange.grids.raw import BLANK

        cells, place = self.sheet.grid.rows[self.number], self.sheet.columns.get(name)
        return cells[place] if place is not None and place < len(cells) else BLANK

    def text(self, name: str) -> str:
        """What the spreadsheet shows; an unreadable cell is told by `issues`."""
        from brigade.exchange.sheets.cells import unguard

        cell = self.cell(name)
        return unguard((cell.shown or cell.text).strip())

    @property
    def tour(self) -> int:
        """Sheets count from one."""
        return int(self.text("tour") or 1) - 1

    @property
    def rank(self) -> tuple[int, int]:
        return int(self.text("order") or 0), self.number

    def issues(self) -> Iterator[Issue]:
        from brigade.exchange.sheets.cells import refuse_unreadable
        from brigade.exchange.sheets.clocks import CellFault

        for column in COLUMNS:
            place = f"{self.sheet.grid.label} {step('row', self.number + 1)}, {step('stop_column', column)}"
            text = self.text(column)
            try:
                refuse_unreadable(self.cell(column))
            except CellFault as fault:
                yield fault.issue(place, Clause("quoted", {"met": text[:40]}))
                continue
            if column in NEEDED:
                if not text:
                    yield Issue("O105", place, "stop_cell_empty")
            elif (
                column not in NAMES
                and text
                and not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) >= 1)
            ):
                yield Issue("O105", place, "whole_from_one", {"text": text[:40]})


def _titles() -> dict[str, str]:
    """Our names of the columns by what their headers say, in either language."""
    from brigade.exchange.sheets.layout import STOPS
    from brigade.values.input_words import plain
    from brigade.words import LANGUAGES, word

    mapped = {plain(column.french): column.english for column in STOPS.columns}
    return mapped | {plain(word(f"column.{name}", lang)): name for lang in LANGUAGES for name in COLUMNS}
