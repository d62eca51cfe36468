"""What a page is made with: who looks, in which language, at which time of the service.

A route of a page takes `View` (reading), `Press` (a form, writing) or `OpenView`, `OpenPress` (without an
account); it calls what the API's routes call, and answers `view.page(template, ...)` or `press.go(address)`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access import authentication
from api.access.rights import Principal
from api.access.scope import AuditedRead, Scoped
from api.http.credentials import TheCredentials, TheService, authenticate
from api.http.language import language_of, theme_of
from api.http.middleware import HEADERS
from api.http.problem_json import status_of
from api.http.unit import Answer, UnitOfWork
from api.persons import logins
from api.runtime.faults import Unauthenticated
from api.runtime.roles import Role
from api.service.service import Service
from api.store.account_tables import Account
from api.web import forms
from api.web.forms import NO_FAULTS, NO_FORM, Form, FormFaults, faults_of, form_of
from api.web.rendering import rendered
from brigade.errors import BrigadeError
from brigade.units import PARIS
from brigade.words import LANGUAGES

LOGIN = "/connexion"
POLICY = "Content-Security-Policy"


class MenuGroup(StrEnum):
    """What entries of a long navigation stand under, in order."""

    TODAY = "today"
    WEEK = "week"
    PEOPLE = "people"
    FIGURES = "figures"
    SETTINGS = "settings"


MOST_FLAT = 6
"""Entries that fit side by side: a longer navigation is grouped."""


@dataclass(frozen=True, slots=True)
class Menu:
    """One entry of the navigation."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Menus:
    """Entries side by side, or what stands under a group."""

    group: MenuGroup | None
    entries: Sequence[Menu]

    @property
    def is_current(self) -> bool:
        return any(one.is_current for one in self.entries)


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page, as tests and the navigation know it.

    Attributes:
        name: its words stand under `page.<name>.…`, its title under `page.<name>.title`.
        path: as its route has it.
        roles: who may open it; empty: everybody, also without an account.
        place: in the navigation of those roles, from small to large; None: not there.
        group: under what, where the navigation of a role is long; None: beside the groups, before them.
    """

    name: str
    path: str
    roles: frozenset[Role] = frozenset()
    place: int | None = None
    group: MenuGroup | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The account that looks. `basins`: name by id; `csrf`: what its forms bring back."""

    principal: Principal
    login: str
    display_name: str
    basins: Mapping[str, str]
    csrf: str


class BaseView:
    """One look at a page, by an account or by nobody. `images_from`: another service whose images the page
    may show, as a content policy names it."""

    def __init__(self, request: Request, service: Service, viewer: Viewer | None) -> None:
        self.request, self.service, self.viewer = request, service, viewer
        self.lang = language_of(request)
        self.form, self.nonce = NO_FORM, secrets.token_urlsafe(16)
        self.images_from: str | None = None
        request.state.view = self

    @property
    def now(self) -> datetime:
        """The wall's, where the clients live."""
        return self.service.clock.now().astimezone(PARIS)

    @property
    def basin_id(self) -> str | None:
        """The one the address names, else the first that the account reaches."""
        named: str | None = self.request.path_params.get("basin_id")
        return named or next(iter(self.viewer.basins), None) if self.viewer else None

    def page(
        self, template: str, *, status: int = 200, fault: BrigadeError | None = None, **values: Any
    ) -> Response:
        """The page. Args: fault: what refused the form, told in the page; its status is the page's."""
        faults = NO_FAULTS if fault is None else faults_of(fault, self.lang)
        html = self._html(template, faults, values)
        told = status if fault is None else status_of(fault)
        headers = {"Content-Language": self.lang, "Vary": "Accept, Accept-Language, Cookie"}
        if more := "".join(self._allowed(html)):
            headers[POLICY] = HEADERS[POLICY] + more
        return HTMLResponse(html, told, headers)

    def _allowed(self, html: str) -> Iterator[str]:
        """What this page may beyond others: place things by rules of its own, since parsed `style=`
        attributes are refused; show images of another service."""
        if f'nonce="{self.nonce}"' in html:
            yield f"; style-src 'self' 'nonce-{self.nonce}'"
        if self.images_from is not None:
            yield f"; img-src 'self' data: {self.images_from}"

    def _html(self, template: str, faults: FormFaults, values: Mapping[str, Any]) -> str:
        return rendered(
            template,
            self.lang,
            view=self,
            viewer=self.viewer,
            other=next(one for one in LANGUAGES if one != self.lang),
            theme=theme_of(self.request),
            here=self._here(),
            menus=self.menus(),
            form=self.form,
            faults=faults,
            **values,
        )

    def _here(self) -> str:
        """Where a choice of language comes back to: the page itself, or where its refused form stands."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def menus(self) -> list[Menus]:
        """What the account's role goes to, in its order; of the basin that is looked at."""
        found = self._entries()
        # An address may begin as another one does: the longest says where one is.
        here = f"{self.request.url.path}/"
        at = max((one for _, one in found if here.startswith(f"{one}/")), key=len, default=None)
        by_group: dict[MenuGroup | None, list[Menu]] = {None: [], **{one: [] for one in MenuGroup}}
        for page, address in found:
            group = page.group if len(found) > MOST_FLAT else None
            by_group[group].append(Menu(page.name, address, address == at))
        return [Menus(group, entries) for group, entries in by_group.items() if entries]

    def first_address(self) -> str | None:
        """Of the first page of the account's role, however the navigation groups them."""
        return next((address for _, address in self._entries()), None)

    def _entries(self) -> list[tuple[PageEntry, str]]:
        if self.viewer is None:
            return []
        pages = sorted(self.request.app.state.pages, key=lambda one: one.place or 0)
        role = self.viewer.principal.role
        own = [one for one in pages if one.place is not None and role in one.roles]
        return [(one, address) for one in own if (address := self._address(one.path)) is not None]

    def _address(self, path: str) -> str | None:
        """With the basin and the day that are looked at; None for an account that reaches no basin."""
        if "{basin_id}" in path and self.basin_id is None:
            return None
        return path.replace("{basin_id}", quote(self.basin_id or "")).replace("{day}", f"{self.now:%Y-%m-%d}")

    def go(self, address: str) -> Response:
        """On to another page."""
        return RedirectResponse(address, 303)


