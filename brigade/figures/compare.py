"""Two plans side by side: of one problem, or of one problem under two policies; who does what instead, and
every figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from brigade.changes.plan_diff import ChangeKind, PlanDiff, diff
from brigade.figures.report import Indicator, indicators
from brigade.judging.objective import CostBreakdown, breakdown, planned_work
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Plan
from brigade.values.problem import Problem


@dataclass(frozen=True, slots=True)
class FigurePair:
    """One figure in both plans; None where a plan has none, such as a share of nothing."""

    name: str
    of: str | None
    unit: str
    before: int | float | None
    after: int | float | None

    @property
    def change(self) -> int | float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A worker or client whose day differs: visits that came, that went, that are at another hour.
    `work_before_min`, `work_after_min`: what the plans give a worker to do; 0 for clients."""

    id: str
    came: tuple[str, ...]
    went: tuple[str, ...]
    moved: tuple[str, ...]
    work_before_min: int | float = 0
    work_after_min: int | float = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`workers`, `clients`: only those for whom something changed. `costs`: each plan under its own problem's
    policy."""

    diff: PlanDiff
    indicators: tuple[FigurePair, ...]
    workers: tuple[PersonChange, ...]
    clients: tuple[PersonChange, ...]
    costs: tuple[CostBreakdown, CostBreakdown]

    def pair(self, name: str, of: str | None = None) -> FigurePair | None:
        return next((one for one in self.indicators if (one.name, one.of) == (name, of)), None)


def compare(problem: Problem, before: Plan, after: Plan, other: Problem | None = None) -> Comparison:
    """Args: other: the problem of `after`, where it is not that of `before` (another policy, or later
    events).
    Raises: InvalidPlan when a plan does not speak of its problem.
    """
    second = problem if other is None else other
    changes = diff(before, after, second.request_by_visit.keys())
    figures = indicators(problem, before).values, indicators(second, after).values
    return Comparison(
        changes,
        tuple(_pairs(*figures)),
        tuple(_workers(problem, before, second, after)),
        tuple(_clients(problem, second, changes)),
        (breakdown(problem, before), breakdown(second, after)),
    )


def _pairs(before: tuple[Indicator, ...], after: tuple[Indicator, ...]) -> Iterator[FigurePair]:
    """In the order of the report; what only the second plan has comes last."""
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    for key in dict.fromkeys([*old, *new]):
        one, values = (
            old.get(key) or new[key],
            [side[key].value if key in side else None for side in (old, new)],
        )
        yield FigurePair(one.name, one.of, one.unit, *values)


def _workers(problem: Problem, before: Plan, second: Problem, after: Plan) -> Iterator[PersonChange]:
    names = dict.fromkeys(worker.id for worker in (*problem.workers, *second.workers))
    for name in names:
        old, new = (
            {s.visit_id: s.start for r in plan.routes_of(name) for s in r.stops} for plan in (before, after)
        )
        moved = (id for id in sorted(old.keys() & new.keys()) if old[id] != new[id])
        if old != new:
            work = _work(problem, before, name), _work(second, after, name)
            yield PersonChange(
                name, tuple(sorted(new.keys() - old)), tuple(sorted(old.keys() - new)), tuple(moved), *work
            )


def _work(problem: Problem, plan: Plan, name: str) -> int | float:
    worker = problem.worker_by_id.get(name)
    return 0 if worker is None else minutes_of(problem, planned_work(problem, plan, worker))


def _clients(problem: Problem, second: Problem, changes: PlanDiff) -> Iterator[PersonChange]:
    """For a client: came = covered now, went = no longer, moved = another worker or hour."""
    groups: dict[str, dict[str, list[str]]] = {}
    into = {ChangeKind.ADDED: "came", ChangeKind.REMOVED: "went", ChangeKind.UNCOVERED: "went"}
    for change in changes.changes:
        # A visit cancelled since stands in the first problem alone.
        visit = second.visit_by_id.get(change.visit_id) or problem.visit_by_id[change.visit_id]
        if change.kind is not ChangeKind.KEPT and not visit.is_seat:
            group = groups.setdefault(visit.client_id, {"came": [], "went": [], "moved": []})
            group[into.get(change.kind, "moved")].append(change.visit_id)
    for client, group in sorted(groups.items()):
        yield PersonChange(client, tuple(group["came"]), tuple(group["went"]), tuple(group["moved"]))
