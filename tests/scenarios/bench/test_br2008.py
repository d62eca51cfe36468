"""Bredstrom & Ronnqvist's reader and cost: a tiny day reckoned by hand, every rule broken once.

The tiny day: visits 1 and 2 are one home's, to start together; visit 3 is elsewhere. Nodes 0 and 4 are the
    depot. staff 1: visit 1 at 20-30, visit 3 at 35-80, home at 88 (10 + 5 + 8)
    staff 2: visit 2 at 20-35, home at 45 (10 + 10)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench.sets import br2008
from tests.sayings import refusals

TEXT = """param NO_Staff = 2

    ;
param NO_Visits = 3 ;
param T_MAX = 100 ;
param nModeOfTravel = 1 ;
set Visit_Demands[1] := 2;
set Visit_Demands[2] := ; # empty
set Visit_Demands[3] := ; # empty

param :     a     b     :=
0      0   100
1     20    40
2     20    40
3     30    60
4      0   100
;

param Duration [*] :=
 1  10   2 15
 3  45
;

param TimeMatrix [*,*,1]
:    0      1       2   :=
0    0     10      10
1   10  10000   10000
2   10  10000   10000
3    8      6       6
4    0     10      10

:    3      4    :=
0    8      0
1    5     10
2    5     10
3 10000     8
4    8      0
;

