"""A plan line by line, with what its problem knows of each line: what the table, text and page writers
share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from brigade.changes.answers import ProposedSwap
from brigade.exchange.shapes.demand_shapes import WorkBlockShape
from brigade.timing.tour_ways import traffic_met, ways_of
from brigade.values.demand import Provider, Visit, WorkBlock
from brigade.values.places import AS_TOLD, Site, TravelMode, Vehicle
from brigade.values.plan import MarkingKind, Plan, Reason, Route, Stop, UncoveredVisit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.words import word


@dataclass(frozen=True, slots=True)
class VisitRow:
    """Whose visit, and where. `provider`: None at work that is no visit; `site`: None where it has no place
    and nobody said where she starts from."""

    visit: Visit
    provider: Provider | None
    site: Site | None

    @property
    def provider_id(self) -> str:
        return "" if self.provider is None else self.provider.id

    @property
    def commune(self) -> str:
        return (self.site and self.site.commune) or ""


@dataclass(frozen=True, slots=True)
class StopRow(VisitRow):
    """One stop of one tour; `order` counts from 1 within the tour."""

    worker: Worker
    route: Route
    order: int
    stop: Stop
    day: date
    vehicle: Vehicle | None = None
    """The shared vehicle of its tour."""
    traffic: int = AS_TOLD
    """Per cent that the way to it takes."""

    @property
    def mode(self) -> TravelMode:
        return self.worker.mode if self.vehicle is None else self.vehicle.mode

    @property
    def is_first(self) -> bool:
        return self.order == 1

    @property
    def is_last(self) -> bool:
        return self.order == len(self.route.stops)

    @property
    def status(self) -> str:
        """The catalogue key of what may be done with it: firm, to_offer or unmarked."""
        if self.stop.marking is None:
            return "unmarked"
        return "firm" if self.stop.marking.kind is MarkingKind.FIRM else "to_offer"


@dataclass(frozen=True, slots=True)
class UncoveredRow(VisitRow):
    uncovered: UncoveredVisit


def stop_rows(problem: Problem, plan: Plan) -> Iterator[StopRow]:
    """Every stop, in plan order. `day` is the local date on which the service starts: after midnight, the
    next one."""
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        vehicle = problem.vehicle_by_id[route.vehicle_id] if route.vehicle_id else None
        met = traffic_met(problem, route)
        for order, stop in enumerate(route.stops, 1):
            visit = problem.visit_by_id[stop.visit_id]
            place, day = problem.place_of(visit, worker), problem.day_of(stop.start)
            site = None if place is None else problem.site_by_id[place]
            host, percent = problem.host_of(visit), met[order - 1]
            yield StopRow(visit, host, site, worker, route, order, stop, day, vehicle, percent)


def vehicle_words(vehicle: Vehicle, lang: str) -> str:
    """What people call it, and where it stands."""
    return word("vehicle_at", lang, name=vehicle.name, site=vehicle.site_id)


def tour_mode(problem: Problem, route: Route, lang: str) -> str:
    """How the tour goes; with a shared vehicle, which and from where."""
    ways = ways_of(problem, route)
    mode = word(f"mode.{ways.mode}", lang)
    return mode if ways.vehicle is None else f"{mode} · {vehicle_words(ways.vehicle, lang)}"


def lane_mode(problem: Problem, worker: Worker, routes: Sequence[Route], lang: str) -> str:
    """How somebody's day goes: her own mode, where no tour has a vehicle."""
    said = dict.fromkeys(tour_mode(problem, route, lang) for route in routes)
    return ", ".join(said) or word(f"mode.{worker.mode}", lang)


def uncovered_rows(problem: Problem, plan: Plan) -> tuple[UncoveredRow, ...]:
    """What stays uncovered, the gravest first, then by the hour asked for."""
    visits = [(one, problem.visit_by_id[one.visit_id]) for one in plan.uncovered]
    visits.sort(key=lambda pair: pair[1].gravity)
    return tuple(
        UncoveredRow(visit, problem.host_of(visit), problem.site_of(visit), one) for one, visit in visits
    )


def whose(visit: Visit, lang: str) -> str:
    """The client; of work that is no visit, what it is called."""
    if visit.attendance is None:
        return visit.client_id
    return block_name(visit.attendance.block, lang)


def named(visit: Visit, lang: str, between: str = " ") -> str:
    """Its id; of work that is no visit, what it is called beside; of a shared visit, that it is one."""
    if visit.shadowing is not None:
        return f"{visit.id}{between}{word('shared_visit', lang)}"
    return visit.id if visit.attendance is None else f"{visit.id}{between}{whose(visit, lang)}"


def missed_seats(visits: Sequence[Visit], lang: str) -> list[str]:
    """How many of what stays uncovered are no visits of their own."""
    seats = sum(visit.attendance is not None for visit in visits)
    shared = sum(visit.shadowing is not None for visit in visits)
    told = (("attendances_missed", seats), ("shared_missed", shared))
    return [word(key, lang, n=count) for key, count in told if count]


def learners_by_visit(problem: Problem, plan: Plan) -> dict[str, list[str]]:
    """Who shares which visits in this plan."""
    found: dict[str, list[str]] = {}
    for visit in problem.visits:
        if visit.shadowing is not None and visit.id in plan.covered:
            found.setdefault(visit.shadowing.visit_id, []).append(visit.shadowing.worker_id)
    return found


def block_name(block: WorkBlock | WorkBlockShape, lang: str) -> str:
    """What it is called, else what people do in it."""
    return block.label or kind_word(block, lang)


def kind_word(block: WorkBlock | WorkBlockShape, lang: str) -> str:
    return word(f"work_block.{block.kind}", lang)


def level_word(visit: Visit, lang: str) -> str:
    """A visit's rank in words; of work that is no visit the priority alone, whose words speak of care; of a
    shared visit, which has none, that it is one."""
    if visit.shadowing is not None:
        return word("shared_visit", lang)
    if visit.attendance is None or visit.mandatory:
        return word(level_key(visit), lang)
    return visit.priority.name


def unwanted_visits(problem: Problem) -> tuple[Visit, ...]:
    """Visits left without a carer whose clients want nobody else, the gravest first, then by the hour asked
    for."""
    return tuple(sorted(problem.unwanted, key=lambda visit: visit.gravity))


def level_key(visit: Visit) -> str:
    """The catalogue key of a visit's rank: level.0 (mandatory) to level.4."""
    return f"level.{visit.level}"


def swap_reason(problem: Problem, one: ProposedSwap) -> Reason:
    """What to ask a SAAD."""
    return one.reason(problem.horizon.minutes(one.travel))
