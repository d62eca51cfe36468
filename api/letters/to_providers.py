"""What providers are told of their own clients' visits: who comes, who does not, why nobody does. Never
another's visit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments.placements import covered, diff
from api.commitments.states import STANDING, State
from api.commitments.wanted_visits import still_ahead, wanted_no_more
from api.cycle import absences
from api.letters.matter import Matter, Words, offers_of, said_fault
from api.messages.described import DescribedVisit, described
from api.plans import own_reasons
from api.plans.swaps.swap_questions import sentence
from api.service.service import Service
from api.shapes.kept.subject_shapes import (
    ClientNotMet,
    NotCoveredYet,
    PlanForProvider,
    RisksOver,
    RowsSetAside,
    SwapAsked,
    VisitsAtRisk,
    VisitsConfirmed,
)
from api.shapes.planning.plan_views import PlaceView, ReasonView
from api.shapes.planning.swap_shapes import SwapState
from api.store.basin_tables import Absence, Visit
from api.store.cycle_tables import Offer, Outcome, Plan, SwapQuestion
from api.store.message_tables import Message
from api.store.plan_parts import uncovered_in
from brigade.exchange.documents.json_text import JsonObject
from brigade.words import word

# Read on a telephone, between two calls: the first reasons decide what is tried next.
MOST_REASONS = 3


def _plan_for_provider(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Who comes to this provider's clients and what changed; loud when a visit has nobody now that had
    somebody before."""
    plan = session.get_one(Plan, message.subject(PlanForProvider).plan_id)
    if _is_overtaken(session, message, plan):
        return None
    base, again = _known_to(session, message)
    own = _own(session, message)
    there = {visit: place for visit, place in covered(plan.document).items() if visit in own}
    changes = diff(base.document if base else None, plan.document)
    asked = _asked(session, message.basin_id, there.keys())
    known = described(session, message.basin_id, own)
    told = [one for one in (*changes.added, *changes.moved, *changes.retimed) if one.visit_id in known]
    changed = [_stop(one.visit_id, one.to, known, asked, before=one.from_) for one in told if one.to]
    same = (again & there.keys() & known.keys()) - {one.visit_id for one in told}
    changed += [_stop(visit, there[visit], known, asked) for visit in same]
    left = {id: one for id, one in uncovered_in(plan.document).items() if id in known}
    before = uncovered_in(base.document).keys() if base else set[str]()
    # Left uncovered it is told among those; dropped otherwise, nobody wants it any more.
    gone = [one for one in changes.dropped if one.visit_id in known and one.visit_id not in left]
    # What was uncovered before and still is was told: alone it is no news.
    if not (changed or left.keys() - before or gone):
        return None
    uncovered = _uncovered(session, plan, left, known, lang)
    return {
        "first_day": plan.first_day,
        "is_first": base is None,
        "changed": _in_time(changed),
        "dropped": _in_time(
            [_stop(one.visit_id, one.from_, known, frozenset()) for one in gone if one.from_]
        ),
        "lost": [one for one in uncovered if one.visit.visit_id not in before],
        "still": [one for one in uncovered if one.visit.visit_id in before],
        "coming": _in_time(
            [_stop(visit, place, known, asked) for visit, place in there.items() if visit in known]
        ),
    }


def _is_overtaken(session: Session, message: Message, plan: Plan) -> bool:
    """Whether a later letter about the same days goes to the same reader, and tells all that is in force."""
    if plan.state == "published":
        return False
    later = select(Message).where(
        Message.kind == message.kind,
        Message.basin_id == message.basin_id,
        Message.contact_id == message.contact_id,
        Message.channel == message.channel,
        Message.id > message.id,
    )
    ids = [one.subject(PlanForProvider).plan_id for one in session.scalars(later)]
    days = select(Plan.id).where(Plan.id.in_(ids), Plan.first_day == plan.first_day)
    return session.scalar(days.limit(1)) is not None


def _known_to(session: Session, message: Message) -> tuple[Plan | None, set[str]]:
    """The plan that this reader knows: the one replaced, or the one told before a letter that never left. And
    the visits whose carer comes as that plan says, though the reader may have been told otherwise since."""
    about = message.subject(PlanForProvider)
    base_id, again = about.base_plan_id, set(about.again)
    earlier = select(Message).where(
        Message.kind == message.kind,
        Message.basin_id == message.basin_id,
        Message.contact_id == message.contact_id,
        Message.channel == message.channel,
        Message.state == "obsolete",
    )
    told = (one.subject(PlanForProvider) for one in session.scalars(earlier))
    unsaid = {one.plan_id: one for one in told}
    # Each step goes one unsent letter back; taken out as it is used, so that the chain ends.
    while base_id in unsaid:
        before = unsaid.pop(base_id)
        base_id, again = before.base_plan_id, again | set(before.again)
    return (session.get_one(Plan, base_id) if base_id else None), again


