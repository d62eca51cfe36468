"""A plain day as every routing engine can read it: whole numbers, one window a visit, one availability a
worker.

What a peer's adapter and the neutral checker need, and nothing of the product's own timing or rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brigade.errors import Clause, Issue, refuse
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from scenarios.bench.bench_days import bench_plain

Orders: TypeAlias = Mapping[str, Sequence[str]]
"""Worker -> visits in order: all that is asked of an engine."""


@dataclass(frozen=True, slots=True)
class PlainWorker:
    """Leaves `home` (a row of the matrices) at `start` or later and is back by `end`."""

    id: str
    home: int
    mode: str
    start: int
    end: int
    can: frozenset[int]


@dataclass(frozen=True, slots=True)
class PlainVisit:
    """Begins within `earliest`..`latest`, ends included, at `site`; `weight` is lost when nobody comes."""

    id: str
    site: int
    duration: int
    earliest: int
    latest: int
    needs: frozenset[int]
    weight: int


@dataclass(frozen=True)
class PlainDay:
    """Times in ticks. `travel[mode]`: shape (sites, sites), row = from. A point of weight left out costs
    `unit` of them.

    Competencies are numbers, in alphabetical order of their codes.
    """

    workers: tuple[PlainWorker, ...]
    visits: tuple[PlainVisit, ...]
    travel: Mapping[str, NDArray[np.int64]]
    unit: int


def read_plain(problem: Problem) -> PlainDay:
    """The same day without what peers cannot model. Raises: InvalidProblem (B201), when it would not be the
    same day."""
    refuse(_unreadable(problem))
    row = {site.id: number for number, site in enumerate(problem.sites)}
    number = {code: at for at, code in enumerate(sorted(problem.catalogue.competencies))}
    workers = tuple(
        PlainWorker(
            worker.id,
            row[str(worker.start_site)],
            worker.mode,
            worker.availability[0].start,
            worker.availability[0].end,
            frozenset(number[code] for code in worker.competencies),
        )
        for worker in problem.workers
    )
    visits = tuple(
        PlainVisit(
            visit.id,
            row[problem.client_by_id[visit.client_id].site_id],
            visit.duration,
            visit.windows[0].earliest,
            visit.windows[0].latest,
            frozenset(number[code] for code in visit.required),
            problem.policy.points[visit.level] if visit.points is None else visit.points,
        )
        for visit in problem.visits
    )
    travel: dict[str, NDArray[np.int64]] = {}
    for mode, matrix in problem.travel.items():
        # A matrix has its own order of sites; the peers know rows only.
        order = [matrix.index[site] for site in row]
        travel[mode] = matrix.ticks[np.ix_(order, order)]
    return PlainDay(
        workers, visits, travel, problem.policy.units_per_point * problem.horizon.ticks_per_minute
    )


def _unreadable(problem: Problem) -> Iterator[Issue]:
    """What would make a peer's answer an answer to another question."""
    checks = (*_of_policy(problem), *_of_visits(problem), *_of_workers(problem))
    yield from (
        Issue("B201", where, "not_plain", {"met": met}) for where, is_plain, met in checks if not is_plain
    )


def _of_policy(problem: Problem) -> Iterator[tuple[str, bool, Clause | str]]:
    policy, kept = problem.policy, bench_plain() - problem.rule_sets_off
    priced = [one.name for one in fields(policy.weights) if getattr(policy.weights, one.name)]
    yield "rule_sets_off", not kept, Clause("rules_in_force", {"count": len(kept)})
    yield "policy.mode", policy.mode is CoverageMode.WEIGHTED, str(policy.mode)
    # Peers minimise travel and the weight left out, and know no other price.
    yield "policy.weights", priced == ["travel"] and policy.weights.travel == 1, ", ".join(priced)


def _of_visits(problem: Problem) -> Iterator[tuple[str, bool, Clause | str]]:
    visits = problem.visits
    single = all(
        len(visit.windows) == 1 and visit.windows[0].latest == visit.windows[0].hard_latest
        for visit in visits
    )
    yield "work_blocks", not problem.work_blocks, Clause("block_count", {"count": len(problem.work_blocks)})
    yield "links", not problem.links, Clause("link_count", {"count": len(problem.links)})
    yield "visits.windows", single, Clause("several_windows_or_late")
    yield (
        "visits.forbidden_workers",
        not any(visit.forbidden_workers for visit in visits),
        Clause("forbidden_pairs"),
    )
    yield "vehicles", not problem.vehicles, Clause("vehicle_count", {"count": len(problem.vehicles)})
    yield "traffic", not problem.traffic, Clause("traffic_count", {"count": len(problem.traffic)})
    yield "sectors", not problem.sectors, Clause("sector_count", {"count": len(problem.sectors)})
    yield "visits", len(problem.requests) == len(visits), Clause("visits_not_to_cover")


def _of_workers(problem: Problem) -> Iterator[tuple[str, bool, Clause | str]]:
    workers, day = problem.workers, problem.horizon.first_day
    hosts = {provider.id for provider in problem.providers}
    stays = [worker.availability for worker in workers]
    signed = (
        {one.provider_id for one in worker.engagements if one.first <= day <= one.last} for worker in workers
    )
    yield (
        "workers.availability",
        all(len(one) == 1 and one[0].end == one[0].hard_end for one in stays),
        Clause("several_tours"),
    )
    yield (
        "workers.start_site",
        all(w.start_site and w.start_site == w.end_site for w in workers),
        Clause("not_one_home"),
    )
    yield (
        "workers.certificates",
        not any(worker.certificates for worker in workers),
        Clause("some_certificates"),
    )
    yield "workers.other_work", not any(worker.other_work for worker in workers), Clause("other_hours")
    yield "workers.engagements", all(hosts <= one for one in signed), Clause("agreements_missing")
