"""Limits of one day: work, span, interruptions, breaks, nights, one person's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from brigade.texts.labour_code import LabourCode
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, PersonalLimits, WorkingTimeMode
from tests.builders import employer, labour, problem, visit, worker
from tests.duties import Duty, duties, elsewhere
from tests.limits.case import Case, unbound

COUNT, FLAG = {"unit": "count"}, {"value": 1, "unit": "flag", "stricter": "higher"}
NO_RULES = labour()
SUNDAY, EASTER_MONDAY = date(2026, 3, 15), date(2026, 4, 6)


def asked(given: Sequence[Duty], rules: LabourCode = NO_RULES, **more: Any) -> Problem:
    """W1's duties: one visit and one availability each, of which a rule takes one away."""
    return duties(given, rules, **more)[0]


def ends(*given: tuple[str, int]) -> list[Duty]:
    return [(0, clock, minutes) for clock, minutes in given]


def _spans() -> Iterator[Case]:
    """08:00-09:00 and an hour that ends at 21:00: 13 h."""
    long = ends(("08:00", 60), ("20:00", 60))
    longer = {"MAX_SPAN": 720, "MAX_SPAN.exceptional": 780}
    days = labour(bad={**longer, "MAX_SPAN.exceptional_days_per_month": {"value": 7, **COUNT}})
    fragile = labour(bad={**longer, "MAX_SPAN.exceptional_fragile_only": FLAG})
    yield Case("max_span", "max_span", asked(long, labour(bad={"MAX_SPAN": 720})))
    yield Case("max_span", "max_span_exceptional", asked(ends(("08:00", 60), ("20:00", 61)), days))
    yield Case("max_span", "max_span_days", asked(long, days, person={"counters": Counters(long_spans=7)}))
    yield Case("max_span", "max_span_fragile", asked(long, fragile))
    promised = {"contract": Contract(span_limit=660)}
    short = ends(("08:00", 60), ("19:00", 60))
    yield Case("max_span", "max_span_contract", asked(short, labour(bad={"MAX_SPAN": 720}), person=promised))


def _longer_days() -> Iterator[Case]:
    """360 + 361 = 721 min where 720 are the exception; 360 + 241 = 601 when all 70 days beyond 600 have been
    used."""
    longer = {"MAX_DAILY_WORK": 600, "MAX_DAILY_WORK.exceptional": 720}
    rules = labour(bad={**longer, "MAX_DAILY_WORK.exceptional_days_per_year": {"value": 70, **COUNT}})
    for finds, second, used in (("exceptional", 361, 0), ("days", 241, 70)):
        person = {"counters": Counters(long_days=used)}
        yield Case(
            "max_daily_work",
            f"max_daily_work_{finds}",
            asked(ends(("06:00", 360), ("13:00", second)), rules, person=person),
        )


def _civil_days() -> Iterator[Case]:
    """22:00 to 06:00, then five hours in the evening: 360 + 300 min between two midnights."""
    night = [(0, "22:00", 480), (1, "18:00", 300)]
    rules = labour(sap={"MAX_DAILY_WORK.civil_limit": 600})
    yield Case("max_daily_work", "max_daily_work", asked(night, rules, days=2, hosts=["S2", "S2"]))
    both = labour(
        sap={"MAX_DAILY_WORK.civil_limit": 600},
        mandatory={"MULTI_EMPLOYER.all_employers": {"value": 1, "unit": "flag", "stricter": "higher"}},
    )
    person = {"other_work": (elsewhere(1, "18:00", 300),)}
    yield Case(
        "multi_employer", "multi_employer_day", asked(night[:1], both, days=2, hosts=["S2"], person=person)
    )


def _interruptions() -> Iterator[Case]:
    gaps = ends(("08:00", 60), ("10:00", 60), ("14:00", 60))
    parts: dict[str, dict[str, Any]] = {
        "count": {"max_count": {"value": 1, **COUNT}},
        "length": {"max_length": 120},
        "total": {"max_total": 200},
        "long": {"long_count": {"value": 0, **COUNT}, "long_length": 120},
        "days": {"max_total": 200, "long_total_days_per_fortnight": {"value": 2, "unit": "days"}},
    }
    for finds, values in parts.items():
        rules = labour(bad={f"INTERRUPTIONS.{name}": value for name, value in values.items()})
        person = {"counters": Counters(long_interruptions=2)}
        yield Case("interruptions", f"interruptions_{finds}", asked(gaps, rules, person=person))


