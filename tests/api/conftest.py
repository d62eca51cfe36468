"""A service on each database, with the Monday's basin and an account of every role. Searches run when a test
says so."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, make_url, update
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from api.access.authentication import digest_of, new_token
from api.access.rights import Principal
from api.access.scope import Scoped
from api.app import create_app
from api.basin import compose, imposing_problem
from api.http import contract, middleware, problem_json
from api.imports import bringing, uploads
from api.persons import accounts
from api.plans import draft_edits, publication, questions, what_if
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.runtime.settings import Pool, Settings
from api.searches import search_process
from api.searches.attempts import Attempt
from api.searches.dispatcher import Dispatcher
from api.service import compute_pool
from api.service.service import Service
from api.shapes.cycle_requests import SearchWish
from api.store import engine
from api.store.account_tables import Token
from api.store.cycle_tables import Job
from api.store.engine import Database
from brigade.errors import Issue
from tests.api.small_basin import BASIN, NOW, monday
from tests.postgres import PostgresServer

NUMBERS = itertools.count()
MOST_STATEMENTS = 5000
"""More than all tests of a session make: SQLAlchemy keeps five hundred."""
UNDOCUMENTED: list[str] = []
UTC_INSTANT = re.compile(r'"(\w+)": "\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"')
PASSWORD = "un-mot-de-passe-long"
GRANTS = {
    Role.ADMINISTRATOR: [],
    Role.COORDINATOR: [("B1", "")],
    Role.MANAGER: [("B1", "S1")],
    Role.WORKER: [("B1", "W1")],
    Role.EMPLOYER: [("B1", "E1")],
    Role.FUNDER: [("B1", "")],
}


class AtOnce(Executor):
    """Runs a search before `submit` returns: no thread, no waiting, the same order every time."""

    def submit(self, act: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(act(*given, **named))
        except Exception as fault:
            future.set_exception(fault)
        return future


@dataclass(frozen=True)
class Beginning:
    """What a fixture brought about in a world: the name of a copy of what it left, the time there, and what
    the fixture gave, which may hold that world."""

    kept: str
    ended_at: datetime
    given: Any
    world: World


@dataclass
class World:
    """A service at work, as its users meet it."""

    app: FastAPI
    client: TestClient
    tokens: dict[Role, str]
    copies: Copies | None = None

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def ask(self, role: Role | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """A request by a role's token, or by a stranger. Headers: `If_Match="3"` is If-Match: "3"."""
        known = {} if role is None else {"Authorization": f"Bearer {self.tokens[role]}"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.request(method, path, json=body, headers={**known, **named})
        if "json" in answer.headers.get("Content-Type", ""):
            # Whoever reads an hour reads that of the wall.
            found = sorted(set(UTC_INSTANT.findall(answer.text)))
            assert not found, f"{method} {path} answers in UTC: {found}"
        return answer

    def get(self, path: str, role: Role = Role.COORDINATOR) -> Any:
        answer = self.ask(role, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rewrite(self, path: str, **fields: Any) -> None:
        """A row of the basin with these fields in place of its own, as a coordinator writes it."""
        row = self.ask(Role.COORDINATOR, "GET", f"{BASIN}/{path}")
        body = {**row.json()["value"], **fields}
        put = self.ask(Role.COORDINATOR, "PUT", f"{BASIN}/{path}", body, If_Match=row.headers["ETag"])
        assert put.status_code == 200, put.text

    def search(self) -> None:
        """Do what waits in the queue."""
        Dispatcher(self.service, AtOnce()).once()

    def compose(self, job: str) -> dict[str, Any]:
        """Compose what a search asks, as its process does first, and leave it in the queue. The oldest one is
        meant."""
        taken = Dispatcher(self.service, AtOnce())._claim()
        assert taken is not None
        assert taken.id == job
        attempt = Attempt(self.service.database, self.service.clock, taken)
        search_process.compose_now(attempt)
        with self.service.database.writing() as session:
            session.execute(update(Job).where(Job.id == job).values(state="queued", attempt=0))
            session.commit()
        composed: dict[str, Any] = self.get(f"{BASIN}/jobs/{job}")
        return composed

    def propose(self, first_day: str = "2026-03-09", **more: Any) -> dict[str, Any]:
        """Ask for a search, do it, and read its proposal."""
        asked = {"first_day": first_day, "search": SEARCH, **more}
        job = self.ask(Role.COORDINATOR, "POST", f"{BASIN}/jobs", asked)
        assert job.status_code == 202, job.text
        self.search()
        done = self.get(f"{BASIN}/jobs/{job.json()['id']}")
        assert done["state"] == "done", done
        plan: dict[str, Any] = self.get(f"{BASIN}/plans/{done['plan_id']}")
        return plan

    def publish(self, plan: dict[str, Any]) -> Response:
        where, version = f"{BASIN}/plans/{plan['id']}/publish", f'"{plan["version"]}"'
        return self.ask(Role.COORDINATOR, "POST", where, {"reason": "essai"}, If_Match=version)

    def begin(self, act: Callable[[World], Any]) -> Any:
        """What `act` gives once it has done its part here. It is done in the first world of the session that
        asks for it; the others get a copy of what it left, and their clock goes on from there."""
        assert self.copies is not None
        database, folder = self.service.database, self.service.settings.folder
        known = self.copies.beginnings.get((database.is_sqlite, act))
        if known is None:
            given = act(self)
            database.close()
            known = Beginning(self.copies.keep(database.url, folder), self.service.clock.now(), given, self)
            self.copies.beginnings[database.is_sqlite, act] = known
        else:
            database.close()
            self.copies.place(known.kept, database.url, folder)
            self.service.clock = ShiftedClock(known.ended_at - SystemClock().now())
        return deepcopy(known.given, {id(known.world): self})

    def later(self, **more: float) -> None:
        """Let time pass, for the service only."""
        clock = self.service.clock
        assert isinstance(clock, ShiftedClock)
        self.service.clock = ShiftedClock(clock.shift + timedelta(**more))


@dataclass
class Copies:
    """Keeps copies of worlds for a session: the database, and the keys in the folder of its service."""

    folder: Path
    server: Callable[[], PostgresServer]
    beginnings: dict[tuple[bool, Callable[[World], Any]], Beginning] = field(default_factory=dict)

    def keep(self, url: str, folder: Path) -> str:
        """The name of a new copy. Nobody may be connected to the original."""
        kept = f"kept_{next(NUMBERS)}"
        copytree(folder, self.folder / kept)
        if not url.startswith("sqlite"):
            self.server().create_database(kept, _name(url))
        return kept

    def place(self, kept: str, url: str, folder: Path) -> None:
        """A copy of what is kept, in the place of the database and its folder. Nobody may be connected to
        either."""
        copytree(self.folder / kept, folder, dirs_exist_ok=True)
        if not url.startswith("sqlite"):
            self.server().drop_database(_name(url))
            self.server().create_database(_name(url), kept)


def _name(url: str) -> str:
    """The file of a SQLite database, or the name that a server knows it by."""
    return make_url(url).database or ""


def begins(fixture: Callable[[World], Any]) -> Callable[[World], Any]:
    """For what fills a world in which nothing happened yet, often a fixture: it is filled once
    (`World.begin`), and copied."""

    @wraps(fixture)
    def begun(world: World) -> Any:
        return world.begin(fixture)

    return begun


SEARCH = {"iterations": 200, "seed": 1}


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    given = {"pool": Pool.THREADS, "argon2_memory_kib": 64, "argon2_rounds": 1, **more}
    return Settings.model_validate({"database_url": url, "folder": folder, **given})


def world_on(url: str, folder: Path, **more: Any) -> World:
    """A service with the Monday's basin, one account and one token a role, on an empty database."""
    clock = ShiftedClock(NOW - SystemClock().now())
    app = create_app(settings_for(url, folder, **more), clock=clock, dispatches=False)
    _share_document(app)
    tokens = fill(app.state.service)
    return World(app, TestClient(app, raise_server_exceptions=False), tokens)


@contextmanager
def renewed(made: World, url: str, folder: Path, copies: Copies) -> Iterator[World]:
    """The same application on a copy of its database: it takes long to make, and keeps nothing."""
    clock = ShiftedClock(NOW - SystemClock().now())
    service = Service(settings_for(url, folder), clock, Database(url))
    made.app.state.service = service
    yield World(made.app, TestClient(made.app, raise_server_exceptions=False), made.tokens, copies)
    service.database.close()


DOCUMENT: dict[str, Any] = {}


def _share_document(app: FastAPI) -> None:
    """The OpenAPI document takes seconds to write, and is the same for every application: one is written in a
    session."""
    write = app.openapi

    def openapi() -> dict[str, Any]:
        if not DOCUMENT:
            DOCUMENT.update(write())
        return DOCUMENT

    app.openapi = openapi  # type: ignore[method-assign]


def fill(service: Service) -> dict[Role, str]:
    """The tokens by role."""
    tokens, clock = {}, service.clock
    with service.database.writing() as session:
        scoped = Scoped(session, Principal("tests", Role.ADMINISTRATOR), clock)
        bringing.bring_in(scoped, service, monday())
        basin = scoped.basin("B1")
        basin.body = basin.body.model_copy(update={"search": SearchWish(**SEARCH)})
        for role in Role:
            account = accounts.create(scoped, service.settings, role.value, role, PASSWORD, GRANTS[role])
            tokens[role] = new_token()
            now = clock.now()
            row = Token(
                id=new_id("token", now), hash=digest_of(tokens[role]), account_id=account.id, name="essai"
            )
            row.scopes, row.created_at, row.expires_at = ["read", "write"], now, now + timedelta(days=30)
            session.add(row)
        scoped.commit()
    return tokens


def wish(world: World, **more: Any) -> None:
    """Change what the basin wishes."""
    row = world.ask(Role.COORDINATOR, "GET", BASIN)
    body = {**row.json()["value"], **more}
    answer = world.ask(Role.COORDINATOR, "PUT", BASIN, body, If_Match=row.headers["ETag"])
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="session", autouse=True)
def _contract() -> Iterator[None]:
    """Every refusal of every test is held against what its route documents; no request composes or judges by
    itself."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (problem_json, middleware):
            patch.setattr(module, "problem", _noted(problem_json.problem))
        for place, name in APART:
            patch.setattr(place, name, _apart(getattr(place, name)))
        for place, name in COMPUTED:
            patch.setattr(place, name, _watched(f"{place.__name__}.{name}", getattr(place, name)))
        yield


APART: tuple[tuple[Any, str], ...] = (
    (compute_pool, "compute"),
    (Service, "read_file"),
    (Service, "read_each"),
)
"""What the service does in other processes, and tests in this one."""
COMPUTED: tuple[tuple[Any, str], ...] = (
    *((compose, "document_of"), (imposing_problem, "plannable"), (uploads, "problem_from_json")),
    *((publication, "judged"), (draft_edits, "judged"), (questions, "opened"), (what_if, "opened")),
)
IN_REQUEST: list[str] = []
_here = threading.local()


def _apart(act: Callable[..., Any]) -> Callable[..., Any]:
    def acting(*given: Any, **named: Any) -> Any:
        _here.is_apart, before = True, getattr(_here, "is_apart", False)
        try:
            return act(*given, **named)
        finally:
            _here.is_apart = before

    return acting


def _watched(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Routes run in threads of the event loop; searches and tests do not."""

    def acting(*given: Any, **named: Any) -> Any:
        if "AnyIO" in threading.current_thread().name and not getattr(_here, "is_apart", False):
            IN_REQUEST.append(name)
        return act(*given, **named)

    return acting


def _noted(problem: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def noting(request: Request, status: int, issues: Sequence[Issue], *more: Any) -> HttpResponse:
        path = "/v1" + getattr(request.scope.get("route"), "path", "").removeprefix("/v1")
        operation = (
            request.app.openapi()["paths"].get(path, {}).get(request.method.lower())
            if "app" in request.scope
            else None
        )
        if operation is not None and status != 500:
            told = {issue.code for issue in issues if not contract.allows(operation, status, issue.code)}
            UNDOCUMENTED.extend(f"{request.method} {path}: {status} {code}" for code in sorted(told))
        return problem(request, status, issues, *more)

    return noting


@pytest.fixture(autouse=True)
def _documented() -> Iterator[None]:
    UNDOCUMENTED.clear()
    IN_REQUEST.clear()
    yield
    assert sorted(set(UNDOCUMENTED)) == []
    assert IN_REQUEST == []


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """No machine stops under the services of this process: what they commit on SQLite need not reach the
    disk."""
    prepare = engine._prepare_sqlite

    def prepare_quickly(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_prepare_sqlite", prepare_quickly)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """A statement reads the same on every database of a kind: it is compiled once a session, not once a
    test."""
    known: dict[str, Engine] = {}
    connect = engine.connect

    def connect_alike(url: str) -> Engine:
        made = connect(url)
        first = known.get(made.dialect.name)
        # A dialect learns from its first connection what the database can do.
        if first is None or first.dialect.server_version_info is None:
            known[made.dialect.name] = made
            made._compiled_cache.capacity = MOST_STATEMENTS  # type: ignore[union-attr]
        else:
            made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "connect", connect_alike)
        yield


@pytest.fixture(scope="session")
def models() -> dict[str, tuple[str, World]]:
    """Of each kind of database the filled service, made by the first test that asks. A fixture of two
    parameters would make it again whenever a file goes from one to the other."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def model(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    models: dict[str, tuple[str, World]],
) -> tuple[str, World]:
    """A filled service of each kind of database, closed again: each test works on a copy of its own."""
    if request.param not in models:
        folder = tmp_path_factory.mktemp("model")
        url = f"sqlite:///{folder / 'brigade.db'}"
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            url = server.create_database(f"model_{next(NUMBERS)}")
        made = world_on(url, folder)
        made.service.database.close()
        models[request.param] = url, made
    return models[request.param]


@pytest.fixture(scope="session")
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(tmp_path_factory.mktemp("copies"), lambda: request.getfixturevalue("postgres"))


@pytest.fixture
def copied(model: tuple[str, World], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy."""
    url, _ = model
    if url.startswith("sqlite"):
        copyfile(_name(url), tmp_path / "brigade.db")
        yield f"sqlite:///{tmp_path / 'brigade.db'}"
    else:
        yield from _database(request.getfixturevalue("postgres"), _name(url))


def _database(server: PostgresServer, template: str = "template1") -> Iterator[str]:
    """The address of a database for one test, gone after it."""
    name = f"service_{next(NUMBERS)}"
    yield server.create_database(name, template)
    server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'brigade.db'}"
    else:
        yield from _database(request.getfixturevalue("postgres"))


@pytest.fixture
def world(model: tuple[str, World], copied: str, copies: Copies, tmp_path: Path) -> Iterator[World]:
    """The application is made once a database; what it holds is each test's own."""
    _, made = model
    with renewed(made, copied, tmp_path, copies) as again:
        yield again
