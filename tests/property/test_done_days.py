"""A plan carried out as planned is counted as the plan counts it: days, work, nights, interruptions,
counters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.store.plan_parts import tours_of
from api.worked.history import pieces_of
from brigade.errors import InvalidProblem
from brigade.exchange.documents.plan_document import plan_to_json
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.duty_days import WorkDay, ticks_of, work_days
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from brigade.worked.carried_counters import CarriedCounters
from brigade.worked.done_days import DoneDay, DoneVisit, PlannedVisit, WorkMeasure, done_days
from tests.builders import MONDAY, declared, employer, problem, provider, visit, worker

FIRST_DAYS = (MONDAY, date(2026, 3, 28), date(2026, 10, 24))
"""An ordinary Monday, and the evenings before the clocks go forward and back."""
ACCORDS: tuple[dict[str, int], ...] = (
    {},
    {"MAX_SPAN.limit": 480},
    {"SHORT_GAP_PAID.limit": 45},
    {"INTERRUPTIONS.max_total": 90},
    {"NIGHT_WINDOW.from": 20 * 60},
)
Case = tuple[Problem, Plan]
LABOUR = shipped_labour_code()


def lawful(agreement: str) -> list[dict[str, int]]:
    """Those of the accords that a company under this agreement may declare."""
    found = []
    for accords in ACCORDS:
        with suppress(InvalidProblem):
            LABOUR.on(MONDAY).party(agreement, declared(accords))
            found.append(accords)
    return found


SIDES = {agreement: lawful(agreement) for agreement in ("ct", "bad", "sap")}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to seven visits of two providers, one after the other from the morning or the evening on, in two
    tours."""
    at = draw(st.sampled_from((7 * 60, 15 * 60, 19 * 60, 22 * 60)))
    opens, visits, count = at - 120, [], draw(st.integers(1, 7))
    hosts = draw(st.sampled_from((("S1",), ("S2",), ("S1", "S2"))))
    half, noon = draw(st.integers(0, count)), at - 60
    for number in range(count):
        if number == half:  # two stays are at least half an hour apart
            at, noon = at + draw(st.sampled_from((30, 44, 45, 90))), at
        else:
            at += draw(st.sampled_from((0, 5, 10, 14, 15, 16, 24, 40, 130)))
        minutes, site = draw(st.integers(10, 120)), draw(st.sampled_from("ABC"))
        host = draw(st.sampled_from(hosts))
        visits.append(visit(f"V{number}", site, minutes, at, at + 600, provider=host))
        at += minutes
    noon = noon if half < count else at + 300
    stays = (Availability.strict(opens, noon), Availability.strict(noon + 30, min(at + 700, noon + 1440)))
    lender = draw(st.sampled_from(("ct", "bad")))
    own, first, second = (draw(st.sampled_from(SIDES[one])) for one in (lender, "bad", "sap"))
    person = replace(worker(home=None), availability=stays)
    made = problem(
        visits,
        [person],
        first_day=draw(st.sampled_from(FIRST_DAYS)),
        days=3,
        rules=LABOUR,
        employers=(employer("E1", lender, accords=own),),
        providers=(provider("S1", accords=first), provider("S2", "sap", second)),
    )
    ids = [one.id for one in visits]
    orders = {("W1", tour): ids for tour, ids in enumerate((ids[:half], ids[half:])) if ids}
    return made, retime(made, orders).plan


def carried_out(problem: Problem, plan: Plan, noted: frozenset[str]) -> dict[date, DoneDay]:
    """What the service counts of it: the visits `noted` have an outcome, the others stand as planned."""
    routes = sorted(tours_of(plan_to_json(problem, plan)), key=lambda one: (one.day, one.tour))
    hosts = {one.id: problem.provider_of(one).id for one in problem.visits}
    planned = [
        PlannedVisit("W1", day, id, piece)
        for day, tours in groupby(routes, key=lambda route: route.day)
        for id, piece in pieces_of(tours, hosts)
    ]
    done = {
        one.visit_id: DoneVisit("W1", one.piece.start, one.piece.end, one.piece.host)
        for one in planned
        if one.visit_id in noted
    }
    first = problem.horizon.first_day
    return dict(done_days(planned, done, first - timedelta(days=1), first + timedelta(days=5))["W1"])


def instants(problem: Problem, day: WorkDay) -> tuple[datetime, datetime]:
    start, end = (problem.horizon.instant(tick).astimezone(UTC) for tick in (day.start, day.end))
    return start, end


def pairs(case: Case, noted: frozenset[str]) -> Iterator[tuple[WorkDay, DoneDay]]:
    problem, plan = case
    planned, done = work_days(problem, plan, problem.workers[0]), carried_out(problem, plan, noted)
    assert [day.day for day in planned] == sorted(done)
    return ((day, done[day.day]) for day in planned)


some = st.frozensets(st.sampled_from([f"V{number}" for number in range(7)]))


@given(case=cases(), noted=some)
@settings(max_examples=80)
def test_a_day_done_as_planned_is_the_day_that_was_planned(case: Case, noted: frozenset[str]) -> None:
    problem, plan = case
    assume(plan.routes)
    for planned, done in pairs(case, noted):
        rules = problem.rules_for(problem.workers[0], planned.hosts)
        measure = WorkMeasure.of(rules)
        assert done.hosts == planned.hosts
        assert (done.start, done.end) == instants(problem, planned)
        assert done.work_min(measure) == planned.work
        assert done.interrupted_min(measure) == sum(planned.interruptions)
        assert sum(done.work_by_date(measure).values()) == planned.work
        assert done.night_min(rules) == planned.night


@given(case=cases(), noted=some)
@settings(max_examples=50)
def test_the_counters_of_what_was_done_are_those_of_the_plan(case: Case, noted: frozenset[str]) -> None:
    problem, plan = case
    assume(plan.routes)
    person, first = problem.workers[0], problem.horizon.first_day
    hosts = {one.provider_id for one in person.engagements}
    counters = CarriedCounters(
        {"long_days": 0},
        first - timedelta(days=40),
        carried_out(problem, plan, noted),
        problem.rules_for(person, hosts),
        first + timedelta(days=2),
        lambda met: problem.rules_for(person, met),
    ).all()
    days = work_days(problem, plan, person)
    told = [
        (
            one["day"],
            datetime.fromisoformat(one["start"]),
            datetime.fromisoformat(one["end"]),
            one["work_min"],
        )
        for one in counters["days"]
    ]
    assert told == [(str(day.day), *instants(problem, day), day.work) for day in days]
    for name, key, met in (
        ("long_spans", ("MAX_SPAN", "limit"), [day.span for day in days]),
        ("long_interruptions", ("INTERRUPTIONS", "max_total"), [sum(day.interruptions) for day in days]),
    ):
        limits = [problem.rules_for(person, day.hosts).get(*key) for day in days]
        long = [
            one
            for one, row in zip(met, limits, strict=True)
            if row is not None and one > ticks_of(problem, row)
        ]
        assert counters[name] == len(long), name
