"""Firm or to be offered: the notice given, the urgency, the volunteers, the papers, the refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.law.marking import as_offers, mark
from brigade.units import Horizon
from brigade.values.demand import AbsenceKind, ActClass, UrgentCause
from brigade.values.plan import Marking, MarkingKind, Plan, RefusalKind
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, Engagement, EngagementStatus, PastDay, Weekday
from brigade.worked.refusal_counts import allowances
from tests import builders
from tests.builders import ALWAYS, at, labour
from tests.markings import BAD, DAYS, FLAG, SHIPPED, TEXTS, replacing, told_early, told_late

WORKING_DAYS = {"CHANGE_NOTICE.working_days": {"value": 7, "unit": "working_days", "stricter": "higher"}}


def marking(case: tuple[Problem, Plan], previous: Plan | None = None) -> Marking:
    (route,) = mark(*case, previous).routes
    (stop,) = route.stops
    assert stop.marking is not None
    return stop.marking


def said(case: tuple[Problem, Plan], previous: Plan | None = None) -> tuple[MarkingKind, str]:
    found = marking(case, previous)
    return found.kind, found.reason.code


FIRM, TO_OFFER = MarkingKind.FIRM, MarkingKind.TO_OFFER
SPENT = Counters(refusals=4)
OLD = '"rule": "CHANGE_NOTICE", "name": "refusable_days"'


# -- calendar days -----------------------------------------------------------------------------------------
def test_seven_days_to_the_minute_are_firm() -> None:
    """Told on Monday 08:00, begins the next Monday at 08:00; a minute earlier it may be refused."""
    assert said(replacing(at("08:00", 7), at("08:00"))) == (FIRM, "marking_notice_given")
    found = marking(replacing(at("07:59", 7), at("08:00"), counters=Counters(refusals=1)))
    assert (found.kind, found.reason.code, found.counts_as) == (
        TO_OFFER,
        "marking_refusable",
        RefusalKind.SHORT_NOTICE,
    )
    assert dict(found.reason.values) == {"notice_min": 7 * 1440 - 1, "needed_days": 7, "left": 3}


def test_between_four_and_seven_days_it_is_offered_even_if_urgent() -> None:
    assert said(replacing(at("08:00", 4), at("08:00"))) == (TO_OFFER, "marking_refusable")


def test_below_four_days_an_urgency_is_firm_once_the_refusals_are_used_up() -> None:
    """Four a year: the fourth is still hers."""
    found = marking(replacing(at("07:59", 4), at("08:00"), counters=SPENT))
    assert (found.kind, found.reason.code, found.article) == (FIRM, "marking_urgent", "BAD V.37 cause")
    assert [ground.reason.code for ground in found.also] == ["marking_short_notice_used_up"]
    assert said(replacing(at("07:59", 4), at("08:00"), counters=Counters(refusals=3))) == (
        TO_OFFER,
        "marking_refusable",
    )


def test_an_urgency_needs_its_cause_its_act_and_its_volunteer() -> None:
    assert said(replacing(urgent=False)) == (TO_OFFER, "marking_not_urgent")
    assert said(replacing(act=ActClass.ORDINARY)) == (TO_OFFER, "marking_not_essential")
    assert said(replacing(accepts=False)) == (TO_OFFER, "marking_not_committed")
    assert said(replacing(counters=SPENT)) == (FIRM, "marking_urgent")


def test_a_cause_that_the_text_does_not_list_is_none() -> None:
    """Only the colleague's unplanned absence is listed here: the death of a client is not, nor what nobody
    said."""
    assert said(replacing(kind=AbsenceKind.TUTOR_RELEASE)) == (TO_OFFER, "marking_cause_not_said")
    for cause, kind in ((UrgentCause.CLIENT_DEATH, TO_OFFER), (UrgentCause.COLLEAGUE_ABSENCE, FIRM)):
        assert said(replacing(cause=cause, counters=SPENT))[0] is kind


def test_notice_counts_from_when_the_absence_became_known() -> None:
    """The plan is made on Monday at 00:00, the absence known on Tuesday 00:00: Monday a week later is six
    days away."""
    assert said(replacing(at("00:00", 7), 0)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("00:00", 7), 0, known_at=1440)) == (TO_OFFER, "marking_refusable")


def test_a_day_of_notice_is_a_day_on_the_wall() -> None:
    """Seven days over the night of 29 March 2026 have 167 hours: told on Wednesday 25 at 08:00, Wednesday 1
    April 08:00 has its notice although an hour was lost."""
    first = date(2026, 3, 25)
    spring = Horizon(first, 14)
    start = spring.at(date(2026, 4, 1), time(8))
    assert start - spring.at(first, time(8)) == 7 * 1440 - 60
    problem, plan = replacing(start, at("08:00"))
    assert said((replace(problem, horizon=spring), plan)) == (FIRM, "marking_notice_given")


# -- the companies' agreement ------------------------------------------------------------------------------
def test_companies_ask_three_days_and_no_volunteer() -> None:
    part_time: dict[str, Any] = {"host": "S2", "accepts": False, "counters": Counters(refusals=7)}
    assert said(replacing(at("08:00", 3), at("08:00"), **part_time)) == (FIRM, "marking_short_notice_used_up")
    assert said(replacing(at("07:59", 3), at("08:00"), host="S2", accepts=False)) == (
        TO_OFFER,
        "marking_refusable",
    )
    assert said(replacing(at("07:59", 3), at("08:00"), **part_time)) == (FIRM, "marking_urgent")
    ordinary = replacing(at("07:59", 3), at("08:00"), act=ActClass.ORDINARY, **part_time)
    assert said(ordinary) == (FIRM, "marking_urgent")


def test_full_time_contracts_have_the_right_to_refuse_where_only_the_notice_speaks_of_part_time() -> None:
    """The three days are for part-time; the seven refusals are for everybody."""
    case: dict[str, Any] = {"host": "S2", "urgent": False, "contract": Contract(full_time=True)}
    assert said(replacing(**case)) == (TO_OFFER, "marking_refusable")
    assert said(replacing(**case, counters=Counters(refusals=7))) == (FIRM, "marking_short_notice_used_up")


# -- working days ------------------------------------------------------------------------------------------
def test_seven_working_days_pass_over_the_weekend() -> None:
    """Told on Monday 9 March at 08:00: Tuesday 10 is the first, Wednesday 18 the seventh."""
    rules = labour(default=WORKING_DAYS)
    assert said(replacing(at("08:00", 9), at("08:00"), rules=rules)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("07:59", 9), at("08:00"), rules=rules)) == (TO_OFFER, "marking_not_urgent")


def test_a_public_holiday_is_no_working_day() -> None:
    """Told on Thursday 2 April: Easter Monday 6 is off, so Tuesday 14 is the seventh, not Monday 13."""
    rules = labour(
        default={"CHANGE_NOTICE.working_days": {"value": 7, "unit": "working_days", "stricter": "higher"}}
    )
    easter = Horizon(date(2026, 4, 2), 14)
    for day, kind in ((11, TO_OFFER), (12, FIRM)):
        problem, plan = replacing(at("08:00", day), at("08:00"), rules=rules)
        assert marking((replace(problem, horizon=easter), plan)).kind is kind


def test_every_shape_of_notice_must_agree() -> None:
    """Eight calendar days satisfy BAD; the seven working days that another party asks are not up on Tuesday
    17."""
    both = labour(bad={**BAD, **WORKING_DAYS})
    assert said(replacing(at("08:00", 8), at("08:00"), urgent=False)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("08:00", 8), at("08:00"), urgent=False, rules=both)) == (
        TO_OFFER,
        "marking_not_urgent",
    )


def test_without_an_agreement_no_cause_is_urgent() -> None:
    """The code leaves the causes to an agreement to define: where there is none, nothing short can be
    imposed."""
    undefined = {"URGENT_CAUSES.defined_by_agreement": {"value": 1, **FLAG, "stricter": "higher"}}
    assert said(replacing(rules=labour(default={**WORKING_DAYS, **undefined}))) == (
        TO_OFFER,
        "marking_not_urgent",
    )


def test_the_plans_own_notice_stands_in_for_one_on_changes() -> None:
    rules = labour(bad={"SCHEDULE_NOTICE.days": {"value": 7, **DAYS}})
    assert said(replacing(at("08:00", 7), at("08:00"), rules=rules)) == (FIRM, "marking_notice_given")
    assert said(replacing(at("07:59", 7), at("08:00"), rules=rules)) == (TO_OFFER, "marking_not_urgent")


def test_no_text_no_notice() -> None:
    assert said(replacing(urgent=False, rules=labour())) == (FIRM, "marking_no_notice_rule")


# -- by their nature, with the shipped texts ---------------------------------------------------------------
EASTER_WEEK = date(2026, 3, 30)
"""Easter Monday is 6 April: day 7 of this horizon, and 5 April a Sunday."""


def test_a_sunday_may_be_refused_twice_a_year_whatever_the_notice() -> None:
    """BAD V.20: Sunday 22 March told on Monday 9; the companies' agreement knows no such right for
    Sundays."""
    sunday = at("09:00", 13)
    found = marking(told_early(sunday))
    assert (found.kind, found.reason.code, found.article) == (TO_OFFER, "marking_sunday_holiday", "BAD V.20")
    assert found.counts_as is RefusalKind.SUNDAY_HOLIDAY
    assert found.reason.value("left") == 2
    assert said(told_early(sunday, counters=Counters(sunday_refusals=1)))[0] is TO_OFFER
    used_up = marking(told_early(sunday, counters=Counters(sunday_refusals=2)))
    assert (used_up.kind, used_up.reason.code) == (FIRM, "marking_sunday_holiday_used_up")
    assert said(told_early(sunday, "sap"))[0] is FIRM


@pytest.mark.parametrize("agreement", ["bad", "sap"])
def test_a_public_holiday_may_be_refused_too(agreement: str) -> None:
    monday = at("09:00", 7)
    assert said(told_early(monday, agreement, EASTER_WEEK)) == (TO_OFFER, "marking_sunday_holiday")
    assert said(told_early(at("09:00", 8), agreement, EASTER_WEEK))[0] is FIRM
    spent = Counters(sunday_refusals=2)
    assert said(told_early(monday, agreement, EASTER_WEEK, counters=spent))[0] is FIRM


def test_may_day_is_no_ordinary_holiday() -> None:
    """1 May 2026 told eleven days before: two refusals of a Sunday or holiday under BAD, of ordinary holidays
    under SAP."""
    for agreement, kind in (("bad", TO_OFFER), ("sap", FIRM)):
        assert said(told_early(at("09:00", 11), agreement, date(2026, 4, 20)))[0] is kind


def test_an_hour_past_midnight_is_already_sunday() -> None:
    """Saturday 23:30 to 00:30: BAD counts nights and Sundays apart, the one with more refusals left speaks
    first."""
    found = marking(told_early(at("23:30", 12)))
    assert [found.reason.code, *(one.reason.code for one in found.also)] == [
        "marking_night",
        "marking_sunday_holiday",
    ]
    fewer = marking(told_early(at("23:30", 12), counters=Counters(night_refusals=3)))
    assert [fewer.reason.code, fewer.counts_as] == ["marking_sunday_holiday", RefusalKind.SUNDAY_HOLIDAY]


def test_an_occasional_night_may_be_refused_four_times_a_year() -> None:
    """BAD V.34.2, for whoever is no night worker."""
    night = at("22:00", 8)
    assert marking(told_early(night)).article == "BAD V.34.2"
    assert said(told_early(night, counters=Counters(night_refusals=3))) == (TO_OFFER, "marking_night")
    assert said(told_early(night, counters=Counters(night_refusals=4))) == (FIRM, "marking_night_used_up")
    assert said(told_early(night, contract=Contract(night_worker=True))) == (FIRM, "marking_notice_given")
    assert said(told_early(at("20:59", 8)))[0] is FIRM


def test_who_works_by_day_in_a_company_may_refuse_every_night() -> None:
    """SAP II.2.j: a day worker any night, uncounted; a night worker a change of nights told less than seven
    days before."""
    spent = Counters(refusals=7, night_refusals=99)
    found = marking(told_early(at("22:00", 8), "sap", counters=spent))
    assert (found.kind, found.reason.code, found.counts_as) == (TO_OFFER, "marking_night_day_worker", None)
    nights = Contract(night_worker=True)
    assert said(told_early(at("22:00", 8), "sap", contract=nights, counters=spent))[0] is FIRM
    late = told_late(at("22:00", 8), "sap", now=at("22:01", 1), contract=nights, counters=spent)
    assert said(late) == (TO_OFFER, "marking_night_told_late")


WEEK_DONE = tuple(
    PastDay(date(2026, 3, day), (day - 13) * 1440 + 480, (day - 13) * 1440 + 960, 360)
    for day in (9, 10, 11, 12)
)


def test_additional_hours_told_under_three_days_may_be_refused_without_count() -> None:
    """24 h are done by Thursday: Friday 13 and Saturday 14 come on top; of 25 h one is left on Friday."""
    friday = date(2026, 3, 13)
    done = Counters(days=WEEK_DONE, refusals=4)
    part_time: dict[str, Any] = {"contract": Contract(1440), "counters": done}
    today = marking(told_late(at("09:00"), "bad", friday, now=400, **part_time))
    assert (today.reason.code, today.article, today.counts_as) == (
        "marking_additional_told_late",
        "CT L3123-10",
        None,
    )
    room: dict[str, Any] = {**part_time, "contract": Contract(1500)}
    assert said(told_late(at("09:00"), "bad", friday, now=400, **room)) == (TO_OFFER, "marking_not_urgent")
    full: dict[str, Any] = {**part_time, "contract": Contract(1440, full_time=True)}
    assert said(told_late(at("09:00"), "bad", friday, now=400, **full)) == (TO_OFFER, "marking_not_urgent")


def test_additional_hours_told_in_time_may_be_refused_twice_a_year() -> None:
    """Told on Sunday 1 March for Friday 13, twelve days before: BAD V.41 counts two refusals; the code and
    SAP none."""
    friday, early = date(2026, 3, 13), -12 * 1440
    part_time: dict[str, Any] = {"contract": Contract(1440)}
    for agreement, refused, kind in (("bad", 0, TO_OFFER), ("bad", 2, FIRM), ("sap", 0, FIRM)):
        counters = Counters(days=WEEK_DONE, additional_refusals=refused)
        found = marking(told_late(at("09:00"), agreement, friday, now=early, counters=counters, **part_time))
        assert found.kind is kind
        assert found.counts_as is (RefusalKind.ADDITIONAL_HOURS if kind is TO_OFFER else None)


def test_only_the_last_new_hours_of_a_week_are_additional() -> None:
    """A contract of two hours: of three visits of an hour the last is on top, whichever was told before
    stays."""
    hours = ("08:00", "10:00", "12:00")
    visits = [
        builders.visit(f"V{n}", earliest=at(hour, 8), latest=at(hour, 8)) for n, hour in enumerate(hours)
    ]
    worker = builders.worker(home=None, hours=((at("08:00", 8), at("14:00", 8)),), contract=Contract(120))
    lender = builders.employer("E1", "bad")
    problem = builders.problem(visits, [worker], rules=SHIPPED, days=14, employers=(lender,))
    plan = builders.plan(
        problem, builders.route(problem, "W1", *((f"V{n}", at(hour, 8)) for n, hour in enumerate(hours)))
    )
    before = builders.plan(problem, builders.route(problem, "W1", ("V2", at("12:00", 8))))

    def offered(previous: Plan | None) -> list[str]:
        stops = [stop for route in mark(problem, plan, previous).routes for stop in route.stops]
        return [stop.visit_id for stop in stops if stop.marking is not None and stop.marking.kind is TO_OFFER]

    assert offered(None) == ["V2"]
    assert offered(before) == ["V1"]


def test_what_the_contract_keeps_free_is_asked_and_never_counted() -> None:
    """Wednesday 18 March 09:00 to 10:00; whatever the text, whatever was refused before."""
    wednesday, everything = at("09:00", 9), Counters(refusals=9, sunday_refusals=9, night_refusals=9)
    for agreement, article in (("bad", "CT L1221-1"), ("sap", "SAP II.2.i")):
        away = Contract(unavailability=("mercredi 08:00-09:30",))
        found = marking(told_early(wednesday, agreement, contract=away, counters=everything))
        assert (found.kind, found.reason.code, found.counts_as) == (TO_OFFER, "marking_unavailability", None)
        assert found.article.startswith(article)
    for contract, kind in (
        (Contract(unavailability=("mercredi 10:00-12:00", "jeudi")), FIRM),
        (Contract(rest_day=Weekday.WEDNESDAY), TO_OFFER),
        (Contract(rest_day=Weekday.WEDNESDAY, rest_day_may_change=True), FIRM),
        (Contract(rest_day=Weekday.THURSDAY), FIRM),
    ):
        assert said(told_early(wednesday, "sap", contract=contract))[0] is kind


def test_what_the_contract_keeps_free_is_asked_of_a_night_that_ends_after_the_last_day() -> None:
    """Sunday 22 March is the last day planned; the night's last half hour is a Monday's."""
    everything = Counters(refusals=9, sunday_refusals=9, night_refusals=9)
    for away, kind in ((("lundi",), TO_OFFER), (("lundi 00:30-06:00",), FIRM)):
        nights = Contract(night_worker=True, unavailability=away)
        case = told_early(at("23:30", 13), "sap", contract=nights, counters=everything)
        assert said(case)[0] is kind


@pytest.mark.parametrize(
    ("basin", "commune", "kind"), [("57", "54395", FIRM), ("54", "57463", TO_OFFER), ("57", None, TO_OFFER)]
)
def test_a_holiday_that_the_contract_keeps_free_is_one_where_the_work_is_done(
    basin: str, commune: str | None, kind: MarkingKind
) -> None:
    """Good Friday, 3 April 2026, is a holiday in Metz (57463), whatever the basin, and none in Nancy
    (54395)."""
    friday, away = at("09:00", 11), Contract(unavailability=("férié",))
    problem, plan = told_early(
        friday, "sap", date(2026, 3, 23), contract=away, counters=Counters(sunday_refusals=9)
    )
    sites = tuple(replace(site, commune=commune) for site in problem.sites)
    there = replace(problem, basin=replace(problem.basin, department=basin), sites=sites)
    assert marking((there, plan)).kind is kind


def test_no_part_time_change_under_three_working_days_but_an_urgency() -> None:
    """Told on Friday 13 at 00:00 for Tuesday 17: four days by the agreement, two of them worked, all refusals
    used up."""
    late: dict[str, Any] = {"now": at("00:00", 4), "counters": SPENT}
    found = marking(told_late(at("09:00", 8), "bad", **late))
    assert (found.kind, found.reason.code, found.article) == (TO_OFFER, "marking_not_urgent", "CT L3123-24")
    assert said(told_late(at("09:00", 9), "bad", **late))[0] is FIRM
    assert said(told_late(at("09:00", 8), "bad", contract=Contract(full_time=True), **late))[0] is FIRM


def test_each_text_has_its_own_urgent_causes() -> None:
    """The death of a client is an urgency of the companies' agreement, not of the associations'; lent from
    one to the other, it is none."""
    spent = Counters(refusals=9)
    for host, lender, kind in (("S2", "sap", FIRM), ("S2", "bad", TO_OFFER), ("S1", "bad", TO_OFFER)):
        case = replacing(host=host, rules=SHIPPED, cause=UrgentCause.CLIENT_DEATH, counters=spent)
        problem = replace(case[0], employers=(builders.employer("E1", lender),))
        assert said((problem, case[1]))[0] is kind


def test_a_visit_may_be_urgent_by_itself() -> None:
    """An unplanned return from hospital opens a visit that nobody's absence left."""
    problem, plan = replacing(rules=SHIPPED, urgent=False, counters=SPENT, contract=Contract(full_time=True))
    assert said((problem, plan)) == (TO_OFFER, "marking_not_urgent")
    visits = tuple(replace(one, cause=UrgentCause.HOSPITAL_RETURN) for one in problem.visits)
    assert said((replace(problem, visits=visits), plan)) == (FIRM, "marking_urgent")


