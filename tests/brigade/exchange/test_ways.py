"""Legs without a way and places that take time to get into, as documents and tables write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.exchange.problem_tables import read_tables, write_tables
from brigade.values.places import NO_WAY, TravelMode
from brigade.values.problem import Problem
from tests.builders import problem, visit, without_way, worker

CAR = TravelMode.CAR


@pytest.fixture
def asked() -> Problem:
    told = problem([visit("V1", "A"), visit("V2", "B")], [worker()])
    high = tuple(replace(one, access=3) if one.id == "A" else one for one in told.sites)
    return without_way(replace(told, sites=high), ("A", "B"))


def test_null_is_no_way_in_a_document(asked: Problem) -> None:
    document = problem_to_json(asked)
    (matrix,) = document["travel"]["matrices"]
    here, there = (matrix["sites"].index(id) for id in ("A", "B"))
    assert (matrix["minutes"][here][there], matrix["metres"][here][there]) == (None, None)
    assert [one.get("access_min") for one in document["sites"] if one["id"] in "AB"] == [3, None]
    assert problem_to_json(problem_from_json(document)) == document


def test_metres_without_minutes_are_no_way_either(asked: Problem) -> None:
    """Sources that do not find a road often give the distance as the crow flies."""
    document = problem_to_json(asked)
    (matrix,) = document["travel"]["matrices"]
    here, there = (matrix["sites"].index(id) for id in ("A", "B"))
    matrix["metres"][here][there] = 1000
    assert problem_from_json(document).ways[CAR].between("A", "B") == (NO_WAY, 0)


@pytest.mark.parametrize("name", ["tables", "tables.xlsx"])
def test_tables_say_it_in_a_column_of_their_own(asked: Problem, tmp_path: Path, name: str) -> None:
    write_tables(asked, tmp_path / name)
    assert problem_to_json(read_tables(tmp_path / name)) == problem_to_json(asked)


def test_a_written_table_says_no_in_words(asked: Problem, tmp_path: Path) -> None:
    write_tables(asked, tmp_path)
    rows = (tmp_path / "trajets.csv").read_text("utf-8-sig").splitlines()
    assert rows[0] == "mode;de;vers;minutes;mètres;chemin;source"
    assert [row for row in rows if "non" in row] == ["voiture;A;B;;;non;given"]
