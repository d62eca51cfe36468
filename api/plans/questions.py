"""What a coordinator asks of a plan: why nobody comes, why this person, who else, what differs from another
plan; and what a manager asks of the own service's visits.

The answers are those of `solver.advice` and `brigade.figures.compare`, about the plan and the problem as they
were kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from api.access.scope import Scoped
from api.commitments import commitments
from api.plans import own_reasons, publication
from api.plans.warm_plans import as_announced, warm
from api.runtime.faults import Unfit, forbidden
from api.runtime.roles import Role
from api.shapes.planning.plan_views import (
    CandidatesView,
    ComparisonView,
    HoursView,
    MeansView,
    OwnWhyView,
    ReasonView,
    SaidView,
    WhyView,
)
from api.shapes.row_views import said
from api.store import kept_plans as kept
from api.store.basin_tables import Visit
from api.store.cycle_tables import Plan
from brigade.changes.answers import SuggestionKind
from brigade.changes.plan_diff import placements
from brigade.exchange.documents.answer_documents import (
    candidates_to_json,
    contribution_to_json,
    explanation_to_json,
    hours_to_json,
    suggestion_to_json,
)
from brigade.exchange.documents.diff_documents import comparison_to_json
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.reasons import show_reason
from brigade.figures.compare import compare
from brigade.values.plan import Plan as CorePlan
from brigade.values.plan import Reason
from brigade.values.problem import Problem
from solver.advice import AdviceSession, contribution, explain, proposed_hours, suggest
from solver.advice.candidates import candidates_for


def opened(scoped: Scoped, basin_id: str, plan_id: str) -> tuple[Plan, Problem, CorePlan]:
    """A plan for whoever plans the basin, with its problem. Raises: NotFound; Forbidden for the other
    roles."""
    scoped.must_write(Plan, basin_id)
    row = scoped.one(Plan, basin_id, plan_id)
    problem = kept.fetch_problem(scoped.session, row.digest)
    plan = kept.read_back(row, problem)
    return row, problem, as_announced(plan, commitments.base_of(scoped, row))


def why(
    scoped: Scoped,
    basin_id: str,
    plan_id: str,
    visit_id: str,
    worker_id: str | None,
    lang: str,
    *,
    with_today: bool = False,
) -> WhyView | OwnWhyView:
    """Covered: why by this worker, and what others would cost. Not: what stands in everybody's way, and the
    single changes, each tried out on the changed problem, that would cover it. Managers: of their own visits,
    without other services' visits and the brigade's people.

    Args: worker_id: say it of this worker only. with_today: to coordinators, the plan by the rows of now too.
    Raises: NotFound, Forbidden; InvalidPlan, when the visit is not to be covered or the worker is unknown.
    """
    if scoped.principal.role is Role.MANAGER:
        return _own_why(scoped, basin_id, plan_id, visit_id, worker_id, lang)
    row, plan = warm(scoped, basin_id, plan_id)
    is_covered = visit_id in plan.plan.covered
    told = _why_done if is_covered else _why_not
    with plan.lock:
        session = plan.advice([visit_id])
        if worker_id is not None:
            # Refuses an unknown worker: the answer about her would be an empty list.
            session.worker_row(worker_id)
        found = told(session, visit_id, worker_id, lang)
    today = {"today": publication.by_today(scoped, row, lang)} if with_today else {}
    return WhyView.model_validate({"plan_id": plan_id, "covered": is_covered, **found, **today})


def _why_not(session: AdviceSession, visit_id: str, worker_id: str | None, lang: str) -> JsonObject:
    told = explain(session, visit_id)
    if worker_id is not None:
        told = replace(told, workers=tuple(one for one in told.workers if one.worker_id == worker_id))
    found = [suggestion_to_json(session.problem, one, lang) for one in suggest(session, visit_id)]
    return {**explanation_to_json(session.problem, told, lang), "would_cover": found}


def _why_done(session: AdviceSession, visit_id: str, worker_id: str | None, lang: str) -> JsonObject:
    told = contribution(session, visit_id)
    if worker_id is not None:
        mine = tuple(one for one in told.alternatives if one.worker_id == worker_id)
        told = replace(
            told, alternatives=mine, others=tuple(one for one in told.others if one.worker_id == worker_id)
        )
    return contribution_to_json(session.problem, told, lang)


OWN_MEANS = (SuggestionKind.SHIFT_WINDOW,)
"""What a service can change by itself: at what hour its client takes somebody."""


def _own_why(
    scoped: Scoped, basin_id: str, plan_id: str, visit_id: str, worker_id: str | None, lang: str
) -> OwnWhyView:
    """Of a plan that is or was in force. Raises: Forbidden, when it is asked of one of the brigade's people;
    as `why`."""
    row, _ = scoped.one(Plan, basin_id, plan_id), scoped.one(Visit, basin_id, visit_id)
    if worker_id is not None:
        raise forbidden(f"workers.{worker_id}")
    problem, foreign = kept.fetch_problem(scoped.session, row.digest), own_reasons.foreign_to(scoped, row)
    plan = kept.read_back(row, problem)
    if visit_id in plan.covered:
        comes = placements(plan)[visit_id].worker_id
        return OwnWhyView(plan_id=plan_id, visit_id=visit_id, covered=True, worker_id=comes)
    session = AdviceSession(problem, plan)

    def told(one: Reason) -> SaidView:
        return own_reasons.told(ReasonView(**show_reason(one)), foreign, problem.horizon, lang)

    summary = {one.sentence: one for one in map(told, explain(session, visit_id).summary)}
    means = (
        one for one in suggest(session, visit_id, kinds=OWN_MEANS) if foreign.isdisjoint(one.changed_visits)
    )
    would = [MeansView(kind=one.kind.value, **said(told(one.reason))) for one in means]
    return OwnWhyView(
        plan_id=plan_id,
        visit_id=visit_id,
        covered=False,
        summary=list(summary.values()),
        would_cover=would,
    )


def who_could(
    scoped: Scoped, basin_id: str, plan_id: str, visit_ids: list[str], moves: bool, lang: str
) -> CandidatesView:
    """Everybody, ranked by what it costs the plan, or with what stands in the way. Args: visit_ids: to be
    taken together by one person. moves: other visits may change hands. Raises: NotFound, Forbidden;
    InvalidPlan, as `why`."""
    _, plan = warm(scoped, basin_id, plan_id)
    names = list(dict.fromkeys(visit_ids))
    with plan.lock:
        found = candidates_for(plan.advice(names), names, moves)
    told = candidates_to_json(plan.problem, found, lang)
    return CandidatesView.model_validate({"plan_id": plan_id, **told})


def other_hours(
    scoped: Scoped, basin_id: str, plan_id: str, visit_id: str, opens: time, closes: time, lang: str
) -> HoursView:
    """At which other hours of its day the visit could take place, were its client to agree. Raises: NotFound,
    Forbidden; InvalidPlan, as `why`, and for hours that end before they begin."""
    _, plan = warm(scoped, basin_id, plan_id)
    found = proposed_hours(plan.problem, plan.plan, visit_id, opens, closes)
    told = hours_to_json(plan.problem, found, lang)
    return HoursView.model_validate({"plan_id": plan_id, **told})


def side_by_side(scoped: Scoped, basin_id: str, plan_id: str, other_id: str, lang: str) -> ComparisonView:
    """From plan `plan_id` to plan `other_id`: who does what instead, for whom it changes, every indicator of
    both.

    Each plan is judged on its own problem: the day may have changed between them. Raises: NotFound,
    Forbidden; Unfit, when they are not of the same days.
    """
    one, problem, before = opened(scoped, basin_id, plan_id)
    two, other, after = opened(scoped, basin_id, other_id)
    if (one.first_day, one.days, problem.horizon) != (two.first_day, two.days, other.horizon):
        raise Unfit("A305", f"plans.{other_id}", "plans_of_other_days")
    found = compare(problem, before, after, other)
    ids = {"from_plan_id": plan_id, "to_plan_id": other_id}
    return ComparisonView.model_validate({**ids, **comparison_to_json(other, found, lang)})
