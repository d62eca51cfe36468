"""The smallest changes that would cover a visit, carried out and judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from brigade.changes.answers import SuggestionKind
from brigade.changes.events import WorkerAway, WorkerLate, apply_events
from brigade.exchange.documents.answer_documents import (
    suggestion_to_json,
)
from brigade.judging.checker import hard_violations
from brigade.values.demand import Link, LinkKind, Priority
from brigade.values.places import TravelMode
from brigade.values.plan import Plan, Reason
from brigade.values.workforce import PersonalLimits
from brigade.words import say
from solver.advice import (
    AdviceSession,
    apply_suggestion,
    candidates,
    enact,
    examine,
    plan_with,
    suggest,
    why_uncovered,
    would_cover,
)
from tests.builders import at, matrix, problem, visit, worker
from tests.solver.advice.answers import (
    one_kind,
    planned,
)


def test_the_smallest_shift_of_the_window() -> None:
    """There at 08:52 at the earliest; 08:30 is 22 minutes less."""
    given = problem([visit("V1", "B", 60, "07:30", "08:30")], [worker("W07", "08:32", "12:00")])
    said = one_kind(given, Plan(()), "V1", SuggestionKind.SHIFT_WINDOW)
    assert said == "Put the window of V1 back by 22 min: W07 could come"


def test_the_smallest_stretch_of_an_availability() -> None:
    """Service 11:00 to 12:00 at B, home at 12:20; available until 12:05."""
    given = problem([visit("V1", "B", 60, "11:00", "11:00")], [worker("W1", "08:00", "12:05")])
    assert one_kind(given, Plan(()), "V1", SuggestionKind.EXTEND) == "Have W1 finish 15 min later"


def test_no_stretch_is_told_where_the_visit_fits_as_it_is() -> None:
    """W1 is free all day: a minute more would do, and is not needed."""
    given = problem([visit("V1", "A", 60, "09:00", "09:00")])
    assert suggest(AdviceSession(given, Plan(())), "V1", kinds=[SuggestionKind.EXTEND]) == ()


def test_no_stretch_into_a_sunday_is_told_to_who_works_on_none() -> None:
    """Saturday 20:00 to Sunday 01:45; the visit is on Sunday at 02:00, later than any that W1 was asked
    about."""
    saturday, asked = date(2026, 3, 14), visit("V1", "A", 60, "26:00", "26:00")
    for no_sundays, action in ((False, ["extend_later"]), (True, list[str]())):
        night = worker("W1", "20:00", "25:45", limits=PersonalLimits(no_sundays=no_sundays))
        given = problem([asked], [night], first_day=saturday, days=2)
        found = suggest(AdviceSession(given, Plan(())), "V1", kinds=[SuggestionKind.EXTEND])
        assert [one.reason.code for one in found] == action


def test_a_car_a_paper_a_competency_a_split() -> None:
    places = {TravelMode.CAR: matrix(), TravelMode.FOOT: matrix(mode=TravelMode.FOOT, scale=6)}
    on_foot = problem(
        [visit("V1", "B", 60, "09:00", "09:00")],
        [worker("W1", "08:00", "12:00", mode=TravelMode.FOOT)],
        travel=places,
    )
    assert one_kind(on_foot, Plan(()), "V1", SuggestionKind.LEND_CAR) == "Lend W1 a car"
    stranger = problem([visit("V1", provider="S2")], [worker("W1", providers=["S1"])])
    assert one_kind(stranger, Plan(()), "V1", SuggestionKind.SIGN) == "Sign an engagement between W1 and S2"
    beginner = problem([visit("V1", required=frozenset({"NIGHT"}))])
    assert one_kind(beginner, Plan(()), "V1", SuggestionKind.COMPETENCY) == "Train or qualify W1: night"
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00")]
    pair = problem(visits, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    assert one_kind(pair, Plan(()), "V1", SuggestionKind.SPLIT) == "Split V1 from V2: W1 could come"


def test_a_lower_visit_moved_or_given_up() -> None:
    """One hour each at 08:00; V2, movable, can wait an hour at the same place."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00"),
        visit("V2", "A", 60, "08:00", "08:00", priority=Priority.P4),
    ]
    given = problem(visits)
    plan = planned(given, W1=["V2"])
    assert one_kind(given, plan, "V1", SuggestionKind.MOVE) == (
        "Put the window of V2, of lower priority, back by 1 h: W1 could do V1"
    )
    assert one_kind(given, plan, "V1", SuggestionKind.DROP) == "Give up V2 (P4 movable): W1 would do V1"
    assert next(one.kind for one in would_cover(given, plan, "V1")) is SuggestionKind.SHIFT_WINDOW, (
        "the least is asked first"
    )


