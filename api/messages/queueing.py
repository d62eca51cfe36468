"""What is to be told, written in the transaction of what causes it: either both are kept or neither.

Only ids and times are kept; `api.letters.letters` finds the words and the address when the message leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.commitments.placements import diff
from api.commitments.states import State
from api.commitments.wanted_visits import still_ahead
from api.messages import contacts
from api.shapes.cycle_views import RiskView
from api.shapes.kept.job_shapes import Deferred
from api.shapes.kept.kept_shapes import Failure, KeptIssue
from api.shapes.kept.subject_shapes import (
    ClientNotMet,
    MessageFailed,
    NotCoveredYet,
    OfferState,
    OnCallChanged,
    PlanForProvider,
    ProposalReady,
    PublishedOffDuty,
    RisksOver,
    SearchFailed,
    Subject,
    SwapAsked,
    SwapOutcome,
    TourChanged,
    Unanswered,
    VisitRisk,
    VisitsAtRisk,
    VisitsConfirmed,
    WebhookDisabled,
)
from api.shapes.row_views import view_of
from api.store import kept_plans
from api.store.basin_tables import Absence, Visit
from api.store.cycle_tables import DutyRota, Job, Offer, Outcome, Plan, SwapQuestion
from api.store.engine import one_at_a_time
from api.store.message_tables import Contact, Message, Webhook
from api.store.plan_parts import uncovered_in
from brigade.ports import Clock

NEWS = timedelta(hours=12)
"""So long it is news that a client was not there."""
NOBODY = Failure(code="no_contact", detail="")


def put(
    session: Session,
    clock: Clock,
    basin_id: str,
    subject: Subject,
    cause: str,
    *contact_ids: str,
    until: datetime | None = None,
) -> list[Message]:
    """One message for each channel of each contact. Without a contact it fails at once, where coordinators
    see it."""
    asked = select(Contact).where(Contact.basin_id == basin_id, Contact.id.in_(contact_ids))
    known, now = {row.id: row for row in session.scalars(asked)}, clock.now()
    about = subject.model_dump(mode="json", exclude_unset=True)
    rows = []
    for contact_id in contact_ids:
        contact, (owner_kind, _, owner) = known.get(contact_id), contact_id.partition(":")
        for channel in contacts.channels_of(contact) if contact is not None else ("none",):
            row = Message.made(
                clock,
                basin_id,
                state="failed" if contact is None else "queued",
                attempts=0,
                next_at=now,
                until=until,
                doubted=False,
                failure=NOBODY if contact is None else None,
                kind=subject.KIND,
                cause=f"{cause}:{contact_id}:{channel}",
                channel=channel,
                contact_id=contact_id,
                worker_id=owner if owner_kind == "worker" else None,
                provider_id=owner if owner_kind == "provider" else None,
                about=about,
            )
            rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def to_coordinators(session: Session, clock: Clock, basin_id: str, subject: Subject, cause: str) -> None:
    put(session, clock, basin_id, subject, cause, *_coordinators(session, basin_id))


def _coordinators(session: Session, basin_id: str) -> list[str]:
    # Nobody to tell is itself told: the failed row stands in the list.
    return contacts.duty_desk(session, basin_id) or [contacts.COORDINATORS]


# -- a plan was published ----------------------------------------------------------------------------------
def tours_changed(
    scoped: Scoped, plan: Plan, told: Iterable[Offer], withdrawn: Iterable[Offer], cause: str | None = None
) -> None:
    """One message a worker: what is new to answer or to acknowledge, what is no longer hers. Args: cause:
    what it follows from,
    when it is not the publication of the plan."""
    called_off = list(withdrawn)
    new, gone = _by_worker(told), _by_worker(called_off)
    # What is called off is told as long as she might go there all the same.
    ends = {one.id: end for one, end in still_ahead(scoped.session, called_off, scoped.clock.now())}
    for worker_id in sorted(new.keys() | gone.keys()):
        ours = (*new[worker_id], *gone[worker_id])
        about = TourChanged(
            plan_id=plan.id,
            offers=[offer.id for offer in new[worker_id]],
            withdrawn=[offer.id for offer in gone[worker_id]],
        )
        until = max(ends.get(offer.id, offer.ends_at) for offer in ours)
        why = cause or f"plan:{plan.id}"
        put(
            scoped.session,
            scoped.clock,
            plan.basin_id,
            about,
            why,
            f"worker:{worker_id}",
            until=until,
        )


def _by_worker(offers: Iterable[Offer]) -> defaultdict[str, list[Offer]]:
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in sorted(offers, key=lambda one: (one.starts_at, one.id)):
        found[offer.worker_id].append(offer)
    return found


def providers_told(scoped: Scoped, plan: Plan, replaced: Plan | None, told: Iterable[Offer]) -> None:
    """One message to each provider whose visits the plan changes; it tells the clients who comes, when.
    Args: told: the offers and orders that the plan makes anew."""
    changes = diff(replaced.document if replaced else None, plan.document)
    changed = {one.visit_id for one in changes.all}
    # Both plans say the same of these, but their workers were let off, or silent, in between: the provider
    # may have been told that nobody comes.
    again = {one.visit_id for one in told} - changed
    touched = changed | again | newly_uncovered(plan, replaced)
    for provider_id, visits in sorted(_by_provider(scoped.session, plan.basin_id, touched).items()):
        about = PlanForProvider(
            plan_id=plan.id, base_plan_id=replaced.id if replaced else None, again=sorted(again & visits)
        )
        cause = f"plan:{plan.id}"
        put(scoped.session, scoped.clock, plan.basin_id, about, cause, f"provider:{provider_id}")


def _by_provider(session: Session, basin_id: str, visits: Collection[str]) -> dict[str, set[str]]:
    """Ids of the visits, by provider."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked = select(Visit.provider_id, Visit.id).where(Visit.basin_id == basin_id, Visit.id.in_(visits))
    for provider_id, visit_id in session.execute(asked):
        found[provider_id].add(visit_id)
    return found


