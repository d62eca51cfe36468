"""The unified set's reader and cost: a tiny day reckoned by hand, every rule broken once, four published
solutions.

The tiny day, in minutes (matrix rows: 0 = d0, 1 = A, 2 = B and C, 3 = d1; not symmetric):
    c1 leaves d0 at 90, A/s1 100-120, lunch there 140-170 (waits 20), B 180-220 (waits 3), back at 242 (shift
    60-200) c2 leaves d1 at 117, A/s2 130-160, back at d0 at 172 (shift 80-300);   c3 stays at home (shift
    0-100, lunch missed)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench.mapping.uhhc import problem_of
from scenarios.bench.sets import samples, uhhc
from scenarios.bench.sets.records import DATA
from tests.sayings import refusals

Routes = dict[str, list[tuple[str, str, int, int]]]
WEIGHTS: dict[str, int | str] = {
    "travel_time": 1,
    "total_tardiness": 2,
    "highest_tardiness": 3,
    "total_waiting_time": 5,
    "max_waiting_time": 7,
    "total_extra_time": 11,
    "max_idle_time": 13,
    "caregiver_preferences": 17,
    "optional_patients": 19,
    "missed_lunch_break": 23,
    "workload_balance": 29,
    "working_time": 31,
}
LUNCH = ("A", uhhc.LUNCH, 140, 170)
TINY: Routes = {
    "c1": [("A", "s1", 100, 120), LUNCH, ("B", "s1", 180, 220)],
    "c2": [("A", "s2", 130, 160)],
}


def document() -> dict[str, Any]:
    def caregiver(
        name: str, abilities: list[str], start: str, shift: tuple[int, int], lunch: bool
    ) -> dict[str, Any]:
        span = {"start": shift[0], "end": shift[1]}
        ends = {"departing_point": start, "arrival_point": "d0"}
        return {"id": name, "abilities": abilities, "working_shift": span, "lunch_break": lunch, **ends}

    return {
        "metadata": {
            "time_window_met": "at_service_end",
            "cost_components": dict(WEIGHTS),
            "origin": "generated",
        },
        "distances": [[0, 10, 20, 5], [12, 0, 7, 9], [22, 8, 0, 11], [6, 13, 14, 0]],
        "terminal_points": [
            {"id": "d0", "distance_matrix_index": 0},
            {"id": "d1", "distance_matrix_index": 3},
        ],
        "caregivers": [
            caregiver("c1", ["s1", "s2"], "d0", (60, 200), True),
            caregiver("c2", ["s1", "s2"], "d1", (80, 300), False),
            caregiver("c3", ["s2"], "d0", (0, 100), True),
        ],
        "patients": [
            {
                "id": "A",
                "distance_matrix_index": 1,
                "required_services": [{"service": "s1", "duration": 20}, {"service": "s2"}],
                "time_windows": [{"start": 100.0, "end": 150.0}, {"start": 300.0, "end": 350.0}],
                "synchronization": {"type": "sequential", "distance": {"min": 15, "max": 40}},
                "preferred_caregivers": ["c1"],
            },
            {
                "id": "B",
                "distance_matrix_index": 2,
                "required_services": [{"service": "s1", "duration": 40}],
                "time_windows": [{"start": 120, "end": 180}],
                "optional": True,
                "incompatible_caregivers": ["c2"],
            },
            {
                "id": "C",
                "distance_matrix_index": 2,
                "required_services": [{"service": "s2"}],
                "time_windows": [{"start": 0, "end": 400}],
                "optional": True,
            },
        ],
        "services": [
            {"id": "s1", "type": "t0", "default_duration": 99},
            {"id": "s2", "default_duration": 30},
        ],
        "lunch_breaks": {"start": 130, "end": 200, "min_duration": 30},
    }


def read(tmp_path: Path, raw: Mapping[str, Any]) -> uhhc.Instance:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(raw))
    return uhhc.read(path)


def solution(routes: Routes) -> uhhc.Solution:
    return uhhc.Solution(
        tuple(
            uhhc.Route(who, tuple(uhhc.Entry(*entry) for entry in entries)) for who, entries in routes.items()
        )
    )


def codes(instance: uhhc.Instance, routes: Routes) -> list[str]:
    return [violation.split()[0] for violation in uhhc.evaluate(instance, solution(routes)).violations]


def test_whole_numbers_with_the_noise_of_their_computation_are_whole(tmp_path: Path) -> None:
    """401.99999999999994 of a public instance is 402; 401.5 is no distance of the set."""
    for value, whole in (
        (401.99999999999994, 402),
        (402.0000000000001, 402),
        (0.1 * 3 * 10, 3),
        (401.5, None),
        (401.999, None),
    ):
        made = document()
        made["distances"][0][1] = value
        path = tmp_path / "noisy.json"
        path.write_text(json.dumps(made), encoding="utf-8")
        if whole is None:
            with pytest.raises(UnreadableInput):
                uhhc.read(path)
        else:
            assert uhhc.read(path).distances[0][1] == whole


def test_every_component_of_the_tiny_day_is_what_the_hand_finds(tmp_path: Path) -> None:
    """Travel 10+0+7+22 and 13+12; late 220-180 and 160-150; waits 20 and 3; extra 242-200.

    Idle: c1 30+23, c2 37+128, c3 100. Work: 39+60, 25+30, 0; mean 154/3; gaps 47.7, 3.7, 51.3 rounded up.
    """
    result = uhhc.evaluate(read(tmp_path, document()), solution(TINY))
    assert result.components == {
        "travel_time": 64,
        "total_tardiness": 50,
        "highest_tardiness": 40,
        "total_waiting_time": 23,
        "max_waiting_time": 20,
        "total_extra_time": 42,
        "max_idle_time": 165,
        "caregiver_preferences": 1,
        "optional_patients": 1,
        "missed_lunch_break": 1,
        "workload_balance": 48 + 4 + 52,
        "working_time": 154,
        "qualification": 0,
        "incompabilities": 0,
    }
    assert result.objective == 64 + 100 + 120 + 115 + 140 + 462 + 2145 + 17 + 19 + 23 + 3016 + 4774
    assert result.violations == []
    assert result.is_feasible


def test_a_window_met_at_the_start_forgives_what_ends_late(tmp_path: Path) -> None:
    """B starts at 180 and A/s2 at 130: the last minutes of their windows count as on time."""
    raw = document()
    raw["metadata"]["time_window_met"] = "at_service_start"
    assert uhhc.evaluate(read(tmp_path, raw), solution(TINY)).components["total_tardiness"] == 0


def test_lateness_counts_from_the_last_window_begun(tmp_path: Path) -> None:
    """A/s1 at 299 ends at 319: 169 past the first window's end; a minute later it is 30 inside the second."""
    instance = read(tmp_path, document())
    late = {
        start: uhhc.evaluate(instance, solution({"c1": [("A", "s1", start, start + 20)]})).components[
            "total_tardiness"
        ]
        for start in (299, 300)
    }
    assert late == {299: 169, 300: 0}


