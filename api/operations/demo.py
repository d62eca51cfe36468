"""A look around: an empty service filled with a scenario, an account for each role, and a clock in the
scenario's days."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.rights import NEEDS_TARGET, Principal
from api.access.scope import Scoped
from api.basin import identities
from api.imports import bringing, uploads
from api.imports.merging import Mode
from api.messages import contacts
from api.persons import accounts
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import JobIn
from api.shapes.person_shapes import ContactIn, ContactShape, IdentityIn
from api.store.account_tables import Account, InstallationFact
from api.store.base import add_missing
from api.store.person_tables import ClientIdentity, EmployeeIdentity, Identity, WorkerIdentity
from brigade.units import PARIS
from brigade.values.problem import Problem
from brigade.words import long_day, wall_clock, word

SHIFT = "clock_shift_s"
LOGINS: Mapping[str, Role] = {**{role.value: role for role in Role}, "departement": Role.FUNDER}
"""An account for each role; the département reads what a funder does, over all basins."""
PEOPLE: Mapping[str, Any] = tomllib.loads(
    files("api.operations").joinpath("demo_people.toml").read_text("utf-8")
)
"""Numbers (01 99 00, 06 39 98) are kept for fiction by ARCEP, the domain of addresses by RFC 2606."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """`passwords`: by login; empty once they were shown at an earlier start."""

    clock: ShiftedClock
    passwords: Mapping[str, str] = field(default_factory=dict)


def fill(service: Service, path: Path) -> Demonstration:
    """The demonstration; an empty database gets its basin and accounts."""
    with service.database.writing() as session:
        known = session.get(InstallationFact, SHIFT)
        if known is not None:
            return Demonstration(ShiftedClock(timedelta(seconds=float(known.value))))
        if session.scalar(select(func.count()).select_from(Account)):
            return Demonstration(ShiftedClock(timedelta()))  # somebody's own data: nothing is added to it
        problem, upload = uploads.demonstration(path)
        clock = clock_of(problem.horizon.instant(problem.now))
        # Two services may start on one empty database: the clock's row decides which of them fills it.
        if not add_missing(session, InstallationFact(name=SHIFT, value=str(clock.shift.total_seconds()))):
            shift = float(session.get_one(InstallationFact, SHIFT).value)
            return Demonstration(ShiftedClock(timedelta(seconds=shift)))  # another service fills it
        return Demonstration(clock, _fill(session, service, clock, problem, upload))


def first_day(path: Path) -> date:
    """Of the scenario, as it was written."""
    document = json.loads(path.read_text("utf-8"))
    return date.fromisoformat(document["horizon"]["first_day"])


def weeks_until(day: date, today: date) -> int:
    """By how many whole weeks a day is moved so that it is still to come: its weekday, and what rests on it,
    stay."""
    return max(0, (today - day).days // 7 + 1)


def load(scoped: Scoped, service: Service, path: Path) -> str:
    """The invented basin, its days moved to come, its people's names, and a search of its first day, beside
    whatever accounts there are. Returns: its id."""
    written = first_day(path)
    weeks = weeks_until(written, scoped.clock.now().astimezone(PARIS).date())
    problem, upload = uploads.demonstration(path, weeks)
    bringing.bring(scoped, service, problem.basin.id, upload, Mode.ADD, bringing.unheard)
    _name(scoped, service, problem)
    jobs.ask(scoped, service, problem.basin.id, JobIn(first_day=written + timedelta(weeks=weeks)))
    return problem.basin.id


def ways_in(made: Demonstration, address: str, lang: str) -> str:
    """What whoever started the demonstration opens in a browser, and as whom."""
    now = made.clock.now().astimezone(PARIS)
    said = [
        "",
        word("demo.open", lang, address=f"{address}/connexion"),
        word("demo.now", lang, day=long_day(now.date(), lang), at=wall_clock(now, lang)),
    ]
    if not made.passwords:
        return "\n".join([*said, word("demo.again", lang)])
    rows = [tuple(word(f"demo.{column}", lang) for column in ("who", "login", "password", "does"))]
    rows += [
        (word(f"demo.who.{login}", lang), login, password, word(f"demo.does.{login}", lang))
        for login, password in made.passwords.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join([*said, word("demo.once", lang), "", *(f"  {line}".rstrip() for line in lines)])


def clock_of(now: datetime) -> ShiftedClock:
    return ShiftedClock(now - SystemClock().now())


def _fill(
    session: Session, service: Service, clock: ShiftedClock, problem: Problem, upload: uploads.Upload
) -> dict[str, str]:
    scoped = Scoped(session, Principal("demo", Role.ADMINISTRATOR), clock)
    bringing.bring(scoped, service, problem.basin.id, upload, Mode.ADD, bringing.unheard)
    _name(scoped, service, problem)
    told = {}
    for login, role in LOGINS.items():
        password = secrets.token_urlsafe(12)
        reach, name = _grants(problem, role), PEOPLE["accounts"][login]
        account = accounts.create(scoped, service.settings, login, role, password, reach, name)
        if role is Role.COORDINATOR:
            _reach(scoped, service, problem, account.id)
        told[login] = password
    scoped.commit()
    return told


def _name(scoped: Scoped, service: Service, problem: Problem) -> None:
    """Invented people behind the pseudonyms, always the same ones."""
    persons: list[tuple[type[Identity], str]] = [(ClientIdentity, one.id) for one in problem.clients]
    persons += [(WorkerIdentity, one.id) for one in problem.workers]
    persons += [(EmployeeIdentity, one.id) for one in problem.employees]
    first, last = PEOPLE["first_names"], PEOPLE["last_names"]
    # By number and not by chance: the same scenario has the same names at every start.
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
