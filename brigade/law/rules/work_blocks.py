"""WORK_BLOCKS: a meeting is at one time for all who attend, each of them once, and takes place only with as
many as it needs. Who may attend at all is FORBIDDEN_PAIR's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.values.demand import WorkBlock
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("WORK_BLOCKS",)
SCOPE = Scope.TIED
AS_OBSTACLE = AsObstacle()
Seated = Sequence[tuple[Route, Stop]]


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if not problem.work_blocks:
        return
    seated = defaultdict[str, list[tuple[Route, Stop]]](list)
    for route in plan.routes:
        for stop in route.stops:
            if (seat := problem.visit_by_id[stop.visit_id].attendance) is not None:
                seated[seat.block.id].append((route, stop))
    for block in problem.work_blocks:
        yield from _people(problem, block, seated[block.id])
        yield from _time(problem, seated[block.id])


def _people(problem: Problem, block: WorkBlock, seated: Seated) -> Iterator[Violation]:
    times = Counter(route.worker_id for route, _ in seated)
    for route, stop in seated:
        if times.pop(route.worker_id, 0) > 1:
            yield breach(problem, "WORK_BLOCKS", route, detail="twice", visit=stop.visit_id)
    if 0 < len(seated) < block.needed:
        (route, stop), *_ = seated
        met = {"present": len(seated), "needed": block.needed}
        yield breach(problem, "WORK_BLOCKS", route, met, detail="too_few", visit=stop.visit_id)


def _time(problem: Problem, seated: Seated) -> Iterator[Violation]:
    for route, stop in seated[1:]:
        apart = abs(stop.start - seated[0][1].start)
        if apart:
            met = {"apart_min": minutes_of(problem, apart)}
            yield breach(problem, "WORK_BLOCKS", route, met, detail="apart", visit=stop.visit_id)
