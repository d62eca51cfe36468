"""What present staff could be asked: to take a visit that the plan leaves, and to give one of theirs for it.

Found by the kernel in a problem in which they are workers (`brigade.changes.help.present_staff`), and held
against the plain rules twice: her day there, and, once her SAAD has said yes, the hand's edit of the plan.
Nothing of it enters a plan. Fewest people disturbed first, then least travel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from brigade.changes.answers import Disturbed, FoundSwaps, GivenVisit, Placement, ProposedSwap
from brigade.changes.edits import Edit, Move, Pin
from brigade.changes.help.present_staff import PresentStaff, after_swap, present_staff
from brigade.errors import InvalidProblem
from brigade.law.marking import mark
from brigade.timing.plan_timing import TourKey, retime
from brigade.values.plan import Plan, Reason, Stop
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession, NotExamined
from solver.advice.suggesting.drafts import placements
from solver.advice.trial_plan import Trial, orders_of, try_change

MOST = 3
"""Proposals told of one visit: a SAAD is asked one thing at a time."""
TRIES = 12
"""Places that the kernel found for one visit and that the plain rules are asked about."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """As the kernel has it: where the visit goes in the employee's tour, and which visit of hers where."""

    taken: Placement
    given: Placement | None
    change: int


def swaps(
    problem: Problem,
    plan: Plan,
    visit_ids: frozenset[str] | None = None,
    is_late: Callable[[], bool] = lambda: False,
) -> FoundSwaps:
    """Of each visit that `plan` leaves and whose provider lets its staff be asked; of those named only, where
    some are. What is late is left out."""
    problem = problem.driven(plan.drives)
    staff = present_staff(problem, plan)
    unasked = tuple(_unasked(problem, staff))
    if not staff.orders:
        return FoundSwaps((), unasked)
    with_them = _beside(staff, plan)
    session = AdviceSession(staff.problem, with_them)
    unclear = sorted(session.fixed_workers & staff.ids)
    told = (*unasked, *_unclear(problem, unclear))
    found: list[ProposedSwap] = []
    for visit_id in _asked(problem, plan, visit_ids):
        try:
            with session.until(is_late):
                drafts = sorted(_drafts(session, staff, visit_id), key=_people_first)
                tried = islice(_held(session, problem, plan, islice(drafts, TRIES)), MOST)
                found += sorted(tried, key=lambda one: one.rank)
        except NotExamined:
            break
    return FoundSwaps(tuple(found), told)


def still_holds(problem: Problem, plan: Plan, agreed: ProposedSwap) -> bool:
    """Whether what a SAAD said yes to can be done all the same, at its very hours and places. Her notice held
    when she was asked.

    Args: problem, plan: as they have become.
    """
    providers = (replace(one, swap_notice=one.swap_notice and 0) for one in problem.providers)
    problem = replace(problem, providers=tuple(providers)).driven(plan.drives)
    staff, given = present_staff(problem, plan), agreed.given
    is_left = any(one.visit_id == agreed.visit_id for one in plan.uncovered)
    if not is_left or agreed.employee_id not in staff.ids:
        return False
    if given is not None and staff.problem.worker_by_id.get(given.place.worker_id) is None:
        return False
    session = AdviceSession(staff.problem, _beside(staff, plan))
    if agreed.employee_id in session.fixed_workers or not _is_hers_to_give(staff, agreed):
        return False
    draft = _Draft(agreed.place, None if given is None else given.place, 0)
    return any(
        one.start == agreed.start and (one.given is None or one.given == given)
        for one in _held(session, problem, plan, iter((draft,)))
    )


def _is_hers_to_give(staff: PresentStaff, agreed: ProposedSwap) -> bool:
    if agreed.given is None:
        return True
    hers = {
        id
        for (employee_id, _), order in staff.orders.items()
        if employee_id == agreed.employee_id
        for id in order
    }
    return agreed.given.place.visit_id in staff.may_give & hers


