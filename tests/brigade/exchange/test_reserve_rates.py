"""The rates of a reserve in documents and tables: written whole, read back, left out where none is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import InvalidProblem
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.exchange.reading import read_any, write_any
from brigade.values.policy import Policy, Reserve, shipped_reserve
from brigade.values.problem import Problem
from tests.faults.base import sound
from tests.sayings import refusals

OWN = Reserve(12, tuple(range(24)), tuple(range(90, 114, 2)), 45)


def with_rates(reserve: Reserve | None) -> Problem:
    return replace(sound(), policy=Policy(reserve=reserve))


@pytest.mark.parametrize("name", ["day", "day.xlsx", "day.json"])
@pytest.mark.parametrize("reserve", [OWN, None], ids=["own rates", "no reserve"])
def test_rates_come_back_as_they_were(name: str, reserve: Reserve | None, tmp_path: Path) -> None:
    write_any(with_rates(reserve), tmp_path / name)
    assert read_any(tmp_path / name).policy.reserve == reserve


def test_a_reserve_without_rates_has_the_shipped_ones_and_writes_them_whole() -> None:
    document: dict[str, Any] = problem_to_json(sound())
    assert "reserve" not in document["policy"]
    document["policy"]["reserve"] = {}
    made = problem_from_json(document)
    assert made.policy.reserve == shipped_reserve()
    written = problem_to_json(made)["policy"]["reserve"]
    assert set(written) == {"absences_per_1000", "by_hour", "by_month", "lead_min"}
    assert problem_from_json(problem_to_json(made)).policy == made.policy


def test_all_faults_of_the_rates_are_told_at_once() -> None:
    document: dict[str, Any] = problem_to_json(sound())
    document["policy"]["reserve"] = {"absences_per_1000": 1001, "by_hour": [1] * 23, "by_month": [-1] * 12}
    with pytest.raises(InvalidProblem) as refused:
        problem_from_json(document)
    told = [(one.code, one.where) for one in refusals(refused)]
    assert len(told) == 14
    assert {code for code, _ in told} == {"P411"}
    assert {"policy.reserve.by_hour", "policy.reserve.by_month[11]"} <= {where for _, where in told}
