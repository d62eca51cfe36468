"""Shift patterns in documents and tables: whoever works them has their hours, day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brigade.errors import InvalidProblem
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json, written_out
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.problem_tables import read_tables, write_tables
from brigade.exchange.shapes.problem_shapes import ProblemDocument
from brigade.values.problem import Problem
from tests.builders import MONDAY, labour, problem, visit, worker

MORNING = {"id": "M", "name": "matin", "start": "07:00", "end": "14:00"}
EVENING = {"id": "S", "name": "soir", "start": "14:00", "end": "21:00"}
SPLIT = {
    "id": "C",
    "name": "coupé",
    "start": "08:00",
    "end": "12:00",
    "second_start": "17:00",
    "second_end": "20:00",
}


def document(
    cycle: str, *, days: int = 7, day: date = MONDAY, first: str = "2026-03-09", **more: Any
) -> dict[str, Any]:
    """W1 has no hours of her own in the week from Monday 9 March 2026."""
    told = problem_to_json(
        problem(
            [visit("V1", "A", earliest="08:00", latest="12:00")],
            [worker("W1", hours=())],
            first_day=day,
            days=days,
            rules=labour(mandatory={"DAILY_REST": 660}),
        )
    )
    told["brigade"] |= {
        "shift_patterns": [dict(one) for one in (MORNING, EVENING, SPLIT)],
        "shift_cycles": [{"worker_id": "W1", "first": first, "cycle": cycle, **more}],
    }
    return told


def hours(found: Problem) -> list[str]:
    """As "09 07:00-14:00"."""
    told = [
        [found.horizon.instant(tick).astimezone(found.horizon.zone) for tick in (one.start, one.end)]
        for one in found.worker_by_id["W1"].availability
    ]
    return [f"{start:%d %H:%M}-{end:%H:%M}" for start, end in told]


def test_a_cycle_gives_the_hours_of_its_shifts() -> None:
    """Two mornings, an evening, a day off, a split shift; on the sixth day it begins anew."""
    assert hours(problem_from_json(document("M M S - C"))) == [
        "09 07:00-14:00",
        "10 07:00-14:00",
        "11 14:00-21:00",
        "13 08:00-12:00",
        "13 17:00-20:00",
        "14 07:00-14:00",
        "15 07:00-14:00",
    ]


def test_a_cycle_that_began_before_goes_on() -> None:
    """Begun on Saturday 7 March: Monday is its third day."""
    assert hours(problem_from_json(document("M M S -", first="2026-03-07", days=2))) == ["09 14:00-21:00"]


def test_a_cycle_ends() -> None:
    assert hours(problem_from_json(document("M", last="2026-03-10"))) == ["09 07:00-14:00", "10 07:00-14:00"]


def test_a_shift_may_end_on_the_next_morning() -> None:
    told = document("N - -", days=2)
    told["brigade"]["shift_patterns"].append({"id": "N", "start": "21:00", "end": "07:00"})
    assert hours(problem_from_json(told)) == ["09 21:00-07:00"]


def test_a_shift_keeps_its_wall_clock_when_the_clocks_change() -> None:
    """Sunday 29 March 2026 has 23 hours: the morning begins at 7 h all the same."""
    found = problem_from_json(document("M", day=date(2026, 3, 28), days=2))
    assert hours(found) == ["28 07:00-14:00", "29 07:00-14:00"]


def test_what_is_written_has_hours_and_no_shifts() -> None:
    """Read again with its cycles beside, nothing is written twice."""
    found = problem_from_json(document("M - S -"))
    again = problem_to_json(found)
    assert "shift_cycles" not in again["brigade"]
    told = document("M - S -")
    again["brigade"] |= {name: told["brigade"][name] for name in ("shift_patterns", "shift_cycles")}
    assert problem_to_json(problem_from_json(again)) == problem_to_json(found)


def test_a_document_without_shifts_is_as_before() -> None:
    plain = document("M")
    bare = {name: plain["brigade"][name] for name in ("employers", "workers")}
    assert hours(problem_from_json({**plain, "brigade": bare})) == []


def test_a_morning_after_an_evening_owes_its_rest() -> None:
    """21 h to 7 h are ten hours; eleven are owed. All such days are told at once."""
    with pytest.raises(InvalidProblem) as refused:
        problem_from_json(document("S M"))
    told = [(one.code, str(one.values["day"]), one.values["rest_min"]) for one in refused.value.issues]
    assert told == [("P553", f"2026-03-{day}", 600) for day in (10, 12, 14)]


def test_all_faults_are_told_at_once() -> None:
    told = document("M X", last="2026-03-01")
    told["brigade"]["shift_patterns"][2] |= {"second_start": "11:00"}
    with pytest.raises(InvalidProblem) as refused:
        problem_from_json(told)
    assert [one.code for one in refused.value.issues] == ["P550", "P552", "P551"]


def test_own_hours_that_overlap_a_shift_are_told() -> None:
    told = document("M")
    own = {"start": "2026-03-09T10:00:00+01:00", "end": "2026-03-09T16:00:00+01:00"}
    told["brigade"]["workers"][0]["availability"] = [own]
    with pytest.raises(InvalidProblem) as refused:
        problem_from_json(told)
    assert {one.code for one in refused.value.issues} == {"P206"}


def test_tables_hold_them_as_well(tmp_path: Path) -> None:
    """Two more files beside the tables of a problem."""
    plain = document("M")
    bare = {name: plain["brigade"][name] for name in ("employers", "workers")}
    write_tables(problem_from_json({**plain, "brigade": bare}), tmp_path)
    (tmp_path / "postes.csv").write_text(
        "identifiant;nom;début;fin;début_2;fin_2\nM;matin;07:00;14:00;;\nC;coupé;08:00;12:00;17:00;20:00\n",
        "utf-8",
    )
    (tmp_path / "cycles_de_postes.csv").write_text(
        "intervenant;première;dernière;cycle\nW1;09/03/2026;10/03/2026;M C\n", "utf-8"
    )
    assert hours(read_tables(tmp_path)) == ["09 07:00-14:00", "10 08:00-12:00", "10 17:00-20:00"]


def test_the_hours_can_be_written_out_in_the_document_as_it_came() -> None:
    """For whoever keeps rows of it: hours, and no shifts."""
    told = document("M C")
    out = written_out(told, read_model(ProblemDocument, told))
    assert out["brigade"].keys() == {"employers", "workers"}
    assert problem_to_json(problem_from_json(out)) == problem_to_json(problem_from_json(told))
    plain = written_out(out, read_model(ProblemDocument, out))
    assert plain is out
