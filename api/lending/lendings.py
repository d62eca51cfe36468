"""Somebody of a neighbour basin for some hours: asked for, lent or not, taken back.

Once lent she is a worker of the borrower for these hours, with a paper to sign, and away from her own basin;
what then is planned for her is put to her like any offer. Taken back, everything is as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped, expect
from api.commitments.in_force import plan_on, stops_of
from api.commitments.states import STANDING
from api.lending import brought
from api.lending.agreements import OVER, names_of, note_both, sees_borrower
from api.messages import queueing
from api.runtime.faults import Conflict, Unfit, forbidden
from api.service.service import Service
from api.shapes.kept.subject_shapes import LendingChanged
from api.shapes.planning.lending_views import LendingAnswerIn, LendingIn, LendingView
from api.shapes.row_views import view_of
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer
from api.store.lending.lending_tables import BasinAgreement, Lending
from api.worked.lent_people import may_be_lent
from brigade.errors import Issue
from brigade.units import PARIS

OPEN = ("asked", "agreed")
ANSWER_WITHIN = timedelta(hours=1)
LONGEST = timedelta(days=1)
MOST_AT_ONCE = 200
"""Requests that expire in one transaction; the others in the next round."""


def ask(scoped: Scoped, basin_id: str, given: LendingIn) -> Lending:
    """The lender's coordinators hear of it. Raises: NotFound, Forbidden; Unfit with every fault."""
    scoped.must_write(Lending, basin_id)
    agreement = scoped.one(BasinAgreement, basin_id, given.agreement_id)
    issues = list(_faults(scoped, basin_id, agreement, given))
    if issues:
        raise Unfit.of(issues[0], *issues[1:])
    latest = min(scoped.clock.now() + ANSWER_WITHIN, given.starts_at)
    row = Lending.made(
        scoped.clock,
        agreement.basin_id,
        borrower_id=basin_id,
        agreement_id=agreement.id,
        worker_id=given.worker_id,
        visits=list(dict.fromkeys(given.visits)),
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        state="asked",
        paid_by=agreement.paid_by,
        reply_by=given.reply_by or latest,
        asked_by=scoped.principal.actor,
        reason=given.reason,
        answered_by=None,
        answered_at=None,
        because=None,
        gone=[],
    )
    scoped.add(row, "asked", given.reason)
    note_both(scoped, row)
    _tell(scoped, row, row.basin_id)
    return row


def answer(
    scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None, given: LendingAnswerIn
) -> Lending:
    """Of the lender's coordinator; searches follow in both basins.

    Raises: NotFound, Forbidden, Stale; Conflict, once it is answered or over, or where her hours are taken
        by now.
    """
    row = _held(scoped, basin_id, id, version, OPEN[:1])
    if row.basin_id != basin_id:
        raise forbidden(f"{row.KIND}.{id}")
    row.answered_by, row.answered_at = scoped.principal.actor, scoped.clock.now()
    if given.reply == "no":
        row.state, row.because = "declined", given.reason
    else:
        taken = next(_taken(scoped, row), None)
        if taken is not None:
            raise Conflict(OVER, f"{row.KIND}.{id}", "lent_hours_taken", {"at": taken})
        row.state, row.because = "agreed", given.reason
        brought.bring(scoped, service, row)
    return _changed(scoped, row, row.state, row.borrower_id)


def withdraw(
    scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None, reason: str
) -> Lending:
    """By the borrower, before or after the answer; by the lender after it. Everything is as before, and
    searches follow in both basins.

    Raises: NotFound, Forbidden, Stale; Conflict, once it is over.
    """
    row = _held(scoped, basin_id, id, version, OPEN)
    if row.state == "asked" and row.borrower_id != basin_id:
        raise forbidden(f"{row.KIND}.{id}")
    was_lent, row.state, row.because = row.state == "agreed", "withdrawn", reason
    if was_lent:
        brought.take_back(scoped, service, row)
    return _changed(scoped, row, "withdrawn", row.borrower_id if row.basin_id == basin_id else row.basin_id)


def expire(service: Service) -> int:
    """What nobody answered in time is over; how many were."""
    now = service.clock.now()
    asked = select(Lending.id, Lending.borrower_id).where(Lending.state == "asked", Lending.reply_by < now)
    with service.database.reading() as session:
        found = session.execute(asked.order_by(Lending.id).limit(MOST_AT_ONCE)).all()
    if not found:
        return 0
    with service.database.writing() as session:
        for id, borrower in found:
            scoped = Scoped(session, Principal.system("upkeep", borrower), service.clock)
            row = scoped.one(Lending, borrower, id, write=True)
            if row.state == "asked":
                row.state = "expired"
                _changed(scoped, row, "expired", row.borrower_id)
            scoped.commit()
    return len(found)


