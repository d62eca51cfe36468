"""Which visits a newcomer shares, and with whom: her first ones of what she learns, each with somebody who
knows it. A shared visit is a seat of hers beside the visit, and a tie that holds it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from brigade.units import Horizon
from brigade.values.competencies import CompetencyCatalogue
from brigade.values.demand import Link, LinkKind, Priority, Shadowing, Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Learning, Worker


def shared_visits(
    visits: Iterable[Visit], workers: Sequence[Worker], horizon: Horizon, catalogue: CompetencyCatalogue
) -> tuple[Visit, ...]:
    """The seats of all learners, in the order of the visits.

    Of each thing learnt, the first visits of the horizon, as many as are still to be shared: those that could
    begin while she is there, and that somebody may guide.
    """
    asked = [visit for visit in visits if not visit.is_seat and visit.windows]
    found: dict[tuple[str, str], Visit] = {}
    for worker in workers:
        for learning in worker.learning:
            made = _seats(asked, worker, learning, workers, horizon, catalogue)
            for seat in islice(made, learning.shared_left):
                key = seat.id, worker.id
                found[key] = seat if key not in found else _both(found[key], seat)
    rows = {visit.id: row for row, visit in enumerate(asked)}
    return tuple(sorted(found.values(), key=lambda one: (rows[beside(one).visit_id], one.id)))


def ties_of(seats: Iterable[Visit]) -> tuple[Link, ...]:
    """Each seat begins with its visit, which needs no seat."""
    return tuple(
        Link(LinkKind.SAME_START, beside(one).visit_id, one.id, together=False, of_shadowing=True)
        for one in seats
    )


def with_shared_visits(problem: Problem) -> Problem:
    """The problem whose learners share what its visits and people by now let them share."""
    if not any(worker.learning for worker in problem.workers):
        return problem
    visits = tuple(one for one in problem.visits if one.shadowing is None)
    links = tuple(one for one in problem.links if not one.of_shadowing)
    seats = shared_visits(visits, problem.workers, problem.horizon, problem.catalogue)
    return replace(problem, visits=(*visits, *seats), links=(*links, *ties_of(seats)))


def seat_id(visit_id: str, worker_id: str) -> str:
    return f"{visit_id}:{worker_id}"


def visit_beside(id: str) -> str | None:
    """The visit that a seat of this id would share; None: it is no seat's."""
    return id.rpartition(":")[0] or None


def beside(seat: Visit) -> Shadowing:
    """Of a shared visit. Raises: ValueError, where it is none."""
    if seat.shadowing is None:
        raise ValueError(f"{seat.id} is shared by nobody")
    return seat.shadowing


def _seats(
    visits: Iterable[Visit],
    worker: Worker,
    learning: Learning,
    workers: Sequence[Worker],
    horizon: Horizon,
    catalogue: CompetencyCatalogue,
) -> Iterator[Visit]:
    taught = (visit for visit in visits if visit.teaches(learning))
    for visit in sorted(taught, key=lambda one: (one.windows[0].earliest, one.id)):
        day = horizon.day_of(visit.windows[0].earliest)
        if learning.allows_solo(day) or not _is_there(worker, visit):
            continue
        guides = _guides(visit, learning, workers, day, catalogue) - {worker.id}
        yield replace(
            visit,
            id=seat_id(visit.id, worker.id),
            # What is wished for beside a visit is wished for once, and no visit stays uncovered for a seat.
            priority=Priority.P4,
            mandatory=False,
            points=None,
            required=frozenset(),
            preferred=frozenset(),
            preferred_workers=frozenset(),
            usual_workers=frozenset(),
            # As long as it takes whoever knows the client.
            unfamiliar_extra=0,
            forbidden_workers=frozenset(),
            planned_start=None,
            cause=None,
            shadowing=Shadowing(visit.id, worker.id, guides, learning.funding_line_id),
        )


def _is_there(worker: Worker, visit: Visit) -> bool:
    """Whether the visit could take place within one of her availabilities, and may be hers to share."""
    return visit.admits(worker.id) and any(
        window.earliest + visit.duration <= stay.hard_end and stay.start <= window.hard_latest
        for window in visit.windows
        for stay in worker.availability
    )


def _guides(
    visit: Visit,
    learning: Learning,
    workers: Sequence[Worker],
    day: date,
    catalogue: CompetencyCatalogue,
) -> frozenset[str]:
    """Her tutors; without any, of a client whoever has been there, of a competency whoever holds it, of acts
    anybody: but nobody who still learns it herself."""
    if learning.tutors:
        return learning.tutors
    knowing = (one for one in workers if _knows(one, visit, learning, day, catalogue))
    return frozenset(one.id for one in knowing if not _learns(one, learning, day))


def _knows(
    worker: Worker, visit: Visit, learning: Learning, day: date, catalogue: CompetencyCatalogue
) -> bool:
    if learning.client_id is not None:
        return worker.id in visit.usual_workers or any(
            one.client_id == learning.client_id and one.allows_solo(day) for one in worker.learning
        )
    return learning.competency is None or learning.competency in catalogue.competencies_of(worker, day)


def _learns(worker: Worker, learning: Learning, day: date) -> bool:
    return any(one.subject == learning.subject and not one.allows_solo(day) for one in worker.learning)


def _both(one: Visit, other: Visit) -> Visit:
    """Of two things that one visit teaches: whoever guides knows both."""
    first, second = beside(one), beside(other)
    line = first.funding_line_id or second.funding_line_id
    made = Shadowing(first.visit_id, first.worker_id, first.guides & second.guides, line)
    return replace(one, shadowing=made)
