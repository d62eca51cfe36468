"""A whole Problem from its document, and back: the parts that are more than a list of shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from brigade.errors import InvalidProblem, Issue, Refused
from brigade.exchange.documents.bridge import HorizonClock, build, build_all, show, show_all
from brigade.exchange.documents.text_documents import catalogue_of, labour_of, show_catalogue, show_labour
from brigade.exchange.shapes import demand_shapes as d
from brigade.exchange.shapes.demand_shapes import RotaFeedShape
from brigade.exchange.shapes.place_shapes import (
    BasinShape,
    HorizonShape,
    MatrixShape,
    SectorShape,
    SiteShape,
    TrafficShape,
    TravelShape,
    VehicleShape,
)
from brigade.exchange.shapes.policy_shapes import LEVELS, PolicyShape, ReserveShape, WeightsShape
from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION, ProblemDocument
from brigade.exchange.shapes.shift_hours import CYCLES, shifts_of, with_shifts
from brigade.exchange.shapes.workforce_shapes import EmployerShape, WorkerShape
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.timing.free_time import limit_min
from brigade.units import Horizon
from brigade.values.competencies import CompetencyCatalogue, shipped_catalogue
from brigade.values.demand import RotaFeed
from brigade.values.places import NO_WAY, Site, TravelMatrix, TravelMode
from brigade.values.policy import Departure, Policy, Reserve
from brigade.values.problem import Problem
from brigade.worked.shared_visits import shared_visits, ties_of

TravelFor: TypeAlias = Callable[
    [Sequence[Site], Sequence[TravelMode], Horizon, str], Mapping[TravelMode, TravelMatrix]
]
"""Resolves a travel source: (sites, modes, horizon, spec) -> matrices. May raise Refused with its issues."""


def no_travel_source(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """The resolver of whoever only accepts given matrices."""
    raise Refused([Issue("D113", "travel.source", "travel_source_unknown", {"spec": spec})])


SHOWN = 20
"""How many legs of a matrix are named for one kind of fault."""
LARGEST_VALUE = 10**9
"""Of a matrix, in ticks or metres: two of them still fit in 32 bits."""


@dataclass(frozen=True)
class _Travel:
    matrices: Mapping[TravelMode, TravelMatrix]
    issues: Sequence[Issue] = ()


def compose(document: ProblemDocument, travel_for: TravelFor) -> Problem:
    """Raises: InvalidProblem, with every fault found across the document."""
    horizon = horizon_of(document.horizon)
    told, (document, shift_issues) = document, with_shifts(document)
    clock = HorizonClock(horizon)
    catalogue, labour, text_issues = _texts(document)
    parts = _parts(document, clock, catalogue)
    movers = (*parts["workers"], *parts["employees"], *parts["vehicles"])
    travel = _travel(document.travel, parts["sites"], movers, clock, travel_for)
    # Faults of form, of travel and of texts are told with those of the problem: one round of corrections, not
    # three.
    issues = [*shift_issues, *clock.issues, *travel.issues, *text_issues]
    try:
        problem = Problem(
            horizon=horizon,
            travel=travel.matrices,
            policy=_policy(document.policy, clock),
            now=_now(document.horizon, clock),
            rule_sets_off=frozenset(document.policy.rules_off),
            catalogue=catalogue,
            labour=labour,
            noticed=clock.noticed(),
            **parts,
        )
    except InvalidProblem as refused:
        # Without the travel source's matrices, every mode would be said to be missing too.
        kept = [issue for issue in refused.issues if not (travel.issues and issue.code == "P012")]
        raise InvalidProblem([*issues, *kept]) from None
    issues += () if issues else short_rests(problem, told)
    if issues:
        raise InvalidProblem(issues)
    return problem


def short_rests(problem: Problem, document: ProblemDocument) -> Iterator[Issue]:
    """Two shifts of a cycle with less rest between them than its worker is owed from one day to the next."""
    zone = problem.horizon.zone
    hours = shifts_of(document) if document.brigade.shift_cycles else {}
    for number, cycle in enumerate(document.brigade.shift_cycles):
        worker = problem.worker_by_id[cycle.worker_id]
        owed = problem.rules_for(worker, ()).get("DAILY_REST")
        for before, after in pairwise(hours[cycle.worker_id] if owed is not None else ()):
            rest = int((after[0] - before[1]).total_seconds()) // 60
            days = [one[0].astimezone(zone).date() for one in (before, after)]
            if owed is not None and days[0] < days[1] and rest < limit_min(owed):
                met = {"worker": worker.id, "day": days[1], "rest_min": rest, "least_min": limit_min(owed)}
                yield Issue("P553", f"{CYCLES}[{number}].cycle", "cycle_rest_short", met)


def horizon_of(shape: HorizonShape) -> Horizon:
    return Horizon(shape.first_day, shape.days, ZoneInfo(shape.zone), shape.ticks_per_minute)


def _now(shape: HorizonShape, clock: HorizonClock) -> int:
    return 0 if shape.now is None else clock.tick(shape.now, "horizon.now", floor=True)


def _parts(document: ProblemDocument, clock: HorizonClock, catalogue: CompetencyCatalogue) -> dict[str, Any]:
    found: dict[str, Any] = {
        "basin": build(document.basin, clock, "basin"),
        "sites": build_all(document.sites, clock, "sites"),
        "sectors": build_all(document.sectors, clock, "sectors"),
        "vehicles": build_all(document.vehicles, clock, "vehicles"),
        "traffic": build_all(document.traffic, clock, "traffic"),
        "rota": tuple(_feed(feed, clock, f"demand.rota[{n}]") for n, feed in enumerate(document.demand.rota)),
    }
    for name in ("providers", "clients", "visits", "links", "employees", "absences", "funding_lines"):
        found[name] = build_all(getattr(document.demand, name), clock, f"demand.{name}")
    blocks = build_all(document.demand.work_blocks, clock, "demand.work_blocks")
    found["work_blocks"] = blocks
    found["visits"] += tuple(seat for block in blocks for seat in block.attendances)
    found["links"] += tuple(tie for block in blocks for tie in block.ties)
    for name in ("employers", "workers"):
        found[name] = build_all(getattr(document.brigade, name), clock, f"brigade.{name}")
    seats = shared_visits(found["visits"], found["workers"], clock.horizon, catalogue)
    found["visits"] += seats
    found["links"] += ties_of(seats)
    return found


def _feed(shape: RotaFeedShape, clock: HorizonClock, where: str) -> RotaFeed:
    # The instant of reception stays an instant: it is shown, never counted with.
    return RotaFeed(shape.provider_id, shape.received_at, build_all(shape.entries, clock, f"{where}.entries"))


def _policy(shape: PolicyShape, clock: HorizonClock) -> Policy:
    return Policy(
        mode=shape.mode,
        points={level: getattr(shape.points, name) for level, name in enumerate(LEVELS)},
        units_per_point=shape.units_per_point,
        weights=build(shape.weights, clock, "policy.weights"),
        only_urgent_inside_notice=shape.only_urgent_inside_notice,
        strict=shape.strict,
        departure=shape.departure,
        reserve=None if shape.reserve is None else _reserve(shape.reserve),
    )


def _reserve(shape: ReserveShape) -> Reserve:
    hours, months = tuple(shape.by_hour), tuple(shape.by_month)
    return Reserve(shape.absences_per_1000, hours, months, shape.lead_min)


def show_reserve(reserve: Reserve) -> dict[str, Any]:
    """Whole, as the weights: shipped figures may move between versions."""
    return {
        "absences_per_1000": reserve.absences_per_1000,
        "by_hour": [*reserve.by_hour],
        "by_month": [*reserve.by_month],
        "lead_min": reserve.lead_min,
    }


def _texts(document: ProblemDocument) -> tuple[CompetencyCatalogue, LabourCode, list[Issue]]:
    """The texts of the document, else the shipped ones; a refused catalogue is told and the shipped one goes
    on."""
    issues: list[Issue] = []
    catalogue = shipped_catalogue()
    if document.catalogue is not None:
        try:
            catalogue = catalogue_of(document.catalogue)
        except InvalidProblem as refused:
            issues += refused.issues
    labour = shipped_labour_code() if document.labour is None else labour_of(document.labour)
    return catalogue, labour, issues


# -- travel ------------------------------------------------------------------------------------------------
def _travel(
    shape: TravelShape,
    sites: Sequence[Site],
    movers: Sequence[Any],
    clock: HorizonClock,
    travel_for: TravelFor,
) -> _Travel:
    if shape.matrices is not None:
        return _given(shape.matrices, clock)
    # A site given twice is a fault of its own; the travel source must not be asked about it twice.
    unique = tuple({site.id: site for site in sites}.values())
    modes = tuple(mode for mode in TravelMode if any(one.mode is mode for one in movers))
    try:
        return _Travel(travel_for(unique, modes, clock.horizon, shape.source or ""))
    except Refused as refused:
        return _Travel({}, refused.issues)


def _given(shapes: Sequence[MatrixShape], clock: HorizonClock) -> _Travel:
    found: dict[TravelMode, TravelMatrix] = {}
    issues: list[Issue] = []
    for index, shape in enumerate(shapes):
        where = f"travel.matrices[{index}]"
        if shape.mode in found:
            issues.append(Issue("D115", where, "mode_twice", {"mode": shape.mode}))
        ticks_per_minute = clock.horizon.ticks_per_minute
        minutes = _square(shape, "minutes", where, LARGEST_VALUE // ticks_per_minute, issues)
        metres = _square(shape, "metres", where, LARGEST_VALUE, issues)
        if minutes is not None and metres is not None:
            try:
                found[shape.mode] = _matrix(shape, minutes * ticks_per_minute, metres, clock, where)
            except InvalidProblem as refused:
                issues += refused.issues
    return _Travel(found, issues)


def _square(
    shape: MatrixShape, name: Literal["minutes", "metres"], where: str, most: int, issues: list[Issue]
) -> NDArray[np.float64] | None:
    """A table of a matrix; null becomes NaN. None, and its fault among the issues, for rows of another size
    and values that the model's whole numbers could not hold."""
    rows: Sequence[Sequence[float | None]] = getattr(shape, name)
    size = len(shape.sites)
    widths = sorted({len(row) for row in rows} - {size})
    if len(rows) != size or widths:
        met = {"rows": len(rows), "width": widths[0] if widths else None, "size": size}
        issues.append(Issue("D114", f"{where}.{name}", "not_square", met))
        return None
    with suppress(OverflowError):  # a whole number has as many digits as somebody writes
        table = np.array(rows, np.float64).reshape(size, size)
        # One after the other, the twenty million values of a department's day take seconds to look at.
        if not (np.abs(table) > most).any():
            return table
    beyond = max((value for row in rows for value in row if value is not None), key=abs)
    issues.append(Issue("D114", f"{where}.{name}", "beyond_measure", {"value": beyond, "most": most}))
    return None


