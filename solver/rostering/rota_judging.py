"""An on-call rota judged as people made it: who may not take which duty, by what a proposal keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from brigade.errors import Issue
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.rostering.on_call_shifts import Shift, ShiftObstacle, known_halves, obstacles

CODE = "O110"


@dataclass(frozen=True, slots=True)
class GivenDuty:
    """A shift and who has it. `where`: its place in what was given."""

    where: str
    shift: Shift
    worker_ids: tuple[str, ...]


def issues(problem: Problem, duties: Sequence[GivenDuty]) -> list[Issue]:
    """All that is wrong, duty by duty."""
    by_worker: dict[str, list[GivenDuty]] = defaultdict(list)
    for duty in duties:
        for id in duty.worker_ids:
            by_worker[id].append(duty)
    found = []
    for id, own in by_worker.items():
        worker = problem.worker_by_id.get(id)
        if worker is None:
            found += [_issue(one, id, ShiftObstacle("rota_unknown", {})) for one in own]
        else:
            found += [_issue(one, id, what) for one, what in _of_person(problem, worker, own)]
    places = {duty.where: number for number, duty in enumerate(duties)}
    return sorted(found, key=lambda one: places[one.where])


def _issue(duty: GivenDuty, worker_id: str, what: ShiftObstacle) -> Issue:
    return Issue(CODE, duty.where, what.words, {"worker": worker_id, "duty": duty.shift.day, **what.values})


def _of_person(
    problem: Problem, worker: Worker, own: Sequence[GivenDuty]
) -> Iterator[tuple[GivenDuty, ShiftObstacle]]:
    for duty in own:
        yield from ((duty, one) for one in obstacles(problem, worker, duty.shift))
    for one, other in combinations(own, 2):
        if one.shift.hours.overlap(other.shift.hours):
            yield other, ShiftObstacle("rota_twice", {"other": one.shift.day})
    yield from _months(problem, worker, own)


def _months(
    problem: Problem, worker: Worker, own: Sequence[GivenDuty]
) -> Iterator[tuple[GivenDuty, ShiftObstacle]]:
    """Duties of a month beyond what the text lets her have, told at the last of them."""
    most = problem.rules_for(worker).get("ON_CALL", "half_days_per_month")
    if most is None:
        return
    halves: dict[tuple[int, int], int] = defaultdict(int)
    last: Mapping[tuple[int, int], GivenDuty] = {_month(one.shift.day): one for one in own}
    for duty in own:
        halves[_month(duty.shift.day)] += duty.shift.halves
    for month, taken in halves.items():
        total = taken + known_halves(problem, worker, month)
        if total > most.value:
            met = {"halves": total, "limit": most.value, "article": most.article}
            yield last[month], ShiftObstacle("rota_month_full", met)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
