"""What becomes of each visit that an absence leaves without its carer, as its own provider may read it: one
state a visit, from the search to whoever comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import identities
from api.commitments.placements import covered
from api.commitments.states import AGREED, STANDING, State
from api.cycle import absences
from api.persons.visiting import Meeting
from api.plans import own_reasons
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ReplanMode
from api.shapes.cycle_views import RiskView
from api.shapes.planning.plan_views import ReasonView
from api.shapes.row_views import view_of
from api.shapes.situation_views import SituationState, SituationView, VisitSituationView
from api.store import basin_tables
from api.store.cycle_tables import Job, Offer, Outcome, Plan
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.store.plan_parts import LONGEST_PLAN, uncovered_in
from brigade.units import PARIS
from brigade.words import word

UNDER_WAY = ("queued", "running")
PURPOSE = "situation"
S = SituationState


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of one visit, before anybody is named."""

    state: SituationState
    offer: Offer | None = None
    sentences: Sequence[str] = ()


@dataclass
class _Basin:
    """What several visits are looked up in: proposals and searches are coordinators' to read, and only what
    follows from them is told."""

    scoped: Scoped
    basin_id: str
    lang: str
    foreign: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def plans(self) -> Sequence[Any]:
        """Those that may still say something, the newest first, without their documents."""
        row, today = Plan, self.scoped.clock.now().astimezone(PARIS).date()
        # Documents are large, and one of them is read in the end.
        columns = (row.id, row.state, row.first_day, row.days, row.base_plan_id)
        asked = select(*columns).where(
            row.basin_id == self.basin_id,
            row.state.in_(("proposed", "published")),
            row.first_day > today - LONGEST_PLAN,
        )
        return self.scoped.session.execute(asked.order_by(row.id.desc())).all()

    @cached_property
    def searched(self) -> set[date]:
        """The days that a search is at work for."""
        asked = select(Job).where(Job.basin_id == self.basin_id, Job.state.in_(UNDER_WAY))
        return {day for job in self.scoped.session.scalars(asked) for day in _days_of(job)}

    def plan_on(self, day: date) -> Plan | None:
        """What was found last for a day: a proposal, unless a plan was published since."""
        newest = [
            one for one in self.plans if one.first_day <= day < one.first_day + timedelta(days=one.days)
        ]
        in_force = next((one.id for one in newest if one.state == "published"), None)
        # A proposal made from what another plan has replaced can be published no longer.
        mine = (one.id for one in newest if one.state == "proposed" and one.base_plan_id == in_force)
        found = next(mine, in_force)
        return None if found is None else self.scoped.session.get(Plan, found)

    def why(self, plan: Plan, visit_id: str) -> list[str]:
        left = uncovered_in(plan.document).get(visit_id)
        if left is None:
            return []
        if plan.id not in self.foreign:
            self.foreign[plan.id] = own_reasons.foreign_to(self.scoped, plan)
        horizon = own_reasons.horizon_of(self.scoped.session, plan)
        reasons = [ReasonView.model_validate(one) for one in left.get("reasons", ())]
        return own_reasons.sentences(reasons, self.foreign[plan.id], horizon, self.lang)


def situation(
    scoped: Scoped, service: Service, absence: basin_tables.Absence, lang: str, *, names: bool = True
) -> SituationView:
    """The visits at risk, the gravest first. Args: names: whether people are shown by name, which is noted;
    without, only what may have changed is told."""
    return situations(scoped, service, absence.basin_id, [absence], lang, names=names)[0]


def situations(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    rows: Iterable[basin_tables.Absence],
    lang: str,
    *,
    names: bool = True,
) -> list[SituationView]:
    """As `situation`, of several absences of one basin."""
    basin = _Basin(scoped, basin_id, lang)
    return [_situation(basin, service, row, names=names) for row in rows]


def _situation(
    basin: _Basin, service: Service, absence: basin_tables.Absence, *, names: bool
) -> SituationView:
    scoped = basin.scoped
    risks = absences.visits_at_risk(scoped, absence)
    offers, outcomes = (_by_visit(scoped, table, absence.basin_id, risks) for table in (Offer, Outcome))
    visits = {
        row.id: row
        for row in scoped.all(
            scoped.select(basin_tables.Visit, absence.basin_id).where(
                basin_tables.Visit.id.in_([one.visit_id for one in risks])
            )
        )
    }
    found = {
        risk.visit_id: _state(basin, risk, offers.get(risk.visit_id, ()), outcomes.get(risk.visit_id, ()))
        for risk in risks
    }
    shown = _shown(scoped, service, absence, found, visits) if names else {}
    wanted = [one.client_id for one in risks] if names else []
    clients = identities.own_names(scoped, service.vault, ClientIdentity, absence.basin_id, wanted, PURPOSE)
    told = [_told(risk, found[risk.visit_id], clients, shown.get(risk.visit_id)) for risk in risks]
    return SituationView(absence_id=absence.id, at=scoped.clock.now(), visits=told)


