"""What a plan costs: every term by hand, weights of 1 unless said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.errors import InvalidProblem
from brigade.judging.coverage_levels import MOST_COST
from brigade.judging.objective import (
    TERMS,
    amounts,
    breakdown,
    fair_shares,
    level_weights,
    most_soft_cost,
    uncovered_costs,
)
from brigade.values.demand import Priority
from brigade.values.places import Sector, TravelMode
from brigade.values.plan import Plan
from brigade.values.policy import CoverageMode, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Contract, Counters, Learning, PastDay, PathStep
from solver.model.model import build_model
from tests.builders import MONDAY, at, labour, plan, problem, route, visit, worker

NOTHING = Weights(**dict.fromkeys(TERMS, 0))
SHORT = labour(
    bad={
        "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
        "TRAVEL_IS_WORK": {"value": 1, "unit": "flag"},
    }
)


def only(term: str, weight: int = 1) -> Policy:
    return Policy(weights=replace(NOTHING, **{term: weight}))


def met(asked: Problem, made: Plan, start: Plan | None = None) -> dict[str, int]:
    """The terms that are not zero."""
    return {term: amount for term, amount in amounts(asked, made, start).items() if amount}


def test_every_leg_is_travel_home_legs_included() -> None:
    """H-A 10, A-B 10, B-H 20."""
    asked = problem([visit("V1", "A"), visit("V2", "B")])
    found = met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:10"))))
    assert (found["travel"], found["used_worker"]) == (40, 1)


def test_mileage_is_floored_leg_by_leg() -> None:
    """1.5 km at 33 cents is 49.5: 49 cents there, 49 back, not 99 together."""
    asked = problem([visit("V1", "A")], [worker(cents_per_km=33)], places={"H": 0, "A": 1})
    car = asked.travel[TravelMode.CAR]
    longer = replace(asked, travel={TravelMode.CAR: replace(car, metres=car.metres * 3 // 2)})
    assert met(longer, plan(longer, route(longer, "W1", ("V1", "08:00"))))["travel_cost"] == 98


def test_lateness_counts_from_the_soft_end() -> None:
    asked = problem([visit("V1", "A", 60, "08:00", "09:00", hard_latest="10:00")])
    assert "lateness" not in met(asked, plan(asked, route(asked, "W1", ("V1", "09:00"))))
    found = met(asked, plan(asked, route(asked, "W1", ("V1", "09:07"))))
    assert (found["lateness"], found["max_lateness"]) == (7, 7)


@pytest.mark.parametrize(
    ("usual", "preferred", "expected"),
    [
        ((), (), {}),
        (("W1",), (), {}),
        (("W2",), (), {"unfamiliar": 1}),
        ((), ("W1",), {}),
        ((), ("W2",), {"unfamiliar": 1, "not_preferred": 1}),
        (("W1",), ("W2",), {"not_preferred": 1}),
    ],
)
def test_a_familiar_face_is_usual_or_asked_for(
    usual: tuple[str, ...], preferred: tuple[str, ...], expected: dict[str, int]
) -> None:
    wanted = visit("V1", usual_workers=frozenset(usual), preferred_workers=frozenset(preferred))
    asked = problem([wanted], [worker("W1"), worker("W2")])
    found = met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert {term: found[term] for term in ("unfamiliar", "not_preferred") if term in found} == expected


def test_each_preferred_competency_not_held_counts() -> None:
    wanted = visit("V1", preferred=frozenset({"UPKEEP", "NIGHT", "ESSENTIAL_ASSIST"}))
    asked = problem([wanted], [worker(competencies=frozenset({"UPKEEP"}))])
    assert met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))["missing_preferred"] == 2


def test_the_usual_hour_counts_before_and_after() -> None:
    """V1 20 min too early, V2 5 min too late; V3 has no usual hour."""
    visits = [visit("V1", planned_start=at("08:20")), visit("V2", planned_start=at("09:55")), visit("V3")]
    asked = problem(visits)
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00"), ("V3", "11:00")))
    assert met(asked, made)["usual_hour"] == 25


def test_short_waits_and_interruptions_are_two_terms() -> None:
    """At B from 09:10: 14 min of waiting; then from 10:24, 10:34 at C: 26 min of interruption."""
    asked = problem([visit("V1", "A"), visit("V2", "B"), visit("V3", "C")], rules=SHORT)
    found = met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:24"), ("V3", "11:00"))))
    assert (found["waiting"], found["interruption"]) == (14, 26)
    assert found["max_waiting"] == 26


def test_free_time_between_two_tours_costs_nothing() -> None:
    person = worker(hours=(("06:00", "12:00"), ("13:00", "20:00")))
    asked = problem([visit("V1", "A"), visit("V2", "A")], [person], rules=SHORT)
    found = met(
        asked, plan(asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W1", ("V2", "14:00"), tour=1))
    )
    assert "interruption" not in found
    assert found["used_worker"] == 2


def test_overtime_is_coming_back_after_the_end() -> None:
    """Back at 09:10, available until 09:00."""
    person = worker(availability=(Availability(at("06:00"), at("09:00"), at("10:00")),))
    asked = problem([visit("V1", "A")], [person])
    assert met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))["overtime"] == 10


def test_additional_hours_count_the_week_with_its_history() -> None:
    """Contract 2 h; 90 min worked on Monday, Tuesday's 60 make 150: 30 too many. A week without the plan
    costs nothing."""
    past = PastDay(MONDAY, at("08:00", -1), at("09:30", -1), 90)
    person = worker(contract=Contract(weekly=120), counters=Counters(days=(past,)))
    asked = problem([visit("V1", "A")], [person], first_day=MONDAY.replace(day=10))
    assert met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))["additional_hours"] == 30
    assert "additional_hours" not in met(asked, plan(asked))


def test_equity_between_providers_grows_with_each_visit_left() -> None:
    """S1 is left with three: 0 + 1 + 2. S2 with one: 0."""
    visits = [visit(f"V{n}") for n in (1, 2, 3)] + [visit("V4", provider="S2")]
    asked = problem(visits)
    assert met(asked, plan(asked))["equity_providers"] == 3


def test_equity_between_workers_is_work_above_the_fair_share() -> None:
    """120 min asked; W1 is there 16 h, W2 8 h: shares 80 and 40. W1 does both: 120 - 80 = 40 too many (no
    travel)."""
    people = [worker("W1"), worker("W2", "06:00", "14:00")]
    asked = problem([visit("V1", "A"), visit("V2", "A")], people)
    assert fair_shares(asked) == {"W1": 80, "W2": 40}
    found = met(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:00"))))
    assert found["equity_workers"] == 40
    assert found["workload_balance"] == 120


def test_disruption_compares_with_the_plan_already_told() -> None:
    """V1 moves by 5 min and stays with W1; V2 keeps its time and goes to W2; V3 is new."""
    asked = problem([visit(f"V{n}", "A") for n in (1, 2, 3)], [worker("W1"), worker("W2")])
    told = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00")))
    now = plan(
        asked, route(asked, "W1", ("V1", "08:05"), ("V3", "12:00")), route(asked, "W2", ("V2", "10:00"))
    )
    found = met(asked, now, told)
    assert (found["moved_start"], found["moved_visit"], found["changed_worker"]) == (5, 1, 1)
    assert "moved_start" not in met(asked, now)


def test_a_unit_is_worth_the_same_on_any_tick() -> None:
    """Half-minute ticks double a time term; a counted term is doubled by its factor."""
    for scale in (1, 2):
        policy = Policy(weights=replace(NOTHING, travel=10, used_worker=7))
        asked = problem([visit("V1", "A", 60 * scale)], ticks_per_minute=scale, policy=policy)
        asked = replace(asked, workers=(worker(hours=((0, 1400 * scale),)),))
        asked = replace(asked, visits=(visit("V1", "A", 60, 0, 1000 * scale),))
        terms = breakdown(asked, plan(asked, route(asked, "W1", ("V1", 400 * scale)))).terms
        assert (terms["travel"], terms["used_worker"]) == (10 * 20 * scale, 7 * scale)


# -- coverage ----------------------------------------------------------------------------------------------
def levels() -> list[tuple[str, Priority]]:
    return [
        ("V1", Priority.P1),
        ("V2", Priority.P2),
        ("V3", Priority.P3),
        ("V4", Priority.P4),
        ("V5", Priority.P4),
    ]


def test_each_level_outweighs_all_below_it_and_every_soft_cost() -> None:
    """Soft costs at most s: P4 costs 1 + s; P3 1 + s + 2 P4; and so on up to the mandatory."""
    asked = problem([visit(id, priority=priority) for id, priority in levels()])
    soft, weights = most_soft_cost(asked), level_weights(asked)
    assert weights[4] == 1 + soft
    assert weights[3] == 1 + soft + 2 * weights[4]
    assert weights[2] == 1 + soft + weights[3] + 2 * weights[4]
    assert weights[1] == 1 + soft + weights[2] + weights[3] + 2 * weights[4]
    assert weights[0] == 1 + soft + weights[1] + weights[2] + weights[3] + 2 * weights[4]


def test_hundreds_of_visits_of_all_levels_can_still_be_counted() -> None:
    """Five levels of 320: 321^4 x the soft costs passes 64 bits. A visit then outweighs dozens of each lower
    level."""
    many = [visit(f"V{n}", priority=list(Priority)[n % 4], mandatory=n % 5 == 4) for n in range(1600)]
    asked = problem(many, [worker(f"W{n}") for n in range(200)])
    soft, weights, each = most_soft_cost(asked), level_weights(asked), uncovered_costs(asked)
    assert MOST_COST // 4 < soft + sum(each.values()) <= MOST_COST
    assert weights[4] == 1 + soft
    for level in range(4):
        assert weights[level] > soft + 24 * sum(weights[level + 1 :])


def test_weights_beyond_counting_are_refused() -> None:
    policy = Policy(CoverageMode.WEIGHTED, points=dict.fromkeys(range(5), 10**9), units_per_point=10**9)
    with pytest.raises(InvalidProblem, match="P407"):
        build_model(problem([visit("V1"), visit("V2")], policy=policy))


def test_a_level_outweighs_soft_costs_even_when_no_lower_visit_is_open() -> None:
    asked = problem([visit("V1", priority=Priority.P1)])
    assert level_weights(asked)[1] > most_soft_cost(asked) > 0


def test_uncovered_visits_are_counted_by_level_and_in_points() -> None:
    """P1 100, P4 3, and V5 says 50 of its own."""
    visits = [visit("V1", priority=Priority.P1), visit("V4", priority=Priority.P4), visit("V5", points=50)]
    asked = problem([*visits, visit("V0", mandatory=True)])
    found = breakdown(asked, plan(asked, route(asked, "W1", ("V0", "08:00"))))
    assert (found.uncovered, found.points) == ((0, 1, 1, 0, 1), 153)
    weights = level_weights(asked)
    assert found.coverage == weights[1] + weights[2] + weights[4]
    assert found.total == found.coverage + found.soft


def test_in_the_weighted_mode_points_compete_with_soft_costs() -> None:
    policy = Policy(CoverageMode.WEIGHTED, units_per_point=10, weights=NOTHING)
    asked = problem([visit("V1", priority=Priority.P1), visit("V4", priority=Priority.P4)], policy=policy)
    assert uncovered_costs(asked) == {"V1": 1000, "V4": 30}
    assert breakdown(asked, plan(asked)).total == 1030


def test_only_open_visits_can_be_uncovered() -> None:
    asked = problem([visit("V1", wants_replacement=False)])
    assert breakdown(asked, plan(asked)).uncovered == (0, 0, 0, 0, 0)
    assert uncovered_costs(asked) == {}


@pytest.mark.parametrize("term", TERMS)
def test_every_term_has_its_weight_and_the_weight_its_term(term: str) -> None:
    """A plan with something of each term: doubling one weight doubles that cost and no other."""
    asked, made, told = rich()
    once = breakdown(replace(asked, policy=only(term)), made, told).terms
    twice = breakdown(replace(asked, policy=only(term, 2)), made, told).terms
    assert once[term] > 0
    assert twice == {name: 2 * cost for name, cost in once.items()}
    assert [name for name, cost in once.items() if cost] == [term]


def test_no_lawful_plan_costs_more_than_the_most_soft_cost() -> None:
    asked, made, told = rich()
    for term in TERMS:
        alone = replace(asked, policy=only(term))
        assert breakdown(alone, made, told).soft <= most_soft_cost(alone)


def rich() -> tuple[Problem, Plan, Plan]:
    """One tour with a bit of everything, two visits and a shared one left over, and the plan told before
    it."""
    meal = {
        "MEAL_BREAK.length": {"value": 45, "stricter": "higher"},
        "MEAL_BREAK.due_before": {"value": 720, "unit": "min_of_day"},
        "MEAL_BREAK.due_after": {"value": 840, "unit": "min_of_day"},
        "MEAL_BREAK.from": {"value": 660, "unit": "min_of_day"},
        "MEAL_BREAK.to": {"value": 900, "unit": "min_of_day"},
    }
    rules = labour(bad={"SHORT_GAP_PAID": {"value": 15, "stricter": "higher"}, **meal})
    stranger = frozenset({"W2"})
    visits = [
        visit("V1", "A", 120, "08:00", "10:00", hard_latest="12:00", preferred=frozenset({"NIGHT"})),
        visit("V2", "B", 60, preferred_workers=stranger, planned_start=at("12:30")),
        visit("V3", "C", 180),
        visit("V4", "D"),
        visit("V5", "D"),
    ]
    first = worker(
        availability=(Availability(at("06:00"), at("16:00"), at("22:00")),),
        cents_per_km=40,
        contract=Contract(weekly=60),
        sectors=frozenset({"Q1"}),
    )
    sectors = (
        Sector("Q1", "Nord", sites=frozenset({"A"}), neighbours=frozenset({"Q2"})),
        Sector("Q2", "Sud", sites=frozenset({"B"})),
    )
    # On Monday a fifth is due: 8 of 40 hours, 2 of 10 clients; a visit of the week was of ordinary acts.
    path = (PathStep(MONDAY, essential_percent=100, weekly=2400, familiar_clients=10),)
    first = replace(first, path=path, counters=Counters(week_visits=1))
    learner = worker("W2", learning=(Learning(client_id="S1:C", shared_needed=1, tutors=frozenset({"W1"})),))
    asked = problem(visits, [first, learner], rules=rules, sectors=sectors)
    made = plan(asked, route(asked, "W1", ("V1", "10:30"), ("V2", "12:50"), ("V3", "14:30")))
    told = plan(asked, route(asked, "W2", ("V1", "10:00"), ("V2", "12:50")))
    return asked, made, told
