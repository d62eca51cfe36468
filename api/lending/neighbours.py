"""Who next door could come: people whom an agreement lends, tried in the borrower's own plan as they would
stand in it once lent, ranked by what it costs as its own candidates are.

Of the neighbour's people and clients nothing is told but who could come, when, and at what cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.access.scope import Scoped
from api.basin import basin_travel, compose
from api.basin.set_aside import plannable
from api.lending.agreements import in_force, names_of
from api.lending.lendings import OPEN
from api.plans.warm_plans import warm
from api.shapes.cycle_requests import plain
from api.shapes.planning.lending_views import LendingCandidatesView, LendingCandidateView, LendingIn
from api.store.basin_tables import Worker
from api.store.lending.lending_tables import BasinAgreement, Lending, lent_name
from api.worked.lent_hours import DepartmentTours, Hours
from api.worked.lent_people import LentPeople, free_hours, lent_people, may_be_lent, papers_for, stays_in
from brigade.changes.answers import Candidate
from brigade.changes.help.lending import Payer
from brigade.changes.mending import judged
from brigade.exchange.documents.json_text import JsonObject
from brigade.timing.plan_timing import retime
from brigade.units import Horizon
from brigade.values.plan import Plan as CorePlan
from brigade.values.plan import Reason
from brigade.values.problem import Problem
from brigade.words import say
from solver.advice import AdviceSession
from solver.advice.candidates import candidates_for, unpinned
from solver.advice.trial_plan import orders_of, pinned_starts

SLACK = timedelta(minutes=15)
"""Asked for beyond the ways: the next plan may begin a little sooner or end a little later."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class _Neighbour:
    """One who may be asked for. `free`: her hours of these days."""

    agreement: BasinAgreement
    worker_id: str
    free: Sequence[Hours]

    @property
    def lent_id(self) -> str:
        return lent_name(self.worker_id, self.agreement.basin_id)


def who_next_door(
    scoped: Scoped, basin_id: str, plan_id: str, visit_ids: list[str], lang: str
) -> LendingCandidatesView:
    """Raises: NotFound, Forbidden; InvalidPlan, when a visit is not to be covered; Refused, where the rows of
    now make no problem."""
    row, kept = warm(scoped, basin_id, plan_id)
    names = list(dict.fromkeys(visit_ids))
    document = compose.document_of(scoped, basin_id, row.first_day, row.days)
    found = list(_neighbours(scoped, basin_id, Horizon(row.first_day, row.days), document))
    problem, _ = plannable(document, basin_travel.resolver(scoped.basin(basin_id).given["travel"]))
    plan = unpinned(judged(problem, kept.plan).plan, names)
    ranked = candidates_for(AdviceSession(problem, plan), names, with_obstacles=False).ranked
    by_id = {one.lent_id: one for one in found}
    own = [one for one in ranked if one.worker_id not in by_id]
    return LendingCandidatesView(
        plan_id=plan_id,
        visit_ids=names,
        asked=sorted(
            {names_of(scoped, one)[one.basin_id] for one in in_force(scoped, basin_id, row.first_day)}
        ),
        own=len(own),
        own_cost=own[0].cost if own else None,
        ranked=[
            _shown(scoped, problem, plan, one, by_id[one.worker_id], names, lang)
            for one in ranked
            if one.worker_id in by_id
        ][:MOST_SHOWN],
    )


# -- whom ---------------------------------------------------------------------------------------------------
def _neighbours(
    scoped: Scoped, basin_id: str, horizon: Horizon, document: JsonObject
) -> Iterator[_Neighbour]:
    """Everybody whom an agreement lends and who has time, put into the borrower's document."""
    planned, known = DepartmentTours(scoped, horizon), set[str]()
    providers = [one["id"] for one in document["demand"]["providers"]]
    for agreement in in_force(scoped, basin_id, horizon.first_day):
        home = scoped.as_service(agreement.basin_id)
        people = list(_people(home, agreement, planned, known))
        known |= {one.lent_id for one, _ in people}
        rows = [row for _, row in people]
        told = lent_people(home, agreement.basin_id, rows, basin_id, planned)
        hours = {one.lent_id: one.free for one, _ in people}
        _add(document, told, hours, providers)
        yield from (one for one, _ in people)


