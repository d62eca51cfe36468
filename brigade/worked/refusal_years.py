"""Refusals without fault of the reference year of somebody's texts, by kind.

The counts that came with a worker are of what nobody here has seen, and are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.units import PARIS
from brigade.values.plan import RefusalKind
from brigade.worked.local_days import reference_year
from brigade.worked.refusal_counts import allowed_by

COUNTERS: Mapping[RefusalKind, str] = {
    RefusalKind.SHORT_NOTICE: "refusals",
    RefusalKind.SUNDAY_HOLIDAY: "sunday_refusals",
    RefusalKind.NIGHT: "night_refusals",
    RefusalKind.ADDITIONAL_HOURS: "additional_refusals",
}
"""Where a worker's counters hold them."""


@dataclass(frozen=True, slots=True)
class CountedRefusals:
    """`limit` None: no text counts them."""

    kind: RefusalKind
    first_day: date
    last_day: date
    refusals: int
    limit: int | None
    left: int | None
    article: str | None


def counted_in_year(
    before: int,
    rules: RuleSet,
    declined: Iterable[tuple[RefusalKind, datetime]],
    kind: RefusalKind,
    day: date,
) -> CountedRefusals:
    """The refusals of the year that holds `day`. Args: before: what came with the worker. declined: what and
    when."""
    text, limit = _most_protective(rules, kind)
    first, last = _year(text, kind, day)
    # By local dates: just after midnight on 1 January, UTC is still in the year before.
    count = before + sum(one is kind and first <= at.astimezone(PARIS).date() <= last for one, at in declined)
    return CountedRefusals(
        kind=kind,
        first_day=first,
        last_day=last,
        refusals=count,
        limit=limit.value if limit else None,
        left=max(0, limit.value - count) if limit else None,
        article=limit.article if limit else None,
    )


def _most_protective(rules: RuleSet, kind: RefusalKind) -> tuple[RuleSet, RuleValue | None]:
    """The text that allows most refusals of a kind, which counts them in its own year; its value, None where
    none does."""
    known = [
        (text, value) for text in rules.texts or (rules,) if (value := allowed_by(text, kind)) is not None
    ]
    return max(known, key=lambda pair: pair[1].value, default=(rules, None))


def _year(rules: RuleSet, kind: RefusalKind, day: date) -> tuple[date, date]:
    """The reference year of late changes, as their text says; of the others the calendar year."""
    if kind is RefusalKind.SHORT_NOTICE:
        return reference_year(rules, day)
    return date(day.year, 1, 1), date(day.year, 12, 31)
