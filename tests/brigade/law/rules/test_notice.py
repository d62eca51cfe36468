"""SCHEDULE_NOTICE, where the policy asks it: nothing inside the notice period that is not urgent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from brigade.law.rules import notice
from brigade.texts.labour_code import LabourCode
from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind, ActClass, Employee, RotaEntry, RotaFeed
from brigade.values.policy import Policy
from brigade.values.problem import Problem
from tests.builders import at, labour, plan, problem, route, visit, worker

STRICT = Policy(only_urgent_inside_notice=True)
FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}


def week_before(unit: str = "days", count: int = 7) -> LabourCode:
    owed = {"value": count, "unit": unit, "stricter": "higher"}
    urgent = {
        "URGENT_CAUSES.colleague_absence": {"value": 1, "unit": "flag"},
        "URGENT_CAUSES.essential_required": FLAG,
    }
    return labour(bad={f"SCHEDULE_NOTICE.{unit}": owed, **urgent})


def found(asked: Problem, start: int) -> list[str]:
    made = plan(asked, route(asked, "W1", ("V1", start)))
    return [violation.reason.code for violation in notice.check(asked, made)]


def on_day(day: int, rules: LabourCode, policy: Policy = STRICT, **more: Any) -> Problem:
    """V1 on the day of that number, asked for on Monday 9 March at 08:00."""
    hours = ((at("06:00", day), at("22:00", day)),)
    return problem(
        [visit("V1", day=day)], [worker(hours=hours)], days=14, rules=rules, policy=policy, now=480, **more
    )


def test_the_last_minute_of_the_notice_counts() -> None:
    """Asked Monday 08:00: seven days are up on Monday the 16th at 08:00."""
    asked = on_day(7, week_before())
    assert found(asked, at("08:00", 7)) == []
    assert found(asked, at("07:59", 7)) == ["schedule_notice"]


def test_working_days_leave_out_the_weekend() -> None:
    """Seven working days after Monday the 9th end on Wednesday the 18th."""
    rules = week_before("working_days")
    assert found(on_day(9, rules), at("08:00", 9)) == []
    assert found(on_day(8, rules), at("12:00", 8)) == ["schedule_notice"]


def test_only_where_the_policy_asks_it() -> None:
    asked = on_day(0, week_before(), Policy())
    assert found(asked, at("12:00")) == []


def test_a_recognised_urgency_needs_no_notice_and_only_for_an_essential_act() -> None:
    feed = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry("V1", "EMP1", at("12:00")),))
    rota: dict[str, Any] = {"employees": (Employee("EMP1", "S1"),), "rota": (feed,)}

    def sent(urgent: bool, act: ActClass, kind: AbsenceKind = AbsenceKind.UNPLANNED) -> list[str]:
        away = Absence("A1", "S1", "EMP1", kind, Interval(0, 1440), 480, urgent_cause=urgent)
        wanted = [visit("V1", act_class=act)]
        asked = problem(wanted, rules=week_before(), policy=STRICT, now=480, absences=(away,), **rota)
        return found(asked, at("12:00"))

    assert sent(True, ActClass.ESSENTIAL) == []
    assert sent(True, ActClass.ORDINARY) == ["schedule_notice"]
    assert sent(False, ActClass.ESSENTIAL) == ["schedule_notice"]
    assert sent(True, ActClass.ESSENTIAL, AbsenceKind.TRAINING_RELEASE) == ["schedule_notice"]


def test_the_values_say_how_much_notice_there_is() -> None:
    """Four hours (240 min) of the 7 days (10 080 min); over the spring change seven days are an hour
    shorter."""
    made = on_day(0, week_before())
    (violation,) = notice.check(made, plan(made, route(made, "W1", ("V1", "12:00"))))
    assert dict(violation.reason.values) == {"visit": "V1", "notice_min": 240, "limit_min": 10_080}
    spring = problem([visit("V1")], first_day=date(2026, 3, 28), rules=week_before(), policy=STRICT, now=480)
    (violation,) = notice.check(spring, plan(spring, route(spring, "W1", ("V1", "12:00"))))
    assert violation.reason.value("limit_min") == 10_020