def newly_uncovered(plan: Plan, replaced: Plan | None) -> set[str]:
    """Visits without anybody now that were not so in the plan before."""
    before = _uncovered(replaced) if replaced else set()
    return _uncovered(plan) - before


def _uncovered(plan: Plan) -> set[str]:
    return set(uncovered_in(plan.document))


def on_call_changed(scoped: Scoped, rota: DutyRota, worker_id: str) -> None:
    """To a worker: what she has of a rota now."""
    about = OnCallChanged(rota_id=rota.id, first_day=rota.first_day, last_day=rota.last_day)
    until = max((one.ends_at for one in rota.duties), default=None)
    cause = f"rota:{rota.id}:{rota.version}"
    put(scoped.session, scoped.clock, rota.basin_id, about, cause, f"worker:{worker_id}", until=until)


# -- answers -----------------------------------------------------------------------------------------------
def not_covered_yet(session: Session, clock: Clock, offers: Sequence[Offer]) -> None:
    """Whoever was to come, as their providers were told, does not: declined, silent or prevented; or called
    off, because nobody came or nobody is wanted any more."""
    by_provider: defaultdict[tuple[str, str], list[tuple[Offer, datetime]]] = defaultdict(list)
    # Work that is no visit is no provider's to hear of.
    visits = [offer for offer in offers if offer.work_block_id is None]
    for offer, end in still_ahead(session, visits, clock.now()):
        by_provider[offer.basin_id, offer.provider_id].append((offer, end))
    for (basin_id, provider_id), gone in sorted(by_provider.items(), key=lambda one: one[0]):
        first, _ = gone[0]
        cause = f"answer:{first.id}:{first.version}"
        about = NotCoveredYet(offers=[offer.id for offer, _ in gone])
        until = max(end for _, end in gone)
        put(session, clock, basin_id, about, cause, f"provider:{provider_id}", until=until)


def client_not_met(session: Session, clock: Clock, outcomes: Iterable[Outcome]) -> None:
    """To their providers, on the day itself: nobody let somebody in who stood there."""
    by_provider: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for row in outcomes:
        if row.free_at is not None and row.free_at + NEWS > clock.now():
            by_provider[row.basin_id, row.provider_id].append(row)
    for (basin_id, provider_id), rows in sorted(by_provider.items(), key=lambda one: one[0]):
        about = ClientNotMet(outcomes=[row.id for row in rows])
        until = max(row.free_at for row in rows if row.free_at is not None) + NEWS
        cause = f"door:{rows[0].id}:{rows[0].version}"
        put(session, clock, basin_id, about, cause, f"provider:{provider_id}", until=until)


