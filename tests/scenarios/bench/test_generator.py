"""Bench days: the same for a seed, of the size asked, plain or under the whole `bad` set."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from brigade.values.demand import ActClass, LinkKind
from brigade.values.problem import Problem
from scenarios.bench.bench_days import bench_plain
from scenarios.bench.day_generator import (
    REPORT_SEEDS,
    SIZES,
    TUNE_SEEDS,
    DaySize,
    curve_size,
    full_day,
    plain_day,
)

SMALL = SIZES["S"]
MINUTE = 60


def values(problem: Problem) -> dict[str, object]:
    """Everything that can be compared with ==."""
    return {one.name: getattr(problem, one.name) for one in fields(problem) if one.name != "travel"}


def test_a_seed_gives_the_same_day_and_another_seed_another() -> None:
    once, again, other = plain_day(SMALL, 1), plain_day(SMALL, 1), plain_day(SMALL, 2)
    assert values(once) == values(again)
    assert all(np.array_equal(once.travel[mode].ticks, again.travel[mode].ticks) for mode in once.travel)
    assert values(once) != values(other)


def test_the_day_of_a_seed_stays_the_day_that_was_reported() -> None:
    """Tables in docs/benchmarks.md name seeds: whoever changes a draw makes them speak of other days."""
    day = plain_day(SMALL, 1)
    assert sum(visit.duration for visit in day.visits) == 119_700
    assert sum(visit.points or 0 for visit in day.visits) == 222
    assert sum(int(matrix.ticks.sum()) for matrix in day.travel.values()) == 6578344


@pytest.mark.parametrize("size", [*SIZES.values(), curve_size(50), DaySize(2, 1)])
def test_a_day_has_the_size_asked(size: DaySize) -> None:
    day = plain_day(size, 3)
    assert (len(day.workers), len(day.visits), len(day.requests)) == (size.workers, size.visits, size.visits)


def test_windows_last_30_to_90_minutes_and_hours_end_by_2145() -> None:
    day = plain_day(SIZES["M"], 1)
    widths = {(visit.windows[0].latest - visit.windows[0].earliest) // MINUTE for visit in day.visits}
    assert widths <= set(range(15, 91)), "a window may only be cut by the day's first start"
    assert {30, 45, 60, 90} <= widths
    assert max(worker.availability[0].end for worker in day.workers) <= (21 * 60 + 45) * MINUTE


def test_a_plain_day_obeys_competencies_alone_and_a_full_day_every_rule() -> None:
    assert plain_day(SMALL, 1).rule_sets_off == bench_plain()
    full = full_day(SMALL, 1)
    assert full.rule_sets_off == frozenset()
    assert {provider.agreement for provider in full.providers} == {"bad"}


def test_one_visit_in_ten_of_a_full_day_is_done_by_two() -> None:
    """150 visits: 15 second carers, each tied to begin with the first, on the same day of the same people."""
    plain, full = plain_day(SIZES["M"], 1), full_day(SIZES["M"], 1)
    assert len(full.links) == 15
    assert {link.kind for link in full.links} == {LinkKind.SAME_START}
    assert [visit.id for visit in full.visits[:150]] == [visit.id for visit in plain.visits]
    assert len(full.visits) == 165
    assert {visit.act_class for visit in full.visits} == set(ActClass)


def test_tuning_and_reporting_share_no_seed() -> None:
    assert not set(TUNE_SEEDS) & set(REPORT_SEEDS)
