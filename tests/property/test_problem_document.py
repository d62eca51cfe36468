"""A problem written as JSON and read again is the same problem, to the last tick and cent."""

from __future__ import annotations

from hypothesis import given, settings

from brigade.exchange.documents.problem_document import problem_digest, problem_text, read_problem
from brigade.values.problem import Problem
from tests.builders import catalogue, labour
from tests.sameness import differences
from tests.strategies import small_problems


@settings(max_examples=24)
@given(problem=small_problems(fine_ticks=True))
def test_reading_what_was_written_gives_the_same_problem(problem: Problem) -> None:
    text = problem_text(problem)
    again = read_problem(text.encode())
    assert differences(problem, again) == []
    assert problem_text(again) == text
    assert problem_digest(again) == problem_digest(problem)


@settings(max_examples=8)
@given(problem=small_problems(labour=labour({"DAILY_REST": 660}), catalogue=catalogue()))
def test_edited_texts_travel_inside_the_document(problem: Problem) -> None:
    assert differences(problem, read_problem(problem_text(problem).encode())) == []
