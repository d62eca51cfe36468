"""What a visit that goes with others lacks: who they are, whether anybody can do each, what they lack together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from brigade.advice import InTheWay, Obstacle, ObstacleKind
from brigade.demand import Link, LinkKind
from brigade.plan import Reason
from brigade.problem import Problem
from solver.advice.blocking import in_the_way
from solver.advice.session import Session
from solver.advice.telling import lone_half


def ties_of(session: Session, row: int, found: Sequence[InTheWay]) -> tuple[Reason, ...]:
    """What to say of the visit's ties before anything else; () where it has none. Args: found: its own obstacles."""
    lone = lone_half(session, row)
    if lone is not None:
        return (lone.reason,)
    missing = session.missing_partners(row)
    together = [_lacking(session, row, missing, found)] if missing else []
    return (*together, *_others(session, row, set(missing)))


def _lacking(session: Session, row: int, missing: Sequence[int], found: Sequence[InTheWay]) -> Reason:
    """Visits that are covered together or not at all: which of them nobody can take; else how many people there are for
    how many that it takes; else that they do not meet."""
    names = tuple(session.ids[one] for one in missing)
    able = {one: _able(session, one) for one in (row, *missing)}
    unable = [one for one in missing if not able[one]]
    if unable:
        return Reason.of("pair_unable", other=session.ids[unable[0]], why=_nearest(session, unable[0]))
    if not able[row]:
        first = missing[0]
        return Reason.of("pair_waits", other=session.ids[first], able=able[first])
    needed = people_needed(session.problem, [session.ids[one] for one in (row, *missing)])
    enough = _most_at_once([able[one] for one in (row, *missing)])
    if enough < needed:
        everybody = tuple(sorted({id for people in able.values() for id in people}))
        return Reason.of("pair_too_few", others=names, needed=needed, count=enough, able=everybody)
    return Reason.of("pair_apart", others=names, able=able[row], other_able=able[missing[0]])


def _able(session: Session, row: int) -> tuple[str, ...]:
    """Who could take the visit beside the plan, those it goes with aside."""
    people = (worker.id for worker in session.problem.workers if worker.id not in session.stiff)
    return tuple(id for id in people if session.search.place(row, session.tours_of(id)).is_lawful)


def _nearest(session: Session, row: int) -> Reason:
    """What keeps the person nearest to it from a visit that nobody can take; its own ties aside, so that no chain of visits
    answers in a circle."""
    ways = [in_the_way(session, row, worker.id) for worker in session.problem.workers]
    own = [(_own_obstacles(one), one.worker_id) for one in ways]
    sets = [(obstacles, id) for obstacles, id in own if obstacles]
    if not sets:
        return Reason.of("nobody_available")
    obstacles, worker_id = min(sets, key=lambda one: (one[0][0].kind is ObstacleKind.AWAY, len(one[0])))
    reason = obstacles[0].reason if len(obstacles) == 1 else Reason.of("all_of", obstacles=tuple(it.reason for it in obstacles))
    return Reason.of(reason.code, **{**dict(reason.values), "workers": (worker_id,)})


def _own_obstacles(one: InTheWay) -> tuple[Obstacle, ...]:
    return tuple(it for it in one.obstacles if it.kind not in (ObstacleKind.PARTNER, ObstacleKind.NONE))


# -- how many people -----------------------------------------------------------------------------------------------
def people_needed(problem: Problem, visit_ids: Sequence[str]) -> int:
    """The fewest different people who can do all of these visits, as the links between them say."""
    known = [link for link in problem.links if {link.first, link.second} <= set(visit_ids)]
    apart = {frozenset((link.first, link.second)) for link in known if _takes_two(problem, link)}
    for count in range(1, len(visit_ids)):
        if _can_share(visit_ids, apart, count):
            return count
    return len(visit_ids)


def _takes_two(problem: Problem, link: Link) -> bool:
    """Whether one person cannot do both: told so, at one time, or the second begins before the first can end."""
    if link.kind is LinkKind.GAP:
        return link.max_gap is not None and link.min_gap >= 0 and link.max_gap < problem.visit_by_id[link.first].duration
    return link.kind in (LinkKind.SAME_START, LinkKind.DIFFERENT_WORKERS)


def _can_share(visit_ids: Sequence[str], apart: set[frozenset[str]], count: int) -> bool:
    """Whether so many people are enough: a colouring, of a handful of visits."""

    def place(at: int, given: Mapping[str, int]) -> bool:
        if at == len(visit_ids):
            return True
        used = max(given.values(), default=-1)
        for person in range(min(count, used + 2)):
            taken = [id for id, other in given.items() if other == person]
            if not any(frozenset((id, visit_ids[at])) in apart for id in taken) and place(
                at + 1, {**given, visit_ids[at]: person}
            ):
                return True
        return False

    return place(0, {})


def _most_at_once(able: Sequence[Sequence[str]]) -> int:
    """How many of the visits can have somebody of their own at one time: a matching."""
    chosen: dict[str, int] = {}

    def give(visit: int, seen: set[str]) -> bool:
        for person in able[visit]:
            if person not in seen:
                seen.add(person)
                if person not in chosen or give(chosen[person], seen):
                    chosen[person] = visit
                    return True
        return False

    return sum(give(visit, set()) for visit in range(len(able)))


# -- ties that bind only beside a covered visit --------------------------------------------------------------------
def _others(session: Session, row: int, missing: set[int]) -> Iterator[Reason]:
    """Each other visit that a link ties to this one: who does it and when, or that nobody does."""
    visit_id, told = session.ids[row], {session.ids[one] for one in missing}
    for link in session.problem.links:
        other = {link.first: link.second, link.second: link.first}.get(visit_id)
        if other is None or other in told:
            continue
        told.add(other)
        found, fixed = session.plan.stop_of(other), session.problem.fixed_start(other)
        if found is not None:
            yield Reason.of("tied_to_covered", other=other, by=found[0].worker_id, start=found[1].start)
        elif fixed is not None:
            yield Reason.of("tied_to_usual", other=other, start=fixed)
        else:
            yield Reason.of("tied_loosely", other=other)


__all__ = ["people_needed", "ties_of"]
