"""What happens to a day after its plan was told, as values; `apply_events` makes the problem that is true
from then on.

Nothing is changed in place. An event that does not fit the problem is refused, together with all others that
do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from brigade.changes.block_events import block_moved, block_refused, without_block
from brigade.changes.hours_left import left_around
from brigade.changes.late_workers import bounded, home_again, joined, late, with_visit, with_worker
from brigade.changes.shared_visit_events import moved_with_seats, not_shared
from brigade.errors import InvalidProblem, Issue, refuse
from brigade.units import Interval, Ticks, TimeWindow
from brigade.values.demand import Absence, Client, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import far_ticks, say, unknown
from brigade.values.validation.workforce_faults import SHORTEST_GAP_MIN
from brigade.values.workforce import Availability
from brigade.worked.shared_visits import with_shared_visits


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
    made = with_shared_visits(made)
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
            yield Issue("E103", f"{where}.late_min", "late_by_too_little", {"met": str(late)})
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
            home = home_again(problem, worker, at, published)
            known = (bounded(problem, one, at, end) for one in worker.availability)
            # However short the absence, and however late she is home: the next tour is a trip of its own.
            back = max(end, home + problem.horizon.ticks(SHORTEST_GAP_MIN))
            kept = tuple(part for one in known for part in left_around(one, Interval(at, end), home, back))
            return with_worker(problem, replace(worker, availability=kept))
        case WorkerBack(worker_id, availability):
            worker = problem.worker_by_id[worker_id]
            return with_worker(
                problem, replace(worker, availability=joined((*worker.availability, *availability)))
            )
        case WorkerLate(worker_id, at, length):
            return late(problem, problem.worker_by_id[worker_id], at, length, published)
        case VisitCancelled(visit_id) if (seat := problem.visit_by_id[visit_id].shadowing) is not None:
            return not_shared(problem, seat)
        case VisitCancelled(visit_id):
            return _without_visit(problem, visit_id)
        case VisitMoved(visit_id, windows):
            visit, hours = problem.visit_by_id[visit_id], tuple(sorted(windows))
            if visit.shadowing is not None:
                visit = problem.visit_by_id[visit.shadowing.visit_id]
            if visit.attendance is not None:
                return block_moved(problem, visit.attendance, hours)
            return moved_with_seats(problem, visit, hours)
        case OfferRefused(visit_id, worker_id):
            visit = problem.visit_by_id[visit_id]
            if visit.shadowing is not None:
                return not_shared(problem, visit.shadowing)
            if visit.attendance is not None:
                return block_refused(problem, visit.attendance, worker_id)
            wanted, barred = visit.preferred_workers - {worker_id}, visit.forbidden_workers | {worker_id}
            return with_visit(problem, replace(visit, preferred_workers=wanted, forbidden_workers=barred))
        case VisitAdded(visit, client):
            clients = problem.clients if client is None else (*problem.clients, client)
            return replace(problem, visits=(*problem.visits, visit), clients=clients)


def _ended(problem: Problem, employee_id: str, at: Ticks) -> Iterator[Absence]:
    for absence in problem.absences:
        if absence.employee_id != employee_id or absence.interval.end <= at:
            yield absence
        elif absence.interval.start < at:
            yield replace(absence, interval=Interval(absence.interval.start, at))


def _without_visit(problem: Problem, id: str) -> Problem:
    """Its line of the rota and its ties go with it; of a work block all of it goes."""
    seat = problem.visit_by_id[id].attendance
    if seat is not None:
        return without_block(problem, seat)
    feeds = (
        replace(feed, entries=tuple(one for one in feed.entries if one.visit_id != id))
        for feed in problem.rota
    )
    links = tuple(link for link in problem.links if id not in (link.first, link.second))
    visits = tuple(visit for visit in problem.visits if visit.id != id)
    return replace(problem, visits=visits, rota=tuple(feeds), links=links)
