"""What keeps one worker from one visit, the first thing first: on the pair alone, then beside the rest of the plan.

The kernel finds the tour and the position nearest to possible; the plain rules say what breaks there, with the values met.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from brigade.advice import InTheWay, Obstacle, ObstacleKind
from brigade.plan import Reason
from brigade.timing import TourKey
from solver.advice.pushing import own, pushed_out
from solver.advice.session import Session
from solver.advice.telling import forbidden, obstacles_from, shut_by_tie, too_short
from solver.advice.trial import EVERY, OF_THE_PAIR, OF_TIMES, Trial, fresh, orders_around, orders_of, pinned_starts, try_orders
from solver.arrays import MAY
from solver.kernel.search import Fit, Verdict

NEAR_MIN = 120
"""An availability that misses the visit's time by more is no availability for it."""


class Stage(IntEnum):
    """How far a tour gets before something stops it."""

    FORBIDDEN = 0
    ALONE = 1
    TIED = 2
    PLAN = 3
    OPEN = 4


@dataclass(frozen=True, slots=True)
class Look:
    tour: int
    stage: Stage
    place: Fit


@dataclass
class Budget:
    """How many times the plain rules may still be asked when only the first obstacle is wanted. A count, not a clock: the
    same plan has the same reasons."""

    trials: int

    def spend(self) -> bool:
        self.trials -= 1
        return self.trials >= 0


def in_the_way(session: Session, row: int, worker_id: str, budget: Budget | None = None) -> InTheWay:
    """Args: row: the visit. budget: with one, only the first obstacle is sought, as cheaply as that."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    if worker_id in session.stiff:
        return InTheWay(worker_id, None, (Obstacle(ObstacleKind.RULE, Reason.of("stands_by_waiver")),))
    tours = [tour for tour in session.tours_of(worker_id) if session.gap(tour, row) <= near]
    if not tours:
        return InTheWay(worker_id, None, (Obstacle(ObstacleKind.AWAY, Reason.of("not_available")),))
    look = max((_look(session, row, tour) for tour in tours), key=lambda one: (one.stage, -session.gap(one.tour, row)))
    found = _obstacles(session, row, look, budget)
    return InTheWay(worker_id, session.model.tours[look.tour].index, tuple(dict.fromkeys(found)))


def _look(session: Session, row: int, tour: int) -> Look:
    only = range(tour, tour + 1)
    place = session.search.place(row, only, without=own(session, row))
    if place.is_lawful:
        return Look(tour, Stage.OPEN, place)
    alone = session.free.place(row, only, anyway=True)
    if not session.arrays.pairs[tour, row] & MAY:
        return Look(tour, Stage.FORBIDDEN, alone)
    if not alone.is_lawful:
        return Look(tour, Stage.ALONE, alone)
    cleared = [*own(session, row), *(one for one in session.stops_of(session.model.tours[tour].worker.id) if one != row)]
    if not session.search.place(row, only, without=cleared).is_lawful:
        return Look(tour, Stage.TIED, place)
    return Look(tour, Stage.PLAN, place)


def _obstacles(session: Session, row: int, look: Look, budget: Budget | None) -> list[Obstacle]:
    match look.stage:
        case Stage.FORBIDDEN | Stage.ALONE:
            return _alone(session, row, look, budget)
        case Stage.TIED:
            return _tied(session, row, look, budget)
        case Stage.PLAN:
            return _beside_the_plan(session, row, look, budget)
        case Stage.OPEN:
            return _nothing(session, row, look)


# -- the pair alone ------------------------------------------------------------------------------------------------
def _alone(session: Session, row: int, look: Look, budget: Budget | None) -> list[Obstacle]:
    """Everything that the rules of the pair, the clock and the worker's days say of this visit on a free day."""
    shut = shut_by_tie(session, row)
    if budget is not None or shut:
        quick = forbidden(session, row, look.tour), shut or too_short(session, row, look.tour)
        told = [one for one in quick if one]
        if told and told[0].kind is not ObstacleKind.PARTNER:
            return told if budget is None else told[:1]
    rules = EVERY if look.place.verdict is Verdict.RULE else (*OF_THE_PAIR, *OF_TIMES)
    trial = try_orders(session.problem, {_key(session, look.tour): [session.ids[row]]}, rules, pinned_starts(session.plan))
    found = obstacles_from(session, row, look.tour, trial.violations)
    known = forbidden(session, row, look.tour)
    if not found and known and known.kind is ObstacleKind.PARTNER:
        return _but_for_its_partner(session, row, look.tour, known)
    return found or ([known] if known else [_no_place()])


