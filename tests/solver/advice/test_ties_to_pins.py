"""A pinned visit keeps its tick: a tie that would move it is in the way of whoever could come, and is said.

W1 has V1 at 09:00, pinned. V2, an hour at A, begins between 08:00 and 08:20, and V1 at least 70 minutes after
it: at 09:10 at the soonest. V1's own hours last until 10:00, so no rule is broken then.
"""

from __future__ import annotations

import pytest

from brigade.changes.answers import ObstacleKind
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.words import say
from solver.advice import why_uncovered
from solver.advice.obstacles.easing import eased
from tests.advice import fits
from tests.builders import at, plan, problem, route, visit, worker

VISITS = [visit("V1", "A", 60, "08:30", "10:00"), visit("V2", "A", 60, "08:00", "08:20")]
PINNED = frozenset({"V1"})


def seventy_minutes(first: str, second: str) -> Link:
    return Link(LinkKind.GAP, first, second, min_gap=70, together=False)


def pinned_day(person: Worker) -> tuple[Problem, Plan]:
    given = problem(VISITS, [worker("W1"), person], links=(seventy_minutes("V2", "V1"),))
    return given, plan(given, route(given, "W1", ("V1", "09:00")), pinned=PINNED)


def codes(given: Problem, told: Plan) -> list[str]:
    return [one.reason.code for one in why_uncovered(given, told, "V2").of("W2").obstacles]


def needed(given: Problem, told: Plan) -> None:
    """All of W2's obstacles carried out let V2 in, and none of them can stay."""
    found = why_uncovered(given, told, "V2").of("W2")

    def possible(*spared: int) -> bool:
        others = [one for place, one in enumerate(found.obstacles) if place not in spared]
        return fits(eased(given, "V2", "W2", found.tour, others), told, "V2", "W2")

    assert possible()
    assert not any(possible(place) for place in range(len(found.obstacles)))


def test_a_pin_that_a_tie_would_move_is_named_with_both_hours() -> None:
    given, told = pinned_day(worker("W2"))
    (only,) = why_uncovered(given, told, "V2").of("W2").obstacles
    assert (only.kind, only.rule) == (ObstacleKind.TIED, "LINK")
    last = why_uncovered(given, told, "V2").summary[-1]
    assert say(last, "en", horizon=given.horizon) == (
        "W2: W1, whose visit is tied to it: V1, pinned at 09:00, would not begin before 09:10"
    )
    assert say(last, "fr", horizon=given.horizon) == (
        "W2 : W1, dont l’intervention est liée : V1, figée à 09:00, ne commencerait qu’à 09:10"
    )
    needed(given, told)


def test_short_hours_do_not_hide_the_pin() -> None:
    """W2, there until 08:30, would be back at 09:10. Forty minutes more alone still move V1."""
    given, told = pinned_day(worker("W2", "07:00", "08:30"))
    assert codes(given, told) == ["back_too_late", "tied_worker"]
    needed(given, told)


def test_nor_does_her_being_busy() -> None:
    """V3 at A from 08:05 to 08:35: both the hours and the tie out of the way, V3 leaves for V2 as well."""
    visits = [*VISITS, visit("V3", "A", 30, "08:05", "08:05")]
    given = problem(
        visits,
        [worker("W1"), worker("W2", "07:00", "08:45")],
        links=(seventy_minutes("V2", "V1"),),
    )
    told = plan(
        given, route(given, "W1", ("V1", "09:00")), route(given, "W2", ("V3", "08:05")), pinned=PINNED
    )
    found = why_uncovered(given, told, "V2").of("W2")
    assert [one.reason.code for one in found.obstacles] == ["back_too_late", "tied_worker", "busy_elsewhere"]
    lifted = eased(given, "V2", "W2", found.tour, found.obstacles)
    assert fits(lifted, told, "V2", "W2", ["V3"])
    assert not fits(lifted, told, "V2", "W2")


def test_who_is_away_hears_of_the_pin_as_well() -> None:
    assert codes(*pinned_day(worker("W2", "18:00", "20:00"))) == ["not_available", "tied_worker"]


def test_her_own_pin_in_another_tour_is_hers() -> None:
    """V1 is W2's own at 09:00, in a tour long after V2, which asks for it 225 minutes after 05:20."""
    person = worker("W2", hours=(("08:50", "12:00"),))
    given = problem(
        [VISITS[0], visit("V2", "A", 60, "05:20", "05:30")],
        [person],
        links=(Link(LinkKind.GAP, "V2", "V1", min_gap=225, together=False),),
    )
    told = plan(given, route(given, "W2", ("V1", "09:00")), pinned=PINNED)
    away, tied = why_uncovered(given, told, "V2").of("W2").obstacles
    assert (away.kind, tied.kind) == (ObstacleKind.AWAY, ObstacleKind.TIED)
    assert say(tied.reason, "en", horizon=given.horizon) == (
        "V1, pinned at 09:00, would not begin before 09:05"
    )


def test_a_pin_behind_the_tied_visit_is_named() -> None:
    """V3, tied to V2, may begin at 09:10, but is over at 10:10 then: V1 after it is pinned at 10:00."""
    visits = [
        visit("V1", "A", 60, "08:30", "11:00"),
        VISITS[1],
        visit("V3", "A", 60, "08:30", "10:00"),
    ]
    given = problem(
        visits, [worker("W1"), worker("W2", "07:00", "08:30")], links=(seventy_minutes("V2", "V3"),)
    )
    told = plan(given, route(given, "W1", ("V3", "08:30"), ("V1", "10:00")), pinned=PINNED)
    late, tied = why_uncovered(given, told, "V2").of("W2").obstacles
    assert late.reason.code == "back_too_late"
    why = tied.reason.value("why")
    assert (why.value("visit"), why.value("pinned_at"), why.value("start")) == (
        "V1",
        at("10:00"),
        at("10:10"),
    )
    needed(given, told)


@pytest.mark.parametrize("pins", [frozenset[str](), PINNED])
def test_a_pin_that_stays_where_it_is_is_in_nobody_s_way(pins: frozenset[str]) -> None:
    """V2 at 07:45 asks for V1 at 08:55 at the soonest: it stands at 09:00, pinned or not."""
    given = problem(
        [VISITS[0], visit("V2", "A", 60, "07:45", "08:20")],
        [worker("W1"), worker("W2")],
        links=(seventy_minutes("V2", "V1"),),
    )
    told = plan(given, route(given, "W1", ("V1", "09:00")), pinned=pins)
    assert codes(given, told) == ["could_take"]