def test_the_lenders_own_notice_still_speaks() -> None:
    """A lender without agreement owes seven working days; the host's seven calendar days do not make up for
    them."""
    case = replacing(at("09:00", 7), at("09:00"), rules=SHIPPED, urgent=False)
    assert said(case)[0] is FIRM
    problem = replace(case[0], employers=(builders.employer("E1", "ct"),))
    assert said((problem, case[1])) == (TO_OFFER, "marking_not_urgent")


def test_hours_only_offered_before_are_no_hours_of_hers() -> None:
    """Offered on Monday, the same stop in the next plan is still to be offered; once firm, it stays firm."""
    problem, plan = replacing(at("08:00", 5), at("08:00"))
    offered = mark(problem, plan)
    assert said((problem, plan), offered) == (TO_OFFER, "marking_refusable")
    assert said((problem, plan), plan) == (FIRM, "marking_hours_unchanged")


def test_what_was_agreed_since_says_whose_hours_are_whose() -> None:
    """The plan told before says firm or to be offered; what was answered since goes before it."""
    problem, plan = replacing(at("08:00", 5), at("08:00"))
    offered = mark(problem, plan)
    assert said((problem, plan), replace(offered, announced=frozenset({"V1"}))) == (
        FIRM,
        "marking_hours_unchanged",
    )
    assert said((problem, plan), replace(plan, announced=frozenset())) == (TO_OFFER, "marking_refusable")


