"""A service on a port of this machine, in a thread of this process, and browsers that look at it: each notes
what it asked for outside, and what its page was refused or complained of."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.api.live import free_port

PHONE, DESK, WALL = (360, 780), (1280, 900), (1920, 1080)
BEGUN_S = 30
REFUSED = "Failed to load resource: the server responded with a status of"
"""What Chromium says of each answer from 400 on: stories look at those themselves."""


@contextmanager
def served(world: World) -> Iterator[str]:
    """The address of the service while it is served."""
    port = free_port()
    settings = uvicorn.Config(world.app, "127.0.0.1", port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, name="served", daemon=True)
    thread.start()
    began = time.monotonic()
    while not server.started:
        assert time.monotonic() - began < BEGUN_S, "the service did not begin"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        world.service.hub.end()
        thread.join(BEGUN_S)


COUNTED = """
for (const [name, kind] of [["presses", "pointerup"], ["keys", "keydown"]])
  addEventListener(kind, () => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1), true);
"""


@dataclass
class Seat:
    """Somebody at a screen. `complaints`: what the console said and the policy refused; `outside`: what was
    asked of others."""

    address: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    @property
    def presses(self) -> int:
        """Of a finger or a mouse, in this tab so far."""
        return self._counted("presses")

    @property
    def keys(self) -> int:
        return self._counted("keys")

    def _counted(self, name: str) -> int:
        if self.page.url == "about:blank":
            return 0
        return int(self.page.evaluate("name => Number(sessionStorage.getItem(name))", name))

    def log_in(self, role: Role) -> None:
        self.open("/connexion")
        self.page.locator("#login").fill(role.value)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda url: "/connexion" not in url)

    def is_content(self) -> None:
        """Nothing was refused by the policy, thrown by a script, or asked of others; nothing overflows."""
        assert (self.complaints, self.outside) == ([], [])
        wide, seen = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= seen, "the page scrolls sideways"


@contextmanager
def seat(
    browser: Browser, address: str, size: tuple[int, int] = DESK, lang: str = "fr", *, is_touch: bool = False
) -> Iterator[Seat]:
    width, height = size
    context = browser.new_context(
        locale={"fr": "fr-FR", "en": "en-GB"}[lang],
        timezone_id="Europe/Paris",
        viewport={"width": width, "height": height},
        has_touch=is_touch,
        reduced_motion="reduce",
    )
    context.add_init_script(COUNTED)
    made = Seat(address, context, context.new_page())

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            made.complaints.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            made.outside.append(request.url)

    made.page.on("console", said)
    made.page.on("pageerror", lambda fault: made.complaints.append(str(fault)))
    made.page.on("request", asked)
    made.page.set_default_timeout(20_000)
    yield made
    context.close()


def until(page: Page, holds: str, seconds: float = 20) -> None:
    """Wait until an expression of the page is true. Playwright's own `wait_for_function` polls by `eval`,
    which the policy refuses, and never returns."""
    began = time.monotonic()
    while not page.evaluate(holds):
        assert time.monotonic() - began < seconds, f"it did not become true: {holds}"
        page.wait_for_timeout(20)
