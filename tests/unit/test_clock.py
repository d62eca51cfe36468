"""The clock of a search: what is kept back ends it earlier, and nothing under a work limit."""

from __future__ import annotations

from solver.clock import Clock
from solver.settings import Settings


def test_time_kept_back_ends_the_search_earlier() -> None:
    clock = Clock(Settings(time_limit_s=100.0))
    clock.keep_back(40.0)
    assert clock.limit_s == 60.0
    assert 59.0 < clock.left_s <= 60.0
    clock.keep_back(90.0)
    assert clock.is_over, "never before it began"


def test_a_work_limit_knows_no_time_to_keep_back() -> None:
    clock = Clock(Settings(iterations=10))
    clock.keep_back(40.0)
    assert clock.limit_s == 0.0
    assert not clock.is_over


def test_the_time_of_the_user_is_not_past_when_only_the_search_is_over() -> None:
    clock = Clock(Settings(time_limit_s=100.0))
    clock.keep_back(100.0)
    assert clock.is_over
    assert not clock.is_past
    assert Clock(Settings(time_limit_s=1e-6)).is_past
    assert not Clock(Settings(iterations=1)).is_past
