"""Firm or to be offered: the notice given, the urgency, the volunteers, the papers, the refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from brigade.demand import Absence, AbsenceKind, ActClass, Employee, RotaEntry, RotaFeed
from brigade.marking import mark, refusals_left
from brigade.plan import Marking, MarkingKind, Plan
from brigade.problem import Problem
from brigade.units import Horizon, Interval
from brigade.workforce import Contract, Counters, Engagement, EngagementStatus
from tests import builders
from tests.builders import ALWAYS, MONDAY, at, labour

DAYS = {"unit": "days", "stricter": "higher"}
FLAG = {"unit": "flag"}
BAD = {
    "CHANGE_NOTICE.refusable_days": {"value": 7, **DAYS, "article": "BAD V.37 sept"},
    "CHANGE_NOTICE.urgent_days": {"value": 4, **DAYS, "article": "BAD V.37 quatre"},
    "URGENT_CAUSES.essential_required": {"value": 1, **FLAG, "stricter": "higher"},
    "URGENT_CAUSES.colleague_absence": {"value": 1, **FLAG, "article": "BAD V.37 cause"},
    "URGENT_VOLUNTEER.leave_days_per_year": {"value": 1, **DAYS},
    "REFUSALS_SHORT": {"value": 4, "unit": "count", "stricter": "higher"},
}
SAP = {
    "CHANGE_NOTICE.part_time_only": {"value": 1, **FLAG},
    "CHANGE_NOTICE.refusable_days": {"value": 7, **DAYS},
    "CHANGE_NOTICE.urgent_days": {"value": 3, **DAYS},
    "URGENT_CAUSES.essential_required": {"value": 0, **FLAG, "stricter": "higher"},
    "URGENT_CAUSES.colleague_absence": {"value": 1, **FLAG},
    "REFUSALS_SHORT": {"value": 7, "unit": "count", "stricter": "higher"},
}
WORKING_DAYS = {"CHANGE_NOTICE.working_days": {"value": 7, "unit": "working_days", "stricter": "higher"}}
TEXTS = labour(bad=BAD, sap=SAP)


def replacing(
    start: int = at("08:00"),
    now: int = 0,
    *,
    host: str = "S1",
    known_at: int | None = None,
    urgent: bool = True,
    kind: AbsenceKind = AbsenceKind.UNPLANNED,
    act: ActClass = ActClass.ESSENTIAL,
    accepts: bool = True,
    days: int = 14,
    rules: Any = TEXTS,
    **person: Any,
) -> tuple[Problem, Plan]:
    """W1 replaces an absent employee at V1, which begins at `start`; the plan is made at `now`."""
    visit = builders.visit("V1", provider=host, earliest=start, latest=start, act_class=act)
    absence = Absence(
        "A1", host, "P1", kind, Interval(start, start + 60), now if known_at is None else known_at, urgent_cause=urgent
    )
    horizon = Horizon(MONDAY, days)
    feed = RotaFeed(host, horizon.instant(min(now, 0)), (RotaEntry("V1", "P1", start),))
    worker = builders.worker(home=None, hours=((start, start + 120),), accepts_urgent=accepts, **person)
    problem = builders.problem(
        [visit],
        [worker],
        days=days,
        rules=rules,
        now=now,
        employees=(Employee("P1", host),),
        rota=(feed,),
        absences=(absence,),
        employers=(builders.employer("E1", "bad" if host == "S1" else "sap"),),
    )
    return problem, builders.plan(problem, builders.route(problem, "W1", ("V1", start)))


def marking(case: tuple[Problem, Plan], previous: Plan | None = None) -> Marking:
    (route,) = mark(*case, previous).routes
    (stop,) = route.stops
    assert stop.marking is not None
    return stop.marking


def said(case: tuple[Problem, Plan], previous: Plan | None = None) -> tuple[MarkingKind, str]:
    found = marking(case, previous)
    return found.kind, found.reason.code


FIRM, TO_OFFER = MarkingKind.FIRM, MarkingKind.TO_OFFER


# -- calendar days -------------------------------------------------------------------------------------------------
def test_seven_days_to_the_minute_are_firm() -> None:
    """Told on Monday 08:00, begins the next Monday at 08:00; a minute earlier it may be refused."""
    assert said(replacing(at("08:00", 7), at("08:00"))) == (FIRM, "marking_notice_given")
    found = marking(replacing(at("07:59", 7), at("08:00")))
    assert (found.kind, found.reason.code) == (TO_OFFER, "marking_refusable")
    assert found.article == "BAD V.37 sept"
    assert dict(found.reason.values) == {"notice_min": 7 * 1440 - 1, "needed_days": 7}


def test_between_four_and_seven_days_it_is_offered_even_if_urgent() -> None:
    assert said(replacing(at("08:00", 4), at("08:00"))) == (TO_OFFER, "marking_refusable")


def test_below_four_days_an_urgency_is_firm() -> None:
    found = marking(replacing(at("07:59", 4), at("08:00")))
    assert (found.kind, found.reason.code, found.article) == (FIRM, "marking_urgent", "BAD V.37 cause")


def test_an_urgency_needs_its_cause_its_act_and_its_volunteer() -> None:
    assert said(replacing(urgent=False)) == (TO_OFFER, "marking_not_urgent")
    assert said(replacing(act=ActClass.ORDINARY)) == (TO_OFFER, "marking_not_essential")
    assert said(replacing(accepts=False)) == (TO_OFFER, "marking_not_committed")
    assert said(replacing()) == (FIRM, "marking_urgent")


def test_a_cause_that_the_text_does_not_list_is_none() -> None:
    """Only the colleague's unplanned absence is listed here: an urgent tutor release is not one of them."""
    assert said(replacing(kind=AbsenceKind.TUTOR_RELEASE)) == (TO_OFFER, "marking_not_urgent")


