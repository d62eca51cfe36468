"""Presets that turn a situation into personal limits.

A form expands a preset once and stores the limits alone: why somebody has them is nobody's business afterwards. What a
preset gives can be edited like any other limit; the rule sets go on applying beside it. Weeks without any work, around
a birth, are no limit but the absence of availability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from brigade.labour import RuleSet
from brigade.units import Horizon, Ticks
from brigade.workforce import PersonalLimits


class Preset(StrEnum):
    MINOR = "MINOR"
    PREGNANCY = "PREGNANCY"


def preset(code: Preset, rules: RuleSet, horizon: Horizon) -> PersonalLimits:
    """The limits of `code` under `rules`, the set of the person's employer (`LabourCode.party`).

    MINOR: day, week, stretch and its break, daily rest, days off in a row (as days a week), no night. PREGNANCY: the
    normal day less the reduction, which assumes a full-time day and is to be edited for part-timers; no night where
    the set says so. `max_span` is left to the rule set.
    """
    return _PRESETS[code](rules, horizon)


def _minor(rules: RuleSet, horizon: Horizon) -> PersonalLimits:
    days_off = _value(rules, "MINOR", "rest_days_in_row")
    return PersonalLimits(
        max_daily_work=_ticks(rules, horizon, "MINOR", "max_daily_work"),
        max_week_work=_ticks(rules, horizon, "MINOR", "max_week_work"),
        max_stretch=_ticks(rules, horizon, "MINOR", "max_stretch"),
        stretch_break=_ticks(rules, horizon, "MINOR", "stretch_break"),
        daily_rest=_ticks(rules, horizon, "MINOR", "daily_rest"),
        max_days_per_week=None if days_off is None else 7 - days_off,
        no_work_bands=(*_band(rules, "MINOR", "night_from", "night_to"), *_night(rules, "MINOR")),
    )


def _pregnancy(rules: RuleSet, horizon: Horizon) -> PersonalLimits:
    day, reduction = _value(rules, "MAX_DAILY_WORK", "limit"), _value(rules, "PREGNANCY", "daily_reduction")
    shorter = None if day is None or reduction is None else horizon.ticks(day - reduction)
    return PersonalLimits(max_daily_work=shorter, no_work_bands=_night(rules, "PREGNANCY"))


_PRESETS: Mapping[Preset, Callable[[RuleSet, Horizon], PersonalLimits]] = {
    Preset.MINOR: _minor,
    Preset.PREGNANCY: _pregnancy,
}


def _night(rules: RuleSet, rule: str) -> tuple[str, ...]:
    """The set's own night, where it bans night work for `rule`."""
    return _band(rules, "NIGHT_WINDOW", "from", "to") if _value(rules, rule, "no_night") else ()


def _band(rules: RuleSet, rule: str, first: str, last: str) -> tuple[str, ...]:
    start, end = _value(rules, rule, first), _value(rules, rule, last)
    return () if start is None or end is None else (f"{_clock(start)}-{_clock(end)}",)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _value(rules: RuleSet, rule: str, name: str) -> int | None:
    row = rules.get(rule, name)
    return None if row is None else row.value


def _ticks(rules: RuleSet, horizon: Horizon, rule: str, name: str) -> Ticks | None:
    minutes = _value(rules, rule, name)
    return None if minutes is None else horizon.ticks(minutes)
