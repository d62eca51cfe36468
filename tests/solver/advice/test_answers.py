"""What a coordinator is told, on days small enough to reckon by hand: places A 10, B 20, C 30 minutes from
home H."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from brigade.changes.answers import Obstacle, ObstacleKind, Suggestion, SuggestionKind
from brigade.changes.events import WorkerAway, WorkerLate, apply_events
from brigade.errors import InvalidPlan
from brigade.exchange.documents.answer_documents import (
    candidates_to_json,
    contribution_to_json,
    explanation_to_json,
    suggestion_to_json,
)
from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.reports.html import html_report
from brigade.exchange.reports.plain_text import terminal_text
from brigade.judging.checker import hard_violations
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.plan_timing import retime
from brigade.values.demand import ActClass, Employee, Link, LinkKind, Priority, RotaEntry, RotaFeed, Visit
from brigade.values.places import TravelMode
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, PersonalLimits
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
    why_worker,
    would_cover,
)
from solver.advice.easing import eased
from solver.advice.tied_visits import people_needed
from tests.advice import fits
from tests.builders import at, labour, matrix, problem, visit, worker


def planned(given: Problem, **orders: list[str]) -> Plan:
    """Each worker's first tour in that order; the rest uncovered."""
    return retime(given, {(worker_id, 0): order for worker_id, order in orders.items()}).plan


def sentences(given: Problem, plan: Plan, visit_id: str, worker_id: str) -> list[str]:
    told = why_uncovered(given, plan, visit_id).of(worker_id)
    return [say(one.reason, "en", horizon=given.horizon) for one in told.obstacles]


# -- why not -----------------------------------------------------------------------------------------------
def test_too_late_says_when_and_by_how_much() -> None:
    """Free from 08:32, 20 minutes to B: there at 08:52; the window ends at 08:30."""
    given = problem([visit("V1", "B", 60, "07:30", "08:30")], [worker("W07", "08:32", "12:00")])
    said = sentences(given, Plan(()), "V1", "W07")
    assert said == ["Would arrive at 08:52, the window ends at 08:30: 22 min short"]


def test_a_limit_comes_with_its_figures_and_its_article() -> None:
    """Nine hours at A and 85 minutes at A: 10 h 25 of a limit of 10 h."""
    rules = labour(bad={"MAX_DAILY_WORK": {"value": 600, "article": "BAD V.5"}})
    visits = [visit("V1", "A", 540, "06:00", "07:00"), visit("V2", "A", 85, "15:00", "16:10")]
    given = problem(visits, [worker("W12", "05:00", "20:00", home="A")], rules=rules)
    told = why_uncovered(given, planned(given, W12=["V1"]), "V2").of("W12")
    assert told.first.rule == "MAX_DAILY_WORK"
    said = say(told.first.reason, "en", horizon=given.horizon)
    assert said == "10 h 25 of work in the day, limit 10 h (BAD V.5)"
    assert len(told.obstacles) == 1, "nothing else is in the way"
    assert told.first.pushed_out == ("V1",), "and what would have to go for it"


def test_busy_elsewhere_says_what_would_be_pushed_out_at_which_priority() -> None:
    visits = [
        visit("V1", "A", 60, "08:00", "08:00", priority=Priority.P3),
        visit("V2", "A", 60, "08:00", "08:15"),
    ]
    given = problem(visits)
    told = why_uncovered(given, planned(given, W1=["V1"]), "V2").of("W1")
    assert (told.first.kind, told.first.pushed_out, told.first.priority) == (ObstacleKind.BUSY, ("V1",), 3)


