"""Visits to which no way leads: left out for that reason, reached by another road where there is one."""

from __future__ import annotations

import pytest

from brigade.values.places import Site, TravelMode
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.explanations import why_uncovered
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, problem, visit, without_way, worker

QUICK = SearchSettings(time_limit_s=None, iterations=200, threads=1, prove=False)
BUS = TravelMode.BUS


def solved(asked: Problem) -> Plan:
    found = solve(asked, QUICK).plan
    assert found is not None
    return found


def test_nobody_is_sent_where_no_way_leads() -> None:
    """To the place itself, or home from it."""
    for leg in (("H", "A"), ("A", "H")):
        (left,) = solved(without_way(problem([visit("V1", "A")]), leg)).uncovered
        (why,) = left.reasons
        places = {"mode": "car", "origin": leg[0], "destination": leg[1]}
        assert (why.code, dict(why.values)) == ("no_way", {**places, "workers": ("W1",)})


def test_a_way_over_another_place_is_taken_where_there_is_one() -> None:
    """No way from home to A, but from B, and home from A: V2 is put first, though A lies before B."""
    asked = without_way(problem([visit("V1", "A"), visit("V2", "B")]), ("H", "A"))
    (route,) = solved(asked).routes
    assert [stop.visit_id for stop in route.stops] == ["V2", "V1"]


def test_another_mode_is_the_way_out() -> None:
    """The bus does not get there: a car would."""
    asked = problem([visit("V1", "A")], [worker(mode=BUS)])
    (left,) = solved(without_way(asked, ("H", "A"), mode=BUS)).uncovered
    assert left.action is not None
    assert left.action.code == "lend_car"


def test_time_spent_to_get_in_decides_who_is_late() -> None:
    """From 06:00, H to A 10 min: 06:10 is the latest hour, and four minutes of stairs are too many."""
    visits = [visit("V1", "A", latest="06:10")]
    assert not solved(problem(visits)).uncovered
    (left,) = solved(problem(visits, sites=(Site("H"), Site("A", access=4)))).uncovered
    (why,) = left.reasons
    assert why.code == "arrives_too_late"
    assert dict(why.values)["arrival"] == at("06:14")


def test_what_is_in_the_way_besides_counts_the_time_to_get_in() -> None:
    """At the door by 06:02, and four minutes of stairs from 06:00: a way alone would not do."""
    house = (Site("H"), Site("A", access=4))
    asked = without_way(problem([visit("V1", "A", latest="06:02")], sites=house), ("H", "A"))
    (one,) = why_uncovered(asked, solved(asked), "V1").workers
    assert [it.reason.code for it in one.obstacles] == ["no_way", "arrives_too_late"]


@pytest.mark.parametrize("way", ["none", "long"])
def test_whoever_has_nothing_to_do_needs_no_way_to_where_she_ends(way: str) -> None:
    """Two stays of a quarter and four hours, from H to B over A alone: the plan is lawful with the first one
    empty, though nobody gets from H to B, or not within it."""
    hours = [("06:00", "06:15"), ("08:00", "12:00")]
    asked = problem(
        [visit("V1", "A", earliest="08:00", latest="11:00")],
        [worker(hours=hours, start_site="H", end_site="B")],
    )
    if way == "none":
        asked = without_way(asked, ("H", "B"))
    assert not solved(asked).uncovered
