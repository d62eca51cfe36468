"""A reserve kept free: of plans that cover as much, one that can still take what is likely to come in.

The plain plan stands first. From it the search goes on over days on which likely absences have come true
(`brigade.changes.likely_absences`); what it gave to them is taken out again, and leaves room. All plans are
then tried by one measure: the likely visits that can still be put in while nothing that is told moves, in the
mean of several samples of absences. One sample alone would choose the plan that is made for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from statistics import mean

from brigade.changes.likely_absences import LikelyVisits, likely_visits
from brigade.judging.coverage_levels import cost_of_a_point, uncovered_by_level
from brigade.judging.objective import CostBreakdown, breakdown
from brigade.units import Ticks
from brigade.values.plan import Plan, Reason
from brigade.values.policy import Reserve
from brigade.values.problem import Problem
from solver.engines.annealing import Annealing
from solver.engines.portfolio import search
from solver.kernel.local_search import Search
from solver.model.decode import decode
from solver.model.fixed_part import from_now_on
from solver.model.model import Model, build_model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings

PLAIN_SHARE = 0.5
"""Of the time or work of a search, what the plain plan gets."""
SEARCHED = (0.5, 0.1)
"""Offsets of the samples (`sampled`) over whose days the search goes on."""
TRIED = (*SEARCHED, 0.3, 0.7, 0.9)
"""Offsets of those by which plans are tried."""
ROOM_ITERATIONS, ROOM_HEAT = 2000, 0.1
"""Work to see what a plan can still take, the same for both: only what is not told can be placed."""


@dataclass(frozen=True, slots=True)
class ReserveRoom:
    """What a plan can still take of the likely visits, in the mean of the samples: how many, their service,
    and what leaving them would cost, in cost units."""

    visits: int
    service: Ticks
    worth: int


@dataclass(frozen=True, slots=True)
class ReserveReport:
    """What a plan says of its reserve. `absences`, `visits`, `service`: what is likely, in the mean of the
    samples; no visits: nothing is likely any more. `room`, `plain`: what this plan and the plain one can
    still take. `soft`, `travel`: what this plan costs more than the plain one, in units of the policy, and
    travels more; 0 where it is the plain one."""

    absences: int = 0
    visits: int = 0
    service: Ticks = 0
    room: ReserveRoom = ReserveRoom(0, 0, 0)
    plain: ReserveRoom = ReserveRoom(0, 0, 0)
    soft: int = 0
    travel: Ticks = 0

    @property
    def is_kept(self) -> bool:
        """Whether the plan is another than the plain one."""
        return self.room.worth > self.plain.worth

    def sentence(self, problem: Problem) -> Reason:
        if not self.visits:
            return Reason.of("reserve_nothing_likely")
        minutes = problem.horizon.minutes
        likely = {
            "absences": self.absences,
            "visits": self.visits,
            "likely_min": minutes(self.service),
            "room": self.room.visits,
            "room_min": minutes(self.room.service),
        }
        if not self.is_kept:
            return Reason.of("reserve_plain", **likely)
        # What the longer search saved by itself is no price.
        dearer = {"cost": self.soft} if self.soft > 0 else {}
        farther = {"travel_min": minutes(self.travel)} if self.travel > 0 else {}
        each = cost_of_a_point(problem)
        # As many visits may be worth more: the points say what the plan was chosen for.
        worth = {"points": self.room.worth // each, "plain_points": self.plain.worth // each}
        return Reason.of("reserve_kept", **likely, plain=self.plain.visits, **worth, **dearer, **farther)


@dataclass(frozen=True, slots=True)
class ReservedPlan:
    plan: Plan
    report: ReserveReport


def plain_part(settings: SearchSettings) -> SearchSettings:
    """The effort for the plain plan; the reserve gets as much again."""
    return _share(settings, PLAIN_SHARE)


def with_reserve(
    problem: Problem,
    reserve: Reserve,
    model: Model,
    plain: Plan,
    settings: SearchSettings,
    start: Plan | None = None,
    stop: threading.Event | None = None,
) -> ReservedPlan:
    """The plan that can still take more than `plain`, or `plain` itself, and what is to be said of it.

    Args: model: of `problem`, from now on. plain: its plan. settings: of the whole search. start: the plan
    told before, if any.
    """
    effort = replace(_share(settings, (1 - PLAIN_SHARE) / len(SEARCHED)), prove=False)

    def go_on(likely: Problem) -> Plan:
        return _found(likely, model, plain, effort, SearchClock(effort, stop), start)

    def priced(plan: Plan) -> CostBreakdown:
        return breakdown(problem, plan, start)

    return most_room(problem, reserve, plain, go_on, settings.seed, priced)


def most_room(
    problem: Problem,
    reserve: Reserve,
    plain: Plan,
    go_on: Callable[[Problem], Plan | None],
    seed: int,
    priced: Callable[[Plan], CostBreakdown],
) -> ReservedPlan:
    """Of `plain` and the plans that a search of likely days makes of it the one with most room.

    Args: go_on: the search, from `plain` over a likely day; what it gave to likely visits is taken out again,
    None where it found nothing that may be. priced: what a plan costs.
    """
    samples = [likely_visits(problem, reserve, offset) for offset in TRIED]
    if not any(one.absences for one in samples):
        return ReservedPlan(plain, ReserveReport())
    tried = [(plain, _mean_room(samples, plain, seed))]
    left_plain = uncovered_by_level(problem, plain)
    for likely in samples[: len(SEARCHED)]:
        found = go_on(likely.problem)
        if found is None:
            continue
        left = uncovered_by_level(problem, found)
        is_new = all(found.routes != other.routes for other, _ in tried)
        if is_new and all(more <= less for more, less in zip(left, left_plain, strict=True)):
            tried.append((found, _mean_room(samples, found, seed)))
    known = _report(samples, tried[0][1])
    # Of equal room `max` keeps the first: the plain plan, where none has more.
    best, room = max(tried, key=lambda pair: pair[1].worth)
    if best is plain:
        return ReservedPlan(plain, known)
    soft = (priced(best).soft - priced(plain).soft) // problem.horizon.ticks_per_minute
    return ReservedPlan(best, replace(known, room=room, soft=soft, travel=best.travel - plain.travel))


def _mean_room(samples: Sequence[LikelyVisits], plan: Plan, seed: int) -> ReserveRoom:
    rooms = [room_of(one.problem, plan, seed) for one in samples]
    return ReserveRoom(
        ceil(mean(one.visits for one in rooms)),
        round(mean(one.service for one in rooms)),
        round(mean(one.worth for one in rooms)),
    )


def room_of(likely: Problem, plan: Plan, seed: int) -> ReserveRoom:
    """How much of what is likely the plan can still take while all that it tells stays."""
    told = replace(plan, pinned=plan.covered)
    asked, begun = from_now_on(likely, told)
    firm = begun or told
    model = build_model(asked, firm)
    engine = Search(model.arrays, seed)
    if not engine.load(model.order_of(firm), model.starts_of(firm)):
        # A day that does not stand by itself (its hours were waived, or chosen by hand) holds no reserve.
        return ReserveRoom(0, 0, 0)
    engine.reset_best()
    engine.construct()
    Annealing(model, engine).run_iterations(ROOM_ITERATIONS, ROOM_HEAT)
    engine.complete()
    rows = [row for order in engine.plan() for row in order]
    taken = [visit for row in rows if (visit := model.requests[row].visit).id in likely.likely]
    worth = sum(likely.likely[visit.id] for visit in taken)
    return ReserveRoom(len(taken), sum(visit.duration for visit in taken), worth)


# -- the search --------------------------------------------------------------------------------------------
def _found(
    likely: Problem,
    model: Model,
    plain: Plan,
    settings: SearchSettings,
    clock: SearchClock,
    start: Plan | None,
) -> Plan:
    """The best plan of the likely day, less what is only likely."""
    asked, told = from_now_on(likely, start)
    larger = build_model(asked, told)
    solution = search(larger, settings, clock, plain)
    engine = Search(model.arrays, settings.seed)
    put_asked(model, engine, larger, solution.orders, solution.starts)
    return decode(model, engine.plan(), engine.starts(), start, clock)


def put_asked(
    model: Model,
    engine: Search,
    larger: Model,
    found: Sequence[Sequence[int]],
    starts: Mapping[int, Ticks],
) -> None:
    """What a search of the likely day found, less what is only likely, into a search of the day itself.

    Args: larger: the model of the likely day, whose rows `found` and `starts` name.
    """
    row_of = {row: model.visit_row.get(one.visit.id) for row, one in enumerate(larger.requests)}
    orders = [[row for one in order if (row := row_of[one]) is not None] for order in found]
    told = {row: tick for one, tick in starts.items() if (row := row_of[one]) is not None}
    # Without what parted them, two visits may owe a break or find no way: what no longer fits is put in anew.
    _ = engine.load(orders) or engine.load(orders, told)
    engine.construct()


def _report(samples: Sequence[LikelyVisits], plain: ReserveRoom) -> ReserveReport:
    visits = [[one.problem.visit_by_id[id] for id in one.problem.likely] for one in samples]
    return ReserveReport(
        ceil(mean(len(one.absences) for one in samples)),
        ceil(mean(map(len, visits))),
        round(mean(sum(visit.duration for visit in one) for one in visits)),
        plain,
        plain,
    )


def _share(settings: SearchSettings, share: float) -> SearchSettings:
    time, work = settings.time_limit_s, settings.iterations
    return replace(
        settings,
        time_limit_s=None if time is None else share * time,
        iterations=None if work is None else max(1, round(share * work)),
    )
