"""Takes the pictures of the README and of the guide again (`python -m tools.screenshots`): the demonstration
lives its first hour, and each role's page is photographed where the guide speaks of it.

One to some minutes. Pictures are WebP by Chromium itself, as it draws them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, sync_playwright

from api.access.rights import Principal
from api.access.scope import Scoped
from api.app import create_app
from api.operations import demo
from api.runtime.roles import Role
from api.shapes.cycle_requests import SearchWish
from api.store.basin_tables import Basin
from brigade.words import word
from scenarios.cli.commands.hosting import DEMO_FILE
from tests.api.conftest import World, settings_for
from tests.browser.get_chromium import chromium_path
from tests.browser.served import DESK, PHONE, seat, served, until

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
HEAVIEST = 150_000
"""Bytes: whoever clones the repository brings every picture along."""
QUALITY = 82
SEARCH = SearchWish(iterations=1000, seed=1)
"""By steps and not by time: the same plan on every machine."""
PATIENCE_MS = 240_000
READY = "document.querySelector('brigade-board') && !document.querySelector('[data-loading]')"


@dataclass(frozen=True)
class StandingClock:
    """Always the same instant, so that a picture does not tell how fast it was taken."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True)
class Scene:
    """The demonstration and a browser that looks at it. `opened_at`: the instant of its scenario."""

    world: World
    browser: Browser
    address: str
    passwords: Mapping[str, str]
    basin_id: str
    day: date
    opened_at: datetime

    def later(self, **more: float) -> None:
        self.world.service.clock = StandingClock(self.opened_at + timedelta(**more))

    @contextmanager
    def looked_at_by(self, role: Role, size: tuple[int, int] = DESK) -> Iterator[Page]:
        with seat(self.browser, self.address, size, is_touch=size == PHONE) as somebody:
            somebody.page.set_default_timeout(PATIENCE_MS)
            page = somebody.open("/connexion")
            page.locator("#login").fill(role.value)
            page.locator("#password").fill(self.passwords[role])
            page.get_by_role("button", name=word("page.login.submit")).click()
            page.wait_for_url(lambda url: "/connexion" not in url)
            yield page

    def show(self, role: Role, path: str, name: str, size: tuple[int, int] = DESK) -> None:
        with self.looked_at_by(role, size) as page:
            page.goto(self.address + path)
            picture(page, name)


def picture(page: Page, name: str) -> None:
    """What stands in the window, as docs/images/<name>.webp. Raises: ValueError, when it is too heavy."""
    page.wait_for_load_state()
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    content = base64.b64decode(taken["data"])
    if len(content) > HEAVIEST:
        raise ValueError(f"{name}: {len(content)} bytes, of at most {HEAVIEST}")
    (IMAGES / f"{name}.webp").write_bytes(content)


def declare(scene: Scene) -> None:
    """06:40, somebody calls in sick: her manager says so on a telephone."""
    with scene.looked_at_by(Role.MANAGER, PHONE) as page:
        page.goto(f"{scene.address}/absences/nouvelle")
        page.locator("input[name=employee_id]").first.check()
        picture(page, "responsable-declarer")
        page.get_by_role("button", name=word("page.absence_new.submit")).tap()
        page.wait_for_url(lambda url: "/nouvelle" not in url)
    scene.world.search()


def publish(scene: Scene) -> None:
    """The coordinator looks at the proposal, sees who hears what, and publishes."""
    scene.later(minutes=5)
    with scene.looked_at_by(Role.COORDINATOR) as page:
        page.goto(f"{scene.address}/bassins/{scene.basin_id}/journee/{scene.day}")
        until(page, READY, PATIENCE_MS / 1000)
        until(page, "document.querySelector('.map canvas') !== null", PATIENCE_MS / 1000)
        picture(page, "coordination-journee")
        page.get_by_role("button", name=word("page.board.publish"), exact=True).click()
        page.locator("dialog .told li").first.wait_for()
        picture(page, "coordination-publier")
        page.get_by_role("button", name=word("page.board.publish_now"), exact=True).click()
        page.locator("dialog").wait_for(state="hidden")
        page.get_by_text(word("page.day.state.published"), exact=True).wait_for()


def answer(scene: Scene) -> None:
    """A worker looks at her week, and accepts the first visit."""
    scene.later(minutes=12)
    with scene.looked_at_by(Role.WORKER, PHONE) as page:
        page.goto(f"{scene.address}/ma-semaine")
        picture(page, "intervenante-semaine")
        page.get_by_role("button", name=word("page.week.reply.accept"), exact=True).first.tap()
        page.get_by_text(word("page.week.state.accepted"), exact=True).first.wait_for()


def follow(scene: Scene) -> None:
    """What waits, and what the others see of it."""
    scene.later(minutes=20)
    scene.show(Role.MANAGER, "/absences", "responsable-absences", PHONE)
    scene.show(Role.COORDINATOR, f"/bassins/{scene.basin_id}/a-traiter", "coordination-a-traiter")
    scene.show(Role.EMPLOYER, "/mes-salaries", "employeur-salaries")
    scene.show(Role.ADMINISTRATOR, "/premiers-pas", "administration-premiers-pas")


def count(scene: Scene) -> None:
    """Funders see periods that are over, and nothing else: a month has gone by."""
    scene.later(days=31)
    scene.show(Role.FUNDER, f"/bassins/{scene.basin_id}/indicateurs", "financeur-indicateurs")


STORY: tuple[Callable[[Scene], None], ...] = (declare, publish, answer, follow, count)


def demonstration(folder: Path) -> tuple[World, Mapping[str, str], str]:
    """As `brigade serve --demo` fills it, its searches counted in steps. Returns: it, passwords by login, its
    basin."""
    app = create_app(settings_for(f"sqlite:///{folder / 'brigade.db'}", folder), dispatches=False)
    service = app.state.service
    made = demo.fill(service, DEMO_FILE)
    service.clock = StandingClock(made.clock.now().replace(second=0, microsecond=0))
    with service.database.writing() as session:
        scoped = Scoped(session, Principal("screenshots", Role.ADMINISTRATOR), service.clock)
        (basin,) = scoped.all(scoped.select(Basin))
        basin.body = basin.body.model_copy(update={"search": SEARCH})
        scoped.commit()
        basin_id = basin.id
    return World(app, TestClient(app), {}), made.passwords, basin_id


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        world, passwords, basin_id = demonstration(Path(folder))
        # No sandbox: it needs user namespaces or setuid, which containers and root do not give.
        browser = driver.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False)
        with served(world) as address:
            opened_at, day = world.service.clock.now(), demo.first_day(DEMO_FILE)
            scene = Scene(world, browser, address, passwords, basin_id, day, opened_at)
            for part in STORY:
                part(scene)
        browser.close()
        world.service.database.close()


if __name__ == "__main__":
    main()
