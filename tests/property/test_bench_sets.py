"""What is written is read back, plain and gzipped, whatever the names and times; order in a file changes no
cost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.bench.sets import br2008, hhcrsp, strsp, uhhc
from scenarios.bench.sets.records import DATA

NAMES = st.text(max_size=8)
MINUTES = st.integers(-5, 2000)
TIMES = st.floats(-5, 2000) | MINUTES.map(float)
NUMBERS = st.integers(0, 300)


def solutions(module: Any, route: Callable[[Any, Any], Any], who: Any, stop: Any) -> st.SearchStrategy[Any]:
    routes = st.builds(route, who, st.lists(stop, max_size=4).map(tuple))
    return st.builds(module.Solution, st.lists(routes, max_size=4).map(tuple))


FAMILIES: dict[ModuleType, st.SearchStrategy[Any]] = {
    uhhc: solutions(uhhc, uhhc.Route.of, NAMES, st.builds(uhhc.Entry, NAMES, NAMES, MINUTES, MINUTES)),
    hhcrsp: solutions(hhcrsp, hhcrsp.Route, NAMES, st.builds(hhcrsp.Visit, NAMES, NAMES, TIMES, TIMES)),
    br2008: solutions(br2008, br2008.Route, NUMBERS, st.builds(br2008.Visit, NUMBERS, MINUTES)),
    strsp: solutions(strsp, strsp.Route, NUMBERS, st.builds(strsp.Stop, NUMBERS, TIMES)),
}


@pytest.mark.parametrize("module", FAMILIES, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize("ending", [".json", ".json.gz"])
@settings(max_examples=40)
@given(data=st.data())
def test_a_solution_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, module: Any, ending: str, data: st.DataObject
) -> None:
    solution = data.draw(FAMILIES[module])
    path = tmp_path_factory.getbasetemp() / f"round_trip{ending}"
    module.write_solution(path, solution)
    assert module.read_solution(path) == solution
    first = path.read_bytes()
    module.write_solution(path, solution)
    assert path.read_bytes() == first


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_routes_and_entries_in_a_unified_file_changes_no_cost(seed: int) -> None:
    instance = uhhc.read(DATA / "uhhc" / "instances" / "i-235.json.gz")
    solution = uhhc.read_solution(DATA / "uhhc" / "solutions" / "i-235-sa.json")
    draw = random.Random(seed)
    mixed = [uhhc.Route(r.caregiver, tuple(draw.sample(r.entries, len(r.entries)))) for r in solution.routes]
    draw.shuffle(mixed)
    assert uhhc.evaluate(instance, uhhc.Solution(tuple(mixed))) == uhhc.evaluate(instance, solution)


@settings(max_examples=20)
@given(later=st.integers(1, 500))
def test_a_published_day_moved_later_travels_as_much_and_waits_as_much(later: int) -> None:
    """Only what the clock on the wall says can change: windows, lunches, shifts."""
    instance = uhhc.read(DATA / "uhhc" / "instances" / "i-116.json.gz")
    solution = uhhc.read_solution(DATA / "uhhc" / "solutions" / "i-116-sa.json")
    moved = uhhc.Solution(tuple(uhhc.Route(r.caregiver, _later(r, later)) for r in solution.routes))
    before, after = uhhc.evaluate(instance, solution).components, uhhc.evaluate(instance, moved).components
    for name in (
        "travel_time",
        "total_waiting_time",
        "working_time",
        "workload_balance",
        "optional_patients",
    ):
        assert after[name] == before[name]


def _later(route: uhhc.Route, later: int) -> tuple[uhhc.Entry, ...]:
    return tuple(uhhc.Entry(e.patient, e.service, e.start + later, e.end + later) for e in route.entries)


@pytest.mark.parametrize("path", sorted((DATA / "uhhc" / "solutions").iterdir()), ids=lambda path: path.name)
def test_a_published_solution_keeps_its_cost_through_our_own_dialect(path: Path, tmp_path: Path) -> None:
    instance = uhhc.read(DATA / "uhhc" / "instances" / f"{path.name[:5]}.json.gz")
    solution = uhhc.read_solution(path)
    uhhc.write_solution(tmp_path / "ours.json", solution)
    again = uhhc.read_solution(tmp_path / "ours.json")
    assert uhhc.evaluate(instance, again) == uhhc.evaluate(instance, solution)