def test_the_entry_after_a_first_lunch_waits_for_free_but_is_idle(tmp_path: Path) -> None:
    """Lunch at A 130-160, service at 165: five minutes no waiting counts; 60 + 5 + 3 idle (120 to 197)."""
    raw = document()
    raw["caregivers"] = raw["caregivers"][:1]
    raw["patients"][0].pop("preferred_caregivers")
    raw["patients"][1].pop("incompatible_caregivers")
    found = uhhc.evaluate(
        read(tmp_path, raw), solution({"c1": [("A", uhhc.LUNCH, 130, 160), ("A", "s1", 165, 185)]})
    ).components
    assert (found["total_waiting_time"], found["max_waiting_time"], found["max_idle_time"]) == (
        0,
        0,
        60 + 5 + 3,
    )


def test_a_lunch_at_an_unvisited_patients_is_at_the_depot(tmp_path: Path) -> None:
    """Lunch "at C" 130-160 costs no travel; A is reached at 170: 10 + 12 in all."""
    routes: Routes = {"c1": [("C", uhhc.LUNCH, 130, 160), ("A", "s1", 170, 190)]}
    result = uhhc.evaluate(read(tmp_path, document()), solution(routes))
    assert result.components["travel_time"] == 22
    assert [v for v in result.violations if v.startswith("TRAVEL")] == []


def test_a_bazirha_caregiver_leaves_at_shift_start_and_waits_at_the_door(tmp_path: Path) -> None:
    """c1 leaves at 60, stands before A at 70, waits 30 more; c2 leaves at 80, is there at 93, waits 37."""
    raw = document()
    raw["metadata"]["origin"] = "bazirha-caie"
    found = uhhc.evaluate(read(tmp_path, raw), solution(TINY)).components
    assert (found["total_waiting_time"], found["max_waiting_time"]) == (23 + 30 + 37, 37)
    assert found["max_idle_time"] == 165


