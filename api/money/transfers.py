"""Money from one funding line to another: up to a share of the giving line's cap, all transfers added up, or
with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from api.access.scope import Scoped
from api.money import ledger
from api.shapes.money_requests import TransferIn
from api.shapes.money_views import TransferView
from api.shapes.row_views import view_of
from api.store.basin_tables import FundingLine
from api.store.release_tables import FundingTransfer
from brigade.errors import Issue, Refused
from brigade.figures.funding import shipped_transfer_limit


def transfer(scoped: Scoped, basin_id: str, given: TransferIn) -> FundingTransfer:
    """Raises: NotFound, Forbidden; Refused with every fault: unknown lines, one line twice, more than the
    giver has left, beyond its limit without a reason."""
    scoped.must_write(FundingTransfer, basin_id)
    # Held until the commit: two transfers at once would each see the limit untouched.
    locked = (
        select(FundingLine).where(FundingLine.basin_id == basin_id).order_by(FundingLine.id).with_for_update()
    )
    lines = {line.id: line for line in scoped.session.scalars(locked)}
    giver = lines.get(given.from_line_id)
    account = None if giver is None else ledger.account(scoped, basin_id, giver)
    issues = [*_unknown(given, lines), *_beyond(given, account)]
    if issues:
        raise Refused(issues)
    assert account is not None
    total = account.given_cents + given.cents
    row = FundingTransfer.made(
        scoped.clock,
        basin_id,
        from_line_id=given.from_line_id,
        to_line_id=given.to_line_id,
        cents=given.cents,
        given_cents=total,
        passes_limit=shipped_transfer_limit().is_passed(account.own_cap_cents, total),
        reason=given.reason,
        author=scoped.principal.actor,
    )
    scoped.add(row, "transferred", given.reason, cents=row.cents, passes_limit=row.passes_limit)
    return row


def _unknown(given: TransferIn, lines: dict[str, FundingLine]) -> Iterator[Issue]:
    where = "funding-transfers"
    for name in ("from_line_id", "to_line_id"):
        if getattr(given, name) not in lines:
            yield Issue("A305", f"{where}.{name}", "line_unknown", {"line": getattr(given, name)})
    if given.from_line_id == given.to_line_id:
        yield Issue("A305", f"{where}.to_line_id", "line_to_itself")


def _beyond(given: TransferIn, account: ledger.LineAccount | None) -> Iterator[Issue]:
    if account is None:
        return
    where, limit = f"funding-transfers.{given.from_line_id}.cents", shipped_transfer_limit()
    if given.cents > account.remaining_cents:
        yield Issue(
            "A422",
            where,
            "transfer_beyond",
            {"asked_cents": given.cents, "left_cents": account.remaining_cents},
        )
    total, most = account.given_cents + given.cents, limit.cents(account.own_cap_cents)
    if total > most and given.reason is None:
        yield Issue(
            "A423",
            where,
            "transfer_share",
            {"total_cents": total, "most_cents": most, "percent": limit.percent, "source": limit.source},
        )


def shown(row: FundingTransfer) -> TransferView:
    return view_of(TransferView, row)
