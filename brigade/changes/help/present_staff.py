"""Present employees of the providers that let them be asked, as people whose days can be judged like a
worker's.

A present employee's tours are the visits that she keeps. For a question alone she joins the workers of a
problem of its own, with her provider as her employer: so every rule speaks of her day, and of whoever would
take a visit of hers. No plan is ever made of that problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from brigade.timing.plan_timing import TourKey
from brigade.units import Interval, Ticks, TimeWindow
from brigade.values.demand import Employee, Link, RotaEntry, UrgentCause, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Availability,
    Contract,
    Counters,
    Employer,
    EmployerKind,
    Engagement,
    HeldCertificate,
    Worker,
)


@dataclass(frozen=True, slots=True)
class PresentStaff:
    """`problem`: the one in which they are workers, and what they keep is open and theirs. `orders`: their
    tours as their rotas have them. `may_give`: of those visits, whatever may go to the brigade. `lacking`: by
    provider and by what is not known of them, the employees who are not asked for that."""

    problem: Problem
    orders: Mapping[TourKey, tuple[str, ...]]
    may_give: frozenset[str]
    lacking: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(worker_id for worker_id, _ in self.orders)


def lacking_of(employee: Employee) -> tuple[str, ...]:
    """What must be known of somebody before she is asked, and is not."""
    known = {
        "hours": bool(employee.hours),
        "competencies": bool(employee.competencies or employee.certificates),
        "mode": employee.mode is not None,
        "contract": employee.weekly is not None,
        "history": bool(employee.past_days) or employee.known_since is not None,
    }
    return tuple(name for name, is_known in known.items() if not is_known)


def present_staff(problem: Problem, plan: Plan) -> PresentStaff:
    """Of the providers that let their staff be asked and of whose visits the plan leaves some."""
    wanted = asked_providers(problem, plan)
    present = [one for one in problem.employees if one.provider_id in wanted and _is_present(problem, one)]
    lacking: dict[tuple[str, str], tuple[str, ...]] = {}
    people: list[Worker] = []
    orders: dict[TourKey, tuple[str, ...]] = {}
    kept = _kept_visits(problem)
    for employee in present:
        missing = list(lacking_of(employee))
        held = [_order(problem, tour, kept.get(employee.id, ())) for tour in employee.hours]
        # What she is to do outside the hours that are known of her is a sign that they are others.
        if not missing and sum(map(len, held)) < len(kept.get(employee.id, ())):
            missing = ["hours"]
        for name in missing:
            key = employee.provider_id, name
            lacking[key] = (*lacking.get(key, ()), employee.id)
        if not missing:
            people.append(_as_worker(problem, employee))
            orders |= {(employee.id, number): order for number, order in enumerate(held)}
    return _joined(problem, plan, people, orders, lacking)


def asked_providers(problem: Problem, plan: Plan) -> frozenset[str]:
    """Those that let their present staff be asked, and of whose visits the plan leaves some."""
    left = (problem.host_of(problem.visit_by_id[one.visit_id]) for one in plan.uncovered)
    return frozenset(one.id for one in left if one is not None and one.swap_notice is not None)


def after_swap(problem: Problem, taken: str, employee_id: str, start: Ticks, given: str | None) -> Problem:
    """The problem once the SAAD has said yes: its rota gives `taken` to the employee, and `given` to
    nobody."""
    provider = next(one.provider_id for one in problem.employees if one.id == employee_id)
    feeds = tuple(
        replace(feed, entries=tuple(_changed(feed.entries, taken, employee_id, start, given)))
        if feed.provider_id == provider
        else feed
        for feed in problem.rota
    )
    return problem.expecting(problem.visits, feeds, problem.likely)


def _changed(
    entries: Iterable[RotaEntry], taken: str, employee_id: str, start: Ticks, given: str | None
) -> Iterator[RotaEntry]:
    yield from (entry for entry in entries if entry.visit_id not in (taken, given))
    yield RotaEntry(taken, employee_id, start)


# -- their days --------------------------------------------------------------------------------------------
def _kept_visits(problem: Problem) -> dict[str, tuple[RotaEntry, ...]]:
    """By employee, what she is to do and nobody has taken from her, in order of time."""
    found: dict[str, tuple[RotaEntry, ...]] = {}
    for feed in problem.rota:
        for entry in sorted(feed.entries, key=lambda one: (one.start, one.visit_id)):
            if problem.fixed_start(entry.visit_id) is not None:
                found[entry.employee_id] = (*found.get(entry.employee_id, ()), entry)
    return found


def _is_present(problem: Problem, employee: Employee) -> bool:
    """Whether she is there all the days that are planned. Who works for the brigade as well is one of its
    workers already."""
    days = Interval(0, problem.horizon.length)
    away = (one.interval for one in problem.absences if one.employee_id == employee.id)
    return employee.id not in problem.worker_by_id and not any(one.overlap(days) for one in away)


def _order(problem: Problem, tour: Interval, kept: Iterable[RotaEntry]) -> tuple[str, ...]:
    visits = problem.visit_by_id
    return tuple(
        one.visit_id
        for one in kept
        if tour.start <= one.start and one.start + visits[one.visit_id].duration <= tour.end
    )


def _as_worker(problem: Problem, employee: Employee) -> Worker:
    assert employee.mode is not None
    first, last = problem.horizon.dates[0], problem.day_of(problem.horizon.length)
    return Worker(
        id=employee.id,
        employer_id=employee.provider_id,
        availability=tuple(Availability.strict(one.start, one.end) for one in employee.hours),
        # Her own contract is the paper that lets her work there.
        engagements=(Engagement(employee.provider_id, first, last),),
        mode=employee.mode,
        start_site=employee.start_site,
        end_site=employee.start_site,
        certificates=tuple(HeldCertificate(code) for code in sorted(employee.certificates)),
        competencies=employee.competencies,
        contract=Contract(weekly=employee.weekly, full_time=employee.full_time),
        counters=Counters(days=employee.past_days, known_since=employee.known_since),
    )


# -- the problem in which they are workers -----------------------------------------------------------------
def _joined(
    problem: Problem,
    plan: Plan,
    people: list[Worker],
    orders: Mapping[TourKey, tuple[str, ...]],
    lacking: Mapping[tuple[str, str], tuple[str, ...]],
) -> PresentStaff:
    owner = {id: worker_id for (worker_id, _), order in orders.items() for id in order}
    tied = {id for link in problem.links for id in (link.first, link.second)}
    may_give = frozenset(
        id
        for id in owner
        if id not in tied and problem.visit_by_id[id].wants_replacement and _is_ahead(problem, id, owner[id])
    )
    everybody = frozenset((*(one.id for one in problem.workers), *(one.id for one in people)))
    staff = frozenset(one.id for one in people)
    left = {one.visit_id for one in plan.uncovered}

    def seen(visit: Visit) -> Visit:
        if visit.id in owner:
            barred = (staff if visit.id in may_give else everybody) - {owner[visit.id]}
            return _held(problem, visit, barred)
        return _asked_late(problem, visit) if visit.id in left else visit

    feeds = tuple(
        replace(feed, entries=tuple(one for one in feed.entries if one.visit_id not in owner))
        for feed in problem.rota
    )
    known = problem.employer_by_id
    hosts = (problem.provider_by_id[id] for id in sorted({one.employer_id for one in people} - known.keys()))
    lenders = tuple(Employer(one.id, one.name, EmployerKind.PROVIDER, one.agreement) for one in hosts)
    joined = replace(
        problem,
        employers=(*problem.employers, *lenders),
        workers=(*problem.workers, *people),
        visits=tuple(map(seen, problem.visits)),
        links=tuple(_links(problem, frozenset(owner))),
        rota=feeds,
    )
    return PresentStaff(joined, orders, may_give, lacking)


def _notice_over(problem: Problem, provider_id: str) -> Ticks:
    """The soonest tick at which something of her day may change."""
    return max(problem.now, 0) + (problem.provider_by_id[provider_id].swap_notice or 0)


def _is_ahead(problem: Problem, visit_id: str, employee_id: str) -> bool:
    entry = problem.rota_entry_by_visit[visit_id]
    return entry.start >= _notice_over(problem, problem.provider_of(problem.visit_by_id[visit_id]).id)


def _held(problem: Problem, visit: Visit, barred: frozenset[str]) -> Visit:
    """At the hour of the rota, whoever comes: nobody else's hours move for a swap."""
    start = problem.rota_entry_by_visit[visit.id].start
    return replace(
        visit,
        windows=(TimeWindow.hard(start, start),),
        wants_replacement=True,
        planned_start=start,
        forbidden_workers=visit.forbidden_workers | barred,
        preferred_workers=visit.preferred_workers - barred,
        usual_workers=visit.usual_workers - barred,
        # Hers since long: no notice keeps her from what she does anyway.
        cause=visit.cause or UrgentCause.COLLEAGUE_ABSENCE,
    )


def _asked_late(problem: Problem, visit: Visit) -> Visit:
    """A visit that is left, at the hours for which present staff can still be asked; as it is, where there
    are none."""
    host = problem.host_of(visit)
    if host is None or host.swap_notice is None:
        return visit
    soonest = _notice_over(problem, host.id)
    windows = tuple(
        replace(one, earliest=max(one.earliest, soonest), latest=max(one.latest, soonest))
        for one in visit.windows
        if one.hard_latest >= soonest
    )
    return replace(visit, windows=windows) if windows else visit


def _links(problem: Problem, held: frozenset[str]) -> Iterator[Link]:
    """Those between open visits. What is kept does not move, and what is tied to it is looked at in the
    problem as it is."""
    yield from (link for link in problem.links if not held & {link.first, link.second})
