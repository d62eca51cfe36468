"""What coordinators are told: what waits for them, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.letters.matter import Matter, Words, offers_of, said_fault
from api.messages.described import described
from api.plans.plan_words import summary
from api.plans.swaps.swap_questions import sentence
from api.service.service import Service
from api.shapes.kept.kept_shapes import KeptIssue
from api.shapes.kept.subject_shapes import (
    LendingChanged,
    MessageFailed,
    ProposalReady,
    PublishedOffDuty,
    SearchFailed,
    SwapOutcome,
    Unanswered,
    WebhookDisabled,
)
from api.store.basin_tables import Basin
from api.store.cycle_tables import Plan, SwapQuestion
from api.store.lending.lending_tables import Lending
from api.store.message_tables import Message, Webhook
from api.store.plan_parts import uncovered_in
from brigade.words import coded, word

CODE = re.compile(r"[a-z_]+")


def _unanswered(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Declined and expired offers, silent firm stops: those that have not been answered meanwhile."""
    states = {one.id: one.state for one in message.subject(Unanswered).offers}
    still = [one for one in offers_of(session, list(states)) if one.state == states[one.id]]
    ahead = [one for one in still if one.ends_at > service.clock.now()]
    known = described(session, message.basin_id, [one.visit_id for one in ahead])
    names = ("worker_id", "starts_at", "ends_at", "state")
    found = [
        {**{name: getattr(one, name) for name in names}, "visit": known.get(one.visit_id)} for one in ahead
    ]
    return {"offers": found} if found else None


def _published_off_duty(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """Urgent visits by hour and SAAD, and how many are left; never who comes to whom. None once a coordinator
    has seen it."""
    plan = session.get_one(Plan, message.subject(PublishedOffDuty).plan_id)
    told = plan.story.off_duty
    if told is None or told.seen_by is not None:
        return None
    known = described(session, message.basin_id, told.covers)
    return {
        "first_day": plan.first_day,
        "rule": told.rule.value,
        "covers": sorted(known.values(), key=lambda one: one.gravity),
        "left": len(uncovered_in(plan.document)),
    }


def _proposal_ready(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """None once somebody has published, rejected or overtaken it."""
    plan = session.get_one(Plan, message.subject(ProposalReady).plan_id)
    asked = select(Plan).where(
        Plan.basin_id == plan.basin_id, Plan.state == "published", Plan.first_day == plan.first_day
    )
    base = session.scalar(asked)
    # Made from a plan that is no longer in force, it cannot be published.
    if plan.state != "proposed" or plan.base_plan_id != (base.id if base else None):
        return None
    scoped = Scoped(session, Principal.system("post", plan.basin_id), service.clock)
    return {"first_day": plan.first_day, "summary": summary(scoped, plan, base, lang)}


def _search_failed(service: Service, session: Session, message: Message, lang: str) -> Words:
    about = message.subject(SearchFailed)
    return {"first_day": about.first_day, "told": [_in_words(one, lang) for one in about.told]}


def _in_words(told: str | KeptIssue, lang: str) -> str:
    """What ended a search: its code in words, or what was wrong with a row; a letter of before has its
    sentence already."""
    if isinstance(told, KeptIssue):
        return said_fault(told, lang)
    if not CODE.fullmatch(told):
        return told
    said = coded("search_ended", told, lang)
    return said if said != told else word("search_ended.other", lang)


def _message_failed(service: Service, session: Session, message: Message, lang: str) -> Words:
    about = message.subject(MessageFailed)
    kind, _, owner = about.contact_id.partition(":")
    whom = word(f"contact.{kind}", lang, name=owner) if owner else word("contact.coordinators", lang)
    return {
        "whom": whom,
        "matter": word(f"message.{about.kind}", lang),
        "why": word(f"failure.{about.code}", lang),
    }


def _webhook_disabled(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    hook = session.get(Webhook, message.subject(WebhookDisabled).webhook_id)
    return None if hook is None else {"url": hook.url}


def _lending_changed(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """To the lender what it is asked, to the borrower what was answered, to either what was taken back; never
    for which client. None once it has changed again."""
    about = message.subject(LendingChanged)
    row = session.get_one(Lending, about.lending_id)
    if row.state != about.state:
        return None
    names = {id: session.get_one(Basin, id).body.name for id in (row.basin_id, row.borrower_id)}
    times = ("worker_id", "starts_at", "ends_at", "reply_by", "state", "reason", "because")
    told = {name: getattr(row, name) for name in times}
    is_lender = message.basin_id == row.basin_id
    return {
        **told,
        "lender": names[row.basin_id],
        "borrower": names[row.borrower_id],
        "is_lender": is_lender,
    }


def _swap_answered(service: Service, session: Session, message: Message, lang: str) -> Words | None:
    """None once it has become something else."""
    about = message.subject(SwapOutcome)
    row = session.get(SwapQuestion, about.swap_id)
    if row is None or row.state != about.state:
        return None
    return {"sentence": sentence(row, lang), "state": row.state, "reason": row.reason}


MATTERS: Mapping[str, Matter] = {
    "swap_answered": _swap_answered,
    "unanswered": _unanswered,
    "published_off_duty": _published_off_duty,
    "proposal_ready": _proposal_ready,
    "search_failed": _search_failed,
    "message_failed": _message_failed,
    "lending_changed": _lending_changed,
    "webhook_disabled": _webhook_disabled,
}
