"""The plan document: written so that a stranger can check it again from the problem and this file alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brigade.changes.answers import GivenVisit, ProposedSwap
from brigade.errors import InvalidPlan, UnreadableInput
from brigade.exchange.documents.bridge import HorizonClock
from brigade.exchange.documents.composing import show_policy
from brigade.exchange.documents.facts import Indicator, ReportInput
from brigade.exchange.documents.json_text import decode, parse, pretty, read_bytes
from brigade.exchange.documents.plan_reading import plan_of
from brigade.exchange.documents.problem_document import check_head, problem_digest
from brigade.exchange.documents.reasons import show_reason, show_reasons
from brigade.exchange.documents.rows import unwanted_visits
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.plan_shapes import PLAN_FORMAT, PLAN_VERSION, PlanDocument
from brigade.figures.funding import FundingUse
from brigade.figures.quality_figures import lateness
from brigade.timing.tour_ways import mode_of, traffic_met, ways_of
from brigade.values.places import AS_TOLD
from brigade.values.plan import WANTS_NOBODY, Marking, Plan, Route, Stop, UncoveredVisit, Waiver
from brigade.values.problem import Problem


@dataclass(frozen=True, slots=True)
class SearchRun:
    """How a plan was found: with the same problem, the same values find it again. None: not said (a hand-made
    plan)."""

    solver: str | None = None
    seed: int | None = None
    work_limit: int | None = None
    time_limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan and what its document says beyond it; `facts` holds status, proof, costs, indicators and notes
    only."""

    plan: Plan
    facts: ReportInput
    run: SearchRun


def read_plan(source: Path | str | bytes, problem: Problem, *, same_problem: bool = True) -> Plan:
    """The plan of a JSON file (a path) or its bytes.

    Args: same_problem: refuse a plan whose digest is of another problem; False reads it against a problem
    that changed.
    Raises: UnreadableInput when it is no plan document; InvalidPlan, with all issues, when it does not speak
        of `problem` or contradicts itself. Whether it breaks rules is for `brigade.judging.checker`.
    """
    return read_plan_record(source, problem, same_problem=same_problem).plan


def read_plan_record(
    source: Path | str | bytes, problem: Problem, *, same_problem: bool = True
) -> PlanRecord:
    """As `read_plan`, with what was said of the plan."""
    data = source if isinstance(source, bytes) else read_bytes(Path(source))
    where = "document" if isinstance(source, bytes) else Path(source).name
    return plan_record_from_json(parse(decode(data, where), where), problem, same_problem=same_problem)


def plan_record_from_json(value: Any, problem: Problem, *, same_problem: bool = True) -> PlanRecord:
    """Raises: InvalidPlan with all issues, those of form included."""
    try:
        check_head(value, PLAN_FORMAT, PLAN_VERSION)
        document = read_model(PlanDocument, value)
    except UnreadableInput as refused:
        raise InvalidPlan(refused.issues) from None
    # Only where needed: the digest of a problem takes longer than reading the plan.
    digest = problem_digest(problem) if same_problem else None
    plan, facts = plan_of(document, problem, digest)
    run = document.run
    return PlanRecord(plan, facts, SearchRun(run.solver, run.seed, run.work_limit, run.time_limit_s))


def plan_text(
    problem: Problem, plan: Plan, facts: ReportInput | None = None, run: SearchRun | None = None
) -> str:
    """The document as readable text."""
    return pretty(plan_to_json(problem, plan, facts, run))


