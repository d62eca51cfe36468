"""Learners among a problem's people: what they learn, how much is left, who guides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.values.demand import ActClass, Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, Learning, Worker
from brigade.worked.shared_visits import with_shared_visits

PRICES = (6000, 600, 600, 0)


@st.composite
def with_learners(draw: DrawFn, problem: Problem, most: int = 2) -> Problem:
    """One or two learners of one or two things each; mostly newcomers, with the hours and papers of somebody
    who is there already."""
    if draw(st.integers(0, 3)):
        problem = replace(
            problem, workers=(*problem.workers, _newcomer(draw(st.sampled_from(problem.workers))))
        )
        return _taught(
            problem, {"L1": draw(_learning(problem, problem.workers[-1]))}, draw(st.sampled_from(PRICES))
        )
    people = draw(st.lists(st.sampled_from(problem.workers), min_size=1, max_size=most, unique=True))
    learning = {worker.id: draw(_learning(problem, worker)) for worker in people}
    return _taught(problem, learning, draw(st.sampled_from(PRICES)))


def _newcomer(like: Worker) -> Worker:
    """Knows nothing yet, and nothing is known of her."""
    return replace(
        like, id="L1", certificates=(), competencies=frozenset(), counters=Counters(), other_work=()
    )


def _taught(problem: Problem, learning: Mapping[str, tuple[Learning, ...]], price: int) -> Problem:
    workers = tuple(replace(one, learning=learning.get(one.id, ())) for one in problem.workers)
    policy = replace(problem.policy, weights=replace(problem.policy.weights, shared_visits=price))
    return with_shared_visits(replace(problem, workers=workers, policy=policy))


@st.composite
def _learning(draw: DrawFn, problem: Problem, worker: Worker) -> tuple[Learning, ...]:
    found: dict[object, Learning] = {}
    visits = [one.visit for one in problem.requests if not one.is_seat] or list(problem.visits)
    others = [one.id for one in problem.workers if one is not worker]
    for _ in range(draw(st.integers(1, 2))):
        subject = (
            draw(_subject(draw(st.sampled_from(visits)))) if visits else {"act_class": ActClass.ORDINARY}
        )
        due = problem.horizon.first_day + timedelta(days=draw(st.integers(-1, 3)))
        needed = draw(st.sampled_from([None, 1, 2, 2, 3]))
        tutors = draw(st.sampled_from([(), others, others[:1], others[-2:]]))
        one = Learning(
            **subject,
            shared_needed=needed,
            shared_done=draw(st.sampled_from([0, 0, 0, 1])),
            solo_from=due if needed is None else draw(st.sampled_from([None, None, due])),
            tutors=frozenset(tutors),
            funding_line_id=draw(st.sampled_from([None, *(line.id for line in problem.funding_lines)])),
        )
        found[one.subject] = one
    return tuple(found.values())


@st.composite
def _subject(draw: DrawFn, visit: Visit) -> dict[str, object]:
    """Something that this visit would teach."""
    asked: list[dict[str, object]] = [{"client_id": visit.client_id}, {"act_class": visit.act_class}]
    asked += [{"competency": one} for one in sorted(visit.required)]
    return draw(st.sampled_from(asked))
