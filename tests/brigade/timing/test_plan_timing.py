"""The canonical timing of an order given by hand: docs/design.md §1 and §2, one clause a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from brigade.errors import InvalidPlan
from brigade.texts.labour_code import LabourCode
from brigade.timing.plan_timing import Orders, retime
from brigade.units import Interval, TimeWindow
from brigade.values.demand import Absence, AbsenceKind, Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.plan import Route
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, PersonalLimits
from tests.builders import at, labour, problem, travel_between, visit, worker
from tests.sayings import refusals

BREAKS = {"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}}
MEAL = {
    "MEAL_BREAK.length": {"value": 30, "stricter": "higher"},
    "MEAL_BREAK.due_before": {"value": 720, "unit": "min_of_day"},
    "MEAL_BREAK.due_after": {"value": 840, "unit": "min_of_day"},
    "MEAL_BREAK.from": {"value": 660, "unit": "min_of_day"},
    "MEAL_BREAK.to": {"value": 900, "unit": "min_of_day"},
}


def starts(route: Route) -> list[int]:
    return [stop.start for stop in route.stops]


def only_route(asked: Problem, *ids: str) -> Route:
    (route,) = retime(asked, {("W1", 0): ids}).plan.routes
    return route


def breaks() -> LabourCode:
    return labour(mandatory=BREAKS)


# -- forward -----------------------------------------------------------------------------------------------
def test_stops_follow_each_other_with_travel_and_no_gap() -> None:
    """Available from 06:00; H to A 10 min: 06:10 to 07:10, A to B 10: 07:20 to 08:20, B to H 20: back at
    08:40."""
    route = only_route(problem([visit("V1", "A"), visit("V2", "B")]), "V1", "V2")
    assert starts(route) == [at("06:10"), at("07:20")]
    assert (route.departure, route.back) == (at("06:00"), at("08:40"))
    assert [stop.travel for stop in route.stops] == [10, 10]
    assert [stop.metres for stop in route.stops] == [10_000, 10_000]
    assert (route.travel_back, route.metres_back) == (20, 20_000)


def test_a_day_without_a_home_starts_at_the_first_visit() -> None:
    """No start and no end place: the way there and back is nobody's, 06:00 is the first start."""
    route = only_route(problem([visit("V1", "C")], [worker(home=None)]), "V1")
    assert (route.departure, starts(route), route.back) == (at("06:00"), [at("06:00")], at("07:00"))


def test_travel_is_not_symmetric_by_assumption_but_by_the_matrix() -> None:
    asked = problem([visit("V1", "A")])
    assert travel_between(asked, asked.workers[0], "H", "C") == (30, 30_000)
    assert travel_between(asked, asked.workers[0], None, "C") == (0, 0)
    assert travel_between(asked, asked.workers[0], "C", None) == (0, 0)


def test_a_start_waits_for_the_next_of_several_windows() -> None:
    """V1 ends at 09:00, B is reached at 09:10: the morning window closed at 09:00, the next opens at
    14:00."""
    windows = (TimeWindow.hard(at("08:00"), at("09:00")), TimeWindow.hard(at("14:00"), at("15:00")))
    asked = problem([visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "B", windows=windows)])
    route = only_route(asked, "V1", "V2")
    assert starts(route) == [at("08:00"), at("14:00")]
    assert route.stops[1].wait == 290


def test_a_window_includes_its_last_tick() -> None:
    """B is reached at 07:20, when its window closes: on time; with one tick less it is not."""
    on_time = problem([visit("V1", "A"), visit("V2", "B", latest="07:20")])
    assert retime(on_time, {("W1", 0): ("V1", "V2")}).issues == ()
    late = problem([visit("V1", "A"), visit("V2", "B", latest="07:19")])
    assert [issue.code for issue in retime(late, {("W1", 0): ("V1", "V2")}).issues] == ["T101"]


def test_the_soft_end_may_be_passed_up_to_the_hard_end() -> None:
    asked = problem([visit("V1", "A"), visit("V2", "B", latest="07:00", hard_latest="07:20")])
    done = retime(asked, {("W1", 0): ("V1", "V2")})
    assert done.issues == ()
    assert starts(done.plan.routes[0])[1] == at("07:20")


def test_no_service_lies_in_a_band_in_which_the_person_does_not_work() -> None:
    """Not before 07:30: reached at 06:10, but nothing before the band ends."""
    asked = problem([visit("V1", "A")], [worker(limits=PersonalLimits(no_work_bands=("20:00-07:30",)))])
    assert starts(only_route(asked, "V1")) == [at("07:30")]


