"""Cuts of the linear program: sets of three visits, two or more of which one tour at most can hold.

Subset-row inequalities (Jepsen, Petersen, Spoorendonk & Pisinger 2008, Operations Research 56(2)): of the
tours of a plan, at most one holds two of any three visits, while a linear program gladly drives three halves
of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

Cut = tuple[int, int, int]
"""Three visits, ascending."""
LEAST_VALUE = 1e-3
"""Columns below are not looked at."""
# A cut that is hardly broken moves the bound little, and slows pricing all the same.
LEAST_VIOLATION = 0.02
MOST_A_VISIT = 4
"""New cuts one visit is in, so that they spread over the day."""


def violated(routes: Iterable[tuple[tuple[int, ...], float]], known: Iterable[Cut], most: int) -> list[Cut]:
    """The cuts that the routes (visits, value in the linear program) break by most, not those known.

    Three visits are broken by the values of the routes that hold two or three of them, less one.
    """
    pairs, triples = _weights(routes)
    near: dict[int, set[int]] = {}
    for one, other in pairs:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    held, found = set(known), dict[Cut, float]()
    for one, other in pairs:
        # Only visits that share a route with one of the pair: any third one adds nothing to the sum.
        for third in near[one] | near[other]:
            cut = _sorted(one, other, third)
            if third in (one, other) or cut in found or cut in held:
                continue
            value = sum(pairs.get(pair, 0.0) for pair in combinations(cut, 2)) - 2 * triples.get(cut, 0.0)
            if value > 1 + LEAST_VIOLATION:
                found[cut] = value
    return _spread(sorted(found, key=lambda cut: (-found[cut], cut)), most)


def _weights(
    routes: Iterable[tuple[tuple[int, ...], float]],
) -> tuple[dict[tuple[int, int], float], dict[Cut, float]]:
    """Values of the routes that hold each pair and each three visits."""
    pairs, triples = dict[tuple[int, int], float](), dict[Cut, float]()
    for route, value in routes:
        if value < LEAST_VALUE:
            continue
        visits = sorted(route)
        for pair in combinations(visits, 2):
            pairs[pair] = pairs.get(pair, 0.0) + value
        for one, other, third in combinations(visits, 3):
            triples[one, other, third] = triples.get((one, other, third), 0.0) + value
    return pairs, triples


def _sorted(one: int, other: int, third: int) -> Cut:
    first, second, last = sorted((one, other, third))
    return first, second, last


def _spread(ranked: list[Cut], most: int) -> list[Cut]:
    kept, uses = list[Cut](), Counter[int]()
    for cut in ranked:
        if len(kept) == most:
            break
        if all(uses[visit] < MOST_A_VISIT for visit in cut):
            kept.append(cut)
            uses.update(cut)
    return kept
