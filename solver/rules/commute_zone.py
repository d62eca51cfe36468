"""COMMUTE_NORMAL: visits only in the zone around home, the last way back too; legs of home within the
person's own limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brigade.texts.rule_sets import ZONE, RuleSet
from brigade.values.demand import Visit
from brigade.values.workforce import Worker
from solver.primitives.home_legs import HomeLegs, home_legs

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("COMMUTE_NORMAL",)
NO_ZONE = -1
"""The class of hosts of what is no visit, among those whose rules name a zone."""


@dataclass(frozen=True, slots=True)
class _Visits:
    """The visits, and the class of host whose rules speak of each; shape (visits,)."""

    asked: list[Visit]
    host_class: NDArray[np.int64]


def contribute(builder: ModelBuilder) -> None:
    # The zone is one of visits: a course may be farther away.
    hosts = [
        NO_ZONE if request.is_attendance else builder.host_class_of(row)
        for row, request in enumerate(builder.requests)
    ]
    visits = _Visits([request.visit for request in builder.requests], np.array(hosts, np.int64))
    for row, tour in enumerate(builder.tours):
        worker, ways = tour.worker, builder.ways_of(row)
        home = worker.start_site or worker.end_site
        if home is not None:
            builder.forbid(row, _out_of_zone(builder, worker, visits, home_legs(ways, home, visits.asked)))
        if worker.start_site is not None:
            builder.forbid_first(row, _too_long(worker, home_legs(ways, worker.start_site, visits.asked)))
        if worker.end_site is not None:
            back = home_legs(ways, worker.end_site, visits.asked, back=True)
            builder.forbid_last(row, [*_too_long(worker, back), *_out_of_zone(builder, worker, visits, back)])


def _too_long(worker: Worker, legs: HomeLegs) -> list[int]:
    longest = worker.limits.max_commute
    return [] if longest is None else [int(row) for row in np.flatnonzero(legs.travel > longest)]


def _out_of_zone(builder: ModelBuilder, worker: Worker, visits: _Visits, legs: HomeLegs) -> list[int]:
    far = np.zeros(len(legs.travel), np.bool_)
    for bit in range(len(builder.class_hosts)):
        far |= _outside(builder, builder.rules_at(worker, bit), legs) & (visits.host_class == bit)
    return [int(row) for row in np.flatnonzero(far)]


def _outside(builder: ModelBuilder, rules: RuleSet, legs: HomeLegs) -> NDArray[np.bool_]:
    """Outside the zone of one of the texts; shape (visits,)."""
    outside = np.zeros(len(legs.travel), np.bool_)
    for text in rules.apart(ZONE):
        outside |= _outside_of(builder, text, legs)
    return outside


def _outside_of(builder: ModelBuilder, rules: RuleSet, legs: HomeLegs) -> NDArray[np.bool_]:
    """By minutes and by metres both, as far as each is named."""
    minutes, distance = (
        builder.minutes(rules, "COMMUTE_NORMAL", "zone_minutes"),
        rules.get("COMMUTE_NORMAL", "zone_metres"),
    )
    outside = np.full(len(legs.travel), minutes is not None or distance is not None)
    if minutes is not None:
        outside &= legs.travel > minutes
    if distance is not None:
        outside &= legs.metres > distance.value
    return outside
