"""What a replan keeps, what it changes and whom it spares, by hand on days of a few visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from brigade.changes.answers import SuggestionKind
from brigade.changes.edits import Move, Waive
from brigade.changes.events import Event, VisitAdded, VisitCancelled, WorkerAway, apply_events
from brigade.changes.plan_diff import ChangeKind, placements
from brigade.errors import InvalidPlan, InvalidProblem
from brigade.figures.compare import compare
from brigade.judging.checker import check, hard_violations
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.plan_timing import retime
from brigade.values.announced import AnnouncedPlan
from brigade.values.demand import ActClass, Priority
from brigade.values.plan import Plan, Reason, Waiver
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from solver.advice import advice_session as advice
from solver.advice.suggesting.suggestions import suggest
from solver.hand_edits import EditSession, judge_edit
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.replan_terms import ChangePrices, ReplanTerms
from tests.builders import at, labour, plan, problem, route, visit, worker
from tests.sayings import refusals

WORK = SearchSettings(iterations=300, prove=False)
SKILL = frozenset({"UPKEEP"})
WAIVER = Waiver(
    "COMPETENCIES", "W1", "V1", "coordination", datetime(2026, 3, 9, 7, tzinfo=UTC), "famille présente"
)


def waived_day(*, pinned: bool) -> tuple[Problem, Plan]:
    """V1 asks for UPKEEP, which only W2 holds; a coordinator answers for W1 doing it. V2 is W1's as well."""
    plain = ActClass.ORDINARY
    visits = [
        visit("V1", earliest="08:00", latest="08:30", required=SKILL, act_class=plain),
        visit("V2", "B", earliest="10:00", latest="10:30", act_class=plain),
    ]
    people = [worker("W1"), worker("W2", competencies=SKILL)]
    asked = problem(visits, people, rules=shipped_labour_code())
    stops = route(asked, "W1", ("V1", "08:00"), ("V2", "10:00"))
    return asked, plan(asked, stops, waivers=(WAIVER,), pinned=frozenset({"V1"} if pinned else ()))


def where(done: Plan) -> dict[str, str]:
    return {id: place.worker_id for id, place in placements(done).items()}


def test_a_pinned_stop_that_a_coordinator_answers_for_stays() -> None:
    asked, told = waived_day(pinned=True)
    assert hard_violations(asked, told) == ()
    done = replan(asked, told, settings=WORK)
    assert where(done.plan) == {"V1": "W1", "V2": "W1"}
    assert [one.waived_by for one in done.kept_unlawful] == ["coordination"]
    assert done.plan.waivers == (WAIVER,)


@pytest.mark.parametrize(
    ("terms", "code"),
    [(ReplanTerms(), "stands_by_waiver"), (ReplanTerms(pinned_workers=frozenset({"W1"})), "day_pinned")],
)
def test_who_is_not_searched_for_is_not_said_to_be_unavailable(terms: ReplanTerms, code: str) -> None:
    """W1 is free at 15:00; her day stays as told, because it is waived or because it is pinned."""
    asked, told = waived_day(pinned=True)
    added = VisitAdded(visit("V9", earliest="15:00", latest="16:00"))
    events: list[Event] = [WorkerAway("W2", 0), added]
    done = replan(apply_events(asked, events), told, terms, settings=WORK)
    (left,) = (one for one in done.plan.uncovered if one.visit_id == "V9")
    assert Reason.of(code, workers=("W1",)) in left.reasons
    assert not any(
        reason.code == "not_available" and "W1" in reason.value("workers") for reason in left.reasons
    )


def test_without_its_pin_a_waived_stop_goes_to_somebody_lawful() -> None:
    """The solver never makes use of a waiver by itself."""
    asked, told = waived_day(pinned=False)
    done = replan(asked, told, settings=WORK)
    assert where(done.plan) == {"V1": "W2", "V2": "W1"}
    assert check(asked, done.plan) == ()


