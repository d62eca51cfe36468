"""The horizon, the basin, the sites and how travel times are had."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.exchange.shapes.field_kinds import (
    Bands,
    CentsCount,
    Code,
    Codes,
    Count,
    Day,
    FieldKind,
    Minutes,
    Moment,
    Shape,
    Text,
    WorkerCodes,
)
from brigade.units import MAX_DAYS
from brigade.values.places import Basin, Sector, Site, Traffic, TravelMode, Vehicle

OF_THE_MACHINE = re.compile(r"localtime|posixrules|Factory|(posix|right)/.*")
"""What a machine's tables hold beside zones: its own clock, leap seconds."""


def _known_zone(name: str) -> str:
    try:
        if OF_THE_MACHINE.fullmatch(name):
            raise ValueError(name)
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("zone", "unknown time zone") from None
    return name


class HorizonShape(BaseModel):
    """What is planned, and the instant at which it is planned (notice periods count from it)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    first_day: Day = Field(description="First local day.")
    days: Annotated[int, FieldKind.COUNT] = Field(
        1, ge=1, le=MAX_DAYS, description="Number of whole local days."
    )
    zone: Annotated[str, AfterValidator(_known_zone), FieldKind.TEXT] = Field(
        "Europe/Paris", description="IANA time zone."
    )
    ticks_per_minute: Annotated[int, FieldKind.COUNT] = Field(
        1, ge=1, le=60_000, description="1: every time is a whole minute. More allows fractions of minutes."
    )
    now: Moment | None = Field(
        None, description="When the plan is made; by default the start of the first day."
    )


class BasinShape(Shape):
    """An employment basin: where one brigade serves all SAAD."""

    makes: ClassVar[type] = Basin
    id: Code = Field(description="Code of the basin.", examples=["ZE-3207"])
    name: Text = Field(description="Name of the basin.", examples=["Lens - Hénin"])
    department: Text = Field(description="Code of the department.", examples=["62"])


class SiteShape(Shape):
    """A place, coarse on purpose: a rounded point and its commune; never an address."""

    makes: ClassVar[type] = Site
    id: Code = Field(description="Code of the place.", examples=["L-017"])
    commune: Code | None = Field(None, description="INSEE code of the commune.", examples=["62498"])
    latitude: float | None = Field(
        None, description="WGS84 degrees, rounded to 100 m or more.", examples=[50.432]
    )
    longitude: float | None = Field(
        None, description="WGS84 degrees, rounded to 100 m or more.", examples=[2.832]
    )
    access_min: Minutes = Field(
        0,
        ge=0,
        le=60,
        description="What arriving there from another place takes beyond the way: parking, stairs, a gate.",
        examples=[3],
    )


class SectorShape(Shape):
    """A part of a map of sectors: the basin's, or a provider's own, which counts for its visits instead."""

    makes: ClassVar[type] = Sector
    id: Code = Field(description="Code of the sector.", examples=["NORD"])
    name: Text = Field(description="Name of the sector.", examples=["Nord"])
    provider_id: Code | None = Field(None, description="Whose map it is of; absent: the basin's.")
    communes: Codes = Field(
        default_factory=list, description="INSEE codes of its communes.", examples=[["62498", "62427"]]
    )
    sites: Codes = Field(
        default_factory=list, description="Its places by name, before their commune is asked for."
    )
    neighbours: Codes = Field(
        default_factory=list, description="Sectors of the same map beside it; one of two may name the other."
    )


class VehicleShape(Shape):
    """A vehicle that several people share: taken where it stands, and brought back there."""

    makes: ClassVar[type] = Vehicle
    id: Code = Field(description="Code of the vehicle.", examples=["V-CLIO-1"])
    name: Text = Field(description="What people call it.", examples=["Clio blanche"])
    site_id: Code = Field(description="The site where it stands.")
    mode: TravelMode = Field(TravelMode.CAR, description="By whose ways it drives.")
    provider_id: Code | None = Field(
        None, description="The SAAD whose it is: whoever has a paper with it may drive."
    )
    employer_id: Code | None = Field(
        None,
        description="The employer whose it is: its people may drive. Neither: the basin's or a mobility "
        "platform's, for anybody.",
    )
    drivers: WorkerCodes | None = Field(
        None, description="Of these, the ones who may drive it; absent: all of them."
    )
    licence: Code | None = Field(
        None, description="The competency that whoever drives holds; absent: none is needed."
    )
    hours: list[IntervalShape] = Field(
        default_factory=list, description="When it may be out, as of a loan; absent: always."
    )
    cents_per_km: CentsCount = Field(0, description="What a kilometre costs.")
    cents_per_day: CentsCount = Field(0, description="What a day on which it is out costs.")
    range_m: Count | None = Field(
        None, description="Metres of one charge: no tour drives it further. Absent: no limit."
    )
    recharge_min: Minutes = Field(0, description="How long it stands after a tour before the next one.")
    out_of_service: list[IntervalShape] = Field(
        default_factory=list, description="When nobody has it: broken down, at the garage, inspected."
    )

    @classmethod
    def complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        spans = ("hours", "out_of_service")
        return values | {name: tuple(sorted(values[name])) for name in spans}


class TrafficShape(Shape):
    """Hours at which a mode takes longer than its matrix says, or less long."""

    makes: ClassVar[type] = Traffic
    mode: TravelMode = Field(description="Whose ways take so long.")
    hours: Bands = Field(
        description="Hours of every day, or of a day (`holiday` too). Of several lines that hold one moment "
        "the first counts.",
        examples=[["07:30-09:00", "wednesday 11:30-12:30"]],
    )
    percent: Count = Field(description="Per cent of the matrix's times; 130: a third longer.", examples=[130])


class MatrixShape(BaseModel):
    """Travel of one mode: row = from, column = to, in the order of `sites`. Not symmetric in general."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)
    mode: TravelMode
    source: Text = Field("given", description="Where the values come from, in words.")
    sites: list[Code] = Field(description="Codes of the sites, in the order of rows and columns.")
    minutes: list[list[float | None]] = Field(
        description="Minutes from row to column; null: this mode does not get there.",
        examples=[[[0, 12], [13, 0]]],
    )
    metres: list[list[int | None]] = Field(
        description="Metres from row to column; not read where minutes are null.",
        examples=[[[0, 9800], [10200, 0]]],
    )


class TravelShape(BaseModel):
    """Either the matrices, one for each mode in use, or where to get them."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    source: Text | None = Field(
        None,
        description='"estimate" (from coordinates), "roads:FILE" (an '
        'OpenStreetMap extract), "osrm:URL" or "valhalla:URL".',
        examples=["estimate"],
    )
    matrices: list[MatrixShape] | None = Field(None, description="One matrix for each travel mode in use.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.source is None) == (self.matrices is None):
            raise PydanticCustomError("travel", "either source or matrices")
        return self
