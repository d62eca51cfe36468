"""Night workers by the hours behind them, and rest owed for one that an accord shortened."""

from __future__ import annotations

from typing import Any

import pytest

from brigade.figures.report import indicators
from brigade.judging.problem_warnings import warnings_of
from brigade.values.workforce import Contract, Counters
from brigade.worked.night_workers import by_volume, is_night_worker
from tests.duties import Duty
from tests.lawful import broken, under


def nights(*hours: int) -> dict[str, Any]:
    """Night work of the last months, in hours, latest last."""
    return {"counters": Counters(night_months=tuple(60 * one for one in hours))}


@pytest.mark.parametrize(
    ("agreement", "months", "reached"),
    [
        ("bad", (78,) * 6, True),
        ("bad", (78, 78, 78, 78, 78, 77), False),
        ("bad", (400, 77, 77, 77, 77, 77, 77), False),
        ("sap", (22,) * 11 + (28,), True),
        ("sap", (22,) * 11 + (27,), False),
        ("ct", (0, 270), True),
        ("ct", (270, *(0,) * 11), True),
        ("ct", (), False),
    ],
)
def test_the_hours_of_night_that_make_a_night_worker(
    agreement: str, months: tuple[int, ...], reached: bool
) -> None:
    """BAD V.26: 78 h a month over six months (468 h); SAP II.2.j art. 3 and CT L3122-23: 270 h in twelve
    months."""
    problem, _ = under(agreement, [(0, "09:00", 60)], person=nights(*months))
    (worker,) = problem.workers
    assert is_night_worker(problem, worker) is reached
    assert ([one.code for one in warnings_of(problem)] == ["warning_night_worker"]) is reached


def test_the_contract_says_it_too_and_then_nothing_is_to_be_told() -> None:
    problem, _ = under(
        "ct", [(0, "09:00", 60)], person={"contract": Contract(2100, full_time=True, night_worker=True)}
    )
    (worker,) = problem.workers
    assert is_night_worker(problem, worker)
    assert by_volume(problem, worker) is None
    assert not warnings_of(problem)


def test_a_night_workers_day_that_touches_the_night_is_a_night() -> None:
    """CT L3122-6: eight hours. 12:30 to 21:30 holds half an hour of night: no night day for others."""
    day: list[Duty] = [(0, "12:30", 300), (0, "18:00", 210)]
    assert broken(under("ct", day)) == set()
    assert broken(under("ct", day, person=nights(0, 270))) == {"NIGHT_LIMITS"}


def test_a_night_workers_mean_week_holds_in_every_week() -> None:
    """CT L3122-7: eleven weeks of 43 h, then 8 h by day: 40.1 h in the mean."""
    weeks = (43 * 60,) * 11
    by_day: list[Duty] = [(0, "08:00", 480)]
    assert broken(under("ct", by_day, person={"counters": Counters(week_work=weeks)})) == set()
    counters = Counters(week_work=weeks, night_months=(270 * 60,))
    assert broken(under("ct", by_day, person={"counters": counters})) == {"NIGHT_LIMITS"}


def test_rest_that_an_accord_shortened_is_owed() -> None:
    """CT D3131-2: 9 h 30 of rest, then 12 h: an hour and a half is owed; at eleven hours nothing is."""
    short: list[Duty] = [(0, "20:00", 60), (1, "06:30", 60), (1, "18:00", 60), (2, "07:00", 60)]
    problem, plan = under("ct", short, accords={"DAILY_REST.limit": 540})
    told = indicators(problem, plan)
    assert (told.value("compensating_rest"), told.by_part("compensating_rest")) == (90, {"W1": 90})
    problem, plan = under("ct", [(0, "20:00", 60), (1, "08:00", 60)])
    assert indicators(problem, plan).value("compensating_rest") == 0


def test_the_warning_tells_the_months_that_the_text_adds_up() -> None:
    """400 h seven months ago are not of the six of BAD V.26: 6 x 78 h = 468 h."""
    problem, _ = under("bad", [(0, "09:00", 60)], person=nights(400, *(78,) * 6))
    (warning,) = warnings_of(problem)
    assert warning.value("night_min") == 468 * 60
