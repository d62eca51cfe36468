"""The machine's promises hold through the days that random ones meet rarely."""

from __future__ import annotations

import pytest

from tests.api.commitments.told_days import DAYS, play


@pytest.mark.parametrize("name", DAYS)
def test_everybody_is_kept_to_her_word(name: str) -> None:
    play(name)
