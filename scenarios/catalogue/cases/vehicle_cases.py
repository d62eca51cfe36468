"""With what, and through what: vehicles that several people share, traffic."""

from __future__ import annotations

from brigade.values.places import Traffic, TravelMode, Vehicle
from scenarios.catalogue.sketch import CatalogueCase, Sketch

FOOT = TravelMode.FOOT
PACE = {FOOT: 12}
"""Minutes a kilometre: on foot nobody gets to L2 and back in a morning."""


def shared_car() -> CatalogueCase:
    sketch = Sketch(pace=PACE)
    sketch.visit("V1", "L3", "08:00", "08:30")
    sketch.visit("V2", "L4", "10:00", "10:30")
    sketch.visit("V3", "L4", "14:00", "14:30")
    sketch.worker("B1", hours=(("07:00", "12:00"),), mode=FOOT)
    sketch.worker("B2", hours=(("12:00", "20:00"),), mode=FOOT)
    car = Vehicle("CLIO", "Clio blanche", "D", cents_per_km=20, cents_per_day=800)
    return CatalogueCase(
        "shared_car",
        "one car for two people on foot: B1 has it in the morning, B2 in the afternoon, once it is back at D",
        sketch.problem(vehicles=(car,)),
        {("B1", 0): ["V1", "V2"], ("B2", 0): ["V3"]},
        drives={("B1", 0): "CLIO", ("B2", 0): "CLIO"},
    )


def short_range() -> CatalogueCase:
    sketch = Sketch(pace=PACE)
    sketch.visit("V1", "L2", "08:00", "08:30")
    sketch.visit("V2", "L4", "10:00", "10:30")
    sketch.worker("B1", mode=FOOT)
    car = Vehicle("ZOE", "Zoe", "D", range_m=30_000, recharge=240)
    return CatalogueCase(
        "short_range",
        "an electric car of 30 km: to L2 and back is 20, to L4 as well would be 40, so V2 stays uncovered",
        sketch.problem(vehicles=(car,)),
        {("B1", 0): ["V1"]},
        {"VEHICLES": {("B1", 0): ["V1", "V2"]}},
        {"V2": "vehicle_range"},
        drives={("B1", 0): "ZOE"},
    )


def rush_hour() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L4", "08:00", "08:00")
    sketch.visit("V2", "L4", "10:00", "10:00")
    sketch.worker("B1", hours=(("07:35", "12:00"),))
    slow = Traffic(TravelMode.CAR, ("07:30-09:00",), 130)
    return CatalogueCase(
        "rush_hour",
        "to L4 it is 20 minutes, and 26 in the traffic of eight: who leaves at 07:35 comes too late",
        sketch.problem(traffic=(slow,)),
        {("B1", 0): ["V2"]},
        {"TIME_WINDOW": {("B1", 0): ["V1", "V2"]}},
        {"V1": "arrives_too_late"},
    )


CASES = (shared_car, short_range, rush_hour)
