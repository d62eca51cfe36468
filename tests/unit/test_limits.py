"""Presets become limits, and nothing but limits."""

from __future__ import annotations

from datetime import date

from brigade.labour import shipped_labour_code
from brigade.limits import Preset, preset
from brigade.units import Horizon
from brigade.workforce import PersonalLimits

MINUTES = Horizon(date(2026, 3, 9))
HALF_MINUTES = Horizon(date(2026, 3, 9), ticks_per_minute=2)


def test_under_eighteen_the_code_gives_shorter_days_longer_rests_and_no_night() -> None:
    """L3162-1 to L3164-2: 8 h, 35 h, 4 h 30 then 30 min, 12 h of rest, two days off, nothing from 22:00 to 06:00."""
    assert preset(Preset.MINOR, shipped_labour_code().party("ct"), MINUTES) == PersonalLimits(
        max_daily_work=480,
        max_week_work=2100,
        max_stretch=270,
        stretch_break=30,
        daily_rest=720,
        max_days_per_week=5,
        no_work_bands=("22:00-06:00",),
    )


def test_an_agreement_that_bans_minors_from_its_night_adds_its_band() -> None:
    assert preset(Preset.MINOR, shipped_labour_code().party("bad"), MINUTES).no_work_bands == ("22:00-06:00", "22:00-07:00")


def test_a_day_one_hour_shorter_where_the_agreement_says_so() -> None:
    """BAD V.11: 10 h less 1 h; the company agreement and the code give nothing to shorten the day by."""
    code = shipped_labour_code()
    assert preset(Preset.PREGNANCY, code.party("bad"), HALF_MINUTES) == PersonalLimits(
        max_daily_work=2 * 540, no_work_bands=("22:00-07:00",)
    )
    assert preset(Preset.PREGNANCY, code.party("sap"), MINUTES) == PersonalLimits()
