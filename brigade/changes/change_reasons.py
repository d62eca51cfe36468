"""Why a stop of a told plan is not what it was: the event behind it, or what it makes room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from brigade.changes.plan_diff import Assignment, ChangeKind, PlanDiff, VisitChange
from brigade.units import Ticks
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem


@dataclass(frozen=True, slots=True)
class ReplannedPlan:
    """Before and after a replan. `standing`: the old plan as far as the changed problem lets it stand;
    `broken`: what breaks there if nothing moves. `earliest`: by visit whose told hour cannot be kept, when
    its worker can be there."""

    problem: Problem
    published: Plan
    standing: Plan
    broken: tuple[Violation, ...]
    after: Plan
    earliest: Mapping[str, Ticks]


def with_reasons(case: ReplannedPlan, changes: PlanDiff) -> PlanDiff:
    """The same diff, every change with at least one reason."""
    return replace(
        changes, changes=tuple(replace(one, reasons=tuple(_why(case, one))) for one in changes.changes)
    )


def _why(case: ReplannedPlan, change: VisitChange) -> Iterable[Reason]:
    if change.kind is ChangeKind.KEPT:
        return
    if change.kind is ChangeKind.REMOVED:
        is_known = change.visit_id in case.problem.visit_by_id
        yield Reason.of("change_carer_back") if is_known else Reason.of("change_cancelled")
    elif change.kind is ChangeKind.ADDED:
        was_left = any(left.visit_id == change.visit_id for left in case.published.uncovered)
        yield Reason.of("change_place_found") if was_left else Reason.of("change_opened")
    else:
        yield _of_stop(case, change)
        if change.kind is ChangeKind.UNCOVERED:
            yield from (
                r for left in case.after.uncovered if left.visit_id == change.visit_id for r in left.reasons
            )


def _of_stop(case: ReplannedPlan, change: VisitChange) -> Reason:
    """A told stop that moved, changed hands or fell out: what forces it first, then what it makes room
    for."""
    before = change.before
    assert before is not None, "only told stops come here"
    name, forced = before.worker_id, _forced(case, change.visit_id, before)
    if forced is not None:
        return forced
    leading = _leading(case, change.visit_id, frozenset())
    if leading is not None:
        return Reason.of("change_tied", other=leading)
    rules = sorted({one.rule for one in case.broken if one.worker_id == name})
    if rules:
        return Reason.of("change_no_longer_lawful", worker=name, rules=tuple(rules))
    came = _newcomers(case, name)
    if came:
        return Reason.of("change_makes_room", visits=came)
    there = _newcomers(case, change.after.worker_id) if change.after else ()
    if there and there != (change.visit_id,):
        return Reason.of("change_follows", visits=tuple(id for id in there if id != change.visit_id))
    return Reason.of("change_shortens")


def _forced(case: ReplannedPlan, visit_id: str, before: Assignment) -> Reason | None:
    """What keeps the stop from being as it was told; None where nothing does."""
    visit, name = case.problem.visit_by_id[visit_id], before.worker_id
    if name in visit.forbidden_workers:
        return Reason.of("change_refused", worker=name)
    if not visit.may_begin(before.start):
        return Reason.of("change_window")
    if visit_id not in case.standing.covered:
        return Reason.of("change_worker_away", worker=name)
    if visit_id in case.earliest:
        return Reason.of("change_late", worker=name, earliest_at=case.earliest[visit_id])
    return None


# -- ties --------------------------------------------------------------------------------------------------
def _leading(case: ReplannedPlan, visit_id: str, seen: frozenset[str]) -> str | None:
    """The visit that this one had to follow, being tied to it: forced to change, or itself behind one that
    was."""
    for link in case.problem.links:
        other = {link.first: link.second, link.second: link.first}.get(visit_id)
        if other is None or other in seen or other not in case.problem.visit_by_id:
            continue
        told = _assigned(case.published, other)
        if told is None or _fits(case, link, visit_id, other):
            continue
        is_forced = _forced(case, other, told) is not None
        if is_forced or _leading(case, other, seen | {visit_id}) is not None:
            return other
    return None


def _fits(case: ReplannedPlan, link: Link, visit_id: str, other: str) -> bool:
    """Whether the stop, as it was told, still goes with what became of the other."""
    told, now = _assigned(case.published, visit_id), _assigned(case.after, other)
    if now is None:
        return not link.together
    assert told is not None, "only told stops come here"
    first, second = (told, now) if link.first == visit_id else (now, told)
    if link.kind is LinkKind.SAME_START:
        return first.start == second.start
    if link.kind is LinkKind.GAP:
        gap = second.start - first.start
        return link.min_gap <= gap and (link.max_gap is None or gap <= link.max_gap)
    is_one = first.worker_id == second.worker_id
    return {LinkKind.SAME_WORKER: is_one, LinkKind.DIFFERENT_WORKERS: not is_one}.get(link.kind, True)


def _assigned(plan: Plan, visit_id: str) -> Assignment | None:
    found = plan.stop_of(visit_id)
    return None if found is None else Assignment(found[0].worker_id, found[0].tour, found[1].start)


def _newcomers(case: ReplannedPlan, worker_id: str) -> tuple[str, ...]:
    """Visits that the worker did not have before."""
    had, has = (
        {s.visit_id for r in plan.routes_of(worker_id) for s in r.stops}
        for plan in (case.published, case.after)
    )
    return tuple(sorted(has - had))
