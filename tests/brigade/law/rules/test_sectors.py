"""SECTOR: a limit counts from the home sector on the map that counts for the visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.judging.checker import check
from brigade.judging.objective import amounts
from brigade.judging.problem_warnings import warnings_of
from brigade.law.rules import sectors
from brigade.values.places import Sector, SectorLimit, Site
from brigade.values.plan import Plan, Status
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem
from solver.solve import solve
from tests.builders import LINE, plan, problem, provider, route, visit, worker
from tests.solving import QUICK

COMMUNES = ("62001", "62002", "62003", "62004", None)
SITES = tuple(Site(id, commune) for id, commune in zip(LINE, COMMUNES, strict=True))
ROW = (
    Sector("Q1", "Nord", communes=frozenset({"62001", "62002"}), neighbours=frozenset({"Q2"})),
    Sector("Q2", "Centre", communes=frozenset({"62003"})),
    Sector("Q3", "Sud", communes=frozenset({"62004"}), neighbours=frozenset({"Q2"})),
)
OWN_MAP = (
    Sector("S1A", "Ville", "S1", sites=frozenset({"A", "C"})),
    Sector("S1B", "Campagne", "S1", communes=frozenset({"62003"})),
)


def asked(
    place: str,
    limit: SectorLimit | None,
    *homes: str,
    maps: tuple[Sector, ...] = ROW,
    prices: tuple[int, int] = (0, 0),
) -> Problem:
    people = [worker(sectors=frozenset(homes), sector_limit=limit)]
    weights = Weights(neighbour_sector=prices[0], other_sector=prices[1])
    return problem([visit("V1", place)], people, sites=SITES, sectors=maps, policy=Policy(weights=weights))


def made(of: Problem) -> Plan:
    return plan(of, route(of, "W1", ("V1", "10:00")))


def found(of: Problem) -> list[str]:
    return [violation.reason.code for violation in sectors.check(of, made(of))]


@pytest.mark.parametrize(
    ("place", "neighbours", "home"),
    [
        ("A", [], []),
        ("B", [], ["sector_home"]),
        ("C", ["sector_neighbours"], ["sector_home"]),
        ("D", ["sector_neighbours"], ["sector_home"]),
    ],
)
def test_a_limit_is_her_sector_or_its_neighbours(place: str, neighbours: list[str], home: list[str]) -> None:
    """A lies in hers, B beside it, C two away, D in none. Each end of a border may name the other."""
    assert found(asked(place, None, "Q1")) == []
    assert found(asked(place, SectorLimit.NEIGHBOURS, "Q1")) == neighbours
    assert found(asked(place, SectorLimit.HOME, "Q1")) == home


def test_the_border_named_by_the_other_sector_alone_is_one() -> None:
    assert found(asked("B", SectorLimit.NEIGHBOURS, "Q3")) == []
    assert found(asked("C", SectorLimit.NEIGHBOURS, "Q2")) == []


def test_a_providers_own_map_counts_for_its_visits_and_places_come_before_communes() -> None:
    """B is a neighbour on the basin's map, and further on the provider's; C lies by name in the town."""
    both = (*ROW, *OWN_MAP)
    assert found(asked("B", SectorLimit.NEIGHBOURS, "Q1", "S1A", maps=both)) == ["sector_neighbours"]
    assert found(asked("C", SectorLimit.HOME, "Q1", "S1A", maps=both)) == []
    # On the map that counts she is at home nowhere: the basin's says nothing of these visits.
    assert found(asked("C", SectorLimit.HOME, "Q1", maps=both)) == []


def test_another_providers_map_says_nothing() -> None:
    others = tuple(replace(one, id=f"S2{one.id}", provider_id="S2") for one in OWN_MAP)
    people = [worker(sectors=frozenset({"S2S1A"}), sector_limit=SectorLimit.HOME)]
    providers = (provider("S1"), provider("S2"))
    of = problem([visit("V1", "B")], people, sites=SITES, sectors=others, providers=providers)
    assert found(of) == []


def test_the_reason_names_the_sector() -> None:
    of = asked("C", SectorLimit.HOME, "Q1")
    (violation,) = check(of, made(of))
    assert violation.reason.value("sector") == "Sud"
    nowhere = asked("D", SectorLimit.HOME, "Q1")
    assert check(nowhere, made(nowhere))[0].reason.values == (("visit", "V1"),)


@pytest.mark.parametrize(("place", "cost"), [("A", (0, 0)), ("B", (1, 0)), ("C", (0, 1)), ("D", (0, 1))])
def test_a_visit_out_of_her_sector_has_one_of_two_prices(place: str, cost: tuple[int, int]) -> None:
    of = asked(place, None, "Q1", prices=(30, 60))
    met = amounts(of, made(of))
    assert (met["neighbour_sector"], met["other_sector"]) == cost


def test_a_price_keeps_people_at_home_and_never_loses_a_visit() -> None:
    """W1 lives at H and W2 at D; each is at home where the other lives."""
    visits = [visit("V1", "A"), visit("V2", "C")]
    people = [
        replace(worker("W1"), sectors=frozenset({"Q3"})),
        replace(worker("W2"), start_site="D", end_site="D", sectors=frozenset({"Q1"})),
    ]
    free = problem(visits, people, sites=SITES, sectors=ROW)
    dear = replace(free, policy=Policy(weights=Weights(other_sector=10_000)))
    orders = [
        {stop.visit_id: one.worker_id for one in plan.routes for stop in one.stops}
        for plan in (solve(of, QUICK).plan for of in (free, dear))
        if plan is not None
    ]
    assert orders == [{"V1": "W1", "V2": "W2"}, {"V1": "W2", "V2": "W1"}]
    alone = replace(dear, workers=dear.workers[:1])
    outcome = solve(alone, QUICK)
    assert outcome.plan is not None
    assert outcome.plan.covered == {"V1", "V2"}
    assert outcome.status is Status.OPTIMAL


def test_places_in_no_sector_are_told() -> None:
    told = {one.code: one for one in warnings_of(asked("D", None, "Q1"))}
    assert told["warning_places_outside_sectors"].value("places") == ["D"]
    assert "warning_places_outside_sectors" not in {one.code for one in warnings_of(asked("A", None))}
