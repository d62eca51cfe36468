"""`make attack`: the floods and bombs of the security review, against a service of its own; every loop is
bounded.

    python -m tests.attack [name …]

Each attack says how long liveness took at worst while it went on, how large the service grew, and what it
answered. It fails where `/healthz` took a second or more, the service grew beyond 700 MB, or anything but 503
with `Retry-After` was a 5xx. `writes` kills the service five times while it acknowledges a thousand writes,
on SQLite and PostgreSQL, and looks for each.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openpyxl
import psutil

from api.runtime.roles import Role
from tests.api.conftest import fill, settings_for
from tests.api.live import Live, set_clock
from tests.api.small_basin import BASIN
from tests.postgres import DURABLE, postgres_server

LIVENESS_S, LARGEST_MB = 1.0, 700
PATIENCE_S = 120
CLIENT = httpx2.Client(verify=False, limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0))
"""One for all floods: to make one takes longer than most answers."""
OPENDOCUMENT = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="visits"><table:table-row
table:number-rows-repeated="1000000000"> <table:table-cell
table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


PROBER = """
import http.client, sys, time
while True:
    slept = time.perf_counter()
    time.sleep(0.1)
    late = time.perf_counter() - slept - 0.1
    started = time.perf_counter()
    line = http.client.HTTPConnection(sys.argv[1], timeout=120)
    line.request("GET", "/healthz")
    status = line.getresponse().status
    line.close()
    print(status, time.perf_counter() - started, late, flush=True)
"""
"""Says of each answer how long it took, and how late the machine woke the one who asked."""


class Watch:
    """Asks `/healthz` ten times a second, and looks how large the service is."""

    def __init__(self, live: Live) -> None:
        assert live.process is not None
        self.live, self.service = live, psutil.Process(live.process.pid)
        self.worst_s, self.late_s, self.largest_mb, self.asked = 0.0, 0.0, 0.0, 0
        self.answers = Counter[str]()
        self.held: list[socket.socket] = []
        self._over = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look(self) -> None:
        """By a process of its own: threads that flood beside it would be what is measured."""
        prober = subprocess.Popen(
            [sys.executable, "-c", PROBER, self.live.address.removeprefix("http://")],
            stdout=subprocess.PIPE,
            text=True,
        )
        while not self._over.wait(0.1):
            self.largest_mb = max(self.largest_mb, _memory_mb(self.service))
        prober.terminate()
        told, _ = prober.communicate(timeout=PATIENCE_S)
        for line in told.splitlines():
            status, took_s, late_s = line.split()
            self.worst_s, self.asked = max(self.worst_s, float(took_s)), self.asked + 1
            self.late_s = max(self.late_s, float(late_s))
            if status != "200":
                self.answers[f"healthz {status}"] += 1

    def note(self, answer: httpx2.Response) -> None:
        is_fair = answer.status_code < 500 or (answer.status_code == 503 and "Retry-After" in answer.headers)
        self.answers[f"{'' if is_fair else 'UNFAIR '}{answer.status_code}"] += 1

    def faults(self) -> list[str]:
        found = [
            f"{answer} ({count} times)"
            for answer, count in self.answers.items()
            if answer.startswith(("UNFAIR", "UNREAD", "healthz"))
        ]
        if self.worst_s >= LIVENESS_S:
            found.append(f"liveness took {self.worst_s:.2f} s")
        if self.largest_mb > LARGEST_MB:
            found.append(f"{self.largest_mb:.0f} MB")
        return found

    def told(self) -> str:
        said = ", ".join(f"{count} × {answer}" for answer, count in sorted(self.answers.items()))
        return (
            f"liveness at worst {self.worst_s * 1000:.0f} ms of {self.asked}, {self.largest_mb:.0f} MB; "
            f"the machine itself {self.late_s * 1000:.0f} ms late; {said or 'no answers'}"
        )


def _memory_mb(service: psutil.Process) -> float:
    """What the service and the processes it made keep in memory, pages that they share counted once."""
    total = 0
    for process in (service, *service.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e6


def at_once(count: int, act: Callable[[int], httpx2.Response | None], watch: Watch) -> None:
    """`act` by so many threads at once; a client's own time-out counts as an answer that never came."""

    def one(number: int) -> None:
        try:
            answer = act(number)
        except httpx2.TransportError as fault:
            watch.answers[type(fault).__name__] += 1
            return
        if answer is not None:
            watch.note(answer)

    with ThreadPoolExecutor(count) as many:
        list(many.map(one, range(count)))


