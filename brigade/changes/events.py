"""What happens to a day after its plan was told, as values; `apply_events` makes the problem that is true
from then on.

Nothing is changed in place. An event that does not fit the problem is refused, together with all others that
do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from brigade.changes.hours_left import left_around
from brigade.errors import InvalidProblem, Issue, refuse
from brigade.timing.tour import travel_between
from brigade.units import Interval, Ticks, TimeWindow
from brigade.values.demand import Absence, Client, Visit
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from brigade.values.validation.checks import far_ticks, say, unknown
from brigade.values.validation.workforce_faults import SHORTEST_GAP_MIN
from brigade.values.workforce import Availability, Worker


# -- what can happen ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EmployeeAway:
    """A provider's employee is absent: their visits open."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class EmployeeBack:
    """An absent employee is back from `at` on: visits that begin later are theirs again."""

    employee_id: str
    at: Ticks


@dataclass(frozen=True, slots=True)
class WorkerAway:
    """A worker of the brigade is away or stuck from `at` to `until` (None: the rest of the horizon). A visit
    already begun is finished, and so is the way home from it."""

    worker_id: str
    at: Ticks
    until: Ticks | None = None


@dataclass(frozen=True, slots=True)
class WorkerBack:
    """A worker is (again) available in these stretches; those that touch known ones join them."""

    worker_id: str
    availability: tuple[Availability, ...]


@dataclass(frozen=True, slots=True)
class WorkerLate:
    """A worker has lost `late` ticks at `at` and begins nothing before they are over: with a visit under way
    or behind them, that visit takes so much longer (the time is work) and nobody else's; before the first one
    they leave so much later."""

    worker_id: str
    at: Ticks
    late: Ticks


@dataclass(frozen=True, slots=True)
class VisitCancelled:
    visit_id: str


@dataclass(frozen=True, slots=True)
class VisitMoved:
    """Client and provider agreed on other hours."""

    visit_id: str
    windows: tuple[TimeWindow, ...]


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """This worker does not take this visit. Nothing else follows from it."""

    visit_id: str
    worker_id: str


@dataclass(frozen=True, slots=True)
class VisitAdded:
    """A new visit, and its client if nobody knew them; the client's place must be in the travel matrices."""

    visit: Visit
    client: Client | None = None


Event: TypeAlias = (
    EmployeeAway
    | EmployeeBack
    | WorkerAway
    | WorkerBack
    | WorkerLate
    | VisitCancelled
    | VisitMoved
    | OfferRefused
    | VisitAdded
)


def apply_events(
    problem: Problem, events: Sequence[Event], *, published: Plan | None = None, now: Ticks | None = None
) -> Problem:
    """The problem after `events`, one after the other; lateness last, since it stays with the worker whatever
    becomes of the visit she was at.

    Args: published: the plan under way; who is late or goes home is judged from it. now: the tick at which it
    is told.
    Raises: InvalidProblem with the issues of every event that does not fit, in their order, after that of a
    `now` before the problem's own.
    """
    made, refused_at = problem if now is None else replace(problem, now=now), dict[int, list[Issue]]()
    for number, event in sorted(enumerate(events), key=lambda pair: isinstance(pair[1], WorkerLate)):
        where = f"events[{number}]"
        found = list(_cancelled_before(problem, made, event, where)) or list(_unfit(made, event, where))
        if not found:
            try:
                made = _after(made, event, published)
            except InvalidProblem as refused:
                found = [replace(one, where=f"{where} → {one.where}") for one in refused.issues]
        refused_at[number] = found
    refuse([*_clock_back(problem, now), *(one for _, found in sorted(refused_at.items()) for one in found)])
    return made


# -- what does not fit -------------------------------------------------------------------------------------
def _clock_back(problem: Problem, now: Ticks | None) -> Iterator[Issue]:
    """A clock set back would count what had begun as still to begin. A problem that tells no `now` has that
    of its first midnight, and may be replanned on the eve."""
    if now is not None and now < -far_ticks(problem):
        yield _of_another_year(problem, "now", now)
    elif now is not None and now < problem.now != 0:
        values = {"met": say(problem, now), "known": say(problem, problem.now)}
        yield Issue("E103", "now", "now_before_now_of_problem", values)


