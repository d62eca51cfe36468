"""MAX_AVG_12W: 44 hours a week over any twelve weeks in a row."""

from __future__ import annotations

from brigade.law.rules import max_avg_12w
from brigade.values.workforce import Counters
from tests.builders import labour
from tests.duties import codes, duties, found

MEAN = labour(mandatory={"MAX_AVG_12W": 2640})
FULL = 2640


def test_the_mean_of_twelve_weeks_at_the_limit() -> None:
    """11 x 2640 + 2640 = 12 x 2640; one more minute is over, although the week itself is short of 48 h."""
    history = {"counters": Counters(week_work=(FULL,) * 11)}
    days = [(day, "06:00", 528) for day in range(5)]
    assert codes(max_avg_12w, duties(days, MEAN, days=7, person=history)) == []
    (violation,) = found(max_avg_12w, duties([*days[:4], (4, "06:00", 529)], MEAN, days=7, person=history))
    assert violation.where == "W1 2026-W11"
    assert dict(violation.reason.values) == {"mean_min": 2640.1, "limit_min": 2640, "weeks": 12}


def test_the_second_week_of_the_horizon_forgets_the_oldest() -> None:
    """History 0 then 10 x 2640; weeks 11 and 12 of 2640 + 2640: mean 2640 for week 12. With 12 x 2640 + 1:
    over."""
    counters = Counters(week_work=(0,) + (FULL,) * 10)
    weeks = [(day, "06:00", 528) for day in (0, 1, 2, 3, 4, 7, 8, 9, 10)]
    assert (
        codes(max_avg_12w, duties([*weeks, (11, "06:00", 528)], MEAN, days=12, person={"counters": counters}))
        == []
    )
    case = duties([*weeks, (11, "06:00", 529)], MEAN, days=12, person={"counters": counters})
    assert [violation.where for violation in found(max_avg_12w, case)] == ["W1 2026-W12"]


def test_weeks_nobody_knows_of_count_as_none() -> None:
    """Ten known weeks of 2640 and this one of 2 x 2640 = 12 x 2640."""
    days = [(day, "06:00", 880) for day in range(6)]
    counters = Counters(week_work=(FULL,) * 10)
    assert codes(max_avg_12w, duties(days, MEAN, days=7, person={"counters": counters})) == []


def test_the_rule_set_names_the_number_of_weeks() -> None:
    """Over two weeks: 2640 before and 2641 now."""
    rules = labour(mandatory={"MAX_AVG_12W": 2640, "MAX_AVG_12W.weeks": {"value": 2, "unit": "weeks"}})
    counters = {"counters": Counters(week_work=(FULL,))}
    days = [(day, "06:00", 528) for day in range(4)]
    assert codes(max_avg_12w, duties([*days, (4, "06:00", 528)], rules, days=7, person=counters)) == []
    assert codes(max_avg_12w, duties([*days, (4, "06:00", 529)], rules, days=7, person=counters)) == [
        "max_avg_12w"
    ]
