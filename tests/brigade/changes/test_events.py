"""What events make of a problem and of the plan that was told, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.changes.carry import carried
from brigade.changes.events import (
    EmployeeAway,
    EmployeeBack,
    Event,
    OfferRefused,
    VisitAdded,
    VisitCancelled,
    VisitMoved,
    WorkerAway,
    WorkerBack,
    WorkerLate,
    apply_events,
)
from brigade.changes.plan_diff import ChangeKind, diff, placements
from brigade.errors import InvalidProblem
from brigade.units import Interval, TimeWindow
from brigade.values.demand import Absence, AbsenceKind, Client, Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from tests.builders import at, plan, problem, route, visit, worker
from tests.faults.base import sound
from tests.sayings import refusals

YEAR = 365 * 24 * 60


def day() -> tuple[Problem, Plan]:
    """W1: V1 08:00 to 09:00, ten minutes away, back at 09:10; V2 at 14:00, back at 15:20. Home to A: 10 min;
    to B: 20."""
    asked = problem([visit("V1"), visit("V2", "B")], [worker("W1"), worker("W2")])
    return asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "14:00")))


def stays(asked: Problem, name: str = "W1") -> list[tuple[int, int]]:
    return [(one.start, one.hard_end) for one in asked.worker_by_id[name].availability]


def test_a_worker_called_away_finishes_the_visit_and_goes_home() -> None:
    """At 08:30, inside V1: it ends at 09:00, home is ten minutes away. V2 no longer fits."""
    asked, told = day()
    after = apply_events(asked, [WorkerAway("W1", at("08:30"))], published=told)
    assert stays(after) == [(at("06:00"), at("09:10"))]
    assert set(carried(after, told).covered) == {"V1"}


@pytest.mark.parametrize(
    ("event", "where"),
    [
        (WorkerAway("W1", -300, -60), "events[0].until"),
        (
            EmployeeAway(Absence("X2", "S1", "A1", AbsenceKind.UNPLANNED, Interval(-900, -60), -900)),
            "events[0].absence.interval.end",
        ),
        (WorkerBack("W1", (Availability.strict(900, 660),)), "events[0].availability[0]"),
        (VisitAdded(visit("V9"), Client("S1:Z", "S1", "A")), "events[0].client.id"),
    ],
)
def test_what_would_change_nothing_and_say_nothing_is_refused(event: Event, where: str) -> None:
    """Over before the day begins; hours turned round, hidden by those beside them; somebody else's client."""
    with pytest.raises(InvalidProblem) as refused:
        apply_events(sound(), [event])
    assert [(one.code, one.where) for one in refusals(refused)] == [("E103", where)]


def test_a_worker_stuck_for_two_hours_has_two_tours_left() -> None:
    asked, told = day()
    after = apply_events(asked, [WorkerAway("W1", at("10:00"), at("12:00"))], published=told)
    assert stays(after) == [(at("06:00"), at("10:00")), (at("12:00"), at("22:00"))]
    assert {id: one.tour for id, one in placements(carried(after, told)).items()} == {"V1": 0, "V2": 1}


@pytest.mark.parametrize(
    ("away", "meals"),
    [(("08:00", "11:00"), [None, 30]), (("13:30", "15:00"), [30, None]), (("11:00", "14:00"), [None, None])],
)
def test_a_meal_is_had_once_around_an_absence(away: tuple[str, str], meals: list[int | None]) -> None:
    """Half an hour to be begun from 12:00 to 13:00; who is away for all of it eats there."""
    stay = Availability(at("06:00"), at("18:00"), at("18:00"), 30, at("12:00"), at("13:00"), True)
    asked = problem([visit("V1")], [worker("W1", availability=(stay,))])
    gone = apply_events(asked, [WorkerAway("W1", at(away[0]), at(away[1]))])
    assert [one.meal for one in gone.worker_by_id["W1"].availability] == meals