@pytest.mark.parametrize(("band", "start"), [("07:10-08:00", "06:10"), ("07:09-08:00", "08:00")])
def test_a_visit_may_end_exactly_when_a_band_begins(band: str, start: str) -> None:
    """06:10 to 07:10 touches a band from 07:10; from 07:09 it overlaps by a minute, so it comes after."""
    asked = problem([visit("V1", "A")], [worker(limits=PersonalLimits(no_work_bands=(band,)))])
    assert starts(only_route(asked, "V1")) == [at(start)]


def test_visits_at_one_place_follow_without_travel() -> None:
    """Zero minutes from A to A: one begins when the other ends."""
    assert starts(only_route(problem([visit("V1", "A"), visit("V2", "A")]), "V1", "V2")) == [
        at("06:10"),
        at("07:10"),
    ]


# -- rest break --------------------------------------------------------------------------------------------
def test_a_stretch_that_reaches_the_limit_needs_a_break_before_or_right_after() -> None:
    """06:10 + 180 + 10 + 170 = 360 min in a row: at the end of the tour the break comes before the last stop;
    where another stop follows, before that. With 169 min none is due."""
    sizes = {"V1": 180, "V2": 170, "V3": 169, "V4": 60}
    asked = problem(
        [visit(id, "A" if id == "V1" else "B", size) for id, size in sizes.items()], rules=breaks()
    )
    assert [stop.pause for stop in only_route(asked, "V1", "V3").stops] == [0, 0]
    assert [stop.pause for stop in only_route(asked, "V1", "V2").stops] == [0, 20]
    assert [stop.pause for stop in only_route(asked, "V1", "V2", "V4").stops] == [0, 0, 20]


def test_one_minute_more_puts_a_pause_before_the_next_stop() -> None:
    """180 + 10 + 171 = 361 > 360: arrival at 09:20, a pause of 20, start at 09:40."""
    asked = problem([visit("V1", "A", 180), visit("V2", "B", 171)], rules=breaks())
    stop = only_route(asked, "V1", "V2").stops[1]
    assert (stop.arrival, stop.pause, stop.start, stop.wait) == (at("09:20"), 20, at("09:40"), 0)


def test_a_wait_long_enough_is_the_break() -> None:
    """Reached at 09:20, open at 09:40: 20 min of waiting end the stretch, no pause is added."""
    asked = problem([visit("V1", "A", 180, latest="06:10"), visit("V2", "B", 300, "09:40")], rules=breaks())
    stop = only_route(asked, "V1", "V2").stops[1]
    assert (stop.pause, stop.wait) == (0, 20)


def test_a_wait_one_minute_too_short_is_no_break() -> None:
    """19 min of waiting, then the pause of 20 from the arrival: 09:40 is the start all the same, one minute
    is lost."""
    asked = problem([visit("V1", "A", 180, latest="06:10"), visit("V2", "B", 300, "09:39")], rules=breaks())
    stop = only_route(asked, "V1", "V2").stops[1]
    assert (stop.pause, stop.start) == (20, at("09:40"))


def test_a_single_stop_longer_than_the_limit_is_lawful_alone() -> None:
    route = only_route(problem([visit("V1", "A", 420)], rules=breaks()), "V1")
    assert (route.stops[0].pause, starts(route)) == (0, [at("06:10")])


def test_a_stricter_personal_stretch_replaces_the_limit() -> None:
    """A minor: 4 h 30, then 30 min. 150 + 10 + 120 = 280 > 270."""
    young = worker(limits=PersonalLimits(max_stretch=270, stretch_break=30))
    asked = problem([visit("V1", "A", 150), visit("V2", "B", 120)], [young], rules=breaks())
    assert only_route(asked, "V1", "V2").stops[1].pause == 30


# -- meal break --------------------------------------------------------------------------------------------
def test_a_meal_is_put_where_the_tour_ends_earliest_and_first_among_equals() -> None:
    """Three visits from 10:00 on end after 14:00 with no gap: before V2 or V3 the end is the same; before V2
    it is."""
    asked = problem([visit(f"V{n}", "A", 90, "10:00") for n in (1, 2, 3)], rules=labour(bad=MEAL))
    route = only_route(asked, "V1", "V2", "V3")
    assert [stop.pause for stop in route.stops] == [0, 30, 0]
    assert starts(route) == [at("10:00"), at("12:00"), at("13:30")]