def answered_yes(scoped: Scoped, offer: Offer, *, after_all: bool) -> None:
    """The provider was told "awaiting an answer": with the last one of a plan it is told that all are there.
    `after_all`: it was told since that she does not come; that is taken back at once. Of work that is no
    visit no provider hears."""
    if offer.work_block_id is not None:
        return
    if after_all:
        about = VisitsConfirmed(plan_id=offer.plan_id, offers=[offer.id])
        contact, cause = f"provider:{offer.provider_id}", f"after-all:{offer.id}:{offer.version}"
        put(scoped.session, scoped.clock, offer.basin_id, about, cause, contact, until=offer.ends_at)
        return
    mine = (
        Offer.basin_id == offer.basin_id,
        Offer.provider_id == offer.provider_id,
        Offer.plan_id == offer.plan_id,
    )
    # Of two last answers at once each would see the other one waiting, and nobody would be told.
    scoped.session.flush()
    one_at_a_time(scoped.session, f"confirmed:{offer.plan_id}:{offer.provider_id}")
    waiting = select(Offer.id).where(*mine, Offer.state == State.OFFERED, Offer.id != offer.id).limit(1)
    cause = f"confirmed:{offer.plan_id}"
    known = (
        select(Message.id)
        .where(Message.basin_id == offer.basin_id, Message.cause.startswith(f"{cause}:"))
        .limit(1)
    )
    contact_id = f"provider:{offer.provider_id}"
    told = known.where(Message.contact_id == contact_id)
    if scoped.session.scalar(waiting) is None and scoped.session.scalar(told) is None:
        about = VisitsConfirmed(plan_id=offer.plan_id)
        put(scoped.session, scoped.clock, offer.basin_id, about, cause, contact_id)


# -- what else needs somebody ------------------------------------------------------------------------------
def visits_at_risk(
    scoped: Scoped,
    basin_id: str,
    provider_id: str,
    absence_id: str,
    version: int,
    risks: Sequence[RiskView],
) -> None:
    """An absence leaves visits without their carer: to the provider, and to whoever plans the basin."""
    if not risks:
        return
    shown = [view_of(VisitRisk, risk) for risk in risks]
    about = VisitsAtRisk(absence_id=absence_id, version=version, risks=shown)
    # The instant is in it: an absence withdrawn and declared anew under its id begins again at version 1.
    cause = f"absence:{absence_id}:{scoped.clock.now().isoformat()}:{version}"
    told = (f"provider:{provider_id}", *_coordinators(scoped.session, basin_id))
    put(scoped.session, scoped.clock, basin_id, about, cause, *told)


def risks_over(scoped: Scoped, absence: Absence, version: str, still: Callable[[], Collection[str]]) -> None:
    """Of the visits that were told at risk, those that are so no more: whoever was told of them is told that
    as well.

    Letters that have not left yet find it themselves: they tell what is true then.

    Args: version: of the absence, or that it is withdrawn. still: the visits that are at risk all the same,
        asked where somebody was told of any.
    """
    basin_id, session = absence.basin_id, scoped.session
    asked = select(Message).where(
        Message.basin_id == basin_id, Message.kind.in_((VisitsAtRisk.KIND, RisksOver.KIND))
    )
    told: defaultdict[str, dict[str, VisitRisk]] = defaultdict(dict)
    # SQLite's LIKE knows no capitals, and an id may hold a colon: the letters say themselves whose they are.
    mine = Message.cause.startswith(f"absence:{absence.id}:", autoescape=True)
    for row in session.scalars(asked.where(mine).order_by(Message.id)):
        if row.kind == RisksOver.KIND:
            over = row.subject(RisksOver)
            if over.absence_id == absence.id:
                for risk in over.risks:
                    told[row.contact_id].pop(risk.visit_id, None)
        # A letter that may have arrived counts as told: it is taken back as well.
        elif row.state in ("sent", "sending") or row.doubted:
            at_risk = row.subject(VisitsAtRisk)
            if at_risk.absence_id == absence.id:
                told[row.contact_id] |= {risk.visit_id: risk for risk in at_risk.risks}
    left = still() if told else ()
    for contact_id, risks in sorted(told.items()):
        gone = [risk for id, risk in risks.items() if id not in left]
        about = RisksOver(absence_id=absence.id, employee_id=absence.employee_id, risks=gone)
        cause = f"absence:{absence.id}:{scoped.clock.now().isoformat()}:over-{version}"
        if gone:
            put(session, scoped.clock, basin_id, about, cause, contact_id)


