"""HOLIDAY_RHYTHM: every other public holiday at most; on 1 May only essential acts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brigade.law.rules import holiday_rhythm
from brigade.timing.plan_timing import retime
from brigade.values.demand import ActClass
from brigade.values.places import Basin, Site
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Counters
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import LINE, at, labour, plan, problem, route, visit, worker
from tests.duties import codes, duties, found

BAD = labour(bad={"HOLIDAY_RHYTHM.max_in_row": {"value": 1, "unit": "count"}})
MAY_FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
MAY = labour(mandatory={"HOLIDAY_RHYTHM.may_first_essential_only": MAY_FLAG})
EASTER_MONDAY, MAY_FIRST, MAY_EIGHTH, ASCENSION = (
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
)


def on(day: date, rules: Any, *before: date, **visits: Any) -> tuple[Problem, Plan]:
    person = {"counters": Counters(holidays_worked=frozenset(before))}
    return duties([(0, "08:00", 60)], rules, first_day=day, person=person, visits=visits)


def test_the_holiday_before_was_worked() -> None:
    """8 May follows 1 May in the calendar; Easter Monday comes before both."""
    (violation,) = found(holiday_rhythm, on(MAY_EIGHTH, BAD, MAY_FIRST))
    assert violation.reason.code == "holiday_rhythm_in_row"
    assert dict(violation.reason.values) == {"holidays": 2, "limit": 1}
    assert codes(holiday_rhythm, on(MAY_EIGHTH, BAD, EASTER_MONDAY)) == []


def test_two_holidays_of_one_horizon() -> None:
    """8 May and Ascension, 14 May, follow each other."""
    case = duties([(0, "08:00", 60), (6, "08:00", 60)], BAD, days=7, first_day=MAY_EIGHTH)
    assert [violation.where for violation in found(holiday_rhythm, case)] == [
        "W1 2026-05-08",
        "W1 2026-05-14",
    ]
    assert case[0].day_of(6 * 1440) == ASCENSION


def test_an_ordinary_day_between_holidays_is_free_of_it() -> None:
    assert codes(holiday_rhythm, on(date(2026, 5, 7), BAD, MAY_FIRST)) == []


def test_the_turn_of_the_year_is_no_border() -> None:
    """Christmas 2026 is followed by New Year 2027."""
    assert codes(holiday_rhythm, on(date(2027, 1, 1), BAD, date(2026, 12, 25))) == ["holiday_rhythm_in_row"]


def test_alsace_has_a_holiday_more_in_between() -> None:
    """In the Haut-Rhin 26 December comes between Christmas and New Year."""
    person = {"counters": Counters(holidays_worked=frozenset({date(2026, 12, 25)}))}
    basin = Basin("B2", "Colmar", "68")
    case = duties([(0, "08:00", 60)], BAD, first_day=date(2027, 1, 1), person=person, basin=basin)
    assert codes(holiday_rhythm, case) == []


def test_the_first_of_may_keeps_the_essential_acts() -> None:
    assert codes(holiday_rhythm, on(MAY_FIRST, MAY, act_class=ActClass.ESSENTIAL)) == []
    (violation,) = found(holiday_rhythm, on(MAY_FIRST, MAY, act_class=ActClass.ORDINARY))
    assert violation.reason.code == "holiday_rhythm_may_first"
    assert violation.reason.value("visit") == "V0"
    assert codes(holiday_rhythm, on(MAY_EIGHTH, MAY, act_class=ActClass.ORDINARY)) == []


def test_the_first_of_may_is_judged_by_the_host_of_the_visit() -> None:
    """S1's text keeps 1 May to essential acts, S2's does not. An ordinary visit at S2's stands whatever else
    the day holds, for the checker, the timing and the search."""
    rules = labour(bad={"HOLIDAY_RHYTHM.may_first_essential_only": MAY_FLAG})
    ordinary: dict[str, Any] = {"first_day": MAY_FIRST, "visits": {"act_class": ActClass.ORDINARY}}
    for second, forbidden in (("S1", ["V1"]), ("S2", [])):
        asked, made = duties([(0, "08:00", 60), (0, "10:00", 60)], rules, hosts=("S2", second), **ordinary)
        assert [one.reason.value("visit") for one in holiday_rhythm.check(asked, made)] == forbidden
        timed = retime(asked, {("W1", 0): ["V0"], ("W1", 1): ["V1"]})
        assert [one.where.rpartition(".")[2] for one in timed.issues] == forbidden
        search = Search(build_model(asked).arrays, 1)
        assert search.load([[0], []])
        assert search.load([[0], [1]]) == (not forbidden)


def test_the_first_of_may_begins_at_midnight() -> None:
    """30 April 23:00 + 60 min ends at midnight; + 61 reaches into 1 May."""
    last_of_april: dict[str, Any] = {
        "first_day": date(2026, 4, 30),
        "visits": {"act_class": ActClass.ORDINARY},
    }
    assert codes(holiday_rhythm, duties([(0, "23:00", 60)], MAY, **last_of_april)) == []
    assert codes(holiday_rhythm, duties([(0, "23:00", 61)], MAY, **last_of_april)) == [
        "holiday_rhythm_may_first"
    ]


# -- where the work is done --------------------------------------------------------------------------------
GOOD_FRIDAY, CHRISTMAS, SECOND_DAY, NEW_YEAR = (
    date(2026, 4, 3),
    date(2026, 12, 25),
    date(2026, 12, 26),
    date(2027, 1, 1),
)


@pytest.mark.parametrize(
    ("basin", "commune", "day", "before", "rows"),
    [
        ("57", "57463", EASTER_MONDAY, GOOD_FRIDAY, [2]),
        ("57", "54395", SECOND_DAY, CHRISTMAS, []),  # an ordinary Saturday in Nancy
        ("54", "57463", SECOND_DAY, CHRISTMAS, [2]),  # a holiday in Metz, though not where the basin is
        ("54", "54395", NEW_YEAR, CHRISTMAS, [2]),
        ("57", "54395", NEW_YEAR, CHRISTMAS, []),  # the basin's 26 December, not worked, lies between
        ("54", "57463", NEW_YEAR, SECOND_DAY, [2]),
    ],
)
def test_a_holiday_is_worked_where_it_is_one(
    basin: str, commune: str, day: date, before: date, rows: list[int]
) -> None:
    person = {"counters": Counters(holidays_worked=frozenset({before}))}
    more: dict[str, Any] = {
        "sites": tuple(Site(id, commune) for id in LINE),
        "basin": Basin("B1", "x", basin),
    }
    asked, made = duties([(0, "08:00", 60)], BAD, first_day=day, person=person, **more)
    assert [dict(one.reason.values)["holidays"] for one in holiday_rhythm.check(asked, made)] == rows
    assert Search(build_model(asked).arrays, 1).load([[0]]) == (not rows)


def test_an_ordinary_friday_across_the_border_is_no_holiday_before_easter_monday() -> None:
    """Good Friday in Nancy, Easter Monday in Metz, of one horizon; both in Metz are two in a row."""
    for friday, expected in (("54395", []), ("57463", ["holiday_rhythm_in_row"] * 2)):
        sites = (Site("H", friday), Site("A", "57463"), *(Site(id, "57463") for id in ("B", "C", "D")))
        visits = [visit("V0", "H", 60, "08:00", "08:00"), visit("V1", "A", 60, "08:00", "08:00", day=3)]
        person = worker("W1", home=None, hours=[(at("08:00", day), at("09:00", day)) for day in (0, 3)])
        asked = problem(
            visits,
            [person],
            rules=BAD,
            first_day=GOOD_FRIDAY,
            days=4,
            sites=sites,
            basin=Basin("B1", "x", "57"),
        )
        tours = (route(asked, "W1", (f"V{n}", at("08:00", day)), tour=n) for n, day in enumerate((0, 3)))
        assert codes(holiday_rhythm, (asked, plan(asked, *tours))) == expected
