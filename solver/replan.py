"""From a told plan and a changed problem to the nearest good plan: cover first, then change as little as
possible.

docs/replanning.md says what stays, what a change costs and what the budget of people means.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from brigade.changes.carry import known_part, whole, with_stops
from brigade.changes.change_reasons import ReplannedPlan, with_reasons
from brigade.changes.mending import named_in
from brigade.changes.plan_diff import PlanDiff
from brigade.errors import BrokenPromise, refuse
from brigade.judging.checker import WAIVER, check
from brigade.judging.objective import CostBreakdown, breakdown
from brigade.law.marking import mark
from brigade.units import Ticks
from brigade.values.plan import Plan, Reason, UncoveredVisit, Violation
from brigade.values.problem import Problem
from solver.disturbed_people import Disturbance
from solver.engines.annealing import Annealing
from solver.explain import reasons, telling_effort
from solver.kernel.local_search import Search
from solver.left_days import left_as_told, tied_as_planned
from solver.model.decode import decode
from solver.model.fixed_part import TIES, FixedPart, left_to_search, too_late
from solver.model.model import Model, build_model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings
from solver.replan_terms import ReplanTerms, faults
from solver.reserve import PLAIN_SHARE, SEARCHED, most_room, put_asked
from solver.under_way import FixedParts, fixed_parts

DEFAULT_SETTINGS = SearchSettings(time_limit_s=1.2, prove=False, threads=1)
HEAT = 0.1
"""Share of a full search's first temperature: the told plan is nearly right."""
FIRST_TRIES = ((0.35, 1), (0.6, 6))
"""With a budget of people: until which share of the time to search without it, at how many times the prices
of changes. What is left of the time is for a search among the people who won most in the last one."""


@dataclass(frozen=True, slots=True)
class Replan:
    """`disturbed`: people who must be told of a change that no event forced: ids of workers and clients.
    `kept_unlawful`: breaches of stops that had to stay; waived ones and others. `within_budget`: None where
    no budget was asked. `reserve`: what is said of the room kept for the rest of the day; None: the policy
    asks for none."""

    plan: Plan
    diff: PlanDiff
    disturbed: frozenset[str]
    within_budget: bool | None
    kept_unlawful: tuple[Violation, ...]
    breakdown: CostBreakdown
    elapsed_s: float
    iterations: int
    reserve: Reason | None = None


