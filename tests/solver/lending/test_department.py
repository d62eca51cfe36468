"""A department of two small basins, by hand: who could be lent for what, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brigade.changes.help.lending import LendingAgreement, Payer
from brigade.errors import InvalidProblem
from brigade.judging.checker import hard_violations
from brigade.values.demand import Link, LinkKind
from brigade.values.places import Basin, SectorLimit, Site
from brigade.values.problem import Problem
from solver.lending.department import DepartmentPlan, lenders_for, solve_department
from solver.lending.planned_basin import PlannedBasin
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, block, problem, visit, worker
from tests.solving import planned

WORK = SearchSettings(iterations=400, threads=1)
PLACES = {"H": 0, "A": 10, "B": 20}
AGREED = LendingAgreement("WEST", "EAST", notice_min=60)


def basin(id: str, name: str, longitude: float, *args: Any, **more: Any) -> Problem:
    """Places on a road of its own. Within, ways are given; between basins they are estimated."""
    made = problem(*args, places=PLACES, now=at("06:00"), **more)
    sites = tuple(
        Site(id, "62498", 50.43, round(longitude + minutes / 100, 4)) for id, minutes in PLACES.items()
    )
    return replace(made, basin=Basin(id, name, "62"), sites=sites)


def east(**more: Any) -> Problem:
    """E1 has nobody: its only worker is away until noon."""
    visits = [visit("V1", "A", earliest="09:00", latest="09:30")]
    return basin("EAST", "Béthune", 2.9, visits, [worker("W1", "13:00", "20:00")], **more)


def west(**more: Any) -> Problem:
    """W1 has V1 at 11:00 and nothing before."""
    visits = [visit("V1", "A", earliest="11:00", latest="11:00")]
    return basin("WEST", "Lens", 2.8, visits, [worker("W1", "07:00", "20:00")], **more)


def solved(*agreements: LendingAgreement, **more: Problem) -> DepartmentPlan:
    days = {"east": east(), "west": west()} | more
    return solve_department([*days.values()], agreements, WORK, solve)


def test_a_neighbour_with_time_could_come_if_she_is_lent() -> None:
    """Both basins call theirs W1 and V1."""
    found = solved(AGREED)
    (one,) = found.lendings
    assert (one.worker_id, one.lender, one.borrower) == ("W1", "WEST", "EAST")
    assert [stop.visit_id for stop in one.stops] == ["V1"]
    assert at("09:00") <= one.stops[0].start <= at("09:30")
    assert one.paid_by is Payer.BORROWER
    assert (sum(found.uncovered), sum(found.uncovered_with_lent)) == (1, 0)


def test_both_days_are_one_to_every_rule() -> None:
    """Her own visit stays at its hour, and the checker finds nothing in the two together."""
    found = solved(AGREED)
    assert found.joint is not None
    assert found.with_lent is not None
    assert hard_violations(found.joint, found.with_lent) == ()
    kept = found.with_lent.stop_of("WEST:V1")
    assert kept is not None
    assert (kept[0].worker_id, kept[1].start) == ("WEST:W1", at("11:00"))


def test_the_plans_of_the_basins_stay_as_they_are_alone() -> None:
    found = solved(AGREED)
    assert [len(day.plan.uncovered) for day in found.days] == [1, 0]
    assert [day.plan for day in found.days] == [day.plan for day in solved().days]


def test_without_an_agreement_nobody_is_lent() -> None:
    assert solved().lendings == ()
    assert solved(LendingAgreement("EAST", "WEST")).lendings == ()


def test_only_those_named_are_lent() -> None:
    other = worker("W2", "07:00", "20:00")
    both = replace(west(), workers=(*west().workers, other))
    named = replace(AGREED, workers=frozenset({"W2"}))
    assert {one.worker_id for one in solved(named, west=both).lendings} == {"W2"}


def test_the_lender_is_asked_in_time() -> None:
    """V1 begins by 09:30 and now is 06:00: 210 minutes."""
    assert solved(replace(AGREED, notice_min=210)).lendings != ()
    assert solved(replace(AGREED, notice_min=211)).lendings == ()


def test_whoever_is_no_more_there_than_her_own_visits_is_not_lent() -> None:
    """From 10:30 on she is at work for her own basin."""
    late = replace(west(), workers=(worker("W1", "10:30", "20:00"),))
    assert solved(AGREED, west=late).lendings == ()


def test_who_keeps_to_her_sectors_or_attends_a_meeting_is_not_lent() -> None:
    asked, met = west(), west(blocks=[block(participants=("W1",), earliest="14:00")])
    day = PlannedBasin(asked, planned(asked, WORK))
    assert day.may_lend(asked.workers[0])
    assert not day.may_lend(replace(asked.workers[0], sector_limit=SectorLimit.HOME))
    assert not PlannedBasin(met, planned(met, WORK)).may_lend(met.workers[0])


def test_a_visit_that_is_tied_is_asked_of_nobody() -> None:
    tie = Link(LinkKind.GAP, "V1", "V2", 0, None, together=False)
    visits = [visit("V1", "A", earliest="09:00", latest="09:30"), visit("V2", "B", earliest="10:00")]
    tied = basin("EAST", "Béthune", 2.9, visits, [worker("W1", "13:00", "13:30")], links=(tie,))
    assert solved(AGREED, east=tied).lendings == ()


def test_who_could_be_lent_for_one_visit_is_ranked_by_cost() -> None:
    """W2 lives where W1 does and has nothing to do: her way home is longer than W1's on to V1."""
    both = replace(west(), workers=(*west().workers, worker("W2", "07:00", "20:00")))
    found = solved(AGREED, west=both)
    ranked = lenders_for(found.days, [AGREED], "EAST", "V1")
    assert {one.worker_id for _, one in ranked} == {"WEST:W1", "WEST:W2"}
    assert [one.cost for _, one in ranked] == sorted(one.cost for _, one in ranked)
    assert {basin for basin, _ in ranked} == {"WEST"}


def test_a_visit_that_its_own_basin_does_is_asked_of_nobody() -> None:
    found = solved(AGREED)
    assert lenders_for(found.days, [AGREED], "WEST", "V1") == ()


def test_basins_and_agreements_that_do_not_fit_are_refused_with_all_their_faults() -> None:
    other = replace(east(), basin=Basin("EAST", "Béthune", "62"))
    wrong = [
        LendingAgreement("NORTH", "EAST"),
        LendingAgreement("EAST", "EAST", workers=frozenset({"W9"}), notice_min=-1),
    ]
    with pytest.raises(InvalidProblem) as refused:
        solve_department([east(), other], wrong, WORK, solve)
    assert [(one.code, one.where) for one in refused.value.issues] == [
        ("P602", "basins.EAST"),
        ("P603", "agreements[0].lender"),
        ("P604", "agreements[1].borrower"),
        ("P605", "agreements[1].notice_min"),
        ("P606", "agreements[1].workers"),
    ]


def test_basins_of_other_days_are_refused() -> None:
    with pytest.raises(InvalidProblem) as refused:
        solve_department([east(), west(days=2)], [AGREED], WORK, solve)
    assert [one.code for one in refused.value.issues] == ["P601"]
