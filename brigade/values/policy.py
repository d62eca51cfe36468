"""What the basin wants: how coverage is weighed, what the soft costs are worth, what notice may be asked.

Every soft weight is a whole number of *units*; a unit is what one minute of travel of weight 1 is worth. Time
terms are per minute, counted terms per occurrence and stated in the same units, so that they can be read side
by side.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files


class CoverageMode(StrEnum):
    LEXICOGRAPHIC = "lexicographic"
    WEIGHTED = "weighted"


class Departure(StrEnum):
    """When a tour whose first visit could begin at several hours sets out: as late as costs nothing, or as
    early as it may ("no later than needed")."""

    AS_LATE = "as_late"
    AS_EARLY = "as_early"


DEFAULT_POINTS: Mapping[int, int] = {0: 1000, 1: 100, 2: 30, 3: 10, 4: 3}
"""Priority points left uncovered, by level: 0 mandatory, 1 to 4 the priorities."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Soft costs, in units (see the module). Zero switches a term off.

    travel: per minute, home legs included. travel_cost: per euro cent of mileage. lateness: per minute after
    the window's soft end. unfamiliar: a visit to a client who has usual or preferred workers, by somebody
    else. not_preferred: the same when the client asked for somebody (on top). missing_preferred: each
    preferred competency not held. waiting: per minute of short paid wait. interruption: per minute of unpaid
    gap. overtime: per minute after `Availability.end`.
    additional_hours: per minute above the contract's weekly hours. equity_providers: for the k-th visit left
    uncovered of one provider, k - 1 times (so the second costs once, the third twice more). equity_workers:
    per minute of work
    above the worker's fair share. used_worker: each tour used. max_lateness, max_waiting, max_idle: per
    minute of the largest single one. workload_balance: per minute of distance from the mean work.
    missed_meal: a tour without the meal break that its policy wants. usual_hour: per minute between a start
    and the hour usual for the visit. neighbour_sector, other_sector: a visit in a sector beside the worker's
    home sector, or in any further one (places in no sector included). shared_visits: a visit that a learner
    was to share and does not; it weighs less than any visit that is asked for. path_essential, path_clients:
    each visit of essential acts, each familiar client that a worker's path misses in a week; path_hours: per
    minute of work that it misses.
    Disruption, against a start plan already told: moved_start per minute, moved_visit and changed_worker per
    visit.
    """

    travel: int = 10
    travel_cost: int = 1
    lateness: int = 20
    unfamiliar: int = 60
    not_preferred: int = 60
    missing_preferred: int = 40
    waiting: int = 2
    interruption: int = 1
    overtime: int = 30
    additional_hours: int = 3
    equity_providers: int = 30
    equity_workers: int = 1
    used_worker: int = 0
    max_lateness: int = 0
    max_waiting: int = 0
    max_idle: int = 0
    workload_balance: int = 0
    missed_meal: int = 0
    usual_hour: int = 0
    moved_start: int = 0
    moved_visit: int = 0
    changed_worker: int = 0
    neighbour_sector: int = 0
    other_sector: int = 0
    shared_visits: int = 600
    path_essential: int = 120
    path_hours: int = 2
    path_clients: int = 60


@dataclass(frozen=True, slots=True)
class Reserve:
    """How often a present employee falls away during a day, for which a plan keeps room.

    `absences_per_1000`: same-day absences that nobody foresaw, per 1,000 employee-days. `by_hour`: 24 weights
    of the local hours at which they are told. `by_month`: 12 per cents of the rate, January first; 100: as in
    the mean of a year. `lead_min`: minutes from the call until somebody can be at a door.
    """

    absences_per_1000: int
    by_hour: tuple[int, ...]
    by_month: tuple[int, ...]
    lead_min: int


@cache
def shipped_reserve() -> Reserve:
    """The figures of `brigade/data/reserve.toml`, which says where each comes from."""
    told = tomllib.loads(files("brigade").joinpath("data/reserve.toml").read_text("utf-8"))
    hours, months = told["by_hour"]["value"], told["by_month"]["value"]
    return Reserve(told["absences_per_1000"]["value"], tuple(hours), tuple(months), told["lead_min"]["value"])


@dataclass(frozen=True, slots=True)
class Policy:
    """`points` by level make coverage a number; in WEIGHTED mode each point costs `units_per_point` units and
    competes with the soft costs; in LEXICOGRAPHIC mode levels come first, in order, and the soft costs decide
    between equals.

    `only_urgent_inside_notice`: place nothing inside the notice period that is not marked as urgent.
    `strict`: refuse a plan that leaves a mandatory visit uncovered (public benches); else it is reported
    loudly. `departure`: when tours set out. `reserve`: what may still come in that day; None: a plan keeps no
    room for it.
    """

    mode: CoverageMode = CoverageMode.LEXICOGRAPHIC
    points: Mapping[int, int] = field(default_factory=lambda: dict(DEFAULT_POINTS))
    units_per_point: int = 6000
    weights: Weights = field(default_factory=Weights)
    only_urgent_inside_notice: bool = False
    strict: bool = False
    departure: Departure = Departure.AS_LATE
    reserve: Reserve | None = None
