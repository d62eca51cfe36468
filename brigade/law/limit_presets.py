"""Presets that turn a situation into personal limits.

A form expands a preset once and stores the limits alone: why somebody has them is nobody's business
afterwards. What a preset gives can be edited like any other limit; the rule sets go on applying beside it.
Weeks without any work, around a birth, are no limit but the absence of availability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from brigade.texts.rule_sets import RuleSet
from brigade.units import Horizon, Ticks
from brigade.values.workforce import Contract, PersonalLimits
from brigade.worked.contract_hours import mean_week


class Preset(StrEnum):
    MINOR = "MINOR"
    MINOR_UNDER_16 = "MINOR_UNDER_16"
    PREGNANCY = "PREGNANCY"


NO_CONTRACT = Contract()


def preset(
    code: Preset, rules: RuleSet, horizon: Horizon, contract: Contract = NO_CONTRACT
) -> PersonalLimits:
    """The limits of `code` under `rules`, the set of the person's employer (`LabourCode.party`).

    MINOR (16 and 17), MINOR_UNDER_16: day, week, stretch and its break, daily rest, days off in a row, no
    night, no Sunday, no public holiday. PREGNANCY: a day shorter than the scheduled one of `contract`, for
    part-timers in proportion; no night. `max_span` is left to the rule set.
    """
    return _PRESETS[code](rules, horizon, contract)


def _minor(rules: RuleSet, horizon: Horizon, _: Contract) -> PersonalLimits:
    return PersonalLimits(
        max_daily_work=_ticks(rules, horizon, "MINOR", "max_daily_work"),
        max_week_work=_ticks(rules, horizon, "MINOR", "max_week_work"),
        max_stretch=_ticks(rules, horizon, "MINOR", "max_stretch"),
        stretch_break=_ticks(rules, horizon, "MINOR", "stretch_break"),
        daily_rest=_ticks(rules, horizon, "MINOR", "daily_rest"),
        rest_days_in_row=_value(rules, "MINOR", "rest_days_in_row"),
        no_work_bands=(*_band(rules, "MINOR", "night_from", "night_to"), *_night(rules, "MINOR")),
        no_sundays=bool(_value(rules, "MINOR", "no_sundays")),
        no_holidays=bool(_value(rules, "MINOR", "no_holidays")),
    )


def _minor_under_16(rules: RuleSet, horizon: Horizon, contract: Contract) -> PersonalLimits:
    """A longer night and a longer rest before sixteen, all else as for the other minors."""
    night = _band(rules, "MINOR", "night_from_under_16", "night_to")
    return replace(
        _minor(rules, horizon, contract),
        daily_rest=_ticks(rules, horizon, "MINOR", "daily_rest_under_16"),
        no_work_bands=(*night, *_night(rules, "MINOR")),
    )


def _pregnancy(rules: RuleSet, horizon: Horizon, contract: Contract) -> PersonalLimits:
    whole = _ticks(rules, horizon, "PREGNANCY", "daily_reduction")
    own_week = None if contract.full_time else mean_week(contract, rules)
    full_week = _ticks(rules, horizon, "SCHEDULED_DAY", "full_time_week")
    reduction = None if whole is None else _in_proportion(whole, own_week, full_week)
    return PersonalLimits(daily_reduction=reduction, no_work_bands=_night(rules, "PREGNANCY"))


def _in_proportion(whole: Ticks, own_week: Ticks | None, full_week: Ticks | None) -> Ticks:
    """A part-timer's share of what full-timers get, rounded up."""
    if own_week is None or full_week is None or own_week >= full_week:
        return whole
    # Rounded up: a fraction of a minute goes to the person whom the reduction protects.
    return -(-whole * own_week // full_week)


_PRESETS: Mapping[Preset, Callable[[RuleSet, Horizon, Contract], PersonalLimits]] = {
    Preset.MINOR: _minor,
    Preset.MINOR_UNDER_16: _minor_under_16,
    Preset.PREGNANCY: _pregnancy,
}


def of_the_young(limits: Mapping[str, object], rules: RuleSet) -> dict[str, Any]:
    """What limits of a document owe to their being all those of a minor, by field; empty when they are not.

    `limits`: minutes and counts by the document's names. Documents written while a minor's limits could say
    neither holidays nor days off in a row meant them: hours, rest, days and night are all together only in
    the law on minors.
    """
    at_most = {
        "max_daily_work_min": "max_daily_work",
        "max_week_work_min": "max_week_work",
        "max_stretch_min": "max_stretch",
    }
    at_least = {"stretch_break_min": "stretch_break", "daily_rest_min": "daily_rest"}
    met = [_bounded(limits.get(field), _value(rules, "MINOR", name), 1) for field, name in at_most.items()]
    met += [_bounded(limits.get(field), _value(rules, "MINOR", name), -1) for field, name in at_least.items()]
    days_off, bands = _value(rules, "MINOR", "rest_days_in_row"), limits.get("no_work_bands")
    # The law gives days off; documents of before could only say days of work.
    met.append(_bounded(limits.get("max_days_per_week"), None if days_off is None else 7 - days_off, 1))
    night = isinstance(bands, (list, tuple)) and set(_band(rules, "MINOR", "night_from", "night_to")) <= set(
        map(str, bands)
    )
    if not (all(met) and night):
        return {}
    return {
        "rest_days_in_row": days_off,
        "no_sundays": bool(_value(rules, "MINOR", "no_sundays")),
        "no_holidays": bool(_value(rules, "MINOR", "no_holidays")),
    }


def _bounded(given: object, limit: int | None, sign: int) -> bool:
    """Whether a number is there and no laxer than the law's (`sign` 1: no more; -1: no less)."""
    return isinstance(given, (int, float)) and limit is not None and given * sign <= limit * sign


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
