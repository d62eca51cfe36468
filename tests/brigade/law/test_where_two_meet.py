"""Where two things meet: clocks and counters, ages and departments, texts and dates, places and hours;
a minute on either side.

A row says the duties, what they rest on, and what forbids them; the checker and the kernel must both say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from brigade.law.limit_presets import Preset, preset
from brigade.texts.accords import Accord
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.places import Basin
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, EmployerKind, PersonalLimits
from brigade.values.workforce import WorkingTimeMode as Mode
from tests import builders
from tests.duties import Duty, elsewhere
from tests.lawful import broken, on, under

Case = tuple[Problem, Plan]
FULL = Contract(weekly=2100, full_time=True)
NEW_YEAR, WEEK_53, EVE_OF_APRIL = on("2026-12-31"), on("2026-12-28"), on("2026-03-31")
TWO_WEEKS = Contract(weekly=1440, working_time_mode=Mode.TWO_WEEKS)
BY_MONTH = Contract(period_hours=6240, working_time_mode=Mode.MONTHLY)
SPLIT = Contract(weekly=1740, daily=420, rebuilt_travel=True)


def duties(agreement: str, first: str, *given: Duty, days: int = 7, **person: Any) -> Case:
    return under(agreement, given, first_day=on(first), days=days, person={"contract": FULL, **person})


def known(agreement: str, first: str, *given: Duty, **counters: Any) -> Case:
    return duties(agreement, first, *given, counters=Counters(**counters))


def night_on_the_change(minutes: int, rest: int) -> Case:
    """Saturday 24 October 2026 from 22:00, an hour of the next evening after so much rest."""
    return duties("bad", "2026-10-24", (0, 1320, minutes), (0, 1320 + minutes + rest, 60))


def minor(day: str, basin: str, commune: str | None, clock: str = "09:00") -> Case:
    """An hour of somebody of sixteen, where the commune is."""
    employer = under("bad", [], first_day=on(day))[0]
    limits = preset(Preset.MINOR, employer.rules_for(employer.workers[0]), employer.horizon)
    problem, plan = duties("bad", day, (0, clock, 60), limits=limits)
    sites = tuple(replace(site, commune=commune) for site in problem.sites)
    return replace(problem, basin=Basin("B1", "Bassin", basin), sites=sites), plan


def accorded(rule: str, accord: Accord, *given: Duty) -> Case:
    problem, plan = duties("bad", "2026-03-09", *given, days=3)
    return replace(problem, providers=(replace(problem.providers[0], accords={rule: accord}),)), plan


def week_53(minutes: int, contract: Contract = TWO_WEEKS) -> Case:
    given = [(day, "12:00", 480) for day in range(3)]
    return duties("bad", str(WEEK_53), *given, (3, "12:00", minutes - 1440), contract=contract)


def both_months(march: int, april: int) -> Case:
    """Ten hours on each side of the month's end, beside what is done and promised."""
    counters = Counters(period_work=march, period_promised=april)
    days = ((0, "12:00", 600), (1, "12:00", 600))
    return duties("bad", str(EVE_OF_APRIL), *days, days=2, contract=BY_MONTH, counters=counters)


def split_day(second: int, access: int, *, is_cut: bool = False, **person: Any) -> Case:
    """Two tours of a day, 20 minutes apart by car: 290 minutes and so many, an hour between them."""
    starts = (("V0", "A", 720, 290), ("V1", "C", 1070, second))
    visits = [builders.visit(id, site, length, at, at) for id, site, at, length in starts]
    hours = [(at, at + length) for _, _, at, length in starts]
    own = {"employer": "S1", "providers": ("S1",), "contract": SPLIT, **person}
    problem = builders.problem(
        visits,
        [builders.worker(home=None, hours=hours, **own)],
        rules=shipped_labour_code(),
        providers=(builders.provider("S1"),),
        employers=(builders.employer("S1", "bad", EmployerKind.PROVIDER),),
    )
    sites = tuple(replace(site, access=access if site.id == "C" else 0) for site in problem.sites)
    there = replace(problem, sites=sites)
    there = builders.without_way(there, ("A", "C")) if is_cut else there
    tours = (builders.route(there, "W1", (id, at), tour=n) for n, (id, _, at, _) in enumerate(starts))
    return there, builders.plan(there, *tours)


