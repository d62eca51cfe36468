"""A night spent at a client's, of which only a part counts as work (SAP II.2.j, title 2).

It counts so where the employer's text and the host's both know it, and where it is long enough for both;
elsewhere every hour is work (BAD V.28, CT L3121-1). Which of its hours are work no text says: the counted
ones are taken from its beginning, and all of it is time away, for rests and spans.
"""

from __future__ import annotations

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

PRESENCE = "NIGHT_PRESENCE"


def counted(problem: Problem, worker: Worker, visit: Visit) -> Ticks:
    """What of the visit is work of this worker."""
    service = visit.service_by(worker.id)
    if visit.counted_percent is None:
        return service
    texts = problem.texts_for(worker, problem.hosts_at(visit))
    percents = [_percent(problem, text, visit, service) for text in texts]
    # Rounded up: no minute of work is lost.
    return -(-service * max(percents) // 100)


def is_presence(problem: Problem, worker: Worker, visit: Visit) -> bool:
    return counted(problem, worker, visit) < visit.service_by(worker.id)


def _percent(problem: Problem, text: RuleSet, visit: Visit, service: Ticks) -> int:
    """What counts of it under one text."""
    percent, least = text.get(PRESENCE, "least_percent"), text.get(PRESENCE, "least_length")
    if percent is None or least is None or visit.counted_percent is None:
        return 100
    if service < problem.horizon.ticks(least.value):
        return 100
    return max(percent.value, visit.counted_percent)