def test_entries_are_put_in_order_of_start_whatever_the_list_says(tmp_path: Path) -> None:
    instance = read(tmp_path, document())
    backwards = {who: entries[::-1] for who, entries in TINY.items()}
    assert uhhc.evaluate(instance, solution(backwards)) == uhhc.evaluate(instance, solution(TINY))


BROKEN: list[tuple[str, Routes]] = [
    ("UNKNOWN", {**TINY, "c9": []}),
    ("UNKNOWN", {**TINY, "c3": [("C", "s1", 50, 80)]}),
    ("UNKNOWN", {**TINY, "c3": [("Z", "s2", 50, 80)]}),
    ("DUPLICATE_SERVICE", {**TINY, "c3": [("A", "s2", 130, 160)]}),
    ("MISSING_SERVICE", {"c1": TINY["c1"]}),
    ("UNCOVERED", {"c1": [LUNCH, ("B", "s1", 190, 230)]}),
    ("DURATION", {**TINY, "c1": [*TINY["c1"][:2], ("B", "s1", 180, 221)]}),
    ("EARLY", {**TINY, "c1": [("A", "s1", 99, 119), *TINY["c1"][1:]]}),
    ("TRAVEL", {**TINY, "c1": [*TINY["c1"][:2], ("B", "s1", 176, 216)]}),
    ("SEQUENTIAL", {**TINY, "c2": [("A", "s2", 114, 144)]}),
    ("SEQUENTIAL", {**TINY, "c2": [("A", "s2", 141, 171)]}),
    ("LUNCH", {**TINY, "c1": [TINY["c1"][0], ("A", uhhc.LUNCH, 129, 170), TINY["c1"][2]]}),
    ("LUNCH", {**TINY, "c1": [TINY["c1"][0], ("A", uhhc.LUNCH, 171, 201), ("B", "s1", 208, 248)]}),
    ("LUNCH", {**TINY, "c1": [TINY["c1"][0], ("A", uhhc.LUNCH, 140, 169), TINY["c1"][2]]}),
]


@pytest.mark.parametrize(("code", "routes"), BROKEN)
def test_each_rule_broken_once_is_told_by_its_code(tmp_path: Path, code: str, routes: Routes) -> None:
    assert codes(read(tmp_path, document()), routes) == [code]


def test_nobody_lunches_twice(tmp_path: Path) -> None:
    raw = document()
    raw["lunch_breaks"]["end"] = 220
    once: Routes = {**TINY, "c2": [("A", "s2", 130, 160), ("A", uhhc.LUNCH, 160, 190)]}
    twice: Routes = {**once, "c2": [*once["c2"], ("A", uhhc.LUNCH, 190, 220)]}
    assert [codes(read(tmp_path, raw), routes) for routes in (once, twice)] == [[], ["LUNCH"]]


def test_two_routes_for_one_caregiver_are_told(tmp_path: Path) -> None:
    doubled = uhhc.Solution((*solution(TINY).routes, uhhc.Route("c2", ())))
    found = uhhc.evaluate(read(tmp_path, document()), doubled).violations
    assert [violation.split()[0] for violation in found] == ["DUPLICATE_ROUTE"]


@pytest.mark.parametrize("start", [115, 140])
def test_both_ends_of_a_sequential_link_are_allowed(tmp_path: Path, start: int) -> None:
    assert codes(read(tmp_path, document()), {**TINY, "c2": [("A", "s2", start, start + 30)]}) == []


def test_a_simultaneous_link_wants_equal_starts(tmp_path: Path) -> None:
    raw = document()
    raw["patients"][0]["synchronization"] = {"type": "simultaneous"}
    assert codes(read(tmp_path, raw), TINY) == ["SIMULTANEOUS"]
    assert codes(read(tmp_path, raw), {**TINY, "c2": [("A", "s2", 100, 130)]}) == []


def test_leaving_before_the_shift_is_told(tmp_path: Path) -> None:
    """c2 leaves at 117: a shift from 117 allows it, from 118 does not."""
    raw = document()
    raw["caregivers"][1]["working_shift"]["start"] = 117
    assert codes(read(tmp_path, raw), TINY) == []
    raw["caregivers"][1]["working_shift"]["start"] = 118
    assert codes(read(tmp_path, raw), TINY) == ["SHIFT_START"]


