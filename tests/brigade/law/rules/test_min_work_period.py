"""MIN_WORK_PERIOD: a day of work holds one continuous hour, travel and paid waits included."""

from __future__ import annotations

from typing import Any

from brigade.law.rules import min_work_period
from brigade.values.workforce import Contract
from solver.model.search_settings import SearchSettings
from tests.builders import labour, problem, visit, worker
from tests.duties import codes, duties, found, one_tour
from tests.solving import searched

FLAG = {"value": 1, "unit": "flag"}
SAP = labour(
    sap={
        "MIN_WORK_PERIOD": {"value": 60, "stricter": "higher"},
        "MIN_WORK_PERIOD.part_time_only": FLAG,
        "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
        "TRAVEL_IS_WORK": {**FLAG, "stricter": "higher"},
    }
)


def tour(*given: tuple[str, int], **more: Any) -> list[str]:
    return codes(min_work_period, one_tour(given, SAP, hosts=["S2"] * len(given), **more))


def test_a_day_of_one_short_visit_is_too_short() -> None:
    (violation,) = found(min_work_period, one_tour([("09:00", 59)], SAP, hosts=["S2"]))
    assert dict(violation.reason.values) == {"work_min": 59, "limit_min": 60}
    assert tour(("09:00", 60)) == []


def test_paid_waits_go_on_and_interruptions_end_a_period() -> None:
    """30 min, 14 min of wait, 16 min: an hour. With 15 min of wait the wait is unpaid: 30 min at most."""
    assert tour(("09:00", 30), ("09:44", 16)) == []
    assert tour(("09:00", 30), ("09:45", 30)) == ["min_work_period"]


def test_one_hour_is_enough_for_the_whole_day() -> None:
    """The text counts "par jour": 1 h in the morning and 20 min at night are lawful."""
    given = [(0, "08:00", 60), (0, "18:00", 20)]
    assert codes(min_work_period, duties(given, SAP, hosts=["S2", "S2"])) == []
    short = [(0, "08:00", 40), (0, "18:00", 40)]
    assert codes(min_work_period, duties(short, SAP, hosts=["S2", "S2"])) == ["min_work_period"]


def test_it_binds_part_time_contracts_and_hosts_of_that_branch_alone() -> None:
    assert tour(("09:00", 30), person={"contract": Contract(full_time=True)}) == []
    assert codes(min_work_period, one_tour([("09:00", 30)], SAP, hosts=["S1"])) == []


def test_the_search_begins_a_day_with_two_short_visits() -> None:
    """Half an hour alone is no day's work; two of them, ten minutes apart, are one."""
    asked = problem(
        [visit(f"V{n}", site, 30, "09:00", "11:00", provider="S2") for n, site in enumerate("ABB")],
        [worker()],
        rules=SAP,
    )
    orders = searched(asked, SearchSettings(iterations=60, threads=1)).orders
    assert sorted(id for order in orders.values() for id in order) == ["V0", "V1", "V2"]