def test_waiving_pins_the_stop_so_that_a_replan_keeps_it() -> None:
    """Moved by hand, waived, then a colleague falls ill: V1 is still W1's."""
    asked, told = waived_day(pinned=False)
    session = EditSession.opened(asked, replace(told, waivers=()))
    assert [one.rule for one in session.violations] == ["COMPETENCIES"]
    judged = judge_edit(session, Waive(WAIVER))
    assert judged.accepted().plan.pinned == {"V1"}
    after = apply_events(asked, [WorkerAway("W2", 0)])
    assert where(replan(after, judged.plan, settings=WORK).plan)["V1"] == "W1"


def test_a_competency_may_be_waived_by_a_coordinator() -> None:
    asked, _ = waived_day(pinned=False)
    session = EditSession.opened(asked, plan(asked))
    judged = judge_edit(session, Move("V1", "W1", position=0))
    assert [(one.violation.rule, one.waivable_by) for one in judged.broken] == [
        ("COMPETENCIES", "coordinator")
    ]
    assert [(hint.reason.code, hint.edit) for hint in judged.hints] == [
        ("hint_place", Move("V1", "W2", 0, 0))
    ]


def test_each_worker_is_hinted_at_once() -> None:
    """V1 could go before V2 or after it with W2: that is one hint."""
    asked, _ = waived_day(pinned=False)
    wide = replace(asked, visits=(replace(asked.visits[0], windows=visit("V1").windows), *asked.visits[1:]))
    told = plan(wide, route(wide, "W2", ("V2", "10:00")))
    judged = judge_edit(EditSession.opened(wide, told), Move("V1", "W1", position=0))
    assert [hint.reason for hint in judged.hints] == [Reason.of("hint_place", visit="V1", worker="W2")]


def crowded_day() -> tuple[Problem, Plan]:
    """W1 alone: V1 (P4) 08:00 to 10:00; V9 (P1), new, wants the same hours."""
    asked = problem([visit("V1", minutes=120, earliest="08:00", latest="08:00", priority=Priority.P4)])
    told = plan(asked, route(asked, "W1", ("V1", "08:00")))
    urgent = visit("V9", minutes=60, earliest="08:30", latest="09:00", priority=Priority.P1)
    client = next(one for one in asked.clients if one.id == "S1:A")
    assert urgent.client_id == client.id
    return apply_events(asked, [VisitAdded(urgent)]), told


@pytest.mark.parametrize(
    ("rule", "code"), [("MAX_WEEK_WORK", "H103"), ("DAILY_REST", "H103"), ("FORBIDDEN_PAIR", "H103")]
)
def test_what_nobody_may_waive_is_refused_before_it_is_broken(rule: str, code: str) -> None:
    asked, told = waived_day(pinned=False)
    judged = judge_edit(EditSession.opened(asked, told), Waive(replace(WAIVER, rule=rule)))
    assert judged.is_lawful, "nothing is broken yet"
    with pytest.raises(InvalidPlan) as refused:
        judged.accepted()
    assert [one.code for one in refusals(refused)] == [code]


def test_a_waiver_names_a_rule_that_exists() -> None:
    asked, told = waived_day(pinned=False)
    with pytest.raises(InvalidPlan, match="NO_SUCH_RULE"):
        judge_edit(EditSession.opened(asked, told), Waive(replace(WAIVER, rule="NO_SUCH_RULE")))


def test_names_that_nobody_knows_are_refused_together() -> None:
    """V1 is cancelled since the plan was told: naming it is no fault."""
    asked, told = waived_day(pinned=False)
    after = apply_events(asked, [VisitCancelled("V1")], published=told)
    terms = ReplanTerms(
        pinned=frozenset({"V1", "V9"}),
        pinned_workers=frozenset({"W9"}),
        told=AnnouncedPlan(clients=frozenset({"V8"})),
    )
    with pytest.raises(InvalidProblem) as refused:
        replan(after, told, terms, WORK)
    assert [(one.code, one.where) for one in refusals(refused)] == [
        ("E101", "pinned"),
        ("E101", "pinned_workers"),
        ("E101", "told.clients"),
    ]


