"""Small plans to ask about, and the slow, plain way to know whether a visit fits: try every position on
paper."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from brigade.timing.plan_timing import TourKey
from brigade.values.demand import ActClass
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Engagement
from solver.advice.trial_plan import orders_of, pinned_starts, try_orders
from solver.model.fixed_part import from_now_on
from solver.solve import SearchSettings, solve
from tests.strategies import small_problems


def examples(usual: int) -> int:
    """How many problems a test draws: BRIGADE_ADVICE_EXAMPLES where it asks for more; 300 and more where
    there is time."""
    return max(usual, int(os.environ.get("BRIGADE_ADVICE_EXAMPLES", "0")))


on_many_plans = settings(
    max_examples=examples(10),
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
"""A failing case is shown as drawn: making it smaller would take minutes. A plan is solved for while the case
is drawn."""


@st.composite
def crowded(draw: st.DrawFn) -> Problem:
    """More visits than two people have time for, few of them forbidden: days that are full, not closed."""
    given = draw(small_problems(max_workers=2, max_visits=14, max_days=2))
    given = replace(given, policy=replace(given.policy, only_urgent_inside_notice=False))
    skills, papers = frozenset(given.catalogue.competencies), [provider.id for provider in given.providers]
    dates = given.horizon.dates
    people = tuple(
        replace(
            one,
            competencies=skills,
            territory=None,
            engagements=tuple(Engagement(id, dates[0], dates[-1]) for id in papers),
        )
        for one in given.workers
    )
    visits = tuple(
        replace(one, forbidden_workers=frozenset(), fragile=True, act_class=ActClass.ESSENTIAL)
        for one in given.visits
    )
    return replace(given, workers=people, visits=visits)


@st.composite
def planned(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem with few people for its visits, and a plan found with little effort; some stops of one in
    four are frozen."""
    problem = draw(st.one_of(crowded(), crowded(), small_problems(max_workers=3, max_visits=8, max_days=2)))
    problem, _ = from_now_on(problem, None)  # what is proposed lies after `now`, and what is tried here too
    outcome = solve(
        problem, SearchSettings(iterations=draw(st.sampled_from([0, 20, 200])), threads=1, prove=False)
    )
    plan = outcome.plan or Plan(())
    if plan.covered and draw(st.integers(0, 3)) == 0:
        plan = replace(
            plan, pinned=plan.pinned | draw(st.frozensets(st.sampled_from(sorted(plan.covered)), max_size=3))
        )
    return problem, plan


def fits(problem: Problem, plan: Plan, visit_id: str, worker_id: str, gone: Collection[str] = ()) -> bool:
    """Whether the plain rules accept the visit somewhere in the worker's tours, once `gone` has left the
    plan."""
    orders = {
        key: [id for id in order if id not in gone and id != visit_id]
        for key, order in orders_of(plan).items()
    }
    return any(
        is_lawful(problem, plan, {**orders, key: [*order[:at], visit_id, *order[at:]]})
        for key, order in tours_of(problem, orders, worker_id).items()
        for at in range(len(order) + 1)
    )


def is_lawful(problem: Problem, plan: Plan, orders: Mapping[TourKey, Sequence[str]]) -> bool:
    filled = {key: order for key, order in orders.items() if order}
    return try_orders(problem, filled, pinned=pinned_starts(plan)).is_lawful


def tours_of(
    problem: Problem, orders: Mapping[TourKey, list[str]], worker_id: str
) -> dict[TourKey, list[str]]:
    count = len(problem.worker_by_id[worker_id].availability)
    return {(worker_id, tour): orders.get((worker_id, tour), []) for tour in range(count)}
