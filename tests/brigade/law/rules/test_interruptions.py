"""INTERRUPTIONS: how many unpaid gaps a day may have, how long, and on how many days of a fortnight
longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from brigade.judging.checker import hard_violations
from brigade.law.rules import interruptions
from brigade.timing.duty_days import work_days
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import at, labour, plan, problem, route, visit, worker
from tests.duties import codes, duties, found, one_tour

COUNT = {"unit": "count"}
BAD = labour(
    bad={
        "INTERRUPTIONS.part_time_only": {"value": 1, "unit": "flag"},
        "INTERRUPTIONS.max_count": {"value": 3, **COUNT},
        "INTERRUPTIONS.max_total": 300,
        "INTERRUPTIONS.long_total_days_per_fortnight": {"value": 5, "unit": "days"},
        "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
    }
)
SAP = labour(
    sap={
        "INTERRUPTIONS.max_count": {"value": 4, **COUNT},
        "INTERRUPTIONS.long_count": {"value": 2, **COUNT},
        "INTERRUPTIONS.long_length": 120,
        "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
    }
)


def gaps(rules: Any, *lengths: int, host: str = "S1", **person: Any) -> tuple[Problem, Plan]:
    """Half-hour visits of one tour from 06:00 with those minutes of waiting between them."""
    visits, clock = [], at("06:00")
    for length in (*lengths, 0):
        visits.append((clock, 30))
        clock += 30 + length
    return one_tour(visits, rules, hosts=(host,) * len(visits), person=person)


def test_three_gaps_are_lawful_and_four_are_not() -> None:
    assert codes(interruptions, gaps(BAD, 60, 60, 60)) == []
    assert codes(interruptions, gaps(BAD, 60, 60, 60, 60)) == ["interruptions_count"]


def test_a_gap_short_of_a_quarter_is_no_interruption() -> None:
    """14 min are paid work; the fourth gap of 15 is one too many."""
    assert codes(interruptions, gaps(BAD, 60, 60, 60, 14)) == []
    assert codes(interruptions, gaps(BAD, 60, 60, 60, 15)) == ["interruptions_count"]


def test_free_time_between_two_tours_is_an_interruption() -> None:
    """Four tours have three gaps of 90 min (270 in all), five have four (360, the first long day of its
    fortnight)."""
    tours = [(0, f"{hour:02d}:00", 30) for hour in (6, 8, 10, 12, 14)]
    assert codes(interruptions, duties(tours[:4], BAD)) == []
    assert codes(interruptions, duties(tours, BAD)) == ["interruptions_count"]


def test_five_hours_in_all_unless_it_is_one_of_five_days() -> None:
    """Five long days of the fortnight are used: 300 stays lawful, 301 is the sixth."""
    used = Counters(long_interruptions=5)
    assert codes(interruptions, gaps(BAD, 150, 150, counters=used)) == []
    (violation,) = found(interruptions, gaps(BAD, 150, 151, counters=used))
    assert violation.reason.code == "interruptions_days"
    assert dict(violation.reason.values) == {"total_min": 301, "limit_min": 300, "days": 6, "limit": 5}
    assert codes(interruptions, gaps(BAD, 150, 151, counters=Counters(long_interruptions=4))) == []


def test_a_new_fortnight_counts_afresh() -> None:
    """ISO weeks 11-12 of 2026 are a fortnight: 9 March (week 11) goes on counting, 23 March (week 13) starts
    again."""
    spans = [(day, clock, 30) for day in (0, 1) for clock in ("06:00", "12:00")]
    used = {"counters": Counters(long_interruptions=5)}
    case = duties(spans, BAD, days=2, first_day=date(2026, 3, 22), person=used)
    assert [violation.where for violation in found(interruptions, case)] == ["W1 2026-03-22"]


def test_the_text_speaks_of_part_time() -> None:
    assert codes(interruptions, gaps(BAD, 60, 60, 60, 60, contract=Contract(full_time=True))) == []
    assert codes(
        interruptions, gaps(SAP, 30, 30, 30, 30, 30, host="S2", contract=Contract(full_time=True))
    ) == ["interruptions_count"]


def test_two_of_four_may_be_longer_than_two_hours() -> None:
    """121 min is longer than 120; three such are one too many."""
    assert codes(interruptions, gaps(SAP, 121, 121, 120, 30, host="S2")) == []
    assert codes(interruptions, gaps(SAP, 121, 121, 121, 30, host="S2")) == ["interruptions_long"]


def test_without_an_agreement_one_gap_of_two_hours() -> None:
    rules = labour(
        default={"INTERRUPTIONS.max_count": {"value": 1, **COUNT}, "INTERRUPTIONS.max_length": 120}
    )
    assert codes(interruptions, gaps(rules, 120)) == []
    assert codes(interruptions, gaps(rules, 121)) == ["interruptions_length"]
    assert codes(interruptions, gaps(rules, 30, 30)) == ["interruptions_count"]


def test_rebuilt_travel_between_two_tours_is_work_where_the_contract_chose_it() -> None:
    """V.13, third counterpart: A to B are 10 minutes; home between them, 60 + 60 minutes of visits make 130
    of work. Checker and kernel say the same under a day of 129 minutes; without an interruption, or without
    the choice, it is 120."""
    flag = {"value": 1, "unit": "flag", "stricter": "higher"}
    rules = labour(
        mandatory={"MAX_DAILY_WORK": 129},
        default={"INTERRUPTIONS.counterpart_travel": flag, "SHORT_GAP_PAID": 15},
    )
    windows = (("08:00", "A"), ("14:00", "B"))
    visits = [visit(f"V{n}", site, earliest=clock, latest=clock) for n, (clock, site) in enumerate(windows)]
    hours = [("07:00", "10:00"), ("13:00", "16:00")]
    for chosen, work in ((True, 130), (False, 120)):
        asked = problem(visits, [worker(hours=hours, contract=Contract(rebuilt_travel=chosen))], rules=rules)
        made = plan(
            asked, *(route(asked, "W1", (f"V{n}", clock), tour=n) for n, (clock, _) in enumerate(windows))
        )
        (day,) = work_days(asked, made, asked.workers[0])
        assert day.work == work
        assert bool(hard_violations(asked, made)) == chosen
        assert Search(build_model(asked).arrays, 1).load([[0], [1]]) != chosen


def test_a_short_wait_interrupts_nothing_where_paying_it_is_switched_off() -> None:
    """A wait of 14 minutes and three interruptions of 30, as many as there may be: SHORT_GAP_PAID off made
    the wait a fourth. Of 15 minutes it is one either way."""
    rules = labour(bad={"INTERRUPTIONS.max_count": {"value": 3, **COUNT}, "SHORT_GAP_PAID": 15})
    for wait, broken in ((14, []), (15, ["interruptions_count"])):
        asked, made = gaps(rules, wait, 30, 30, 30)
        off = replace(asked, rule_sets_off=frozenset({"SHORT_GAP_PAID"}))
        assert codes(interruptions, (asked, made)) == codes(interruptions, (off, made)) == broken
        assert Search(build_model(off).arrays, 1).load([[0, 1, 2, 3, 4]]) == (not broken)
