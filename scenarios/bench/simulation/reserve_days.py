"""Whether a reserve pays: days planned with and without one, then absences drawn at the same rates through
the day, each answered by a replan that keeps all that is told.

The plan without is the one from which the reserve goes on, and both meet the same absences: their difference
is the reserve's, and chance neither of the search nor of the draw. An invented day has few employees present
(those who are in its rota beside the absent), so the rate is scaled until so many absences are expected as
asked. Each day may be lived through several times, with absences drawn anew.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import mean

from brigade.changes.events import EmployeeAway, apply_events
from brigade.changes.likely_absences import LikelyAbsence, chances_of_absence
from brigade.intervals import half_width
from brigade.judging.coverage_levels import coverage_points, uncovered_by_level
from brigade.judging.objective import breakdown
from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind
from brigade.values.plan import Plan, Reason
from brigade.values.policy import Reserve, shipped_reserve
from brigade.values.problem import Problem
from scenarios.generator.scenario import generate
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.replan_terms import ReplanTerms
from solver.reserve import plain_part
from solver.solve import solve

ANSWERS = 5
"""So much less work than a morning's plan has the answer to an absence: all that is told stays."""
SURE = 0.95
"""Of the interval around a mean difference."""


@dataclass(frozen=True, slots=True)
class TrialEvening:
    """One arm of a day. `uncovered`: visits by level 0 to 4, and their `points`, when all has come in.
    `travel_min`, `soft`: of the morning's plan."""

    uncovered: tuple[int, ...]
    points: int
    travel_min: float
    soft: int


@dataclass(frozen=True, slots=True)
class TrialDay:
    """`present`: employees who could fall away; `absent`: how many did; `opened`: the visits that this
    opened. `said`: what the plan with a reserve says of it."""

    preset: str
    seed: int
    rate: int
    present: int
    absent: int
    opened: int
    said: Reason
    plain: TrialEvening
    reserve: TrialEvening

    @property
    def difference(self) -> tuple[int, ...]:
        """With a reserve less without: visits of each level, then points."""
        with_it = (*self.reserve.uncovered, self.reserve.points)
        return tuple(a - b for a, b in zip(with_it, (*self.plain.uncovered, self.plain.points), strict=True))


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """`half`: half the width of the interval; None: of one day there is none."""

    plain: float
    reserve: float
    mean: float
    half: float | None


def simulated(
    preset: str,
    seed: int,
    *,
    visits: float,
    expected: float,
    settings: SearchSettings,
    draws: int = 1,
    stop: threading.Event | None = None,
) -> Iterator[TrialDay]:
    """One for each draw; none once `stop` is set: a day cut short measures nothing. Args: visits: so many
    times the visits and absences of the preset. expected: how many absences are expected after the morning's
    plan."""
    day = generate(preset, seed, visits=visits)
    rates = scaled(day, shipped_reserve(), expected)
    chances = [*chances_of_absence(day, rates)]
    kept_day = replace(day, policy=replace(day.policy, reserve=rates))
    kept = solve(kept_day, settings, stop=stop)
    plain = solve(day, plain_part(settings), stop=stop)
    if plain.plan is None or kept.plan is None or not kept.reserve:
        return
    answer = replace(settings, iterations=max(1, (settings.iterations or 0) // ANSWERS))
    for number in range(draws):
        absences = drawn(day, chances, f"{seed}/{number}")
        evenings = [
            evening(day, plain.plan, absences, answer),
            evening(kept_day, kept.plan, absences, answer),
        ]
        if stop is not None and stop.is_set():
            return
        after = apply_events(day, [EmployeeAway(one) for one in absences]) if absences else day
        yield TrialDay(
            preset,
            seed,
            rates.absences_per_1000,
            len({one.employee_id for one in chances}),
            len(absences),
            len(after.requests) - len(day.requests),
            kept.reserve,
            *evenings,
        )


def scaled(day: Problem, reserve: Reserve, expected: float) -> Reserve:
    """The same hours and months at a rate that lets so many absences be expected, as far as people go."""
    total = sum(one.chance for one in chances_of_absence(day, reserve))
    rate = round(reserve.absences_per_1000 * expected / total) if total else reserve.absences_per_1000
    return replace(reserve, absences_per_1000=min(1000, rate))


def drawn(day: Problem, chances: Sequence[LikelyAbsence], seed: str) -> list[Absence]:
    """Each employee falls away in at most one hour, by the chances; the earliest absence first."""
    dice, found = random.Random(f"reserve/{seed}"), list[Absence]()
    people = sorted(chances, key=lambda one: (one.employee_id, one.at))
    for employee, hours in groupby(people, key=lambda one: one.employee_id):
        luck, minute = dice.random(), dice.randrange(60)
        for one in hours:
            luck -= one.chance
            if luck < 0:
                at = max(one.at + day.horizon.ticks(minute), day.now)
                away = Interval(at, day.horizon.length)
                kind = AbsenceKind.UNPLANNED
                found.append(
                    Absence(f"drawn-{employee}", one.provider_id, employee, kind, away, at, urgent_cause=True)
                )
                break
    return sorted(found, key=lambda one: (one.known_at, one.id))


def evening(
    day: Problem, morning: Plan, absences: Sequence[Absence], settings: SearchSettings
) -> TrialEvening:
    """The plan after the last absence: each was answered when it was told, and nothing told was moved."""
    problem, plan = day, morning
    for absence in absences:
        problem = apply_events(problem, [EmployeeAway(absence)], published=plan, now=absence.known_at)
        plan = replan(problem, plan, ReplanTerms(pinned=plan.covered), settings).plan
    return TrialEvening(
        uncovered_by_level(problem, plan),
        coverage_points(problem, plan),
        day.horizon.minutes(morning.travel),
        breakdown(day, morning).soft // day.horizon.ticks_per_minute,
    )


def compared(days: Sequence[TrialDay]) -> Iterator[MeanDifference]:
    """Of each level, then of points, then of the morning's travel and soft cost: paired over the days."""
    arms = [
        [
            (*evening.uncovered, evening.points, evening.travel_min, evening.soft)
            for evening in (one.plain, one.reserve)
        ]
        for one in days
    ]
    for plain, reserve in zip(*(zip(*arm, strict=True) for arm in zip(*arms, strict=True)), strict=True):
        apart = [b - a for a, b in zip(plain, reserve, strict=True)]
        yield MeanDifference(mean(plain), mean(reserve), mean(apart), half_width(apart, SURE))
