"""The administrator's pages: from the empty service to a first published plan, accounts, the journal, and how
safely the service runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.access.rights import NEEDS_TARGET
from api.access.scope import Scoped, expect
from api.basin import identities, wishes
from api.http.credentials import TheService
from api.imports.telephones import dialled
from api.operations import demo, first_steps
from api.persons import accounts
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID, LOGIN, MADE, BasinWishes
from api.store.account_tables import LAST_BACKUP, Account, InstallationFact
from api.store.basin_tables import Basin, Worker
from api.store.person_tables import WorkerIdentity
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.field_kinds import Text
from brigade.words import say_issue

router = APIRouter(include_in_schema=False)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
PAGES = (
    PageEntry("first_steps", "/premiers-pas", ADMINISTRATORS, 5),
    PageEntry("accounts", "/comptes", ADMINISTRATORS, 90, MenuGroup.SETTINGS),
    PageEntry("state", "/etat-du-service", ADMINISTRATORS, 94, MenuGroup.SETTINGS),
)
FIRST, ACCOUNTS, STATE = (f"setup/{name}.html" for name in ("first_steps", "accounts", "state"))
# A daily backup that failed once is late by less.
OLD_BACKUP = timedelta(days=2)
TARGETED = tuple(NEEDS_TARGET)


class BasinForm(BaseModel):
    """A new basin, as far as it must be said at once."""

    id: str = Field(pattern=ID, max_length=120)
    name: Text = Field(min_length=1, max_length=120)
    department: Text = Field(min_length=1, max_length=3)
    telephone: str | None = None


class AccountForm(BaseModel):
    """`reach`: basin, and of roles that reach one thing its id, parted by a stroke."""

    login: str = Field(min_length=3, max_length=200, pattern=LOGIN)
    display_name: Text | None = Field(None, max_length=120)
    role: Role
    reach: str | None = Field(None, max_length=250)

    @property
    def grants(self) -> list[tuple[str, str]]:
        if self.role is Role.ADMINISTRATOR or not self.reach:
            return []
        basin_id, _, target = self.reach.partition("|")
        return [(basin_id, target if self.role in NEEDS_TARGET else "")]


class AccountAct(BaseModel):
    """What a button beside an account sends."""

    act: Literal["reset", "close", "open"]
    account_id: str = Field(pattern=MADE)
    version: int


# -- first run ---------------------------------------------------------------------------------------------
@router.get("/premiers-pas")
def first_steps_page(view: View) -> Response:
    view.scoped.only("accounts")
    return _first(view)


@router.post("/premiers-pas")
def make_basin(press: Press) -> Response:
    """A basin of one's own, or the invented one."""
    press.scoped.only("accounts")
    try:
        if press.form.text("act") == "example":
            return press.done(lambda: _example(press.scoped, press.service))
        given = press.form.read(BasinForm)

        def act() -> str:
            said = given.model_dump(exclude={"id"}, exclude_none=True)
            if given.telephone:
                # As imports read it: people type 03 21 …, and the kept form begins with +33.
                said["telephone"] = dialled(given.telephone)
            wishes.put(press.scoped, given.id, read_model(BasinWishes, said), None)
            return f"/premiers-pas?bassin={quote(given.id)}"

        return press.done(act)
    except BrigadeError as fault:
        return _first(press, fault)


def _example(scoped: Scoped, service: Service) -> str:
    """Raises: Forbidden, where there is none to load, or a basin already."""
    path = service.settings.example_file
    if path is None or _basins(scoped):
        raise forbidden("basins")
    return f"/premiers-pas?bassin={quote(demo.load(scoped, service, path))}"


def _first(view: ScopedView | PressedView, fault: BrigadeError | None = None) -> Response:
    basins = _basins(view.scoped)
    asked = view.request.query_params.get("bassin")
    chosen = next((one.id for one in basins if one.id == asked), basins[0].id if basins else None)
    steps = first_steps.steps(view.scoped, chosen) if chosen else []
    base = f"/bassins/{quote(chosen)}" if chosen else ""
    pages = {
        "imports": f"{base}/imports",
        "absence": f"{base}/a-traiter",
        "day": f"{base}/journee/{first_steps.next_day(view.scoped, chosen)}" if chosen else "",
        "rules": f"{base}/regles",
        "accounts": "/comptes",
    }
    return view.page(
        FIRST,
        fault=fault,
        basins=[(one.id, one.body.name) for one in basins],
        chosen=chosen,
        blocking=[one for one in steps if one.blocks],
        better=[one for one in steps if not one.blocks],
        next_step=next((one.name for one in steps if one.blocks and not one.is_done), None),
        pages=pages,
        has_example=view.service.settings.example_file is not None and not basins,
    )


