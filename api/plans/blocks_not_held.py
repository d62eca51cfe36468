"""Work that is no visit and that does not take place as things stand: a participant is away or refused, or no
plan knows of it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.states import STANDING
from api.shapes.planning.attention_views import BlockNotHeldView
from api.store.basin_tables import WorkBlock
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.plan_parts import requests_of
from brigade.exchange.documents.rows import block_name
from brigade.units import PARIS
from brigade.values.demand import seats_of
from brigade.words import word

Reasons = Callable[[], Mapping[str, str]]


def not_held(
    scoped: Scoped, basin_id: str, in_force: Sequence[Plan], reasons: Reasons, lang: str
) -> list[BlockNotHeldView]:
    """Those to come, on days that are planned, for which fewer stand told than they need; in order of time.
    Args: reasons: by seat, why a plan has nobody there; asked only if it is needed."""
    now, found = scoped.clock.now(), []
    rows = scoped.all(scoped.select(WorkBlock, basin_id).where(WorkBlock.starts_at > now))
    attending = _attending(scoped, basin_id, rows) if rows else {}
    for row in sorted(rows, key=lambda one: (one.starts_at, one.id)):
        day = row.starts_at.astimezone(PARIS).date()
        plan = next((one for one in in_force if one.covers(day)), None)
        value = row.value
        needed, there = value.needed, attending.get(row.id)
        if plan is None or there is None or len(there) >= needed:
            continue
        seats = seats_of(row.id, len(value.participants))
        is_known = any(seat in requests_of(plan.document) for seat in seats)
        why = next((reasons()[seat] for seat in seats if seat in reasons()), None) if is_known else None
        told = {"block": block_name(value, lang), "priority": value.priority, "why": why}
        start, kind = row.starts_at.astimezone(PARIS), "few" if is_known else "no_plan"
        found.append(
            BlockNotHeldView(
                work_block_id=row.id,
                plan_id=plan.id,
                priority=value.priority,
                starts_at=start,
                attending=sorted(there),
                needed=needed,
                sentence=word(
                    f"attention.block.{kind}", lang, **told, start=start, n=len(there), needed=needed
                ),
            )
        )
    return found


def _attending(scoped: Scoped, basin_id: str, rows: Sequence[WorkBlock]) -> dict[str, set[str]]:
    """By block, who stands told of it; of what an outcome says is over, nothing."""
    ids = [row.id for row in rows]
    over = select(Outcome.work_block_id).where(Outcome.basin_id == basin_id, Outcome.work_block_id.in_(ids))
    ended = set(scoped.session.scalars(over))
    asked = scoped.select(Offer, basin_id).where(Offer.work_block_id.in_(ids), Offer.state.in_(STANDING))
    found = defaultdict[str, set[str]](set)
    for offer in scoped.all(asked):
        found[offer.work_block_id or ""].add(offer.worker_id)
    return {id: found[id] for id in ids if id not in ended}
