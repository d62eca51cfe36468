"""Paths of inclusion workers: what each week asks of one, and how far a plan takes her. Goals are wished for,
at a price; what earlier days of the week left open stays to be made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.timing.duty_days import day_rules, monday_of, route_work
from brigade.units import Ticks
from brigade.values.acts import ActClass
from brigade.values.demand import Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import PathStep, Worker

WORKING_DAYS = 5
"""Days over which a week's hours and clients are due in equal parts, Monday first: a plan of Monday alone is
not asked for the week."""
MOST_CLIENTS = 60
"""Clients who know one worker that the search can tell apart: the first ones, by their codes."""


@dataclass(frozen=True, slots=True)
class WeekGoal:
    """What is due of one ISO week by `last`, the week's last day in the horizon, and what is known of it.

    `percent`: of her visits of the week so far, how many are to be of essential acts. `work`, `clients`: due
    by then. `visits`, `essential`, `done`, `met`: of the days before the horizon, and of other work.
    """

    monday: date
    last: date
    step: PathStep
    percent: int
    work: Ticks
    clients: int
    visits: int = 0
    essential: int = 0
    done: Ticks = 0
    met: frozenset[str] = frozenset()

    def aimed(self, visits: int) -> int:
        """How many of so many visits are to be of essential acts, rounded up."""
        return share_of(self.percent, visits)


@dataclass(frozen=True, slots=True)
class WeekProgress:
    """A week with what a plan adds to it."""

    goal: WeekGoal
    visits: int
    essential: int
    work: Ticks
    clients: frozenset[str]

    @property
    def aimed(self) -> int:
        return self.goal.aimed(self.visits)

    @property
    def missing_essential(self) -> int:
        return max(0, self.aimed - self.essential)

    @property
    def missing_work(self) -> Ticks:
        return max(0, self.goal.work - self.work)

    @property
    def missing_clients(self) -> int:
        return max(0, self.goal.clients - len(self.clients))


def share_of(percent: int, visits: int) -> int:
    """That share of so many visits, rounded up."""
    return -(-percent * visits // 100)


def step_of(worker: Worker, monday: date) -> PathStep | None:
    """The step that holds in the week; None: her path has not begun, or is over."""
    begun = [step for step in worker.path if step.first <= monday]
    step = max(begun, key=lambda one: one.first, default=None)
    return step if step is not None and step.asks else None


def week_goals(problem: Problem, worker: Worker) -> tuple[WeekGoal, ...]:
    """Of each week of the horizon in which she is there, in order."""
    if not worker.path:
        return ()
    there = {monday_of(problem.day_of(stay.start)) for stay in worker.availability}
    found = ((monday, step_of(worker, monday)) for monday in sorted(there))
    return tuple(_goal(problem, worker, monday, step) for monday, step in found if step is not None)


def _goal(problem: Problem, worker: Worker, monday: date, step: PathStep) -> WeekGoal:
    last = min(problem.horizon.dates[-1], monday + timedelta(days=6))
    days = min(WORKING_DAYS, last.isoweekday())
    first_day = problem.horizon.first_day
    is_running = monday <= first_day
    counters = worker.counters
    before = sum(past.work for past in counters.days if monday <= past.day < first_day)
    other = (one for one in (*worker.other_work, *worker.calls) if one.start >= 0)
    beside = sum(one.length for one in other if monday <= problem.day_of(one.start) <= last)
    return WeekGoal(
        monday,
        last,
        step,
        percent=step.essential_percent or 0,
        work=_due(step.weekly, days),
        clients=_due(step.familiar_clients, days),
        visits=counters.week_visits if is_running else 0,
        essential=counters.week_essential if is_running else 0,
        done=before + beside,
        met=counters.week_clients if is_running else frozenset(),
    )


def _due(whole: int | None, days: int) -> int:
    """The part of a week's goal that is due after so many of its days, rounded up."""
    return -(-(whole or 0) * days // WORKING_DAYS)


def counts(visit: Visit) -> bool:
    """Whether it is a visit to somebody, shared ones included: work that is no visit is of no acts."""
    return visit.attendance is None


def is_essential(visit: Visit) -> bool:
    return counts(visit) and visit.act_class is ActClass.ESSENTIAL


def familiar_clients(problem: Problem, worker: Worker) -> tuple[str, ...]:
    """The clients of the open visits who know her, as many as are told apart, by their codes."""
    asked = (request.visit for request in problem.requests)
    return tuple(sorted({one.client_id for one in asked if knows(one, worker)}))[:MOST_CLIENTS]


def knows(visit: Visit, worker: Worker) -> bool:
    """Whether its client knows the worker, or asked for her."""
    return counts(visit) and worker.id in visit.familiar_workers


def progress(problem: Problem, plan: Plan, worker: Worker) -> Iterator[WeekProgress]:
    """Each week of her path with what the plan gives her."""
    goals = week_goals(problem, worker)
    told_apart = frozenset(familiar_clients(problem, worker)) if goals else frozenset()
    for goal in goals:
        routes = [one for one in plan.routes_of(worker.id) if monday_of(one.day) == goal.monday]
        visits = [problem.visit_by_id[stop.visit_id] for route in routes for stop in route.stops]
        met = {one.client_id for one in visits if knows(one, worker)} & told_apart
        yield WeekProgress(
            goal,
            goal.visits + sum(map(counts, visits)),
            goal.essential + sum(map(is_essential, visits)),
            goal.done + sum(route_work(problem, day_rules(problem, plan, one), one) for one in routes),
            goal.met | met,
        )