def test_an_exchange_asks_nothing_of_clients() -> None:
    """W2 lacks the paper for V2 only; V1 goes to W2 and W1 is free for V2."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00", provider="S2")]
    given = problem(visits, [worker("W1"), worker("W2", providers=["S1"])])
    said = one_kind(given, planned(given, W1=["V1"]), "V2", SuggestionKind.REARRANGE)
    assert said == "Give V2 to W1 and V1 to W2"


def test_a_visit_that_makes_room_within_the_same_tour_is_given_to_nobody() -> None:
    """V2, any time from 08:00 to 10:00, stands before V3 at 09:00; V1 at 08:00 fits once V2 follows V3."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00"),
        visit("V2", "A", 60, "08:00", "10:00"),
        visit("V3", "A", 60, "09:00", "09:00"),
    ]
    given = problem(visits)
    said = one_kind(given, planned(given, W1=["V2", "V3"]), "V1", SuggestionKind.REARRANGE)
    assert said == "Give V1 to W1 and move V2, which stays with W1, to 10:00"


def test_a_worker_known_to_be_late_is_not_asked_to_start_before_that_is_over() -> None:
    """W1 would leave at 08:00 for V1 at A, 08:10; half an hour late she cannot, and nobody proposes that she
    leave earlier."""
    given = problem([visit("V1", "A", 60, "08:10", "08:20")], [worker("W1", "08:00", "12:00")])
    kinds = [SuggestionKind.EXTEND]
    starts_later = replace(given, workers=(worker("W1", "08:30", "12:00"),))
    assert suggest(AdviceSession(starts_later, Plan(())), "V1", kinds=kinds), (
        "whose hours begin then may be asked"
    )
    late = apply_events(given, [WorkerLate("W1", at("07:00"), 30)])
    assert late.worker_by_id["W1"].availability[0].start == at("08:30")
    assert suggest(AdviceSession(late, Plan(())), "V1", kinds=kinds) == ()
    two = suggest(AdviceSession(late, Plan(())), "V1", kinds=[SuggestionKind.TWO])
    assert not [
        part for one in two for part in one.parts if part.kind is SuggestionKind.EXTEND and part.earlier
    ]


def test_nobody_is_asked_into_hours_for_which_she_is_known_to_be_away() -> None:
    """W1 is away from 10:00 to 12:00: V1 at 10:30 asks nothing of her, be the absence at an edge of her hours
    or amid them."""
    asked = [visit("V1", "A", 30, "10:30", "10:40")]
    for hours in ([("08:00", "18:00")], [("08:00", "10:00"), ("12:00", "18:00")]):
        given = problem(asked, [worker("W1", hours=hours)])
        gone = apply_events(given, [WorkerAway("W1", at("10:00"), at("12:00"))])
        assert suggest(AdviceSession(gone, Plan(())), "V1", kinds=[SuggestionKind.EXTEND]) == ()


def test_a_visit_that_simply_fits_needs_nothing_else() -> None:
    found = would_cover(problem([visit("V1")]), Plan(()), "V1")
    assert [one.kind for one in found] == [SuggestionKind.ADD]


def test_two_changes_where_one_is_not_enough() -> None:
    """No paper with S2, and home ten minutes after the end of her hours."""
    given = problem(
        [visit("V1", "B", 60, "11:00", "11:00", provider="S2")],
        [worker("W1", "08:00", "12:10", providers=["S1"])],
    )
    found = would_cover(given, Plan(()), "V1")
    assert found[0].kind is SuggestionKind.TWO
    assert hard_violations(apply_suggestion(given, found[0]), enact(given, Plan(()), found[0])) == ()
    said = say(found[0].reason, "en", horizon=given.horizon)
    assert (
        said
        == "Sign an engagement between W1 and S2; and bring the window of V1 forward by 10 min: W1 could come"
    )
    assert suggestion_to_json(given, found[0])["parts"][0]["kind"] == "sign_engagement"
    assert examine(given, Plan(()), "V1").action == found[0].reason


def test_nothing_is_proposed_before_now() -> None:
    """At 08:30, ten minutes away: the visit begins at 08:40, though its window opens at 08:00; nobody is
    called in earlier."""
    given = problem([visit("V1", "A", 60, "08:00", "09:00")], [worker("W1")], now=at("08:30"))
    (simple,) = would_cover(given, Plan(()), "V1")
    assert enact(given, Plan(()), simple).stop_of("V1")[1].start == at("08:40")  # type: ignore[index]
    (ranked,) = candidates(given, Plan(()), "V1").ranked
    assert plan_with(given, Plan(()), ranked).stop_of("V1")[1].start == at("08:40")  # type: ignore[index]
    later = replace(given, now=at("08:55"))
    assert [one.code for one in why_uncovered(later, Plan(()), "V1").summary] == ["arrives_too_late"]
    for one in would_cover(later, Plan(()), "V1"):
        assert enact(later, Plan(()), one).stop_of("V1")[1].start >= at("09:05")  # type: ignore[index]
    gone = examine(replace(given, now=at("10:00")), Plan(()), "V1")
    assert ([one.code for one in gone.reasons], gone.action) == (["too_late_now"], None)


def test_a_neighbour_is_asked_only_when_nothing_else_helps() -> None:
    """Nobody has hours within two of the visit's."""
    given = problem([visit("V1", "A", 60, "08:00", "08:00")], [worker("W1", "18:00", "20:00")])
    left = examine(given, Plan(()), "V1")
    assert left.action == Reason.of("ask_basin")
    assert [one.code for one in left.reasons] == ["nobody_available"]
