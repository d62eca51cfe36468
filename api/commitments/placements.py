"""What changes between two plans, visit by visit: the page a coordinator reads before publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """From one plan document to another (None: nothing was published).

    `added`: covered now; `dropped`: no longer; `moved`: another worker; `retimed`: same worker, other start;
    the rest is only counted. Each names the visit, from and to. Uncovered visits are listed with their
    reasons, and those whose clients want nobody.
    """
    old, new = covered(before or {"routes": []}), covered(after)
    found: dict[str, Any] = {"added": [], "dropped": [], "moved": [], "retimed": []}
    for visit in sorted(old.keys() | new.keys()):
        kind = _kind(old.get(visit), new.get(visit))
        if kind is not None:
            found[kind].append({"visit_id": visit, "from": old.get(visit), "to": new.get(visit)})
    found["untouched"] = sum(old.get(visit) == stop for visit, stop in new.items())
    found["uncovered"], found["unwanted"] = after.get("uncovered", []), after.get("unwanted", [])
    return found


def covered(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Who does what, from when to when."""
    return {
        stop["visit_id"]: {"worker_id": route["worker_id"], "start": stop["start"], "end": stop["end"]}
        for route in document["routes"]
        for stop in route["stops"]
    }


def carers_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Whom a plan document sends, by visit."""
    return {stop["visit_id"]: route["worker_id"] for route in document["routes"] for stop in route["stops"]}


def requests_of(document: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Every visit the plan was asked to cover, and whether it does."""
    yield from ((visit, True) for visit in covered(document))
    yield from ((one["visit_id"], False) for one in document["uncovered"])


def _kind(old: dict[str, str] | None, new: dict[str, str] | None) -> str | None:
    if old is None or new is None:
        return "added" if old is None else "dropped"
    if old["worker_id"] != new["worker_id"]:
        return "moved"
    return "retimed" if old["start"] != new["start"] else None
