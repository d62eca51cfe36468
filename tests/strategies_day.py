"""What happens to a planned day, for property tests: events that fit a problem, and terms of a replan."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.changes.events import (
    EmployeeAway,
    EmployeeBack,
    Event,
    OfferRefused,
    VisitAdded,
    VisitCancelled,
    VisitMoved,
    WorkerAway,
    WorkerBack,
    WorkerLate,
)
from brigade.units import Interval, TimeWindow
from brigade.values.announced import AnnouncedPlan
from brigade.values.demand import Absence, AbsenceKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from solver.replan_terms import ReplanTerms


@st.composite
def day_events(draw: DrawFn, problem: Problem, plan: Plan) -> list[Event]:
    """One to three events, each about something else of the plan."""
    kinds = st.sampled_from(
        ["away", "stuck", "returns", "late", "cancel", "move", "refuse", "absent", "back", "new"]
    )
    found = [
        _event(draw, kind, problem, plan)
        for kind in draw(st.lists(kinds, min_size=1, max_size=3, unique=True))
    ]
    return [event for event in found if event is not None]


def _event(draw: DrawFn, kind: str, problem: Problem, plan: Plan) -> Event | None:
    horizon = problem.horizon
    at = draw(st.integers(0, horizon.length // horizon.ticks(5))) * horizon.ticks(5)
    workers = [worker.id for worker in problem.workers]
    stops = [(route.worker_id, stop) for route in plan.routes for stop in route.stops]
    if kind == "away":
        return WorkerAway(draw(st.sampled_from(workers)), at)
    if kind == "stuck":
        return WorkerAway(
            draw(st.sampled_from(workers)), at, at + horizon.ticks(draw(st.integers(1, 24)) * 5)
        )
    if kind == "returns":
        end = min(at + horizon.ticks(draw(st.integers(12, 60)) * 5), horizon.length)
        return (
            WorkerBack(draw(st.sampled_from(workers)), (Availability.strict(at, end),)) if at < end else None
        )
    if kind == "late":
        busy = [
            worker.id
            for worker in problem.workers
            if worker.availability and worker.availability[-1].hard_end > at
        ]
        return (
            WorkerLate(draw(st.sampled_from(busy)), at, horizon.ticks(draw(st.integers(1, 12)) * 5))
            if busy
            else None
        )
    if kind == "absent":
        known = [
            one for one in problem.employees if not any(x.employee_id == one.id for x in problem.absences)
        ]
        if not known:
            return None
        one = draw(st.sampled_from(known))
        away = Interval(at, horizon.length + 1)
        return EmployeeAway(
            Absence("X9", one.provider_id, one.id, AbsenceKind.UNPLANNED, away, at, draw(st.booleans()))
        )
    if kind == "back":
        gone = [one for one in problem.absences if one.interval.end > at]
        return EmployeeBack(draw(st.sampled_from(gone)).employee_id, at) if gone else None
    if kind == "new":
        model = draw(st.sampled_from(problem.visits))
        return VisitAdded(replace(model, id="V99", planned_start=None))
    if not stops:
        return None
    worker_id, stop = draw(st.sampled_from(stops))
    visit = problem.visit_by_id[stop.visit_id]
    if kind == "cancel":
        return VisitCancelled(visit.id)
    if kind == "refuse":
        return OfferRefused(visit.id, worker_id) if worker_id not in visit.forbidden_workers else None
    shift = horizon.ticks(5) * draw(st.integers(-12, 24))
    moved = max(0, visit.windows[0].earliest + shift)
    width = horizon.ticks(5) * draw(st.integers(0, 6))
    fits = moved + width < horizon.length
    return VisitMoved(visit.id, (TimeWindow.hard(moved, moved + width),)) if fits else None


@st.composite
def replan_terms(draw: DrawFn, problem: Problem, plan: Plan) -> ReplanTerms:
    horizon = problem.horizon
    covered = sorted(plan.covered)
    some = st.frozensets(st.sampled_from(covered), max_size=2) if covered else st.just(frozenset[str]())
    everyone = sorted(worker.id for worker in problem.workers)
    freeze = draw(
        st.one_of(
            st.none(),
            st.integers(0, horizon.length // horizon.ticks(30)).map(lambda n: n * horizon.ticks(30)),
        )
    )
    told = AnnouncedPlan(
        draw(st.one_of(st.none(), some)),
        draw(st.one_of(st.none(), some)),
        horizon.ticks(5) * draw(st.integers(0, 3)),
    )
    people = draw(st.one_of(st.none(), st.integers(0, 3)))
    return ReplanTerms(
        freeze, draw(some), draw(st.frozensets(st.sampled_from(everyone), max_size=1)), told, people
    )
