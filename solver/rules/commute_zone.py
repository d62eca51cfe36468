"""COMMUTE_NORMAL: first from home and last to home only within the zone, and within the person's own longest commute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brigade.labour import RuleSet
from brigade.workforce import Worker

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("COMMUTE_NORMAL",)


@dataclass(frozen=True, slots=True)
class _Visits:
    """Their sites, and the class of host whose rules speak of each; shape (visits,)."""

    sites: list[str]
    host_class: NDArray[np.int64]


def contribute(builder: ModelBuilder) -> None:
    problem, wanted = builder.problem, [request.visit for request in builder.requests]
    hosts = [builder.host_class[problem.provider_of(visit).id] for visit in wanted]
    visits = _Visits([problem.site_of(visit).id for visit in wanted], np.array(hosts, np.int64))
    for row, tour in enumerate(builder.tours):
        if tour.worker.start_site is not None:
            builder.forbid_first(row, _too_far(builder, tour.worker, tour.worker.start_site, visits, outward=True))
        if tour.worker.end_site is not None:
            builder.forbid_last(row, _too_far(builder, tour.worker, tour.worker.end_site, visits, outward=False))


def _too_far(builder: ModelBuilder, worker: Worker, home: str, visits: _Visits, *, outward: bool) -> list[int]:
    matrix, longest = builder.problem.travel[worker.mode], worker.limits.max_commute
    here, there = matrix.index[home], [matrix.index[site] for site in visits.sites]
    ends = (here, there) if outward else (there, here)
    travel, metres = matrix.ticks[ends], matrix.metres[ends]
    far = np.zeros(len(there), np.bool_) if longest is None else travel > longest
    for bit in range(len(builder.class_hosts)):
        outside = _outside(builder, builder.rules_at(worker, bit), travel, metres)
        far |= outside & (visits.host_class == bit)
    return [int(row) for row in np.flatnonzero(far)]


def _outside(builder: ModelBuilder, rules: RuleSet, travel: NDArray[np.int64], metres: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Outside the zone by minutes and by metres both, as far as each is named; shape (visits,)."""
    minutes, distance = builder.minutes(rules, "COMMUTE_NORMAL", "zone_minutes"), rules.get("COMMUTE_NORMAL", "zone_metres")
    outside = np.full(len(travel), minutes is not None or distance is not None)
    if minutes is not None:
        outside &= travel > minutes
    if distance is not None:
        outside &= metres > distance.value
    return outside