def test_who_was_asked_is_asked_again_at_most() -> None:
    """Nothing here is to be refused by itself: V1 is firm for W1, unless she was asked before and has not
    said yes."""
    problem, plan = replacing(at("08:00", 8), at("08:00"))
    firm = mark(problem, plan)
    assert said_of(firm) == (FIRM, "marking_notice_given")
    assert said_of(as_offers(firm, {("V1", "W1")})) == (TO_OFFER, "marking_asked_before")
    assert as_offers(firm, {("V1", "W2")}) == firm
    agreed = mark(problem, plan, replace(plan, announced=frozenset({"V1"})))
    assert as_offers(agreed, {("V1", "W1")}) == agreed


def test_whoever_a_neighbour_basin_lends_is_asked() -> None:
    """Nothing here is to be refused by itself: V1 is firm for W1, unless Lens lends her. Hours that she has
    agreed to stay hers."""
    problem, plan = replacing(at("08:00", 8), at("08:00"))
    (worker,) = problem.workers
    lent = replace(problem, workers=(replace(worker, lent_by="Lens"),))
    assert said_of(mark(problem, plan)) == (FIRM, "marking_notice_given")
    assert said_of(mark(lent, plan)) == (TO_OFFER, "marking_lent")
    agreed = mark(lent, plan, replace(plan, announced=frozenset({"V1"})))
    assert said_of(agreed) == (FIRM, "marking_hours_unchanged")


