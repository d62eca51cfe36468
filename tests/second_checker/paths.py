"""What paths of inclusion ask of weeks, and what a plan misses of it (docs/design.md, section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.second_checker.days import Person, monday, week


def missed(person: Person) -> dict[str, int]:
    found = {"path_essential": 0, "path_hours": 0, "path_clients": 0}
    for first, goal in _weeks(person):
        last = min(person.case.days[-1], first + timedelta(days=6))
        part = min(5, last.weekday() + 1)
        is_running = first <= person.case.first_day
        told = person.worker.counters if is_running else {}
        visits, essential = told.get("week_visits", 0), told.get("week_essential", 0)
        clients = set(told.get("week_clients", []))
        stops = [stop.visit for day in person.planned if monday(day.date) == first for stop in day.stops]
        for visit in stops:
            if "block" not in visit:
                visits += 1
                essential += visit["act_class"] == "essential"
        clients |= {visit["client_id"] for visit in stops if _knows(person, visit)} & _known(person)
        share = goal.get("essential_percent") or 0
        found["path_essential"] += max(0, (share * visits + 99) // 100 - essential)
        found["path_clients"] += max(0, _part(goal.get("familiar_clients") or 0, part) - len(clients))
        asked = person.clock.length(goal.get("weekly_min") or 0)
        found["path_hours"] += max(0, _part(asked, part) - _work(person, first, last))
    return found


def _part(whole: int, days: int) -> int:
    return (whole * days + 4) // 5


def _weeks(person: Person) -> Iterator[tuple[date, dict[str, Any]]]:
    """Weeks in which she could work, and the last step begun by each."""
    for first in sorted({monday(person.clock.date_of(start)) for start, _, _ in person.worker.tours}):
        begun = [step for step in person.worker.told.get("path", []) if step["first"] <= first.isoformat()]
        if begun:
            yield first, max(begun, key=lambda step: str(step["first"]))


def _work(person: Person, first: date, last: date) -> int:
    """All of it: told, elsewhere, on call, and what the plan gives by the clock."""
    total = 0
    for day in (person.days[one] for one in week(first) if one in person.days):
        total += sum(end - start for start, end in person.intervals(day, person.rules([day])))
        if day.past and day.date < person.case.first_day:
            total += day.past[2]
        if person.case.first_day <= day.date <= last:
            total += day.other_work() + sum(end - start for start, end in day.calls)
    return total


def _knows(person: Person, visit: dict[str, Any]) -> bool:
    known = [*visit.get("usual_workers", []), *visit.get("preferred_workers", [])]
    return "block" not in visit and person.worker.id in known


def _known(person: Person) -> set[str]:
    """The first sixty clients of open visits who know her."""
    visits = (person.case.visits[id] for id in person.case.open)
    return set(sorted({visit["client_id"] for visit in visits if _knows(person, visit)})[:60])
