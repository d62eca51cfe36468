"""What a sound input may still have wrong: said with the problem, in words, and never refused.

A fault makes no sense whatever was meant; a warning makes sense, and is most often a slip. It is a reason, so
that it can be told in both languages: by `validate`, beside a plan, on the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brigade.judging.unit_warnings import SHOWN_IDS, units
from brigade.timing.duty_days import minutes_of
from brigade.units import Interval
from brigade.values.demand import RotaEntry, Visit
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.plan import Reason
from brigade.values.validation.checks import far_ticks
from brigade.values.validation.codes import named_communes
from brigade.values.validation.communes import (
    KM_PER_DEGREE,
    Commune,
    commune,
    commune_name,
    department_of,
    departments,
    km_between,
    part_at,
)
from brigade.worked.night_workers import by_volume

if TYPE_CHECKING:
    from brigade.values.problem import Problem

FAR_KM = 100.0
"""Beyond the middle of all places, in each direction: larger than any employment basin."""
APART_KM = 1.0
"""Places so far apart cannot be no minute from each other."""
# Held against the straight line, so that no real road is doubted: what is faster was most often given in
# another unit.
FASTEST_KMH = {
    TravelMode.CAR: 130,
    TravelMode.LICENCE_FREE_CAR: 60,
    TravelMode.E_BIKE: 45,
    TravelMode.BUS: 130,
    TravelMode.FOOT: 15,
}


def warnings_of(problem: Problem) -> tuple[Reason, ...]:
    """All of them: what reading noticed, places, travel, the rotas and absences."""
    return (
        *problem.noticed,
        *_communes(problem),
        *_far_places(problem),
        *_travel(problem),
        *_rotas(problem),
        *_far_now(problem),
        *_absences_twice(problem),
        *_far_dates(problem),
        *units(problem),
        *_night_workers(problem),
        *_outside_sectors(problem),
    )


def _night_workers(problem: Problem) -> Iterator[Reason]:
    """Whom the nights of the last months make a night worker though her contract does not say so."""
    for worker in problem.workers:
        reached = None if worker.contract.night_worker else by_volume(problem, worker)
        if reached is not None:
            row, work = reached
            met = minutes_of(problem, work)
            yield Reason.of("warning_night_worker", worker=worker.id, night_min=met, article=row.article)


# -- places ------------------------------------------------------------------------------------------------
def _communes(problem: Problem) -> Iterator[Reason]:
    """A code may be newer than the table; and a commune that is in none of many territories is often
    another's code."""
    unknown = sorted({code for _, code in named_communes(problem) if commune(code) is None})
    if unknown:
        yield Reason.of("warning_communes_unknown", communes=unknown)
    lists = [one.communes for one in problem.employers] + [one.territory for one in problem.workers]
    territories = [known for known in lists if known is not None]
    served = {site.commune for visit in problem.visits if (site := problem.site_of(visit)) is not None}
    outside = sorted(
        code for code in served if code is not None and not any(code in known for known in territories)
    )
    # A worker without a territory goes anywhere: then no commune is out of everybody's reach.
    if len(territories) == len(lists) and outside:
        yield Reason.of("warning_communes_outside", communes=outside)
    yield from _other_department(problem)
    yield from _lone_department(problem)


def _outside_sectors(problem: Problem) -> Iterator[Reason]:
    """Places of visits that the map that counts for them holds in no sector."""
    places = {
        site.id
        for visit in problem.visits
        if (site := problem.site_of(visit)) is not None
        and problem.sector_map_of(visit) is not None
        and problem.sector_at(visit) is None
    }
    if places:
        yield Reason.of("warning_places_outside_sectors", places=sorted(places))


def _other_department(problem: Problem) -> Iterator[Reason]:
    """A basin may reach over its department's border, and lies in it somewhere: holidays and funders hang on
    it."""
    own = problem.basin.department
    met = sorted({department_of(site.commune) for site in problem.sites if site.commune is not None})
    if met and own not in met:
        name = departments().get(own, own)
        yield Reason.of("warning_other_department", department=own, name=name, departments=met)