def test_a_meal_goes_where_it_costs_a_wait_and_not_the_end() -> None:
    """V3 waits for 13:20 anyway (20 min after V2's end at 13:00): there the meal costs 10 min, before V2 it
    costs 10 too (13:30 against 13:20): the first of equals."""
    visits = [visit("V1", "A", 90, "10:00", "10:00"), visit("V2", "A", 90), visit("V3", "A", 60, "13:20")]
    route = only_route(problem(visits, rules=labour(bad=MEAL)), "V1", "V2", "V3")
    assert [stop.pause for stop in route.stops] == [0, 30, 0]
    assert starts(route) == [at("10:00"), at("12:00"), at("13:30")]


def test_a_gap_that_holds_the_meal_needs_no_pause() -> None:
    """V1 ends at 12:00; V2 opens at 12:30: 30 min inside 11:00-15:00."""
    visits = [visit("V1", "A", 90, "10:30", "10:30"), visit("V2", "A", 120, "12:30")]
    assert [s.pause for s in only_route(problem(visits, rules=labour(bad=MEAL)), "V1", "V2").stops] == [0, 0]


def test_a_meal_before_the_band_opens_waits_for_it() -> None:
    """V1 ends at 10:30 and V2 (4 h) is where the meal must be: it begins at 11:00, V2 at 11:30."""
    visits = [visit("V1", "A", 60, "09:30", "09:30"), visit("V2", "A", 240)]
    stop = only_route(problem(visits, rules=labour(bad=MEAL)), "V1", "V2").stops[1]
    assert (stop.arrival, stop.pause, stop.start) == (at("10:30"), 30, at("11:30"))


@pytest.mark.parametrize(("start", "minutes"), [("12:00", 90), ("11:00", 85)])
def test_no_meal_is_due_on_the_boundary(start: str, minutes: int) -> None:
    """A first start at 12:00 is not before 12:00; 11:00 + 85 + 10 + 85 = 14:00 is not after 14:00."""
    visits = [visit("V1", "A", minutes, start, start), visit("V2", "B", minutes)]
    assert [s.pause for s in only_route(problem(visits, rules=labour(bad=MEAL)), "V1", "V2").stops] == [0, 0]


def test_a_meal_that_fits_nowhere_is_told() -> None:
    """V2 must begin at 12:00 sharp, V3 at 14:30: each gap is under 30 min."""
    visits = [visit("V1", "A", 60, "11:00", "11:00"), visit("V2", "A", 150, "12:00", "12:00")]
    done = retime(problem(visits, rules=labour(bad=MEAL)), {("W1", 0): ("V1", "V2")})
    assert [issue.code for issue in done.issues] == ["T102"]


@pytest.mark.parametrize(("minutes", "issues"), [(210, []), (211, ["T102"])])
def test_a_meal_ends_with_the_band_at_the_latest(minutes: int, issues: list[str]) -> None:
    """V1 from 11:00 ends at 14:30: the meal lasts until 15:00. A minute later there is no room for it."""
    visits = [visit("V1", "A", minutes, "11:00", "11:00"), visit("V2", "A", 60)]
    done = retime(problem(visits, rules=labour(bad=MEAL)), {("W1", 0): ("V1", "V2")})
    assert [issue.code for issue in done.issues] == issues


# -- late departure ----------------------------------------------------------------------------------------
def test_nobody_waits_before_the_first_window_for_nothing() -> None:
    """V2 opens at 10:00; V1 (60 min, until 22:00) then travel 10: V1 begins at 08:50, not at 06:10."""
    route = only_route(problem([visit("V1", "A"), visit("V2", "B", 60, "10:00")]), "V1", "V2")
    assert (starts(route), route.departure) == ([at("08:50"), at("10:00")], at("08:40"))


def test_a_late_departure_adds_no_lateness() -> None:
    """V1 wants 07:00 at the latest (07:30 is allowed, at a price): it stays at 07:00 and V2 waits."""
    asked = problem([visit("V1", "A", latest="07:00", hard_latest="07:30"), visit("V2", "B", 60, "10:00")])
    assert starts(only_route(asked, "V1", "V2")) == [at("07:00"), at("10:00")]