param BonusMatrix [*,*] (tr)
:     1        2   :=
1   -1.5     2.0
2    4.0    -8.25
3    0.5     1e1
;
"""
Routes = dict[int, list[tuple[int, int]]]
TINY: Routes = {1: [(1, 20), (3, 35)], 2: [(2, 20)]}


def read(tmp_path: Path, text: str = TEXT, name: str = "case_1_20_9_9_1.dat") -> br2008.Instance:
    path = tmp_path / name
    path.write_text(text)
    return br2008.read(path)


def solution(routes: Routes) -> br2008.Solution:
    return br2008.Solution(
        tuple(
            br2008.Route(who, tuple(br2008.Visit(*visit) for visit in visits))
            for who, visits in routes.items()
        )
    )


def codes(instance: br2008.Instance, routes: Routes) -> list[str]:
    return [violation.split()[0] for violation in br2008.evaluate(instance, solution(routes)).violations]


def test_a_file_is_read_as_printed(tmp_path: Path) -> None:
    assert read(tmp_path) == br2008.Instance(
        name="case_1_20_9_9_1",
        staff=2,
        visits=3,
        horizon=100,
        windows=((0, 100), (20, 40), (20, 40), (30, 60), (0, 100)),
        durations=(0, 10, 15, 45, 0),
        printed_durations=(0, 10, 15, 45, 0),
        pairs=((1, 2),),
        travel=(
            (0, 10, 10, 8, 0),
            (10, 10000, 10000, 5, 10),
            (10, 10000, 10000, 5, 10),
            (8, 6, 6, 10000, 8),
            (0, 10, 10, 8, 0),
        ),
        preferences=((0.0, 0.0, 0.0), (0.0, -1.5, 2.0), (0.0, 4.0, -8.25), (0.0, 0.5, 10.0)),
    )


@pytest.mark.parametrize("name", ["case_3_50_9_9_2.dat", "case_1_80_9_9_1.dat.gz"])
def test_papers_08_and_09_count_durations_of_1_4_truncated(tmp_path: Path, name: str) -> None:
    """1.4 x 45 is 62.999... in doubles: 62; the other two are 14 and 21."""
    instance = read(tmp_path, name=name)
    assert (instance.durations, instance.printed_durations) == ((0, 14, 21, 62, 0), (0, 10, 15, 45, 0))


def test_whoever_knows_better_chooses_the_durations(tmp_path: Path) -> None:
    path = tmp_path / "case_3_50_9_9_2.dat"
    path.write_text(TEXT)
    assert br2008.read(path, is_stretched=False).durations == (0, 10, 15, 45, 0)


def test_the_tiny_day_costs_its_travel_or_its_preferences(tmp_path: Path) -> None:
    """23 + 20 units, of which 100 make nine hours; -1.5 + 0.5 for staff 1, -8.25 for staff 2."""
    instance = read(tmp_path)
    travel = br2008.evaluate(instance, solution(TINY))
    assert travel.components == {"travel": 43, "hours": pytest.approx(3.87), "preference": -9.25}
    assert (travel.objective, travel.violations) == (43, [])
    assert br2008.evaluate(instance, solution(TINY), "preference").objective == -9.25


def test_a_person_who_stays_at_home_costs_nothing(tmp_path: Path) -> None:
    text = TEXT.replace("NO_Staff = 2", "NO_Staff = 3").replace(":     1        2   :=", ": 1 2 3 :=")
    for row in ("2.0", "-8.25", "1e1"):
        text = text.replace(f"{row}\n", f"{row} 0\n")
    instance = read(tmp_path, text)
    assert br2008.evaluate(instance, solution({**TINY, 3: []})) == br2008.evaluate(instance, solution(TINY))


BROKEN: list[tuple[str, Routes]] = [
    ("UNKNOWN", {1: TINY[1], 3: TINY[2]}),
    ("UNKNOWN", {**TINY, 2: [(2, 20), (9, 50)]}),
    ("MISSING_VISIT", {1: TINY[1][:1], 2: TINY[2]}),
    ("DUPLICATE_VISIT", {**TINY, 2: [(2, 20), (3, 40)]}),
    ("TRAVEL", {**TINY, 1: [(1, 20), (3, 34)]}),
    ("HORIZON", {**TINY, 1: [(1, 20), (3, 48)]}),
    ("SIMULTANEOUS", {**TINY, 2: [(2, 21)]}),
]


@pytest.mark.parametrize(("code", "routes"), BROKEN)
def test_each_rule_broken_once_is_told_by_its_code(tmp_path: Path, code: str, routes: Routes) -> None:
    assert codes(read(tmp_path), routes) == [code]


@pytest.mark.parametrize(("start", "found"), [(19, ["WINDOW"]), (20, []), (25, []), (26, ["WINDOW"])])
def test_a_start_window_is_hard_at_both_ends_included(tmp_path: Path, start: int, found: list[str]) -> None:
    """Visit 2 alone on its route, window 20-25, its partner dropped."""
    text = TEXT.replace("Visit_Demands[1] := 2", "Visit_Demands[1] :=").replace(
        "2     20    40", "2     20    25"
    )
    assert codes(read(tmp_path, text), {**TINY, 2: [(2, start)]}) == found


def test_two_routes_for_one_person_are_told(tmp_path: Path) -> None:
    doubled = br2008.Solution((*solution(TINY).routes, br2008.Route(2, ())))
    found = br2008.evaluate(read(tmp_path), doubled).violations
    assert [violation.split()[0] for violation in found] == ["DUPLICATE_ROUTE"]


def test_partners_cannot_follow_each_other(tmp_path: Path) -> None:
    assert codes(read(tmp_path), {1: [(1, 20), (2, 20)], 2: [(3, 30)]}) == ["FORBIDDEN_LEG"]


def test_all_faults_of_the_tables_are_told_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("3     30    60", "3     70    60").replace("1  10   2 15", "1  10   2 x")
    text = text.replace("3 10000     8", "3 10000").replace("3    0.5     1e1\n", "")
    text = text.replace("Visit_Demands[1] := 2", "Visit_Demands[1] := 7") + "param T_MAX = 5 ;\nhello ;"
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, text)
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B105", "T_MAX"),
        ("B103", "fichier"),
    }
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, text.split("param T_MAX = 5")[0])
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B103", "windows[3]"),
        ("B103", "Duration[2,value]"),
        ("B106", "TimeMatrix"),
        ("B106", "TimeMatrix[4,3]"),
        ("B106", "BonusMatrix[3,1]"),
        ("B104", "Visit_Demands[1]"),
    }


def test_the_sizes_are_judged_before_the_tables(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as refusal:
        read(tmp_path, "param NO_Staff = 2.5 ; param NO_Visits = 1000000 ;")
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("B103", "NO_Visits"),
        ("B103", "NO_Staff"),
        ("B102", "T_MAX"),
    ]


def test_a_solution_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    path.write_text('{"format": "strsp-solution", "routes": [{"staff": 1, "visits": [{"visit": 1}]}]}')
    with pytest.raises(UnreadableInput) as refusal:
        br2008.read_solution(path)
    assert {(issue.code, issue.where) for issue in refusals(refusal)} == {
        ("B107", "format"),
        ("B102", "routes[0].visits[0]"),
    }
