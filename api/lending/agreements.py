"""Agreements between two basins: proposed by a coordinator of one, signed by one of the other, ended by
either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped, expect
from api.runtime.faults import Conflict, Unfit
from api.shapes.planning.lending_views import AgreementAnswerIn, AgreementIn, AgreementView
from api.shapes.row_views import view_of
from api.store.basin_tables import Basin, Worker
from api.store.lending.lending_tables import BasinAgreement, Lending
from brigade.errors import Issue
from brigade.units import PARIS
from brigade.values.validation.checks import unknown

OVER = "A414"
"""What is over, or answered, is not changed."""


def propose(scoped: Scoped, basin_id: str, given: AgreementIn) -> BasinAgreement:
    """Signed for the basin it is written in, and for the other one by whoever plans both.

    Raises: NotFound, Forbidden; Unfit with every fault.
    """
    scoped.must_write(BasinAgreement, basin_id)
    issues = list(_faults(scoped, basin_id, given))
    if issues:
        first, *others = issues
        raise Unfit.of(first, *others)
    row = BasinAgreement.made(
        scoped.clock,
        given.lender,
        borrower_id=given.borrower,
        state="proposed",
        workers=given.workers,
        notice_min=given.notice_min,
        paid_by=given.paid_by.value,
        until=given.until,
        lender_signed=None,
        borrower_signed=None,
    )
    _signed(scoped, row, basin_id)
    scoped.add(row, "proposed")
    note_both(scoped, row)
    return row


def sign(
    scoped: Scoped, basin_id: str, id: str, version: int | None, given: AgreementAnswerIn
) -> BasinAgreement:
    """Raises: NotFound, Forbidden, Stale; Conflict, once it is agreed or over; Unfit, for people whom the
    lender does not have, or whom the borrower names."""
    row = scoped.one(BasinAgreement, basin_id, id, write=True)
    expect(row, version)
    if row.state != "proposed":
        raise Conflict(OVER, f"{row.KIND}.{id}", "agreement_over", {"state": row.state})
    if given.workers is not None:
        issues = list(_people(scoped, basin_id, row.basin_id, given.workers))
        if issues:
            raise Unfit.of(issues[0], *issues[1:])
        row.workers = given.workers
    _signed(scoped, row, basin_id)
    scoped.changed(row, "signed")
    note_both(scoped, row)
    return row


def end(scoped: Scoped, basin_id: str, id: str, version: int | None, reason: str) -> BasinAgreement:
    """Nobody is asked for by it any more; whoever is lent already stays lent.

    Raises: NotFound, Forbidden, Stale; Conflict, once it is over.
    """
    row = scoped.one(BasinAgreement, basin_id, id, write=True)
    expect(row, version)
    if row.state == "ended":
        raise Conflict(OVER, f"{row.KIND}.{id}", "agreement_over", {"state": row.state})
    row.state = "ended"
    scoped.changed(row, "ended", reason)
    note_both(scoped, row)
    return row


def in_force(scoped: Scoped, basin_id: str, day: date) -> list[BasinAgreement]:
    """By which a basin may ask its neighbours."""
    row = BasinAgreement
    asked = select(row).where(row.borrower_id == basin_id, row.state == "agreed", row.until >= day)
    return scoped.all(asked.order_by(row.basin_id, row.id))


def shown(scoped: Scoped, row: BasinAgreement) -> AgreementView:
    names = names_of(scoped, row)
    return view_of(
        AgreementView,
        row,
        lender=row.basin_id,
        lender_name=names[row.basin_id],
        borrower=row.borrower_id,
        borrower_name=names[row.borrower_id],
        workers=row.workers if sees_lender(scoped.principal, row) else None,
        is_signed_by_lender=row.lender_signed is not None,
        is_signed_by_borrower=row.borrower_signed is not None,
    )


def names_of(scoped: Scoped, row: BasinAgreement | Lending) -> dict[str, str]:
    """Of both basins: a coordinator of one knows what its neighbour is called."""
    found = {id: scoped.session.get_one(Basin, id) for id in (row.basin_id, row.borrower_id)}
    return {id: one.body.name for id, one in found.items()}


def sees_lender(principal: Principal, row: BasinAgreement | Lending) -> bool:
    return principal.is_administrator or row.basin_id in principal.basins


def sees_borrower(principal: Principal, row: BasinAgreement | Lending) -> bool:
    return principal.is_administrator or row.borrower_id in principal.basins


def _signed(scoped: Scoped, row: BasinAgreement, basin_id: str) -> None:
    actor, mine = scoped.principal.actor, {basin_id} | scoped.principal.basins
    row.lender_signed = row.lender_signed or (actor if row.basin_id in mine else None)
    row.borrower_signed = row.borrower_signed or (actor if row.borrower_id in mine else None)
    if row.lender_signed and row.borrower_signed:
        row.state = "agreed"


def note_both(scoped: Scoped, row: BasinAgreement | Lending) -> None:
    """The last note, in the borrower's trail too: a row's own is the lender's."""
    note = scoped.notes[-1]
    scoped.notes.append(
        type(note)(note.action, note.kind, note.target, {"basin_id": row.borrower_id}, note.details, note.why)
    )


# -- faults ------------------------------------------------------------------------------------------------
def _faults(scoped: Scoped, basin_id: str, given: AgreementIn) -> Iterator[Issue]:
    where = BasinAgreement.KIND
    if basin_id not in (given.lender, given.borrower):
        yield Issue("A305", f"{where}.lender", "agreement_of_others", {"basin": basin_id})
    if given.lender == given.borrower:
        yield Issue("A305", f"{where}.borrower", "lent_to_oneself", {"basin": given.lender})
    for name, id in (("lender", given.lender), ("borrower", given.borrower)):
        if scoped.session.get(Basin, id) is None:
            yield Issue("A305", f"{where}.{name}", "unknown_to_account", {"id": id})
    if given.until < scoped.clock.now().astimezone(PARIS).date():
        yield Issue("A305", f"{where}.until", "agreement_ended_before", {"day": given.until})
    if given.workers is not None:
        yield from _people(scoped, basin_id, given.lender, given.workers)


def _people(scoped: Scoped, basin_id: str, lender: str, workers: list[str]) -> Iterator[Issue]:
    where = f"{BasinAgreement.KIND}.workers"
    if lender not in {basin_id} | scoped.principal.basins:
        yield Issue("A305", where, "people_of_lender", {"basin": lender})
        return
    row = Worker
    known = {one.id for one in scoped.all(scoped.select(row, lender).where(row.id.in_(workers)))}
    yield from unknown("A305", where, workers, known, "worker")
