"""Hand edits of a plan, judged at once: what each costs, what it breaks, and what could be done next.

A session keeps what is known of a plan; an edit re-times and re-judges only the tours it touches
(docs/replanning.md). Nothing is changed in place: a judgement carries the session after the edit, and
`accepted` goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from brigade.changes.edits import Edit, Move, Pin, Swap, TakeVehicle, Unassign, Unpin, Waive
from brigade.errors import InvalidPlan, Issue
from brigade.judging.checker import WAIVER, is_waivable, may_be_waived, with_waivers
from brigade.judging.objective import CostBreakdown, KnownCosts, breakdown, known_costs
from brigade.judging.partial import of_workers, own_breaches, whole_breaches
from brigade.timing.plan_timing import retime, timed_links
from brigade.units import Ticks
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.plan import Plan, Reason, UncoveredVisit, Violation, Waiver
from brigade.values.problem import Problem
from brigade.values.validation.plan_references import refuse_plan, refuse_plan_unknowns
from solver.edit_faults import faults, unknown_names
from solver.known_tours import KnownTours, ToursOfPeople
from solver.model.fixed_part import from_now_on
from solver.model.insertion_positions import InsertionPosition, InsertionPositions
from solver.model.usual_hours import at_usual_hours

Orders: TypeAlias = dict[tuple[str, int], list[str]]
COORDINATOR = "coordinator"
# Beside a board; more would be a second plan.
MOST_HINTS = 5


# -- what is said of one -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Breach:
    """A rule broken. `waivable_by`: who may answer for it; None: nobody."""

    violation: Violation
    waivable_by: str | None


@dataclass(frozen=True, slots=True)
class EditHint:
    """One more edit, lawful by itself, and the change of whole cost it would bring."""

    reason: Reason
    edit: Edit
    cost: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """`terms`: change of every soft cost; `levels`: change of uncovered visits, by level 0 to 4; `points`: of
    priority points left out; `cost`: of the whole cost. `broken`: new breaches; `mended`: those that are
    gone. `issues`: what could not be timed lawfully. `hints`: where the edit's visits could go instead, and
    what it leaves room for."""

    edit: Edit
    after: EditSession
    terms: Mapping[str, int]
    levels: tuple[int, ...]
    points: int
    cost: int
    broken: tuple[Breach, ...]
    mended: tuple[Violation, ...]
    issues: tuple[Issue, ...]
    hints: tuple[EditHint, ...]

    @property
    def plan(self) -> Plan:
        return self.after.plan

    @property
    def is_lawful(self) -> bool:
        """Whether the edit breaks nothing beyond what is waived."""
        return not any(breach.violation.waived_by is None for breach in self.broken)

    def accepted(self) -> EditSession:
        """The session after the edit. Raises: InvalidPlan when a waiver is for what nobody may waive, broken
        today or not."""
        for one in self.broken:
            if one.violation.rule == WAIVER:
                raise InvalidPlan(
                    [
                        Issue(
                            "H103",
                            one.violation.where,
                            "rule_not_waivable_by",
                            {"rule": one.violation.reason.value("rule"), "article": one.violation.article},
                        )
                    ]
                )
        if isinstance(self.edit, Waive) and not may_be_waived(self.after.problem, self.edit.waiver.rule):
            raise InvalidPlan(
                [Issue("H103", "edit.rule", "rule_not_waivable", {"rule": self.edit.waiver.rule})]
            )
        return self.after


@dataclass(frozen=True)
class EditSession:
    """A plan in the coordinator's hands. `own`: breaches of each worker's rules, `whole`: of those across
    workers, whoever waived them. `known`: what `costs` were counted from. `start`, `told`: the plan told
    before the edits and to whom, for disruption costs. `tours`: people's, as edits left them before."""

    problem: Problem
    plan: Plan
    own: Mapping[str, tuple[Violation, ...]]
    whole: tuple[Violation, ...]
    costs: CostBreakdown
    known: KnownCosts
    places: InsertionPositions
    start: Plan | None = None
    told: AnnouncedPlan = EVERYBODY
    tours: ToursOfPeople | None = None

    @classmethod
    def opened(
        cls, problem: Problem, plan: Plan, start: Plan | None = None, told: AnnouncedPlan = EVERYBODY
    ) -> EditSession:
        """Judges the whole plan and builds the model, once. Raises: InvalidPlan when the plan is not of the
        problem."""
        refuse_plan_unknowns(problem, plan)
        problem = problem.driven(plan.drives)
        everyone = {worker.id for worker in problem.workers}
        found = own_breaches(problem, plan, everyone)
        own = {name: of_workers(found, {name}) for name in everyone}
        ahead, _ = from_now_on(problem, plan)
        known, places = known_costs(problem, plan), InsertionPositions(ahead, start, told)
        costs = breakdown(problem, plan, start, told, known)
        whole, tours = whole_breaches(problem, plan), None if start is None else ToursOfPeople(problem, start)
        return cls(problem, plan, own, whole, costs, known, places, start, told, tours)

    def driven(self, edit: TakeVehicle) -> EditSession:
        """The session with that vehicle in that tour, before the tour is timed again."""
        drives = {key: id for key, id in self.plan.drives.items() if key != (edit.worker_id, edit.tour)}
        if edit.vehicle_id is not None:
            drives[edit.worker_id, edit.tour] = edit.vehicle_id
        problem = self.problem.driven(drives)
        ahead, _ = from_now_on(problem, self.plan)
        return replace(self, problem=problem, places=InsertionPositions(ahead, self.start, self.told))

    @property
    def violations(self) -> tuple[Violation, ...]:
        """As the checker tells them, worker by worker."""
        own = (one for name in sorted(self.own) for one in self.own[name])
        return with_waivers(self.problem, self.plan, (*own, *self.whole))

    @cached_property
    def orders(self) -> Orders:
        return {
            (route.worker_id, route.tour): [s.visit_id for s in route.stops] for route in self.plan.routes
        }

    @cached_property
    def starts(self) -> dict[str, Ticks]:
        return {stop.visit_id: stop.start for route in self.plan.routes for stop in route.stops}

    def tours_of(self, worker_id: str) -> KnownTours:
        return KnownTours(self.plan.routes_of(worker_id), self.own[worker_id], self.known.people[worker_id])

    def place_of(self, visit_id: str) -> tuple[tuple[str, int], int] | None:
        """(tour, position) of a visit; None: it is not covered."""
        found = self.plan.stop_of(visit_id)
        if found is None:
            return None
        route, stop = found
        return (route.worker_id, route.tour), route.stops.index(stop)


