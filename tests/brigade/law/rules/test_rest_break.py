"""REST_BREAK: six hours, then twenty minutes."""

from __future__ import annotations

from typing import Any

from brigade.law.rules import rest_break
from brigade.values.workforce import PersonalLimits
from tests.builders import labour, plan, problem, route, visit, worker

BREAKS = labour(mandatory={"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}})


def found(
    minutes: tuple[int, ...], *stops: tuple[Any, ...], limits: PersonalLimits | None = None
) -> list[dict[str, Any]]:
    """Visits of these minutes, all at A, begun at the times given."""
    visits = [visit(f"V{n}", "A", length) for n, length in enumerate(minutes, 1)]
    asked = problem(visits, [worker(limits=limits or PersonalLimits())], rules=BREAKS)
    made = plan(asked, route(asked, "W1", *((f"V{n}", *stop) for n, stop in enumerate(stops, 1))))
    return [dict(violation.reason.values) for violation in rest_break.check(asked, made)]


def test_work_that_reaches_six_hours_owes_the_break() -> None:
    """180 + 179 from 08:00 to 13:59; at 14:00 six hours are reached and nothing follows."""
    assert found((180, 179), ("08:00",), ("11:00",)) == []
    (values,) = found((180, 180), ("08:00",), ("11:00",))
    assert values == {"visit": "V2", "stretch_min": 360, "limit_min": 360, "break_min": 20}


def test_the_break_may_come_when_six_hours_are_reached() -> None:
    """08:00 to 14:00, then on at 14:20; a minute more of work before it is too late."""
    assert found((180, 180, 60), ("08:00",), ("11:00",), ("14:20",)) == []
    assert [values["visit"] for values in found((180, 181, 60), ("08:00",), ("11:00",), ("14:21",))] == ["V2"]


def test_twenty_minutes_end_the_stretch_and_nineteen_do_not() -> None:
    """V1 ends at 11:00. A pause, a wait, or both together make the gap."""
    assert found((180, 300), ("08:00",), ("11:20", 20)) == []
    assert found((180, 300), ("08:00",), ("11:20",)) == []
    assert [values["stretch_min"] for values in found((180, 300), ("08:00",), ("11:19",))] == [499]


def test_a_long_visit_is_lawful_alone_and_the_next_one_needs_the_break() -> None:
    assert found((400,), ("08:00",)) == []
    assert [values["visit"] for values in found((400, 30), ("08:00",), ("14:40",))] == ["V2"]
    assert found((400, 30), ("08:00",), ("15:00",)) == []


def test_a_stretch_begins_again_after_each_break() -> None:
    """06:00-09:00, break, 09:20-12:20, 12:20-15:21: 361 min since 09:20."""
    stops = ("06:00",), ("09:20", 20), ("12:20",)
    assert [(values["visit"], values["stretch_min"]) for values in found((180, 180, 181), *stops)] == [
        ("V3", 361)
    ]


def test_a_personal_stretch_and_its_longer_break_replace_the_limit() -> None:
    """270 min, then 30: 25 min of gap end nothing."""
    young = PersonalLimits(max_stretch=270, stretch_break=30)
    assert found((150, 120), ("08:00",), ("10:30",), limits=young) == []
    assert len(found((150, 121), ("08:00",), ("10:30",), limits=young)) == 1
    assert len(found((150, 121), ("08:00",), ("10:55",), limits=young)) == 1
    assert found((150, 121), ("08:00",), ("11:00",), limits=young) == []
