"""What one plan says in figures, each with its unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from brigade.figures.coverage_figures import gini
from brigade.figures.report import indicators, parse_assumptions, shipped_assumptions
from brigade.law.marking import mark
from brigade.units import Horizon, TimeWindow
from brigade.values.demand import ActClass, LegalStatus, Priority, RotaFeed
from brigade.values.places import TravelMode
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Counters,
    EmployerKind,
    Engagement,
    EngagementStatus,
    HeldCertificate,
)
from tests import builders
from tests.builders import ALWAYS, MONDAY, at, labour
from tests.duties import duties


def small(**more: Any) -> tuple[Problem, Plan]:
    """W1 leaves H for V1 at A (08:00, P1, S1) and V2 at C (10:00, P3, S2); V3 at B (P2, S1) stays
    uncovered."""
    visits = [
        builders.visit("V1", "A", priority=Priority.P1, usual_workers=frozenset({"W1"})),
        builders.visit("V2", "C", priority=Priority.P3, provider="S2", usual_workers=frozenset({"W9"})),
        builders.visit("V3", "B", priority=Priority.P2),
    ]
    worker = builders.worker(cents_per_km=38, cost_cents_per_hour=2_000)
    others = builders.worker("W9", competencies=frozenset({"UPKEEP"}))
    travel_is_work = {"TRAVEL_IS_WORK": {"value": 1, "unit": "flag", "stricter": "higher"}}
    rules = labour(mandatory={**travel_is_work, "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"}})
    problem = builders.problem(visits, [worker, others], **{"rules": rules, **more})
    return problem, builders.plan(problem, builders.route(problem, "W1", ("V1", "08:00"), ("V2", "10:00")))


def test_coverage_by_priority_and_by_provider() -> None:
    """Two of three: P1 and P3 whole, P2 not; S1 one of two, S2 one of one. P2 is worth 30 points, all 100 +
    10 + 30."""
    told = indicators(*small())
    assert told.value("requests") == 3
    assert told.value("coverage_rate") == pytest.approx(2 / 3)
    assert told.by_part("coverage_rate") == {"P1": 1.0, "P2": 0.0, "P3": 1.0, "S1": 0.5, "S2": 1.0}
    assert told.value("points_left") == 30
    assert told.value("points_asked") == 140
    assert told.value("service_breaks") == 1


def test_providers_are_served_alike_or_not() -> None:
    """Shares 0.5 and 1: range 0.5; Gini ((2-3) x 0.5 + (4-3) x 1) / (2 x 1.5) = 1/6."""
    told = indicators(*small())
    assert told.value("equity_providers_range") == 0.5
    assert told.value("equity_providers_gini") == pytest.approx(1 / 6)
    assert gini([3, 3, 3]) == 0
    assert gini([0, 0, 3]) == pytest.approx(2 / 3)
    assert gini([0, 0]) == 0


def test_travel_between_visits_and_the_commute() -> None:
    """H-A 10 and C-H 30 are commute; A-C 20 is between visits. 60 km at 0.38 EUR: 380 + 760 + 1 140 cents."""
    told = indicators(*small())
    assert told.value("travel") == 20
    assert told.value("commute") == 40
    assert told.value("travel_per_visit") == 10
    assert told.value("distance") == 60_000
    assert told.value("mileage_cost") == 2_280
    grams = shipped_assumptions().co2_g_per_km[TravelMode.CAR]
    assert told.value("co2") == 60 * grams


def test_the_share_of_travel_in_the_work() -> None:
    """Service 120 + travel 20 (the 40 min of waiting are an interruption): 20 of 140. 140 min at 20 EUR:
    46.67."""
    told = indicators(*small())
    assert told.value("travel_share") == pytest.approx(20 / 140)
    assert told.value("work", "W1") == 140
    assert told.value("workload_spread") == 140
    assert told.value("work_cost") == 4_667


def test_known_faces_and_preferred_competencies() -> None:
    told = indicators(*small())
    assert told.value("continuity") == 0.5
    assert told.value("qualification_match") == 1.0
    assert told.value("preferred_match") is None


def test_lateness_is_counted_in_the_window_met() -> None:
    """Soft end 08:00, begun at 08:10: ten minutes. The second window opens at 08:30: there it is on time."""
    windows = (
        TimeWindow(at("07:00"), at("08:00"), at("08:10")),
        TimeWindow(at("08:30"), at("09:00"), at("09:30")),
    )
    for start, late in (("08:10", 10), ("08:30", 0), ("09:01", 1)):
        problem = builders.problem([builders.visit("V1", windows=windows)])
        told = indicators(problem, builders.plan(problem, builders.route(problem, "W1", ("V1", start))))
        assert told.value("lateness") == late


def test_nothing_asked_says_no_share() -> None:
    problem = builders.problem([])
    told = indicators(problem, Plan(()))
    assert told.value("requests") == 0
    assert told.value("coverage_rate") is None
    assert told.value("travel_share") is None
    assert "equity_providers_range" not in told.names()


def test_an_association_near_its_cap_raises_an_alert() -> None:
    """400 h are 24 000 min: 23 940 used + 60 in the plan reach it; 23 939 do not."""
    cap = {"AI_480H": 28_800, "AI_480H.warn": 24_000}
    for used, alerts in ((23_940, 1), (23_939, 0)):
        problem, plan = duties(
            [(0, "08:00", 60)],
            labour(mandatory=cap),
            person={"counters": Counters(capped_ai_work=used)},
            providers=(builders.provider("S1", legal_status=LegalStatus.COMPANY), builders.provider("S2")),
            employers=(builders.employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION),),
        )
        told = indicators(problem, plan)
        assert told.value("ai_480_alerts") == alerts
        assert told.by_part("ai_480_used") == ({"W1": 24_000} if alerts else {})
        assert told.value("ai_work") == told.value("ai_essential_service") == 60


def test_ordinary_acts_of_an_association_are_not_essential_ones() -> None:
    problem, plan = duties(
        [(0, "08:00", 60)],
        labour(),
        visits={"act_class": ActClass.ORDINARY},
        employers=(builders.employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION),),
    )
    told = indicators(problem, plan)
    assert (told.value("ai_work"), told.value("ai_essential_service"), told.value("ai_workers")) == (60, 0, 1)


def test_a_rota_received_more_than_a_day_ago_is_stale() -> None:
    """The plan is made on Monday at 12:00; a feed of Sunday 12:00 is just fresh, one of 11:59 is stale."""
    hours = Horizon(MONDAY)
    for received, stale in ((at("12:00") - 1440, 0), (at("11:59") - 1440, 1)):
        feed = RotaFeed("S1", hours.instant(received))
        told = indicators(*small(rota=(feed,), now=at("12:00")))
        assert told.value("stale_feeds") == stale
        assert set(told.by_part("stale_feed_age")) == ({"S1"} if stale else set())


def test_a_feeds_age_is_counted_on_the_clock_that_never_jumps() -> None:
    """Received on Saturday 28 March 2026 at 12:00, the plan made on Sunday at 12:59: 24 h 59 on the wall, 23
    h 59 in truth."""
    spring = Horizon(date(2026, 3, 28), 2)
    feed = RotaFeed("S1", spring.instant(at("12:00")))
    problem = builders.problem(
        [builders.visit("V1")], first_day=date(2026, 3, 28), days=2, rota=(feed,), now=at("11:59", 1)
    )
    assert spring.instant(at("11:59", 1)).hour == 12
    assert indicators(problem, builders.plan(problem)).value("stale_feeds") == 0


def test_short_notice_sundays_and_papers() -> None:
    """Sunday 15 March 08:00, told on Wednesday 08:01: 95 h 59 are short of four days. The engagement is
    promised."""
    promised = (Engagement("S1", *ALWAYS, EngagementStatus.PROMISED),)
    spans = [(6, "08:00", 60)]
    for now, calls in ((at("08:00", 2), 0), (at("08:01", 2), 1)):
        problem, plan = duties(spans, labour(), days=7, person={"engagements": promised}, now=now)
        told = indicators(problem, mark(problem, plan))
        assert told.value("short_notice_calls") == calls
        assert told.value("sundays") == told.value("sundays", "W1") == 1
        assert told.value("papers_to_sign") == told.value("papers_to_sign", "W1") == 1
        assert told.value("to_offer") == 0


def test_violations_are_counted_by_rule_and_overrides_apart() -> None:
    problem, plan = small()
    broken = Violation("DAILY_REST", "W1", "W1 2026-03-09", Reason.of("daily_rest"), "CT")
    told = indicators(problem, plan, violations=[broken, replace(broken, waived_by="C1")])
    assert told.value("rule_violations") == told.value("rule_violations", "DAILY_REST") == 1
    assert told.value("rules_overridden") == 1
    assert indicators(problem, plan).value("rule_violations") == 0


def test_keys_are_unique_and_units_known() -> None:
    values = indicators(*small()).values
    assert len({one.key for one in values}) == len(values)
    units = {"count", "points", "share", "min", "metres", "cents", "g", "hours", "coefficient"}
    assert {one.unit for one in values} <= units


def test_the_factors_are_data() -> None:
    text = "\n".join(
        ["[stale_feed]", "after_hours = {value = 2}", "[short_notice]", "below_hours = {value = 3}"]
    )
    modes = "\n".join(f"{mode} = {{value = 7}}" for mode in TravelMode)
    given = parse_assumptions(f"{text}\n[co2_g_per_km]\n{modes}")
    assert indicators(*small(), assumptions=given).value("co2") == 420
    assert (given.stale_after_hours, given.short_notice_hours) == (2, 3)


def test_a_certificate_that_ends_with_the_duty_day_counts_after_midnight_too() -> None:
    """Held until Monday, a night from Monday 23:00 with a visit at 00:30: the rule finds nothing lacking, nor
    does the figure."""
    required, preferred = frozenset({"ESSENTIAL_ASSIST"}), frozenset({"UPKEEP"})
    asked = builders.visit("V1", earliest="24:00", latest="25:00", required=required, preferred=preferred)
    held = (HeldCertificate("ADVF", expires=MONDAY),)
    worker = builders.worker(start="23:00", end="27:00", certificates=held)
    problem = builders.problem([asked], [worker], days=2)
    told = indicators(problem, builders.plan(problem, builders.route(problem, "W1", ("V1", "24:30"))))
    assert told.value("rule_violations") == 0
    assert (told.value("qualification_match"), told.value("preferred_match")) == (1.0, 1.0)


def test_a_tour_without_stops_is_told_as_a_breach_and_not_a_crash() -> None:
    problem, plan = small()
    empty = replace(plan.routes[0], worker_id="W9", stops=(), departure=0, back=0, travel_back=0)
    told = indicators(problem, replace(plan, routes=(*plan.routes, empty)))
    assert told.value("rule_violations", "ASSIGNMENT") == 1
    assert told.value("commute") == indicators(problem, plan).value("commute")
