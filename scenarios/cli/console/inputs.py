"""Problems and plans from what a user names: a JSON document, a folder of tables, a workbook, or `-` for
standard input."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.documents.json_text import not_written

if TYPE_CHECKING:
    from brigade.exchange.mapping.mapping_shapes import MappingDocument
    from brigade.values.plan import Plan
    from brigade.values.problem import Problem
    from scenarios.cli.console.screen import Screen

STANDARD_STREAM = "-"
KINDS = (".json", ".xlsx", "")


def is_stream(path: Path) -> bool:
    """Whether a name means the standard stream: stdin of an input, stdout of an output."""
    return str(path) == STANDARD_STREAM


def name_of(path: Path) -> str:
    """What to call an input on the screen: its own name, also where it was given as « . »."""
    return path.name or path.resolve().name


def problem_from(path: Path, screen: Screen | None = None, mapping: Path | None = None) -> Problem:
    """Args: screen: where to say what was passed over on purpose (hidden sheets, titles, totals); mapping:
        how the export of another program is read.

    Raises: UnreadableInput or InvalidProblem, with every fault.
    """
    if is_stream(path):
        if mapping is not None:
            raise UnreadableInput([Issue("O103", "--mapping", "mapping_for_json")])
        from brigade.exchange.documents.problem_document import read_problem

        return read_problem(sys.stdin.buffer.read())
    from brigade.exchange.reading import read_any

    remarks: list[Issue] = []
    problem = read_any(path, remarks=remarks, mapping=mapping_from(mapping))
    if screen is not None:
        screen.remarks(remarks)
    return problem


def mapping_from(path: Path | None) -> MappingDocument | None:
    """Raises: UnreadableInput, with every fault of the mapping."""
    if path is None:
        return None
    from brigade.exchange.mapping.mapping_document import read_mapping

    return read_mapping(path)


def plan_from(path: Path, problem: Problem, *, same_problem: bool = True) -> Plan:
    """Raises: UnreadableInput or InvalidPlan, with every fault."""
    from brigade.exchange.documents.plan_document import read_plan

    source = sys.stdin.buffer.read() if is_stream(path) else path
    return read_plan(source, problem, same_problem=same_problem)


def files_of(problem: Problem, target: Path) -> Mapping[Path, bytes]:
    """What a problem is at `target`: one document, one workbook, or every table of a folder."""
    from brigade.exchange.reading import write_any

    # Written elsewhere first: a folder of tables is many files, which the outputs then move into place
    # together.
    try:
        with tempfile.TemporaryDirectory() as place:
            made = Path(place, target.name or "tables")
            write_any(problem, made)
            if made.is_dir():
                return {target / file.name: file.read_bytes() for file in sorted(made.iterdir())}
            return {target: made.read_bytes()}
    except OSError as fault:
        raise UnreadableInput([not_written(tempfile.gettempdir(), fault)]) from None


def kind_fault(target: Path) -> Issue | None:
    """What is wrong with a name that a problem should be written to."""
    if target.suffix.lower() in KINDS:
        return None
    return Issue("O102", str(target), "output_name", {"suffix": target.suffix})