def said_of(plan: Plan) -> tuple[MarkingKind, str]:
    found = plan.stop_of("V1")
    assert found is not None
    assert found[1].marking is not None
    return found[1].marking.kind, found[1].marking.reason.code


# -- hours unchanged ---------------------------------------------------------------------------------------
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
    """Told before: V0 07:00-08:00, 20 min of way, V2 from 08:20 + wait. A wait of 14 min is paid work, one of
    15 is free time, and so is a pause: V1 from 07:50 to 08:50 lies within the hours told only in the first
    case."""
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


# -- papers and refusals -----------------------------------------------------------------------------------
def test_a_promised_engagement_lists_its_paper() -> None:
    for status, paper in ((EngagementStatus.SIGNED, None), (EngagementStatus.PROMISED, "S1")):
        problem, plan = replacing(engagements=(Engagement("S1", *ALWAYS, status),))
        (stop,) = mark(problem, plan).routes[0].stops
        assert stop.paper_to_sign == paper


def test_marking_changes_nothing_else() -> None:
    problem, plan = replacing()
    marked = mark(problem, plan)
    assert mark(problem, marked) == marked
    bare = replace(
        marked.routes[0],
        stops=tuple(replace(stop, marking=None, told_at=None) for stop in marked.routes[0].stops),
    )
    assert replace(marked, routes=(bare,)) == plan


def test_refusals_left_in_the_reference_year() -> None:
    """BAD knows four, SAP seven; engaged with both, the more protective; never below none."""
    for providers, refused, left in ((("S1",), 1, 3), (("S1",), 5, 0), (("S2",), 1, 6), (("S1", "S2"), 1, 6)):
        worker = builders.worker(providers=providers, counters=Counters(refusals=refused))
        problem = builders.problem([builders.visit("V1")], [worker], rules=TEXTS)
        assert [one.left for one in allowances(problem, worker)] == [left]
    assert not list(allowances(builders.problem([builders.visit("V1")]), builders.worker()))


def test_texts_edited_before_the_right_stood_apart_keep_it() -> None:
    """A document of before says `CHANGE_NOTICE.refusable_days`: it is read as REFUSALS_SHORT.below_days."""
    problem, _ = replacing(rules=TEXTS)
    told = json.dumps(problem_to_json(problem)).replace('"rule": "REFUSALS_SHORT", "name": "below_days"', OLD)
    assert OLD in told
    (read, given) = (
        one.labour.party("bad").get("REFUSALS_SHORT", "below_days")
        for one in (problem_from_json(json.loads(told)), problem)
    )
    assert read == given is not None
