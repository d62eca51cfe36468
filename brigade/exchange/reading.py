"""A problem from whatever somebody points at: a JSON document, a folder of tables, a workbook."""

from __future__ import annotations

import zipfile
from pathlib import Path

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.composing import TravelFor
from brigade.exchange.document import problem_text, read_problem, shipped_travel
from brigade.exchange.sheets.tables import WORKBOOK, read_tables, write_tables
from brigade.problem import Problem


def read_any(path: Path | str, travel_for: TravelFor = shipped_travel) -> Problem:
    """A problem from a folder of tables, an .xlsx or a JSON file, told apart by what they are rather than by their names.

    Raises: UnreadableInput or InvalidProblem, with all issues.
    """
    place = Path(path)
    if place.is_dir() or _is_workbook(place):
        return read_tables(place, travel_for)
    if place.suffix.lower() == ".csv":
        hint = f"donner le dossier : {place.parent}"
        raise UnreadableInput([Issue("D009", place.name, "une seule table, pas un problème", hint)])
    return read_problem(place, travel_for)


def _is_workbook(path: Path) -> bool:
    # Something called .xlsx that is none is for the workbook reader to refuse: it says what is wrong with it.
    return path.suffix.lower() == WORKBOOK or (path.is_file() and zipfile.is_zipfile(path))


def write_any(problem: Problem, path: Path | str, travel_source: str | None = None) -> None:
    """Write as the name says: .json one document, .xlsx one workbook, anything else a folder of tables."""
    if Path(path).suffix.lower() == ".json":
        Path(path).write_text(problem_text(problem, travel_source), encoding="utf-8")
    else:
        write_tables(problem, path, travel_source)