def test_a_late_departure_never_makes_a_break_due() -> None:
    """06:10 + 300, a wait of 20 at B (11:20 to 11:40), then 120: put off by 20 the stretch 300 + 10 + 120 >
    360 would need its pause after 11:40, so the tour would end later: it stays."""
    asked = problem([visit("V1", "A", 300), visit("V2", "B", 120, "11:40")], rules=breaks())
    route = only_route(asked, "V1", "V2")
    assert starts(route) == [at("06:10"), at("11:40")]


def test_a_late_departure_leaves_room_for_the_breaks() -> None:
    """V3 opens at 20:00. Back from there: 10 + 171 (V2), its pause of 20, 10 + 180 (V1): V1 at 20:00 - 391 =
    13:29."""
    visits = [visit("V1", "A", 180), visit("V2", "B", 171), visit("V3", "C", 60, "20:00")]
    asked = problem(visits, [worker(end="23:00")], rules=breaks())
    route = only_route(asked, "V1", "V2", "V3")
    assert starts(route) == [at("13:29"), at("16:59"), at("20:00")]
    assert [stop.pause for stop in route.stops] == [0, 20, 0]


def test_a_single_visit_leaves_home_just_in_time() -> None:
    route = only_route(problem([visit("V1", "A", 60, "10:00")]), "V1")
    assert (route.departure, starts(route)) == (at("09:50"), [at("10:00")])


# -- links -------------------------------------------------------------------------------------------------
TWO = [worker("W1"), worker("W2", "07:00")]


def test_two_carers_begin_when_both_are_there() -> None:
    """W1 could be there at 06:10, W2 (from 07:00) at 07:10: both at 07:10, and W1 leaves no earlier than it
    must."""
    asked = problem([visit("V1", "A"), visit("V2", "A")], TWO, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    plan = retime(asked, {("W1", 0): ("V1",), ("W2", 0): ("V2",)}).plan
    assert [starts(route) for route in plan.routes] == [[at("07:10")], [at("07:10")]]
    assert plan.routes[0].departure == at("07:00")


def test_a_least_gap_pushes_the_second_and_a_largest_gap_the_first() -> None:
    """V2 opens at 12:00; at most 120 min after V1: V1 moves to 10:00. And V2 at least 60 after V1, at 06:10:
    07:10."""
    at_most = Link(LinkKind.GAP, "V1", "V2", 0, 120)
    asked = problem([visit("V1", "A"), visit("V2", "A", 60, "12:00")], TWO, links=(at_most,))
    plan = retime(asked, {("W1", 0): ("V1",), ("W2", 0): ("V2",)}).plan
    assert [starts(route) for route in plan.routes] == [[at("10:00")], [at("12:00")]]
    at_least = Link(LinkKind.GAP, "V1", "V2", 70)
    asked = problem([visit("V1", "A"), visit("V2", "A")], TWO, links=(at_least,))
    plan = retime(asked, {("W1", 0): ("V1",), ("W2", 0): ("V2",)}).plan
    assert [starts(route) for route in plan.routes] == [[at("06:10")], [at("07:20")]]


def test_a_linked_stop_does_not_depart_late() -> None:
    """V1 is tied to V3 and stays at 07:10 although V2 only opens at 10:00."""
    link = Link(LinkKind.SAME_START, "V1", "V3")
    asked = problem([visit("V1", "A"), visit("V2", "B", 60, "10:00"), visit("V3", "A")], TWO, links=(link,))
    plan = retime(asked, {("W1", 0): ("V1", "V2"), ("W2", 0): ("V3",)}).plan
    assert [starts(route) for route in plan.routes] == [[at("07:10"), at("10:00")], [at("07:10")]]


def test_what_comes_before_a_linked_stop_departs_as_late_as_that_lets_it() -> None:
    """V2 is tied to V4, which W2 reaches at 09:00; V3 opens at 12:00. V1 is put off to 07:50, V2 stays at
    09:00."""
    link = Link(LinkKind.SAME_START, "V2", "V4")
    visits = [
        visit("V1", "A"),
        visit("V2", "B"),
        visit("V3", "B", 60, "12:00"),
        visit("V4", "B", 60, "09:00"),
    ]
    asked = problem(visits, TWO, links=(link,))
    plan = retime(asked, {("W1", 0): ("V1", "V2", "V3"), ("W2", 0): ("V4",)}).plan
    assert starts(plan.routes[0]) == [at("07:50"), at("09:00"), at("12:00")]


def test_links_that_chase_each_other_end_and_are_told() -> None:
    """V1 then V2 for W1, V4 then V3 for W2, V1 with V3 and V2 with V4: each would have to be before
    itself."""
    links = (Link(LinkKind.SAME_START, "V1", "V3"), Link(LinkKind.SAME_START, "V2", "V4"))
    asked = problem([visit(f"V{n}", "A") for n in (1, 2, 3, 4)], TWO, links=links)
    done = retime(asked, {("W1", 0): ("V1", "V2"), ("W2", 0): ("V4", "V3")})
    assert {issue.code for issue in done.issues} >= {"T101"}


def rota(visit_id: str, start: str) -> dict[str, Any]:
    feed = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry(visit_id, "EMP1", at(start)),))
    return {"employees": (Employee("EMP1", "S1"),), "rota": (feed,)}


