"""Hours by kind of employer, and those of intermediary associations: what funders and inclusion services ask
about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.law.rules.ai_480h import cap_of, capped_work
from brigade.timing.duty_days import minutes_of, ticks_of
from brigade.values.demand import ActClass
from brigade.values.workforce import EmployerKind

AI = EmployerKind.INTERMEDIARY_ASSOCIATION


def lenders(counted: CountedPlan) -> Iterator[Row]:
    """Effective work by kind of employer; of associations also the essential acts, the people, and who nears
    the 480 h."""
    problem = counted.problem
    work, people = Counter[EmployerKind](), set[str]()
    for worker in problem.workers:
        work[counted.kind_of(worker.id)] += counted.work_of(worker.id)
    essential = 0
    for route, stop in counted.stops():
        if counted.kind_of(route.worker_id) is AI:
            people.add(route.worker_id)
            if problem.visit_by_id[stop.visit_id].act_class is ActClass.ESSENTIAL:
                essential += stop.end - stop.start
    yield from (
        ("employer_work", minutes_of(problem, work[kind]), "min", kind.value)
        for kind in EmployerKind
        if work[kind]
    )
    yield "ai_work", minutes_of(problem, work[AI]), "min", None
    yield "ai_essential_service", minutes_of(problem, essential), "min", None
    yield "ai_workers", len(people), "count", None


def alerts(counted: CountedPlan) -> Iterator[Row]:
    """Workers whose counted hours reach the warning of AI_480H with this plan, and those hours."""
    found = list(_alerts(counted))
    yield "ai_480_alerts", len(found), "count", None
    yield from found


def _alerts(counted: CountedPlan) -> Iterator[Row]:
    problem, plan = counted.problem, counted.plan
    for worker in problem.workers:
        cap, rule = cap_of(problem, plan, worker)
        if cap is None or rule is None:
            continue
        warn = problem.rules_for(worker).get("AI_480H", "warn")
        used = (worker.counters.capped_ai_work or 0) + capped_work(problem, plan, worker)
        # Whichever comes first: a cap of the worker's own may lie below the warning.
        if used >= (cap if warn is None else min(cap, ticks_of(problem, warn))):
            yield "ai_480_used", minutes_of(problem, used), "min", worker.id
