"""The problem document, subject by subject."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from brigade.exchange.shapes.demand_shapes import (
    AbsenceShape,
    ClientShape,
    EmployeeShape,
    FundingLineShape,
    LinkShape,
    ProviderShape,
    RotaFeedShape,
    VisitShape,
    WorkBlockShape,
)
from brigade.exchange.shapes.place_shapes import (
    BasinShape,
    HorizonShape,
    SectorShape,
    SiteShape,
    TrafficShape,
    TravelShape,
    VehicleShape,
)
from brigade.exchange.shapes.policy_shapes import PolicyShape
from brigade.exchange.shapes.shift_shapes import ShiftCycleShape, ShiftPatternShape
from brigade.exchange.shapes.text_shapes import CatalogueShape, LabourShape
from brigade.exchange.shapes.workforce_shapes import EmployerShape, WorkerShape

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
PROBLEM_FORMAT: Literal["brigade-problem"] = "brigade-problem"
PROBLEM_VERSION: Literal[1] = 1


class DemandShape(BaseModel):
    """What asks to be covered."""

    model_config = STRICT
    providers: list[ProviderShape]
    clients: list[ClientShape]
    visits: list[VisitShape]
    links: list[LinkShape] = Field(default_factory=list)
    employees: list[EmployeeShape] = Field(
        default_factory=list, description="The providers' own, not the brigade."
    )
    rota: list[RotaFeedShape] = Field(default_factory=list, description="A visit in no rota is open.")
    absences: list[AbsenceShape] = Field(default_factory=list)
    funding_lines: list[FundingLineShape] = Field(default_factory=list)
    work_blocks: list[WorkBlockShape] = Field(default_factory=list, description="Work that is no visit.")


class BrigadeShape(BaseModel):
    """Who covers."""

    model_config = STRICT
    employers: list[EmployerShape]
    workers: list[WorkerShape]
    shift_patterns: list[ShiftPatternShape] = Field(
        default_factory=list, description="Shifts by name: morning, evening, split."
    )
    shift_cycles: list[ShiftCycleShape] = Field(
        default_factory=list, description="Who works which of them, day after day; hours come beside others."
    )


class ProblemDocument(BaseModel):
    """A planning problem of a replacement brigade for French home care.

    Instants are ISO 8601 with an offset, lengths are minutes, dates are ISO, money is whole euro cents.
    People are pseudonyms, places are coarse points: names and addresses do not belong here.
    """

    model_config = STRICT
    format: Literal["brigade-problem"]
    version: Literal[1]
    horizon: HorizonShape
    basin: BasinShape
    sites: list[SiteShape]
    demand: DemandShape
    brigade: BrigadeShape
    travel: TravelShape
    policy: PolicyShape = Field(default_factory=PolicyShape)
    catalogue: CatalogueShape | None = Field(
        None, description="Absent: the shipped competencies and certificates."
    )
    labour: LabourShape | None = Field(None, description="Absent: the shipped labour texts.")
    sectors: list[SectorShape] = Field(
        default_factory=list, description="The basin's map of sectors, and those that providers have."
    )
    vehicles: list[VehicleShape] = Field(default_factory=list, description="Vehicles that people share.")
    traffic: list[TrafficShape] = Field(
        default_factory=list, description="Hours at which ways take longer than the matrices say."
    )


class PartialDemand(BaseModel):
    """Any of its sections."""

    model_config = STRICT
    providers: list[ProviderShape] = []
    clients: list[ClientShape] = []
    visits: list[VisitShape] = []
    links: list[LinkShape] = []
    employees: list[EmployeeShape] = []
    rota: list[RotaFeedShape] = []
    absences: list[AbsenceShape] = []
    funding_lines: list[FundingLineShape] = []
    work_blocks: list[WorkBlockShape] = []


class PartialBrigade(BaseModel):
    """Either section, or both."""

    model_config = STRICT
    employers: list[EmployerShape] = []
    workers: list[WorkerShape] = []


class PartialDocument(BaseModel):
    """Any part of a problem, for whoever knows the rest."""

    model_config = STRICT
    format: Literal["brigade-problem"]
    version: Literal[1]
    horizon: HorizonShape | None = None
    basin: BasinShape | None = None
    policy: PolicyShape | None = None
    demand: PartialDemand = PartialDemand()
    brigade: PartialBrigade = PartialBrigade()
    catalogue: CatalogueShape | None = None
    labour: LabourShape | None = None
    sites: list[SiteShape] = []
    travel: TravelShape | None = None
    sectors: list[SectorShape] = []
    vehicles: list[VehicleShape] = []
    traffic: list[TrafficShape] = []
