"""NIGHT_PRESENCE: what of a night at a client's counts, under which texts, and how many of them."""

from __future__ import annotations

from typing import Any

import pytest

from brigade.judging.checker import hard_violations
from brigade.law.rules import max_daily_work, max_week_work, night_limits, night_presence
from brigade.timing.duty_days import work_days
from brigade.values.demand import LegalStatus
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind, Engagement
from tests.builders import ALWAYS, employer, labour, provider
from tests.duties import Duty, codes, duties
from tests.lawful import is_taken_by_the_kernel

PRESENCE = {
    "NIGHT_PRESENCE.least_percent": {"value": 50, "unit": "percent", "stricter": "higher"},
    "NIGHT_PRESENCE.least_length": {"value": 600, "stricter": "higher"},
    "NIGHT_PRESENCE.max_nights": {"value": 5, "unit": "count"},
    "NIGHT_PRESENCE.in_days": {"value": 7, "unit": "days", "stricter": "higher"},
}
DAY = {"MAX_DAILY_WORK": 480}


def nights(
    given: list[Duty], percent: int | None = 50, own: str = "sap", host: str = "sap", **more: Any
) -> tuple[Problem, Plan]:
    """Nights at S1's clients, of whoever E1 employs, each under a text."""
    status = {"sap": LegalStatus.COMPANY, "bad": LegalStatus.NON_PROFIT}[host]
    return duties(
        given,
        more.pop("rules", labour(sap=PRESENCE, mandatory=DAY)),
        days=more.pop("days", 2),
        providers=(provider("S1", host, legal_status=status),),
        employers=(employer("E1", own, EmployerKind.EMPLOYER_GROUP),),
        visits={"counted_percent": percent},
        person={"engagements": (Engagement("S1", *ALWAYS),)},
        **more,
    )


def work_of(case: tuple[Problem, Plan]) -> int:
    problem, plan = case
    (day,) = work_days(problem, plan, problem.workers[0])
    return day.work


@pytest.mark.parametrize(
    ("minutes", "percent", "work"),
    [(600, 50, 300), (600, 66, 396), (601, 66, 397), (600, 40, 300), (599, 50, 599), (600, None, 600)],
)
def test_a_part_of_a_long_night_counts(minutes: int, percent: int | None, work: int) -> None:
    """Half of ten hours are five; 66 % of 601 minutes 396.66, rounded up; less than half is half, and a night
    a minute short of ten hours is work from end to end."""
    case = nights([(0, "21:00", minutes)], percent)
    assert work_of(case) == work
    assert is_taken_by_the_kernel(*case) == (work <= 480)
    assert (codes(max_daily_work, case) == []) == (work <= 480)


@pytest.mark.parametrize(
    ("own", "host", "work"), [("sap", "bad", 600), ("bad", "sap", 600), ("sap", "sap", 300)]
)
def test_both_texts_must_know_it(own: str, host: str, work: int) -> None:
    """BAD V.28 knows a night that is work throughout, and no other."""
    assert work_of(nights([(0, "21:00", 600)], own=own, host=host)) == work


def test_the_whole_of_it_is_time_away() -> None:
    """Ten hours of span and the rest from 07:00 on, though five are work."""
    problem, plan = nights([(0, "21:00", 600)])
    (day,) = work_days(problem, plan, problem.workers[0])
    assert (day.span, day.end - day.start, day.work) == (600, 600, 300)


def test_its_counted_hours_are_those_of_the_beginning() -> None:
    """21:00 to 02:00: four of the five hours are in the night from 22:00 on, and 4 h more than the text's 3
    make it one."""
    window = {
        "NIGHT_WINDOW.from": {"value": 1320, "unit": "min_of_day"},
        "NIGHT_WINDOW.to": {"value": 420, "unit": "min_of_day", "stricter": "higher"},
    }
    for most, expected in ((300, []), (299, ["night_limits_work"])):
        limits = {"NIGHT_LIMITS.counts_from": 240, "NIGHT_LIMITS.max_work": most}
        case = nights([(0, "21:00", 600)], rules=labour(sap=PRESENCE | window | limits))
        assert codes(night_limits, case) == expected
        assert is_taken_by_the_kernel(*case) == (expected == [])
    limits = {"NIGHT_LIMITS.counts_from": 241, "NIGHT_LIMITS.max_work": 299}
    case = nights([(0, "21:00", 600)], rules=labour(sap=PRESENCE | window | limits))
    assert codes(night_limits, case) == []
    assert is_taken_by_the_kernel(*case)


@pytest.mark.parametrize(
    ("given", "expected"),
    [((0, 1, 2, 3, 4), []), ((0, 1, 2, 3, 4, 6), ["night_presence"]), ((0, 1, 2, 3, 4, 7), [])],
)
def test_five_nights_in_seven_days(given: tuple[int, ...], expected: list[str]) -> None:
    """Six from Monday to Sunday are one too many; the sixth on the next Monday is in other seven days."""
    case = nights([(day, "21:00", 600) for day in given], days=9)
    assert codes(night_presence, case) == expected
    assert is_taken_by_the_kernel(*case) == (expected == [])


def test_weeks_count_the_part() -> None:
    """Five nights of ten hours are 25 hours of work."""
    for most, expected in ((1500, []), (1499, ["max_week_work"])):
        case = nights(
            [(day, "21:00", 600) for day in range(5)],
            days=6,
            rules=labour(sap=PRESENCE, mandatory={"MAX_WEEK_WORK": most}),
        )
        assert codes(max_week_work, case) == expected
        assert is_taken_by_the_kernel(*case) == (not hard_violations(*case))
