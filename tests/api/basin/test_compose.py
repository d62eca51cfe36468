"""The problem of some days, composed from the rows of a basin: what of a visit lies within them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.basin.set_aside import SetAside
from api.runtime.roles import Role
from brigade.values.problem import Problem
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
MONDAY = date(2026, 3, 9)


@pytest.fixture
@begins
def of_two_days(world: World) -> World:
    """V3 may begin on Monday from 07:00 to 18:00, or on Tuesday from 09:00 to 10:00. Its carer is away on
    Monday."""
    wish(world, replan="on_request")
    row = world.ask(M, "GET", f"{BASIN}/visits/V3")
    tuesday = {"earliest": "2026-03-10T09:00:00+01:00", "latest": "2026-03-10T10:00:00+01:00"}
    body = {**row.json()["value"], "windows": [*row.json()["value"]["windows"], tuesday]}
    kept = world.ask(M, "PUT", f"{BASIN}/visits/V3", body, If_Match=row.headers["ETag"])
    assert kept.status_code == 200, kept.text
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


def composed(world: World, first_day: date, days: int) -> tuple[Problem, list[SetAside]]:
    with world.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        return compose.composed(scoped, "B1", first_day, days)


def windows_of(problem: Problem, visit_id: str) -> list[str]:
    at = problem.horizon.instant
    return [f"{at(one.earliest):%d %H:%M}" for one in problem.visit_by_id[visit_id].windows]


def test_a_plan_of_one_day_has_the_windows_of_that_day(of_two_days: World) -> None:
    problem, unfit = composed(of_two_days, MONDAY, 1)
    assert (windows_of(problem, "V3"), unfit) == (["09 07:00"], [])
    problem, unfit = composed(of_two_days, MONDAY, 2)
    assert (windows_of(problem, "V3"), unfit) == (["09 07:00", "10 09:00"], [])


def test_hours_that_are_over_leave_a_visit_uncovered_and_no_row_unfit(of_two_days: World) -> None:
    """At 19:00 its hours of Monday are over: the plan of Monday leaves it for that reason, and nobody is
    told that the row is wrong."""
    of_two_days.later(hours=12, minutes=20)
    problem, unfit = composed(of_two_days, MONDAY, 1)
    assert (windows_of(problem, "V3"), unfit) == (["09 07:00"], [])
    job = of_two_days.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"})
    of_two_days.search()
    assert of_two_days.get(f"{BASIN}/jobs/{job.json()['id']}")["set_aside"] == []


def test_nobody_is_sent_on_the_day_on_which_a_client_is_away(of_two_days: World) -> None:
    """She is away on Monday alone: Monday's plan does not speak of her visit, one of both days has it on
    Tuesday."""
    away: dict[str, Any] = {"kind": "client_away", "client_id": "S1:C", "cause": "hospital"}
    told = of_two_days.ask(M, "POST", f"{BASIN}/incidents", {**away, "until": "2026-03-10T00:00:00+01:00"})
    assert told.status_code == 201, told.text
    problem, unfit = composed(of_two_days, MONDAY, 1)
    assert ("V3" in problem.visit_by_id, unfit) == (False, [])
    problem, unfit = composed(of_two_days, MONDAY, 2)
    assert (windows_of(problem, "V3"), unfit) == (["10 09:00"], [])
