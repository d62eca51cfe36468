"""What the basin wants. Weights are written whole: defaults may move between versions, plans must not."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from brigade.exchange.shapes.field_kinds import LARGEST, Code, Codes, Count, Counts, FieldKind, Shape
from brigade.values.policy import CoverageMode, Departure, Weights, shipped_reserve

Units = Annotated[int, Field(ge=0, le=LARGEST), FieldKind.COUNT]


LATER = {
    "usual_hour": 0,
    "neighbour_sector": 0,
    "other_sector": 0,
    "shared_visits": 600,
    "path_essential": 120,
    "path_hours": 2,
    "path_clients": 60,
}
"""Weights that came after documents were kept, and what they are where nobody said."""


class WeightsShape(Shape):
    """Soft costs, in units: what one minute of travel of weight 1 is worth. 0 switches a term off."""

    makes: ClassVar[type[Any]] = Weights
    travel: Units = 10
    travel_cost: Units = 1
    lateness: Units = 20
    unfamiliar: Units = 60
    not_preferred: Units = 60
    missing_preferred: Units = 40
    waiting: Units = 2
    interruption: Units = 1
    overtime: Units = 30
    additional_hours: Units = 3
    equity_providers: Units = 30
    equity_workers: Units = 1
    used_worker: Units = 0
    max_lateness: Units = 0
    max_waiting: Units = 0
    max_idle: Units = 0
    workload_balance: Units = 0
    missed_meal: Units = 0
    usual_hour: Units = 0
    moved_start: Units = 0
    moved_visit: Units = 0
    changed_worker: Units = 0
    neighbour_sector: Units = 0
    other_sector: Units = 0
    shared_visits: Units = 600
    path_essential: Units = 120
    path_hours: Units = 2
    path_clients: Units = 60

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        # Written only where set, so that digests of older ones hold.
        return {name: value for name, value in shown.items() if value != LATER.get(name)}


class PointsShape(BaseModel):
    """Priority points left uncovered, by level."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    mandatory: Units = 1000
    P1: Units = 100
    P2: Units = 30
    P3: Units = 10
    P4: Units = 3


class ReserveShape(BaseModel):
    """How often a present employee falls away during a day; what is not said is as shipped
    (`brigade/data/reserve.toml`)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    absences_per_1000: Count = Field(
        default_factory=lambda: shipped_reserve().absences_per_1000,
        description="Same-day absences that nobody foresaw, per 1,000 employee-days.",
    )
    by_hour: Counts = Field(
        default_factory=lambda: [*shipped_reserve().by_hour],
        description="24 weights of the local hours at which they are told.",
    )
    by_month: Counts = Field(
        default_factory=lambda: [*shipped_reserve().by_month],
        description="12 per cents of the rate, January first; 100: as in the mean of a year.",
    )
    lead_min: Count = Field(
        default_factory=lambda: shipped_reserve().lead_min,
        description="Minutes from the call until somebody can be at a door.",
    )


class PolicyShape(BaseModel):
    """How coverage is weighed and what the soft costs are worth."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    mode: CoverageMode = CoverageMode.LEXICOGRAPHIC
    points: PointsShape = Field(default_factory=PointsShape)
    units_per_point: Units = 6000
    weights: WeightsShape = Field(default_factory=WeightsShape)
    only_urgent_inside_notice: bool = False
    strict: bool = Field(False, description="Refuse a plan that leaves a mandatory visit uncovered.")
    departure: Departure = Field(
        Departure.AS_LATE, description="When a tour sets out whose first visit could begin at several hours."
    )
    reserve: ReserveShape | None = Field(
        None, description="Keep room for what is likely to come in until evening, at these rates."
    )
    rules_off: Codes = Field(
        default_factory=list, description="Rules switched off (analysts and public benches only)."
    )


LEVELS: tuple[Code, ...] = ("mandatory", "P1", "P2", "P3", "P4")
"""The names of the coverage levels 0 to 4."""