@pytest.mark.parametrize("until", ["08:45", "09:05", "09:10", "09:20", "09:40"])
def test_who_comes_home_shortly_before_an_absence_ends_goes_out_again_half_an_hour_later(until: str) -> None:
    """Called away at 08:30, inside V1, and home at 09:10. Two tours lie half an hour apart: from 09:40 on."""
    asked, told = day()
    after = apply_events(asked, [WorkerAway("W1", at("08:30"), at(until))], published=told)
    assert stays(after) == [(at("06:00"), at("09:10")), (at("09:40"), at("22:00"))]


@pytest.mark.parametrize(("until", "again"), [("10:01", "10:30"), ("10:29", "10:30"), ("10:31", "10:31")])
def test_a_short_absence_takes_half_an_hour(until: str, again: str) -> None:
    """Two tours lie half an hour apart, so an absence from 10:00 lasts until 10:30 at least."""
    asked, told = day()
    after = apply_events(asked, [WorkerAway("W1", at("10:00"), at(until))], published=told)
    assert stays(after) == [(at("06:00"), at("10:00")), (at(again), at("22:00"))]


def test_a_short_absence_near_the_end_of_the_day_ends_it() -> None:
    """From 21:45, ten minutes: the half-hour reaches beyond 22:00. At 06:00 there is no tour before it."""
    asked, told = day()
    evening = apply_events(asked, [WorkerAway("W1", at("21:45"), at("21:55"))], published=told)
    morning = apply_events(asked, [WorkerAway("W1", at("06:00"), at("06:10"))], published=told)
    assert (stays(evening), stays(morning)) == (
        [(at("06:00"), at("21:45"))],
        [(at("06:10"), at("22:00"))],
    )


def last_resort() -> Problem:
    """W1 comes from 08:00 to 20:00, at the price of overtime all along."""
    stay = Availability(at("08:00"), at("08:00"), at("20:00"))
    return problem([visit("V1")], [worker("W1", availability=(stay,))])


def test_a_last_resort_is_there_again_after_an_hour_away() -> None:
    after = apply_events(last_resort(), [WorkerAway("W1", at("09:00"), at("10:00"))])
    assert stays(after) == [(at("08:00"), at("09:00")), (at("10:00"), at("20:00"))]
    assert after.worker_by_id["W1"].availability[1].end == at("10:00")


def test_a_last_resort_that_is_late_comes_later() -> None:
    after = apply_events(last_resort(), [WorkerLate("W1", at("09:00"), 15)])
    assert stays(after) == [(at("09:15"), at("20:00"))]


@pytest.mark.parametrize(("late", "meal"), [(360, 30), (480, None)])
def test_who_leaves_after_the_hours_of_the_meal_has_had_it_at_home(late: int, meal: int | None) -> None:
    """From 06:00, half an hour to be begun from 12:00 to 13:00: at 12:00 there is time for it, at 14:00 there
    is none."""
    stay = Availability(at("06:00"), at("18:00"), at("18:00"), 30, at("12:00"), at("13:00"), True)
    asked = problem([visit("V1")], [worker("W1", availability=(stay,))])
    after = apply_events(asked, [WorkerLate("W1", at("05:00"), late)])
    assert after.worker_by_id["W1"].availability[0].meal == meal


def test_half_an_hour_lost_makes_the_visit_under_way_longer() -> None:
    asked, told = day()
    after = apply_events(asked, [WorkerLate("W1", at("08:30"), 30)], published=told)
    assert after.visit_by_id["V1"].duration == 90
    assert carried(after, told).routes[0].stops[0].end == at("09:30")


def test_a_visit_under_way_that_grows_past_the_end_of_the_day_is_still_under_way() -> None:
    """V2 ends at 15:00; ten hours more is 01:00, after W1's 22:00. The checker will say so; the stop stays
    where it is."""
    asked, told = day()
    after = apply_events(asked, [WorkerLate("W1", at("14:30"), 600)], published=told)
    assert set(carried(after, told).covered) == {"V1", "V2"}


