"""What Locust runs (a process of its own): managers and coordinators at work, each with a token; every answer
is noted.

`BRIGADE_LOAD` names a JSON file: basin, plan, day, and the people with their tokens. Notes go beside it, one
line an answer.
"""

from __future__ import annotations

import json
import os
import random
from itertools import cycle
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, events, task

WORLD: dict[str, Any] = json.loads(Path(os.environ["BRIGADE_LOAD"]).read_text("utf-8"))
BASIN = f"/v1/basins/{WORLD['basin']}"
PEOPLE = {role: cycle(WORLD[role]) for role in ("managers", "coordinators")}
NOTES: list[str] = []


@events.request.add_listener  # type: ignore[untyped-decorator]
def note(name: str, response_time: float, exception: BaseException | None, **more: Any) -> None:
    NOTES.append(f"{name}\t{response_time:.2f}\t{type(exception).__name__ if exception else ''}\n")


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def write(**more: Any) -> None:
    Path(os.environ["BRIGADE_LOAD"]).with_suffix(".tsv").write_text("".join(NOTES), "utf-8")


class LoadUser(FastHttpUser):
    """Thinks between one and three seconds between two requests: many times what people do, as pages and
    programs do."""

    abstract = True
    wait_time = between(1, 3)
    role = ""

    def on_start(self) -> None:
        self.me = next(PEOPLE[self.role])
        self.headers = {"Authorization": f"Bearer {self.me['token']}"}

    def read(self, path: str, name: str) -> None:
        self.client.get(f"{BASIN}/{path}", headers=self.headers, name=f"read {name}")


class Manager(LoadUser):
    """Looks at visits, absences and plans of the own service; declares an absence, and later takes it
    back."""

    weight = 50
    fixed_count = 50
    role = "managers"

    def on_start(self) -> None:
        super().on_start()
        self.declared: dict[str, str] = {}

    @task(4)
    def visits(self) -> None:
        self.read("visits?limit=50", "visits")

    @task(4)
    def absences(self) -> None:
        self.read("absences?limit=50", "absences")

    @task(3)
    def plan(self) -> None:
        self.read(f"plans/{WORLD['plan']}", "plan, own part")

    @task(2)
    def clients(self) -> None:
        self.read("clients?limit=50", "clients")

    @task(2)
    def declare(self) -> None:
        if self.declared:
            self.withdraw()
            return
        body = {
            "provider_id": self.me["provider"],
            "employee_id": random.choice(self.me["employees"]),
            "kind": "unplanned_absence",
            "interval": WORLD["interval"],
        }
        # Careful programs send a key: keeping the answer under it is part of what a write costs.
        key = {**self.headers, "Idempotency-Key": f"{random.getrandbits(128):032x}"}
        with self.client.post(
            f"{BASIN}/absences", json=body, headers=key, name="absence", catch_response=True
        ) as answer:
            if answer.status_code == 201:
                self.declared = {"id": answer.json()["absence"]["id"], "etag": answer.headers["ETag"]}

    def withdraw(self) -> None:
        headers = {**self.headers, "If-Match": self.declared["etag"]}
        self.client.delete(f"{BASIN}/absences/{self.declared['id']}", headers=headers, name="withdraw")
        self.declared = {}


class Coordinator(LoadUser):
    """Follows searches, events and offers, compares proposals, reads plans whole."""

    fixed_count = 5
    role = "coordinators"

    @task(3)
    def jobs(self) -> None:
        self.read("jobs?limit=20", "jobs")

    @task(2)
    def plan(self) -> None:
        self.read(f"plans/{WORLD['plan']}", "plan, whole")

    @task(2)
    def diff(self) -> None:
        self.read(f"plans/{WORLD['plan']}/diff", "diff")

    @task(2)
    def offers(self) -> None:
        self.read("offers?limit=50", "offers")

    @task(2)
    def events(self) -> None:
        self.read("events?limit=50", "events")

    @task(1)
    def workers(self) -> None:
        self.read("workers", "workers")
