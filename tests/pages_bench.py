"""`make pages-bench`: how quick the pages are, in a browser, on a service of its own.

    python -m tests.pages_bench [urban_day] [department] [phone]

Of a day: its board until it can be used, and a visit in hand until the place under it is judged; of a slow
telephone: the first page. Each line says what it may take, and the command fails where one takes more. The
whole machine is measured: nothing else should be at work on it. Processor time is that of the service with
its computing processes, and that of the page's main thread.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from brigade.exchange.documents.problem_document import problem_text
from brigade.values.problem import Problem
from scenarios.bench.load.run import LoadClient, served
from scenarios.generator.scenario import TRAVEL, generate
from tests.browser.get_chromium import chromium_path
from tests.browser.served import DESK, PHONE, until

BOARDS, JUDGED, PHONES = 10, 60, 7
"""Looks at a board, judged places, looks at a first page."""
BOARD_MS, PHONE_MS = 1000.0, 2000.0
JUDGED_MS = {"urban_day": 60.0, "department": 150.0}
SEARCH_S = {"urban_day": 10, "department": 30}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""1.6 Mbit/s; with a processor four times slower, what Lighthouse calls a slow telephone."""
SLOWER = 4
READY = "document.querySelector('brigade-board') && !document.querySelector('[data-loading]')"
USABLE = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector('[data-loading]')) requestAnimationFrame(look); else done(performance.now());
  };
  look();
})"""
SHOWN = """async () => {
  const { held } = document.querySelector('brigade-board');
  await held.asking;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [performance.now() - window.pressedAt, Boolean(held.judged)];
}"""
"""From the key to the frame that shows the judgement."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Milliseconds of one look or one judgement. `server`, `browser`: of the processor."""

    wall: float
    server: float
    browser: float

    @property
    def processor(self) -> float:
        return self.server + self.browser


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report. `limit`: of 95 in 100, in milliseconds of `of`."""

    what: str
    samples: Sequence[Sample]
    limit: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.limit is None or max(self.at(0.95)) <= self.limit

    def at(self, share: float) -> tuple[float, float]:
        """By wall, and by processor."""
        many = sorted(one.wall for one in self.samples), sorted(one.processor for one in self.samples)
        wall, processor = (values[min(len(values) - 1, int(share * len(values)))] for values in many)
        return wall, processor

    def row(self) -> str:
        (wall, processor), (wall_95, processor_95) = self.at(0.5), self.at(0.95)
        server = statistics.median(one.server for one in self.samples)
        limit = "" if self.limit is None else f"{self.limit:.0f}"
        figures = (wall, wall_95, processor, processor_95, server)
        return (
            f"| {self.what} | {len(self.samples)} | {' | '.join(f'{one:.0f}' for one in figures)} | {limit} |"
        )


HEAD = (
    "| measured | times | wall p50 (ms) | p95 | processor p50 (ms) | p95 | of it the service | limit |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)


class Meter:
    """Processor time of a service and of a page."""

    def __init__(self, service: psutil.Process, page: Page) -> None:
        self.service, self.line = service, page.context.new_cdp_session(page)
        self.line.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read(self) -> tuple[float, float]:
        """Milliseconds so far."""
        told = self.line.send("Performance.getMetrics")["metrics"]
        task = next(one["value"] for one in told if one["name"] == "TaskDuration")
        return service_ms(self.service), task * 1000


def service_ms(service: psutil.Process) -> float:
    """Of the service's processes and all their threads, as the scheduler counts it: `cpu_times` counts in
    hundredths of a second."""
    total = 0
    for process in (service, *service.children(recursive=True)):
        for task in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                total += int(task.read_text("ascii").split()[0])
    return total / 1e6


# -- a service with a day ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Scene:
    """A planned day on a service, and a coordinator's browser."""

    name: str
    api: LoadClient
    service: psutil.Process
    context: BrowserContext
    board: str
    sizes: str


def day_of(name: str) -> Problem:
    return generate("urban_day", workers=120, visits=7.7) if name == "department" else generate("urban_day")


@contextmanager
def planned(browser: Browser, name: str) -> Iterator[Scene]:
    """A service of its own in which the day was searched. Raises: TimeoutError."""
    with TemporaryDirectory(prefix="brigade-pages-") as folder:
        problem, path = day_of(name), Path(folder) / "day.json"
        path.write_text(problem_text(problem, TRAVEL), "utf-8")
        with served(Path(folder), None, "on_request", path) as (api, process):
            where, day = f"/v1/basins/{problem.basin.id}", f"{problem.horizon.first_day}"
            plan = proposed(api, where, day, SEARCH_S[name])
            context = looked_at_by(browser, api, "coordinator", problem.basin.id)
            covered = len(api.ask("GET", f"{where}/plans/{plan}", None, api.token)["document"]["routes"])
            sizes = f"{len(problem.workers)} workers, {len(problem.requests)} visits, {covered} tours"
            board = f"{api.address}/bassins/{problem.basin.id}/plans/{plan}"
            yield Scene(name, api, psutil.Process(process.pid), context, board, sizes)
            context.close()


def proposed(api: LoadClient, where: str, day: str, seconds: int) -> str:
    """A plan's id, the moment its search is over. Raises: TimeoutError."""
    wish = {"first_day": day, "search": {"time_limit_s": seconds}}
    job = api.ask("POST", f"{where}/jobs", wish, api.token)
    ends = time.monotonic() + 600
    while time.monotonic() < ends:
        done = api.ask("GET", f"{where}/jobs/{job['id']}", None, api.token)
        if done["plan_id"]:
            return str(done["plan_id"])
        time.sleep(0.5)
    raise TimeoutError(done)


