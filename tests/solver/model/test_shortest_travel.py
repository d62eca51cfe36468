"""Least travel with detours allowed, as the bounds count it: the kernel's against a general routine's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse.csgraph import floyd_warshall

from solver.model.model import build_model
from tests.builders import problem, visit


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_a_general_routine_finds(seed: int) -> None:
    """Thirty places whose matrix breaks the triangle inequality, and nowhere, which is free to reach and no
    way through."""
    model = build_model(problem([visit("V1")]))
    travel = np.random.default_rng(seed).integers(1, 1000, (2, 31, 31), dtype=np.int32)
    travel[:, np.arange(31), np.arange(31)] = 0
    travel[:, :, 30] = travel[:, 30, :] = 0
    found = replace(model, arrays=model.arrays._replace(travel=travel)).shortest_travel
    for given, least in zip(travel, found, strict=True):
        expected = floyd_warshall(np.where(given[:30, :30] == 0, np.inf, given[:30, :30]).astype(float))
        assert np.array_equal(least[:30, :30], expected)
        assert not least[30].any()
        assert not least[:, 30].any()


def test_the_models_own_travel_stays_as_it_was() -> None:
    model = build_model(problem([visit("V1")]))
    before = model.arrays.travel.copy()
    assert model.shortest_travel.shape == before.shape
    assert np.array_equal(model.arrays.travel, before)
