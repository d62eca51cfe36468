"""A proposed swap put to the service whose employee would take a visit: asked by a coordinator, answered by
the service until its notice begins, never imposed. Nothing changes before it is carried out
(`carrying_out`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select

from api.access.rights import Principal
from api.access.scope import Scoped, expect
from api.basin.resource_kinds import kind_of
from api.cycle import basin_rows
from api.cycle.following import DayChanges
from api.messages import queueing
from api.plans.publication import OPEN_STATES
from api.runtime.faults import Conflict
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.planning.swap_shapes import SwapAnswerIn, SwapIn, SwapState, SwapView
from api.shapes.row_views import view_of
from api.store.basin_tables import Provider
from api.store.cycle_tables import Plan, SwapQuestion
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.shapes.demand_shapes import ProviderShape
from brigade.exchange.shapes.plan_shapes import ProposedSwapShape
from brigade.units import Horizon
from brigade.words import capital, say

CODE = "A415"
WAITING = (SwapState.ASKED, SwapState.ACCEPTED)
"""States in which something is still to come of it."""


def ask(scoped: Scoped, basin_id: str, plan_id: str, given: SwapIn) -> SwapQuestion:
    """Raises: NotFound, Forbidden; Conflict, where the plan is over or does not propose it, or its service is
    asked about this visit already, has said no, or cannot be asked in time any more."""
    scoped.must_write(Plan, basin_id)
    plan = scoped.one(Plan, basin_id, plan_id)
    where = f"plans.{plan.id}"
    if plan.state not in (*OPEN_STATES, "published"):
        raise Conflict("A401", where, "plan_state", {"state": plan.state})
    if plan.story.supposed is not None:
        raise Conflict("A401", where, "made_of_suppositions")
    swap = _proposed(plan, given)
    if swap is None:
        met = {"visit": given.visit_id, "employee": given.employee_id}
        raise Conflict(CODE, f"{where}.proposed_swaps", "swap_not_proposed", met)
    _refuse_asked(scoped, basin_id, swap)
    starts_at = min(one.start for one in (swap, swap.given) if one is not None)
    reply_by = starts_at - timedelta(minutes=_notice(scoped, basin_id, swap))
    if reply_by <= scoped.clock.now():
        raise Conflict(CODE, f"{where}.proposed_swaps", "swap_too_late", {"by": reply_by})
    row = SwapQuestion.made(
        scoped.clock,
        basin_id,
        plan_id=plan.id,
        provider_id=swap.provider_id,
        visit_id=swap.visit_id,
        employee_id=swap.employee_id,
        state=SwapState.ASKED,
        swap=swap,
        first_day=plan.first_day,
        days=plan.days,
        starts_at=starts_at,
        reply_by=reply_by,
        asked_by=scoped.principal.actor,
    )
    scoped.add(row, "asked", visit_id=swap.visit_id, employee_id=swap.employee_id)
    queueing.swap_asked(scoped, row)
    return row


def answer(scoped: Scoped, basin_id: str, id: str, version: int | None, given: SwapAnswerIn) -> SwapQuestion:
    """By the service's manager, or for her by a coordinator who has called. Raises: NotFound, Stale,
    NoPrecondition; Conflict, when it is answered or over."""
    row = scoped.one(SwapQuestion, basin_id, id, write=True)
    expect(row, version)
    if row.state != SwapState.ASKED or row.reply_by <= scoped.clock.now():
        raise settled(row)
    said_yes = given.reply == "accept"
    row.state = SwapState.ACCEPTED if said_yes else SwapState.REFUSED
    row.answered_at, row.answered_by = scoped.clock.now(), scoped.principal.actor
    row.reason = given.reason
    scoped.changed(row, row.state, given.reason)
    queueing.swap_answered(scoped.session, scoped.clock, row)
    return row


def withdraw(scoped: Scoped, basin_id: str, id: str, version: int | None, why: str | None) -> SwapQuestion:
    """The question, by a coordinator; the yes, by the service or for it, as long as nothing is carried out.
    Raises: as `answer`; Forbidden, for a question that is another's to withdraw."""
    row = scoped.one(SwapQuestion, basin_id, id, write=True)
    expect(row, version)
    if row.state not in WAITING:
        raise settled(row)
    was_agreed = row.state == SwapState.ACCEPTED
    if not was_agreed:
        scoped.only(f"swaps.{row.id}", Role.COORDINATOR)
    row.state, row.reason = SwapState.WITHDRAWN, why
    scoped.changed(row, "withdrawn", why)
    if was_agreed:
        queueing.swap_answered(scoped.session, scoped.clock, row)
    return row


