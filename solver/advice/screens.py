"""Changes that could cover a visit, kind by kind, the smallest first, as far as the kernel can see.

Each screen yields drafts; `solver.advice.suggestions` has the plain rules check them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import time, timedelta

from brigade.advice import Placement, Suggestion, SuggestionKind
from brigade.coverage import points_of
from brigade.measures import minutes_of
from brigade.places import TravelMode
from brigade.plan import Reason
from brigade.rules.competencies import essential_competencies
from solver.advice.bench import Spot, place_whole, with_spots
from solver.advice.obstacles import NEAR_MIN
from solver.advice.session import Session
from solver.advice.trial import OF_THE_PAIR, try_orders
from solver.arrays import MAY, T_HARD, T_START

MOST_SHIFT_MIN = 120
"""A window moved, or an availability stretched, by more is another visit, another day's work."""
REARRANGE_COST, MOVE_COST, SIGN_COST, CAR_COST, SPLIT_COST, COMPETENCY_COST, DROP_COST = 5, 20, 30, 60, 90, 240, 60
LONGER_FACTOR, POINT_FACTOR = 2, 10
PROBES_MIN = (30, MOST_SHIFT_MIN)
MOVES_TRIED = 4
COARSE_MIN = 5

Screen = Callable[[Session, int], Iterator[Suggestion]]


def placements(session: Session, spots: tuple[Spot, ...]) -> tuple[Placement, ...]:
    tours = session.model.tours
    return tuple(Placement(session.ids[row], tours[t].worker.id, tours[t].index, at) for row, t, at in spots)


def _worker(session: Session, spots: tuple[Spot, ...]) -> str:
    return session.model.tours[spots[0][1]].worker.id


# -- nothing to change, or only the plan ---------------------------------------------------------------------------
def add(session: Session, row: int) -> Iterator[Suggestion]:
    found = place_whole(session, session.search, row)
    if found is not None:
        visit, worker = session.ids[row], _worker(session, found[1])
        reason = Reason.of("add_visit", visit=visit, worker=worker)
        yield Suggestion(SuggestionKind.ADD, visit, reason, 0, placements(session, found[1]), worker)


def rearrange(session: Session, row: int) -> Iterator[Suggestion]:
    """Another visit changes hands and makes room."""
    drafts: list[tuple[int, Suggestion]] = []
    for other, change, spots in _by_removing(session, row, lambda other: len(session.group([other])) == 1):
        orders = with_spots(session.orders, spots, [other])
        with session.bench.holding(orders) as lawful:
            elsewhere = session.bench.search.place(other) if lawful else None
        if elsewhere is None or not elsewhere.is_lawful:
            continue
        visit, worker, moved = session.ids[row], _worker(session, spots), session.ids[other]
        taker = session.model.tours[elsewhere.tour].worker.id
        reason = Reason.of("rearrange", visit=visit, worker=worker, other=moved, other_worker=taker)
        put = placements(session, (*spots, (other, elsewhere.tour, elsewhere.position)))
        draft = Suggestion(SuggestionKind.REARRANGE, visit, reason, REARRANGE_COST, put, worker)
        drafts.append((change + elsewhere.change, draft))
    yield from (draft for _, draft in sorted(drafts, key=lambda one: one[0]))


def _by_removing(session: Session, row: int, suits: Callable[[int], bool]) -> Iterator[tuple[int, int, tuple[Spot, ...]]]:
    """Covered visits, never pinned ones, whose leaving lets the visit in: (it, change of cost, spots)."""
    for other, (tour, _) in sorted(session.place_of.items()):
        group = session.group([other])
        if not suits(other) or any(session.is_pinned(one) for one in group):
            continue
        tours = session.tours_of(session.model.tours[tour].worker.id)
        found = place_whole(session, session.search, row, tours=None if session.missing_partners(row) else tours, without=group)
        if found is not None:
            yield other, found[0], found[1]


# -- other hours ---------------------------------------------------------------------------------------------------
def shift_window(session: Session, row: int) -> Iterator[Suggestion]:
    """The smallest shift later and the smallest earlier; visits that go together move together."""
    rows = [row, *session.missing_partners(row)]
    drafts = []
    for sign in (-1, 1):
        for minutes in _minutes(len(rows) > 1):
            by = sign * session.problem.horizon.ticks(minutes)
            with session.bench.shifted(rows, by):
                found = place_whole(session, session.bench.search, row)
            if found is not None:
                drafts.append((minutes, _shift_draft(session, rows, by, found[1])))
                break
    yield from (draft for _, draft in sorted(drafts, key=lambda one: one[0]))


