"""What a visit that goes with others lacks: who they are, whether anybody can do each, what they lack
together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations, product
from math import inf

from brigade.changes.answers import Obstacle, ObstacleKind, ObstacleSet
from brigade.values.demand import LinkKind
from brigade.values.plan import Reason
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.obstacle_words import lone_half
from solver.advice.obstacles.worker_obstacles import obstacles_between
from solver.advice.summary import reason_of_all
from solver.advice.trial_model import place_whole


def ties_of(session: AdviceSession, row: int, found: Sequence[ObstacleSet]) -> tuple[Reason, ...]:
    """What to say of the visit's ties before anything else; () where it has none. Args: found: its own
    obstacles."""
    lone = lone_half(session, row)
    if lone is not None:
        return (lone.reason,)
    missing = session.missing_partners(row)
    is_lacking = bool(missing) and place_whole(session, session.search, row) is None
    together = [_lacking(session, row, missing, found)] if is_lacking else []
    return (*together, *_others(session, row, set(missing)))


def _lacking(
    session: AdviceSession, row: int, missing: Sequence[int], found: Sequence[ObstacleSet]
) -> Reason:
    """Visits that are covered together or not at all: which of them nobody can take; else how many people
    there are for how many that it takes; else that they do not meet."""
    names = tuple(session.ids[one] for one in missing)
    able = {one: _able(session, one) for one in (row, *missing)}
    unable = [one for one in missing if not able[one]]
    if unable:
        return Reason.of("pair_unable", other=session.ids[unable[0]], why=_nearest(session, unable[0]))
    if not able[row]:
        first = missing[0]
        return Reason.of("pair_waits", other=session.ids[first], able=able[first])
    people = {session.ids[one]: able[one] for one in (row, *missing)}
    short = _too_few(session.problem, list(people), people)
    if short is not None:
        visits, needed, enough = short
        others = tuple(id for id in visits if id != session.ids[row])
        everybody = tuple(sorted({id for one in visits for id in people[one]}))
        return Reason.of("pair_too_few", others=others, needed=needed, count=enough, able=everybody)
    pair = _same_person(session, row, missing)
    if pair is not None and not set(able[row]) & set(able[pair]):
        other = session.ids[pair]
        return Reason.of("pair_same_person", others=(other,), able=able[row], other_able=able[pair])
    return Reason.of("pair_apart", others=names, able=able[row], other_able=able[missing[0]])


def _same_person(session: AdviceSession, row: int, missing: Sequence[int]) -> int | None:
    """The visit that whoever does this one has to do too."""
    same = _same(session.problem, [session.ids[one] for one in (row, *missing)])
    return next((one for one in missing if frozenset((session.ids[row], session.ids[one])) in same), None)


def _able(session: AdviceSession, row: int) -> tuple[str, ...]:
    """Who could take the visit beside the plan, those it goes with aside."""
    people = (worker.id for worker in session.problem.workers if worker.id not in session.fixed_workers)
    return tuple(id for id in people if session.search.place(row, session.tours_of(id)).is_lawful)


def _nearest(session: AdviceSession, row: int) -> Reason:
    """What keeps the person nearest to it from a visit that nobody can take; its own ties aside, so that no
    chain of visits answers in a circle."""
    ways = [obstacles_between(session, row, worker.id) for worker in session.problem.workers]
    own = [(_own_obstacles(one), one.worker_id) for one in ways]
    sets = [(obstacles, id) for obstacles, id in own if obstacles]
    if not sets:
        lone = lone_half(session, row)
        return Reason.of("nobody_available") if lone is None else lone.reason
    obstacles, worker_id = min(sets, key=lambda one: (one[0][0].kind is ObstacleKind.AWAY, len(one[0])))
    reason = reason_of_all(obstacles)
    return Reason.of(reason.code, **{**dict(reason.values), "workers": (worker_id,)})


def _own_obstacles(one: ObstacleSet) -> tuple[Obstacle, ...]:
    return tuple(it for it in one.obstacles if it.kind not in (ObstacleKind.PARTNER, ObstacleKind.NONE))


# -- how many people ---------------------------------------------------------------------------------------
def people_needed(problem: Problem, visit_ids: Sequence[str]) -> int:
    """The fewest different people who can do all of these visits, as their hours and the links between them
    say."""
    apart, same = _apart(problem, visit_ids), _same(problem, visit_ids)
    # From the fewest up: the first number that is enough is the answer, and a handful of visits is soon
    # tried.
    for count in range(1, len(visit_ids)):
        if _can_share(visit_ids, apart, same, count):
            return count
    return len(visit_ids)


def _too_few(
    problem: Problem, visit_ids: Sequence[str], able: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], int, int] | None:
    """(visits, people that they take, people there are) of the fewest visits that each ask for somebody of
    their own and have not enough people who can do them, the first visit's before others; else of all of
    them; None where there are enough."""
    apart = _apart(problem, visit_ids)
    for size in range(2, len(visit_ids) + 1):
        for some in combinations(visit_ids, size):  # those with the first visit come first
            if all(frozenset(pair) in apart for pair in combinations(some, 2)):
                enough = _most_at_once([able[id] for id in some])
                if enough < size:
                    return some, size, enough
    needed, enough = people_needed(problem, visit_ids), _most_at_once([able[id] for id in visit_ids])
    return (tuple(visit_ids), needed, enough) if enough < needed else None


def _apart(problem: Problem, visit_ids: Sequence[str]) -> set[frozenset[str]]:
    """Pairs that one person cannot do both of: told so, or both going on at one time whenever they begin."""
    told = {
        frozenset((one.first, one.second)) for one in problem.links if one.kind is LinkKind.DIFFERENT_WORKERS
    }
    most, visit_by_id = _most_between(problem, visit_ids), problem.visit_by_id
    pairs = [frozenset(pair) for pair in combinations(visit_ids, 2)]
    return {
        pair
        for pair in pairs
        if pair in told or all(most[one, two] < visit_by_id[one].duration for one, two in permutations(pair))
    }


def _same(problem: Problem, visit_ids: Sequence[str]) -> set[frozenset[str]]:
    links = (one for one in problem.links if one.kind is LinkKind.SAME_WORKER)
    return {frozenset((one.first, one.second)) for one in links if {one.first, one.second} <= set(visit_ids)}


def _most_between(problem: Problem, visit_ids: Sequence[str]) -> dict[tuple[str, str], float]:
    """By (one, other): ticks by which the other can begin after the one at the most; links add up along a
    chain."""
    windows = {id: problem.visit_by_id[id].windows for id in visit_ids}
    most: dict[tuple[str, str], float] = {
        (one, two): windows[two][-1].hard_latest - windows[one][0].earliest
        for one, two in permutations(visit_ids, 2)
    }
    for link in problem.links:
        if {link.first, link.second} <= windows.keys() and link.kind in (LinkKind.SAME_START, LinkKind.GAP):
            is_same = link.kind is LinkKind.SAME_START
            after: float = 0 if is_same else inf if link.max_gap is None else link.max_gap
            before = 0 if is_same else -link.min_gap
            most[link.first, link.second] = min(most[link.first, link.second], after)
            most[link.second, link.first] = min(most[link.second, link.first], before)
    for by, one, two in product(visit_ids, repeat=3):
        if len({by, one, two}) == 3:
            most[one, two] = min(most[one, two], most[one, by] + most[by, two])
    return most


def _can_share(
    visit_ids: Sequence[str], apart: set[frozenset[str]], same: set[frozenset[str]], count: int
) -> bool:
    """Whether so many people are enough: a colouring, of a handful of visits."""

    def suits(person: int, id: str, given: Mapping[str, int]) -> bool:
        pairs = ((frozenset((id, other)), mine == person) for other, mine in given.items())
        return not any(pair in apart if is_hers else pair in same for pair, is_hers in pairs)

    def place(at: int, given: Mapping[str, int]) -> bool:
        if at == len(visit_ids):
            return True
        id, used = visit_ids[at], max(given.values(), default=-1)
        # One new person at a time: which of the unused people it is makes no difference.
        people = range(min(count, used + 2))
        return any(suits(person, id, given) and place(at + 1, {**given, id: person}) for person in people)

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


# -- ties that bind only beside a covered visit ------------------------------------------------------------
def _others(session: AdviceSession, row: int, missing: set[int]) -> Iterator[Reason]:
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
