"""A day through the generated client, against a running service: somebody logs in, an absence, a search, its
plan published, offers answered. In the environment of the client (`tools.openapi_lint.client`).

Each call is made, and its answer read, by the client's own models: what the document says and what the
service does are held together by a program that knows only the document.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

BASIN = "B1"
PATIENCE_S = 180
MONDAY = "2026-03-09"
ABSENCE = {
    "provider_id": "S1",
    "id": "ABS-1",
    "employee_id": "A-1",
    "kind": "unplanned_absence",
    "interval": {"start": f"{MONDAY}T06:00:00+01:00", "end": f"{MONDAY}T22:00:00+01:00"},
    "reason": "familial",
}


@dataclass
class GeneratedClient:
    """The package `brigade_client`, by short names of its operations. `tokens`: by role."""

    address: str
    tokens: Mapping[str, str]
    called: list[str] = field(default_factory=list)

    def call(self, role: str, operation: str, *path: str, body: Any = None, **more: Any) -> Any:
        """The parsed answer. Args: operation: as "jobs.ask_search…", its module. Raises: SystemExit."""
        client = importlib.import_module("brigade_client.client")
        tag, _, name = operation.partition(".")
        module = importlib.import_module(f"brigade_client.api.{tag}.{_module(tag, name)}")
        if role:
            asking = client.AuthenticatedClient(base_url=self.address, token=self.tokens[role], timeout=60)
        else:
            asking = client.Client(base_url=self.address, timeout=60)
        told = {"body": body} if body is not None else {}
        answer = module.sync_detailed(*path, client=asking, **told, **more)
        if answer.status_code >= HTTPStatus.BAD_REQUEST or answer.parsed is None:
            raise SystemExit(f"{operation}: {answer.status_code} {answer.content[:500]!r}")
        self.called.append(operation)
        return answer.parsed


def _module(tag: str, name: str) -> str:
    """The one whose operation is called so: the generator adds the address."""
    package = importlib.import_module(f"brigade_client.api.{tag}")
    known = [one.name for one in pkgutil.iter_modules(package.__path__)]
    (found,) = [one for one in known if one.startswith(f"{name}_v1")]
    return found


def shaped(model: str, **values: Any) -> Any:
    """One of the client's own models, of plain values."""
    return getattr(importlib.import_module("brigade_client.models"), model).from_dict(values)


def walk(address: str, tokens: Mapping[str, str], password: str) -> int:
    """How many operations were called. Raises: SystemExit at the first that is refused or not understood."""
    made = GeneratedClient(address, tokens)
    coordinator, manager = "coordinator", "manager"
    made.call("", "sessions.log_in", body=shaped("LoginIn", login=coordinator, password=password))
    made.call(coordinator, "basins.read_basin", BASIN)
    absence = made.call(manager, "absences.declare_absence", BASIN, body=shaped("AbsenceIn", **ABSENCE))
    made.call(manager, "absences.read_situation", BASIN, absence.absence.value.id)
    made.call(coordinator, "visits.listed", BASIN)
    wish = shaped("JobIn", first_day=MONDAY, search={"iterations": 50})
    job = made.call(coordinator, "jobs.ask_search", BASIN, body=wish)
    begun = time.monotonic()
    while job.state.value in ("queued", "running") and time.monotonic() - begun < PATIENCE_S:
        time.sleep(0.5)
        job = made.call(coordinator, "jobs.read_job", BASIN, job.id)
    plan = made.call(coordinator, "plans.read_plan", BASIN, job.plan_id)
    made.call(coordinator, "plans.read_board", BASIN, plan.id)
    decision = shaped("Decision", reason="essai")
    made.call(coordinator, "plans.publish_plan", BASIN, plan.id, body=decision, if_match=f'"{plan.version}"')
    offers = made.call(coordinator, "offers.list_offers", BASIN).items
    if not offers:
        raise SystemExit("nobody was asked: the plan covers nothing")
    reply = shaped("AnswerIn", reply="accept")
    for one in offers:
        made.call(coordinator, "offers.answer_offer", BASIN, one.id, body=reply)
    made.call(coordinator, "events.list_events", BASIN)
    made.call(coordinator, "events.read_attention", BASIN)
    return len(set(made.called))
