"""Shared vehicles: the ways of a tour that has one, who may, when, how far, one tour after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from tests.second_checker.reading import Case, Tour, Worker
from tests.second_checker.traffic import percent_between, percent_from, percent_to

Broken = tuple[str, str | None, date | None]
Way = tuple[str, str | None, str | None, int]
"""The mode, from where, to where, in per cent of how long."""


def ways_of(case: Case, tour: Tour, worker: Worker) -> list[list[Way]]:
    """Of each leg, the ways one after the other."""
    own, vehicle = worker.mode, tour.vehicle
    first, last = worker.told.get("start_site"), worker.told.get("end_site")
    places = [case.site_of(stop.visit, worker) for stop in tour.stops]
    mode = own if vehicle is None else vehicle.get("mode", "car")
    visits = [stop.visit for stop in tour.stops]
    percents = [
        percent_to(case, mode, visits[0]),
        *(percent_between(case, mode, *ends) for ends in pairwise(visits)),
        percent_from(case, mode, visits[-1]),
    ]
    if vehicle is None:
        ends = pairwise([first, *places, last])
        return [[(own, *leg, percent)] for leg, percent in zip(ends, percents, strict=True)]
    stand = vehicle["site_id"]
    out = [(own, first, stand, 100), (mode, stand, places[0], percents[0])]
    back = [(mode, places[-1], stand, percents[-1]), (own, stand, last, 100)]
    between = zip(pairwise(places), percents[1:-1], strict=True)
    return [out, *([(mode, *leg, percent)] for leg, percent in between), back]


def leg_of(case: Case, ways: list[Way]) -> tuple[int, int]:
    found = [case.way(*way) for way in ways]
    return sum(ticks for ticks, _ in found), sum(metres for _, metres in found)


def from_home(case: Case, tour: Tour, worker: Worker, visit: dict[str, Any], site: str) -> tuple[int, int]:
    """The way from home to a visit's place as the tour goes there."""
    first, last, own = worker.told.get("start_site"), worker.told.get("end_site"), worker.mode
    home = first or last
    if home is None:
        return 0, 0
    if tour.vehicle is None:
        return case.way(own, home, site, percent_to(case, own, visit))
    stand, mode = tour.vehicle["site_id"], tour.vehicle.get("mode", "car")
    return leg_of(case, [(own, home, stand, 100), (mode, stand, site, percent_to(case, mode, visit))])


def mileage(case: Case, tour: Tour, worker: Worker) -> int:
    """Cents, each way rounded down: her own by her price, the vehicle's by its own."""
    own, vehicle, found = worker.told.get("cents_per_km", 0), tour.vehicle, 0
    if vehicle is None:
        metres = [*(stop.metres for stop in tour.stops), tour.metres_back]
        return sum(one * own // 1000 for one in metres)
    for number, ways in enumerate(ways_of(case, tour, worker)):
        for place, way in enumerate(ways):
            is_own = (number == 0 and place == 0) or (number == len(tour.stops) and place == 1)
            found += case.way(*way)[1] * (own if is_own else vehicle.get("cents_per_km", 0)) // 1000
    return found


def days_out(case: Case) -> int:
    """Cents of the days on which vehicles are out."""
    out = {(tour.vehicle["id"], tour.day) for tour in case.tours if tour.vehicle}
    return sum(case.vehicles[id].get("cents_per_day", 0) for id, _ in out)


def vehicles(case: Case, held: Any) -> Iterator[Broken]:
    """Args: held: competencies of a worker on a date."""
    for vehicle in case.vehicles.values():
        tours = [tour for tour in case.tours if tour.vehicle == vehicle and tour.stops]
        for tour in tours:
            if not _may(case, tour, vehicle, held) or _is_out_too_long(case, tour, vehicle):
                yield "VEHICLES", tour.worker_id, tour.day
        spans = sorted(((_out(case, tour), tour.number, n) for n, tour in enumerate(tours)))
        for ((_, end), *_), ((start, _), _, after) in pairwise(spans):
            if start < end + case.clock.length(vehicle.get("recharge_min", 0)):
                yield "VEHICLES", tours[after].worker_id, tours[after].day


def _may(case: Case, tour: Tour, vehicle: dict[str, Any], held: Any) -> bool:
    worker = case.workers[tour.worker_id]
    papers = [
        one["provider_id"]
        for one in worker.told.get("engagements", [])
        if date.fromisoformat(one["first"]) <= tour.day <= date.fromisoformat(one["last"])
    ]
    drivers, licence = vehicle.get("drivers"), vehicle.get("licence")
    return (
        (drivers is None or worker.id in drivers)
        and vehicle.get("employer_id") in (None, worker.told["employer_id"])
        and (vehicle.get("provider_id") is None or vehicle["provider_id"] in papers)
        and (licence is None or licence in held(case, worker, tour.day))
    )


def _out(case: Case, tour: Tour) -> tuple[int, int]:
    ways = ways_of(case, tour, case.workers[tour.worker_id])
    return tour.departure + case.way(*ways[0][0])[0], tour.back - case.way(*ways[-1][1])[0]


def _is_out_too_long(case: Case, tour: Tour, vehicle: dict[str, Any]) -> bool:
    (start, end), of = _out(case, tour), case.clock.of
    hours = [(of(one["start"]), of(one["end"])) for one in vehicle.get("hours", [])]
    ways = ways_of(case, tour, case.workers[tour.worker_id])
    told = sum(stop.metres for stop in tour.stops) + tour.metres_back
    driven = told - case.way(*ways[0][0])[1] - case.way(*ways[-1][1])[1]
    most = vehicle.get("range_m")
    outside = bool(hours) and not any(first <= start and end <= last for first, last in hours)
    broken = [(of(one["start"]), of(one["end"])) for one in vehicle.get("out_of_service", [])]
    outside |= any(first < end and start < last for first, last in broken)
    return outside or (most is not None and driven > most)
