"""A reserve kept free: of plans that cover as much, one that can still take what is likely to come in.

The plain plan stands first. From it the search goes on over the day on which the likely absences have come
true (`brigade.changes.likely_absences`); what it gave to them is taken out again, and leaves room. Both plans
are then tried by one measure: the likely visits that can still be put in while nothing that is told moves.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from brigade.changes.likely_absences import LikelyVisits, likely_visits
from brigade.judging.coverage_levels import uncovered_by_level
from brigade.judging.objective import breakdown
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
ROOM_ITERATIONS, ROOM_HEAT = 2000, 0.1
"""Work to see what a plan can still take, the same for both: only what is not told can be placed."""


@dataclass(frozen=True, slots=True)
class ReserveRoom:
    """What a plan can still take of the likely visits: how many, their service, and what leaving them would
    cost, in cost units."""

    visits: int
    service: Ticks
    worth: int


@dataclass(frozen=True, slots=True)
class ReserveReport:
    """What a plan says of its reserve. `absences`, `visits`, `service`: what it was made for; no visits:
    nothing is likely any more. `room`, `plain`: what this plan and the plain one can still take. `soft`,
    `travel`: what this plan costs more than the plain one, in units of the policy, and travels more; 0 where
    it is the plain one."""

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
        return Reason.of("reserve_kept", **likely, plain=self.plain.visits, **dearer, **farther)


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
    likely = likely_visits(problem, reserve)
    if not likely.absences:
        return ReservedPlan(plain, ReserveReport())
    effort = replace(_share(settings, 1 - PLAIN_SHARE), prove=False)
    clock = SearchClock(effort, stop)
    found = _found(likely.problem, model, plain, effort, clock, start)
    rooms = [room_of(likely.problem, plan, settings.seed) for plan in (plain, found)]
    known = _report(likely, rooms[0])
    left, left_plain = uncovered_by_level(problem, found), uncovered_by_level(problem, plain)
    if (
        any(more > less for more, less in zip(left, left_plain, strict=True))
        or rooms[1].worth <= rooms[0].worth
    ):
        return ReservedPlan(plain, known)
    costs = [breakdown(problem, plan, start) for plan in (plain, found)]
    soft = (costs[1].soft - costs[0].soft) // problem.horizon.ticks_per_minute
    travel = found.travel - plain.travel
    return ReservedPlan(found, replace(known, room=rooms[1], soft=soft, travel=travel))


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
    row_of = {row: model.visit_row.get(one.visit.id) for row, one in enumerate(larger.requests)}
    orders = [[row for one in order if (row := row_of[one]) is not None] for order in solution.orders]
    starts = {row: tick for one, tick in solution.starts.items() if (row := row_of[one]) is not None}
    engine = Search(model.arrays, settings.seed)
    # Without what parted them, two visits may owe a break or find no way: what no longer fits is put in anew.
    _ = engine.load(orders) or engine.load(orders, starts)
    engine.construct()
    return decode(model, engine.plan(), engine.starts(), start, clock)


def _report(likely: LikelyVisits, plain: ReserveRoom) -> ReserveReport:
    visits = [likely.problem.visit_by_id[id] for id in likely.problem.likely]
    service = sum(visit.duration for visit in visits)
    return ReserveReport(len(likely.absences), len(visits), service, plain, plain)


def _share(settings: SearchSettings, share: float) -> SearchSettings:
    time, work = settings.time_limit_s, settings.iterations
    return replace(
        settings,
        time_limit_s=None if time is None else share * time,
        iterations=None if work is None else max(1, round(share * work)),
    )