# -- judging ----------------------------------------------------------------------------------------------
def judge_edits(session: EditSession, edits: Sequence[Edit], first: int = 0) -> list[Judgement]:
    """One after the other, each on what those before it left.

    Args: first: how many were judged before. Raises: InvalidPlan, each fault at its edit: all the names that
        nobody knows at once, for no edit before could bring them; else every fault of the first edit that
        cannot be tried.
    """
    refuse_plan(
        one
        for number, edit in enumerate(edits, first)
        for one in _at(number, unknown_names(session.problem, session.plan, edit))
    )
    found: list[Judgement] = []
    for number, edit in enumerate(edits, first):
        refuse_plan(_at(number, faults(session.problem, session.plan, edit)))
        found.append(judge_edit(session, edit))
        session = found[-1].accepted()
    return found


def _at(number: int, issues: Iterable[Issue]) -> Iterator[Issue]:
    return (replace(one, where=f"edits[{number}]{one.where.removeprefix('edit')}") for one in issues)


def judge_edit(session: EditSession, edit: Edit) -> Judgement:
    """Raises: InvalidPlan with every fault of the edit: unknown names, a visit that is not covered, and the
    like."""
    refuse_plan(faults(session.problem, session.plan, edit))
    before, session = session, session.driven(edit) if isinstance(edit, TakeVehicle) else session
    orders, pins, waivers = _edited(session, edit)
    workers = _touched(session, orders, pins)
    if isinstance(edit, TakeVehicle):
        workers |= {edit.worker_id}
    timed, issues = _timed(session, orders, pins, workers)
    # Without a plan told before, markings go by the plan edited, which is another one after each edit.
    known = session.tours or ToursOfPeople(session.problem, session.plan)
    tours = known.of(timed, workers, {id: session.tours_of(id) for id in workers})
    plan = replace(_with_tours(session, tours), pinned=frozenset(pins), waivers=waivers)
    own = {**session.own, **{id: one.own for id, one in tours.items()}}
    counted = session.known.changed({id: one.costs for id, one in tours.items()})
    costs = breakdown(session.problem, plan, session.start, session.told, counted)
    whole = whole_breaches(session.problem, plan)
    after = replace(session, plan=plan, own=own, whole=whole, costs=costs, known=counted)
    return _judgement(before, edit, after, issues, workers)


