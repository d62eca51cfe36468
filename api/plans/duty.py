"""What happens to a proposal when no coordinator is there: it waits, or is published by the basin's own rule.

Only proposals that nobody asked for are decided here: they followed from an absence, a refusal or a silence.
Each is decided once; whatever is decided is in the trail, in the plan's story and on the coordinators' list
until one of them has seen it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.messages import queueing
from api.plans import plans
from api.plans.publication import OvertakenProposal, PublicationCheck, consider, keep_mended
from api.runtime.faults import Outdated, ServiceFault, TooManyAttempts, Unavailable
from api.service.service import Service
from api.shapes.cycle_requests import BasinWishes, DutyWish, OffDuty
from api.shapes.kept.story_shapes import OffDutyDecision
from api.store.basin_tables import Basin, Visit
from api.store.cycle_tables import Job, Plan
from api.store.plan_parts import LONGEST_PLAN, carers_of
from brigade.units import PARIS
from brigade.values.calendar import is_public_holiday

ACTOR = "policy:off_duty"
JUDGED_S = 5.0
"""So long one proposal is waited for in a round: reminders and offers that expire wait behind it, and the
next round comes."""
log = structlog.get_logger("brigade.off_duty")


def is_on_duty(wish: DutyWish, department: str, now: datetime) -> bool:
    """Whether a coordinator is there; always, where the basin states no hours."""
    if not wish.hours:
        return True
    local = now.astimezone(PARIS)
    if not wish.on_holidays and is_public_holiday(local.date(), department):
        return False
    wall = f"{local:%H:%M}"
    return any(local.isoweekday() in spell.days and spell.start <= wall < spell.end for spell in wish.hours)


def decide(service: Service) -> int:
    """Look at what waits, in every basin where nobody is there now. Returns how many proposals were
    decided."""
    now = service.clock.now()
    with service.database.reading() as session:
        waiting = [
            (basin.id, plan_id)
            for basin in session.scalars(select(Basin).order_by(Basin.id))
            if not is_on_duty(basin.body.duty, basin.body.department, now)
            for plan_id in _waiting(session, basin.id, now.astimezone(PARIS).date())
        ]
    for basin_id, plan_id in waiting:
        try:
            _decide(service, basin_id, plan_id)
        except TooManyAttempts:
            # its basin goes on changing, or is busy with what people ask: the next round comes in seconds
            pass
        except Unavailable as fault:
            # Likewise; of this round the others are still decided.
            log.warning("off_duty", basin=basin_id, plan=plan_id, code=fault.issues[0].code)
    return len(waiting)


def _waiting(session: Session, basin_id: str, today: date) -> Iterable[str]:
    """Of each first day, the newest proposal that came by itself, unless it was decided before."""
    asked = (
        select(Plan.id, Plan.first_day, Plan.story)
        .join(Job, Job.id == Plan.job_id)
        .where(Plan.basin_id == basin_id, Plan.state == "proposed", Plan.first_day > today - LONGEST_PLAN)
        .where(Job.by_itself)
        .order_by(Plan.id)
    )
    by_day = {first_day: (id, story) for id, first_day, story in session.execute(asked)}
    return [id for id, story in by_day.values() if story.off_duty is None]


def _decide(service: Service, basin_id: str, plan_id: str) -> None:
    """Published and told, or held: in one transaction, with its entry in the trail."""
    considered = _considered(service, basin_id, plan_id)
    with service.database.writing() as session:
        scoped = Scoped(session, Principal.system(ACTOR, basin_id), service.clock)
        plan = scoped.one(Plan, basin_id, plan_id, write=True)
        if plan.state != "proposed" or plan.story.off_duty is not None:
            return
        wishes = scoped.basin(basin_id).body
        covers = _covers(scoped, plan, wishes)
        against = _against(plan, wishes, covers)
        if against is None:
            if considered is None:
                return  # the basin wishes otherwise since it was looked at: the next round decides
            if _publish(scoped, service, plan, wishes, covers, considered):
                return
    # A transaction of its own: whatever a refused publication had done is rolled back by now.
    with service.database.writing() as session:
        scoped = Scoped(session, Principal.system(ACTOR, basin_id), service.clock)
        plan = scoped.one(Plan, basin_id, plan_id, write=True)
        if plan.state == "proposed" and plan.story.off_duty is None:
            _tell(scoped, plan, wishes, "held", covers, against or "not_publishable")
            scoped.changed(
                plan, "held_off_duty", rule=wishes.duty.outside.value, because=against or "not_publishable"
            )
            scoped.commit()


def _considered(service: Service, basin_id: str, plan_id: str) -> PublicationCheck | None:
    """What publication would find; None, where the basin's rule holds the proposal whatever that is: judging
    it would keep the processes from what people ask."""
    with service.database.reading() as session:
        asking = Scoped(session, Principal.system(ACTOR, basin_id), service.clock)
        plan, wishes = asking.one(Plan, basin_id, plan_id), asking.basin(basin_id).body
        if _against(plan, wishes, _covers(asking, plan, wishes)) is not None:
            return None
        return service.computed_for_anybody(asking, basin_id, JUDGED_S, consider, basin_id, plan_id)


def _publish(
    scoped: Scoped,
    service: Service,
    plan: Plan,
    wishes: BasinWishes,
    covers: list[str],
    considered: PublicationCheck,
) -> bool:
    """False, with nothing changed, when the plan in force is another by now or a rule is broken. Raises:
    Outdated."""
    rule = wishes.duty.outside
    _tell(scoped, plan, wishes, "published", covers, None)
    try:
        plans.publish(scoped, service, plan.basin_id, plan.id, plan.version, None, considered)
    except OvertakenProposal as overtaken:
        scoped.session.rollback()
        _mend(service, overtaken)
        return False
    # Not held back for that: a proposal is decided once, and the next round finds the day as it is then.
    except Outdated:
        raise
    except ServiceFault:
        scoped.session.rollback()
        return False
    scoped.note(plan, "published_off_duty", rule=rule.value, covers=covers)
    queueing.published_off_duty(scoped.session, scoped.clock, plan)
    scoped.commit()
    return True


def _mend(service: Service, overtaken: OvertakenProposal) -> None:
    """What is left of it is a proposal that nobody asked for either: it is decided in the next round."""
    with service.database.writing() as session:
        scoped = Scoped(session, Principal.system(ACTOR, overtaken.basin_id), service.clock)
        keep_mended(scoped, overtaken.plan_id, overtaken.basin_id, overtaken.considered)
        scoped.commit()


def _tell(
    scoped: Scoped,
    plan: Plan,
    wishes: BasinWishes,
    decision: Literal["published", "held"],
    covers: list[str],
    because: str | None,
) -> None:
    told = OffDutyDecision(
        decision=decision,
        rule=wishes.duty.outside,
        at=_second(scoped.clock.now()),
        covers=covers,
        because=because,
    )
    plan.story = plan.story.model_copy(update={"off_duty": told})


def _second(at: datetime) -> datetime:
    """By the clock on the wall."""
    return at.astimezone(PARIS).replace(microsecond=0)


def _covers(scoped: Scoped, plan: Plan, wishes: BasinWishes) -> list[str]:
    """The urgent visits that have a carer by this plan and have none, or no longer, by the plan in force."""
    changes = plan.story.changes
    if changes is None:
        gained = set(carers_of(plan.document))
    else:
        gained = {one.visit_id for one in changes.diff.changes if one.kind in ("added", "reassigned")}
    urgent = {name.value for name in wishes.duty.urgent}
    visits = scoped.all(scoped.select(Visit, plan.basin_id).where(Visit.id.in_(gained)).order_by(Visit.id))
    return [visit.id for visit in visits if visit.value.priority in urgent or visit.value.mandatory]


def _against(plan: Plan, wishes: BasinWishes, covers: list[str]) -> str | None:
    """What keeps the plan from being published by itself; None: nothing."""
    if wishes.duty.outside is OffDuty.WAIT:
        return "rule"
    if wishes.duty.outside is OffDuty.PUBLISH:
        return None
    if plan.story.changes is not None and plan.story.changes.disturbed:
        return "changes_what_was_told"
    return None if covers else "nothing_urgent"


def seen(scoped: Scoped, basin_id: str, plan_id: str) -> Plan:
    """A coordinator has taken note of what was decided without one; once is enough. Raises: NotFound,
    Forbidden."""
    plan = scoped.one(Plan, basin_id, plan_id, write=True)
    told = plan.story.off_duty
    if told is not None and told.seen_by is None:
        by = {"seen_by": scoped.principal.actor, "seen_at": _second(scoped.clock.now())}
        plan.story = plan.story.model_copy(update={"off_duty": told.model_copy(update=by)})
        scoped.changed(plan, "seen")
    return plan
