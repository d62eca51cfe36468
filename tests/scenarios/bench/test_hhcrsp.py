"""The Kummer / Mankowska reader and cost: a tiny day reckoned by hand, every rule broken once, every sample
read.

The tiny day (rows 0 = depot, 1 = A, 2 = B; not symmetric):
    c1 reaches A at 10, A/s1 20-30 (window from 20), B/s1 at 37-47 (7 late), back: 10 + 7 + 9 = 26
    c2 reaches A at 10, A/s4 45-60 (5 late), back: 10 + 11 = 21;   c3 stays at home
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench.sets import hhcrsp, samples
from tests.sayings import refusals

Routes = dict[str, list[tuple[str, str, float, float]]]
TINY: Routes = {"c1": [("A", "s1", 20, 30), ("B", "s1", 37, 47)], "c2": [("A", "s4", 45, 60)]}


def document() -> dict[str, Any]:
    return {
        "patients": [
            {
                "id": "A",
                "location": [1.5, 2.5],
                "time_window": [20.0, 40.0],
                "required_caregivers": [
                    {"service": "s1", "duration": 10.0},
                    {"service": "s4", "duration": 15.0},
                ],
                "synchronization": {"type": "sequential", "distance": [5, 25]},
            },
            {
                "id": "B",
                "location": [3.5, 4.5],
                "time_window": [10.0, 30.0],
                "required_caregivers": [{"service": "s1", "duration": 10.0}],
            },
        ],
        "services": [{"id": "s1", "default_duration": 10.0}, {"id": "s4", "default_duration": 15.0}],
        "caregivers": [
            {"id": "c1", "abilities": ["s1"]},
            {"id": "c2", "abilities": ["s4"]},
            {"id": "c3", "abilities": ["s1", "s4"]},
        ],
        "central_offices": [{"id": "d", "location": [0.0, 0.0]}],
        "distances": [[0.0, 10.0, 8.0], [11.0, 0.0, 7.0], [9.0, 6.0, 0.0]],
    }


def read(tmp_path: Path, raw: Mapping[str, Any]) -> hhcrsp.Instance:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(raw))
    return hhcrsp.read(path)


def solution(routes: Routes) -> hhcrsp.Solution:
    return hhcrsp.Solution(
        tuple(
            hhcrsp.Route(who, tuple(hhcrsp.Visit(*visit) for visit in visits))
            for who, visits in routes.items()
        )
    )


def codes(instance: hhcrsp.Instance, routes: Routes) -> list[str]:
    return [violation.split()[0] for violation in hhcrsp.evaluate(instance, solution(routes)).violations]


def test_the_tiny_day_costs_a_third_of_travel_lateness_and_worst_lateness(tmp_path: Path) -> None:
    """D = 26 + 21, T = 7 + 5, Tmax = 7: 66 / 3."""
    result = hhcrsp.evaluate(read(tmp_path, document()), solution(TINY))
    assert result.components == {"distance": 47, "tardiness": 12, "max_tardiness": 7}
    assert result.objective == 22
    assert result.violations == []


def test_a_caregiver_without_visits_adds_nothing(tmp_path: Path) -> None:
    instance = read(tmp_path, document())
    assert hhcrsp.evaluate(instance, solution({**TINY, "c3": []})) == hhcrsp.evaluate(
        instance, solution(TINY)
    )


def test_a_patient_with_two_services_is_late_twice(tmp_path: Path) -> None:
    """A/s1 at 50 and A/s4 at 60: 10 + 20 late, and B at 67, 37 late."""
    routes: Routes = {"c1": [("A", "s1", 50, 60), ("B", "s1", 67, 77)], "c2": [("A", "s4", 60, 75)]}
    found = hhcrsp.evaluate(read(tmp_path, document()), solution(routes)).components
    assert (found["tardiness"], found["max_tardiness"]) == (67, 37)


BROKEN: list[tuple[str, Routes]] = [
    ("UNKNOWN", {**TINY, "c9": []}),
    ("UNKNOWN", {**TINY, "c3": [("B", "s4", 20, 35)]}),
    ("UNKNOWN", {**TINY, "c3": [("Z", "s1", 20, 30)]}),
    ("DUPLICATE_SERVICE", {**TINY, "c3": [("B", "s1", 10, 20)]}),
    ("MISSING_SERVICE", {"c1": TINY["c1"]}),
    ("ABILITY", {"c1": TINY["c1"][:1], "c2": [*TINY["c2"], ("B", "s1", 67, 77)]}),
    (
        "EARLY",
        {
            **TINY,
            "c1": [
                ("A", "s1", 19, 29),
                TINY["c1"][1],
            ],
        }
        | {"c2": [("A", "s4", 44, 59)]},
    ),
    ("DURATION", {**TINY, "c2": [("A", "s4", 45, 61)]}),
    ("TRAVEL", {**TINY, "c1": [TINY["c1"][0], ("B", "s1", 36, 46)]}),
    ("SEQUENTIAL", {**TINY, "c2": [("A", "s4", 46, 61)]}),
    ("SEQUENTIAL", {**TINY, "c2": [("A", "s4", 24, 39)]}),
]


@pytest.mark.parametrize(("code", "routes"), BROKEN)
def test_each_rule_broken_once_is_told_by_its_code(tmp_path: Path, code: str, routes: Routes) -> None:
    assert codes(read(tmp_path, document()), routes) == [code]


def test_nobody_is_at_a_door_before_the_road_from_the_depot_allows(tmp_path: Path) -> None:
    raw = document()
    raw["patients"][1]["time_window"] = [0, 30]
    routes: Routes = {"c1": TINY["c1"][:1], "c2": TINY["c2"], "c3": [("B", "s1", 7, 17)]}
    assert codes(read(tmp_path, raw), routes) == ["TRAVEL"]
    assert codes(read(tmp_path, raw), {**routes, "c3": [("B", "s1", 8, 18)]}) == []


def test_two_routes_for_one_caregiver_are_told(tmp_path: Path) -> None:
    doubled = hhcrsp.Solution((*solution(TINY).routes, hhcrsp.Route("c2", ())))
    found = hhcrsp.evaluate(read(tmp_path, document()), doubled).violations
    assert [violation.split()[0] for violation in found] == ["DUPLICATE_ROUTE"]


def test_a_simultaneous_link_wants_equal_starts(tmp_path: Path) -> None:
    raw = document()
    raw["patients"][0]["synchronization"] = {"type": "simultaneous"}
    assert codes(read(tmp_path, raw), TINY) == ["SIMULTANEOUS"]
    assert codes(read(tmp_path, raw), {**TINY, "c2": [("A", "s4", 20, 35)]}) == []


@pytest.mark.parametrize("start", [25, 45])
def test_both_ends_of_a_sequential_link_are_allowed(tmp_path: Path, start: int) -> None:
    assert codes(read(tmp_path, document()), {**TINY, "c2": [("A", "s4", start, start + 15)]}) == []


def test_the_longer_names_of_other_files_are_read_as_well(tmp_path: Path) -> None:
    stop = {"patient_id": "A", "service_id": "s4", "arrival_time": 45.0, "departure_time": 60}
    path = tmp_path / "tiny.sol.json"
    path.write_text(
        json.dumps({"routes": [{"caregiver_id": "c2", "locations": [stop]}], "global_ordering": ["A"]})
    )
    assert hhcrsp.read_solution(path) == solution({"c2": TINY["c2"]})


@pytest.mark.parametrize("path", samples("hhcrsp"), ids=lambda path: path.name)
def test_every_sample_is_read_as_large_as_its_name_says(path: Path) -> None:
    instance = hhcrsp.read(path)
    _, patients, caregivers, *_ = instance.name.split("_")
    assert (len(instance.patients), len(instance.caregivers)) == (int(patients), int(caregivers))
    assert len(instance.distances) == int(patients) + 1
    assert {patient.window[1] - patient.window[0] for patient in instance.patients} == {120}


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    raw = document()
    raw["patients"][0].update(
        time_window=[40, 20], synchronization={"type": "sequential", "distance": [9, 8]}
    )
    raw["patients"][1].update(id="A", required_caregivers=[{"service": "s7"}], location=[1])
    raw["caregivers"][0]["abilities"] = ["s8"]
    raw["caregivers"][1] = {"id": "c3", "abilities": "s4"}
    raw["central_offices"] = []
    raw["distances"] = [[0, 1, -2], [1, 0], "x"]
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, raw)
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B103", "patients[0].time_window"),
        ("B103", "patients[0].synchronization.distance"),
        ("B105", "patients"),
        ("B102", "patients[1].required_caregivers[0]"),
        ("B104", "patients.A.required_caregivers"),
        ("B106", "patients[1].location"),
        ("B104", "caregivers.c1.abilities"),
        ("B105", "caregivers"),
        ("B103", "caregivers[1].abilities"),
        ("B106", "central_offices"),
        ("B103", "distances[0][2]"),
        ("B106", "distances[1]"),
        ("B103", "distances[2]"),
    }


def test_two_services_without_a_link_are_refused(tmp_path: Path) -> None:
    raw = document()
    del raw["patients"][0]["synchronization"]
    raw["patients"][1]["synchronization"] = {"type": "independent"}
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, raw)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("B106", "patients[0]"),
        ("B107", "patients[1].synchronization.type"),
        ("B106", "patients[1]"),
    ]