def shown(scoped: Scoped, row: Lending) -> LendingView:
    """Each side what it may know: the lender no visit, and of the borrower what it asked for."""
    names = names_of(scoped, row)
    return view_of(
        LendingView,
        row,
        lender=row.basin_id,
        lender_name=names[row.basin_id],
        borrower=row.borrower_id,
        borrower_name=names[row.borrower_id],
        visits=row.visits if sees_borrower(scoped.principal, row) else None,
    )


def _changed(scoped: Scoped, row: Lending, action: str, whom: str) -> Lending:
    scoped.changed(row, action, row.because)
    note_both(scoped, row)
    _tell(scoped, row, whom)
    return row


def _tell(scoped: Scoped, row: Lending, basin_id: str) -> None:
    about = LendingChanged(lending_id=row.id, state=row.state)
    queueing.to_coordinators(scoped.session, scoped.clock, basin_id, about, f"lending:{row.id}:{row.state}")


def _held(scoped: Scoped, basin_id: str, id: str, version: int | None, states: tuple[str, ...]) -> Lending:
    row = scoped.one(Lending, basin_id, id, write=True)
    expect(row, version)
    now = scoped.clock.now()
    is_late = now > (row.reply_by if row.state == "asked" else row.ends_at)
    if row.state not in states or is_late:
        state = "expired" if is_late and row.state == "asked" else row.state
        raise Conflict(OVER, f"{row.KIND}.{id}", "lending_over", {"state": state})
    return row


def _taken(scoped: Scoped, row: Lending) -> Iterator[str]:
    """When she has something else to do by now, in her own basin."""
    asked = scoped.select(Offer, row.basin_id).where(
        Offer.worker_id == row.worker_id,
        Offer.state.in_(STANDING),
        Offer.starts_at < row.ends_at,
        Offer.ends_at > row.starts_at,
    )
    for one in scoped.all(asked.order_by(Offer.starts_at, Offer.id)):
        yield f"{one.starts_at.astimezone(PARIS):%H:%M}"
    plan = plan_on(scoped, row.basin_id, row.starts_at.astimezone(PARIS).date())
    for _, stop in stops_of(plan, row.worker_id):
        if stop.start < row.ends_at and stop.end > row.starts_at:
            yield f"{stop.start.astimezone(PARIS):%H:%M}"


# -- faults ------------------------------------------------------------------------------------------------
def _faults(scoped: Scoped, basin_id: str, agreement: BasinAgreement, given: LendingIn) -> Iterator[Issue]:
    where, now = Lending.KIND, scoped.clock.now()
    if agreement.borrower_id != basin_id or agreement.state != "agreed":
        yield Issue("A305", f"{where}.agreement_id", "agreement_not_in_force", {"state": agreement.state})
    if given.ends_at.astimezone(PARIS).date() > agreement.until:
        yield Issue("A305", f"{where}.ends_at", "agreement_ended_before", {"day": agreement.until})
    if not given.starts_at < given.ends_at <= given.starts_at + LONGEST:
        yield Issue("A305", f"{where}.ends_at", "lent_hours")
    notice = timedelta(minutes=agreement.notice_min)
    if given.starts_at < now + notice:
        yield Issue("A305", f"{where}.starts_at", "lent_too_late", {"minutes": agreement.notice_min})
    if given.reply_by is not None and not now < given.reply_by <= given.starts_at:
        yield Issue("A305", f"{where}.reply_by", "lending_reply_by")
    known = scoped.select(Visit, basin_id).where(Visit.id.in_(given.visits))
    visits = {one.id for one in scoped.all(known)}
    for id in given.visits:
        if id not in visits:
            yield Issue("A305", f"{where}.visits", "unknown_to_account", {"id": id})
    worker = scoped.session.get(Worker, (agreement.basin_id, given.worker_id))
    # Nothing is said of the neighbour's people but whether this one may be asked for.
    if worker is None or not agreement.value.lends(given.worker_id) or not may_be_lent(worker):
        yield Issue("A305", f"{where}.worker_id", "unknown_to_account", {"id": given.worker_id})
    elif _is_asked_for(scoped, agreement.basin_id, given):
        yield Issue("A305", f"{where}.worker_id", "lent_already", {"id": given.worker_id})


def _is_asked_for(scoped: Scoped, lender: str, given: LendingIn) -> bool:
    row = Lending
    asked = select(row.id).where(
        row.basin_id == lender,
        row.worker_id == given.worker_id,
        row.state.in_(OPEN),
        row.starts_at < given.ends_at,
        row.ends_at > given.starts_at,
    )
    return scoped.session.scalar(asked.limit(1)) is not None