def unanswered(session: Session, clock: Clock, offers: Sequence[Offer]) -> None:
    """Offers that were declined or expired, firm stops that nobody acknowledged: to the coordinators of their
    basin."""
    about = Unanswered(offers=[OfferState(id=offer.id, state=offer.state) for offer in offers])
    cause = f"offers:{offers[0].id}:{offers[0].state}"
    to_coordinators(session, clock, offers[0].basin_id, about, cause)


def published_off_duty(session: Session, clock: Clock, plan: Plan) -> None:
    """A plan came into force by the basin's rule, with no coordinator there: they hear of it wherever they
    are."""
    to_coordinators(session, clock, plan.basin_id, PublishedOffDuty(plan_id=plan.id), f"off-duty:{plan.id}")


def proposal_ready(session: Session, clock: Clock, plan: Plan) -> None:
    """A search has found something to look at: every coordinator hears it."""
    to_coordinators(session, clock, plan.basin_id, ProposalReady(plan_id=plan.id), f"proposal:{plan.id}")


def search_failed(
    session: Session,
    clock: Clock,
    basin_id: str,
    cause: str,
    first_day: str,
    told: Sequence[str | KeptIssue],
) -> None:
    """A search that follows from an event came to nothing: without a coordinator nobody would be looked for.

    Args: told: what ended it: a code, or faults as they are kept."""
    to_coordinators(session, clock, basin_id, SearchFailed(first_day=first_day, told=list(told)), cause)


def job_failed(session: Session, clock: Clock, job: Job) -> None:
    """As `search_failed`, for one that was begun: its problem was refused, it crashed, found nothing, or
    died."""
    if isinstance(job.wish, Deferred) or job.digest is None:
        first_day = job.span.partition("/")[0] if job.span else ""
    else:
        first_day = kept_plans.problem_horizon(session, job.digest)["first_day"]
    why = job.failure or Failure(code="")
    search_failed(session, clock, job.basin_id, f"job:{job.id}", first_day, why.issues or [why.code])


def message_failed(session: Session, clock: Clock, row: Message) -> None:
    """Somebody could not be told; a failure to tell the coordinators themselves is only in the list."""
    if row.contact_id.startswith("account:"):
        return
    about = MessageFailed(
        message_id=row.id,
        kind=row.kind,
        contact_id=row.contact_id,
        code=row.failure.code if row.failure else "",
    )
    cause = f"message:{row.id}:{row.version}"
    to_coordinators(session, clock, row.basin_id, about, cause)


def swap_asked(scoped: Scoped, row: SwapQuestion) -> None:
    """To the service whose employee would take a visit, until it can answer no more."""
    contact, about = f"provider:{row.provider_id}", SwapAsked(swap_id=row.id)
    put(scoped.session, scoped.clock, row.basin_id, about, f"swap:{row.id}", contact, until=row.reply_by)


def swap_answered(session: Session, clock: Clock, row: SwapQuestion) -> None:
    """What became of a question to a service: to the coordinators."""
    about = SwapOutcome(swap_id=row.id, state=row.state)
    to_coordinators(session, clock, row.basin_id, about, f"swap:{row.id}:{row.state}")


def webhook_disabled(session: Session, clock: Clock, row: Webhook) -> None:
    to_coordinators(
        session,
        clock,
        row.basin_id,
        WebhookDisabled(webhook_id=row.id),
        f"webhook:{row.id}:{row.version}",
    )