def _by_visit(scoped: Scoped, table: Any, basin_id: str, risks: Sequence[RiskView]) -> dict[str, list[Any]]:
    """Offers and outcomes of the visits, the newest first: through the visits, which the account reaches."""
    asked = select(table).where(
        table.basin_id == basin_id, table.visit_id.in_([one.visit_id for one in risks])
    )
    found: dict[str, list[Any]] = {}
    for row in scoped.session.scalars(asked.order_by(table.id.desc())):
        found.setdefault(row.visit_id, []).append(row)
    return found


def _state(basin: _Basin, risk: RiskView, offers: Sequence[Offer], outcomes: Sequence[Outcome]) -> _Found:
    offer = next((one for one in offers if one.state in STANDING), None)
    if outcomes and outcomes[0].done:
        # Whoever came may not be the last one who was asked.
        done = next((one for one in offers if one.worker_id == outcomes[0].worker_id), offer)
        return _Found(S.DONE, done)
    if not risk.wants_replacement:
        return _Found(S.NOT_WANTED)
    if outcomes:
        return _Found(S.UNCOVERED, sentences=[word("situation.not_done", basin.lang)])
    if offer is not None:
        return _Found(_of_offer(offer), offer)
    day = risk.planned_start.astimezone(PARIS).date()
    plan = basin.plan_on(day)
    if plan is not None and plan.state == "proposed" and risk.visit_id in covered(plan.document):
        return _Found(S.PROPOSED)
    if day in basin.searched:
        return _Found(S.SEARCHING)
    return _Found(S.UNCOVERED, sentences=_why(basin, plan, risk, offers))


def _of_offer(offer: Offer) -> SituationState:
    if offer.kind == "firm":
        return S.FIRM
    return S.ACCEPTED if offer.state in AGREED else S.OFFERED


def _why(basin: _Basin, plan: Plan | None, risk: RiskView, offers: Sequence[Offer]) -> Sequence[str]:
    """Nobody comes: what is known of it, in sentences."""
    end = risk.planned_start + timedelta(minutes=risk.duration_min)
    # First: of a visit that is over, no reason of its plan says anything any more.
    if end <= basin.scoped.clock.now():
        return [word("situation.over", basin.lang)]
    said = basin.why(plan, risk.visit_id) if plan is not None else []
    if said:
        return said
    if offers and offers[0].state in (State.REFUSED, State.EXPIRED):
        return [word(f"situation.{offers[0].state}", basin.lang)]
    # A search tells the reasons of the gravest first, and may have no time for the others.
    if plan is not None and risk.visit_id in uncovered_in(plan.document):
        return [word("situation.nobody_found", basin.lang)]
    if basin.scoped.principal.role is Role.COORDINATOR:
        return [word("situation.to_search", basin.lang)]
    wishes = basin.scoped.basin(basin.basin_id).body
    waits = wishes.replan is not ReplanMode.AT_ONCE
    return [word("situation.on_request" if waits else "situation.not_sought", basin.lang)]


def _days_of(job: Job) -> Iterable[date]:
    """`2026-03-09/2`: a first day and how many."""
    told = job.span or job.waits_for
    if not told:
        return
    first, _, days = told.partition("/")
    for number in range(int(days or 1)):
        yield date.fromisoformat(first) + timedelta(days=number)


# -- people ------------------------------------------------------------------------------------------------
def _shown(
    scoped: Scoped,
    service: Service,
    absence: basin_tables.Absence,
    found: Mapping[str, _Found],
    visits: Mapping[str, basin_tables.Visit],
) -> dict[str, str]:
    """By visit, the name of who comes: once it is settled, and near enough (`visiting.next_visits`)."""
    today, ahead = scoped.clock.now().astimezone(PARIS).date(), service.settings.name_days_before
    near = {
        visit_id: one.offer.worker_id
        for visit_id, one in found.items()
        if one.offer is not None
        and (meeting := Meeting(one.offer, visits[visit_id])).is_settled
        and meeting.is_within(today, ahead)
    }
    known = identities.opened_by_id(
        scoped, service.vault, WorkerIdentity, absence.basin_id, near.values(), PURPOSE
    )
    return {visit_id: known[worker].name for visit_id, worker in near.items() if worker in known}


def _told(
    risk: RiskView, found: _Found, clients: Mapping[str, str], worker_name: str | None
) -> VisitSituationView:
    offer = found.offer
    return view_of(
        VisitSituationView,
        risk,
        client_name=clients.get(risk.client_id),
        state=found.state,
        sentences=list(found.sentences),
        reply_by=offer.reply_by if offer is not None and found.state is S.OFFERED else None,
        worker_id=offer.worker_id if offer is not None else None,
        worker_name=worker_name,
        starts_at=offer.starts_at if offer is not None else None,
        ends_at=offer.ends_at if offer is not None else None,
    )
