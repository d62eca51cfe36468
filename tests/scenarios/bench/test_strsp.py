"""The technicians' reader and f1: a tiny day reckoned by hand, every rule broken once.

The tiny day (base 0,0; task 1 at 3,4; task 2 at 3,0; nodes 3, 4 the lunches of technicians 1 and 2; C = 100):
    technician 1: task 1 at 100-120 (5 away), lunch 150-210, task 2 at 210-240 (4 away), home at 243 (3 away)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench.sets import strsp
from tests.sayings import refusals

TEXT = """
  2
  2
  0  5  3  10  10

  0 0
  1 0
  1 1
  1 0
  0 1

  0   20   30   60   60
  0  100  200  150  150
1440 160  400  330  330

  90  90
 400 400

 999
 100

 0.000000 0.000000
 3.000000 4.000000
 3.000000 0.000000
"""
Routes = dict[int, list[tuple[int, float]]]
TINY: Routes = {1: [(1, 100), (3, 150), (2, 210)]}


def read(tmp_path: Path, text: str = TEXT) -> strsp.Instance:
    path = tmp_path / "STRSP_C_1_9.txt"
    path.write_text(text.replace("\n", "\r\n"), newline="")
    return strsp.read(path)


def solution(routes: Routes) -> strsp.Solution:
    return strsp.Solution(
        tuple(strsp.Route(who, tuple(strsp.Stop(*stop) for stop in stops)) for who, stops in routes.items())
    )


def codes(instance: strsp.Instance, routes: Routes) -> list[str]:
    return [violation.split()[0] for violation in strsp.evaluate(instance, solution(routes)).violations]


def test_a_file_is_read_section_by_section(tmp_path: Path) -> None:
    assert read(tmp_path) == strsp.Instance(
        name="STRSP_C_1_9",
        tasks=2,
        technicians=2,
        priorities=(0, 5, 3, 10, 10),
        abilities=((False, False), (True, False), (True, True), (True, False), (False, True)),
        durations=(0, 20, 30, 60, 60),
        windows=((0, 1440), (100, 160), (200, 400), (150, 330), (150, 330)),
        shifts=((90, 400), (90, 400)),
        big_m=999,
        travel_divisor=100,
        places=((0, 0), (3, 4), (3, 0)),
    )


def test_the_tiny_day_earns_its_priorities_less_its_travel(tmp_path: Path) -> None:
    """5 + 3 - (5 + 4 + 3) / 100: the lunch's ten points are not counted."""
    result = strsp.evaluate(read(tmp_path), solution(TINY))
    assert result.components == {"priority": 8, "travel": 12, "served": 2}
    assert result.objective == pytest.approx(7.88)
    assert result.violations == []


def test_an_idle_technician_costs_nothing_and_needs_no_lunch(tmp_path: Path) -> None:
    instance = read(tmp_path)
    assert strsp.evaluate(instance, solution({**TINY, 2: []})) == strsp.evaluate(instance, solution(TINY))


def test_travel_is_floored_for_each_technician(tmp_path: Path) -> None:
    """Task 1 at 1,1 and task 2 at 1,-1: 2.83 each, 2 + 2 floored apart where 5.66 together would make 5."""
    text = TEXT.replace("3.000000 4.000000", "1 1").replace("3.000000 0.000000", "1 -1")
    routes: Routes = {1: [(1, 100), (3, 150)], 2: [(4, 150), (2, 220)]}
    result = strsp.evaluate(read(tmp_path, text), solution(routes))
    assert (result.components["travel"], result.violations) == (4, [])


def test_exact_travel_is_not_floored_below_itself(tmp_path: Path) -> None:
    """28.4 + 81.5 + 53.1 is 163, which doubles make 162.99999999999997."""
    text = TEXT.replace("3.000000 4.000000", "17.04 22.72").replace("3.000000 0.000000", "-31.86 -42.48")
    assert strsp.evaluate(read(tmp_path, text), solution(TINY)).components["travel"] == 163


def test_a_task_must_end_within_its_window(tmp_path: Path) -> None:
    """Task 1 lasts 20 and its window closes at 160: 140 is the last start."""
    found = {start: codes(read(tmp_path), {1: [(1, start), (3, 200)]}) for start in (99, 100, 140, 141)}
    assert found == {99: ["WINDOW"], 100: [], 140: [], 141: ["WINDOW"]}