# -- the attacks -------------------------------------------------------------------------------------------
def logins(live: Live, watch: Watch) -> None:
    """Sixty at once, three times, each of another name and address."""
    numbers = itertools.count()

    def log_in(_: int) -> httpx2.Response:
        number = next(numbers)
        headers = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250}"}
        body = {"login": f"name-{number}", "password": "not-the-password"}
        return CLIENT.post(f"{live.address}/v1/sessions", json=body, headers=headers, timeout=PATIENCE_S)

    for _ in range(3):
        at_once(60, log_in, watch)


def bodies(live: Live, watch: Watch) -> None:
    """Four lines at once: of strangers, cut off; then of a manager, each kind as large as a rota may be, so
    that it is read."""
    lists = b"[" + b"[]," * 660_000 + b"[]]"
    known = {"Authorization": f"Bearer {live.tokens[Role.MANAGER]}", "If-Match": '"1"'}
    absences, rota = ("POST", f"{BASIN}/absences"), ("PUT", f"{BASIN}/rota-feeds/S1")
    sent: list[tuple[tuple[str, str], dict[str, str], bytes]] = [
        (absences, {}, lists),
        (absences, known, lists),
        (rota, known, lists),
    ]
    sent += [(rota, known, body) for body in hostile(2_000_000, 100_000)]
    sent += [(absences, known, body) for body in hostile(256_000, 20_000)]
    for (method, path), headers, body in sent:
        named = {"Content-Type": "application/json", **headers}

        def send(
            _: int, asked: tuple[str, str] = (method, path), named: Any = named, body: bytes = body
        ) -> httpx2.Response:
            method, path = asked
            return CLIENT.request(
                method, f"{live.address}{path}", content=body, headers=named, timeout=PATIENCE_S
            )

        before = watch.answers["413"]
        at_once(4, send, watch)
        if body is not lists and watch.answers["413"] > before:
            watch.answers["UNREAD 413"] += 1


