"""Whether two problems are the same to the last value: arrays compared by value, texts by their content."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from brigade.values.problem import Problem


def differences(one: Problem, other: Problem) -> list[str]:
    """The names of the parts that differ."""
    plain = [field.name for field in fields(Problem) if field.name not in ("travel",)]
    found = [name for name in plain if getattr(one, name) != getattr(other, name)]
    if one.travel.keys() != other.travel.keys():
        return [*found, "travel"]
    for mode, matrix in one.travel.items():
        twin = other.travel[mode]
        same_head = (matrix.mode, matrix.site_ids, matrix.source) == (twin.mode, twin.site_ids, twin.source)
        if not (
            same_head
            and np.array_equal(matrix.ticks, twin.ticks)
            and np.array_equal(matrix.metres, twin.metres)
        ):
            found.append(f"travel.{mode}")
    return found
