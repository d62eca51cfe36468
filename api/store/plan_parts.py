"""What stands in a plan document, part by part, without its problem: whole, with every fault, it is read by
`brigade.exchange.documents.plan_document`, which takes ten times as long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from brigade.exchange.documents.json_text import JsonObject
from brigade.units import MAX_DAYS
from brigade.values.plan import RefusalKind

LONGEST_PLAN = timedelta(days=MAX_DAYS)
"""What began longer ago holds no day of now."""


@dataclass(frozen=True, slots=True)
class PlannedMarking:
    """`kind`: firm, or to be offered. `counts_as`: which count of the year a refusal uses up, None: none, or
    an older plan did not say."""

    kind: str
    article: str
    code: str
    counts_as: RefusalKind | None


@dataclass(frozen=True, slots=True)
class PlannedVehicle:
    """A shared vehicle and where it stands; metres to it and from it by the worker's own mode."""

    id: str
    name: str
    site_id: str
    metres_to: int
    metres_from: int


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """`before`: the visit that the tour has before it; None: the way is from home. `told_at`: from when its
    worker knew of it; None: an older plan does not say."""

    visit_id: str
    worker_id: str
    start: datetime
    end: datetime
    before: str | None
    travel_min: float
    pause_min: float
    metres: int
    mode: str | None
    told_at: datetime | None
    marking: PlannedMarking | None
    vehicle: PlannedVehicle | None = None

    @property
    def own_metres(self) -> int:
        """What of them she is paid: none that a shared vehicle drives."""
        if self.vehicle is None:
            return self.metres
        return self.vehicle.metres_to if self.before is None else 0


@dataclass(frozen=True, slots=True)
class PlannedTour:
    """One worker's way from home and back. `tour`: the position of its availability."""

    worker_id: str
    tour: int
    day: date
    departure: datetime
    back: datetime
    metres_back: int
    stops: tuple[PlannedStop, ...]
    vehicle: PlannedVehicle | None = None

    @property
    def own_metres_back(self) -> int:
        return self.metres_back if self.vehicle is None else self.vehicle.metres_from


def tours_of(document: JsonObject) -> Iterator[PlannedTour]:
    """In the document's order."""
    for route in document["routes"]:
        yield PlannedTour(
            worker_id=route["worker_id"],
            tour=route["tour"],
            day=date.fromisoformat(route["day"]),
            departure=datetime.fromisoformat(route["departure"]),
            back=datetime.fromisoformat(route["back"]),
            # Absent in plans of before metres were told: counted as none rather than refused.
            metres_back=route.get("metres_back", 0),
            stops=tuple(_stops(route)),
            vehicle=_vehicle(route),
        )


def stops_of(document: JsonObject) -> Iterator[PlannedStop]:
    return (stop for tour in tours_of(document) for stop in tour.stops)


def carers_of(document: JsonObject) -> dict[str, str]:
    """Whom a plan sends, by visit."""
    return {stop["visit_id"]: route["worker_id"] for route in document["routes"] for stop in route["stops"]}


def requests_of(document: JsonObject) -> Mapping[str, bool]:
    """Every visit the plan was asked to cover, and whether it does."""
    return dict.fromkeys(carers_of(document), True) | dict.fromkeys(uncovered_in(document), False)


def uncovered_in(document: JsonObject) -> Mapping[str, JsonObject]:
    """The visits that nobody does, by id, as the document has them: with their reasons."""
    return {str(one["visit_id"]): one for one in document.get("uncovered", ())}


def _stops(route: JsonObject) -> Iterator[PlannedStop]:
    before, vehicle = None, _vehicle(route)
    for stop in route["stops"]:
        told_at = stop.get("told_at")
        yield PlannedStop(
            visit_id=stop["visit_id"],
            worker_id=route["worker_id"],
            start=datetime.fromisoformat(stop["start"]),
            end=datetime.fromisoformat(stop["end"]),
            before=before,
            travel_min=stop.get("travel_min", 0),
            pause_min=stop.get("pause_min", 0),
            metres=stop.get("metres", 0),
            mode=stop.get("mode"),
            told_at=None if told_at is None else datetime.fromisoformat(told_at),
            marking=_marking(stop.get("marking")),
            vehicle=vehicle,
        )
        before = stop["visit_id"]


def _vehicle(route: JsonObject) -> PlannedVehicle | None:
    told = route.get("vehicle")
    if not told:
        return None
    return PlannedVehicle(
        told["id"],
        told.get("name") or told["id"],
        told.get("site_id") or "",
        told.get("metres_to") or 0,
        told.get("metres_from") or 0,
    )


def _marking(told: JsonObject | None) -> PlannedMarking | None:
    if not told:
        return None
    counts = told.get("counts_as")
    code = told.get("reason", {}).get("code", "")
    return PlannedMarking(
        told["kind"], told.get("article", ""), code, None if counts is None else RefusalKind(counts)
    )
