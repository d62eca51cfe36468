"""AI_480H: hours of an intermediary association's worker with hosts that count against the 24-month cap.

Companies count. Non-profit bodies are exempt where the rule set says so (AI_480H_EXEMPT). Public SAAD are
legally unclear: they count where the rule set and the employer's own setting say so. What counts is the work
for the host: its services, and between two of them that follow each other the travel and the short wait that
are work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.articles import DEROGATION
from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.timing.duty_days import (
    day_rules,
    hosts_of,
    lead_work,
    minutes_of,
    short_gap,
    ticks_of,
    travel_is_work,
)
from brigade.timing.free_time import broken
from brigade.units import Ticks
from brigade.values.demand import LegalStatus, Provider
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Employer, EmployerKind, Worker

CODES = ("AI_480H",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """One violation a worker, on the duty day of the visit that goes over the cap; rules of the horizon's
    hosts."""
    for worker in problem.workers:
        cap, rule = cap_of(problem, plan, worker)
        if cap is None or rule is None:
            continue
        used = worker.counters.capped_ai_work or 0
        for route, work in counted_work(problem, plan, worker):
            # In order of time: the visit told is the one that goes over, and those after it follow from that.
            used += work
            if used > cap:
                total = (worker.counters.capped_ai_work or 0) + capped_work(problem, plan, worker)
                met = {"used_min": minutes_of(problem, total), "limit_min": minutes_of(problem, cap)}
                is_raised = worker.counters.ai_cap is not None
                article = f"{rule.article} ({DEROGATION})" if is_raised else rule.article
                yield broken(replace(rule, article=article), worker, str(route.day), **met)
                # One violation tells the whole excess; each later visit would only repeat it.
                break


def cap_of(problem: Problem, plan: Plan, worker: Worker) -> tuple[Ticks | None, RuleValue | None]:
    """The worker's cap in ticks (the prefect's derogation, or the rule set's) and the rule; None for other
    employers."""
    if problem.employer_by_id[worker.employer_id].kind is not EmployerKind.INTERMEDIARY_ASSOCIATION:
        return None, None
    rule = _rules(problem, plan, worker).get("AI_480H")
    if rule is None:
        return None, None
    own = worker.counters.ai_cap
    return (ticks_of(problem, rule) if own is None else own), rule


def capped_work(problem: Problem, plan: Plan, worker: Worker) -> Ticks:
    """Ticks of the plan that count against the cap."""
    return sum(work for _, work in counted_work(problem, plan, worker))


def counted_work(problem: Problem, plan: Plan, worker: Worker) -> Iterator[tuple[Route, Ticks]]:
    """Stop by stop, the ticks that count."""
    rules, employer = _rules(problem, plan, worker), problem.employer_by_id[worker.employer_id]
    for route in sorted(plan.routes_of(worker.id), key=lambda one: one.departure):
        before: Provider | None = None
        for stop in route.stops:
            host = problem.host_of(problem.visit_by_id[stop.visit_id])
            if host is not None and counts(rules, employer, host):
                yield (
                    route,
                    stop.end - stop.start + (_between(problem, plan, route, stop) if host is before else 0),
                )
            # Kept for hosts that do not count as well: the way from one of those is not between two visits of
            # one host.
            before = host


def _between(problem: Problem, plan: Plan, route: Route, stop: Stop) -> Ticks:
    """Work between the stop and the one before it, at one host."""
    rules = day_rules(problem, plan, route)
    lead = lead_work(stop, travels=travel_is_work(rules), short=short_gap(problem, rules))
    return sum(one.length for one in lead)


def counts(rules: RuleSet, employer: Employer, host: Provider) -> bool:
    """Whether hours at `host` count against the cap."""
    # No text exempts a company: only the other two ask the rule set.
    if host.legal_status is LegalStatus.COMPANY:
        return True
    if host.legal_status is LegalStatus.PUBLIC:
        return employer.applies_480h_to_public and _flag(rules, "public_counts", absent=True)
    return not _flag(rules, "non_profit_exempt", absent=True)


def _flag(rules: RuleSet, name: str, absent: bool) -> bool:
    value = rules.get("AI_480H_EXEMPT", name)
    return absent if value is None else bool(value.value)


def _rules(problem: Problem, plan: Plan, worker: Worker) -> RuleSet:
    return problem.rules_for(worker, hosts_of(problem, plan.routes_of(worker.id)))
