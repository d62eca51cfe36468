"""A document that was kept is read once; what is wrong with one is told as of any other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brigade.errors import InvalidProblem, UnreadableInput
from brigade.exchange.documents import problem_document, shape_faults
from brigade.exchange.documents.problem_document import (
    problem_from_json,
    problem_from_kept,
    problem_to_json,
)
from tests.builders import problem, visit, without_way, worker


@pytest.fixture
def document() -> dict[str, Any]:
    asked = without_way(problem([visit("V1", "A"), visit("V2", "B")], [worker()]), ("A", "B"))
    return problem_to_json(asked)


def test_a_kept_document_is_neither_read_nor_written_a_second_time(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A department's day is a hundred megabytes: to read it and write it again took seven of ten seconds."""
    data = json.dumps(document).encode()

    def again(*given: object, **more: object) -> None:
        raise AssertionError("through JSON once more")

    for module in (problem_document, shape_faults):
        monkeypatch.setattr(f"{module.__name__}.json.loads", again)
    monkeypatch.setattr(shape_faults, "read_model", again)
    monkeypatch.setattr(problem_document, "read_model", again)
    read = problem_from_kept(data)
    monkeypatch.undo()
    assert problem_to_json(read) == document


def test_what_is_wrong_with_a_kept_document_is_told_as_of_any(document: dict[str, Any]) -> None:
    harmed = {**document, "version": 9, "horizon": {}}
    with pytest.raises(UnreadableInput) as kept:
        problem_from_kept(json.dumps(harmed).encode())
    with pytest.raises(UnreadableInput) as given:
        problem_from_json(harmed)
    assert kept.value.issues == given.value.issues


@pytest.mark.parametrize(
    ("value", "told"),
    [(10**9 + 1, 10**9 + 1), (-(10**9) - 7, -(10**9) - 7), (10**400, 10**400), (10**9, None)],
)
def test_metres_beyond_measure_name_the_largest(
    document: dict[str, Any], value: int, told: int | None
) -> None:
    document["travel"]["matrices"][0]["metres"][0][1] = value
    if told is None:
        assert problem_from_json(document).visits
        return
    with pytest.raises(InvalidProblem) as refused:
        problem_from_json(document)
    (issue,) = refused.value.issues
    assert (issue.code, issue.where) == ("D114", "travel.matrices[0].metres")
    assert dict(issue.values)["value"] == told
