"""Who comes: competencies held, familiar faces, lateness."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.timing.duty_days import minutes_of
from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.plan import Stop


def quality(counted: CountedPlan) -> Iterator[Row]:
    """Required and preferred competencies held, and visits by somebody the client knows or asked for."""
    problem = counted.problem
    wanted = held = able = visits = 0
    for route, stop in counted.visit_stops():
        worker, visit = problem.worker_by_id[route.worker_id], problem.visit_by_id[stop.visit_id]
        # Held on the duty day, as the rule asks: a certificate covers the night that begins on its last day.
        has = problem.competencies_of(worker, route.day)
        visits, able = visits + 1, able + (visit.required <= has)
        wanted, held = wanted + len(visit.preferred), held + len(visit.preferred & has)
    if visits:
        yield "qualification_match", able / visits, "share", None
    # Without a wish there is no share of wishes met: 100 % would praise nobody's work.
    if wanted:
        yield "preferred_match", held / wanted, "share", None
    yield from continuity(_met(counted))
    late = sum(lateness(problem.visit_by_id[stop.visit_id], stop) for _, stop in counted.stops())
    yield "lateness", minutes_of(problem, late), "min", None


def _met(counted: CountedPlan) -> Iterator[bool | None]:
    for route, stop in counted.visit_stops():
        visit = counted.problem.visit_by_id[stop.visit_id]
        yield is_familiar(route.worker_id, visit.familiar_workers)


def is_familiar(worker_id: str, known: Collection[str]) -> bool | None:
    """Whether a worker is one of those the client knows or asked for; None where there is nobody of the
    kind."""
    return worker_id in known if known else None


def continuity(met: Iterable[bool | None], suffix: str = "") -> Iterator[Row]:
    """Visits by a familiar face, among those whose clients have one. Args: suffix: "_done", of visits that
    were done."""
    known = [one for one in met if one is not None]
    yield f"known_visits{suffix}", len(known), "count", None
    yield f"familiar_visits{suffix}", sum(known), "count", None
    if known:
        yield f"continuity{suffix}", sum(known) / len(known), "share", None


def lateness(visit: Visit, stop: Stop) -> Ticks:
    """Ticks after the soft end of the window the stop begins in (of the earliest fitting one)."""
    fitting = [one.lateness(stop.start) for one in visit.windows if one.admits(stop.start)]
    return min(fitting, default=0)
