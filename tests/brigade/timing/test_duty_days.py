"""What counts as work in a duty day, a week, a fortnight: docs/design.md §3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from brigade.texts.labour_code import LabourCode
from brigade.timing.duty_days import (
    WorkDay,
    by_fortnight,
    by_week,
    day_rules,
    engagement_of,
    fortnight_of,
    hosts_met,
    minutes_of,
    monday_of,
    night_ticks,
    planned_weeks,
    timeline,
    work_days,
)
from brigade.units import Interval, TimeWindow
from brigade.values.workforce import Counters, Engagement, EngagementStatus, PastDay
from tests.builders import MONDAY, at, labour, plan, problem, route, visit, worker

SHORT = {
    "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
    "TRAVEL_IS_WORK": {"value": 1, "unit": "flag"},
}
NIGHT = {
    "NIGHT_WINDOW.from": {"value": 1320, "unit": "min_of_day"},
    "NIGHT_WINDOW.to": {"value": 420, "unit": "min_of_day"},
}


def usual() -> LabourCode:
    return labour(bad=SHORT)


def test_service_and_travel_between_visits_are_work_and_home_legs_are_not() -> None:
    """60 + 10 + 60 = 130; the 10 min from home and the 20 back are commute."""
    asked = problem([visit("V1", "A"), visit("V2", "B")], rules=usual())
    (day,) = work_days(
        asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:10"))), asked.workers[0]
    )
    assert (day.work, day.start, day.end, day.span) == (130, at("08:00"), at("10:10"), 130)
    assert (day.day, day.planned) == (MONDAY, True)
    assert day.hosts == {"S1"}


def test_travel_is_no_work_where_no_text_says_so() -> None:
    asked = problem([visit("V1", "A"), visit("V2", "B")])
    (day,) = work_days(
        asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:10"))), asked.workers[0]
    )
    assert day.work == 120


@pytest.mark.parametrize(("start", "work", "interruptions"), [("09:24", 144, ()), ("09:25", 130, (15,))])
def test_a_wait_is_work_below_the_short_gap_and_an_interruption_from_it_on(
    start: str, work: int, interruptions: tuple[int, ...]
) -> None:
    """B is reached at 09:10: 14 min of waiting are paid, 15 interrupt."""
    asked = problem([visit("V1", "A"), visit("V2", "B")], rules=usual())
    (day,) = work_days(
        asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", start))), asked.workers[0]
    )
    assert (day.work, day.interruptions) == (work, interruptions)


def test_without_a_short_gap_every_wait_interrupts() -> None:
    asked = problem([visit("V1", "A"), visit("V2", "B")])
    (day,) = work_days(
        asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:11"))), asked.workers[0]
    )
    assert day.interruptions == (1,)


def test_a_pause_is_neither_work_nor_interruption() -> None:
    """Reached at 09:10, pause until 09:40, then 10 min of waiting: 60 + 10 + 10 + 60."""
    asked = problem([visit("V1", "A"), visit("V2", "B")], rules=usual())
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:50", 30)))
    (day,) = work_days(asked, made, asked.workers[0])
    assert (day.work, day.interruptions) == (140, ())


@pytest.mark.parametrize(("second", "interruptions"), [("09:14", ()), ("09:15", (15,))])
def test_free_time_between_two_tours_interrupts_from_the_short_gap_on(
    second: str, interruptions: tuple[int, ...]
) -> None:
    """From 09:00 to 09:14 it is 14 min, to 09:15 it is 15: the ways home and back, ten minutes each, do not
    count. (Neither is lawful: she is not yet back when she leaves. A broken plan is measured all the
    same.)"""
    hours = (("06:00", "09:00"), ("09:30", "20:00"))
    asked = problem([visit("V1", "A"), visit("V2", "A")], [worker(hours=hours)], rules=usual())
    tours = route(asked, "W1", ("V1", "08:00")), route(asked, "W1", ("V2", second), tour=1)
    (day,) = work_days(asked, plan(asked, *tours), asked.workers[0])
    assert (day.work, day.interruptions) == (120, interruptions)


def test_work_elsewhere_on_that_date_counts_in_the_day() -> None:
    """Another employer 18:00-20:00: 60 + 120 of work, from 08:00 to 20:00."""
    both = worker(end="12:00", other_work=(Interval(at("18:00"), at("20:00")),))
    asked = problem([visit("V1", "A")], [both])
    (day,) = work_days(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))), both)
    assert (day.work, day.start, day.end) == (180, at("08:00"), at("20:00"))


def test_work_elsewhere_alone_is_a_day_of_the_timeline_only() -> None:
    both = worker(end="12:00", other_work=(Interval(at("18:00", 1), at("20:00", 1)),))
    asked = problem([visit("V1", "A")], [both], days=2)
    made = plan(asked, route(asked, "W1", ("V1", "08:00")))
    assert [day.day.day for day in work_days(asked, made, both)] == [9]
    days = timeline(asked, made, both)
    assert [(day.day.day, day.work, day.planned) for day in days] == [(9, 60, True), (10, 120, False)]


def test_history_comes_first_in_the_timeline() -> None:
    past = PastDay(date(2026, 3, 8), at("08:00", -1), at("18:00", -1), 420)
    known = worker(counters=Counters(days=(past,)))
    asked = problem([visit("V1", "A")], [known])
    days = timeline(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))), known)
    assert [(day.day, day.work) for day in days] == [(date(2026, 3, 8), 420), (MONDAY, 60)]
    assert (days[0].start, days[0].span) == (-960, 600)


def test_night_is_service_inside_the_band_on_both_sides_of_midnight() -> None:
    """21:30 to 23:30: 90 min after 22:00. 06:30 to 07:30: 30 min before 07:00."""
    asked = problem([visit("V1", "A")], rules=labour(bad=NIGHT))
    rules = asked.rules_for(asked.workers[0], ["S1"])
    assert night_ticks(asked, rules, Interval(at("21:30"), at("23:30"))) == 90
    assert night_ticks(asked, rules, Interval(at("06:30"), at("07:30"))) == 30
    assert night_ticks(asked, rules, Interval(at("07:00"), at("22:00"))) == 0
    assert night_ticks(asked, asked.rules_for(asked.workers[0]), Interval(0, 420)) == 0


@pytest.mark.parametrize(("evening", "hours"), [(date(2026, 3, 28), 8), (date(2026, 10, 24), 10)])
def test_the_night_is_shorter_or_longer_when_the_clocks_change(evening: date, hours: int) -> None:
    """22:00 to 07:00 is nine hours on the wall: eight in March, ten in October."""
    asked = problem([], first_day=evening, days=2, rules=labour(bad=NIGHT))
    whole = Interval(
        asked.horizon.at(evening, time(21)), asked.horizon.at(evening.replace(day=evening.day + 1), time(9))
    )
    rules = asked.rules_for(asked.workers[0], ["S1"])
    assert night_ticks(asked, rules, whole) == hours * 60


def test_a_night_belongs_to_the_evening_on_which_its_tour_begins() -> None:
    """A tour from 22:00 whose visit is at 01:00: its duty day is Monday."""
    late = visit("V1", "A", windows=(TimeWindow.hard(at("25:00"), at("26:00")),))
    asked = problem([late], [worker(hours=(("22:00", "31:00"),))], days=2)
    (day,) = work_days(asked, plan(asked, route(asked, "W1", ("V1", "25:00"))), asked.workers[0])
    assert day.day == MONDAY


def test_rule_values_of_a_day_are_the_strictest_of_all_hosts_of_its_tours() -> None:
    """S2 (sap) is only met in the evening tour: its short gap of 20 holds for the morning too."""
    rules = labour(bad=SHORT, sap={"SHORT_GAP_PAID": {"value": 20, "stricter": "higher"}})
    visits = [visit("V1", "A"), visit("V2", "A", provider="S2")]
    asked = problem(visits, [worker(hours=(("06:00", "12:00"), ("13:00", "20:00")))], rules=rules)
    morning, evening = route(asked, "W1", ("V1", "08:00")), route(asked, "W1", ("V2", "14:00"), tour=1)
    both = day_rules(asked, plan(asked, morning, evening), morning).get("SHORT_GAP_PAID")
    alone = day_rules(asked, plan(asked, morning), morning).get("SHORT_GAP_PAID")
    assert both is not None
    assert alone is not None
    assert (both.value, alone.value) == (20, 15)


# -- weeks -------------------------------------------------------------------------------------------------
def day_at(day: date) -> WorkDay:
    return WorkDay(day, 0, 60, 60)


def test_a_week_begins_on_monday_whatever_the_year() -> None:
    """Monday 29 December 2025 opens ISO week 1 of 2026."""
    assert monday_of(date(2026, 1, 4)) == date(2025, 12, 29)
    days = [day_at(date(2026, 1, 5)), day_at(date(2026, 1, 4)), day_at(date(2025, 12, 29))]
    weeks = by_week(days)
    assert [(monday, len(week)) for monday, week in weeks.items()] == [
        (date(2025, 12, 29), 2),
        (date(2026, 1, 5), 1),
    ]


def test_a_fortnight_begins_with_an_odd_week() -> None:
    """9 March 2026 is in ISO week 11 (odd), the 16th in week 12, the 23rd in 13."""
    assert fortnight_of(date(2026, 3, 15)) == MONDAY
    assert fortnight_of(date(2026, 3, 22)) == MONDAY
    assert fortnight_of(date(2026, 3, 23)) == date(2026, 3, 23)
    assert fortnight_of(MONDAY, anchor=0) == date(2026, 3, 2)
    assert list(by_fortnight([day_at(MONDAY), day_at(date(2026, 3, 16))])) == [MONDAY]


def test_week_53_stands_alone() -> None:
    """2026 ends with week 53 (odd), followed by week 1 (odd): each opens a fortnight."""
    assert fortnight_of(date(2026, 12, 31)) == date(2026, 12, 28)
    assert fortnight_of(date(2027, 1, 4)) == date(2027, 1, 4)


def test_the_weeks_of_the_horizon_are_those_it_touches() -> None:
    """Sunday to Monday: two weeks."""
    asked = problem([], first_day=date(2026, 3, 15), days=2)
    assert planned_weeks(asked) == (MONDAY, date(2026, 3, 16))


def test_hosts_met_are_those_of_all_the_days() -> None:
    days = (
        replace(day_at(MONDAY), hosts=frozenset({"S1"})),
        replace(day_at(MONDAY), hosts=frozenset({"S2"})),
    )
    assert hosts_met(days) == {"S1", "S2"}
    assert hosts_met(()) == frozenset()


# -- amounts and papers ------------------------------------------------------------------------------------
def test_minutes_are_whole_where_they_are_whole() -> None:
    asked = problem([], ticks_per_minute=2)
    assert minutes_of(asked, 6) == 3
    assert isinstance(minutes_of(asked, 6), int)
    assert minutes_of(asked, 7) == 3.5


def test_a_signed_engagement_speaks_before_a_promised_one_and_dates_include_their_ends() -> None:
    promised = Engagement("S1", MONDAY, date(2026, 3, 11), EngagementStatus.PROMISED)
    signed = Engagement("S1", date(2026, 3, 10), date(2026, 3, 10))
    person = worker(engagements=(promised, signed))
    assert engagement_of(person, "S1", date(2026, 3, 10)) == signed
    assert engagement_of(person, "S1", MONDAY) == promised
    assert engagement_of(person, "S1", date(2026, 3, 11)) == promised
    assert engagement_of(person, "S1", date(2026, 3, 12)) is None
    assert engagement_of(person, "S2", MONDAY) is None
