"""The coordinators' list: what waits for a person, the most pressing kinds first. Whoever is on duty reads
the same one; each entry says itself in a sentence and leaves when it is settled (docs/attention.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.commitments import wanted_visits
from api.commitments.open_incidents import WORKER_LATE, open_now
from api.commitments.states import STANDING, WAITING, State
from api.cycle import awaited, offers
from api.cycle.asked_next_door import asked_next_door
from api.incidents import incidents
from api.messages import unfit_rows
from api.plans import plans, publication
from api.plans.blocks_not_held import not_held
from api.plans.ending.endings import endings, suspensions
from api.plans.ending.learnt import learnt
from api.plans.own_reasons import NOT_EXAMINED
from api.plans.plan_words import summary
from api.plans.swaps import swap_questions
from api.shapes.cycle_views import OFFER_STATES, AskedView, ProposalView
from api.shapes.planning.attention_views import (
    AttentionView,
    FailedSearchView,
    LateView,
    SuspendedView,
    UncoveredView,
    UnknownHistoryView,
    UnlawfulView,
)
from api.shapes.planning.plan_views import DifferenceView
from api.shapes.planning.swap_shapes import SwapState, SwapView
from api.shapes.row_views import said
from api.store import basin_tables
from api.store import kept_plans as kept
from api.store.account_tables import AuditEntry
from api.store.cycle_tables import Job, Offer, Outcome, Plan, SwapQuestion
from api.store.incident_tables import Incident
from api.store.plan_parts import LONGEST_PLAN, requests_of
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.shapes.plan_shapes import ReasonShape
from brigade.judging.remarks import UNKNOWN
from brigade.units import PARIS
from brigade.values.plan import Plan as CorePlan
from brigade.words import capital, lowered, say, word

# A search that failed before is yesterday's news: the absence that asked for it still waits in the list.
RECENT = timedelta(hours=24)
TABLES: Mapping[str, type[basin_tables.BasinRow]] = {
    table.KIND.replace("-", "_"): table for table in basin_tables.DATA
}


def attention(scoped: Scoped, basin_id: str, lang: str = "fr") -> AttentionView:
    """Raises: NotFound, Forbidden."""
    scoped.must_write(Plan, basin_id)
    today = scoped.clock.now().astimezone(PARIS).date()
    asked = (
        scoped.select(Plan, basin_id).where(Plan.first_day > today - LONGEST_PLAN).order_by(Plan.id.desc())
    )
    found = [plan for plan in scoped.all(asked) if plan.first_day + timedelta(days=plan.days) > today]
    in_force = {plan.first_day: plan for plan in found if plan.state == "published"}
    standing = list(in_force.values())
    calls = _to_call(scoped, basin_id)
    return AttentionView(
        to_call=[_asked(offer, "to_call", lang) for offer in calls],
        silent_firm_stops=[_asked(offer, "silent", lang) for offer in _silent(scoped, basin_id)],
        uncovered=_uncovered(scoped, basin_id, standing, lang),
        blocks_not_held=not_held(
            scoped, basin_id, standing, cache(lambda: _reasons(scoped, standing, lang)), lang
        ),
        unlawful=[one for plan in standing if (one := _unlawful(scoped, plan, lang)) is not None],
        late=[*_late(scoped, basin_id, standing, lang)],
        next_door=asked_next_door(scoped, basin_id, lang),
        unanswered=[_asked(offer, "unanswered", lang) for offer in _unanswered(scoped, basin_id, calls)],
        swaps=_swaps(scoped, basin_id, lang),
        published_off_duty=[_shown(scoped, plan, None, lang) for plan in found if _is_unseen(plan)],
        proposals=[
            _shown(scoped, plan, in_force.get(plan.first_day), lang) for plan in _proposals(found, in_force)
        ],
        undelivered=awaited.undelivered(scoped, basin_id, lang),
        failed_searches=_failed(scoped, basin_id, lang),
        set_aside=unfit_rows.standing(scoped, basin_id, lang),
        unknown_history=[one for plan in in_force.values() for one in unknown_history(plan, lang)],
        stale_feeds=awaited.stale_feeds(scoped, basin_id, lang),
        days_without_rota=awaited.days_without_rota(scoped, basin_id, lang),
        suspended=[_suspended(row, lang) for row in suspensions(scoped, basin_id)],
        learnt=learnt(scoped, basin_id, lang),
        ending=[one.shown(lang) for one in endings(scoped, basin_id, standing)],
    )


# -- who was asked -----------------------------------------------------------------------------------------
def _asked(offer: Offer, kind: str, lang: str) -> AskedView:
    start, by = (instant.astimezone(PARIS) for instant in (offer.starts_at, offer.reply_by))
    told = {"worker": offer.worker_id, "visit": offer.visit_id, "start": start, "by": by}
    return AskedView(**said(offers.shown(offer)), sentence=word(f"attention.{kind}", lang, **told))


def _silent(scoped: Scoped, basin_id: str) -> list[Offer]:
    """Firm stops that nobody acknowledged within the time the basin states."""
    asked = scoped.select(Offer, basin_id).where(
        Offer.state == State.ORDERED, Offer.ends_at > scoped.clock.now()
    )
    return scoped.all(asked.where(Offer.escalated_at.is_not(None)).order_by(Offer.starts_at, Offer.id))


def _to_call(scoped: Scoped, basin_id: str) -> list[Offer]:
    """Still to begin, not answered, and too late to ask anybody else but by telephone: whoever was asked is
    called first."""
    now = scoped.clock.now()
    asked = scoped.select(Offer, basin_id).where(Offer.starts_at > now, Offer.call_from <= now)
    waiting = asked.where(Offer.state.in_((*WAITING, State.EXPIRED))).order_by(Offer.starts_at, Offer.id)
    return [
        offer
        for offer in scoped.all(waiting)
        if offer.state != State.EXPIRED or offers.is_hers(scoped, offer)
    ]


def _unanswered(scoped: Scoped, basin_id: str, calls: list[Offer]) -> list[Offer]:
    """Offers that wait for an answer, the first to run out first; those to be called stand above."""
    asked = scoped.select(Offer, basin_id).where(
        Offer.state == State.OFFERED, Offer.starts_at > scoped.clock.now()
    )
    called = {offer.id for offer in calls}
    return [offer for offer in scoped.all(asked.order_by(Offer.reply_by, Offer.id)) if offer.id not in called]


def _swaps(scoped: Scoped, basin_id: str, lang: str) -> list[SwapView]:
    """Agreed and to be carried out, or over without an answer, as long as its hours are to come."""
    asked = scoped.select(SwapQuestion, basin_id).where(
        SwapQuestion.state.in_((SwapState.ACCEPTED, SwapState.EXPIRED)),
        SwapQuestion.starts_at > scoped.clock.now(),
    )
    found = (swap_questions.shown(row, lang) for row in scoped.all(asked.order_by(SwapQuestion.starts_at)))
    said = ((one, word(f"attention.swap.{one.state}", lang, asked=lowered(one.sentence))) for one in found)
    return [one.model_copy(update={"sentence": capital(sentence)}) for one, sentence in said]


# -- visits ------------------------------------------------------------------------------------------------
def _uncovered(scoped: Scoped, basin_id: str, in_force: list[Plan], lang: str) -> list[UncoveredView]:
    """Visits still to come that somebody is wanted for and that nobody was told to do or was asked about and
    may still accept: without a carer by the plan in force, refused, silent, or of a day that no plan is
    for."""
    now = scoped.clock.now()
    plan_of = {visit: plan.id for plan in in_force for visit in requests_of(plan.document)}
    wanted = wanted_visits.wanted(scoped, basin_id, now)
    last = {offer.visit_id: offer.state for offer in _offers_of(scoped, basin_id, now)}
    told = {visit for visit, state in last.items() if state in STANDING}
    without = [one for one in wanted if one.id not in told]
    why = _reasons(scoped, in_force, lang) if without else {}
    shown = [_left(one, plan_of.get(one.id), last.get(one.id), why.get(one.id), lang) for one in without]
    return sorted(shown, key=lambda one: (one.priority, one.starts_at, one.visit_id))


def _left(
    visit: basin_tables.Visit, plan_id: str | None, state: str | None, why: str | None, lang: str
) -> UncoveredView:
    start = visit.starts_at.astimezone(PARIS)
    kind = state if state in (State.REFUSED, State.EXPIRED) else "in_plan" if plan_id else "no_plan"
    told = {"visit": visit.id, "priority": visit.value.priority, "start": start, "why": why}
    return UncoveredView(
        visit_id=visit.id,
        client_id=visit.client_id,
        provider_id=visit.provider_id,
        plan_id=plan_id,
        priority=visit.value.priority,
        starts_at=start,
        state=None if state is None else OFFER_STATES.validate_python(state),
        sentence=word(f"attention.uncovered.{kind}", lang, **told),
    )


def _reasons(scoped: Scoped, in_force: list[Plan], lang: str) -> dict[str, str]:
    """Why a plan in force has nobody for a visit: its first reason."""
    found = {}
    for plan in in_force:
        problem = kept.fetch_problem(scoped.session, plan.digest)
        core: CorePlan = kept.read_back(plan, problem)
        for one in core.uncovered:
            if one.reasons and one.reasons[0].code != NOT_EXAMINED:
                found[one.visit_id] = lowered(say(one.reasons[0], lang, horizon=problem.horizon))
    return found


def _offers_of(scoped: Scoped, basin_id: str, now: datetime) -> list[Offer]:
    """In order of time, those that stand last."""
    found = scoped.all(
        scoped.select(Offer, basin_id).where(Offer.starts_at > now - timedelta(days=1)).order_by(Offer.id)
    )
    return sorted(found, key=lambda offer: offer.state in STANDING)


# -- plans -------------------------------------------------------------------------------------------------
def _unlawful(scoped: Scoped, plan: Plan, lang: str) -> UnlawfulView | None:
    """What of a plan in force does not hold by the rows of now."""
    today = publication.by_today(scoped, plan, lang)
    if not (today.violations or today.lost or today.issues):
        return None
    changed = [at for one in today.differences if (at := _changed_at(scoped, plan.basin_id, one)) is not None]
    changed += _told_of(scoped, plan.basin_id, today.lost)
    told = {
        "day": plan.first_day,
        "rules": sorted({one.rule for one in today.violations}),
        "workers": sorted({one.worker_id for one in today.violations if one.worker_id is not None}),
        "lost": today.lost,
        "issues": len(today.issues) or None,
    }
    sentence, since = word("attention.unlawful", lang, **told), max(changed, default=None)
    return UnlawfulView(
        plan_id=plan.id, first_day=plan.first_day, since=since, today=today, sentence=sentence
    )


def unknown_history(plan: Plan, lang: str) -> Iterator[UnknownHistoryView]:
    """What of the people it gives work to a plan was judged without, as its notes said when it was made."""
    notes = [ReasonShape.model_validate(note) for note in plan.document.get("notes", ())]
    for reason in (reason_of(note, "notes", []) for note in notes if note.code in UNKNOWN):
        yield UnknownHistoryView(
            plan_id=plan.id,
            worker_id=reason.value("worker"),
            code=reason.code,
            rules=reason.value("rules"),
            sentence=say(reason, lang),
        )


def _changed_at(scoped: Scoped, basin_id: str, difference: DifferenceView) -> datetime | None:
    """When its row was written last, or deleted: that stands in the trail alone."""
    table = TABLES.get(difference.section)
    if table is None:
        return None
    row = scoped.session.get(table, (basin_id, difference.id))
    if row is not None:
        return row.changed_at.astimezone(PARIS)
    asked = select(func.max(AuditEntry.at)).where(
        AuditEntry.basin_id == basin_id, AuditEntry.kind == table.KIND
    )
    gone = scoped.session.scalar(asked.where(AuditEntry.target == difference.id))
    return gone.astimezone(PARIS) if gone is not None else None


def _told_of(scoped: Scoped, basin_id: str, visits: list[str]) -> Iterator[datetime]:
    """When outcomes of these visits were told."""
    asked = select(Outcome.changed_at).where(Outcome.basin_id == basin_id, Outcome.visit_id.in_(visits))
    return (at.astimezone(PARIS) for at in scoped.session.scalars(asked))


def _is_unseen(plan: Plan) -> bool:
    told = plan.story.off_duty
    return told is not None and told.decision == "published" and told.seen_by is None


def _proposals(found: list[Plan], in_force: dict[date, Plan]) -> list[Plan]:
    """Those that could be published now, newest first: of searches the newest of each first day, and what was
    made by hand or mended since."""
    shown, searched = [], set[date]()
    for plan in found:
        if not _can_be_published(plan, in_force) or plan.first_day in searched:
            continue
        shown.append(plan)
        if plan.job_id is not None and plan.story.mended is None:
            searched.add(plan.first_day)
    return shown


def _can_be_published(plan: Plan, in_force: dict[date, Plan]) -> bool:
    standing = in_force.get(plan.first_day)
    return plan.state == "proposed" and plan.base_plan_id == (standing.id if standing else None)


def _shown(scoped: Scoped, plan: Plan, base: Plan | None, lang: str) -> ProposalView:
    seen = plans.shown(scoped, plan, whole=False)
    return ProposalView(**said(seen), summary=summary(scoped, plan, base, lang))


def _failed(scoped: Scoped, basin_id: str, lang: str) -> list[FailedSearchView]:
    """Searches that came to nothing since yesterday, until a later one of the same days succeeds."""
    since = scoped.clock.now() - RECENT
    asked = (
        scoped.select(Job, basin_id)
        .where(Job.changed_at > since, Job.state.in_(("failed", "done")))
        .order_by(Job.id.desc())
    )
    # The newest first: a search that succeeded is met before the failures that it makes up for.
    found, done = [], set[str | None]()
    for job in scoped.all(asked):
        days = job.span
        if job.state == "done":
            done.add(days)
        elif days is None or days not in done:
            code = job.failure.code if job.failure is not None else ""
            day = date.fromisoformat(days.partition("/")[0]) if days else None
            said = capital(word("attention.failed_search", lang, day=day, code=code))
            at = job.changed_at.astimezone(PARIS)
            found.append(FailedSearchView(job_id=job.id, at=at, code=code, first_day=day, sentence=said))
    return found


# -- who is late -------------------------------------------------------------------------------------------
def _late(scoped: Scoped, basin_id: str, in_force: list[Plan], lang: str) -> Iterator[LateView]:
    """Those with visits still to come that no plan has been published for since they told of it."""
    now = scoped.clock.now()
    asked = scoped.select(Incident, basin_id).where(Incident.kind == WORKER_LATE, *open_now(now))
    for row in scoped.all(asked.order_by(Incident.starts_at, Incident.id)):
        ahead = [one.visit_id for one in row.details.visits if one.starts_at > now]
        if ahead and not any(plan.published_at and plan.published_at > row.created_at for plan in in_force):
            told = {"worker": row.worker_id, "minutes": row.details.minutes or 0, "visits": ahead}
            sentence = word("attention.late", lang, **told, at=row.starts_at.astimezone(PARIS))
            yield LateView(**said(incidents.shown(row)), sentence=sentence)


# -- clients -----------------------------------------------------------------------------------------------
def _suspended(row: Incident, lang: str) -> SuspendedView:
    shown = incidents.shown(row)
    told = {"client": row.client_id, "start": row.starts_at.astimezone(PARIS)}
    until = row.ends_at.astimezone(PARIS) if row.ends_at else None
    cause = word(f"incident.cause.{row.cause}", lang)
    sentence = word("attention.suspended", lang, **told, cause=cause, until=until)
    return SuspendedView(**said(shown), sentence=sentence)