def expire(service: Service) -> int:
    """Questions that nobody answered in time, and what was agreed and not carried out: coordinators are told.
    Returns how many."""
    with service.database.reading() as session:
        if session.scalar(_over(service.clock.now()).limit(1)) is None:
            return 0
    with service.database.writing() as session:
        rows = list(session.scalars(_over(service.clock.now()).with_for_update(skip_locked=True)))
        for row in rows:
            scoped = Scoped(session, Principal.system("expiry", row.basin_id), service.clock)
            row.state = SwapState.EXPIRED
            scoped.changed(row, "expired")
            queueing.swap_answered(session, service.clock, row)
            scoped.commit()
        return len(rows)


def put_notice(
    scoped: Scoped, basin_id: str, provider_id: str, version: int | None, notice_min: float | None
) -> Provider:
    """Whether a service lets its present staff be asked: coordinators, and its own managers, who write no
    other part of what is known of it. Raises: NotFound, Forbidden, Stale, NoPrecondition."""
    row = scoped.one(Provider, basin_id, provider_id)
    scoped.only(f"providers.{provider_id}.swap_notice_min", Role.COORDINATOR, Role.MANAGER)
    body = {name: value for name, value in row.body.items() if name != "swap_notice_min"}
    told = body if notice_min is None else {**body, "swap_notice_min": notice_min}
    shape = ProviderShape.model_validate(told, strict=False)
    writer = scoped.as_service(basin_id)
    written, _ = basin_rows.put(
        kind_of(Provider), writer, basin_id, provider_id, shape, version, DayChanges()
    )
    found: Provider = written
    return found


def shown(row: SwapQuestion, lang: str) -> SwapView:
    return view_of(SwapView, row, sentence=sentence(row, lang))


def sentence(row: SwapQuestion, lang: str) -> str:
    """The question, by pseudonyms."""
    reason = reason_of(row.swap.reason, "swap.reason", [])
    return capital(say(reason, lang, horizon=Horizon(row.first_day, row.days)))


def settled(row: SwapQuestion) -> Conflict:
    return Conflict(CODE, f"swaps.{row.id}", "swap_settled", {"state": row.state, "by": row.reply_by})


def _proposed(plan: Plan, given: SwapIn) -> ProposedSwapShape | None:
    told = [
        ProposedSwapShape.model_validate(one, strict=False) for one in plan.document.get("proposed_swaps", ())
    ]
    wanted = (given.visit_id, given.employee_id, given.given_visit_id)
    return next((one for one in told if _named(one) == wanted), None)


def _named(one: ProposedSwapShape) -> tuple[str, str, str | None]:
    return one.visit_id, one.employee_id, one.given.visit_id if one.given is not None else None


def _refuse_asked(scoped: Scoped, basin_id: str, swap: ProposedSwapShape) -> None:
    """Raises: Conflict. A service is asked one thing at a time."""
    asked = scoped.select(SwapQuestion, basin_id).where(SwapQuestion.visit_id == swap.visit_id)
    for row in scoped.all(asked.order_by(SwapQuestion.id)):
        if row.state in WAITING:
            raise Conflict(CODE, f"swaps.{row.id}", "swap_asked_already", {"visit": row.visit_id})
        if row.state == SwapState.REFUSED and row.employee_id == swap.employee_id:
            met = {"visit": row.visit_id, "employee": row.employee_id}
            raise Conflict(CODE, f"swaps.{row.id}", "swap_refused_before", met)


def _notice(scoped: Scoped, basin_id: str, swap: ProposedSwapShape) -> float:
    row = scoped.one(Provider, basin_id, swap.provider_id)
    notice = row.value.swap_notice_min
    if notice is None:
        raise Conflict(CODE, f"providers.{row.id}", "swap_not_open", {"provider": row.id})
    return notice


def _over(now: datetime) -> Select[SwapQuestion]:
    row = SwapQuestion
    unanswered = and_(row.state == SwapState.ASKED, row.reply_by <= now)
    not_done = and_(row.state == SwapState.ACCEPTED, row.starts_at <= now)
    return select(row).where(or_(unanswered, not_done)).order_by(row.id)