def _cancelled_before(problem: Problem, made: Problem, event: Event, where: str) -> Iterator[Issue]:
    """A visit that an earlier event has cancelled: its id is known, but nothing can happen to it any more."""
    id = getattr(event, "visit_id", None)
    if id is not None and id in problem.visit_by_id and id not in made.visit_by_id:
        yield Issue("E102", f"{where}.visit_id", "cancelled_before", {"visit": id})


def _unfit(problem: Problem, event: Event, where: str) -> Iterator[Issue]:
    for name, known, kind in (
        ("visit_id", problem.visit_by_id, "visit"),
        ("worker_id", problem.worker_by_id, "worker"),
        ("employee_id", {one.id for one in problem.employees}, "employee"),
    ):
        id = getattr(event, name, None)
        if id is not None:
            yield from unknown("E101", f"{where}.{name}", (id,), known, kind)
    match event:
        case EmployeeBack(employee_id, at):
            if at < -far_ticks(problem):
                yield _of_another_year(problem, f"{where}.at", at)
            elif not any(
                one.employee_id == employee_id and one.interval.end > at for one in problem.absences
            ):
                yield Issue("E102", where, "not_absent_then", {"employee_id": employee_id})
        case EmployeeAway(absence) if absence.interval.start >= problem.horizon.length:
            yield _outside(f"{where}.absence.interval.start")
        case EmployeeAway(absence) if absence.interval.start < absence.interval.end <= 0:
            yield Issue("E103", f"{where}.absence.interval.end", "before_horizon")
        case WorkerAway(_, at) | WorkerLate(_, at, _) if at >= problem.horizon.length:
            yield _outside(f"{where}.at")
        case WorkerAway(_, at) | WorkerLate(_, at, _) if at < -far_ticks(problem):
            yield _of_another_year(problem, f"{where}.at", at)
        case WorkerAway(_, at, until) if until is not None and until <= at:
            yield Issue("E103", f"{where}.until", "end_before_start_or_none")
        case WorkerAway(_, _, until) if until is not None and until <= 0:
            yield Issue("E103", f"{where}.until", "before_horizon")
        case WorkerLate(_, _, late) if late <= 0:
            yield Issue("E103", f"{where}.late", "late_by_too_little", {"met": str(late)})
        case OfferRefused(visit_id, worker_id):
            visit = problem.visit_by_id.get(visit_id)
            if visit is not None and worker_id in visit.forbidden_workers:
                yield Issue("E102", where, "already_refused", {"worker_id": worker_id, "visit_id": visit_id})
        case VisitMoved(_, windows) if not windows:
            yield Issue("E103", f"{where}.windows", "no_slot_for_visit")
        case WorkerBack(_, availability) if not availability:
            yield Issue("E103", f"{where}.availability", "no_slot")
        case WorkerBack(_, availability):
            # Before those that touch are joined: a longer one beside it would hide what is turned round.
            for number, one in enumerate(availability):
                if one.end < one.start or one.hard_end <= one.start:
                    yield Issue("E103", f"{where}.availability[{number}]", "slot_reversed")
        case VisitAdded(visit, client) if client is not None and client.id != visit.client_id:
            values = {"client": client.id, "visit": visit.id}
            yield Issue("E103", f"{where}.client.id", "client_of_other_visit", values)


def _of_another_year(problem: Problem, where: str, at: Ticks) -> Issue:
    return Issue("E103", where, "far_from_horizon", {"met": say(problem, at)})


def _outside(where: str) -> Issue:
    return Issue("E103", where, "after_horizon")


