"""Audit: rules broken and overridden, offers to make, papers to sign, rotas received too long ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.values.plan import MarkingKind, Violation
from brigade.values.problem import Problem


def audit(counted: CountedPlan, found: Iterable[Violation]) -> Iterator[Row]:
    judged = list(found)
    broken = Counter(violation.rule for violation in judged if violation.waived_by is None)
    yield "rule_violations", broken.total(), "count", None
    yield from (("rule_violations", broken[rule], "count", rule) for rule in sorted(broken))
    yield "rules_overridden", sum(violation.waived_by is not None for violation in judged), "count", None
    yield "manual_overrides", len(counted.plan.waivers), "count", None
    offers = [
        stop for _, stop in counted.stops() if stop.marking and stop.marking.kind is MarkingKind.TO_OFFER
    ]
    yield "to_offer", len(offers), "count", None
    # A paper is signed once, however many of her visits need it.
    papers = {(route.worker_id, stop.paper_to_sign) for route, stop in counted.stops() if stop.paper_to_sign}
    yield "papers_to_sign", len(papers), "count", None
    signing = Counter(worker for worker, _ in papers)
    yield from (("papers_to_sign", signing[id], "count", id) for id in sorted(signing))
    yield from _feeds(counted.problem, counted.given.stale_after_hours)


def _feeds(problem: Problem, stale_after_hours: int) -> Iterator[Row]:
    """Age of each provider's rota at the moment the plan is made, where it is stale."""
    horizon = problem.horizon
    ages = {feed.provider_id: problem.now - horizon.tick(feed.received_at) for feed in problem.rota}
    stale = {provider: age for provider, age in ages.items() if age > horizon.ticks(60 * stale_after_hours)}
    yield "stale_feeds", len(stale), "count", None
    yield from (
        ("stale_feed_age", round(horizon.minutes(stale[id]) / 60, 1), "hours", id) for id in sorted(stale)
    )
