"""From a plan document to a plan: what repeats the problem must agree with it, what repeats itself too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brigade.changes.answers import GivenVisit, Placement, ProposedSwap
from brigade.errors import InvalidPlan, Issue
from brigade.exchange.documents.bridge import HorizonClock
from brigade.exchange.documents.facts import Indicator, ReportInput
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.shapes.plan_shapes import (
    GivenVisitShape,
    MarkingShape,
    PlanDocument,
    ProofShape,
    ProposedSwapShape,
    ReasonShape,
    RouteShape,
    StopShape,
    UncoveredShape,
)
from brigade.figures.quality_figures import lateness
from brigade.timing.tour_ways import traffic_met
from brigade.values.plan import Ground, Marking, Plan, Proof, Reason, Route, Stop, UncoveredVisit, Waiver
from brigade.values.problem import Problem
from brigade.values.validation.plan_references import refuse_plan_unknowns


def plan_of(document: PlanDocument, problem: Problem, digest: str | None) -> tuple[Plan, ReportInput]:
    """Args: digest: of `problem`; None: the plan may be of another one.
    Raises: InvalidPlan, with every issue.
    """
    reader = _Reader(problem, HorizonClock(problem.horizon), [])
    if digest is not None and document.problem_digest not in (None, digest):
        reader.issues.append(
            Issue(
                "L101", "problem_digest", "of_another_problem", {"digest": str(document.problem_digest)[:19]}
            )
        )
    plan = Plan(
        routes=tuple(reader.route(route, f"routes[{n}]") for n, route in enumerate(document.routes)),
        uncovered=tuple(
            reader.uncovered(visit, f"uncovered[{n}]") for n, visit in enumerate(document.uncovered)
        ),
        pinned=frozenset(document.pinned),
        waivers=tuple(
            Waiver(one.rule, one.worker_id, one.visit_id, one.by, one.at, one.reason)
            for one in document.waivers
        ),
    )
    notes = reader.reasons(document.notes, "notes")
    swaps = tuple(
        reader.swap(one, f"proposed_swaps[{number}]") for number, one in enumerate(document.proposed_swaps)
    )
    found = [*reader.clock.issues, *reader.issues]
    try:
        # Caught here, so that unknown names are told together with all other faults.
        refuse_plan_unknowns(problem, plan)
    except InvalidPlan as refused:
        found += refused.issues
    if found:
        raise InvalidPlan(found)
    return plan, _facts(document, notes, swaps)


def swap_of(shape: ProposedSwapShape, problem: Problem) -> ProposedSwap:
    """A swap as a plan of these days proposed it. Raises: InvalidPlan."""
    reader = _Reader(problem, HorizonClock(problem.horizon), [])
    found = reader.swap(shape, "swap")
    if issues := [*reader.clock.issues, *reader.issues]:
        raise InvalidPlan(issues)
    return found


def _facts(document: PlanDocument, notes: tuple[Reason, ...], swaps: tuple[ProposedSwap, ...]) -> ReportInput:
    return ReportInput(
        status=document.status,
        proof=_proof(document.proof),
        costs=tuple((cost.term, cost.cost) for cost in document.costs),
        indicators=tuple(Indicator(one.name, one.value, one.unit, one.of) for one in document.indicators),
        notes=notes,
        swaps=swaps,
    )


def _proof(shape: ProofShape | None) -> Proof | None:
    if shape is None:
        return None
    return Proof(
        shape.objective,
        shape.bound,
        shape.coverage_points,
        shape.coverage_bound,
        tuple(shape.relaxed),
        tuple(shape.uncovered),
        tuple(shape.least_uncovered),
        shape.soft,
        shape.soft_bound,
    )


class _Reader:
    """Reads part by part; faults gather in `issues`, those of time in `clock.issues`."""

    def __init__(self, problem: Problem, clock: HorizonClock, issues: list[Issue]) -> None:
        self.problem, self.clock, self.issues = problem, clock, issues

    def route(self, shape: RouteShape, where: str) -> Route:
        tick, length = self.clock.tick, self.clock.length
        made = Route(
            worker_id=shape.worker_id,
            tour=shape.tour,
            day=shape.day,
            departure=tick(shape.departure, f"{where}.departure"),
            stops=tuple(self.stop(stop, shape, f"{where}.stops[{n}]") for n, stop in enumerate(shape.stops)),
            back=tick(shape.back, f"{where}.back"),
            travel_back=length(shape.travel_back_min, f"{where}.travel_back_min"),
            metres_back=shape.metres_back,
            vehicle_id=None if shape.vehicle is None else shape.vehicle.id,
        )
        self._agree_on_traffic(shape, made, where)
        return made

    def _agree_on_traffic(self, shape: RouteShape, route: Route, where: str) -> None:
        known = self.problem.visit_by_id.keys() >= {stop.visit_id for stop in route.stops}
        if known and route.worker_id in self.problem.worker_by_id:
            *met, back = traffic_met(self.problem, route)
            for number, (stop, percent) in enumerate(zip(shape.stops, met, strict=True)):
                self._same(stop.traffic_percent, percent, f"{where}.stops[{number}].traffic_percent")
            self._same(shape.traffic_percent_back, back, f"{where}.traffic_percent_back")

    def stop(self, shape: StopShape, route: RouteShape, where: str) -> Stop:
        tick, length = self.clock.tick, self.clock.length
        stop = Stop(
            visit_id=shape.visit_id,
            arrival=tick(shape.arrival, f"{where}.arrival"),
            start=tick(shape.start, f"{where}.start"),
            end=tick(shape.end, f"{where}.end"),
            travel=length(shape.travel_min, f"{where}.travel_min"),
            metres=shape.metres,
            pause=length(shape.pause_min, f"{where}.pause_min"),
            marking=self.marking(shape.marking, f"{where}.marking"),
            paper_to_sign=shape.paper_to_sign,
            # Rounded down: the instant at which somebody was told falls between ticks.
            told_at=None if shape.told_at is None else tick(shape.told_at, f"{where}.told_at", floor=True),
        )
        self._agree(shape, stop, route, where)
        return stop

    def marking(self, shape: MarkingShape | None, where: str) -> Marking | None:
        if shape is None:
            return None
        also = tuple(
            Ground(reason_of(one.reason, f"{where}.also[{number}].reason", self.issues), one.article)
            for number, one in enumerate(shape.also)
        )
        reason = reason_of(shape.reason, f"{where}.reason", self.issues)
        return Marking(shape.kind, reason, shape.article, also, shape.counts_as)

    def swap(self, shape: ProposedSwapShape, where: str) -> ProposedSwap:
        return ProposedSwap(
            place=Placement(shape.visit_id, shape.employee_id, shape.tour, shape.position),
            provider_id=shape.provider_id,
            start=self.clock.tick(shape.start, f"{where}.start"),
            given=None if shape.given is None else self._given(shape.given, f"{where}.given"),
            disturbs=tuple((one.kind, one.id) for one in shape.disturbs),
            travel=round(shape.travel_min * self.problem.horizon.ticks_per_minute),
            marking=self.marking(shape.marking, f"{where}.marking"),
        )

    def _given(self, shape: GivenVisitShape, where: str) -> GivenVisit:
        place = Placement(shape.visit_id, shape.worker_id, shape.tour, shape.position)
        return GivenVisit(place, self.clock.tick(shape.start, f"{where}.start"))

    def _agree(self, shape: StopShape, stop: Stop, route: RouteShape, where: str) -> None:
        """What the document repeats for its readers says the same as what it repeats."""
        self._same(shape.wait_min, self.clock.minutes(stop.wait), f"{where}.wait_min")
        worker = self.problem.worker_by_id.get(route.worker_id)
        vehicle = self.problem.vehicle_by_id.get("" if route.vehicle is None else route.vehicle.id)
        if worker is not None:
            self._same(shape.mode, (vehicle or worker).mode, f"{where}.mode")
        visit = self.problem.visit_by_id.get(stop.visit_id)
        if visit is not None and worker is not None:
            self._same(shape.site_id, self.problem.place_of(visit, worker), f"{where}.site_id")
        if visit is not None:
            self._same(shape.late_min, self.clock.minutes(lateness(visit, stop)), f"{where}.late_min")

    def _same(self, told: Any, true: Any, where: str) -> None:
        differs = told is not None and (
            # With a tolerance: ticks finer than a minute are fractions, which floats only approximate.
            abs(told - true) > 1e-6 if isinstance(true, int | float) else told != true
        )
        if differs:
            self.issues.append(Issue("L102", where, "contradicts_plan", {"told": told, "true": true}))

    def uncovered(self, shape: UncoveredShape, where: str) -> UncoveredVisit:
        action = None if shape.action is None else reason_of(shape.action, f"{where}.action", self.issues)
        return UncoveredVisit(shape.visit_id, self.reasons(shape.reasons, f"{where}.reasons"), action)

    def reasons(self, shapes: Sequence[ReasonShape], where: str) -> tuple[Reason, ...]:
        return tuple(reason_of(shape, f"{where}[{n}]", self.issues) for n, shape in enumerate(shapes))