def _lone_department(problem: Problem) -> Iterator[Reason]:
    """Of a commune whose own point the table lacks, its department still tells: one alone of a department
    that is not the basin's is most often a slip of its first digits."""
    by_department: dict[str, dict[str, list[str]]] = {}
    for site in problem.sites:
        if site.commune is not None:
            communes = by_department.setdefault(department_of(site.commune), {})
            communes.setdefault(site.commune, []).append(site.id)
    own = problem.basin.department
    # `_other_department` warns of that: then a code alone in its department is nothing odd.
    if own not in by_department:
        return
    for department, communes in sorted(by_department.items()):
        code, sites = next(iter(communes.items()))
        if department != own and len(communes) == 1 and _is_without_point(problem, code):
            name = commune_name(code)
            yield Reason.of(
                "warning_lone_department", sites=tuple(sites), commune=code, name=name, department=own
            )


def _is_without_point(problem: Problem, code: str) -> bool:
    """Whether nothing but its code says where a commune lies: a point in another part of the country is told
    apart."""
    known = commune(code)
    if known is None or known.latitude is not None:
        return False
    points = (_point(site) for site in problem.sites if site.commune == code)
    return all(point is None or part_at(*point) == known.part for point in points)


def _far_places(problem: Problem) -> Iterator[Reason]:
    points = {site.id: point for site in problem.sites if (point := _point(site)) is not None}
    located = [
        (known, site.id)
        for site in problem.sites
        if site.id in points and (known := commune(site.commune or "")) is not None
    ]
    by_commune: dict[str, dict[str, float]] = {}
    for known, id in located:
        if known.km_beyond(*points[id]) > 0:
            by_commune.setdefault(known.code, {})[id] = known.km_from(*points[id])
    yield from _other_parts(located, points)
    for code, away in by_commune.items():
        name = commune_name(code)
        yield Reason.of(
            "warning_far_from_commune",
            sites=tuple(away),
            commune=code,
            name=name,
            km=round(max(away.values())),
        )
    # With two places, neither is the one that lies apart.
    if len(points) > 2:
        # Medians: a point at the other end of the world would pull a mean towards it.
        middle = (median(north for north, _ in points.values()), median(east for _, east in points.values()))
        far = {id: km for id, point in points.items() if (km := km_between(middle, point)) > FAR_KM}
        if far:
            yield Reason.of("warning_far_from_others", sites=tuple(far), km=round(max(far.values())))


def _other_parts(
    located: list[tuple[Commune, str]], points: dict[str, tuple[float, float]]
) -> Iterator[Reason]:
    """Of a commune whose own point the table lacks, the part of the country still tells: a Corsican code on
    the mainland."""
    found: dict[Commune, list[str]] = {}
    for known, id in located:
        if known.latitude is None and part_at(*points[id]) != known.part:
            found.setdefault(known, []).append(id)
    for known, sites in found.items():
        yield Reason.of("warning_other_part", sites=tuple(sites), commune=known.code, name=known.name)


def _point(site: Site) -> tuple[float, float] | None:
    return None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude)


# -- travel ------------------------------------------------------------------------------------------------
def _travel(problem: Problem) -> Iterator[Reason]:
    """The pairs of places that a matrix makes too near, by their points or by its own metres; once a mode."""
    for mode, matrix in problem.travel.items():
        km = _straight_km(problem, matrix)
        hours = matrix.ticks / (60 * problem.horizon.ticks_per_minute)
        too_fast = (km > APART_KM) & (km > FASTEST_KMH[mode] * hours)
        if too_fast.any():
            row, column = np.unravel_index(np.argmax(np.where(too_fast, km, 0)), km.shape)
            told = {
                "pairs": int(too_fast.sum()),
                "origin": matrix.site_ids[row],
                "destination": matrix.site_ids[column],
            }
            minutes = problem.horizon.minutes(int(matrix.ticks[row, column]))
            yield Reason.of(
                "warning_travel_too_fast",
                mode=mode.value,
                **told,
                km=round(float(km[row, column])),
                minutes=minutes,
            )


