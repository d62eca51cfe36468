"""What makes a problem a problem, beyond what documents can say: contradictions met when values are built in
code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from brigade.errors import InvalidProblem
from brigade.texts.accords import Accord
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Interval, TimeWindow
from brigade.values.demand import Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.places import Sector, TravelMode, Vehicle
from brigade.values.policy import DEFAULT_POINTS, Policy, Reserve, Weights
from brigade.values.validation import link_faults
from brigade.values.workforce import Availability
from brigade.words import SaidIssue
from tests import builders
from tests.builders import at, declared, problem, provider, visit, worker
from tests.faults.base import sound
from tests.sayings import refusals, said_of


def issues(**changes: object) -> list[SaidIssue]:
    with pytest.raises(InvalidProblem) as refused:
        replace(sound(), **changes)  # type: ignore[arg-type]
    return list(refusals(refused))


def codes(**changes: object) -> list[str]:
    return [issue.code for issue in issues(**changes)]


def test_a_matrix_is_filed_under_its_own_mode() -> None:
    assert codes(travel={TravelMode.CAR: builders.matrix(mode=TravelMode.FOOT)}) == ["P014"]


def test_a_mode_without_a_matrix_names_its_people_and_the_modes_that_have_one() -> None:
    people = [worker(f"W{n}", mode=TravelMode.BUS) for n in range(1, 6)]
    with pytest.raises(InvalidProblem) as refused:
        problem([visit("V1")], people, travel={TravelMode.CAR: builders.matrix()})
    (issue,) = refusals(refused)
    assert (issue.code, issue.where) == ("P012", "travel.bus")
    assert issue.what == "aucune matrice pour « bus », mode de « W1 », « W2 », « W3 » et 2 autres"
    assert issue.hint.endswith("un mode qui en a une : car")


def test_all_faults_of_a_vehicle_come_at_once() -> None:
    wrong = Vehicle(
        *("K", "Clio", "Z"),
        provider_id="S1",
        employer_id="E9",
        drivers=frozenset({"W1", "W9"}),
        hours=(Interval(60, 60),),
        cents_per_km=-1,
        range_m=0,
    )
    assert [(issue.code, issue.where) for issue in issues(vehicles=(wrong,))] == [
        ("P025", "vehicles.K.site_id"),
        ("P025", "vehicles.K.employer_id"),
        ("P025", "vehicles.K.drivers"),
        ("P026", "vehicles.K.employer_id"),
        ("P027", "vehicles.K.hours[0]"),
        ("P028", "vehicles.K.cents_per_km"),
        ("P029", "vehicles.K.range_m"),
    ]


def test_every_place_of_a_vehicle_needs_a_row_in_both_modes() -> None:
    """Somebody comes there by her own mode, and the vehicle leaves from there by its own."""
    bare = builders.matrix({"H": 0, "A": 10, "B": 20, "C": 30})
    with pytest.raises(InvalidProblem) as refused:
        problem(
            [visit("V1")], [worker()], travel={TravelMode.CAR: bare}, vehicles=(Vehicle("K", "Clio", "D"),)
        )
    assert [(one.code, one.where) for one in refusals(refused)] == [("P013", "travel.car.sites.D")]


def test_maps_are_told_apart_and_all_their_faults_come_at_once() -> None:
    """One commune on two maps is no fault, nor is a border with nothing in it; two of one map are."""
    own = Sector("P", "Ville", "S1", frozenset({"62498"}))
    shared = Sector("Q", "Nord", None, frozenset({"62498"}))
    beside = Sector("R", "Sud", neighbours=frozenset({"P"}))
    people = (worker("W1", sectors=frozenset({"Q", "R", "P"})), worker("W2"))
    told = issues(sectors=(own, shared, beside), workers=people)
    assert [(one.code, one.where) for one in told] == [
        ("P022", "sectors.R.neighbours"),
        ("P220", "workers.W1.sectors"),
    ]


def test_every_level_has_its_points() -> None:
    assert codes(policy=Policy(points={0: 10, 1: 5})) == ["P406"]
    assert codes(policy=Policy(points={**DEFAULT_POINTS, 4: -1})) == ["P406"]


def test_weights_are_neither_negative_nor_immense() -> None:
    assert (
        codes(policy=Policy(weights=Weights(travel=-1, lateness=10**12), units_per_point=-5)) == ["P405"] * 3
    )


def test_a_reserves_rates_are_refused_all_at_once() -> None:
    wrong = Reserve(-1, (1, 20_000, *[0] * 21), (100, 1001, *[100] * 10), 1441)
    assert codes(policy=Policy(reserve=wrong)) == ["P411"] * 5
    assert codes(policy=Policy(reserve=Reserve(30, (0,) * 24, (100,) * 11, 60))) == ["P411"] * 2


def test_a_rota_says_when_it_was_received() -> None:
    assert codes(rota=(RotaFeed("S1", datetime(2026, 3, 8, 18)),)) == ["P511"]  # noqa: DTZ001 - the fault itself


def test_a_visit_stands_once_in_the_rotas() -> None:
    entry = RotaEntry("V1", "A1", at("08:00"))
    assert codes(rota=(RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (entry, entry)),)) == ["P515"]


def test_a_rota_of_an_unknown_provider_is_told_once_for_the_feed() -> None:
    assert codes(rota=(RotaFeed("S9", datetime(2026, 3, 8, tzinfo=UTC)),)) == ["P510"]


def test_gaps_that_contradict_each_other_over_a_chain_are_told() -> None:
    """V2 at least 60 after V1, V3 at least 60 after V2, yet V3 at most 90 after V1."""
    chain = [
        Link(LinkKind.GAP, "V1", "V2", 60),
        Link(LinkKind.GAP, "V2", "V3", 60),
        Link(LinkKind.GAP, "V1", "V3", 0, 90),
    ]
    assert codes(links=tuple(chain)) == ["P504"]
    chain[2] = replace(chain[2], max_gap=120)
    assert replace(sound(), links=tuple(chain)).links == tuple(chain)


def test_thousands_of_chained_visits_are_looked_at_in_moments() -> None:
    """One person, each visit right after the one before or half an hour later, given from the last on: hours
    of computing, when every visit was followed along every gap. Only the two that are put over each other are
    told."""
    visits = [replace(visit("V1"), id=f"C{number}", windows=()) for number in range(3_000)]
    length = visits[0].duration
    pairs = [(one.id, other.id) for one, other in pairwise(visits)][::-1]
    chain = [Link(LinkKind.GAP, *pair, length, length + 30) for pair in pairs]
    same = [Link(LinkKind.SAME_WORKER, *pair) for pair in pairs]
    world: Any = SimpleNamespace(links=(*chain, *same), visit_by_id={one.id: one for one in visits}, rota=())
    assert list(link_faults.issues(world)) == []
    world.visit_by_id["X"] = replace(visits[0], id="X")
    world.links += (Link(LinkKind.GAP, "C2000", "X", -5, 5), Link(LinkKind.SAME_WORKER, "C0", "X"))
    (issue,) = said_of(link_faults.issues(world))
    assert issue.code == "P504"
    assert "« C2000 »" in issue.what
    assert "« X »" in issue.what


def test_one_carer_cannot_be_two_nor_in_two_places_at_once() -> None:
    same = Link(LinkKind.SAME_WORKER, "V1", "V2")
    assert codes(links=(same, Link(LinkKind.DIFFERENT_WORKERS, "V2", "V1"))) == ["P504"]
    assert codes(links=(same, Link(LinkKind.SAME_START, "V1", "V2"))) == ["P504"]


def test_a_refused_accord_does_not_hide_other_faults() -> None:
    providers = (
        replace(sound().providers[0], accords=declared({"NAP": 1})),
        replace(sound().providers[1], agreement="nope"),
    )
    assert codes(providers=providers, absences=()) == ["P401", "P403"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, date(2026, 3, 8), []),
        (date(2026, 3, 11), None, []),
        (date(2026, 3, 10), None, ["P402"]),
        (None, date(2026, 3, 9), ["P402"]),
        (date(2026, 3, 10), date(2026, 3, 10), ["P402"]),
        (date(2026, 3, 11), date(2026, 3, 1), ["P410"]),
    ],
)
def test_an_accord_is_judged_on_the_days_on_which_it_holds(
    first: date | None, last: date | None, expected: list[str]
) -> None:
    """Nine hours of rest are the least that an accord may give; two days are planned, from 9 March."""
    accords = {"DAILY_REST": Accord(60, in_force_from=first, in_force_until=last)}
    found: list[str] = []
    try:
        made = replace(provider("S1"), accords=accords)
        problem(
            [visit("V1")],
            days=2,
            workers=[worker(providers=["S1"])],
            providers=(made,),
            rules=shipped_labour_code(),
        )
    except InvalidProblem as refused:
        found = [issue.code for issue in refused.issues]
    assert found == expected


def test_tours_thirty_minutes_apart_are_two_tours() -> None:
    def hours(start: str) -> tuple[Availability, ...]:
        return Availability.strict(at("08:00"), at("12:00")), Availability.strict(at(start), at("18:00"))

    accepted = problem([visit("V1")], [worker(availability=hours("12:30"))])
    assert len(accepted.workers[0].availability) == 2
    with pytest.raises(InvalidProblem, match="P206"):
        problem([visit("V1")], [worker(availability=hours("12:29"))])


def test_windows_that_touch_overlap_since_their_ends_are_included() -> None:
    apart = (TimeWindow.hard(480, 539), TimeWindow.hard(540, 600))
    assert problem([visit("V1", windows=apart)]).visits[0].windows == apart
    with pytest.raises(InvalidProblem, match="P105"):
        problem([visit("V1", windows=(TimeWindow.hard(480, 540), apart[1]))])


def test_work_elsewhere_may_touch_an_availability() -> None:
    one = worker(availability=(Availability.strict(480, 720),), other_work=(Interval(720, 780),))
    assert problem([visit("V1")], [one]).workers == (one,)


def test_a_window_may_last_to_the_very_end_of_the_horizon() -> None:
    assert problem([visit("V1", windows=(TimeWindow.hard(1380, 1440),))]).visits
    with pytest.raises(InvalidProblem, match="P106"):
        problem([visit("V1", windows=(TimeWindow.hard(1380, 1441),))])


def test_that_nobody_holds_a_competency_is_no_fault() -> None:
    lonely = problem([visit("V1", required=frozenset({"NIGHT"}))], [worker()])
    assert len(lonely.requests) == 1


def test_ticks_beyond_every_calendar_are_told_rather_than_raised() -> None:
    with pytest.raises(InvalidProblem, match="ticks"):
        problem([visit("V1", windows=(TimeWindow.hard(0, 10**12),))])
