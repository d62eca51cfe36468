"""A look around: an empty service filled with a scenario, an account for each role, and a clock in the
scenario's days."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.rights import NEEDS_TARGET, Principal, Role
from api.access.scope import Scoped
from api.basin import identities
from api.imports import bringing, uploads
from api.imports.merging import Mode
from api.messages import contacts
from api.persons import accounts
from api.runtime.clock import ShiftedClock, SystemClock
from api.service.service import Service
from api.shapes.person_shapes import ContactIn, ContactShape, IdentityIn
from api.store.account_tables import Account, InstallationFact
from api.store.base import add_missing
from api.store.person_tables import ClientIdentity, EmployeeIdentity, Identity, WorkerIdentity
from brigade.values.problem import Problem

SHIFT = "clock_shift_s"
PEOPLE: Mapping[str, Any] = tomllib.loads(
    files("api.operations").joinpath("demo_people.toml").read_text("utf-8")
)
"""Numbers (01 99 00, 06 39 98) are kept for fiction by ARCEP, the domain of addresses by RFC 2606."""


def fill(service: Service, path: Path) -> ShiftedClock:
    """The clock of the demonstration; on an empty database also its basin and accounts, whose passwords are
    printed once."""
    with service.database.writing() as session:
        known = session.get(InstallationFact, SHIFT)
        if known is not None:
            return ShiftedClock(timedelta(seconds=float(known.value)))
        if session.scalar(select(func.count()).select_from(Account)):
            return ShiftedClock(timedelta())  # somebody's own data: nothing is added to it
        problem, upload = uploads.demonstration(path)
        clock = clock_of(problem.horizon.instant(problem.now))
        if not add_missing(session, InstallationFact(name=SHIFT, value=str(clock.shift.total_seconds()))):
            return ShiftedClock(
                timedelta(seconds=float(session.get_one(InstallationFact, SHIFT).value))
            )  # another service fills it
        told = _fill(session, service, clock, problem, upload)
    print("Comptes de démonstration (affichés cette seule fois) :", flush=True)
    for role, login, password in told:
        print(f"  {role:<14} {login:<14} {password}", flush=True)
    return clock


def clock_of(now: datetime) -> ShiftedClock:
    return ShiftedClock(now - SystemClock().now())


def _fill(
    session: Session, service: Service, clock: ShiftedClock, problem: Problem, upload: uploads.Upload
) -> list[tuple[str, str, str]]:
    scoped = Scoped(session, Principal("demo", Role.ADMINISTRATOR), clock)
    bringing.bring(scoped, service, problem.basin.id, upload, Mode.ADD, bringing.unheard)
    _name(scoped, service, problem)
    told = []
    for role in Role:
        password = secrets.token_urlsafe(12)
        account = accounts.create(
            scoped, service.settings, role.value, role, password, _grants(problem, role)
        )
        if role is Role.COORDINATOR:
            _reach(scoped, service, problem, account.id)
        told.append((role.value, role.value, password))
    scoped.commit()
    return told


def _name(scoped: Scoped, service: Service, problem: Problem) -> None:
    """Invented people behind the pseudonyms, always the same ones."""
    persons: list[tuple[type[Identity], str]] = [(ClientIdentity, one.id) for one in problem.clients]
    persons += [(WorkerIdentity, one.id) for one in problem.workers]
    persons += [(EmployeeIdentity, one.id) for one in problem.employees]
    first, last = PEOPLE["first_names"], PEOPLE["last_names"]
    for number, (table, id) in enumerate(persons):
        name = f"{first[number % len(first)]} {last[number // len(first) % len(last)]}"
        phone = f"01 99 00 {number // 100 % 100:02d} {number % 100:02d}"
        given = IdentityIn(name=name, contacts=[ContactIn(kind="phone", value=phone)])
        if table is ClientIdentity:
            home = [PEOPLE["address"].format(number=number % 90 + 1)]
            entry = PEOPLE["entry"].format(number=number % 9000 + 1000)
            given = given.model_copy(update={"address_lines": home, "entry": entry})
        identities.put(scoped, service.vault, table, problem.basin.id, id, given, None)


def _reach(scoped: Scoped, service: Service, problem: Problem, coordinator: str) -> None:
    """Where messages go, at a domain and at numbers that are nobody's: to files, as long as no server is
    set."""
    desk = [(f"account:{coordinator}", "coordination")]
    providers = [(f"provider:{one.id}", f"saad-{number}") for number, one in enumerate(problem.providers, 1)]
    workers = [(f"worker:{one.id}", f"intervenant-{number}") for number, one in enumerate(problem.workers, 1)]
    for number, (id, name) in enumerate((*desk, *providers, *workers)):
        given = ContactShape(
            id=id,
            email=f"{name}@example.org",
            phone=f"+3363998{number % 10_000:04d}",
            # Every fourth by SMS, so that both are seen.
            channels=["sms"] if number % 4 == 3 else ["email"],
        )
        contacts.put(scoped, service.vault, problem.basin.id, id, given, None)


def _grants(problem: Problem, role: Role) -> list[tuple[str, str]]:
    """The first provider, worker or employer of the scenario; the whole basin for the others."""
    if role is Role.ADMINISTRATOR:
        return []
    first = {
        "providers": problem.providers[0].id,
        "workers": problem.workers[0].id,
        "employers": problem.workers[0].employer_id,
    }
    return [(problem.basin.id, first[NEEDS_TARGET[role]] if role in NEEDS_TARGET else "")]
