"""Matrices that lack lines, completed: a place that came after them, or a mode that nobody had then, is
estimated.

Where a place has no point of its own, its commune's stands for it. Legs of a place that cannot be located at
all take the longest leg known of the mode: nobody is promised to be somewhere sooner than can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brigade.travel.estimate import estimate
from brigade.travel.geometry import points_of
from brigade.units import Horizon
from brigade.values.places import NO_WAY, Site, TravelMatrix, TravelMode
from brigade.values.validation.communes import commune

UNKNOWN = -1
"""Stands where a leg is not known."""
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KnownLegs:
    """Legs of one mode that were given: ticks and metres, shape (sites, sites), `UNKNOWN` where nobody
    said."""

    site_ids: Sequence[str]
    ticks: Ints
    metres: Ints
    source: str = "given"


def completed(
    given: Mapping[TravelMode, KnownLegs],
    sites: Sequence[Site],
    modes: Iterable[TravelMode],
    horizon: Horizon,
) -> dict[TravelMode, TravelMatrix]:
    """A matrix for each of `modes`, with a line for each of `sites` and no other: given legs as they are, the
    others estimated.

    Raises: TravelUnavailable (T001), for a mode of which no leg is given, when no site can be located.
    """
    wanted = list(dict.fromkeys(modes))
    spread = {mode: _spread(given[mode], sites) for mode in wanted if mode in given}
    lacking = [mode for mode in wanted if mode not in spread or (spread[mode].ticks == UNKNOWN).any()]
    placed = [_placed(site) for site in sites]
    located = [row for row, site in enumerate(placed) if site.latitude is not None]
    if any(mode not in spread for mode in lacking) and not located:
        points_of(sites)  # says of each that it has no coordinates
    estimates = estimate([placed[row] for row in located], lacking, horizon) if lacking else {}
    found = {}
    for mode in wanted:
        legs = spread.get(mode)
        found[mode] = (
            _matrix(mode, sites, legs)
            if legs and mode not in estimates
            else _filled(mode, sites, legs or _nothing(sites), estimates[mode], located)
        )
    return found


def _placed(site: Site) -> Site:
    """The site where it is, or where its commune is."""
    if site.latitude is not None and site.longitude is not None:
        return site
    known = commune(site.commune) if site.commune else None
    point = (None, None) if known is None else (known.latitude, known.longitude)
    return replace(site, latitude=point[0], longitude=point[1])


def _nothing(sites: Sequence[Site]) -> KnownLegs:
    blank = np.full((len(sites), len(sites)), UNKNOWN, np.int64)
    return KnownLegs([site.id for site in sites], blank, blank, "")


def _spread(legs: KnownLegs, sites: Sequence[Site]) -> KnownLegs:
    """The given legs in the order of `sites`."""
    row_of = {id: row for row, id in enumerate(legs.site_ids)}
    here = [row for row, site in enumerate(sites) if site.id in row_of]
    there = [row_of[sites[row].id] for row in here]
    blank = _nothing(sites)
    ticks, metres = blank.ticks.copy(), blank.metres.copy()
    ticks[np.ix_(here, here)] = legs.ticks[np.ix_(there, there)]
    metres[np.ix_(here, here)] = legs.metres[np.ix_(there, there)]
    return replace(blank, ticks=ticks, metres=metres, source=legs.source)


def _matrix(mode: TravelMode, sites: Sequence[Site], legs: KnownLegs) -> TravelMatrix:
    return TravelMatrix(mode, tuple(site.id for site in sites), legs.ticks, legs.metres, legs.source)


def _filled(
    mode: TravelMode, sites: Sequence[Site], legs: KnownLegs, estimates: TravelMatrix, located: Sequence[int]
) -> TravelMatrix:
    """What is given first, then what is estimated, then the longest of both."""
    values = []
    for known, guessed in ((legs.ticks, estimates.ticks), (legs.metres, estimates.metres)):
        full = np.full(known.shape, UNKNOWN, np.int64)
        full[np.ix_(located, located)] = guessed
        full = np.where(known == UNKNOWN, full, known)
        np.fill_diagonal(full, np.where(np.diag(known) == UNKNOWN, 0, np.diag(known)))
        # NO_WAY is no length: as the longest leg it would cut off every unknown place.
        values.append(np.where(full == UNKNOWN, full.max(initial=0, where=full != NO_WAY), full))
    added = estimates.source if not legs.source else f"{legs.source}, {estimates.source}"
    lost = len(sites) - len(set(located) | set(np.flatnonzero((legs.ticks != UNKNOWN).any(axis=1)).tolist()))
    source = f"{added}, longest leg for {lost} places" if lost else added
    return TravelMatrix(mode, tuple(site.id for site in sites), values[0], values[1], source)
