"""COMMUTE_NORMAL: every visit lies in the zone around home, and so does the way back from the last one: so
many minutes or so many metres, either is enough. A person's own longest commute is a limit of its own, on the
legs from and to home."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import ZONE, RuleValue
from brigade.timing.duty_days import minutes_of, ticks_of
from brigade.timing.tour_ways import leg_of, ways_of
from brigade.units import Metres, Ticks
from brigade.values.plan import Plan, Route, Violation
from brigade.values.problem import Problem

CODES = ("COMMUTE_NORMAL",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
HomeLeg = tuple[str, Ticks, Metres]


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        legs = list(_home_legs(problem, route))
        for leg in (*_from_home(problem, route), *legs):
            yield from _zone(problem, route, leg)
        for leg in legs:
            yield from _personal(problem, route, leg)


def _from_home(problem: Problem, route: Route) -> Iterator[HomeLeg]:
    """The way from home to the visits that no leg of the tour goes to from there: the zone is a place, not a
    first leg."""
    worker = problem.worker_by_id[route.worker_id]
    home = worker.start_site or worker.end_site
    for stop in route.stops if home is not None else ():
        # By position: the first stop's leg from home is told by `_home_legs`, and must not be told twice.
        if worker.start_site is None or stop is not route.stops[0]:
            visit = problem.visit_by_id[stop.visit_id]
            yield stop.visit_id, *leg_of(ways_of(problem, route).out(visit, home))


def _home_legs(problem: Problem, route: Route) -> Iterator[HomeLeg]:
    """(visit at the other end, ticks, metres) of the legs from and to home, of a worker who has one."""
    worker = problem.worker_by_id[route.worker_id]
    if route.stops and worker.start_site is not None:
        yield route.stops[0].visit_id, route.stops[0].travel, route.stops[0].metres
    if route.stops and worker.end_site is not None:
        yield route.stops[-1].visit_id, route.travel_back, route.metres_back


def _zone(problem: Problem, route: Route, leg: HomeLeg) -> Iterator[Violation]:
    # The first text that the leg leaves is told: the others would say the same leg again.
    visit, travel, metres = leg
    known = problem.visit_by_id[visit]
    # The zone is one of visits: a course may be farther away.
    if known.attendance is not None:
        return
    worker = problem.worker_by_id[route.worker_id]
    for rules in problem.rules_for(worker, problem.hosts_at(known)).apart(ZONE):
        minutes, distance = (
            rules.get("COMMUTE_NORMAL", "zone_minutes"),
            rules.get("COMMUTE_NORMAL", "zone_metres"),
        )
        named = minutes or distance
        is_near = minutes is not None and travel <= ticks_of(problem, minutes)
        is_close = distance is not None and metres <= distance.value
        if named is not None and not is_near and not is_close:
            limits = {"limit_min": _value(minutes), "limit_m": _value(distance)}
            met = {"travel_min": minutes_of(problem, travel), "travel_m": metres, **limits}
            yield breach(problem, "COMMUTE_NORMAL", route, met, detail="zone", value=named, visit=visit)
            return


def _value(value: RuleValue | None) -> int | None:
    return value.value if value else None


def _personal(problem: Problem, route: Route, leg: HomeLeg) -> Iterator[Violation]:
    visit, travel, _ = leg
    longest = problem.worker_by_id[route.worker_id].limits.max_commute
    if longest is not None and travel > longest:
        met = {"travel_min": minutes_of(problem, travel), "limit_min": minutes_of(problem, longest)}
        yield breach(problem, "COMMUTE_NORMAL", route, met, detail="personal", visit=visit)
