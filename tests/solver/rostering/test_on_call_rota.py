"""On-call rotas: tiny ones against brute force, and each text by the duty it takes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import product
from typing import Any

import pytest

from brigade.errors import Refused
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Interval
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, EmployerKind, Leave, LeaveKind, Worker
from solver.rostering.on_call_rota import OnCallRota, propose
from solver.rostering.on_call_shifts import RotaRequest, ShiftHours, may_take, shifts_of
from tests.builders import MONDAY, at, employer, problem, visit, worker

EVENING, WHOLE = ShiftHours(time(19), time(7)), ShiftHours(time(7), time(7))
SUNDAY = MONDAY + timedelta(days=6)


def asked(days: int, first: date = MONDAY, **more: Any) -> RotaRequest:
    return RotaRequest(first, first + timedelta(days=days - 1), EVENING, WHOLE, **more)


def of(*people: Worker, agreement: str = "bad") -> Problem:
    return problem(
        [visit("V1")],
        people,
        employers=(employer("E1", agreement, EmployerKind.EMPLOYER_GROUP),),
        rules=shipped_labour_code(),
    )


def shares(found: OnCallRota) -> list[tuple[int, int]]:
    return sorted((one.evenings, one.weekends) for one in found.shares)


def test_a_quarter_is_shared_out_evenly_and_proven() -> None:
    """Wednesday 1 April to 30 June 2026, 91 days: 26 Saturdays and Sundays, five holidays on other days (6
    April, 1, 8, 14 and 25 May), so 31 and 60 evenings for six."""
    found = propose(of(*(worker(f"W{n}") for n in range(6))), asked(91, date(2026, 4, 1)))
    assert shares(found) == [(10, 5)] * 5 + [(10, 6)]
    assert found.uncovered == ()
    assert found.gap == 0


def cost_of(case: Problem, days: int, chosen: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Uncovered, spread of weekends, spread of evenings; None: not lawful. `chosen`: of each shift a person,
    or nobody."""
    shifts = shifts_of(case, asked(days))
    taken: dict[int, list[int]] = {n: [] for n in range(len(case.workers))}
    for what, who in enumerate(chosen):
        if who < len(case.workers):
            if not may_take(case, case.workers[who], shifts[what]):
                return None
            taken[who].append(what)
    for own in taken.values():
        if sum(shifts[what].halves for what in own) > 16:
            return None
        if any(shifts[a].hours.overlap(shifts[b].hours) for a in own for b in own if a < b):
            return None
    spreads = []
    for is_weekend in (True, False):
        counts = [sum(shifts[what].is_weekend is is_weekend for what in own) for own in taken.values()]
        spreads.append(max(counts) - min(counts))
    return chosen.count(len(case.workers)), spreads[0], spreads[1]


@pytest.mark.parametrize("away", [(), (1, 3), (5, 6)])
def test_a_week_for_two_is_what_trying_all_says(away: tuple[int, ...]) -> None:
    leave = tuple(Leave(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n), LeaveKind.PAID) for n in away)
    case = of(replace(worker("W1"), leave=leave), worker("W2"))
    found = propose(case, asked(7))
    every = (cost_of(case, 7, chosen) for chosen in product(range(3), repeat=7))
    best = min(one for one in every if one is not None)
    met = [shares_of - least for shares_of, least in _spreads(found)]
    assert (len(found.uncovered), *met) == best


def _spreads(found: OnCallRota) -> list[tuple[int, int]]:
    kinds = [one.weekends for one in found.shares], [one.evenings for one in found.shares]
    return [(max(one), min(one)) for one in kinds]


def test_sixteen_halves_a_month_are_the_most_of_one_person() -> None:
    """Alone for March from the 9th, 12 h an evening and 24 a weekend day (seven left of the month): 16 halves
    of 23 duties and their 30; the rest has nobody. The companies' text names no number."""
    alone = worker("W1")
    found = propose(of(alone), asked(23))
    halves = sum(2 if one.shift.is_weekend else 1 for one in found.duties)
    assert halves == 16
    assert len(found.uncovered) == 23 - len(found.duties)
    assert propose(of(alone, agreement="sap"), asked(23)).uncovered == ()


def test_duties_already_given_count_in_their_month() -> None:
    known = tuple(Interval(at("19:00", day), at("07:00", day + 1)) for day in range(14, 22))
    found = propose(of(replace(worker("W1"), on_call=known)), asked(14))
    assert sum(2 if one.shift.is_weekend else 1 for one in found.duties) == 8


def test_no_sunday_on_call_after_a_worked_one() -> None:
    """W1 worked on 8 March: Sunday 15 March is W2's, and nobody's where W2 is away; so is the duty of
    Saturday, which runs into it."""
    worked = replace(worker("W1"), counters=Counters(sundays_worked=frozenset({date(2026, 3, 8)})))
    found = propose(of(worked, worker("W2")), asked(7))
    assert [one.worker_id for one in found.duties if one.shift.day == SUNDAY] == ["W2"]
    away = replace(worker("W2"), leave=(Leave(SUNDAY, SUNDAY, LeaveKind.SICK),))
    assert [one.day for one in propose(of(worked, away), asked(7)).uncovered] == [
        SUNDAY - timedelta(days=1),
        SUNDAY,
    ]


def test_unavailability_of_the_contract_is_kept() -> None:
    kept = replace(worker("W1"), contract=replace(worker().contract, unavailability=("tuesday 18:00-22:00",)))
    found = propose(of(kept), asked(3))
    assert [one.day for one in found.uncovered] == [MONDAY + timedelta(days=1)]


def test_who_is_unknown_is_told() -> None:
    with pytest.raises(Refused) as refused:
        propose(of(worker("W1")), asked(7, worker_ids=("W9",)))
    assert [issue.code for issue in refused.value.issues] == ["O109"]
