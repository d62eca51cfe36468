"""What a neighbour basin waits for: an answer to whom it asked for, a signature under an agreement."""

from __future__ import annotations

from sqlalchemy import and_, or_

from api.access.scope import Scoped
from api.shapes.planning.attention_views import AskedLendingView
from api.store.basin_tables import Basin
from api.store.lending.lending_tables import BasinAgreement, Lending
from brigade.units import PARIS
from brigade.words import word


def asked_next_door(scoped: Scoped, basin_id: str, lang: str) -> list[AskedLendingView]:
    """Requests, the first to run out first; then agreements."""
    return [*_requests(scoped, basin_id, lang), *_agreements(scoped, basin_id, lang)]


def _requests(scoped: Scoped, basin_id: str, lang: str) -> list[AskedLendingView]:
    waits = Lending.state == "asked", Lending.reply_by >= scoped.clock.now()
    asked = scoped.select(Lending, basin_id).where(Lending.basin_id == basin_id, *waits)
    return [_request(scoped, row, lang) for row in scoped.all(asked.order_by(Lending.reply_by, Lending.id))]


def _request(scoped: Scoped, row: Lending, lang: str) -> AskedLendingView:
    start, end, by = (one.astimezone(PARIS) for one in (row.starts_at, row.ends_at, row.reply_by))
    name = _name(scoped, row.borrower_id)
    told = {"basin": name, "worker": row.worker_id, "start": start, "end": f"{end:%H:%M}", "by": by}
    return AskedLendingView(
        kind="request",
        id=row.id,
        basin=name,
        worker_id=row.worker_id,
        reply_by=by,
        sentence=word("attention.next_door.request", lang, **told),
    )


def _agreements(scoped: Scoped, basin_id: str, lang: str) -> list[AskedLendingView]:
    row, today = BasinAgreement, scoped.clock.now().astimezone(PARIS).date()
    is_to_sign = or_(
        and_(row.basin_id == basin_id, row.lender_signed.is_(None)),
        and_(row.borrower_id == basin_id, row.borrower_signed.is_(None)),
    )
    asked = scoped.select(row, basin_id).where(row.state == "proposed", row.until >= today, is_to_sign)
    return [_agreement(scoped, one, basin_id, lang) for one in scoped.all(asked.order_by(row.id))]


def _agreement(scoped: Scoped, row: BasinAgreement, basin_id: str, lang: str) -> AskedLendingView:
    does_lend = row.basin_id == basin_id
    name = _name(scoped, row.borrower_id if does_lend else row.basin_id)
    said = f"attention.next_door.{'lend' if does_lend else 'borrow'}"
    sentence = word(said, lang, basin=name, day=row.until)
    return AskedLendingView(kind="agreement", id=row.id, basin=name, sentence=sentence)


def _name(scoped: Scoped, basin_id: str) -> str:
    return scoped.session.get_one(Basin, basin_id).body.name