def test_a_lunch_where_no_rule_gives_one_is_told(tmp_path: Path) -> None:
    raw = document()
    del raw["lunch_breaks"]
    for caregiver in raw["caregivers"]:
        caregiver["lunch_break"] = False
    assert codes(read(tmp_path, raw), TINY) == ["LUNCH"]


@pytest.mark.parametrize(
    "name", ["total_tardiness", "total_extra_time", "max_idle_time", "caregiver_preferences"]
)
def test_a_hard_component_must_be_zero_and_weighs_one(tmp_path: Path, name: str) -> None:
    raw, soft = document(), uhhc.evaluate(read(tmp_path, document()), solution(TINY))
    raw["metadata"]["cost_components"][name] = uhhc.HARD
    result = uhhc.evaluate(read(tmp_path, raw), solution(TINY))
    assert [violation.split()[:2] for violation in result.violations] == [["HARD", name]]
    assert result.objective == soft.objective - (int(WEIGHTS[name]) - 1) * soft.components[name]


def test_hard_working_time_means_home_by_the_end_of_the_shift(tmp_path: Path) -> None:
    raw = document()
    raw["metadata"]["cost_components"]["working_time"] = uhhc.HARD
    assert codes(read(tmp_path, raw), TINY) == ["SHIFT_END"]
    raw["caregivers"][0]["working_shift"]["end"] = 242
    assert codes(read(tmp_path, raw), TINY) == []


def test_a_rule_without_a_weight_is_hard_and_with_one_is_paid(tmp_path: Path) -> None:
    raw = document()
    raw["caregivers"][1]["abilities"] = ["s1"]
    raw["patients"][0]["incompatible_caregivers"] = ["c2"]
    del raw["metadata"]["cost_components"]["caregiver_preferences"]
    hard = uhhc.evaluate(read(tmp_path, raw), solution(TINY))
    names = [violation.split()[1] for violation in hard.violations]
    assert names == ["caregiver_preferences", "qualification", "incompabilities"]
    raw["metadata"]["cost_components"] |= {
        "caregiver_preferences": 17,
        "qualification": 100,
        "incompabilities": 1000,
    }
    paid = uhhc.evaluate(read(tmp_path, raw), solution(TINY))
    assert paid.violations == []
    assert paid.objective == hard.objective + 1117


@pytest.mark.parametrize(
    ("name", "objective"),
    [("i-116-sa", 17393), ("i-116-cp-sat", 17117), ("i-235-sa", 6021), ("i-235-cp-sat", 4702)],
)
def test_published_solutions_cost_what_their_authors_say(name: str, objective: int) -> None:
    """Simulated annealing files print their parts; the CP-SAT values are those of the set's own validator."""
    path = DATA / "uhhc" / "solutions" / f"{name}.json"
    instance = uhhc.read(DATA / "uhhc" / "instances" / f"{name[:5]}.json.gz")
    result = uhhc.evaluate(instance, uhhc.read_solution(path))
    assert (result.objective, result.violations) == (objective, [])
    aliases = {"preferences": "caregiver_preferences", "unscheduled": "optional_patients"}
    for part, cost in json.loads(path.read_text())["cost_components"].items():
        component = aliases.get(part, part)
        assert result.components[component] * int(instance.weights[component]) == cost, part


def test_every_sample_is_read_with_all_its_people() -> None:
    sizes = {path.name[:5]: uhhc.read(path) for path in samples("uhhc")}
    assert {name: (len(day.patients), len(day.caregivers)) for name, day in sizes.items()} == {
        "i-083": (70, 11),
        "i-116": (10, 4),
        "i-235": (25, 6),
        "i-263": (250, 42),
        "i-272": (170, 26),
        "i-406": (100, 18),
    }


