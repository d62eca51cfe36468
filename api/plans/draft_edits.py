"""A coordinator's hand on a plan: each edit judged at once, and the edited plan kept as a plan of its own.

A rule is set aside by a waiver only: who (the asking account), when, which rule, why; never a rule of the
mandatory code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from api.access.scope import Scoped, expect
from api.commitments import commitments
from api.plans import judged_words, publication
from api.plans.publication import OPEN_STATES
from api.plans.warm_plans import WarmPlan, warm
from api.runtime.faults import Conflict, Stale
from api.searches import search_runner
from api.searches.search_runner import SearchResult
from api.shapes.cycle_requests import EditIn, EditsIn, SaveEditsIn, WaiveIn
from api.shapes.kept.story_shapes import PlanStory
from api.shapes.planning.plan_views import JudgedView
from api.shapes.row_views import said
from api.store.cycle_tables import Plan
from brigade.changes.edits import Edit, Move, Waive
from brigade.changes.plan_diff import changed
from brigade.exchange.documents.diff_documents import change_to_json
from brigade.exchange.documents.event_documents import edit_shape, edits_of
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.plan_document import SearchRun, plan_to_json
from brigade.exchange.shapes.event_shapes import EditShape, WaiveShape
from brigade.judging.checker import is_waivable
from brigade.units import PARIS
from brigade.values.plan import Plan as CorePlan
from brigade.values.plan import Status, Waiver
from brigade.values.problem import Problem
from solver.hand_edits import COORDINATOR, EditSession, Judgement, judge_edits
from solver.model.search_settings import SearchSettings
from solver.replan_documents import BreachDocuments, judgement_to_json


@dataclass(frozen=True)
class EditSequence:
    """Edits of one plan, one after the other. `before`, `session`: the plan without them, and with them."""

    row: Plan
    warm: WarmPlan
    steps: tuple[Judgement, ...]

    @property
    def session(self) -> EditSession:
        return self.steps[-1].accepted() if self.steps else self.warm.hands

    @property
    def problem(self) -> Problem:
        return self.warm.problem

    @property
    def before(self) -> CorePlan:
        return self.warm.plan

    def too_late(self, scoped: Scoped) -> list[str]:
        """Visits the edits move that have begun, or that would begin in the past."""
        now = self.problem.horizon.tick(scoped.clock.now())
        return [
            one.visit_id
            for one in changed(self.before, self.session.plan)
            if any(side is not None and side.start <= now for side in (one.before, one.after))
        ]


def judge(
    scoped: Scoped, basin_id: str, plan_id: str, given: EditsIn, lang: str, *, with_today: bool
) -> JudgedView:
    """What each edit costs, breaks and mends, and what could be done next; nothing is kept.

    Args: with_today: the edited plan is judged by the rows of now as well, as its publication would be.
    Raises: NotFound, Forbidden; UnreadableInput or InvalidPlan with everything that keeps an edit from being
    tried.
    """
    found = judged(scoped, basin_id, plan_id, given.edits)
    told = shown(scoped, found, lang, with_plan=given.with_plan)
    if not with_today:
        return told
    today = publication.stops_by_today(scoped, found.row, found.session.plan, lang)
    return told.model_copy(update={"today": today})


@dataclass(frozen=True)
class EditedPlan:
    """A plan edited by hand, ready to be kept. `version`, `digest`, `document`: of the plan edited, as it was
    judged. `made`: its row, in no session yet."""

    plan_id: str
    version: int
    digest: str
    document: JsonObject
    made: Plan
    edits: int
    waivers: tuple[Waiver, ...]
    told: JudgedView


def weigh(
    scoped: Scoped, basin_id: str, plan_id: str, version: int | None, given: SaveEditsIn, lang: str
) -> EditedPlan:
    """The edited plan as a draft, or as a proposal where nothing is broken beyond what is waived; nothing is
    kept yet, so that nobody who writes waits for the judging.

    Raises: as `judge`; Stale, NoPrecondition; Conflict, when the plan is over, when an edit comes too late,
        or when a proposal would break a rule.
    """
    scoped.must_write(Plan, basin_id)
    row = scoped.one(Plan, basin_id, plan_id)
    expect(row, version)
    if row.state not in (*OPEN_STATES, "published"):
        raise Conflict("A401", f"plans.{row.id}", "plan_state", {"state": row.state})
    found = judged(scoped, basin_id, plan_id, given.edits, is_kept=True)
    _refuse(scoped, found, given.state)
    waivers = tuple(step.edit.waiver for step in found.steps if isinstance(step.edit, Waive))
    told = shown(scoped, found, lang, with_plan=given.with_plan)
    made = _row(scoped, found, given.state)
    return EditedPlan(row.id, row.version, row.digest, row.document, made, len(found.steps), waivers, told)


def save(scoped: Scoped, edited: EditedPlan, why: str | None) -> Plan:
    """The plan edited stays, and this one stands beside it. Raises: Stale, when the plan is no longer what
    was judged."""
    made = edited.made
    row = scoped.one(Plan, made.basin_id, edited.plan_id, write=True)
    expect(row, edited.version)
    if (row.digest, row.document) != (edited.digest, edited.document):
        # Somebody in it was forgotten: documents are rewritten without a new version.
        raise Stale("A301", f"plans.{row.id}", "rewritten_since")
    said = {"from": row.id, "edits": edited.edits, "state": made.state}
    scoped.add(made, "edited", why, **said, **made.span)
    for one in edited.waivers:
        scoped.note(made, "waived", one.reason, rule=one.rule, worker_id=one.worker_id, visit_id=one.visit_id)
    return made


def judged(
    scoped: Scoped, basin_id: str, plan_id: str, edits: Sequence[EditIn], *, is_kept: bool = False
) -> EditSequence:
    """Args: is_kept: what is judged will be: waivers are signed now, whenever they were first tried."""
    row, plan = warm(scoped, basin_id, plan_id)
    signed = edits_of([_signed(scoped, one) for one in edits], plan.problem.horizon)
    with plan.lock:
        # The account is part of the key: a waiver is signed by whoever tries it.
        known_by = [f"{scoped.principal.actor} {one.model_dump_json()}" for one in edits]
        steps = judge_edits(plan.hands, signed) if is_kept else plan.judged(known_by, signed)
    return EditSequence(row, plan, tuple(steps))


def _signed(scoped: Scoped, edit: EditIn) -> EditShape:
    """A waiver is given by whoever asks, now, whatever the request says."""
    if not isinstance(edit, WaiveIn):
        return edit
    # To the second, as documents hold instants: what is read back must be what was signed.
    at = scoped.clock.now().astimezone(PARIS).replace(microsecond=0)
    return WaiveShape(**said(edit), by=scoped.principal.actor, at=at)


def _refuse(scoped: Scoped, found: EditSequence, state: str) -> None:
    late = found.too_late(scoped)
    if late:
        raise Conflict("A412", f"plans.{found.row.id}", "begun_or_past_edits", {"late": list(late[:10])})
    broken = sorted({f"{one.rule} {one.where}" for one in found.session.violations if one.waived_by is None})
    if state == "proposed" and broken:
        raise Conflict(
            "A413", f"plans.{found.row.id}", "rules_broken_by_edits", {"broken": list(broken[:10])}
        )


def _row(scoped: Scoped, found: EditSequence, state: str) -> Plan:
    row, session = found.row, found.session
    # An edited plan is written as a found one is: both have one form of document.
    told = SearchResult(session.plan, Status.FEASIBLE, SearchSettings(), session.costs)
    story = PlanStory(
        made_from=row.id,
        from_pinned=sorted(found.before.pinned),
        edits=[edit_shape(_exact(step), found.problem.horizon) for step in found.steps],
        commitments=_known(scoped, found),
    )
    # An edit makes no supposed day real: its plan is not to be published either.
    if row.story.supposed is not None:
        story = story.model_copy(update={"supposed": row.story.supposed})
    return Plan.made(
        scoped.clock,
        row.basin_id,
        state=state,
        first_day=row.first_day,
        days=row.days,
        digest=row.digest,
        document=search_runner.document_of(found.problem, session.plan, told, SearchRun()),
        # Edits of the plan in force are based on it; those of a proposal, on the plan that it was made from.
        base_plan_id=row.id if row.state == "published" else row.base_plan_id,
        made_by=scoped.principal.actor,
        objective=session.costs.total,
        story=story,
    )


def _known(scoped: Scoped, found: EditSequence) -> dict[str, str]:
    """The commitments the edited plan reckons with: those of the plan edited and, of the visits that the
    edits move, those of now."""
    said = commitments.of_plan(scoped, found.row)
    if found.row.state == "published":
        return dict(said.states)
    moved = {change.visit_id for change in changed(found.before, found.session.plan)}
    seen = {offer.id: offer.state for (visit, _), offer in said.last.items() if visit in moved}
    return {**found.row.story.commitments, **seen}


def _exact(step: Judgement) -> Edit:
    """The edit with the place that was found for it: so it can be done again, whatever else has changed."""
    if not isinstance(step.edit, Move):
        return step.edit
    place = step.after.place_of(step.edit.visit_id)
    return step.edit if place is None else replace(step.edit, tour=place[0][1], position=place[1])


def _steps(found: EditSequence, told: BreachDocuments) -> Iterator[JsonObject]:
    """Each edit judged, with what it changes on the plan that the ones before it left, and in sentences."""
    problem, before = found.problem, found.before
    for step in found.steps:
        changes = list(changed(before, step.plan))
        yield {
            **judgement_to_json(problem, step, told.lang, told=told),
            "changes": [change_to_json(problem, one, told.lang) for one in changes],
            "sentences": judged_words.sentences(problem, before, step, changes, told),
        }
        before = step.plan


def shown(scoped: Scoped, found: EditSequence, lang: str, *, with_plan: bool) -> JudgedView:
    problem, session = found.problem, found.session
    broken = [one for one in session.violations if one.waived_by is None]
    told = BreachDocuments(problem, lang)
    view: JsonObject = {
        "plan_id": found.row.id,
        "edits": list(_steps(found, told)),
        "lawful": not broken,
        "broken": [
            {
                **told.of(one),
                "waivable_by": COORDINATOR if is_waivable(problem, one) else None,
            }
            for one in broken
        ],
        "too_late": found.too_late(scoped),
        "cost": sum(step.cost for step in found.steps),
        "points": sum(step.points for step in found.steps),
    }
    plan = plan_to_json(problem, session.plan) if with_plan else None
    return JudgedView.model_validate({**view, "plan": plan})
