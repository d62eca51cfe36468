"""What a job looks for, found: a plan from scratch, the nearest plan to one that was told, or a kept plan
once more.

Pure but for reading rows: everything that decides the answer stands in the job's wish, so that it can be
found again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from api.shapes.kept.job_shapes import (
    Again,
    ByHand,
    Deferred,
    FromScratch,
    Heard,
    JobWish,
    LeastChange,
    OnCallRotaWish,
    Pair,
    SearchEffort,
    WhatIf,
)
from api.shapes.planning.plan_views import LeastChangeView
from api.store import kept_plans
from api.store.cycle_tables import Plan as PlanRow
from brigade.exchange.documents.event_documents import edits_of
from brigade.exchange.documents.facts import ReportInput, judged
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.plan_document import SearchRun, plan_record_from_json, plan_to_json
from brigade.judging.objective import CostBreakdown
from brigade.law.marking import as_offers
from brigade.values.announced import AnnouncedPlan
from brigade.values.demand import Visit
from brigade.values.plan import MarkingKind, Plan, Proof, Reason, Status
from brigade.values.problem import Problem
from solver import hand_edits
from solver.advice import candidates, swaps
from solver.model.search_settings import Progress, SearchSettings
from solver.replan import replan
from solver.replan_documents import replan_to_json
from solver.replan_terms import ReplanTerms
from solver.solve import solve

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class SearchResult:
    """What came out; `plan` None: there is none. `changes`: what a search for the least change says of it.
    `reserve`: what is said of the room kept for the rest of the day."""

    plan: Plan | None
    status: Status
    settings: SearchSettings
    costs: CostBreakdown | None = None
    proof: Proof | None = None
    changes: LeastChangeView | None = None
    reserve: Reason | None = None

    @property
    def objective(self) -> int | None:
        if self.proof is not None:
            return self.proof.objective
        return None if self.costs is None else self.costs.total


def find(
    session: Session, wish: JobWish, problem: Problem
) -> Callable[[OnProgress, threading.Event], SearchResult]:
    """Reads what the wish names, and gives back the search, which needs no database any more."""
    search = wish.search if isinstance(wish, Again) else wish
    match search:
        case FromScratch():
            return lambda telling, stop: _from_scratch(problem, search, telling, stop)
        case LeastChange():
            told = _parent(session, search)
            return lambda telling, stop: _least_change(problem, told, search, stop)
        case WhatIf(change=change):
            told = _parent(session, change)
            return lambda telling, stop: _least_change(problem, told, change, stop)
        case ByHand():
            told = _parent(session, search)
            return lambda telling, stop: _by_hand(problem, told, search)
        case Deferred() | OnCallRotaWish():
            raise ValueError("no search for a plan, or one that is not composed yet")


def document_of(problem: Problem, plan: Plan, found: SearchResult, run: SearchRun) -> JsonObject:
    """The plan document, with all that is told of the plan."""
    costs = tuple(found.costs.terms.items()) if found.costs else ()
    kept, asked = () if found.reserve is None else (found.reserve,), swaps(problem, plan)
    notes = (*kept, *asked.unasked)
    known = ReportInput(
        status=found.status, proof=found.proof, costs=costs, notes=notes, swaps=asked.proposals
    )
    facts = judged(problem, plan, known)
    return plan_to_json(problem, plan, replace(facts, credits=()), run)


def settings_of(effort: SearchEffort, *, prove: bool) -> SearchSettings:
    # The same plan whatever machine: and each process of the pool has a core.
    return SearchSettings(
        time_limit_s=effort.time_limit_s,
        seed=effort.seed,
        iterations=effort.iterations,
        threads=1,
        prove=prove,
    )


def _parent(session: Session, search: LeastChange | ByHand) -> Plan:
    """The plan that a search starts from, read against its own problem."""
    row = session.get_one(PlanRow, search.from_plan_id)
    plan = kept_plans.read_back(row, kept_plans.fetch_problem(session, row.digest))
    plan = replace(plan, pinned=frozenset(search.pinned))
    return _announced(plan, search.heard) if isinstance(search, LeastChange) else plan


def _announced(plan: Plan, heard: Heard) -> Plan:
    """With what of it was announced when the search was asked; where that was not said, its markings do."""
    if heard.announced is None:
        return plan
    placed = {(stop.visit_id, route.worker_id) for route in plan.routes for stop in route.stops}
    return replace(plan, announced=frozenset(visit for visit, _ in placed & set(heard.announced)))


def _from_scratch(
    problem: Problem, search: FromScratch, telling: OnProgress, stop: threading.Event
) -> SearchResult:
    start, heard = None, search.heard
    if search.start:
        # The start was found for earlier rows, so it may name another problem than this one.
        start = _announced(plan_record_from_json(search.start, problem, same_problem=False).plan, heard)
    settings, silent = settings_of(search.effort, prove=True), heard.expired
    outcome = solve(without(problem, silent), settings, start=start, on_progress=telling, stop=stop)
    again = None if outcome.plan is None else asked_again(problem, outcome.plan, silent)
    if again is not None:
        outcome = solve(again, settings, start=start, on_progress=telling, stop=stop)
    found = None if outcome.plan is None else as_offers(outcome.plan, frozenset(heard.asked))
    # A bound of a problem with pairs closed is none of the whole problem's.
    proof = None if silent else outcome.proof
    return SearchResult(found, outcome.status, settings, outcome.breakdown, proof, reserve=outcome.reserve)


def _least_change(problem: Problem, told: Plan, search: LeastChange, stop: threading.Event) -> SearchResult:
    """Covers what can be covered, and changes as little as possible of what was told (docs/replanning.md)."""
    settings, silent = settings_of(search.effort, prove=False), search.heard.expired
    terms, given = terms_of(problem, search), without(problem, silent)
    done = replan(given, told, terms, settings, stop=stop)
    again = asked_again(problem, done.plan, silent)
    if again is not None:
        given, done = again, replan(again, told, terms, settings, stop=stop)
    narrowed = known_first(given, done.plan, search.refused)
    if narrowed is not None:
        second = replan(narrowed, told, terms, settings, stop=stop)
        # A familiar face is worth no visit left out.
        done = second if second.breakdown.uncovered == done.breakdown.uncovered else done
    # Looked at when hours are found, for only then is known whether a text lets them be imposed.
    kept = not_imposed(told, done.plan)
    if kept:
        done = replan(given, told, replace(terms, pinned=terms.pinned | kept), settings, stop=stop)
    done = replace(done, plan=as_offers(done.plan, frozenset(search.heard.asked)))
    changes = LeastChangeView.model_validate(replan_to_json(problem, done))
    # Never called optimal: a search for the least change proves no bound.
    return SearchResult(
        done.plan, Status.FEASIBLE, settings, done.breakdown, changes=changes, reserve=done.reserve
    )


def without(problem: Problem, pairs: Collection[Pair]) -> Problem:
    """The problem in which these visits are not for these workers."""
    closed = dict[str, frozenset[str]]()
    for visit, worker in pairs:
        closed[visit] = closed.get(visit, frozenset()) | {worker}
    return _closed(problem, closed)


def asked_again(problem: Problem, found: Plan, silent: Collection[Pair]) -> Problem | None:
    """Nobody else is left for some visits that somebody did not answer about: the problem in which these, and
    no others, may be put to the same people again. None: there are none."""
    left = {one.visit_id for one in found.uncovered}
    open_again = {pair for pair in silent if pair[0] in left}
    return without(problem, frozenset(silent) - open_again) if open_again else None


def not_imposed(told: Plan, found: Plan) -> frozenset[str]:
    """The visits whose hours were announced and that `found` gives to the same worker at others, which she
    might refuse: an order moves only to hours that a text lets be imposed as well."""
    kept = set()
    for visit in told.announced or ():
        before, after = told.stop_of(visit), found.stop_of(visit)
        if before is None or after is None or before[0].worker_id != after[0].worker_id:
            continue
        marking = after[1].marking
        if before[1].start != after[1].start and marking is not None and marking.kind is MarkingKind.TO_OFFER:
            kept.add(visit)
    return frozenset(kept)


def known_first(problem: Problem, found: Plan, refused: Collection[str]) -> Problem | None:
    """The next wave goes to somebody the client knows, where one is free: the problem in which these refused
    visits are for known people only. None, when they have them already or nobody known could come without
    anybody else moving."""
    narrow = dict[str, frozenset[str]]()
    by = {stop.visit_id: route.worker_id for route in found.routes for stop in route.stops}
    for id in sorted(by.keys() & set(refused)):
        visit = problem.visit_by_id[id]
        known = visit.familiar_workers
        if by[id] not in known and any(one.known for one in candidates(problem, found, id).ranked):
            narrow[id] = frozenset(worker.id for worker in problem.workers) - known
    return _closed(problem, narrow) if narrow else None


def _closed(problem: Problem, narrow: Mapping[str, frozenset[str]]) -> Problem:
    if not narrow.keys() & problem.visit_by_id.keys():
        return problem
    visits = (_less(one, narrow[one.id]) if one.id in narrow else one for one in problem.visits)
    return replace(problem, visits=tuple(visits))


def _less(visit: Visit, workers: frozenset[str]) -> Visit:
    """A worker is not wished for and closed at once."""
    return replace(
        visit,
        forbidden_workers=visit.forbidden_workers | workers,
        preferred_workers=visit.preferred_workers - workers,
        usual_workers=visit.usual_workers - workers,
    )


def terms_of(problem: Problem, search: LeastChange) -> ReplanTerms:
    """Before the horizon nothing is frozen."""
    freeze = None
    if search.freeze is not None:
        freeze = min(problem.horizon.tick(search.freeze), problem.horizon.length)
    return ReplanTerms(
        freeze=None if freeze is None or freeze <= 0 else freeze,
        pinned=frozenset(search.pinned),
        pinned_workers=frozenset(search.pinned_workers),
        told=AnnouncedPlan(tolerance=problem.horizon.ticks(search.tolerance_min)),
        people=search.people,
    )


def _by_hand(problem: Problem, parent: Plan, search: ByHand) -> SearchResult:
    """The same edits of the same plan, one after the other."""
    session = hand_edits.EditSession.opened(problem, parent)
    for edit in edits_of(search.edits, problem.horizon):
        session = hand_edits.judge_edit(session, edit).accepted()
    settings = settings_of(search.effort, prove=False)
    return SearchResult(session.plan, Status.FEASIBLE, settings, session.costs)
