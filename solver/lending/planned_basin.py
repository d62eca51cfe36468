"""A basin and the plan that it has by itself: whom it may lend, what it leaves; and basins or agreements that
do not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from brigade.changes.help.lending import LendingAgreement
from brigade.errors import InvalidProblem, Issue
from brigade.values.demand import Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import negative, unknown
from brigade.values.workforce import Worker

SAME_EVERYWHERE = ("horizon", "labour", "catalogue", "traffic")
"""Of basins that lend to each other. Of traffic too: what people keep at home takes what it took there."""


@dataclass(frozen=True)
class PlannedBasin:
    """A basin's problem and the plan that it has by itself."""

    problem: Problem
    plan: Plan

    @property
    def id(self) -> str:
        return self.problem.basin.id

    def named(self, id: str) -> str:
        return f"{self.id}:{id}"

    @cached_property
    def tied(self) -> frozenset[str]:
        return frozenset(id for link in self.problem.links for id in (link.first, link.second))

    def may_lend(self, worker: Worker) -> bool:
        """Whether her day can be looked at beside another basin's: she drives nothing that is shared, attends
        nothing with others, and no limit of hers speaks of a map of sectors. Visits of hers that are tied
        stay where they are, and so do their ties."""
        routes = self.plan.routes_of(worker.id)
        visits = (self.problem.visit_by_id[stop.visit_id] for route in routes for stop in route.stops)
        is_alone = all(one.attendance is None for one in visits)
        return worker.sector_limit is None and is_alone and all(one.vehicle_id is None for one in routes)

    @property
    def left(self) -> tuple[Visit, ...]:
        """What may be asked of a neighbour: visits that nobody does and no link ties."""
        found = (self.problem.visit_by_id[one.visit_id] for one in self.plan.uncovered)
        return tuple(one for one in found if one.attendance is None and one.id not in self.tied)


# -- faults ------------------------------------------------------------------------------------------------
def refuse_apart(days: Sequence[PlannedBasin], agreements: Iterable[LendingAgreement]) -> None:
    """Raises: InvalidProblem, for days that are not the same, and for agreements of basins or people that
    nobody gave."""
    known = {day.id: day for day in days}
    issues = [
        *_apart(days),
        *(one for number, it in enumerate(agreements) for one in _faults(number, it, known)),
    ]
    if issues:
        raise InvalidProblem(issues)


def _apart(days: Sequence[PlannedBasin]) -> Iterator[Issue]:
    first, names = days[0].problem, [day.id for day in days]
    for day in days[1:]:
        asked = day.problem
        if any(getattr(asked, name) != getattr(first, name) for name in SAME_EVERYWHERE):
            yield Issue("P601", f"basins.{day.id}", "basins_apart", {"other": first.basin.id})
    for id in sorted({*names}):
        if names.count(id) > 1:
            yield Issue("P602", f"basins.{id}", "basin_twice", {"count": names.count(id)})


def _faults(number: int, one: LendingAgreement, known: Mapping[str, PlannedBasin]) -> Iterator[Issue]:
    where = f"agreements[{number}]"
    for name, id in (("lender", one.lender), ("borrower", one.borrower)):
        yield from unknown("P603", f"{where}.{name}", [id], known, "basin")
    if one.lender == one.borrower:
        yield Issue("P604", f"{where}.borrower", "lent_to_oneself", {"basin": one.lender})
    yield from negative("P605", where, notice_min=one.notice_min)
    if one.lender in known:
        people = known[one.lender].problem.worker_by_id
        yield from unknown("P606", f"{where}.workers", one.workers or (), people, "worker")
