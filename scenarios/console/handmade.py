"""Plans made by hand: who does what in which order, from a plan document or a spreadsheet of stops, timed again here."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brigade.errors import InvalidPlan, Issue, UnreadableInput
from scenarios.console.inputs import plan_from

if TYPE_CHECKING:
    from brigade.plan import Plan
    from brigade.problem import Problem

CSV = ".csv"
COLUMNS = ("worker", "tour", "order", "visit")
NEEDED = ("worker", "visit")
REPEATED = ("site_id", "mode", "wait_min", "late_min")
"""What a stop of the document repeats of its problem and its own times, for readers."""


@dataclass(frozen=True, slots=True)
class Orders:
    """A plan to judge; `issues`: what of its order no timing can hold."""

    plan: Plan
    issues: tuple[Issue, ...] = ()


def orders_from(path: Path, problem: Problem, *, retime: bool, same_problem: bool) -> Orders:
    """The plan as it stands or, with `retime`, timed again from its order; pinned visits keep their start.

    Raises: UnreadableInput or InvalidPlan, with every fault.
    """
    is_sheet = path.suffix.lower() == CSV
    if is_sheet and not retime:
        raise UnreadableInput([Issue("O104", path.name, "des étapes sans trajets ni pauses", "ajouter --retime")])
    if is_sheet:
        return _timed(problem, sheet_orders(path), {})
    if not retime:
        return Orders(plan_from(path, problem, same_problem=same_problem))
    plan = edited_plan(path, problem, same_problem=same_problem)
    orders = {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}
    starts = {stop.visit_id: stop.start for route in plan.routes for stop in route.stops if stop.visit_id in plan.pinned}
    return _timed(problem, orders, starts)


def edited_plan(path: Path, problem: Problem, *, same_problem: bool) -> Plan:
    """A plan document whose stops a hand has moved: what they repeat of their old place no longer holds, and is not read."""
    from brigade.exchange.json_text import decode, parse, read_bytes
    from brigade.exchange.plan_document import plan_record_from_json

    document = parse(decode(read_bytes(path), path.name), path.name)
    for stop in _stops_in(document):
        for name in REPEATED:
            stop.pop(name, None)
    return plan_record_from_json(document, problem, same_problem=same_problem).plan


def _stops_in(document: Any) -> Iterator[dict[str, Any]]:
    """Whatever looks like a stop; what does not is for the reader to refuse."""
    routes = document.get("routes") if isinstance(document, dict) else None
    for route in routes if isinstance(routes, list) else ():
        stops = route.get("stops") if isinstance(route, dict) else None
        yield from (stop for stop in (stops if isinstance(stops, list) else ()) if isinstance(stop, dict))


def _timed(problem: Problem, orders: Mapping[tuple[str, int], list[str]], starts: Mapping[str, int]) -> Orders:
    from brigade.timing import retime

    timed = retime(problem, orders, fixed_starts=starts)
    return Orders(timed.plan, timed.issues)


# -- a spreadsheet of stops --------------------------------------------------------------------------------------------
def sheet_orders(path: Path) -> dict[tuple[str, int], list[str]]:
    """(worker, availability index) -> visits, from a CSV with the headers of `solve --stops`, in French or English.

    Only worker and visit are needed; without a tour it is the first one, without an order the rows' own.
    Raises: UnreadableInput or InvalidPlan with every fault.
    """
    from brigade.exchange.json_text import decode, read_bytes

    text = decode(read_bytes(path), path.name)
    rows = csv.reader(StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    header = {name: place for place, title in enumerate(next(rows)) if (name := _column(title))}
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise UnreadableInput(
            [Issue("O104", f"{path.name} ligne 1", f"colonne absente : {_title(name)}", "l’ajouter") for name in missing]
        )
    lines = [_Line(number, _cells(row, header)) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    issues = [issue for line in lines for issue in line.issues(path.name)]
    if issues:
        raise InvalidPlan(issues)
    orders: dict[tuple[str, int], list[str]] = {}
    for line in sorted(lines, key=lambda line: line.rank):
        orders.setdefault((line.cells["worker"], line.tour), []).append(line.cells["visit"])
    return orders


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]

    @property
    def tour(self) -> int:
        """Sheets count from one."""
        return int(self.cells.get("tour") or 1) - 1

    @property
    def rank(self) -> tuple[int, int]:
        return int(self.cells.get("order") or 0), self.number

    def issues(self, name: str) -> Iterator[Issue]:
        for column in NEEDED:
            if not self.cells[column]:
                yield Issue("O105", f"{name} ligne {self.number}, {_title(column)}", "cellule vide", "remplir cette cellule")
        for column in ("tour", "order"):
            cell = self.cells.get(column, "")
            if cell and not (cell.isascii() and cell.isdecimal() and len(cell) < 9 and int(cell) >= 1):
                place = f"{name} ligne {self.number}, {_title(column)}"
                yield Issue("O105", place, f"« {cell[:40]} »", "un nombre entier à partir de 1")


def _cells(row: list[str], header: Mapping[str, int]) -> dict[str, str]:
    from brigade.exchange.sheets.cells import unguard

    return {name: unguard(row[place].strip()) if place < len(row) else "" for name, place in header.items()}


def _column(title: str) -> str | None:
    from brigade.words import LANGUAGES, word

    known = {word(f"column.{name}", lang).casefold(): name for lang in LANGUAGES for name in COLUMNS}
    return known.get(title.strip().casefold())


def _title(name: str) -> str:
    from brigade.words import word

    return f"« {word(f'column.{name}', 'fr')} »"