def hostile(most_bytes: int, most_values: int) -> Iterator[bytes]:
    """Documents that no bound turns away unread: of each kind of what is costly to read, or to find fault
    with."""
    head, tail = '{"provider_id": "S1", "received_at": "2026-03-09T06:00:00+01:00", "entries": [', "]}"
    row = '{"visit_id": "N%d", "employee_id": "A-9", "start": "2026-03-09T08:00:00+01:00"}'
    rows, values = min(most_bytes // 90, most_values // 3), most_values - 10
    digits = most_bytes // values - 2
    for text in (
        f"{head}{'[' * 49_000}{']' * 49_000}{tail}",  # deep
        "{" + ", ".join(f'"key{number}": 1' for number in range(min(values, most_bytes // 16))) + "}",
        head + ",".join(["1"] * values) + tail,  # each of the wrong kind
        head + ",".join(["9" * digits] * values) + tail,
        head + ",".join(["9" * 4_000] * (most_bytes // 4_100)) + tail,  # as long as Python reads a number
        head + ",".join(["{}"] * min(40_000, values)) + tail,  # each lacks three fields
        f'{{"provider_id": "{"x" * (most_bytes - 200)}", "entries": []}}',
        f'{{"{"x" * (most_bytes - 200)}": 1}}',
        head
        + ",".join(row % number for number in range(rows))
        + tail,  # in form, and of visits that nobody knows
    ):
        assert len(text) <= most_bytes, len(text)
        yield text.encode()


def streams(live: Live, watch: Watch) -> None:
    """Three hundred of one worker, then a stop while those that were let in are open."""
    address = urlsplit(live.address)
    asked = (
        f"GET {BASIN}/events/stream HTTP/1.1\r\nHost: "
        f"x\r\nAuthorization: Bearer {live.tokens[Role.WORKER]}\r\n\r\n"
    ).encode()
    opened: list[socket.socket] = []
    for _ in range(300):
        line = socket.create_connection((address.hostname or "", address.port or 0), PATIENCE_S)
        line.sendall(asked)
        opened.append(line)
    for line in opened:
        watch.answers[line.recv(12)[9:].decode()] += 1
    time.sleep(5)
    watch.note(
        CLIENT.get(
            f"{live.address}{BASIN}", headers={"Authorization": f"Bearer {live.tokens[Role.COORDINATOR]}"}
        )
    )
    watch.held += opened  # still open when the service is told to stop


def bombs(live: Live, watch: Watch) -> None:
    """A kilobyte each, and gigabytes when unfolded."""
    for media, body in _bombs():
        headers = {"Authorization": f"Bearer {live.tokens[Role.COORDINATOR]}", "Content-Type": media}
        at_once(
            2,
            lambda _, body=body, headers=headers: CLIENT.post(  # type: ignore[misc]
                f"{live.address}{BASIN}/imports", content=body, headers=headers, timeout=PATIENCE_S
            ),
            watch,
        )


def _bombs() -> Iterator[tuple[str, bytes]]:
    book, kept = openpyxl.Workbook(), BytesIO()
    sheet = book.create_sheet("visits", 0)
    sheet["A1"] = sheet["XFD1048576"] = "x"
    book.save(kept)
    yield "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", kept.getvalue()
    for name, text in (
        ("visits.csv", ";" * 499_000 + "\n" * 499_000),
        ("visits.csv", ";" * 3_000 + "\n" * 3_000),
    ):
        yield "application/zip", _packed({name: text})
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": OPENDOCUMENT}
    yield "application/vnd.oasis.opendocument.spreadsheet", _packed(parts)
    yield "application/json", b"[" * 10_000_000


def _packed(entries: dict[str, str]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return kept.getvalue()


def lock(live: Live, watch: Watch) -> None:
    """The write lock of SQLite held for ten seconds, with sixty writers of invented tokens and ten known ones
    before it."""
    held = sqlite3.connect(live.url.removeprefix("sqlite:///"), timeout=PATIENCE_S)
    held.execute("BEGIN IMMEDIATE")

    def write(number: int) -> httpx2.Response:
        token = live.tokens[Role.MANAGER] if number % 7 == 0 else "brg_invented"
        headers = {"Authorization": f"Bearer {token}"}
        return CLIENT.post(f"{live.address}{BASIN}/absences", json={}, headers=headers, timeout=PATIENCE_S)

    freed = threading.Thread(target=lambda: time.sleep(10))
    freed.start()
    with ThreadPoolExecutor(1) as beside:
        flood = beside.submit(at_once, 70, write, watch)
        freed.join()
        held.rollback()
        flood.result()
    held.close()


def half_requests(live: Live, watch: Watch) -> None:
    """Three hundred lines on which no request is ever whole: closed by the service itself."""
    address = urlsplit(live.address)
    opened = [
        socket.create_connection((address.hostname or "", address.port or 0), PATIENCE_S) for _ in range(300)
    ]
    for line in opened:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    time.sleep(12)
    for line in opened:
        line.settimeout(PATIENCE_S)
        with suppress(OSError):
            watch.answers["closed" if line.recv(1) == b"" else "answered"] += 1
        line.close()


ATTACKS: dict[str, Callable[[Live, Watch], None]] = {
    one.__name__: one for one in (logins, bodies, streams, bombs, lock, half_requests)
}


def attacked(name: str) -> list[str]:
    """What was wrong; nothing, when the service held."""
    with (
        tempfile.TemporaryDirectory(prefix="brigade-attack-") as folder,
        prepared(f"sqlite:///{Path(folder, 'brigade.db')}", Path(folder)) as live,
    ):
        rest = Watch(live)
        with rest.watching():
            time.sleep(3)
        print(f"{name}: at rest {rest.worst_s * 1000:.0f} ms, load {os.getloadavg()[0]:.0f}", flush=True)
        watch = Watch(live)
        with watch.watching():
            ATTACKS[name](live, watch)
        started = time.perf_counter()
        live.stop()
        stopped_s = time.perf_counter() - started
    print(f"{name}: {watch.told()}; stopped in {stopped_s:.1f} s", flush=True)
    return [f"{name}: {fault}" for fault in watch.faults()]


@contextmanager
def prepared(url: str, folder: Path) -> Iterator[Live]:
    """A service of its own, as it ships: passwords are hashed as in production."""
    from api.app import create_app

    app = create_app(settings_for(url, folder), dispatches=False)
    tokens = fill(app.state.service)
    app.state.service.database.close()
    set_clock(url)
    with Live(url, folder, tokens, FORWARDED_ALLOW_IPS="127.0.0.1").start() as live:
        yield live


# -- what was acknowledged is there ------------------------------------------------------------------------
def writes(url: str, folder: Path, kind: str, count: int = 1_000, kills: int = 5) -> list[str]:
    """Four writers, killed with the service `kills` times on the way: what was acknowledged, and lost."""
    chance, kept = random.Random(7), set[str]()
    numbers = itertools.count()
    with prepared(url, folder) as live:
        for turn in range(1, kills + 1):
            over = threading.Event()

            def write(over: threading.Event = over) -> None:
                while not over.is_set():
                    id = f"N{next(numbers)}"
                    with suppress(httpx2.TransportError):
                        if (
                            live.ask(Role.COORDINATOR, "PUT", f"{BASIN}/sites/{id}", {"id": id}).status_code
                            == 201
                        ):
                            kept.add(id)

            writers = [threading.Thread(target=write, daemon=True) for _ in range(4)]
            for writer in writers:
                writer.start()
            ends = time.monotonic() + 15 * PATIENCE_S
            while len(kept) < count * turn / kills and time.monotonic() < ends:
                time.sleep(0.01 + chance.random() / 20)
            live.kill()
            over.set()
            for writer in writers:
                writer.join()
            live.start()
        there, after = set[str](), ""
        while True:
            page = live.get(f"{BASIN}/sites?limit=500{after}")
            there |= {row["id"] for row in page["items"]}
            if page["next"] is None:
                break
            after = f"&cursor={page['next']}"
        is_whole = live.trail_is_whole()
    lost = kept - there
    print(
        f"writes on {kind}: {len(kept)} acknowledged over {kills} "
        f"kill -9, {len(lost)} lost, trail whole: {is_whole}",
        flush=True,
    )
    return [f"writes on {kind}: {len(lost)} lost of {len(kept)}, trail whole: {is_whole}"] * bool(
        lost or not is_whole or len(kept) < count
    )


def all_writes() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="brigade-attack-") as folder:
        found = writes(f"sqlite:///{Path(folder, 'brigade.db')}", Path(folder), "SQLite")
    with tempfile.TemporaryDirectory(prefix="brigade-attack-") as folder, postgres_server(DURABLE) as server:
        return found + writes(server.create_database("attacked"), Path(folder), "PostgreSQL")


def main(names: list[str]) -> int:
    found = [fault for name in names or ATTACKS for fault in (attacked(name) if name in ATTACKS else [])]
    if not names or "writes" in names:
        found += all_writes()
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