ELEVEN_WEEKS = {"week_work": (2401,) * 11}
FOUR_DAYS: list[Duty] = [(day, "12:00", 600) for day in range(4)]
Said = tuple[str, Callable[[], Case], set[str]]
SAID: list[Said] = [
    ("autumn night, 13 h of rest after 10 h", lambda: night_on_the_change(600, 780), set()),
    ("12 h 59", lambda: night_on_the_change(600, 779), {"NIGHT_LIMITS"}),
    (
        "26 December in Strasbourg, basin of Nancy",
        lambda: minor("2026-12-26", "54", "67482"),
        {"PERSONAL_LIMIT"},
    ),
    ("26 December in Nancy, basin of Strasbourg", lambda: minor("2026-12-26", "67", "54395"), set()),
    ("22 May in Martinique", lambda: minor("2026-05-22", "972", "97209"), {"PERSONAL_LIMIT"}),
    ("22 May in Guadeloupe", lambda: minor("2026-05-22", "971", "97105"), set()),
    ("the eve of Christmas until 22:00", lambda: minor("2026-12-24", "62", None, "21:00"), set()),
    ("until 22:01", lambda: minor("2026-12-24", "62", None, "21:01"), {"PERSONAL_LIMIT"}),
    (
        "a longer day by an accord of the last two days",
        lambda: accorded("MAX_DAILY_WORK", Accord(720, "", on("2026-03-10")), (2, "12:00", 660)),
        {"MAX_DAILY_WORK"},
    ),
    (
        "by one that ends with the last day",
        lambda: accorded("MAX_DAILY_WORK", Accord(720, "", None, on("2026-03-11")), (0, "12:00", 660)),
        set(),
    ),
    (
        "12 h of rest by an accord of the last day",
        lambda: accorded(
            "DAILY_REST", Accord(720, "", on("2026-03-11")), (0, "12:00", 600), (1, "09:59", 60)
        ),
        {"DAILY_REST"},
    ),
    (
        "70 longer days used, 31 December",
        lambda: known("sap", str(NEW_YEAR), (0, "12:00", 660), long_days=70),
        {"MAX_DAILY_WORK"},
    ),
    ("2 January", lambda: known("sap", str(NEW_YEAR), (2, "12:00", 660), long_days=70), set()),
    (
        "48 h with another's night into week 1",
        lambda: duties("bad", str(WEEK_53), *FOUR_DAYS, days=8, other_work=(elsewhere(6, "22:00", 480),)),
        set(),
    ),
    (
        "48 h 01",
        lambda: duties("bad", str(WEEK_53), *FOUR_DAYS, days=8, other_work=(elsewhere(6, "22:00", 481),)),
        {"MULTI_EMPLOYER"},
    ),
    ("the lone week 53 of a fortnight's contract, 32 h", lambda: week_53(1920), set()),
    ("32 h 01", lambda: week_53(1921), {"ADDITIONAL_HOURS"}),
    ("each month to its third", lambda: both_months(7720, 7720), set()),
    ("March a minute over", lambda: both_months(7721, 7720), {"ADDITIONAL_HOURS"}),
    ("April a minute over", lambda: both_months(7720, 7721), {"ADDITIONAL_HOURS"}),
    (
        "78 h of night in six months, weeks above 40 h",
        lambda: known("bad", "2026-03-30", *FOUR_DAYS, night_months=(4680,) * 6, **ELEVEN_WEEKS),
        {"NIGHT_LIMITS"},
    ),
    (
        "a minute less",
        lambda: known("bad", "2026-03-30", *FOUR_DAYS, night_months=(4679, *(4680,) * 5), **ELEVEN_WEEKS),
        set(),
    ),
    ("rebuilt travel with access, 10 h", lambda: split_day(285, 5), set()),
    ("10 h 01", lambda: split_day(286, 5), {"MAX_DAILY_WORK"}),
    ("no way between the tours: arriving alone", lambda: split_day(305, 5, is_cut=True), set()),
    ("a minute over, without a way", lambda: split_day(306, 5, is_cut=True), {"MAX_DAILY_WORK"}),
    (
        "pregnant, rebuilt travel in the shorter day",
        lambda: split_day(51, 0, limits=PersonalLimits(daily_reduction=60)),
        {"PERSONAL_LIMIT"},
    ),
    (
        "to the minute",
        lambda: split_day(50, 0, limits=PersonalLimits(daily_reduction=60)),
        set(),
    ),
    (
        "a night of the last day into All Saints, after 15 August",
        lambda: known("bad", "2026-10-31", (0, "23:01", 60), holidays_worked=frozenset({on("2026-08-15")})),
        {"HOLIDAY_RHYTHM"},
    ),
    (
        "until midnight",
        lambda: known("bad", "2026-10-31", (0, "23:00", 60), holidays_worked=frozenset({on("2026-08-15")})),
        set(),
    ),
]


@pytest.mark.parametrize("said", SAID, ids=[said[0] for said in SAID])
def test_checker_and_kernel_say_what_both_things_ask(said: Said) -> None:
    _, case, breaks = said
    assert broken(case()) == breaks
