"""What is proposed in place of a name that nobody knows, or of a number out of range."""

from __future__ import annotations

import pytest

from brigade.errors import InvalidPlan
from brigade.values.validation.checks import unknown
from brigade.values.validation.plan_references import refuse_unknown
from brigade.words import say_issue
from tests.builders import problem, visit, worker
from tests.sayings import said_of


@pytest.mark.parametrize(
    ("met", "known", "unseen"),
    [
        ("V1\u200b", "V1", "U+200B"),
        ("V1", "V1\u200b", "U+200B"),
        ("V\u00a01", "V 1", "U+0020, U+00A0"),
        ("V1 ", "V1", "U+0020"),
        ("E\u0301mile", "Émile", "U+0301"),
    ],
)
def test_a_difference_that_cannot_be_seen_is_said_by_its_code_points(
    met: str, known: str, unseen: str
) -> None:
    """A zero-width space, a space of another kind, one too many, an accent written apart from its letter."""
    (issue,) = unknown("E101", "id", (met,), {known, "other"}, "visit")
    assert say_issue(issue, "en").hint == (
        f"did you mean “{known}”? (a difference that cannot be seen: {unseen})"
    )


def test_a_difference_that_can_be_seen_is_left_to_the_reader() -> None:
    (issue,) = unknown("E101", "id", ("v1",), {"V1", "other"}, "visit")
    assert say_issue(issue, "en").hint == "did you mean “V1”?"


@pytest.mark.parametrize(
    ("hours", "hint"),
    [
        ([("08:00", "12:00")], "a number: 0"),
        ([("08:00", "12:00"), ("14:00", "18:00")], "a number: 0 to 1"),
        ([], "give some"),
    ],
)
def test_the_numbers_that_would_do_for_a_tour_are_said(hours: list[tuple[str, str]], hint: str) -> None:
    person = worker("W1", hours=hours) if hours else worker("W1", availability=())
    given = problem([visit("V1")], [person])
    with pytest.raises(InvalidPlan) as refused:
        refuse_unknown(given, [("W1", 3)], [])
    assert [one.hint for one in said_of(refused.value.issues, "en")] == [hint]
