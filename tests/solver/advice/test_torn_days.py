"""A day that breaks a rule as it is, by waiver or since an event, stands: its stops keep their hours, and
what is tied to them comes at the hours, and by the people, that they leave.

W1 has V1, an hour at A, at 09:00; a limit of half an hour of work a day makes that day a torn one.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from brigade.changes.answers import ObstacleKind, SuggestionKind
from brigade.texts.labour_code import LabourCode
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.advice import AdviceSession, candidates, enact, plan_with, suggest, why_uncovered, would_cover
from solver.advice.obstacles.easing import eased
from tests.builders import at, labour, plan, problem, route, visit, worker

HALF_AN_HOUR = labour(bad={"MAX_DAILY_WORK": 30})
V1 = visit("V1", "A", 60, "08:30", "10:00")


def torn_day(
    other: Visit,
    link: Link,
    people: Sequence[Worker] = (worker("W1"), worker("W2")),
    rules: LabourCode = HALF_AN_HOUR,
) -> tuple[Problem, Plan]:
    given = problem([V1, other], people, links=(link,), rules=rules)
    told = plan(given, route(given, "W1", ("V1", "09:00")))
    assert AdviceSession(given, told).fixed_workers == {"W1"}
    return given, told


def codes(given: Problem, told: Plan) -> list[str]:
    return [one.reason.code for one in why_uncovered(given, told, "V2").of("W2").obstacles]


def names(given: Problem, told: Plan) -> list[str]:
    return [one.worker_id for one in candidates(given, told, "V2").ranked]


def seventy_minutes() -> Link:
    return Link(LinkKind.GAP, "V2", "V1", min_gap=70, together=False)


def test_a_second_carer_comes_to_a_visit_whose_first_has_a_torn_day() -> None:
    """V1 and V2 begin together; nobody but W1 could do V1, and nobody has to."""
    given, told = torn_day(visit("V2", "A", 20, "08:30", "10:00"), Link(LinkKind.SAME_START, "V1", "V2"))
    assert codes(given, told) == ["could_take"]
    assert [one.code for one in why_uncovered(given, told, "V2").summary] == [
        "tied_to_covered",
        "could_take",
        "stands_by_waiver",
    ]
    (found,) = candidates(given, told, "V2").ranked
    assert (found.worker_id, [put.visit_id for put in found.placements]) == ("W2", ["V2"])
    assert plan_with(given, told, found).covered == {"V1", "V2"}
    (add,) = suggest(AdviceSession(given, told), "V2", kinds=[SuggestionKind.ADD])
    assert enact(given, told, add).covered == {"V1", "V2"}


def test_at_hours_that_the_standing_visit_leaves() -> None:
    """V2 by 07:50 at the latest: W2, there from 07:30 and ten minutes away, is in time; from 07:45 she is
    not."""
    wanted = visit("V2", "A", 20, "07:00", "09:00")
    early, late = (
        torn_day(wanted, seventy_minutes(), [worker("W1"), worker("W2", start, "12:00")])
        for start in ("07:30", "07:45")
    )
    assert (codes(*early), names(*early)) == (["could_take"], ["W2"])
    assert (codes(*late), names(*late)) == (["tied_worker"], [])


def test_where_it_leaves_none_the_tie_is_named_and_undone() -> None:
    """V2 begins at 08:00 at the soonest, ten minutes too late for V1 at 09:00."""
    given, told = torn_day(visit("V2", "A", 20, "08:00", "08:20"), seventy_minutes())
    (tied,) = why_uncovered(given, told, "V2").of("W2").obstacles
    assert (tied.kind, tied.reason.code) == (ObstacleKind.TIED, "tied_to_fixed")
    assert (tied.reason.value("other"), tied.reason.value("start")) == ("V1", at("09:00"))
    assert names(given, told) == []
    assert [one.kind for one in would_cover(given, told, "V2")] == [SuggestionKind.SPLIT]
    assert names(eased(given, "V2", "W2", 0, [tied]), told) == ["W2"]


def test_short_hours_beside_the_tie_are_named_too() -> None:
    """Back at 08:30, W2 is there until 08:25."""
    people = [worker("W1"), worker("W2", "07:00", "08:25")]
    given, told = torn_day(visit("V2", "A", 20, "08:00", "08:20"), seventy_minutes(), people)
    found = why_uncovered(given, told, "V2").of("W2").obstacles
    assert sorted(one.reason.code for one in found) == ["back_too_late", "tied_to_fixed"]
    assert names(eased(given, "V2", "W2", 0, found), told) == ["W2"]
    assert not any(names(eased(given, "V2", "W2", 0, [one]), told) for one in found)


@pytest.mark.parametrize(
    ("kind", "said"), [(LinkKind.SAME_WORKER, "link_same_worker"), (LinkKind.DIFFERENT_WORKERS, "could_take")]
)
def test_by_people_that_it_leaves(kind: LinkKind, said: str) -> None:
    given, told = torn_day(visit("V2", "A", 20, "12:00", "14:00"), Link(kind, "V1", "V2", together=False))
    assert codes(given, told) == [said]
    assert names(given, told) == (["W2"] if said == "could_take" else [])


def test_who_is_away_hears_nothing_of_the_torn_day_where_its_hours_suit() -> None:
    people = [worker("W1"), worker("W2", "18:00", "20:00")]
    given, told = torn_day(visit("V2", "A", 20, "07:00", "07:30"), seventy_minutes(), people)
    assert codes(given, told) == ["not_available"]


def test_nothing_that_would_cover_it_adds_to_the_torn_day() -> None:
    """W1 alone: neither undoing the tie nor anything else brings her."""
    given, told = torn_day(visit("V2", "A", 20, "08:00", "08:20"), seventy_minutes(), [worker("W1")])
    assert would_cover(given, told, "V2") == ()


def test_a_day_too_long_as_it_is_keeps_nobody_else_from_being_taken_at_their_word() -> None:
    """W1 is back at 10:10, forty minutes after her hours: W2 takes V2 all the same."""
    given = problem([V1, visit("V2", "B")], [worker("W1", "06:00", "09:30"), worker("W2")])
    told = plan(given, route(given, "W1", ("V1", "09:00")))
    (found,) = candidates(given, told, "V2").ranked
    assert plan_with(given, told, found).stop_of("V2") is not None
    (add,) = suggest(AdviceSession(given, told), "V2", kinds=[SuggestionKind.ADD])
    assert enact(given, told, add).covered == {"V1", "V2"}
