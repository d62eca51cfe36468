"""What the built-in estimate promises: known figures, no free trips, and every doubt about its numbers
written down."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from brigade.travel.estimate import estimate, moving_minutes
from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import crow_fly_km, points_of
from brigade.travel.travel_assumptions import BUILT_IN, built_in_assumptions, load_assumptions
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode
from tests.sayings import refusals

HORIZON = Horizon(date(2026, 3, 9))
KM_PER_DEGREE = math.pi * 6371.0088 / 180  # 111.195 km of meridian


def north_of_lens(*km: float) -> list[Site]:
    return [Site(f"s{number}", "62498", 50.43 + far / KM_PER_DEGREE, 2.83) for number, far in enumerate(km)]


def car_crow_speed(km: float) -> float:
    moving = moving_minutes(np.array([km]), TravelMode.CAR, built_in_assumptions(), traffic=1.0)
    return float(60 * km / moving[0])


@pytest.mark.parametrize(("km", "kmh"), [(2, 29), (5, 36), (10, 42), (20, 49)])
def test_a_car_gets_faster_as_the_trip_gets_longer(km: float, kmh: int) -> None:
    """0.2 + 2.36 x 2^0.775 = 4.24 min for 2 km, hence 28.3 km/h as the crow flies; 20 km take 24.25 min: 49.5
    km/h."""
    assert car_crow_speed(km) == pytest.approx(kmh, abs=0.8)


def test_ten_kilometres_by_car_take_sixteen_minutes_with_parking() -> None:
    """0.2 + 2.36 x 10^0.775 = 14.26; plus 1.5 to park and walk = 15.76, rounded up to 16; 10 km x 1.307 = 13
    067 m."""
    matrix = estimate(north_of_lens(0, 10), [TravelMode.CAR], HORIZON)[TravelMode.CAR]
    assert matrix.between("s0", "s1") == (16, 13067)


def test_finer_ticks_round_less() -> None:
    """15.757 min in tenths of a minute: 158 ticks rather than 160."""
    finer = Horizon(date(2026, 3, 9), ticks_per_minute=10)
    assert estimate(north_of_lens(0, 10), [TravelMode.CAR], finer)[TravelMode.CAR].ticks[0, 1] == 158


def test_a_meridian_degree_is_111_km() -> None:
    assert crow_fly_km(points_of(north_of_lens(0, KM_PER_DEGREE)))[0, 1] == pytest.approx(111.195, abs=0.001)


@pytest.mark.parametrize("mode", list(TravelMode))
def test_a_site_is_at_no_distance_of_itself_but_its_neighbour_at_the_same_point_is_not(
    mode: TravelMode,
) -> None:
    sites = [Site("a", None, 50.43, 2.83), Site("b", None, 50.43, 2.83)]
    matrix = estimate(sites, [mode], HORIZON)[mode]
    assert matrix.between("a", "a") == (0, 0)
    ticks, metres = matrix.between("a", "b")
    assert 1 <= ticks <= 5
    assert 150 <= metres <= 250


def test_a_licence_free_car_keeps_to_its_top_speed() -> None:
    """20 km x 1.293 = 25.87 road km at 40.5 km/h = 38.3 min; the car itself takes 24.3."""
    modes = [TravelMode.CAR, TravelMode.LICENCE_FREE_CAR]
    matrices = estimate(north_of_lens(0, 1, 20), modes, HORIZON)
    assert matrices[TravelMode.LICENCE_FREE_CAR].ticks[0, 2] == 40
    assert matrices[TravelMode.CAR].ticks[0, 2] == 26
    assert matrices[TravelMode.LICENCE_FREE_CAR].ticks[0, 1] == matrices[TravelMode.CAR].ticks[0, 1]


def test_nobody_waits_for_a_bus_to_go_next_door() -> None:
    sites = north_of_lens(0, 0.4, 5)
    matrices = estimate(sites, [TravelMode.BUS, TravelMode.FOOT], HORIZON)
    bus, foot = matrices[TravelMode.BUS], matrices[TravelMode.FOOT]
    assert bus.between("s0", "s1") == foot.between("s0", "s1")
    assert bus.between("s0", "s2") < foot.between("s0", "s2")


def test_traffic_slows_cars_and_leaves_walkers_alone() -> None:
    """14.26 x 1.5 + 1.5 = 22.9 min."""
    modes = [TravelMode.CAR, TravelMode.FOOT]
    free, jammed = (estimate(north_of_lens(0, 10), modes, HORIZON, traffic=factor) for factor in (1.0, 1.5))
    assert jammed[TravelMode.CAR].ticks[0, 1] == 23
    assert jammed[TravelMode.FOOT].ticks[0, 1] == free[TravelMode.FOOT].ticks[0, 1]


def test_the_access_minutes_asked_for_replace_the_assumed_ones() -> None:
    """14.26 + 5 = 19.26, rounded up to 20."""
    matrices = estimate(north_of_lens(0, 10), [TravelMode.CAR], HORIZON, access_minutes=5)
    assert matrices[TravelMode.CAR].ticks[0, 1] == 20


def test_every_site_without_usable_coordinates_is_named_at_once() -> None:
    sites = [
        Site("a"),
        Site("b", None, 95.0, 2.0),
        Site("c", None, float("nan"), 2.0),
        *north_of_lens(0),
        *north_of_lens(0),
    ]
    with pytest.raises(TravelUnavailable) as refusal:
        estimate(sites, [TravelMode.CAR], HORIZON)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T001", "sites[0]"),
        ("T002", "sites[1]"),
        ("T002", "sites[2]"),
        ("T003", "sites[s0]"),
    ]


def test_the_stated_errors_of_the_car_law_add_up() -> None:
    """Weighted by their pairs, the bands give back the 3.2 min and the -1.2 min told beside the
    coefficient."""
    law = built_in_assumptions().modes[TravelMode.CAR]
    pairs = sum(band.pairs for band in law.measured)
    assert pairs == 915
    assert sum(band.pairs * band.mean_absolute_error for band in law.measured) / pairs == pytest.approx(
        3.2, abs=0.05
    )
    assert sum(band.pairs * band.mean_error for band in law.measured) / pairs == pytest.approx(-1.2, abs=0.05)
    assert law.factor is not None
    assert "3,2 min" in law.factor.error
    assert "1,2 min" in law.factor.error


def test_the_car_law_stands_where_its_bands_say() -> None:
    """At each band's mean distance the law gives the measured mean plus its stated error, to half a
    minute."""
    assumptions = built_in_assumptions()
    for band in assumptions.modes[TravelMode.CAR].measured:
        law = moving_minutes(np.array([band.mean_km]), TravelMode.CAR, assumptions, traffic=1.0)[0]
        assert law == pytest.approx(band.mean_minutes + band.mean_error, abs=0.5)


@pytest.mark.parametrize(("km", "ratio"), [(3.5, 1.38), (7.5, 1.31), (30, 1.28), (1, 1.38), (80, 1.28)])
def test_roads_are_longer_than_the_crow_flies(km: float, ratio: float) -> None:
    matrix = estimate(north_of_lens(0, km), [TravelMode.CAR], HORIZON)[TravelMode.CAR]
    assert matrix.metres[0, 1] == pytest.approx(1000 * km * ratio, abs=1)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("value = 2.36, unit", "value = -2.36, unit", "modes.car.factor.value"),
        ('value = 0.775, unit = "-"', 'value = 1.2, unit = "-"', "modes.car.exponent"),
        ('value = 18, unit = "km/h"', 'value = 18, unit = "m/s"', "modes.e_bike.speed.unit"),
        (
            'value = 5, unit = "km/h", source = "avec',
            'value = 5, unit = "km/h", source = "", error = "?"} #',
            "modes.foot.speed.source",
        ),
        ("[modes.foot]", "[modes.horse]", "modes.horse"),
        ("[modes.foot]", "[modes.horse]", "modes.foot"),
        ('[modes.car]\nlaw = "power"', '[modes.car]\nlaw = "guess"', "modes.car.law"),
        ("or_on_foot = true", "or_on_foot = 1", "modes.bus.or_on_foot"),
        ("wait = {", "delay = {", "modes.bus.delay"),
        ("value = 1.31, unit", "value = 1.45, unit", "detour"),
        ("value = 7.5, unit", "value = 3.5, unit", "detour"),
        ("[between_sites]", "[between]", "between_sites"),
        ("pairs = 22", "paires = 22", "modes.car.measured"),
    ],
)
def test_a_wrong_assumption_is_refused_with_its_place(
    before: str, after: str, place: str, tmp_path: Path
) -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    assert before in text
    edited = tmp_path / "mine.toml"
    edited.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TravelUnavailable) as refusal:
        load_assumptions(edited)
    assert ("T011", f"mine.toml:{place}") in [(issue.code, issue.where) for issue in refusals(refusal)]


def test_an_edited_assumption_is_used(tmp_path: Path) -> None:
    edited = tmp_path / "mine.toml"
    edited.write_text(
        BUILT_IN.read_text(encoding="utf-8").replace("value = 0.2,", "value = 10.2,", 1), encoding="utf-8"
    )
    matrix = estimate(north_of_lens(0, 10), [TravelMode.CAR], HORIZON, load_assumptions(edited))[
        TravelMode.CAR
    ]
    assert matrix.ticks[0, 1] == 26


@pytest.mark.parametrize("content", [b"modes = [", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_said_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    with pytest.raises(TravelUnavailable) as refusal:
        load_assumptions(tmp_path / "broken.toml")
    assert [issue.code for issue in refusals(refusal)] == ["T010"]


def test_a_mode_left_out_of_the_assumptions_is_refused(tmp_path: Path) -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    edited = tmp_path / "mine.toml"
    start, end = text.index("[modes.e_bike]"), text.index("[modes.bus]")
    edited.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(TravelUnavailable, match="T012"):
        estimate(north_of_lens(0, 1), [TravelMode.E_BIKE], HORIZON, load_assumptions(edited))