def test_cover_comes_first() -> None:
    """The P1 visit takes the place of the P4 one, whatever that change costs."""
    asked, told = crowded_day()
    done = replan(asked, told, ReplanTerms(prices=ChangePrices(100, 10_000, 20_000)), WORK)
    assert where(done.plan) == {"V9": "W1"}
    gone = next(one for one in done.diff.changes if one.visit_id == "V1")
    assert (gone.kind, gone.reasons[0]) == (
        ChangeKind.UNCOVERED,
        Reason.of("change_makes_room", visits=("V9",)),
    )
    assert done.disturbed == {"W1", "S1:A"}


def test_a_budget_of_nobody_leaves_all_that_can_stay() -> None:
    asked, told = crowded_day()
    done = replan(asked, told, ReplanTerms(people=0), WORK)
    assert where(done.plan) == {"V1": "W1"}
    assert (done.within_budget, done.disturbed) == (True, frozenset())


def test_a_pinned_worker_gains_and_loses_nothing() -> None:
    asked, told = crowded_day()
    assert where(replan(asked, told, ReplanTerms(pinned_workers=frozenset({"W1"})), WORK).plan) == {
        "V1": "W1"
    }


def familiar_day() -> tuple[Problem, Plan]:
    """V1 is W1's in the plan, but knows W2, who lives next door: without a told plan W2 would come."""
    asked = problem([visit("V1", usual_workers=frozenset({"W2"}))], [worker("W1"), worker("W2", home="A")])
    return asked, plan(asked, route(asked, "W1", ("V1", "08:00")))


def test_who_was_told_keeps_what_a_fresh_plan_would_change() -> None:
    asked, told = familiar_day()
    assert where(replan(asked, told, settings=WORK).plan) == {"V1": "W1"}


def test_what_nobody_was_told_may_change_for_the_better() -> None:
    asked, told = familiar_day()
    nobody = AnnouncedPlan(frozenset(), frozenset())
    done = replan(asked, told, ReplanTerms(told=nobody, people=0), WORK)
    assert where(done.plan) == {"V1": "W2"}
    assert done.disturbed == frozenset()


def test_a_visit_whose_hours_have_gone_is_left_with_that_reason() -> None:
    asked = problem([visit("V1", earliest="08:00", latest="09:00")])
    done = replan(asked, plan(asked), ReplanTerms(freeze=at("09:01")), WORK)
    assert done.plan.uncovered[0].reasons == (Reason.of("too_late_now", freeze_at=at("09:01")),)


@pytest.mark.parametrize(
    ("freeze", "asked_for"), [(None, {"extend_earlier"}), ("09:00", {"extend_earlier"}), ("09:01", set())]
)
def test_no_hour_between_now_and_the_freeze_is_asked_for(freeze: str | None, asked_for: set[str]) -> None:
    """V1 at 09:10, ten minutes from home, where W1 is free from 09:30: she would leave at 09:00."""
    asked = problem(
        [visit("V1", "A", earliest="09:10", latest="09:10")],
        [worker("W1", availability=(Availability.strict(at("09:30"), at("18:00")),))],
    )
    session = advice.AdviceSession(
        asked, plan(asked), build_model(asked), None if freeze is None else at(freeze)
    )
    found = suggest(session, "V1", kinds=[SuggestionKind.EXTEND])
    assert {one.reason.code for one in found} == asked_for


def fed_day(stay: Availability) -> tuple[Problem, Plan]:
    """V1 from 10:00 and V3 from 13:50 are told; V2, new, would take the day from 11:00 to 13:50."""
    hours = {"V1": ("10:00", "10:30", 60), "V2": ("11:00", "11:15", 160), "V3": ("13:50", "13:55", 60)}
    visits = [visit(id, "H", length, opens, shuts) for id, (opens, shuts, length) in hours.items()]
    asked = problem(visits, [worker("W1", availability=(stay,))])
    return asked, retime(asked, {("W1", 0): ["V1", "V3"]}).plan


def test_who_must_eat_still_does_after_the_freeze() -> None:
    """Half an hour to be begun from 12:00 to 13:00: V2 leaves no room for it."""
    asked, told = fed_day(
        Availability(at("06:00"), at("18:00"), at("18:00"), 30, at("12:00"), at("13:00"), True)
    )
    done = replan(asked, told, ReplanTerms(freeze=at("09:00")), WORK)
    assert where(done.plan) == {"V1": "W1", "V3": "W1"}
    assert done.kept_unlawful == ()


