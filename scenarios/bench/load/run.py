"""Starts a service on the demonstration's basin, keeps a search going, lets Locust work on it, and adds up
what it noted."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DEMO = Path(__file__).parents[2] / "catalogue" / "demo.json"
# As many as look at one basin during a busy morning.
MANAGERS, COORDINATORS = 50, 5
SEARCH_S = 3600.0
"""Longer than any measure: one basin is being solved all along."""


@dataclass(frozen=True, slots=True)
class RequestStats:
    """One kind of request. Times in milliseconds, as the load tool saw them."""

    name: str
    count: int
    errors: int
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class LoadMeasure:
    """`nice`: of the searching process; `load`: load averages of one minute, before and after."""

    kinds: tuple[RequestStats, ...]
    seconds: float
    nice: int
    solved: bool
    load: tuple[float, float]


def measure(seconds: int, database: str | None = None, replan: str = "on_request") -> LoadMeasure:
    """Args: replan: what the basin wishes of each absence declared, on_request or at_once (a search follows
    it).

    Raises: OSError, CalledProcessError, TimeoutError: the service or the load tool did not start or end."""
    with (
        TemporaryDirectory(prefix="brigade-load-") as folder,
        served(Path(folder), database, replan) as (api, server),
    ):
        world = populate(api, replan)
        job = api.ask("POST", f"/v1/basins/{world['basin']}/jobs", search_wish(world), api.token)
        nice = searching(server.pid)
        path = Path(folder) / "world.json"
        path.write_text(json.dumps(world), "utf-8")
        before, started = os.getloadavg()[0], time.monotonic()
        command = [
            sys.executable,
            "-m",
            "locust",
            "-f",
            str(Path(__file__).with_name("users.py")),
            "--headless",
        ]
        # Everybody arrives within the first five seconds.
        more = [
            "-u",
            str(MANAGERS + COORDINATORS),
            "-r",
            "11",
            "-t",
            f"{seconds}s",
            "--host",
            api.address,
            "--only-summary",
        ]
        with (Path(folder) / "locust.log").open("wb") as log:
            subprocess.run(
                [*command, *more],
                env=os.environ | {"BRIGADE_LOAD": str(path)},
                stdout=log,
                stderr=log,
                check=False,
            )
        took, after = time.monotonic() - started, os.getloadavg()[0]
        state = api.ask("GET", f"/v1/basins/{world['basin']}/jobs/{job['id']}", None, api.token)["state"]
        notes = path.with_suffix(".tsv").read_text("utf-8").splitlines()
        return LoadMeasure(tuple(summed(notes)), took, nice, state == "running", (before, after))


def search_wish(world: dict[str, Any]) -> dict[str, Any]:
    return {"first_day": world["day"], "search": {"time_limit_s": SEARCH_S}}


# -- the service -------------------------------------------------------------------------------------------
class LoadClient:
    """A few requests before the load, with the standard library."""

    def __init__(self, address: str) -> None:
        self.address, self.token = address, ""

    def ask(self, method: str, path: str, body: Any, token: str = "", **headers: str) -> Any:
        known = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **headers,
        }
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, known, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.etag, self.cookie = answer.headers.get("ETag", ""), answer.headers.get("Set-Cookie", "")
            return json.loads(answer.read() or b"null")

    def enter(self, login: str, password: str) -> str:
        """A token of this account, for a day."""
        opened = self.ask("POST", "/v1/sessions", {"login": login, "password": password})
        known = {"Cookie": self.cookie.split(";")[0], "X-CSRF-Token": opened["csrf"]}
        made = self.ask(
            "POST", "/v1/tokens", {"name": "load", "scopes": ["read", "write"], "days": 1}, **known
        )
        secret: str = made["secret"]
        return secret


@contextmanager
def served(
    folder: Path, database: str | None, replan: str, demo: Path = DEMO
) -> Iterator[tuple[LoadClient, subprocess.Popen[str]]]:
    # A free port, given back at once: the service takes it before anybody else is likely to.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = {"BRIGADE_FOLDER": str(folder / "data"), "BRIGADE_DEMO_FILE": str(demo)}
    more |= {"BRIGADE_DATABASE_URL": database} if database else {}
    # Beside the one that goes on all along, searches follow from absences: they are composed and sought while
    # people work.
    more |= {"BRIGADE_POOL_SIZE": "2"} if replan == "at_once" else {}
    command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    with (
        (folder / "service.log").open("wb") as log,
        subprocess.Popen(
            command, env=os.environ | more, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            api, known = LoadClient(f"http://127.0.0.1:{port}"), passwords(server, {"administrator"})
            wait_for(api)
            api.token = api.enter("administrator", known["administrator"])
            yield api, server
        finally:
            server.terminate()
            server.wait(60)


def passwords(server: subprocess.Popen[str], logins: Collection[str]) -> dict[str, str]:
    """The passwords of these accounts, as the demonstration prints them. Raises: OSError when the service
    ends first."""
    assert server.stdout is not None
    found: dict[str, str] = {}
    for line in server.stdout:
        told = re.fullmatch(r"  \S.*?  +(\w+)  +(\S+)  +\S.*", line.rstrip())
        if told and told[1] in logins:
            found[told[1]] = told[2]
            if len(found) == len(logins):
                return found
    raise OSError("the service did not start: is the database empty?")


def wait_for(api: LoadClient) -> None:
    for _ in range(600):
        try:
            api.ask("GET", "/readyz", None)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the service did not get ready")


def searching(pid: int) -> int:
    """The nice value of the search's process, once it is at work. Raises: TimeoutError."""
    import psutil

    for _ in range(600):
        for child in psutil.Process(pid).children(recursive=True):
            if child.cpu_times().user > 2 and child.nice() > 0:  # past its imports
                return int(child.nice())
        time.sleep(0.1)
    raise TimeoutError("no search at lowered priority")


