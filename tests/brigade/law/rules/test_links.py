"""LINK: two carers at one time, gaps, the same or different people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from brigade.law.rules import links
from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind, Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.words import say
from tests.builders import at, plan, problem, route, visit, worker

PEOPLE = [worker("W1"), worker("W2")]


def apart(link: Link, first: str, second: str) -> list[str]:
    """V1 by W1 and V2 by W2, at these times."""
    asked = problem([visit("V1"), visit("V2")], PEOPLE, links=(link,))
    made = plan(asked, route(asked, "W1", ("V1", first)), route(asked, "W2", ("V2", second)))
    return [violation.reason.code for violation in links.check(asked, made)]


def by_one(link: Link) -> list[str]:
    asked = problem([visit("V1"), visit("V2")], PEOPLE, links=(link,))
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:00")))
    return [violation.reason.code for violation in links.check(asked, made)]


def test_two_carers_begin_at_one_tick() -> None:
    link = Link(LinkKind.SAME_START, "V1", "V2")
    assert apart(link, "08:00", "08:00") == []
    assert apart(link, "08:00", "08:01") == ["link_same_start"]
    assert apart(link, "08:01", "08:00") == ["link_same_start"]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("08:59", ["link_min_gap"]),
        ("09:00", []),
        ("10:00", []),
        ("10:01", ["link_max_gap"]),
        ("07:00", ["link_min_gap"]),
    ],
)
def test_a_gap_is_counted_between_starts_its_ends_included(second: str, expected: list[str]) -> None:
    """V1 at 08:00, then 60 to 120 min."""
    assert apart(Link(LinkKind.GAP, "V1", "V2", 60, 120), "08:00", second) == expected


def test_a_gap_without_a_largest_one() -> None:
    assert apart(Link(LinkKind.GAP, "V1", "V2", 60), "08:00", "20:00") == []


def test_the_same_worker_or_different_ones() -> None:
    assert by_one(Link(LinkKind.SAME_WORKER, "V1", "V2")) == []
    assert apart(Link(LinkKind.SAME_WORKER, "V1", "V2"), "08:00", "08:00") == ["link_same_worker"]
    assert apart(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2"), "08:00", "08:00") == []
    assert by_one(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2")) == ["link_different_workers"]


def test_of_two_people_for_one_each_is_named_with_what_she_does() -> None:
    """The sentence is read beside either of them."""
    asked = problem([visit("V1"), visit("V2")], PEOPLE, links=(Link(LinkKind.SAME_WORKER, "V1", "V2"),))
    told = plan(asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W2", ("V2", "08:00")))
    (broken,) = links.check(asked, told)
    assert "the same person (V1: W1, V2: W2)" in say(broken.reason, "en")


@pytest.mark.parametrize("kind", list(LinkKind))
def test_a_tie_to_an_uncovered_visit_binds_nobody(kind: LinkKind) -> None:
    asked = problem([visit("V1"), visit("V2")], PEOPLE, links=(Link(kind, "V1", "V2", together=False),))
    assert list(links.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))) == []


def test_a_visit_that_keeps_its_carer_binds_by_its_start_and_its_worker_does_not() -> None:
    """V2 stays with EMP1 at 09:00."""
    feed = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry("V2", "EMP1", at("09:00")),))
    rota: dict[str, Any] = {"employees": (Employee("EMP1", "S1"),), "rota": (feed,)}

    def found(link: Link, start: str) -> list[str]:
        asked = problem([visit("V1"), visit("V2")], links=(link,), **rota)
        made = plan(asked, route(asked, "W1", ("V1", start)))
        return [violation.reason.code for violation in links.check(asked, made)]

    assert found(Link(LinkKind.SAME_START, "V1", "V2"), "09:00") == []
    assert found(Link(LinkKind.SAME_START, "V1", "V2"), "08:59") == ["link_same_start"]
    assert found(Link(LinkKind.GAP, "V2", "V1", 60), "09:59") == ["link_min_gap"]
    assert found(Link(LinkKind.SAME_WORKER, "V1", "V2"), "09:00") == []


def test_the_place_is_the_covered_side() -> None:
    link = Link(LinkKind.SAME_START, "V1", "V2")
    asked = problem([visit("V1"), visit("V2")], PEOPLE, links=(link,))
    made = plan(asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W2", ("V2", "08:05")))
    (violation,) = links.check(asked, made)
    assert (violation.where, violation.reason.value("apart_min")) == ("W1 2026-03-09 V1", 5)


@pytest.mark.parametrize(("is_away", "expected"), [(True, []), (False, ["link_min_gap"])])
def test_a_visit_whose_carer_is_away_and_whose_client_wants_nobody_ties_nothing(
    is_away: bool, expected: list[str]
) -> None:
    """V1 at 08:00 by E, four hours before V2. E away: V1 does not take place, and V2 may begin at 09:00."""
    away = Absence("A", "S1", "E", AbsenceKind.UNPLANNED, Interval(at("07:00"), at("12:00")), 0)
    asked = problem(
        [visit("V1", wants_replacement=False), visit("V2")],
        employees=(Employee("E", "S1"),),
        rota=(RotaFeed("S1", datetime(2026, 3, 9, tzinfo=UTC), (RotaEntry("V1", "E", at("08:00")),)),),
        absences=(away,) if is_away else (),
        links=(Link(LinkKind.GAP, "V1", "V2", 240, None, together=False),),
    )
    made = plan(asked, route(asked, "W1", ("V2", "09:00")))
    assert [one.reason.code for one in links.check(asked, made)] == expected
