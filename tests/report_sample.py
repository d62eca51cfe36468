"""A lawful day around Lens for the readable outputs: real communes, shipped rules, tours filled one visit
after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from brigade.exchange.documents.facts import ReportInput
from brigade.exchange.outlines import outlines
from brigade.judging.checker import hard_violations
from brigade.law.marking import mark
from brigade.timing.plan_timing import retime
from brigade.travel.estimate import estimate
from brigade.units import Horizon, Interval, TimeWindow
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    ActClass,
    Client,
    Employee,
    FundingLine,
    LegalStatus,
    Priority,
    Provider,
    RotaEntry,
    RotaFeed,
    Visit,
)
from brigade.values.places import Basin, Site, TravelMode
from brigade.values.plan import Plan, Proof, Reason, Status, UncoveredVisit
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Availability,
    Employer,
    EmployerKind,
    Engagement,
    EngagementStatus,
    HeldCertificate,
    Worker,
)
from scenarios.generator.territory import load_basin

DAY = date(2026, 3, 10)
HORIZON = Horizon(DAY)
SOON = (date(2026, 1, 1), date(2026, 12, 31))
MODES = (TravelMode.CAR, TravelMode.CAR, TravelMode.E_BIKE, TravelMode.LICENCE_FREE_CAR)
KINDS = ((Priority.P1, 45), (Priority.P2, 60), (Priority.P2, 30), (Priority.P3, 60), (Priority.P4, 90))


def lens_problem(workers: int = 4, visits: int = 20) -> Problem:
    """Replacements of one Tuesday, told on the Monday evening before; always the same for the same sizes."""
    draw = Random(7)
    communes = sorted(load_basin("3215").communes, key=lambda one: -one.population)[:14]
    sites = tuple(
        Site(
            f"L{n}",
            one.code,
            one.latitude + draw.uniform(-0.01, 0.01),
            one.longitude + draw.uniform(-0.015, 0.015),
        )
        for n, one in enumerate(draw.choices(communes, k=visits + workers))
    )
    made = tuple(_visit(n, draw) for n in range(visits))
    people = tuple(_worker(n, f"L{visits + n}") for n in range(workers))
    rota = tuple(RotaEntry(one.id, "E-1", one.windows[0].earliest) for one in made)
    return Problem(
        horizon=HORIZON,
        basin=Basin("3215", "Lens", "62"),
        sites=sites,
        providers=(
            Provider("SAAD-A", "SAAD A", LegalStatus.NON_PROFIT, "bad"),
            Provider("SAAD-B", "SAAD B", LegalStatus.COMPANY, "sap"),
        ),
        clients=tuple(
            Client(one.client_id, "SAAD-A" if n % 3 else "SAAD-B", f"L{n}") for n, one in enumerate(made)
        ),
        visits=made,
        employers=(Employer("GE-1", "Groupement", EmployerKind.EMPLOYER_GROUP, "bad"),),
        workers=people,
        travel=estimate(sites, set(MODES), HORIZON),
        employees=(Employee("E-1", "SAAD-A"), Employee("E-2", "SAAD-B")),
        rota=(
            RotaFeed(
                "SAAD-A", datetime(2026, 3, 9, 16, tzinfo=UTC), tuple(rota[n] for n in range(visits) if n % 3)
            ),
            RotaFeed(
                "SAAD-B",
                datetime(2026, 3, 7, 8, tzinfo=UTC),
                tuple(replace(rota[n], employee_id="E-2") for n in range(visits) if n % 3 == 0),
            ),
        ),
        absences=(
            Absence(
                "A-1", "SAAD-A", "E-1", AbsenceKind.UNPLANNED, Interval(0, 1440), -300, urgent_cause=True
            ),
            Absence(
                "A-2",
                "SAAD-B",
                "E-2",
                AbsenceKind.TRAINING_RELEASE,
                Interval(0, 1440),
                -9 * 1440,
                funding_line_id="F-1",
            ),
        ),
        funding_lines=(FundingLine("F-1", "Remplacement formation", 70_000, 2_400, 21_500),),
        now=-240,
    )


def _visit(n: int, draw: Random) -> Visit:
    priority, minutes = KINDS[n % len(KINDS)]
    opens = 420 + 30 * draw.randrange(20)
    return Visit(
        f"V-{101 + n}",
        f"C-{n:02d}",
        minutes,
        (TimeWindow.hard(opens, opens + (45 if priority <= Priority.P2 else 150)),),
        priority,
        ActClass.ESSENTIAL if priority <= Priority.P2 else ActClass.ORDINARY,
        required=frozenset({"ESSENTIAL_ASSIST"} if priority <= Priority.P2 else {"UPKEEP"}),
        mandatory=n in (0, 15),
    )


def _worker(n: int, home: str) -> Worker:
    papers = (
        Engagement("SAAD-A", *SOON),
        Engagement("SAAD-B", *SOON, EngagementStatus.PROMISED if n % 2 else EngagementStatus.SIGNED),
    )
    return Worker(
        f"W{n + 1:02d}",
        "GE-1",
        _hours(n),
        papers,
        MODES[n % len(MODES)],
        home,
        home,
        certificates=(HeldCertificate("DEAES"),) if n % 2 == 0 else (HeldCertificate("ADVF"),),
        cents_per_km=38,
        cost_cents_per_hour=2200,
        accepts_urgent=n % 4 != 1,
        other_work=(Interval(960, 1080),) if n == 1 else (),
    )


def _hours(n: int) -> tuple[Availability, ...]:
    """The second worker is elsewhere from 16:00 to 18:00; every third one works mornings only."""
    if n == 1:
        return Availability.strict(390, 930), Availability.strict(1110, 1260)
    return (Availability.strict(390, 840 if n % 3 == 2 else 1230),)


def lens_plan(problem: Problem) -> Plan:
    """Visits by priority, each put into the first tour that stays lawful with it, in the order of their
    windows."""
    orders: dict[tuple[str, int], tuple[str, ...]] = {
        (worker.id, tour): () for worker in problem.workers for tour in range(len(worker.availability))
    }
    for visit in sorted(problem.visits, key=lambda one: (one.level, one.windows[0].earliest)):
        for key in sorted(orders, key=lambda one: (len(orders[one]), one)):
            longer = sorted(
                (*orders[key], visit.id), key=lambda id: problem.visit_by_id[id].windows[0].earliest
            )
            tried = retime(problem, {**orders, key: tuple(longer)})
            if not tried.issues and not [
                v for v in hard_violations(problem, tried.plan) if v.worker_id == key[0]
            ]:
                orders[key] = tuple(longer)
                break
    plan = mark(problem, retime(problem, orders).plan)
    return replace(plan, uncovered=tuple(_why(problem, one.visit_id) for one in plan.uncovered))


def _why(problem: Problem, visit_id: str) -> UncoveredVisit:
    latest = problem.visit_by_id[visit_id].windows[0].latest
    reasons = (
        Reason.of("arrives_too_late", worker="W01", arrival=latest + 22, latest=latest, late_min=22),
        Reason.of("max_daily_work", worker="W02", work_min=625, limit_min=600, article="BAD V.5"),
        Reason.of("busy_elsewhere", worker="W03", visits=("V-101", "V-106")),
    )
    return UncoveredVisit(
        visit_id, reasons, Reason.of("shift_window", visit=visit_id, shift_min=22, worker="W01")
    )


def lens_facts() -> ReportInput:
    """What a search would have said of the plan."""
    return ReportInput(
        status=Status.FEASIBLE,
        proof=Proof(
            objective=20_400, bound=19_900, coverage_points=16, coverage_bound=13, relaxed=("MEAL_BREAK",)
        ),
        costs=(("travel", 3120), ("travel_cost", 940), ("waiting", 210), ("equity_workers", 155)),
        notes=(Reason.of("value_of_worker", worker="W01", visits=2, points=13),),
    )


def lens_outlines() -> dict[str, Any]:
    return outlines([one.code for one in load_basin("3215").communes])
