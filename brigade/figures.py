"""The figures behind the indicators, each family counted from a problem and a plan.

Every row is (name, value, unit, part); `None` as part is the whole. A share of nothing is left out, never shown as 0 or 100 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from brigade.contract_hours import ContractPeriod, additional_hours
from brigade.demand import ActClass, Priority
from brigade.funding import euro_cents, ledger
from brigade.measures import WorkDay, hosts_met, minutes_of, ticks_of, timeline, work_days
from brigade.notice import told_at
from brigade.periods import FOREVER, rests, service_dates
from brigade.places import TravelMode
from brigade.plan import MarkingKind, Plan, Route, Stop, Violation
from brigade.problem import RELEASES, Problem, Request
from brigade.rules.ai_480h import cap_of, capped_work
from brigade.units import Ticks
from brigade.workforce import EmployerKind, Worker

Row: TypeAlias = tuple[str, int | float, str, str | None]
SUNDAY = 7
LEVELS = {0: "mandatory", **{int(priority): priority.name for priority in Priority}}


# -- coverage ------------------------------------------------------------------------------------------------------
def coverage(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Requests covered, in all, by priority level and by provider; points left; service breaks (P1-P2 and mandatory)."""
    requests = problem.requests
    left = [request for request in requests if request.visit.id not in plan.covered]
    yield "requests", len(requests), "count", None
    yield "covered", len(requests) - len(left), "count", None
    yield from _shares("coverage_rate", ((None, request) for request in requests), plan)
    yield from _shares("coverage_rate", ((LEVELS[request.visit.level], request) for request in requests), plan)
    yield from _shares("coverage_rate", ((_provider(problem, request), request) for request in requests), plan)
    yield "points_left", sum(points_of(problem, request) for request in left), "points", None
    yield "points_asked", sum(points_of(problem, request) for request in requests), "points", None
    yield "service_breaks", sum(request.visit.level <= Priority.P2 for request in left), "count", None
    yield "mandatory_uncovered", sum(request.visit.mandatory for request in left), "count", None
    yield "unwanted", len(problem.unwanted), "count", None


def points_of(problem: Problem, request: Request) -> int:
    own = request.visit.points
    return problem.policy.points[request.visit.level] if own is None else own


def _shares(name: str, requests: Iterable[tuple[str | None, Request]], plan: Plan) -> Iterator[Row]:
    asked: Counter[str | None] = Counter()
    covered: Counter[str | None] = Counter()
    for part, request in requests:
        asked[part] += 1
        covered[part] += request.visit.id in plan.covered
    for part in sorted(asked, key=str):
        yield name, covered[part] / asked[part], "share", part


def equity(problem: Problem, plan: Plan) -> Iterator[Row]:
    """How far apart the providers' coverage lies: largest less smallest share, and the Gini coefficient of the shares."""
    shares = [value for _, value, _, _ in _shares("", ((_provider(problem, r), r) for r in problem.requests), plan)]
    if shares:
        yield "equity_providers_range", max(shares) - min(shares), "share", None
        yield "equity_providers_gini", gini(shares), "coefficient", None


def gini(values: Iterable[float]) -> float:
    """Gini coefficient of non-negative values: 0 all alike, towards 1 the more one has it all; 0 when all are 0.

    Source: mean difference form, sum over i of (2 i - n - 1) x_i / (n sum x), x sorted, i from 1 to n.
    """
    ordered = sorted(values)
    total, size = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * rank - size - 1) * value for rank, value in enumerate(ordered, start=1)) / (size * total)


def _provider(problem: Problem, request: Request) -> str:
    return problem.provider_of(request.visit).id