def test_half_an_hour_lost_before_the_first_visit_puts_off_leaving_home() -> None:
    """W1 was to leave at 07:50."""
    asked, told = day()
    after = apply_events(asked, [WorkerLate("W1", at("07:00"), 30)], published=told)
    assert stays(after)[0][0] == at("08:20")


@pytest.mark.parametrize(
    ("at_hour", "late", "left"),
    [
        # Home since 09:10; the morning's end and the evening are hers once the time is over.
        ("12:00", 40, [("12:40", "13:00"), ("17:00", "21:00")]),
        ("12:00", 400, [("18:40", "21:00")]),
        # Two availabilities lie half an hour apart.
        ("09:12", 5, [("09:40", "13:00"), ("17:00", "21:00")]),
    ],
)
def test_time_lost_at_home_leaves_what_is_done_where_it_was(
    at_hour: str, late: int, left: list[tuple[str, str]]
) -> None:
    """V1 was done from 08:00 to 09:00: an availability that began after it would hold it no more."""
    asked = problem([visit("V1")], [worker("W1", hours=(("06:00", "13:00"), ("17:00", "21:00")))])
    told = plan(asked, route(asked, "W1", ("V1", "08:00")))
    after = apply_events(asked, [WorkerLate("W1", at(at_hour), late)], published=told, now=at(at_hour))
    assert stays(after) == [(at("06:00"), at("09:10")), *((at(first), at(last)) for first, last in left)]
    assert set(carried(after, told).covered) == {"V1"}


def test_time_lost_by_somebody_with_nothing_to_do_is_lost_from_then_on() -> None:
    """Nobody waits for W1, free since 06:00: at noon half an hour is lost until 12:30, and not from 06:00."""
    asked = problem([visit("V1")], [worker("W1")])
    after = apply_events(asked, [WorkerLate("W1", at("12:00"), 30)], now=at("12:00"))
    assert stays(after) == [(at("12:30"), at("22:00"))]


def test_a_worker_back_joins_what_touches() -> None:
    asked, _ = day()
    after = apply_events(asked, [WorkerBack("W1", (Availability.strict(at("22:00"), at("23:00")),))])
    assert stays(after) == [(at("06:00"), at("23:00"))]


