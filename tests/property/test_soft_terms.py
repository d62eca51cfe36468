"""The worst of all, idle time, balance and meals of one's own: the kernel's price is the plain one's on
random problems."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.plan_timing import retime
from brigade.units import Horizon
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.advice import examples
from tests.solving import named
from tests.strategies import small_problems

TEXTS_OFF = frozenset(shipped_labour_code().heads) - {
    *(
        "ASSIGNMENT",
        "TIMING",
        "TIME_WINDOW",
        "AVAILABILITY",
        "COMPETENCIES",
        "ENGAGEMENT",
        "FORBIDDEN_PAIR",
        "LINK",
    )
}
"""No meal break of a text, so that availabilities' own meals are asked for."""
TERMS = (
    "max_lateness",
    "max_waiting",
    "max_idle",
    "missed_meal",
    "workload_balance",
    "lateness",
    "interruption",
)


@st.composite
def meals(draw: DrawFn, stay: Availability, horizon: Horizon) -> Availability:
    earliest = stay.start + horizon.ticks(5 * draw(st.integers(-6, 60)))
    length = min(stay.hard_end - stay.start, horizon.ticks(5 * draw(st.integers(1, 9))))
    latest = earliest + horizon.ticks(5 * draw(st.integers(0, 24)))
    required = draw(st.booleans())
    asked = replace(stay, meal=length, meal_earliest=earliest, meal_latest=latest, meal_required=required)
    return asked if draw(st.booleans()) else stay


@st.composite
def priced_problems(draw: DrawFn) -> Problem:
    rules_off = draw(st.sampled_from([TEXTS_OFF, frozenset[str]()]))
    made = draw(small_problems(rules_off=rules_off, fine_ticks=True))
    prices = {term: draw(st.integers(0, 9)) for term in TERMS}
    workers = tuple(
        replace(one, availability=tuple(draw(meals(stay, made.horizon)) for stay in one.availability))
        for one in made.workers
    )
    weights = replace(made.policy.weights, **prices)
    return replace(made, workers=workers, policy=replace(made.policy, weights=weights))


@settings(
    max_examples=examples(20),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(problem=priced_problems(), seed=st.integers(0, 99))
def test_every_plan_the_search_stands_on_costs_what_the_plain_code_says(problem: Problem, seed: int) -> None:
    model = build_model(problem)
    search = Search(model.arrays, seed)
    search.construct()
    for _ in range(4):
        search.anneal(10, 5000, 100)
        timed = retime(problem, named(model, search.plan(best=False)))
        assert timed.issues == ()
        assert hard_violations(problem, timed.plan) == ()
        assert breakdown(problem, timed.plan).total == search.facts.present
