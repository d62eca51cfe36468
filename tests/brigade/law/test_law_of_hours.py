"""Hours, nights and interruptions at the shipped values, by checker and kernel alike; each case names its
article."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters
from tests import builders
from tests.builders import at
from tests.duties import Duty, past
from tests.lawful import broken, in_one_tour, on, under

PART_TIME: dict[str, Any] = {"contract": Contract(weekly=24 * 60)}


# -- nights ------------------------------------------------------------------------------------------------
def test_only_work_inside_the_night_is_given_back_under_bad() -> None:
    """BAD V.30.1: 16:00 to 01:00 is nine hours of work, three of them in the night band: 11 h of rest, no
    more."""
    assert broken(under("bad", [(0, "16:00", 540), (1, "12:00", 60)])) == set()
    assert broken(under("bad", [(0, "16:00", 540), (1, "11:59", 60)])) == {"DAILY_REST"}


def test_the_tenth_hour_of_a_whole_night_is_a_night_hour() -> None:
    """BAD V.30.1: 21:00 to 07:00 is ten hours, nine of them the whole band: 2 h beyond eight, 13 h of
    rest."""
    assert broken(under("bad", [(0, "21:00", 600), (1, "20:00", 60)])) == set()
    assert broken(under("bad", [(0, "21:00", 600), (1, "19:59", 60)])) == {"NIGHT_LIMITS"}


def test_all_work_of_a_night_is_given_back_under_sap() -> None:
    """SAP II.2.j art. 2: 16:00 to 01:00 is a night of nine hours: 12 h of rest, until 13:00."""
    assert broken(under("sap", [(0, "16:00", 540), (1, "13:00", 60)])) == set()
    assert broken(under("sap", [(0, "16:00", 540), (1, "12:59", 60)])) == {"NIGHT_LIMITS"}


def test_without_an_agreement_the_night_ends_at_six() -> None:
    """CT L3122-20: from 04:00 two hours are night, so 8 h 01 of work are an ordinary day; from 03:00 three
    hours are."""
    assert broken(under("ct", [(0, "04:00", 300), (0, "10:00", 181)])) == set()
    assert broken(under("ct", [(0, "03:00", 300), (0, "09:00", 181)])) == {"NIGHT_LIMITS"}


@pytest.mark.parametrize(("accords", "most"), [({}, 40), ({"NIGHT_LIMITS.average_week": 44 * 60}, 44)])
def test_the_mean_week_of_a_night_worker(accords: dict[str, int], most: int) -> None:
    """CT L3122-7: 40 h over twelve weeks, L3122-18: up to 44 h by accord. This week's five nights of 8 h are
    40 h."""
    nights: list[Duty] = [(day, "21:00", 480) for day in range(5)]
    before = [most * 60] * 10
    for extra in (0, 1):
        counters = Counters(week_work=(*before, (2 * most - 40) * 60 + extra))
        found = broken(under("ct", nights, accords=accords, person={"counters": counters}))
        assert ("NIGHT_LIMITS" in found) == bool(extra), found


# -- the day of the companies' branch ----------------------------------------------------------------------
def test_the_day_of_companies_is_measured_from_midnight_to_midnight() -> None:
    """SAP II.2.h: twelve hours from 19:00 are five and seven; 22:00 to 07:00 and then five hours are twelve
    on one date."""
    assert broken(under("sap", [(0, "19:00", 720)])) == set()
    assert broken(under("sap", [(0, "22:00", 540), (1, "20:00", 180)])) == set()
    assert broken(under("sap", [(0, "22:00", 540), (1, "20:00", 181)])) == {"MAX_DAILY_WORK"}


def test_a_night_before_the_horizon_fills_its_first_date() -> None:
    """SAP II.2.h: history knows 22:00 to 07:00 with nine hours of work: seven of them lie on the first
    date."""
    known = Counters(days=(past(on("2026-03-08"), -120, 540),))
    assert broken(under("sap", [(0, "20:00", 180)], person={"counters": known})) == set()
    assert broken(under("sap", [(0, "20:00", 181)], person={"counters": known})) == {"MAX_DAILY_WORK"}


def test_an_accord_on_the_day_speaks_of_both_its_measures() -> None:
    long = {"MAX_DAILY_WORK.limit": 660}
    assert broken(under("sap", [(0, "06:30", 660)], accords=long)) == set()
    assert broken(under("sap", [(0, "06:30", 661)], accords=long)) == {"MAX_DAILY_WORK"}


# -- breaks ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("agreement", ["bad", "sap", "ct"])
def test_the_break_is_due_when_work_reaches_six_hours(agreement: str) -> None:
    """CT L3121-16: « dès que le temps de travail quotidien atteint six heures »; BAD V.12.3 says « supérieure
    à »."""
    for last, found in ((179, set()), (180, {"REST_BREAK"})):
        assert broken(in_one_tour(agreement, ("14:30", 180), ("17:30", last))) == found
    assert broken(in_one_tour(agreement, ("14:30", 180), ("17:30", 180), ("20:50", 60))) == set()


# -- interruptions -----------------------------------------------------------------------------------------
def from_home(agreement: str, *clocks: str, long_days: int = 0) -> tuple[Problem, Plan]:
    """Visits of an hour, each a tour of its own from and to home, 20 minutes away."""
    person = {**PART_TIME, "counters": Counters(long_interruptions=long_days)}
    problem, _ = under(agreement, [(0, clock, 60) for clock in clocks], person=person)
    (worker,) = problem.workers
    stays = tuple(
        replace(one, start=one.start - 20, end=one.end + 20, hard_end=one.end + 20)
        for one in worker.availability
    )
    problem = replace(problem, workers=(replace(worker, start_site="C", end_site="C", availability=stays),))
    tours = [builders.route(problem, "W1", (f"V{n}", at(clock)), tour=n) for n, clock in enumerate(clocks)]
    return problem, builders.plan(problem, *tours)


def test_the_ways_home_between_two_tours_are_part_of_the_interruption() -> None:
    """CT L3123-30: two hours at the most, 09:00 to 11:00, of which 40 min are on the way."""
    assert broken(from_home("ct", "08:00", "11:00")) == set()
    assert broken(from_home("ct", "08:00", "11:01")) == {"INTERRUPTIONS"}


def test_the_ways_home_count_towards_five_hours() -> None:
    """BAD V.13: twice 2 h 30 are five hours; a minute more is a long day, and none is left in the
    fortnight."""
    assert broken(from_home("bad", "07:00", "10:30", "14:00", long_days=5)) == set()
    assert broken(from_home("bad", "07:00", "10:30", "14:01", long_days=5)) == {"INTERRUPTIONS"}


def test_the_ways_home_make_an_interruption_long() -> None:
    """SAP II.2.g: at most two of more than two hours; of 2 h 15 the 95 min that are spent at home would not
    be long."""
    assert broken(from_home("sap", "06:00", "09:15", "12:30", "15:30")) == set()
    assert broken(from_home("sap", "06:00", "09:15", "12:30", "15:45")) == {"INTERRUPTIONS"}
