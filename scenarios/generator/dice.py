"""Chance with a seed: the same draws on every machine and every Python.

Only `Random.random()` is promised to stay the same from one Python to the next (its docs say so), so all that
is drawn here is made of it. Each part of a scenario draws from a branch of its own: adding a worker never
moves a client.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

Value = TypeVar("Value")


class Dice:
    """A named stream of chance; the same name gives the same stream."""

    def __init__(self, name: str) -> None:
        self.name = name
        # Seeded with a text: Python hashes it by sha512, the same on every machine.
        self._random = Random(name)

    def branch(self, name: object) -> Dice:
        """An independent stream, named after this one."""
        return Dice(f"{self.name}/{name}")

    def share(self) -> float:
        """In [0, 1)."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        return self.share() < probability

    def whole(self, low: int, high: int, step: int = 1) -> int:
        """`low`, `low + step`, ... up to `high`, ends included."""
        return low + step * int(self.share() * ((high - low) // step + 1))

    def pick(self, values: Sequence[Value]) -> Value:
        return values[int(self.share() * len(values))]

    def weighted(self, weights: Mapping[Value, float]) -> Value:
        """A key, in proportion of its weight; at least one weight is above zero."""
        # Rounding may leave `mark` a hair above the last weight: then the last key with one is taken.
        mark = self.share() * sum(weights.values())
        chosen: Value | None = None
        for value, weight in weights.items():
            if weight > 0:
                chosen = value
                mark -= weight
                if mark < 0:
                    break
        assert chosen is not None, "no weight above zero"
        return chosen

    def shuffled(self, values: Sequence[Value]) -> list[Value]:
        """All values in a random order (Fisher-Yates)."""
        mixed = list(values)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self.share() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def some(self, values: Sequence[Value], count: int) -> list[Value]:
        """`count` of them (or all, when there are fewer), none twice."""
        return self.shuffled(values)[:count]


def quotas(total: int, shares: Mapping[Value, float]) -> dict[Value, int]:
    """`total` split in proportion of `shares`: whole numbers that add up (largest remainders)."""
    whole = sum(shares.values())
    exact = {value: total * share / whole for value, share in shares.items()}
    counts = {value: math.floor(part) for value, part in exact.items()}
    # A stable sort: of equal remainders the first key wins, so that quotas never depend on the machine.
    by_remainder = sorted(exact, key=lambda value: counts[value] - exact[value])
    for value in by_remainder[: total - sum(counts.values())]:
        counts[value] += 1
    return counts