def _breaks() -> Iterator[Case]:
    """Seven hours on end, and a morning that runs into the afternoon."""
    rest = labour(
        mandatory={"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}}
    )
    clocks = {"due_before": 720, "due_after": 840, "from": 660, "to": 900}
    band = {f"MEAL_BREAK.{name}": {"value": value, "unit": "min_of_day"} for name, value in clocks.items()}
    meal = labour(bad={"MEAL_BREAK.length": {"value": 30, "stricter": "higher"}, **band})
    visits = [visit("V1", "A", 210, "08:00", "08:00"), visit("V2", "A", 210, "11:30", "12:00")]
    for rule, finds, rules in (("rest_break", "rest_break", rest), ("meal_break", "meal_break", meal)):
        made = problem(visits, [worker("W1", home=None)], rules=rules)
        yield Case(rule, finds, made, believed=unbound(made, finds.upper()))


def _nights() -> Iterator[Case]:
    window = {
        "NIGHT_WINDOW.from": {"value": 1320, "unit": "min_of_day"},
        "NIGHT_WINDOW.to": {"value": 420, "unit": "min_of_day", "stricter": "higher"},
        "NIGHT_LIMITS.counts_from": 180,
    }
    night = [(day, "22:00", 300) for day in range(3)]
    work = labour(bad={**window, "NIGHT_LIMITS.max_work": 480})
    yield Case("night_limits", "night_limits_work", asked(ends(("15:00", 240), ("22:00", 300)), work))
    in_row = labour(bad={**window, "NIGHT_LIMITS.max_nights_in_row": {"value": 2, **COUNT}})
    yield Case("night_limits", "night_limits_in_row", asked(night, in_row, days=3))
    rest = labour(
        bad={**window, "NIGHT_LIMITS.rest_equal_over": 480},
        mandatory={"DAILY_REST": {"value": 660, "stricter": "higher"}},
    )
    yield Case(
        "night_limits", "night_limits_rest", asked([(0, "21:00", 540), (1, "17:30", 60)], rest, days=2)
    )
    band = {"NIGHT_LIMITS.rest_equal_over_night": 480, "NIGHT_LIMITS.whole_night": 540}
    rest = labour(bad={**window, **band}, mandatory={"DAILY_REST": {"value": 660, "stricter": "higher"}})
    yield Case(
        "night_limits", "night_limits_rest", asked([(0, "22:00", 540), (1, "18:30", 60)], rest, days=2)
    )
    mean = labour(
        bad={
            **window,
            "NIGHT_LIMITS.average_week": 300,
            "NIGHT_LIMITS.average_weeks": {"value": 2, "unit": "weeks"},
        }
    )
    # The lender has no agreement: the code's eight hours, in the night of the host's.
    code = {"NIGHT_LIMITS.max_work": {"value": 480, "accord": 600}, "NIGHT_LIMITS.counts_from": 180}
    lent = labour(bad={**window, "NIGHT_LIMITS.max_work": 600}, mandatory=code)
    lender = (employer("E1", "ct"),)
    yield Case(
        "night_limits",
        "night_limits_work",
        asked(ends(("15:00", 240), ("22:00", 300)), lent, employers=lender),
    )
    history = {"counters": Counters(week_work=(100,))}
    yield Case("night_limits", "night_limits_average", asked(night[::2], mean, days=3, person=history))


def _employers() -> Iterator[Case]:
    limits = {"MAX_DAILY_WORK": 600, "MAX_WEEK_WORK": 900}
    rules = labour(mandatory={**limits, "MULTI_EMPLOYER.all_employers": FLAG})
    away = {"other_work": (elsewhere(0, "14:00", 300),)}
    yield Case("multi_employer", "multi_employer_day", asked([(0, "06:00", 301)], rules, person=away))
    longer = {
        "MAX_DAILY_WORK.exceptional": 720,
        "MAX_DAILY_WORK.exceptional_days_per_year": {"value": 70, "unit": "days"},
    }
    counted = labour(mandatory={"MULTI_EMPLOYER.all_employers": FLAG}, sap={"MAX_DAILY_WORK": 600, **longer})
    person = {"other_work": (elsewhere(0, "14:00", 240),), "counters": Counters(long_days=69)}
    two = [(0, "06:00", 420), (1, "06:00", 660)]
    yield Case(
        "multi_employer",
        "multi_employer_days",
        asked(two, counted, days=2, hosts=["S2", "S2"], person=person),
    )
    week = [(1, "06:00", 301), (2, "06:00", 301)]
    yield Case("multi_employer", "multi_employer_week", asked(week, rules, days=3, person=away))


def _personal() -> Iterator[Case]:
    two, days = ends(("08:00", 120), ("14:00", 120)), [(day, "08:00", 120) for day in range(3)]
    given: Sequence[Duty]
    late = [(0, "20:00", 60), (1, "06:00", 60)]
    for finds, given, limits in (
        ("daily_work", two, PersonalLimits(max_daily_work=239)),
        ("span", two, PersonalLimits(max_span=479)),
        ("rest", late, PersonalLimits(daily_rest=600)),
        ("week_work", days, PersonalLimits(max_week_work=359)),
        ("days", days, PersonalLimits(max_days_per_week=2)),
    ):
        yield Case(
            "personal_limits", f"personal_limit_{finds}", asked(given, days=3, person={"limits": limits})
        )
    shorter = {"limits": PersonalLimits(daily_reduction=60), "contract": Contract(daily=299)}
    yield Case("personal_limits", "personal_limit_shorter_day", asked(two, person=shorter))
    fortnight = Contract(period_hours=2990, working_time_mode=WorkingTimeMode.TWO_WEEKS)
    of_two_weeks = labour(
        mandatory={"SCHEDULED_DAY.full_time_week": 2100, "SCHEDULED_DAY.days_per_week": {"value": 5, **COUNT}}
    )
    shared = asked(two, of_two_weeks, person={**shorter, "contract": fortnight})
    yield Case("personal_limits", "personal_limit_shorter_day", shared)
    apart = [(day, "08:00", 60) for day in range(0, 7, 2)]
    days_off = asked(apart, days=7, person={"limits": PersonalLimits(rest_days_in_row=2)})
    yield Case("personal_limits", "personal_limit_days_off", days_off)
    holiday = asked(two, first_day=EASTER_MONDAY, person={"limits": PersonalLimits(no_holidays=True)})
    yield Case("personal_limits", "personal_limit_holiday", holiday)
    sunday = asked(two, first_day=SUNDAY, person={"limits": PersonalLimits(no_sundays=True)})
    yield Case("personal_limits", "personal_limit_sunday", sunday)
    band = asked(two, person={"limits": PersonalLimits(no_work_bands=("15:00-16:00",))})
    free = replace(band, workers=(replace(band.workers[0], limits=PersonalLimits()),))
    yield Case("personal_limits", "personal_limit_band", band, believed=free)


HOUR = labour(bad={"MIN_WORK_PERIOD": {"value": 60, "stricter": "higher"}})
REST = labour(mandatory={"DAILY_REST": {"value": 660, "stricter": "higher"}})
DAYS: tuple[Case, ...] = (
    Case(
        "max_daily_work",
        "max_daily_work",
        asked(ends(("08:00", 300), ("14:00", 301)), labour(bad={"MAX_DAILY_WORK": 600})),
    ),
    *_longer_days(),
    *_civil_days(),
    *_spans(),
    *_interruptions(),
    *_breaks(),
    *_nights(),
    *_employers(),
    *_personal(),
    Case("min_work_period", "min_work_period", asked(ends(("08:00", 40), ("14:00", 50)), HOUR)),
    Case("daily_rest", "daily_rest", asked([(0, "20:00", 60), (1, "07:59", 60)], REST, days=2)),
)
