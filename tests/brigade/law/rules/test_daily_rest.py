"""DAILY_REST: eleven hours between two duty days, on the clock that never jumps."""

from __future__ import annotations

from datetime import date, time

from brigade.law.rules import daily_rest
from brigade.units import Horizon
from brigade.values.workforce import Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found, past

ELEVEN = labour(mandatory={"DAILY_REST": {"value": 660, "stricter": "higher"}})


def test_eleven_hours_to_the_minute() -> None:
    """Ends 20:00; the next day at 07:00 is 660 min later, at 06:59 it is 659."""
    assert codes(daily_rest, duties([(0, "19:00", 60), (1, "07:00", 60)], ELEVEN, days=2)) == []
    (violation,) = found(daily_rest, duties([(0, "19:00", 60), (1, "06:59", 60)], ELEVEN, days=2))
    assert violation.where == "W1 2026-03-10"
    assert dict(violation.reason.values) == {"rest_min": 659, "limit_min": 660, "before": "2026-03-09"}


def test_a_night_ends_its_duty_day_after_midnight() -> None:
    """Monday 22:00 + 8 h ends Tuesday 06:00; Tuesday 16:59 is 659 min later."""
    assert codes(daily_rest, duties([(0, "22:00", 480), (1, "17:00", 60)], ELEVEN, days=2)) == []
    assert codes(daily_rest, duties([(0, "22:00", 480), (1, "16:59", 60)], ELEVEN, days=2)) == ["daily_rest"]


def test_two_tours_of_one_day_owe_no_rest_between_them() -> None:
    assert codes(daily_rest, duties([(0, "07:00", 60), (0, "18:00", 60)], ELEVEN)) == []


def test_the_last_evening_before_the_horizon_owes_its_rest() -> None:
    """Sunday 21:00-22:00 is ticks -180 to -120; Monday 08:00 is tick 480: 600 min. At 09:00: 660."""
    person = {"counters": Counters(days=(past(date(2026, 3, 8), -180, 60),))}
    assert codes(daily_rest, duties([(0, "08:00", 60)], ELEVEN, person=person)) == ["daily_rest"]
    assert codes(daily_rest, duties([(0, "09:00", 60)], ELEVEN, person=person)) == []


def test_other_work_after_the_horizon_wants_its_rest_too() -> None:
    """The horizon is Monday alone; other work on Tuesday at 06:00 is 600 min after Monday 20:00."""
    person = {"other_work": (elsewhere(1, "06:00", 120),)}
    assert codes(daily_rest, duties([(0, "19:00", 60)], ELEVEN, person=person)) == ["daily_rest"]
    assert codes(daily_rest, duties([(0, "18:00", 60)], ELEVEN, person=person)) == []


def test_a_rest_between_two_days_of_others_is_not_the_plans() -> None:
    """Tuesday 21:00-23:00 and Wednesday 05:00 are both elsewhere; the plan's Monday morning has nothing to do
    with it."""
    person = {"other_work": (elsewhere(1, "21:00", 120), elsewhere(2, "05:00", 120))}
    assert codes(daily_rest, duties([(0, "08:00", 60)], ELEVEN, days=3, person=person)) == []


def test_the_spring_night_loses_an_hour_of_rest() -> None:
    """28 to 29 March 2026: 20:00 to 07:00 is eleven hours on the wall, ten in the body; 08:00 makes
    eleven."""
    horizon = Horizon(date(2026, 3, 28), 2)
    for wall, expected in ((time(7), ["daily_rest"]), (time(8), [])):
        morning = horizon.at(date(2026, 3, 29), wall)
        case = duties([(0, "19:00", 60), (0, morning, 60)], ELEVEN, days=2, first_day=date(2026, 3, 28))
        assert codes(daily_rest, case) == expected


def test_the_autumn_night_gives_an_hour_of_rest() -> None:
    """24 to 25 October 2026: 20:00 to 06:00 is ten hours on the wall, eleven in the body; 05:59 is a minute
    short."""
    horizon = Horizon(date(2026, 10, 24), 2)
    for wall, expected in ((time(6), []), (time(5, 59), ["daily_rest"])):
        morning = horizon.at(date(2026, 10, 25), wall)
        case = duties([(0, "19:00", 60), (0, morning, 60)], ELEVEN, days=2, first_day=date(2026, 10, 24))
        assert codes(daily_rest, case) == expected


def test_the_hosts_of_both_days_have_a_say() -> None:
    """S1 asks 600, S2 asks 660; a rest of 630 between S1's day and S2's is short."""
    rules = labour(
        bad={"DAILY_REST": {"value": 600, "stricter": "higher"}},
        sap={"DAILY_REST": {"value": 660, "stricter": "higher"}},
    )
    spans = [(0, "19:00", 60), (1, "06:30", 60)]
    assert codes(daily_rest, duties(spans, rules, days=2, hosts=("S1", "S1"))) == []
    assert codes(daily_rest, duties(spans, rules, days=2, hosts=("S1", "S2"))) == ["daily_rest"]
    assert codes(daily_rest, duties(spans, rules, days=2, hosts=("S2", "S1"))) == ["daily_rest"]
