"""Plans and problems as they are kept: documents compressed by digest, plans with all it takes to find them
again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from api.store.base import add_missing
from api.store.cycle_tables import Plan, Problem
from brigade.exchange.documents.json_text import JsonObject, digest
from brigade.exchange.documents.plan_document import plan_record_from_json
from brigade.exchange.documents.problem_document import problem_from_kept, problem_to_json
from brigade.ports import Clock, KeptPlan
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem as CoreProblem

RECENT = 8
"""Problems that stay read: the questions of a morning are about the same few plans, and reading one costs
more than most."""


@dataclass(frozen=True, slots=True)
class PackedProblem:
    """A problem as it is kept, made outside the transaction that keeps it. `document`: gzip of its JSON,
    matrices included."""

    digest: str
    document: bytes


def pack(problem: CoreProblem) -> PackedProblem:
    document = problem_to_json(problem)
    # No time in the gzip header: the same problem is the same bytes.
    return PackedProblem(
        digest(document), gzip.compress(json.dumps(document, ensure_ascii=False).encode(), 6, mtime=0)
    )


def keep_packed(session: Session, packed: PackedProblem, clock: Clock) -> str:
    """The digest under which the problem is kept; kept once however often it is asked, and by however many at
    once."""
    if session.get(Problem, packed.digest) is None:
        # Between the look and the insert another process may have kept the very same bytes: that is as good.
        add_missing(session, Problem(digest=packed.digest, document=packed.document, created_at=clock.now()))
    return packed.digest


def keep_problem(session: Session, problem: CoreProblem, clock: Clock) -> str:
    return keep_packed(session, pack(problem), clock)


def fetch_problem(session: Session, name: str) -> CoreProblem:
    return _problem_of(session.get_one(Problem, name).document)


def problem_document(session: Session, name: str) -> JsonObject:
    return unpacked(session.get_one(Problem, name).document)


def problem_horizon(session: Session, name: str) -> Mapping[str, Any]:
    """The horizon of a kept problem, as its document has it. A document takes 50 ms to read, for some forty
    bytes of it."""
    return _horizon_of(session.get_one(Problem, name).document)


@lru_cache(RECENT)
def _horizon_of(packed: bytes) -> Mapping[str, Any]:
    return MappingProxyType(unpacked(packed)["horizon"])


@lru_cache(RECENT)
def _problem_of(packed: bytes) -> CoreProblem:
    """Frozen, so that requests may share it; found by its very bytes, so that nobody meets another's."""
    return problem_from_kept(gzip.decompress(packed))


def unpacked(packed: bytes) -> JsonObject:
    document: JsonObject = json.loads(gzip.decompress(packed))
    return document


def read_back(row: Plan, problem: CoreProblem) -> CorePlan:
    """The plan of a row. Args: problem: as `fetch_problem` found it under the row's digest."""
    # A digest takes longer than all the rest: it is only computed for a document that says it is of another
    # problem.
    is_of_it = row.document.get("problem_digest") == row.digest
    return plan_record_from_json(row.document, problem, same_problem=not is_of_it).plan


def kept(session: Session, plan_id: str) -> KeptPlan | None:
    """All of a plan that a stranger needs to check it again. `brigade.ports.PlanStore.fetch` of this
    store."""
    row = session.get(Plan, plan_id)
    if row is None:
        return None
    document = problem_document(session, row.digest)
    return KeptPlan(
        document, row.document, row.digest, row.seed or 0, row.solver or "", row.iterations, row.bound
    )
