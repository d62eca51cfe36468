"""The service as a newcomer starts it: one process, one folder, one scenario."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from api.runtime.roles import Role
from brigade.exchange.documents.problem_document import problem_text
from scenarios.bench.load.run import passwords
from tests.api.live import CLIENT, PATIENCE_S, until
from tests.api.small_basin import BASIN, absence, monday

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "scenarios" / "catalogue" / "demo.json"


@contextmanager
def served(folder: Path, demo: Path | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of its own, with real searches in real processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = {"BRIGADE_SOLVE_S": "1", **({"BRIGADE_DEMO_FILE": str(demo)} if demo else {})}
    run = "import sys; from scenarios.cli.main import main; sys.argv[0] = 'brigade'; main()"
    command = [sys.executable, "-c", run, "serve", "--folder", str(folder), "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | more, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        assert server.stdout is not None
        server.stdout.close()


def ready(address: str) -> None:
    until(lambda: is_ready(address))


def is_ready(address: str) -> bool:
    try:
        return CLIENT.get(f"{address}/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def test_a_demonstration_plans_its_first_absence(tmp_path: Path) -> None:
    """Absence in, a search in a process of its own, a proposal out; a second start keeps the data and prints
    no password."""
    demo = tmp_path / "lundi.json"
    demo.write_text(problem_text(monday()), "utf-8")
    with served(tmp_path / "data", demo) as (address, server):
        known = passwords(server, {*Role, "departement"})
        ready(address)
        with httpx2.Client(base_url=address, timeout=PATIENCE_S) as overseer:
            login = {"login": "departement", "password": known["departement"]}
            assert overseer.post("/v1/sessions", json=login).status_code == 201
            assert overseer.get("/bassins", headers={"Accept": "text/html"}).status_code == 200
        with httpx2.Client(base_url=address, timeout=PATIENCE_S) as browser:
            opened = browser.post(
                "/v1/sessions", json={"login": "coordinator", "password": known["coordinator"]}
            )
            word = {"X-CSRF-Token": opened.json()["csrf"]}
            declared = browser.post(f"{BASIN}/absences", json=absence(), headers=word)
            assert declared.status_code == 201, declared.text
            job = declared.json()["jobs"][0]
            with browser.stream("GET", f"{BASIN}/jobs/{job}/progress") as told:
                states = [line for line in told.iter_lines() if line.startswith("data:")]
            assert '"state": "done"' in states[-1]
            assert len(browser.get(f"{BASIN}/plans?state=proposed").json()["items"]) == 1
    with served(tmp_path / "data", demo) as (address, _):
        ready(address)
        with httpx2.Client(base_url=address, timeout=PATIENCE_S) as browser:
            login = {"login": "coordinator", "password": known["coordinator"]}
            assert browser.post("/v1/sessions", json=login).status_code == 201
            assert len(browser.get(f"{BASIN}/plans?state=proposed").json()["items"]) == 1


def test_the_session_of_the_documentation_goes_from_absence_to_published_plan(tmp_path: Path) -> None:
    """Word for word, but for the port, which links follow: every answer is what it is said to be, none a
    refusal."""
    page = (ROOT / "docs/service.md").read_text("utf-8")
    told = re.search(r"## From absence to published plan, by curl.*?```sh\n(.*?)```", page, re.DOTALL)
    assert told is not None
    with served(tmp_path / "data", DEMO) as (address, server):
        known = passwords(server, set(Role))
        ready(address)
        curl = f'curl() {{ "{sys.executable}" "{ROOT}/tests/curl.py" "$@"; }}\n'
        script = curl + told[1].replace("http://127.0.0.1:8000", address)
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=tmp_path,
            env=os.environ | {"PASSWORD": known["coordinator"]},
            capture_output=True,
            text=True,
            timeout=120,
        )
        until(lambda: len(list((tmp_path / "data" / "outgoing").glob("*.eml"))) >= 3)
        letters = [letter.read_text("utf-8") for letter in (tmp_path / "data" / "outgoing").glob("*.eml")]
        files = [file for file in os.listdir(tmp_path / "data") if "-" not in file]  # journals come and go
    assert (done.returncode, done.stderr) == (0, "")
    assert "brigade.invalid/errors" not in done.stdout, done.stdout
    assert ("no_contact" in done.stdout, [one for one in letters if "@example.org" not in one]) == (False, [])
    for said in (
        '"kind": "tour_changed"',
        '"at_risk": [{"visit_id": "V200"',
        '"state": "published"',
        '"state": "ac',
        '"visit_id": "V007"',
    ):
        assert said in done.stdout, said
    assert {file: (tmp_path / "data" / file).stat().st_mode & 0o077 for file in files} == dict.fromkeys(
        files, 0
    )