def test_a_visit_that_keeps_its_carer_fixes_the_start_of_its_pair() -> None:
    """V2 stays with EMP1 at 09:00: V1 begins at 09:00 exactly, or not at all."""
    link = (Link(LinkKind.SAME_START, "V1", "V2"),)
    asked = problem([visit("V1", "A"), visit("V2", "A")], links=link, **rota("V2", "09:00"))
    assert starts(only_route(asked, "V1")) == [at("09:00")]
    closed = problem([visit("V1", "A", 60, "09:01"), visit("V2", "A")], links=link, **rota("V2", "09:00"))
    assert [issue.code for issue in retime(closed, {("W1", 0): ("V1",)}).issues] == ["T101"]


def test_a_gap_to_a_visit_that_keeps_its_carer_binds_on_both_sides() -> None:
    """V2 at 09:00 stays; V1 comes 60 to 120 min before: from 07:00, at 08:00 at the latest."""
    link = (Link(LinkKind.GAP, "V1", "V2", 60, 120),)
    asked = problem([visit("V1", "A"), visit("V2", "A")], links=link, **rota("V2", "09:00"))
    assert starts(only_route(asked, "V1")) == [at("07:00")]
    late = problem([visit("V1", "A", 60, "08:01"), visit("V2", "A")], links=link, **rota("V2", "09:00"))
    assert [issue.code for issue in retime(late, {("W1", 0): ("V1",)}).issues] == ["T101"]


def test_an_absence_opens_the_visit_and_frees_the_link() -> None:
    """EMP1 is away: V2 is open and not planned, so V1 begins when it can."""
    away = Absence("A1", "S1", "EMP1", AbsenceKind.UNPLANNED, Interval(0, 1440), 0)
    link = (Link(LinkKind.SAME_START, "V1", "V2", together=False),)
    asked = problem([visit("V1", "A"), visit("V2", "A")], links=link, absences=(away,), **rota("V2", "09:00"))
    assert starts(only_route(asked, "V1")) == [at("06:10")]


def test_a_pinned_start_stays_and_the_others_follow() -> None:
    asked = problem([visit("V1", "A"), visit("V2", "B")])
    done = retime(asked, {("W1", 0): ("V1", "V2")}, fixed_starts={"V1": at("08:00")})
    assert starts(done.plan.routes[0]) == [at("08:00"), at("09:10")]
    assert done.plan.pinned == {"V1"}


# -- what cannot be timed, what is unknown -----------------------------------------------------------------
def test_what_cannot_be_timed_is_timed_as_early_as_possible_and_told() -> None:
    """V2 closed at 07:00, reached at 07:20: it stands at 07:20 in the plan, with its issue."""
    asked = problem([visit("V1", "A"), visit("V2", "B", latest="07:00")])
    done = retime(asked, {("W1", 0): ("V1", "V2")})
    assert starts(done.plan.routes[0]) == [at("06:10"), at("07:20")]
    assert [(issue.code, issue.where) for issue in done.issues] == [("T101", "orders.W1.0.V2")]


def test_coming_back_after_the_hard_end_is_told_and_overtime_is_not() -> None:
    """Back at 07:20: available until 07:00, at a price until 07:20."""
    priced = worker(availability=(Availability(at("06:00"), at("07:00"), at("07:20")),))
    assert retime(problem([visit("V1", "A")], [priced]), {("W1", 0): ("V1",)}).issues == ()
    short = worker(availability=(Availability(at("06:00"), at("07:00"), at("07:19")),))
    done = retime(problem([visit("V1", "A")], [short]), {("W1", 0): ("V1",)})
    assert [issue.code for issue in done.issues] == ["T103"]


