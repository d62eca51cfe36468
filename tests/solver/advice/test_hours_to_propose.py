"""Which other hours a service could propose to a family: each lawful when carried out, what costs least
first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given

from brigade.changes.answers import ProposedHour, ProposedHours
from brigade.errors import InvalidPlan
from brigade.judging.checker import check
from brigade.timing.plan_timing import retime
from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.hours_to_propose import at_hours, proposed_hours
from solver.advice.trial_plan import orders_of, pinned_starts
from tests.advice import on_many_plans
from tests.advice import planned as plans
from tests.builders import at, labour, problem, visit, without_way, worker
from tests.solver.advice.answers import planned


def begins(found: ProposedHours, visit_id: str = "V1") -> list[str]:
    starts = [one.starts[visit_id] for one in found.proposals]
    return [f"{start // 60:02}:{start % 60:02}" for start in starts]


def day() -> Problem:
    """V1 wants eight o'clock, when W1 is at V2 until ten; she leaves at noon."""
    visits = [visit("V1", "A", 60, "08:00", "08:15"), visit("V2", "A", 120, "08:00", "08:00")]
    return problem(visits, [worker(end="12:00")])


def test_hours_around_what_she_does_already_are_proposed_the_cheapest_first() -> None:
    """At 07:00 she is done when V2 begins, next door. From ten on she is on the spot again, and the last hour
    that brings her home at noon, ten minutes away, is 10:50."""
    found = proposed_hours(day(), planned(day(), W1=["V2"]), "V1")
    assert begins(found) == ["07:00", "10:00", "10:30"]
    assert {one.travel_min for one in found.proposals} == {0.0}
    assert {one.workers["V1"] for one in found.proposals} == {"W1"}


def test_hours_are_those_that_somebody_names() -> None:
    """From ten to eleven a visit of an hour can only begin at ten."""
    found = proposed_hours(day(), planned(day(), W1=["V2"]), "V1", time(10), time(11))
    assert begins(found) == ["10:00"]
    assert found.tried == 1
    assert found.proposals[0].windows["V1"] == TimeWindow(at("10:00"), at("10:00"), at("10:00"))


def test_nothing_is_proposed_before_now() -> None:
    late = replace(day(), now=at("10:10"))
    found = proposed_hours(late, planned(day(), W1=["V2"]), "V1")
    assert begins(found) == ["10:10", "10:30"]


def test_a_covered_visit_leaves_its_place_first() -> None:
    """Alone that morning: every other half hour is as good, and her own is none of them."""
    alone = problem([visit("V1", "A", 60, "08:00", "08:30")], [worker(end="10:10")])
    found = proposed_hours(alone, planned(alone, W1=["V1"]), "V1")
    assert sorted(begins(found)) == ["07:00", "07:30", "09:00"]
    assert {one.points for one in found.proposals} == {0}


def test_two_carers_are_proposed_at_one_hour() -> None:
    """W2 comes at nine: before, nobody is there beside W1."""
    visits = [visit(id, "A", 60, "08:00", "08:30") for id in ("V1", "V2")]
    pair = problem(visits, [worker(), worker("W2", start="09:00")])
    tied = replace(pair, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    found = proposed_hours(tied, Plan(()), "V1", closes=time(11))
    assert [(one.starts["V1"], one.starts["V2"]) for one in found.proposals] == [
        (at(hour), at(hour)) for hour in ("09:10", "09:30", "10:00")
    ]
    assert {frozenset(one.workers.values()) for one in found.proposals} == {frozenset({"W1", "W2"})}


def fixed_gap(hours: int) -> Problem:
    """V2 begins exactly so many hours after V1, which wants eight o'clock."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:30"),
        visit("V2", "A", 60, 480 + 60 * hours, 510 + 60 * hours),
    ]
    gap = Link(LinkKind.GAP, "V1", "V2", 60 * hours, 60 * hours)
    return replace(problem(visits, [worker()]), links=(gap,))


def test_hours_that_lead_the_other_out_of_the_horizon_hide_none_of_the_rest() -> None:
    """V2 twelve hours later: from noon on it would begin after the day. W1 is home by ten at night, ten
    minutes away, so that 20:50 is its last hour, and 08:50 that of V1: seven and half past seven are left,
    beside the hours that it has."""
    found = proposed_hours(fixed_gap(12), Plan(()), "V1")
    assert sorted(begins(found)) == ["07:00", "07:30"]
    assert all(one.starts["V2"] - one.starts["V1"] == 720 for one in found.proposals)
    assert found.tried == 8


def test_the_other_carer_is_asked_for_at_the_same_hour_however_wide_her_own() -> None:
    """V1 may begin from eight to ten, V2 from nine to half past: at noon they begin together."""
    visits = [visit("V1", "A", 60, "08:00", "10:00"), visit("V2", "A", 60, "09:00", "09:30")]
    pair = replace(problem(visits, [worker(), worker("W2")]), links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    found = proposed_hours(pair, Plan(()), "V1", time(12), time(13))
    assert [one.starts for one in found.proposals] == [{"V1": at("12:00"), "V2": at("12:00")}]
    assert found.proposals[0].windows["V2"] == found.proposals[0].windows["V1"]


def test_what_has_begun_is_proposed_at_no_other_hour() -> None:
    """V1 is over, and V2 is six hours later: neither can be had at another hour."""
    given = fixed_gap(6)
    plan = planned(given, W1=["V1", "V2"])
    later = replace(given, now=at("10:00"))
    with pytest.raises(InvalidPlan) as refused:
        proposed_hours(later, plan, "V1")
    assert [(one.code, one.words) for one in refused.value.issues] == [("K103", "visit_has_begun")]
    assert proposed_hours(later, plan, "V2").proposals == ()


def test_no_hour_is_told_where_nobody_gets_past_the_visit() -> None:
    """From A to C there is no way but by B."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:30"),
        visit("V2", "B"),
        visit("V3", "C", 60, "11:00", "11:10"),
    ]
    given = without_way(problem(visits, [worker()]), ("A", "C"))
    plan = planned(given, W1=["V1", "V2", "V3"])
    assert check(given, plan) == ()
    assert proposed_hours(given, plan, "V2").proposals == ()


