"""The work between two visits of one provider, which counts among the hours done there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from brigade.worked.local_days import minutes_between


def between(
    document: Mapping[str, Any],
    done: Mapping[str, tuple[str, str, datetime, datetime]],
    short_of: Mapping[str, float],
) -> Iterator[tuple[str, str, float]]:
    """Worker, provider and minutes of the travel and short waits between two visits of one provider that
    follow each other in a tour and were both done by its worker."""
    for route in document["routes"]:
        for before, stop in pairwise(route["stops"]):
            first, second = done.get(before["visit_id"]), done.get(stop["visit_id"])
            # Between two providers nobody's hours run: the way belongs to neither.
            if first is None or second is None or first[:2] != second[:2] or second[0] != route["worker_id"]:
                continue
            free = minutes_between(first[3], second[2])
            wait = free - stop["travel_min"] - stop.get("pause_min", 0)
            # Dead time reaches to the visits around it, where they touch it: it holds the way.
            travel = min(stop["travel_min"], max(0, free))
            yield second[0], second[1], travel + (wait if 0 < wait < short_of.get(second[0], 0) else 0)
