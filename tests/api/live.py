"""A service in a process of its own, on a database filled beforehand: to be killed, stalled, starved and
started again."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import psutil

from api.access import trail
from api.operations import demo
from api.runtime.clock import SystemClock
from api.runtime.roles import Role
from api.store.account_tables import InstallationFact
from api.store.engine import Database
from tests.api.loaded import Start
from tests.api.small_basin import BASIN, NOW

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ("api", "serve")
FAULTY = ("tests.api.faulty",)
"""The same application, in which one function was made to stall or fail (`BRIGADE_TEST_FAULT`)."""
LOADER = (sys.executable, "-m", "tests.api.loaded")


PATIENCE_S = 180
"""Only a hang takes so long: on a busy machine a service of its own needs half a minute to begin."""
# `httpx2.get` makes a client each time and reads the certificates of the world for it, which takes as much of
# the processor as a service that begins. Each call has a connection of its own: services are killed.
CLIENT = httpx2.Client(verify=False, timeout=PATIENCE_S, limits=httpx2.Limits(max_keepalive_connections=0))


def until(holds: Callable[[], bool]) -> None:
    """Wait for what other threads or processes bring about. Looks are rarer the longer it takes: a look at a
    service is work for it, and what is waited for needs the processor too."""
    begun = time.monotonic()
    while not holds():
        waited = time.monotonic() - begun
        assert waited < PATIENCE_S, "it did not happen at all"
        time.sleep(min(max(0.02, waited / 10), 0.5))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def set_clock(url: str) -> None:
    """Services on this database live on the Monday of `basin`, at 06:40 now."""
    database = Database(url)
    with database.writing() as session:
        session.merge(
            InstallationFact(name=demo.SHIFT, value=str((NOW - SystemClock().now()).total_seconds()))
        )
        session.commit()
    database.close()


@cache
def loader() -> subprocess.Popen[str]:
    """One for all tests of this process; it ends with its input."""
    made = subprocess.Popen(LOADER, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(made.communicate)
    return made


def forked(start: Start) -> psutil.Process:
    """A process of its own, of a program whose modules are loaded already (`tests.api.loaded`)."""
    lines = loader()
    assert lines.stdin is not None
    assert lines.stdout is not None
    print(json.dumps(start), file=lines.stdin, flush=True)
    return psutil.Process(int(lines.stdout.readline()))


class Live:
    """One service process after another on the same database."""

    def __init__(self, url: str, folder: Path, tokens: dict[Role, str], **settings: str) -> None:
        self.url, self.folder, self.tokens = url, folder, tokens
        self.settings = {
            "BRIGADE_DATABASE_URL": url,
            "BRIGADE_FOLDER": str(folder),
            "BRIGADE_DEMO_FILE": "the clock of the database",
            "BRIGADE_LOST_AFTER_S": "3",
            "BRIGADE_POLL_S": "0.25",
            "BRIGADE_COMPUTE_AHEAD": "false",
            **settings,
        }
        self.process: psutil.Process | None = None
        self.address = ""

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *fault: object) -> None:
        if self.process is not None:
            self.stop()

    # -- the process ----------------------------------------------------------------------------------------
    def start(self, fault: str = "") -> Live:
        """Returns once it is ready. `fault`: one of `tests.api.faulty`."""
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        program = FAULTY if fault else PLAIN
        told = {"BRIGADE_TEST_FAULT": fault, "BRIGADE_TEST_FOLDER": str(self.folder)} if fault else {}
        environment = {**os.environ, **self.settings, **told}
        log = str(self.folder / "service.log")
        self.process = forked(
            Start(program=[*program, "--port", str(port)], environment=environment, log=log)
        )
        until(self.is_ready)
        return self

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.is_running(), (self.folder / "service.log").read_text("utf-8")
        try:
            return CLIENT.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def kill(self) -> list[psutil.Process]:
        """kill -9 of the service alone, as when it runs out of memory. Returns its children, orphans now."""
        assert self.process is not None
        children = self.process.children(recursive=True)
        self._end(signal.SIGKILL)
        return children

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)
        self.process = None

    # -- asking it ------------------------------------------------------------------------------------------
    def ask(self, role: Role, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        known = {"Authorization": f"Bearer {self.tokens[role]}", **named}
        return CLIENT.request(method, f"{self.address}{path}", json=body, headers=known)

    def get(self, path: str, role: Role = Role.COORDINATOR) -> Any:
        answer = self.ask(role, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{BASIN}/{path}")["items"]
        return found

    def propose(self) -> dict[str, Any]:
        """A search of the Monday, done, and its proposal."""
        wish = {"first_day": "2026-03-09", "search": {"iterations": 50}}
        asked = self.ask(Role.COORDINATOR, "POST", f"{BASIN}/jobs", wish)
        assert asked.status_code == 202, asked.text
        return self.proposal_of(asked.json()["id"])

    def proposal_of(self, job: str) -> dict[str, Any]:
        until(lambda: self.get(f"{BASIN}/jobs/{job}")["state"] not in ("queued", "running"))
        done = self.get(f"{BASIN}/jobs/{job}")
        assert done["state"] == "done", done
        plan: dict[str, Any] = self.get(f"{BASIN}/plans/{done['plan_id']}")
        return plan

    def publish(self, plan: dict[str, Any], key: str | None = None) -> httpx2.Response:
        named = {"If_Match": f'"{plan["version"]}"'} | ({"Idempotency_Key": key} if key else {})
        where = f"{BASIN}/plans/{plan['id']}/publish"
        return self.ask(Role.COORDINATOR, "POST", where, {"reason": "essai"}, **named)

    def trail_is_whole(self) -> bool:
        database = Database(self.url)
        with database.reading() as session:
            found = trail.first_break(session)
        database.close()
        return found is None
