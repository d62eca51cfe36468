"""Which absences are likely until evening: chances by hand, and the sample that stands for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from brigade.changes.likely_absences import LikelyAbsence, chances_of_absence, likely_visits, sampled
from brigade.judging.coverage_levels import (
    coverage_points,
    level_weights,
    most_soft_cost,
    uncovered_by_level,
    uncovered_costs,
)
from brigade.units import Interval
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    Employee,
    Link,
    LinkKind,
    Priority,
    RotaEntry,
    RotaFeed,
)
from brigade.values.plan import Plan
from brigade.values.policy import Reserve, shipped_reserve
from brigade.values.problem import Problem
from tests.builders import at, problem, visit

HALVES = Reserve(
    absences_per_1000=200,
    by_hour=tuple({6: 1, 8: 3, 12: 4}.get(hour, 0) for hour in range(24)),
    by_month=(100, 100, 50, *[100] * 9),
    lead_min=60,
)
"""In March 100 of 1,000: of them 1/8 at six, 3/8 at eight and a half at noon."""


def day(now: str = "05:00", **more: Any) -> Problem:
    """A1 is to be at V1 from 08:30 and at V2 from 15:00; A2 at V3 from 10:00. V4 is without anybody."""
    starts = {"V1": ("A1", "08:30"), "V2": ("A1", "15:00"), "V3": ("A2", "10:00")}
    entries = tuple(RotaEntry(id, employee, at(start)) for id, (employee, start) in starts.items())
    visits = [visit(id, minutes=30, priority=Priority.P1) for id in (*starts, "V4")]
    fields: dict[str, Any] = {
        "employees": (Employee("A1", "S1"), Employee("A2", "S1")),
        "rota": (RotaFeed("S1", datetime(2026, 3, 8, 18, tzinfo=UTC), entries),),
        "now": at(now),
    }
    return problem(visits, **(fields | more))


def told(asked: Problem) -> dict[tuple[str, int], tuple[float, tuple[str, ...]]]:
    chances = chances_of_absence(asked, HALVES)
    return {(one.employee_id, one.at // 60): (round(one.chance, 6), one.visits) for one in chances}


def test_the_chance_is_rate_times_month_times_share_of_the_hour() -> None:
    """Told from 06:00, her visits from 07:00 on are open to a replacement; from noon, those from 13:00 on.
    A2 has nothing left then."""
    assert told(day()) == {
        ("A1", 6): (0.0125, ("V1", "V2")),
        ("A1", 8): (0.0375, ("V2",)),
        ("A1", 12): (0.05, ("V2",)),
        ("A2", 6): (0.0125, ("V3",)),
        ("A2", 8): (0.0375, ("V3",)),
    }


def test_hours_that_are_over_are_not_likely_any_more() -> None:
    """At 08:20 nobody calls at six; whoever calls now leaves what begins from 09:20 on."""
    assert told(day("08:20")) == {
        ("A1", 8): (0.0375, ("V2",)),
        ("A1", 12): (0.05, ("V2",)),
        ("A2", 8): (0.0375, ("V3",)),
    }


def test_who_is_absent_already_and_visits_that_are_tied_or_unwanted_are_left_out() -> None:
    whole = Interval(0, at("23:00"))
    away = day(absences=(Absence("X1", "S1", "A1", AbsenceKind.OTHER_LEAVE, whole, 0),))
    assert {employee for employee, _ in told(away)} == {"A2"}
    tied = day(links=(Link(LinkKind.SAME_START, "V3", "V4"),))
    assert {employee for employee, _ in told(tied)} == {"A1"}
    base = day()
    unwanted = replace(
        base, visits=tuple(replace(one, wants_replacement=one.id != "V3") for one in base.visits)
    )
    assert {employee for employee, _ in told(unwanted)} == {"A1"}


def test_only_the_day_under_way_counts() -> None:
    entries = (RotaEntry("V1", "A1", at("08:30")), RotaEntry("V2", "A1", at("15:00", 1)))
    feed = RotaFeed("S1", datetime(2026, 3, 8, 18, tzinfo=UTC), entries)
    assert told(day(days=2, rota=(feed,))) == {("A1", 6): (0.0125, ("V1",))}


def test_every_hour_of_the_nights_that_the_clocks_change_counts_once() -> None:
    for first_day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 24)):
        asked = day(now="00:00", first_day=first_day)
        even = replace(HALVES, by_hour=(1,) * 24, by_month=(100,) * 12, lead_min=0)
        last = replace(asked.rota[0], entries=(RotaEntry("V1", "A1", asked.horizon.length - 30),))
        assert len([*chances_of_absence(replace(asked, rota=(last,)), even)]) == hours


def likely(employee: str, chance: float, hour: int = 8) -> LikelyAbsence:
    return LikelyAbsence(employee, "S1", hour * 60, chance, ("V1",))


@pytest.mark.parametrize(
    ("chances", "picked"),
    [
        ([], []),
        ([likely("A1", 0.0)], []),
        # 0.3 in all: one, at 0.15 of it.
        ([likely("A1", 0.1), likely("A2", 0.2)], ["A2"]),
        # 2.0 in all: two, at 0.5 and 1.5.
        ([likely("A1", 0.4), likely("A2", 0.6), likely("A3", 1.0)], ["A2", "A3"]),
        # The same person twice: at 0.5 and 1.5, her earlier hour stays.
        ([likely("A1", 1.0, 7), likely("A1", 1.0, 9)], ["A1"]),
    ],
)
def test_the_sample_has_as_many_as_are_expected_and_one_at_the_least(
    chances: list[LikelyAbsence], picked: list[str]
) -> None:
    found = sampled(chances)
    assert [one.employee_id for one in found] == picked
    assert all(one.at == chances[0].at for one in found if one.employee_id == "A1")


def test_a_likely_visit_costs_its_points_times_what_is_expected_below_every_visit_asked() -> None:
    """0.15 in all, one absence for it: A2 at eight, who leaves V3. 0.15 of 100 points of 6,000 units."""
    made = likely_visits(day(), HALVES)
    assert [one.employee_id for one in made.absences] == ["A2"]
    assert made.expected == pytest.approx(0.15)
    assert made.problem.likely == {"V3": 90_000}
    costs = uncovered_costs(made.problem)
    assert costs["V3"] == 90_000
    assert costs["V4"] == level_weights(made.problem)[1] > most_soft_cost(made.problem) > 90_000
    assert {one.visit.id for one in made.problem.requests} == {"V3", "V4"}


def test_likely_visits_count_in_no_level() -> None:
    made = likely_visits(day(), HALVES).problem
    assert uncovered_by_level(made, Plan(())) == (0, 1, 0, 0, 0)
    assert coverage_points(made, Plan(())) == 100


def test_the_shipped_figures_are_those_of_their_sources() -> None:
    """270 leaves, 55 % of the day itself, and 5,000 h of 4 h, 80 % of the day itself; 151 people, 220 days;
    the months are 100 in the mean."""
    shipped = shipped_reserve()
    assert shipped.absences_per_1000 == round(1000 * (270 * 0.55 + 5000 / 4 * 0.8) / (151 * 220))
    assert (len(shipped.by_hour), len(shipped.by_month), sum(shipped.by_month)) == (24, 12, 1200)
