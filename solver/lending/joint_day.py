"""What a department's basins leave, and whoever may be lent for it, as one problem.

Each basin's own plan stands: of somebody who may be lent her visits are there, pinned, so that every rule
speaks of both days together. Names get their basin before them, since basins name alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from brigade.changes.help.lending import LendingAgreement
from brigade.travel.completing import completed
from brigade.units import Ticks
from brigade.values.demand import Absence, Employee, RotaFeed, Visit
from brigade.values.places import TravelMode
from brigade.values.plan import Plan, Reason, Route, UncoveredVisit
from brigade.values.problem import Problem
from brigade.values.workforce import Employer, Engagement, EngagementStatus, Worker
from solver.lending.joint_ways import known_legs
from solver.lending.planned_basin import PlannedBasin, refuse_apart


@dataclass(frozen=True)
class JointDay:
    """`problem`: in which only people who may be lent are workers, and only what they keep and what is left
    is open. `plan`: what they keep, all of it pinned. `basin_of`: by the problem's name of a visit or worker,
    (its basin, what that calls it)."""

    problem: Problem
    plan: Plan
    basin_of: Mapping[str, tuple[str, str]]


def joint_day(
    days: Sequence[PlannedBasin], agreements: Iterable[LendingAgreement], visits: frozenset[str] | None = None
) -> JointDay | None:
    """None: nobody may be lent for anything that is left. Args: visits: of what is left these alone, by
    their names here.

    Raises: InvalidProblem, as `refuse_apart`.
    """
    told = [*agreements]
    refuse_apart(days, told)
    lent = {
        day.named(worker.id): (day, worker)
        for day in days
        for worker in day.problem.workers
        if day.may_lend(worker) and any(one.lender == day.id and one.lends(worker.id) for one in told)
    }
    asked = {
        day.named(visit.id): (day, visit)
        for day in days
        for visit in day.left
        if any(one.borrower == day.id for one in told) and (visits is None or day.named(visit.id) in visits)
    }
    allowed = {
        (one.borrower, name)
        for one in told
        for name, (day, worker) in lent.items()
        if one.lender == day.id and one.lends(worker.id)
    }
    open_visits = [*_asked_visits(asked, lent, allowed, told)]
    if not lent or not open_visits:
        return None
    kept = [*_kept_visits(lent)]
    return _joined(days, lent, [*open_visits, *kept], allowed)


# -- visits ------------------------------------------------------------------------------------------------
_Lent = Mapping[str, tuple[PlannedBasin, Worker]]


def _asked_visits(
    asked: Mapping[str, tuple[PlannedBasin, Visit]],
    lent: _Lent,
    allowed: set[tuple[str, str]],
    agreements: Sequence[LendingAgreement],
) -> Iterator[tuple[PlannedBasin, Visit]]:
    """Of what is left, whatever somebody may still be lent for, for those people alone."""
    for name, (day, visit) in asked.items():
        notices = [one.notice_min for one in agreements if one.borrower == day.id]
        # The longest of them: which lender comes is not known yet.
        soonest = max(day.problem.now, 0) + day.problem.horizon.ticks(max(notices))
        windows = tuple(
            replace(one, earliest=max(one.earliest, soonest), latest=max(one.latest, soonest))
            for one in visit.windows
            if one.hard_latest >= soonest
        )
        people = {id for id in lent if (day.id, id) in allowed}
        if windows and people:
            yield day, _visit(day, replace(visit, windows=windows), name, people, lent)


def _kept_visits(lent: _Lent) -> Iterator[tuple[PlannedBasin, Visit]]:
    for name, (day, worker) in lent.items():
        for route in day.plan.routes_of(worker.id):
            for stop in route.stops:
                visit = day.problem.visit_by_id[stop.visit_id]
                yield day, _visit(day, visit, day.named(visit.id), {name}, lent)


def _visit(day: PlannedBasin, visit: Visit, name: str, people: set[str], lent: _Lent) -> Visit:
    forbidden = {day.named(id) for id in visit.forbidden_workers} & lent.keys()
    barred = frozenset(lent.keys() - people | forbidden)

    def known(ids: frozenset[str]) -> frozenset[str]:
        return frozenset({day.named(id) for id in ids} & lent.keys() - barred)

    return replace(
        visit,
        id=name,
        client_id=day.named(visit.client_id),
        preferred_workers=known(visit.preferred_workers),
        usual_workers=known(visit.usual_workers),
        forbidden_workers=barred,
    )


# -- the problem -------------------------------------------------------------------------------------------
def _joined(
    days: Sequence[PlannedBasin],
    lent: _Lent,
    visits: Sequence[tuple[PlannedBasin, Visit]],
    allowed: set[tuple[str, str]],
) -> JointDay:
    first = days[0].problem
    named = {visit.id: day for day, visit in visits}
    workers = tuple(_worker(day, worker, name, days, allowed) for name, (day, worker) in lent.items())
    clients = tuple(
        replace(
            one, id=day.named(one.id), provider_id=day.named(one.provider_id), site_id=day.named(one.site_id)
        )
        for day in days
        for one in day.problem.clients
        if day.named(one.id) in {visit.client_id for _, visit in visits}
    )
    used = {one.site_id for one in clients} | {
        site for one in workers for site in (one.start_site, one.end_site) if site is not None
    }
    sites = tuple(
        replace(one, id=day.named(one.id))
        for day in days
        for one in day.problem.sites
        if day.named(one.id) in used
    )
    modes = [mode for mode in TravelMode if any(one.mode is mode for one in workers)]
    problem = Problem(
        horizon=first.horizon,
        basin=first.basin,
        sites=sites,
        providers=tuple(
            replace(one, id=day.named(one.id), swap_notice=None)
            for day in days
            for one in day.problem.providers
        ),
        clients=clients,
        visits=tuple(visit for _, visit in visits),
        employers=tuple(_employers(days, workers)),
        workers=workers,
        travel=completed(known_legs(days, modes, [one.id for one in sites]), sites, modes, first.horizon),
        employees=tuple(_employees(days)),
        rota=tuple(_rota(days, named)),
        absences=tuple(_absences(days, named)),
        policy=replace(first.policy, reserve=None, strict=False),
        now=max(day.problem.now for day in days),
        catalogue=first.catalogue,
        labour=first.labour,
        rule_sets_off=first.rule_sets_off,
        traffic=first.traffic,
    )
    own = {visit.id: (day.id, visit.id.removeprefix(f"{day.id}:")) for day, visit in visits}
    own |= {name: (day.id, worker.id) for name, (day, worker) in lent.items()}
    return JointDay(problem, _kept_plan(problem, lent), own)


def _worker(
    day: PlannedBasin, worker: Worker, name: str, days: Sequence[PlannedBasin], allowed: set[tuple[str, str]]
) -> Worker:
    """With a paper to sign for each provider of the basins that she may be lent to."""
    first, last = day.problem.horizon.dates[0], day.problem.day_of(day.problem.horizon.length)
    own = tuple(replace(one, provider_id=day.named(one.provider_id)) for one in worker.engagements)
    papers = tuple(
        Engagement(other.named(one.id), first, last, EngagementStatus.PROMISED)
        for other in days
        if (other.id, name) in allowed
        for one in other.problem.providers
    )

    def at(site: str | None) -> str | None:
        return None if site is None else day.named(site)

    return replace(
        worker,
        id=name,
        employer_id=day.named(worker.employer_id),
        start_site=at(worker.start_site),
        end_site=at(worker.end_site),
        engagements=(*own, *papers),
        sectors=frozenset(),
    )


def _employers(days: Sequence[PlannedBasin], workers: Iterable[Worker]) -> Iterator[Employer]:
    used = {one.employer_id for one in workers}
    for day in days:
        for one in day.problem.employers:
            if day.named(one.id) in used:
                yield replace(one, id=day.named(one.id))


# -- who was to come ---------------------------------------------------------------------------------------
def _employees(days: Sequence[PlannedBasin]) -> Iterator[Employee]:
    for day in days:
        for one in day.problem.employees:
            yield Employee(day.named(one.id), day.named(one.provider_id))


def _rota(days: Sequence[PlannedBasin], named: Mapping[str, PlannedBasin]) -> Iterator[RotaFeed]:
    for day in days:
        for feed in day.problem.rota:
            entries = tuple(
                replace(one, visit_id=day.named(one.visit_id), employee_id=day.named(one.employee_id))
                for one in feed.entries
                if day.named(one.visit_id) in named
            )
            yield replace(feed, provider_id=day.named(feed.provider_id), entries=entries)


def _absences(days: Sequence[PlannedBasin], named: Mapping[str, PlannedBasin]) -> Iterator[Absence]:
    """Without who pays: a lending changes nothing of that."""
    for day in days:
        for one in day.problem.absences:
            yield replace(
                one,
                id=day.named(one.id),
                provider_id=day.named(one.provider_id),
                employee_id=day.named(one.employee_id),
                funding_line_id=None,
            )


def _kept_plan(problem: Problem, lent: _Lent) -> Plan:
    routes = [
        _route(day, route, name)
        for name, (day, worker) in lent.items()
        for route in day.plan.routes_of(worker.id)
    ]
    kept = frozenset(stop.visit_id for route in routes for stop in route.stops)
    left = (one.visit.id for one in problem.requests if one.visit.id not in kept)
    return Plan(
        tuple(sorted(routes, key=lambda one: (one.worker_id, one.tour))),
        tuple(UncoveredVisit(id, (Reason.of("left_out"),)) for id in left),
        pinned=kept,
    )


def _route(day: PlannedBasin, route: Route, name: str) -> Route:
    stops = tuple(
        replace(
            one,
            visit_id=day.named(one.visit_id),
            paper_to_sign=None if one.paper_to_sign is None else day.named(one.paper_to_sign),
        )
        for one in route.stops
    )
    return replace(route, worker_id=name, stops=stops)


def ticks_of_travel(routes: Iterable[Route]) -> Ticks:
    return sum(one.travel for one in routes)
