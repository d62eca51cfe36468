"""Who is a night worker: by habit, as the contract says, or by the hours of night behind her.

Each text has its own measure (BAD V.26: 78 h a month over six months; SAP II.2.j art. 3 and CT L3122-23: 270
h in twelve months); the employer's is asked. The limits of night work then hold on every day with a minute of
night, and the mean week in every week; her nights are no occasional ones that she may refuse.
"""

from __future__ import annotations

from brigade.texts.rule_sets import RuleValue
from brigade.timing.duty_days import ticks_of
from brigade.units import Ticks
from brigade.values.problem import Problem
from brigade.values.workforce import Worker


def is_night_worker(problem: Problem, worker: Worker) -> bool:
    return worker.contract.night_worker or by_volume(problem, worker) is not None


def by_volume(problem: Problem, worker: Worker) -> tuple[RuleValue, Ticks] | None:
    """The row that the night work of her last months reaches, and that work; months that nobody counted hold
    none."""
    text = problem.texts_for(worker)[0]
    total, months = text.get("NIGHT_LIMITS", "worker_total"), text.get("NIGHT_LIMITS", "worker_months")
    if total is None or months is None:
        return None
    work = sum(worker.counters.night_months[-months.value :])
    return (total, work) if work >= ticks_of(problem, total) else None
