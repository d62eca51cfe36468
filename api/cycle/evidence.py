"""The file whoever pays may ask for: who replaced whom, when, for how long, on which line; and the money moved meanwhile."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from api.cycle import ledger, transfers
from api.cycle.absence_words import kind_of
from api.faults import Unfit
from api.scope import Scoped
from api.store.cycle import Outcome
from api.store.data import Absence, FundingLine
from api.store.releases import FundingTransfer, ReleaseDay
from api.tabular import Table
from brigade.units import PARIS
from brigade.worked import midnight, minutes_between

REPLACEMENTS = {
    "day": "jour",
    "starts_at": "début",
    "ends_at": "fin",
    "minutes": "minutes",
    "provider_id": "saad",
    "absent_id": "personne remplacée",
    "worker_id": "remplacée par",
    "employer_id": "employeur",
    "visit_id": "intervention",
    "kind": "motif",
    "course": "formation",
    "training_body": "organisme",
    "release_id": "départ",
    "absence_id": "absence",
    "funding_line_id": "ligne",
    "cents": "centimes",
}
TRANSFERS = {
    "created_at": "le",
    "from_line_id": "de la ligne",
    "to_line_id": "à la ligne",
    "cents": "centimes",
    "given_cents": "donné en tout",
    "passes_limit": "au-delà de la limite",
    "reason": "motif",
    "author": "auteur",
}
LEDGER = {
    "line_id": "ligne",
    "own_cap_cents": "plafond propre (c)",
    "given_cents": "donné (c)",
    "received_cents": "reçu (c)",
    "cap_cents": "plafond (c)",
    "consumed_cents": "consommé (c)",
    "reserved_cents": "réservé (c)",
    "remaining_cents": "reste (c)",
    "cap_min": "plafond (min)",
    "consumed_min": "consommé (min)",
    "reserved_min": "réservé (min)",
    "remaining_min": "reste (min)",
}


def span_of(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """The instants of a period, ends included as days. Raises: Unfit when it is upside down."""
    if last_day < first_day:
        raise Unfit("A305", "last_day", f"{last_day} avant {first_day}", "une période dans l’ordre")
    return midnight(first_day, PARIS), midnight(last_day + timedelta(days=1), PARIS)


def evidence(scoped: Scoped, basin_id: str, first_day: date, last_day: date, line_id: str | None) -> dict[str, Any]:
    """Every replaced hour of the period, once, with its line; of one line if it is named. Managers: of their own providers.

    Raises: NotFound; Unfit when the period is upside down.
    """
    start, end = span_of(first_day, last_day)
    lines = scoped.all(scoped.select(FundingLine, basin_id))
    if line_id is not None:
        lines = [scoped.one(FundingLine, basin_id, line_id)]
    replaced = [_replaced(scoped, done) for done in _outcomes(scoped, basin_id, start, end, line_id)]
    row = FundingTransfer
    moved = scoped.select(row, basin_id).where(row.created_at >= start, row.created_at < end)
    if line_id is not None:
        moved = moved.where(or_(row.from_line_id == line_id, row.to_line_id == line_id))
    books = ledger.accounts(scoped, basin_id, lines).values()
    return {
        "first_day": first_day,
        "last_day": last_day,
        "funding_line_id": line_id,
        "made_at": scoped.clock.now(),
        "minutes": sum(row["minutes"] for row in replaced),
        "cents": sum(row["cents"] for row in replaced),
        "replacements": replaced,
        "transfers": [transfers.shown(one) for one in scoped.all(moved.order_by(row.id))],
        "ledger": [ledger.shown(one) for one in books],
    }


def tables(found: dict[str, Any]) -> list[Table]:
    return [
        Table("remplacements", REPLACEMENTS, [{**one, "kind": one["kind"] and kind_of(one)} for one in found["replacements"]]),
        Table("transferts", TRANSFERS, found["transfers"]),
        Table("grand_livre", LEDGER, found["ledger"]),
    ]


def _outcomes(scoped: Scoped, basin_id: str, start: datetime, end: datetime, line_id: str | None) -> list[Outcome]:
    asked = scoped.select(Outcome, basin_id).where(Outcome.done, Outcome.absence_id.is_not(None))
    asked = asked.where(Outcome.starts_at >= start, Outcome.starts_at < end)
    asked = asked if line_id is None else asked.where(Outcome.funding_line_id == line_id)
    return scoped.all(asked.order_by(Outcome.starts_at, Outcome.visit_id))


def _replaced(scoped: Scoped, row: Outcome) -> dict[str, Any]:
    assert row.starts_at is not None  # it was done
    assert row.ends_at is not None
    absence = scoped.session.get(Absence, (row.basin_id, row.absence_id))
    release = scoped.session.scalar(
        select(ReleaseDay.release_id).where(ReleaseDay.basin_id == row.basin_id, ReleaseDay.id == row.absence_id)
    )
    body = absence.body if absence else {}
    course = body.get("course") or {}
    names = ("provider_id", "worker_id", "employer_id", "visit_id", "absence_id", "funding_line_id", "cents")
    return {
        "day": row.starts_at.astimezone(PARIS).date(),
        "starts_at": row.starts_at.astimezone(PARIS),
        "ends_at": row.ends_at.astimezone(PARIS),
        "minutes": minutes_between(row.starts_at, row.ends_at),
        "absent_id": body.get("employee_id"),
        "kind": body.get("kind"),
        "course": course.get("title"),
        "training_body": course.get("training_body"),
        "release_id": release,
        **{name: getattr(row, name) for name in names},
    }
