"""From weeks of problems to sectors, their borders, and what they would have saved on a week held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from brigade.errors import Refused
from brigade.exchange.outlines import shared_borders
from brigade.values.demand import Employee, RotaEntry, RotaFeed
from brigade.values.places import Site
from brigade.values.problem import Problem
from solver.sectoring.dealing import saving
from solver.sectoring.proposal import PartitionRequest, SectorProposal, propose
from tests.builders import LINE, MONDAY, problem, visit, worker

# Lens, Liévin, Loos-en-Gohelle, Hénin-Beaumont, Rouvroy: three towns side by side, two a little further.
TOWNS = dict(zip(LINE, ("62498", "62510", "62528", "62427", "62724"), strict=True))


def week(number: int, swapped: bool) -> Problem:
    """A1 has the mornings of one end of the road, A2 those of the other; `swapped`: every other visit."""
    visits = [
        visit(f"V{number}{place}{hour}", place, 30, f"{hour:02d}:00", f"{hour:02d}:00")
        for place, hours in (("H", (8, 10)), ("A", (9, 11)), ("C", (8, 10)), ("D", (9, 11)))
        for hour in hours
    ]
    near = {"H": "A1", "A": "A1", "C": "A2", "D": "A2"}
    other = {"A1": "A2", "A2": "A1"}
    carers = [near[one.id[2]] for one in visits]
    if swapped:
        pairs = zip(visits, carers, strict=True)
        carers = [other[who] if int(one.id[3:]) > 9 else who for one, who in pairs]
    entries = tuple(
        RotaEntry(one.id, carer, one.windows[0].earliest) for one, carer in zip(visits, carers, strict=True)
    )
    return problem(
        visits,
        [worker()],
        first_day=MONDAY + timedelta(days=7 * number),
        sites=tuple(Site(id, commune) for id, commune in TOWNS.items()),
        employees=(Employee("A1", "S1"), Employee("A2", "S1")),
        rota=(RotaFeed("S1", datetime(2026, 3, 1, tzinfo=UTC), entries),),
    )


def proposed(weeks: Sequence[Problem], count: int = 2) -> SectorProposal:
    return propose(weeks, PartitionRequest(count, limit_s=10))


def test_sectors_are_connected_communes_with_their_borders() -> None:
    found = proposed([week(n, swapped=False) for n in range(4)])
    held = {one.sector.communes for one in found.sectors}
    assert held == {frozenset({"62498", "62510"}), frozenset({"62427", "62724"})}
    assert [len(one.sector.neighbours) for one in found.sectors] == [1, 1]
    assert {one.minutes for one in found.sectors} == {120.0}
    assert found.found.is_proven
    again = replace(week(0, swapped=False), sectors=tuple(one.sector for one in found.sectors))
    assert again.sector_at(again.visits[0]) is not None


def test_what_sectors_save_is_counted_on_the_week_held_back() -> None:
    """The fourth week is held back. Its rota sends each over the road and back at ten; in sectors each goes
    to and fro at her own end. H and A are 10 min apart, C and D as well, the ends 30.

    A1: H 8, A 9, C 10, D 11: 10 + 20 + 10; A2: C 8, D 9, H 10, A 11: 10 + 40 + 10.
    In sectors: 3 x 10 each."""
    found = proposed([week(n, swapped=n == 3) for n in range(4)])
    (one,) = found.weeks
    assert (one.week, one.visits, one.rota, one.in_sectors) == (date(2026, 3, 30), 8, 100, 60)
    assert one.outside == 0
    assert found.saved is not None
    assert (found.saved.mean, found.saved.low) == (40, None)
    # Dealt again without any sectors, each goes to the nearest as well: nothing of it is due to them.
    assert found.due_to_sectors is not None
    assert found.due_to_sectors.mean == one.without_sectors - 60


def test_an_interval_is_of_pairs() -> None:
    """10, 20, 30: mean 20, deviation 10; Student's t of 2 degrees at 95 % is 2.920: ± 2.920 x 10 / √3."""
    found = saving([10, 20, 30])
    assert found is not None
    assert found.mean == 20
    assert found.low == pytest.approx(3.14, abs=0.01)
    assert found.high == pytest.approx(36.86, abs=0.01)
    assert saving([]) is None


def test_weeks_told_twice_and_places_without_a_commune_are_counted() -> None:
    one = week(0, swapped=False)
    nowhere = replace(one, sites=tuple(replace(s, commune=None) if s.id == "D" else s for s in one.sites))
    found = proposed([nowhere, nowhere, week(1, swapped=False)])
    assert (found.year.without_commune, found.year.told_twice) == (4, 6)


def test_more_sectors_than_communes_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        proposed([week(0, swapped=False)], 5)
    assert [issue.words for issue in refused.value.issues] == ["more_sectors_than_communes"]
    with pytest.raises(Refused):
        propose([], PartitionRequest(1))


def test_borders_are_those_of_the_outlines() -> None:
    """Lens touches Liévin and Loos-en-Gohelle; Hénin-Beaumont is further; nothing is known of Paris."""
    found = shared_borders(["62498", "62510", "62528", "62427", "75056"])
    assert ("62498", "62510") in found
    assert ("62498", "62528") in found
    assert ("62427", "62498") not in found
    assert not any("75056" in pair for pair in found)
