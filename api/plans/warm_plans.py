"""Plans that stay open between questions: to judge an edit takes a tenth of what it takes to open the plan.

Of one process, a few of them, found by all that they depend on: the plan at its version, its problem, what of
it is told by now. Whoever was forgotten is in none: an erasure drops all that were opened before it.
"""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import defer

from api.access.scope import Scoped
from api.commitments import commitments
from api.runtime.faults import not_found
from api.runtime.recent_values import Recent
from api.store import kept_plans as kept
from api.store.cycle_tables import Plan
from api.store.person_tables import last_forgotten
from brigade.changes.carry import carried
from brigade.changes.edits import Edit
from brigade.changes.plan_diff import placements
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from solver import hand_edits
from solver.advice import AdviceSession
from solver.advice.candidates import unpinned
from solver.hand_edits import Judgement, judge_edits

OPEN = 4
"""Plans: a department's day with its model takes tens of megabytes."""
DRAFTS = 32
"""Judged sequences of edits of one plan: a hand goes back and forth between the same places."""


@dataclass
class WarmPlan:
    """One plan, opened. Whoever asks it holds `lock`: what is inside it remembers as it answers.

    Attributes:
        plan: with what of it is announced by now. told: what had been told when it was made, on its own
            problem.
    """

    problem: Problem
    plan: CorePlan
    told: CorePlan
    lock: threading.RLock = field(default_factory=threading.RLock)
    _judged: Recent[Judgement] = field(default_factory=lambda: Recent(DRAFTS))
    _advice: Recent[AdviceSession] = field(default_factory=lambda: Recent(2))

    @cached_property
    def hands(self) -> hand_edits.EditSession:
        """For edits."""
        opened = hand_edits.EditSession.opened(self.problem, self.plan, self.told)
        set_apart()
        return opened

    def advice(self, visit_ids: Sequence[str], edited: CorePlan | None = None) -> AdviceSession:
        """For questions about visits that whoever asks is ready to move, pinned or not.

        Args: edited: the plan after some edits, which were judged here.
        """
        plan = edited or self.plan
        if not plan.pinned.isdisjoint(visit_ids):
            return AdviceSession(self.problem, unpinned(plan, visit_ids))
        # By the very plan, which its session holds on to: no other can have its place in memory.
        known = self._advice.get(id(plan))
        return known or self._advice.put(id(plan), AdviceSession(self.problem, plan))

    def judged(self, known_by: Sequence[str], edits: Sequence[Edit]) -> list[Judgement]:
        """Edits one after the other; those judged before, after the same ones, are not judged again.

        Args: known_by: what tells each edit from any other. Raises: InvalidPlan, as `judge_edits`.
        """
        if not edits:
            return []
        keys = [tuple(known_by[:number]) for number in range(1, len(known_by) + 1)]
        steps: list[Judgement] = []
        while len(steps) < len(edits) and (known := self._judged.get(keys[len(steps)])) is not None:
            steps.append(known)
        session = steps[-1].accepted() if steps else self.hands
        rest = judge_edits(session, edits[len(steps) :], first=len(steps))
        for number, step in enumerate(rest, len(steps)):
            self._judged.put(keys[number], step)
        return [*steps, *rest]


def set_apart() -> None:
    """In a computing process: what was opened lives long, so the garbage collector leaves it alone. It would
    else walk through all of it in the middle of a judgement: a fifth of a second for a department's day. What
    was dropped since the last time goes first."""
    if multiprocessing.parent_process() is not None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


class WarmPlans:
    """Those of this process."""

    def __init__(self) -> None:
        self._lock, self._forgotten = threading.Lock(), ""
        self._open: Recent[WarmPlan] = Recent(OPEN)

    def of(self, scoped: Scoped, row: Plan) -> WarmPlan:
        """Args: row: as `head` reads it, without its documents."""
        forgotten = last_forgotten(scoped.session) or ""
        said = commitments.of_plan(scoped, row)
        key = (row.id, row.version, row.digest, row.state, _base(scoped, row), said.announced, forgotten)
        with self._lock:
            if forgotten != self._forgotten:
                self._open.clear()
                self._forgotten = forgotten
            found = self._open.get(key)
        if found is None:
            found = _opened(scoped, row)
            with self._lock:
                self._open.put(key, found)
        return found


WARM = WarmPlans()


def head(scoped: Scoped, basin_id: str, plan_id: str) -> Plan:
    """A plan for whoever plans the basin; its documents are read once they are asked for.

    Raises: NotFound; Forbidden for the other roles.
    """
    scoped.must_write(Plan, basin_id)
    asked = scoped.select(Plan, basin_id).where(Plan.id == plan_id)
    row = scoped.session.scalar(asked.options(defer(Plan.document), defer(Plan.story)))
    if row is None:
        raise not_found(Plan.KIND, plan_id)
    return row


def warm(scoped: Scoped, basin_id: str, plan_id: str) -> tuple[Plan, WarmPlan]:
    """Raises: as `head`."""
    row = head(scoped, basin_id, plan_id)
    return row, WARM.of(scoped, row)


def open_ahead(scoped: Scoped, basin_id: str, plan_id: str, *, is_for_hands: bool) -> None:
    """Whoever looks at a board may soon take a visit in hand. Raises: as `head`."""
    _, plan = warm(scoped, basin_id, plan_id)
    if is_for_hands:
        with plan.lock:
            _ = plan.hands


def _base(scoped: Scoped, row: Plan) -> tuple[str, int] | None:
    """The plan that had been told, at its version."""
    if row.state == "published" or row.base_plan_id is None:
        return None
    found = scoped.session.execute(select(Plan.id, Plan.version).where(Plan.id == row.base_plan_id)).first()
    return None if found is None else (found[0], found[1])


def _opened(scoped: Scoped, row: Plan) -> WarmPlan:
    problem = kept.fetch_problem(scoped.session, row.digest)
    base, plan = commitments.base_of(scoped, row), kept.read_back(row, problem)
    told = replace(carried(problem, base), announced=base.announced)
    set_apart()
    return WarmPlan(problem, as_announced(plan, base), told)


def as_announced(plan: CorePlan, base: CorePlan) -> CorePlan:
    """With what of it is announced: hours agreed to or imposed. A proposal announces nothing beyond what it
    keeps of them."""
    at, before = placements(plan), placements(base)
    kept_hours = frozenset(id for id in base.announced or () if at.get(id) == before.get(id))
    return replace(plan, announced=kept_hours)