def _matrix(
    shape: MatrixShape,
    exact: NDArray[np.float64],
    metres: NDArray[np.float64],
    clock: HorizonClock,
    where: str,
) -> TravelMatrix:
    """Args: exact: ticks, not rounded yet."""
    has_way = ~np.isnan(exact)
    clock.issues += _no_way_issues(has_way, ~np.isnan(metres), where)
    ticks = np.rint(exact)
    off = np.abs(exact - ticks) > 1e-6 * np.maximum(1.0, np.abs(exact))
    for row, column in np.argwhere(off)[:SHOWN]:
        clock.length(shape.minutes[row][column] or 0.0, f"{where}.minutes[{row}][{column}]")
    whole = np.where(has_way, ticks, NO_WAY).astype(np.int64)
    far = np.where(has_way, np.nan_to_num(metres), 0).astype(np.int64)
    return TravelMatrix(shape.mode, tuple(shape.sites), whole, far, shape.source)


def _no_way_issues(has_way: NDArray[np.bool_], has_metres: NDArray[np.bool_], where: str) -> Iterator[Issue]:
    """Ways that have no metres; places that do not get to themselves."""
    for row, column in np.argwhere(has_way & ~has_metres)[:SHOWN]:
        yield Issue("D116", f"{where}.metres[{row}][{column}]", "way_without_metres")
    for row in np.flatnonzero(~has_way.diagonal())[:SHOWN].tolist():
        yield Issue("D116", f"{where}.minutes[{row}][{row}]", "no_way_to_itself")