def _but_for_its_partner(session: Session, row: int, tour: int, known: Obstacle) -> list[Obstacle]:
    """Possible on a free day, were it not for the visit it goes with, which is not to be covered: then what the plan says."""
    with session.bench.allowed(tour, row):
        place = session.bench.search.place(row, range(tour, tour + 1), without=own(session, row))
    if place.is_lawful or place.position < 0:
        return [known]
    key, id = _key(session, tour), session.ids[row]
    before = {other: [one for one in order if one != id] for other, order in orders_of(session.plan).items()}
    order = before.get(key, [])
    after = {**before, key: [*order[: place.position], id, *order[place.position :]]}
    return [*obstacles_from(session, row, tour, _try(session, before, after, key, EVERY).violations), known]


def _tied(session: Session, row: int, look: Look, budget: Budget | None) -> list[Obstacle]:
    """On a free day, but beside the covered visits that links tie it to."""
    rules = EVERY if budget is None or (look.place.verdict is Verdict.RULE and budget.spend()) else OF_TIMES
    orders = orders_of(session.plan)
    key = _key(session, look.tour)
    kept = {other: order for other, order in orders.items() if other[0] != key[0]}
    kept = {other: [id for id in order if id != session.ids[row]] for other, order in kept.items()}
    trial = _try(session, kept, {**kept, key: [session.ids[row]]}, key, rules)
    return obstacles_from(session, row, look.tour, trial.violations) or [_no_place()]


# -- beside the plan -----------------------------------------------------------------------------------------------
def _beside_the_plan(session: Session, row: int, look: Look, budget: Budget | None) -> list[Obstacle]:
    """A limit that would be passed, or other visits in the way; and what would have to go."""
    is_limit = look.place.verdict in (Verdict.RULE, Verdict.ENDS)
    busy = _busy(session, row, look.tour)
    if budget is not None and not (is_limit and budget.spend()):
        return [busy]
    key, id = _key(session, look.tour), session.ids[row]
    before = {other: [one for one in order if one != id] for other, order in orders_of(session.plan).items()}
    order = before.get(key, [])
    after = {**before, key: [*order[: look.place.position], id, *order[look.place.position :]]}
    trial = _try(session, before, after, key, EVERY if is_limit else (*OF_TIMES, "availability"))
    broken = obstacles_from(session, row, look.tour, trial.violations)
    return [*broken, busy] if is_limit else [busy, *broken]


def _busy(session: Session, row: int, tour: int) -> Obstacle:
    gone = pushed_out(session, row, tour)
    ids = tuple(session.ids[one] for one in gone)
    if not ids:
        return _no_place()
    level = min(session.model.requests[one].visit.level for one in gone)
    return Obstacle(ObstacleKind.BUSY, Reason.of("busy_elsewhere", visits=ids, priority=level), None, ids, level)


def _nothing(session: Session, row: int, look: Look) -> list[Obstacle]:
    missing = session.missing_partners(row)
    if missing:
        other = next((one for one in missing if not session.has_place(one)), None)
        if other is not None:
            return [Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with_unable", other=session.ids[other]))]
        return [Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with", other=session.ids[missing[0]]))]
    return [Obstacle(ObstacleKind.NONE, Reason.of("could_take"))]


# -- what they share -----------------------------------------------------------------------------------------------
def _try(
    session: Session,
    before: dict[TourKey, list[str]],
    after: dict[TourKey, list[str]],
    key: TourKey,
    rules: tuple[str, ...],
) -> Trial:
    """The tours of the worker and those tied to them; of the rules broken, those that were not broken before."""
    pinned = pinned_starts(session.plan)
    trial = try_orders(session.problem, orders_around(session.problem, after, [key[0]]), rules, pinned)
    if not session.plan.waivers:
        return trial
    known = try_orders(session.problem, orders_around(session.problem, before, [key[0]]), rules, pinned)
    return Trial(trial.plan, tuple(fresh(trial.violations, known.violations)), trial.untimed)


def _key(session: Session, tour: int) -> TourKey:
    return session.model.tours[tour].worker.id, session.model.tours[tour].index


def _no_place() -> Obstacle:
    return Obstacle(ObstacleKind.RULE, Reason.of("no_lawful_place"))
