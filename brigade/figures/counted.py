"""What is counted: a plan of a problem, whole or the days of it that fall into a month."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeAlias

from brigade.figures.figure_assumptions import FigureAssumptions
from brigade.timing.duty_days import WorkDay, work_days
from brigade.values.demand import Provider
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.values.workforce import EmployerKind, Worker

Row: TypeAlias = tuple[str, int | float, str, str | None]


@dataclass(frozen=True)
class CountedPlan:
    """`plan`: its tours of the days counted alone. `requests`: the visits asked for on these days.
    `attendances`: what work that is no visit asks for on them; `shared`: what learners are to share.
    `covered`: by the whole plan."""

    problem: Problem
    plan: Plan
    requests: tuple[Request, ...]
    covered: frozenset[str]
    given: FigureAssumptions
    attendances: tuple[Request, ...] = ()
    shared: tuple[Request, ...] = ()

    @classmethod
    def of(
        cls, problem: Problem, plan: Plan, given: FigureAssumptions, days: Collection[date] | None = None
    ) -> CountedPlan:
        """Args: days: None: all of them. A request is of the day on which its first window opens, a tour of
        its own."""
        asked, covered = problem.requests, plan.covered
        if days is not None:
            plan = replace(plan, routes=tuple(route for route in plan.routes if route.day in days))
            # By its first window: a visit that may fall on two days is asked for on one.
            asked = tuple(one for one in asked if problem.day_of(one.visit.windows[0].earliest) in days)
        visits = tuple(one for one in asked if not one.is_seat)
        seats = tuple(one for one in asked if one.is_attendance)
        shared = tuple(one for one in asked if one.visit.shadowing is not None)
        return cls(problem, plan, visits, covered, given, seats, shared)

    def stops(self) -> Iterator[tuple[Route, Stop]]:
        """Visits, and what is none."""
        return ((route, stop) for route in self.plan.routes for stop in route.stops)

    def visit_stops(self) -> Iterator[tuple[Route, Stop]]:
        """Visits alone."""
        visits = self.problem.visit_by_id
        return (pair for pair in self.stops() if not visits[pair[1].visit_id].is_seat)

    def provider_of(self, request: Request) -> Provider:
        return self.problem.provider_of(request.visit)

    def kind_of(self, worker_id: str) -> EmployerKind:
        worker = self.problem.worker_by_id[worker_id]
        return self.problem.employer_by_id[worker.employer_id].kind

    @cached_property
    def days(self) -> dict[str, tuple[WorkDay, ...]]:
        """The plan's duty days of every worker, without other employers' hours, which are not this plan's
        doing."""
        return {
            worker.id: work_days(self.problem, self.plan, _here(worker)) for worker in self.problem.workers
        }

    def work_of(self, worker_id: str) -> int:
        """Effective work, in ticks: services, travel between visits where it is work, short waits, rebuilt
        travel."""
        return sum(day.work for day in self.days[worker_id])


def _here(worker: Worker) -> Worker:
    return replace(worker, other_work=())