def _asked(problem: Problem, plan: Plan, visit_ids: frozenset[str] | None) -> Iterator[str]:
    """What nobody does and present staff may be asked for; a visit that is tied to another stays out: both
    would have to change hands."""
    tied = {id for link in problem.links for id in (link.first, link.second)}
    for one in plan.uncovered:
        host = problem.host_of(problem.visit_by_id[one.visit_id])
        is_wanted = visit_ids is None or one.visit_id in visit_ids
        if is_wanted and host is not None and host.swap_notice is not None and one.visit_id not in tied:
            yield one.visit_id


def _beside(staff: PresentStaff, plan: Plan) -> Plan:
    """The plan with the tours of present staff, as their rotas have them."""
    theirs = retime(staff.problem, {key: order for key, order in staff.orders.items() if order})
    routes = sorted((*plan.routes, *theirs.tours.routes), key=lambda one: (one.worker_id, one.tour))
    return replace(plan, routes=tuple(routes))


# -- found by the kernel -----------------------------------------------------------------------------------
def _drafts(session: AdviceSession, staff: PresentStaff, visit_id: str) -> Iterator[_Draft]:
    """Every employee who could take the visit beside her day; else, visit by visit of hers that somebody of
    the brigade could take, in its place."""
    if visit_id not in session.model.visit_row:
        return
    row = session.row(visit_id)
    refused = {one.id for one in session.problem.employees if visit_id in one.refused_swaps}
    host = session.problem.provider_of(session.problem.visit_by_id[visit_id]).id
    for worker in session.problem.workers:
        if worker.id not in staff.ids - refused or worker.employer_id != host:
            continue
        if worker.id in session.fixed_workers:
            continue
        session.go_on()
        tours = session.tours_of(worker.id)
        alone = session.search.place(row, tours)
        if alone.is_lawful:
            yield _Draft(_placement(session, row, alone.tour, alone.position), None, alone.change)
        else:
            yield from _exchanges(session, staff, row, worker.id)


def _exchanges(session: AdviceSession, staff: PresentStaff, row: int, employee_id: str) -> Iterator[_Draft]:
    for hers in session.stops_of(employee_id):
        if session.ids[hers] not in staff.may_give:
            continue
        one = session.search.place(row, session.tours_of(employee_id), without=[hers])
        if not one.is_lawful:
            continue
        taken, first = _placement(session, row, one.tour, one.position), (row, one.tour, one.position)
        for worker in session.problem.workers:
            if worker.id in staff.ids or worker.id in session.fixed_workers:
                continue
            two = session.search.place(hers, session.tours_of(worker.id), without=[hers], first=first)
            if two.is_lawful:
                yield _Draft(taken, _placement(session, hers, two.tour, two.position), two.change)


def _placement(session: AdviceSession, row: int, tour: int, position: int) -> Placement:
    return placements(session, ((row, tour, position),))[0]


def _people_first(draft: _Draft) -> tuple[bool, int, str, str]:
    worker = "" if draft.given is None else draft.given.worker_id
    return draft.given is not None, draft.change, draft.taken.worker_id, worker


# -- held against the rules --------------------------------------------------------------------------------
def _held(
    session: AdviceSession, problem: Problem, plan: Plan, drafts: Iterator[_Draft]
) -> Iterator[ProposedSwap]:
    for draft in drafts:
        session.go_on()
        after = _orders_after(session, draft)
        touched = {key for key in after if after[key] != orders_of(session.plan).get(key, [])}
        trial = try_change(session.problem, session.plan, after, touched, session.fixed_starts)
        if not _is_lawful(session, trial, after, touched):
            continue
        proposed = _proposed(session, draft, trial)
        if _can_follow(problem, plan, proposed):
            yield proposed


def _orders_after(session: AdviceSession, draft: _Draft) -> dict[TourKey, list[str]]:
    orders = orders_of(session.plan)
    if draft.given is not None:
        hers = draft.given.visit_id
        orders = {key: [id for id in order if id != hers] for key, order in orders.items()}
    for place in (draft.taken, draft.given):
        if place is not None:
            orders.setdefault((place.worker_id, place.tour), []).insert(place.position, place.visit_id)
    return orders


