"""A plan on a map: GeoJSON (RFC 7946), homes only as precisely as whoever asks needs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from api.access.scope import Scoped
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.shapes.money_views import FeatureView, GeometryView, MapView, PropertiesView
from api.store import kept_plans as kept
from api.store.basin_tables import Visit
from api.store.cycle_tables import Plan
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS

COARSE = 2
"""Decimals of a degree for those who need no more than the commune: about a kilometre."""
# Before, to learn the way; after, to say where she was: beyond that the commune does.
NEAR = timedelta(days=1)
Point = tuple[float, float]


def geojson(scoped: Scoped, basin_id: str, plan_id: str) -> MapView:
    """Stops as points, tours as lines from first to last stop; workers' own homes never.

    Coordinators: all of it, as precise as the places were given. Managers: stops of their own visits.
    Workers: their own tours, precise from the day before to the day after. Raises: NotFound; Forbidden for
    all others.
    """
    plan = scoped.one(Plan, basin_id, plan_id)
    routes, own = _routes(scoped, plan), None
    if scoped.principal.role is Role.MANAGER:
        own = frozenset(row.id for row in scoped.all(scoped.select(Visit, basin_id)))
    places = _places(kept.problem_document(scoped.session, plan.digest))
    features: list[FeatureView] = []
    for route in routes:
        is_precise = scoped.principal.role is not Role.WORKER or _is_near(scoped, route)
        points = {visit: _rounded(point, is_precise) for visit, point in places.items()}
        # A manager gets no line: it would lead through the homes of other services' clients.
        if own is None:
            features.append(_line(route, points))
        features += list(_stops(route, points, own))
    return MapView(type="FeatureCollection", features=features)


def _routes(scoped: Scoped, plan: Plan) -> list[JsonObject]:
    routes: list[JsonObject] = plan.document["routes"]
    match scoped.principal.role:
        case Role.ADMINISTRATOR | Role.COORDINATOR | Role.MANAGER:
            return routes
        case Role.WORKER:
            targets = scoped.principal.targets(plan.basin_id)
            return [route for route in routes if route["worker_id"] in targets]
    raise forbidden(f"plans.{plan.id}.geojson")


def _is_near(scoped: Scoped, route: JsonObject) -> bool:
    today = scoped.clock.now().astimezone(PARIS).date()
    return abs(date.fromisoformat(route["day"]) - today) <= NEAR


def _places(problem: JsonObject) -> dict[str, Point]:
    """Longitude and latitude by visit, of those that have some."""
    sites = {one["id"]: one for one in problem["sites"]}
    homes = {client["id"]: sites[client["site_id"]] for client in problem["demand"]["clients"]}
    found = {}
    for visit in problem["demand"]["visits"]:
        home = homes[visit["client_id"]]
        if home.get("longitude") is not None and home.get("latitude") is not None:
            found[visit["id"]] = (home["longitude"], home["latitude"])
    return found


def _rounded(point: Point, is_precise: bool) -> Point:
    return point if is_precise else (round(point[0], COARSE), round(point[1], COARSE))


def _line(route: JsonObject, points: dict[str, Point]) -> FeatureView:
    way = [points[stop["visit_id"]] for stop in route["stops"] if stop["visit_id"] in points]
    told = {name: route[name] for name in ("worker_id", "day", "departure", "back")}
    return FeatureView(
        type="Feature",
        geometry=GeometryView(type="LineString", coordinates=list(map(list, way))) if len(way) > 1 else None,
        properties=PropertiesView(kind="tour", **told),
    )


def _stops(route: JsonObject, points: dict[str, Point], own: frozenset[str] | None) -> Iterator[FeatureView]:
    for number, stop in enumerate(route["stops"], start=1):
        if own is not None and stop["visit_id"] not in own:
            continue
        point = points.get(stop["visit_id"])
        told = {name: stop[name] for name in ("visit_id", "start", "end")}
        yield FeatureView(
            type="Feature",
            geometry=GeometryView(type="Point", coordinates=list(point)) if point else None,
            properties=PropertiesView(kind="stop", worker_id=route["worker_id"], number=number, **told),
        )
