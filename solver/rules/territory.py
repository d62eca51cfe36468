"""AI_TERRITORY: outside the convention's communes, or the worker's own, nobody is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.values.workforce import Worker

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("AI_TERRITORY",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    # Nobody is lent to a meeting of her own employer.
    places = [
        (row, site.commune, builder.host_class_of(row))
        for row, request in enumerate(builder.requests)
        if not request.is_attendance and (site := problem.site_of(request.visit)) is not None
    ]
    for row, tour in enumerate(builder.tours):
        lists = (
            ("convention_only", problem.employer_by_id[tour.worker.employer_id].communes),
            ("own_territory", tour.worker.territory),
        )
        for name, communes in lists:
            if communes is not None:
                # One list of communes under several hosts: whether a text makes it bind is asked once a class
                # of hosts.
                binding = [_is_on(builder, tour.worker, bit, name) for bit in range(len(builder.class_hosts))]
                outside = (v for v, commune, bit in places if commune not in communes and binding[bit])
                builder.forbid(row, outside)


def _is_on(builder: ModelBuilder, worker: Worker, host_class: int, name: str) -> bool:
    value = builder.rules_at(worker, host_class).get("AI_TERRITORY", name)
    return value is not None and bool(value.value)