def _is_lawful(
    session: AdviceSession, trial: Trial, after: dict[TourKey, list[str]], touched: set[TourKey]
) -> bool:
    if trial.is_lawful:
        return True
    before = try_change(session.problem, session.plan, orders_of(session.plan), touched, session.fixed_starts)
    return trial.since(before).is_lawful


def _can_follow(problem: Problem, plan: Plan, proposed: ProposedSwap) -> bool:
    """Whether the brigade's plan with what the hand does to it is lawful, once the SAAD has said yes."""
    if proposed.given is None:
        return True
    place, start = proposed.given.place, proposed.given.start
    try:
        asked = answered_yes(problem, proposed)
    except InvalidProblem:
        return False
    before, touched = orders_of(plan), (place.worker_id, place.tour)
    after = {key: list(order) for key, order in before.items()}
    after.setdefault(touched, []).insert(place.position, place.visit_id)
    fixed = {place.visit_id: start}
    trial = try_change(asked, plan, after, {touched}, fixed)
    if place.visit_id in trial.moved_pins:
        return False
    return trial.is_lawful or trial.since(try_change(asked, plan, before, {touched})).is_lawful


def answered_yes(problem: Problem, proposed: ProposedSwap) -> Problem:
    """The problem once the SAAD has said yes."""
    given = None if proposed.given is None else proposed.given.place.visit_id
    return after_swap(problem, proposed.visit_id, proposed.employee_id, proposed.start, given)


def edits_of_swap(proposed: ProposedSwap) -> tuple[Edit, ...]:
    """What a coordinator's hand does once the SAAD has said yes: the visit given goes to the worker, at the
    hour at which its client awaits somebody."""
    if proposed.given is None:
        return ()
    place = proposed.given.place
    return (
        Move(place.visit_id, place.worker_id, place.tour, place.position),
        Pin(place.visit_id, proposed.given.start),
    )


def _proposed(session: AdviceSession, draft: _Draft, trial: Trial) -> ProposedSwap:
    problem, marked = session.problem, mark(session.problem, trial.plan, session.plan)
    taken = _stop(marked, draft.taken.visit_id)
    people = [route.worker_id for route in trial.plan.routes]
    before = sum(route.travel for id in dict.fromkeys(people) for route in session.plan.routes_of(id))
    given = None
    disturbs = [(Disturbed.EMPLOYEE, draft.taken.worker_id)]
    if draft.given is not None:
        given = GivenVisit(draft.given, _stop(marked, draft.given.visit_id).start)
        visit = problem.visit_by_id[draft.given.visit_id]
        disturbs.append((Disturbed.WORKER, draft.given.worker_id))
        if draft.given.worker_id not in visit.familiar_workers:
            disturbs.append((Disturbed.CLIENT, visit.client_id))
    return ProposedSwap(
        place=draft.taken,
        provider_id=problem.worker_by_id[draft.taken.worker_id].employer_id,
        start=taken.start,
        given=given,
        disturbs=tuple(disturbs),
        travel=trial.plan.travel - before,
        marking=taken.marking,
    )


def _stop(plan: Plan, visit_id: str) -> Stop:
    found = plan.stop_of(visit_id)
    assert found is not None
    return found[1]


# -- who is not asked, and why -----------------------------------------------------------------------------
def _unasked(problem: Problem, staff: PresentStaff) -> Iterator[Reason]:
    for (provider_id, lacking), people in sorted(staff.lacking.items()):
        yield Reason.of("swap_lacking", provider=provider_id, lacking=lacking, employees=list(people))


def _unclear(problem: Problem, ids: list[str]) -> Iterator[Reason]:
    """Whose day breaks a rule as her rota has it: by the travel times known here, most often."""
    provider_of = {one.id: one.provider_id for one in problem.employees}
    for provider_id in sorted({provider_of[id] for id in ids}):
        people = [id for id in ids if provider_of[id] == provider_id]
        yield Reason.of("swap_day_unclear", provider=provider_id, employees=people)
