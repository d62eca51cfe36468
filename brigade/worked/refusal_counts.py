"""Refusals without fault: how many a year each text allows of each kind, and how many are left.

They are counted and shown, never ranked on. The year of each is for
`brigade.worked.local_days.reference_year`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.values.plan import RefusalKind
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, Worker

ALLOWED: Mapping[RefusalKind, tuple[tuple[str, str], ...]] = {
    RefusalKind.SHORT_NOTICE: (("REFUSALS_SHORT", "limit"),),
    RefusalKind.SUNDAY_HOLIDAY: (("SUNDAY_REFUSAL", "per_year"), ("SUNDAY_REFUSAL", "holidays_per_year")),
    RefusalKind.NIGHT: (("NIGHT_LIMITS", "occasional_refusals_per_year"),),
    RefusalKind.ADDITIONAL_HOURS: (("ADDITIONAL_HOURS", "refusals_per_year"),),
}
"""The values that say how many, by kind."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many refusals of a kind a text allows in a year, and how many of them are left."""

    kind: RefusalKind
    limit: int
    left: int
    article: str


def counted(counters: Counters, kind: RefusalKind) -> int:
    """What was refused of this kind so far; what nobody counted is none, which leaves the worker every
    right."""
    match kind:
        case RefusalKind.SHORT_NOTICE:
            return counters.refusals
        case RefusalKind.SUNDAY_HOLIDAY:
            return counters.sunday_refusals
        case RefusalKind.NIGHT:
            return counters.night_refusals
        case RefusalKind.ADDITIONAL_HOURS:
            return counters.additional_refusals


def left(counters: Counters, kind: RefusalKind, allowed: RuleValue) -> int:
    return max(0, allowed.value - counted(counters, kind))


def allowed_by(text: RuleSet, kind: RefusalKind) -> RuleValue | None:
    """The value that says how many; None: the text knows no such right."""
    return next((value for key in ALLOWED[kind] if (value := text.get(*key)) is not None), None)


def allowances(problem: Problem, worker: Worker) -> Iterator[Allowance]:
    """Of each kind that the employer's text or one of the engagements' knows, the most protective."""
    # Papers may name a provider that has left.
    hosts = {engagement.provider_id for engagement in worker.engagements} & problem.provider_by_id.keys()
    texts = problem.texts_for(worker, hosts)
    for kind in RefusalKind:
        known = [value for text in texts if (value := allowed_by(text, kind)) is not None]
        if known:
            most = max(known, key=lambda value: value.value)
            yield Allowance(kind, most.value, left(worker.counters, kind, most), most.article)