def _edited(session: EditSession, edit: Edit) -> tuple[Orders, dict[str, Ticks], tuple[Waiver, ...]]:
    """Orders, pinned starts and waivers after the edit. A visit that changes place is no longer pinned."""
    orders, waivers = {key: list(order) for key, order in session.orders.items()}, session.plan.waivers
    starts = session.starts
    pins = {id: starts[id] for id in session.plan.pinned if id in starts}
    match edit:
        case Move(visit_id, worker_id):
            _take(orders, pins, visit_id)
            tour, position = _place(session, edit, orders)
            orders.setdefault((worker_id, tour), []).insert(position, visit_id)
        case Swap(first, second):
            (one, here), (other, there) = (
                session.place_of(first) or ("", 0),
                session.place_of(second) or ("", 0),
            )
            orders[one][here], orders[other][there] = second, first  # type: ignore[index]
            # Swapped visits are pinned no more: their pins held the places that they have just left.
            pins = {id: start for id, start in pins.items() if id not in (first, second)}
        case Unassign(visit_id):
            for id in _leaving(session.problem, visit_id):
                _take(orders, pins, id)
        case Pin(visit_id, start):
            pins[visit_id] = starts[visit_id] if start is None else start
        case Unpin(visit_id):
            del pins[visit_id]
        case Waive(waiver):
            waivers = (*waivers, waiver)
            # Waiving a stop pins it (decision 0040): a search would else make use of a waiver that nobody
            # gave for its plan.
            if waiver.visit_id in starts:
                pins[waiver.visit_id] = starts[waiver.visit_id]
    return {key: order for key, order in orders.items() if order}, pins, waivers


def _leaving(problem: Problem, visit_id: str) -> tuple[str, ...]:
    """The visit, and who shares it; with a needed seat of a meeting every seat of it, for without that one it
    does not take place."""
    seat = problem.visit_by_id[visit_id].attendance
    if seat is not None and visit_id in seat.block.needed_seats:
        return seat.block.seat_ids
    shared = (one.id for one in problem.visits if one.shadowing and one.shadowing.visit_id == visit_id)
    return visit_id, *shared


def _take(orders: Orders, pins: dict[str, Ticks], visit_id: str) -> None:
    pins.pop(visit_id, None)
    for order in orders.values():
        if visit_id in order:
            order.remove(visit_id)


def _place(session: EditSession, edit: Move, orders: Orders) -> tuple[int, int]:
    """Tour and position as asked, else the cheapest lawful ones, else where the visit's first hour falls."""
    if edit.tour is not None and edit.position is not None:
        return edit.tour, edit.position
    for place in session.places.of(session.plan, edit.visit_id, {edit.worker_id}):
        is_asked = edit.tour in (None, place.tour) and edit.position in (None, place.position)
        # Orders that break a rule may be loaded without some of their visits: then the position is one of
        # another order.
        if is_asked and place.position <= len(orders.get((edit.worker_id, place.tour), [])):
            return place.tour, place.position
    opens = session.problem.visit_by_id[edit.visit_id].windows[0].earliest
    tour = _nearest_tour(session, edit.worker_id, opens) if edit.tour is None else edit.tour
    if edit.position is not None:
        return tour, edit.position
    starts = session.starts
    return tour, sum(starts.get(id, opens) < opens for id in orders.get((edit.worker_id, tour), []))


def _nearest_tour(session: EditSession, worker_id: str, tick: Ticks) -> int:
    """The worker's availability that holds the tick, or the one least far from it."""
    stays = session.problem.worker_by_id[worker_id].availability
    return min(range(len(stays)), key=lambda row: max(stays[row].start - tick, tick - stays[row].hard_end, 0))


def _touched(session: EditSession, orders: Orders, pins: Mapping[str, Ticks]) -> frozenset[str]:
    """Workers whose tours are timed again: those with another order or pin, and those that timed links tie to
    them."""
    old = session.orders
    workers = {key[0] for key in old.keys() | orders.keys() if old.get(key) != orders.get(key)}
    starts = session.starts
    known = {id: starts[id] for id in session.plan.pinned if id in starts}
    repinned = {id for id in known.keys() | pins.keys() if known.get(id) != pins.get(id)}
    worker_of = {id: key[0] for key, order in orders.items() for id in order}
    workers |= {worker_of[id] for id in repinned if id in worker_of}
    ties = timed_links(session.problem)
    pairs = [
        (worker_of[tie.first], worker_of[tie.second])
        for tie in ties
        if {tie.first, tie.second} <= worker_of.keys()
    ]
    while more := {name for pair in pairs if workers & set(pair) for name in pair} - workers:
        workers |= more
    return frozenset(workers)