def test_a_lunch_anywhere_on_the_road_still_leaves_the_road(tmp_path: Path) -> None:
    """Task 1 ends at 120, lunch 120-180, four minutes of road: task 2 from 184 on, though lunch ended at
    180."""
    text = TEXT.replace("0  100  200  150  150", "0 100 150 100 100")
    found = {
        start: codes(read(tmp_path, text), {1: [(1, 100), (3, 120), (2, start)]}) for start in (183, 184)
    }
    assert found == {183: ["TRAVEL"], 184: []}


@pytest.mark.parametrize(("closes", "found"), [(243, []), (242, ["SHIFT"])])
def test_home_by_the_end_of_the_shift(tmp_path: Path, closes: int, found: list[str]) -> None:
    assert codes(read(tmp_path, TEXT.replace(" 400 400", f" {closes} 400")), TINY) == found


def test_a_last_lunch_still_owes_the_road_home(tmp_path: Path) -> None:
    """Task 2 alone, 200-230, lunch 230-290, three minutes home."""
    found = {
        closes: codes(read(tmp_path, TEXT.replace(" 400 400", f" {closes} 400")), {1: [(2, 200), (3, 230)]})
        for closes in (292, 293)
    }
    assert found == {292: ["SHIFT"], 293: []}


BROKEN: list[tuple[str, Routes]] = [
    ("UNKNOWN", {**TINY, 3: []}),
    ("UNKNOWN", {**TINY, 2: [(4, 150), (9, 300)]}),
    ("UNKNOWN", {1: [*TINY[1], (4, 300)]}),
    ("DUPLICATE_TASK", {**TINY, 2: [(4, 150), (2, 300)]}),
    ("ABILITY", {2: [(1, 100), (4, 150)]}),
    ("TRAVEL", {1: [(1, 100), (3, 150), (2, 209)]}),
    ("TRAVEL", {1: [(2, 200), (3, 229)]}),
    ("LUNCH", {1: [(1, 100), (2, 210)]}),
    ("LUNCH", {1: [*TINY[1], (3, 250)]}),
    ("WINDOW", {1: [(1, 100), (2, 210), (3, 271)]}),
]


@pytest.mark.parametrize(("code", "routes"), BROKEN)
def test_each_rule_broken_once_is_told_by_its_code(tmp_path: Path, code: str, routes: Routes) -> None:
    assert codes(read(tmp_path), routes) == [code]


def test_nobody_leaves_before_the_shift(tmp_path: Path) -> None:
    """Five minutes from the base: a shift from 95 allows task 1 at 100, from 96 does not."""
    found = {
        opens: codes(read(tmp_path, TEXT.replace("  90  90", f" {opens} 90")), TINY) for opens in (95, 96)
    }
    assert found == {95: [], 96: ["TRAVEL"]}


def test_two_routes_for_one_technician_are_told(tmp_path: Path) -> None:
    doubled = strsp.Solution((*solution(TINY).routes, strsp.Route(1, ())))
    found = strsp.evaluate(read(tmp_path), doubled).violations
    assert [violation.split()[0] for violation in found] == ["DUPLICATE_ROUTE"]


def test_all_wrong_values_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        TEXT.replace("  1 1\n", "  1 2\n")
        .replace("20   30   60", "20   -30   60")
        .replace("1440 160", "1440 16")
    )
    text = text.replace(" 400 400", " 400 4").replace("\n 100\n", "\n 0\n")
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, text)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("B103", "aptitudes du nœud 2"),
        ("B103", "nœud 2"),
        ("B103", "fenêtre du nœud 1"),
        ("B103", "journée du technicien 2"),
        ("B103", "C"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TEXT + " 7", [("B106", "STRSP_C_1_9.txt")]),
        ("", [("B103", "n"), ("B103", "m")]),
        ("0 2.5", [("B103", "n"), ("B103", "m")]),
        (TEXT.replace("999", "many").replace("1440", "1e999"), [("B103", "mot 28"), ("B103", "mot 37")]),
    ],
)
def test_what_is_no_list_of_the_right_numbers_is_refused(
    tmp_path: Path, text: str, found: list[tuple[str, str]]
) -> None:
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, text)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == found
