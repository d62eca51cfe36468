"""A plan in a few sentences: whom it covers, what it leaves, what it changes. For a list, a letter, a
telephone."""

from __future__ import annotations

from api.access.scope import Scoped
from api.commitments.commitments import told_anew
from api.commitments.placements import covered
from api.store import basin_tables
from api.store.cycle_tables import Plan
from api.store.plan_parts import requests_of
from brigade.words import capital, word

URGENT = ("P1", "P2")


def summary(scoped: Scoped, plan: Plan, base: Plan | None, lang: str) -> list[str]:
    """A plan in words: whom it covers, what it leaves, what it changes."""
    asked = requests_of(plan.document)
    left = [visit for visit, is_covered in asked.items() if not is_covered]
    rows = scoped.all(scoped.select(basin_tables.Visit, plan.basin_id).where(basin_tables.Visit.id.in_(left)))
    urgent = [one for one in rows if one.value.priority in URGENT or one.value.mandatory]
    told = {"day": plan.first_day, "covered": sum(asked.values()), "asked": len(asked), "urgent": len(urgent)}
    said = [capital(word("attention.proposal", lang, **told))]
    if base is not None:
        kinds = changes_of(scoped, base, plan)
        said.append(
            capital(word("attention.proposal_changes", lang, **kinds))
            if any(kinds.values())
            else _nothing(lang)
        )
    return said


def _nothing(lang: str) -> str:
    return capital(word("attention.proposal_same", lang))


def changes_of(scoped: Scoped, base: Plan, plan: Plan) -> dict[str, int]:
    """How many visits are new, left, with somebody else, at another hour, or asked of the same person
    again."""
    before, after = covered(base.document), covered(plan.document)
    both = before.keys() & after.keys()
    moved = {visit for visit in both if before[visit].worker_id != after[visit].worker_id}
    retimed = {visit for visit in both - moved if before[visit].start != after[visit].start}
    return {
        "added": len(after.keys() - before.keys()),
        "dropped": len(before.keys() - after.keys()),
        "moved": len(moved),
        "retimed": len(retimed),
        "asked_again": len(told_anew(scoped, plan, base) - retimed),
    }
