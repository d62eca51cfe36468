"""What a service has agreed to, done: its rota changes, and the brigade's plan is edited to match. Both stand
after it, or neither: where the day has become another, that is said and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.scope import Scoped, expect
from api.basin.resource_kinds import kind_of
from api.commitments import commitments, in_force
from api.cycle import basin_rows
from api.cycle.following import DayChanges
from api.plans import publication
from api.plans.publication import OPEN_STATES
from api.plans.swaps.swap_questions import CODE, settled
from api.runtime.faults import Conflict
from api.searches import search_runner
from api.searches.search_runner import SearchResult
from api.shapes.kept.story_shapes import PlanStory
from api.shapes.planning.swap_shapes import SwapState
from api.store import kept_plans as kept
from api.store.basin_tables import RotaFeed
from api.store.cycle_tables import Plan, SwapQuestion
from brigade.changes.answers import ProposedSwap
from brigade.changes.mending import judged
from brigade.errors import InvalidProblem
from brigade.exchange.documents.event_documents import edit_shape
from brigade.exchange.documents.plan_document import SearchRun
from brigade.exchange.documents.plan_reading import swap_of
from brigade.exchange.shapes.demand_shapes import RotaEntryShape, RotaFeedShape
from brigade.values.plan import Plan as CorePlan
from brigade.values.plan import Status
from brigade.values.problem import Problem
from solver.advice.swaps import answered_yes, edits_of_swap, still_holds
from solver.hand_edits import EditSession, judge_edits
from solver.model.search_settings import SearchSettings


@dataclass(frozen=True)
class CarriedSwap:
    """What was found before anything is written. `seen`: the number of the last write that it was found from.
    `plan_id`: of the plan that it is for. `made`: the plan that follows, in no session yet; None: the brigade
    does nothing more than before."""

    version: int
    seen: int | None
    plan_id: str
    problem: kept.PackedProblem
    made: Plan | None


def weigh(scoped: Scoped, basin_id: str, id: str, version: int | None) -> CarriedSwap:
    """Judged by the rows of now. Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict, when there is
    no yes to it, or the day has become another."""
    scoped.must_write(Plan, basin_id)
    row = scoped.one(SwapQuestion, basin_id, id)
    expect(row, version)
    if row.state != SwapState.ACCEPTED:
        raise settled(row)
    plan = _plan_of(scoped, row)
    today = publication.today_of(scoped, plan)
    stands = _stands(scoped, plan, today)
    agreed = swap_of(row.swap, today)
    if row.starts_at <= scoped.clock.now() or not still_holds(today, stands, agreed):
        raise _overtaken(row)
    try:
        asked = answered_yes(today, agreed)
    except InvalidProblem:
        raise _overtaken(row) from None
    seen, packed = publication.seen(scoped, basin_id), kept.pack(asked)
    after = _edited(scoped, row, plan, asked, agreed)
    made = None if after is None else _row(scoped, plan, asked, agreed, after, packed.digest)
    return CarriedSwap(row.version, seen, plan.id, packed, made)


def carry_out(scoped: Scoped, basin_id: str, id: str, found: CarriedSwap) -> SwapQuestion:
    """Raises: Outdated, when anything has changed since it was weighed."""
    row = scoped.one(SwapQuestion, basin_id, id, write=True)
    plan = scoped.one(Plan, basin_id, found.plan_id)
    if row.version != found.version or publication.seen(scoped, basin_id) != found.seen:
        raise publication.outdated(plan)
    _write_rota(scoped, row)
    made = found.made
    if made is not None:
        kept.keep_packed(scoped.session, found.problem, scoped.clock)
        scoped.add(made, "edited", None, **{"from": plan.id}, state=made.state, swap=row.id, **made.span)
        row.made_plan_id = made.id
    row.state = SwapState.DONE
    scoped.changed(row, "carried_out")
    return row


def _plan_of(scoped: Scoped, row: SwapQuestion) -> Plan:
    """The one in force on its days, else the one that proposes it. Raises: Conflict, when that is over."""
    found = in_force.published(scoped, row.basin_id, row.first_day)
    if found is not None:
        return found
    plan = scoped.one(Plan, row.basin_id, row.plan_id)
    if plan.state not in OPEN_STATES:
        raise Conflict("A401", f"plans.{plan.id}", "plan_state", {"state": plan.state})
    return plan


def _stands(scoped: Scoped, plan: Plan, problem: Problem) -> CorePlan:
    """The plan as far as a problem of now knows it."""
    core = kept.read_back(plan, kept.fetch_problem(scoped.session, plan.digest))
    if plan.state == "published":
        core = commitments.of_plan(scoped, plan).announced_in(core)
    return judged(problem, core).plan


def _edited(
    scoped: Scoped, row: SwapQuestion, plan: Plan, asked: Problem, agreed: ProposedSwap
) -> EditSession | None:
    edits = edits_of_swap(agreed)
    if not edits:
        return None
    stands = _stands(scoped, plan, asked)
    before = EditSession.opened(asked, stands, stands)
    steps = judge_edits(before, edits)
    after = steps[-1].after
    if steps[-1].issues or any(one not in before.violations for one in after.violations):
        raise _overtaken(row)
    return after


def _row(
    scoped: Scoped, plan: Plan, asked: Problem, agreed: ProposedSwap, after: EditSession, digest: str
) -> Plan:
    told = SearchResult(after.plan, Status.FEASIBLE, SearchSettings(), after.costs)
    return Plan.made(
        scoped.clock,
        plan.basin_id,
        state="proposed",
        first_day=plan.first_day,
        days=plan.days,
        digest=digest,
        document=search_runner.document_of(asked, after.plan, told, SearchRun()),
        base_plan_id=plan.id if plan.state == "published" else plan.base_plan_id,
        made_by=scoped.principal.actor,
        objective=after.costs.total,
        story=PlanStory(
            made_from=plan.id,
            from_pinned=sorted(after.plan.pinned - {agreed.given.place.visit_id} if agreed.given else ()),
            edits=[edit_shape(one, asked.horizon) for one in edits_of_swap(agreed)],
            commitments=dict(commitments.of_plan(scoped, plan).states),
        ),
    )


def _write_rota(scoped: Scoped, row: SwapQuestion) -> None:
    """Who does what, as agreed; all else as it was received."""
    feed = scoped.one(RotaFeed, row.basin_id, row.provider_id, write=True)
    swap, told = row.swap, feed.value
    gone = {swap.visit_id, *(() if swap.given is None else (swap.given.visit_id,))}
    entries = [one for one in told.entries if one.visit_id not in gone]
    taken = RotaEntryShape(visit_id=swap.visit_id, employee_id=swap.employee_id, start=swap.start)
    changed: RotaFeedShape = told.model_copy(update={"entries": [*entries, taken]})
    # Nothing follows: the brigade's part of it is the edit beside it.
    basin_rows.put(kind_of(RotaFeed), scoped, row.basin_id, feed.id, changed, feed.version, DayChanges())


def _overtaken(row: SwapQuestion) -> Conflict:
    met = {"visit": row.visit_id, "employee": row.employee_id}
    return Conflict(CODE, f"swaps.{row.id}", "swap_overtaken", met)
