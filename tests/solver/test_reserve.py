"""A reserve: the plan keeps free whom the likely needs, gives up no visit for it, and says what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from brigade.changes.events import EmployeeAway, apply_events
from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind, Employee, Priority, RotaEntry, RotaFeed
from brigade.values.plan import Plan, Status
from brigade.values.policy import Policy, Reserve
from brigade.values.problem import Problem
from brigade.values.workforce import HeldCertificate
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.replan_terms import ReplanTerms
from solver.solve import solve
from tests.builders import at, problem, visit, worker

WORK = SearchSettings(iterations=400, threads=1)
AT_EIGHT = Reserve(
    absences_per_1000=1000,
    by_hour=tuple(int(hour == 8) for hour in range(24)),
    by_month=(100,) * 12,
    lead_min=30,
)
"""Everybody present falls away between 08:00 and 09:00."""


def day(reserve: Reserve | None, *, both_free: bool = True) -> Problem:
    """V1, upkeep at A at 09:00, is on the way of W1, who lives at H and alone holds the certificate; W2 comes
    from D. An employee is to do V2, essential and P1, at B at 09:30."""
    visits = [
        visit("V1", "A", 60, "09:00", "09:00", priority=Priority.P3),
        visit(
            "V2", "B", 60, "09:30", "09:30", priority=Priority.P1, required=frozenset({"ESSENTIAL_ASSIST"})
        ),
    ]
    workers = [worker("W1", certificates=(HeldCertificate("ADVF"),)), worker("W2", home="D")]
    feed = RotaFeed("S1", datetime(2026, 3, 8, 18, tzinfo=UTC), (RotaEntry("V2", "A1", at("09:30")),))
    return problem(
        visits,
        workers if both_free else workers[:1],
        employees=(Employee("A1", "S1"),),
        rota=(feed,),
        policy=Policy(reserve=reserve),
        now=at("07:00"),
    )


def after_the_absence(asked: Problem, plan: Plan) -> Plan:
    """What becomes of the plan when A1 calls at 08:10, everything told staying."""
    away = Absence(
        "X1", "S1", "A1", AbsenceKind.UNPLANNED, Interval(at("08:10"), at("20:00")), at("08:10"), True
    )
    changed = apply_events(asked, [EmployeeAway(away)], published=plan, now=at("08:10"))
    return replan(changed, plan, ReplanTerms(pinned=plan.covered), WORK).plan


def found(asked: Problem) -> tuple[Plan, SolveOutcome]:
    outcome = solve(asked, WORK)
    assert outcome.plan is not None
    return outcome.plan, outcome


def test_the_certified_worker_stays_free_for_what_is_likely() -> None:
    """W1 is 10 minutes from A and goes home: 20. W2 comes 30 and goes 30: 40 minutes more, for which V2 can
    still be taken."""
    plain, silent = found(day(None))
    kept, told = found(day(AT_EIGHT))
    assert [route.worker_id for route in plain.routes] == ["W1"]
    assert [route.worker_id for route in kept.routes] == ["W2"]
    assert after_the_absence(day(None), plain).covered == {"V1"}
    assert after_the_absence(day(AT_EIGHT), kept).covered == {"V1", "V2"}
    assert silent.reserve is None
    assert told.reserve is not None
    said = dict(told.reserve.values)
    assert (told.reserve.code, said["room"], said["plain"]) == ("reserve_kept", 1, 0)
    assert (said["visits"], said["likely_min"], said["travel_min"]) == (1, 60, 40)


def test_a_plan_that_costs_more_for_its_reserve_is_never_called_the_best() -> None:
    assert found(day(None))[1].status is Status.OPTIMAL
    kept = found(day(AT_EIGHT))[1]
    assert kept.status is Status.FEASIBLE
    assert kept.proof is not None
    assert kept.proof.bound < kept.proof.objective


def test_no_visit_that_is_asked_gives_way_to_a_likely_one() -> None:
    """With W1 alone V1, of priority 3, is covered: V2 is worth ten times its points, and nobody asks it."""
    plan, outcome = found(day(AT_EIGHT, both_free=False))
    assert plan.covered == {"V1"}
    assert outcome.reserve is not None
    assert outcome.reserve.code == "reserve_plain"


@pytest.mark.parametrize(
    "quiet",
    [
        replace(AT_EIGHT, absences_per_1000=0),
        replace(AT_EIGHT, by_month=(100, 100, 0, *[100] * 9)),
        replace(AT_EIGHT, by_hour=tuple(int(hour == 5) for hour in range(24))),
        replace(AT_EIGHT, lead_min=91),
    ],
    ids=["no rate", "no rate in March", "an hour that is over", "too late for her only visit"],
)
def test_where_nothing_is_likely_the_plan_is_the_plain_one_and_says_so(quiet: Reserve) -> None:
    plan, outcome = found(day(quiet))
    assert plan == found(day(None))[0]
    assert outcome.reserve is not None
    assert outcome.reserve.code == "reserve_nothing_likely"


def test_the_same_seed_and_work_give_the_same_reserve() -> None:
    first, again = found(day(AT_EIGHT)), found(day(AT_EIGHT))
    assert first[0] == again[0]
    assert first[1].reserve == again[1].reserve


def test_a_replan_keeps_the_reserve_too() -> None:
    """V1 comes in after an empty plan was told: without a reserve the nearer worker gets it, with one she
    stays free for V2, and the replan says so."""
    told = Plan(())
    plain, kept = (replan(day(rates), told, None, WORK) for rates in (None, AT_EIGHT))
    assert [route.worker_id for route in plain.plan.routes] == ["W1"]
    assert [route.worker_id for route in kept.plan.routes] == ["W2"]
    assert (plain.reserve, kept.reserve and kept.reserve.code) == (None, "reserve_kept")
    assert after_the_absence(day(AT_EIGHT), kept.plan).covered == {"V1", "V2"}


def test_a_replan_moves_nobody_for_its_reserve_alone() -> None:
    """W1 was told V1: to free her would be one more person to call."""
    told, _ = found(day(None))
    kept = replan(day(AT_EIGHT), told, None, WORK)
    assert [route.worker_id for route in kept.plan.routes] == ["W1"]
    assert kept.disturbed == frozenset()
    assert kept.reserve is not None
    assert kept.reserve.code == "reserve_plain"