def test_a_cancelled_visit_goes_with_its_ties() -> None:
    asked, told = day()
    tied = problem([visit("V1"), visit("V2", "B")], links=(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2"),))
    after = apply_events(tied, [VisitCancelled("V2")])
    assert (set(after.visit_by_id), after.links) == ({"V1"}, ())
    changes = diff(told, carried(apply_events(asked, [VisitCancelled("V2")]), told), {"V1"})
    assert [(one.visit_id, one.kind) for one in changes.changes] == [
        ("V1", ChangeKind.KEPT),
        ("V2", ChangeKind.REMOVED),
    ]


def test_an_absence_opens_and_a_return_closes_visits() -> None:
    away = Absence("X1", "S1", "A1", AbsenceKind.UNPLANNED, Interval(0, 1440), 0)
    feed = RotaFeed(
        "S1",
        sound().rota[0].received_at,
        (RotaEntry("V1", "A1", at("08:00")), RotaEntry("V2", "A1", at("14:00"))),
    )
    asked = problem([visit("V1"), visit("V2")], employees=(Employee("A1", "S1"),), rota=(feed,))
    opened = apply_events(asked, [EmployeeAway(away)])
    assert [request.visit.id for request in opened.requests] == ["V1", "V2"]
    back = apply_events(opened, [EmployeeBack("A1", at("12:00"))])
    assert [request.visit.id for request in back.requests] == ["V1"]


def test_a_refusal_bars_the_worker_from_that_visit_alone() -> None:
    asked, told = day()
    after = apply_events(asked, [OfferRefused("V1", "W1")])
    assert after.visit_by_id["V1"].forbidden_workers == {"W1"}
    assert after.visit_by_id["V2"].forbidden_workers == frozenset()
    assert after.worker_by_id["W1"].counters == asked.worker_by_id["W1"].counters
    assert set(carried(after, told).covered) == {"V2"}


def test_other_hours_and_new_visits_enter_as_they_were_agreed() -> None:
    asked, _ = day()
    later = TimeWindow.hard(at("16:00"), at("17:00"))
    after = apply_events(asked, [VisitMoved("V1", (later,)), VisitAdded(visit("V3"))], now=at("07:00"))
    assert after.visit_by_id["V1"].windows == (later,)
    assert "V3" in after.request_by_visit
    assert after.now == at("07:00")


def test_the_clock_is_not_set_back() -> None:
    """Planned at 09:00; told again at 08:59, what had begun meanwhile would be to begin."""
    asked = replace(day()[0], now=at("09:00"))
    with pytest.raises(InvalidProblem) as refused:
        apply_events(asked, [VisitCancelled("V9")], now=at("08:59"))
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [
        ("E103", "now"),
        ("E101", "events[0].visit_id"),
    ]
    assert "08:59" in refusals(refused)[0].what
    assert "09:00" in refusals(refused)[0].what
    assert apply_events(asked, [], now=at("09:00")).now == at("09:00")


def test_a_day_whose_now_nobody_told_is_replanned_on_the_eve() -> None:
    assert apply_events(day()[0], [], now=at("00:00") - 240).now == at("00:00") - 240


@pytest.mark.parametrize(
    "event",
    [WorkerAway("W1", at("08:00") - YEAR), WorkerLate("W1", at("08:00") - YEAR, 30)],
)
def test_another_years_date_is_refused(event: Event) -> None:
    """Taken as it stands, W1 would be away all day, or late at her first visit of today."""
    with pytest.raises(InvalidProblem) as refused:
        apply_events(day()[0], [event])
    assert [(one.code, one.where) for one in refusals(refused)] == [("E103", "events[0].at")]


def test_a_now_of_another_year_is_refused() -> None:
    with pytest.raises(InvalidProblem) as refused:
        apply_events(day()[0], [], now=at("08:00") - YEAR)
    assert [(one.code, one.where) for one in refusals(refused)] == [("E103", "now")]


def test_an_event_of_a_visit_that_was_cancelled_before_is_told_so() -> None:
    """V1 is known: no other visit is proposed in its place."""
    with pytest.raises(InvalidProblem) as refused:
        apply_events(day()[0], [VisitCancelled("V1"), OfferRefused("V1", "W1")])
    (issue,) = refusals(refused)
    assert (issue.code, issue.where) == ("E102", "events[1].visit_id")
    assert "V2" not in issue.hint


def test_an_unknown_id_of_an_event_names_the_one_meant() -> None:
    with pytest.raises(InvalidProblem) as refused:
        apply_events(day()[0], [VisitCancelled("v1")])
    assert "V1" in refusals(refused)[0].hint


def test_every_bad_event_is_told_and_none_is_applied() -> None:
    asked, _ = day()
    bad: list[Event] = [
        VisitCancelled("V9"),
        OfferRefused("V1", "W9"),
        EmployeeBack("A9", 0),
        WorkerLate("W1", at("08:00"), 0),
        VisitMoved("V1", ()),
        WorkerBack("W1", ()),
        WorkerBack("W1", (Availability(at("22:10"), at("23:00"), at("23:00")),)),
    ]
    with pytest.raises(InvalidProblem) as refused:
        apply_events(asked, bad)
    assert [(issue.code, issue.where.split()[0]) for issue in refusals(refused)] == [
        ("E101", "events[0].visit_id"),
        ("E101", "events[1].worker_id"),
        ("E101", "events[2].employee_id"),
        ("E102", "events[2]"),
        ("E103", "events[3].late_min"),
        ("E103", "events[4].windows"),
        ("E103", "events[5].availability"),
        ("P206", "events[6]"),
    ]
