"""Writes api/http/examples.json again from a service at work (`python -m tools.examples`): its examples are
what it answers.

A contract test compares the committed file with a fresh walk: operations, statuses, codes, and the shape of
each body.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.http.examples import FILE
from tests.api.conftest import World, world_on
from tests.api.provoking import ASKED, FAULTS, imported
from tests.api.walk import plain, walked


def examples(folder: Path) -> dict[str, Any]:
    """All of them, from services of their own in `folder`."""
    operations = walked(_world(folder / "walk"))
    return {"operations": plain(operations), "refusals": plain(refusals(folder))}


def refusals(folder: Path) -> dict[str, Any]:
    """Code -> the body of one refusal. A code that comes beside others stands first in it here."""
    found = {code: ask(_world(folder / code)).json() for code, (_, ask) in ASKED.items()}
    world = _world(folder / "imports")
    for code, fault in FAULTS.items():
        spoilt = folder / f"spoilt-{code}"
        spoilt.mkdir()
        found[code] = imported(world, fault.spoil(spoilt)).json()
    return {code: _first(code, body) for code, body in sorted(found.items())}


def _first(code: str, body: dict[str, Any]) -> dict[str, Any]:
    issue = next(one for one in body["issues"] if one["code"] == code)
    told = {"type": f"https://brigade.invalid/errors#{code}", "code": code, "detail": issue["what"]}
    return {**body, **told, "request": "9f2c4e1ab7d03355", "issues": [issue]}


def _world(folder: Path) -> World:
    folder.mkdir()
    return world_on(f"sqlite:///{folder / 'brigade.db'}", folder)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        FILE.write_text(json.dumps(examples(Path(folder)), ensure_ascii=False, indent=1) + "\n", "utf-8")
