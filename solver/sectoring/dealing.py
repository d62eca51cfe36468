"""What sectors would have changed on days that they were not made from: the rota's ways, and those of the
same visits dealt again to the same people, inside their sectors and without any.

Visits keep their hours, people their number of minutes of the day as far as can be. They are dealt in order
of hour, each to whoever can be there in time: of her own sector first, not beyond her minutes, then by the
least way. It is an estimate by one rule for both, not a plan: no law, competency or wish is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean

from brigade.intervals import half_width
from solver.sectoring.visit_days import VisitDay, VisitPoint

CONFIDENCE = 0.9
Homes = Mapping[str, str]
"""Employee -> home sector."""


@dataclass(frozen=True, slots=True)
class WeekTravel:
    """Minutes of travel between visits in one week held back. `outside`: visits dealt outside the sector of
    whoever got them."""

    week: date
    visits: int
    rota: int
    in_sectors: int
    without_sectors: int
    outside: int


@dataclass(frozen=True, slots=True)
class TravelDifference:
    """Mean minutes saved a week, and the interval of nine in ten around it; None with fewer than two
    weeks."""

    mean: float
    low: float | None
    high: float | None


@dataclass
class _Person:
    id: str
    minutes: int
    site: str | None = None
    free_at: int = 0
    done: int = 0


@dataclass
class _Dealt:
    travel: int = 0
    outside: int = 0
    people: dict[str, _Person] = field(default_factory=dict)


def homes_of(days: Iterable[VisitDay], sector_of: Mapping[str, str]) -> Homes:
    """Where each employee has most of her minutes by the rotas of these days; of equals the first by name."""
    minutes: dict[str, Counter[str]] = {}
    for day in days:
        for visit in day.visits:
            if visit.employee_id is not None and visit.commune in sector_of:
                minutes.setdefault(visit.employee_id, Counter())[sector_of[visit.commune]] += visit.minutes
    return {id: min(own, key=lambda name: (-own[name], name)) for id, own in sorted(minutes.items())}


def weeks_of_travel(days: Sequence[VisitDay], sector_of: Mapping[str, str], homes: Homes) -> list[WeekTravel]:
    """Only of visits that a rota gave to somebody."""
    found: dict[date, Counter[str]] = {}
    for day in days:
        met = found.setdefault(day.week, Counter())
        for provider in sorted({one.provider_id for one in day.visits}):
            own = [one for one in day.visits if one.provider_id == provider and one.employee_id is not None]
            in_sectors = _deal(day, own, sector_of, homes)
            met.update(
                visits=len(own),
                rota=_rota_travel(day, own),
                in_sectors=in_sectors.travel,
                without_sectors=_deal(day, own, {}, {}).travel,
                outside=in_sectors.outside,
            )
    return [WeekTravel(week, **met) for week, met in sorted(found.items()) if met["visits"]]


def saving(differences: Sequence[int]) -> TravelDifference | None:
    """Of pairs, week by week; Student's t. None: there is no week."""
    if not differences:
        return None
    mean, half = fmean(differences), half_width(differences, CONFIDENCE)
    if half is None:
        return TravelDifference(mean, None, None)
    return TravelDifference(mean, mean - half, mean + half)


def _in_order(visits: Iterable[VisitPoint]) -> list[VisitPoint]:
    return sorted(visits, key=lambda one: (one.start, one.id))


def _rota_travel(day: VisitDay, visits: Sequence[VisitPoint]) -> int:
    last: dict[str, str] = {}
    travel = 0
    for visit in _in_order(visits):
        before = last.get(visit.employee_id or "")
        travel += 0 if before is None else day.way(before, visit.site)
        last[visit.employee_id or ""] = visit.site
    return travel


def _deal(day: VisitDay, visits: Sequence[VisitPoint], sector_of: Mapping[str, str], homes: Homes) -> _Dealt:
    minutes = Counter[str]()
    for visit in visits:
        minutes[visit.employee_id or ""] += visit.minutes
    dealt = _Dealt(people={id: _Person(id, own) for id, own in sorted(minutes.items())})
    for visit in _in_order(visits):
        sector = sector_of.get(visit.commune)
        chosen = min(
            dealt.people.values(), key=lambda one: _rank(day, visit, one, homes.get(one.id) == sector)
        )
        dealt.travel += _way(day, chosen, visit)
        dealt.outside += sector is not None and homes.get(chosen.id) != sector
        chosen.free_at = max(chosen.free_at + _way(day, chosen, visit), visit.start) + visit.minutes
        chosen.site, chosen.done = visit.site, chosen.done + visit.minutes
    return dealt


def _way(day: VisitDay, person: _Person, visit: VisitPoint) -> int:
    """Her first visit has no way: where she comes from is not in a rota."""
    return 0 if person.site is None else day.way(person.site, visit.site)


def _rank(
    day: VisitDay, visit: VisitPoint, person: _Person, is_hers: bool
) -> tuple[int, bool, int, int, str]:
    late = max(0, person.free_at + _way(day, person, visit) - visit.start)
    beyond = max(0, person.done + visit.minutes - person.minutes)
    return late, not is_hers, beyond, _way(day, person, visit), person.id
