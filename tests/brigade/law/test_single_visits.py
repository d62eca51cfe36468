"""A visit put to many people, one by one, is marked as in the plan that holds it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.changes.carry import held_route
from brigade.law.marking import mark
from brigade.law.single_visits import SingleVisits
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.duty_days import engagement_of
from brigade.units import Horizon, Interval
from brigade.values.demand import Absence, AbsenceKind, ActClass, Employee, RotaEntry, RotaFeed, UrgentCause
from brigade.values.plan import Marking, Plan, Stop
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, PastDay, Weekday, Worker, WorkingTimeMode
from tests import builders
from tests.builders import MONDAY, at

DAYS = 8
HORIZON = Horizon(MONDAY, DAYS)
CONTRACTS = st.builds(
    Contract,
    weekly=st.sampled_from([None, 0, 60, 24 * 60, 35 * 60]),
    full_time=st.booleans(),
    unavailability=st.sampled_from([(), ("wednesday 08:00-12:00",), ("sunday", "holiday")]),
    rest_day=st.sampled_from([None, Weekday.MONDAY, Weekday.SUNDAY]),
    rest_day_may_change=st.booleans(),
    night_worker=st.booleans(),
    working_time_mode=st.sampled_from([None, WorkingTimeMode.MONTHLY]),
)
HISTORIES = st.builds(
    Counters,
    days=st.sampled_from([(), (PastDay(MONDAY - timedelta(days=1), -600, -480, 120),)]),
    week_work=st.sampled_from([(), (24 * 60,)]),
    refusals=st.sampled_from([0, 3, 9]),
    sunday_refusals=st.sampled_from([0, 9]),
    night_refusals=st.sampled_from([0, 9]),
    additional_refusals=st.sampled_from([0, 9]),
    night_months=st.sampled_from([(), (12_000,) * 12]),
    period_work=st.sampled_from([None, 0, 24 * 60 - 30]),
    period_promised=st.sampled_from([None, 60]),
)
PEOPLE = st.builds(
    builders.worker,
    home=st.none(),
    hours=st.just([(day * 1440, day * 1440 + 720) for day in range(DAYS)]),
    employer=st.sampled_from(["E1", "E2", "E3"]),
    providers=st.sampled_from([("S1", "S2"), ("S1",)]),
    contract=CONTRACTS,
    counters=HISTORIES,
    accepts_urgent=st.booleans(),
)
ABSENCES = st.builds(
    Absence,
    id=st.just("A1"),
    provider_id=st.just("S1"),
    employee_id=st.just("P1"),
    kind=st.sampled_from([AbsenceKind.UNPLANNED, AbsenceKind.OTHER_LEAVE]),
    interval=st.just(Interval(0, HORIZON.length)),
    known_at=st.sampled_from([0, at("09:00", 1)]),
    urgent_cause=st.booleans(),
    cause=st.sampled_from([None, UrgentCause.COLLEAGUE_ABSENCE]),
)
STARTS = {"V1": at("09:00"), "V2": at("22:30", 2), "V3": at("10:00", 6), "V4": at("06:30", 7)}


def asked(people: list[Worker], absence: Absence) -> Problem:
    """Visits of a Monday morning, a Wednesday night, a Sunday and the Monday after: three of S1, of whose
    employee `absence` is, and one of S2 that nobody ever does."""
    visits = [
        builders.visit(
            id,
            provider="S2" if id == "V4" else "S1",
            earliest=start,
            latest=start,
            act_class=ActClass.ORDINARY if id == "V1" else ActClass.ESSENTIAL,
            forbidden_workers=frozenset({"W0"} if id == "V3" else ()),
        )
        for id, start in STARTS.items()
    ]
    entries = tuple(RotaEntry(id, "P1", start) for id, start in STARTS.items() if id != "V4")
    return builders.problem(
        visits,
        [replace(one, id=f"W{number}") for number, one in enumerate(people)],
        days=DAYS,
        rules=shipped_labour_code(),
        employers=tuple(
            builders.employer(id, text) for id, text in (("E1", "ct"), ("E2", "bad"), ("E3", "bad"))
        ),
        employees=(Employee("P1", "S1"),),
        rota=(RotaFeed("S1", HORIZON.instant(0), entries),),
        absences=(absence,),
    )


def one_by_one(problem: Problem, id: str) -> Iterator[Marking]:
    """As the marking of a plan says it: a plan for each person, who does this visit and nothing else."""
    request, start = problem.request_by_visit[id], STARTS[id]
    day = problem.day_of(start)
    for worker in problem.workers:
        if worker.id not in request.visit.forbidden_workers and engagement_of(
            worker, problem.provider_of(request.visit).id, day
        ):
            stop = Stop(id, start, start, start + request.visit.duration, 0, 0)
            plan = Plan((held_route(problem, worker, (day - MONDAY).days, [stop]),))
            marking = mark(problem, plan).routes[0].stops[0].marking
            assert marking is not None
            yield marking


@settings(deadline=None, max_examples=50)
@given(st.lists(PEOPLE, min_size=1, max_size=5), ABSENCES)
def test_it_is_marked_for_each_as_in_a_plan_of_its_own(people: list[Worker], absence: Absence) -> None:
    problem = asked(people, absence)
    single = SingleVisits(problem)
    for id, start in STARTS.items():
        found = list(single.markings(problem, problem.request_by_visit[id], start))
        assert found == list(one_by_one(problem, id))


def test_other_questions_are_put_to_the_same_people() -> None:
    """What is kept of them says nothing of what they were asked before."""
    people = [builders.worker(home=None, hours=[(day * 1440, day * 1440 + 720) for day in range(DAYS)])]
    urgent = Absence("A1", "S1", "P1", AbsenceKind.UNPLANNED, Interval(0, HORIZON.length), 0, True)
    planned = replace(urgent, kind=AbsenceKind.OTHER_LEAVE, urgent_cause=False)
    first, second = (asked(people, absence) for absence in (urgent, planned))
    single = SingleVisits(first)
    of_other = first.asked_for(second, second.travel)
    for problem in (first, of_other, first):
        for id, start in STARTS.items():
            found = list(single.markings(problem, problem.request_by_visit[id], start))
            assert found == list(one_by_one(problem, id))
