"""What a year of problems says of where work is: days of visits, each with its commune, its hour and whoever
the rota gave it to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem import Problem

HELD_EVERY = 4
"""Every so many weeks one is held back: nothing is learnt from it."""


@dataclass(frozen=True, slots=True)
class VisitPoint:
    """`start`: minutes from midnight of its day. `employee_id`: whom the rota gave it to, if anybody."""

    id: str
    provider_id: str
    site: str
    commune: str
    start: int
    minutes: int
    employee_id: str | None


@dataclass(frozen=True, eq=False)
class VisitDay:
    """The visits of one date in one file, and the ways between their places."""

    day: date
    visits: tuple[VisitPoint, ...]
    travel: TravelMatrix
    ticks_per_minute: int

    @property
    def week(self) -> date:
        """Its Monday."""
        return self.day - timedelta(days=self.day.weekday())

    def way(self, origin: str, destination: str) -> int:
        """Minutes; where no way leads, what arriving alone takes."""
        return self.travel.way_or_arrival(origin, destination)[0] // self.ticks_per_minute


@dataclass(frozen=True, slots=True)
class VisitHistory:
    """`days` in order of date; `without_commune`: visits whose place has none; `told_twice`: visits of a date
    that an earlier file held already."""

    days: tuple[VisitDay, ...]
    without_commune: int
    told_twice: int

    @property
    def weeks(self) -> tuple[date, ...]:
        return tuple(sorted({one.week for one in self.days}))

    def of_provider(self, provider_id: str) -> VisitHistory:
        """The same days with its visits alone."""
        own = (
            replace(day, visits=tuple(one for one in day.visits if one.provider_id == provider_id))
            for day in self.days
        )
        return replace(self, days=tuple(day for day in own if day.visits))

    def split(self) -> tuple[tuple[VisitDay, ...], tuple[VisitDay, ...]]:
        """Days to learn from, and days of the weeks held back: every fourth, the last of fewer."""
        weeks = self.weeks
        held = set(weeks[HELD_EVERY - 1 :: HELD_EVERY]) or set(weeks[1:][-1:])
        return (
            tuple(one for one in self.days if one.week not in held),
            tuple(one for one in self.days if one.week in held),
        )


def visit_year(problems: Iterable[Problem]) -> VisitHistory:
    """Every visit of the problems, open or not, on the day on which it usually begins."""
    days, known, left = list[VisitDay](), set[tuple[date, str]](), Counter[str]()
    for problem in problems:
        by_day: dict[date, list[VisitPoint]] = {}
        for visit in problem.visits:
            usual, site = problem.usual_hour(visit), problem.site_of(visit)
            # A meeting is no visit, wherever it is.
            if visit.is_seat or site is None:
                continue
            start = visit.windows[0].earliest if usual is None else usual
            day = problem.day_of(start)
            if site.commune is None:
                left["without_commune"] += 1
            elif (day, visit.id) in known:
                left["told_twice"] += 1
            else:
                known.add((day, visit.id))
                by_day.setdefault(day, []).append(_placed(problem, visit, site, start))
        matrix = problem.ways[_mode(problem)]
        tick = problem.horizon.ticks_per_minute
        days += [VisitDay(day, tuple(visits), matrix, tick) for day, visits in by_day.items()]
    ordered = tuple(sorted(days, key=lambda one: one.day))
    return VisitHistory(ordered, left["without_commune"], left["told_twice"])


def _placed(problem: Problem, visit: Visit, site: Site, start: Ticks) -> VisitPoint:
    clock = problem.horizon.instant(start)
    entry = problem.rota_entry_by_visit.get(visit.id)
    return VisitPoint(
        visit.id,
        problem.provider_of(visit).id,
        site.id,
        site.commune or "",
        clock.hour * 60 + clock.minute,
        visit.duration // problem.horizon.ticks_per_minute,
        entry.employee_id if entry else None,
    )


def _mode(problem: Problem) -> TravelMode:
    """The mode that most workers go by; of several the first by name."""
    counts = Counter(worker.mode for worker in problem.workers if worker.mode in problem.ways)
    known: Sequence[TravelMode] = sorted(problem.ways)
    return min(known, key=lambda mode: (-counts[mode], mode))