def test_open_visits_of_no_tour_are_uncovered_and_empty_tours_vanish() -> None:
    done = retime(problem([visit("V1"), visit("V2")]), {("W1", 0): ()})
    assert done.plan.routes == ()
    assert [left.visit_id for left in done.plan.uncovered] == ["V1", "V2"]


def test_every_unknown_name_is_refused_at_once() -> None:
    asked = problem([visit("V1")])
    with pytest.raises(InvalidPlan) as refused:
        retime(asked, {("W9", 0): ("V1",), ("W1", 5): ("V8", "V9")})
    assert sorted(issue.code for issue in refusals(refused)) == ["K101", "K102", "K103", "K103"]


# -- rules switched off ------------------------------------------------------------------------------------
def starts_without(rule: str, asked: Problem, orders: Orders) -> list[int]:
    """Starts of W1's tour with `rule` in force, then with it switched off."""
    known = replace(asked, labour=labour(bad={rule: 1}))
    timed = (
        retime(one, orders).plan.routes[0] for one in (known, replace(known, rule_sets_off=frozenset({rule})))
    )
    return [start for route in timed for start in starts(route)]


def test_a_band_binds_nobody_when_personal_limits_are_switched_off() -> None:
    """10 min from home to A: 06:10, where the band until 07:30 is not asked after."""
    asked = problem([visit("V1", "A")], [worker(limits=PersonalLimits(no_work_bands=("05:00-07:30",)))])
    assert starts_without("PERSONAL_LIMIT", asked, {("W1", 0): ["V1"]}) == [at("07:30"), at("06:10")]


def test_a_pair_begins_apart_when_links_are_switched_off() -> None:
    """V2 opens at 06:30: V1 waits for it, or begins at 06:10."""
    pair = (Link(LinkKind.SAME_START, "V1", "V2"),)
    asked = problem([visit("V1"), visit("V2", earliest="06:30")], [worker(), worker("W2")], links=pair)
    assert starts_without("LINK", asked, {("W1", 0): ["V1"], ("W2", 0): ["V2"]}) == [at("06:30"), at("06:10")]


def test_a_personal_stretch_binds_nobody_when_breaks_are_switched_off() -> None:
    """06:10 to 07:10 is the stretch; 15 min of break before V2, or none."""
    asked = problem(
        [visit("V1", "A"), visit("V2", "A")],
        [worker(limits=PersonalLimits(max_stretch=60, stretch_break=15))],
    )
    expected = [at("06:10"), at("07:25"), at("06:10"), at("07:10")]
    assert starts_without("REST_BREAK", asked, {("W1", 0): ["V1", "V2"]}) == expected


# -- clock changes -----------------------------------------------------------------------------------------
def test_the_night_that_loses_an_hour_has_its_minutes_counted_in_the_body() -> None:
    """28 March 2026, from 23:00: 10 min to A, 4 h of service end 4 h 10 later: 04:10 on the summer clock, not
    03:10."""
    night = date(2026, 3, 28)
    asked = problem([], first_day=night, days=2)
    begin, end = asked.horizon.at(night, time(23)), asked.horizon.at(date(2026, 3, 29), time(8))
    wide = (TimeWindow.hard(begin, end),)
    asked = problem(
        [visit("V1", "A", 240, windows=wide)], [worker(hours=((begin, end),))], first_day=night, days=2
    )
    route = only_route(asked, "V1")
    assert route.day == night
    assert f"{asked.horizon.instant(route.stops[0].end):%H:%M}" == "04:10"


def test_the_meal_band_follows_the_wall_clock_on_the_day_the_clocks_change() -> None:
    """29 March 2026 has 23 hours: 12:00 on the wall is 11 h after midnight, and the meal is due by the
    wall."""
    sunday = date(2026, 3, 29)
    asked = problem([], first_day=sunday)
    ten, end = asked.horizon.at(sunday, time(10)), asked.horizon.at(sunday, time(20))
    windows = (TimeWindow.hard(ten, ten),), (TimeWindow.hard(ten, end),)
    visits = [visit("V1", "A", 90, windows=windows[0]), visit("V2", "A", 180, windows=windows[1])]
    asked = problem(visits, [worker(hours=((0, end),))], first_day=sunday, rules=labour(bad=MEAL))
    stop = only_route(asked, "V1", "V2").stops[1]
    assert stop.pause == 30
    assert f"{asked.horizon.instant(stop.start):%H:%M}" == "12:00"
