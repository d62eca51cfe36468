"""How sure a mean is."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import stdev

from scipy.stats import t as student


def half_width(values: Sequence[float], confidence: float) -> float | None:
    """Half of the interval around their mean, by Student's distribution; None: of fewer than two there is
    none. Args: confidence: the share of intervals that hold the true mean, such as 0.95."""
    count = len(values)
    if count < 2:
        return None
    return float(student.ppf((1 + confidence) / 2, count - 1)) * stdev(values) / sqrt(count)
