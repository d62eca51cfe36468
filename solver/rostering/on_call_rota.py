"""A rota of on-call duties for a quarter, by CP-SAT: as few uncovered as can be, then weekends and evenings
shared out evenly, then weekends far apart.

The monthly number of duties is BAD V.23's: 16 halves of a day, which are 8 whole ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ortools.sat.python import cp_model

from brigade.errors import Issue, Refused
from brigade.timing.duty_days import monday_of
from brigade.units import Interval
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.engines.cpsat import solver_for
from solver.rostering.on_call_shifts import RotaRequest, Shift, known_halves, may_take, shifts_of

IN_ROW, SPREAD_EVENINGS, SPREAD_WEEKENDS = 1, 4, 20
"""What counts beside each other: a weekend right after one, the difference of two people's evenings, of two
people's weekends."""


@dataclass(frozen=True, slots=True)
class OnCallDuty:
    shift: Shift
    worker_id: str


@dataclass(frozen=True, slots=True)
class PersonShare:
    """How often, of each kind."""

    worker_id: str
    evenings: int
    weekends: int


@dataclass(frozen=True, slots=True)
class OnCallRota:
    """`uncovered`: shifts with somebody missing, each as often as one is. `gap`: by how much of its cost the
    rota might be better at the most, as a share; 0: proven the best; None: nothing is known."""

    duties: tuple[OnCallDuty, ...]
    uncovered: tuple[Shift, ...]
    shares: tuple[PersonShare, ...]
    cost: int
    gap: float | None

    def of(self, worker_id: str) -> tuple[Interval, ...]:
        return tuple(one.shift.hours for one in self.duties if one.worker_id == worker_id)


def propose(problem: Problem, asked: RotaRequest) -> OnCallRota:
    """Raises: Refused, where nobody known takes part."""
    unknown = sorted(set(asked.worker_ids) - problem.worker_by_id.keys())
    people = [one for one in problem.workers if not asked.worker_ids or one.id in asked.worker_ids]
    if unknown or not people:
        met = {"names": unknown or None, "known": sorted(problem.worker_by_id)}
        raise Refused([Issue("O109", "workers", "nobody_for_rota", met)])
    return _RotaModel(problem, people, shifts_of(problem, asked), asked.people).solved(asked)


