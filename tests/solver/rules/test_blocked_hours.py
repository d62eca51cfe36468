"""Days off are blocked hours: search, bound and canonical timing put a visit before or after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.values.demand import ActClass
from brigade.values.policy import Policy
from brigade.values.problem import Problem
from brigade.values.workforce import PersonalLimits
from solver.advice.explanations import why_uncovered
from solver.engines.symmetry import classes_of
from solver.engines.whole_day import WholeDayModel
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import at, labour, plan, problem, visit, worker
from tests.solving import searched

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
ESSENTIAL_ONLY = labour(bad={"SUNDAY_HOLIDAY_ACTS.essential_only": FLAG})
NOT_ON_MAY_FIRST = labour({"HOLIDAY_RHYTHM.may_first_essential_only": FLAG})
SUNDAY, HOLIDAY, MAY_FIRST = date(2026, 3, 15), date(2026, 7, 14), date(2026, 5, 1)
NO_SUNDAYS = {"limits": PersonalLimits(no_sundays=True)}
NO_HOLIDAYS = {"limits": PersonalLimits(no_holidays=True)}
DAYS_OFF: list[tuple[date, dict[str, Any], Any]] = [
    (SUNDAY, NO_SUNDAYS, None),
    (HOLIDAY, NO_HOLIDAYS, None),
    (SUNDAY, {}, ESSENTIAL_ONLY),
    (HOLIDAY, {}, ESSENTIAL_ONLY),
    (MAY_FIRST, {}, NOT_ON_MAY_FIRST),
]
each_day_off = pytest.mark.parametrize(("day_off", "person", "rules"), DAYS_OFF)


def asked(
    day_off: date, person: dict[str, Any], rules: Any, earliest: str, latest: str, *, before: bool
) -> Problem:
    """An hour that W1 may begin from `earliest` to `latest`, in a tour over the midnight `before` the day
    off, or after it."""
    first = day_off if not before else date.fromordinal(day_off.toordinal() - 1)
    wanted = visit("V1", "H", 60, earliest, latest, act_class=ActClass.ORDINARY)
    return problem([wanted], [worker("W1", "18:00", "30:00", **person)], first_day=first, days=2, rules=rules)


def with_another_visit(given: Problem) -> Problem:
    """With V2 from 22:10 to 23:10."""
    return replace(given, visits=(*given.visits, visit("V2", "H", 60, "22:10", "22:10")))


def begins(given: Problem) -> int | None:
    """When the search has W1 begin; the plain timing and the checker say the same of it."""
    orders = searched(given).orders
    if not orders.get(("W1", 0)):
        return None
    timed = retime(given, orders)
    assert not timed.issues
    assert not hard_violations(given, timed.plan)
    return timed.plan.routes[0].stops[0].start


@each_day_off
def test_a_visit_that_can_end_before_a_day_off_is_done(
    day_off: date, person: dict[str, Any], rules: Any
) -> None:
    """From 22:30 to 23:30, and not later than 23:00; from 23:01 on no hour is left."""
    assert begins(asked(day_off, person, rules, "22:30", "23:30", before=True)) == at("22:30")
    assert begins(asked(day_off, person, rules, "23:00", "23:30", before=True)) == at("23:00")
    assert begins(asked(day_off, person, rules, "23:01", "23:30", before=True)) is None


@each_day_off
def test_a_visit_that_can_begin_after_a_day_off_waits_for_its_end(
    day_off: date, person: dict[str, Any], rules: Any
) -> None:
    assert begins(asked(day_off, person, rules, "22:00", "25:00", before=False)) == at("24:00")
    assert begins(asked(day_off, person, rules, "22:00", "23:59", before=False)) is None


@each_day_off
def test_only_a_visit_without_other_hours_is_forbidden_by_the_rule(
    day_off: date, person: dict[str, Any], rules: Any
) -> None:
    """Begun from 23:01 to 23:30 it ends on the day off; at 23:00 it would not."""
    shut, open_ = (
        build_model(asked(day_off, person, rules, from_, "23:30", before=True))
        for from_ in ("23:01", "23:00")
    )
    assert len(shut.rules_against(0, 0)) == 1
    assert open_.rules_against(0, 0) == ()


@each_day_off
def test_who_would_come_too_late_before_a_day_off_is_told_so(
    day_off: date, person: dict[str, Any], rules: Any
) -> None:
    """W1 is with V2 until 23:10: an hour more ends on the day off."""
    given = with_another_visit(asked(day_off, person, rules, "22:30", "23:30", before=True))
    timed = retime(given, {("W1", 0): ["V2"]})
    assert not Search(build_model(given).arrays, 1).load([[1, 0]])
    (found,) = why_uncovered(given, plan(given, *timed.plan.routes), "V1").of("W1").obstacles
    assert found.pushed_out == ("V2",)


@each_day_off
def test_the_whole_day_in_cpsat_knows_days_off(day_off: date, person: dict[str, Any], rules: Any) -> None:
    """V2 until 23:10 and V1 from 23:00: both only where V1 may end on the day off."""
    given = with_another_visit(asked(day_off, person, rules, "23:00", "23:30", before=True))
    arrays, bounds, covered = build_model(given).arrays, [0], [0]
    day = WholeDayModel(arrays, classes_of(arrays) or ())
    assert day.solve(
        20.0,
        1,
        lambda orders: covered.append(sum(map(len, orders))),
        bounds.append,
        lambda: False,
    )
    assert covered[-1] == 1
    assert max(bounds) >= arrays.visits["penalty"].min()


def test_a_visit_begins_when_its_notice_is_over() -> None:
    """Seven days from Monday 08:00, where only urgencies may come sooner: next Monday at 08:00."""
    rules = labour(bad={"SCHEDULE_NOTICE.days": {"value": 7, "unit": "days", "stricter": "higher"}})
    person, day = worker("W1", hours=[("06:00", "22:00"), ("174:00", "190:00")]), 7
    for latest, start in (("10:00", at("08:00", day)), ("07:59", None)):
        wanted = visit("V1", "H", 60, "06:00", latest, day=day)
        given = problem(
            [wanted], [person], days=8, now=480, rules=rules, policy=Policy(only_urgent_inside_notice=True)
        )
        orders = searched(given).orders
        timed = retime(given, orders)
        found = [stop.start for route in timed.plan.routes for stop in route.stops]
        assert found == ([] if start is None else [start])
        assert not hard_violations(given, timed.plan)


def test_a_fixed_start_on_a_day_off_stays() -> None:
    """What a coordinator has put there by hand is judged, never moved to Monday."""
    given = asked(SUNDAY, NO_SUNDAYS, None, "22:00", "25:00", before=False)
    timed = retime(given, {("W1", 0): ["V1"]}, fixed_starts={"V1": at("22:00")})
    assert timed.plan.routes[0].stops[0].start == at("22:00")
    assert {one.rule for one in hard_violations(given, timed.plan)} == {"PERSONAL_LIMIT"}
