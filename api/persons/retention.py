"""What is kept no longer than it has to be: once a day, by the durations of the settings
(docs/personal-data.md names their sources). What went is counted in the trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access import trail, trail_seal
from api.access.rights import Principal
from api.access.scope import Scoped
from api.access.trail import Note
from api.commitments.open_incidents import open_ended
from api.persons import accounts, erasing
from api.runtime.settings import Settings
from api.service.service import Service
from api.store.account_tables import Account, InstallationFact, keep_fact
from api.store.base import Table
from api.store.basin_tables import FORGOTTEN, Absence, Client, Visit
from api.store.cycle_tables import IN_FORCE, Job, Offer, Outcome, Plan, Problem, SwapQuestion, WorkingEdits
from api.store.incident_tables import Incident
from api.store.lending.lending_tables import BasinAgreement, Lending
from api.store.message_tables import Delivery, Message
from api.store.release_tables import IssuedReport
from brigade.units import MAX_DAYS

RAN = "retention_ran"
# A twelfth of a mean year: terms are stated in months, and a day more or less is nobody's complaint.
MONTH = timedelta(days=30.4375)
SETTLED = ("sent", "failed", "obsolete")


def due(service: Service) -> bool:
    """Whether today's round has not been made yet."""
    with service.database.reading() as session:
        ran = session.get(InstallationFact, RAN)
    return ran is None or ran.value != service.clock.now().date().isoformat()


def run(service: Service) -> Counter[str]:
    """One round; what went, by kind. Begun again after a fall, it goes on where it was."""
    now, settings, gone = service.clock.now(), service.settings, Counter[str]()
    gone["clients"] = _clients(service, now - settings.retain_clients_months * MONTH)
    with service.database.writing() as session:
        gone.update(_rows(session, settings, now))
        gone["accounts"] = _accounts(session, now - settings.retain_accounts_months * MONTH, now)
        gone["audit"] = _trail(session, settings, now)
        keep_fact(session, RAN, now.date().isoformat())
        told = {kind: count for kind, count in sorted(gone.items()) if count}
        if told:
            trail.seal(
                session,
                "retention",
                now,
                [Note("retention.done", "retention", now.date().isoformat(), details=told)],
            )
        session.commit()
    # After the commit: a file that is gone cannot be taken back with the transaction.
    gone["outgoing"] = _files(
        service.settings.folder / "outgoing", now - timedelta(days=settings.retain_drafts_days)
    )
    return +gone


def _trail(session: Session, settings: Settings, now: datetime) -> int:
    before = now - settings.retain_audit_months * MONTH
    return trail_seal.prune(session, settings.folder, settings.seal_keys(), before, now)


def _files(folder: Path, before: datetime) -> int:
    """Letters of a local installation, which hold addresses: as long as the messages they were made of."""
    gone = 0
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _clients(service: Service, before: datetime) -> int:
    """Clients whom nobody has visited since `before`, nor will: as if they had asked to be forgotten."""
    recent = exists().where(
        Visit.basin_id == Client.basin_id, Visit.client_id == Client.id, Visit.ends_at >= before
    )
    with service.database.writing() as session:
        asked = select(Client.basin_id, Client.id).where(
            Client.changed_at < before, ~Client.id.startswith(FORGOTTEN), ~recent
        )
        found = [(basin, id) for basin, id in session.execute(asked)]
        for basin_id, id in found:
            scoped = Scoped(session, Principal.system("retention", basin_id), service.clock)
            erasing.erase(scoped, erasing.CLIENTS, basin_id, id, None)
            trail.seal(session, "retention", service.clock.now(), scoped.notes)
        session.commit()
    return len(found)


def _rows(session: Session, settings: Settings, now: datetime) -> Counter[str]:
    """What hangs on something else goes before it."""
    hours, funded = now - settings.retain_hours_months * MONTH, now - settings.retain_funded_months * MONTH
    drafts = now - timedelta(days=settings.retain_drafts_days)
    happened = func.coalesce(Outcome.ends_at, Outcome.created_at)
    is_funded = Outcome.funding_line_id.is_not(None)
    # A plan is as old as its last day, and no plan has more days than this.
    last_day = (hours - timedelta(days=MAX_DAYS)).date()
    gone = Counter[str]()
    steps: Iterable[tuple[type[Any], ColumnElement[bool]]] = (
        (Outcome, or_(happened < funded, (happened < hours) & ~is_funded)),
        (Offer, Offer.ends_at < hours),
        (Absence, Absence.ends_at < hours),
        (
            Incident,
            (func.coalesce(Incident.ended_at, Incident.ends_at, Incident.starts_at) < hours) & ~open_ended(),
        ),
        (Lending, Lending.ends_at < hours),
        (BasinAgreement, (BasinAgreement.until < hours.date()) & (BasinAgreement.changed_at < hours)),
        (SwapQuestion, SwapQuestion.starts_at < hours),
        (Visit, Visit.ends_at < hours),
        (WorkingEdits, WorkingEdits.changed_at < drafts),
        (Plan, Plan.state.in_(IN_FORCE) & (Plan.first_day < last_day)),
        (Plan, Plan.state.not_in(IN_FORCE) & (Plan.changed_at < drafts)),
        (Job, Job.state.not_in(("queued", "running")) & (Job.changed_at < drafts)),
        # As long as what funders may still ask about.
        (IssuedReport, IssuedReport.last_day < funded.date()),
        (Message, Message.state.in_(SETTLED) & (Message.changed_at < drafts)),
        (Delivery, Delivery.state.in_(SETTLED) & (Delivery.changed_at < drafts)),
        # Stubs of the forgotten, once no visit of theirs is kept any more.
        (Client, Client.id.startswith(FORGOTTEN)),
        (Problem, Problem.created_at < drafts),
    )
    for table, clause in steps:
        gone[table.__tablename__] += _delete(session, table, clause)
    return gone


def _delete(session: Session, table: type[Any], clause: ColumnElement[bool]) -> int:
    """Rows that nothing kept longer refers to: an outcome under a funding line keeps its plan and the plan
    its problem."""
    count = 0
    for row in session.scalars(select(table).where(clause, ~_is_named(table))).all():
        try:
            # A savepoint a row: something written meanwhile may name it, and then it alone stays until
            # tomorrow.
            with session.begin_nested():
                session.delete(row)
        except IntegrityError:
            continue
        count += 1
    return count


def _is_named(table: type[Any]) -> ColumnElement[bool]:
    """Whether any row of any table, those of later versions included, refers to the row."""
    own, named = table.__table__, []
    for other in Table.metadata.sorted_tables:
        for constraint in other.foreign_key_constraints:
            if constraint.referred_table is own and other is not own:
                pairs = [key.parent == key.column for key in constraint.elements]
                named.append(exists().where(*pairs).correlate(own))
    return or_(*named) if named else own.c[next(iter(own.primary_key)).name].is_(None)


def _accounts(session: Session, before: datetime, now: datetime) -> int:
    """Accounts closed since then lose their login; administrators close them (`is_active`)."""
    asked = select(Account).where(
        ~Account.is_active, Account.changed_at < before, Account.login.not_like("erased-%")
    )
    found = list(session.scalars(asked))
    for account in found:
        accounts.forget(session, account, now)
    return len(found)
