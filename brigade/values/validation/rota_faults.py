"""Employees, their rota as received, and their absences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from brigade.errors import Issue
from brigade.values.demand import Absence, AbsenceKind, Employee, RotaEntry, RotaFeed
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import duplicates, negative, say, unknown
from brigade.values.validation.history_faults import WEEK_MIN, past_days
from brigade.values.validation.workforce_faults import tours
from brigade.values.workforce import Availability


def issues(problem: ProblemParts) -> Iterator[Issue]:
    # Absences name an employee without a provider beside, so the pseudonym is unique over all providers.
    yield from duplicates("P101", "employees", (employee.id for employee in problem.employees))
    employer = {employee.id: employee.provider_id for employee in problem.employees}
    for employee in problem.employees:
        where = f"employees.{employee.id}.provider_id"
        yield from unknown("P102", where, [employee.provider_id], problem.provider_by_id, "service")
        yield from _day_of(problem, employee)
    for provider in problem.providers:
        where = f"providers.{provider.id}"
        yield from negative("P108", where, swap_notice=provider.swap_notice)
    yield from duplicates("P510", "rota", (feed.provider_id for feed in problem.rota))
    for feed in problem.rota:
        yield from _feed(problem, feed, employer)
    yield from _visits_given_twice(problem)
    yield from duplicates("P101", "absences", (absence.id for absence in problem.absences))
    for absence in problem.absences:
        yield from _absence(problem, absence, employer)
    yield from _paid_twice(problem)


def _day_of(problem: ProblemParts, employee: Employee) -> Iterator[Issue]:
    """What must be right of somebody who may be asked for a swap."""
    where = f"employees.{employee.id}"
    stays = [Availability.strict(one.start, one.end) for one in employee.hours]
    yield from tours(problem, stays, f"{where}.hours")
    yield from past_days(problem, employee.past_days, f"{where}.past_days")
    site = [] if employee.start_site is None else [employee.start_site]
    yield from unknown("P102", f"{where}.start_site", site, problem.site_by_id, "site")
    if employee.weekly is not None and not 0 <= employee.weekly <= problem.horizon.ticks(WEEK_MIN):
        met = {"minutes": f"{problem.horizon.minutes(employee.weekly):g}", "most": WEEK_MIN}
        yield Issue("P214", f"{where}.weekly", "minutes_out_of_range", met)


def _feed(problem: ProblemParts, feed: RotaFeed, employer: dict[str, str]) -> Iterator[Issue]:
    where = f"rota.{feed.provider_id}"
    yield from unknown("P510", where, [feed.provider_id], problem.provider_by_id, "service")
    if feed.received_at.tzinfo is None:
        yield Issue("P511", f"{where}.received_at", "no_offset", {"met": str(feed.received_at)})
    for index, entry in enumerate(feed.entries):
        yield from _entry(problem, feed, entry, f"{where}.entries[{index}]", employer)


def _entry(
    problem: ProblemParts, feed: RotaFeed, entry: RotaEntry, where: str, employer: dict[str, str]
) -> Iterator[Issue]:
    yield from unknown("P512", f"{where}.visit_id", [entry.visit_id], problem.visit_by_id, "visit")
    yield from unknown("P512", f"{where}.employee_id", [entry.employee_id], employer, "employee")
    # An employee that nobody knows is told once, above: the default keeps it from being told twice.
    if employer.get(entry.employee_id, feed.provider_id) != feed.provider_id:
        yield Issue(
            "P513",
            f"{where}.employee_id",
            "employee_of_other_service",
            {
                "employee_id": entry.employee_id,
                "employer": employer[entry.employee_id],
                "provider_id": feed.provider_id,
            },
        )
    visit = problem.visit_by_id.get(entry.visit_id)
    client = problem.client_by_id.get(visit.client_id) if visit else None
    if client is not None and client.provider_id != feed.provider_id:
        yield Issue(
            "P513",
            f"{where}.visit_id",
            "visit_of_other_service",
            {"visit_id": entry.visit_id, "owner": client.provider_id, "provider_id": feed.provider_id},
        )
    if not 0 <= entry.start < problem.horizon.length:
        yield Issue("P514", f"{where}.start", "outside_horizon", {"met": say(problem, entry.start)})


def _visits_given_twice(problem: ProblemParts) -> Iterator[Issue]:
    """Two carers of one client are two visits with a link, so one visit has one line."""
    places: dict[str, list[str]] = {}
    for feed in problem.rota:
        for index, entry in enumerate(feed.entries):
            places.setdefault(entry.visit_id, []).append(f"rota.{feed.provider_id}.entries[{index}].visit_id")
    for visit, found in places.items():
        if len(found) > 1:
            yield Issue("P515", found[1], "visit_repeated", {"visit": visit, "count": len(found)})


def _absence(problem: ProblemParts, absence: Absence, employer: dict[str, str]) -> Iterator[Issue]:
    where = f"absences.{absence.id}"
    yield from unknown(
        "P520", f"{where}.provider_id", [absence.provider_id], problem.provider_by_id, "service"
    )
    yield from unknown("P520", f"{where}.employee_id", [absence.employee_id], employer, "employee")
    if absence.interval.length <= 0:
        yield Issue(
            "P521",
            f"{where}.interval",
            "span_reversed",
            {"start": say(problem, absence.interval.start), "end": say(problem, absence.interval.end)},
        )
    if employer.get(absence.employee_id, absence.provider_id) != absence.provider_id:
        yield Issue(
            "P522",
            f"{where}.employee_id",
            "employee_of_other_service",
            {
                "employee_id": absence.employee_id,
                "employer": employer[absence.employee_id],
                "provider_id": absence.provider_id,
            },
        )
    if absence.course is not None and absence.course.taught is not None and absence.course.taught <= 0:
        yield Issue(
            "P524",
            f"{where}.course.taught_min",
            "taught_length",
            {"minutes": problem.horizon.minutes(absence.course.taught)},
        )
    if (
        absence.kind is AbsenceKind.TRAINING_RELEASE
        and absence.course is not None
        and absence.course.training_body is None
    ):
        yield Issue("P525", f"{where}.course.training_body", "course_without_body")
    if absence.funding_line_id is not None:
        lines = {line.id for line in problem.funding_lines}
        yield from unknown(
            "P520", f"{where}.funding_line_id", [absence.funding_line_id], lines, "funding_line"
        )


def _paid_twice(problem: ProblemParts) -> Iterator[Issue]:
    """Every replaced hour is booked to exactly one line, so absences that overlap agree on who pays."""
    by_employee: dict[str, list[Absence]] = {}
    for absence in problem.absences:
        by_employee.setdefault(absence.employee_id, []).append(absence)
    for absences in by_employee.values():
        for one, other in combinations(absences, 2):
            if one.interval.overlap(other.interval) and one.funding_line_id != other.funding_line_id:
                yield Issue(
                    "P523",
                    f"absences.{other.id}.funding_line_id",
                    "funded_twice",
                    {"id": one.id, "first": one.funding_line_id, "second": other.funding_line_id},
                )