@pytest.mark.parametrize(("day", "minutes"), [(date(2027, 3, 28), 90), (date(2026, 10, 25), 210)])
def test_on_the_nights_the_clocks_change_each_half_hour_is_told_once(day: date, minutes: int) -> None:
    """From half past one to four there are an hour and a half in spring, three and a half in autumn."""
    night = problem([visit("V1", "A", 30, 600, 610)], [worker(hours=[(0, 720)])], first_day=day)
    found = proposed_hours(night, Plan(()), "V1", time(1, 30), time(4), most=10)
    opens = sorted(one.windows["V1"].earliest for one in found.proposals)
    assert opens == list(range(90, 90 + minutes, 30))


def test_an_unknown_visit_and_hours_that_end_before_they_begin_are_refused_at_once() -> None:
    with pytest.raises(InvalidPlan) as refused:
        proposed_hours(day(), Plan(()), "V9", time(12), time(8))
    assert [one.code for one in refused.value.issues] == ["K103", "E103"]


def carried_out(given: Problem, plan: Plan, proposal: ProposedHour) -> tuple[Problem, Plan]:
    """By plain rules alone: the visits leave, then go where the proposal puts them."""
    changed, gone = at_hours(given, proposal.windows), set(proposal.starts)
    orders = {key: [id for id in order if id not in gone] for key, order in orders_of(plan).items()}
    for one in proposal.placements:
        orders.setdefault((one.worker_id, one.tour), []).insert(one.position, one.visit_id)
    pins = {id: start for id, start in pinned_starts(plan).items() if id not in gone}
    no_earlier = {id: max(given.now, 0) for order in orders.values() for id in order if given.now > 0}
    timed = retime(changed, {k: v for k, v in orders.items() if v}, fixed_starts=pins, no_earlier=no_earlier)
    assert timed.issues == ()
    return changed, replace(timed.plan, pinned=plan.pinned - gone, waivers=plan.waivers)


@on_many_plans
@given(case=plans())
def test_every_hour_proposed_is_lawful_when_the_family_agrees(case: tuple[Problem, Plan]) -> None:
    """Of a covered visit and an uncovered one of each plan."""
    asked, plan = case
    broken = Counter(check(asked, plan))
    ids = [*sorted(plan.covered)[:1], *sorted(one.visit_id for one in plan.uncovered)[:1]]
    for id in ids:
        if id not in asked.request_by_visit:
            continue
        found = proposed_hours(asked, plan, id)
        assert [one.soft for one in found.proposals] == sorted(one.soft for one in found.proposals)
        for one in found.proposals:
            changed, made = carried_out(asked, plan, one)
            assert not Counter(check(changed, made)) - broken
            assert made.covered >= plan.covered
            stops = {visit: made.stop_of(visit) for visit in one.starts}
            assert one.starts == {visit: stop[1].start for visit, stop in stops.items() if stop}


def test_nobody_gives_up_a_visit_without_which_her_day_breaks_a_rule() -> None:
    """An hour at a time at the least: with V1 between them two half hours are one; without it each is too
    little, and W2, who is free, is not proposed."""
    visits = [
        visit("V0", "A", 30, "08:00", "08:00"),
        visit("V1", "A", 60, "08:30", "08:30"),
        visit("V2", "A", 30, "09:30", "09:30"),
    ]
    law = labour(bad={"MIN_WORK_PERIOD": {"value": 60, "stricter": "higher"}})
    tied = problem(visits, [worker(), worker("W2")], labour=law)
    plan = planned(tied, W1=["V0", "V1", "V2"])
    assert check(tied, plan) == ()
    assert check(tied, planned(tied, W1=["V0", "V2"])) != ()
    assert proposed_hours(tied, plan, "V1").proposals == ()
