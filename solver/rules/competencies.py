"""COMPETENCIES: whoever lacks a required competency on that date does not come.

Where an agreement keeps its first level off essential acts, these ask for at least one competency of that class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.demand import ActClass
from brigade.workforce import Worker

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("COMPETENCIES",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    rows: dict[frozenset[str], list[int]] = {}
    for row, request in enumerate(builder.requests):
        rows.setdefault(request.visit.required, []).append(row)
    known = problem.catalogue.competencies.values()
    essential = frozenset(one.code for one in known if one.act_class == ActClass.ESSENTIAL)
    for row, tour in enumerate(builder.tours):
        held = problem.competencies_of(tour.worker, tour.day)
        for required, visits in rows.items():
            if not required <= held:
                builder.forbid(row, visits)
        if essential and not held & essential:
            builder.forbid(row, _beyond_first_level(builder, tour.worker))


def _beyond_first_level(builder: ModelBuilder, worker: Worker) -> list[int]:
    """Essential acts at hosts whose text, or the employer's, keeps the first level off them."""
    excluded = set()
    for bit in range(len(builder.class_hosts)):
        value = builder.rules_at(worker, bit).get("COMPETENCIES", "first_level_excluded")
        if value is not None and value.value:
            excluded.add(bit)
    hosts = [builder.host_class[builder.problem.provider_of(request.visit).id] for request in builder.requests]
    acts = [request.visit.act_class for request in builder.requests]
    return [v for v, (host, act) in enumerate(zip(hosts, acts, strict=True)) if host in excluded and act is ActClass.ESSENTIAL]
