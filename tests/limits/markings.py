"""The catalogue of markings: for every ground a plan of one stop in which it decides between firm and to be
offered.

The marking begins with that ground. Its mutant turns the word around: a ground to refuse is not seen, and
what lets the employer impose the hours (or has used up a right to refuse them) is taken for a ground to
refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from unittest.mock import patch

from brigade.law import marking, refusable
from brigade.law.refusable import Protection, Refusable, UsedUpRight
from brigade.values.demand import ActClass
from brigade.values.plan import MarkingKind, Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, PastDay, Weekday
from tests.builders import at
from tests.markings import SHIPPED, replacing, told_early, told_late

FIRM, TO_OFFER = MarkingKind.FIRM, MarkingKind.TO_OFFER
BY_CONSTRUCTION = frozenset({"no_notice_rule"})
"""Said where no text speaks: there is no ground to turn around."""
Grounds = Iterator[Refusable | UsedUpRight | marking.ImpositionGround]


@dataclass(frozen=True, slots=True)
class MarkingCase:
    """`ground`: the reason's code without `marking_`. `previous`: the plan told before. `asked`: who was
    asked before."""

    ground: str
    kind: MarkingKind
    problem: Problem
    plan: Plan
    previous: Plan | None = None
    asked: frozenset[tuple[str, str]] = frozenset()


def marked(case: MarkingCase, *, turned: bool) -> tuple[MarkingKind, str]:
    """Kind and first ground of the stop. Args: turned: by the mutant of the case's ground."""
    with _mutant(case.ground) if turned else patch.object(marking, "mark", marking.mark):
        plan = marking.as_offers(marking.mark(case.problem, case.plan, case.previous), case.asked)
    found = plan.routes[0].stops[0].marking
    assert found is not None
    return found.kind, found.reason.code.removeprefix("marking_")


def _mutant(ground: str) -> AbstractContextManager[Any]:
    match ground:
        case "hours_unchanged":
            return patch.object(marking, "working_hours", lambda *_: iter(()))
        case "asked_before":
            return patch.object(marking, "as_offers", lambda plan, _: plan)
        case "lent":
            return patch.object(marking, "asked_of_lent", lambda _: None)
    code, nature, notice = f"marking_{ground}", refusable.by_nature, marking.by_notice
    return patch.multiple(
        marking,
        by_nature=lambda case: _turned(nature(case), code),
        by_notice=lambda case: _turned(notice(case), code),
    )


def _turned(found: Grounds, code: str) -> Grounds:
    for one in found:
        if one.ground.reason.code != code:
            yield one
        elif not isinstance(one, Refusable):
            yield Refusable(Protection.NOT_IMPOSED, one.ground)


# -- the cases ---------------------------------------------------------------------------------------------
def _cases() -> Iterator[MarkingCase]:
    yield from _notice()
    yield from _urgency()
    yield from _nature()
    yield from _told_before()


def _of(ground: str, kind: MarkingKind, made: tuple[Problem, Plan], **more: Any) -> MarkingCase:
    return MarkingCase(ground, kind, *made, **more)


def _notice() -> Iterator[MarkingCase]:
    """BAD V.37: Tuesday 17 March told eight days before; Saturday 14 told five days before."""
    yield _of("notice_given", FIRM, told_early(at("09:00", 8)))
    full: dict[str, Any] = {"contract": Contract(full_time=True)}
    yield _of("refusable", TO_OFFER, told_early(at("09:00", 5), **full))
    yield _of("short_notice_used_up", FIRM, told_early(at("09:00", 5), counters=Counters(refusals=4), **full))


def _urgency() -> Iterator[MarkingCase]:
    """Told at midnight for 08:00, by a colleague's absence: what BAD V.37 asks of an urgency, one missing at
    a time."""
    used: dict[str, Any] = {
        "rules": SHIPPED,
        "contract": Contract(full_time=True),
        "counters": Counters(refusals=4),
    }
    yield _of("urgent", FIRM, replacing(**used))
    yield _of("urgent_refusable", TO_OFFER, replacing(**{**used, "counters": Counters(refusals=3)}))
    yield _of("not_urgent", TO_OFFER, replacing(urgent=False, **used))
    yield _of("not_essential", TO_OFFER, replacing(act=ActClass.ORDINARY, **used))
    yield _of("not_committed", TO_OFFER, replacing(accepts=False, **used))
    problem, plan = replacing(**used)
    absences = tuple(replace(one, kind=type(one.kind).TUTOR_RELEASE) for one in problem.absences)
    yield _of("cause_not_said", TO_OFFER, (replace(problem, absences=absences), plan))


def _nature() -> Iterator[MarkingCase]:
    """Told in time, so that only the hours themselves speak."""
    wednesday, sunday, night = at("09:00", 9), at("09:00", 13), at("22:00", 8)
    yield _of(
        "unavailability", TO_OFFER, told_early(wednesday, contract=Contract(unavailability=("mercredi",)))
    )
    yield _of(
        "rest_day", TO_OFFER, told_early(wednesday, "sap", contract=Contract(rest_day=Weekday.WEDNESDAY))
    )
    yield _of("sunday_holiday", TO_OFFER, told_early(sunday))
    yield _of("sunday_holiday_used_up", FIRM, told_early(sunday, counters=Counters(sunday_refusals=2)))
    yield _of("night", TO_OFFER, told_early(night))
    yield _of("night_used_up", FIRM, told_early(night, counters=Counters(night_refusals=4)))
    yield _of("night_day_worker", TO_OFFER, told_early(night, "sap"))
    nights: dict[str, Any] = {"contract": Contract(night_worker=True), "counters": Counters(refusals=7)}
    yield _of("night_told_late", TO_OFFER, told_late(night, "sap", now=at("22:01", 1), **nights))
    yield from _additional()


def _additional() -> Iterator[MarkingCase]:
    """24 h are done by Thursday: Friday 13 March comes on top of a contract of 24 h."""
    spans = [(date(2026, 3, day), (day - 13) * 1440 + 480) for day in (9, 10, 11, 12)]
    done = tuple(PastDay(day, start, start + 480, 360) for day, start in spans)
    friday, early = date(2026, 3, 13), -12 * 1440
    part: dict[str, Any] = {"first": friday, "contract": Contract(1440)}
    yield _of(
        "additional_hours",
        TO_OFFER,
        told_late(at("09:00"), "bad", now=early, counters=Counters(days=done), **part),
    )
    refused = Counters(days=done, additional_refusals=2)
    yield _of(
        "additional_hours_used_up", FIRM, told_late(at("09:00"), "bad", now=early, counters=refused, **part)
    )
    spent = Counters(days=done, refusals=4, additional_refusals=2)
    yield _of(
        "additional_told_late",
        TO_OFFER,
        told_late(at("09:00"), "bad", now=400, urgent=True, counters=spent, **part),
    )


def _told_before() -> Iterator[MarkingCase]:
    problem, plan = told_early(at("09:00", 5), contract=Contract(full_time=True))
    yield _of("hours_unchanged", FIRM, (problem, plan), previous=plan)
    yield _of("asked_before", TO_OFFER, told_early(at("09:00", 8)), asked=frozenset({("V1", "W1")}))
    problem, plan = told_early(at("09:00", 8))
    (worker,) = problem.workers
    yield _of("lent", TO_OFFER, (replace(problem, workers=(replace(worker, lent_by="Lens"),)), plan))


MARKINGS: tuple[MarkingCase, ...] = tuple(_cases())
