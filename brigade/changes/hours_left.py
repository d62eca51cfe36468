"""What is left of somebody's hours around an absence.

Overtime only prolongs ordinary hours. Where the absence takes these, overtime goes with them: hours that are
overtime alone would be a last resort, which nobody offered. A meal is had in the first part that has time for
it, else during the absence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from brigade.timing.tour import own_meal
from brigade.units import Interval, Ticks
from brigade.values.workforce import Availability


def left_around(one: Availability, away: Interval, home: Ticks, back: Ticks) -> Iterator[Availability]:
    """What is left up to `home`, and what is left from the absence's end on: from `back` on, where her hours
    began before it."""
    if one.hard_end <= away.start or one.start >= away.end:
        yield one
        return
    is_hungry, has_begun = True, one.start < away.start
    before = replace(one, end=min(one.end, home), hard_end=min(one.hard_end, home), not_after=home)
    after = _left_from(one, back if has_begun else away.end)
    for part in (before if has_begun else None, after):
        if part is not None:
            eats_here = is_hungry and _has_time_to_eat(part)
            is_hungry = is_hungry and not eats_here
            yield part if eats_here else part.fed()


def _left_from(one: Availability, start: Ticks) -> Availability | None:
    """From `start` on. None where nothing is left, or only overtime of hours that are no last resort."""
    is_last_resort = one.end == one.start
    if start >= (one.hard_end if is_last_resort else one.end):
        return None
    return replace(one, start=start, end=max(one.end, start), not_before=start)


def _has_time_to_eat(stay: Availability) -> bool:
    meal = own_meal(stay)
    over = None if meal is None else meal.over(stay.start)
    return over is not None and over <= stay.end
