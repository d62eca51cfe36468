"""Competencies, certificates, agreements and accords that the data knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.errors import InvalidProblem, Issue
from brigade.validation.checks import unknown

if TYPE_CHECKING:
    from brigade.problem import Problem


def issues(problem: Problem) -> Iterator[Issue]:
    yield from _competencies(problem)
    known = problem.labour.agreements
    for employer in problem.employers:
        where = f"employers.{employer.id}.agreement"
        yield from unknown("P403", where, [employer.agreement], known, "convention")
    for provider in problem.providers:
        where = f"providers.{provider.id}"
        if provider.agreement not in known:
            yield from unknown("P403", f"{where}.agreement", [provider.agreement], known, "convention")
            continue
        try:
            problem.labour.party(provider.agreement, provider.accords, where)
        except InvalidProblem as refused:
            yield from refused.issues


def _competencies(problem: Problem) -> Iterator[Issue]:
    competencies, certificates = problem.catalogue.competencies, problem.catalogue.certificates
    for visit in problem.visits:
        for name, codes in (("required", visit.required), ("preferred", visit.preferred)):
            yield from unknown("P311", f"visits.{visit.id}.{name}", codes, competencies, "compétence")
    for worker in problem.workers:
        where = f"workers.{worker.id}"
        yield from unknown("P311", f"{where}.competencies", worker.competencies, competencies, "compétence")
        for index, certificate in enumerate(worker.certificates):
            place = f"{where}.certificates[{index}].code"
            yield from unknown("P312", place, [certificate.code], certificates, "certificat")
