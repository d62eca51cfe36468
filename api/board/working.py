"""Hand edits that are not a plan yet: each coordinator's own, and seen by the others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from api.access.scope import Scoped
from api.plans.publication import OPEN_STATES
from api.plans.warm_plans import head
from api.runtime.faults import Conflict
from api.shapes.cycle_requests import EditIn, WaiveIn
from api.shapes.planning.board_views import WorkingEditsView, WorkingView
from api.store.account_tables import Account
from api.store.basin_tables import FORGOTTEN, Worker
from api.store.cycle_tables import WorkingEdits
from brigade.errors import InvalidPlan, Issue
from brigade.exchange.shapes.event_shapes import MoveShape


def keep(scoped: Scoped, basin_id: str, plan_id: str, edits: Sequence[EditIn]) -> None:
    """The account's own from now on; none: it has none. Nothing is judged.

    Raises: NotFound, Forbidden; Conflict, for a plan that is over; InvalidPlan, for workers of no row.
    """
    plan = head(scoped, basin_id, plan_id)
    if edits and plan.state not in (*OPEN_STATES, "published"):
        raise Conflict("A401", f"plans.{plan.id}", "plan_state", {"state": plan.state})
    _refuse_unknown(scoped, basin_id, edits)
    account = scoped.principal.actor
    row = scoped.session.get(WorkingEdits, (plan_id, account), with_for_update=True)
    if not edits and row is None:
        return
    if row is None:
        row = WorkingEdits(plan_id=plan_id, account_id=account, basin_id=basin_id)
        scoped.session.add(row)
    row.edits, row.changed_at = list(edits), scoped.clock.now()
    if not edits:
        scoped.session.delete(row)
    scoped.session.flush()
    scoped.note(plan, "worked_on", edits=len(edits))


def _refuse_unknown(scoped: Scoped, basin_id: str, edits: Sequence[EditIn]) -> None:
    """A page that was open before somebody was forgotten would bring her code back. Her pseudonym may come
    back: the page read it here."""
    named = {edit.worker_id for edit in edits if isinstance(edit, MoveShape | WaiveIn)}
    asked = select(Worker.id).where(Worker.basin_id == basin_id, Worker.id.in_(named))
    # Held, so that nobody is forgotten between this look and the commit.
    known = set(scoped.session.scalars(asked.with_for_update(read=True)))
    issues = [
        Issue("H101", f"edits[{index}].worker_id", "unknown_worker", {"id": edit.worker_id})
        for index, edit in enumerate(edits)
        if isinstance(edit, MoveShape | WaiveIn) and edit.worker_id not in known
        if not edit.worker_id.startswith(FORGOTTEN)
    ]
    if issues:
        raise InvalidPlan(issues)


def of_plan(scoped: Scoped, basin_id: str, plan_id: str) -> WorkingView:
    """Everybody's, the account's own first, then the newest. Raises: NotFound, Forbidden."""
    head(scoped, basin_id, plan_id)
    asked = (
        select(WorkingEdits, Account)
        .join(Account, Account.id == WorkingEdits.account_id)
        .where(WorkingEdits.plan_id == plan_id, WorkingEdits.basin_id == basin_id)
        .order_by(WorkingEdits.changed_at.desc(), Account.id)
    )
    told = [
        WorkingEditsView(
            account_id=account.id,
            display_name=account.display_name or account.login,
            is_own=account.id == scoped.principal.actor,
            changed_at=row.changed_at,
            edits=row.edits,
        )
        for row, account in scoped.session.execute(asked)
    ]
    return WorkingView(items=sorted(told, key=lambda one: not one.is_own))