def _straight_km(problem: Problem, matrix: TravelMatrix) -> NDArray[np.float64]:
    """The longer of the distance between two points and of the metres that the matrix itself gives; shape as
    the matrix."""
    sites = [problem.site_by_id.get(id) for id in matrix.site_ids]
    points = np.array([(site and _point(site)) or (np.nan, np.nan) for site in sites], np.float64).reshape(
        -1, 2
    )
    north, east = points[:, 0], points[:, 1]
    width = np.cos(np.radians((north[:, None] + north) / 2)) * (east[:, None] - east)
    straight = KM_PER_DEGREE * np.hypot(north[:, None] - north, width)
    # `fmax` passes over NaN, which stands where a place has no point.
    return np.fmax(straight, matrix.metres / 1000)


# -- rotas and absences ------------------------------------------------------------------------------------
def _rotas(problem: Problem) -> Iterator[Reason]:
    by_employee: dict[str, list[RotaEntry]] = {}
    for feed in problem.rota:
        for entry in feed.entries:
            by_employee.setdefault(entry.employee_id, []).append(entry)
            if not _rostered(problem, entry).may_begin(entry.start):
                yield Reason.of(
                    "warning_rota_outside_hours",
                    visit=entry.visit_id,
                    employee=entry.employee_id,
                    start_at=entry.start,
                )
    for employee, entries in by_employee.items():
        spans = sorted((_span(problem, entry), entry.visit_id) for entry in entries)
        met = [
            (first, second, other.start)
            for (one, first), (other, second) in pairwise(spans)
            if one.overlap(other)
        ]
        if met:
            first, second, start = met[0]
            told = {
                "employee": employee,
                "times": len(met),
                "first": first,
                "second": second,
                "start_at": start,
            }
            yield Reason.of("warning_rota_overlap", **told)


def _span(problem: Problem, entry: RotaEntry) -> Interval:
    return Interval(entry.start, entry.start + _rostered(problem, entry).duration)


def _rostered(problem: Problem, entry: RotaEntry) -> Visit:
    """The visit of an entry, as it was before events that the rota could not know."""
    return problem.rostered.get(entry.visit_id) or problem.visit_by_id[entry.visit_id]


def _absences_twice(problem: Problem) -> Iterator[Reason]:
    for one, other in combinations(problem.absences, 2):
        if one.employee_id == other.employee_id and one.interval.overlap(other.interval):
            yield Reason.of("warning_absence_twice", employee=one.employee_id, first=one.id, second=other.id)


# -- dates -------------------------------------------------------------------------------------------------
def _far_dates(problem: Problem) -> Iterator[Reason]:
    far = far_ticks(problem)
    spans = {absence.id: absence.interval for absence in problem.absences}
    spans |= {
        worker.id: one
        for worker in problem.workers
        for one in worker.other_work
        if _is_far(problem, one, far)
    }
    found = [id for id, span in spans.items() if _is_far(problem, span, far)]
    if found:
        yield Reason.of(
            "warning_far_dates",
            named=found[:SHOWN_IDS],
            count=len(found),
            first=_written(problem, spans[found[0]].start),
        )


def _far_now(problem: Problem) -> Iterator[Reason]:
    """With such a now every visit would count as told half a year ahead, and no notice as too short."""
    if problem.now < -far_ticks(problem):
        yield Reason.of("warning_far_now", now=_written(problem, problem.now))


def _written(problem: Problem, ticks: int) -> str:
    return problem.horizon.instant(ticks).astimezone(problem.horizon.zone).isoformat()


def _is_far(problem: Problem, span: Interval, far: int) -> bool:
    return span.end < -far or span.start > problem.horizon.length + far
