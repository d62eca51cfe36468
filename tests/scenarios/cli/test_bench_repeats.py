"""`scenarios/bench/repeats.py`: which runs cover the top levels as the best of their day."""

from __future__ import annotations

from scenarios.bench.repeats import Repeat, RunAgreement, agreeing, agreements


def run(preset: str, day: int, number: int, *uncovered: int) -> Repeat:
    return Repeat(preset, day, number, uncovered, 100, 1.0, 1.0)


TOWN = [run("town", 1, 1, 0, 4, 3, 9, 9), run("town", 1, 2, 0, 4, 3, 1, 2), run("town", 1, 3, 0, 5, 0, 0, 0)]
OTHER = [run("town", 2, 1, 0, 0, 1, 5, 5), run("town", 2, 2, 0, 0, 1, 4, 9)]
COUNTRY = [run("country", 1, 1, 1, 0, 0, 0, 0), run("country", 1, 2, 0, 9, 9, 9, 9)]


def test_a_higher_level_outweighs_any_number_below() -> None:
    assert agreeing(TOWN) == TOWN[:2]  # a P1 more is worse than three P2 more
    assert agreeing(COUNTRY) == COUNTRY[1:]  # and a mandatory visit than all others


def test_levels_below_make_no_difference() -> None:
    assert agreeing(OTHER) == OTHER


def test_agreement_is_counted_by_preset_over_its_days() -> None:
    assert agreements([*TOWN, *COUNTRY, *OTHER]) == [
        RunAgreement("town", 5, 4, 2, 1),
        RunAgreement("country", 2, 1, 1, 0),
    ]
    assert agreements(TOWN)[0].share == 2 / 3


def test_no_run_is_no_agreement() -> None:
    assert agreements([]) == []
