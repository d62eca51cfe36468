"""ON_CALL: nothing is planned while somebody is on call, nor before the rest after a call is over; no Sunday
or public holiday on call follows a worked one.

Who is on call has to be at home or near it (BAD V.21). The rest after a call is a whole daily rest, whatever
was had before it. Sundays and public holidays follow each other in the calendar of the place of work.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import touched_dates
from brigade.timing.on_call import ON_CALL, closed_hours
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = (ON_CALL,)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(is_of_hours=True)
PARAMETERS = {"rest": "call_resets_rest", "reserved": "none_after_worked"}


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        for stop in route.stops if worker.on_call or worker.calls else ():
            visit = problem.visit_by_id[stop.visit_id]
            rules = problem.rules_for(worker, problem.hosts_at(visit))
            for detail, closed in closed_hours(problem, worker, visit):
                if stop.service.overlap(closed):
                    # Of a day the name says more than its midnights.
                    met = (
                        {"day": str(touched_dates(problem, closed.start, closed.end)[0])}
                        if detail == "reserved"
                        else {"from_at": closed.start, "to_at": closed.end}
                    )
                    value = rules.get(ON_CALL, PARAMETERS.get(detail, ""))
                    yield breach(problem, ON_CALL, route, met, detail=detail, value=value, visit=visit.id)
