"""The real basins: whole, across department borders, with outlines to draw and counts that add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.travel.geometry import crow_fly_km, points_of
from brigade.values.places import Basin
from scenarios.generator.territory import (
    BERCK,
    LENS,
    SELESTAT,
    STRASBOURG,
    UnknownTerritory,
    basins,
    departments,
    gir_mix,
    load_basin,
)
from tests.sayings import refusals

DATA = Path(__file__).parents[3] / "scenarios" / "generator" / "data"


@pytest.mark.parametrize(
    ("zone", "name", "communes", "population"),
    [(LENS, "Lens", 58, 390_015), (BERCK, "Berck", 201, 126_769), (STRASBOURG, "Strasbourg", 213, 760_726)],
)
def test_a_preset_basin_holds_its_communes_and_people(
    zone: str, name: str, communes: int, population: int
) -> None:
    territory = load_basin(zone)
    assert (territory.name, len(territory.communes), territory.population) == (name, communes, population)


def test_a_basin_crosses_department_borders() -> None:
    """Béthune: 105 communes of 62 and 4 of 59; Sélestat lies in 67 and 68; its payer is where most people
    live."""
    bethune = load_basin("3205")
    assert sorted(commune.department for commune in bethune.communes).count("59") == 4
    assert bethune.departments == ("62", "59")
    assert load_basin(SELESTAT).basin == Basin(SELESTAT, "Sélestat", "67")


def test_the_departments_are_whole() -> None:
    """887 + 771 + 514 + 366 communes; populations of the 2026 official list."""
    communes = [commune for territory in basins() for commune in territory.communes]
    assert len({commune.code for commune in communes}) == len(communes) == 3464
    counted = {code: sum(commune.department == code for commune in communes) for code in departments()}
    assert counted == {"62": 887, "80": 771, "67": 514, "68": 366}


def test_lens_is_dense_and_berck_is_rural() -> None:
    assert load_basin(LENS).rural_share < 0.05
    assert load_basin(BERCK).rural_share > 0.3
    assert {commune.is_rural for commune in load_basin(BERCK).communes} == {True, False}


def test_every_commune_lies_in_its_corner_of_france_and_has_room() -> None:
    for territory in basins():
        for commune in territory.communes:
            assert 47.4 < commune.latitude < 51.1, commune
            assert 1.3 < commune.longitude < 8.3, commune
            assert 0 < commune.radius_km < 10, commune
            assert commune.population >= 0, commune


def test_the_communes_of_a_basin_can_be_travelled_between() -> None:
    """As the crow flies, no two communes of Lens are 45 km apart."""
    sites = [commune.site for commune in load_basin(LENS).communes]
    assert crow_fly_km(points_of(sites)).max() < 45


def test_commute_shares_add_up_to_one_even_where_nobody_commutes() -> None:
    """Vaulx (62838) has no figure: it gets its zone's."""
    for territory in basins():
        for commune in territory.communes:
            shares = commune.commute
            total = shares.car + shares.walk + shares.bike + shares.moto + shares.transit + shares.none
            assert total == pytest.approx(1), commune
    assert load_basin(BERCK).commune("62838").commute.car > 0.6


def test_people_of_strasbourg_cycle_more_than_those_of_lens() -> None:
    strasbourg, lens = load_basin(STRASBOURG).commune("67482"), load_basin(LENS).commune("62498")
    assert strasbourg.commute.bike > 0.15 > 0.05 > lens.commute.bike
    assert lens.commute.car > 0.7 > strasbourg.commute.car


def test_deaths_shares_add_up_to_one() -> None:
    shares = load_basin(LENS).deaths_share()
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=lambda code: shares[code]) == "62498"


def test_a_department_s_apa_count_is_shared_out_whole() -> None:
    """29 147 people with APA at home in 62 in December 2020, over all its zones."""
    shared = {code: count for territory in basins() for code, count in territory.apa_at_home().items()}
    for code, department in departments().items():
        total = sum(count for commune, count in shared.items() if commune.startswith(code))
        assert total == pytest.approx(department.apa_home)
    assert departments()["62"].apa_home == 29_147
    # 390 015 of 1 456 000 inhabitants: 7 800 pro rata; a little fewer deaths, so a little fewer people.
    assert sum(load_basin(LENS).apa_at_home().values()) == pytest.approx(7_700, rel=0.02)


def test_a_commune_of_another_department_gets_the_mean_rate() -> None:
    bethune = load_basin("3205")
    apa = bethune.apa_at_home()
    outside = [commune for commune in bethune.communes if commune.department == "59"]
    assert all(0.005 < apa[commune.code] / commune.population < 0.05 for commune in outside)


def test_the_gir_mix_is_mostly_gir_4() -> None:
    mix = gir_mix()
    assert list(mix) == [1, 2, 3, 4]
    assert sum(mix.values()) == pytest.approx(1)
    assert [round(100 * share) for share in mix.values()] == [2, 18, 22, 58]


def test_an_unknown_basin_or_commune_is_refused_with_what_is_known() -> None:
    with pytest.raises(UnknownTerritory, match="S001 basin") as unknown:
        load_basin("9999")
    assert "3215 Lens" in refusals(unknown)[0].hint
    with pytest.raises(UnknownTerritory, match="67482"):
        load_basin(LENS).commune("67482")


def test_the_data_stays_small_and_keeps_its_licences() -> None:
    listed = (DATA / "LICENCES.md").read_text(encoding="utf-8")
    kept = [path for path in DATA.iterdir() if path.suffix != ".md"]
    assert sum(path.stat().st_size for path in kept) < 3_000_000
    for path in kept:
        assert path.name in listed, f"{path.name} has no licence note"
