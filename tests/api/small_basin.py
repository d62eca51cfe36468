"""A small basin whose day can be told by hand: two providers, five visits, three workers, one Monday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from brigade.exchange.documents.problem_document import problem_to_json
from brigade.units import PARIS
from brigade.values.demand import Employee, FundingLine, Priority, RotaEntry, RotaFeed
from brigade.values.problem import Problem
from tests.builders import at, labour, problem, visit, worker

NOW = datetime(2026, 3, 9, 6, 40, tzinfo=PARIS)
BASIN = "/v1/basins/B1"
RARE = "NIGHT"
"""What nobody of the brigade holds."""
NOTICE = {
    "REFUSALS_SHORT": {"value": 4, "unit": "count"},
    "REFUSALS_SHORT.below_days": {"value": 7, "unit": "days"},
    "DEAD_TIME": {"value": 1, "unit": "flag"},
    "NIGHT_WINDOW.from": {"value": 22 * 60, "unit": "min_of_day"},
    "NIGHT_WINDOW.to": {"value": 7 * 60, "unit": "min_of_day"},
}
"""Changes told later than seven days before may be refused: every stop of the day is an offer. Night is 22 h
to 7 h."""


def monday() -> Problem:
    """Nobody is absent yet: every visit has its usual carer, A-1 at S1 and A-2 at S2.

    S1: V1 (P1, 08:00-09:00), V2 (P2, 10:00-11:00), V3 (P4, all day). S2: V4, V5. Workers W1, W2, W3 from 7 to
    20 h.
    """
    visits = [
        visit("V1", "A", 60, "08:00", "08:30", priority=Priority.P1),
        visit("V2", "B", 60, "10:00", "11:00", priority=Priority.P2),
        visit("V3", "C", 45, "07:00", "18:00", priority=Priority.P4),
        visit("V4", "B", 30, "09:00", "12:00", provider="S2", priority=Priority.P3),
        visit("V5", "D", 30, "14:00", "16:00", provider="S2", priority=Priority.P2),
    ]
    entries = {
        "S1": [("V1", "08:00"), ("V2", "10:00"), ("V3", "15:00")],
        "S2": [("V4", "09:00"), ("V5", "14:00")],
    }
    people = {"S1": "A-1", "S2": "A-2"}
    return problem(
        visits,
        [worker(id, "07:00", "20:00") for id in ("W1", "W2", "W3")],
        employees=tuple(Employee(person, provider) for provider, person in people.items()),
        rota=tuple(
            RotaFeed(
                provider, NOW, tuple(RotaEntry(visit, people[provider], at(start)) for visit, start in told)
            )
            for provider, told in entries.items()
        ),
        funding_lines=(FundingLine("F1", "Formation", 100_000, 2_400),),
        rules=labour(bad=NOTICE, sap=NOTICE),
        now=at("06:40"),
    )


def document() -> dict[str, Any]:
    return problem_to_json(monday())


def absence(**more: Any) -> dict[str, Any]:
    """A-1 of S1 away the whole Monday."""
    return {
        "id": "ABS-1",
        "provider_id": "S1",
        "employee_id": "A-1",
        "kind": "unplanned_absence",
        "interval": {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-09T22:00:00+01:00"},
        **more,
    }


def colleague(id: str, **more: Any) -> dict[str, Any]:
    """Somebody of S1 at work from 7 to 13 h, with yesterday's hours known."""
    return {
        "id": id,
        "provider_id": "S1",
        "hours": [
            {"start": "2026-03-09T07:00:00+01:00", "end": "2026-03-09T13:00:00+01:00"},
            {"start": "2026-03-10T07:00:00+01:00", "end": "2026-03-10T13:00:00+01:00"},
        ],
        "mode": "car",
        "start_site": "A",
        "competencies": ["ESSENTIAL_ASSIST", RARE],
        "weekly_min": 2100,
        "known_since": "2026-02-01",
        **more,
    }


def meeting(start: str = "14:00", **more: Any) -> dict[str, Any]:
    """The team, W1 to W3, at A for an hour."""
    begin = f"2026-03-09T{start}:00+01:00"
    return {
        "id": "R-01",
        "kind": "meeting",
        "label": "Réunion d’équipe",
        "duration_min": 60,
        "windows": [{"earliest": begin, "latest": begin, "hard_latest": begin}],
        "participants": ["W1", "W2", "W3"],
        "site_id": "A",
        "priority": "P3",
        **more,
    }


def release(*, days: Sequence[str] = ("2026-03-12",), **more: Any) -> dict[str, Any]:
    """A-1 of S1 leaves for a course on these days, from 8 to 17 h, paid by F1."""
    spans = [{"interval": {"start": f"{day}T08:00:00+01:00", "end": f"{day}T17:00:00+01:00"}} for day in days]
    return {
        "id": "REL-1",
        "provider_id": "S1",
        "employee_id": "A-1",
        "kind": "training_release",
        "course": {
            "title": "DEAES, bloc 1",
            "training_body": "GRETA Artois",
            "place": "Lens",
            "taught_min": 420,
        },
        "days": spans,
        "funding_line_id": "F1",
        **more,
    }
