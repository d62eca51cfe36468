"""Absences of a calendar into a problem: those with the same id are replaced, the others stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from brigade.exchange.calendars.absence_calendars import CalendarAbsence, CalendarContext
from brigade.exchange.calendars.recurrence import CalendarWindow
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.values.problem import Problem


def context_of(problem: Problem) -> CalendarContext:
    """A problem's employees, its zone, its horizon and its now."""
    horizon = problem.horizon
    window = CalendarWindow(horizon.start, horizon.instant(horizon.length))
    now = horizon.instant(problem.now)
    return CalendarContext({one.id for one in problem.employees}, horizon.zone, window, now)


def with_absences(problem: Problem, absences: Iterable[CalendarAbsence]) -> Problem:
    """Raises: InvalidProblem, when the absences contradict the rest."""
    provider = {one.id: one.provider_id for one in problem.employees}
    rows = {one.id: absence_row(one, provider[one.employee_id]) for one in absences}
    document = problem_to_json(problem)
    kept = [one for one in document["demand"].get("absences", ()) if one["id"] not in rows]
    # By id: the same calendar gives the same document, in whatever order its events stand.
    document["demand"]["absences"] = [*kept, *(rows[id] for id in sorted(rows))]
    return problem_from_json(document)


def absence_row(absence: CalendarAbsence, provider_id: str) -> dict[str, Any]:
    """An absence as the problem document holds it."""
    return {
        "id": absence.id,
        "provider_id": provider_id,
        "employee_id": absence.employee_id,
        "kind": absence.kind.value,
        "interval": {"start": absence.start.isoformat(), "end": absence.end.isoformat()},
        "known_at": absence.known_at.isoformat(),
    }