# -- what follows ------------------------------------------------------------------------------------------
def _after(problem: Problem, event: Event, published: Plan | None) -> Problem:
    match event:
        case EmployeeAway(absence):
            return replace(problem, absences=(*problem.absences, absence))
        case EmployeeBack(employee_id, at):
            return replace(problem, absences=tuple(_ended(problem, employee_id, at)))
        case WorkerAway(worker_id, at, until):
            worker = problem.worker_by_id[worker_id]
            # Further than any availability reaches.
            end = problem.horizon.length * 2 if until is None else until
            home = _home_again(problem, worker, at, published)
            known = (_bounded(problem, one, at, end) for one in worker.availability)
            # However short the absence, and however late she is home: the next tour is a trip of its own.
            back = max(end, home + problem.horizon.ticks(SHORTEST_GAP_MIN))
            kept = tuple(part for one in known for part in left_around(one, Interval(at, end), home, back))
            return _with_worker(problem, replace(worker, availability=kept))
        case WorkerBack(worker_id, availability):
            worker = problem.worker_by_id[worker_id]
            return _with_worker(
                problem, replace(worker, availability=_joined((*worker.availability, *availability)))
            )
        case WorkerLate(worker_id, at, late):
            return _late(problem, problem.worker_by_id[worker_id], at, late, published)
        case VisitCancelled(visit_id):
            return _without_visit(problem, visit_id)
        case VisitMoved(visit_id, windows):
            return _with_visit(
                problem, replace(problem.visit_by_id[visit_id], windows=tuple(sorted(windows)))
            )
        case OfferRefused(visit_id, worker_id):
            visit = problem.visit_by_id[visit_id]
            wanted, barred = visit.preferred_workers - {worker_id}, visit.forbidden_workers | {worker_id}
            return _with_visit(problem, replace(visit, preferred_workers=wanted, forbidden_workers=barred))
        case VisitAdded(visit, client):
            clients = problem.clients if client is None else (*problem.clients, client)
            return replace(problem, visits=(*problem.visits, visit), clients=clients)


def _ended(problem: Problem, employee_id: str, at: Ticks) -> Iterator[Absence]:
    for absence in problem.absences:
        if absence.employee_id != employee_id or absence.interval.end <= at:
            yield absence
        elif absence.interval.start < at:
            yield replace(absence, interval=Interval(absence.interval.start, at))


def _with_visit(problem: Problem, visit: Visit) -> Problem:
    visits = tuple(visit if one.id == visit.id else one for one in problem.visits)
    return replace(
        problem, visits=visits, rostered={visit.id: problem.visit_by_id[visit.id], **problem.rostered}
    )


def _with_worker(problem: Problem, worker: Worker) -> Problem:
    return replace(problem, workers=tuple(worker if one.id == worker.id else one for one in problem.workers))


def _without_visit(problem: Problem, id: str) -> Problem:
    """Its line of the rota and its ties go with it."""
    feeds = (
        replace(feed, entries=tuple(one for one in feed.entries if one.visit_id != id))
        for feed in problem.rota
    )
    links = tuple(link for link in problem.links if id not in (link.first, link.second))
    visits = tuple(visit for visit in problem.visits if visit.id != id)
    return replace(problem, visits=visits, rota=tuple(feeds), links=links)


# -- people ------------------------------------------------------------------------------------------------
def begun(published: Plan | None, worker_id: str, at: Ticks) -> tuple[Route, Stop] | None:
    """The last visit that the worker began before `at`, and its tour; None: none yet."""
    routes = () if published is None else published.routes_of(worker_id)
    stops = ((route, stop) for route in routes for stop in route.stops if stop.start < at)
    return max(stops, key=lambda pair: pair[1].start, default=None)


def _stands(problem: Problem, stop: Stop) -> bool:
    """Whether the visit is still asked for and has begun by now, or may begin at the hour it was told."""
    visit = problem.visit_by_id.get(stop.visit_id)
    return visit is not None and (stop.start < problem.now or visit.may_begin(stop.start))


def _home_again(problem: Problem, worker: Worker, at: Ticks, published: Plan | None) -> Ticks:
    """When a worker called away at `at` is home: at once, or after the visit under way and its way back."""
    last = begun(published, worker.id, at)
    if last is None or last[1].visit_id not in problem.visit_by_id:
        return at
    route, stop = last
    site = problem.site_of(problem.visit_by_id[stop.visit_id]).id
    back = stop.end + travel_between(problem, worker, site, worker.end_site)[0]
    return at if route.back <= at else max(at, back)


