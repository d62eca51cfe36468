"""Who shares which visit, and how sharing is judged (docs/design.md, section 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.second_checker.reading import Case

Held = Callable[[Any, date], set[str]]


def is_taught(one: dict[str, Any], visit: dict[str, Any]) -> bool:
    """Whether the visit is of what is learnt."""
    if "block" in visit or "beside" in visit:
        return False
    if one.get("client_id") is not None:
        return bool(visit["client_id"] == one["client_id"])
    if one.get("competency") is not None:
        return one["competency"] in visit.get("required", [])
    return bool(visit["act_class"] == one["act_class"])


def goes_alone(one: dict[str, Any], day: date) -> bool:
    needed, due = one.get("shared_needed"), one.get("solo_from")
    if due is not None and date.fromisoformat(due) <= day:
        return True
    return needed is not None and one.get("shared_done", 0) >= needed


def shared_visits(case: Case, held: Held) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for id, worker in case.workers.items():
        for one in worker.told.get("learning", []):
            left = (
                None if one.get("shared_needed") is None else one["shared_needed"] - one.get("shared_done", 0)
            )
            for visit in sorted(
                (one_visit for one_visit in case.problem["demand"]["visits"] if is_taught(one, one_visit)),
                key=lambda it: (case.clock.of(it["windows"][0]["earliest"]), it["id"]),
            ):
                day = case.clock.date_of(case.clock.of(visit["windows"][0]["earliest"]))
                if goes_alone(one, day) or not _can_be_there(case, id, visit):
                    continue
                if left == 0:
                    break
                left = None if left is None else left - 1
                guides = _guides(case, held, visit, one, day) - {id}
                name = f"{visit['id']}:{id}"
                if name in found:
                    found[name]["guides"] &= guides
                    continue
                found[name] = {
                    **{key: visit[key] for key in ("client_id", "duration_min", "windows", "act_class")},
                    "id": name,
                    "beside": visit["id"],
                    "learner": id,
                    "guides": guides,
                    "priority": "P4",
                    "fragile": visit.get("fragile", False),
                    "wants_replacement": visit.get("wants_replacement", True),
                }
    return list(found.values())


def _can_be_there(case: Case, id: str, visit: dict[str, Any]) -> bool:
    length, of = case.clock.length(visit["duration_min"]), case.clock.of
    if id in visit.get("forbidden_workers", []):
        return False
    return any(
        of(window["earliest"]) + length <= hard_end
        and start <= of(window.get("hard_latest") or window["latest"])
        for window in visit["windows"]
        for start, _, hard_end in case.workers[id].tours
    )


def _guides(case: Case, held: Held, visit: dict[str, Any], one: dict[str, Any], day: date) -> set[str]:
    if one.get("tutors"):
        return set(one["tutors"])
    found = set()
    for id, worker in case.workers.items():
        own = [
            told
            for told in worker.told.get("learning", [])
            if all(told.get(name) == one.get(name) for name in ("client_id", "competency", "act_class"))
        ]
        if one.get("client_id") is not None:
            knows = id in visit.get("usual_workers", []) or any(goes_alone(told, day) for told in own)
        elif one.get("competency") is not None:
            knows = one["competency"] in held(worker, day)
        else:
            knows = True
        if knows and all(goes_alone(told, day) for told in own):
            found.add(id)
    return found


def broken(case: Case) -> Iterator[tuple[str, str | None, date | None]]:
    where = {stop.visit["id"]: (tour, stop) for tour in case.tours for stop in tour.stops}
    for tour in case.tours:
        for stop in tour.stops:
            visit = stop.visit
            if "beside" not in visit:
                taught = [
                    it for it in case.workers[tour.worker_id].told.get("learning", []) if is_taught(it, visit)
                ]
                if not all(goes_alone(it, tour.day) for it in taught):
                    yield "LEARNING", tour.worker_id, tour.day
                continue
            if visit["learner"] != tour.worker_id:
                yield "LEARNING", tour.worker_id, tour.day
            other = case.visits[visit["beside"]]
            start = None
            if other["id"] in where:
                host, at = where[other["id"]]
                start = at.start
                if host.worker_id not in visit["guides"]:
                    yield "SHADOWING", tour.worker_id, tour.day
            elif case.is_kept(other):
                start = case.clock.of(case.rota[other["id"]]["start"])
            if start != stop.start:
                yield "SHADOWING", tour.worker_id, tour.day
