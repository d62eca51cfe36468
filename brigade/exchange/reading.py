"""A problem from whatever somebody points at: a JSON document, a folder of tables, a workbook."""

from __future__ import annotations

from pathlib import Path

from brigade.errors import Clause, Issue, UnreadableInput
from brigade.exchange.documents.composing import TravelFor
from brigade.exchange.documents.problem_document import problem_text, read_problem, shipped_travel
from brigade.exchange.grids.grids import NAMED_AS_TABLES, FileKind, kind_of_file
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.problem_tables import read_tables, write_tables
from brigade.values.problem import Problem

JSON = ".json"
CSV = ".csv"
CALENDAR = ".ics"


def read_any(
    path: Path | str,
    travel_for: TravelFor = shipped_travel,
    remarks: list[Issue] | None = None,
    mapping: MappingDocument | None = None,
) -> Problem:
    """A problem from tables (a folder, .zip, .xlsx or .ods) or a JSON file, told apart by what they are
    rather than by their names.

    Args: remarks: filled with what was passed over on purpose (hidden sheets, titles, totals), which should
    be said;
        mapping: how the tables of another program become ours.

    Raises: UnreadableInput or InvalidProblem, with all issues.
    """
    place = Path(path)
    kind = kind_of_file(place)
    suffix = place.suffix.lower()
    if kind is not FileKind.OTHER or suffix in NAMED_AS_TABLES or (mapping and suffix == CSV):
        return read_tables(place, travel_for, remarks, mapping)
    if mapping is not None:
        raise UnreadableInput([Issue("O103", "--mapping", "mapping_for_no_table", {"file": place.name})])
    if suffix == CSV:
        raise UnreadableInput([Issue("D009", place.name, "one_table_only", {"folder": str(place.parent)})])
    refuse_unknown_kind(place, "kind_of_problem_file")
    return read_problem(place, travel_for)


def refuse_unknown_kind(path: Path, words: str) -> None:
    """Raises: UnreadableInput, in these words, for a file that is no JSON by its name nor by its content
    (.ics, .txt, …)."""
    suffix = path.suffix.lower()
    if suffix != JSON and not _looks_like_json(path):
        met = Clause("file_of_kind", {"suffix": suffix}) if suffix else Clause("file_of_no_kind")
        words = "calendar_file" if suffix == CALENDAR else words
        raise UnreadableInput([Issue("O102", path.name, words, {"met": met})])


def _looks_like_json(path: Path) -> bool:
    """Whether a file of another name is a document all the same, by its first sign; what cannot be read is
    told by the reader of documents."""
    try:
        with path.open("rb") as file:
            start = file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return True
    return start[:1] in (b"{", b"[", b"")


def write_any(problem: Problem, path: Path | str, travel_source: str | None = None) -> None:
    """Write as the name says: .json one document, .xlsx one workbook, anything else a folder of tables."""
    if Path(path).suffix.lower() == ".json":
        Path(path).write_text(problem_text(problem, travel_source), encoding="utf-8")
    else:
        write_tables(problem, path, travel_source)
