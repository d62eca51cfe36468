"""The adapters of engines that only the extra `peers` brings: `make bench-peers-test` runs this page,
`make test` does not."""

from __future__ import annotations

import pytest

from scenarios.bench import race


@pytest.mark.parametrize("engine", list(race.PEERS))
def test_a_peer_plans_a_lawful_day(engine: str) -> None:
    answer = race.play({"engine": engine, "size": "S", "limit_s": 1.0, "seed": 1, "published": False})
    assert answer["faults"] == []
    assert 33 <= answer["covered"] <= 40


@pytest.mark.parametrize("engine", list(race.PEERS))
def test_a_peer_reads_the_committed_days(engine: str) -> None:
    """38 is the least weight that the general engines left on this day in two seconds; an adapter at fault
    leaves far more."""
    answer = race.play({"engine": engine, "size": "S", "limit_s": 2.0, "seed": 1, "published": True})
    assert answer["faults"] == []
    assert 37 <= answer["weight"] <= 45
