"""The problem document: one versioned JSON text. Read whole or refused whole; written so that reading gives
it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from brigade.errors import Clause, Issue, UnreadableInput
from brigade.exchange.documents.composing import TravelFor, compose, decompose
from brigade.exchange.documents.json_text import decode, digest, parse, pretty, read_bytes
from brigade.exchange.documents.shape_faults import read_model, said
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION, ProblemDocument
from brigade.exchange.shapes.shift_hours import with_shifts
from brigade.units import Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem import Problem


def shipped_travel(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """Any source that `brigade.travel` knows; it may read files and ask servers, so only for documents one
    trusts."""
    # Imported when asked for: given matrices need no road engine, and it is slow to load.
    from brigade.travel.source import travel_for

    return travel_for(sites, modes, horizon, spec)


def read_problem(source: Path | str | bytes, travel_for: TravelFor = shipped_travel) -> Problem:
    """A problem from a JSON file (a path) or its bytes.

    Raises: UnreadableInput when the document is no problem document, InvalidProblem when its values
        contradict each other; both with all issues.
    """
    data = source if isinstance(source, bytes) else read_bytes(Path(source))
    where = "document" if isinstance(source, bytes) else Path(source).name
    return problem_from_json(parse(decode(data, where), where), travel_for)


def problem_from_json(value: Any, travel_for: TravelFor = shipped_travel) -> Problem:
    """A problem from plain JSON values. Raises: as `read_problem`."""
    check_head(value, PROBLEM_FORMAT, PROBLEM_VERSION)
    return compose(read_model(ProblemDocument, value), travel_for)


def problem_from_kept(data: bytes, travel_for: TravelFor = shipped_travel) -> Problem:
    """A problem from the bytes of a document that was written here, as `problem_from_json` of it, which reads
    it three times over to tell what is wrong. Raises: as `read_problem`."""
    try:
        document = ProblemDocument.model_validate_json(data)
    except ValidationError:
        return problem_from_json(json.loads(data), travel_for)
    return compose(document, travel_for)


def problem_to_json(problem: Problem, travel_source: str | None = None) -> dict[str, Any]:
    """The document as plain JSON values; `travel_source` replaces the embedded matrices."""
    return decompose(problem, travel_source)


def problem_text(problem: Problem, travel_source: str | None = None) -> str:
    """The document as readable text; `read_problem` gives the same problem back."""
    return pretty(problem_to_json(problem, travel_source))


def written_out(value: Mapping[str, Any], document: ProblemDocument) -> Mapping[str, Any]:
    """The plain document with hours in place of shifts. Args: document: the same, read, without faults."""
    if not (document.brigade.shift_patterns or document.brigade.shift_cycles):
        return value
    told, _ = with_shifts(document)
    hours = (
        [one.model_dump(mode="json", exclude_unset=True) for one in worker.availability]
        for worker in told.brigade.workers
    )
    rows = zip(value["brigade"]["workers"], hours, strict=True)
    workers = [{**raw, "availability": one} for raw, one in rows]
    kept = {name: one for name, one in value["brigade"].items() if not name.startswith("shift_")}
    return {**value, "brigade": {**kept, "workers": workers}}


def problem_digest(problem: Problem) -> str:
    """sha256 over the canonical document, matrices included: what a plan says it was made for."""
    return digest(problem_to_json(problem))


def check_head(value: Any, form: str, version: int) -> None:
    """Raises: UnreadableInput, when the document is of another kind or version: nothing else of it would make
    sense."""
    if not isinstance(value, dict):
        raise UnreadableInput(
            [Issue("D007", "document", "not_an_object", {"met": said(value), "form": form})]
        )
    if value.get("format") != form:
        met = {"met": _head(value, "format"), "form": form}
        raise UnreadableInput([Issue("D007", "format", "of_another_format", met)])
    if value.get("version") != version or isinstance(value["version"], bool):
        met = {"met": _head(value, "version"), "version": str(version)}
        raise UnreadableInput([Issue("D008", "version", "of_another_version", met)])


def _head(value: Mapping[str, Any], name: str) -> str | Clause:
    return said(value[name]) if name in value else Clause("missing_field")
