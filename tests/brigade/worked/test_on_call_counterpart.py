"""What on-call duties are owed: points by the hour, or rest."""

from __future__ import annotations

import pytest

from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Interval
from brigade.worked.on_call_counterpart import OnCallCounterpart, counterpart
from tests.builders import at, employer, problem, visit


@pytest.mark.parametrize(
    ("agreement", "period", "owed"),
    [
        # Thursday 09:00 to 21:00, all by day: half of 8 points.
        ("bad", ("09:00", 3, "21:00", 3), OnCallCounterpart(12, 4.0, None)),
        # Saturday 19:00 to Sunday 07:00: three hours at 8, three of the night and seven of the Sunday at 10.
        ("bad", ("19:00", 5, "07:00", 6), OnCallCounterpart(12, 4.75, None)),
        # Far after the days to plan: Monday 6 April is Easter Monday.
        ("bad", ("07:00", 28, "19:00", 28), OnCallCounterpart(12, 5.0, None)),
        ("sap", ("19:00", 5, "07:00", 6), OnCallCounterpart(12, None, 75)),
        ("ct", ("19:00", 5, "07:00", 6), OnCallCounterpart(12, None, None)),
    ],
)
def test_a_duty_is_owed_what_its_hours_say(
    agreement: str, period: tuple[str, int, str, int], owed: OnCallCounterpart
) -> None:
    """Saturday 19:00 to 22:00 is 3 h of 24 at 8 points, 1; then 2 h of Saturday's night and 7 of Sunday at
    10, 3.75."""
    case = problem([visit("V1")], employers=(employer("E1", agreement),), rules=shipped_labour_code())
    start, day, end, until = period
    found = counterpart(case, case.workers[0], [Interval(at(start, day), at(end, until))])
    assert found == owed