def _own(session: Session, message: Message) -> frozenset[str]:
    asked = select(Visit.id).where(
        Visit.basin_id == message.basin_id, Visit.provider_id == message.provider_id
    )
    return frozenset(session.scalars(asked))


def _asked(session: Session, basin_id: str, visits: Collection[str]) -> frozenset[str]:
    """Visits whose worker may still say no: nobody is promised her."""
    asked = select(Offer.visit_id).where(
        Offer.basin_id == basin_id, Offer.visit_id.in_(visits), Offer.state == State.OFFERED
    )
    return frozenset(session.scalars(asked))


@dataclass(frozen=True, slots=True)
class LeftWords:
    """A visit that nobody does, and why."""

    visit: DescribedVisit
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class StopWords:
    """Who comes to a visit, when. `is_asked`: the worker may still say no. `before`: what was told before."""

    visit: DescribedVisit
    worker_id: str
    starts_at: datetime
    ends_at: datetime
    is_asked: bool = False
    before: StopWords | None = None


def _stop(
    visit_id: str,
    place: PlaceView,
    known: Mapping[str, DescribedVisit],
    asked: Collection[str],
    before: PlaceView | None = None,
) -> StopWords:
    visit = known[visit_id]
    was = None if before is None else StopWords(visit, before.worker_id, before.start, before.end)
    return StopWords(visit, place.worker_id, place.start, place.end, visit_id in asked, was)


def _in_time(stops: list[StopWords]) -> list[StopWords]:
    return sorted(stops, key=lambda one: (one.starts_at, one.visit.visit_id))


def _uncovered(
    session: Session,
    plan: Plan,
    left: Mapping[str, JsonObject],
    known: Mapping[str, DescribedVisit],
    lang: str,
) -> list[LeftWords]:
    """The gravest first, each with why in words."""
    if not left:
        return []
    foreign, horizon = (
        own_reasons.visits_of(plan.document) - known.keys(),
        own_reasons.horizon_of(session, plan),
    )
    found = []
    for visit in sorted((known[id] for id in left), key=lambda one: one.gravity):
        why = [ReasonView(**reason) for reason in left[visit.visit_id].get("reasons", ())]
        reasons = own_reasons.sentences(why, foreign, horizon, lang)
        found.append(LeftWords(visit, reasons[:MOST_REASONS]))
    return found