def test_notice_counts_from_when_the_absence_became_known() -> None:
    """The plan is made on Monday at 00:00, the absence known on Tuesday 00:00: Monday a week later is six days away."""
    assert said(replacing(at("00:00", 7), 0)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("00:00", 7), 0, known_at=1440)) == (TO_OFFER, "marking_refusable")


def test_a_day_of_notice_is_a_day_on_the_wall() -> None:
    """Seven days over the night of 29 March 2026 have 167 hours: told on Wednesday 25 at 08:00, Wednesday 1 April 08:00
    has its notice although an hour was lost."""
    first = date(2026, 3, 25)
    spring = Horizon(first, 14)
    start = spring.at(date(2026, 4, 1), time(8))
    assert start - spring.at(first, time(8)) == 7 * 1440 - 60
    problem, plan = replacing(start, at("08:00"))
    assert said((replace(problem, horizon=spring), plan)) == (FIRM, "marking_notice_given")


# -- the companies' agreement --------------------------------------------------------------------------------------
def test_companies_ask_three_days_and_no_volunteer() -> None:
    part_time: dict[str, Any] = {"host": "S2", "accepts": False}
    assert said(replacing(at("08:00", 3), at("08:00"), **part_time)) == (TO_OFFER, "marking_refusable")
    assert said(replacing(at("07:59", 3), at("08:00"), **part_time)) == (FIRM, "marking_urgent")
    ordinary = replacing(at("07:59", 3), at("08:00"), act=ActClass.ORDINARY, **part_time)
    assert said(ordinary) == (FIRM, "marking_urgent")


def test_full_time_contracts_have_no_notice_where_the_text_speaks_of_part_time() -> None:
    case = replacing(host="S2", urgent=False, contract=Contract(full_time=True))
    assert said(case) == (FIRM, "marking_no_notice_rule")


# -- working days --------------------------------------------------------------------------------------------------
def test_seven_working_days_pass_over_the_weekend() -> None:
    """Told on Monday 9 March at 08:00: Tuesday 10 is the first, Wednesday 18 the seventh."""
    rules = labour(default=WORKING_DAYS)
    assert said(replacing(at("08:00", 9), at("08:00"), rules=rules)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("07:59", 9), at("08:00"), rules=rules)) == (TO_OFFER, "marking_not_urgent")


def test_a_public_holiday_is_no_working_day() -> None:
    """Told on Thursday 2 April: Easter Monday 6 is off, so Tuesday 14 is the seventh, not Monday 13."""
    rules = labour(default={"CHANGE_NOTICE.working_days": {"value": 7, "unit": "working_days", "stricter": "higher"}})
    easter = Horizon(date(2026, 4, 2), 14)
    for day, kind in ((11, TO_OFFER), (12, FIRM)):
        problem, plan = replacing(at("08:00", day), at("08:00"), rules=rules)
        assert marking((replace(problem, horizon=easter), plan)).kind is kind


def test_every_shape_of_notice_must_agree() -> None:
    """Eight calendar days satisfy BAD; the seven working days that another party asks are not up on Tuesday 17."""
    both = labour(bad={**BAD, **WORKING_DAYS})
    assert said(replacing(at("08:00", 8), at("08:00"), urgent=False)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("08:00", 8), at("08:00"), urgent=False, rules=both)) == (TO_OFFER, "marking_not_urgent")


def test_without_an_agreement_no_cause_is_urgent() -> None:
    """The code leaves the causes to an agreement to define: where there is none, nothing short can be imposed."""
    undefined = {"URGENT_CAUSES.defined_by_agreement": {"value": 1, **FLAG, "stricter": "higher"}}
    assert said(replacing(rules=labour(default={**WORKING_DAYS, **undefined}))) == (TO_OFFER, "marking_not_urgent")


