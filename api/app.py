"""The application: routes, dispatcher and housekeeping over one database. Start it with
`uvicorn --factory api.app:from_environment`."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.board.opened_ahead import open_found
from api.http import openapi_document, problem_json
from api.http.compression import ReadingCompression
from api.http.middleware import RequestMiddleware
from api.letters.post import LetterSender
from api.messages.outbox import OutboxWorker
from api.messages.webhooks import WebhookSender
from api.operations import demo, upkeep
from api.routes import all_routes
from api.runtime.clock import SystemClock
from api.runtime.logs import configure_logs
from api.runtime.settings import Settings
from api.searches.dispatcher import Dispatcher
from api.service.service import Service
from api.service.streams import ending_with_signals
from api.store.engine import Database
from api.store.migrate import upgrade
from api.web import site
from brigade import __version__
from brigade.ports import Clock
from solver.kernel.build import load_kernel


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    executor: Executor | None = None,
    dispatches: bool = True,
) -> FastAPI:
    """The service, its tables brought up to date.

    Args: executor: where searches run, by default as the settings say. dispatches: False leaves jobs and
        messages queued, for processes that only answer.
    Raises: UnsafeSettings, with every fault.
    """
    settings.refuse_unsafe()
    configure_logs()
    database = Database(settings.url)
    upgrade(database, keys=settings.vault)
    service = Service(settings, clock or SystemClock(), database)
    demonstration = None
    if clock is None and settings.demo_file is not None:
        demonstration = demo.fill(service, settings.demo_file)
        service.clock = demonstration.clock
    app = FastAPI(
        title="Brigade",
        version=__version__,
        description="Replacement brigades for French home care: absences "
        "in, published plans out. See docs/service.md.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(service, executor, dispatches),
    )
    app.state.service, app.state.demonstration = service, demonstration
    app.add_middleware(ReadingCompression)
    # The last one added stands around all others, so it also logs what compression makes of an answer.
    app.add_middleware(RequestMiddleware, is_https=settings.is_https)
    problem_json.install(app)
    all_routes.install(app)
    site.install(app)
    openapi_document.install(app, all_routes.TAGS)
    return app


def from_environment() -> FastAPI:
    """For uvicorn: settings from `BRIGADE_*`."""
    return create_app(Settings())


def _lifespan(service: Service, executor: Executor | None, dispatches: bool) -> Any:
    @asynccontextmanager
    async def lives(app: FastAPI) -> AsyncIterator[None]:
        # Compiled where it is not yet: nobody is told that the service is ready, and then waits for it in a
        # first search.
        await to_thread.run_sync(load_kernel)
        prepare_routes(app)
        over = threading.Event()
        keeper = threading.Thread(target=upkeep.keep, args=(service, over), name="upkeep", daemon=True)
        threads: list[Dispatcher | OutboxWorker[Any]] = []
        if dispatches:
            dispatcher = Dispatcher(service, executor, open_found)
            threads = [dispatcher, LetterSender(service), WebhookSender(service)]
        keeper.start()
        for thread in threads:
            thread.start()
        with ending_with_signals(service.hub):
            yield
        # The database is closed last: searches and messages that stop give their rows back through it.
        service.hub.end()
        over.set()
        for thread in threads:
            thread.stop()
        service.stop_computing()
        keeper.join()
        service.database.close()

    return lives


def prepare_routes(app: FastAPI) -> None:
    """What the framework derives from each route. Left to the first request, it holds the event loop, and so
    liveness, for a second."""
    deque(iter_route_contexts(app.routes), maxlen=0)
