"""Why nobody does a visit: all that stands in the way, and no more, on days reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.errors import InvalidPlan
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.demand import ActClass, Employee, Link, LinkKind, Priority, RotaEntry, RotaFeed
from brigade.values.plan import Plan, Reason
from brigade.values.workforce import Availability, Contract, Counters, PersonalLimits
from brigade.words import say
from solver.advice import (
    AdviceSession,
    candidates,
    examine,
    why_uncovered,
    would_cover,
)
from solver.advice.obstacles.easing import eased
from tests.advice import fits
from tests.builders import at, labour, problem, visit, worker
from tests.solver.advice.answers import (
    planned,
    sentences,
)


def test_too_late_says_when_and_by_how_much() -> None:
    """Free from 08:32, 20 minutes to B: there at 08:52; the window ends at 08:30."""
    given = problem([visit("V1", "B", 60, "07:30", "08:30")], [worker("W07", "08:32", "12:00")])
    said = sentences(given, Plan(()), "V1", "W07")
    assert said == ["Would arrive at 08:52, the window ends at 08:30: 22 min too late"]


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


def test_competencies_that_she_lacks_are_said_as_one_list() -> None:
    """Alone, and beside something else that stands in the way."""
    wanted = frozenset({"NIGHT", "UPKEEP"})
    asked = visit("V1", "B", 60, "11:00", "11:00", provider="S2", required=wanted)
    for engaged, said in (
        (["S2"], "W1: lacks the competencies: night and upkeep"),
        (["S1"], "W1: lacks the competencies: night and upkeep; and no engagement with S2"),
    ):
        given = problem([asked], [worker("W1", "08:00", "14:00", providers=engaged)])
        (told,) = why_uncovered(given, Plan(()), "V1").summary
        assert say(told, "en", horizon=given.horizon).startswith(said)


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
    assert AdviceSession(given, plan).fixed_workers == {"W1"}
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


def test_a_volunteer_s_fourth_sunday_is_in_the_way_alone() -> None:
    """Three Sundays in a row behind her, the last one in the fortnight of V1's. Switching her rhythm off to
    see whether she could come made the free Sunday of everybody else hers, and that was named too."""
    count = {"unit": "count"}
    rules = labour(
        bad={
            "SUNDAY_RHYTHM.max_per_fortnight": {"value": 1, **count},
            "SUNDAY_RHYTHM.volunteers_max_in_row": {"value": 3, **count},
            "WEEKLY_REST.sundays_per_fortnight": {"value": 1, "stricter": "higher", **count},
        }
    )
    behind = frozenset({date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15)})
    person = worker(contract=Contract(weekend_team=True), counters=Counters(sundays_worked=behind))
    given = problem([visit("V1")], [person], first_day=date(2026, 3, 22), rules=rules)
    found = why_uncovered(given, Plan(()), "V1").of("W1").obstacles
    assert [one.reason.code for one in found] == ["sunday_rhythm_in_row"]


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


def test_limits_of_hers_told_by_their_rule_alone_are_lifted_together() -> None:
    """Where the search is stricter than the plain rules, no hour shows which of her limits it is; the search
    ended in an error then."""
    asks = PersonalLimits(no_holidays=True, max_daily_work=90)
    given = problem([visit("V1")], [worker("W1", limits=asks), worker("W2", limits=asks)])
    named = Obstacle(ObstacleKind.RULE, Reason.of("rule_forbids", rule="PERSONAL_LIMIT"), "PERSONAL_LIMIT")
    freed = eased(given, "V1", "W1", 0, [named])
    assert freed.worker_by_id["W1"].limits == PersonalLimits()
    assert freed.worker_by_id["W2"].limits == asks