class _RotaModel:
    def __init__(self, problem: Problem, people: list[Worker], shifts: tuple[Shift, ...], need: int) -> None:
        self.problem, self.people, self.shifts, self.model = problem, people, shifts, cp_model.CpModel()
        self.takes = {
            (who, what): self.model.new_bool_var(f"{person.id}:{shift.day}")
            for who, person in enumerate(people)
            for what, shift in enumerate(shifts)
            if may_take(problem, person, shift)
        }
        self.missing = [self.model.new_int_var(0, need, f"missing:{one.day}") for one in shifts]
        for what, missing in enumerate(self.missing):
            self.model.add(sum(self._of_shift(what)) + missing == need)
        for who in range(len(people)):
            self._one_at_a_time(who)
            self._months(who)

    def _of_shift(self, what: int) -> list[cp_model.IntVar]:
        return [var for (_, shift), var in self.takes.items() if shift == what]

    def _of_person(self, who: int, shifts: Iterable[int]) -> list[cp_model.IntVar]:
        return [self.takes[who, what] for what in shifts if (who, what) in self.takes]

    def _one_at_a_time(self, who: int) -> None:
        for what in range(1, len(self.shifts)):
            if self.shifts[what - 1].hours.overlap(self.shifts[what].hours):
                self.model.add(sum(self._of_person(who, (what - 1, what))) <= 1)

    def _months(self, who: int) -> None:
        rules = self.problem.rules_for(self.people[who])
        most = rules.get("ON_CALL", "half_days_per_month")
        for month in {(one.day.year, one.day.month) for one in self.shifts} if most is not None else ():
            inside = [n for n, one in enumerate(self.shifts) if (one.day.year, one.day.month) == month]
            taken = [
                self.shifts[what].halves * self.takes[who, what]
                for what in inside
                if (who, what) in self.takes
            ]
            self.model.add(
                sum(taken) + known_halves(self.problem, self.people[who], month)
                <= (most.value if most else 0)
            )

    # -- what it costs --------------------------------------------------------------------------------------
    def _terms(self) -> Iterator[tuple[int, cp_model.IntVar]]:
        """Weights and what they weigh."""
        size = len(self.shifts)
        # More than all the rest together can be: nobody is left out for the sake of fairness.
        dear = 1 + (SPREAD_WEEKENDS + SPREAD_EVENINGS) * size + IN_ROW * size * len(self.people)
        yield from ((dear, one) for one in self.missing)
        weekends = [n for n, one in enumerate(self.shifts) if one.is_weekend]
        evenings = [n for n, one in enumerate(self.shifts) if not one.is_weekend]
        yield SPREAD_WEEKENDS, self._spread(weekends)
        yield SPREAD_EVENINGS, self._spread(evenings)
        for who in range(len(self.people)):
            yield from ((IN_ROW, one) for one in self._in_row(who, weekends))

    def _spread(self, shifts: list[int]) -> cp_model.IntVar:
        """The most that somebody has of them less the least."""
        low, high, spread = (self.model.new_int_var(0, len(shifts), "") for _ in range(3))
        for who in range(len(self.people)):
            share = sum(self._of_person(who, shifts))
            self.model.add(share <= high)
            self.model.add(share >= low)
        self.model.add(spread == high - low)
        return spread

    def _in_row(self, who: int, weekends: list[int]) -> Iterator[cp_model.IntVar]:
        """Whether a week with a weekend duty comes right after another such week."""
        has = []
        for week in sorted({monday_of(self.shifts[what].day) for what in weekends}):
            own = self._of_person(who, (n for n in weekends if monday_of(self.shifts[n].day) == week))
            some = self.model.new_bool_var("")
            for one in own:
                self.model.add_implication(one, some)
            has.append(some)
        for first, second in pairwise(has):
            both = self.model.new_bool_var("")
            self.model.add(both >= first + second - 1)
            yield both

    def solved(self, asked: RotaRequest) -> OnCallRota:
        self.model.minimize(sum(weight * variable for weight, variable in self._terms()))
        solver = solver_for(asked.limit_s, asked.seed, 2)
        # Nobody on call at all is a rota too, so there always is one.
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self._rota(solver, None)
        cost, bound = round(solver.objective_value), solver.best_objective_bound
        return self._rota(solver, 0.0 if status == cp_model.OPTIMAL else (cost - bound) / max(1, cost))

    def _rota(self, solver: cp_model.CpSolver, gap: float | None) -> OnCallRota:
        def is_told(variable: cp_model.IntVar) -> int:
            return 0 if gap is None else solver.value(variable)

        duties = tuple(
            OnCallDuty(shift, person.id)
            for what, shift in enumerate(self.shifts)
            for who, person in enumerate(self.people)
            if (who, what) in self.takes and is_told(self.takes[who, what])
        )
        uncovered = tuple(
            shift
            for shift, missing in zip(self.shifts, self.missing, strict=True)
            for _ in range(is_told(missing))
        )
        return OnCallRota(duties, uncovered, tuple(self._shares(duties)), self._told_cost(solver, gap), gap)

    def _told_cost(self, solver: cp_model.CpSolver, gap: float | None) -> int:
        return 0 if gap is None else round(solver.objective_value)

    def _shares(self, duties: tuple[OnCallDuty, ...]) -> Iterable[PersonShare]:
        for person in self.people:
            own = [one.shift for one in duties if one.worker_id == person.id]
            weekends = sum(one.is_weekend for one in own)
            yield PersonShare(person.id, len(own) - weekends, weekends)