def _basins(scoped: Scoped) -> Sequence[Basin]:
    return scoped.all(scoped.select(Basin).order_by(Basin.id))


# -- accounts ----------------------------------------------------------------------------------------------
@router.get("/comptes")
def accounts_page(view: View, asked: Annotated[str, Query(alias="q", max_length=100)] = "") -> Response:
    view.scoped.only("accounts")
    return _accounts(view, asked)


@router.post("/comptes")
def act_on_account(press: Press, service: TheService) -> Response:
    """A new account, a new way in, an account closed or opened. A link is told once, in the answer: the
    person chooses the password by it."""
    press.scoped.only("accounts")
    try:
        if press.form.text("act") == "create":
            given = press.form.read(AccountForm)
            row = accounts.create(
                press.scoped,
                service.settings,
                given.login,
                given.role,
                None,
                given.grants,
                given.display_name,
            )
            return _told(press, service, row)
        asked = press.form.read(AccountAct)
        if asked.act == "reset":
            return _told(press, service, accounts.reset(press.scoped, asked.account_id))
        return press.done(lambda: _opened(press.scoped, service, asked))
    except BrigadeError as fault:
        return _accounts(press, "", fault)


def _told(press: PressedView, service: Service, row: Account) -> Response:
    ends = press.scoped.clock.now() + timedelta(hours=accounts.RESET_HOURS)
    # In the page itself, not in an address that `press.done` would lead to and remember: it opens an account.
    link, login = accounts.reset_link(service, row, ends), row.login
    press.scoped.commit()
    return _accounts(press, "", link=link, login=login, ends=ends)


def _opened(scoped: Scoped, service: Service, asked: AccountAct) -> str:
    """Raises: NotFound, Stale; Forbidden for one's own: nobody locks herself out."""
    row = accounts.one(scoped, asked.account_id)
    if row.id == scoped.principal.actor:
        raise forbidden("accounts")
    expect(row, asked.version)
    stood = [(one.basin_id, one.target_id) for one in accounts.shown(scoped.session, row).grants]
    facts = accounts.AccountFacts(row.login, row.display_name, Role(row.role), asked.act == "open")
    accounts.change(scoped, service.settings, row.id, asked.version, facts, None, stood)
    return "/comptes"


def _accounts(
    view: ScopedView | PressedView,
    asked: str,
    fault: BrigadeError | None = None,
    link: str | None = None,
    login: str | None = None,
    ends: datetime | None = None,
) -> Response:
    """By name; those whose name or login holds what is asked for."""
    scoped = view.scoped
    rows = scoped.session.scalars(select(Account)).all()
    wanted = asked.casefold()
    found = [
        accounts.shown(scoped.session, row)
        for row in sorted(rows, key=lambda one: ((one.display_name or one.login).casefold(), one.id))
        if wanted in f"{row.display_name or ''} {row.login}".casefold()
    ]
    reaches = _reaches(view)
    return view.page(
        ACCOUNTS,
        fault=fault,
        accounts=found,
        asked=asked,
        roles=list(Role),
        reaches=reaches,
        reach_names={value: name for value, name, _ in reaches},
        link=link,
        login=login,
        ends=ends,
    )


def _reaches(view: ScopedView | PressedView) -> list[tuple[str, str, str | None]]:
    """What an account may be granted: its value, its name, and of what kind; a whole basin is of none."""
    found: list[tuple[str, str, str | None]] = []
    scoped, vault = view.scoped, view.service.vault
    for basin in _basins(scoped):
        found.append((basin.id, basin.body.name, None))
        people = identities.names_to_choose(scoped, vault, WorkerIdentity, basin.id, "accounts")
        for kind, table in accounts.TARGETS.items():
            for row in scoped.all(scoped.select(table, basin.id).order_by(table.id)):
                called = people.get(row.id) if table is Worker else row.body.get("name")
                name = str(called or row.id)
                found.append((f"{basin.id}|{row.id}", f"{name} ({basin.body.name})", kind))
    return found


# -- how safely the service runs -----------------------------------------------------------------------------
@router.get("/etat-du-service")
def state_page(view: View, service: TheService) -> Response:
    """What the operator should look at: settings that would be refused in production, the last backup."""
    view.scoped.only("accounts")
    fact = view.scoped.session.get(InstallationFact, LAST_BACKUP)
    saved = datetime.fromisoformat(fact.value) if fact is not None else None
    return view.page(
        STATE,
        settings=service.settings,
        database=service.settings.url.partition(":")[0].partition("+")[0],
        unsafe=[say_issue(one, view.lang) for one in service.settings.unsafe()],
        saved=saved,
        # Backups are made by the machine's own clock, which a demonstration's differs from.
        is_old=saved is None or datetime.now(saved.tzinfo) - saved > OLD_BACKUP,
    )