def _people(
    home: Scoped, agreement: BasinAgreement, planned: DepartmentTours, known: set[str]
) -> Iterator[tuple[_Neighbour, Worker]]:
    now = home.clock.now()
    soonest = now + timedelta(minutes=agreement.notice_min)
    is_open = Lending.state.in_(OPEN), Lending.ends_at > max(now, planned.opens)
    that_day = Lending.basin_id == agreement.basin_id, Lending.starts_at < planned.closes
    asked_for = {one.worker_id for one in home.all(home.select(Lending).where(*that_day, *is_open))}
    for row in home.all(home.select(Worker, agreement.basin_id).order_by(Worker.id)):
        if not agreement.value.lends(row.id) or not may_be_lent(row) or row.id in asked_for:
            continue
        one = _Neighbour(agreement, row.id, free_hours(row, planned, soonest))
        # Whoever is lent to this basin herself is not lent on.
        if one.free and one.lent_id not in known and row.body.get("lent_by") is None:
            yield one, row


def _add(
    document: JsonObject, told: LentPeople, hours: Mapping[str, Sequence[Hours]], providers: Sequence[str]
) -> None:
    brigade, sites = document["brigade"], document["sites"]
    here = {one["id"] for one in (*brigade["employers"], *brigade["workers"], *sites)}
    brigade["employers"] += [one for one in told.employers if one["id"] not in here]
    sites += [one for one in told.sites if one["id"] not in here]
    # She may have been lent before, and stand here without hours.
    brigade["workers"][:] = [one for one in brigade["workers"] if one["id"] not in hours]
    for body in told.workers:
        free = hours[body["id"]]
        papers = {"engagements": list(map(plain, papers_for(providers, _whole(free))))}
        brigade["workers"].append({**body, "availability": list(map(plain, stays_in(free))), **papers})


def _whole(free: Sequence[Hours]) -> list[Hours]:
    return [(free[0][0], free[-1][1])] if free else []


# -- how it looks -------------------------------------------------------------------------------------------
def _shown(
    scoped: Scoped,
    problem: Problem,
    plan: CorePlan,
    found: Candidate,
    one: _Neighbour,
    names: list[str],
    lang: str,
) -> LendingCandidateView:
    tour = found.placements[0].tour
    orders: list[str] = []
    for place in found.placements:
        orders.insert(place.position, place.visit_id)
    everything = orders_of(plan)
    for key in [*everything]:
        everything[key] = [id for id in everything[key] if id not in names]
    everything[found.worker_id, tour] = orders
    timed = retime(problem, everything, fixed_starts=pinned_starts(plan)).plan
    (route,) = (route for route in timed.routes if (route.worker_id, route.tour) == (found.worker_id, tour))
    first, horizon = route.stops[0], problem.horizon
    free = one.free[tour]
    leaves = max(free[0], horizon.instant(route.departure) - SLACK)
    back = min(free[1], horizon.instant(route.back) + SLACK)
    lender, borrower = one.agreement.basin_id, one.agreement.borrower_id
    called = names_of(scoped, one.agreement)
    reason = Reason.of(
        "could_be_lent",
        worker=one.worker_id,
        lender=called[lender],
        borrower=called[borrower],
        visit=first.visit_id,
        arrival_at=first.arrival,
    )
    request = LendingIn(
        agreement_id=one.agreement.id,
        worker_id=one.worker_id,
        visits=names,
        starts_at=leaves,
        ends_at=back,
        reply_by=None,
        reason=None,
    )
    return LendingCandidateView(
        worker_id=one.worker_id,
        lender=lender,
        lender_name=called[lender],
        agreement_id=one.agreement.id,
        arrival=horizon.instant(first.arrival),
        starts_at=horizon.instant(first.start),
        ends_at=horizon.instant(route.stops[-1].end),
        cost=found.cost,
        points=found.points,
        travel_min=horizon.minutes(route.travel),
        paid_by=Payer(one.agreement.paid_by),
        sentence=say(reason, lang, horizon=horizon),
        request=request,
    )
