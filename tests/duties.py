"""Plans of plain duty days for the day, week and horizon rules: one visit a tour, no travel, times given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

from brigade.texts.labour_code import LabourCode
from brigade.units import Interval, Ticks, TimeWindow
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, PastDay
from tests import builders
from tests.builders import MONDAY, Clock, at

Duty = tuple[int, Clock, int]
"""Day number (0 is the horizon's first), start of the visit, its minutes."""


def duties(
    given: Iterable[Duty],
    rules: LabourCode,
    *,
    days: int = 1,
    first_day: date = MONDAY,
    hosts: Sequence[str] = (),
    visits: Mapping[str, Any] | None = None,
    person: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[Problem, Plan]:
    """A problem and W1's plan: visit V0 is the first duty, V1 the second, ... at provider S1 (or that of
    `hosts`).

    Args: visits: values for every visit; person: for the worker; more: for the problem.
    """
    starts = [(at(clock, day), minutes) for day, clock, minutes in given]
    made = [
        _visit(number, start, minutes, hosts, visits or {}) for number, (start, minutes) in enumerate(starts)
    ]
    spans = [Availability.strict(start, start + minutes) for start, minutes in starts]
    worker = replace(builders.worker(home=None), availability=tuple(spans), **(person or {}))
    problem = builders.problem(made, [worker], first_day=first_day, days=days, rules=rules, **more)
    routes = [builders.route(problem, "W1", (f"V{n}", start), tour=n) for n, (start, _) in enumerate(starts)]
    return problem, builders.plan(problem, *routes)


def one_tour(
    given: Sequence[tuple[Clock, int]],
    rules: LabourCode,
    *,
    hosts: Sequence[str] = (),
    visits: Mapping[str, Any] | None = None,
    person: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[Problem, Plan]:
    """The same with all visits in one tour of the first day: (start, minutes) each, the time between them is
    waiting."""
    starts = [(at(clock), minutes) for clock, minutes in given]
    made = [
        _visit(number, start, minutes, hosts, visits or {}) for number, (start, minutes) in enumerate(starts)
    ]
    span = Availability.strict(starts[0][0], sum(starts[-1]))
    worker = replace(builders.worker(home=None), availability=(span,), **(person or {}))
    problem = builders.problem(made, [worker], rules=rules, **more)
    tour = builders.route(problem, "W1", *((f"V{n}", start) for n, (start, _) in enumerate(starts)))
    return problem, builders.plan(problem, tour)


def _visit(number: int, start: Ticks, minutes: int, hosts: Sequence[str], more: Mapping[str, Any]) -> Visit:
    provider = hosts[number] if hosts else "S1"
    window = TimeWindow.hard(start, start)
    return builders.visit(f"V{number}", minutes=minutes, provider=provider, **{"windows": (window,), **more})


def past(day: date, start: Ticks, minutes: int, work: int | None = None) -> PastDay:
    """A day before the horizon, all of it work unless said."""
    return PastDay(day, start, start + minutes, minutes if work is None else work)


def elsewhere(day: int, clock: Clock, minutes: int) -> Interval:
    """Work for another employer."""
    return Interval(at(clock, day), at(clock, day) + minutes)


def found(rule: ModuleType, case: tuple[Problem, Plan]) -> list[Violation]:
    return list(rule.check(*case))


def codes(rule: ModuleType, case: tuple[Problem, Plan]) -> list[str]:
    """The reason codes of what `rule` finds, in its order."""
    return [violation.reason.code for violation in found(rule, case)]
