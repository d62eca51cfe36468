"""The neutral checker of plain days: every rule of such a day, on cases small enough to time by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from brigade.errors import InvalidProblem
from brigade.values.demand import Link, LinkKind
from scenarios.bench.day_generator import DaySize, full_day, plain_day
from scenarios.bench.neutral import judge
from scenarios.bench.plain import PlainDay, PlainVisit, PlainWorker, read_plain
from tests.sayings import refusals

UNIT = 1000
NO_ONE, NOTHING = frozenset[int](), frozenset[int]()


def day() -> PlainDay:
    """One home (site 0) and two places on a line, 10 and 30 from it. A: 100-110, lasts 20; B: 150-160, lasts
    5, needs 1."""
    places = np.array([0, 10, 30])
    visits = (
        PlainVisit("A", 1, 20, 100, 110, NOTHING, 3),
        PlainVisit("B", 2, 5, 150, 160, frozenset({1}), 10),
    )
    worker = PlainWorker("W", 0, "car", 90, 185, frozenset({1}))
    return PlainDay((worker,), visits, {"car": np.abs(places[:, None] - places[None, :])}, UNIT)


def test_travel_counts_the_legs_from_and_to_home() -> None:
    """10 out, 20 between, 30 back; both done, nothing left out."""
    verdict = judge(day(), {"W": ["A", "B"]})
    assert (verdict.faults, verdict.covered, verdict.weight) == ((), 2, 0)
    assert (verdict.travel, verdict.cost, verdict.workers) == (60, 60, 1)


def test_a_visit_left_out_costs_its_weight() -> None:
    """Only A: 10 out and 10 back, B's ten points lost."""
    verdict = judge(day(), {"W": ["A"]})
    assert (verdict.covered, verdict.weight, verdict.travel, verdict.cost) == (1, 10, 20, 10 * UNIT + 20)


def test_a_window_end_is_included_and_not_a_tick_more() -> None:
    """Away at 100, at A at 110: in time. Away at 101: one late."""
    on_time = replace(day(), workers=(replace(day().workers[0], start=100),))
    late = replace(day(), workers=(replace(day().workers[0], start=101),))
    assert judge(on_time, {"W": ["A"]}).faults == ()
    assert judge(late, {"W": ["A"]}).faults == ("A: begins 1 late with W",)


def test_being_home_at_the_end_is_in_time() -> None:
    """B ends at 155 and home is 30 away: 185 will do, 184 will not."""
    early = replace(day(), workers=(replace(day().workers[0], end=184),))
    assert judge(day(), {"W": ["B"]}).faults == ()
    assert judge(early, {"W": ["B"]}).faults == ("W: home 1 after the end",)


def test_a_missing_competency_is_a_fault() -> None:
    untrained = replace(day(), workers=(replace(day().workers[0], can=NO_ONE),))
    assert judge(untrained, {"W": ["A"]}).faults == ()
    assert judge(untrained, {"W": ["B"]}).faults == ("B: W lacks a competency",)


def test_a_visit_done_twice_is_a_fault_and_counts_once() -> None:
    two = replace(day(), workers=(day().workers[0], replace(day().workers[0], id="W2")))
    verdict = judge(two, {"W": ["A"], "W2": ["A"]})
    assert (verdict.faults, verdict.covered, verdict.workers) == (("A: done 2 times",), 1, 2)


@pytest.mark.parametrize(
    ("orders", "fault"), [({"X": ["A"]}, "X: no such worker"), ({"W": ["A", "Z"]}, "Z: no such visit")]
)
def test_strangers_are_faults(orders: dict[str, list[str]], fault: str) -> None:
    assert fault in judge(day(), orders).faults


def test_a_day_that_peers_cannot_model_is_refused_with_every_cause() -> None:
    """A full day: all rules in force and links between visits; a plain one with a link added: the link
    alone."""
    size = DaySize(2, 10)
    with pytest.raises(InvalidProblem) as refused:
        read_plain(full_day(size, 1))
    assert [issue.where for issue in refusals(refused)] == ["rule_sets_off", "links"]
    first, second = (visit.id for visit in plain_day(size, 1).visits[:2])
    tied = replace(plain_day(size, 1), links=(Link(LinkKind.DIFFERENT_WORKERS, first, second),))
    with pytest.raises(InvalidProblem) as refused:
        read_plain(tied)
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [("B201", "links")]
