"""MAX_SPAN: twelve hours from first start to last end, thirteen on counted days, eleven where the contract
promised it."""

from __future__ import annotations

from datetime import date
from typing import Any

from brigade.law.rules import max_span
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters
from tests import builders
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found, one_tour

BAD = labour(
    bad={
        "MAX_SPAN": 720,
        "MAX_SPAN.exceptional": 780,
        "MAX_SPAN.exceptional_days_per_month": 7,
        "MAX_SPAN.counterpart": 660,
    }
)
SAP: dict[str, Any] = {
    "MAX_SPAN": 720,
    "MAX_SPAN.exceptional": 780,
    "MAX_SPAN.exceptional_fragile_only": {"value": 1, "unit": "flag", "stricter": "higher"},
    "MAX_SPAN.commute_excess_deducted": {"value": 1, "unit": "flag", "stricter": "higher"},
    "COMMUTE_NORMAL.normal_minutes": 45,
}


def long_day(end_minutes: int, **person: Any) -> tuple[Problem, Plan]:
    """07:00 to 08:00, then an hour that ends `end_minutes` after 07:00."""
    return duties([(0, "07:00", 60), (0, 420 + end_minutes - 60, 60)], BAD, person=person)


def test_twelve_hours_without_a_counter() -> None:
    """Seven long days already used: 720 is still lawful, 721 is the eighth long day of the month."""
    used = Counters(long_spans=7)
    assert codes(max_span, long_day(720, counters=used)) == []
    (violation,) = found(max_span, long_day(721, counters=used))
    assert violation.reason.code == "max_span_days"
    assert dict(violation.reason.values) == {"span_min": 721, "limit_min": 720, "days": 8, "limit": 7}


def test_the_seventh_long_day_is_the_last_and_thirteen_hours_the_longest() -> None:
    used = Counters(long_spans=6)
    assert codes(max_span, long_day(780, counters=used)) == []
    assert codes(max_span, long_day(781, counters=used)) == ["max_span_exceptional"]


def test_the_counter_is_of_the_month_the_horizon_starts_in() -> None:
    """Seven used in March: Tuesday 31 March may not be long, Wednesday 1 April is the first of its month."""
    tuesday, wednesday = ((day, start, 60) for day, start in ((0, "07:00"), (1, "07:00")))
    spans = [tuesday, (0, "18:30", 60), wednesday, (1, "18:30", 60)]
    case = duties(
        spans, BAD, days=2, first_day=date(2026, 3, 31), person={"counters": Counters(long_spans=7)}
    )
    assert [violation.where for violation in found(max_span, case)] == ["W1 2026-03-31"]


def test_without_an_exception_the_limit_is_the_limit() -> None:
    rules = labour(default={"MAX_SPAN": 780})
    assert codes(max_span, duties([(0, "07:00", 60), (0, "19:00", 60)], rules)) == []
    assert codes(max_span, duties([(0, "07:00", 60), (0, "19:01", 60)], rules)) == ["max_span"]


def test_the_span_the_contract_promised_binds_without_exceptions() -> None:
    """Interruptions in return for eleven hours: 660 lawful, 661 not, although 720 is the agreement's."""
    promised = Contract(span_limit=660)
    assert codes(max_span, long_day(660, contract=promised)) == []
    assert codes(max_span, long_day(661, contract=promised)) == ["max_span_contract"]


def test_a_span_runs_on_past_midnight() -> None:
    """17:00 to 06:00 of the next date is 780 min, one duty day."""
    assert codes(max_span, one_tour([("17:00", 60), ("29:00", 60)], BAD, days=2)) == []
    assert codes(max_span, one_tour([("17:00", 60), ("29:00", 61)], BAD, days=2)) == ["max_span_exceptional"]


def test_other_work_of_the_date_is_part_of_the_span() -> None:
    """Elsewhere 06:00 to 07:00, the plan's 19:30 to 20:00: 840 min."""
    case = duties([(0, "19:30", 30)], BAD, person={"other_work": (elsewhere(0, "06:00", 60),)})
    assert codes(max_span, case) == ["max_span_exceptional"]


def test_the_longer_day_is_for_fragile_clients_where_the_text_says_so() -> None:
    spans = [(0, "07:00", 60), (0, "18:30", 60)]
    for fragile, expected in ((False, ["max_span_fragile"]), (True, [])):
        case = duties(spans, labour(sap=SAP), hosts=("S2", "S2"), visits={"fragile": fragile})
        assert codes(max_span, case) == expected


def test_a_long_commute_shortens_the_longer_day() -> None:
    """60 min to the first visit, 15 beyond the normal 45, the same back: 780 - 30 = 750 is the longest."""
    assert codes(max_span, far_away(60, "18:30", SAP)) == []
    assert codes(max_span, far_away(60, "18:31", SAP)) == ["max_span_exceptional"]


def test_a_commute_within_the_normal_kilometres_is_normal() -> None:
    """A minute is a kilometre here: legs of 60 km have an excess where 59 are normal, none where 60 are. 45
    min is normal."""
    for normal_km, expected in ((59, ["max_span_exceptional"]), (60, [])):
        values = SAP | {"COMMUTE_NORMAL.normal_metres": {"value": normal_km * 1000, "unit": "metres"}}
        assert codes(max_span, far_away(60, "19:00", values)) == expected
    assert codes(max_span, far_away(45, "19:00", SAP)) == []


def far_away(minutes: int, last: str, values: dict[str, Any]) -> tuple[Problem, Plan]:
    """Two visits at fragile clients that far from home, at 07:00 and `last`, an hour each."""
    visits = [builders.visit(id, provider="S2", fragile=True) for id in ("V1", "V2")]
    problem = builders.problem(visits, places={"H": 0, "A": minutes}, rules=labour(sap=values))
    return problem, builders.plan(problem, builders.route(problem, "W1", ("V1", "07:00"), ("V2", last)))