def _minutes(is_pair: bool) -> range:
    """Minute by minute; pairs, which take a hundred times longer, by five."""
    return range(COARSE_MIN, MOST_SHIFT_MIN + 1, COARSE_MIN) if is_pair else range(1, MOST_SHIFT_MIN + 1)


def _shift_draft(session: Session, rows: list[int], by: int, spots: tuple[Spot, ...]) -> Suggestion:
    names, minutes = tuple(session.ids[one] for one in rows), minutes_of(session.problem, abs(by))
    worker = _worker(session, spots)
    code = "shift_window_later" if by > 0 else "shift_window_earlier"
    return Suggestion(
        SuggestionKind.SHIFT_WINDOW,
        names[0],
        Reason.of(code, visits=names, shift_min=minutes, worker=worker),
        round(minutes),
        placements(session, spots),
        worker,
        shift=by,
        changed_visits=names,
    )


def extend(session: Session, row: int) -> Iterator[Suggestion]:
    """For each worker the fewest minutes more before or after a tour, then the fewest of all first."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    drafts: list[tuple[int, Suggestion]] = []
    for tour in range(len(session.model.tours)):
        if session.gap(tour, row) <= near and session.arrays.pairs[tour, row] & MAY:
            for is_later in (True, False):
                found = _least_longer(session, row, tour, is_later)
                if found is not None:
                    drafts.append((found[0], _extend_draft(session, row, tour, found, is_later)))
    drafts.sort(key=lambda one: (one[0], one[1].worker_id or ""))
    told: set[str | None] = set()
    for _, draft in drafts:
        if draft.worker_id not in told:
            told.add(draft.worker_id)
            yield draft


def _least_longer(session: Session, row: int, tour: int, is_later: bool) -> tuple[int, tuple[Spot, ...]] | None:
    """The fewest minutes that are enough where one fewer is not: the first probe that is, then halving below it. None where
    the visit fits with none at all."""
    room = session.problem.horizon.minutes(_room(session, tour, is_later))
    low, high, found = 0, 0, None
    for probe in (minutes for minutes in PROBES_MIN if minutes <= room):
        low, high, found = high, probe, _if_longer(session, row, tour, probe, is_later)
        if found is not None:
            break
    while found is not None and high - low > 1:
        middle = (low + high) // 2
        spots = _if_longer(session, row, tour, middle, is_later)
        low, high, found = (low, middle, spots) if spots is not None else (middle, high, found)
    if found is None or (high == 1 and _if_longer(session, row, tour, 0, is_later) is not None):
        return None
    return high, found


def _if_longer(session: Session, row: int, tour: int, minutes: int, is_later: bool) -> tuple[Spot, ...] | None:
    ticks = session.problem.horizon.ticks(minutes)
    tours = session.tours_of(session.model.tours[tour].worker.id) if session.missing_partners(row) else range(tour, tour + 1)
    with session.bench.longer(tour, 0 if is_later else ticks, ticks if is_later else 0):
        found = place_whole(session, session.bench.search, row, tours=tours)
    return None if found is None else found[1]


def _room(session: Session, tour: int, is_later: bool) -> int:
    """Ticks free up to the worker's next (previous) availability, inside the local dates this one has: on another date
    other rules speak, which this tour's pairs were never asked."""
    horizon, tours = session.problem.horizon, session.arrays.tours
    own, start, end = session.tours_of(session.model.tours[tour].worker.id), tours[tour, T_START], tours[tour, T_HARD]
    if is_later:
        midnight = horizon.at(horizon.day_of(int(end) - 1) + timedelta(days=1), time())
        return int(min(midnight, tours[tour + 1, T_START] if tour + 1 < own.stop else midnight) - end)
    midnight = horizon.at(horizon.day_of(int(start)), time())
    return int(start - max(midnight, tours[tour - 1, T_HARD] if tour > own.start else midnight))