def _bounded(problem: Problem, one: Availability, at: Ticks, end: Ticks) -> Availability:
    """An availability that ends before an absence of the same date, or begins after it, is not to be
    stretched into it."""
    if one.hard_end <= at and problem.day_of(one.hard_end - 1) == problem.day_of(at):
        return replace(one, not_after=at if one.not_after is None else min(one.not_after, at))
    if one.start >= end and problem.day_of(one.start) == problem.day_of(end - 1):
        return replace(one, not_before=end if one.not_before is None else max(one.not_before, end))
    return one


def _joined(availability: Sequence[Availability]) -> tuple[Availability, ...]:
    made: list[Availability] = []
    for one in sorted(availability, key=lambda stay: (stay.start, stay.hard_end)):
        if made and one.start <= made[-1].hard_end:
            last = made.pop()
            fed, longer = (
                last if last.meal is not None else one,
                max(last, one, key=lambda stay: stay.hard_end),
            )
            known = replace(fed, not_before=last.not_before, not_after=longer.not_after)
            one = replace(known, start=last.start, end=max(last.end, one.end), hard_end=longer.hard_end)
        made.append(one)
    return tuple(made)


def _home_since(routes: Sequence[Route], stay: Availability, at: Ticks) -> Ticks | None:
    """When a tour of this availability was over, if it is by `at`: what it did stays where it was."""
    over = (route.back for route in routes if stay.start <= route.departure and route.back <= at)
    return max((back for back in over if back <= stay.hard_end), default=None)


def _time_lost(problem: Problem, stay: Availability, home: Ticks | None, end: Ticks) -> Interval:
    """What lateness takes of an availability: until `end`, from its start or from the way home on."""
    if home is None:
        return Interval(stay.start, end)
    # Two availabilities lie so far apart, or are one.
    return Interval(home, max(end, home + problem.horizon.ticks(SHORTEST_GAP_MIN)))


def _around(problem: Problem, stay: Availability, lost: Interval) -> Iterator[Availability]:
    return left_around(_bounded(problem, stay, lost.start, lost.end), lost, lost.start, lost.end)


def _late(problem: Problem, worker: Worker, at: Ticks, late: Ticks, published: Plan | None) -> Problem:
    last = begun(published, worker.id, at)
    is_out = last is not None and last[0].back > at
    under_way = (
        [] if last is None else [stop for stop in last[0].stops if stop.start < at and _stands(problem, stop)]
    )
    if is_out and under_way:
        more = late + max(0, at - under_way[-1].end)
        return _with_visit(problem, _longer(problem, worker, under_way[-1].visit_id, more))
    stays = list(worker.availability)
    index = next((index for index, stay in enumerate(stays) if stay.hard_end > at), None)
    if index is not None:
        routes = () if published is None else published.routes_of(worker.id)
        home = _home_since(routes, stays[index], at)
        leaving = next((route.departure for route in routes if route.tour == index), at)
        # What she had begun is called off: she is out already, and leaves from wherever that was.
        left = at if is_out or home is not None else max(stays[index].start, leaving)
        lost = _time_lost(problem, stays[index], home, left + late)
        kept = (part for stay in stays[index:] for part in _around(problem, stay, lost))
        return _with_worker(problem, replace(worker, availability=(*stays[:index], *kept)))
    issue = Issue("E102", f"workers.{worker.id}", "no_availability_left")
    raise InvalidProblem([issue])


def _longer(problem: Problem, worker: Worker, visit_id: str, more: Ticks) -> Visit:
    """The visit under way, with the time that its worker has lost in it."""
    visit = problem.visit_by_id[visit_id]
    # The time is this worker's: whoever did the visit instead would be given it.
    others = frozenset(one.id for one in problem.workers) - {worker.id}
    return replace(
        visit,
        duration=visit.duration + more,
        preferred_workers=visit.preferred_workers - others,
        usual_workers=visit.usual_workers - others,
        forbidden_workers=visit.forbidden_workers | others,
    )
