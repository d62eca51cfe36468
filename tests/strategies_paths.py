"""Paths of inclusion among a problem's people: steps, goals, what the running week holds so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.timing.duty_days import monday_of
from brigade.values.problem import Problem
from brigade.values.workforce import PathStep, Worker
from brigade.worked.shared_visits import with_shared_visits

PRICES = (("path_essential", 120), ("path_hours", 2), ("path_clients", 60))


@st.composite
def with_paths(draw: DrawFn, problem: Problem, most: int = 2) -> Problem:
    """One or two people on a path, and whom some clients know."""
    people = draw(st.lists(st.sampled_from(problem.workers), min_size=1, max_size=most, unique=True))
    names = {one.id for one in people}
    workers = [draw(_on_path(problem, one)) if one.id in names else one for one in problem.workers]
    visits = tuple(
        replace(one, usual_workers=one.usual_workers | names)
        if one.attendance is None and one.shadowing is None and draw(st.integers(0, 3)) == 0
        else one
        for one in problem.visits
    )
    prices = {name: draw(st.sampled_from([0, usual, 7 * usual])) for name, usual in PRICES}
    weights = replace(problem.policy.weights, **prices)
    policy = replace(problem.policy, weights=weights)
    # Who knows a client guides learners there.
    return with_shared_visits(replace(problem, workers=tuple(workers), visits=visits, policy=policy))


@st.composite
def _on_path(draw: DrawFn, problem: Problem, worker: Worker) -> Worker:
    monday = monday_of(problem.horizon.first_day)
    visits = draw(st.integers(0, 4))
    clients = [one.id for one in problem.clients]
    counters = replace(
        worker.counters,
        week_visits=visits,
        week_essential=draw(st.integers(0, visits)),
        week_clients=frozenset(draw(st.lists(st.sampled_from(clients), max_size=2)) if clients else ()),
    )
    steps = [draw(_step(problem, n)) for n in range(draw(st.integers(1, 2)))]
    begun = tuple(replace(one, first=monday + timedelta(weeks=n)) for n, one in enumerate(steps))
    return replace(worker, counters=counters, path=begun)


@st.composite
def _step(draw: DrawFn, problem: Problem, number: int) -> PathStep:
    first = monday_of(problem.horizon.first_day)
    hours = draw(st.sampled_from([None, 1, 6, 20, 35]))
    return PathStep(
        first,
        # A later step may end the path.
        essential_percent=draw(st.sampled_from([30, 50, 100] if number == 0 else [None, 60])),
        weekly=None if hours is None else problem.horizon.ticks(60 * hours),
        familiar_clients=draw(st.sampled_from([None, 1, 3, 8])),
    )
