"""The clock of a search: what is kept back ends it earlier, and nothing under a work limit."""

from __future__ import annotations

import threading

from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings


def test_time_kept_back_ends_the_search_earlier() -> None:
    clock = SearchClock(SearchSettings(time_limit_s=100.0))
    clock.keep_back(40.0)
    assert clock.limit_s == 60.0
    assert 59.0 < clock.left_s <= 60.0
    clock.keep_back(90.0)
    assert clock.is_over, "never before it began"


def test_a_work_limit_knows_no_time_to_keep_back() -> None:
    clock = SearchClock(SearchSettings(iterations=10))
    clock.keep_back(40.0)
    assert clock.limit_s == 0.0
    assert not clock.is_over


def test_what_comes_after_the_search_has_a_share_of_the_whole_time() -> None:
    """Whatever was kept back: the share is of what the user gave, from the moment asked."""
    clock = SearchClock(SearchSettings(time_limit_s=100.0))
    clock.keep_back(100.0)
    assert clock.is_over
    assert not clock.is_up_after(1 / 3)()
    assert SearchClock(SearchSettings(time_limit_s=1e-9)).is_up_after(1 / 3)()
    assert not SearchClock(SearchSettings(iterations=1)).is_up_after(1 / 3)()


def test_who_stops_the_search_waits_for_nothing_after_it() -> None:
    stop = threading.Event()
    stop.set()
    assert SearchClock(SearchSettings(time_limit_s=100.0), stop).is_up_after(1 / 3)()
