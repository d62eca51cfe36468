"""Every replaced hour of a funded release is booked to exactly one line, against its cap."""

from __future__ import annotations

from typing import Any

from brigade.figures.funding import euro_cents, ledger
from brigade.units import Horizon, Interval
from brigade.values.demand import Absence, AbsenceKind, Employee, FundingLine, RotaEntry, RotaFeed
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from tests import builders
from tests.builders import MONDAY, at

ALSACE = FundingLine("ALS-3.1", "Formation", cap_cents=10_000, hourly_rate_cents=2_000, consumed_cents=4_000)
TUTORS = FundingLine("ALS-2", "Tutorat", cap_cents=5_000, hourly_rate_cents=2_200)


def released(
    lines: tuple[str | None, ...], minutes: int = 60, covered: int | None = None, **more: Any
) -> tuple[Problem, Plan]:
    """One employee absent for each of `lines`, one visit of each; W1 covers the first `covered` of them."""
    starts = [at("08:00") + 120 * number for number in range(len(lines))]
    visits = [
        builders.visit(f"V{n}", minutes=minutes, earliest=start, latest=start)
        for n, start in enumerate(starts)
    ]
    absences = tuple(
        Absence(
            f"A{n}",
            "S1",
            f"P{n}",
            AbsenceKind.TRAINING_RELEASE,
            Interval(start, start + 120),
            0,
            funding_line_id=line,
        )
        for n, (start, line) in enumerate(zip(starts, lines, strict=True))
    )
    rota = tuple(RotaEntry(f"V{n}", f"P{n}", start) for n, start in enumerate(starts))
    fields: dict[str, Any] = {
        "employees": tuple(Employee(f"P{n}", "S1") for n in range(len(lines))),
        "rota": (RotaFeed("S1", Horizon(MONDAY).instant(0), rota),),
        "absences": absences,
        "funding_lines": (ALSACE, TUTORS),
        **more,
    }
    problem = builders.problem(visits, [builders.worker(home=None)], **fields)
    stops = [(f"V{n}", start) for n, start in enumerate(starts)][: len(lines) if covered is None else covered]
    return problem, builders.plan(problem, *([builders.route(problem, "W1", *stops)] if stops else []))


def test_hours_and_euros_of_each_line() -> None:
    """Two hours at 20 EUR on one line, one at 22 on the other; 60 EUR were left on the first, 20 remain."""
    training, tutors = ledger(*released(("ALS-3.1", "ALS-2", "ALS-3.1")))
    assert (training.line_id, training.ticks, training.cents) == ("ALS-3.1", 120, 4_000)
    assert (training.remaining_cents, training.is_over_cap) == (2_000, False)
    assert (tutors.line_id, tutors.ticks, tutors.cents, tutors.remaining_cents) == ("ALS-2", 60, 2_200, 2_800)
    assert [entry.visit_id for entry in training.entries] == ["V0", "V2"]


def test_no_hour_is_booked_twice() -> None:
    uses = ledger(*released(("ALS-3.1", "ALS-2", "ALS-3.1")))
    booked = [entry.visit_id for use in uses for entry in use.entries]
    assert sorted(booked) == ["V0", "V1", "V2"]


def test_what_is_not_covered_or_not_funded_costs_nothing() -> None:
    training, tutors = ledger(*released(("ALS-3.1", None, "ALS-2"), covered=2))
    assert (training.cents, tutors.cents, tutors.entries) == (2_000, 0, ())


def test_the_cap_is_reached_and_then_passed() -> None:
    """6 000 cents are left: three hours of 2 000 reach the cap, a fourth passes it by 2 000."""
    (at_cap, _) = ledger(*released(("ALS-3.1",) * 3))
    assert (at_cap.remaining_cents, at_cap.is_over_cap, at_cap.over_cap_cents) == (0, False, 0)
    (over, _) = ledger(*released(("ALS-3.1",) * 4))
    assert (over.remaining_cents, over.is_over_cap, over.over_cap_cents) == (-2_000, True, 2_000)


def test_cents_are_rounded_half_up_and_add_up() -> None:
    """20 min at 20 EUR: 666.67 -> 667 each; three visits are 2 001, the sum of what an export shows. 1.5 min
    at 20 cents an hour is half a cent: 1."""
    (training, _) = ledger(*released(("ALS-3.1",) * 3, minutes=20))
    assert training.cents == 2_001 == sum(entry.cents for entry in training.entries)
    assert euro_cents(3, 20, 2) == 1
    assert euro_cents(2, 20, 2) == 0
