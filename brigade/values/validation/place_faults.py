"""The horizon's clock, the sites, the travel between them, the sectors they lie in and the vehicles that
stand there."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue
from brigade.values.places import Sector, Site, TravelMatrix, TravelMode, Vehicle
from brigade.values.problem_parts import ProblemParts
from brigade.values.unavailability import daily_bands
from brigade.values.validation.checks import duplicates, negative, say, unknown


def issues(problem: ProblemParts) -> Iterator[Issue]:
    if problem.now >= problem.horizon.length:
        yield Issue("P003", "horizon.now", "now_after_horizon", {"met": say(problem, problem.now)})
    yield from duplicates("P006", "sites", (site.id for site in problem.sites))
    for site in problem.sites:
        yield from _coordinates(site)
    for mode, matrix in problem.travel.items():
        yield from _matrix(problem, mode, matrix)
    yield from _rows(problem)
    yield from _sectors(problem)
    yield from _vehicles(problem)
    yield from _traffic(problem)


def _coordinates(site: Site) -> Iterator[Issue]:
    if (site.latitude is None) != (site.longitude is None):
        words = "latitude_alone" if site.longitude is None else "longitude_alone"
        degrees = site.latitude if site.longitude is None else site.longitude
        yield Issue("P007", f"sites.{site.id}", words, {"degrees": degrees})
    for name, value, most in (("latitude", site.latitude, 90.0), ("longitude", site.longitude, 180.0)):
        if value is not None and not -most <= value <= most:
            yield Issue(
                "P007", f"sites.{site.id}.{name}", "degrees_out_of_range", {"met": str(value), "most": most}
            )


def _matrix(problem: ProblemParts, mode: TravelMode, matrix: TravelMatrix) -> Iterator[Issue]:
    if matrix.mode is not mode:
        yield Issue("P014", f"travel.{mode}", "matrix_of_other_mode", {"mode": str(matrix.mode)})
    yield from duplicates("P015", f"travel.{mode}.sites", matrix.site_ids)


SHOWN = 3


def _rows(problem: ProblemParts) -> Iterator[Issue]:
    """A worker may go from the own places to any client's and to any vehicle's, and drive that from there to
    any client's and back; so may a present employee, who may be asked, by her own mode: each of these needs a
    row in the matrix of the mode."""
    clients = {client.site_id for client in problem.clients}
    stands = [vehicle.site_id for vehicle in problem.vehicles]
    homes = [worker.start_site for worker in problem.workers]
    needed: dict[TravelMode, set[str]] = {}
    people: dict[TravelMode, list[str]] = {}
    staff = ((one.id, one.mode, (one.start_site,)) for one in problem.employees if one.mode is not None)
    workers = ((one.id, one.mode, (one.start_site, one.end_site, *stands)) for one in problem.workers)
    vehicles = ((one.id, one.mode, (one.site_id, *homes)) for one in problem.vehicles)
    for id, mode, sites in (*workers, *staff, *vehicles):
        people.setdefault(mode, []).append(id)
        needed.setdefault(mode, set(clients)).update(site for site in sites if site is not None)
    known = {site.id for site in problem.sites}
    for mode, asked in needed.items():
        matrix = problem.travel.get(mode)
        if matrix is None:
            yield _no_matrix(problem, mode, people[mode])
            continue
        # A site that is not known at all is a fault of its own already.
        for site in sorted((asked & known) - matrix.index.keys()):
            yield Issue("P013", f"travel.{mode}.sites.{site}", "site_without_row", {"site": site})


def _no_matrix(problem: ProblemParts, mode: TravelMode, people: list[str]) -> Issue:
    more = len(people) - SHOWN if len(people) > SHOWN else None
    met = {"mode": mode, "people": people[:SHOWN], "more": more, "given": list(problem.travel)}
    return Issue("P012", f"travel.{mode}", "mode_without_matrix", met)


# -- sectors -----------------------------------------------------------------------------------------------
def _sectors(problem: ProblemParts) -> Iterator[Issue]:
    """Maps of sectors: each place in one sector of a map, neighbours on the same map."""
    yield from duplicates("P020", "sectors", (sector.id for sector in problem.sectors))
    for sector in problem.sectors:
        yield from _sector(problem, sector, f"sectors.{sector.id}")
    yield from _places_twice(problem)


def _sector(problem: ProblemParts, sector: Sector, where: str) -> Iterator[Issue]:
    owner = [sector.provider_id] if sector.provider_id is not None else []
    yield from unknown("P021", f"{where}.provider_id", owner, problem.provider_by_id, "service")
    yield from unknown("P021", f"{where}.sites", sector.sites, problem.site_by_id, "site")
    yield from unknown("P021", f"{where}.neighbours", sector.neighbours, problem.sector_by_id, "sector")
    for id in sorted(sector.neighbours & problem.sector_by_id.keys()):
        if id == sector.id or problem.sector_by_id[id].provider_id != sector.provider_id:
            yield Issue("P022", f"{where}.neighbours", "neighbour_of_other_map", {"id": id})


def _places_twice(problem: ProblemParts) -> Iterator[Issue]:
    holders: dict[tuple[str | None, str, str], list[str]] = {}
    for sector in problem.sectors:
        for kind, places in (("communes", sector.communes), ("sites", sector.sites)):
            for place in sorted(places):
                holders.setdefault((sector.provider_id, kind, place), []).append(sector.id)
    for (_, kind, place), sectors in holders.items():
        if len(sectors) > 1:
            met = {"place": place, "sectors": sectors}
            yield Issue("P023", f"sectors.{sectors[-1]}.{kind}", "place_in_two_sectors", met)


# -- vehicles ----------------------------------------------------------------------------------------------
def _vehicles(problem: ProblemParts) -> Iterator[Issue]:
    yield from duplicates("P024", "vehicles", (vehicle.id for vehicle in problem.vehicles))
    for vehicle in problem.vehicles:
        where = f"vehicles.{vehicle.id}"
        yield from _named_by(problem, vehicle, where)
        yield from _amounts(problem, vehicle, where)


def _named_by(problem: ProblemParts, vehicle: Vehicle, where: str) -> Iterator[Issue]:
    for name, ids, known, kind in (
        ("site_id", [vehicle.site_id], problem.site_by_id, "site"),
        ("provider_id", [vehicle.provider_id], problem.provider_by_id, "service"),
        ("employer_id", [vehicle.employer_id], problem.employer_by_id, "employer"),
        ("drivers", sorted(vehicle.drivers or ()), problem.worker_by_id, "worker"),
        ("licence", [vehicle.licence], problem.catalogue.competencies, "competency"),
    ):
        named = [id for id in ids if id is not None]
        yield from unknown("P025", f"{where}.{name}", named, known.keys(), kind)
    if vehicle.provider_id is not None and vehicle.employer_id is not None:
        met = {"provider": vehicle.provider_id, "employer": vehicle.employer_id}
        yield Issue("P026", f"{where}.employer_id", "vehicle_of_two", met)
    if vehicle.drivers is not None and not vehicle.drivers:
        yield Issue("P026", f"{where}.drivers", "vehicle_for_nobody")


def _amounts(problem: ProblemParts, vehicle: Vehicle, where: str) -> Iterator[Issue]:
    for name in ("hours", "out_of_service"):
        for index, one in enumerate(getattr(vehicle, name)):
            if one.length <= 0:
                met = {"start": say(problem, one.start), "end": say(problem, one.end)}
                yield Issue("P027", f"{where}.{name}[{index}]", "span_reversed", met)
    yield from negative(
        "P028",
        where,
        cents_per_km=vehicle.cents_per_km,
        cents_per_day=vehicle.cents_per_day,
        range_m=vehicle.range_m,
        recharge=vehicle.recharge,
    )
    if vehicle.range_m == 0:
        yield Issue("P029", f"{where}.range_m", "vehicle_without_range")


# -- traffic -----------------------------------------------------------------------------------------------
LEAST_PERCENT, MOST_PERCENT = 20, 500


def _traffic(problem: ProblemParts) -> Iterator[Issue]:
    for index, one in enumerate(problem.traffic):
        where = f"traffic[{index}]"
        for text in one.hours:
            if not daily_bands(text):
                yield Issue("P030", f"{where}.hours", "traffic_hours_form", {"text": text[:40]})
        if not one.hours:
            yield Issue("P030", f"{where}.hours", "traffic_without_hours")
        if not LEAST_PERCENT <= one.percent <= MOST_PERCENT:
            met = {"met": str(one.percent), "least": LEAST_PERCENT, "most": MOST_PERCENT}
            yield Issue("P031", f"{where}.percent", "traffic_percent_range", met)