# -- people ------------------------------------------------------------------------------------------------
def populate(api: LoadClient, replan: str) -> dict[str, Any]:
    """A published plan, and an account with a token for each person."""
    document = json.loads(DEMO.read_text("utf-8"))
    basin, day = document["basin"]["id"], document["horizon"]["first_day"]
    where = f"/v1/basins/{basin}"
    wishes = api.ask("GET", where, None, api.token)["value"]
    api.ask("PUT", where, {**wishes, "replan": replan}, api.token, **{"If-Match": api.etag})
    # A released hour is paid by one line: a second absence over it would be refused, as it should.
    released = {
        absence["employee_id"] for absence in document["demand"]["absences"] if absence.get("funding_line_id")
    }
    by_provider: dict[str, list[str]] = {}
    for employee in document["demand"]["employees"]:
        if employee["id"] in released:
            continue
        by_provider.setdefault(employee["provider_id"], []).append(employee["id"])
    providers = sorted(by_provider)
    managers = [providers[number % len(providers)] for number in range(MANAGERS)]
    return {
        "basin": basin,
        "day": day,
        "interval": {"start": f"{day}T12:00:00+01:00", "end": f"{day}T22:00:00+01:00"},
        "plan": published(api, where, day),
        "managers": [
            {
                "token": person(api, f"manager-{number}", "manager", basin, one),
                "provider": one,
                "employees": by_provider[one],
            }
            for number, one in enumerate(managers)
        ],
        "coordinators": [
            {"token": person(api, f"coordinator-{n}", "coordinator", basin, "")} for n in range(COORDINATORS)
        ],
    }


def person(api: LoadClient, login: str, role: str, basin: str, target: str) -> str:
    password = secrets.token_urlsafe(12)
    grants = [{"basin_id": basin, "target_id": target}]
    api.ask(
        "POST",
        "/v1/accounts",
        {"login": login, "role": role, "password": password, "grants": grants},
        api.token,
    )
    return api.enter(login, password)


def published(api: LoadClient, where: str, day: str) -> str:
    """The id of a plan in force. Raises: TimeoutError."""
    job = api.ask("POST", f"{where}/jobs", {"first_day": day, "search": {"time_limit_s": 3}}, api.token)
    for _ in range(1200):
        done = api.ask("GET", f"{where}/jobs/{job['id']}", None, api.token)
        if done["state"] == "done":
            plan: str = done["plan_id"]
            api.ask(
                "POST",
                f"{where}/plans/{plan}/publish",
                {"reason": "mesure"},
                api.token,
                **{"If-Match": '"1"'},
            )
            return plan
        time.sleep(0.1)
    raise TimeoutError("no plan")


# -- figures -----------------------------------------------------------------------------------------------
def summed(notes: list[str]) -> Iterator[RequestStats]:
    """First all reads, the absences, the withdrawals; then read by read."""
    rows = [line.split("\t") for line in notes]
    yield from (
        _of(name, [row for row in rows if row[0].split(" ")[0] == name])
        for name in ("read", "absence", "withdraw")
    )
    reads = sorted({row[0] for row in rows if " " in row[0]})
    yield from (_of(name, [row for row in rows if row[0] == name]) for name in reads)


def _of(name: str, rows: list[list[str]]) -> RequestStats:
    times = sorted(float(row[1]) for row in rows) or [0.0]

    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))]

    return RequestStats(
        name, len(rows), sum(bool(row[2]) for row in rows), at(0.5), at(0.95), at(0.99), times[-1]
    )