# -- absences ----------------------------------------------------------------------------------------------
def _visits_at_risk(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """By gravity, those that are still at risk; None once it is withdrawn or changed: another letter tells of
    that."""
    about = message.subject(VisitsAtRisk)
    absence = session.get(Absence, (message.basin_id, about.absence_id))
    if absence is None or about.version not in (None, absence.version):
        return None
    scoped = Scoped(session, Principal.system(f"letter:{message.id}", message.basin_id), service.clock)
    now = {one.visit_id for one in absences.visits_at_risk(scoped, absence) if one.wants_replacement}
    ids = [one.visit_id for one in about.risks if one.visit_id in now]
    known = described(session, message.basin_id, ids)
    visits = sorted((known[id] for id in ids), key=lambda one: one.gravity)
    if not visits:
        return None
    return {
        "employee": absence.employee_id,
        "starts_at": absence.starts_at,
        "ends_at": absence.ends_at,
        "provider": visits[0].provider,
        "visits": visits,
        "earliest": min(visits, key=lambda one: one.starts_at),
    }


def _risks_over(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """What was told at risk and is so no longer, as it was told; None when it is at risk again."""
    about = message.subject(RisksOver)
    absence = session.get(Absence, (message.basin_id, about.absence_id))
    scoped = Scoped(session, Principal.system(f"letter:{message.id}", message.basin_id), service.clock)
    again = absences.left_to_replace(scoped, message.basin_id, about.employee_id)
    over = [one for one in about.risks if one.visit_id not in again]
    if not over:
        return None
    visits = [
        {"client_id": one.client_id, "starts_at": one.planned_start}
        for one in sorted(over, key=lambda one: (one.planned_start, one.visit_id))
    ]
    return {"employee": about.employee_id, "is_gone": absence is None, "visits": visits}


# -- answers -----------------------------------------------------------------------------------------------
def _not_covered_yet(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Visits whose provider was told of somebody who does not come, and apart those that nobody is to come to
    any more; None once somebody else is asked, or the visit is over. Neither who nor why: a refusal is the
    worker's."""
    gone = [
        one for one in offers_of(session, message.subject(NotCoveredYet).offers) if one.state not in STANDING
    ]
    ahead = [one for one, _ in still_ahead(session, gone, service.clock.now())]
    visits = [one.visit_id for one in ahead]
    asked = select(Offer.visit_id).where(Offer.basin_id == message.basin_id, Offer.visit_id.in_(visits))
    again = frozenset(session.scalars(asked.where(Offer.state.in_(STANDING))))
    known = described(session, message.basin_id, visits)
    told = [one for one in ahead if one.visit_id not in again and one.visit_id in known]
    if not told:
        return None
    scoped = Scoped(session, Principal.system(f"letter:{message.id}", message.basin_id), service.clock)
    no_more = wanted_no_more(scoped, message.basin_id, visits)
    stops = [StopWords(known[one.visit_id], one.worker_id, one.starts_at, one.ends_at) for one in told]
    left = [one for one in stops if one.visit.visit_id not in no_more]
    return {
        "visits": sorted(left, key=lambda one: one.visit.gravity),
        "off": _in_time([one for one in stops if one.visit.visit_id in no_more]),
        "earliest": min(one.starts_at for one in left or stops),
    }


@dataclass(frozen=True, slots=True)
class NotMetWords:
    """Of one visit: who was not met, and why in words of the trade."""

    visit: DescribedVisit
    cause: str


def _client_not_met(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """At which doors somebody stood for nothing; None once it is said otherwise. Not who stood there."""
    asked = select(Outcome).where(Outcome.id.in_(message.subject(ClientNotMet).outcomes), Outcome.at_door)
    rows = session.scalars(asked.order_by(Outcome.id)).all()
    known = described(session, message.basin_id, [row.visit_id for row in rows])
    visits = [
        NotMetWords(_as_announced(session, row, known[row.visit_id]), word(f"not_done.{row.cause}", lang))
        for row in rows
        if row.visit_id in known
    ]
    return {"visits": sorted(visits, key=lambda one: one.visit.gravity)} if visits else None


def _as_announced(session: Session, row: Outcome, visit: DescribedVisit) -> DescribedVisit:
    """At the hour at which somebody stood there: the rota's may be another, or still to come."""
    place = covered(session.get_one(Plan, row.plan_id).document).get(row.visit_id)
    return visit if place is None else replace(visit, starts_at=place.start)


def _visits_confirmed(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Every stop of the plan in force to this provider's clients, once all who were asked have said yes; or
    those of whom it was told that nobody comes, and somebody does."""
    about = message.subject(VisitsConfirmed)
    plan = session.get_one(Plan, about.plan_id)
    own = _own(session, message)
    named = offers_of(session, about.offers or ())
    after_all = {one.visit_id for one in named if one.state in STANDING}
    is_after_all = about.offers is not None
    there = {
        visit: place
        for visit, place in covered(plan.document).items()
        if visit in (after_all if is_after_all else own)
    }
    if (
        plan.state != "published"
        or not there
        or (not is_after_all and _asked(session, message.basin_id, there.keys()))
    ):
        return None
    known = described(session, message.basin_id, there)
    sure = _standing(session, message.basin_id, there)
    coming = [
        _stop(visit, place, known, frozenset())
        for visit, place in there.items()
        if visit in known and visit in sure
    ]
    return (
        {"first_day": plan.first_day, "coming": _in_time(coming), "after_all": is_after_all}
        if coming
        else None
    )


def _standing(session: Session, basin_id: str, visits: Collection[str]) -> frozenset[str]:
    asked = select(Offer.visit_id).where(Offer.basin_id == basin_id, Offer.visit_id.in_(visits))
    return frozenset(session.scalars(asked.where(Offer.state.in_(STANDING))))


def _rows_set_aside(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    about = message.subject(RowsSetAside)
    known = described(session, message.basin_id, about.visits)
    visits = sorted(known.values(), key=lambda one: one.gravity)
    return {
        "told": [said_fault(one, lang) for one in about.told],
        "visits": visits,
        "count": len(about.visits),
    }


def _swap_asked(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """None once it is answered or withdrawn."""
    row = session.get(SwapQuestion, message.subject(SwapAsked).swap_id)
    if row is None or row.state != SwapState.ASKED:
        return None
    return {"sentence": sentence(row, lang), "by": row.reply_by}


MATTERS: Mapping[str, Matter] = {
    "swap_asked": _swap_asked,
    "plan_for_provider": _plan_for_provider,
    "visits_at_risk": _visits_at_risk,
    "risks_over": _risks_over,
    "not_covered_yet": _not_covered_yet,
    "client_not_met": _client_not_met,
    "visits_confirmed": _visits_confirmed,
    "rows_set_aside": _rows_set_aside,
}