def test_the_plans_own_notice_stands_in_for_one_on_changes() -> None:
    rules = labour(bad={"SCHEDULE_NOTICE.days": {"value": 7, **DAYS}})
    assert said(replacing(at("08:00", 7), at("08:00"), rules=rules)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("07:59", 7), at("08:00"), rules=rules)) == (TO_OFFER, "marking_not_urgent")


def test_no_text_no_notice() -> None:
    assert said(replacing(urgent=False, rules=labour())) == (FIRM, "marking_no_notice_rule")


# -- hours unchanged -----------------------------------------------------------------------------------------------
def test_another_client_at_the_same_hours_needs_no_notice() -> None:
    """W1 had V0 from 08:00 to 09:00 in the plan told before; V1 takes that very hour."""
    problem, previous, plan = same_hours(at("08:00"))
    assert said((problem, plan)) == (TO_OFFER, "marking_not_urgent")
    assert said((problem, plan), previous) == (FIRM, "marking_hours_unchanged")


def test_a_minute_beyond_the_hours_told_is_a_change() -> None:
    problem, previous, plan = same_hours(at("08:01"))
    assert said((problem, plan), previous) == (TO_OFFER, "marking_not_urgent")


def test_being_available_is_not_being_planned() -> None:
    """The plan told before had the worker elsewhere in the day: an open interval is no promise of hours."""
    problem, previous, plan = same_hours(at("10:00"))
    assert said((problem, plan), previous) == (TO_OFFER, "marking_not_urgent")


def test_the_way_between_two_visits_is_told_hours_and_an_interruption_is_not() -> None:
    """Told before: V0 07:00-08:00, 20 min of way, V2 from 08:20 + wait. A wait of 14 min is paid work, one of 15 is free
    time, and so is a pause: V1 from 07:50 to 08:50 lies within the hours told only in the first case."""
    short = labour(bad={**BAD, "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"}})
    for wait, pause, rules, kind in (
        (14, 0, short, FIRM),
        (15, 0, short, TO_OFFER),
        (14, 10, short, TO_OFFER),
        (0, 0, TEXTS, FIRM),
        (1, 0, TEXTS, TO_OFFER),
    ):
        visits = [builders.visit("V0", "A"), builders.visit("V2", "C"), builders.visit("V1", "A")]
        problem = builders.problem(visits, [builders.worker(home=None)], rules=rules, days=14)
        told = builders.route(problem, "W1", ("V0", "07:00"), ("V2", at("08:20") + wait + pause, pause))
        plan = builders.plan(problem, builders.route(problem, "W1", ("V1", "07:50")))
        assert said((problem, plan), builders.plan(problem, told))[0] is kind


def same_hours(start: int) -> tuple[Problem, Plan, Plan]:
    visits = [builders.visit("V0"), builders.visit("V1", earliest=start, latest=start)]
    problem = builders.problem(visits, [builders.worker(home=None)], rules=TEXTS, days=14)
    previous = builders.plan(problem, builders.route(problem, "W1", ("V0", "08:00")))
    return problem, previous, builders.plan(problem, builders.route(problem, "W1", ("V1", start)))


# -- papers and refusals -------------------------------------------------------------------------------------------
def test_a_promised_engagement_lists_its_paper() -> None:
    for status, paper in ((EngagementStatus.SIGNED, None), (EngagementStatus.PROMISED, "S1")):
        problem, plan = replacing(engagements=(Engagement("S1", *ALWAYS, status),))
        (stop,) = mark(problem, plan).routes[0].stops
        assert stop.paper_to_sign == paper


def test_marking_changes_nothing_else() -> None:
    problem, plan = replacing()
    marked = mark(problem, plan)
    assert mark(problem, marked) == marked
    bare = replace(marked.routes[0], stops=tuple(replace(stop, marking=None) for stop in marked.routes[0].stops))
    assert replace(marked, routes=(bare,)) == plan


def test_refusals_left_in_the_reference_year() -> None:
    """BAD knows four, SAP seven; engaged with both, the more protective; never below none."""
    for providers, refused, left in ((("S1",), 1, 3), (("S1",), 5, 0), (("S2",), 1, 6), (("S1", "S2"), 1, 6)):
        worker = builders.worker(providers=providers, counters=Counters(refusals=refused))
        problem = builders.problem([builders.visit("V1")], [worker], rules=TEXTS)
        assert refusals_left(problem, worker) == left
    assert refusals_left(builders.problem([builders.visit("V1")]), builders.worker()) is None
