"""Synthetic brigade days for measuring: the plain S, M and L days (windows, four nested levels, three travel
modes).

Read from JSON as published with the first measurements, in seconds and kilometres; one tick is one second
here, so that nothing is rounded into another problem. Rules beyond windows, competencies and availability are
off (`BENCH_PLAIN`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Horizon, TimeWindow
from brigade.values.competencies import Competency, CompetencyCatalogue
from brigade.values.demand import ActClass, Client, LegalStatus, Priority, Provider, Visit
from brigade.values.places import Basin, Site, TravelMatrix, TravelMode
from brigade.values.policy import CoverageMode, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Employer, EmployerKind, Engagement, Worker

FOLDER = Path(__file__).parent / "data" / "days"
DAY = date(2026, 3, 10)
MODES = {"car": TravelMode.CAR, "ebike": TravelMode.E_BIKE, "bus": TravelMode.BUS}
LEVELS = ("LEVEL_1", "LEVEL_2", "LEVEL_3", "LEVEL_4")
"""Four nested levels of the measured days, as competencies: who has one has those before it."""
CATALOGUE = CompetencyCatalogue({level: Competency(level, level) for level in LEVELS}, {})
# Ten hours of travel a point: more than a day holds, so that no engine saves a visit to spare the road.
PENALTY_UNIT_S = 36000


def bench_plain() -> frozenset[str]:
    """Every labour rule: what is left are windows, availability, competencies, engagements, forbidden pairs,
    links."""
    # Competencies stay: every peer of the comparison can model them as skills.
    return frozenset(shipped_labour_code().heads) - {"COMPETENCIES"}


def only(**weights: int) -> Weights:
    """Weights with every term off but these."""
    return Weights(**(dict.fromkeys(Weights.__dataclass_fields__, 0) | weights))


def travel_seconds(here: tuple[float, float], there: tuple[float, float], mode: Mapping[str, float]) -> int:
    km = math.dist(here, there)
    if km < 1e-9:
        return 0
    seconds = mode["overhead_s"] + 3600.0 * mode["detour"] * km / mode["speed_kmh"]
    if "walk_kmh" in mode:
        seconds = min(seconds, 3600.0 * 1.25 * km / mode["walk_kmh"])
    # Up to whole seconds, so that nobody arrives before she can.
    return math.ceil(seconds)


def read_day(name: str) -> Problem:
    """One of the committed days: "S", "M" or "L"."""
    return day_problem(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def day_problem(instance: Mapping[str, Any]) -> Problem:
    """The product's own problem for one measured day."""
    horizon = Horizon(DAY, ticks_per_minute=60)
    sites = tuple(Site(f"L{row}") for row in range(len(instance["locations"])))
    points = [tuple(point) for point in instance["locations"]]
    ids = tuple(site.id for site in sites)
    travel = {
        MODES[name]: TravelMatrix(
            MODES[name],
            ids,
            np.array([[travel_seconds(a, b, mode) for b in points] for a in points], np.int64),
            np.array([[round(1000 * math.dist(a, b)) for b in points] for a in points], np.int64),
        )
        for name, mode in instance["modes"].items()
    }
    clients = {
        visit["client"]: Client(visit["client"], "P", f"L{visit['loc']}") for visit in instance["visits"]
    }
    return Problem(
        horizon=horizon,
        basin=Basin("bench", "Bench", "62"),
        sites=sites,
        providers=(Provider("P", "Bench", LegalStatus.NON_PROFIT, "ct"),),
        clients=tuple(clients.values()),
        visits=tuple(
            Visit(
                id=visit["id"],
                client_id=visit["client"],
                duration=visit["service"],
                windows=(TimeWindow.hard(*visit["tw"]),),
                priority=Priority(visit["priority"]),
                act_class=ActClass.ESSENTIAL,
                required=frozenset({LEVELS[visit["level"] - 1]}),
                points=visit["weight"],
            )
            for visit in instance["visits"]
        ),
        employers=(Employer("E", "Bench", EmployerKind.EMPLOYER_GROUP, "ct"),),
        workers=tuple(
            Worker(
                id=worker["id"],
                employer_id="E",
                availability=(Availability.strict(worker["start"], worker["end"]),),
                engagements=(Engagement("P", DAY, DAY),),
                mode=MODES[worker["mode"]],
                start_site=f"L{worker['home']}",
                end_site=f"L{worker['home']}",
                competencies=frozenset(LEVELS[: worker["level"]]),
            )
            for worker in instance["workers"]
        ),
        travel=travel,
        policy=Policy(CoverageMode.WEIGHTED, units_per_point=PENALTY_UNIT_S // 60, weights=only(travel=1)),
        catalogue=CATALOGUE,
        rule_sets_off=bench_plain(),
    )
