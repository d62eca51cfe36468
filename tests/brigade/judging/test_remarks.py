"""What a reader must know of people: a past nobody told is said and never taken for nothing in silence;
contracts that call."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from brigade.exchange.documents.facts import judged, people_remarks
from brigade.exchange.documents.plan_document import plan_to_json
from brigade.exchange.reports.plain_text import terminal_text
from brigade.judging.remarks import remarks
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, EmployerKind, PersonalLimits, WorkingTimeMode
from brigade.words import say
from tests.builders import MONDAY, employer, labour
from tests.duties import duties, past

WEDNESDAY, SATURDAY_MAY_EIGHTH_WEEK = date(2026, 3, 11), date(2026, 5, 4)
FULL = Contract(weekly=2100, full_time=True)
NO_LIMITS = PersonalLimits()


def case(
    first_day: date = MONDAY,
    contract: Contract = FULL,
    agreement: str = "bad",
    length: int = 1,
    **counters: Any,
) -> tuple[Problem, Plan]:
    """One hour each day for somebody of a non-profit group, under the texts as they are shipped."""
    person = {
        "contract": contract,
        "counters": Counters(**counters),
        "competencies": frozenset({"ESSENTIAL_ASSIST"}),
    }
    given = [(day, "09:00", 60) for day in range(length)]
    lender = employer("E1", agreement, counters.pop("kind", EmployerKind.EMPLOYER_GROUP))
    rules = shipped_labour_code()
    return duties(given, rules, first_day=first_day, days=length, person=person, employers=(lender,))


def codes(asked: tuple[Problem, Plan], plan: bool = False) -> list[str]:
    return [one.code for one in remarks(asked[0], asked[1] if plan else None)]


def test_of_somebody_without_a_past_everything_is_said() -> None:
    """A Monday: no days, none of the 11 weeks, no count of long spans or interruptions."""
    found = remarks(case(contract=Contract(weekly=1800))[0])
    assert [one.code for one in found] == [
        "unknown_days",
        "unknown_weeks",
        "unknown_spans",
        "unknown_interruptions",
    ]
    days, weeks, *_ = (dict(one.values) for one in found)
    assert days["worker"] == "W1"
    assert list(days["rules"]) == ["DAILY_REST", "WEEKLY_REST", "MAX_CONSEC_DAYS"]
    assert (weeks["known"], weeks["needed"]) == (0, 11)


def test_known_to_be_nothing_is_no_unknown() -> None:
    """`known_since` makes the empty lists and absent counts true zeros; from a later day they are not yet."""
    assert codes(case(known_since=date(2025, 1, 1))) == []
    assert "unknown_weeks" in codes(case(known_since=MONDAY - timedelta(days=14)))
    assert "unknown_days" not in codes(case(known_since=MONDAY - timedelta(days=14)))
    assert codes(case(known_since=MONDAY))[0] == "unknown_days"


def test_weeks_of_no_work_are_known_weeks() -> None:
    known: dict[str, Any] = {
        "days": (past(MONDAY - timedelta(days=3), -4000, 60),),
        "long_spans": 0,
        "long_interruptions": 0,
    }
    assert codes(case(week_work=(0,) * 11, **known)) == []
    (missing,) = remarks(case(week_work=(0,) * 8, **known)[0])
    assert say(missing, "fr").startswith("W1 : semaines passées connues, 8 sur 11")


def test_a_week_without_a_trace_between_known_ones_is_named() -> None:
    """The Monday of week 11 is planned: weeks 9 and 10 are told, and of week 9 nobody has a trace."""
    known: dict[str, Any] = {
        "days": (past(MONDAY - timedelta(days=3), -4000, 60),),
        "long_spans": 0,
        "long_interruptions": 0,
    }
    week_9, week_53 = MONDAY - timedelta(days=10), date(2025, 12, 30)
    (gap,) = remarks(case(week_work=(60,) * 11, untraced_weeks=frozenset({week_9}), **known)[0])
    assert (gap.code, dict(gap.values)) == (
        "untraced_weeks",
        {"worker": "W1", "rules": ["MAX_AVG_12W"], "weeks": ["2026-W09"]},
    )
    assert say(gap, "fr").startswith("W1 : aucune trace de travail en 2026-W09")
    told = case(
        week_work=(60,) * 11, untraced_weeks=frozenset({week_9}), known_since=date(2026, 2, 23), **known
    )
    assert codes(told) == []
    assert "untraced_weeks" not in codes(
        case(week_work=(60,) * 8, untraced_weeks=frozenset({week_53}), **known)
    )
    month = Contract(
        weekly=1800, working_time_mode=WorkingTimeMode.FOUR_WEEKS, period_start=date(2026, 2, 23)
    )
    assert "unknown_period_work" in codes(
        case(contract=month, week_work=(60,) * 11, untraced_weeks=frozenset({week_9}), **known)
    )
    assert "unknown_period_work" not in codes(case(contract=month, week_work=(60,) * 11, **known))


def test_months_whose_nights_nobody_counted_are_said_where_a_night_is_possible() -> None:
    """BAD V.26: 78 h a month over six months make a night worker. Asked of who may work at night, and not of
    who is one."""
    rules, lender = shipped_labour_code(), (employer("E1", "bad"),)

    def asked(start: str, **person: Any) -> list[tuple[Any, Any]]:
        found = remarks(duties([(0, start, 240)], rules, person=person, employers=lender)[0])
        return [(one.value("known"), one.value("needed")) for one in found if one.code == "unknown_nights"]

    assert asked("22:00", counters=Counters(night_months=(60, 60))) == [(2, 6)]
    assert asked("09:00") == []
    assert asked("22:00", counters=Counters(night_months=(60,) * 6)) == []
    assert asked("22:00", counters=Counters(night_months=(6000, 6000, 6000, 6000, 6000))) == []
    assert asked("22:00", counters=Counters(known_since=date(2025, 1, 1))) == []
    assert asked("22:00", contract=Contract(weekly=2100, full_time=True, night_worker=True)) == []


def test_unknown_days_name_the_rules_of_nights_and_of_the_person() -> None:
    """A night before the horizon asks for its rest and fills the first date (SAP II.2.h); a minor's week is
    half unknown."""

    def rules_named(start: str, day: date, limits: PersonalLimits = NO_LIMITS) -> list[str]:
        lender, person = (employer("E1", "sap"),), {"limits": limits}
        asked = duties(
            [(0, start, 240)], shipped_labour_code(), first_day=day, person=person, employers=lender
        )[0]
        return [rule for one in remarks(asked) if one.code == "unknown_days" for rule in one.value("rules")]

    plain = ["DAILY_REST", "WEEKLY_REST", "MAX_CONSEC_DAYS"]
    assert rules_named("09:00", MONDAY) == plain
    assert rules_named("22:00", MONDAY) == [*plain, "NIGHT_LIMITS", "MAX_DAILY_WORK"]
    assert rules_named("09:00", MONDAY, PersonalLimits(rest_days_in_row=2)) == [*plain, "PERSONAL_LIMIT"]
    assert rules_named("09:00", MONDAY, PersonalLimits(max_week_work=2100)) == plain
    assert (
        rules_named("09:00", MONDAY + timedelta(days=1), PersonalLimits(max_week_work=2100))[-1]
        == "PERSONAL_LIMIT"
    )


def test_the_mean_of_night_weeks_needs_past_weeks_where_a_night_is_possible() -> None:
    """Two weeks' mean of 40 h for nights, and no mean for others: a visit at 22:00 asks for a week, one at
    09:00 for none."""
    night = {"NIGHT_WINDOW.from": 1320, "NIGHT_WINDOW.to": 420, "NIGHT_LIMITS.counts_from": 180}
    window = {
        name: {"value": value, "unit": "min_of_day"} for name, value in night.items() if "WINDOW" in name
    }
    mean = {"NIGHT_LIMITS.average_week": 2400, "NIGHT_LIMITS.average_weeks": {"value": 2, "unit": "weeks"}}
    text = labour(bad={**night, **window, **mean})

    def asked(start: str, **person: Any) -> list[tuple[Any, Any]]:
        found = remarks(duties([(0, start, 300)], text, person=person)[0])
        return [
            (list(one.value("rules")), one.value("needed")) for one in found if one.code == "unknown_weeks"
        ]

    assert asked("22:00") == [(["NIGHT_LIMITS"], 1)]
    assert asked("09:00") == []
    assert asked("09:00", contract=Contract(weekly=2100, full_time=True, night_worker=True)) == [
        (["NIGHT_LIMITS"], 1)
    ]
    assert asked("22:00", counters=Counters(week_work=(0,))) == []


def test_a_horizon_that_begins_inside_a_week_needs_that_weeks_days() -> None:
    """Wednesday: Monday and Tuesday count in the week's 48 h and in the contract's hours."""
    found = {one.code: dict(one.values) for one in remarks(case(WEDNESDAY, Contract(weekly=1800))[0])}
    assert "MAX_WEEK_WORK" in found["unknown_days"]["rules"]
    assert found["unknown_period_work"]["day"] == MONDAY


def test_sundays_and_holidays_are_asked_only_when_one_is_to_be_worked() -> None:
    sunday, holiday = date(2026, 3, 15), date(2026, 5, 8)
    assert "unknown_sundays" in codes(case(sunday))
    assert "unknown_sundays" not in codes(case(sunday, sundays_worked=frozenset({date(2026, 3, 1)})))
    assert "unknown_holidays" in codes(case(holiday))
    assert "unknown_holidays" not in codes(case(holiday, known_since=date(2026, 5, 1)))
    assert not {"unknown_sundays", "unknown_holidays"} & set(codes(case()))
    friday = case(date(2026, 4, 3))[
        0
    ]  # Good Friday: a holiday where the visit is, in Moselle, though not in the basin's
    there = replace(friday, basin=replace(friday.basin, department="54"))
    assert "unknown_holidays" not in {one.code for one in remarks(there)}
    in_metz = replace(there, sites=tuple(replace(site, commune="57463") for site in there.sites))
    assert "unknown_holidays" in {one.code for one in remarks(in_metz)}


@pytest.mark.parametrize("told", [{"period_work": 0}, {"known_since": date(2026, 1, 1)}])
def test_a_longer_period_is_known_by_its_count_or_its_whole_history(told: dict[str, Any]) -> None:
    """A month from 1 March; its weeks before the 9th are no whole ones, the days told reach no farther than
    23 February."""
    month = Contract(weekly=1800, working_time_mode=WorkingTimeMode.MONTHLY)
    assert {"unknown_period_work", "unknown_period_promised"} <= set(codes(case(contract=month)))
    assert "unknown_period_work" not in codes(case(contract=month, **told))
    assert "unknown_period_promised" not in codes(case(contract=month, period_promised=0))


def test_hours_of_an_association_not_told_are_said() -> None:
    problem, _ = duties(
        [(0, "09:00", 60)],
        shipped_labour_code(),
        employers=(employer("E1", "ct", EmployerKind.INTERMEDIARY_ASSOCIATION),),
    )
    assert "unknown_capped_work" in [one.code for one in remarks(problem)]


def test_a_contract_below_the_least_is_shown_save_where_it_replaces_somebody() -> None:
    """16 h a week are 69 h 20 a month, below BAD's 70 h; the code's 24 h a week hold where no agreement says
    otherwise."""
    known: dict[str, Any] = {"known_since": date(2024, 1, 1)}
    assert codes(case(contract=Contract(weekly=960), **known)) == ["contract_minimum_month"]
    assert codes(case(contract=Contract(weekly=970), **known)) == []
    assert codes(case(contract=Contract(weekly=1380), agreement="ct", **known)) == ["contract_minimum_week"]
    replaces = (employer("E1", "ct", EmployerKind.FIXED_TERM),)
    person = {"contract": Contract(weekly=600), "counters": Counters(known_since=date(2024, 1, 1))}
    assert (
        remarks(duties([(0, "09:00", 60)], shipped_labour_code(), person=person, employers=replaces)[0]) == ()
    )


def test_a_years_contract_is_held_to_the_years_least() -> None:
    """BAD V.10: 800 h a year; 790 h are fewer."""
    known: dict[str, Any] = {"known_since": date(2024, 1, 1), "period_promised": 0}
    year = Contract(period_hours=790 * 60, working_time_mode=WorkingTimeMode.ANNUAL)
    assert codes(case(contract=year, **known)) == ["contract_minimum_year"]


def drifts(weeks: tuple[int, ...], contract: Contract | None = None) -> list[dict[str, Any]]:
    """A horizon of a whole week with 5 h in it, after these weeks."""
    asked = case(
        contract=contract or Contract(weekly=1200), length=5, week_work=weeks, known_since=date(2024, 1, 1)
    )
    problem, plan = duties(
        [(day, "09:00", 60) for day in range(5)],
        shipped_labour_code(),
        days=7,
        person={"contract": asked[0].workers[0].contract, "counters": asked[0].workers[0].counters},
        employers=(employer("E1", "bad"),),
    )
    return [dict(one.values) for one in remarks(problem, plan) if one.code == "contract_drift"]


def test_twelve_weeks_of_fifteen_two_hours_over_the_contract_raise_it() -> None:
    """20 h: 12 of the 14 weeks before at 22 h, two and this one low: the mean of the twelve is 22 h. A minute
    less is none."""
    weeks = (1320,) * 6 + (600, 600) + (1320,) * 6
    (found,) = drifts(weeks)
    assert (found["contract_min"], found["raised_min"], found["weeks"]) == (1200, 1320, 12)
    assert drifts((1319, *weeks[1:])) == []


def test_a_contract_by_the_month_drifts_from_its_mean_week() -> None:
    """L3123-13: two hours a week « ou l'équivalent mensuel »: 86 h 40 a month are 20 h a week."""
    month = Contract(period_hours=5200, working_time_mode=WorkingTimeMode.MONTHLY)
    (found,) = drifts((1320,) * 14, month)
    assert (found["contract_min"], found["raised_min"]) == (1200, 1320)
    assert drifts((1319,) * 14, month) == []


