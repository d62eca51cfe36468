"""Given matrices that lack lines: what was given stays to the minute, what is missing is estimated, nothing
is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from brigade.travel.completing import UNKNOWN, KnownLegs, completed
from brigade.travel.estimate import estimate
from brigade.travel.failures import TravelUnavailable
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode
from tests.sayings import refusals

CAR, BUS = TravelMode.CAR, TravelMode.BUS
DAY = Horizon(date(2026, 3, 9))
A, B, C = Site("A", None, 50.43, 2.83), Site("B", None, 50.45, 2.90), Site("C", None, 50.30, 2.70)
LEGS = KnownLegs(["B", "A"], np.array([[0, 7], [9, 0]]), np.array([[0, 700], [900, 0]]), "osrm")


def test_a_new_place_is_estimated_and_the_given_legs_stay() -> None:
    """B to A takes 7 min and A to B 9 as given, whatever the estimate says; C is estimated both ways."""
    found = completed({CAR: LEGS}, [A, B, C], [CAR], DAY)[CAR]
    guessed = estimate([A, B, C], [CAR], DAY)[CAR]
    assert found.site_ids == ("A", "B", "C")
    assert (found.between("B", "A"), found.between("A", "B")) == ((7, 700), (9, 900))
    assert found.between("A", "C") == guessed.between("A", "C") != (0, 0)
    assert found.source.startswith("osrm, estimate")


def test_places_that_nobody_goes_to_need_no_line_and_a_whole_matrix_is_not_touched() -> None:
    found = completed({CAR: LEGS}, [B, A], [CAR], DAY)[CAR]
    assert (found.ticks.tolist(), found.source) == ([[0, 7], [9, 0]], "osrm")
    assert completed({CAR: LEGS}, [B], [CAR], DAY)[CAR].ticks.tolist() == [[0]]


def test_a_mode_that_was_not_given_is_estimated() -> None:
    found = completed({CAR: LEGS}, [A, B], [CAR, BUS], DAY)
    assert found[BUS].ticks.tolist() == estimate([A, B], [BUS], DAY)[BUS].ticks.tolist()


def test_a_single_leg_that_is_not_known_is_estimated_alone() -> None:
    holed = KnownLegs(["A", "B"], np.array([[0, UNKNOWN], [9, 0]]), np.array([[0, UNKNOWN], [900, 0]]))
    found = completed({CAR: holed}, [A, B], [CAR], DAY)[CAR]
    assert found.between("A", "B") == estimate([A, B], [CAR], DAY)[CAR].between("A", "B")
    assert found.between("B", "A") == (9, 900)


def test_a_place_without_a_point_is_where_its_commune_is_else_as_far_as_anything_known() -> None:
    """Lens (62498) has a point in the table of communes; a place that says nothing takes the longest leg, 9
    min."""
    known = Site("L", "62498")
    found = completed({CAR: LEGS}, [A, B, known], [CAR], DAY)[CAR]
    assert 0 < found.between("A", "L")[0] < 30
    nowhere = [Site("A"), Site("B"), Site("N")]
    lost = completed({CAR: LEGS}, nowhere, [CAR], DAY)[CAR]
    assert (lost.between("A", "N"), lost.between("N", "B"), lost.between("N", "N")) == (
        (9, 900),
        (9, 900),
        (0, 0),
    )
    assert "longest leg for 1 places" in lost.source


def test_where_nothing_at_all_is_known_it_is_said() -> None:
    with pytest.raises(TravelUnavailable) as refused:
        completed({}, [Site("A"), Site("B")], [CAR], DAY)
    assert {issue.code for issue in refusals(refused)} == {"T001"}
