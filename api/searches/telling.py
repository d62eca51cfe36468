"""After a search: why the visits that it had no time to examine have nobody.

Its plan is proposed first, with the reasons of the gravest. The process goes on with the others as long as no
other search waits for it; what it finds is written into the plan as it is found, whose version stays: who is
sent where does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.searches.attempts import Attempt
from api.store.cycle_tables import Job, Plan
from api.store.person_tables import last_forgotten
from brigade.exchange.documents.plan_document import show_uncovered
from brigade.values.plan import Plan as CorePlan
from brigade.values.plan import UncoveredVisit
from brigade.values.problem import Problem
from solver.advice.examination import examine_rest, is_unexamined

# Each write is a transaction beside everybody else's.
WRITTEN_EVERY_S = 2.0
# Then the process is free for the next search; what was not found out is asked when somebody looks.
LONGEST_S = 600.0


def tell_rest(attempt: Attempt, plan_id: str, problem: Problem, plan: CorePlan) -> None:
    """The visits of the plan that are not examined yet, the gravest first."""
    if not any(is_unexamined(one) for one in plan.uncovered) or _somebody_waits(attempt):
        return
    with attempt.database.reading() as session:
        seen = last_forgotten(session)
    begun = written = monotonic()
    found = list[UncoveredVisit]()
    for one in examine_rest(problem, plan):
        found.append(one)
        now = monotonic()
        is_over = now - begun > LONGEST_S or _somebody_waits(attempt)
        # Not at each visit: every writing rewrites the whole document.
        if is_over or now - written > WRITTEN_EVERY_S:
            if not _write(attempt, plan_id, found, seen) or is_over:
                return
            found, written = [], monotonic()
    _write(attempt, plan_id, found, seen)


def _somebody_waits(attempt: Attempt) -> bool:
    """Whether a search is queued: it may be for this process."""
    with attempt.database.reading() as session:
        return session.scalar(select(Job.id).where(Job.state == "queued").limit(1)) is not None


def _write(attempt: Attempt, plan_id: str, found: Sequence[UncoveredVisit], seen: str | None) -> bool:
    """False: there is no such plan any more, or somebody was forgotten, whom a reason may name."""
    told = {one.visit_id: show_uncovered(one) for one in found}
    if not told:
        return True
    with attempt.database.writing() as session:
        row = session.get(Plan, plan_id, with_for_update=True)
        if row is None or last_forgotten(session) != seen:
            return False
        scoped = Scoped(session, Principal.system(attempt.actor, row.basin_id), attempt.clock)
        left = [told.get(one["visit_id"], one) for one in row.document["uncovered"]]
        row.document = {**row.document, "uncovered": left}
        scoped.flush(row)
        scoped.note(row, "explained", visits=len(told))
        scoped.commit()
    return True