def test_eleven_weeks_are_too_few_to_raise_a_contract_and_full_time_is_not_raised() -> None:
    assert drifts((1500,) * 10) == []
    assert drifts((2300,) * 14, Contract(weekly=2100, full_time=True)) == []


def test_a_plan_says_it_in_its_document_and_in_words() -> None:
    problem, plan = case(contract=Contract(weekly=1800))
    facts = judged(problem, plan)
    assert [one.code for one in people_remarks(facts)][:2] == ["unknown_days", "unknown_weeks"]
    notes = json.loads(json.dumps(plan_to_json(problem, plan, facts)))["notes"]
    assert {
        "code": "unknown_weeks",
        "values": {"worker": "W1", "rules": ["MAX_AVG_12W"], "known": 0, "needed": 11},
    } in notes
    assert "semaines passées connues, " in plain(terminal_text(problem, plan, facts, "fr"))
    assert "0 of the 11 past weeks are known" in plain(terminal_text(problem, plan, facts, "en"))


def plain(text: str) -> str:
    """With ordinary spaces where typography sets others."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("first_day", "code"),
    [(date(2026, 3, 14), "unknown_sundays"), (date(2026, 5, 7), "unknown_holidays")],
)
def test_a_night_that_ends_on_a_sunday_or_a_holiday_asks_for_those_before(first_day: date, code: str) -> None:
    """Saturday 14 March, and the eve of 8 May, from 22:00 to 02:00: two of the hours lie on the day after."""

    def told(start: str) -> bool:
        given = [(0, start, 240)]
        asked = duties(given, shipped_labour_code(), first_day=first_day, employers=(employer("E1", "bad"),))
        return code in codes(asked)

    assert told("22:00")
    assert not told("18:00")
