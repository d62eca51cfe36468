"""MEAL_BREAK: over midday, a gap to eat in, inside the meal band."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import wall_time
from brigade.units import Ticks

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MEAL_BREAK",)


CLOCKS = ("due_before", "due_after", "from", "to")


def contribute(builder: ModelBuilder) -> None:
    for row, tour in enumerate(builder.tours):

        def read(rules: RuleSet, day: date = tour.day) -> tuple[Ticks, ...] | None:
            length, clocks = (
                builder.minutes(rules, "MEAL_BREAK", "length"),
                [rules.get("MEAL_BREAK", name) for name in CLOCKS],
            )
            known = [builder.horizon.at(day, wall_time(clock.value)) for clock in clocks if clock is not None]
            # A text that names a length without its band, or the reverse, asks for no meal that could be
            # checked.
            return None if length is None or len(known) < len(CLOCKS) else (length, *known)

        builder.meal(row, read)