# -- travel --------------------------------------------------------------------------------------------------------
def travel(problem: Problem, plan: Plan, co2_g_per_km: Mapping[TravelMode, int]) -> Iterator[Row]:
    """Between visits and to and from home apart; metres, mileage cost and CO2 of both together."""
    between = sum(stop.travel for route in plan.routes for stop in route.stops[1:])
    commute = sum(sum(ticks for ticks, _ in home_legs(route)) for route in plan.routes)
    yield "travel", minutes_of(problem, between), "min", None
    yield "commute", minutes_of(problem, commute), "min", None
    if plan.covered:
        yield "travel_per_visit", round(minutes_of(problem, between) / len(plan.covered), 1), "min", None
    yield "distance", sum(map(metres_of, plan.routes)), "metres", None
    by_worker = [(problem.worker_by_id[route.worker_id], metres_of(route)) for route in plan.routes]
    legs = ((problem.worker_by_id[route.worker_id], metres) for route in plan.routes for metres in _all_legs(route))
    yield "mileage_cost", sum(metres * worker.cents_per_km // 1000 for worker, metres in legs), "cents", None
    yield "co2", round(sum(metres * co2_g_per_km[worker.mode] for worker, metres in by_worker) / 1000), "g", None
    work = sum(day.work for worker in problem.workers for day in planned_days(problem, plan, worker))
    if work:
        yield "travel_share", between / work, "share", None


def home_legs(route: Route) -> tuple[tuple[Ticks, int], tuple[Ticks, int]]:
    """(ticks, metres) from the start place to the first stop, and from the last to the end place."""
    return (route.stops[0].travel, route.stops[0].metres), (route.travel_back, route.metres_back)


def _all_legs(route: Route) -> Iterator[int]:
    yield from (stop.metres for stop in route.stops)
    yield route.metres_back


def metres_of(route: Route) -> int:
    return sum(_all_legs(route))


def planned_days(problem: Problem, plan: Plan, worker: Worker) -> tuple[WorkDay, ...]:
    """The plan's duty days without other employers' hours, which are not this plan's doing."""
    return work_days(problem, plan, replace(worker, other_work=()))


# -- quality -------------------------------------------------------------------------------------------------------
def quality(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Required and preferred competencies held, and visits by somebody the client knows or asked for."""
    wanted = held = able = 0
    for route, stop in _stops(plan):
        worker, visit = problem.worker_by_id[route.worker_id], problem.visit_by_id[stop.visit_id]
        has = problem.competencies_of(worker, problem.day_of(stop.start))
        able += visit.required <= has
        wanted, held = wanted + len(visit.preferred), held + len(visit.preferred & has)
    if plan.covered:
        yield "qualification_match", able / sum(1 for _ in _stops(plan)), "share", None
    if wanted:
        yield "preferred_match", held / wanted, "share", None
    asked = [(route.worker_id, problem.visit_by_id[stop.visit_id]) for route, stop in _stops(plan)]
    known = [(worker, visit) for worker, visit in asked if visit.usual_workers | visit.preferred_workers]
    if known:
        familiar = sum(worker in visit.usual_workers | visit.preferred_workers for worker, visit in known)
        yield "continuity", familiar / len(known), "share", None
    late = sum(lateness(problem, stop) for _, stop in _stops(plan))
    yield "lateness", minutes_of(problem, late), "min", None


def lateness(problem: Problem, stop: Stop) -> Ticks:
    """Ticks after the soft end of the window the stop begins in (of the earliest fitting one)."""
    windows = problem.visit_by_id[stop.visit_id].windows
    fitting = [one.lateness(stop.start) for one in windows if one.earliest <= stop.start <= one.hard_latest]
    return min(fitting, default=0)


def _stops(plan: Plan) -> Iterator[tuple[Route, Stop]]:
    return ((route, stop) for route in plan.routes for stop in route.stops)


# -- intermediary associations -------------------------------------------------------------------------------------
def associations(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Hours and workers lent by intermediary associations, hours on essential acts, and who nears the 480 h cap."""
    total = essential = 0
    lent: set[str] = set()
    for route, stop in _stops(plan):
        if _kind(problem, problem.worker_by_id[route.worker_id]) is EmployerKind.INTERMEDIARY_ASSOCIATION:
            lent.add(route.worker_id)
            total += stop.end - stop.start
            if problem.visit_by_id[stop.visit_id].act_class is ActClass.ESSENTIAL:
                essential += stop.end - stop.start
    yield "ai_work", minutes_of(problem, total), "min", None
    yield "ai_essential_work", minutes_of(problem, essential), "min", None
    yield "ai_workers", len(lent), "count", None
    alerts = list(_alerts(problem, plan))
    yield "ai_480_alerts", len(alerts), "count", None
    yield from alerts


def _alerts(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Workers whose counted hours reach the warning of AI_480H with this plan, and those hours."""
    for worker in problem.workers:
        cap, rule = cap_of(problem, plan, worker)
        if cap is None or rule is None:
            continue
        warn = problem.rules_for(worker).get("AI_480H", "warn")
        used = (worker.counters.capped_ai_work or 0) + capped_work(problem, plan, worker)
        if used >= (cap if warn is None else min(cap, ticks_of(problem, warn))):
            yield "ai_480_used", minutes_of(problem, used), "min", worker.id


def _kind(problem: Problem, worker: Worker) -> EmployerKind:
    return problem.employer_by_id[worker.employer_id].kind


# -- money ---------------------------------------------------------------------------------------------------------
def money(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Releases replaced, and each funding line: hours, euros, what is left, what goes over; what the hours cost."""
    released = sum(
        stop.end - stop.start for _, stop in _stops(plan) if _is_release(problem.request_by_visit.get(stop.visit_id))
    )
    yield "training_replaced", minutes_of(problem, released), "min", None
    for use in ledger(problem, plan):
        yield "funded_work", minutes_of(problem, use.ticks), "min", use.line_id
        yield "funded", use.cents, "cents", use.line_id
        yield "funding_remaining", use.remaining_cents, "cents", use.line_id
        yield "funding_over_cap", use.over_cap_cents, "cents", use.line_id
    yield "work_cost", sum(_cost(problem, plan, worker) for worker in problem.workers), "cents", None


def _is_release(request: Request | None) -> bool:
    return request is not None and request.absence is not None and request.absence.kind in RELEASES


def _cost(problem: Problem, plan: Plan, worker: Worker) -> int:
    work = sum(day.work for day in planned_days(problem, plan, worker))
    return euro_cents(work, worker.cost_cents_per_hour, problem.horizon.ticks_per_minute)


# -- workers -------------------------------------------------------------------------------------------------------
def workers(problem: Problem, plan: Plan, short_notice_hours: int) -> Iterator[Row]:
    """Work of each person, its spread over those available, Sundays, and calls at short notice."""
    work = {w.id: sum(day.work for day in planned_days(problem, plan, w)) for w in problem.workers if w.availability}
    yield "workers_used", len({route.worker_id for route in plan.routes}), "count", None
    for worker_id, ticks in work.items():
        yield "work", minutes_of(problem, ticks), "min", worker_id
    if work:
        spread = max(work.values()) - min(work.values())
        yield "workload_spread", minutes_of(problem, spread), "min", None
        yield "workload_gini", gini(work.values()), "coefficient", None
    yield from extra_hours(problem, plan)
    sundays = {worker.id: _sundays(problem, plan, worker) for worker in problem.workers}
    yield "sundays", sum(sundays.values()), "count", None
    yield from (("sundays", count, "count", id) for id, count in sundays.items() if count)
    calls = Counter(route.worker_id for route, stop in _stops(plan) if _is_short(problem, stop, short_notice_hours))
    yield "short_notice_calls", calls.total(), "count", None
    yield from (("short_notice_calls", calls[id], "count", id) for id in sorted(calls))


def compensating_rest(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Rest owed because an accord shortened the one between two days (CT D3131-2): what each falls short of the normal."""
    owed = {worker.id: _rest_owed(problem, plan, worker) for worker in problem.workers}
    yield "compensating_rest", minutes_of(problem, sum(owed.values())), "min", None
    yield from (("compensating_rest", minutes_of(problem, ticks), "min", id) for id, ticks in owed.items() if ticks)


def _rest_owed(problem: Problem, plan: Plan, worker: Worker) -> Ticks:
    owed = 0
    for rest in rests(timeline(problem, plan, worker)):
        normal = problem.rules_for(worker, hosts_met((rest.before, rest.after))).get("DAILY_REST", "compensated_under")
        if normal is not None and rest.planned:
            owed += max(0, ticks_of(problem, normal) - max(0, rest.length))
    return owed


def extra_hours(problem: Problem, plan: Plan) -> Iterator[Row]:
    """Hours beyond contracts, by what the texts pay them (EXTRA_HOURS_PAY): additional hours up to a tenth of the contract
    and beyond, overtime of the first eight hours a week and beyond."""
    for worker in problem.workers:
        met: Counter[str] = Counter()
        for period, beyond in additional_hours(problem, worker, timeline(problem, plan, worker)):
            first = min(beyond, _paid_first(problem, worker, period))
            kind = "overtime" if worker.contract.full_time else "additional"
            met[f"{kind}_first"] += first
            met[f"{kind}_beyond"] += beyond - first
        yield from ((name, minutes_of(problem, ticks), "min", worker.id) for name, ticks in met.items() if ticks)


def _paid_first(problem: Problem, worker: Worker, period: ContractPeriod) -> Ticks:
    """How many of a period's extra hours are paid at the first rate; all where no text speaks of a second one."""
    rules = problem.rules_for(worker)
    if worker.contract.full_time:
        hours = rules.get("EXTRA_HOURS_PAY", "overtime_first_hours")
        weeks = max(1, ((period.last - period.first).days + 1) // 7)
        return FOREVER if hours is None else weeks * ticks_of(problem, hours)
    part = rules.get("EXTRA_HOURS_PAY", "additional_first_part")
    return FOREVER if part is None else period.hours // part.value


def _sundays(problem: Problem, plan: Plan, worker: Worker) -> int:
    days = work_days(problem, plan, worker)
    worked = frozenset(date for day in days for date in service_dates(problem, day))
    return sum(date.isoweekday() == SUNDAY for date in worked)


def _is_short(problem: Problem, stop: Stop, hours: int) -> bool:
    request = problem.request_by_visit.get(stop.visit_id)
    told = problem.now if request is None else told_at(problem, request)
    return stop.start - told < problem.horizon.ticks(60 * hours)


# -- audit ---------------------------------------------------------------------------------------------------------
def audit(problem: Problem, plan: Plan, found: Iterable[Violation], stale_after_hours: int) -> Iterator[Row]:
    """Rules broken and overridden, offers to make, papers to sign, rotas received too long ago."""
    judged = list(found)
    broken = Counter(violation.rule for violation in judged if violation.waived_by is None)
    yield "rule_violations", broken.total(), "count", None
    yield from (("rule_violations", broken[rule], "count", rule) for rule in sorted(broken))
    yield "rules_overridden", sum(violation.waived_by is not None for violation in judged), "count", None
    yield "manual_overrides", len(plan.waivers), "count", None
    offers = [stop for _, stop in _stops(plan) if stop.marking and stop.marking.kind is MarkingKind.TO_OFFER]
    yield "to_offer", len(offers), "count", None
    papers = {(route.worker_id, stop.paper_to_sign) for route, stop in _stops(plan) if stop.paper_to_sign}
    yield "papers_to_sign", len(papers), "count", None
    signing = Counter(worker for worker, _ in papers)
    yield from (("papers_to_sign", signing[id], "count", id) for id in sorted(signing))
    yield from _feeds(problem, stale_after_hours)


def _feeds(problem: Problem, stale_after_hours: int) -> Iterator[Row]:
    """Age of each provider's rota at the moment the plan is made, where it is stale."""
    horizon = problem.horizon
    ages = {feed.provider_id: problem.now - horizon.tick(feed.received_at) for feed in problem.rota}
    stale = {provider: age for provider, age in ages.items() if age > horizon.ticks(60 * stale_after_hours)}
    yield "stale_feeds", len(stale), "count", None
    yield from (("stale_feed_age", round(horizon.minutes(stale[id]) / 60, 1), "hours", id) for id in sorted(stale))
