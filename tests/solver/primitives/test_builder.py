"""Who speaks: the reason of a forbidden pair is the rule that forbade it."""

from __future__ import annotations

import numpy as np
import pytest

from solver.primitives.builder import ModelBuilder, NoSpeakingRule
from tests.builders import problem, visit, worker


def test_a_pair_is_forbidden_by_the_rule_that_speaks_then() -> None:
    builder = ModelBuilder(problem([visit("V1"), visit("V2")], [worker()]))
    with builder.speaking("ONE"):
        with builder.speaking("TWO"):
            builder.forbid(0, [0])
        builder.forbid(0, [1])
    assert builder.codes == ["TWO", "ONE"]
    assert builder.forbidden_by.tolist() == [[0b01, 0b10]]


def test_nobody_is_blamed_for_what_is_forbidden_after_a_rule_has_spoken() -> None:
    builder = ModelBuilder(problem([visit("V1")], [worker()]))
    with pytest.raises(ZeroDivisionError), builder.speaking("ONE"):
        raise ZeroDivisionError
    with pytest.raises(NoSpeakingRule):
        builder.forbid(0, [0])
    assert not np.any(builder.forbidden_by)
    builder.forbid(0, [])  # nothing forbidden, nothing to explain