def replan(
    problem: Problem,
    published: Plan,
    terms: ReplanTerms | None = None,
    settings: SearchSettings = DEFAULT_SETTINGS,
    *,
    stop: threading.Event | None = None,
) -> Replan:
    """A plan of `problem`, as near to `published` as covering lets it be.

    Args: problem: as it is now (`brigade.changes.events.apply_events`). published: the plan told, of this
    problem or an earlier state. stop: ends the search soon once set; the best plan so far is returned.
    Raises: InvalidProblem, with every unknown name in the terms and a freeze of another year; BrokenPromise,
    when a stop that the search placed breaks a rule: our bug, never the user's.
    """
    asked = terms or ReplanTerms()
    refuse([*faults(problem, published, asked)])
    task = _Task(problem, published, asked, SearchClock(settings, stop), settings)
    budget = asked.people
    # What a reserve goes on from is a plan by itself, with its part of the time.
    whole_share = 1.0 if problem.policy.reserve is None else PLAIN_SHARE
    if budget is None:
        return task.told(*task.with_room(task.search(whole_share)))
    for share, dearer in FIRST_TRIES:
        found = task.search(share * whole_share, dearer=dearer)
        if len(task.people.disturbed(found.plan)) <= budget:
            return task.told(*task.with_room(found))
    return task.told(*task.with_room(task.search(whole_share, task.people.pins_within(found.plan, budget))))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search found: the whole plan, fixed tours beside it; reasons and markings are still to be
    told."""

    model: Model
    held: FixedPart
    searched: Plan
    plan: Plan


@dataclass
class _Task:
    """One replan under way."""

    problem: Problem
    published: Plan
    terms: ReplanTerms
    clock: SearchClock
    settings: SearchSettings
    iterations: int = 0
    days_searched: int = 0

    def __post_init__(self) -> None:
        self.freeze: Ticks = self.terms.frozen_until(self.problem.now)
        self.fixed: FixedParts = fixed_parts(self.problem, self.published, self.terms)
        self.people = Disturbance(self.problem, self.published, self.fixed.as_told, self.terms.told)

    # -- searching ------------------------------------------------------------------------------------------
    def search(self, share: float, more_pins: frozenset[str] = frozenset(), dearer: int = 1) -> _Found:
        """The whole plan after a search until `share` of the time; `more_pins` stay as well; changes cost
        `dearer` times."""
        begun = self.fixed.as_begun
        held = replace(begun, held=begun.held | more_pins)
        # Ends: each round takes at least one worker out of the search.
        while True:
            model, start = self._model(held, dearer)
            engine = Search(model.arrays, self.settings.seed)
            lost = self._load(model, start, held, engine)
            if not lost:
                break
            # Whose day cannot hold what must stay in it is left as told: a promise goes before the rules it
            # breaks.
            held = self.fixed.left_alone(self.problem, held, lost, self.terms.pinned_workers)
        self._anneal(model, engine, share)
        searched = decode(model, engine.plan(), engine.starts(), clock=self.clock)
        fixed = with_stops(self.problem, held.plan, held.fixed)
        return _Found(
            model, held, searched, whole(self.problem, (*searched.routes, *fixed.routes), self.published)
        )

    def with_room(self, found: _Found) -> tuple[_Found, Reason | None]:
        """The plan with most room for the rest of the day that leaves no level worse and disturbs nobody
        more, and what is to be said of it."""
        reserve = self.problem.policy.reserve
        if reserve is None:
            return found, None
        others: dict[int, _Found] = {}

        def go_on(likely: Problem) -> Plan | None:
            other = self._over(likely, found)
            if other is None or self.people.disturbed(other.plan) - self.people.disturbed(found.plan):
                return None
            others[id(other.plan)] = other
            return other.plan

        def priced(plan: Plan) -> CostBreakdown:
            return breakdown(self.problem, plan, self.published, self.terms.told)

        kept = most_room(self.problem, reserve, found.plan, go_on, self.settings.seed, priced)
        return others.get(id(kept.plan), found), kept.report.sentence(self.problem)

    def _over(self, likely: Problem, found: _Found) -> _Found | None:
        """The search goes on from a plan over a likely day; None where that cannot hold the plan."""
        larger, _ = self._model(found.held, 1, likely)
        engine = Search(larger.arrays, self.settings.seed)
        if not engine.load(larger.order_of(found.searched), larger.starts_of(found.searched)):
            return None
        # Each search of a likely day ends when its part of what is left has passed.
        self.days_searched += 1
        part = (1 - PLAIN_SHARE) / len(SEARCHED)
        self._anneal(larger, engine, PLAIN_SHARE + part * self.days_searched, part)
        asked = Search(found.model.arrays, self.settings.seed)
        put_asked(found.model, asked, larger, engine.plan(), engine.starts())
        asked.complete()
        searched = decode(found.model, asked.plan(), asked.starts(), clock=self.clock)
        fixed = with_stops(self.problem, found.held.plan, found.held.fixed)
        both = whole(self.problem, (*searched.routes, *fixed.routes), self.published)
        if found.held.held - both.covered:
            return None
        return replace(found, searched=searched, plan=both)

    def _model(self, held: FixedPart, dearer: int, problem: Problem | None = None) -> tuple[Model, Plan]:
        """Args: problem: the likely day; None: the day itself."""
        prices, weights = self.terms.prices, self.problem.policy.weights
        priced = replace(
            weights,
            moved_start=dearer * prices.moved_minute,
            changed_worker=dearer * prices.changed_worker,
            moved_visit=dearer * prices.changed_hour,
        )
        policy = replace(self.problem.policy, weights=priced, strict=False)
        rest = left_to_search(replace(problem or self.problem, policy=policy), held, self.freeze)
        routes = tuple(route for route in held.plan.routes if route.worker_id not in held.fixed_by_worker)
        start = Plan(routes, pinned=held.held - held.fixed)
        return build_model(rest, start, told=self.terms.told), start

    def _load(self, model: Model, start: Plan, held: FixedPart, engine: Search) -> frozenset[str]:
        """Put the told plan into the search; the held visits that it could not hold."""
        smaller = (held.lawful | held.held, held.held)
        # The whole told plan, else what breaks nothing, else what must stay: each smaller, as the kernel
        # loads lawful days only.
        for kept in (start.covered, *smaller):
            smaller_plan = with_stops(self.problem, start, kept)
            if engine.load(model.order_of(smaller_plan), model.starts_of(smaller_plan)):
                break
        present = {visit for order in engine.plan(best=False) for visit in order}
        return frozenset(model.requests[row].visit.id for row in model.pinned - present)

    def _anneal(self, model: Model, engine: Search, share: float, part: float = 1.0) -> None:
        """Until `share` of the time has passed; with `part` of the work, where that is what is limited."""
        engine.reset_best()
        engine.construct()
        annealing = Annealing(model, engine)
        if self.settings.iterations is not None:
            annealing.run_iterations(max(1, round(part * self.settings.iterations)), HEAT)
        else:
            annealing.run_until(self.clock, share * (self.settings.time_limit_s or 0.0), HEAT, lambda: False)
        engine.complete()
        self.iterations += engine.facts.iterations

    # -- the answer -----------------------------------------------------------------------------------------
    def told(self, found: _Found, reserve: Reason | None) -> Replan:
        """Certified, with the reasons of what is uncovered and of what changed."""
        gone = too_late(self.problem, self.freeze)
        effort = telling_effort(self.clock, self.settings)
        why = {one.visit_id: one for one in reasons(found.model, found.searched, effort, gone, self.freeze)}
        kept, pinned = found.held.fixed_by_worker, self.terms.pinned_workers
        left = tuple(
            tied_as_planned(left_as_told(self._left(one, why, gone), kept, pinned), found.plan)
            for one in found.plan.uncovered
        )
        plan = mark(
            self.problem, replace(found.plan, uncovered=left), known_part(self.problem, self.published)
        )
        unlawful = self._certified(plan, found.held)
        told = self.fixed.as_told
        case = ReplannedPlan(self.problem, self.published, told.plan, told.broken, plan, self.fixed.earliest)
        people, budget = self.people.disturbed(plan), self.terms.people
        return Replan(
            plan=plan,
            diff=with_reasons(case, self.people.diff_to(plan)),
            disturbed=people,
            within_budget=None if budget is None else len(people) <= budget,
            kept_unlawful=unlawful,
            breakdown=breakdown(self.problem, plan, self.published, self.terms.told),
            elapsed_s=self.clock.elapsed_s,
            iterations=self.iterations,
            reserve=reserve,
        )

    def _left(
        self, one: UncoveredVisit, told: dict[str, UncoveredVisit], gone: frozenset[str]
    ) -> UncoveredVisit:
        if one.visit_id in gone:
            return UncoveredVisit(one.visit_id, (Reason.of("too_late_now", freeze_at=self.freeze),))
        return told.get(one.visit_id, one)

    def _certified(self, plan: Plan, held: FixedPart) -> tuple[Violation, ...]:
        """All breaches: each is waived or of a stop that had to stay. Raises: BrokenPromise, when the search
        added one."""
        found = check(self.problem, plan)
        # Of days left as they were told: what is wrong in them was so before this search.
        spared = held.fixed_by_worker.keys()
        ours = [
            one
            for one in found
            if one.waived_by is None and one.worker_id not in spared and not _is_old(one, held.held)
        ]
        if ours:
            lines = (f"{one.rule} {one.where}: {one.reason.code} {dict(one.reason.values)}" for one in ours)
            raise BrokenPromise("\n".join(lines))
        return found


def _is_old(one: Violation, held: frozenset[str]) -> bool:
    """A waiver that was never allowed, or a tie of a stop that had to stay: no choice of this search."""
    return one.rule == WAIVER or (one.rule in TIES and bool(named_in(one) & held))