def plan_to_json(
    problem: Problem, plan: Plan, facts: ReportInput | None = None, run: SearchRun | None = None
) -> dict[str, Any]:
    """The document as plain JSON values; `facts` and `run` say what is known beyond the plan itself."""
    clock = HorizonClock(problem.horizon)
    said, found = facts or ReportInput(), run or SearchRun()
    return {
        "format": PLAN_FORMAT,
        "version": PLAN_VERSION,
        "problem_digest": problem_digest(problem),
        "run": _without_none(
            solver=found.solver, seed=found.seed, work_limit=found.work_limit, time_limit_s=found.time_limit_s
        ),
        **_without_none(status=said.status.value if said.status else None, proof=_proof(said)),
        "policy": show_policy(problem),
        "rule_sets": _rule_sets(problem),
        "routes": [_route(problem, route, clock) for route in plan.routes],
        "uncovered": [show_uncovered(visit) for visit in plan.uncovered],
        "unwanted": [
            {"visit_id": one.id, "reasons": show_reasons([WANTS_NOBODY])} for one in unwanted_visits(problem)
        ],
        **_swaps(problem, said, clock),
        "pinned": sorted(plan.pinned),
        "waivers": [_waiver(waiver) for waiver in plan.waivers],
        "costs": [{"term": term, "cost": cost} for term, cost in said.costs],
        "indicators": [_indicator(one) for one in said.indicators],
        "funding": [_funding(use, clock) for use in said.ledger],
        "notes": show_reasons(said.notes),
    }


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _proof(facts: ReportInput) -> dict[str, Any] | None:
    proof = facts.proof
    if proof is None:
        return None
    return {
        "objective": proof.objective,
        "bound": proof.bound,
        "gap": proof.gap,
        "coverage_points": proof.coverage_points,
        "coverage_bound": proof.coverage_bound,
        "relaxed": list(proof.relaxed),
        "uncovered": list(proof.uncovered),
        "least_uncovered": list(proof.least_uncovered),
        "soft": proof.soft,
        "soft_bound": proof.soft_bound,
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {"name": one.name, **_without_none(of=one.of), "value": one.value, "unit": one.unit}


def _rule_sets(problem: Problem) -> dict[str, str]:
    used = {provider.agreement for provider in problem.providers} | {
        one.agreement for one in problem.employers
    }
    return {name: problem.labour.agreements[name].version for name in sorted(used)}


def _route(problem: Problem, route: Route, clock: HorizonClock) -> dict[str, Any]:
    *met, back = traffic_met(problem, route)
    pairs = zip(route.stops, met, strict=True)
    return {
        "worker_id": route.worker_id,
        "tour": route.tour,
        "day": route.day.isoformat(),
        "departure": clock.moment(route.departure),
        "stops": [_stop(problem, route, stop, percent, clock) for stop, percent in pairs],
        "back": clock.moment(route.back),
        "travel_back_min": clock.minutes(route.travel_back),
        "metres_back": route.metres_back,
        **_without_none(vehicle=_vehicle(problem, route), traffic_percent_back=_if_other(back)),
    }


def _if_other(percent: int) -> int | None:
    """Only where it is none of the matrix: a plan without traffic is written as before."""
    return None if percent == AS_TOLD else percent


def _vehicle(problem: Problem, route: Route) -> dict[str, Any] | None:
    ways = ways_of(problem, route)
    if ways.vehicle is None:
        return None
    return {
        "id": ways.vehicle.id,
        "name": ways.vehicle.name,
        "site_id": ways.vehicle.site_id,
        "metres_to": ways.walked_out[1],
        "metres_from": ways.walked_back[1],
    }


def _stop(problem: Problem, route: Route, stop: Stop, percent: int, clock: HorizonClock) -> dict[str, Any]:
    visit, worker = problem.visit_by_id[stop.visit_id], problem.worker_by_id[route.worker_id]
    shown = {
        "visit_id": stop.visit_id,
        "site_id": problem.place_of(visit, worker),
        "mode": mode_of(problem, route).value,
        "travel_min": clock.minutes(stop.travel),
        "metres": stop.metres,
        "arrival": clock.moment(stop.arrival),
        "pause_min": clock.minutes(stop.pause),
        "wait_min": clock.minutes(stop.wait),
        "start": clock.moment(stop.start),
        "end": clock.moment(stop.end),
        "late_min": clock.minutes(lateness(visit, stop)),
        **_without_none(traffic_percent=_if_other(percent)),
    }
    marking = marking_to_json(stop.marking) if stop.marking else None
    told_at = None if stop.told_at is None else clock.moment(stop.told_at)
    return shown | _without_none(marking=marking, paper_to_sign=stop.paper_to_sign, told_at=told_at)


def marking_to_json(marking: Marking) -> dict[str, Any]:
    shown = {"kind": marking.kind.value, "reason": show_reason(marking.reason), "article": marking.article}
    also = [{"reason": show_reason(one.reason), "article": one.article} for one in marking.also] or None
    return shown | _without_none(also=also, counts_as=marking.counts_as and marking.counts_as.value)


def show_uncovered(visit: UncoveredVisit) -> dict[str, Any]:
    action = show_reason(visit.action) if visit.action else None
    return {"visit_id": visit.visit_id, "reasons": show_reasons(visit.reasons)} | _without_none(action=action)


def _swaps(problem: Problem, said: ReportInput, clock: HorizonClock) -> dict[str, Any]:
    """Only where there are any: a plan without them is written as before."""
    return {"proposed_swaps": [swap_to_json(one, clock) for one in said.swaps]} if said.swaps else {}


def swap_to_json(one: ProposedSwap, clock: HorizonClock) -> dict[str, Any]:
    given, travel = one.given, clock.minutes(one.travel)
    return {
        "visit_id": one.visit_id,
        "provider_id": one.provider_id,
        "employee_id": one.employee_id,
        "tour": one.place.tour,
        "position": one.place.position,
        "start": clock.moment(one.start),
        **_without_none(given=None if given is None else _given(given, clock)),
        "disturbs": [{"kind": kind.value, "id": id} for kind, id in one.disturbs],
        "travel_min": travel,
        **_without_none(marking=marking_to_json(one.marking) if one.marking else None),
        "reason": show_reason(one.reason(travel)),
    }


def _given(given: GivenVisit, clock: HorizonClock) -> dict[str, Any]:
    place = given.place
    return {
        "visit_id": place.visit_id,
        "worker_id": place.worker_id,
        "tour": place.tour,
        "position": place.position,
        "start": clock.moment(given.start),
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "worker_id": waiver.worker_id,
        **_without_none(visit_id=waiver.visit_id),
        "by": waiver.by,
        "at": waiver.at.isoformat(),
        "reason": waiver.reason,
    }


def _funding(use: FundingUse, clock: HorizonClock) -> dict[str, Any]:
    return {
        "line_id": use.line_id,
        "hours_min": clock.minutes(use.ticks),
        "cents": use.cents,
        "consumed_cents": use.consumed_cents,
        "cap_cents": use.cap_cents,
    }
