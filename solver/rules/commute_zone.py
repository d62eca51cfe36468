"""COMMUTE_NORMAL: first from home and last to home only within the zone, and within the person's own longest commute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from brigade.units import Metres, Ticks
from brigade.workforce import Worker

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("COMMUTE_NORMAL",)


def contribute(builder: ModelBuilder) -> None:
    for row, tour in enumerate(builder.tours):
        if tour.worker.start_site is not None:
            builder.forbid_first(row, _too_far(builder, tour.worker, tour.worker.start_site, outward=True))
        if tour.worker.end_site is not None:
            builder.forbid_last(row, _too_far(builder, tour.worker, tour.worker.end_site, outward=False))


def _too_far(builder: ModelBuilder, worker: Worker, home: str, *, outward: bool) -> Iterator[int]:
    problem = builder.problem
    zones = [builder.rules(worker, 1 << bit) for bit in range(len(builder.class_hosts))]
    for visit, request in enumerate(builder.requests):
        there = problem.site_of(request.visit).id
        ends = (home, there) if outward else (there, home)
        travel, metres = problem.travel[worker.mode].between(*ends)
        rules = zones[builder.host_class[problem.provider_of(request.visit).id]]
        longest = worker.limits.max_commute
        if _outside(builder, rules, travel, metres) or (longest is not None and travel > longest):
            yield visit


def _outside(builder: ModelBuilder, rules: RuleSet, travel: Ticks, metres: Metres) -> bool:
    """Outside the zone by minutes and by metres both, as far as each is named."""
    minutes, distance = builder.minutes(rules, "COMMUTE_NORMAL", "zone_minutes"), rules.get("COMMUTE_NORMAL", "zone_metres")
    near = (minutes is not None and travel <= minutes) or (distance is not None and metres <= distance.value)
    return (minutes is not None or distance is not None) and not near