def test_busy_elsewhere_names_her_own_visits_and_not_those_that_would_leave_with_them() -> None:
    """V1 and V3 go together, V3 (P1) with W2: W1 is busy with V1 alone, though V3 would go too."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00", priority=Priority.P3),
        visit("V2", "A", 60, "08:00", "08:15"),
        visit("V3", "A", 60, "08:00", "08:00", priority=Priority.P1),
    ]
    given = problem(visits, [worker("W1"), worker("W2")], links=(Link(LinkKind.SAME_START, "V1", "V3"),))
    busy = why_uncovered(given, planned(given, W1=["V1"], W2=["V3"]), "V2").of("W1").first
    assert (busy.reason.value("visits"), busy.reason.value("priority")) == (("V1",), 3)
    assert (set(busy.pushed_out), busy.priority) == ({"V1", "V3"}, 1)


def test_all_that_stands_in_the_way_is_listed_rules_of_the_pair_first() -> None:
    """W1 lacks the competency, has no paper with S2 and would be back ten minutes late."""
    asked = visit("V1", "B", 60, "11:00", "11:00", provider="S2", required=frozenset({"NIGHT"}))
    given = problem([asked], [worker("W1", "08:00", "12:10", providers=["S1"])])
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert [one.reason.code for one in told.obstacles] == ["lacks_competency", "not_engaged", "back_too_late"]


def test_the_summary_names_everybody_once() -> None:
    people = [
        worker("W1"),
        worker("W2", "18:00", "20:00"),
        worker("W3", providers=["S2"]),
        worker("W4", "18:00", "20:00"),
    ]
    given = problem([visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00")], people)
    told = why_uncovered(given, planned(given, W1=["V1"]), "V2")
    assert [(one.code, one.value("workers")) for one in told.summary] == [
        ("busy_elsewhere", ("W1",)),
        ("not_engaged", ("W3",)),
        ("not_available", ("W2", "W4")),
    ]


def test_a_half_whose_other_half_nobody_does_is_possible_but_alone() -> None:
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00")]
    given = problem(visits, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert (told.first.kind, told.first.reason.value("other")) == (ObstacleKind.PARTNER, "V2")


def test_a_tie_that_leaves_no_hour_calls_nobody_away() -> None:
    """V2 keeps its usual carer at 12:00; V1 must begin with it, but not after 09:00. W1, free all day, hears
    of the tie."""
    visits = [visit("V1", "A", 60, "08:00", "09:00"), visit("V2", "A", 60, "08:30", "12:00")]
    kept = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry("V2", "carer", at("12:00")),))
    given = problem(
        visits,
        links=(Link(LinkKind.SAME_START, "V1", "V2"),),
        employees=(Employee("carer", "S1"),),
        rota=(kept,),
    )
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert (told.first.kind, told.first.rule) == (ObstacleKind.TIED, "LINK")


def test_a_visit_that_is_not_to_be_covered_is_refused() -> None:
    given = problem([visit("V1")])
    with pytest.raises(InvalidPlan, match="V9"):
        why_uncovered(given, Plan(()), "V9")


def test_nothing_is_added_to_a_day_that_stands_by_waiver() -> None:
    """Two hours of a limit of one: the plan is as it is, and W1 is no candidate for more."""
    rules = labour(bad={"MAX_DAILY_WORK": 60})
    given = problem([visit("V1", minutes=120), visit("V2", minutes=30)], rules=rules)
    plan = planned(given, W1=["V1"])
    assert AdviceSession(given, plan).stiff == {"W1"}
    assert why_uncovered(given, plan, "V2").of("W1").first.reason.code == "stands_by_waiver"
    assert candidates(given, plan, "V2").ranked == ()


def test_nor_to_days_tied_to_one_that_is_torn() -> None:
    """V1 goes with V2, which nobody does any more: W1's day must be mended first, W2 is free."""
    visits = [visit("V1", "A"), visit("V2", "A"), visit("V3", "B")]
    given = problem(visits, [worker("W1"), worker("W2")], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    plan = planned(given, W1=["V1"])
    assert [one.worker_id for one in candidates(given, plan, "V3").ranked] == ["W2"]


def test_a_visit_asked_for_twice_is_asked_for_once() -> None:
    given = problem([visit("V1", "A")])
    found = candidates(given, Plan(()), ["V1", "V1"])
    assert found.visit_ids == ("V1",)
    assert [[put.visit_id for put in one.placements] for one in found.ranked] == [["V1"]]


def test_beside_other_visits_all_that_is_missing_is_named() -> None:
    """W1 is at A at 07:10, forty minutes after V1's hours and in the hour in which she does not work; V2 is
    hers at 09:00."""
    visits = [visit("V1", "A", 30, "06:00", "06:30"), visit("V2", "A", 60, "09:00", "10:00")]
    person = worker("W1", "07:00", "12:00", limits=PersonalLimits(no_work_bands=("07:00-08:00",)))
    told = why_uncovered(problem(visits, [person]), planned(problem(visits, [person]), W1=["V2"]), "V1").of(
        "W1"
    )
    assert [one.reason.code for one in told.obstacles] == ["personal_limit_band", "arrives_too_late"]


def test_without_an_engagement_what_the_host_s_text_forbids_is_named_too() -> None:
    """S1's text owes an hour of work in a row; V1 takes 40 minutes, and the code, W1's own text, asks for
    none."""
    text = labour(sap={"MIN_WORK_PERIOD": {"value": 60, "stricter": "higher"}}, bad={"MAX_WEEK_WORK": 2880})
    given = problem(
        [visit("V1", "A", 40, "08:00", "08:30", provider="S2")],
        [worker(employer="E1", providers=["S1"])],
        rules=text,
    )
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert [one.reason.code for one in told.obstacles] == ["not_engaged", "min_work_period"]


def test_a_half_whose_other_half_nobody_can_take_says_so() -> None:
    visits = [
        visit("V1", "A", 60, "08:00", "08:00"),
        visit("V2", "A", 60, "08:00", "08:00", required=frozenset({"NIGHT"})),
    ]
    given = problem(visits, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert (told.first.kind, told.first.reason.code) == (ObstacleKind.PARTNER, "goes_with_unable")


def test_a_visit_whose_other_half_is_not_to_be_covered_is_possible_only_where_it_fits() -> None:
    """V2 is nobody's to cover. V3 keeps W1 from 08:00 to 09:00 and W2 is free: only W2 could, but for V2; W1
    is busy too."""
    visits = [visit(id, "A", 60, "08:00", "08:00") for id in ("V1", "V2", "V3")]
    visits[1] = replace(visits[1], wants_replacement=False)
    given = problem(visits, [worker("W1"), worker("W2")], links=(Link(LinkKind.TOGETHER, "V1", "V2"),))
    told = why_uncovered(given, planned(given, W1=["V3"]), "V1")
    kinds = {id: [one.kind for one in told.of(id).obstacles] for id in ("W1", "W2")}
    assert kinds == {"W1": [ObstacleKind.BUSY, ObstacleKind.PARTNER], "W2": [ObstacleKind.PARTNER]}


# -- visits that go with others ----------------------------------------------------------------------------
def two_carers(count: int = 2) -> list[Visit]:
    return [visit(f"V{n}", "A", 60, "08:00", "09:00") for n in range(1, count + 1)]


def first_sentence(given: Problem, visit_id: str, plan: Plan | None = None) -> str:
    return say(why_uncovered(given, plan or Plan(()), visit_id).summary[0], "en", horizon=given.horizon)


def test_two_people_at_once_where_one_is_possible() -> None:
    """Each half says so, of the other; neither answers with the other's silence."""
    given = problem(two_carers(), [worker("W1")], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    said = {id: first_sentence(given, id) for id in ("V1", "V2")}
    assert said["V1"] == "Goes with V2: it takes 2 people at once, 1 is possible (W1)"
    assert said["V2"] == "Goes with V1: it takes 2 people at once, 1 is possible (W1)"


def test_a_chain_of_three_asks_for_as_many_people_as_it_takes() -> None:
    """V2 begins with V1, V3 an hour and a half after V1: whoever does V1 or V2 can do V3. Two people, not
    three."""
    links = (Link(LinkKind.SAME_START, "V1", "V2"), Link(LinkKind.GAP, "V1", "V3", min_gap=90, max_gap=90))
    visits = [*two_carers(), visit("V3", "A", 60, "09:30", "10:30")]
    given = problem(visits, [worker("W1")], links=links)
    assert people_needed(given, ["V1", "V2", "V3"]) == 2
    for id, others in (("V1", "V2"), ("V2", "V1"), ("V3", "V1 and V2")):
        assert (
            first_sentence(given, id) == f"Goes with {others}: it takes 2 people at once, 1 is possible (W1)"
        )
    apart = (
        *links,
        Link(LinkKind.DIFFERENT_WORKERS, "V1", "V3"),
        Link(LinkKind.DIFFERENT_WORKERS, "V2", "V3"),
    )
    assert people_needed(problem(visits, [worker("W1")], links=apart), ["V1", "V2", "V3"]) == 3


CARERS = (Link(LinkKind.SAME_START, "V1", "V2"), Link(LinkKind.SAME_START, "V2", "V3"))
"""Three carers at once: the first and the third are tied through the second alone."""


def three_carers() -> list[Visit]:
    return [*two_carers(), replace(two_carers()[0], id="V3")]


def test_three_carers_take_three_people_and_two_come_once_one_is_spared() -> None:
    given = problem(three_carers(), [worker("W1"), worker("W2")], links=CARERS)
    assert people_needed(given, ["V1", "V2", "V3"]) == 3
    assert (
        first_sentence(given, "V1")
        == "Goes with V2 and V3: it takes 3 people at once, 2 are possible (W1 and W2)"
    )
    told = examine(given, Plan(()), "V3")
    assert told.action is not None
    assert told.action.code == "split_from"
    assert_each_covers(given, "V3")


def test_three_carers_of_whom_one_is_there_five_minutes_too_short() -> None:
    """Back at 09:10 at the earliest, when the third has to leave at 09:05."""
    people = [worker("W1"), worker("W2"), worker("W3", "06:00", "09:05")]
    given = problem(three_carers(), people, links=CARERS)
    assert {one.kind for one in assert_each_covers(given, "V1")} >= {
        SuggestionKind.SHIFT_WINDOW,
        SuggestionKind.EXTEND,
    }
    long = [*people[:2], worker("W3", "06:00", "12:00")]
    simple = problem(three_carers(), long, links=CARERS)
    assert [one.kind for one in assert_each_covers(simple, "V1")] == [SuggestionKind.ADD]
    assert [one.code for one in why_uncovered(simple, Plan(()), "V1").summary] == ["could_take"]


def test_different_people_in_a_ring_of_three() -> None:
    """Two people are enough for a row of three, three for a ring; one tie less makes a row of it."""
    pairs = [("V1", "V2"), ("V2", "V3"), ("V1", "V3")]
    ring = tuple(Link(LinkKind.DIFFERENT_WORKERS, *pair) for pair in pairs)
    visits = [
        visit(f"V{n}", "A", 60, f"{hour}:00", f"{hour}:00") for n, hour in ((1, "08"), (2, "10"), (3, "14"))
    ]
    given = problem(visits, [worker("W1"), worker("W2")], links=ring)
    assert (
        first_sentence(given, "V2")
        == "Goes with V1 and V3: it takes 3 people at once, 2 are possible (W1 and W2)"
    )
    assert [one.kind for one in assert_each_covers(given, "V2")] == [
        SuggestionKind.SPLIT,
        SuggestionKind.SPLIT,
    ]
    row = problem(visits, [worker("W1"), worker("W2")], links=ring[:2])
    assert [one.kind for one in assert_each_covers(row, "V2")] == [SuggestionKind.ADD]


def assert_each_covers(given: Problem, visit_id: str) -> tuple[Suggestion, ...]:
    """Carried out, every change covers the visit lawfully."""
    found = would_cover(given, Plan(()), visit_id)
    assert found
    for one in found:
        after = enact(given, Plan(()), one)
        assert visit_id in after.covered
        assert hard_violations(apply_suggestion(given, one), after) == (), one
    return found


def test_the_half_that_nobody_can_take_is_named_with_what_it_lacks() -> None:
    visits = two_carers()
    visits[1] = replace(visits[1], required=frozenset({"NIGHT"}))
    given = problem(visits, [worker("W1"), worker("W2")], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    assert first_sentence(given, "V1") == (
        "Goes with V2, which nobody can take (the nearest to it — W1: lacks the competency: night)"
    )
    assert (
        first_sentence(given, "V2")
        == "Goes with V1, which W1 or W2 could take: somebody is missing for this one"
    )


def test_two_people_whose_hours_never_meet() -> None:
    """W1 is there until 09:10, W2 from 08:40 on and ten minutes away: the halves begin at 08:00 at the
    latest, 08:50 at the earliest."""
    visits = two_carers()
    given = problem(
        visits,
        [worker("W1", "06:00", "09:15"), worker("W2", "08:40", "12:00")],
        links=(Link(LinkKind.SAME_START, "V1", "V2"),),
    )
    said = first_sentence(given, "V1")
    assert said.startswith(
        "Goes with V2: W1 or W2 could take one, W1 or W2 the other, but none of their hours"
    )


def test_a_tie_to_a_covered_visit_is_told_first() -> None:
    given = problem(
        two_carers(), [worker("W1")], links=(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2", together=False),)
    )
    plan = planned(given, W1=["V1"])
    assert first_sentence(given, "V2", plan) == "Tied to V1, done by W1 at 08:00"
    assert [one.pushed_out for one in why_uncovered(given, plan, "V2").of("W1").obstacles] == [("V1",)]


def test_a_visit_whose_client_wants_nobody_says_so() -> None:
    given = problem([replace(visit("V1"), wants_replacement=False)])
    told = why_uncovered(given, Plan(()), "V1")
    assert [one.code for one in told.summary] == ["client_wants_nobody"]
    assert would_cover(given, Plan(()), "V1") == ()
    document = plan_to_json(given, Plan(()))
    assert document["unwanted"] == [
        {"visit_id": "V1", "reasons": [{"code": "client_wants_nobody", "values": {}}]}
    ]
    assert plan_record_from_json(document, given).plan == Plan(())
    page = html_report(given, Plan(()), lang="en")
    assert 'data-visit="V1"' in page
    assert "The client wants no replacement" in page
    assert "V1 [" in terminal_text(given, Plan(()))


# -- enough, and no more -----------------------------------------------------------------------------------
def test_what_is_lacking_and_what_is_in_the_way_stand_together() -> None:
    """W1 has V2 at the only hour of V1, and no paper with its provider: one alone would not be enough."""
    visits = [visit("V1", "A", 60, "08:00", "08:00", provider="S2"), visit("V2", "A", 60, "08:00", "08:00")]
    given = problem(visits, [worker("W1", providers=["S1"])])
    told = why_uncovered(given, planned(given, W1=["V2"]), "V1")
    assert [one.reason.code for one in told.of("W1").obstacles] == ["not_engaged", "busy_elsewhere"]
    assert say(told.summary[0], "en", horizon=given.horizon) == (
        "W1: no engagement with S2 on Monday 9 March 2026; and already taken by V2 (P2 essential)"
    )


def test_a_minute_too_late_is_as_late_as_the_plan_makes_it() -> None:
    """Free from 08:10 and 20 minutes away, ten minutes after the window; V2 beside it makes it an hour and
    ten."""
    visits = [visit("V1", "B", 60, "07:30", "08:20"), visit("V2", "B", 60, "08:30", "08:35")]
    given = problem(visits, [worker("W1", "08:10", "12:00")])
    plan = planned(given, W1=["V2"])
    alone, beside = (why_uncovered(given, one, "V1").of("W1").obstacles for one in (Plan(()), plan))
    assert [(one.reason.code, one.reason.value("late_min")) for one in alone] == [("arrives_too_late", 10)]
    assert [(one.reason.code, one.reason.value("late_min")) for one in beside] == [("arrives_too_late", 70)]


def test_of_her_own_limits_only_the_one_in_the_way_is_lifted() -> None:
    """Of two people's tours, those of the other are timed by her limits as before."""
    asks = PersonalLimits(no_sundays=True, max_span=at("08:00"))
    given = problem(
        [visit("V1")], [worker("W1", limits=asks), worker("W2", limits=asks)], first_day=date(2026, 3, 8)
    )
    found = why_uncovered(given, Plan(()), "V1").of("W1").obstacles
    assert [one.reason.code for one in found] == ["personal_limit_sunday"]
    freed = eased(given, "V1", "W1", 0, found)
    assert freed.worker_by_id["W1"].limits == PersonalLimits(max_span=at("08:00"))
    assert freed.worker_by_id["W2"].limits == asks


def test_the_meal_in_the_way_hides_no_short_hours() -> None:
    """An hour's meal begun from 11:40 to 13:00, V1 at A from 12:00 to 13:00, W1 there until 13:05: without
    the meal she is back at 13:10."""
    stay = replace(Availability.strict(at("11:30"), at("13:05")), meal=60, meal_required=True)
    stay = replace(stay, meal_earliest=at("11:40"), meal_latest=at("13:00"))
    given = problem([visit("V1", "A", 60, "12:00", "12:00")], [replace(worker(), availability=(stay,))])
    found = why_uncovered(given, Plan(()), "V1").of("W1").obstacles
    assert [one.reason.code for one in found] == ["back_too_late", "availability_meal"]
    assert fits(eased(given, "V1", "W1", 0, found), Plan(()), "V1", "W1")
    assert not any(fits(eased(given, "V1", "W1", 0, [one]), Plan(()), "V1", "W1") for one in found)


def test_what_a_plan_stores_is_the_cheapest_of_all_that_is_told() -> None:
    """Two lower visits could move for it, one of them with less said to clients."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00", priority=Priority.P1),
        visit("V2", "A", 60, "08:00", "08:00", priority=Priority.P4),
        visit("V3", "C", 60, "08:00", "08:00", priority=Priority.P4),
    ]
    given = problem(visits, [worker("W1", "07:00", "11:00"), worker("W2", "07:00", "09:45")])
    plan = planned(given, W1=["V2"], W2=["V3"])
    singles = would_cover(given, plan, "V1", most=50)
    told = examine(given, plan, "V1")
    assert told.action == singles[0].reason


def test_who_is_away_hears_of_all_that_is_lacking_besides() -> None:
    given = problem(
        [visit("V1", "A", 60, "08:00", "08:00", provider="S2")],
        [worker("W1", "18:00", "20:00", providers=["S1"])],
    )
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert [one.reason.code for one in told.obstacles] == ["not_available", "not_engaged"]


def test_a_rule_of_the_pair_speaks_in_its_own_words() -> None:
    """1 May 2026, an ordinary act: the sentence and the article of the text, never the code of the rule."""
    given = problem(
        [visit("V1", act_class=ActClass.ORDINARY)],
        first_day=date(2026, 5, 1),
        rules=shipped_labour_code(),
    )
    told = why_uncovered(given, Plan(()), "V1").of("W1")
    assert "holiday_rhythm_may_first" in [one.reason.code for one in told.obstacles]
    assert not any("rule_forbids" in one.reason.code for one in told.obstacles)
    assert "HOLIDAY_RHYTHM" not in say(Reason.of("rule_forbids", rule="HOLIDAY_RHYTHM"), "fr")


def test_a_personal_limit_that_nothing_here_can_lift_is_loud() -> None:
    given = problem([visit("V1")])
    unknown = Obstacle(ObstacleKind.RULE, Reason.of("personal_limit_moon"), "PERSONAL_LIMIT")
    with pytest.raises(ValueError, match="moon"):
        eased(given, "V1", "W1", 0, [unknown])


# -- what would cover it -----------------------------------------------------------------------------------
def one_kind(given: Problem, plan: Plan, visit_id: str, kind: SuggestionKind) -> str:
    """The sentence of the first suggestion of that kind; it holds when applied."""
    found = suggest(AdviceSession(given, plan), visit_id, kinds=[kind])
    assert found, kind
    after = enact(given, plan, found[0])
    assert visit_id in after.covered
    assert hard_violations(apply_suggestion(given, found[0]), after) == ()
    return say(found[0].reason, "en", horizon=given.horizon)


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


# -- who ---------------------------------------------------------------------------------------------------
def two_at_hand() -> Problem:
    """W1 lives at H, W2 at C; the client at A knows W2."""
    return problem(
        [visit("V1", "A", 60, usual_workers=frozenset({"W2"}))], [worker("W1"), worker("W2", home="C")]
    )


def test_candidates_are_ranked_by_cost_with_their_figures() -> None:
    """W1: 20 minutes of travel at 10 and a stranger at 60: 260. W2: 40 minutes: 400 and known."""
    given = two_at_hand()
    found = candidates(given, Plan(()), "V1")
    assert [one.worker_id for one in found.ranked] == ["W1", "W2"]
    one, two = found.ranked
    assert two.cost - one.cost == 400 - 260
    assert (one.detour_min, two.detour_min) == (20, 40)
    assert (one.known, two.known) == ((), ("V1",))
    assert (one.points, one.work_min, one.fair_min) == (30, 60, 30)


def test_why_this_worker_says_what_the_stop_adds_and_the_next_best() -> None:
    given = two_at_hand()
    told = why_worker(given, planned(given, W1=["V1"]), "V1")
    assert dict(told.terms) == {"travel": 200, "unfamiliar": 60, "equity_workers": 30}
    assert [(one.worker_id, one.more) for one in told.alternatives] == [("W2", 140)]
    assert dict(told.alternatives[0].terms) == {"travel": 200, "unfamiliar": -60}
    assert told.marking is not None


def test_who_does_it_is_asked_only_of_covered_visits() -> None:
    with pytest.raises(InvalidPlan):
        why_worker(two_at_hand(), Plan(()), "V1")


def test_a_half_day_is_taken_whole_or_not_at_all() -> None:
    """W1 is free all morning, W2 from nine: too late for the first of the three."""
    visits = [visit(f"V{hour}", "A", 50, f"{hour:02d}:00", f"{hour:02d}:05") for hour in (8, 9, 10)]
    given = problem(visits, [worker("W1"), worker("W2", "09:00", "12:00")])
    found = candidates(given, Plan(()), ["V8", "V9", "V10"])
    assert [one.worker_id for one in found.ranked] == ["W1"]
    assert [place.visit_id for place in found.ranked[0].placements] == ["V8", "V9", "V10"]
    assert [(one.worker_id, one.first.reason.code) for one in found.others] == [("W2", "arrives_too_late")]


def test_with_moves_it_shows_who_takes_what_over() -> None:
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00", provider="S2")]
    given = problem(visits, [worker("W1"), worker("W2", providers=["S1"])])
    plan = planned(given, W1=["V1"])
    assert candidates(given, plan, "V2").ranked == ()
    (one,) = candidates(given, plan, "V2", moves_allowed=True).ranked
    assert (one.worker_id, dict(one.moved), one.dropped, one.points) == ("W1", {"V1": "W2"}, (), 30)
    assert plan_with(given, plan, one).covered == {"V1", "V2"}


def test_refusals_left_are_shown() -> None:
    rules = labour(bad={"REFUSALS_SHORT": {"value": 4, "unit": "count"}})
    given = problem([visit("V1")], rules=rules)
    refused = replace(given.workers[0], counters=replace(given.workers[0].counters, refusals=3))
    (one,) = candidates(replace(given, workers=(refused,)), Plan(()), "V1").ranked
    assert one.refusals_left == 1


# -- as JSON -----------------------------------------------------------------------------------------------
def test_answers_are_plain_json_with_sentences() -> None:
    given = two_at_hand()
    plan = planned(given, W1=["V1"])
    why = explanation_to_json(given, why_uncovered(given, Plan(()), "V1"), "en")
    assert why["workers"][0]["obstacles"][0]["sentence"] == "Could take it with nothing else changed"
    (add,) = would_cover(given, Plan(()), "V1")
    assert suggestion_to_json(given, add)["sentence"] == "Confier V1 à W1 : rien d’autre ne change"
    assert candidates_to_json(given, candidates(given, plan, "V1"))["ranked"][0]["worker_id"] == "W2"
    assert contribution_to_json(given, why_worker(given, plan, "V1"))["soft"] == 290
