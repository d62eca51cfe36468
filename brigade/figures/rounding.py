"""How figures are rounded: half up, at the amount that somebody is paid or shown, so that sums add up
again."""

from __future__ import annotations

from brigade.units import Cents


def half_up(numerator: int, denominator: int) -> int:
    """A ratio of whole numbers, not negative, to the nearest whole one."""
    return (2 * numerator + denominator) // (2 * denominator)


def mileage_cents(metres: int, cents_per_km: Cents) -> Cents:
    """What one person's metres of one day cost: rounded once a day, never leg by leg, which would always take
    from her."""
    return half_up(metres * cents_per_km, 1000)