# -- out ---------------------------------------------------------------------------------------------------
def decompose(problem: Problem, travel_source: str | None = None) -> dict[str, Any]:
    """The document of a problem as plain JSON values, in the order people read it.

    `travel_source` is written in place of the matrices; without it the matrices are embedded, so that the
    problem can be planned again without its source.
    """
    clock = HorizonClock(problem.horizon)
    document: dict[str, Any] = {
        "format": PROBLEM_FORMAT,
        "version": PROBLEM_VERSION,
        "horizon": _show_horizon(problem, clock),
        "basin": show(problem.basin, BasinShape, clock),
        "policy": show_policy(problem),
        "demand": _show_demand(problem, clock),
        "brigade": {
            "employers": show_all(problem.employers, EmployerShape, clock),
            "workers": show_all(problem.workers, WorkerShape, clock),
        },
    }
    if problem.catalogue != shipped_catalogue():
        document["catalogue"] = show_catalogue(problem.catalogue, clock)
    if problem.labour != shipped_labour_code():
        document["labour"] = show_labour(problem.labour, clock)
    if problem.sectors:
        document["sectors"] = show_all(problem.sectors, SectorShape, clock)
    if problem.vehicles:
        document["vehicles"] = show_all(problem.vehicles, VehicleShape, clock)
    if problem.traffic:
        document["traffic"] = show_all(problem.traffic, TrafficShape, clock)
    document["sites"] = show_all(problem.sites, SiteShape, clock)
    document["travel"] = _show_travel(problem, clock) if travel_source is None else {"source": travel_source}
    return document


