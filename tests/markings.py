"""Plans of one stop to be marked: who replaces whom, told when, under which texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Horizon, Interval
from brigade.values.demand import Absence, AbsenceKind, ActClass, Employee, RotaEntry, RotaFeed, UrgentCause
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Counters
from tests import builders
from tests.builders import MONDAY, at, labour

DAYS = {"unit": "days", "stricter": "higher"}
FLAG = {"unit": "flag"}
BAD = {
    "CHANGE_NOTICE.urgent_days": {"value": 4, **DAYS, "article": "BAD V.37 quatre"},
    "URGENT_CAUSES.essential_required": {"value": 1, **FLAG, "stricter": "higher"},
    "URGENT_CAUSES.colleague_absence": {"value": 1, **FLAG, "article": "BAD V.37 cause"},
    "URGENT_VOLUNTEER.leave_days_per_year": {"value": 1, **DAYS},
    "REFUSALS_SHORT": {"value": 4, "unit": "count", "stricter": "higher"},
    "REFUSALS_SHORT.below_days": {"value": 7, **DAYS, "article": "BAD V.37 sept"},
}
SAP = {
    "CHANGE_NOTICE.part_time_only": {"value": 1, **FLAG},
    "CHANGE_NOTICE.urgent_days": {"value": 3, **DAYS},
    "URGENT_CAUSES.essential_required": {"value": 0, **FLAG, "stricter": "higher"},
    "URGENT_CAUSES.colleague_absence": {"value": 1, **FLAG},
    "REFUSALS_SHORT": {"value": 7, "unit": "count", "stricter": "higher"},
    "REFUSALS_SHORT.below_days": {"value": 7, **DAYS},
}
TEXTS = labour(bad=BAD, sap=SAP)
SHIPPED = shipped_labour_code()


def replacing(
    start: int = at("08:00"),
    now: int = 0,
    *,
    host: str = "S1",
    known_at: int | None = None,
    urgent: bool = True,
    kind: AbsenceKind = AbsenceKind.UNPLANNED,
    act: ActClass = ActClass.ESSENTIAL,
    accepts: bool = True,
    cause: UrgentCause | None = None,
    days: int = 14,
    rules: Any = TEXTS,
    **person: Any,
) -> tuple[Problem, Plan]:
    """W1 replaces an absent employee at V1, which begins at `start`; the plan is made at `now`."""
    visit = builders.visit("V1", provider=host, earliest=start, latest=start, act_class=act)
    absence = Absence(
        "A1",
        host,
        "P1",
        kind,
        Interval(start, start + 60),
        now if known_at is None else known_at,
        urgent_cause=urgent,
        cause=cause,
    )
    horizon = Horizon(MONDAY, days)
    feed = RotaFeed(host, horizon.instant(min(now, 0)), (RotaEntry("V1", "P1", start),))
    worker = builders.worker(home=None, hours=((start, start + 120),), accepts_urgent=accepts, **person)
    problem = builders.problem(
        [visit],
        [worker],
        days=days,
        rules=rules,
        now=now,
        employees=(Employee("P1", host),),
        rota=(feed,),
        absences=(absence,),
        employers=(builders.employer("E1", "bad" if host == "S1" else "sap"),),
    )
    return problem, builders.plan(problem, builders.route(problem, "W1", ("V1", start)))


def told_early(
    start: int, agreement: str = "bad", first: date = MONDAY, **person: Any
) -> tuple[Problem, Plan]:
    """A visit of one hour at `start`, told at the horizon's midnight, for a worker of this agreement at a
    host of the same."""
    return told_late(start, agreement, first, now=0, **person)


def told_late(
    start: int, agreement: str, first: date = MONDAY, *, now: int, urgent: bool = False, **person: Any
) -> tuple[Problem, Plan]:
    """The same told at `now`, for a colleague's absence that is `urgent` or not."""
    host, counters = {"bad": "S1", "sap": "S2"}[agreement], person.pop("counters", Counters())
    problem, _ = replacing(start, now, host=host, urgent=urgent, rules=SHIPPED, **person)
    workers = tuple(replace(worker, counters=counters) for worker in problem.workers)
    dated = replace(problem, horizon=Horizon(first, 14), workers=workers)
    return dated, builders.plan(dated, builders.route(dated, "W1", ("V1", start)))
