"""What a work block can get wrong: all of it is told at once, and once for the block, not for each seat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.errors import InvalidProblem
from brigade.units import TimeWindow
from brigade.values.demand import WorkBlock
from tests.builders import block, problem, visit, worker


def faults_of(*blocks: WorkBlock) -> list[tuple[str, str]]:
    with pytest.raises(InvalidProblem) as refused:
        problem([visit("V1")], [worker("W1"), worker("W2", home=None)], blocks=blocks)
    return sorted((issue.code, issue.where) for issue in refused.value.issues)


def test_every_fault_of_a_block_is_told_at_once() -> None:
    wrong = replace(
        block("R1", ["W1", "W9"], 0, site="Z", at_least=3, funding_line_id="F9"),
        windows=(TimeWindow(900, 800, 800), TimeWindow.hard(700, 5000)),
    )
    assert faults_of(wrong) == [
        ("P102", "work_blocks.R1.funding_line_id"),
        ("P102", "work_blocks.R1.participants"),
        ("P102", "work_blocks.R1.site_id"),
        ("P103", "work_blocks.R1.duration"),
        ("P104", "work_blocks.R1.windows[0]"),
        ("P105", "work_blocks.R1.windows[1]"),
        ("P106", "work_blocks.R1.windows[1]"),
        ("P541", "work_blocks.R1.at_least"),
    ]


def test_a_block_needs_somebody_an_hour_and_a_name_of_its_own() -> None:
    assert faults_of(replace(block("R1", []), windows=())) == [
        ("P104", "work_blocks.R1.windows"),
        ("P540", "work_blocks.R1.participants"),
    ]
    twice = faults_of(block("R1"), block("R1"))
    assert ("P101", "work_blocks.R1") in twice
    assert faults_of(block("a;b"))[0] == ("P004", "work_blocks[0].id")
    # The number of a seat comes behind it.
    assert faults_of(block("R" * 119))[0] == ("P004", "work_blocks[0].id")


def test_who_attends_without_a_place_needs_a_start_place() -> None:
    """W2 has none: the ways before and after would take nothing."""
    assert faults_of(block("R1", ["W1", "W2"], site=None)) == [("P542", "work_blocks.R1.site_id")]
    problem([], [worker("W1")], blocks=[block("R1", ["W1"], site=None)])


def test_a_seat_of_the_same_name_as_a_visit_is_told() -> None:
    with pytest.raises(InvalidProblem) as refused:
        problem([visit("R1:1")], blocks=[block("R1")])
    assert ("P101", "visits.R1:1") in {(issue.code, issue.where) for issue in refused.value.issues}