def _extend_draft(session: Session, row: int, tour: int, found: tuple[int, tuple[Spot, ...]], is_later: bool) -> Suggestion:
    minutes, spots = found
    own, ticks = session.model.tours[tour], session.problem.horizon.ticks(minutes)
    return Suggestion(
        SuggestionKind.EXTEND,
        session.ids[row],
        Reason.of("extend_later" if is_later else "extend_earlier", worker=own.worker.id, extra_min=minutes),
        LONGER_FACTOR * minutes,
        placements(session, spots),
        own.worker.id,
        tour=own.index,
        earlier=0 if is_later else ticks,
        later=ticks if is_later else 0,
    )


def reaches_new_dates(session: Session, one: Suggestion) -> bool:
    """Whether the longer availability lets the visit, or one beside it, take place on a date where the tour as it is could
    not hold it: the model's pairs know nothing of that date."""
    rows = [session.row(put.visit_id) for put in one.placements]
    for tour in session.tours_of(one.worker_id or ""):
        if session.model.tours[tour].index == one.tour:
            start, end = session.arrays.tours[tour, [T_START, T_HARD]].tolist()
            beside = [*rows, *session.orders[tour]]
            new = (session.dates(row, start - one.earlier, end + one.later) - session.dates(row, start, end) for row in beside)
            return any(new)
    return True


# -- papers, cars, competencies ------------------------------------------------------------------------------------
def sign(session: Session, row: int) -> Iterator[Suggestion]:
    visit, provider = session.ids[row], session.problem.provider_of(session.model.requests[row].visit).id
    for worker, spots in _if_allowed(session, row, "ENGAGEMENT"):
        reason = Reason.of("sign_engagement", worker=worker, provider=provider)
        put = placements(session, spots)
        yield Suggestion(SuggestionKind.SIGN, visit, reason, SIGN_COST, put, worker, provider_id=provider)


def add_competency(session: Session, row: int) -> Iterator[Suggestion]:
    """Where one competency is all that is lacking."""
    problem, visit = session.problem, session.model.requests[row].visit
    for worker, spots in _if_allowed(session, row, "COMPETENCIES"):
        held = problem.competencies_of(problem.worker_by_id[worker], session.model.tours[spots[0][1]].day)
        missing = sorted(visit.required - held) or sorted(essential_competencies(problem))[:1]
        if len(missing) == 1:
            reason = Reason.of("add_competency", worker=worker, missing=missing[0])
            put = placements(session, spots)
            yield Suggestion(SuggestionKind.COMPETENCY, visit.id, reason, COMPETENCY_COST, put, worker, competency=missing[0])


def _if_allowed(session: Session, row: int, code: str) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    """Workers whom this rule keeps away, and where the visit would go without it; the cheapest first."""
    found = []
    for tour, own in enumerate(session.model.tours):
        held = int(session.model.forbidden_by[tour, row])
        if held and session.model.codes[held - 1] == code and not session.gap(tour, row):
            with session.bench.allowed(tour, row):
                spots = place_whole(session, session.bench.search, row, tours=range(tour, tour + 1))
            if spots is not None and _rules_against(session, row, tour) == {code}:
                found.append((spots[0], own.worker.id, spots[1]))
    yield from ((worker, spots) for _, worker, spots in sorted(found))


def _rules_against(session: Session, row: int, tour: int) -> set[str]:
    """Every rule of the pair that the visit would break in that tour: the model remembers only the first."""
    own = session.model.tours[tour]
    trial = try_orders(session.problem, {(own.worker.id, own.index): [session.ids[row]]}, OF_THE_PAIR)
    return {one.rule for one in trial.violations}


def lend_car(session: Session, row: int) -> Iterator[Suggestion]:
    search, found = session.bench.with_cars, []
    for worker in session.problem.workers if search is not None else ():
        if search is not None and worker.mode is not TravelMode.CAR:
            spots = place_whole(session, search, row, tours=session.tours_of(worker.id))
            if spots is not None:
                found.append((spots[0], worker.id, spots[1]))
    for _, worker_id, where in sorted(found):
        reason = Reason.of("lend_car", worker=worker_id)
        put = placements(session, where)
        yield Suggestion(SuggestionKind.LEND_CAR, session.ids[row], reason, CAR_COST, put, worker_id)


