"""AI_480H: counted hours of an intermediary association's worker stay within the cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks
from brigade.values.demand import LegalStatus, Provider
from brigade.values.workforce import Employer, EmployerKind
from solver.kernel.arrays import TOTAL_CAPPED

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("AI_480H",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    for worker in problem.workers:
        employer = problem.employer_by_id[worker.employer_id]
        if employer.kind is EmployerKind.INTERMEDIARY_ASSOCIATION:
            base, most = worker.counters.capped_ai_work or 0, _most(builder, worker.counters.ai_cap)
            builder.total(worker, TOTAL_CAPPED, builder.all_dates(), most, base=base)
            capped = {
                p.id for p in problem.providers if _counts(builder.rules_everywhere(worker), employer, p)
            }
            hosts = [problem.hosts_at(request.visit) for request in builder.requests]
            builder.count_as_capped(worker, (visit for visit, met in enumerate(hosts) if met & capped))


def _most(builder: ModelBuilder, own: Ticks | None) -> Reader:
    """The text's cap, or the worker's own in its place."""

    def read(rules: RuleSet) -> Ticks | None:
        return own if own is not None and rules.get("AI_480H") else builder.minutes(rules, "AI_480H")

    return read


def _counts(rules: RuleSet, employer: Employer, host: Provider) -> bool:
    """Companies count; non-profit bodies unless exempt; public ones where the law and the employer's setting
    say so."""
    exempt, public = (
        rules.get("AI_480H_EXEMPT", "non_profit_exempt"),
        rules.get("AI_480H_EXEMPT", "public_counts"),
    )
    if host.legal_status is LegalStatus.COMPANY:
        return True
    if host.legal_status is LegalStatus.PUBLIC:
        return employer.applies_480h_to_public and (public is None or bool(public.value))
    return exempt is not None and not exempt.value