def _timed(
    session: EditSession, orders: Orders, pins: Mapping[str, Ticks], workers: frozenset[str]
) -> tuple[Plan, tuple[Issue, ...]]:
    """These workers' tours timed again, beside all others as they are."""
    mine = {key: order for key, order in orders.items() if key[0] in workers}
    inside = {id for order in mine.values() for id in order}
    fixed = {id: start for id, start in pins.items() if id in inside}
    timed = retime(
        session.problem, mine, fixed_starts=fixed, no_earlier=_waiting_for_now(session, inside - fixed.keys())
    )
    others = (route for route in session.plan.routes if route.worker_id not in workers)
    whole = Plan((*others, *timed.tours.routes), pinned=frozenset(pins))
    near = at_usual_hours(
        session.problem,
        whole,
        start=session.start,
        told=session.told,
        worker_ids=workers,
        known=session.known,
    )
    return near, timed.issues


def _with_tours(session: EditSession, tours: Mapping[str, KnownTours]) -> Plan:
    """The plan with these people's tours, all others as they are."""
    others = (route for route in session.plan.routes if route.worker_id not in tours)
    theirs = chain.from_iterable(one.routes for one in tours.values())
    routes = tuple(sorted((*others, *theirs), key=lambda route: (route.worker_id, route.tour)))
    covered = {stop.visit_id for route in routes for stop in route.stops}
    known = {one.visit_id: one for one in session.plan.uncovered}
    left = (request.visit.id for request in session.problem.requests if request.visit.id not in covered)
    return Plan(routes, tuple(known.get(id) or UncoveredVisit(id, (Reason.of("left_out"),)) for id in left))


def _waiting_for_now(session: EditSession, visit_ids: Collection[str]) -> dict[str, Ticks]:
    """Those that have not begun and have hours left do not begin before `now`; of the others the past is
    told."""
    now, visit_by_id = session.problem.now, session.problem.visit_by_id
    begun = {stop.visit_id for route in session.plan.routes for stop in route.stops if stop.start < now}
    ahead = (id for id in visit_ids if id not in begun and visit_by_id[id].windows[-1].hard_latest >= now)
    return {} if now <= 0 else dict.fromkeys(ahead, now)


def _judgement(
    session: EditSession, edit: Edit, after: EditSession, issues: tuple[Issue, ...], workers: frozenset[str]
) -> Judgement:
    # Counted: of two equal breaches one mended leaves one, where a set would say that nothing changed.
    before, now = Counter(session.violations), Counter(after.violations)
    broken = tuple(
        Breach(one, COORDINATOR if is_waivable(session.problem, one) else None)
        for one in (now - before).elements()
    )
    old, new = session.costs, after.costs
    judged = Judgement(
        edit=edit,
        after=after,
        terms={term: new.terms[term] - old.terms[term] for term in new.terms},
        levels=tuple(mine - was for mine, was in zip(new.uncovered, old.uncovered, strict=True)),
        points=new.points - old.points,
        cost=new.total - old.total,
        broken=broken,
        mended=tuple((before - now).elements()),
        issues=issues,
        hints=(),
    )
    return replace(judged, hints=tuple(_hints(judged, workers))[:MOST_HINTS])


# -- what next ---------------------------------------------------------------------------------------------
def _hints(judged: Judgement, workers: frozenset[str]) -> Iterator[EditHint]:
    """Where the visits of an edit that breaks something, or uncovers one, could go; what a lawful one leaves
    room for."""
    after = judged.after
    placed = () if isinstance(judged.edit, Unassign) or judged.is_lawful else _visits_of(judged.edit)
    loose = (judged.edit.visit_id,) if isinstance(judged.edit, Unassign) else placed
    for visit_id in loose:
        here = after.place_of(visit_id)
        for place in _one_each(after.places.of(after.plan, visit_id))[:2]:
            if here is None or here[0] != (place.worker_id, place.tour):
                yield _hint("place", visit_id, place)
    if judged.is_lawful:
        left = [one.visit_id for one in after.plan.uncovered if one.visit_id not in loose]
        for visit_id, place in sorted(
            after.places.room_for(after.plan, left, workers), key=lambda pair: pair[1].cost
        ):
            yield _hint("room", visit_id, place)


def _one_each(places: Sequence[InsertionPosition]) -> list[InsertionPosition]:
    """The cheapest place with each worker: two hours of hers are the same hint."""
    cheapest: dict[str, InsertionPosition] = {}
    for place in places:
        cheapest.setdefault(place.worker_id, place)
    return list(cheapest.values())


def _hint(kind: str, visit_id: str, place: InsertionPosition) -> EditHint:
    values = {"visit": visit_id, "worker": place.worker_id}
    reason = Reason.of("hint_place", **values) if kind == "place" else Reason.of("hint_room", **values)
    return EditHint(reason, Move(visit_id, place.worker_id, place.tour, place.position), place.cost)


def _visits_of(edit: Edit) -> tuple[str, ...]:
    match edit:
        case Move(visit_id) | Pin(visit_id):
            return (visit_id,)
        case Swap(first, second):
            return first, second
    return ()