# -- other visits --------------------------------------------------------------------------------------------------
def split(session: Session, row: int) -> Iterator[Suggestion]:
    """The visit alone, without one of those it is tied to."""
    visit = session.ids[row]
    others = {
        one.second if one.first == visit else one.first for one in session.problem.links if visit in (one.first, one.second)
    }
    for other in sorted(others & session.model.visit_row.keys()):
        rest = [one for one in session.missing_partners(row) if session.ids[one] != other]
        with session.bench.untied(row, session.model.visit_row[other]):
            found = session.bench.search.place(row)
        if found.is_lawful and not rest:
            spots = ((row, found.tour, found.position),)
            worker = _worker(session, spots)
            reason = Reason.of("split_from", visit=visit, other=other, worker=worker)
            yield Suggestion(SuggestionKind.SPLIT, visit, reason, SPLIT_COST, placements(session, spots), worker, other=other)


def move(session: Session, row: int) -> Iterator[Suggestion]:
    """A visit of lower priority at another hour, wherever that may be."""
    lower = [
        one
        for one in _by_removing(session, row, lambda other: _is_lower(session, other, row))
        if len(session.group([one[0]])) == 1
    ]
    for other, _, spots in sorted(lower, key=lambda one: one[1])[:MOVES_TRIED]:
        with session.bench.holding(with_spots(session.orders, spots, [other])) as lawful:
            found = _least_move(session, other) if lawful else None
        if found is not None:
            yield _move_draft(session, row, other, spots, *found)


def _least_move(session: Session, other: int) -> tuple[int, Spot] | None:
    for minutes in range(COARSE_MIN, MOST_SHIFT_MIN + 1, COARSE_MIN):
        for sign in (1, -1):
            by = sign * session.problem.horizon.ticks(minutes)
            with session.bench.shifted([other], by):
                found = session.bench.search.place(other)
            if found.is_lawful:
                return by, (other, found.tour, found.position)
    return None


def _move_draft(session: Session, row: int, other: int, spots: tuple[Spot, ...], by: int, spot: Spot) -> Suggestion:
    visit, moved, worker = session.ids[row], session.ids[other], _worker(session, spots)
    minutes = minutes_of(session.problem, abs(by))
    code = "move_later" if by > 0 else "move_earlier"
    reason = Reason.of(code, visit=visit, other=moved, shift_min=minutes, worker=worker)
    put = placements(session, (*spots, spot))
    cost = MOVE_COST + round(minutes)
    return Suggestion(SuggestionKind.MOVE, visit, reason, cost, put, worker, shift=by, changed_visits=(moved,))


def drop(session: Session, row: int) -> Iterator[Suggestion]:
    """A visit of lower priority given up, and what cannot stay without it."""
    drafts = []
    for other, change, spots in _by_removing(session, row, lambda other: _is_lower(session, other, row)):
        group = session.group([other])
        points = sum(points_of(session.problem, session.model.requests[one].visit) for one in group)
        drafts.append((points, change, group, spots))
    for points, _, group, spots in sorted(drafts):
        names, visit, worker = tuple(session.ids[one] for one in group), session.ids[row], _worker(session, spots)
        level = min(session.model.requests[one].visit.level for one in group)
        reason = Reason.of("drop_visits", visits=names, priority=level, visit=visit, worker=worker)
        cost, put = DROP_COST + POINT_FACTOR * points, placements(session, spots)
        yield Suggestion(SuggestionKind.DROP, visit, reason, cost, put, worker, changed_visits=names)


def _is_lower(session: Session, other: int, row: int) -> bool:
    """Whether a covered visit, and all that would leave with it, is of lower priority."""
    level = session.model.requests[row].visit.level
    return all(session.model.requests[one].visit.level > level for one in session.group([other]))


SCREENS: Mapping[SuggestionKind, Screen] = {
    SuggestionKind.ADD: add,
    SuggestionKind.REARRANGE: rearrange,
    SuggestionKind.SHIFT_WINDOW: shift_window,
    SuggestionKind.EXTEND: extend,
    SuggestionKind.SIGN: sign,
    SuggestionKind.LEND_CAR: lend_car,
    SuggestionKind.SPLIT: split,
    SuggestionKind.MOVE: move,
    SuggestionKind.COMPETENCY: add_competency,
    SuggestionKind.DROP: drop,
}