def test_what_the_authors_reader_lets_a_file_leave_out_is_read_as_they_do(tmp_path: Path) -> None:
    """The day of the other tests in the older words, without what has a default: the same but for the
    shifts."""
    raw, whole = document(), read(tmp_path, document())
    for name in ("time_window_met", "cost_components"):
        del raw["metadata"][name]
    for caregiver in raw["caregivers"]:
        caregiver["starting_point_id"] = caregiver.pop("departing_point")
    del raw["caregivers"][0]["working_shift"], raw["caregivers"][0]["arrival_point"]
    raw["caregivers"][1]["working_shift"] = [80, 300]
    raw["caregivers"][2] |= {"working_shift": None, "abilities": None}
    for patient in raw["patients"]:
        patient["required_caregivers"] = patient.pop("required_services")
    raw["patients"][0]["synchronization"]["distance"] = [15, 40]
    raw["patients"][1]["time_window"] = [120, 180]
    del raw["patients"][1]["time_windows"]
    found = read(tmp_path, raw)
    assert (found.time_window_met, found.weights) == ("at_service_start", {})
    assert [one.shift for one in found.caregivers] == [None, uhhc.Span(80, 300), None]
    assert (found.caregivers[0].arrival, found.caregivers[2].abilities) == (0, frozenset())
    assert found.patients == whole.patients
    raw["patients"][0]["synchronization"]["distance"] = 15
    assert read(tmp_path, raw).patients[0].synchronization == uhhc.Synchronization("sequential", 15, 15)


def test_who_has_no_shift_works_any_time_and_none_is_overtime(tmp_path: Path) -> None:
    raw = document()
    raw["metadata"]["cost_components"] = {"travel_time": 1, "total_extra_time": 11}
    raw["caregivers"][0] |= {"working_shift": None, "lunch_break": False}
    raw["caregivers"][2]["lunch_break"] = False
    instance = read(tmp_path, raw)
    late = {"c1": [("B", "s1", 900, 940)]}
    result = uhhc.evaluate(instance, solution(late))
    assert result.components["total_extra_time"] == 0
    assert "SHIFT_START" not in codes(instance, late)
    asked = problem_of(instance)
    stay = asked.workers[0].availability[0]
    assert (stay.start, stay.end, stay.hard_end) == (0, asked.horizon.length, asked.horizon.length)


def test_a_missing_shift_that_counts_is_refused_by_name(tmp_path: Path) -> None:
    raw = document()
    raw["metadata"]["cost_components"]["max_idle_time"] = 1
    del raw["caregivers"][0]["working_shift"]
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, raw)
    (issue,) = refusals(refusal)
    assert (issue.code, issue.where) == ("B102", "caregivers.c1.working_shift")
    assert "max_idle_time" in issue.hint


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    raw = document()
    raw["metadata"]["time_window_met"] = "whenever"
    raw["metadata"]["cost_components"]["beauty"] = 3
    raw["distances"][1] = [1, 2]
    raw["distances"][2][0] = 1.5
    raw["caregivers"][0]["working_shift"] = {"start": 300, "end": 200}
    raw["caregivers"][1]["arrival_point"] = "d7"
    raw["caregivers"][2]["abilities"] = ["s9"]
    raw["patients"][0]["synchronization"]["distance"] = {"min": 50, "max": 40}
    raw["patients"][1].update(id="A", distance_matrix_index=8, incompatible_caregivers=["c8"])
    raw["patients"][1]["required_services"] = [{"service": "s1"}, {"service": "s1", "duration": -4}]
    raw["patients"][2].update(time_windows=[], required_services=[{"service": "s7"}], optional="no")
    del raw["patients"][2]["id"]
    del raw["lunch_breaks"]["min_duration"]
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, raw)
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B107", "metadata.time_window_met"),
        ("B107", "metadata.cost_components.beauty"),
        ("B106", "distances[1]"),
        ("B103", "distances[2][0]"),
        ("B103", "caregivers[0].working_shift"),
        ("B104", "caregivers[1].arrival_point"),
        ("B104", "caregivers.c3.abilities"),
        ("B103", "patients[0].synchronization.distance"),
        ("B105", "patients"),
        ("B104", "patients[1].distance_matrix_index"),
        ("B104", "patients.A.incompatible_caregivers"),
        ("B103", "patients[1].required_services[1].duration"),
        ("B105", "patients.A.required_services"),
        ("B102", "patients[2].time_windows"),
        ("B102", "patients[2].required_services[0]"),
        ("B104", "patients..required_services"),
        ("B103", "patients[2].optional"),
        ("B102", "patients[2]"),
        ("B102", "lunch_breaks"),
    }


def test_a_solution_with_faults_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    path.write_text('{"routes": [{"locations": [{"patient": 3, "service": "s1", "arrival_time": 1.5}]}]}')
    with pytest.raises(UnreadableInput) as refusal:
        uhhc.read_solution(path)
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B102", "routes[0]"),
        ("B103", "routes[0].locations[0].patient"),
        ("B103", "routes[0].locations[0].arrival_time"),
        ("B102", "routes[0].locations[0]"),
    }
