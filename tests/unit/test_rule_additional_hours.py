"""ADDITIONAL_HOURS: a share above the contract's week, and never a full-time one."""

from __future__ import annotations

from datetime import date
from typing import Any

from brigade.plan import Plan
from brigade.problem import Problem
from brigade.rules import additional_hours
from brigade.workforce import Contract, Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found, past

THIRD = labour(
    bad={"ADDITIONAL_HOURS.percent_of_contract": {"value": 33, "unit": "percent"}},
    mandatory={"ADDITIONAL_HOURS.part_time_week_below": 2100},
)


def week(minutes: int, weekly: int | None = 1200, full_time: bool = False, **person: Any) -> tuple[Problem, Plan]:
    """`minutes` of work over four days."""
    contract = Contract(weekly=weekly, full_time=full_time)
    spans = [*((day, "06:00", 400) for day in range(3)), (3, "06:00", minutes - 1200)]
    return duties(spans, THIRD, days=7, person={"contract": contract, **person})


def test_a_third_above_twenty_hours() -> None:
    """1200 x 1.33 = 1596."""
    assert codes(additional_hours, week(1596)) == []
    (violation,) = found(additional_hours, week(1597))
    assert violation.reason.code == "additional_hours"
    assert violation.where == "W1 2026-W11"
    assert dict(violation.reason.values) == {"work_min": 1597, "contract_min": 1200, "limit_min": 1596, "percent": 33}


def test_a_part_time_week_stays_below_a_full_one() -> None:
    """30 h x 1.33 = 39.9 h, but 35 h may not be reached: 2099 is lawful, 2100 is not."""
    assert codes(additional_hours, week(2099, weekly=1800)) == []
    assert codes(additional_hours, week(2100, weekly=1800)) == ["additional_hours_full_week"]


def test_full_time_and_open_contracts_are_free_of_it() -> None:
    assert codes(additional_hours, week(2100, full_time=True)) == []
    assert codes(additional_hours, week(2100, weekly=None)) == []


def test_the_week_before_the_horizon_counts_and_other_employers_do_not() -> None:
    """The horizon starts on Wednesday: 1000 min on Tuesday + 597 = 1597. 900 min elsewhere change nothing."""
    contract = {"contract": Contract(weekly=1200)}
    wednesday: dict[str, Any] = {"first_day": date(2026, 3, 11)}
    history = {"counters": Counters(days=(past(date(2026, 3, 10), -1440, 1000),))}
    assert codes(additional_hours, duties([(0, "08:00", 597)], THIRD, person=contract | history, **wednesday)) == [
        "additional_hours"
    ]
    others = {"other_work": (elsewhere(1, "06:00", 900),)}
    case = duties([(0, "08:00", 596)], THIRD, days=2, person=contract | history | others, **wednesday)
    assert codes(additional_hours, case) == []
