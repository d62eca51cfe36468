"""Presets become limits, and nothing but limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from brigade.exchange.documents.bridge import HorizonClock, build, show
from brigade.exchange.shapes.workforce_shapes import LimitsShape
from brigade.law.limit_presets import Preset, preset
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Horizon
from brigade.values.workforce import Contract, PersonalLimits, WorkingTimeMode

MINUTES = Horizon(date(2026, 3, 9))
HALF_MINUTES = Horizon(date(2026, 3, 9), ticks_per_minute=2)


def test_under_eighteen_the_code_gives_shorter_days_longer_rests_no_night_no_sunday_and_no_holiday() -> None:
    """L3162-1 to L3164-6: 8 h, 35 h, 4 h 30 then 30 min, 12 h of rest, two days off in a row, nothing from
    22:00 to 06:00."""
    assert preset(Preset.MINOR, shipped_labour_code().party("ct"), MINUTES) == PersonalLimits(
        max_daily_work=480,
        max_week_work=2100,
        max_stretch=270,
        stretch_break=30,
        daily_rest=720,
        rest_days_in_row=2,
        no_work_bands=("22:00-06:00",),
        no_sundays=True,
        no_holidays=True,
    )


def test_under_sixteen_the_night_begins_at_eight_and_the_rest_has_fourteen_hours() -> None:
    """L3163-1 2°, L3164-1."""
    code = shipped_labour_code()
    older, younger = (
        preset(which, code.party("ct"), MINUTES) for which in (Preset.MINOR, Preset.MINOR_UNDER_16)
    )
    assert younger == replace(older, daily_rest=840, no_work_bands=("20:00-06:00",))
    assert preset(Preset.MINOR_UNDER_16, code.party("bad"), MINUTES).no_work_bands == (
        "20:00-06:00",
        "22:00-07:00",
    )


def test_an_agreement_that_bans_minors_from_its_night_adds_its_band() -> None:
    assert preset(Preset.MINOR, shipped_labour_code().party("bad"), MINUTES).no_work_bands == (
        "22:00-06:00",
        "22:00-07:00",
    )


@pytest.mark.parametrize(
    ("contract", "reduction"),
    [
        (Contract(weekly=2 * 2100, full_time=True), 2 * 60),
        (Contract(), 2 * 60),
        (Contract(weekly=2 * 1440), 83),  # 24 h: 60 x 24 / 35 = 41.14 min, rounded up to the half minute
        (Contract(weekly=2 * 1050), 2 * 30),
        (
            Contract(period_hours=2 * 104 * 60, working_time_mode=WorkingTimeMode.MONTHLY),
            83,
        ),  # of 151 h 40, as 24 h of 35
        (Contract(period_hours=2 * 48 * 60, working_time_mode=WorkingTimeMode.TWO_WEEKS), 83),
        (Contract(period_hours=2 * 96 * 60, working_time_mode=WorkingTimeMode.FOUR_WEEKS), 83),
        (
            Contract(period_hours=2 * 48210, working_time_mode=WorkingTimeMode.ANNUAL),
            2 * 30,
        ),  # half of 1 607 h
    ],
)
def test_an_hour_less_than_her_day_and_for_part_timers_in_proportion(
    contract: Contract, reduction: int
) -> None:
    """BAD V.11; ticks of half a minute."""
    given = preset(Preset.PREGNANCY, shipped_labour_code().party("bad"), HALF_MINUTES, contract)
    assert given == PersonalLimits(daily_reduction=reduction, no_work_bands=("22:00-07:00",))


@pytest.mark.parametrize("agreement", ["sap", "ct", "bad"])
def test_nobody_who_is_pregnant_works_at_night(agreement: str) -> None:
    """V.27, SAP II.2.j art. 8, L1225-9: the night of her employer's text. Neither SAP nor the code shortens
    the day."""
    rules = shipped_labour_code().party(agreement)
    window = [rules.values["NIGHT_WINDOW", name].value for name in ("from", "to")]
    given = preset(Preset.PREGNANCY, rules, MINUTES)
    assert given.no_work_bands == (
        "{:02}:{:02}-{:02}:{:02}".format(*(n for m in window for n in divmod(m, 60))),
    )
    assert (given.daily_reduction is None) == (agreement != "bad")


# -- documents older than the preset's last fields ---------------------------------------------------------
HOURS_OF_A_MINOR = {
    "max_daily_work_min": 480,
    "max_week_work_min": 2100,
    "max_stretch_min": 270,
    "stretch_break_min": 30,
    "daily_rest_min": 720,
    "max_days_per_week": 5,
    "no_work_bands": ["22:00-06:00", "22:00-07:00"],
}


def test_the_hours_of_a_minor_mean_a_minor() -> None:
    given = LimitsShape.model_validate(HOURS_OF_A_MINOR)
    assert (given.no_sundays, given.no_holidays, given.rest_days_in_row) == (True, True, 2)
    stricter = LimitsShape.model_validate(
        {**HOURS_OF_A_MINOR, "max_daily_work_min": 420, "daily_rest_min": 840}
    )
    assert stricter.no_holidays


@pytest.mark.parametrize("name", list(HOURS_OF_A_MINOR))
def test_all_of_them_but_one_mean_nothing_more(name: str) -> None:
    given = LimitsShape.model_validate(
        {field: value for field, value in HOURS_OF_A_MINOR.items() if field != name}
    )
    assert (given.no_sundays, given.no_holidays, given.rest_days_in_row) == (False, False, None)


def test_what_is_said_stands_and_is_said_again() -> None:
    said = {"no_sundays": False, "no_holidays": False, "rest_days_in_row": 0}
    given = LimitsShape.model_validate({**HOURS_OF_A_MINOR, **said})
    clock = HorizonClock(MINUTES)
    limits = build(given, clock, "")
    assert limits == replace(limits, no_sundays=False, no_holidays=False, rest_days_in_row=0)
    shown = show(replace(limits, rest_days_in_row=None), LimitsShape, clock)
    again = build(LimitsShape.model_validate(shown), clock, "")
    assert (again.no_sundays, again.no_holidays, again.rest_days_in_row) == (False, False, 0)


def test_a_fault_in_them_is_left_to_whoever_reads_them() -> None:
    with pytest.raises(ValidationError):
        LimitsShape.model_validate({**HOURS_OF_A_MINOR, "max_daily_work_min": "480"})