def test_who_has_eaten_before_the_freeze_is_not_asked_to_eat_again() -> None:
    """At home from 06:00 to 06:30, hours before leaving."""
    asked, told = fed_day(
        Availability(at("06:00"), at("18:00"), at("18:00"), 30, at("06:00"), at("06:30"), True)
    )
    done = replan(asked, told, ReplanTerms(freeze=at("09:00")), WORK)
    assert where(done.plan) == {"V1": "W1", "V2": "W1", "V3": "W1"}


def test_a_comparison_puts_each_figure_and_each_person_side_by_side() -> None:
    """V1 goes from W1 to W2, whose home is at its door: ten minutes there and back are saved."""
    asked, told = familiar_day()
    other = plan(asked, route(asked, "W2", ("V1", "08:00")))
    found = compare(asked, told, other)
    commute = found.pair("commute")
    assert commute is not None
    assert (commute.before, commute.after, commute.change) == (20, 0, -20)
    assert [(one.id, one.came, one.went) for one in found.workers] == [
        ("W1", (), ("V1",)),
        ("W2", ("V1",), ()),
    ]
    assert [(one.id, one.moved) for one in found.clients] == [("S1:A", ("V1",))]
    assert found.costs[0].terms["unfamiliar"] > found.costs[1].terms["unfamiliar"] == 0


def test_the_same_plan_under_two_policies_differs_in_its_costs_alone() -> None:
    asked, told = familiar_day()
    dear = replace(asked, policy=replace(asked.policy, weights=replace(asked.policy.weights, travel=20)))
    found = compare(asked, told, told, dear)
    assert (found.diff.touched, found.workers, found.clients) == ((), (), ())
    assert found.costs[1].terms["travel"] == 2 * found.costs[0].terms["travel"] > 0


def test_a_cancelled_visit_disturbs_nobody() -> None:
    visits = [
        visit("V1", earliest="08:00", latest="08:00"),
        visit("V2", "B", earliest="10:00", latest="10:00"),
    ]
    asked = problem(visits, rules=labour())
    told = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00")))
    done = replan(apply_events(asked, [VisitCancelled("V1")]), told, settings=WORK)
    assert [(one.visit_id, one.kind) for one in done.diff.changes] == [
        ("V1", ChangeKind.REMOVED),
        ("V2", ChangeKind.KEPT),
    ]
    assert done.disturbed == frozenset()


# -- a visit told is not dropped for its equal -------------------------------------------------------------
def one_place(*others: tuple[str, str, Priority]) -> tuple[Problem, Plan]:
    """W1 has time for one visit of the morning. V1, ten minutes away, was told; the others are at W1's
    door."""
    visits = [visit("V1", "B", 90, "08:00", "08:30", priority=Priority.P3)]
    visits += [visit(id, site, 90, "08:00", "08:30", priority=level) for id, site, level in others]
    asked = problem(visits, [worker("W1", "07:00", "10:30")])
    return asked, plan(asked, route(asked, "W1", ("V1", "08:00")))


def test_two_visits_of_one_level_do_not_swap_from_wave_to_wave() -> None:
    """Three waves: each time the other one would be the shorter way, each time the family told keeps its
    visit."""
    asked, told = one_place(("V2", "A", Priority.P3))
    for _ in range(3):
        told = replan(asked, told, settings=WORK).plan
        assert where(told) == {"V1": "W1"}


def test_a_visit_of_a_higher_level_still_takes_its_place() -> None:
    asked, told = one_place(("V2", "A", Priority.P1))
    assert where(replan(asked, told, settings=WORK).plan) == {"V2": "W1"}


def test_what_nobody_was_told_of_is_dropped_without_a_price() -> None:
    asked, told = one_place(("V2", "A", Priority.P3))
    unsaid = ReplanTerms(told=AnnouncedPlan(frozenset(), frozenset()))
    assert where(replan(asked, told, unsaid, WORK).plan) == {"V2": "W1"}