def looked_at_by(
    browser: Browser, api: LoadClient, role: str, basin: str, target: str = "", **more: Any
) -> BrowserContext:
    """A browser in which an account of this role is logged in."""
    login, password = f"{role}-measured", secrets.token_urlsafe(12)
    grants = [{"basin_id": basin, "target_id": target}]
    wish = {"login": login, "role": role, "password": password, "grants": grants}
    api.ask("POST", "/v1/accounts", wish, api.token)
    width, height = more.pop("size", DESK)
    context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": height}, **more)
    page = context.new_page()
    page.goto(f"{api.address}/connexion")
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/connexion" not in url)
    page.close()
    return context


# -- what is measured --------------------------------------------------------------------------------------
def boards(scene: Scene) -> Iterator[Finding]:
    """From the address to a board that takes a visit in hand: the first of all, then others."""
    looks = [board(scene) for _ in range(BOARDS + 1)]
    yield Finding(f"{scene.name}: first board", looks[:1])
    yield Finding(f"{scene.name}: board", looks[1:], BOARD_MS)


def board(scene: Scene) -> Sample:
    page = scene.context.new_page()
    meter = Meter(scene.service, page)
    before, _ = meter.read()
    page.goto(scene.board, wait_until="commit")
    wall = page.evaluate(USABLE)
    page.wait_for_timeout(300)  # what is opened ahead once the board was sent is not what it waited for
    server, browser = meter.read()
    page.close()
    return Sample(wall, server - before, browser)


def judgements(scene: Scene) -> Iterator[Finding]:
    """Visits taken in hand by a key, and moved from lane to lane: each place is judged once."""
    page = scene.context.new_page()
    page.set_default_timeout(120_000)
    meter = Meter(scene.service, page)
    page.goto(scene.board)
    until(page, READY, 120)
    page.evaluate("addEventListener('keydown', () => window.pressedAt = performance.now(), true)")
    held, judged = [], []
    ids = page.locator(".grid [data-visit]").evaluate_all("bars => bars.map(bar => bar.dataset.visit)")
    each = max(1, len(ids) // 12)
    for id in ids[::each][:12]:
        page.locator(f".grid [data-visit='{id}']").focus()
        held.append(timed(meter, page, lambda: page.keyboard.press("Enter"), HELD))
        for _ in range(JUDGED // 12):
            judged.append(timed(meter, page, lambda: page.keyboard.press("ArrowDown"), SHOWN))
        page.keyboard.press("Escape")
    page.close()
    yield Finding(f"{scene.name}: all places of a visit in hand", held)
    yield Finding(f"{scene.name}: a judged place", judged, JUDGED_MS[scene.name])


HELD = """async () => {
  const board = document.querySelector('brigade-board');
  await board.askPlaces(board.held.id);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [performance.now() - window.pressedAt, true];
}"""


def timed(meter: Meter, page: Page, press: Callable[[], None], shown: str) -> Sample:
    server, browser = meter.read()
    press()
    wall, is_told = page.evaluate(shown)
    assert is_told, "nothing was judged"
    server_after, browser_after = meter.read()
    return Sample(wall, server_after - server, browser_after - browser)


def phones(scene: Scene, browser: Browser) -> Iterator[Finding]:
    """The entrance, and a manager's first page, by a telephone that has kept nothing."""
    basin = scene.board.split("/bassins/")[1].split("/")[0]
    provider = scene.api.ask("GET", f"/v1/basins/{basin}/providers", None, scene.api.token)["items"][0]["id"]
    context = looked_at_by(browser, scene.api, "manager", basin, provider, size=PHONE, has_touch=True)
    for name, path in (("entrance", "/connexion"), ("a manager's first page", "/absences")):
        yield Finding(
            f"slow telephone: {name}", [phone(scene, context, path) for _ in range(PHONES)], PHONE_MS
        )
    context.close()


def phone(scene: Scene, context: BrowserContext, path: str) -> Sample:
    page = context.new_page()
    meter = Meter(scene.service, page)
    for method, given in (
        ("Network.enable", {}),
        ("Network.setCacheDisabled", {"cacheDisabled": True}),
        ("Network.emulateNetworkConditions", SLOW),
        ("Emulation.setCPUThrottlingRate", {"rate": SLOWER}),
    ):
        meter.line.send(method, given)
    before, _ = meter.read()
    page.goto(f"{scene.api.address}{path}", wait_until="load")
    wall = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    server, browser = meter.read()
    page.close()
    return Sample(wall, server - before, browser)


# -- the command -------------------------------------------------------------------------------------------
def measured(browser: Browser, name: str) -> Iterator[Finding]:
    with planned(browser, "urban_day" if name == "phone" else name) as scene:
        print(f"{name}: {scene.sizes}", file=sys.stderr, flush=True)
        if name == "phone":
            yield from phones(scene, browser)
            return
        yield from boards(scene)
        yield from judgements(scene)


def main(asked: Sequence[str]) -> int:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), chromium_sandbox=False)
        found = []
        print(*HEAD, sep="\n", flush=True)
        for name in asked or (*JUDGED_MS, "phone"):
            for one in measured(browser, name):
                print(one.row(), flush=True)
                found.append(one)
        browser.close()
    return 0 if all(one.is_kept for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
