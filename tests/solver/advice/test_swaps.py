"""Swaps with present staff: what may be asked of whom, by hand; nothing of it is in the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from brigade.changes.answers import Disturbed, FoundSwaps
from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind, Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from solver.advice.swaps import answered_yes, edits_of_swap, still_holds, swaps
from solver.hand_edits import EditSession, judge_edits
from tests.builders import at, labour, plan, problem, provider, route, visit, worker

KNOWN: dict[str, Any] = {
    "hours": (Interval(at("08:00"), at("12:00")),),
    "mode": TravelMode.CAR,
    "start_site": "H",
    "competencies": frozenset({"ESSENTIAL_ASSIST"}),
    "weekly": 35 * 60,
    "known_since": date(2026, 2, 1),
}


def employee(id: str = "A1", **more: Any) -> Employee:
    return Employee(id, "S1", **(KNOWN | more))


def day(*employees: Employee, notice: int | None = 60, now: str = "06:00", **more: Any) -> Problem:
    """A1 keeps V1 (A, 08:30 to 09:30) and V2 (A, 10:00 to 11:00). V9 (D, an hour from 10:00, not to move)
    needs what W1, who has all day, does not hold."""
    need = frozenset({"ESSENTIAL_ASSIST"})
    visits = [
        visit("V1", "A", earliest="08:00", latest="12:00"),
        visit("V2", "A", earliest="08:00", latest="12:00"),
        visit("V9", "D", earliest="10:00", latest="10:00", required=need),
    ]
    entries = (RotaEntry("V1", "A1", at("08:30")), RotaEntry("V2", "A1", at("10:00")))
    fields: dict[str, Any] = {
        "providers": (provider("S1", swap_notice=notice),),
        "employees": employees or (employee(),),
        "rota": (RotaFeed("S1", datetime(2026, 3, 8, 18, tzinfo=UTC), entries),),
        "now": at(now),
    }
    return problem(visits, [worker(providers=("S1",))], **(fields | more))


def found(asked: Problem) -> FoundSwaps:
    """V9 is left: the brigade does nothing."""
    return swaps(asked, plan(asked))


def test_an_employee_takes_what_nobody_of_the_brigade_can_and_gives_one_of_hers() -> None:
    """From V1 at A until 09:30 to D is 30 minutes: there at 10:00, home by 11:40. V2, which she cannot do
    then, goes to W1 at its hour."""
    one = found(day()).proposals[0]
    assert (one.visit_id, one.employee_id, one.start) == ("V9", "A1", at("10:00"))
    assert one.given is not None
    assert (one.given.place.visit_id, one.given.place.worker_id, one.given.start) == ("V2", "W1", at("10:00"))
    assert one.disturbs == (
        (Disturbed.EMPLOYEE, "A1"),
        (Disturbed.WORKER, "W1"),
        (Disturbed.CLIENT, "S1:A"),
    )


def test_whoever_has_room_takes_it_without_giving_anything() -> None:
    """A2 has no visit: she alone is disturbed, and comes first. Her way there and back: 80 minutes."""
    proposals = found(day(employee(), employee("A2"))).proposals
    assert [(one.employee_id, one.given is None) for one in proposals] == [("A2", True), ("A1", False)]
    assert proposals[0].travel == 80
    assert proposals[0].disturbs == ((Disturbed.EMPLOYEE, "A2"),)


def test_nobody_is_asked_unless_her_service_lets_her_be() -> None:
    assert found(day(notice=None)) == FoundSwaps()


def test_her_hours_hold() -> None:
    """Home from D at 11:40; an hour before that she is free to go."""
    assert found(day(employee(hours=(Interval(at("08:00"), at("11:39")),)))).proposals == ()
    assert found(day(employee(hours=(Interval(at("08:00"), at("11:40")),)))).proposals != ()


def test_her_notice_holds_for_all_that_changes() -> None:
    """An hour: V9 and V2 begin at 10:00."""
    assert found(day(now="09:00")).proposals != ()
    assert found(day(now="09:01")).proposals == ()


def test_her_competencies_hold() -> None:
    assert found(day(employee(competencies=frozenset({"UPKEEP"})))).proposals == ()


def test_rules_of_her_text_hold() -> None:
    """V1 and V9: two hours of service; V2 would be a third."""
    assert found(day(rules=labour(bad={"MAX_DAILY_WORK": 119}))).proposals == ()
    assert found(day(rules=labour(bad={"MAX_DAILY_WORK": 120}))).proposals != ()


def test_the_brigade_worker_is_judged_as_ever() -> None:
    """W1 without a paper for S1 cannot take V2."""
    asked = day()
    stranger = replace(asked, workers=(worker(providers=()),))
    assert found(stranger).proposals == ()


def test_a_visit_whose_client_wants_nobody_else_is_not_given() -> None:
    asked = day()
    visits = tuple(replace(one, wants_replacement=one.id != "V2") for one in asked.visits)
    assert found(replace(asked, visits=visits)).proposals == ()


def test_a_visit_tied_to_another_is_neither_taken_nor_given() -> None:
    tie = Link(LinkKind.GAP, "V1", "V2", 0, None, together=False)
    assert found(day(links=(tie,))).proposals == ()
    tied = Link(LinkKind.DIFFERENT_WORKERS, "V1", "V9", together=False)
    assert found(day(links=(tied,))).proposals == ()


def test_what_is_not_known_of_somebody_is_said_and_not_guessed() -> None:
    unknown = Employee("A1", "S1", hours=KNOWN["hours"], mode=TravelMode.CAR, weekly=0)
    told = found(day(unknown))
    assert told.proposals == ()
    assert [(one.code, one.value("lacking"), one.value("employees")) for one in told.unasked] == [
        ("swap_lacking", "competencies", ["A1"]),
        ("swap_lacking", "history", ["A1"]),
    ]


def test_a_visit_outside_the_hours_known_of_her_says_that_they_are_not_hers() -> None:
    told = found(day(employee(hours=(Interval(at("09:00"), at("12:00")),))))
    assert told.proposals == ()
    assert [one.value("lacking") for one in told.unasked] == ["hours"]


def test_a_day_that_does_not_hold_by_itself_is_left_as_it_is() -> None:
    """V2 begins at 09:35, and V1 at D ends at 09:30: 30 minutes away."""
    asked = day()
    entries = (RotaEntry("V1", "A1", at("08:40")), RotaEntry("V2", "A1", at("09:35")))
    told = found(replace(asked, rota=(replace(asked.rota[0], entries=entries),)))
    assert told.proposals == ()
    assert [(one.code, one.value("employees")) for one in told.unasked] == [("swap_day_unclear", ["A1"])]


def test_whoever_is_absent_is_not_asked() -> None:
    asked = day()
    away = Absence("X", "S1", "A1", AbsenceKind.UNPLANNED, Interval(at("14:00"), at("16:00")), at("05:00"))
    assert found(replace(asked, absences=(away,))) == FoundSwaps()


def test_once_the_service_says_yes_the_hand_s_edit_is_lawful() -> None:
    """W1 had nothing; now V2 at 10:00, pinned, so that the client waits at no other hour."""
    asked = day()
    one = found(asked).proposals[0]
    agreed = answered_yes(asked, one)
    assert [request.visit.id for request in agreed.requests] == ["V2"]
    after = judge_edits(EditSession.opened(agreed, plan(agreed)), edits_of_swap(one))[-1].after
    assert after.violations == ()
    stop = after.plan.stop_of("V2")
    assert stop is not None
    assert (stop[0].worker_id, stop[1].start) == ("W1", at("10:00"))


def test_she_is_not_asked_again_for_what_her_service_said_no_to() -> None:
    """A2 has room for V9 and would come first; A1 is asked all the same."""
    both = day(employee(), employee("A2", refused_swaps=frozenset({"V9"})))
    assert [one.employee_id for one in found(both).proposals] == ["A1"]


def test_what_was_agreed_holds_while_the_day_is_as_it_was() -> None:
    """Her notice of an hour held when she was asked at 06:00: at 09:30 it is not asked for again."""
    asked = day()
    one = found(asked).proposals[0]
    assert still_holds(asked, plan(asked), one)
    assert still_holds(day(now="09:30"), plan(day(now="09:30")), one)


def test_what_was_agreed_is_not_done_once_the_day_is_another() -> None:
    """Too late; she is away; her service is asked no more; V9 has somebody; W1 is at D until 10:30; V2 is
    hers no longer."""
    asked = day()
    one = found(asked).proposals[0]
    assert not still_holds(day(now="10:01"), plan(day(now="10:01")), one)
    away = Absence("X", "S1", "A1", AbsenceKind.UNPLANNED, Interval(at("14:00"), at("16:00")), at("05:00"))
    ill = replace(asked, absences=(away,))
    assert not still_holds(ill, plan(ill), one)
    closed = day(notice=None)
    assert not still_holds(closed, plan(closed), one)
    able = replace(asked, workers=(worker(providers=("S1",), competencies=frozenset({"ESSENTIAL_ASSIST"})),))
    assert not still_holds(able, plan(able, route(able, "W1", ("V9", "10:00"))), one)
    busy = replace(asked, visits=(*asked.visits, visit("V8", "D", earliest="09:30", latest="09:30")))
    assert not still_holds(busy, plan(busy, route(busy, "W1", ("V8", "09:30"))), one)
    other = replace(asked, rota=(replace(asked.rota[0], entries=asked.rota[0].entries[:1]),))
    assert not still_holds(other, plan(other), one)


def test_only_the_visits_named_are_looked_at() -> None:
    asked = day()
    assert swaps(asked, plan(asked), frozenset({"V1"})).proposals == ()
    assert swaps(asked, plan(asked), frozenset({"V9"})).proposals != ()


def test_a_brigade_worker_s_tour_as_it_is_counts() -> None:
    """W1 is at D from 09:30 to 10:30, with V8: she cannot be at A at 10:00."""
    asked = day()
    more = replace(
        asked,
        clients=asked.clients,
        visits=(*asked.visits, visit("V8", "D", earliest="09:30", latest="09:30")),
    )
    told = plan(more, route(more, "W1", ("V8", "09:30")))
    assert swaps(more, told).proposals == ()
