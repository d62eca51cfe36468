"""What a plan's own figures add up to, month by month: read from its document, or counted again where that
cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from api.money.months import Period, PeriodLength, periods
from api.store import kept_plans as kept
from api.store.cycle_tables import Plan
from brigade.figures.definitions import definitions
from brigade.figures.report import sums

Sums: TypeAlias = Mapping[tuple[str, str], float]
"""By figure and part; "" for the whole."""
SINCE = "known_visits"
"""A figure that documents hold since all that adds up is in them; those of before are counted anew, by
today's definitions."""


def sums_of(session: Session, plan: Plan) -> Iterator[tuple[Period, Sums]]:
    """By month of a plan's days. Of one month: as its document says."""
    last = plan.first_day + timedelta(days=plan.days - 1)
    months = list(periods(plan.first_day, last, PeriodLength.MONTH))
    # A document knows no months: of a plan over two of them its sums cannot be parted.
    if len(months) == 1 and (told := whole(plan.document)) is not None:
        yield months[0], told
        return
    for month in months:
        yield month, counted(session, plan, max(month.first, plan.first_day), min(month.last, last))


def within(session: Session, plan: Plan, first: date, last: date) -> Sums:
    """Of the days of a plan that lie between two days, ends included."""
    end = plan.first_day + timedelta(days=plan.days - 1)
    if first <= plan.first_day and end <= last and (told := whole(plan.document)) is not None:
        return told
    return counted(session, plan, max(first, plan.first_day), min(last, end))


def whole(document: Mapping[str, Any]) -> Sums | None:
    """What the document itself says; None when it is of before."""
    told = document.get("indicators", ())
    if all(row["name"] != SINCE for row in told):
        return None
    known = definitions()
    rows = (row for row in told if row["name"] in known and known[row["name"]].adds_up)
    return Counter({(row["name"], row.get("of") or ""): row["value"] for row in rows})


def counted(session: Session, plan: Plan, first: date, last: date) -> Sums:
    problem = kept.fetch_problem(session, plan.digest)
    days = {first + timedelta(days=ahead) for ahead in range((last - first).days + 1)}
    found = sums(problem, kept.read_back(plan, problem), days).values
    return Counter({(one.name, one.of or ""): one.value for one in found})
