"""Hours of a last resort in files: they end where overtime does, and not where ordinary hours do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api.imports.merging import MergedDocument, Mode, merge, minutes_lost
from brigade.units import PARIS

NOW = datetime(2026, 3, 9, 12, tzinfo=PARIS)


def hours(start: str, end: str, hard_end: str | None = None) -> dict[str, Any]:
    told = {"start": f"2026-03-09T{start}:00+01:00", "end": f"2026-03-09T{end}:00+01:00"}
    return told if hard_end is None else {**told, "hard_end": f"2026-03-09T{hard_end}:00+01:00"}


LAST_RESORT = hours("08:00", "08:00", "20:00")


def merged(known: dict[str, Any], told: list[dict[str, Any]], mode: Mode = Mode.ADD) -> MergedDocument:
    return merge("workers", {"availability": [known]}, {"availability": told}, None, mode, NOW)


@pytest.mark.parametrize("told", [hours("09:00", "12:00"), hours("08:00", "08:00", "18:00")])
def test_hours_that_overlap_a_last_resort_take_its_place(told: dict[str, Any]) -> None:
    """Beside it they would be two tours at once, and the file refused for what it does not say."""
    assert merged(LAST_RESORT, [told]).body["availability"] == [told]


def test_a_last_resort_told_anew_takes_the_place_of_the_hours_it_overlaps() -> None:
    assert merged(hours("09:00", "12:00"), [LAST_RESORT]).body["availability"] == [LAST_RESORT]


@pytest.mark.parametrize(
    ("known", "is_kept"), [(LAST_RESORT, False), (hours("07:00", "07:00", "12:00"), True)]
)
def test_a_replacement_takes_away_what_is_still_ahead(known: dict[str, Any], is_kept: bool) -> None:
    """At noon the last resort until 20:00 is ahead; the one until noon is history."""
    left = merged(known, [hours("21:00", "22:00")], Mode.REPLACE)
    assert (known in left.body["availability"], "availability" in left.gone) == (is_kept, not is_kept)


def test_lost_hours_of_a_last_resort_are_counted() -> None:
    assert minutes_lost([LAST_RESORT], [hours("08:00", "10:00")]) == 10 * 60
