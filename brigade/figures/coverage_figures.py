"""Coverage: requests, those covered, by priority and by provider; what is left; how far apart the providers
lie.

By priority means by the visit's own priority, mandatory or not; the mandatory ones are once more a part of
their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from brigade.figures.counted import CountedPlan, Row
from brigade.figures.figure_assumptions import FigureAssumptions
from brigade.judging.coverage_levels import points_of
from brigade.timing.duty_days import minutes_of
from brigade.values.demand import Priority, Provider
from brigade.values.problem_parts import Request

MANDATORY, SMALL_RURAL = "mandatory", "small_rural"
PRIORITIES = tuple(priority.name for priority in Priority)
RESERVED = frozenset({*PRIORITIES, MANDATORY, SMALL_RURAL})


def coverage(counted: CountedPlan) -> Iterator[Row]:
    """Requests covered, in all and by part; points left; service breaks (P1, P2 and mandatory)."""
    left = [request for request in counted.requests if request.visit.id not in counted.covered]
    asked, met = tallies(counted)
    yield "requests", len(counted.requests), "count", None
    yield "covered", len(counted.requests) - len(left), "count", None
    for part in sorted(asked):
        yield "requests", asked[part], "count", part
        yield "covered", met[part], "count", part
    yield from rates(len(counted.requests), len(counted.requests) - len(left), asked, met)
    yield "points_left", sum(points_of(counted.problem, request.visit) for request in left), "points", None
    yield (
        "points_asked",
        sum(points_of(counted.problem, request.visit) for request in counted.requests),
        "points",
        None,
    )
    yield "service_breaks", sum(is_break(request) for request in left), "count", None
    yield "mandatory_uncovered", sum(request.visit.mandatory for request in left), "count", None
    yield "unwanted", len(counted.problem.unwanted), "count", None


def is_break(request: Request) -> bool:
    """Whether nobody coming is a break of the service: P1, P2 and mandatory visits."""
    return request.visit.mandatory or request.visit.priority <= Priority.P2


def tallies(counted: CountedPlan) -> tuple[Counter[str], Counter[str]]:
    """Requests, and those covered, by part: priority, mandatory, provider, small rural providers."""
    asked, met = Counter[str](), Counter[str]()
    for request in counted.requests:
        for part in parts_of(request, counted.provider_of(request), counted.given):
            asked[part] += 1
            met[part] += request.visit.id in counted.covered
    return asked, met


def parts_of(request: Request, provider: Provider, given: FigureAssumptions) -> Iterator[str]:
    yield request.visit.priority.name
    if request.visit.mandatory:
        yield MANDATORY
    yield provider_part(provider.id)
    if is_small_rural(provider, given):
        yield SMALL_RURAL


def provider_part(id: str) -> str:
    """The part that speaks of a provider: its id, unless that is the word for another part."""
    return f"saad {id}" if id in RESERVED else id


def is_small_rural(provider: Provider, given: FigureAssumptions) -> bool:
    """A rural provider of fewer people than the convention calls small; whose size nobody said is not."""
    return provider.rural and 0 < provider.employees < given.small_below


def rates(requests: int, covered: int, asked: Mapping[str, int], met: Mapping[str, int]) -> Iterator[Row]:
    if requests:
        yield "coverage_rate", covered / requests, "share", None
    for part in sorted(asked):
        # A share of nothing is no figure.
        if asked[part]:
            yield "coverage_rate", met[part] / asked[part], "share", part


def work_blocks(counted: CountedPlan) -> Iterator[Row]:
    """Work that is no visit: how many were to attend, how many do, how long. Nothing where there is none: a
    figure of nothing would only make the page longer."""
    if not counted.attendances:
        return
    held = [one for one in counted.attendances if one.visit.id in counted.covered]
    yield "attendances_asked", len(counted.attendances), "count", None
    yield "attendances", len(held), "count", None
    yield "block_work", minutes_of(counted.problem, sum(one.visit.duration for one in held)), "min", None


def shared_visits(counted: CountedPlan) -> Iterator[Row]:
    """Visits that learners were to share, and those that they do. Nothing where nobody learns."""
    if counted.shared:
        yield "shared_visits_asked", len(counted.shared), "count", None
        held = sum(one.visit.id in counted.covered for one in counted.shared)
        yield "shared_visits", held, "count", None


def equity(counted: CountedPlan) -> Iterator[Row]:
    """How far apart the providers' coverage lies: largest less smallest share, and the Gini coefficient of
    the shares."""
    yield from equity_of(*tallies(counted))


def equity_of(asked: Mapping[str, int], met: Mapping[str, int]) -> Iterator[Row]:
    # A provider that asked for nothing has no coverage: it is neither the best nor the worst served.
    shares = [met[part] / asked[part] for part in sorted(asked) if asked[part] and part not in RESERVED]
    if shares:
        yield "equity_providers_range", max(shares) - min(shares), "share", None
        yield "equity_providers_gini", gini(shares), "coefficient", None


def gini(values: Iterable[float]) -> float:
    """Gini coefficient of non-negative values: 0 all alike, towards 1 the more one has it all; 0 when all are
    0.

    Source: mean difference form, sum over i of (2 i - n - 1) x_i / (n sum x), x sorted, i from 1 to n.
    """
    ordered = sorted(values)
    total, size = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * rank - size - 1) * value for rank, value in enumerate(ordered, start=1)) / (size * total)