class ScopedView(BaseView):
    """A look by an account. `scoped`: the rows it reaches; what it notes in the trail is kept with the
    page."""

    def __init__(self, request: Request, service: Service, scoped: AuditedRead) -> None:
        super().__init__(request, service, viewer_of(request, service, scoped))
        self.scoped = scoped

    def page(
        self, template: str, *, status: int = 200, fault: BrigadeError | None = None, **values: Any
    ) -> Response:
        made = super().page(template, status=status, fault=fault, **values)
        if self.scoped.notes:
            self.scoped.commit()
        return made


class PressedView(BaseView):
    """A form sent by an account. `unit`: its one write."""

    def __init__(self, request: Request, service: Service, unit: UnitOfWork, form: Form) -> None:
        super().__init__(request, service, viewer_of(request, service, unit.scoped))
        self.unit, self.form, self.scoped = unit, form, unit.scoped

    def done(self, act: Callable[[], str]) -> Response:
        """Do it once, commit, and go on to the address that `act` gives."""
        return self.unit.answer(lambda: Answer(status=303, headers={"Location": act()}))

    def page(
        self, template: str, *, status: int = 200, fault: BrigadeError | None = None, **values: Any
    ) -> Response:
        """The page again: nothing of what was sent is kept, but who read which names is."""
        self.scoped.session.rollback()
        self.scoped.after_commit.clear()
        self.scoped.notes[:] = [note for note in self.scoped.notes if note.is_reading]
        made = super().page(template, status=status, fault=fault, **values)
        if self.scoped.notes:
            self.scoped.commit()
        return made


def viewer_of(request: Request, service: Service, scoped: Scoped) -> Viewer:
    """Raises: Unauthenticated, for a token: pages are a browser's."""
    cookie = request.cookies.get(authentication.cookie_name(service.settings))
    if cookie is None:
        raise Unauthenticated("A101", "authentication", "not_logged_in")
    return _viewer(scoped.session, scoped.principal, cookie)


def _viewer(session: Session, principal: Principal, cookie: str) -> Viewer:
    account = session.get_one(Account, principal.actor)
    basins = logins.basin_names(session, principal)
    csrf = authentication.masked_csrf_word(cookie)
    return Viewer(principal, account.login, account.display_name or account.login, basins, csrf)


def looking(asking: TheCredentials, service: TheService) -> Iterator[ScopedView]:
    with service.database.reading() as session:
        principal = authenticate(session, asking, service)
        scoped = AuditedRead(session, principal, service.clock, service.database)
        yield ScopedView(asking.request, service, scoped)


def looking_openly(request: Request, service: TheService) -> BaseView:
    """By whoever has an account, or none."""
    return BaseView(request, service, known_viewer(request, service))


def known_viewer(request: Request, service: Service) -> Viewer | None:
    """Who looks, if that is known; a session is not prolonged by it."""
    cookie = request.cookies.get(authentication.cookie_name(service.settings))
    if cookie is None:
        return None
    with service.database.reading() as session:
        try:
            now = service.clock.now()
            principal = authentication.of_session(session, service.settings, service.sessions, cookie, now)
            return _viewer(session, principal, cookie)
        except Unauthenticated:
            return None


def pressing(
    asking: TheCredentials, service: TheService, form: Annotated[Form, Depends(form_of)]
) -> Iterator[PressedView]:
    with service.database.writing() as session:
        request = asking.request
        scoped = Scoped(session, authenticate(session, asking, service), service.clock)
        yield PressedView(request, service, UnitOfWork(scoped, *_once(request, form)), form)


def _once(request: Request, form: Form) -> tuple[str | None, str]:
    """The key under which the answer is remembered, and what it is the answer to. The same form with other
    values, sent after going back, is another request."""
    sent = {name: list(values) for name, values in form.values.items() if name not in forms.OURS}
    said = f"{request.method} {request.url.path} {sorted(sent.items())}".encode()
    fingerprint = hashlib.sha256(said).hexdigest()
    key = form.text(forms.ONCE)
    return (f"{key[:64]}-{fingerprint}" if key and not form.files else None), fingerprint


def pressing_openly(
    request: Request, service: TheService, form: Annotated[Form, Depends(form_of)]
) -> BaseView:
    """A form that needs no account."""
    view = BaseView(request, service, known_viewer(request, service))
    view.form = form
    return view


def local(address: str) -> str:
    """An address inside the service; the first page for any other."""
    parts = urlsplit(address)
    # Browsers read a backslash as a slash: an address that begins with both leads to another site.
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if is_ours and not address.startswith("//") else "/"


View = Annotated[ScopedView, Depends(looking)]
OpenView = Annotated[BaseView, Depends(looking_openly)]
Press = Annotated[PressedView, Depends(pressing)]
OpenPress = Annotated[BaseView, Depends(pressing_openly)]
