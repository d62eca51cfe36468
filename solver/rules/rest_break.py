"""REST_BREAK: after so much work in a row, a break of that length; a stricter personal stretch replaces
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("REST_BREAK",)


def contribute(builder: ModelBuilder) -> None:
    for row, tour in enumerate(builder.tours):
        own = tour.worker.limits
        pause = 0 if own.max_stretch is None else own.stretch_break or 0

        def after(rules: RuleSet, most: Ticks | None = own.max_stretch) -> Ticks | None:
            found = [t for t in (builder.minutes(rules, "REST_BREAK", "after"), most) if t is not None]
            return min(found, default=None) if length(rules) else None

        def length(rules: RuleSet, least: Ticks = pause) -> Ticks:
            return max(builder.minutes(rules, "REST_BREAK", "length") or 0, least)

        def at_end(rules: RuleSet, most: Ticks | None = own.max_stretch) -> Ticks | None:
            reached = builder.minutes(rules, "REST_BREAK", "after")
            found = [t for t in (None if reached is None else reached - 1, most) if t is not None]
            return min(found, default=None) if length(rules) else None

        builder.longest_stretch(row, after, length, at_end)