def _show_horizon(problem: Problem, clock: HorizonClock) -> dict[str, Any]:
    horizon = problem.horizon
    return {
        "first_day": horizon.first_day.isoformat(),
        "days": horizon.days,
        "zone": horizon.zone.key,
        "ticks_per_minute": horizon.ticks_per_minute,
        "now": clock.moment(problem.now),
    }


def show_policy(problem: Problem) -> dict[str, Any]:
    """The policy, whole, with the rules switched off."""
    policy = problem.policy
    # As `WeightsShape.abridge` has it of a weight that came later.
    departure = {} if policy.departure is Departure.AS_LATE else {"departure": policy.departure.value}
    reserve = {} if policy.reserve is None else {"reserve": show_reserve(policy.reserve)}
    return {
        "mode": policy.mode.value,
        "points": {name: policy.points[level] for level, name in enumerate(LEVELS)},
        "units_per_point": policy.units_per_point,
        "weights": show(policy.weights, WeightsShape, HorizonClock(problem.horizon), whole=True),
        "only_urgent_inside_notice": policy.only_urgent_inside_notice,
        "strict": policy.strict,
        **departure,
        **reserve,
        "rules_off": sorted(problem.rule_sets_off),
    }


def _show_demand(problem: Problem, clock: HorizonClock) -> dict[str, Any]:
    visits = [visit for visit in problem.visits if not visit.is_seat]
    links = [link for link in problem.links if link.rule == "LINK"]
    shown = {
        "providers": show_all(problem.providers, d.ProviderShape, clock),
        "clients": show_all(problem.clients, d.ClientShape, clock),
        "visits": show_all(visits, d.VisitShape, clock),
        "links": show_all(links, d.LinkShape, clock),
        "employees": show_all(problem.employees, d.EmployeeShape, clock),
        "rota": [_show_feed(feed, problem.horizon.zone, clock) for feed in problem.rota],
        "absences": show_all(problem.absences, d.AbsenceShape, clock),
        "funding_lines": show_all(problem.funding_lines, d.FundingLineShape, clock),
    }
    # Only where there are any: a document without them keeps its digest.
    if problem.work_blocks:
        shown["work_blocks"] = show_all(problem.work_blocks, d.WorkBlockShape, clock)
    return shown


def _show_feed(feed: RotaFeed, zone: ZoneInfo, clock: HorizonClock) -> dict[str, Any]:
    received: datetime = feed.received_at.astimezone(zone)
    entries = show_all(feed.entries, d.RotaEntryShape, clock)
    return {"provider_id": feed.provider_id, "received_at": received.isoformat(), "entries": entries}


def _show_travel(problem: Problem, clock: HorizonClock) -> dict[str, Any]:
    return {
        "matrices": [_show_matrix(mode, matrix, clock) for mode, matrix in sorted(problem.travel.items())]
    }


def _show_matrix(mode: TravelMode, matrix: TravelMatrix, clock: HorizonClock) -> dict[str, Any]:
    # Few lengths make up many legs: each is converted once.
    minutes = {ticks: clock.minutes(ticks) for ticks in np.unique(matrix.ticks).tolist()} | {NO_WAY: None}
    ways = zip(matrix.metres.tolist(), matrix.has_way.tolist(), strict=True)
    return {
        "mode": mode.value,
        "source": matrix.source,
        "sites": list(matrix.site_ids),
        "minutes": [[minutes[ticks] for ticks in row] for row in matrix.ticks.tolist()],
        "metres": [[one if way else None for one, way in zip(*row, strict=True)] for row in ways],
    }
