"""A proposal meets the day as it has become: what people answered since it was sought, and the rows of the
basin as they stand.

Either all of it still holds, stop for stop; or it is mended: what was agreed keeps its hours, who refused is
not sent, what breaks a rule by today's rows goes. The mended plan is a proposal of its own, to be looked at
before anybody is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from api.access import trail
from api.access.scope import Scoped
from api.basin import compose
from api.commitments import commitments, in_force
from api.commitments.commitments import Commitments
from api.commitments.open_incidents import standing
from api.commitments.states import AGREED, CLOSED, State
from api.runtime.faults import Conflict, Outdated
from api.runtime.gate import RETRY_S
from api.searches import search_runner
from api.searches.search_runner import SearchResult
from api.shapes.kept.job_shapes import Pair
from api.shapes.kept.story_shapes import PlanStory
from api.shapes.planning.plan_views import Difference, DifferenceView, TodayView, ViolationView
from api.store import kept_plans as kept
from api.store.account_tables import AuditEntry
from api.store.cycle_tables import Offer, Plan
from brigade.changes.carry import known_part
from brigade.changes.mending import RejudgedPlan, judged, mended
from brigade.changes.plan_diff import Assignment, placements
from brigade.errors import NO_VALUES, Issue, Refused
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.plan_document import SearchRun, marking_to_json
from brigade.exchange.documents.problem_document import problem_to_json
from brigade.exchange.documents.reasons import show_violation
from brigade.judging.objective import breakdown
from brigade.law.marking import as_offers, mark
from brigade.units import PARIS
from brigade.values.plan import MarkingKind, Status
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from brigade.words import say_issue, word
from solver.model.search_settings import SearchSettings

OPEN_STATES = ("draft", "proposed")
CODE = "A407"
# Enough to see what kind of change it was; all of them would not be read.
MOST_TOLD = 20
UNREAD = ("jobs", "contacts", "mappings", "feeds")
"""Kinds that no judging reads: on a busy morning searches come and go all the time."""


@dataclass(frozen=True)
class MendedPlan:
    """What is left of a proposal, ready to be kept: with the problem it is of."""

    problem: kept.PackedProblem
    document: Mapping[str, Any]
    objective: int


@dataclass(frozen=True)
class ReconciledProposal:
    """A proposal laid over the day. `issues`: who said what since, and what no longer holds; none: it may be
    published. `markings`: of its stops that are offers by today's rows though it calls them firm. `mended`:
    the plan that is left of it;
    None when it holds, or there is nothing to say."""

    issues: tuple[Issue, ...] = ()
    markings: Mapping[str, Mapping[str, Any]] | None = None
    mended: MendedPlan | None = None


@dataclass(frozen=True)
class PublicationCheck:
    """`ReconciledProposal`, and what it was found from: as long as all of that stands, so does it."""

    version: int
    digest: str
    document: Mapping[str, Any]
    seen: int | None
    states: Mapping[str, str]
    laid: ReconciledProposal

    def stands(self, scoped: Scoped, plan: Plan) -> bool:
        same_plan = (self.version, self.digest, self.document) == (plan.version, plan.digest, plan.document)
        if not same_plan or self.seen != seen(scoped, plan.basin_id):
            return False
        return self.states == commitments.of_plan(scoped, plan).states


def outdated(plan: Plan) -> Outdated:
    """For whoever would write by what was found of a day that has changed since."""
    return Outdated("A107", f"plans.{plan.id}", "basin_keeps_changing", NO_VALUES, RETRY_S)


class OvertakenProposal(Conflict):
    """The day has gone on since the proposal was made. `more`: what the refusal says beside its issues."""

    def __init__(self, plan: Plan, considered: PublicationCheck) -> None:
        first, *others = considered.laid.issues
        super().__init__(first.code, first.where, first.words, first.values, others[: MOST_TOLD - 1])
        self.plan_id, self.basin_id, self.considered = plan.id, plan.basin_id, considered
        self.more: JsonObject = {}


def seen(scoped: Scoped, basin_id: str) -> int | None:
    """The number of the last write in a basin that matters to judging."""
    return trail.last_write(scoped.session, basin_id, AuditEntry.kind.not_in(UNREAD))


def consider(scoped: Scoped, basin_id: str, plan_id: str) -> PublicationCheck:
    """Judging takes tenths of a second, so it comes before the writing, in a process of its own. Raises:
    NotFound."""
    plan = scoped.one(Plan, basin_id, plan_id)
    said = commitments.of_plan(scoped, plan)
    laid = (
        _laid(scoped, plan, said)
        if plan.state in OPEN_STATES and plan.story.supposed is None
        else ReconciledProposal()
    )
    return PublicationCheck(
        plan.version, plan.digest, plan.document, seen(scoped, basin_id), said.states, laid
    )


def today_of(scoped: Scoped, plan: Plan) -> Problem:
    """The problem of a plan's days, of the rows as they stand. Raises: InvalidProblem with every issue of
    them."""
    return compose.compose(scoped, plan.basin_id, plan.first_day, plan.days)


# -- laying over -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _DayState:
    """The proposal, what is in force, what was said, the problem of now."""

    scoped: Scoped
    row: Plan
    today: Problem
    wanted: CorePlan
    in_force: CorePlan
    said: Commitments

    @property
    def known(self) -> Mapping[str, str]:
        """The commitments that the search, or whoever edited, knew."""
        return self.row.story.commitments

    def since(self) -> Iterator[tuple[Pair, Offer]]:
        for pair, offer in self.said.last.items():
            if self.known.get(offer.id) != offer.state:
                yield pair, offer

    def restored(self) -> dict[str, Offer | None]:
        """Visits that go back to where the plan in force has them: agreed to since, or begun (None)."""
        wanted, before = placements(self.wanted), placements(self.in_force)
        told = standing(self.scoped, self.row.basin_id, self.today.horizon.instant(0))
        back: dict[str, Offer | None] = {
            id: None
            for id, place in before.items()
            if place.start < self.today.now
            and not _same(wanted.get(id), place)
            and not told.never_began(
                self.row.base_plan_id or "", id, place.worker_id, self.today.horizon.instant(place.start)
            )
        }
        wishes = self.scoped.basin(self.row.basin_id).body.offers
        tolerance = self.today.horizon.ticks(wishes.tolerance_min)
        for (visit, worker), offer in self.since():
            place = before.get(visit)
            # Only a yes to the very hours in force binds: a yes to other hours is a question that is open
            # again.
            if offer.state not in AGREED or place is None or place.worker_id != worker:
                continue
            new = wanted.get(visit)
            if new is None or new.worker_id != worker or abs(new.start - place.start) > tolerance:
                back[visit] = offer
        return back

    def barred(self) -> dict[Pair, Offer | None]:
        """Pairs of the proposal that are not to be: refused, or silent since; begun meanwhile without anybody
        told (None)."""
        wanted, before = placements(self.wanted), placements(self.in_force)
        found: dict[Pair, Offer | None] = {
            (id, place.worker_id): None
            for id, place in wanted.items()
            if place.start < self.today.now and not _same(before.get(id), place)
        }
        for (visit, worker), offer in self.said.last.items():
            is_new = self.known.get(offer.id) != offer.state
            # Silence that the search knew of was weighed by it; silence since is news.
            is_barred = offer.state in CLOSED or (offer.state == State.EXPIRED and is_new)
            if is_barred and visit in wanted and wanted[visit].worker_id == worker:
                found[visit, worker] = offer
        return found


def _laid(scoped: Scoped, row: Plan, said: Commitments) -> ReconciledProposal:
    try:
        today = today_of(scoped, row)
    except Refused as refused:
        return ReconciledProposal(tuple(_of_rows(row, one) for one in refused.issues))
    wanted = kept.read_back(row, kept.fetch_problem(scoped.session, row.digest))
    day = _DayState(scoped, row, today, wanted, _in_force(scoped, row, said), said)
    back, barred = day.restored(), day.barred()
    found = judged(today, _less(wanted, {visit for visit, _ in barred}))
    if found.holds and not back and not barred:
        return ReconciledProposal(markings=_softened(day, found.plan))
    agreed = _only(day.in_force, back.keys())
    made = mended(today, wanted, agreed, barred.keys())
    if _stops(made) == _stops(
        wanted
    ):  # what was agreed cannot be kept any more: the proposal is what is left
        return ReconciledProposal(markings=_softened(day, found.plan))
    left = replace(_marked(day, made), pinned=made.pinned)
    return ReconciledProposal(tuple(_issues(day, back, barred, found)), None, _packed(today, left))


def _packed(today: Problem, plan: CorePlan) -> MendedPlan:
    # Its own figures, of today's problem: those of the proposal speak of another plan.
    costs = breakdown(today, plan)
    document = search_runner.document_of(
        today, plan, SearchResult(plan, Status.FEASIBLE, SearchSettings(), costs), SearchRun()
    )
    return MendedPlan(kept.pack(today), document, costs.total)


def _same(one: Assignment | None, other: Assignment | None) -> bool:
    """Whoever does it, and when; tours are numbered anew as availabilities change."""
    if one is None or other is None:
        return one is other
    return (one.worker_id, one.start) == (other.worker_id, other.start)


def _stops(plan: CorePlan) -> set[tuple[str, str, int]]:
    return {(stop.visit_id, route.worker_id, stop.start) for route in plan.routes for stop in route.stops}


def _in_force(scoped: Scoped, row: Plan, said: Commitments) -> CorePlan:
    base = in_force.published(scoped, row.basin_id, row.first_day)
    if base is None:
        return CorePlan((), announced=frozenset())
    return said.announced_in(kept.read_back(base, kept.fetch_problem(scoped.session, base.digest)))


def _less(plan: CorePlan, visits: set[str]) -> CorePlan:
    return _only(plan, plan.covered - visits) if visits & plan.covered else plan


def _only(plan: CorePlan, visits: Any) -> CorePlan:
    """These stops of a plan, as they stand."""
    routes = (
        replace(one, stops=tuple(stop for stop in one.stops if stop.visit_id in visits))
        for one in plan.routes
    )
    return replace(plan, routes=tuple(route for route in routes if route.stops))


def _marked(day: _DayState, plan: CorePlan) -> CorePlan:
    return as_offers(mark(day.today, plan, known_part(day.today, day.in_force)), day.said.asked)


def _softened(day: _DayState, plan: CorePlan) -> dict[str, JsonObject]:
    """Markings of stops that were firm when the proposal was made and may be refused now. What was to be
    offered stays so: nobody is ordered what the coordinator saw as a question."""
    found = {}
    for route in _marked(day, plan).routes:
        for stop in route.stops:
            before = day.wanted.stop_of(stop.visit_id)
            was = before[1].marking if before else None
            is_soft = stop.marking is not None and stop.marking.kind is MarkingKind.TO_OFFER
            if is_soft and stop.marking is not None and was is not None and was.kind is MarkingKind.FIRM:
                found[stop.visit_id] = marking_to_json(stop.marking)
    return found


# -- what is said of it ------------------------------------------------------------------------------------
def _of_rows(row: Plan, issue: Issue) -> Issue:
    return Issue(CODE, f"plans.{row.id}", "rows_make_no_problem", {"issue": issue})


def _issues(
    day: _DayState, back: Mapping[str, Offer | None], barred: Mapping[Pair, Offer | None], found: RejudgedPlan
) -> Iterator[Issue]:
    where = f"plans.{day.row.id}"
    for offer in (*back.values(), *barred.values()):
        if offer is not None:
            yield _answered(where, offer)
    begun = sorted(
        {visit for visit, offer in back.items() if offer is None}
        | {pair[0] for pair, one in barred.items() if one is None}
    )
    if begun:
        yield Issue(CODE, where, "plan_begun", {"names": begun[:10], "more": _more(begun)})
    lost = found.lost - {visit for visit, _ in barred}
    needless = sorted(lost - day.today.request_by_visit.keys())
    if needless:
        yield Issue(CODE, where, "plan_needless", {"names": needless[:10], "more": _more(needless)})
    unmanned = sorted(lost - set(needless))
    if unmanned:
        yield Issue(CODE, where, "plan_unmanned", {"names": unmanned[:10], "more": _more(unmanned)})
    if found.broken:
        yield Issue(
            CODE,
            where,
            "plan_breaks_rules",
            {"broken": list(sorted({f"{one.rule} {one.where}" for one in found.broken})[:10])},
        )


def _answered(where: str, offer: Offer) -> Issue:
    hour, at = offer.starts_at.astimezone(PARIS), offer.answered_at or offer.changed_at
    met = {
        "visit": offer.visit_id,
        "hour": f"{hour:%H:%M}",
        "state": offer.state,
        "worker": offer.worker_id,
        "at": f"{at.astimezone(PARIS):%H:%M}" if offer.state != State.EXPIRED else None,
    }
    return Issue(CODE, f"{where}.visits.{offer.visit_id}", "answered_otherwise", met)


def _more(visits: list[str]) -> str | None:
    return "…" if len(visits) > 10 else None


# -- the same, only asked ----------------------------------------------------------------------------------
def by_today(scoped: Scoped, plan: Plan, lang: str) -> TodayView:
    """A plan as it is kept, by the rows of now."""
    return stops_by_today(
        scoped, plan, kept.read_back(plan, kept.fetch_problem(scoped.session, plan.digest)), lang
    )


def stops_by_today(scoped: Scoped, plan: Plan, stops: CorePlan, lang: str) -> TodayView:
    """By the rows of now: what these stops break, whom nobody needs or who comes no more, and what is not as
    in the problem kept with the plan. `issues`: why the rows make no problem.

    Args: stops: the plan's own, or edited by hand.
    """
    try:
        today = today_of(scoped, plan)
    except Refused as refused:
        issues = [word("issue.met", lang, issue=say_issue(one, lang)) for one in refused.issues[:MOST_TOLD]]
        return TodayView(violations=[], lost=[], differences=[], issues=issues)
    found, now = judged(today, stops), scoped.clock.now()
    ahead = {id for id, place in placements(stops).items() if today.horizon.instant(place.start) > now}
    differences = differing(kept.problem_document(scoped.session, plan.digest), problem_to_json(today))
    return TodayView(
        violations=[ViolationView.model_validate(show_violation(one)) for one in found.broken],
        lost=sorted(found.lost & ahead),
        differences=differences,
        issues=[],
    )


SECTIONS = (
    (
        "demand",
        (
            *("providers", "clients", "visits", "links", "employees", "absences", "funding_lines"),
            "work_blocks",
        ),
    ),
    ("brigade", ("employers", "workers")),
)
UNSAID = frozenset({"counters", "windows"})
"""Go on by themselves: days pass, and hours that are over are no longer offered."""


def differing(before: JsonObject, now: JsonObject) -> list[DifferenceView]:
    """What of one problem document is not as in another: by thing, the fields; `new` and `gone` ones as
    such."""
    found: list[DifferenceView] = []
    for room, sections in SECTIONS:
        for section in sections:
            old, new = (
                {_name(one): one for one in document[room].get(section, ())} for document in (before, now)
            )
            for id in sorted(old.keys() | new.keys()):
                one, other = old.get(id), new.get(id)
                if one is None or other is None:
                    change: Difference = "gone" if other is None else "new"
                    found.append(DifferenceView(section=section, id=id, change=change, fields=[]))
                    continue
                names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
                has_moved = section == "work_blocks" and _last_begin(one) != _last_begin(other)
                unsaid = UNSAID - {"windows"} if has_moved else UNSAID
                if said := [name for name in names if name not in unsaid]:
                    found.append(DifferenceView(section=section, id=id, change="changed", fields=said))
    return found


def _last_begin(block: JsonObject) -> datetime:
    """At the latest: time takes hours away from the other end alone."""
    last = block["windows"][-1]
    return datetime.fromisoformat(last.get("hard_latest") or last["latest"])


def _name(one: Mapping[str, Any]) -> str:
    """Its id; links have none and are named by what they tie."""
    return str(one["id"]) if "id" in one else f"{one['kind']} {one['first']} {one['second']}"


# -- what is kept of it ------------------------------------------------------------------------------------
def with_markings(document: Mapping[str, Any], markings: Mapping[str, Mapping[str, Any]]) -> JsonObject:
    """The document, with these stops marked so."""
    routes = [
        {
            **route,
            "stops": [
                {**stop, "marking": markings[stop["visit_id"]]} if stop["visit_id"] in markings else stop
                for stop in route["stops"]
            ],
        }
        for route in document["routes"]
    ]
    return {**document, "routes": routes, "indicators": _recounted(document.get("indicators", ()), routes)}


def _recounted(told: Iterable[Mapping[str, Any]], routes: list[JsonObject]) -> list[JsonObject]:
    """The figures of a document, with the offers that its stops are by now."""
    stops = (stop for route in routes for stop in route["stops"])
    offers = sum((stop.get("marking") or {}).get("kind") == MarkingKind.TO_OFFER for stop in stops)
    return [{**one, "value": offers} if one["name"] == "to_offer" else dict(one) for one in told]


def keep_mended(scoped: Scoped, plan_id: str, basin_id: str, considered: PublicationCheck) -> Plan | None:
    """The mended plan, as a proposal beside the one that was overtaken; None when there is none. Nobody is
    told of it."""
    mended = considered.laid.mended
    if mended is None:
        return None
    plan = scoped.one(Plan, basin_id, plan_id)
    base = in_force.published(scoped, basin_id, plan.first_day)
    told = [str(one) for one in considered.laid.issues[:MOST_TOLD]]
    row = Plan.made(
        scoped.clock,
        basin_id,
        state="proposed",
        first_day=plan.first_day,
        days=plan.days,
        digest=kept.keep_packed(scoped.session, mended.problem, scoped.clock),
        document=dict(mended.document),
        base_plan_id=base.id if base else None,
        job_id=plan.job_id,
        made_by=scoped.principal.actor,
        objective=mended.objective,
        story=PlanStory(made_from=plan.id, mended=told, commitments=dict(considered.states)),
    )
    scoped.add(row, "mended", None, **{"from": plan.id}, **row.span)
    return row
